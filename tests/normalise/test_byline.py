"""Bylines and the people that they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import Registers
from pipeline.normalise.byline import authors_of, read_byline, tidy_authors


@pytest.mark.parametrize(
    "line",
    [
        "By Lee Chi-dong", "By Kim Soo-yeon and Lee Minji", "BY JOHN O'HARA", "Von Anna Schmidt", "By Jo Doe, dpa",
        "Par Jean Petit", "Por Ana Pérez", "Di Mario Rossi", "Автор: Иван Петров", "Haber: Ali Yılmaz",
        "Texte: Jean Petit",
        "记者 张三", "新华社记者张三", "新华社记者 张三 李四", "（记者 张三）", "文/张三", "作者：张三",
        "本报记者 张三", "见习记者 张三",
        "홍길동 기자", "홍길동·김철수 기자", "홍길동 특파원", "홍길동 기자 hong@example.org", "بقلم: أحمد علي",
    ],
)  # fmt: skip
def test_a_line_that_is_a_byline_is_known(line: str) -> None:
    assert read_byline(line) == line


@pytest.mark.parametrize(
    "line",
    [
        "By Tuesday it had rained.",
        "By the sea",
        "By Monday evening it had rained and rained",
        "It rained.",
        "",
        "By",
        "By Lee Chi-dong said it rained.",
        "记者张三说，下雨了。",
        "记者会",
        "记者手记",
        "记者 手记",
        "记者 提问",
        "文化大革命",
        "作者简介",
        "文章来源",
        "文化",
        "홍길동 기자가 말했다",
        "كتب أحمد",
    ],
)
def test_a_sentence_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "By The Numbers", "By Popular Demand", "By Royal Appointment", "Von Der Aue Gewinnt Zweite Amtszeit",
        "Von Der Aue", "Di Marina Torna In Laguna", "Por San Martín", "Par Exemple Lyon",
    ],
)  # fmt: skip
def test_a_heading_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize("line", ["By The Associated Press", "By The Northport Times", "Di Anna Maria Rossi"])
def test_a_house_and_a_long_name_are_bylines(line: str) -> None:
    assert read_byline(line) == line


@pytest.mark.parametrize(("line", "tag"), [("Di Marina", "it"), ("Di Anna Rossi", "it"), ("Por Ana Pérez", "pt")])
def test_a_word_for_by_is_one_of_the_language(line: str, tag: str) -> None:
    assert read_byline(line, {"en"}) is None
    assert read_byline(line, {"en", tag}) == (line if line.count(" ") > 1 else None)


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Lee Chi-dong", ("Lee Chi-dong",)),
        ("By Kim Soo-yeon and Lee Minji", ("Kim Soo-yeon", "Lee Minji")),
        ("Von: Anna HAFEN, Bo KAI", ("Anna HAFEN", "Bo KAI")),
        ("Par : Anna HAFEN", ("Anna HAFEN",)),
        ("By Jo Doe, Jane Roe & Max Moe", ("Jo Doe", "Jane Roe", "Max Moe")),
        ("Іван Морський", ("Іван Морський",)),
        ("Łukasz Żuraw, Čeněk Štika", ("Łukasz Żuraw", "Čeněk Štika")),
        ("İpek Şahin, Əli Quliyev", ("İpek Şahin", "Əli Quliyev")),
        ("Әсел Қанат", ("Әсел Қанат",)),
        ("Արամ Ծովակյան", ("Արամ Ծովակյան",)),
        ("Νίκος Φάρος", ("Νίκος Φάρος",)),
        ("홍길동 기자", ("홍길동",)),
        ("홍길동 연합인포맥스 기자", ("홍길동",)),
        ("홍길동 김철수 이영희 기자", ("홍길동", "김철수", "이영희")),
        ("홍길동 기자 hong@yna.co.kr", ("홍길동",)),
        ("홍길동특파원", ("홍길동",)),
        ("记者张三 李四", ("张三", "李四")),
        ("本报记者 张三", ("张三",)),
        ("本台记者 张三", ("张三",)),
        ("渡口日报记者 张三", ("张三",)),
        ("本报记者张三 通讯员李四", ("张三", "李四")),
        ("（记者 张三）", ("张三",)),
        ("记者张三发自雨城", ("张三",)),
        ("記者王小明／雨城報導", ("王小明",)),
        ("作者：佚名", ()),
        ("作者系渡口评论员", ()),
        ("作者为雨城大学教授", ()),
        ("作者：张三 李四", ("张三", "李四")),
        ("作者：張雨生 江東渡口 職員", ("張雨生",)),
        ("文/王五", ("王五",)),
        ("文/王五 图/赵六", ("王五",)),
        ("记者 阿里·木拉提", ("阿里·木拉提",)),
        ("张三 记者", ("张三",)),
        ("张三 编辑 李四", ("张三", "李四")),
        ("责任编辑 张三", ("张三",)),
        ("本报记者", ()),
        ("本报编辑部", ()),
        ("张三、李四", ("张三", "李四")),
        ("评论员 张三 李四", ("张三", "李四")),
        ("연합뉴스", ()),
        ("Корр. ТАСС Иван Петров", ("Иван Петров",)),
        ("TASS Correspondent Pavel Orlov", ("Pavel Orlov",)),
        ("Мария Петрова, БТА", ("Мария Петрова",)),
        ("Jane Roe, Jo Doe and Ann Lee", ("Jane Roe", "Jo Doe", "Ann Lee")),
        ("By United Nations Security Council", ()),
        ("By Ann Harbour and Riverside Ferry Association", ("Ann Harbour",)),
        ("", ()),
        (None, ()),
    ],
)
def test_a_byline_names_its_authors(registers: Registers, byline: str | None, authors: tuple[str, ...]) -> None:
    assert authors_of(byline, registers) == authors


def test_listed_authors_come_without_addresses_and_titles() -> None:
    assert tidy_authors(["By Jo Doe", "홍길동 기자", "jo@example.org (Jane Roe)", "증권부", "", "Jo Doe"]) == (
        "Jo Doe", "홍길동", "(Jane Roe)", "증권부",
    )  # fmt: skip


@given(st.text(max_size=200))
def test_any_byline_is_read_without_error(registers: Registers, text: str) -> None:
    read_byline(text)
    assert all(authors_of(text, registers))
    assert all(tidy_authors([text]))


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        (["Ann Harbour und Bo Quay, dpa"], ("Ann Harbour", "Bo Quay", "dpa")),
        (["Ann Harbour og Bo Quay"], ("Ann Harbour", "Bo Quay")),
        (["Harbour, Ann"], ("Harbour, Ann",)),
        (["Desk and Newsroom of the Wire"], ("Desk and Newsroom of the Wire",)),
        (["Ann Harbour", "Ann Harbour"], ("Ann Harbour",)),
    ],
)
def test_several_names_in_one_are_told_apart(listed: list[str], names: tuple[str, ...]) -> None:
    assert tidy_authors(listed) == names


@pytest.mark.parametrize(
    ("line", "is_byline"),
    [("记者张三", True), ("（记者李小明）", True), ("记者手记", False), ("记者会上", False), ("记者说", False)],
)
def test_a_reporter_on_a_line_of_its_own_is_a_byline(line: str, is_byline: bool) -> None:
    assert (read_byline(line) == line) is is_byline
