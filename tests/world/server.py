"""The server of a world: every host on its own loopback address, all on one free port and one virtual clock.

`python -m tests.world.server WORLD.json LEDGER.jsonl` listens, writes port and `begun` into the file, prints `ready`,
and serves until it gets SIGTERM.  Virtual time begins with `ready`, unless the file says when it began.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from random import Random

from aiohttp import web

from pipeline.clock import Clock
from tests.loopback import open_sockets
from tests.world.hosts import HOSTS, HOUR, Host
from tests.world.ledger import Asked, Happened, Ledger
from tests.world.plan import World
from tests.world.script import Told, script
from tests.world.site import Served, Site, sites

GZIP_FROM = 500  # bytes
TICK = 0.02  # seconds of real time between two looks at what happened
REFUSED_EVERY, REST = 9 * HOUR, (300, 1200)  # of a host that says 429 now and then; seconds to stay away
ADDRESS_TRIES = 20


@dataclass(slots=True)
class Refusals:
    """When a host says 429: some hours after its last time, or after its first request, for as long as it asks."""

    chance: Random
    next_at: datetime | None = None
    until: datetime | None = None

    def rest(self, at: datetime) -> int | None:
        """The Retry-After of a request at that time; None if it is answered."""
        self.next_at = self.next_at or at + REFUSED_EVERY * self.chance.random()
        if self.until is None and at >= self.next_at:
            self.until = at + timedelta(seconds=self.chance.randrange(*REST))
            self.next_at = at + REFUSED_EVERY * (0.5 + self.chance.random())
        if self.until is not None and at >= self.until:
            self.until = None
        return max(1, round((self.until - at).total_seconds())) if self.until else None


@dataclass(slots=True)
class Server:
    """Answers for all hosts of a world and keeps the ledger."""

    world: World
    clock: Clock
    ledger: Ledger
    stories: tuple[Told, ...] = field(init=False)
    _sites: dict[str, Site] = field(init=False)
    _refusals: dict[str, Refusals] = field(init=False)
    _coming: Iterator[Happened] = field(init=False)
    _next: Happened | None = field(init=False)

    def __post_init__(self) -> None:
        self.stories = script(self.world)
        self._sites = sites(self.world, self.stories)
        self._refusals = {
            host.address: Refusals(Random(f"{self.world.seed}/{host.address}/429")) for host in HOSTS if host.refuses
        }
        self._coming = iter(_events(self.stories))
        self._next = next(self._coming, None)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request; its host is the address it came to."""
        transport = request.transport
        assert transport is not None
        return self.reply(transport.get_extra_info("sockname")[0], request.path_qs, request.headers)

    def reply(self, address: str, path: str, headers: Mapping[str, str]) -> web.Response:
        """The answer to a GET now, and a line for it."""
        began = self.clock.now()
        self.advance(began)
        site = self._sites[address]
        served = site.serve(path.partition("?")[0], began)
        refusals = self._refusals.get(address)
        rest = refusals.rest(began) if refusals and served.kind != "robots" else None
        if rest is not None:
            response = web.Response(status=429, headers={"Retry-After": str(rest)})
        else:
            response = _response(served, site.host, headers)
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        told = (served.story, served.version, rest)
        line = Asked(address, path, served.kind, response.status, conditional, began, self.clock.now(), *told)
        self.ledger.note(line)
        return response

    def site(self, address: str) -> Site:
        """The host at an address."""
        return self._sites[address]

    def advance(self, now: datetime) -> None:
        """Note what took effect by now."""
        while self._next is not None and self._next.at <= now:
            self.ledger.note(self._next)
            self._next = next(self._coming, None)

    async def tick(self) -> None:
        """Keep the ledger up to date while nobody asks."""
        while True:
            self.advance(self.clock.now())
            self.ledger.flush()
            await asyncio.sleep(TICK)


@contextlib.asynccontextmanager
async def listening(server: Server, sockets: Sequence[socket.socket]) -> AsyncIterator[None]:
    """The server at work on these sockets, for the block."""
    runner = web.ServerRunner(web.Server(server.answer, access_log=None))
    await runner.setup()
    ticking = asyncio.create_task(server.tick())
    try:
        for one in sockets:
            await web.SockSite(runner, one).start()
        yield
    finally:
        ticking.cancel()
        await runner.cleanup()
        server.advance(server.clock.now())
        server.ledger.flush()


async def serve(path: Path, ledger: Path) -> None:
    """Serve the world of a file until SIGTERM or SIGINT."""
    world = World.read(path)
    sockets = open_sockets([host.address for host in HOSTS], world.port)
    world = replace(world, port=sockets[0].getsockname()[1], begun=world.begun or time.time())
    with ledger.open("a", encoding="utf-8") as out:
        server = Server(world, world.clock(), Ledger(out))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with listening(server, sockets):
            world.write(path)
            print("ready", flush=True)
            await stop.wait()


def _events(stories: Sequence[Told]) -> list[Happened]:
    happened = (Happened(at, what, story.id, number) for story in stories for at, what, number in story.events())
    return sorted(happened, key=lambda one: (one.at, one.story))


def _response(served: Served, host: Host, asked: Mapping[str, str]) -> web.Response:
    headers = _validators(served, host)
    if served.max_age:
        headers["Cache-Control"] = f"public, max-age={served.max_age}"
    if served.status == 200 and served.kind != "robots" and _is_known(served, host, asked):
        return web.Response(status=304, headers=headers)
    body = served.body
    headers["Content-Type"] = served.content_type
    headers["Vary"] = "Accept-Encoding"
    if len(body) >= GZIP_FROM and "gzip" in asked.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 1, mtime=0), "gzip"
    return web.Response(status=served.status, body=body, headers=headers)


def _validators(served: Served, host: Host) -> dict[str, str]:
    headers = {}
    if served.status == 200 and served.modified and host.validators != "none":
        if host.validators != "modified":
            headers["ETag"] = served.etag
        if host.validators != "etag":
            headers["Last-Modified"] = format_datetime(served.modified.astimezone(UTC), usegmt=True)
    return headers


def _is_known(served: Served, host: Host, asked: Mapping[str, str]) -> bool:
    """Whether the client has this very body (RFC 9110, 13.2.2), or this host would say so anyway."""
    etag, since = asked.get("If-None-Match"), asked.get("If-Modified-Since")
    if host.lies:
        return etag is not None or since is not None
    if etag is not None and host.validators in ("both", "etag"):
        return served.etag in etag
    if since is None or served.modified is None or host.validators in ("etag", "none"):
        return False
    return served.modified.replace(microsecond=0) <= parsedate_to_datetime(since)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
