"""HTML listings to entries, by the selectors of the feed's `fields`: a site without a feed needs no code of its own.

Where a site's lists change with its looks and its addresses do not, the links to articles are all there is to know.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from pipeline.errors import ParseError
from pipeline.model import Entry, Feed, Page
from pipeline.parse import bounds, dom
from pipeline.parse.encoding import decode

LINK = "a::attr(href)"


def entries(page: Page, feed: Feed) -> list[Entry]:
    """What an HTML listing lists, in its order; at most 5,000 entries, each address once.

    `fields.entry` selects the entries, the others are tried inside each: `url` (an element's link or an attribute; the
    entry's first link if not given), `headline` (the link's text), `text`, `date`, `guid`, `section`.

    Raises:
        ParseError: `fields.entry` finds nothing: another layout, or another page altogether.
        ConfigError: a selector does not compile.
    """
    html, _ = decode(page.body, page.header("content-type"))
    return from_tree(dom.parse_html(html), page, feed)


def from_tree(root: dom.Element, page: Page, feed: Feed) -> list[Entry]:
    """The same of a page that is already parsed."""
    css = feed.fields.get("entry")
    rows = [hit for hit in dom.select(root, css) if not isinstance(hit, str)] if css else []
    if not rows:
        raise ParseError(f"no entries in the listing: fields.entry = {css!r} finds nothing on {page.address}")
    found = (_entry(row, page, feed) for row in rows[: bounds.MAX_ENTRIES])
    return list({entry.url: entry for entry in reversed([e for e in found if e])}.values())[::-1]


def links(page: Page, feed: Feed, articles: str, hosts: Collection[str | None]) -> list[Entry]:
    """Every article that a page links to, in its order, with the longest text of its links as headline; at most 5,000.

    A link leads to an article if its host is one of `hosts` and the expression `articles` is found in path and query.

    Raises:
        ParseError: no link does: another layout, or another page altogether.
    """
    html, _ = decode(page.body, page.header("content-type"))
    is_article = re.compile(articles).search
    headlines: dict[str, str] = {}
    for link in dom.select(dom.parse_html(html), "a[href]"):
        url = None if isinstance(link, str) else bounds.web_address(page.address, link.get("href"))
        if url is not None and _is_in(url, hosts) and is_article(_path_of(url)):
            headlines[url] = max(headlines.get(url, ""), dom.text_of(link), key=len)
            if len(headlines) == bounds.MAX_ENTRIES:
                break
    if not headlines:
        raise ParseError(f"no links to articles ({articles}) on {page.address}")
    return [_linked(url, text, page, feed) for url, text in headlines.items()]


def _linked(url: str, text: str, page: Page, feed: Feed) -> Entry:
    headline = bounds.one_line(text, bounds.MAX_TITLE)
    return Entry(url, feed.url, page.fetched_at, headline=headline, origin="listing", language=feed.language)


def _is_in(url: str, hosts: Collection[str | None]) -> bool:
    return urlsplit(url).hostname in hosts


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _entry(row: dom.Element, page: Page, feed: Feed) -> Entry | None:
    fields = feed.fields
    url = bounds.web_address(page.address, _address(row, fields.get("url", LINK)))
    if url is None:
        return None
    return Entry(
        url=url,
        feed=feed.url,
        seen_at=page.fetched_at,
        guid=bounds.identifier(dom.first_text(row, fields.get("guid"))),
        headline=bounds.one_line(dom.first_text(row, fields.get("headline", "a")), bounds.MAX_TITLE),
        text=bounds.whole(dom.first_text(row, fields.get("text")), bounds.MAX_TEXT),
        published_raw=bounds.one_line(dom.first_text(row, fields.get("date")), bounds.MAX_DATE),
        origin="listing",
        section=bounds.one_line(dom.first_text(row, fields.get("section")), bounds.MAX_WORD),
        language=feed.language,
    )


def _address(row: dom.Element, css: str) -> str | None:
    hits = dom.select(row, css)
    addresses = (hit if isinstance(hit, str) else hit.get("href") for hit in hits)
    return next((address for address in addresses if address and address.strip()), None)
