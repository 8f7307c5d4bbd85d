"""The client against loopback servers that are slow, endless, lying or broken."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
import trustme
import zstandard

from pipeline.errors import FetchError
from pipeline.fetch.allowance import LARGE
from pipeline.fetch.client import Limits, _resolve
from pipeline.model import Page, RequestKind
from tests.fetch.loopback import BODY, NOW, QUICK, Answer, Wire, client_for, listening, ok, redirect, request


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


def test_a_page_comes_with_status_headers_body_and_time() -> None:
    page, wire = fetch(ok(BODY, 'ETag: "1"', "X-Name: 연합"))
    assert (page.status, page.body, page.fetched_at, page.final_url) == (200, BODY, NOW, None)
    assert (page.header("etag"), page.header("x-name")) == ('"1"', "연합")
    assert (page.received, page.coding) == (None, None)
    assert wire.header("user-agent") == "newswire/test"
    assert wire.header("accept-encoding") == "gzip, br"


CODED = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "br": ("br", brotli.compress(BODY)),
    "deflate": ("deflate", zlib.compress(BODY)),
    "zstd, which was not asked for": ("zstd", zstandard.ZstdCompressor().compress(BODY)),
    "gzip of two members": ("gzip", gzip.compress(BODY[:99]) + gzip.compress(BODY[99:])),
}


@pytest.mark.parametrize("name", CODED)
def test_a_coded_body_is_decoded_and_kept_as_received(name: str) -> None:
    coding, sent = CODED[name]
    page, _ = fetch(ok(sent, f"Content-Encoding: {coding}"))
    assert (page.body, page.received, page.coding) == (BODY, sent, coding)


def test_gzip_without_its_label_is_noticed() -> None:
    page, _ = fetch(ok(gzip.compress(BODY)))
    assert (page.body, page.coding) == (BODY, "gzip")


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        (gzip.compress(BODY)[:-20], "gzip"),
        (gzip.compress(BODY)[:-4], "gzip"),
        (brotli.compress(BODY)[:-3], "br"),
        (BODY, "gzip"),
        (gzip.compress(gzip.compress(BODY)), "gzip, gzip"),
        (BODY, "compress"),
    ],
)
def test_a_body_that_cannot_be_decoded_whole_is_refused(sent: bytes, label: str) -> None:
    assert failure(ok(sent, f"Content-Encoding: {label}")).kind == "encoding"


def test_a_damaged_body_of_an_error_leaves_its_status() -> None:
    page, _ = fetch(ok(b"plain", "Content-Encoding: gzip", status="404 Not Found"))
    assert (page.status, page.body) == (404, b"")


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_an_error_status_is_a_page(status: int) -> None:
    page, _ = fetch(ok(b"gone", "Retry-After: 120", status=f"{status} Sorry"))
    assert (page.status, page.body, page.header("retry-after")) == (status, b"gone", "120")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_is_refused_in_little_memory(coding: str) -> None:
    zeros = b"0" * (100 << 20)
    bomb = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.ZstdCompressor().compress}[coding](zeros)
    del zeros
    tracemalloc.start()
    try:
        error = failure(ok(bomb, f"Content-Encoding: {coding}"), limits=Limits(decoded_page=2 << 20))
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert (error.kind, error.transient) == ("too-large", False)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def endless_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize("answer", [endless, endless_chunks, ok(b"x" * 300_001)])
@pytest.mark.parametrize(("kind", "limit"), [("page", {"raw_page": 300_000}), ("feed", {"raw_feed": 300_000})])
def test_more_bytes_than_the_limit_are_not_read(answer: Answer, kind: RequestKind, limit: dict[str, int]) -> None:
    assert failure(answer, kind=kind, limits=Limits(**limit)).kind == "too-large"


def test_an_announced_length_over_the_limit_is_not_read() -> None:
    assert failure(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n").kind == "too-large"


def test_large_bodies_come_few_at_a_time_and_their_wait_is_no_delay() -> None:
    """Two hosts that begin a large body and never end it hold all the room; a third one's is read after them."""
    begun = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2 * LARGE
    whole = ok(b"y" * 2 * LARGE)

    async def stuck(writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        await writer.drain()
        await asyncio.sleep(5)

    async def resolve(_name: str) -> Sequence[str]:
        return ["127.0.0.1"]

    async def run() -> list[object]:
        loop, limits = asyncio.get_running_loop(), replace(QUICK, read=2, total_page=1)
        async with (
            listening({"/stuck": stuck, "/": whole}) as wire,
            client_for(wire, limits=limits, resolver=resolve) as client,
            asyncio.timeout(20),
        ):
            began, urls = loop.time(), [f"http://{name}.test:{wire.port}/stuck" for name in ("a", "b")]
            holders = [asyncio.create_task(client.get(request(url))) for url in urls]
            await asyncio.sleep(0.4)
            page = await client.get(request(f"http://c.test:{wire.port}/"))
            assert loop.time() - began >= 1
            return [len(page.body), *await asyncio.gather(*holders, return_exceptions=True)]

    length, *failed = asyncio.run(run())
    assert length == 2 * LARGE
    assert [error.kind for error in failed if isinstance(error, FetchError)] == ["timeout", "timeout"]


def test_large_bodies_that_drip_while_others_wait_are_ended() -> None:
    """Long before their deadline; what comes quickly is let go on, and so is a drip that nobody waits for."""

    async def resolve(_name: str) -> Sequence[str]:
        return ["127.0.0.1"]

    async def run() -> tuple[float, list[object]]:
        loop, limits = asyncio.get_running_loop(), replace(QUICK, read=5, total_page=8, patience=0.5, least=4096)
        drip = dripping(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2 * LARGE, b"x")
        async with (
            listening({"/drip": drip, "/": ok(b"y" * 2 * LARGE)}) as wire,
            client_for(wire, limits=limits, resolver=resolve) as client,
            asyncio.timeout(20),
        ):
            urls = [f"http://{name}.test:{wire.port}/drip" for name in ("a", "b")]
            holders = [asyncio.create_task(client.get(request(url))) for url in urls]
            await asyncio.sleep(1)
            assert not any(holder.done() for holder in holders)
            began = loop.time()
            page = await client.get(request(f"http://c.test:{wire.port}/"))
            took = loop.time() - began
            return took, [len(page.body), *await asyncio.gather(*holders, return_exceptions=True)]

    took, (length, *failed) = asyncio.run(run())
    assert length == 2 * LARGE
    assert took < 4
    assert [error.kind for error in failed if isinstance(error, FetchError)] == ["timeout", "timeout"]


def dripping(start: bytes, drop: bytes) -> Answer:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


DRIPS = {
    "body": dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "header": dripping(b"HTTP/1.1 200 OK\r\nA: ", b"x"),
    "1xx": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_dripping_answer_ends_at_the_total_deadline(name: str) -> None:
    error = failure(DRIPS[name], limits=QUICK)
    assert (error.kind, error.transient) == ("timeout", True)


def test_a_silent_server_ends_at_the_read_timeout() -> None:
    assert failure(dripping(b"", b""), limits=replace(QUICK, total_page=15)).kind == "timeout"


def test_all_hops_share_one_deadline() -> None:
    async def slow_redirect(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        writer.write(redirect("/"))
        await writer.drain()

    assert failure(slow_redirect, limits=replace(QUICK, redirects=50)).kind == "timeout"


def test_redirects_are_followed_to_the_final_address() -> None:
    page, wire = fetch({"/": redirect("/a", "301 Moved"), "/a": redirect("b?c=d#top", "307 Moved"), "/b?c=d": ok()})
    assert page.url == f"http://127.0.0.1:{wire.port}/"
    assert page.final_url == f"http://127.0.0.1:{wire.port}/b?c=d"
    assert page.body == BODY


def test_a_redirect_to_letters_beyond_ascii_is_followed() -> None:
    page, _ = fetch({"/": redirect("/기사"), "/%EA%B8%B0%EC%82%AC": ok()})
    assert page.body == BODY


def test_five_redirects_are_followed_and_no_sixth() -> None:
    hops: dict[str, Answer] = {"/": redirect("/1"), "/6": ok()}
    hops |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(1, 6)}
    assert failure(hops).kind == "redirect"
    assert fetch({**hops, "/5": ok()})[0].body == BODY


@pytest.mark.parametrize("to", ["/", ""])
def test_a_redirect_in_a_circle_or_to_nowhere_is_refused(to: str) -> None:
    error = failure(redirect(to))
    assert (error.kind, error.transient) == ("redirect", False)


def test_the_body_of_a_redirect_is_not_read() -> None:
    async def large(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert fetch({"/": large, "/a": ok()})[0].body == BODY


@pytest.mark.parametrize(
    "to",
    ["file:///etc/passwd", "data:text/html,x", "ftp://tass.com/", "http://10.0.0.1/", "http://169.254.169.254/latest",
     "//[::1]/", "http://127.0.0.1:1/"],
)  # fmt: skip
def test_a_redirect_out_of_bounds_is_refused(to: str) -> None:
    assert failure(redirect(to)).kind in ("guard", "url")


@pytest.mark.parametrize("to", ["http://[", "http://a:port/"])
def test_a_redirect_to_what_is_no_address_is_refused(to: str) -> None:
    assert failure(redirect(to)).kind in ("url", "redirect", "protocol")


def test_credentials_of_a_redirect_are_dropped_and_never_shown() -> None:
    async def run() -> Wire:
        async with listening({"/": redirect("http://127.0.0.1/")}) as wire, client_for(wire) as client:
            wire.answers = {"/": redirect(f"http://user:word@127.0.0.1:{wire.port}/a"), "/a": ok(b"", status="404 No")}
            await client.get(request(f"http://127.0.0.1:{wire.port}/"))
            with pytest.raises(FetchError) as caught:
                await client.get(request("http://user:word@10.0.0.1/"))
            assert "word" not in str(caught.value)
            return wire

    assert asyncio.run(run()).header("authorization") is None


def test_headers_over_the_limit_are_refused() -> None:
    many = [f"X-{number}: {'x' * 1000}" for number in range(70)]
    assert failure(ok(BODY, *many)).kind == "too-large"


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


def test_validators_are_sent_and_a_304_has_no_body() -> None:
    async def run() -> tuple[Page, Wire]:
        answer = b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\n\r\n'
        async with listening({"/": answer}) as wire, client_for(wire) as client:
            url = f"http://127.0.0.1:{wire.port}/"
            page = await client.get(request(url, "feed", etag='W/"1"', last_modified="Wed, 07 Jul 2021 04:00:00 GMT"))
            return page, wire

    page, wire = asyncio.run(run())
    assert (page.status, page.body, page.header("etag")) == (304, b"", '"2"')
    assert wire.header("if-none-match") == 'W/"1"'
    assert wire.header("if-modified-since") == "Wed, 07 Jul 2021 04:00:00 GMT"


@pytest.mark.parametrize("etag", ['"연합"', '"a\r\nX: y"', "x" * 5000, ""])
def test_a_validator_that_cannot_be_sent_costs_no_poll(etag: str) -> None:
    async def run() -> Wire:
        async with listening({"/": ok()}) as wire, client_for(wire) as client:
            await client.get(request(f"http://127.0.0.1:{wire.port}/", "feed", etag=etag))
            return wire

    assert asyncio.run(run()).header("if-none-match") is None


def test_a_304_that_nobody_asked_for_is_refused() -> None:
    assert failure(b"HTTP/1.1 304 Not Modified\r\n\r\n").kind == "protocol"


def test_cookies_are_not_kept() -> None:
    async def run() -> Wire:
        async with listening({"/": ok(BODY, "Set-Cookie: a=b; Path=/")}) as wire, client_for(wire) as client:
            for _ in range(2):
                await client.get(request(f"http://127.0.0.1:{wire.port}/"))
            return wire

    assert asyncio.run(run()).header("cookie") is None


def test_a_connection_is_kept_for_the_next_request() -> None:
    async def run() -> Wire:
        async with listening({"/": ok(gzip.compress(BODY), "Content-Encoding: gzip")}) as wire:
            async with client_for(wire) as client:
                for _ in range(3):
                    await client.get(request(f"http://127.0.0.1:{wire.port}/"))
            return wire

    wire = asyncio.run(run())
    assert (wire.accepted, len(wire.asked)) == (1, 3)


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


def test_a_name_that_is_not_found_is_an_error_of_its_own() -> None:
    error, _ = by_name("wire.test")
    assert isinstance(error, FetchError)
    assert error.kind == "dns"


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


def test_requests_to_one_host_come_one_after_another() -> None:
    running, most = 0, 0

    async def slow(writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        writer.write(ok())
        await writer.drain()

    async def run() -> None:
        async with listening({"/": slow}) as wire, client_for(wire) as client:
            url = f"http://127.0.0.1:{wire.port}/"
            await asyncio.gather(*(client.get(request(url)) for _ in range(5)))

    asyncio.run(run())
    assert most == 1


def test_waiting_for_a_turn_does_not_count_against_the_deadline() -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(ok())
        await writer.drain()

    async def run() -> None:
        async with listening({"/": slow}) as wire, client_for(wire, limits=QUICK) as client:
            url = f"http://127.0.0.1:{wire.port}/"
            await asyncio.gather(*(client.get(request(url)) for _ in range(5)))

    asyncio.run(run())


def test_a_cancelled_request_stays_cancelled() -> None:
    async def run() -> None:
        async with listening({"/": dripping(b"", b"")}) as wire, client_for(wire) as client:
            task = asyncio.create_task(client.get(request(f"http://127.0.0.1:{wire.port}/")))
            while not wire.asked:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


def test_nobody_listening_is_an_error_of_its_own() -> None:
    async def run() -> None:
        async with listening({}) as wire:
            pass
        async with client_for(wire) as client:
            await client.get(request(f"http://127.0.0.1:{wire.port}/"))

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert (caught.value.kind, caught.value.transient) == ("refused", True)


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


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1",)])
def test_a_server_without_tls_is_an_error_of_its_own(hosts: Sequence[str]) -> None:
    async def run() -> None:
        async with listening({}) as wire, client_for(wire, legacy_tls_hosts=hosts, limits=QUICK) as client:
            await client.get(request(f"https://127.0.0.1:{wire.port}/"))

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert caught.value.kind in ("tls", "robots")  # a time-out, where the client is left to wait for a handshake
