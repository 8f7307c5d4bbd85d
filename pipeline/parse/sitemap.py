"""Sitemaps, news sitemaps and sitemap indexes: addresses with the little that is said of them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import ParseError
from pipeline.model import Entry, Feed, Page, Request
from pipeline.parse import bounds, dom
from pipeline.parse.encoding import decode

# An index may name ten thousand archives back to the nineties; the newest hold what is new.
MAX_CHILDREN = 500


def entries(page: Page, feed: Feed, source: str, *, listed: bool = False) -> list[Entry | Request]:
    """The entries of a sitemap, or of an index the newest sitemaps it names as listings still to be read.

    `listed` says that an index led here.  Such a page may not lead on: indexes that name indexes need never end.

    Raises:
        ParseError: it is no sitemap, or an index that an index named.
    """
    text, _ = decode(page.body, page.header("content-type"))
    root = dom.parse_xml(text)
    match dom.name_of(root):
        case "urlset":
            found = (_entry(fields, page, feed) for fields in _newest(root, "url", bounds.MAX_ENTRIES))
            return [entry for entry in found if entry]
        case "sitemapindex" if listed:
            raise ParseError(f"{page.address} is an index inside an index; those are not followed")
        case "sitemapindex":
            return [*_children(root, page, feed, source)]
        case other:
            raise ParseError(f"no sitemap: the root element is {other!r}")


def _children(root: dom.Element, page: Page, feed: Feed, source: str) -> Iterator[Request]:
    for fields in _newest(root, "sitemap", MAX_CHILDREN):
        url = bounds.web_address(page.address, fields.get("loc"))
        if url and url != page.address:
            yield Request(
                url=url, kind="listing", source=source, feed=feed.url, language=feed.language, section=feed.section
            )


def _newest(root: dom.Element, name: str, limit: int) -> list[dict[str, str]]:
    """The fields of the named children, in their order; of too many those last modified."""
    rows = [_fields(child) for child in root if dom.name_of(child) == name]
    if len(rows) <= limit:
        return rows
    # W3C dates sort as text.
    return sorted(rows, key=lambda row: row.get("publication_date") or row.get("lastmod", ""), reverse=True)[:limit]


def _fields(row: dom.Element) -> dict[str, str]:
    """Local names to texts, the first of each; `image` the address of the first picture."""
    fields: dict[str, str] = {}
    for element in row.iter("{*}*"):
        parent = element.getparent()
        inside = dom.name_of(parent) if parent is not None else ""
        name = {("image", "loc"): "image", ("publication", "name"): "publication_name"}.get(
            (inside, dom.name_of(element)), dom.name_of(element)
        )
        if element.text and element.text.strip():
            fields.setdefault(name, element.text.strip())
    return fields


def _entry(fields: dict[str, str], page: Page, feed: Feed) -> Entry | None:
    url = bounds.web_address(page.address, fields.get("loc"))
    if url is None:
        return None
    image = bounds.web_address(page.address, fields.get("image"))
    return Entry(
        url=url,
        feed=feed.url,
        seen_at=page.fetched_at,
        headline=bounds.one_line(fields.get("title"), bounds.MAX_TITLE),
        published_raw=bounds.one_line(fields.get("publication_date"), bounds.MAX_DATE),
        updated_raw=bounds.one_line(fields.get("lastmod"), bounds.MAX_DATE),
        keywords=bounds.words(fields.get("keywords", "").split(",")),
        images=(image,) if image else (),
        language=bounds.one_line(fields.get("language"), bounds.MAX_WORD) or feed.language,
    )
