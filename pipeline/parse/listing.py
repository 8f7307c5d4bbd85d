"""HTML listings to entries, by the selectors of the feed's `fields`: a site without a feed needs no code of its own."""

from __future__ import annotations

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
