"""What a poll that brings nothing new costs: CPU of this process per 304, over 20 and over 1,000 origins.

`client` is the request alone; `all in` the service's own way: what is due is looked up, asked for, and written down, in
a SQLite database on disk, one feed to an origin.  No worker is started: an unchanged feed reaches none.

Run it by hand: python -m tests.benchmarks.idle_poll [REQUESTS].  The server is another process, so its work is not
counted.  Every origin is an address of 127.0.0.0/8, plain HTTP; a round asks each origin once.  With `new`, the server
closes each connection, as one does that is asked less often than it keeps them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.clock import FastClock, LiveClock
from pipeline.dispatch import Dispatch
from pipeline.fetch.client import Client
from pipeline.ingest import Line
from pipeline.model import Feed, Page, Request, Source
from pipeline.store import Packed, Transaction, open_store
from pipeline.tally import Tally

ORIGINS = (20, 1_000)
REQUESTS = 6_000
AT_ONCE = 16
REPEATS = 3
RATE = 400  # polls a second
CONNECTIONS = {"kept": "/rss/v2.xml", "new": "/close/v2.xml"}
ANSWER = (
    b'HTTP/1.1 304 Not Modified\r\nDate: Wed, 07 Jul 2021 04:12:00 GMT\r\nServer: nginx\r\nETag: "60e52a4f-7b21"\r\n'
    b"Last-Modified: Wed, 07 Jul 2021 04:12:00 GMT\r\nCache-Control: max-age=60\r\nVary: Accept-Encoding\r\n\r\n"
)
CLOSING = ANSWER[:-2] + b"Connection: close\r\n\r\n"


class NotModified(asyncio.Protocol):
    """Says 304 to whatever is asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /close"):
            self._transport.write(CLOSING)
            self._transport.close()
        else:
            self._transport.write(ANSWER * data.count(b"\r\n\r\n"))


def serve(told: Connection) -> None:
    """Answer on all of 127.0.0.0/8 until ended."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(NotModified, "0.0.0.0", 0, backlog=2048)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def serving() -> Iterator[int]:
    """A server in a process of its own; its port."""
    context = multiprocessing.get_context("spawn")
    told, tells = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(tells,), daemon=True)
    process.start()
    try:
        yield told.recv()
    finally:
        process.terminate()
        process.join()


def requests(port: int, origins: int, path: str = CONNECTIONS["kept"]) -> list[Request]:
    """One conditional request to each origin."""
    urls = [f"http://127.{1 + number // 250}.1.{1 + number % 250}:{port}{path}" for number in range(origins)]
    return [Request(url, "feed", "bench", url, etag='"60e52a4f-7b21"') for url in urls]


async def cost(client: Client, asked: Sequence[Request], many: int) -> float:
    """CPU milliseconds per request."""
    queue = iter([asked[number % len(asked)] for number in range(many)])

    async def worker() -> None:
        for request in queue:
            page = await client.get(request)
            assert page.status == 304

    begun = time.process_time()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return (time.process_time() - begun) * 1000 / many


async def measured(port: int, origins: int, path: str, many: int) -> list[float]:
    asked = requests(port, origins, path)
    client = Client(
        user_agent="newswire/bench (+https://newswire.test/)",
        clock=LiveClock(),
        allow_private=["127.0.0.0/8"],
        ports=[port],
        pace_seconds=0,
    )
    async with client:
        await cost(client, asked, 2 * origins)  # warm: connected, and all code run once
        return [await cost(client, asked, many) for _ in range(REPEATS)]


class NoWorkers:
    """An unchanged feed needs none."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        raise AssertionError("an unchanged feed reached a worker")


async def whole(port: int, origins: int, path: str, many: int) -> list[float]:
    """The same through the dispatcher and the line: CPU milliseconds per poll."""
    with TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/bench.db")
        urls = [one.url for one in requests(port, origins, path)]
        sources = {f"s{number}": source_of(number, url) for number, url in enumerate(urls)}
        # Each origin is polled once a minute of a clock that makes `RATE` polls a second of it.
        clock = FastClock(datetime.now(UTC), 60 * RATE / origins, time.time())
        client = Client(user_agent="b", clock=clock, allow_private=["127.0.0.0/8"], ports=[port], pace_seconds=0)
        with ThreadPoolExecutor(max_workers=1) as writer:
            async with client:
                one = Line(store, client, NoWorkers(), clock, Tally(), sources, lambda *a, **b: None, writer)
                with store.write(clock.now()) as tx:
                    known(tx, sources.values(), clock.now())
                dispatch = Dispatch(one, clock)
                running = asyncio.create_task(dispatch.run())
                found = [await polled(dispatch, 2 * origins)] and [await polled(dispatch, many) for _ in range(REPEATS)]
                dispatch.stop()
                await running
                await dispatch.drain(5)
        store.close()
    return found


async def polled(dispatch: Dispatch, many: int) -> float:
    before, begun = dispatch.done, time.process_time()
    while dispatch.done - before < many:
        await asyncio.sleep(0.05)
    return (time.process_time() - begun) * 1000 / (dispatch.done - before)


def source_of(number: int, url: str) -> Source:
    return Source(f"s{number}", f"Source {number}", feeds=(Feed(url, every=60),))


def known(tx: Transaction, sources: Iterable[Source], now: datetime) -> None:
    """Feeds that were read before: they have validators, and their last whole body is of today."""
    for source in sources:
        feed = source.feeds[0]
        tx.requests.ask_feeds([(feed.request(source.id), False)], now)
        (due,) = tx.queue.due(now, [(source.id, feed.url)])
        page = Page(feed.url, 200, source.id.encode(), now, (("etag", '"60e52a4f-7b21"'),))
        tx.past.polled(due.id, entries=50, listings=0)
        tx.responses.finish(tx.responses.keep(due, page, Packed("identity", page.body), now, captured=False))


def main() -> None:
    """Print a table: what was measured, connections, origins, the least and the median of the repeats."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard) if soft < 8192 else soft, hard))
    many = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    print(f"{'':>8} {'connections':>12} {'origins':>8} {'best ms':>8} {'median ms':>10}")
    with serving() as port:
        for name, measure in (("client", measured), ("all in", whole)):
            for connections, path in CONNECTIONS.items():
                for origins in ORIGINS:
                    found = sorted(asyncio.run(measure(port, origins, path, many)))
                    row = f"{name:>8} {connections:>12} {origins:>8} {found[0]:>8.3f} {found[len(found) // 2]:>10.3f}"
                    print(row, flush=True)


if __name__ == "__main__":
    main()
