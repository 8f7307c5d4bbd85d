"""Bodies are decoded to the byte, or refused; never half, never without bound."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipeline.coding import MAX_MEMBERS, DamagedBody, OversizedBody, coding_of, decode

BODY = b"<p>Ministers met in Vientiane.</p>" * 4000


def bare_deflate(body: bytes) -> bytes:
    deflater = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(body) + deflater.flush()


CODED = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "two-member gzip": ("gzip", gzip.compress(BODY[:1000]) + gzip.compress(BODY[1000:])),
    "padded gzip": ("gzip", gzip.compress(BODY) + b"\0" * 512),
    "zlib": ("deflate", zlib.compress(BODY)),
    "bare deflate": ("deflate", bare_deflate(BODY)),
    "brotli": ("br", brotli.compress(BODY)),
    "zstd": ("zstd", zstandard.ZstdCompressor().compress(BODY)),
}


@pytest.mark.parametrize("name", CODED)
def test_a_coded_body_is_decoded_to_the_byte(name: str) -> None:
    assert decode(*CODED[name], len(BODY)) == BODY


@pytest.mark.parametrize("name", CODED)
def test_a_body_of_one_byte_over_the_limit_is_refused(name: str) -> None:
    with pytest.raises(OversizedBody):
        decode(*CODED[name], len(BODY) - 1)


@pytest.mark.parametrize("name", ["gzip", "zlib", "bare deflate", "brotli", "zstd"])
def test_a_body_cut_short_anywhere_is_noticed(name: str) -> None:
    coding, data = CODED[name]
    for end in {0, 1, 2, 9, len(data) // 2, len(data) - 5, len(data) - 1}:
        with pytest.raises(DamagedBody):
            decode(coding, data[:end], len(BODY))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_survives(coding: str) -> None:
    empty = {"gzip": gzip.compress(b""), "deflate": zlib.compress(b""), "br": brotli.compress(b""),
             "zstd": zstandard.ZstdCompressor().compress(b"")}  # fmt: skip
    assert decode(coding, empty[coding], 0) == b""


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(b"0" * (64 << 20))),
        ("br", brotli.compress(b"0" * (64 << 20))),
        ("zstd", zstandard.ZstdCompressor().compress(b"0" * (64 << 20))),
    ],
)
def test_a_bomb_is_cut_in_small_steps(coding: str, bomb: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(OversizedBody):
            decode(coding, bomb, 1 << 20)
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()


def test_a_flood_of_empty_members_is_refused() -> None:
    with pytest.raises(DamagedBody, match="members"):
        decode("gzip", gzip.compress(b"") * (MAX_MEMBERS + 1), 1000)


def test_a_flipped_bit_in_gzip_is_noticed_by_its_checksum() -> None:
    data = bytearray(gzip.compress(b"Vientiane", compresslevel=0))
    data[16] ^= 1
    with pytest.raises(DamagedBody):
        decode("gzip", bytes(data), 100)


@pytest.mark.parametrize(
    ("label", "coding"),
    [(None, None), ("", None), ("identity", None), ("GZIP", "gzip"), ("x-gzip", "gzip"), (" br ,", "br")],
)
def test_a_label_names_one_coding_or_none(label: str | None, coding: str | None) -> None:
    assert coding_of(label) == coding


@pytest.mark.parametrize("label", ["gzip, gzip", "gzip, br", "compress", "aes128gcm", "utf-8"])
def test_layers_and_unknown_codings_are_refused(label: str) -> None:
    with pytest.raises(DamagedBody):
        coding_of(label)


@given(coding=st.sampled_from(["gzip", "deflate", "br", "zstd"]), data=st.binary(max_size=200))
def test_any_bytes_give_a_body_or_our_error(coding: str, data: bytes) -> None:
    with contextlib.suppress(DamagedBody, OversizedBody):
        assert len(decode(coding, data, 10_000)) <= 10_000
