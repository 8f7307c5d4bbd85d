"""What a poll that brings nothing new costs: CPU of this process per 304, over 20 and over 1,000 origins.

Run it by hand: python -m tests.benchmarks.idle_poll [REQUESTS].  The server is another process, so its work is not
counted.  Every origin is an address of 127.0.0.0/8, plain HTTP, with keep-alive; one round asks each origin once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from pipeline.clock import LiveClock
from pipeline.fetch.client import Client
from pipeline.model import Request

ORIGINS = (20, 1_000)
REQUESTS = 6_000
AT_ONCE = 16
REPEATS = 3
ANSWER = (
    b'HTTP/1.1 304 Not Modified\r\nDate: Wed, 07 Jul 2021 04:12:00 GMT\r\nServer: nginx\r\nETag: "60e52a4f-7b21"\r\n'
    b"Last-Modified: Wed, 07 Jul 2021 04:12:00 GMT\r\nCache-Control: max-age=60\r\nVary: Accept-Encoding\r\n\r\n"
)


class NotModified(asyncio.Protocol):
    """Says 304 to whatever is asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
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


def requests(port: int, origins: int) -> list[Request]:
    """One conditional request to each origin."""
    urls = [f"http://127.{1 + number // 250}.1.{1 + number % 250}:{port}/rss/v2.xml" for number in range(origins)]
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


async def measured(port: int, origins: int, many: int) -> list[float]:
    asked = requests(port, origins)
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


def main() -> None:
    """Print a table: origins, the least and the median of the repeats."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard) if soft < 8192 else soft, hard))
    many = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    print(f"{'origins':>8} {'best ms':>8} {'median ms':>10}")
    with serving() as port:
        for origins in ORIGINS:
            found = sorted(asyncio.run(measured(port, origins, many)))
            print(f"{origins:>8} {found[0]:>8.3f} {found[len(found) // 2]:>10.3f}")


if __name__ == "__main__":
    main()
