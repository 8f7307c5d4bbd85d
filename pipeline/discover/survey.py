"""What one document says of its site: the feeds and links of a page, the entries of a feed or sitemap.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.errors import ParseError
from pipeline.model import Entry, Feed, Page, Request
from pipeline.parse import bounds, dom, rss, sitemap
from pipeline.parse.encoding import decode

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml")
# A page links to its feeds in words too, where no <link> says so.
FEED_LINK = re.compile(r"(?:/|\.|\b)(?:rss|atom|feed|feeds)(?:/|\.xml|\.php|$|\?)", re.IGNORECASE)
NO_NEWS = re.compile(r"comment|podcast|/tag/|oembed|video", re.IGNORECASE)
SITEMAP_LINE = re.compile(r"^[ \t]{0,9}sitemap[ \t]{0,9}:[ \t]{0,9}(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
MAX_FEEDS, MAX_LINKS = 30, 2_000
# Between the name of a page and that of its site: "News - Agency", "Agency | News"
NAME_PARTS = re.compile(r"\s[-–—|:·]\s|\s?\|\s?")
NAMES = "meta[property='og:site_name']::attr(content), meta[name='application-name']::attr(content)"


@dataclass(frozen=True, slots=True)
class Survey:
    """A page: its title and site's name, language as declared, feeds it names, and links with their longest text."""

    title: str | None
    name: str | None
    language: str | None
    feeds: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed or sitemap: its kind, what it lists, the sitemaps that it leads to, its title, language and site."""

    url: str
    kind: str
    entries: tuple[Entry, ...]
    further: tuple[str, ...] = ()
    title: str | None = None
    language: str | None = None
    site: str | None = None


def survey(page: Page) -> Survey:
    """What a page says."""
    html, _ = decode(page.body, page.header("content-type"))
    root = dom.parse_html(html)
    title = bounds.one_line(dom.first_text(root, "title"), bounds.MAX_TITLE)
    declared = next((str(hit) for hit in dom.select(root, "html::attr(lang), html::attr(xml\\:lang)")), None)
    metas = dom.select(root, NAMES)
    name = next((text for hit in metas if (text := bounds.one_line(str(hit), bounds.MAX_WORD))), None)
    return Survey(title, name, declared, _feeds(root, page), _links(root, page))


def listed(page: Page) -> Listed | None:
    """What a feed or a sitemap lists; None of any other document."""
    feed = Feed(page.address)
    try:
        found = rss.entries(page, feed)
        return Listed(page.url, "rss", tuple(found), (), *_told(page))
    except ParseError:
        pass
    try:
        both = sitemap.entries(page, feed, "")
    except ParseError:
        return None
    further = tuple(one.url for one in both if isinstance(one, Request))
    return Listed(page.url, "sitemap", tuple(one for one in both if isinstance(one, Entry)), further)


def sitemaps_of(page: Page) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, those of news first."""
    text = page.body[: 500 * 1_024].decode("utf-8", "replace")
    found = [bounds.web_address(page.address, line[1]) for line in SITEMAP_LINE.finditer(text)]
    urls = list(dict.fromkeys(url for url in found if url))[:MAX_FEEDS]
    return tuple(sorted(urls, key=lambda url: "news" not in url.lower()))


def _told(page: Page) -> tuple[str | None, str | None, str | None]:
    """Title and language of a feed, and the address of the site that it is of."""
    text, _ = decode(page.body, page.header("content-type"))
    try:
        root = dom.parse_xml(text[: text.find("<item") if "<item" in text else bounds.MAX_TEXT])
    except ParseError:
        return None, None, None
    said: dict[str, str] = {}
    for element in root.iter("{*}*"):
        name, text = dom.name_of(element), (element.text or "").strip()
        if name == "link" and not text and element.get("rel", "alternate") == "alternate":
            text = element.get("href", "").strip()  # Atom
        if text:
            said.setdefault(name, text)
    title, language = said.get("title"), said.get("language")
    site = bounds.web_address(page.address, said.get("link"))
    return bounds.one_line(title, bounds.MAX_TITLE), bounds.one_line(language, bounds.MAX_WORD), site


def _feeds(root: dom.Element, page: Page) -> tuple[str, ...]:
    declared = [
        link.get("href")
        for link in dom.select(root, "link[rel~='alternate'][href]")
        if not isinstance(link, str) and (link.get("type") or "").split(";")[0].strip().lower() in FEED_TYPES
    ]
    linked = [str(href) for href in dom.select(root, "a::attr(href)") if FEED_LINK.search(str(href)[:300])]
    urls = [bounds.web_address(page.address, href) for href in (*declared, *linked[:MAX_FEEDS])]
    # No file of a source holds a name and a password.
    wanted = (url for url in urls if url and not NO_NEWS.search(url) and "@" not in urlsplit(url).netloc)
    return tuple(dict.fromkeys(wanted))[:MAX_FEEDS]


def _links(root: dom.Element, page: Page) -> tuple[tuple[str, str], ...]:
    texts: dict[str, str] = {}
    for link in dom.select(root, "a[href]"):
        url = None if isinstance(link, str) else bounds.web_address(page.address, link.get("href"))
        if url and (urlsplit(url).path.strip("/") or urlsplit(url).query):
            texts[url] = max(texts.get(url, ""), dom.text_of(link)[: bounds.MAX_TITLE], key=len)
        if len(texts) == MAX_LINKS:
            break
    return tuple(texts.items())
