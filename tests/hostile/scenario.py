"""A day of one agency on a clock that is moved by hand, straight into the line: what a crash must not change.

Hour by hour its feed is polled and all that is due is worked.  Some pages are refused at first, the host asks for a
rest now and then, some answers never come, and now and then the feed is no feed.  All of this hangs on the hour and the
address alone, so that a day that was interrupted, however often, must give the same database as one that was not.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pipeline.archive.pack import unpack
from pipeline.clock import ManualClock
from pipeline.errors import FetchError, WireError
from pipeline.model import Page, Request
from pipeline.record import portable
from pipeline.store import Store, Transaction, open_store
from pipeline.store.read import Query
from tests.hostile.agency import START, Agency
from tests.wire import Wire, wire_on

HOUR = timedelta(hours=1)
AGENCY = Agency("wire", "wire.test", 443, scheme="https", every=timedelta(minutes=20), window=20, poll_seconds=3600)
REREADS = (HOUR, 4 * HOUR)
NO_FEED = b"<html><h1>Back soon</h1></html>"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a database holds by the end of a day: its records, and by address the steps they came in (`created`, …)."""

    records: Mapping[str, dict[str, Any]]
    steps: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Feeds:
    """The network: the agency's answers at the clock's time, and its moods."""

    clock: ManualClock
    agency: Agency = AGENCY

    async def get(self, request: Request) -> Page:
        now = self.clock.now()
        mood = zlib.crc32(f"{request.url} {now:%d%H}".encode()) % 100
        served = self.agency.serve(urlsplit(request.url).path, now)
        headers = (("etag", served.etag),)
        if request.kind == "feed" and mood < 8:
            return Page(request.url, 200, NO_FEED, now)
        if request.kind == "page" and mood < 6:
            raise FetchError(f"{request.url}: no answer", kind="timeout")
        if request.kind == "page" and mood < 12:
            return Page(request.url, 503, b"", now, (("retry-after", "600"),) if mood < 8 else ())
        if request.kind == "page" and mood < 16:
            return Page(request.url, 403, b"", now)
        if request.etag == served.etag:
            return Page(request.url, 304, b"", now, headers)
        return Page(request.url, served.status, served.body, now, headers)


@dataclass(slots=True)
class Day:
    """The day on a database.  `told` hears of each hour that is done; `events` are what was logged."""

    database: str
    hours: int = 24
    first: int = 0
    told: Callable[[int], None] = lambda _: None
    events: list[str] = field(default_factory=list)

    def live(self) -> None:
        """From the first hour to the last."""
        store = open_store(self.database)
        try:
            for hour in range(self.first, self.hours):
                self.one_hour(store, hour)
                self.told(hour + 1)
        finally:
            store.close()

    def one_hour(self, store: Store, hour: int) -> None:
        """An hour's work; it may be done again."""
        clock = ManualClock(START + hour * HOUR)
        with wire_on(store, AGENCY.source, network=Feeds(clock), clock=clock, rereads=REREADS) as wire:
            asyncio.run(self.work(wire))

    async def work(self, wire: Wire) -> None:
        """Poll the feed, and work all that is due at this hour."""
        await wire.line.write(lambda tx: self._wake(tx, wire))
        for pending in await wire.line.pending([AGENCY.name]):
            await wire.line.resume(pending)
        while due := await wire.line.write(lambda tx: tx.queue.ready(wire.clock.now(), [], [], limit=1)):
            await wire.line.work(due[0])
        with wire.line.store.read() as reader:
            cursor = reader.last_seq()
        await wire.line.write(lambda tx: tx.desk.move_cursor("desk", "epoch", cursor))

    @staticmethod
    def _wake(tx: Transaction, wire: Wire) -> None:
        feed = AGENCY.source.feeds[0]
        tx.requests.ask_feeds([(feed.request(AGENCY.name), False)], START)
        tx.requests.wake(AGENCY.name, feed.url, wire.clock.now())


def portables(database: str) -> list[dict[str, Any]]:
    """All records of a database without its own numbers, by address."""
    store = open_store(database)
    try:
        with store.read() as reader:
            records = list(reader.sorted_by_address(Query()))
    finally:
        store.close()
    addresses = {record["id"]: (record["source"], record["url"]) for record in records}
    return [portable(record, addresses) for record in records]


def problems(database: str) -> list[str]:
    """What a database says is wrong with itself, and what is wrong with its change feed."""
    try:
        store = open_store(database, create=False)
    except WireError as error:
        return [str(error)]
    try:
        found = store.check(unpack)
        with store.read() as reader:
            seqs = [change.seq for change in _changes(reader)]
        if seqs != list(range(1, len(seqs) + 1)):
            found.append("the change feed has gaps")
        return found
    finally:
        store.close()


def kept(database: str) -> Kept:
    """What a database holds."""
    store, steps = open_store(database), defaultdict[str, list[str]](list)
    try:
        with store.read() as reader:
            for change in _changes(reader):
                if change.change != "relinked":
                    steps[change.url].append(change.change)
    finally:
        store.close()
    return Kept({record["url"]: record for record in portables(database)}, steps)


def difference(ours: Kept, whole: Kept) -> list[str]:
    """How two databases differ, a sentence each."""
    found = [f"{url} is lost" for url in whole.records.keys() - ours.records.keys()]
    found += [f"{url} is one too many" for url in ours.records.keys() - whole.records.keys()]
    for url in sorted(ours.records.keys() & whole.records.keys()):
        left, right = ours.records[url], whole.records[url]
        names = {name for name, value in right.items() if left.get(name) != value}
        if ours.steps[url] != whole.steps[url]:
            names.add(f"its steps ({', '.join(ours.steps[url])}, and not {', '.join(whole.steps[url])})")
        if names:
            found.append(f"{url} differs in {', '.join(sorted(names))}")
    return found


def _changes(reader: Any) -> Iterable[Any]:
    last = 0
    while more := reader.changes(last):
        yield from more
        last = more[-1].seq
