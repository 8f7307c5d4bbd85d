"""Connections to hosts, dialled only where the guard lets them, and kept open for what is asked next.

They are aiohttp's, behind httpx's transport.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from pipeline.fetch.guard import Guard

# Names to IP addresses, as text.
Resolver = Callable[[str], Awaitable[Sequence[str]]]
# Makes the context that says whose certificates are believed.
Roots = Callable[[], ssl.SSLContext]

CONNECTIONS = 100
KEEP_ALIVE_SECONDS = 15
LOOK_UPS = 64  # of names, at the same time
# A Content-Security-Policy of 10 KB is seen; the sum of all headers is bounded by `Limits.header`.
LONGEST_HEADER = 32 * 1024


class Connections:
    """The connections of one client; those to `legacy_hosts` lack the secure renegotiation of RFC 5746.

    `resolver` looks names up, the system's if there is none; `roots` says whose certificates are believed.
    """

    def __init__(self, guard: Guard, resolver: Resolver | None, roots: Roots, legacy_hosts: Collection[str]) -> None:
        self._guard = guard
        self._resolver = resolver or _resolve
        self._roots = roots
        self._legacy_hosts = frozenset(legacy_hosts)
        self._transports: dict[bool, AiohttpTransport] = {}

    async def open(self) -> None:
        """Get ready to dial."""
        # The roots are loaded beside the loop, which would stand for as long.
        await asyncio.to_thread(_context, self._roots, False)

    async def close(self) -> None:
        """Hang up everywhere."""
        while self._transports:
            await self._transports.popitem()[1].aclose()

    def to(self, host: str) -> AiohttpTransport:
        """httpx's transport to a host.

        Its client would take half of the time of a request to what we switch off: cookies, redirects, authentication
        and the proxies of the environment, which would dial past the guard.
        """
        legacy = host in self._legacy_hosts
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
            raise Refused(reason)
        return socket.socket(family, kind, protocol)


class Refused(OSError):
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
                raise Refused(reason)
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
