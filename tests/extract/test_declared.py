"""What pages say of themselves, and what is not believed of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.declared import declared
from pipeline.model import Extract
from pipeline.parse import dom

URL = "https://wire.example/a"


def read(html: str) -> Extract:
    return declared(dom.parse_html(html), URL)


def block(thing: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


NEWS = {
    "@type": "NewsArticle",
    "headline": "Lighthouse opens library",
    "datePublished": "2026-01-01T09:00:00+09:00",
    "dateModified": "2026-01-02T09:00:00+09:00",
    "author": [{"@type": "Person", "name": "Hong Gil-sun"}, "Kim Ha-na", {"name": "https://facebook.example/x"}],
    "articleSection": ["World", "Sea"],
    "keywords": "ships, light; ships",
    "image": {"url": "/i.jpg"},
    "inLanguage": "en-GB",
    "publisher": {"name": "Wire"},
    "articleBody": "One.\n\nTwo.",
}


@pytest.mark.parametrize(
    "thing", [NEWS, [NEWS], {"@graph": [{"@type": "WebPage"}, NEWS]}, {"@type": "WebPage", "mainEntity": NEWS}]
)
def test_json_ld_is_found_wherever_it_stands(thing: Any) -> None:
    found = read(block(thing))
    assert (found.headline, found.section, found.language) == ("Lighthouse opens library", "World", "en-GB")
    assert [(dated.raw, dated.origin) for dated in found.dates if dated.evidence == "page"] == [
        ("2026-01-01T09:00:00+09:00", "json-ld")
    ]
    assert found.updated_raw == "2026-01-02T09:00:00+09:00"
    assert found.authors == ("Hong Gil-sun", "Kim Ha-na")
    assert found.keywords == ("ships", "light")
    assert found.images == ("https://wire.example/i.jpg",)
    assert found.paragraphs == ("One.", "Two.")
    assert {found.fields[field] for field in ("headline", "authors", "images")} == {"json-ld"}


def test_of_several_articles_the_one_of_this_address_is_meant() -> None:
    found = read(block([{"@type": "NewsArticle", "headline": "Teaser"}, {**NEWS, "mainEntityOfPage": {"@id": URL}}]))
    assert found.headline == "Lighthouse opens library"


@pytest.mark.parametrize(
    "script",
    ["{", '{"@type": "NewsArticle", "headline": "cut', json.dumps({**NEWS, "articleBody": "x" * 600_000}), "[" * 9_000],
)
def test_broken_or_overlong_blocks_say_nothing(script: str) -> None:
    found = read(f'<script type="application/ld+json">{script}</script>')
    assert found.headline is None
    assert all(dated.evidence == "guess" for dated in found.dates)


def test_meta_elements_fill_in() -> None:
    found = read(
        "<html lang='ru'><head><link rel='canonical' href='/c?x=1'><meta property='og:site_name' content='Wire'>"
        "<meta property='og:title' content='T'><meta property='article:published_time' content='2026-01-01T00:00Z'>"
        "<meta property='article:section' content='<b>World</b>'><meta name='author' content='Hong'>"
        "<meta property='article:author' content='https://facebook.example/wire'><meta name='keywords' content='a, b'>"
        "<meta property='og:image' content='https://wire.example/logo_share.png'></head>"
    )
    assert (found.headline, found.section, found.authors, found.keywords) == ("T", "World", ("Hong",), ("a", "b"))
    assert (found.language, found.site_name, found.canonical_url) == ("ru", "Wire", "https://wire.example/c?x=1")
    assert found.images == ()
    assert [(dated.raw, dated.origin) for dated in found.dates] == [("2026-01-01T00:00Z", "opengraph")]
    assert (found.fields["headline"], found.fields["language"]) == ("opengraph", "html")


def test_the_heading_that_the_title_agrees_with_is_the_headline() -> None:
    found = read("<title>Night bus stops — Wire</title><h1>Wire</h1><h1>Night <b>bus</b> stops</h1><h1>Other</h1>")
    assert found.headline == "Night bus stops"


def test_what_stands_in_a_byline_is_told_where_no_author_is_declared() -> None:
    signed = "<p class='byline'>By Ann Harbour</p><a rel='author' href='/bo'>Bo Quay</a><i class='author'>World</i>"
    assert read(signed).signed == ("By Ann Harbour", "Bo Quay", "World")
    assert read(f"<meta name='author' content='Jo Pier'>{signed}").signed == ()
    assert read(f"<p class='byline'>{'By Ann Harbour ' * 20}</p>").signed == ()


def test_the_headline_is_what_most_titles_agree_on() -> None:
    found = read(
        "<title>Night bus stops for good | Wire</title><meta property='og:title' content='Night bus stops for good'>"
        "<h1>Riverside and around it</h1><h1>Night bus stops for good</h1>"
    )
    assert (found.headline, found.fields["headline"]) == ("Night bus stops for good", "html")


def test_overlong_meta_elements_say_nothing() -> None:
    assert read(f"<meta property='og:title' content='{'x' * 3_000}'>").headline is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*NEWS, "@graph", "name", "url"]), inner)
    ),
    max_leaves=12,
)


@given(thing=JSON)
def test_any_json_can_be_declared(thing: Any) -> None:
    read(block({"@type": "NewsArticle", **thing} if isinstance(thing, dict) else thing))


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        ("How to use <div> and <b> tags in HTML", "How to use <div> and <b> tags in HTML"),
        ("Ferry a<b & c>d sinks", "Ferry a<b & c>d sinks"),
        ("Ferry <b>sinks</b> off Northport", "Ferry sinks off Northport"),
        ("Ferry<br>sinks", "Ferry sinks"),
    ],
)
def test_tags_that_a_title_names_stay(printed: str, read_as: str) -> None:
    page = f"<html><head>{block({'@type': 'NewsArticle', 'headline': printed})}</head><body></body></html>"
    assert read(page).headline == read_as
