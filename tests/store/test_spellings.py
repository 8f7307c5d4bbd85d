"""Names in all their spellings: the register, how a query is read with it, and what it finds in both databases."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store import Store
from pipeline.store.read import Query
from pipeline.store.search import Named, fts5, terms, tsquery, words
from pipeline.store.spellings import NONE, Spellings

DATA = tomllib.loads((Path(__file__).parents[2] / "config" / "spellings.toml").read_text(encoding="utf-8"))
SPELLINGS = Spellings.from_data(DATA, words)
GROUPS = {
    name: group for kind, groups in DATA.items() if kind not in ("asked", "inside") for name, group in groups.items()
}
WIRE = {
    "en": "Kim Jong-un visits a school",
    "ko": "김정은, 학교 방문",
    "ru": "Встреча с Ким Чен Ыном в школе",
    "zh": "金正恩视察学校",
    "ja": "キム・ジョンウン氏、学校を視察",
    "ar": "كيم جونغ أون يزور مدرسة",
    "kim": "Kim Jong Sook visits a school in Jong county",
    "dprk": "DPRK opens a ferry line",
    "nk": "N. Korea opens a ferry line",
    "north": "North Korea opens a ferry line",
    "bei": "북한, 여객선 운항",
    "us": "They took us to the ferry",
    "usa": "U.S. opens a ferry line",
    "moscow": "В Москве открыли школу",
}


@pytest.fixture
def headlines(store: Store, put: Any) -> dict[int, str]:
    return {put(store, headline=text, body="No words of names.", language=None): name for name, text in WIRE.items()}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Kim Jong Un", "en ko ru zh ja ar"),
        ("Kim Jong-un", "en ko ru zh ja ar"),
        ('"Kim Jong Un"', "en ko ru zh ja ar"),
        ("김정은", "en ko ru zh ja ar"),
        ("Ким Чен Ын", "en ko ru zh ja ar"),
        ("Ким Чен Ына", "en ko ru zh ja ar"),
        ("金正恩", "en ko ru zh ja ar"),
        ("Kim Jong Un school", "en"),
        ("Kim Jong Un -학교", "en ru zh ja ar"),
        ("N. Korea", "dprk nk north bei"),
        ("DPRK ferry", "dprk nk north"),
        ("北朝鮮", "dprk nk north bei"),
        ("US", "us usa"),
        ("us", "us"),
        ("United States", "usa"),
        ("Moscow", "moscow"),
        ("ferry -DPRK", "nk north us usa"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(
    store: Store, headlines: dict[int, str], asked: str, expected: str
) -> None:
    with store.read() as reader:
        found = {headlines[record["id"]] for record in reader.query(Query(asked, spellings=SPELLINGS))}
    assert found == set(expected.split())


def test_without_the_register_words_are_taken_as_written(store: Store, headlines: dict[int, str]) -> None:
    with store.read() as reader:
        found = {headlines[record["id"]] for record in reader.query(Query("Kim Jong Un"))}
    assert found == {"en"}


SEAS = {
    "city": ("평양에 비", "비가 왔다."),
    "ocean": ("태평양에 비", "태평양 바다에 비가 왔다."),
    "both": ("태평양에 비", "평양에도 비가 왔다."),
    "lead": ("태평양 비", "태평양에서 온 비, 평양에."),
    "english": ("Rain in Pyongyang", "It rained."),
    "india": ("인도 총리", "비가 왔다."),
    "indonesia": ("인도네시아 총리", "비가 왔다."),
    "kyoto": ("京都で雨", "雨が降った。"),
    "tokyo": ("東京都で雨", "雨が降った。"),
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("평양", "city both lead english"),
        ("Pyongyang", "city both lead english"),
        ("평양 비", "city both lead"),
        ("평양 -비", "english"),
        ("태평양", "ocean both lead"),
        ("태평양 평양", "both lead"),
        ("비 -평양", "india indonesia"),
        ("인도", "india"),
        ("인도네시아", "indonesia"),
        ("京都", "kyoto"),
        ("東京都", "tokyo"),
    ],
)
def test_a_name_is_not_found_inside_of_another_word(store: Store, put: Any, asked: str, expected: str) -> None:
    named = {put(store, headline=head, body=text, language=None): name for name, (head, text) in SEAS.items()}
    with store.read() as reader:
        found = {named[record["id"]] for record in reader.query(Query(asked, spellings=SPELLINGS))}
    assert found == set(expected.split())


def test_the_longest_name_is_taken_first() -> None:
    spellings = Spellings.from_data({"x": {"a": ["New York", "NY"], "b": ["New York Times", "NYT"]}}, words)
    (name,) = terms("new york times", spellings)
    assert isinstance(name, Named)
    assert [term.words for term in name.others] == [("nyt",)]


@pytest.mark.parametrize("text", ["Kim", "Kim Jong", '"Kim Jong Un visits"', "-Moscow", "us", "un", "is", "Ким Ч"])
def test_what_is_no_name_is_taken_as_written(text: str) -> None:
    assert terms(text, SPELLINGS) == terms(text, NONE)


def test_the_register_has_its_names_once() -> None:
    assert len(GROUPS) >= 150
    spelt = [(tuple(words(one)), name) for name, group in GROUPS.items() for one in group]
    assert {one for one, _ in spelt if not one} == set()
    assert len({one for one, _ in spelt}) == len(set(spelt))
    assert all(len(set(map(str.casefold, group))) == len(group) > 1 for group in GROUPS.values())


def test_no_spelling_is_a_word_of_every_day() -> None:
    """Two letters of one word, or a single syllable, stand in too many texts."""
    single = [words(one)[0] for group in GROUPS.values() for one in group if len(words(one)) == 1]
    assert [word for word in single if len(word) < (3 if word.isascii() else 2)] == []


# Words in which the signs of a short name stand.
KOREAN = """
유리창이 국왕이 스페인국왕이 아베마리아 이동해 활동해 행동해 운영변경 경영변화 올라선 보호주의 선호주 판타스틱
"""


def test_no_short_korean_name_stands_in_a_word() -> None:
    looked_for = {spelling for group in GROUPS.values() for spelling in group if len(spelling) == 2}
    assert not [name for name in looked_for if name in KOREAN]


@pytest.mark.parametrize("asked", ["왕이", "リ"])
def test_a_short_name_is_understood_where_it_is_asked_for(asked: str) -> None:
    assert bool(SPELLINGS.of((asked,), asked)) == (asked == "왕이")


def test_what_is_asked_for_by_letters_alone_is_a_name_of_the_register() -> None:
    assert set(DATA["asked"].values()) <= set(GROUPS)


PARTS = ("Kim", "Jong", "Un", '"', "-", "Москве", "朝鲜", " ")


@given(st.text(max_size=200) | st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_any_text_is_a_query(text: str) -> None:
    asked = terms(text, SPELLINGS)
    assert (fts5(asked) is None) == (tsquery(asked) is None)
