"""The standard connector, and how a source's connector is found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

import connectors
from connectors.standard import Standard
from pipeline.errors import ConfigError, ParseError
from pipeline.model import Entry, Extract, Feed, Page, Request, RequestKind, Source

NOW = datetime(2026, 1, 2, tzinfo=UTC)
URL = "https://wire.example/feed"
BODIES = {
    "rss": "<rss><channel><item><title>T</title><link>/a</link></item></channel></rss>",
    "listing": "<ul><li><a href='/a'>T</a></li></ul>",
    "sitemap": "<urlset><url><loc>/a</loc><title>T</title></url></urlset>",
    "json": '[{"u": "/a", "t": "T"}]',
}
FIELDS = {"listing": {"entry": "li"}, "json": {"url": "u", "headline": "t"}}


class Foreign:
    """A connector of somebody else's package."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def read(self, page: Page, request: Request) -> Iterable[Request | Entry]:
        return []

    def extract(self, page: Page, entry: Entry | None) -> Extract:
        return Extract(headline=self.source.name)


class NoConnector:
    """Something else."""


def read(kind: str, body: str, asked: RequestKind = "feed") -> list[Request | Entry]:
    feed = Feed(URL, kind=kind, language="en", section="World", fields=FIELDS.get(kind, {}))
    connector = Standard(Source("wire", "Wire", feeds=(feed,)))
    return list(connector.read(Page(URL, 200, body.encode(), NOW), Request(URL, asked, "wire", URL)))


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_of_feed_gives_entries_completed_by_its_configuration(kind: str) -> None:
    (entry,) = read(kind, BODIES[kind])
    assert isinstance(entry, Entry)
    assert (entry.url, entry.headline, entry.feed) == ("https://wire.example/a", "T", URL)
    assert (entry.language, entry.section, entry.seen_at) == ("en", "World", NOW)


def test_a_listing_without_fields_gives_the_links_to_articles() -> None:
    feed = Feed(URL, kind="listing", language="en", section="World")
    connector = Standard(Source("wire", "Wire", feeds=(feed,), hosts=("www.wire.example",), articles="^/n/"))
    html = (
        "<a href='/menu'>M</a><a href='https://www.wire.example/n/1'>One</a><a href='https://far.example/n/2'>Two</a>"
    )
    (entry,) = connector.read(Page(URL, 200, html.encode(), NOW), Request(URL, "feed", "wire", URL))
    assert isinstance(entry, Entry)
    assert (entry.url, entry.headline, entry.section) == ("https://www.wire.example/n/1", "One", "World")


@pytest.mark.parametrize("kind", ["rss", "listing", "sitemap"])
def test_a_notice_served_instead_of_a_feed_is_a_parse_error(kind: str) -> None:
    with pytest.raises(ParseError):
        read(kind, "<!doctype html><html><body><p>Come back later</p></body></html>")


def test_a_sitemap_index_leads_to_listings_of_the_same_feed() -> None:
    (request,) = read("sitemap", "<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>")
    assert isinstance(request, Request)
    assert (request.url, request.kind, request.feed, request.source) == (
        "https://wire.example/s1.xml",
        "listing",
        URL,
        "wire",
    )


def test_a_listing_of_a_sitemap_index_leads_to_articles_alone() -> None:
    assert len(read("sitemap", BODIES["sitemap"], "listing")) == 1
    with pytest.raises(ParseError, match="index"):
        read("sitemap", "<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>", "listing")


def test_of_a_sitemap_only_the_articles_are_taken() -> None:
    connector = Standard(Source("wire", "Wire", feeds=(Feed(URL, kind="sitemap"),), articles=r"^/n/\d"))

    def listed(paths: Iterable[str], asked: RequestKind) -> list[str]:
        body = f"<urlset>{''.join(f'<url><loc>{path}</loc></url>' for path in paths)}</urlset>"
        found = connector.read(Page(URL, 200, body.encode(), NOW), Request(URL, asked, "wire", URL))
        return [urlsplit(one.url).path for one in found]

    assert listed(("/about", "/n/1", "/tags/n/2"), "feed") == ["/n/1"]
    assert listed(("/tags/a",), "listing") == []
    with pytest.raises(ParseError, match="no address of an article"):
        listed(("/about",), "feed")


def test_an_unknown_kind_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="'telex'"):
        read("telex", "")


def test_a_page_is_decoded_and_extracted() -> None:
    text = "<h1>등대 뷁 개관</h1><p>도서관이 등대에 문을 열었다고 한다.</p>"
    html = f"<html><head><meta charset=euc-kr></head><body>{text}</body></html>"
    page = Page(URL, 200, html.encode("cp949"), NOW)
    assert Standard(Source("wire", "Wire")).extract(page, None).headline == "등대 뷁 개관"


def test_a_connector_of_another_package_is_found_by_its_path() -> None:
    path = f"{Foreign.__module__}:Foreign"
    assert (
        connectors.load(Source("wire", "Wire", connector=path)).extract(Page(URL, 200, b"", NOW), None).headline
        == "Wire"
    )


def test_a_source_that_names_no_connector_gets_the_standard_one() -> None:
    assert isinstance(connectors.load(Source("wire", "Wire")), Standard)


@pytest.mark.parametrize(
    "path",
    [
        "no.such.module:X",
        "connectors.standard:Gone",
        "connectors.standard",
        ":",
        "json:loads",
        f"{__name__}:NoConnector",
    ],
)
def test_a_connector_that_cannot_be_loaded_is_a_config_error(path: str) -> None:
    with pytest.raises(ConfigError, match="wire"):
        connectors.load(Source("wire", "Wire", connector=path))
