"""A small wire to test with: the real line on a real database, over a web of our own and a clock that we move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import connectors
from pipeline import digest
from pipeline.clock import ManualClock
from pipeline.connector import Network
from pipeline.errors import FetchError
from pipeline.ingest import Line
from pipeline.model import Feed, Page, Profile, Request, Source
from pipeline.normalise.registers import Registers
from pipeline.replay import Replay
from pipeline.store import Store, Transaction
from pipeline.store.read import Query
from pipeline.tally import Tally

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEED = "https://wire.test/rss.xml"
SOURCE = Source(
    "wire",
    "Wire",
    feeds=(Feed(FEED, language="en"),),
    profiles=(Profile("1", headline="h1", lead=".lead", body="article p"),),
    language="en",
    timezone="Asia/Seoul",
    hosts=("wire.test",),
    articles="^/news/",
)
TEXT = (
    "The harbour of Port Ellery was closed on Monday after a storm had driven two barges against the eastern mole,"
    " the port authority said. Ferries to the outer islands were cancelled until the end of the week."
)


@dataclass(slots=True)
class Web:
    """What servers would answer: by address a body, a status, or an error; the last one set holds."""

    answers: dict[str, Page | FetchError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def put(self, url: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.answers[url] = Page(url, status, data, START, pairs)

    def fail(self, url: str, *, transient: bool = True) -> None:
        self.answers[url] = FetchError(f"{url}: no answer", kind="timeout", transient=transient)

    async def get(self, request: Request) -> Page:
        self.asked.append(request.url)
        self.requests.append(request)
        found = self.answers.get(request.url, Page(request.url, 404, b"", START))
        if isinstance(found, FetchError):
            raise found
        return Page(found.url, found.status, found.body, self.clock.now(), found.headers)


class Here:
    """Runs what a worker would, in this process.  `poison` makes it raise instead, as often as there are errors."""

    def __init__(self, room: digest.Room) -> None:
        self._room = room
        self.poison: list[Exception] = []

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self.poison:
            raise self.poison.pop(0)
        digest._room = self._room
        return function(*arguments)


@dataclass(slots=True)
class Wire:
    """The line, its web and its clock; `poll` does what an ingest does."""

    line: Line
    web: Web
    clock: ManualClock
    workers: Here
    sources: Sequence[Source]
    replay: Replay | None = None
    held: dict[str, str] = field(default_factory=dict)

    def poll(self, after: timedelta = timedelta(0)) -> dict[str, int]:
        """Move the clock, poll every feed, and work all that is due; the counts of the first source."""
        self.clock.move(self.clock.now() + after)
        before = self.line.tally.summary([self.sources[0].id])[self.sources[0].id]
        asyncio.run(self._poll())
        now = self.line.tally.summary([self.sources[0].id])[self.sources[0].id]
        return {name: now[name] - before[name] for name in now if isinstance(now[name], int)}

    def wait(self, time: timedelta) -> list[str]:
        """Move the clock, and work what is due by then, as the service does; what was asked of the web."""
        self.clock.move(self.clock.now() + time)
        before = len(self.web.asked)
        asyncio.run(self._serve())
        return self.web.asked[before:]

    def live(self, time: timedelta) -> list[str]:
        """Let time pass as it does for the service: every request at its own time; what was asked of the web."""
        end, asked = self.clock.now() + time, self.wait(timedelta(0))
        while (at := self.run(self.line.write(lambda tx: tx.queue.next_ready(self.clock.now(), [])))) and at <= end:
            asked += self.wait(at - self.clock.now())
        self.clock.move(end)
        return asked

    async def _serve(self) -> None:
        while due := await self.line.write(lambda tx: tx.queue.ready(self.clock.now(), [], [], limit=1)):
            await self.line.work(due[0])

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(work)

    def records(self, **query: Any) -> list[dict[str, Any]]:
        with self.line.store.read() as reader:
            return list(reader.query(Query(**query)))

    def record(self, **query: Any) -> dict[str, Any]:
        (one,) = self.records(**query)
        return one

    def changes(self) -> list[tuple[str, int, int]]:
        with self.line.store.read() as reader:
            return [(change.change, change.id, change.revision) for change in reader.changes(0)]

    async def _poll(self) -> None:
        for source in self.sources:
            for feed in source.feeds:
                await self.line.write(partial(_wake, request=feed.request(source.id), at=self.clock.now()))
        await self.drain()

    async def drain(self) -> None:
        for pending in await self.line.pending([source.id for source in self.sources]):
            await self.line.resume(pending)
        sources = [source.id for source in self.sources]
        feeds = [(source.id, feed.url) for source in self.sources for feed in source.feeds]
        while due := await self.line.write(lambda tx: tx.queue.due(self.clock.now(), feeds, sources)):
            await self.line.work(due[0])


@contextmanager
def wire_on(
    store: Store,
    *sources: Source,
    network: Network | None = None,
    archived: bool = False,
    clock: ManualClock | None = None,
    rereads: tuple[timedelta, ...] = (),
    registers: Registers | None = None,
) -> Iterator[Wire]:
    """A wire of these sources (`SOURCE`, if none) on a database; without registers it knows no agencies."""
    chosen = sources or (SOURCE,)
    clock = clock or ManualClock(START)
    web = Web(clock=clock)
    by_id = {source.id: source for source in chosen}
    readers = {name: connectors.load(source) for name, source in by_id.items()}
    room = digest.Room(by_id, readers, registers or Registers.from_data({}), connectors.load)
    workers = Here(room)
    with ThreadPoolExecutor(max_workers=1) as writer:
        line = Line(store, network or web, workers, clock, Tally(), by_id, _quiet, writer, archived, rereads)
        yield Wire(line, web, clock, workers, chosen)


def _wake(tx: Transaction, request: Request, at: datetime) -> None:
    tx.requests.ask_feeds([(request, False)], START)
    tx.requests.wake(request.source, request.url, at)


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{"".join(items)}</channel></rss>'


def item(number: int, headline: str, text: str = "", at: str = "Mon, 02 Mar 2026 17:30:00 +0900", **more: str) -> str:
    extra = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return (
        f"<item><title>{headline}</title><link>{address(number)}</link><guid>{number}</guid>"
        f"<pubDate>{at}</pubDate><description>{text}</description>{extra}</item>"
    )


def address(number: int) -> str:
    return f"https://wire.test/news/{number}"


def page(headline: str, text: str = TEXT) -> str:
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n"))
    return f"<html lang='en'><body><h1>{headline}</h1><article>{paragraphs}</article></body></html>"


def _quiet(_event: str, **_facts: object) -> None:
    pass
