"""What is packed comes back, or a StoreError says why not."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime

import pytest

from pipeline.archive.pack import pack, unpack
from pipeline.errors import StoreError
from pipeline.model import Page

AT = datetime(2021, 7, 7, 4, 12, tzinfo=UTC)
BODY = "<p>Министры встретились во Вьентьяне.</p>".encode() * 200


def page(body: bytes, received: bytes | None = None, coding: str | None = None) -> Page:
    return Page("https://tass.com/a", 200, body, AT, received=received, coding=coding)


def test_a_body_received_compressed_is_kept_as_it_came() -> None:
    received = gzip.compress(BODY)
    assert pack(page(BODY, received, "gzip")) == ("gzip", received)


def test_a_plain_body_is_packed_smaller() -> None:
    coding, data = pack(page(BODY))
    assert coding == "zstd"
    assert len(data) < len(BODY) / 10


@pytest.mark.parametrize("body", [b"", b"short", os.urandom(5000)])
def test_a_body_that_does_not_shrink_is_kept_plain(body: bytes) -> None:
    assert pack(page(body)) == ("identity", body)


@pytest.mark.parametrize("body", [b"", b"short", BODY, os.urandom(5000)])
def test_what_is_packed_comes_back(body: bytes) -> None:
    assert unpack(*pack(page(body)), limit=len(body)) == body


@pytest.mark.parametrize("body", [b"short", BODY])
def test_a_body_over_the_limit_is_refused(body: bytes) -> None:
    with pytest.raises(StoreError, match=r"larger|too large"):
        unpack(*pack(page(body)), limit=len(body) - 1)


def test_a_flipped_bit_is_noticed() -> None:
    coding, data = pack(page(os.urandom(100) * 60))
    damaged = bytearray(data)
    damaged[60] ^= 4
    with pytest.raises(StoreError, match="damaged"):
        unpack(coding, bytes(damaged), limit=10_000)


def test_an_unknown_coding_is_refused() -> None:
    with pytest.raises(StoreError, match="lzma"):
        unpack("lzma", b"x", limit=10)
