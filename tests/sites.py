"""Sites that nobody configured, made of article pages: a home page, and what lists the latest news."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

import connectors
from pipeline import digest
from pipeline.discover.site import Found, Walk
from pipeline.model import Source
from pipeline.oneoff import OneOff
from pipeline.store import open_store
from tests import standin
from tests.clocks import SleepersClock
from tests.wire import Here, wire_on

SITEMAPS = "http://www.sitemaps.org/schemas"
KINDS = ("alternate", "common", "listing", "sitemap")
NAV = ("politics", "economy", "sport", "culture", "about-us", "contact", "imprint", "archive/2026", "tags/lighthouse")


@dataclass(frozen=True, slots=True)
class Story:
    """An article page of a site, and the text that it should give."""

    url: str
    headline: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site: how it lists its stories (see KINDS), and the time of its feed's newest."""

    name: str
    language: str | None
    kind: str
    stories: Sequence[Story]
    at: datetime

    @property
    def home(self) -> str:
        return urljoin(self.stories[0].url, "/")

    def web(self) -> dict[str, standin.Document]:
        """All that the site serves, by address."""
        web = {story.url: standin.Document(story.html, "text/html; charset=utf-8") for story in self.stories}
        web |= self._lists()
        web[self.home] = standin.Document(self._front(), "text/html; charset=utf-8")
        return web

    def _front(self) -> str:
        link = f'<link rel="alternate" type="application/rss+xml" href="{self.home}news/rss.php?id=1">'
        head = f"<title>{escape(self.name)} - News</title>{link if self.kind == 'alternate' else ''}"
        nav = "".join(f"<li><a href='/{path}'>{path.title()}</a></li>" for path in NAV)
        news = "".join(f"<li><a href='{escape(story.url)}'>{escape(story.headline)}</a></li>" for story in self.stories)
        lang = f' lang="{self.language}"' if self.language else ""
        body = f"<ul>{nav}</ul><h1>News</h1><ul class='latest'>{news}</ul>"
        return f"<html{lang}><head>{head}</head><body>{body}</body></html>"

    def _lists(self) -> Mapping[str, standin.Document]:
        if self.kind in ("alternate", "common"):
            url = f"{self.home}news/rss.php?id=1" if self.kind == "alternate" else f"{self.home}rss.xml"
            return {url: standin.Document(self._rss(), "application/rss+xml; charset=utf-8")}
        if self.kind == "sitemap":
            robots = f"User-agent: *\nAllow: /\nSitemap: {self.home}maps/news.xml\n"
            return {
                f"{self.home}robots.txt": standin.Document(robots, "text/plain"),
                f"{self.home}maps/news.xml": standin.Document(self._sitemap(), "application/xml"),
            }
        return {}

    def _rss(self) -> str:
        items = "".join(
            f"<item><title>{escape(story.headline)}</title><link>{escape(story.url)}</link>"
            f"<pubDate>{format_datetime(self.at)}</pubDate></item>"
            for story in self.stories
        )
        head = f"<title>{escape(self.name)}</title>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'

    def _sitemap(self) -> str:
        urls = "".join(
            f"<url><loc>{escape(story.url)}</loc><news:news><news:publication_date>{self.at.isoformat()}"
            f"</news:publication_date><news:title>{escape(story.headline)}</news:title></news:news></url>"
            for story in self.stories
        )
        spaces = f'xmlns="{SITEMAPS}/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        return f'<?xml version="1.0"?><urlset {spaces}>{urls}</urlset>'


def tried(site: Site) -> tuple[Found, dict[str, str]]:
    """Discover a site on a stand-in, and poll the source that was found: it, and the stored texts by address."""
    return asyncio.run(_tried(site))


async def _tried(site: Site) -> tuple[Found, dict[str, str]]:
    case = standin.Case(Source("new", "New"), site.at, site.web(), ())
    clock = SleepersClock(site.at)
    async with standin.serving(case) as port:
        away = standin.Away(case.hosts, port)
        async with standin.client_on(clock, port) as client:
            workers = Here(digest.Room({}, {}, standin.registers(), connectors.load))
            walk = Walk(client, workers, away.text(site.home), clock.now(), lambda url: None)
            found = await walk.run(None)
        with TemporaryDirectory() as directory:
            store = open_store(f"sqlite:///{Path(directory)}/newswire.db")
            try:
                async with standin.client_on(clock, port) as client:
                    with wire_on(
                        store, found.source, network=client, clock=clock, registers=standin.registers()
                    ) as wire:
                        await OneOff(wire.line).run([found.source], force=False, told=lambda _: None)
                        bodies = {away.back(record["url"]): record["body"] or "" for record in wire.records()}
            finally:
                store.close()
    return found, bodies


def host_of(url: str) -> str:
    """The host of an address without its `www.`"""
    return (urlsplit(url).hostname or "").removeprefix("www.")
