"""Markers on headlines, the labels that stay, and the words that only look like markers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.signals import notice_signals, split_headline, strip_site_name

MARKED = [
    ("(LEAD) Rain falls", "Rain falls", ["lead"]),
    ("(2nd LD) N. Korea says rain", "N. Korea says rain", ["lead-2"]),
    ("(3rd LEAD) Rain falls", "Rain falls", ["lead-3"]),
    ("(URGENT) Rain falls", "Rain falls", ["urgent"]),
    ("(LEAD)(URGENT) Rain falls", "Rain falls", ["lead", "urgent"]),
    ("(LEAD) (Yonhap Interview) Rain falls", "(Yonhap Interview) Rain falls", ["lead"]),
    ("(Yonhap Interview) (2nd LD) Rain falls", "(Yonhap Interview) Rain falls", ["lead-2"]),
    ("[속보] 비 내려", "비 내려", ["urgent"]),
    ("<속보> 비 내려", "비 내려", ["urgent"]),
    ("[긴급] 비 내려", "비 내려", ["urgent"]),
    ("[1보] 비 내려", "비 내려", ["lead"]),
    ("[2보] 비 내려", "비 내려", ["lead-2"]),
    ("비 내려(종합)", "비 내려", ["lead"]),
    ("비 내려(종합2보)", "비 내려", ["lead-2"]),
    ("비 내려 (3보)", "비 내려", ["lead-3"]),
    ("[속보] 비 내려(종합)", "비 내려", ["urgent", "lead"]),
    ("[특징주] 우산주 강세(종합)", "[특징주] 우산주 강세", ["lead"]),
    ("[정정] 비 내려", "비 내려", ["correction"]),
    ("快讯：首尔下雨", "首尔下雨", ["urgent"]),
    ("快讯:首尔下雨", "首尔下雨", ["urgent"]),
    ("简讯：首尔下雨", "首尔下雨", ["brief"]),
    ("详讯： 首尔下雨", "首尔下雨", ["detail"]),
    ("【快讯】首尔下雨", "首尔下雨", ["urgent"]),
    ("更正：首尔下雨", "首尔下雨", ["correction"]),
    ("【速報】雨が降る", "雨が降る", ["urgent"]),
    ("【訂正】雨が降る", "雨が降る", ["correction"]),
    ("第2報：雨が降る", "雨が降る", ["lead-2"]),
    ("(عاجل) مطر في سيئول", "مطر في سيئول", ["urgent"]),
    ("عاجل/ مطر في سيئول", "مطر في سيئول", ["urgent"]),
    ("(URGENTE) Llueve en Seúl", "Llueve en Seúl", ["urgent"]),
    ("(2ª AMPLIACIÓN) Llueve en Seúl", "Llueve en Seúl", ["lead-2"]),
    ("СРОЧНО: В Сеуле дождь", "В Сеуле дождь", ["urgent"]),
    ("В Сеуле дождь (обновлено)", "В Сеуле дождь", ["update"]),
    ("UPDATE 1-Rain falls", "Rain falls", ["update-1"]),
    ("UPDATE 5-U.S. says rain", "U.S. says rain", ["update-5"]),
    ("CORRECTED-Rain falls", "Rain falls", ["correction"]),
    ("CORRECTED-UPDATE 3-Rain falls", "Rain falls", ["correction", "update-3"]),
    ("RPT-UPDATE 2-Rain falls", "Rain falls", ["repeat", "update-2"]),
    ("WRAPUP 1-Rain falls", "Rain falls", ["wrapup-1"]),
    ("BRIEF-Umbrella Inc sells more", "Umbrella Inc sells more", ["brief"]),
    ("REFILE-Rain falls", "Rain falls", ["repeat"]),
    ("1st LD Writethru: Rain falls", "Rain falls", ["lead"]),
    ("2nd LD-Writethru: Rain falls", "Rain falls", ["lead-2"]),
    ("2ND LEAD Rain falls", "Rain falls", ["lead-2"]),
    ("LEAD: Rain falls", "Rain falls", ["lead"]),
    ("2ND LD: Rain falls", "Rain falls", ["lead-2"]),
    ("UPDATE1: Rain falls", "Rain falls", ["update-1"]),
    ("Update: Rain falls", "Rain falls", ["update"]),
    ("URGENT: Rain falls", "Rain falls", ["urgent"]),
    ("ROUNDUP 2: Regen in Berlin", "Regen in Berlin", ["wrapup-2"]),
    ("++ Piove a Roma ++", "Piove a Roma", ["urgent"]),
    ("Rain falls (Corrected)", "Rain falls", ["correction"]),
    ("(KILL) Rain falls", "Rain falls", ["kill"]),
]
LABELLED = [
    ("[표] 주간 강우량", ["table"]),
    ("[포토] 비 오는 서울", ["photo"]),
    ("[그래픽] 강우량", ["graphic"]),
    ("2025年1月15日韩联社要闻简报", ["summary"]),
    ("Yonhap News Summary", ["summary"]),
    ("[특징주] 우산주 강세", []),
    ("[단독] 비 내려", []),
    ("(News Focus) Rain falls", []),
    ("民调：首尔人喜欢雨", []),
    ("股市开盘:KOSPI▼37.65", []),
    ("15：30外汇汇率:1美元=1386.7韩元", []),
    ("EXCLUSIVE-Rain falls", []),
    ("ANALYSIS-Why rain falls", []),
]
LOOK_ALIKES = [
    "UPDATE 3-2 win for Ferrymen",
    "WITHDRAWN: Umbrella recall",
    "Withdrawn: umbrella recall",
    "Anulada: la regata real",
    "ANULADA: La regata real",
    "Annulée: la régate",
    "DELETED: Scenes of rain",
    "إلغاء: رحلات العبارة",
    "KILL: how to stop weeds",
    "Lead: the silent killer",
    "LEAD-acid batteries leak",
    "Kill: a film about rain",
    "Brief: what we know about rain",
    "Flash: the plug-in is gone",
    "Alert: how to read a forecast",
    "REPEAT-OFFENDER LAW PASSES",
    "Browser drops plug-in (Flash)",
    "Children tested for exposure (lead)",
    "N. Korea - update: rain",
    "속보이는 정치",
    "종합부동산세(종부세) 인상",
    "快讯社成立",
    "更新换代提速",
    "[속보]",
    "(LEAD)",
    "快讯：",
]


@pytest.mark.parametrize(("printed", "bare", "signals"), MARKED)
def test_a_marker_is_taken_off_and_said(printed: str, bare: str, signals: list[str]) -> None:
    assert split_headline(printed) == (bare, tuple(signals))


@pytest.mark.parametrize(("printed", "signals"), LABELLED)
def test_a_label_of_genre_stays(printed: str, signals: list[str]) -> None:
    assert split_headline(printed) == (printed, tuple(signals))


@pytest.mark.parametrize(
    "printed", ["(WITHDRAWN) Rain falls", "[ANULADA] Rain falls", "WITHDRAWN-Rain falls", "KILL: Rain falls"]
)
def test_a_kill_in_brackets_or_of_a_wire_is_one(printed: str) -> None:
    assert split_headline(printed) == ("Rain falls", ("kill",))


@pytest.mark.parametrize("printed", ["WITHDRAWN: Rain falls", "ANULADA: Rain falls", "KILL: Rain falls"])
def test_words_of_every_day_are_kills_where_the_text_says_so(printed: str) -> None:
    assert split_headline(printed, is_killed=True) == ("Rain falls", ("kill",))


@pytest.mark.parametrize("printed", ["UPDATE 1-3M to cut jobs", "UPDATE 2-2020 was wet"])
def test_a_headline_may_begin_with_a_number(printed: str) -> None:
    assert split_headline(printed)[0] == printed.split("-", 1)[1]


@pytest.mark.parametrize("printed", LOOK_ALIKES)
def test_a_look_alike_is_no_marker(printed: str) -> None:
    assert split_headline(printed) == (printed, ())


@pytest.mark.parametrize(
    ("printed", "bare"),
    [
        ("Rain falls | Yonhap News Agency", "Rain falls"),
        ("Rain falls - Politics - TASS", "Rain falls"),
        ("Дождь идёт -  Москва - ТАСС", "Дождь идёт"),
        ("Rain to go on — Ivanov", "Rain to go on — Ivanov"),
        ("Rain to go on - expert", "Rain to go on - expert"),
        ("TASS", "TASS"),
        (" | TASS", " | TASS"),
        ("TASS | Rain falls", "Rain falls"),
        ("TASS｜Rain falls", "Rain falls"),
        ("TASS | Rain falls | Politics", "Rain falls"),
        ("Москва - Дождь идёт", "Москва - Дождь идёт"),
        ("TASS | ", "TASS | "),
        ("Rain | falls", "Rain | falls"),
    ],
)
def test_the_sites_own_name_is_cut_and_an_attribution_is_not(printed: str, bare: str) -> None:
    assert strip_site_name(printed, ["Yonhap News Agency", "TASS", "ТАСС", "Politics", "Москва", None, ""]) == bare


@pytest.mark.parametrize(
    ("paragraph", "signals"),
    [
        ("(ATTN: ADDS details in paras 4-5, photos)", ()),
        ("(ATTN: CORRECTS figure in 2nd para)", ("correction",)),
        ("(Eds: adds quotes)", ()),
        ("(Adds background, changes headline)", ()),
        ("(Corrects spelling of name in paragraph 3)", ("correction",)),
        ("(Reuters) - Rain fell.", None),
        ("The ministry (ATTN: none) said so.", None),
        ("(It rained.) He smiled.", None),
        ("(Adds a cup of rain to the soup)", None),
        ("(Adds minister’s quote)", ()),
        ("(Editors’ umbrellas were missing.)", None),
        ("(Editor’s note: the rain was real)", ()),
    ],
)
def test_a_notice_to_editors_is_known(paragraph: str, signals: tuple[str, ...] | None) -> None:
    assert notice_signals(paragraph) == signals


@given(st.text(max_size=300))
def test_any_headline_is_split_and_every_cut_says_something(text: str) -> None:
    bare, signals = split_headline(text)
    assert bare == text or (bare and signals)


@given(
    st.lists(
        st.sampled_from(["[속보]", "(종합2보)", "快讯：", "UPDATE 1-", "(LEAD)", "비", "rain", " ", "[표]", "++"]),
        max_size=8,
    )
)
def test_a_bare_headline_has_no_markers_left(parts: list[str]) -> None:
    bare, _ = split_headline("".join(parts))
    if len(parts) < 6:
        assert split_headline(bare)[0] == bare


@given(st.text(max_size=200))
def test_any_headline_keeps_something_without_the_sites_name(text: str) -> None:
    assert strip_site_name(text, ["TASS", "a", "0"]) or not text.strip()
