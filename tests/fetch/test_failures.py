"""What goes wrong is told by its kind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pipeline.errors import FetchError
from tests.fetch.loopback import (
    QUICK,
    by_name,
    client_for,
    failure,
    listening,
    request,
)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 10_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000 + b"\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"<html>",
        b"HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody",
    ],
)
def test_what_is_not_http_is_our_error(answer: bytes) -> None:
    async def send_and_close(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    assert failure(send_and_close, limits=QUICK).kind in ("protocol", "cut-short", "network", "timeout")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    ],
)
def test_an_answer_that_breaks_off_is_refused(answer: bytes) -> None:
    async def break_off(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    error = failure(break_off)
    assert (error.kind, error.transient) == ("cut-short", True)


def test_a_name_that_is_not_found_is_an_error_of_its_own() -> None:
    error, _ = by_name("wire.test")
    assert isinstance(error, FetchError)
    assert error.kind == "dns"


def test_nobody_listening_is_an_error_of_its_own() -> None:
    async def run() -> None:
        async with listening({}) as wire:
            pass
        async with client_for(wire) as client:
            await client.get(request(f"http://127.0.0.1:{wire.port}/"))

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert (caught.value.kind, caught.value.transient) == ("refused", True)


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1",)])
def test_a_server_without_tls_is_an_error_of_its_own(hosts: Sequence[str]) -> None:
    async def run() -> None:
        async with listening({}) as wire, client_for(wire, legacy_tls_hosts=hosts, limits=QUICK) as client:
            await client.get(request(f"https://127.0.0.1:{wire.port}/"))

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert caught.value.kind in ("tls", "robots")  # a time-out, where the client is left to wait for a handshake
