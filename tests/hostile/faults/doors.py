"""Faults before a request: doors that are shut, slow or false (F1, F3, F5–F12).

Each is a listener of its own; a door's address is asked for, and what may come of it is told as with any other fault.
"""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import struct
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import trustme

from tests.hostile.talk import LONGEST, whole

BODY = b"<html><h1>Behind a door</h1></html>" * 30
ANSWER = whole(BODY, "Content-Type: text/html")
DOMAIN = "wire.test"
NAME = f"*.{DOMAIN}"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Door:
    """A door and what a fetch may make of it (see `talk.Fault`)."""

    number: int
    name: str
    gives: frozenset[str]
    scheme: str = "https"


@dataclass(slots=True)
class Doors:
    """All doors, open at one address; their ports by name.  `authority` signs the certificates of those that are
    right."""

    address: str
    authority: trustme.CA = field(default_factory=trustme.CA)
    ports: dict[str, int] = field(default_factory=dict)
    _held: list[socket.socket] = field(default_factory=list)

    def roots(self) -> ssl.SSLContext:
        """What a client trusts that knows the authority."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen within the block."""
        async with AsyncExitStack() as stack:
            for name, (serve, tls) in self._servers().items():
                server = await asyncio.start_server(serve, self.address, 0, ssl=tls)
                stack.callback(server.close)
                self.ports[name] = server.sockets[0].getsockname()[1]
            server = await asyncio.get_running_loop().create_server(_Shut, self.address, 0)
            stack.callback(server.close)
            self.ports["reset-at-accept"] = server.sockets[0].getsockname()[1]
            self._hold("refused", listen=False)
            self._hold("no-room", listen=True)
            try:
                yield
            finally:
                for one in self._held:
                    one.close()

    def _servers(self) -> dict[str, tuple[Serve, ssl.SSLContext | None]]:
        now = datetime.datetime.now(datetime.UTC)
        expired = self.authority.issue_cert(
            NAME, not_before=now - datetime.timedelta(days=9), not_after=now - datetime.timedelta(days=1)
        )
        right = _context(self.authority.issue_cert(NAME))
        return {
            "tls": (_answer, right),
            "silent-handshake": (_silence, None),
            "dripping-handshake": (_drip, None),
            "expired": (_answer, _context(expired)),
            "wrong-name": (_answer, _context(self.authority.issue_cert("other.test"))),
            "self-signed": (_answer, _context(trustme.CA().issue_cert(NAME))),
            "tls-1.0": (_answer, _old(self.authority.issue_cert(NAME))),
            "no-tls": (_answer_at_once, None),
            "no-goodbye": (_answer_and_vanish, right),
            "cut-without-goodbye": (_half_and_vanish, right),
        }

    def _hold(self, name: str, *, listen: bool) -> None:
        """A port on which nobody listens, or where all places are taken: Linux then leaves a caller waiting."""
        one = socket.socket()
        one.bind((self.address, 0))
        self._held.append(one)
        self.ports[name] = one.getsockname()[1]
        if not listen:
            return
        one.listen(0)
        for _ in range(4):
            guest = socket.socket()
            guest.setblocking(False)
            guest.connect_ex(one.getsockname())
            self._held.append(guest)


DOORS = (
    Door(1, "refused", frozenset({"refused"}), "http"),
    Door(3, "reset-at-accept", frozenset({"network", "cut-short", "protocol"}), "http"),
    Door(5, "no-room", frozenset({"timeout"}), "http"),
    Door(6, "silent-handshake", frozenset({"timeout"})),
    Door(6, "dripping-handshake", frozenset({"timeout", "tls"})),
    Door(7, "expired", frozenset({"tls"})),
    Door(8, "wrong-name", frozenset({"tls"})),
    Door(9, "self-signed", frozenset({"tls"})),
    Door(10, "tls-1.0", frozenset({"tls", "network"})),
    Door(11, "no-tls", frozenset({"tls"})),
    Door(12, "no-goodbye", frozenset({"whole"})),
    Door(12, "cut-without-goodbye", frozenset({"cut-short", "network"})),
    Door(0, "tls", frozenset({"whole"})),
)


class _Shut(asyncio.Protocol):
    """Hangs up with a RST as soon as somebody comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        plain = transport.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _old(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = _context(certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    return context


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _asked(reader)
    writer.write(ANSWER)
    writer.close()


async def _answer_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(ANSWER)
    writer.close()


async def _answer_and_vanish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _asked(reader)
    writer.write(ANSWER)
    await writer.drain()
    writer.transport.abort()


async def _half_and_vanish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _asked(reader)
    writer.write(ANSWER[: len(ANSWER) // 2])
    await writer.drain()
    writer.transport.abort()


async def _silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async with asyncio.timeout(LONGEST):
        while await reader.read(4096):
            pass
    writer.close()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The beginning of a handshake record, a byte at a time."""
    record = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb\x03\x03" + bytes(2000)
    try:
        for byte in record:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)
    except ConnectionError:
        pass
    writer.close()


async def _asked(reader: asyncio.StreamReader) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        await reader.readuntil(b"\r\n\r\n")
