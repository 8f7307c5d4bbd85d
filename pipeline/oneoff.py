"""A one-off ingest of the live web: until nothing of the named sources is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.cadence import FIRST_INTERVAL
from pipeline.ingest import Line, Resting
from pipeline.lease import leased
from pipeline.model import Request, Source
from pipeline.normalise.urls import normal_url
from pipeline.sites import edition_of
from pipeline.store import Due, Transaction

HOSTS = 16  # worked at the same time; one request a host


@dataclass(frozen=True, slots=True)
class OneOff:
    """One ingest by hand.  A source that another process is polling is left to it; `most_pages` bounds what is read."""

    line: Line
    most_pages: int | None = None

    async def run(self, sources: Sequence[Source], *, force: bool, told: Callable[[int], None]) -> dict[str, str]:
        """Poll and read all that is due; who holds the sources that were left out."""
        async with leased(self.line, sources) as held:
            mine = [source for source in sources if source.id not in held]
            for pending in await self.line.pending([source.id for source in mine]):
                await self.line.resume(pending)
            await self.line.write(lambda tx: _ask_feeds(tx, mine, self.line.clock.now(), force=force))
            begun = self.line.clock.now()
            await self._work({(source.id, feed.url) for source in mine for feed in source.feeds}, begun, told)
        return held

    async def run_url(self, source: Source, url: str) -> None:
        """Read one article page of a source, now."""
        url_key, now = normal_url(url, source.identity_query), self.line.clock.now()
        request = Request(url, "page", source.id, edition_of(source, url))
        await self.line.write(lambda tx: tx.requests.ask(request, url_key, now))
        due = await self.line.write(lambda tx: tx.queue.page_request(source.id, url_key))
        assert due is not None
        await self.line.work(due)

    async def _work(self, feeds: Collection[tuple[str, str]], begun: datetime, told: Callable[[int], None]) -> None:
        """Every host by itself, one request after another; hosts side by side."""
        busy: dict[str, asyncio.Task[Resting | None]] = {}
        pages = 0
        try:
            while True:
                for due in (await self._due(feeds, begun, busy, pages))[: HOSTS - len(busy)]:
                    pages += due.request.kind == "page"
                    busy[due.host] = asyncio.create_task(self.line.work(due))
                if not busy:
                    return
                await asyncio.wait(busy.values(), return_when=asyncio.FIRST_COMPLETED)
                for host in [host for host, task in busy.items() if task.done()]:
                    busy.pop(host).result()
                    told(1)
        finally:
            # The database is closed behind us: nothing may be at work on it any more.
            for task in busy.values():
                task.cancel()
            await asyncio.gather(*busy.values(), return_exceptions=True)

    async def _due(
        self, feeds: Collection[tuple[str, str]], begun: datetime, busy: Collection[str], pages: int
    ) -> list[Due]:
        """The next due request of each host that is not at work."""
        now, sources = self.line.clock.now(), {source for source, _ in feeds}
        found: dict[str, Due] = {}
        for due in await self.line.write(
            lambda tx: tx.queue.due(now, feeds, sources, begun=begun, awake=True, limit=1000)
        ):
            is_enough = self.most_pages is not None and pages >= self.most_pages and due.request.kind == "page"
            if due.host not in busy and not is_enough:
                found.setdefault(due.host, due)
        return list(found.values())


def _ask_feeds(tx: Transaction, sources: Sequence[Source], now: datetime, *, force: bool) -> None:
    """Feeds are due by their rhythm, which is the service's; who runs ingests by hand has a rhythm of his own."""
    for source in sources:
        tx.requests.ask_feeds([(feed.request(source.id), feed.backup) for feed in source.feeds], now)
        for feed in source.feeds:
            if force:
                tx.requests.wake(source.id, feed.url, now, forget=True)
            elif not feed.backup:
                rest = timedelta(seconds=feed.every) if feed.every else FIRST_INTERVAL
                tx.requests.wake_polled_before(source.id, feed.url, now - rest, now)
