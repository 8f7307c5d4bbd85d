"""What stands before a story: headline, notices, bylines, and the dateline, also behind a standfirst."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.normalise import Registers
from pipeline.normalise.dateline import Head, read_dateline
from pipeline.normalise.opening import Opening, open_story

DAY = date(2021, 7, 8)
LINE = "SEOUL, July 7 (Yonhap) -- It rained."
STANDFIRST = "The rain came earlier than expected"


def opened(registers: Registers, *paragraphs: str, headline: str = "Rain") -> tuple[list[str], Opening]:
    def read(text: str) -> Head | None:
        return read_dateline(text, registers, DAY)

    return open_story(list(paragraphs), (headline,), read)


def place(opening: Opening) -> str | None:
    return opening.head.dateline.place if opening.head else None


def test_a_dateline_is_taken_off_the_first_paragraph(registers: Registers) -> None:
    story, opening = opened(registers, LINE, "It rained again.")
    assert (story, place(opening)) == (["It rained.", "It rained again."], "SEOUL")


def test_headline_notice_and_byline_before_it_are_no_story(registers: Registers) -> None:
    before = ("Rain", "(ATTN: CORRECTS the place)", "By Lee Chi-dong", "Yonhap News Agency")
    story, opening = opened(registers, *before[:3], LINE)
    assert (story, place(opening), opening.byline, opening.signals) == (
        ["It rained."], "SEOUL", "By Lee Chi-dong", ["correction"],
    )  # fmt: skip


@pytest.mark.parametrize("house", ["AP Sports Writer", "Associated Press", "Staff Writer", "Reuters"])
def test_the_house_under_a_byline_is_no_story(registers: Registers, house: str) -> None:
    story, opening = opened(registers, "By JANE ROE", house, LINE)
    assert (story, opening.byline) == (["It rained."], "By JANE ROE")


def test_a_house_without_a_byline_stays(registers: Registers) -> None:
    assert opened(registers, "Associated Press", "It rained.")[0] == ["Associated Press", "It rained."]


def test_a_dateline_behind_a_standfirst_is_found(registers: Registers) -> None:
    story, opening = opened(registers, STANDFIRST, LINE, "It rained again.")
    assert (story, place(opening)) == ([STANDFIRST, "It rained.", "It rained again."], "SEOUL")


def test_a_list_of_people_has_no_dateline(registers: Registers) -> None:
    pieces = ("Berlin – The ferryman was second in practice and spoke of a good day with all of his crew.",)
    listed = (*pieces, "Hafen – The helmsman was fourth and spoke of a bad one.")
    assert (opened(registers, *listed)[0], place(opened(registers, *pieces, "It rained.")[1])) == (
        list(listed), "Berlin",
    )  # fmt: skip


@pytest.mark.parametrize(
    "first",
    [
        "Sofia – The soprano sang of rain, and those who had come to the harbour sang with her until late at night.",
        "Hamilton – The ferryman was second in practice and spoke of a good day with all of his crew.",
        "Male – The sailor was 34 years old and lived near the harbour, the office said in the evening.",
        "Berlin – I liked the concert very much, and would go there again with my friends at any time.",
    ],
)
def test_a_name_that_is_a_place_too_is_no_dateline(registers: Registers, first: str) -> None:
    story, opening = opened(registers, first, "It rained.")
    assert (story, place(opening)) == ([first, "It rained."], None)


def test_a_name_is_a_place_where_the_story_says_so(registers: Registers) -> None:
    first = "Sofia – The soprano sang of rain, and those who live in Sofia sang with her until late at night."
    assert place(opened(registers, first)[1]) == "Sofia"


def test_a_digest_has_no_dateline(registers: Registers) -> None:
    pieces = (STANDFIRST, LINE, "TOKYO, July 7 (Kyodo) -- It snowed.")
    assert opened(registers, *pieces)[0] == list(pieces)


def test_a_dateline_behind_a_long_paragraph_is_another_pieces(registers: Registers) -> None:
    pieces = (STANDFIRST * 10, LINE)
    assert opened(registers, *pieces)[0] == list(pieces)


def test_behind_a_standfirst_only_an_agency_makes_a_dateline(registers: Registers) -> None:
    pieces = (STANDFIRST, "LONDON — The harbour was closed on Wednesday after a crane fell onto the quay, it said.")
    assert opened(registers, *pieces)[0] == list(pieces)


@pytest.mark.parametrize(
    "line",
    ["Strasbourg, 10 juil 2024 (AFP)", "BEIJING, July 7", "ANKARA", "FORT WAYNE, Ind.", "Baku, July 7, AZERTAC"],
)
def test_a_dateline_on_a_line_of_its_own_is_taken_off(registers: Registers, line: str) -> None:
    story, opening = opened(registers, line, "It rained.")
    assert story == ["It rained."]
    assert opening.head is not None
    assert opening.head.dateline.text == line


def test_a_fuller_dateline_behind_it_counts(registers: Registers) -> None:
    story, opening = opened(registers, "FORT WAYNE, Ind.", "Rain", "FORT WAYNE, Ind. (AP) _ It rained.")
    assert opening.head is not None
    assert (story, opening.head.dateline.agency) == (["It rained."], "ap")


@pytest.mark.parametrize(
    ("first", "byline"),
    [
        ("[이데일리 홍길동 기자] 비가 왔다.", "홍길동 기자"),
        ("[더팩트ㅣ홍길동 기자] 비가 왔다.", "홍길동 기자"),
        ("(홍길동·김철수 기자) 비가 왔다.", "홍길동·김철수 기자"),
        ("홍길동 기자 = 비가 왔다.", "홍길동 기자"),
        ("(서울=연합뉴스) 홍길동 기자 = 비가 왔다.", "홍길동 기자"),
        ("【北京＝山田太郎】비가 왔다.", "山田太郎"),
        ("（记者 张三）비가 왔다.", "记者 张三"),
    ],
)
def test_the_reporter_before_the_first_sentence_is_the_byline(registers: Registers, first: str, byline: str) -> None:
    story, opening = opened(registers, first)
    assert story == ["비가 왔다."]
    assert byline in (opening.byline, opening.head.byline if opening.head else None)


@pytest.mark.parametrize(
    "first", ["[속보] 비가 왔다.", "홍길동 기자가 비를 맞았다.", "（记者会）下雨了。", "[기자수첩] 비가 왔다."]
)
def test_another_bracket_stays(registers: Registers, first: str) -> None:
    assert opened(registers, first)[0] == [first]


def test_a_text_of_nothing_but_its_headline_keeps_it(registers: Registers) -> None:
    assert opened(registers, "Rain")[0] == ["Rain"]
    assert opened(registers)[0] == []
