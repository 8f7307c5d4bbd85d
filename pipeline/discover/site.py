"""The walk over a site that nobody configured yet: through the network with its guards, robots.txt and pace."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urljoin, urlsplit

from pipeline.connector import Network
from pipeline.discover import places, work
from pipeline.discover.addresses import article_links, pattern_of, site_of
from pipeline.discover.survey import NAME_PARTS, Listed, Survey
from pipeline.errors import ArticleError, FeedError, FetchError
from pipeline.model import Article, Entry, Feed, Page, Request, RequestKind, Source
from pipeline.parse import bounds
from pipeline.settings.sources import HOST

T = TypeVar("T")
PAGES = 5  # articles that are read: enough to compare, few enough to be polite
LEAST_PAGES, LEAST_LINKS = 1, 2
MAX_TRIED, MAX_KEPT = 8, 5
NEW_PART = 0.3  # of a further feed's entries that no other feed has
COMMON = (
    "/rss", "/rss.xml", "/feed", "/feed/", "/feeds", "/atom.xml", "/index.xml", "/rss/news.xml", "/rss/all.xml",
    "/en/rss",
)  # fmt: skip
SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml", "/sitemap_index.xml")
IDENTIFIER = re.compile(r"[^a-z0-9]+")


class Runs(Protocol):
    """What runs pure functions apart: the pool of worker processes."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A source as it was found, the articles it would store, and what could not be found, a sentence each."""

    source: Source
    articles: Sequence[Article]
    notes: Sequence[str] = ()


@dataclass(slots=True)
class Walk:
    """One walk over the site at `url`, or where that can't be read at one of `instead`; `told` hears what is done."""

    network: Network
    workers: Runs
    url: str
    now: datetime
    told: Callable[[str], None]
    instead: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    asked: dict[str, Page | None] = field(default_factory=dict)

    async def run(self, identifier: str | None) -> Found:
        """Find everything.

        Raises:
            FeedError: the site can't be read, or lists no articles that could be read.
        """
        begin = await self._begin()
        home, survey, lists = await self._lists(begin)
        feeds, entries = _chosen(lists)
        pattern = None
        # A plain sitemap lists what is old as well; a list of the latest is better, where it can be read.
        if survey is not None and not any(entry.published_raw for entry in entries):
            listing = await self._listing(survey, begin)
            feeds, entries, pattern = listing if listing[0] and not _has_rss(lists) else (feeds, entries, None)
        if not entries:
            raise FeedError(
                f"{self.url}: no feed, sitemap or list of articles was found; name the address of a feed, or of a"
                " page that lists the latest news"
            )
        pages, listed = await self._articles(entries)
        if len(pages) < LEAST_PAGES:
            raise FeedError(f"{self.url}: none of its articles could be read: {self.notes[-1] if self.notes else ''}")
        others = [url for url, _ in survey.links] if survey else []
        urls = list(dict.fromkeys(page.address for page in pages))
        pattern = pattern or pattern_of([one.url for one in entries[:40]], others)
        draft = self._draft(identifier, home, survey, lists, feeds, urls, entries)
        found = await self._run(work.learn_here, draft, pages, listed)
        source = replace(found.source, articles=pattern, language=found.source.language or found.language)
        if source.timezone == "UTC" and found.language and not draft.language:
            source = replace(source, timezone=self._zone(source, entries) or "UTC")
        if not source.profiles:
            self.notes.append("no selectors were sure on all pages: articles are read by the general extractor")
        if source.timezone == "UTC":
            self.notes.append("the time zone is not known: printed times without one are read as UTC; set `timezone`")
        read = [article for article in found.articles if article is not None]
        if not read:
            raise FeedError(f"{self.url}: none of its pages holds an article")
        return Found(source, read, tuple(dict.fromkeys(self.notes)))

    async def _begin(self) -> Page:
        """The page that was named; where its scheme was not, the first that answers, and a note which that is."""
        for url in (self.url, *self.instead):
            if (page := await self._page(url, "feed")) is not None:
                self.url = url
                if self.instead:
                    self.notes.append(f"it was read at {url}; name an address with its scheme to have another")
                return page
        raise FeedError(f"{self.url} can't be read: {'; '.join(self.notes) or 'no answer'}")

    # Lists

    async def _lists(self, begin: Page) -> tuple[str, Survey | None, list[Listed]]:
        """The home page's address, what it says, and the feeds and sitemaps of the site, the better ones first."""
        given = await self._listed(begin)
        if given is not None and given.kind == "rss":
            home = _home(next((one.url for one in given.entries), self.url))
            page = await self._page(home, "page")
            survey = await self._run(work.survey_here, page) if page else None
            return home, survey, [given]
        if given is not None:
            return _home(self.url), None, await self._sitemaps([self.url])
        survey = await self._run(work.survey_here, begin)
        common = [urljoin(begin.address, path) for path in COMMON]
        found = await self._feeds(survey.feeds[:MAX_TRIED], only_one=False) or await self._feeds(common, only_one=True)
        return begin.address, survey, found or await self._sitemaps(await self._named_sitemaps(begin))

    async def _feeds(self, urls: Iterable[str], *, only_one: bool) -> list[Listed]:
        found: list[Listed] = []
        for url in urls:
            page = await self._page(url, "feed", quietly=True)
            one = await self._listed(page) if page else None
            if one is not None and one.kind == "rss" and _usable(one):
                found.append(one)
                if only_one:
                    break
        return found

    async def _named_sitemaps(self, begin: Page) -> list[str]:
        robots = await self._page(urljoin(begin.address, "/robots.txt"), "feed", quietly=True)
        named = await self._run(work.sitemaps_here, robots) if robots else ()
        return list(dict.fromkeys((*named[:MAX_TRIED], *(urljoin(begin.address, path) for path in SITEMAPS))))

    async def _sitemaps(self, urls: Sequence[str]) -> list[Listed]:
        """The first sitemap with articles in it; of an index those that it leads to are looked at."""
        for url in urls:
            page = await self._page(url, "feed", quietly=True)
            one = await self._listed(page) if page else None
            if one is None or one.kind != "sitemap":
                continue
            entries = list(one.entries)
            for inner in sorted(one.further, key=lambda inner: "news" not in inner.lower())[:2]:
                page = await self._page(inner, "listing", quietly=True)
                more = await self._listed(page) if page else None
                entries += more.entries if more else ()
            newest = sorted(entries, key=lambda entry: entry.published_raw or entry.updated_raw or "", reverse=True)
            news = [entry for entry in newest if _is_deep(entry.url)]
            if news:
                return [replace(one, entries=tuple(news))]
        return []

    async def _listing(self, survey: Survey, begin: Page) -> tuple[list[Feed], list[Entry], str | None]:
        """The page itself as a list of the latest news: by the form of their addresses, else by a selector."""
        links = article_links(survey.links, begin.address)
        urls = [url for url, _ in links]
        pattern = pattern_of(urls, [url for url, _ in survey.links])
        css = None if pattern or len(links) < LEAST_LINKS else await self._run(work.list_here, begin, urls)
        if pattern is None and css is None:
            return [], [], None
        entries = [Entry(url, self.url, self.now, headline=text or None, origin="listing") for url, text in links]
        return [Feed(self.url, kind="listing", fields={"entry": css} if css else {})], entries, pattern

    # Articles

    async def _articles(self, entries: Sequence[Entry]) -> tuple[list[Page], list[Entry]]:
        """A few article pages, with their entries."""
        pages: list[Page] = []
        listed: list[Entry] = []
        for entry in entries[: 3 * PAGES]:
            if len(pages) == PAGES:
                break
            page = await self._page(entry.url, "page")
            if page is not None and page.body:
                pages.append(page)
                listed.append(entry)
        return pages, listed

    def _draft(
        self,
        identifier: str | None,
        home: str,
        survey: Survey | None,
        lists: Sequence[Listed],
        feeds: Sequence[Feed],
        urls: Sequence[str],
        entries: Sequence[Entry],
    ) -> Source:
        tags = [survey.language if survey else None, *(one.language for one in lists)]
        host = urlsplit(urls[0]).hostname or urlsplit(home).hostname or ""
        language, country = places.language_of(tags), places.country_of(host, next(filter(None, tags), None))
        names = [survey.name if survey else None, *(_name(one.title) for one in lists)]
        names.append(_name(survey.title) if survey else None)
        name = next(filter(None, map(bounds.name, names)), site_of(home))
        hosts = dict.fromkeys(host for url in urls if HOST.fullmatch(host := urlsplit(url).hostname or ""))
        draft = Source(
            identifier or identifier_of(home),
            name,
            feeds=tuple(feeds),
            country=country,
            language=language,
            hosts=tuple(hosts),
            site_names=(name,),
        )
        return replace(draft, timezone=self._zone(draft, entries) or "UTC")

    def _zone(self, source: Source, entries: Sequence[Entry]) -> str | None:
        printed = [entry.published_raw for entry in entries]
        return places.zone_of(source.country, source.language, printed, self.now)

    # The network

    async def _page(self, url: str, kind: RequestKind, *, quietly: bool = False) -> Page | None:
        """A page with status 200; None, with a note, where there is none."""
        if url in self.asked:
            return self.asked[url]
        self.told(url)
        why = None
        try:
            page = await self.network.get(Request(url, kind, "", url))
            why = f"{url}: the server answered {page.status}" if page.status != 200 else None
        except FetchError as error:
            page, why = None, str(error)
        if why and not quietly:
            self.notes.append(why)
        self.asked[url] = page if why is None else None
        return self.asked[url]

    async def _listed(self, page: Page) -> Listed | None:
        """What a feed or sitemap lists; one that defeats its worker lists nothing, and others are looked at."""
        try:
            return await self._run(work.listed_here, page)
        except ArticleError as error:
            self.notes.append(f"{page.url}: {error}")
            return None

    def _run(self, work: Callable[..., T], *arguments: Any) -> Awaitable[T]:
        return cast(Awaitable[T], self.workers.run(work, *arguments))


def identifier_of(url: str) -> str:
    """An id for the source of a site: its registered name without the domain."""
    site = site_of(url)
    label = site if site.replace(".", "").isdigit() else site.partition(".")[0]
    return IDENTIFIER.sub("-", label.lower()).strip("-") or "source"


def _chosen(lists: Sequence[Listed]) -> tuple[list[Feed], list[Entry]]:
    """The feeds to poll: the largest, and others that list much that it does not; and all that they list."""
    feeds: list[Feed] = []
    entries: dict[str, Entry] = {}
    for one in sorted(lists, key=lambda one: -len(one.entries)):
        fresh = [entry for entry in one.entries if entry.url not in entries]
        if len(feeds) < MAX_KEPT and fresh and len(fresh) >= NEW_PART * len(one.entries):
            feeds.append(Feed(one.url, kind=one.kind))
            entries |= {entry.url: entry for entry in fresh}
    return feeds, list(entries.values())


def _has_rss(lists: Sequence[Listed]) -> bool:
    return any(one.kind == "rss" for one in lists)


def _usable(one: Listed) -> bool:
    """Whether a feed's entries have pages of their own."""
    return any(not entry.url.startswith(f"{entry.feed}#") for entry in one.entries)


def _is_deep(url: str) -> bool:
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return len(last) > 3 and (any(character.isdigit() for character in url) or last.count("-") > 1)


def _home(url: str) -> str:
    return urljoin(url, "/")


def _name(title: str | None) -> str | None:
    """The site's name out of a title: its shortest part."""
    parts = [part.strip() for part in NAME_PARTS.split(bounds.name(title) or "") if part.strip()]
    return min(parts, key=len) if parts else None
