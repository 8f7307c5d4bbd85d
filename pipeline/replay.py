"""A web archive through the line: the archive is the network, and its captures are the clock.

The clock moves to each capture of a configured feed in turn; what that poll makes due is worked before the next.
Captures are worked one after another, so the same archive always gives the same database, interrupted or not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from pipeline.archive.replay import REDIRECT_STATUS, Archive, CaptureKey, ReplayNetwork
from pipeline.clock import ManualClock
from pipeline.ingest import Line
from pipeline.model import Feed, Request, Source
from pipeline.normalise.urls import normal_url
from pipeline.sites import by_host, edition_of, owner_of

PORTION = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One poll of one feed: at its capture's time, until the next capture of the same feed."""

    at: datetime
    until: datetime | None
    source: Source
    feed: Feed


@dataclass(frozen=True, slots=True)
class Replay:
    """A line that reads an archive; `line.network` and `line.clock` are the archive's."""

    line: Line
    archive: Archive
    network: ReplayNetwork
    clock: ManualClock
    sources: Sequence[Source]

    async def run(self, *, pages: bool, told: Callable[[int, int], None]) -> None:
        """Work every capture; `told` hears how many polls are done, of how many."""
        await self._resume()
        steps = list(self._steps())
        captures = sorted(self._captures(), key=lambda key: (key.fetched_at, key.url))
        for number, step in enumerate(steps, 1):
            await self._poll(step)
            await self._read_again(step, captures)
            told(number, len(steps))
        if pages:
            await self._unlisted(captures)

    def _steps(self) -> Iterator[Step]:
        found = [
            Step(key.fetched_at, after.fetched_at if after else None, source, feed)
            for source in self.sources
            for feed in source.feeds
            for key, after in _with_next(self.archive.captures_of(feed.url))
        ]
        return iter(sorted(found, key=lambda step: (step.at, step.source.id, step.feed.url)))

    def _captures(self) -> Iterator[CaptureKey]:
        for url in self.archive.urls():
            yield from self.archive.captures_of(url)

    async def _resume(self) -> None:
        """Finish what an interrupted replay left, at the time of the poll that it belonged to."""
        for pending in await self.line.pending([source.id for source in self.sources]):
            if pending.polled_at is not None:
                self.clock.move(pending.polled_at)
            await self.line.resume(pending)

    async def _poll(self, step: Step) -> None:
        """The feed, then all that it makes due."""
        self.clock.move(step.at)
        self.network.until = step.until
        await self.line.write(lambda tx: tx.requests.ask_feeds([(step.feed.request(step.source.id), False)], step.at))
        await self.line.write(lambda tx: tx.requests.wake(step.source.id, step.feed.url, step.at))
        await self._drain(step.source.id, step.feed.url)

    async def _drain(self, source: str, feed: str) -> None:
        now = self.clock.now()
        while found := await self.line.write(lambda tx: tx.queue.due(now, [(source, feed)], limit=PORTION)):
            # One at a time, and asked anew: what a menu lists comes before the pages that were due already.
            kind = found[0].request.kind
            for due in [one for one in found if one.request.kind == kind]:
                await self.line.work(due)

    async def _read_again(self, step: Step, captures: Sequence[CaptureKey]) -> None:
        """Pages are read again where the archive holds a further capture of them in this step's time."""
        start = bisect_left(captures, step.at, key=lambda key: key.fetched_at)
        for key in captures[start:]:
            if step.until is not None and key.fetched_at >= step.until:
                break
            await self._read_capture(step, key)

    async def _read_capture(self, step: Step, key: CaptureKey) -> None:
        url_key = normal_url(key.url, step.source.identity_query)
        due = await self.line.write(lambda tx: tx.queue.page_request(step.source.id, url_key))
        if due is None or due.request.feed != step.feed.url:
            return
        if await self.line.write(lambda tx: tx.captures.is_captured(key.url, key.fetched_at, key.digest)):
            return
        page = self.archive.page(key)
        if page.status in REDIRECT_STATUS:
            # What it leads to is what was captured; the network follows it, at this capture's time.
            self.clock.move(key.fetched_at)
            await self.line.work(due)
        else:
            await self.line.work(due, page)

    async def _unlisted(self, captures: Iterable[CaptureKey]) -> None:
        """Article pages of configured sources that no feed listed, each at its own time."""
        self.network.until = None
        polled = {feed.url for source in self.sources for feed in source.feeds}
        hosts = by_host(self.sources)
        for key in captures:
            source = owner_of(hosts, key.url)
            if source is not None and key.url not in polled:
                await self._take_page(source, key)

    async def _take_page(self, source: Source, key: CaptureKey) -> None:
        self.clock.move(key.fetched_at)
        url_key = normal_url(key.url, source.identity_query)
        if await self.line.write(lambda tx: tx.captures.is_captured(key.url, key.fetched_at, key.digest)):
            return
        request = Request(key.url, "page", source.id, edition_of(source, key.url))
        await self.line.write(lambda tx: tx.requests.ask(request, url_key, key.fetched_at))
        due = await self.line.write(lambda tx: tx.queue.page_request(source.id, url_key))
        assert due is not None
        await self.line.work(due, self.archive.page(key))


def held_by(archive: Archive, sources: Iterable[Source]) -> list[Source]:
    """The sources that an archive holds a feed of."""
    return [source for source in sources if any(archive.captures_of(feed.url) for feed in source.feeds)]


def _with_next(keys: Sequence[CaptureKey]) -> Iterator[tuple[CaptureKey, CaptureKey | None]]:
    return zip(keys, chain(keys[1:], [None]), strict=False)
