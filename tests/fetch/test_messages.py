"""What is sent, and what is read of the head of an answer."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.errors import FetchError
from pipeline.model import Page
from tests.fetch.loopback import (
    BODY,
    Wire,
    client_for,
    failure,
    fetch,
    listening,
    ok,
    redirect,
    request,
)


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


def test_cookies_are_not_kept() -> None:
    async def run() -> Wire:
        async with listening({"/": ok(BODY, "Set-Cookie: a=b; Path=/")}) as wire, client_for(wire) as client:
            for _ in range(2):
                await client.get(request(f"http://127.0.0.1:{wire.port}/"))
            return wire

    assert asyncio.run(run()).header("cookie") is None


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


def test_a_redirect_to_letters_beyond_ascii_is_followed() -> None:
    page, _ = fetch({"/": redirect("/기사"), "/%EA%B8%B0%EC%82%AC": ok()})
    assert page.body == BODY


@pytest.mark.parametrize("to", ["http://[", "http://a:port/"])
def test_a_redirect_to_what_is_no_address_is_refused(to: str) -> None:
    assert failure(redirect(to)).kind in ("url", "redirect", "protocol")
