"""A service that makes no mistake and knows each feed's rate, in simulated time: the checker is tried on it.

It asks the server's own code, without sockets; what it "stores" it takes from the ledger, as if it had parsed it.
"""

from __future__ import annotations

import heapq
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from pipeline.clock import ManualClock
from pipeline.model import Change, ChangeKind
from tests.world import oracle
from tests.world.hosts import DAY, HOSTS, HOUR, SECTIONS, Host, WorldFeed
from tests.world.ledger import Asked, Happened, Ledger
from tests.world.plan import World
from tests.world.script import Told, next_read
from tests.world.server import Server
from tests.world.site import LISTING, Site

TAKES = timedelta(milliseconds=200)  # of virtual time, for an answer
MARGIN = timedelta(milliseconds=50)


class Lines(Ledger):
    """A ledger in memory."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.asked: list[Asked] = []
        self.happened: list[Happened] = []

    def note(self, line: Asked | Happened) -> None:
        if isinstance(line, Asked):
            self.asked.append(line)
        else:
            self.happened.append(line)


@dataclass(slots=True)
class Perfect:
    """The simulation; after `run` it has what `checker.check` takes."""

    world: World
    lines: Lines = field(default_factory=Lines)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    _clock: ManualClock = field(init=False)
    _server: Server = field(init=False)
    _queue: list[tuple[datetime, int, Host, Callable[[], None]]] = field(default_factory=list)
    _free_at: dict[str, datetime] = field(default_factory=dict)
    _etags: dict[tuple[str, str], str] = field(default_factory=dict)
    _whole_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _entries: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    _first: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _gone_at: dict[str, datetime] = field(default_factory=dict)
    _count: int = 0

    def run(self) -> Perfect:
        """From the world's start to its end."""
        self._clock = ManualClock(self.world.start)
        self._server = Server(self.world, self._clock, self.lines)
        for host in HOSTS:
            for day in range(int(self.world.days) + 1):
                self._robots(host, self.world.start + day * DAY)
            for feed in host.feeds:
                for at in oracle.polls(self.world, host, feed, self.world.end):
                    self._poll(host, feed, at)
        while self._queue:
            due, number, host, work = heapq.heappop(self._queue)
            at = max(due, self._free_at.get(host.address, due))
            if at >= self.world.end:
                continue
            if at > due:
                heapq.heappush(self._queue, (at, number, host, work))
                continue
            self._clock.move(at)
            work()
        return self

    def _at(self, at: datetime, host: Host, work: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, host, work))

    def _robots(self, host: Host, at: datetime) -> None:
        self._at(at, host, lambda: self._ignored(host, "/robots.txt"))

    def _ignored(self, host: Host, path: str) -> None:
        self._ask(host, path, again=None)

    def _poll(self, host: Host, feed: WorldFeed, at: datetime) -> None:
        def work() -> None:
            if self._ask(host, feed.path, again=work) == 200 and host.shape != "kcna":
                self._read_feed(host, feed)
            elif host.shape == "kcna":
                for _, code in SECTIONS:
                    self._at(self._clock.now(), host, partial(self._listing, host, feed, code))

        self._at(at, host, work)

    def _listing(self, host: Host, feed: WorldFeed, code: str) -> None:
        if self._ask(host, f"{LISTING}{code}.kcmsf", again=None) == 200:
            self._read_feed(host, feed)

    def _read_feed(self, host: Host, feed: WorldFeed) -> None:
        now = self._clock.now()
        for story in self._site(host).listed(feed, now):
            version = story.versions[story.version(now) - 1]
            entry = (version.headline, version.summary)
            for path in story.paths:
                known = self._entries.get((host.address, feed.path, path))
                self._entries[host.address, feed.path, path] = entry
                if (host.address, path) not in self._first:
                    self._first[host.address, path] = now
                    self._page(story, path, now)
                elif known is not None and known != entry:
                    self._at(now, host, partial(self._read, story, path, again=False))

    def _page(self, story: Told, path: str, at: datetime) -> None:
        self._at(at, story.host, lambda: self._read(story, path, again=True))

    def _read(self, story: Told, path: str, *, again: bool) -> None:
        """Ask for a page, store what came, and plan the next read."""
        now = self._clock.now()
        status = self._ask(story.host, path, again=lambda: self._read(story, path, again=again))
        if status in (200, 304):
            self._gone_at.pop(path, None)
            self._stored(story, self.lines.asked[-1].version or 1)
        if status in (404, 410):
            gone_at = self._gone_at.setdefault(path, now)
            if now - gone_at >= HOUR:
                self._told(story, "withdrawn", once=True)
        if again and status != 429:
            first = self._gone_at.get(path, self._first[story.host.address, path])
            if (due := next_read(first, now + timedelta(minutes=5))) is not None:
                self._page(story, path, due)

    def _stored(self, story: Told, number: int) -> None:
        version = story.versions[number - 1]
        text = {"headline_raw": version.headline, "body": "\n".join(version.body)}
        record = self.records.get(story.id)
        if record is None:
            urls = [f"http://{story.host.address}{path}" for path in story.paths]
            self.records[story.id] = {"id": len(self.records) + 1, "urls": urls, "revision": 0} | text
            self._told(story, "created")
            return
        if self._last(story) == "withdrawn":
            self._told(story, "restored")
        if record["body"] != text["body"]:
            record |= text
            self._told(story, "revised")

    def _told(self, story: Told, change: ChangeKind, *, once: bool = False) -> None:
        record = self.records[story.id]
        if once and self._last(story) == change:
            return
        record["revision"] += 1
        seq, now = len(self.changes) + 1, self._clock.now()
        self.changes.append(Change("e", seq, now, change, record["id"], record["revision"], story.host.source, ""))

    def _last(self, story: Told) -> str:
        number = self.records[story.id]["id"]
        return next(change.change for change in reversed(self.changes) if change.id == number)

    def _ask(self, host: Host, path: str, again: Callable[[], None] | None) -> int:
        """One request; refused, it is made again when the host says so."""
        now, key = self._clock.now(), (host.address, path)
        is_audit = now - self._whole_at.get(key, self.world.opening) >= DAY
        headers = {} if is_audit or key not in self._etags else {"If-None-Match": self._etags[key]}
        response: web.Response = self._server.reply(host.address, path, headers)
        self._clock.move(now + TAKES)
        self.lines.asked[-1] = replace(self.lines.asked[-1], ended=now + TAKES)
        rest = timedelta(seconds=max(self.world.pace_seconds, host.crawl_delay(self.world))) + MARGIN
        if response.status == 200:
            self._whole_at[key] = now
            if "ETag" in response.headers:
                self._etags[key] = response.headers["ETag"]
        if response.status == 429:
            rest = timedelta(seconds=int(response.headers["Retry-After"]))
            if again:
                self._at(now + TAKES + rest, host, again)
        self._free_at[host.address] = now + TAKES + rest
        return response.status

    def _site(self, host: Host) -> Site:
        return self._server.site(host.address)
