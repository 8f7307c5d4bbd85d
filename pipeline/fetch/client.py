"""One request to the live network, within bounds of time, size and address.

httpx does the talking over aiohttp's connections; what it leaves open is closed here.  It has no total deadline,
inflates 800 bytes into a gigabyte before anyone can look, takes half a gzip body for a whole one, and follows redirects
anywhere.  This is the only module that knows httpx and aiohttp, so that another client is a change of one file.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http_exceptions import HttpProcessingError
from httpx_aiohttp import AiohttpTransport

from pipeline.clock import RunningClock
from pipeline.coding import GZIP_MAGIC, DamagedBody, OversizedBody, coding_of, decode_steps
from pipeline.errors import FetchError
from pipeline.fetch.allowance import LARGE, Deadline, Lanes, Room
from pipeline.fetch.guard import Guard, host_of, shown
from pipeline.fetch.manners import HostPace
from pipeline.fetch.robots import LONGEST_TEXT, Memory, Robots, token_of
from pipeline.model import Page, Request, RequestKind

# Names to IP addresses, as text.
Resolver = Callable[[str], Awaitable[Sequence[str]]]
# Waits until a body of so many bytes may go on.
Hold = Callable[[int], Awaitable[None]]
# Makes the context that says whose certificates are believed.
Roots = Callable[[], ssl.SSLContext]

ACCEPT_ENCODING = "gzip, br"
ACCEPT_FEED = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.8"
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.8"
ACCEPT_ROBOTS = "text/plain, */*;q=0.8"
# Feeds are configured by their address, by who runs us; what they and their listings lead to is for crawlers.
CRAWLED = frozenset({"listing", "page"})
NOT_MODIFIED = 304
FIRST_ERROR = 400
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A Content-Security-Policy of 10 KB is seen; the sum of all headers is bounded by `Limits.header`.
LONGEST_HEADER = 32 * 1024
LONGEST_VALIDATOR = 1024
# `https://user:word@` at the start of an address
CREDENTIALS = re.compile(r"^((?:[a-z][a-z0-9+.-]{0,20}:)?//)[^/?#]*@", re.IGNORECASE)
CONNECTIONS = 100
# Bytes that are decoded without a pause, some milliseconds; where many are at work, a pause takes as long as they do.
BREATH = 1024 * 1024
LOOK_UPS = 64  # of names, at the same time
# Requests that are kept ready: a feed's is the same at every poll that finds nothing new.
KEPT_REQUESTS = 4096
LONGEST_KEPT = 1024
# `.` spelt as %2e: some way to the server it may become a dot, and climb out of what robots.txt allows.
ESCAPED_DOT = re.compile("%2e", re.IGNORECASE)
KEEP_ALIVE_SECONDS = 15

# What the libraries raise on hostile answers and addresses, some of it none of their own errors.
FOREIGN = (
    httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, HttpProcessingError,
    OSError, EOFError, ValueError,
)  # fmt: skip


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
        self._kept_request = _KeptRequests()
        self._legacy_hosts = frozenset(legacy_tls_hosts)
        self._resolver = resolver or _resolve
        self._roots = roots
        self._transports: dict[bool, AiohttpTransport] = {}
        self._lanes = Lanes(limits.patience, limits.least)

    async def __aenter__(self) -> Client:
        # The roots are loaded beside the loop, which would stand for as long.
        await asyncio.to_thread(_context, self._roots, False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        while self._transports:
            await self._transports.popitem()[1].aclose()

    async def get(self, request: Request) -> Page:
        """The response, redirects followed, whatever its status; a 304 with an empty body.

        Raises:
            FetchError: there is none that could be kept.  `kind` is one of url, guard, robots, dns, refused, tls,
                timeout, redirect, protocol, too-large, encoding, cut-short, network.
        """
        headers = _conditions(request) + self._headers
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
            raise _named(asked.url, error) from error.__cause__
        except FOREIGN as error:
            raise _ours(asked.url, error) from error

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
        raise _failed(asked.url, "redirect", f"more than {self._limits.redirects} redirects; correct the address")

    async def _ask_leave(self, url: str) -> None:
        """Read a page only where robots.txt lets us, and no faster than it says."""
        sent = str(httpx.URL(ESCAPED_DOT.sub(".", url)))
        self._pace.lengthen(host_of(url), await self._robots.check(url, sent))

    async def _ask(self, url: str, asked: _Asked, deadline: Deadline, room: Room) -> _Answer:
        """One hop.  Waiting for the host's turn, or for room, doesn't count against the deadline."""
        host = host_of(url)
        request = self._request(url, asked)
        async with self._pace.turn(host), deadline.running():
            response = await self._transport(host in self._legacy_hosts).handle_async_request(request)
            try:
                return await self._taken(url, asked.bounds, response, partial(room.hold, deadline=deadline))
            finally:
                await response.aclose()

    def _request(self, url: str, asked: _Asked) -> httpx.Request:
        build = _request if asked.kind == "page" or len(url) > LONGEST_KEPT else self._kept_request
        return build(url, asked.headers, self._limits.connect, self._limits.read)

    async def _taken(self, url: str, bounds: _Bounds, response: httpx.Response, hold: Hold) -> _Answer:
        headers = _headers(response.headers.raw)
        self._check_head(url, bounds, headers)
        target = _target(url, response.status_code, headers)
        wanted = target is None and response.status_code != NOT_MODIFIED
        raw = await self._read(url, bounds, response, hold) if wanted else b""
        return _Answer(response.status_code, headers, raw, target)

    def _check_head(self, url: str, bounds: _Bounds, headers: Sequence[tuple[str, str]]) -> None:
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self._limits.header:
            raise _too_large(url, f"headers of {size} bytes")
        length = next((value for name, value in headers if name == "content-length"), "")
        is_number = length.isascii() and length.isdigit() and len(length) < 20
        if is_number and int(length) > bounds.raw and not bounds.is_cut:
            raise _too_large(url, f"{length} bytes announced")

    async def _read(self, url: str, bounds: _Bounds, response: httpx.Response, hold: Hold) -> bytes:
        """The body as it comes over the wire."""
        raw = bytearray()
        async for piece in response.aiter_raw():
            raw += piece
            await hold(len(raw))
            if len(raw) > bounds.raw and bounds.is_cut:
                return bytes(raw[: bounds.raw])
            if len(raw) > bounds.raw:
                raise _too_large(url, f"more than {bounds.raw} bytes")
        return bytes(raw)

    async def _page(self, asked: _Asked, url: str, answer: _Answer, room: Room) -> Page:
        final_url = None if url == asked.url else url
        page = Page(asked.url, answer.status, b"", self._clock.now(), answer.headers, final_url)
        if page.status == NOT_MODIFIED:
            if not {name for name, _ in asked.headers} & {"if-none-match", "if-modified-since"}:
                raise _failed(url, "protocol", "304 to a request that held nothing; it is asked again at the next poll")
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

    def _transport(self, legacy: bool) -> AiohttpTransport:
        """httpx's transport without its client, which takes half of the time of a request to what we switch off.

        That is cookies, redirects, authentication and the proxies of the environment, which would dial past the guard.
        """
        if legacy not in self._transports:
            self._transports[legacy] = AiohttpTransport(
                verify=_context(self._roots, legacy), trust_env=False, client=self._session(legacy)
            )
        return self._transports[legacy]

    def _session(self, legacy: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(self._resolver, self._guard),
            socket_factory=self._socket,
            ssl=_context(self._roots, legacy),
            limit=CONNECTIONS,
            limit_per_host=1,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )

    def _socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        """The last gate: whatever spelling led here, this is what would be dialled."""
        family, kind, protocol, _, target = address
        if reason := self._guard.refuses(str(target[0])) or self._guard.refuses_port(int(target[1])):
            raise _Refused(reason)
        return socket.socket(family, kind, protocol)


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


class _Refused(OSError):
    """The guard's no, in the shape that passes through aiohttp."""


class _GuardedResolver(AbstractResolver):
    """Looks a name up once, and refuses it if any of its addresses may not be dialled: one of them would be."""

    def __init__(self, resolver: Resolver, guard: Guard) -> None:
        self._resolver = resolver
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._resolver(host)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} has no address")
        for address in addresses:
            if reason := self._guard.refuses(address):
                raise _Refused(reason)
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)


async def _resolve(host: str) -> Sequence[str]:
    """The addresses of a name, from the system."""
    found = await asyncio.get_running_loop().run_in_executor(_look_ups(), _looked_up, host)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _looked_up(host: str) -> list[Any]:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)


@lru_cache(maxsize=1)
def _look_ups() -> ThreadPoolExecutor:
    """A name server that is silent holds a thread for half a minute: in the loop's own pool, all else would wait."""
    return ThreadPoolExecutor(max_workers=LOOK_UPS, thread_name_prefix="names")


@lru_cache(maxsize=2)
def _context(roots: Roots, legacy: bool) -> ssl.SSLContext:
    """Loading the roots takes 26 ms, so once for all."""
    context = roots()
    if legacy:
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # named from Python 3.12 on
    return context


def _request(url: str, headers: tuple[tuple[str, str], ...], connect: float, read: float) -> httpx.Request:
    timeout = httpx.Timeout(connect=connect, read=read, write=None, pool=None).as_dict()
    return httpx.Request("GET", url, headers=headers, extensions={"timeout": timeout})


class _KeptRequests:
    """The last request to each address: one for each, as a feed's validators change with every piece of news."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[tuple[str, str], ...], httpx.Request]] = {}

    def __call__(self, url: str, headers: tuple[tuple[str, str], ...], connect: float, read: float) -> httpx.Request:
        found = self._kept.get(url)
        if found is not None and found[0] == headers:
            return found[1]
        if url not in self._kept and len(self._kept) >= KEPT_REQUESTS:
            self._kept.pop(next(iter(self._kept)))
        request = _request(url, headers, connect, read)
        self._kept[url] = (headers, request)
        return request


def _conditions(request: Request) -> tuple[tuple[str, str], ...]:
    """The headers of this request.  A validator that can't be sent back as it came is left out."""
    headers = [("accept", ACCEPT_FEED if request.kind == "feed" else ACCEPT_PAGE)]
    for name, value in (("if-none-match", request.etag), ("if-modified-since", request.last_modified)):
        if value and value.isascii() and value.isprintable() and len(value) <= LONGEST_VALIDATOR:
            headers.append((name, value))
    return tuple(headers)


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1").lower(), _text(value)) for name, value in raw)


def _text(value: bytes) -> str:
    """A header's value; many servers write addresses in UTF-8, though RFC 9110 knows only ASCII."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _target(url: str, status: int, headers: Sequence[tuple[str, str]]) -> str | None:
    """Where a redirect leads, None for another answer.  Credentials that it brings along are dropped."""
    if status not in REDIRECTS:
        return None
    location = next((value.strip() for name, value in headers if name == "location"), "")
    if not location:
        raise _failed(url, "redirect", "a redirect to nowhere; correct the address")
    try:
        return urljoin(url, CREDENTIALS.sub(r"\1", location)).partition("#")[0]
    except ValueError as error:
        message = f"a redirect to {shown(location)!r}, which is no address; correct the address"
        raise _failed(url, "redirect", message) from error


def _too_large(url: str, what: str) -> FetchError:
    return FetchError(f"{shown(url)}: {what} is over the limit; nothing was kept", kind="too-large", transient=False)


def _failed(url: str, kind: str, why: str) -> FetchError:
    return FetchError(f"{shown(url)}: {why}", kind=kind, transient=kind != "redirect")


# First that fits anything in the chain of causes.  httpx's own classes come last: its aiohttp transport calls a reset
# connection a timeout.
KINDS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((_Refused,), "guard", "refused"),
    ((ssl.SSLError, aiohttp.ClientSSLError), "tls", "no secure connection; check its certificate, or set legacy_tls"),
    ((socket.gaierror, aiohttp.ClientConnectorDNSError), "dns", "its name is not found; check host and network"),
    ((TimeoutError,), "timeout", "not done in time; it is asked again at the next poll"),
    ((ConnectionRefusedError,), "refused", "nobody listens there; check host and port, or wait"),
    ((aiohttp.ClientPayloadError,), "cut-short", "the answer broke off; it is asked again at the next poll"),
    ((UnicodeError, httpx.InvalidURL, aiohttp.InvalidURL), "url", "not a usable address; correct the link"),
    ((aiohttp.ClientResponseError, HttpProcessingError, httpx.ProtocolError), "protocol", "the answer is not HTTP"),
)
LASTING = frozenset({"guard", "url"})


def _named(url: str, error: FetchError) -> FetchError:
    """The error of a hop, with the address that was asked for in front."""
    if str(error).startswith(shown(url)):
        return error
    return FetchError(f"{shown(url)} leads to {error}", kind=error.kind, transient=error.transient)


def _ours(url: str, error: BaseException) -> FetchError:
    """The one spot where what the libraries raise becomes a FetchError."""
    chain = tuple(_causes(error))
    for types, kind, advice in KINDS:
        if found := next((cause for cause in chain if isinstance(cause, types)), None):
            return FetchError(f"{shown(url)}: {advice}{_detail(found)}", kind=kind, transient=kind not in LASTING)
    return FetchError(f"{shown(url)}: the connection failed; check the network{_detail(error)}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _detail(error: BaseException) -> str:
    return f" ({shown(str(error) or type(error).__name__)})"
