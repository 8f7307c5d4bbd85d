"""From a feed that shows a new story to the committed row, and how long the event loop is ever blocked.

Run it by hand: python -m tests.benchmarks.latency [STORIES].  The server, in a process of its own, publishes a story
every half second; the service polls its feed of 30 entries every quarter of a second, without a pace, and reads the
page.  What is timed begins when the feed with the new story was sent, so that the wait for the poll is left out, and
ends after the commit.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import digest
from pipeline import settings as options
from pipeline.clock import LiveClock
from pipeline.digest import ready
from pipeline.dispatch import Dispatch
from pipeline.fetch.client import Client
from pipeline.ingest import Line
from pipeline.store import Store, Transaction
from pipeline.store.engine import create, make_engine
from pipeline.tally import Tally
from pipeline.wiring.room import LOAD_ROOM, enabled
from pipeline.workers import Workers
from tests.wire import TEXT, item, page, rss

STORIES = 100
ENTRIES = 30
# Stories that came while the first thirty were read stood in their queue.
BACKLOG = 10
EVERY = 0.5  # seconds between two stories
POLL = 0.25
BEAT = 0.002


class Handler(BaseHTTPRequestHandler):
    """A feed whose stories come with the time, and their pages."""

    protocol_version = "HTTP/1.1"
    began = 0.0
    told: Connection
    newest = 0

    def do_GET(self) -> None:
        root = f"http://{self.headers['Host']}"
        newest = ENTRIES + int((time.time() - self.began) / EVERY)
        if self.path == "/rss.xml":
            numbers = range(newest, newest - ENTRIES, -1)
            items = [item(number, f"Harbour story number {number}") for number in numbers]
            self._send(rss(*items).replace("https://wire.test", root), f'"{newest}"')
            for number in range(Handler.newest + 1, newest + 1):
                self.told.send((number, time.time()))
            Handler.newest = newest
        elif self.path.startswith("/news/"):
            story = self.path.rpartition("/")[2]
            self._send(page(f"Harbour story number {story}", "\n".join(f"{TEXT} {story}.{n}" for n in range(12))), "")
        else:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send(self, text: str, etag: str) -> None:
        if etag and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def serve(told: Connection) -> None:
    """Serve until ended; says the port, then every story with the time at which a feed with it was first sent."""
    Handler.told, Handler.began = told, time.time()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()


@contextmanager
def serving() -> Iterator[tuple[int, Connection]]:
    context = multiprocessing.get_context("spawn")
    told, tells = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(tells,), daemon=True)
    process.start()
    try:
        yield told.recv(), told
    finally:
        process.terminate()
        process.join()


class Timed(Store):
    """A store that notes when a transaction was committed that stored an article."""

    committed: dict[int, float]

    @contextmanager
    def write(self, at: datetime) -> Iterator[Transaction]:
        with super().write(at) as tx:
            yield tx
            new = [number for kind, number, _ in tx.articles._changes if kind == "created"]
        for number in new:
            self.committed[number] = time.time()


async def measured(directory: Path, port: int, stories: int) -> tuple[Timed, float]:
    """Serve until so many stories are stored; the longest time that the loop was blocked, in seconds."""
    (directory / "config" / "sources").mkdir(parents=True)
    (directory / "config" / "newswire.toml").write_text("workers = 2\n")
    for packaged in (options.packaged_directory() / "sources").glob("*.toml"):
        (directory / "config" / "sources" / packaged.name).write_text("enabled = false")
    (directory / "config" / "sources" / "wire.toml").write_text(
        f'name = "Wire"\nlanguage = "en"\n[[feeds]]\nurl = "http://127.0.0.1:{port}/rss.xml"\nevery = 1\n'
        '[profile]\nheadline = "h1"\nbody = "article p"\n'
    )
    settings = options.load(directory / "config", {}, {"database": f"sqlite:///{directory}/wire.db"})
    sources, clock = enabled(settings), QuickClock(1 / POLL)
    engine = make_engine(settings.database)
    create(engine)
    store = Timed(engine)
    store.committed = {}
    workers = Workers(2, digest.prepare, (LOAD_ROOM, settings))
    client = Client(user_agent="b", clock=clock, allow_private=["127.0.0.0/8"], ports=[port], pace_seconds=0)
    with ThreadPoolExecutor(max_workers=1) as writer:
        async with client:
            line = Line(store, client, workers, clock, Tally(), sources, lambda *a, **b: None, writer)
            await asyncio.gather(workers.run(ready), workers.run(ready))
            feed = sources["wire"].feeds[0].request("wire")
            await line.write(lambda tx: tx.requests.ask_feeds([(feed, False)], clock.now()))
            dispatch = Dispatch(line, clock)
            running = asyncio.create_task(dispatch.run())
            blocked = await beaten(store, stories + ENTRIES + BACKLOG)
            dispatch.stop()
            await running
            await dispatch.drain(5)
    workers.close()
    return store, blocked


class QuickClock(LiveClock):
    """The wall clock, but what waits by it waits only a part of the time: feeds know no interval below a second."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._begun = super().now()

    def now(self) -> datetime:
        return self._begun + (super().now() - self._begun) * self._rate

    def wall(self, seconds: float) -> float:
        return seconds / self._rate


async def beaten(store: Timed, articles: int) -> float:
    """The longest time beyond a beat that the loop needed for one, until so many articles are stored."""
    longest = 0.0
    while len(store.committed) < articles:
        begun = time.perf_counter()
        await asyncio.sleep(BEAT)
        longest = max(longest, time.perf_counter() - begun - BEAT)
    return longest


def main() -> None:
    """Print a table: milliseconds from the feed to the committed row, and the loop's longest block."""
    stories = int(sys.argv[1]) if len(sys.argv) > 1 else STORIES
    with serving() as (port, told), TemporaryDirectory() as directory:
        store, blocked = asyncio.run(measured(Path(directory), port, stories))
        shown = {}
        while told.poll():
            number, at = told.recv()
            shown[number] = at
        with store.read() as reader:
            urls = {number: reader.record(number) for number in store.committed}
        store.close()
    waits = sorted(
        (store.committed[number] - shown[int(record["url"].rpartition("/")[2])]) * 1000
        for number, record in urls.items()
        if record and int(record["url"].rpartition("/")[2]) > ENTRIES + BACKLOG
    )
    print(f"{'stories':>8} {'median ms':>10} {'p95 ms':>8} {'longest ms':>11} {'loop blocked ms':>16}")
    p95 = waits[int(len(waits) * 0.95)]
    print(f"{len(waits):>8} {waits[len(waits) // 2]:>10.1f} {p95:>8.1f} {waits[-1]:>11.1f} {blocked * 1000:>16.1f}")


if __name__ == "__main__":
    main()
