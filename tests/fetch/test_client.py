"""The client against loopback servers that are slow, endless, lying or broken."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Sequence
from dataclasses import replace

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
import zstandard

from pipeline.errors import FetchError
from pipeline.fetch.allowance import LARGE
from pipeline.fetch.client import Limits
from pipeline.model import RequestKind
from tests.fetch.loopback import (
    BODY,
    NOW,
    QUICK,
    Answer,
    client_for,
    failure,
    fetch,
    listening,
    ok,
    redirect,
    request,
)


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


def test_headers_over_the_limit_are_refused() -> None:
    many = [f"X-{number}: {'x' * 1000}" for number in range(70)]
    assert failure(ok(BODY, *many)).kind == "too-large"


def test_a_304_that_nobody_asked_for_is_refused() -> None:
    assert failure(b"HTTP/1.1 304 Not Modified\r\n\r\n").kind == "protocol"


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
