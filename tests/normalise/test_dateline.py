"""Datelines of every form that agencies print, and the look-alikes that are none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Dateline
from pipeline.normalise import Registers
from pipeline.normalise.dateline import read_dateline, read_place

PUBLISHED = date(2021, 7, 8)

LABELLED = [
    json.loads(line) for line in Path(__file__).with_name("datelines.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("case", LABELLED, ids=[case["text"][:60] for case in LABELLED])
def test_a_head_is_read_as_labelled(registers: Registers, case: dict[str, Any]) -> None:
    head = read_dateline(case["text"], registers, date.fromisoformat(case["near"]))
    assert (None if head is None else as_labelled(head.dateline)) == case["expected"]
    if head is not None:
        assert case["text"].startswith(head.dateline.text)
        assert case["text"].endswith(head.rest)


def as_labelled(line: Dateline) -> dict[str, Any]:
    day = line.date.isoformat() if line.date else None
    return {"text": line.text, "place": line.place, "places": list(line.places), "date": day, "agency": line.agency}


def test_the_labels_are_enough_to_believe() -> None:
    none = sum(case["expected"] is None for case in LABELLED)
    assert len(LABELLED) - none >= 300
    assert none >= 100
    assert {case["language"] for case in LABELLED} >= {
        "en", "ru", "ko", "zh", "ja", "es", "fr", "de", "it", "pt", "ar", "tr"
    }  # fmt: skip


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
        ("本报记者张三北京7月7日电 ", "记者张三"),
        ("（中央社記者王小明、李大華台北7日電）", "記者王小明、李大華"),
        ("МОСКВА, 7 июл - РИА Новости, Иван Сидоров, Анна Белая. ", "Иван Сидоров, Анна Белая"),
        ("София, 7 юли /Мария Петрова, БТА/ ", "Мария Петрова, БТА"),
        ("Ali YILMAZ/İSTANBUL, (DHA) - ", "Ali YILMAZ"),
        ("【ソウル＝山田太郎】", "山田太郎"),
        ("(워싱턴=홍길동 특파원) ", "홍길동 특파원"),
        ("〔記者王小明／台北報導〕", "記者王小明"),
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
