"""Who a page says wrote it.  Real markup of its kinds, invented people."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.declared import declared
from pipeline.model import Extract
from pipeline.parse import dom

URL = "https://www.harbour-wire.example/world/ferry-is-back"


def read(html: str) -> Extract:
    return declared(dom.parse_html(html), URL)


def block(*things: Any) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@graph': list(things)})}</script>"


def test_an_author_that_json_ld_points_to_is_found_in_its_graph() -> None:
    article = {"@type": "Article", "headline": "Ferry", "author": {"@id": "#ann"}}
    found = read(block(article, {"@type": "Person", "@id": "#ann", "name": "Ann Harbour"}))
    assert (found.authors, found.fields["authors"]) == (("Ann Harbour",), "json-ld")


def test_the_author_of_a_page_that_declares_no_article_is_its_author() -> None:
    assert read(block({"@type": "WebPage", "author": {"name": "Bo Quay"}})).authors == ("Bo Quay",)


@pytest.mark.parametrize(
    "author", [{"@id": "#none"}, {"name": ""}, "", [], None, 7, {"name": ["", 3]}, [[1]], "12345678"]
)
def test_an_author_without_a_name_is_none(author: Any) -> None:
    assert read(block({"@type": "Article", "author": author})).authors == ()


@pytest.mark.parametrize("name", ["<a href='/ann'>Ann Harbour</a>", "<b>Ann</b> Harbour<br>", "Ann Harbour"])
def test_markup_is_no_part_of_a_name(name: str) -> None:
    assert read(f'<meta name="author" content="{name}">').authors == ("Ann Harbour",)
    assert read(block({"@type": "Article", "author": {"name": name}})).authors == ("Ann Harbour",)
    assert read('<meta name="author" content="<i></i>">').authors == ()


def test_meta_elements_name_who_json_ld_does_not() -> None:
    house = block({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Harbour Wire"}})
    found = read(
        f"<meta name='author' content='Ann Harbour'><meta property='og:site_name' content='Harbour Wire'>{house}"
    )
    assert (found.authors, found.fields["authors"]) == (("Ann Harbour",), "meta")


def test_where_the_house_alone_is_declared_the_printed_signature_is_told_too() -> None:
    house = block({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Harbour Wire"}})
    found = read(f"{house}<p class='byline'>By Ann Harbour</p>")
    assert (found.authors, found.signed) == (("Harbour Wire",), ("By Ann Harbour",))


def test_a_place_for_names_is_told_from_one_that_may_hold_one() -> None:
    found = read("<div class='byline-box'>By <a rel='author' href='/ann'>Ann Harbour</a> on Tuesday</div>")
    assert found.named == ("Ann Harbour",)
    assert found.signed == ("By Ann Harbour on Tuesday", "Ann Harbour")


def test_two_names_of_one_line_are_both_named() -> None:
    line = "<p><a rel='author' href='/a'>Ann Harbour</a> and <a rel='author' href='/b'>Bo Quay</a></p>"
    assert read(f"{line}<ul><li><b class='author'>Jo Pier</b></li></ul>").named == ("Ann Harbour", "Bo Quay")


def test_the_name_in_microdata_is_taken_without_what_is_around_it() -> None:
    span = "<span itemprop='author' itemscope><meta itemprop='name' content='Ann Harbour'>By Ann, our reporter</span>"
    assert read(span).named == ("Ann Harbour",)


@pytest.mark.parametrize(
    "html",
    [
        "<ol class='comment-list'><li><b class='author'>Bo Quay</b></li></ol>",
        "<aside><p class='author'>Bo Quay</p></aside>",
        "<div class='related-articles'><span class='byline'>By Bo Quay</span></div>",
        "<form><p class='comment-form-author'>Name *</p></form>",
    ],
)
def test_readers_and_other_articles_sign_nothing(html: str) -> None:
    found = read(html)
    assert (found.named, found.signed) == ((), ())


def test_a_line_that_begins_as_a_byline_signs_a_page_that_has_no_place_for_it() -> None:
    assert read("<p>By topic</p><p>By <b>Ann Harbour</b></p><p>By Bo Quay</p>").signed == ("By Ann Harbour",)
    assert read("<p>By the way, it rained.</p>").signed == ()


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_markup_can_be_signed(name: str, text: str) -> None:
    read(f"<p class='{name.replace(chr(39), '')} author'>{text}</p><a rel='author'>{name}</a>{text}")


def test_many_places_and_deep_ones_cost_little() -> None:
    deep = "<div class='author'>" * 3_000
    assert len(read(f"{'<b class=author>Ann Harbour</b>' * 5_000}{deep}").signed) <= 12
