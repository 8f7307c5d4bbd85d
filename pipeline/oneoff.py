"""A one-off ingest of the live web: until nothing of the named sources is due."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.errors import StoreError
from pipeline.ingest import Line
from pipeline.model import Request, Source
from pipeline.normalise.urls import normal_url
from pipeline.sites import edition_of
from pipeline.store import Due, Transaction

HOSTS = 16  # worked at the same time; one request a host
LEASE = timedelta(minutes=2)
RENEWAL = 30.0  # seconds


def new_holder() -> str:
    """A name for this process that no other one has: host, process id, and something random."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more: it was killed, and its leases are free."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


@dataclass(frozen=True, slots=True)
class OneOff:
    """One ingest by hand.  A source that another process is polling is left to it."""

    line: Line
    holder: str = field(default_factory=new_holder)

    async def run(self, sources: Sequence[Source], *, force: bool, told: Callable[[int], None]) -> dict[str, str]:
        """Poll and read all that is due; who holds the sources that were left out."""
        held = await self._lease(sources)
        mine = [source for source in sources if source.id not in held]
        renewal = asyncio.create_task(self._renew(mine))
        try:
            for pending in await self.line.pending([source.id for source in mine]):
                await self.line.resume(pending)
            await self.line.write(lambda tx: _ask_feeds(tx, mine, self.line.clock.now(), force=force))
            await self._work({(source.id, feed.url) for source in mine for feed in source.feeds}, told)
        finally:
            renewal.cancel()
            await self.line.write(lambda tx: tx.requests.release(self.holder))
        return held

    async def run_url(self, source: Source, url: str) -> None:
        """Read one article page of a source, now."""
        url_key, now = normal_url(url, source.identity_query), self.line.clock.now()
        request = Request(url, "page", source.id, edition_of(source, url))
        await self.line.write(lambda tx: tx.requests.ask(request, url_key, now))
        due = await self.line.write(lambda tx: tx.requests.page_request(source.id, url_key))
        assert due is not None
        await self.line.work(due)

    async def _work(self, feeds: Collection[tuple[str, str]], told: Callable[[int], None]) -> None:
        """Every host by itself, one request after another; hosts side by side."""
        busy: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                for due in (await self._due(feeds, busy))[: HOSTS - len(busy)]:
                    busy[_host(due)] = asyncio.create_task(self.line.work(due))
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

    async def _due(self, feeds: Collection[tuple[str, str]], busy: Collection[str]) -> list[Due]:
        """The next due request of each host that is not at work."""
        now, sources = self.line.clock.now(), {source for source, _ in feeds}
        found: dict[str, Due] = {}
        for due in await self.line.write(lambda tx: tx.requests.due(now, feeds, sources, limit=1000)):
            if _host(due) not in busy:
                found.setdefault(_host(due), due)
        return list(found.values())

    async def _lease(self, sources: Sequence[Source]) -> dict[str, str]:
        """Take or renew the leases; who has those that can't be taken."""
        now = self.line.clock.now()

        def lease(tx: Transaction) -> dict[str, str]:
            holders = {source.id: tx.requests.lease(source.id, self.holder, now, now + LEASE) for source in sources}
            others = {source: holder for source, holder in holders.items() if holder is not None}
            for source, holder in list(others.items()):
                if is_dead(holder):
                    tx.requests.release(holder)
                    tx.requests.lease(source, self.holder, now, now + LEASE)
                    del others[source]
            return others

        return await self.line.write(lease)

    async def _renew(self, sources: Sequence[Source]) -> None:
        while True:
            await asyncio.sleep(RENEWAL)
            try:
                await self._lease(sources)
            except StoreError as error:
                self.line.log("lease_not_renewed", error=str(error))


def _ask_feeds(tx: Transaction, sources: Sequence[Source], now: datetime, *, force: bool) -> None:
    for source in sources:
        for feed in source.feeds:
            one = Request(feed.url, "feed", source.id, feed.url, language=feed.language, section=feed.section)
            tx.requests.ask(one, feed.url, now)
            if force:
                tx.requests.wake(source.id, feed.url, now, forget=True)


def _host(due: Due) -> str:
    return urlsplit(due.request.url).hostname or ""
