"""KCNA has no feed: its menu leads to listings, a listing to articles; the day of an article may stand there alone.

Both layouts are read, that of 2022-2026 (`/en/category/articles/q/<hex>.kcmsf`) and that of mid-2026
(`/en/article/list/<hex>`).  The hashes of sections change with seasons and redesigns, so the menu is read each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.standard import Standard
from pipeline.errors import ExtractError, ParseError
from pipeline.model import Entry, Extract, Feed, Page, Request
from pipeline.parse import bounds, dom, listing
from pipeline.parse.encoding import decode

MENU = "a[href*='/category/articles/q/'], a[href*='/article/list/']"
# `/article/q/<hex>.kcmsf`, `/article/detail/<hex>`, and whatever the next layout has, but for the menu's own links
ARTICLE = "a[href*='/article/']:not([href*='/article/list/'])"
# The first is that of 2022-2026, where the day stands inside the link; names are spans as well as days are.
LAYOUTS = (
    {
        "entry": ".article-link li",
        "url": "a[href*='/article/q/']::attr(href)",
        "headline": "a[href*='/article/q/']",
        "date": ".publish-time",
    },
    {
        "entry": "div.article h5",
        "url": "a[href*='/article/detail/']::attr(href)",
        "headline": "a[href*='/article/detail/']",
        "date": "h5 > span",
    },
)
# "[Juche113.2.11.]", "[2026.7.19.]", behind the headline and inside its link
DAY = re.compile(r"\s*\[((?:Juche|주체|主体|チュチェ)?\s?\d{2,4}\.\s?\d{1,2}\.\s?\d{1,2}\.?)\]\s*$")
# The agency signs each of its pages; what a firewall serves in its place knows nothing of it.
SIGNATURE = re.compile(r"KCNA|KOREAN CENTRAL NEWS AGENCY|조선중앙통신|朝中社|朝鲜中央通讯|朝鮮中央通信|ЦТАК|ACNC")


class Kcna(Standard):
    """The site http://www.kcna.kp in its six languages; a feed of kind `menu` is the front page of one."""

    def read(self, page: Page, request: Request) -> Iterable[Request | Entry]:
        """Of the menu its listings, of a listing its entries.

        Raises:
            ParseError: the page has no menu, so it is none of the site's; or it lists articles in an unknown layout.
        """
        html, _ = decode(page.body, page.header("content-type"))
        root = dom.parse_html(html)
        if not dom.select(root, MENU):
            raise ParseError(f"no menu on {page.address}: a block page, or a new layout")
        return self._listings(root, page, request) if request.kind == "feed" else self._entries(root, page, request)

    def extract(self, page: Page, entry: Entry | None) -> Extract:
        """The article of a page.

        Raises:
            ExtractError: a block page was served in its place, with status 200, as some networks do.
        """
        found = super().extract(page, entry)
        if found.profile is None and not SIGNATURE.search(decode(page.body, page.header("content-type"))[0]):
            raise ExtractError(f"{page.address} is no page of KCNA: it was blocked on the way")
        return found

    def _listings(self, root: dom.Element, page: Page, request: Request) -> Iterator[Request]:
        feed, seen = self.feed_of(request), {page.address}
        for link in dom.select(root, MENU):
            url = None if isinstance(link, str) else bounds.web_address(page.address, link.get("href"))
            if url and url not in seen:
                seen.add(url)
                section = bounds.one_line(dom.text_of(link), bounds.MAX_WORD)
                yield Request(url, "listing", self.source.id, feed.url, language=feed.language, section=section)

    def _entries(self, root: dom.Element, page: Page, request: Request) -> list[Entry]:
        feed = self.feed_of(request)
        for fields in LAYOUTS:
            if dom.select(root, fields["entry"]):
                entries = listing.from_tree(root, page, Feed(feed.url, language=feed.language, fields=fields))
                return [self._dated(entry, request.section) for entry in entries]
        if dom.select(root, ARTICLE):
            raise ParseError(f"{page.address} links to articles, but in no layout that is known: a new layout")
        return []

    @staticmethod
    def _dated(entry: Entry, section: str | None) -> Entry:
        day = DAY.search(entry.published_raw or "") or DAY.search(entry.headline or "")
        headline = DAY.sub("", entry.headline) if entry.headline else None
        return replace(entry, headline=headline, published_raw=day[1] if day else None, section=section)
