"""One request to the live network, within bounds of time, size and address.

httpx does the talking over aiohttp's connections; what it leaves open is closed here.  It has no total deadline,
inflates 800 bytes into a gigabyte before anyone can look, takes half a gzip body for a whole one, and follows redirects
anywhere.  No other room knows httpx: another client would be a change of `connections`, `messages` and `failures`, and
of what is read here of a response.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType

import httpx

from pipeline.clock import RunningClock
from pipeline.coding import GZIP_MAGIC, DamagedBody, OversizedBody, coding_of, decode_steps
from pipeline.errors import FetchError
from pipeline.fetch.allowance import LARGE, Deadline, Lanes, Room
from pipeline.fetch.connections import Connections, Resolver, Roots
from pipeline.fetch.failures import FOREIGN, failed, named, ours, too_large
from pipeline.fetch.guard import Guard, host_of, shown
from pipeline.fetch.manners import HostPace
from pipeline.fetch.messages import (
    ACCEPT_ENCODING,
    ACCEPT_ROBOTS,
    LONGEST_KEPT,
    KeptRequests,
    conditions,
    headers_of,
    new_request,
    target_of,
)
from pipeline.fetch.robots import LONGEST_TEXT, Memory, Robots, token_of
from pipeline.model import Page, Request, RequestKind

# Waits until a body of so many bytes may go on.
Hold = Callable[[int], Awaitable[None]]

# Feeds are configured by their address, by who runs us; what they and their listings lead to is for crawlers.
CRAWLED = frozenset({"listing", "page"})
NOT_MODIFIED = 304
FIRST_ERROR = 400
# Bytes that are decoded without a pause, some milliseconds; where many are at work, a pause takes as long as they do.
BREATH = 1024 * 1024
# `.` spelt as %2e: some way to the server it may become a dot, and climb out of what robots.txt allows.
ESCAPED_DOT = re.compile("%2e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request: seconds, hops and bytes.  `raw` is as received, `decoded` after its coding is undone.

    A large body that others wait for is ended after `patience` seconds if fewer than `least` bytes a second came.
    """

    connect: float = 5
    read: float = 10
    total_feed: float = 30
    total_page: float = 20
    redirects: int = 5
    header: int = 64 * 1024
    raw_feed: int = 8 * 1024 * 1024
    raw_page: int = 5 * 1024 * 1024
    decoded_feed: int = 16 * 1024 * 1024
    decoded_page: int = 10 * 1024 * 1024
    total_robots: float = 20
    raw_robots: int = 512 * 1024
    patience: float = 3
    least: int = 16 * 1024

    def of(self, kind: RequestKind) -> _Bounds:
        if kind == "page":
            return _Bounds(self.total_page, self.raw_page, self.decoded_page)
        return _Bounds(self.total_feed, self.raw_feed, self.decoded_feed)

    def of_robots(self) -> _Bounds:
        return _Bounds(self.total_robots, self.raw_robots, LONGEST_TEXT, is_cut=True)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The bounds of one request; `is_cut`: what is longer is cut there, and no error."""

    total: float
    raw: int
    decoded: int
    is_cut: bool = False


class Client:
    """Fetches over the live network; a `connector.Network`.  Open it with `async with`.

    `allow_private` are the networks (CIDR) that may be dialled though not public, `ports` those that may be at all.
    `pace_seconds` is the rest between two requests to a host.  `legacy_tls_hosts` are spoken to without the secure
    renegotiation of RFC 5746, which they lack (cn.yna.co.kr); `roots` says whose certificates are believed.  Pages and
    listings are read where robots.txt allows it; `memory` remembers it beyond this process.  Rests go by the `clock`,
    deadlines by real time.

    Raises:
        ConfigError: an `allow_private` is no network.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        clock: RunningClock,
        allow_private: Sequence[str],
        ports: Sequence[int],
        pace_seconds: float,
        limits: Limits = Limits(),
        legacy_tls_hosts: Collection[str] = (),
        resolver: Resolver | None = None,
        roots: Roots = httpx.create_ssl_context,
        memory: Memory | None = None,
    ) -> None:
        self._headers = (("accept-encoding", ACCEPT_ENCODING), ("connection", "keep-alive"), ("user-agent", user_agent))
        self._clock = clock
        self._limits = limits
        self._guard = Guard(allow_private, ports)
        self._pace = HostPace(pace_seconds, clock)
        self._robots = Robots(token_of(user_agent), clock, self._robots_txt, memory)
        self._kept_request = KeptRequests()
        self._connections = Connections(self._guard, resolver, roots, legacy_tls_hosts)
        self._lanes = Lanes(limits.patience, limits.least)

    async def __aenter__(self) -> Client:
        await self._connections.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._connections.close()

    async def get(self, request: Request) -> Page:
        """The response, redirects followed, whatever its status; a 304 with an empty body.

        Raises:
            FetchError: there is none that could be kept.  `kind` is one of url, guard, robots, dns, refused, tls,
                timeout, redirect, protocol, too-large, encoding, cut-short, network.
        """
        headers = conditions(request) + self._headers
        return await self._fetched(_Asked(request.url, headers, self._limits.of(request.kind), request.kind))

    async def _robots_txt(self, url: str) -> Page:
        """What Robots reads: as any other request, but cut where it is too long."""
        headers = (("accept", ACCEPT_ROBOTS), *self._headers)
        return await self._fetched(_Asked(url, headers, self._limits.of_robots()))

    async def _fetched(self, asked: _Asked) -> Page:
        try:
            async with Room(self._lanes) as room:
                return await self._follow(asked, room)
        except FetchError as error:
            raise named(asked.url, error) from error.__cause__
        except FOREIGN as error:
            raise ours(asked.url, error) from error

    async def _follow(self, asked: _Asked, room: Room) -> Page:
        deadline = Deadline(asked.bounds.total)
        url = asked.url
        for _ in range(self._limits.redirects + 1):
            self._guard.check(url)
            if asked.kind in CRAWLED:
                await self._ask_leave(url)
            answer = await self._ask(url, asked, deadline, room)
            if answer.target is None:
                return await self._page(asked, url, answer, room)
            url = answer.target
        raise failed(asked.url, "redirect", f"more than {self._limits.redirects} redirects; correct the address")

    async def _ask_leave(self, url: str) -> None:
        """Read a page only where robots.txt lets us, and no faster than it says."""
        sent = str(httpx.URL(ESCAPED_DOT.sub(".", url)))
        self._pace.lengthen(host_of(url), await self._robots.check(url, sent))

    async def _ask(self, url: str, asked: _Asked, deadline: Deadline, room: Room) -> _Answer:
        """One hop.  Waiting for the host's turn, or for room, doesn't count against the deadline."""
        host = host_of(url)
        request = self._request(url, asked)
        async with self._pace.turn(host), deadline.running():
            response = await self._connections.to(host).handle_async_request(request)
            try:
                return await self._taken(url, asked.bounds, response, partial(room.hold, deadline=deadline))
            finally:
                await response.aclose()

    def _request(self, url: str, asked: _Asked) -> httpx.Request:
        build = new_request if asked.kind == "page" or len(url) > LONGEST_KEPT else self._kept_request
        return build(url, asked.headers, self._limits.connect, self._limits.read)

    async def _taken(self, url: str, bounds: _Bounds, response: httpx.Response, hold: Hold) -> _Answer:
        headers = headers_of(response.headers.raw)
        self._check_head(url, bounds, headers)
        target = target_of(url, response.status_code, headers)
        wanted = target is None and response.status_code != NOT_MODIFIED
        raw = await self._read(url, bounds, response, hold) if wanted else b""
        return _Answer(response.status_code, headers, raw, target)

    def _check_head(self, url: str, bounds: _Bounds, headers: Sequence[tuple[str, str]]) -> None:
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self._limits.header:
            raise too_large(url, f"headers of {size} bytes")
        length = next((value for name, value in headers if name == "content-length"), "")
        is_number = length.isascii() and length.isdigit() and len(length) < 20
        if is_number and int(length) > bounds.raw and not bounds.is_cut:
            raise too_large(url, f"{length} bytes announced")

    async def _read(self, url: str, bounds: _Bounds, response: httpx.Response, hold: Hold) -> bytes:
        """The body as it comes over the wire."""
        raw = bytearray()
        async for piece in response.aiter_raw():
            raw += piece
            await hold(len(raw))
            if len(raw) > bounds.raw and bounds.is_cut:
                return bytes(raw[: bounds.raw])
            if len(raw) > bounds.raw:
                raise too_large(url, f"more than {bounds.raw} bytes")
        return bytes(raw)

    async def _page(self, asked: _Asked, url: str, answer: _Answer, room: Room) -> Page:
        final_url = None if url == asked.url else url
        page = Page(asked.url, answer.status, b"", self._clock.now(), answer.headers, final_url)
        if page.status == NOT_MODIFIED:
            if not {name for name, _ in asked.headers} & {"if-none-match", "if-modified-since"}:
                raise failed(url, "protocol", "304 to a request that held nothing; it is asked again at the next poll")
            return page
        try:
            return await self._decoded(page, answer.raw, asked.bounds, room)
        except (DamagedBody, OversizedBody) as error:
            if page.status >= FIRST_ERROR:
                return page  # the status says it all
            kind = "encoding" if isinstance(error, DamagedBody) else "too-large"
            raise FetchError(
                f"{shown(url)}: {error}; look at it with curl --raw", kind=kind, transient=kind == "encoding"
            ) from error

    async def _decoded(self, page: Page, raw: bytes, bounds: _Bounds, room: Room) -> Page:
        coding = coding_of(page.header("content-encoding"))
        if coding is None and raw.startswith(GZIP_MAGIC):
            coding = "gzip"  # sent without its label
        if coding is None or not raw:
            return replace(page, body=raw)
        # A decoder of zstd takes megabytes before it gives the first piece.
        pieces, size, looked = [], LARGE + 1 if coding == "zstd" else 0, 0
        await room.hold(size)
        try:
            for piece in decode_steps(coding, raw, bounds.decoded):
                pieces.append(piece)
                size += len(piece)
                await room.hold(size)
                if size - looked > BREATH:
                    looked = size
                    await asyncio.sleep(0)  # others are waiting
        except (DamagedBody, OversizedBody):
            if not (bounds.is_cut and pieces):
                raise
            pieces = [b"".join(pieces).rpartition(b"\n")[0]]
        return replace(page, body=b"".join(pieces), received=raw, coding=coding)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, at the first hop and every further one; `kind` is None for robots.txt."""

    url: str
    headers: tuple[tuple[str, str], ...]
    bounds: _Bounds
    kind: RequestKind | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one hop gave; `target` is where it redirects to."""

    status: int
    headers: tuple[tuple[str, str], ...]
    raw: bytes
    target: str | None
