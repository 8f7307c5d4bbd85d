"""What pages say they are about.  Real markup of its kinds, invented stories."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.declared import declared
from pipeline.parse import dom


def read(html: str) -> tuple[tuple[str, ...], str | None]:
    found = declared(dom.parse_html(html), "https://harbour-wire.example/world/ferry")
    return found.keywords, found.fields.get("keywords")


def article(keywords: Any = None) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', 'keywords': keywords})}</script>"


def meta(name: str, content: str) -> str:
    return f"<meta name='{name}' content='{content}'>"


def test_one_list_is_taken_not_all_of_them() -> None:
    tags = "<meta property='article:tag' content='Business, Finance, &amp; Economics'>"
    assert read(meta("keywords", "ferry, flood") + tags) == (("ferry", "flood"), "meta")
    assert read(meta("keywords", "ferry") + article(["boats", "river"])) == (("boats", "river"), "json-ld")


def test_keywords_that_json_ld_glues_into_one_are_read_from_the_meta_elements() -> None:
    assert read(article("Ferry Riverside Ann Harbour") + meta("keywords", "Ferry,Riverside,Ann Harbour")) == (
        ("Ferry", "Riverside", "Ann Harbour"),
        "meta",
    )


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (
            ["26157981-b4f7-4929-adc1-e860c6f03636", "Category: Travel", "wire.test", "NLP Category: General"],
            ("Travel",),
        ),
        (["topic/ferries", "#flood", "(1) Riverside", "100312362"], ("ferries", "flood", "Riverside")),
        (["AER", "AERO", "INDG08", "RSBI:RIGHTS", "GEN"], ()),
        (["EU", "NATO"], ("EU", "NATO")),
        ("渡船、洪水，河", ("渡船", "洪水，河")),
    ],
)
def test_what_is_no_word_is_left_out(stated: Any, kept: tuple[str, ...]) -> None:
    assert read(article(stated))[0] == kept


@pytest.mark.parametrize(
    "tags",
    [
        "<ul class='article-tags'><li><a href='/f'>Ferry</a></li><li><a href='/r'>River</a></li></ul>",
        "<p><i><a rel='tag' href='/f'>Ferry</a> <a rel='tag' href='/r'>River</a></i></p>",
        "<div><i><a href='/topics/f1'>Ferry</a></i><i><a href='/topics/r1'>River</a></i></div>",
        "<footer><ul><li><a data-in='Tags Box' href='/f'>Ferry</a><li><a data-in='Tags Box'>River</a></ul></footer>",
    ],
)
def test_the_printed_tags_stand_in_for_declared_ones(tags: str) -> None:
    menu = "<div class='topics'><a href='/a'>Weather</a><a href='/b'>Sport</a></div>"
    sentence = "<p>The <a href='/tags/boat'>boat</a> sails.</p>"
    html = f"{article()}{menu}<article><h1>Ferry sails</h1>{sentence}{tags}</article>"
    assert read(html) == (("Ferry", "River"), "html")


def test_tags_of_the_whole_site_and_of_what_is_no_article_are_passed_over() -> None:
    tags = "<ul class='tags'><li><a href='/f'>Ferry</a></li><li><a href='/r'>River</a></li></ul>"
    assert read(f"{article()}<h1>Ferry</h1><footer>{tags}</footer><div class='mega-menu'>{tags}</div>") == ((), None)
    assert read(f"<h1>Ferry</h1>{tags}") == ((), None)


@given(st.text(max_size=200))
def test_any_keywords_can_be_declared(text: str) -> None:
    read(article([text, text, {"name": text}]) + meta("keywords", text.replace("'", "")))


def test_a_page_of_links_costs_little() -> None:
    assert read(article() + "<div class='tags'>" * 2_000 + "<a href='/tag/x'>x</a>" * 20_000)[0] == ()
