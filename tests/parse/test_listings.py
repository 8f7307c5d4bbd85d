"""HTML listings, sitemaps and JSON listings, as a feed's `fields` describe them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError, ParseError
from pipeline.model import Feed, Page, Request
from pipeline.parse import json_listing, listing, sitemap

URL = "https://wire.example/list/"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
FIELDS = {
    "entry": ".news li",
    "headline": "a",
    "text": ".lead",
    "date": "time",
    "section": ".section",
    "guid": "a::attr(id)",
}
HTML = """<ul class="news">
<li><a id="n1" href="../a?x=1#top">Light<b>house</b> opens</a><p class="lead">It opens.</p>
<time datetime="2026-01-01T09:00:00+09:00">today</time><i class="section">World</i></li>
<li><a href="mailto:x@y">no article</a></li>
<li><a href="/b">Second</a> <time>01-02 10:00</time></li>
<li><a href="/b">Second again</a></li></ul>"""


def page(body: str | bytes) -> Page:
    return Page(url=URL, status=200, body=body.encode() if isinstance(body, str) else body, fetched_at=NOW)


def feed(kind: str, fields: Mapping[str, str] | None = None) -> Feed:
    return Feed(URL, kind=kind, language="en", fields=fields or {})


def test_an_html_listing_is_read_by_its_selectors() -> None:
    first, second = listing.entries(page(HTML), feed("listing", FIELDS))
    assert (first.url, first.guid, first.headline) == ("https://wire.example/a?x=1", "n1", "Lighthouse opens")
    assert (first.text, first.section, first.origin) == ("It opens.", "World", "listing")
    assert (first.published_raw, second.published_raw) == ("2026-01-01T09:00:00+09:00", "01-02 10:00")
    assert (second.url, second.headline, second.language) == ("https://wire.example/b", "Second", "en")


def test_an_entry_may_be_the_link_itself() -> None:
    (entry,) = listing.entries(page("<a class=x href=/a>T</a>"), feed("listing", {"entry": "a.x", "headline": "a.x"}))
    assert (entry.url, entry.headline) == ("https://wire.example/a", "T")


def test_a_page_that_is_links_alone_is_read_by_the_pattern_of_its_articles() -> None:
    html = """<a href="/menu">Menu</a><a href="/news/1?id=7"><img src=x></a>
    <a href="/news/1?id=7#top">Lighthouse opens</a>
    <a href="/news/2?id=8">Second</a><a href="https://other.example/news/3?id=9">Elsewhere</a><a>none</a>
    <a href="mailto:x@y">no</a>"""
    found = listing.links(page(html), feed("listing"), r"^/news/\d\?id=\d$", {"wire.example"})
    assert [(entry.url, entry.headline, entry.origin) for entry in found] == [
        ("https://wire.example/news/1?id=7", "Lighthouse opens", "listing"),
        ("https://wire.example/news/2?id=8", "Second", "listing"),
    ]
    with pytest.raises(ParseError, match="no links"):
        listing.links(page(html), feed("listing"), "^/gone/", {"wire.example"})


@pytest.mark.parametrize("fields", [{"entry": ".gone"}, {}])
def test_a_listing_in_which_nothing_is_found_is_a_parse_error(fields: dict[str, str]) -> None:
    with pytest.raises(ParseError, match="no entries"):
        listing.entries(page(HTML), feed("listing", fields))


def test_a_selector_that_does_not_compile_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="does not compile"):
        listing.entries(page(HTML), feed("listing", {"entry": "li["}))


def test_a_news_sitemap_gives_entries() -> None:
    (entry,) = sitemap.entries(
        page(
            '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
            'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc> https://wire.example/a </loc>'
            "<lastmod>2026-01-02</lastmod><news:news><news:publication><news:name>Wire</news:name>"
            "<news:language>ko</news:language></news:publication><news:publication_date>2026-01-01T00:00:00Z"
            "</news:publication_date><news:title>등대 &amp; 책</news:title>"
            "<news:keywords>a, b</news:keywords></news:news>"
            "<image:image><image:loc>/i.jpg</image:loc></image:image></url><url><loc>ftp://x/</loc></url></urlset>"
        ),
        feed("sitemap"),
        "wire",
    )
    assert not isinstance(entry, Request)
    assert (entry.url, entry.headline, entry.language) == ("https://wire.example/a", "등대 & 책", "ko")
    assert (entry.published_raw, entry.updated_raw) == ("2026-01-01T00:00:00Z", "2026-01-02")
    assert (entry.keywords, entry.images) == (("a", "b"), ("https://wire.example/i.jpg",))


def test_a_sitemap_index_gives_its_newest_children_as_listings() -> None:
    children = "".join(
        f"<sitemap><loc>https://wire.example/s{n}.xml</loc><lastmod>2026-01-{n % 28 + 1:02}</lastmod></sitemap>"
        for n in range(600)
    )
    found = sitemap.entries(page(f"<sitemapindex>{children}</sitemapindex>"), feed("sitemap"), "wire")
    assert len(found) == sitemap.MAX_CHILDREN
    assert all(isinstance(one, Request) and one.kind == "listing" and one.feed == URL for one in found)
    assert found[0].url in {f"https://wire.example/s{n}.xml" for n in range(600) if n % 28 == 27}


def test_a_sitemap_index_inside_an_index_is_a_parse_error() -> None:
    index = "<sitemapindex><sitemap><loc>https://wire.example/deeper.xml</loc></sitemap></sitemapindex>"
    with pytest.raises(ParseError, match="index inside an index"):
        sitemap.entries(page(index), feed("sitemap"), "wire", listed=True)


@pytest.mark.parametrize(
    "served", ["", "<html><body>no</body></html>", "{}", '<!DOCTYPE x [<!ENTITY a "b">]><urlset/>']
)
def test_what_is_no_sitemap_is_a_parse_error(served: str) -> None:
    with pytest.raises(ParseError):
        sitemap.entries(page(served), feed("sitemap"), "wire")


def test_a_json_listing_is_read_by_its_paths() -> None:
    fields = {
        "entry": "data.newsList",
        "url": "link",
        "headline": "title",
        "text": "lead",
        "date": "date",
        "guid": "ids.0",
    }
    body = '{"data": {"newsList": [{"link": "/w/1", "title": "T", "lead": "L", "date": 1625652240, "ids": [7]}, '
    body += '{"link": null}, 5]}}'
    (entry,) = json_listing.entries(page(body), feed("json", fields))
    assert (entry.url, entry.headline, entry.text) == ("https://wire.example/w/1", "T", "L")
    assert (entry.published_raw, entry.guid, entry.origin) == ("1625652240", "7", "listing")


@pytest.mark.parametrize("served", ["", "<html>", "[" * 50_000, '{"data": {}}', "9" * 5_000])
def test_what_is_no_json_listing_is_a_parse_error(served: str) -> None:
    with pytest.raises(ParseError):
        json_listing.entries(page(served), feed("json", {"entry": "data.newsList", "url": "link"}))


@given(body=st.binary(max_size=300))
def test_listings_give_entries_or_a_parse_error(body: bytes) -> None:
    for read in (
        lambda: listing.entries(page(body), feed("listing", FIELDS)),
        lambda: sitemap.entries(page(body), feed("sitemap"), "wire"),
        lambda: json_listing.entries(page(body), feed("json", {"url": "u"})),
    ):
        with contextlib.suppress(ParseError):
            read()
