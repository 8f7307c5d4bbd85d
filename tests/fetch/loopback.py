"""Loopback servers that give prepared bytes, and a client that may ask them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.errors import FetchError
from pipeline.fetch.client import Client, Limits
from pipeline.model import Page, Request, RequestKind
from tests.clocks import SleepersClock

NOW = datetime(2021, 7, 7, 4, 12, tzinfo=UTC)
BODY = "<p>ВЬЕНТЬЯН, 7 июля. Министры встретились.</p>".encode() * 50
QUICK = Limits(connect=2, read=0.3, total_feed=0.6, total_page=0.6)

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def ok(body: bytes = BODY, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return ok(b"", f"Location: {to}", status=status)


class Wire:
    """A server that gives prepared bytes by path, and remembers what it was asked; without robots.txt of its own."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.accepted = 0
        self.asked: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                if path == "/robots.txt" and path not in self.answers:
                    writer.write(ok(b"", status="404 Not Found"))
                    continue
                self.asked.append(head.decode())
                answer = self.answers[path]
                if callable(answer):
                    await answer(writer)
                    break
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def header(self, name: str, request: int = -1) -> str | None:
        lines = (line.partition(": ") for line in self.asked[request].split("\r\n"))
        return next((value for key, _, value in lines if key.lower() == name), None)


@asynccontextmanager
async def listening(answers: Mapping[str, Answer], tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    wire = Wire(answers)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0, ssl=tls)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()


def client_for(wire: Wire, **settings: Any) -> Client:
    return Client(
        **{
            "user_agent": "newswire/test",
            "clock": SleepersClock(NOW),
            "allow_private": ["127.0.0.1/32"],
            "ports": [wire.port],
            "pace_seconds": 0,
            **settings,
        }
    )


def request(url: str, kind: RequestKind = "page", **fields: Any) -> Request:
    return Request(url, kind, "tass", url, **fields)


def fetch(answer: Answer | Mapping[str, Answer], kind: RequestKind = "page", **settings: Any) -> tuple[Page, Wire]:
    """Ask one server for `/`."""

    async def run() -> tuple[Page, Wire]:
        answers = answer if isinstance(answer, Mapping) else {"/": answer}
        async with listening(answers) as wire, client_for(wire, **settings) as client, asyncio.timeout(20):
            return await client.get(request(f"http://127.0.0.1:{wire.port}/", kind)), wire

    return asyncio.run(run())


def failure(answer: Answer | Mapping[str, Answer], **settings: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(answer, **settings)
    assert str(caught.value).startswith("http://127.0.0.1:")
    return caught.value


def resolving(**names: Sequence[str]) -> Callable[[str], Awaitable[Sequence[str]]]:
    async def resolve(host: str) -> Sequence[str]:
        return names.get(host.partition(".")[0], [])

    return resolve


def by_name(name: str, *addresses: str) -> tuple[Page | FetchError, Wire]:
    """Ask for a name that has these addresses."""

    async def run() -> tuple[Page | FetchError, Wire]:
        async with (
            listening({"/": ok()}) as wire,
            client_for(wire, resolver=resolving(wire=addresses), limits=QUICK) as client,
        ):
            try:
                return await client.get(request(f"http://{name}:{wire.port}/")), wire
            except FetchError as error:
                return error, wire

    return asyncio.run(run())
