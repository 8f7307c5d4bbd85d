"""Who is cited, through whom; and names that are no citation."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import Registers
from pipeline.normalise.citations import find_citations

CITED = [
    ("Yonhap news agency reported citing the Korean Central News Agency (KCNA) that it rained.",
     {("yonhap", None), ("kcna", "yonhap")}),
    ("Citing KCNA, Yonhap reported on Tuesday that it rained.", {("kcna", "yonhap"), ("yonhap", None)}),
    ("The leader left, the KCNA was quoted by Yonhap as saying.", {("kcna", "yonhap"), ("yonhap", None)}),
    ("It rained, Yonhap news agency reported Tuesday, citing an official.", {("yonhap", None)}),
    ("It rained, according to the official Xinhua News Agency.", {("xinhua", None)}),
    ("\"It rains,\" the minister told Reuters on Friday.", {("reuters", None)}),
    ("The New York Times reported, citing Reuters, that it rained.", {("nyt", None), ("reuters", "nyt")}),
    ("In an interview with CNN, the minister denied the rain.", {("cnn", None)}),
    ("The state-run Xinhua said it rained.", {("xinhua", None)}),
    ("Об этом сообщает агентство Ренхап со ссылкой на ЦТАК.", {("yonhap", None), ("kcna", "yonhap")}),
    ("По данным Интерфакса, шёл дождь.", {("interfax", None)}),
    ("Шёл дождь, сообщила газета New York Times.", {("nyt", None)}),
    ("Рейтер сообщает, что шёл дождь.", {("reuters", None)}),
    ("조선중앙통신은 27일 비가 왔다고 보도했다.", {("kcna", None)}),
    ("교도통신이 조선중앙통신을 인용해 보도했다.", {("kyodo", None), ("kcna", "kyodo")}),
    ("조선중앙통신에 따르면 비가 왔다.", {("kcna", None)}),
    ("로이터통신이 16일(현지시간) 전했다.", {("reuters", None)}),
    ("据朝中社27日报道，平壤下雨。", {("kcna", None)}),
    ("路透社援引朝中社报道称，平壤下雨。", {("reuters", None), ("kcna", "reuters")}),
    ("日本共同社7日报道说，东京下雨。", {("kyodo", None)}),
    ("ロイター通信は朝鮮中央通信を引用して報じた。", {("reuters", None), ("kcna", "reuters")}),
    ("朝鮮中央通信によると、雨が降った。", {("kcna", None)}),
    ("朝鮮中央通信は7日、雨が降ったと報じた。", {("kcna", None)}),
]  # fmt: skip
UNCITED = [
    "A Reuters photographer saw the rain.",
    "The AP building was closed. He reads the New York Times every day.",
    "He worked for Reuters. Bloomberg rose 3%.",
    "APA and APEC are not AP.",
    "KCNA was founded in 1946.",
    "这台收音机连接AP和FT。",
    "연합뉴스TV 사옥이 있다.",
]


@pytest.mark.parametrize(("text", "expected"), CITED)
def test_a_citation_is_found_with_its_chain(
    registers: Registers, text: str, expected: set[tuple[str, str | None]]
) -> None:
    assert {(found.agency, found.via) for found in find_citations([text], registers)} == expected


@pytest.mark.parametrize("text", UNCITED)
def test_a_name_alone_is_no_citation(registers: Registers, text: str) -> None:
    assert find_citations([text], registers) == ()


def test_a_citation_carries_the_name_and_the_words_that_say_so(registers: Registers) -> None:
    [found] = find_citations(["It rained, according to the Xinhua News Agency on Friday."], registers)
    assert (found.name, found.text) == ("Xinhua News Agency", "according to the Xinhua News Agency")


def test_the_articles_own_agency_is_neither_cited_nor_a_link(registers: Registers) -> None:
    found = find_citations(["路透社援引朝中社报道称，平壤下雨。", "he told Reuters."], registers, "reuters")
    assert [(citation.agency, citation.via) for citation in found] == [("kcna", None)]


def test_each_citation_is_named_once(registers: Registers) -> None:
    assert len(find_citations(["KCNA said so.", "KCNA said it again."], registers)) == 1


@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_text_is_searched_without_error(registers: Registers, paragraphs: list[str]) -> None:
    find_citations(paragraphs, registers)


@pytest.mark.parametrize(
    "unit", ["KCNA ", "citing the ", "KCNA reported citing Yonhap ", "조선중앙통신은 ", "the a ", "据朝中社", ". A"]
)
def test_a_hostile_text_costs_no_time(registers: Registers, unit: str) -> None:
    started = time.process_time()
    find_citations([unit * 20_000], registers)
    assert time.process_time() - started < 2
