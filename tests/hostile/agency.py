"""Agencies of the hostile wire: what each publishes, edits and withdraws by its seed, at any moment of a virtual clock.

Everything is a function of the number of a story and of the time, so that every process sees the same without a word.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pipeline.model import Feed, Profile, Source
from tests.demo.markup import Story
from tests.world import words
from tests.world.script import Version, words_version
from tests.world.site import TEXT, XML, Served, plain_page, rss_feed

EDITED, WITHDRAWN = 0.25, 0.1
WINDOW = 50  # stories a feed lists
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
START = datetime(2026, 3, 2, tzinfo=UTC)
PROFILE = Profile(
    "plain",
    headline="main h1",
    lead="main p.summary",
    body="div.article > p",
    date="meta[property='article:published_time']::attr(content)",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A story as it will have been: its versions by time, and from when on its page is missing, if ever."""

    number: int
    at: datetime
    versions: tuple[Version, ...]
    gone_at: datetime | None = None

    @property
    def path(self) -> str:
        return f"/news/{self.number}"

    def standing(self, at: datetime) -> int:
        """The number of the version that stands at a time, from 1."""
        return max(1, sum(version.at <= at for version in self.versions))

    def is_gone(self, at: datetime) -> bool:
        return self.gone_at is not None and at >= self.gone_at


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency.  `host` is the name or address in its URLs; a story comes every `every`, for `lasts` in all."""

    name: str
    host: str
    port: int
    seed: int = 1
    start: datetime = START
    every: timedelta = timedelta(minutes=30)
    lasts: timedelta = timedelta(days=1)
    scheme: str = "http"
    window: int = WINDOW
    edits: bool = True
    poll_seconds: int | None = None

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def feed_url(self) -> str:
        return f"{self.origin}/rss.xml"

    @property
    def source(self) -> Source:
        """How newswire is told of it."""
        feed = Feed(self.feed_url, language="en", every=self.poll_seconds)
        return Source(
            self.name, self.name.capitalize(), feeds=(feed,), profiles=(PROFILE,), language="en",
            hosts=(self.host,), articles=r"^/news/\d+$",
        )  # fmt: skip

    @property
    def count(self) -> int:
        """How many stories it has in all."""
        return math.ceil(self.lasts / self.every)

    def pieces(self, at: datetime) -> Iterator[Piece]:
        """The stories published by a time, oldest first."""
        for number in range(min(self.count, int((at - self.start) / self.every) + 1)):
            yield self.piece(number)

    def piece(self, number: int) -> Piece:
        return _piece(self, number)

    def serve(self, path: str, at: datetime) -> Served:
        """What an honest server answers to a path without its query."""
        if path == "/robots.txt":
            return Served(200, "robots", ROBOTS, TEXT)
        if path == "/rss.xml":
            return Served(200, "feed", self._feed(at), XML)
        number = path.removeprefix("/news/")
        if number.isdigit() and int(number) < self.count:
            return self._page(self.piece(int(number)), at)
        return Served(404, "other")

    def _feed(self, at: datetime) -> bytes:
        listed = [self.printed(piece, piece.standing(at)) for piece in self.listed(at)]
        return rss_feed(self.origin, listed, None).encode()

    def listed(self, at: datetime) -> list[Piece]:
        """What its feed lists, newest first."""
        published = min(self.count, int((at - self.start) / self.every) + 1)
        newest = range(published - 1, max(-1, published - 1 - self.window), -1)
        return [piece for piece in map(self.piece, newest) if not piece.is_gone(at)]

    def _page(self, piece: Piece, at: datetime) -> Served:
        story = f"{self.name}#{piece.number}"
        if at < piece.at:
            return Served(404, "page", story=story)
        version = piece.standing(at)
        if piece.is_gone(at):
            return Served(404, "page", story=story, version=version)
        body = plain_page(self.name, self.printed(piece, version)).encode()
        return Served(200, "page", body, story=story, version=version)

    def printed(self, piece: Piece, version: int) -> Story:
        """A version as the markup prints it."""
        one = piece.versions[version - 1]
        return Story(f"{self.origin}{piece.path}", piece.at, one.headline, one.body, text=one.summary, section="World")


@lru_cache(maxsize=20_000)
def _piece(agency: Agency, number: int) -> Piece:
    chance = random.Random(f"{agency.seed}/{agency.name}/{number}")
    at = agency.start + number * agency.every
    first = words_version(at, number, chance)
    versions = [first]
    if agency.edits and chance.random() < EDITED:
        later = at + chance.uniform(0.5, 3) * agency.every
        text = words.edited(first.headline, first.summary, first.body, chance)
        versions.append(Version(later, *text))
    gone = agency.edits and chance.random() < WITHDRAWN
    return Piece(number, at, tuple(versions), at + 6 * agency.every if gone else None)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
