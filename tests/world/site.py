"""What a host of the world serves at a moment: feeds, listings, pages and robots.txt, in the agencies' own markup."""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Literal

from tests.demo import markup
from tests.demo.markup import Story
from tests.world.hosts import SECTIONS, Host, WorldFeed
from tests.world.plan import World
from tests.world.script import Told, section_of

Kind = Literal["feed", "listing", "page", "robots", "other"]
HTML, XML, TEXT = "text/html; charset=utf-8", "application/xml; charset=utf-8", "text/plain; charset=utf-8"
LISTING = "/en/category/articles/q/"
SITES = {"en": "Yonhap News Agency", "zh": "韩联社"}


@dataclass(frozen=True, slots=True)
class Served:
    """An answer before manners: `modified` is when its body last changed; `story` and `version` are a page's."""

    status: int
    kind: Kind
    body: bytes = b""
    content_type: str = HTML
    modified: datetime | None = None
    max_age: int | None = None
    story: str | None = None
    version: int | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'


@dataclass(slots=True)
class Site:
    """A host of the world with its stories, by time."""

    world: World
    host: Host
    stories: tuple[Told, ...]
    _pages: dict[str, Told] = field(init=False)
    _times: list[datetime] = field(init=False)
    _cached: dict[tuple[str, int, bool], Served] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._pages = {path: story for story in self.stories for path in story.paths}
        self._times = sorted(at for story in self.stories for at, _, _ in story.events())

    @property
    def origin(self) -> str:
        return f"http://{self.host.address}:{self.world.port}"

    def serve(self, path: str, at: datetime) -> Served:
        """The answer to a path without its query."""
        if path == "/robots.txt":
            return self._robots()
        if path in self._pages:
            return self._page(self._pages[path], at)
        feed = next((feed for feed in self.host.feeds if feed.path == path), None)
        if feed is not None or path.startswith(LISTING):
            return self._listing(path, feed, at)
        return Served(404, "other")

    def _robots(self) -> Served:
        if self.host.robots is None:
            return Served(404, "robots")
        asked = f"Crawl-delay: {self.world.crawl_delay:g}\n" if self.host.delays else ""
        return Served(200, "robots", f"{self.host.robots}{asked}".encode(), TEXT)

    def _listing(self, path: str, feed: WorldFeed | None, at: datetime) -> Served:
        """A feed, menu or listing.  It is made once for all moments between two events."""
        past = bisect.bisect_right(self._times, at)
        # Yonhap's links carry a query whose order flips without any news; here every four hours.
        flipped = self.host.shape == "yonhap-foreign" and at.hour // 4 % 2 == 1
        key = (path, past, flipped)
        if key not in self._cached:
            self._cached = {known: served for known, served in self._cached.items() if known[0] != path}
            turned = at.replace(hour=at.hour // 4 * 4, minute=0, second=0, microsecond=0)
            changed = self._times[past - 1] if past else self.world.opening
            modified = max(changed, turned) if self.host.shape == "yonhap-foreign" else changed
            body = self._feed(feed, at, flipped) if feed else self._section(path, at)
            kind: Kind = "feed" if feed else "listing"
            max_age = feed.max_age if feed else None
            is_html = self.host.shape == "kcna"
            self._cached[key] = Served(200, kind, body.encode(), HTML if is_html else XML, modified, max_age)
        return self._cached[key]

    def _feed(self, feed: WorldFeed, at: datetime, flipped: bool) -> str:
        listed = self.listed(feed, at)
        stories = [self._story(story, story.version(at)) for story in listed]
        shape = self.host.shape
        if shape == "tass":
            return markup.tass_feed(self.origin, stories)
        if shape == "yonhap-korean":
            return markup.korean_feed("전체", stories)
        if shape == "yonhap-foreign":
            return markup.foreign_feed(self.origin, stories, flipped=flipped)
        if shape == "kcna":
            return markup.kcna_menu(SECTIONS)
        if shape == "atom":
            return _atom(self.origin, zip(stories, (story.announced_at(at) for story in listed), strict=True))
        return rss_feed(self.origin, stories, feed.ttl)

    def listed(self, feed: WorldFeed, at: datetime) -> list[Told]:
        """The stories a feed lists at a time, the newest first."""
        out = [story for story in self.stories if story.at <= at and feed.path in story.feeds]
        return [story for story in reversed(out[-feed.window :]) if not (story.delisted and story.is_gone(at))]

    def _section(self, path: str, at: datetime) -> str:
        code = path.removeprefix(LISTING).removesuffix(".kcmsf")
        listed = []
        for story in self.listed(self.host.feeds[0], at):
            if page := section_of(self.world, story, code):
                listed.append(self._story(story, story.version(at), page))
        return markup.kcna_listing(SECTIONS, listed)

    def _page(self, story: Told, at: datetime) -> Served:
        if at < story.at:
            return Served(404, "page", story=story.id)
        number = story.version(at)
        if story.is_gone(at):
            # Half the sites say for good what the others only say.
            return Served(410 if self.host.shape == "atom" else 404, "page", story=story.id, version=number)
        body = self._article(story, number).encode()
        modified = story.versions[number - 1].at
        return Served(200, "page", body, HTML, modified, story=story.id, version=number)

    def _article(self, story: Told, number: int) -> str:
        printed, version, shape = self._story(story, number), story.versions[number - 1], self.host.shape
        if shape == "tass":
            return markup.tass_page(printed)
        if shape == "yonhap-korean":
            return markup.korean_page(printed)
        if shape == "yonhap-foreign":
            language = self.host.feeds[0].language
            return markup.foreign_page(printed, language, SITES[language], version.at)
        if shape == "kcna":
            return markup.kcna_page(SECTIONS, printed)
        return plain_page(self.host.source, printed)

    def _story(self, story: Told, number: int, path: str | None = None) -> Story:
        version = story.versions[number - 1]
        first, *rest = version.body
        paragraphs = (f"{_dateline(story)}{first}", *rest)
        return Story(
            f"{self.origin}{path or story.paths[0]}",
            story.at,
            version.headline,
            paragraphs,
            lead=version.summary if self.host.shape == "tass" else None,
            text=version.summary,
            section=story.section,
            tags=(story.section,),
            author="Han Soo-il",
        )


def sites(world: World, stories: Iterable[Told]) -> dict[str, Site]:
    """The sites of a world by address."""
    by_host: dict[Host, list[Told]] = {}
    for story in stories:
        by_host.setdefault(story.host, []).append(story)
    return {host.address: Site(world, host, tuple(told)) for host, told in by_host.items()}


def _dateline(story: Told) -> str:
    """What each agency prints before the text; the plain ones nothing."""
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
    local = story.at + timedelta(hours=3 if story.host.shape == "tass" else 9)
    day = f"{(*months, 'November', 'December')[local.month - 1]} {local.day}"
    if story.host.shape == "tass":
        return f"MOSCOW, {day}. /TASS/. "
    if story.host.shape.startswith("yonhap"):
        return f"SEOUL, {day} (Yonhap) -- "
    return f"Pyongyang, {day} (KCNA) -- " if story.host.shape == "kcna" else ""


def rss_feed(origin: str, stories: Iterable[Story], ttl: int | None) -> str:
    asked = f"<ttl>{ttl // 60}</ttl>" if ttl else ""
    items = "".join(
        f'<item><title>{escape(story.headline)}</title><link>{story.url}</link><guid isPermaLink="false">'
        f"{story.number}-{story.at:%Y%m%d}</guid><pubDate>{format_datetime(story.at)}</pubDate>"
        f"<description>{escape(story.text)}</description><category>{story.section}</category></item>\n"
        for story in stories
    )
    head = f"<title>News</title><link>{origin}/</link><description>News</description>{asked}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>'


def _atom(origin: str, stories: Iterable[tuple[Story, datetime]]) -> str:
    listed = list(stories)
    newest = max((at for _, at in listed), default=None)
    entries = "".join(
        f'<entry><title>{escape(story.headline)}</title><link href="{story.url}"/><id>{story.url}</id>'
        f"<published>{story.at.isoformat()}</published><updated>{at.isoformat()}</updated>"
        f"<summary>{escape(story.text)}</summary></entry>\n"
        for story, at in listed
    )
    head = f"<title>News</title><id>{origin}/</id>" + (f"<updated>{newest.isoformat()}</updated>" if newest else "")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}\n{entries}</feed>'


def plain_page(name: str, story: Story) -> str:
    paragraphs = "".join(f"<p>{escape(text, quote=False)}</p>\n" for text in story.paragraphs)
    title = escape(story.headline)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - {name.capitalize()}</title>'
        f'<meta property="og:title" content="{title}"><meta property="article:published_time"'
        f' content="{story.at.isoformat()}"></head><body><nav><a href="/">Home</a> <a href="/about">About</a></nav>\n'
        f'<main><h1>{title}</h1><p class="summary">{escape(story.text)}</p><div class="article">\n{paragraphs}</div>'
        "</main><aside><p>A teaser of another story</p></aside><footer>All rights reserved</footer></body></html>"
    )
