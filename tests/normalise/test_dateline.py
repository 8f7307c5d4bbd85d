"""Datelines of every form that agencies print, and the look-alikes that are none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import Registers
from pipeline.normalise.dateline import read_dateline, read_place

PUBLISHED = date(2021, 7, 8)

# text, places, (month, day) or None, agency
PRINTED = [
    ("VIENTIANE, July 7. /TASS/. ", ["VIENTIANE"], (7, 7), "tass"),
    ("MOSCOW, January 21. /TASS/. ", ["MOSCOW"], (1, 21), "tass"),
    ("MOSCOW, May 2. /TASS/: ", ["MOSCOW"], (5, 2), "tass"),
    ("NEW YORK, May 2. /TASS Correspondent Ivan Ivanov/. ", ["NEW YORK"], (5, 2), "tass"),
    ("МОСКВА, 29 июня. /ТАСС/. ", ["МОСКВА"], (6, 29), "tass"),
    ("САНКТ-ПЕТЕРБУРГ, 29 июня. /Корр. ТАСС Иван Петров/. ", ["САНКТ-ПЕТЕРБУРГ"], (6, 29), "tass"),
    ("LONDON, July 6 (Itar-Tass) -- ", ["LONDON"], (7, 6), "tass"),
    ("MINSK. July 6 (Interfax) - ", ["MINSK"], (7, 6), "interfax"),
    ("Москва. 1 июля. INTERFAX.RU - ", ["Москва"], (7, 1), "interfax"),
    ("Москва. 1 июля. Интерфакс - ", ["Москва"], (7, 1), "interfax"),
    ("МОСКВА, 1 июл — РИА Новости. ", ["МОСКВА"], (7, 1), "ria"),
    ("МОСКВА (Рейтер) - ", ["МОСКВА"], None, "reuters"),
    ("LA CROSSE, Wis. (AP) — ", ["LA CROSSE"], None, "ap"),
    ("SEOUL, June 20 (Yonhap) -- ", ["SEOUL"], (6, 20), "yonhap"),
    ("WASHINGTON/SEOUL, March 8 (Yonhap) -- ", ["WASHINGTON", "SEOUL"], (3, 8), "yonhap"),
    ("PYEONGTAEK, South Korea, June 3 (Yonhap) -- ", ["PYEONGTAEK"], (6, 3), "yonhap"),
    ("Seúl, 7 de julio (Yonhap) -- ", ["Seúl"], (7, 7), "yonhap"),
    ("SEOUL, 07 juil. (Yonhap) -- ", ["SEOUL"], (7, 7), "yonhap"),
    ("سيئول، 7 يوليو (يونهاب) -- ", ["سيئول"], (7, 7), "yonhap"),
    ("【ソウル聯合ニュース】", ["ソウル"], None, "yonhap"),
    ("【ソウル、世宗聯合ニュース】", ["ソウル", "世宗"], None, "yonhap"),
    ("(서울=연합뉴스) ", ["서울"], None, "yonhap"),
    ("(서울·세종=연합뉴스) ", ["서울", "세종"], None, "yonhap"),
    ("(전국종합=연합뉴스) ", ["전국종합"], None, "yonhap"),
    ("[서울=뉴시스]", ["서울"], None, "newsis"),
    ("(서울=뉴스1) ", ["서울"], None, "news1"),
    ("(서울=어떤경제) ", ["서울"], None, None),
    ("某某社北京1月9日電 ", ["北京"], (1, 9), None),
    ("新华网北京１月１２日电 ", ["北京"], (1, 12), "xinhua"),
    ("دمشق، سوريا (CNN) -- ", ["دمشق"], None, "cnn"),
    ("【6月18日 AFP】", [], (6, 18), "afp"),
    ("韩联社首尔3月24日电 ", ["首尔"], (3, 24), "yonhap"),
    ("韩联社首尔、果川4月1日电 ", ["首尔", "果川"], (4, 1), "yonhap"),
    ("韩联社全国综合4月1日电 ", ["全国综合"], (4, 1), "yonhap"),
    ("韩联社蔚山2月10日 ", ["蔚山"], (2, 10), "yonhap"),
    ("Pyongyang, June 14 (KCNA) -- ", ["Pyongyang"], (6, 14), "kcna"),
    ("Pyongyang, June 14 (KCNA) – ", ["Pyongyang"], (6, 14), "kcna"),
    ("Pyongyang, June 14 (KCNA) — ", ["Pyongyang"], (6, 14), "kcna"),
    ("Пхеньян, 7 июля. /ЦТАК/-- ", ["Пхеньян"], (7, 7), "kcna"),
    ("Pyongyang, 7 de julio (ACNC) -- ", ["Pyongyang"], (7, 7), "kcna"),
    ("【平壌７月７日発朝鮮中央通信】", ["平壌"], (7, 7), "kcna"),
    ("(평양 7월 7일발 조선중앙통신) ", ["평양"], (7, 7), "kcna"),
    ("平壤7月7日电 ", ["平壤"], (7, 7), None),
    ("平壤7月7日电（朝中社）", ["平壤"], (7, 7), "kcna"),
    ("BEIJING, June 24 (Xinhua) -- ", ["BEIJING"], (6, 24), "xinhua"),
    ("LISBOA, 18 jun (Xinhua) -- ", ["LISBOA"], (6, 18), "xinhua"),
    ("Jan. 10 (Xinhua) -- ", [], (1, 10), "xinhua"),
    ("[신화사 평양 6월 22일] ", ["평양"], (6, 22), "xinhua"),
    ("【新华社北京7月7日电】", ["北京"], (7, 7), "xinhua"),
    ("新华社北京7月7日电（记者张三）", ["北京"], (7, 7), "xinhua"),
    ("中新网7月7日电 ", [], (7, 7), "cns"),
    ("（中央社記者王小明台北7日電）", ["台北"], (7, 7), "cna"),
    ("（中央社台北21日電）", ["台北"], (6, 21), "cna"),
    ("SAITAMA, Japan, June 9 Kyodo - ", ["SAITAMA"], (6, 9), "kyodo"),
    ("【北京共同】", ["北京"], None, "kyodo"),
    ("BEIRUT/THE HAGUE, March 7 (Reuters) - ", ["BEIRUT", "THE HAGUE"], (3, 7), "reuters"),
    ("N'DJAMENA, March 7 (Reuters) - ", ["N'DJAMENA"], (3, 7), "reuters"),
    ("April 25 (Reuters) - ", [], (4, 25), "reuters"),
    ("(Reuters) - ", [], None, "reuters"),
    ("TOKYO (Reuters) - ", ["TOKYO"], None, "reuters"),
    ("PARIS, 4 mars (Reuters) - ", ["PARIS"], (3, 4), "reuters"),
    ("LAWRENCEVILLE, Ga. (AP) — ", ["LAWRENCEVILLE"], None, "ap"),
    ("ST. PETERSBURG, Fla. (AP) — ", ["ST. PETERSBURG"], None, "ap"),
    ("WASHINGTON, D.C. (AP) — ", ["WASHINGTON"], None, "ap"),
    ("ABOARD THE PAPAL PLANE (AP) — ", ["ABOARD THE PAPAL PLANE"], None, "ap"),
    ("PYONGYANG, North Korea (AP) — ", ["PYONGYANG"], None, "ap"),
    ("ATLANTA (AP) _ ", ["ATLANTA"], None, "ap"),
    ("SEOUL, Jun 26 AFP - ", ["SEOUL"], (6, 26), "afp"),
    ("Seoul, South Korea | AFP | ", ["Seoul"], None, "afp"),
    ("Seoul, South Korea | AFP | Friday 11/26/2010 - 10:00 GMT | ", ["Seoul"], None, "afp"),
    ("Luxembourg (dpa) - ", ["Luxembourg"], None, "dpa"),
    ("Frankfurt/Main (dpa) - ", ["Frankfurt/Main"], None, "dpa"),
    ("Paris/Berlin (AFP/dpa) - ", ["Paris", "Berlin"], None, "afp"),
    ("Wien (APA) - ", ["Wien"], None, "apa"),
    ("Nueva Delhi, 21 ene (EFE).- ", ["Nueva Delhi"], (1, 21), "efe"),
    ("(ANSA) - ROME, JUN 11 - ", ["ROME"], (6, 11), "ansa"),
    ("(ANSA) - ROMA, 1 LUG - ", ["ROMA"], (7, 1), "ansa"),
    ("Paris (ats afp) ", ["Paris"], None, "ats"),
    ("San Mateo (ANP) - ", ["San Mateo"], None, "anp"),
    ("Bengaluru, Jun 22 (PTI) ", ["Bengaluru"], (6, 22), "pti"),
    ("ANKARA (AA) - ", ["ANKARA"], None, "anadolu"),
    ("KYIV. July 7 (Ukrinform). ", ["KYIV"], (7, 7), "ukrinform"),
    ("VIENTIANE (UrduPoint News / Sputnik - 07th July, 2021) ", ["VIENTIANE"], (7, 7), "sputnik"),
    ("ULAANBAATAR, July 7 (XYZPRESS) -- ", ["ULAANBAATAR"], (7, 7), None),
]

LOOK_ALIKES = [
    "The Korean Central News Agency (KCNA) said on Tuesday that it had rained.",
    "Associated Press (AP) reported on the rain.",
    "One day in November Juche 104 (2015), the gardener planted a tree.",
    "According to Reuters (AP) - it had rained.",
    "On July 7 Reuters - the agency - said that it had rained.",
    "The U.S. (AP) — no.",
    "Russia (TASS photo) - it is raining.",
    "Apple Inc. (AAPL) - Shares of the company fell.",
    "NATO (AP) and the U.S. met.",
    "Smith, May 3 (Sunday) -- said no.",
    "In Seoul, July 7 (it was Tuesday) - the rain fell.",
    "May Day Gift",
    "据朝中社27日报道，平壤下雨。",
    "1878年 某人（1878—1908）出生。",
    "7月7日电影上映。",
    "(단위:억원)",
    "(2026-07-13~2026-07-16)(단위:만원, 주)",
    "[혁신성장금융부문]",
    "[어떤미디어=홍길동의 비 이야기] 비가 왔다.",
    "(",
    "",
]


@pytest.mark.parametrize(("printed", "places", "day", "agency"), PRINTED, ids=[case[0] for case in PRINTED])
def test_a_printed_dateline_is_read(
    registers: Registers, printed: str, places: list[str], day: tuple[int, int] | None, agency: str | None
) -> None:
    head = read_dateline(printed + "It rained.", registers, PUBLISHED)
    assert head is not None
    assert head.rest == "It rained."
    assert head.dateline.text == printed.strip()
    assert list(head.dateline.places) == places
    assert head.dateline.place == (places[0] if places else None)
    assert head.dateline.date == (date(2021, *day) if day else None)
    assert head.dateline.agency == agency


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_look_alike_is_no_dateline(registers: Registers, text: str) -> None:
    assert read_dateline(text, registers, PUBLISHED) is None


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        ("(서울=연합뉴스) 홍길동 기자 = ", "홍길동 기자"),
        ("(런던=연합뉴스) 홍길동 특파원 = ", "홍길동 특파원"),
        ("(서울=연합뉴스) 홍길동 연합인포맥스 기자 = ", "홍길동 연합인포맥스 기자"),
        ("(서울·세종=연합뉴스) 홍길동 김철수 이영희 기자 = ", "홍길동 김철수 이영희 기자"),
        ("[서울=뉴시스]홍길동 기자 = ", "홍길동 기자"),
        ("新华社北京7月7日电（记者张三）", "记者张三"),
        ("（中央社記者王小明台北7日電）", "記者王小明"),
        ("中新社北京1月12日电 (张三 李四) ", "张三 李四"),
        ("ПЕКИН, 7 июл — РИА Новости, Анна Иванова. ", "Анна Иванова"),
        ("МОСКВА, 7 июля. /Корр. ТАСС Иван Петров/. ", "Корр. ТАСС Иван Петров"),
    ],
)
def test_the_reporter_in_a_dateline_is_its_byline(registers: Registers, printed: str, byline: str) -> None:
    head = read_dateline(printed + "비가 왔다.", registers, PUBLISHED)
    assert head is not None
    assert (head.byline, head.rest) == (byline, "비가 왔다.")


def test_a_korean_dateline_is_printed_without_its_reporter(registers: Registers) -> None:
    head = read_dateline("(서울=연합뉴스) 홍길동 기자 = 비가 왔다.", registers, PUBLISHED)
    assert head is not None
    assert head.dateline.text == "(서울=연합뉴스)"


@pytest.mark.parametrize(
    ("printed", "near", "expected"),
    [
        ("SEOUL, Dec. 31 (Yonhap) -- ", date(2025, 1, 1), date(2024, 12, 31)),
        ("SEOUL, Jan. 1 (Yonhap) -- ", date(2024, 12, 31), date(2025, 1, 1)),
        ("SEOUL, Dec. 2 (Yonhap) -- ", date(2024, 11, 30), None),
        ("SEOUL, Feb. 29 (Yonhap) -- ", date(2024, 3, 1), date(2024, 2, 29)),
        ("STOCKHOLM, Aug 29, 2014 (AFP) - ", date(2021, 7, 8), date(2014, 8, 29)),
        ("SEOUL, Feb. 30 (Yonhap) -- ", date(2025, 3, 1), None),
    ],
)
def test_a_day_without_year_takes_the_year_of_publication(
    registers: Registers, printed: str, near: date, expected: date | None
) -> None:
    head = read_dateline(printed + "It rained.", registers, near)
    assert head is not None
    assert head.dateline.place in {"SEOUL", "STOCKHOLM"}
    assert head.dateline.date == expected


def test_a_second_agency_in_the_dateline_is_named(registers: Registers) -> None:
    head = read_dateline("(도쿄 교도=연합뉴스) 비가 왔다.", registers, PUBLISHED)
    assert head is not None
    assert (head.dateline.place, head.agencies) == ("도쿄", ("yonhap", "kyodo"))


@given(st.text(max_size=400), st.dates())
def test_any_text_is_read_without_error_and_nothing_is_added(registers: Registers, text: str, near: date) -> None:
    head = read_dateline(text, registers, near)
    assert head is None or head.rest in text


@given(
    st.lists(
        st.sampled_from([*"()[]【】/=.,-—|电月日7 ", "TASS", "Yonhap", "연합뉴스", "朝中社", "July", "SEOUL"]),
        max_size=60,
    )
)
def test_any_mixture_of_dateline_parts_is_read_without_error(registers: Registers, parts: list[str]) -> None:
    text = "".join(parts)
    head = read_dateline(text, registers, PUBLISHED)
    assert head is None or (head.dateline.text and head.rest in text)


@pytest.mark.parametrize(
    ("printed", "text", "places", "day", "rest"),
    [
        ("VATICAN CITY", "VATICAN CITY A bus stopped.", ("VATICAN CITY",), None, "A bus stopped."),
        ("| Ankara", "A bus stopped.", ("Ankara",), None, "A bus stopped."),
        ("PRAHA/BRNO", "PRAHA/BRNO - A bus stopped.", ("PRAHA", "BRNO"), None, "A bus stopped."),
        ("Madrid, 7 jul", "A bus stopped.", ("Madrid",), date(2021, 7, 7), "A bus stopped."),
        ("台北", "", ("台北",), None, ""),
    ],
)
def test_a_place_in_an_element_of_its_own_is_a_dateline_without_agency(
    printed: str, text: str, places: tuple[str, ...], day: date | None, rest: str
) -> None:
    head = read_place(printed, text, PUBLISHED)
    assert head is not None
    assert (head.dateline.places, head.dateline.date, head.dateline.agency) == (places, day, None)
    assert head.rest == rest


@pytest.mark.parametrize(
    "printed", ["", "|", "7 July", "A bus stopped at a lighthouse, it said.", "1:30 pm", "x" * 300]
)
def test_what_is_no_place_is_no_dateline(printed: str) -> None:
    assert read_place(printed, "A bus stopped.", PUBLISHED) is None
