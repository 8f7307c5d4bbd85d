"""The text of a page of which nothing is known, judged block by block."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract import around, body, evidence, generic, lines
from pipeline.extract.naming import spoken
from pipeline.model import Extract
from pipeline.parse import blocks, dom

SENTENCES = (
    "The ferry between the two banks of the river was back at work on Tuesday, a week after the flood had stopped it.",
    "Passengers queued from six in the morning, and the first crossing carried forty of them, the harbour master said.",
    "Repairs to the landing stage took five days and were paid for by the province, according to a spokeswoman.",
    "A second boat will be added in summer, she said, when the number of visitors usually doubles.",
)
MENU = "".join(
    f"<li><a href='/{name}'>{name}</a></li>" for name in ("World", "Business", "Sport", "Culture", "Weather")
)
RELATED = "".join(
    f"<li><a href='/story/{number}'>Another story entirely about something else, number {number}</a></li>"
    for number in range(8)
)


def page(text: str, *, title: str = "Ferry resumes after flood") -> str:
    return (
        f"<html><head><title>{title} | Riverside Wire</title></head><body><header><nav><ul>{MENU}</ul></nav></header>"
        f"<main><article><h1>{title}</h1><p class='byline'>By Ann Harbour</p><div class='article-body'>{text}</div>"
        f"</article></main><aside class='related'><h3>Read more</h3><ul>{RELATED}</ul></aside>"
        "<footer><p>© 2026 Riverside Wire. All rights reserved. Reproduction without permission is prohibited.</p>"
        "</footer></body></html>"
    )


def read(html: str) -> body.Judged:
    return body.read(dom.parse_html(html), Extract(headline="Ferry resumes after flood"))


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"<p>{sentence}</p>" for sentence in SENTENCES),
        "<br><br>".join(SENTENCES),
        "".join(f"<div>{sentence}</div>" for sentence in SENTENCES),
        "".join(f"<div class='text-block'><p>{sentence}</p></div>" for sentence in SENTENCES),
        "".join(
            f"<p><span>{sentence[:20]}</span><b>{sentence[20:40]}</b>{sentence[40:]}</p>" for sentence in SENTENCES
        ),
    ],
)
def test_the_paragraphs_are_found_and_nothing_around_them(text: str) -> None:
    found = read(page(text))
    assert found.paragraphs == SENTENCES
    assert found.expected >= body.DOUBT


def test_a_paragraph_printed_twice_is_taken_once() -> None:
    twice = "".join(f"<p>{sentence}</p>" for sentence in (SENTENCES[0], *SENTENCES))
    assert read(page(twice)).paragraphs == SENTENCES


@pytest.mark.parametrize(
    ("printed", "as_"), [(" between ", "\xa0between "), ("ferry", "fer\u00adry"), ("two", "\u200btwo")]
)
def test_a_paragraph_is_known_again_by_what_is_seen_of_it(printed: str, as_: str) -> None:
    again = SENTENCES[0].replace(printed, as_, 1)
    assert again != SENTENCES[0]
    text = "".join(f"<p>{sentence}</p>" for sentence in (*SENTENCES[:2], again, *SENTENCES[2:]))
    assert read(page(text)).paragraphs == SENTENCES


def test_a_page_without_text_is_a_doubt() -> None:
    found = read(page(""))
    assert found.expected < body.DOUBT


def test_an_empty_page_has_no_text() -> None:
    assert read("").paragraphs == ()


def test_a_second_opinion_is_asked_for_on_doubtful_pages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dom.Element] = []

    def second(root: dom.Element) -> tuple[str, ...]:
        asked.append(root)
        return ()

    monkeypatch.setattr(generic, "paragraphs_of", second)
    read(page("".join(f"<p>{sentence}</p>" for sentence in SENTENCES)))
    assert not asked
    read("<body><div>A few words</div></body>")
    assert asked


def test_the_chosen_blocks_have_the_highest_expected_f1() -> None:
    taken, expected = body.chosen([0.9, 0.1, 0.95, 0.55], [100, 400, 100, 10])
    assert taken == [0, 2, 3]
    assert expected == pytest.approx(2 * (90 + 95 + 5.5) / (210 + 90 + 40 + 95 + 5.5))
    assert body.chosen([0.2, 0.1], [100, 100]) == ([], 0.0)


def test_every_number_has_its_weight() -> None:
    layout = blocks.layout_of(dom.parse_html(page("".join(f"<p>{sentence}</p>" for sentence in SENTENCES))))
    first = evidence.First(layout, lines.Hints(), frozenset(), {})
    again = around.Around(first, np.full(len(layout.blocks), 0.5)).table()
    for table, names in ((first.table, evidence.VALUES), (again, around.AROUND_VALUES)):
        assert table.shape == (len(first.serious), len(names))
        assert len(names) == len(set(names))
    assert len(body.learnt().first) == len(evidence.VALUES)
    assert len(body.learnt().again) == len(around.AROUND_VALUES) + len(evidence.VALUES)


def test_links_of_a_list_are_not_looked_at() -> None:
    layout = blocks.layout_of(dom.parse_html(page("".join(f"<p>{sentence}</p>" for sentence in SENTENCES))))
    looked_at = {layout.blocks[at].text for at in evidence.First(layout, lines.Hints(), frozenset(), {}).serious}
    assert set(SENTENCES) <= looked_at
    assert not {"World", "Sport", "Another story entirely about something else, number 3"} & looked_at


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ferries ferry of 12", {"ferri", "ferry", "12"}),
        ("паромы в 2024", {"паром", "2024"}),
        ("渡轮复航", {"渡轮", "轮复", "复航"}),
        ("", set()),
    ],
)
def test_titles_and_lines_are_compared_by_their_terms(text: str, found: set[str]) -> None:
    assert lines.terms(text) == found


def test_what_is_known_of_words_does_not_outlive_the_weights() -> None:
    words = frozenset({"story", "teaser"})
    assert set(spoken(words, frozenset())) == {"+content", "+related"}
    assert set(spoken(words, frozenset({"story"}))) == {"story", "+content", "+related"}


TAGS = st.sampled_from(
    ["p", "div", "br", "li", "h1", "a", "b", "td", "button", "nav", "article", "section", "/div", "/p"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TAGS, st.text(max_size=30)), max_size=40))
def test_whatever_the_markup_the_text_is_of_the_page(parts: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{text}" for tag, text in parts)
    root = dom.parse_html(html)
    shown = {block.text for block in blocks.layout_of(root).blocks}
    layout = blocks.layout_of(root)
    found = body.judged(layout, body.page_hints(root, Extract()))
    assert set(found.paragraphs) <= shown
    assert 0 <= found.expected <= 1
    assert all(0 <= chance <= 1 for chance in found.chances)


@pytest.mark.parametrize(
    "unit", ["<p>word ", "<div><a href=x>link</a>", "<div class='a b c d e f'>text", "<li>a, b, c."]
)
def test_cost_grows_with_the_page_and_no_faster(unit: str) -> None:
    def cost(many: int) -> float:
        root = dom.parse_html("<body>" + unit * many)
        began = time.process_time()
        body.judged(blocks.layout_of(root), lines.Hints())
        return time.process_time() - began

    cost(100)
    small = min(cost(1_000) for _ in range(3))
    assert min(cost(8_000) for _ in range(3)) < 8 * small * 3 + 0.2
