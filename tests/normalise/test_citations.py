"""Who is cited, through whom; and names that are no citation."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import Registers
from pipeline.normalise.citations import find_citations
from tests.cost import cpu

# Invented sentences of twelve languages, a third of which name an agency and cite none.
LABELLED: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("citations.jsonl").read_text(encoding="utf-8").splitlines()
]
PRECISION, RECALL = 0.98, 0.95
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
    "BBC said it would cut 500 jobs.",
    "중앙일보는 사옥을 팔았다고 밝혔다.",
    "Известия сообщили родственники пассажиров.",
]


@pytest.mark.parametrize(("text", "expected"), CITED)
def test_a_citation_is_found_with_its_chain(
    registers: Registers, text: str, expected: set[tuple[str, str | None]]
) -> None:
    assert {(found.agency, found.via) for found in find_citations([text], registers)} == expected


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("Unlike Reuters, AFP reported nothing.", ["afp"]),
        ("Reuters, AFP and Xinhua reported that it rained.", ["reuters", "afp", "xinhua"]),
        ("Reuters and AFP reported that it rained.", ["reuters", "afp"]),
    ],
)
def test_a_comma_joins_names_in_a_list_only(registers: Registers, text: str, agencies: list[str]) -> None:
    assert [found.agency for found in find_citations([text], registers)] == agencies


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


def half(case: dict[str, Any]) -> int:
    return hashlib.sha256(case["text"].encode()).digest()[-1] % 2


def test_the_labelled_sentences_are_of_all_languages_and_kinds() -> None:
    languages = Counter(case["language"] for case in LABELLED)
    assert set(languages) == {"en", "ru", "ko", "zh", "ja", "es", "fr", "de", "ar", "it", "pt", "tr"}
    assert all(number >= (12 if language in ("it", "pt", "tr") else 40) for language, number in languages.items())
    assert sum(not case["cites"] for case in LABELLED) >= len(LABELLED) / 4
    assert len({case["text"] for case in LABELLED}) == len(LABELLED)


@pytest.mark.parametrize("part", [0, 1])
def test_labelled_sentences_are_read_as_labelled(registers: Registers, part: int) -> None:
    right = wrong = missed = 0
    for case in LABELLED:
        if half(case) == part:
            expected = {(agency, via) for agency, via in case["cites"]}
            found = {(citation.agency, citation.via) for citation in find_citations([case["text"]], registers)}
            right += len(found & expected)
            wrong += len(found - expected)
            missed += len(expected - found)
    assert right / (right + wrong) >= PRECISION
    assert right / (right + missed) >= RECALL


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("DPRK Will Never Yield: KCNA", {("kcna", None)}),
        ("Rates to fall this year - Bloomberg", {("bloomberg", None)}),
        ("TASS: bridge reopened", {("tass", None)}),
        ("FT “Uber close to a deal”", {("ft", None)}),
        ("KCNA Commentary on Robbery", set()),
        ("TASS 12:30 news summary", set()),
    ],
)
def test_a_headline_names_its_source_by_a_colon(
    registers: Registers, headline: str, expected: set[tuple[str, str | None]]
) -> None:
    assert {(found.agency, found.via) for found in find_citations([headline, "It rained."], registers)} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Michael Bloomberg said he would run. Bloomberg said so twice.", []),
        ("Michael Bloomberg spoke. Bloomberg News reported it.", ["bloomberg"]),
        ("On Friday Bloomberg reported a loss.", ["bloomberg"]),
        ("The ex-mayor, Mr. Bloomberg, said no.", []),
        ("Steve Forbes said taxes were high.", []),
        ("Forbes reported that taxes were high.", ["forbes"]),
    ],
)
def test_people_who_are_called_as_a_house_is_are_not_cited(
    registers: Registers, text: str, expected: list[str]
) -> None:
    assert [found.agency for found in find_citations([text], registers)] == expected


@pytest.mark.parametrize(
    "unit",
    [
        *("KCNA ", "citing the ", "KCNA reported citing Yonhap ", "the a ", ". A", "Reuters, ", "New York "),
        *("Reuters quickly quickly ", "The The The of in on by Reuters ", "newspaper Times ", "Reuters\n"),
        *("Reuters and ", '"Spiegel" '),
        *("la agencia rusa estatal Reuters ", "l'agence économique économique économique AFP ", "hat er so Reuters "),
        *("der staatlichen amtlichen Nachrichtenagentur dpa ", "агентства газеты журнала «Интерфакса» "),
        *("secondo la della il agenzia Reuters ", "italiana ufficiale della Reuters ", "segundo a agência Lusa "),
        *("oficial portuguesa da Reuters ", "Reuters'ın haberi ", "Anadolu Ajansı, bir "),
        *("조선중앙통신은 ", "据朝中社", "AP通信は", "نقلت وكالة رويترز "),
    ],
)
def test_a_hostile_text_costs_time_in_proportion(registers: Registers, unit: str) -> None:
    texts = [unit * (size // len(unit)) for size in (20_000, 80_000)]
    spent = [cpu(partial(find_citations, [text], registers)) for text in texts]
    assert spent[1] < 8 * spent[0] + 0.1
    assert spent[1] < 2
