"""Faults of coding: bombs, damaged and mislabelled compression, characters that are not what they are said to be
(F43–F56)."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache

import brotli  # type: ignore[import-untyped,unused-ignore]
import zstandard

from tests.hostile.talk import Table, Talk, fault

TABLE: Table = {}
BOMB = 256 * 1024 * 1024  # bytes that a bomb inflates to
MEGABYTE = 1024 * 1024
LIES = ("euc-kr", "gb2312", "big5", "shift_jis", "euc-jp", "windows-1251", "koi8-r", "iso-8859-1", "utf-16")


@fault(TABLE, 43, "too-large")
async def gzip_bomb(talk: Talk) -> None:
    await talk.answer(gzip_of_zeros(), "Content-Encoding: gzip")


@fault(TABLE, 43, "too-large", name="deflate-bomb")
async def deflate_bomb(talk: Talk) -> None:
    await talk.answer(deflate_of_zeros(), "Content-Encoding: deflate")


@fault(TABLE, 44, "too-large")
async def brotli_bomb(talk: Talk) -> None:
    await talk.answer(brotli_of_zeros(), "Content-Encoding: br")


@fault(TABLE, 45, "too-large")
async def zstd_bomb_that_nobody_asked_for(talk: Talk) -> None:
    await talk.answer(zstd_of_zeros(), "Content-Encoding: zstd")


@fault(TABLE, 45, "whole", name="zstd-that-nobody-asked-for")
async def zstd_that_nobody_asked_for(talk: Talk) -> None:
    await talk.answer(zstandard.compress(talk.served.body), "Content-Encoding: zstd")


@fault(TABLE, 46, "encoding")
async def gzip_twenty_times_over(talk: Talk) -> None:
    body = talk.served.body
    for _ in range(20):
        body = gzip.compress(body, mtime=0)
    await talk.answer(body, f"Content-Encoding: {', '.join(['gzip'] * 20)}")


@fault(TABLE, 46, "encoding", name="a-gzip-bomb-in-a-gzip")
async def a_gzip_bomb_in_a_gzip(talk: Talk) -> None:
    await talk.answer(gzip.compress(gzip_of_zeros(), mtime=0), "Content-Encoding: gzip, gzip")


@fault(TABLE, 47, "encoding")
async def gzip_cut_short(talk: Talk) -> None:
    packed = gzip.compress(talk.served.body, mtime=0)
    await talk.answer(packed[: len(packed) - talk.draw.randrange(1, len(packed) // 2)], "Content-Encoding: gzip")


@fault(TABLE, 48, "encoding")
async def gzip_with_a_wrong_sum(talk: Talk) -> None:
    packed = bytearray(gzip.compress(talk.served.body, mtime=0))
    packed[-talk.draw.randrange(1, 9)] ^= 1 << talk.draw.randrange(8)
    await talk.answer(bytes(packed), "Content-Encoding: gzip")


@fault(TABLE, 49, "encoding")
async def a_label_without_gzip(talk: Talk) -> None:
    await talk.answer(None, "Content-Encoding: gzip")


@fault(TABLE, 50, "whole")
async def gzip_without_a_label(talk: Talk) -> None:
    await talk.answer(gzip.compress(talk.served.body, mtime=0))


@fault(TABLE, 51, "whole")
async def gzip_in_two_members(talk: Talk) -> None:
    half = len(talk.served.body) // 2
    packed = gzip.compress(talk.served.body[:half], mtime=0) + gzip.compress(talk.served.body[half:], mtime=0)
    await talk.answer(packed, "Content-Encoding: gzip")


@fault(TABLE, 52, "encoding")
async def a_coding_that_nobody_knows(talk: Talk) -> None:
    await talk.answer(None, f"Content-Encoding: {talk.draw.choice(('sdch', 'compress', 'br, gzip', 'x' * 999))}")


@fault(TABLE, 53, "whole")
async def charset_rot13(talk: Talk) -> None:
    await talk.answer(None, kind=f"text/html; charset={talk.draw.choice(('rot13', 'zlib', 'idna', 'undefined', '=?'))}")


@fault(TABLE, 54, "whole")
async def a_charset_that_lies(talk: Talk) -> None:
    await talk.answer(None, kind=f"text/html; charset={talk.draw.choice(LIES)}")


@fault(TABLE, 55, "other")
async def a_bom_and_another_declaration(talk: Talk) -> None:
    body = b"\xef\xbb\xbf" + talk.served.body.replace(b"utf-8", b"euc-kr", 1)
    await talk.answer(body, kind="text/html; charset=koi8-r")


@fault(TABLE, 56, "other")
async def utf_16(talk: Talk) -> None:
    coded = talk.served.body.decode().encode(talk.draw.choice(("utf-16", "utf-16-le", "utf-16-be")))
    await talk.answer(coded, kind="text/html; charset=utf-16")


def prepare() -> None:
    """Make the bombs, which takes seconds, before anybody waits for one."""
    for make in (gzip_of_zeros, deflate_of_zeros, brotli_of_zeros, zstd_of_zeros):
        make()


@lru_cache
def gzip_of_zeros() -> bytes:
    return _zeros(zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS))


@lru_cache
def deflate_of_zeros() -> bytes:
    return _zeros(zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS))


@lru_cache
def brotli_of_zeros() -> bytes:
    packer = brotli.Compressor(quality=5)
    pieces = [packer.process(bytes(MEGABYTE)) for _ in range(BOMB // MEGABYTE)]
    return b"".join([*pieces, packer.finish()])


@lru_cache
def zstd_of_zeros() -> bytes:
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(BOMB // MEGABYTE)), packer.flush()])


def _zeros(packer: zlib._Compress) -> bytes:
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(BOMB // MEGABYTE)), packer.flush()])
