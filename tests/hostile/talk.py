"""One request and what a fault does with it: the table's row, and the bytes that faults are made of."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime

from tests.world.site import Served

REASONS = {200: "OK", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified"}
REASONS |= {403: "Forbidden", 404: "Not Found", 410: "Gone", 429: "Too Many Requests", 503: "Service Unavailable"}
DRIP = 0.05  # seconds between two bytes
LONGEST = 60.0  # seconds that a fault goes on at the most: somebody must end it
# A client that has gone is told by its closed socket; what is written meanwhile is nobody's.
CHUNK = 64 * 1024


@dataclass(slots=True)
class Talk:
    """A request at a server.  `served` is the honest answer, `origin` the server's own address (`http://host:port`).

    `elsewhere` are addresses a redirect may lead to, by what is there.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    draw: random.Random
    served: Served
    path: str
    asked: Mapping[str, str]
    origin: str
    elsewhere: Mapping[str, str]

    async def send(self, data: bytes) -> None:
        """Write, as fast as the other side reads."""
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes | None = None, *headers: str, status: int = 200, kind: str = "") -> None:
        """A whole, correct answer; the honest body, if none is given."""
        await self.send(whole(self.served.body if body is None else body, *self.typed(kind), *headers, status=status))

    def typed(self, kind: str = "") -> tuple[str, ...]:
        return (f"Content-Type: {kind or self.served.content_type}",)

    async def drip(self, data: bytes, seconds: float = DRIP) -> None:
        """Byte by byte, over and over."""
        for _ in range(int(LONGEST / seconds)):
            await self.send(data)
            await asyncio.sleep(seconds)

    async def silence(self) -> None:
        """Say nothing until the other side gives up."""
        async with asyncio.timeout(LONGEST):
            while await self.reader.read(CHUNK):
                pass

    def reset(self) -> None:
        """End the connection with a RST."""
        reset(self.writer)


Act = Callable[[Talk], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault.  `of` are the kinds of request it makes sense for.

    `gives` is what a fetch may make of it: `whole` (the honest body), `other` (a page of status 200 with another body),
    a status, or the kind of a FetchError.  `is_whole`: the client can have the whole honest answer by it.
    """

    number: int
    name: str
    act: Act
    gives: frozenset[str]
    of: frozenset[str] = frozenset({"feed", "page"})
    is_whole: bool = False


Table = dict[str, Fault]


def fault(table: Table, number: int, *gives: str, of: str = "feed page", name: str = "") -> Callable[[Act], Act]:
    """Enter a function into a table of faults, under its own name."""

    def enter(act: Act) -> Act:
        called = (name or act.__name__).replace("_", "-")  # type: ignore[attr-defined,unused-ignore]  # all are functions
        assert called not in table
        table[called] = Fault(number, called, act, frozenset(gives), frozenset(of.split()), "whole" in gives)
        return act

    return enter


def whole(body: bytes, *headers: str, status: int = 200) -> bytes:
    """A correct answer in bytes."""
    return head(status, f"Content-Length: {len(body)}", *headers) + body


def head(status: int = 200, *headers: str) -> bytes:
    """Status line and headers."""
    lines = (f"HTTP/1.1 {status} {REASONS.get(status, 'Odd')}", *headers)
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def honest(served: Served, asked: Mapping[str, str], *, gone: bool = False) -> bytes:
    """The answer of a well-kept server: validators, 304 to who has it, gzip where it helps."""
    headers = [f"Content-Type: {served.content_type}"]
    if served.status == 200:
        headers.append(f"ETag: {served.etag}")
        if served.modified is not None:
            headers.append(f"Last-Modified: {format_datetime(served.modified, usegmt=True)}")
        if asked.get("if-none-match") == served.etag:
            return head(304, *headers)
    body = served.body
    if len(body) > 500 and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, 1, mtime=0)
        headers.append("Content-Encoding: gzip")
    return whole(body, *headers, status=served.status)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a RST: without lingering, what is unsent is thrown away."""
    plain = writer.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
