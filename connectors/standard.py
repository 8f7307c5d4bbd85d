"""What every agency gets for free: RSS and Atom, HTML listings, sitemaps and JSON listings, as its TOML says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from pipeline.errors import ConfigError, ParseError
from pipeline.extract.choose import extract_page
from pipeline.model import Entry, Extract, Feed, Page, Request, Source
from pipeline.parse import json_listing, listing, rss, sitemap
from pipeline.parse.encoding import decode

READERS: dict[str, Callable[[Page, Feed], Iterable[Entry]]] = {
    "rss": rss.entries,
    "listing": listing.entries,
    "json": json_listing.entries,
}


class Standard:
    """A connector that is all configuration."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._feeds = {feed.url: feed for feed in source.feeds}
        self._hosts = {*source.hosts, *(urlsplit(feed.url).hostname for feed in source.feeds)}

    def read(self, page: Page, request: Request) -> Iterable[Request | Entry]:
        """Entries with what the feed's configuration knows of them; a sitemap index gives further listings.

        Raises:
            ParseError: the page is not of the kind that the feed is.
            ConfigError: there is no such kind, or a selector does not compile.
        """
        feed = self.feed_of(request)
        if feed.kind == "sitemap":
            read = sitemap.entries(page, feed, self.source.id, listed=request.kind != "feed")
            return [self._completed(found, feed) for found in self._articles(read, page, request)]
        if feed.kind == "listing" and "entry" not in feed.fields and self.source.articles:
            links = listing.links(page, feed, self.source.articles, self._hosts)
            return [self._completed(found, feed) for found in links]
        if feed.kind not in READERS:
            kinds = ", ".join(sorted({*READERS, "sitemap"}))
            raise ConfigError(f"source {self.source.id}: {feed.url} is of kind {feed.kind!r}; known are {kinds}")
        return [self._completed(found, feed) for found in READERS[feed.kind](page, feed)]

    def _articles(self, found: Iterable[Entry | Request], page: Page, request: Request) -> list[Entry | Request]:
        """Of a sitemap, which may list every page of a site, the articles; all of a source that can't tell them.

        A sitemap without any is one of a changed site, but for those of an index, which may be of tags and authors.
        """
        found = list(found)
        looks = re.compile(self.source.articles or "")
        left = [one for one in found if isinstance(one, Request) or looks.search(_path_of(one.url))]
        if found and not left and request.kind == "feed":
            raise ParseError(f"no address of an article ({self.source.articles}) in {page.address}")
        return left

    def extract(self, page: Page, entry: Entry | None) -> Extract:
        """The article of a page, by the source's profiles and what else there is.

        Raises:
            ExtractError: the page holds no article.
        """
        html, _ = decode(page.body, page.header("content-type"))
        return extract_page(html, page, entry, self.source)

    def feed_of(self, request: Request) -> Feed:
        """The configured feed of a request; one that has left the configuration is read as RSS."""
        return self._feeds.get(request.feed) or Feed(request.feed, language=request.language, section=request.section)

    @staticmethod
    def _completed(found: Request | Entry, feed: Feed) -> Request | Entry:
        if isinstance(found, Request):
            return found
        return replace(found, language=found.language or feed.language, section=found.section or feed.section)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
