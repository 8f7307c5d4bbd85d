"""Who is dialled, and who never is, whatever spelling, name or redirect leads there."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
from collections.abc import Sequence

import pytest
import trustme

from pipeline.errors import FetchError
from pipeline.fetch.connections import _resolve
from pipeline.model import Page
from tests.fetch.loopback import (
    BODY,
    QUICK,
    Wire,
    by_name,
    client_for,
    listening,
    ok,
    redirect,
    request,
    resolving,
)


def test_a_connection_is_kept_for_the_next_request() -> None:
    async def run() -> Wire:
        async with listening({"/": ok(gzip.compress(BODY), "Content-Encoding: gzip")}) as wire:
            async with client_for(wire) as client:
                for _ in range(3):
                    await client.get(request(f"http://127.0.0.1:{wire.port}/"))
            return wire

    wire = asyncio.run(run())
    assert (wire.accepted, len(wire.asked)) == (1, 3)


def test_a_name_is_dialled_at_the_address_that_was_checked() -> None:
    page, wire = by_name("wire.test", "127.0.0.1")
    assert isinstance(page, Page)
    assert wire.header("host") == f"wire.test:{wire.port}"


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1", "10.0.0.1"), ("127.0.0.1", "::1"), ("8.8.8.8", "192.168.0.1", "127.0.0.1"), ("127.0.0.2",)],
)
def test_a_name_with_any_bad_address_is_refused(addresses: Sequence[str]) -> None:
    error, wire = by_name("wire.test", *addresses)
    assert isinstance(error, FetchError)
    assert (error.kind, error.transient, wire.accepted) == ("guard", False, 0)


def test_names_are_looked_up_though_all_other_threads_are_held() -> None:
    """A silent name server must not stop what else needs a thread, nor the other way round."""
    held = threading.Event()

    async def look_up() -> Sequence[str]:
        loop = asyncio.get_running_loop()
        holding = [loop.run_in_executor(None, held.wait) for _ in range(64)]
        try:
            return await asyncio.wait_for(_resolve("localhost"), 10)
        finally:
            held.set()
            await asyncio.gather(*holding)

    assert set(asyncio.run(look_up())) & {"127.0.0.1", "::1"}


@pytest.mark.parametrize("name", ["a" * 70 + ".test", "a..test", "\u2028.test", "-.test", "xn--a.test", "a_b.test"])
def test_any_name_gives_a_page_or_our_error(name: str) -> None:
    answer, _ = by_name(name, "127.0.0.1")
    assert isinstance(answer, Page) or answer.kind in ("url", "guard", "dns")


SPELLINGS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.1",
    "017700000001", "127.0.0.1.", "127.000.000.001",
    "127\u30020\u30020\u30021", "127\uff0e0\uff0e0\uff0e1", "127｡0｡0｡1", "\uff11\uff12\uff17.0.0.1",
    "①②⑦.0.0.1", "%31%32%37.0.0.1", "127%2e0.0.1", "0", "0.0.0.0", "00.0.0.0", "0x0", "[::1]", "[0:0:0:0:0:0:0:1]",
    "[::]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:127.0.0.1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]",
    "[fe80::1%25lo]", "[::1%25lo]", "127.0.0.2", "127.255.255.254", "user@127.0.0.1", "tass.com@127.0.0.1",
    "127.0.0.1\\@tass.com", "tass.com\\@127.0.0.1", "localhost", "LOCALHOST", "localhost.", "sub.wire.test",
    "wire.test",
)  # fmt: skip


async def open_doors() -> tuple[asyncio.Server, Wire]:
    """A canary on every loopback address there is."""
    wire = Wire({"/": ok(), "/latest": ok()})
    server = await asyncio.start_server(wire.serve, "0.0.0.0", 0)
    wire.port = server.sockets[0].getsockname()[1]
    return server, wire


def test_no_spelling_of_a_private_address_is_ever_dialled() -> None:
    """Neither asked for nor redirected to, nor by a name that turns private after its first look-up."""

    async def run() -> int:
        canary, dead = await open_doors()
        everywhere = resolving(wire=["127.0.0.1"], sub=["127.0.0.1"], localhost=["127.0.0.1"], LOCALHOST=["::1"])
        async with listening({"/": ok()}) as wire:
            ports = [wire.port, dead.port]
            asked = 0
            for spelling in SPELLINGS:
                # The redirecting server is 127.0.0.3, the only address that may be dialled.
                wire.answers = {"/": redirect(f"http://{spelling}:{dead.port}/")}
                async with client_for(
                    wire, ports=ports, allow_private=["127.0.0.3/32"], resolver=everywhere, limits=QUICK
                ) as client:
                    for url in (f"http://{spelling}:{dead.port}/", f"http://127.0.0.3:{wire.port}/"):
                        with pytest.raises(FetchError):
                            await client.get(request(url))
                        asked += 1
        canary.close()
        assert dead.accepted == 0
        return asked

    assert asyncio.run(run()) >= 80


@pytest.fixture(scope="session")
def self_signed() -> ssl.SSLContext:
    """The TLS side of a server whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1",)])
def test_a_certificate_that_nobody_vouches_for_is_refused(hosts: Sequence[str], self_signed: ssl.SSLContext) -> None:
    """By legacy hosts as well: what they lack is renegotiation, not a certificate."""

    async def run() -> Wire:
        async with listening({"/": ok()}, tls=self_signed) as wire, client_for(wire, legacy_tls_hosts=hosts) as client:
            with pytest.raises(FetchError) as caught:
                await client.get(request(f"https://127.0.0.1:{wire.port}/"))
            assert caught.value.kind == "tls"
            return wire

    assert asyncio.run(run()).asked == []
