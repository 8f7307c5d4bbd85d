"""Content codings (gzip, deflate, br, zstd) undone step by step, so that 800 bytes never become a gigabyte.

Both rooms that meet coded bodies, fetch and archive, decode here and turn the two errors into their own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator, Mapping

import brotli  # type: ignore[import-untyped,unused-ignore]
import zstandard

from pipeline.errors import WireError

CODINGS = ("gzip", "br", "deflate", "zstd")
GZIP_MAGIC = b"\x1f\x8b"

STEP = 64 * 1024
INFLATE_STEP = 16 * 1024
# A zstd block of four bytes may stand for 128 KB, and the library bounds what it reads, not what it writes.
ZSTD_STEP = 128
# RFC 9659: nobody may send a larger window over HTTP.
ZSTD_WINDOW = 8 * 1024 * 1024
# An empty gzip member is 20 bytes; each costs a new decoder.
MAX_MEMBERS = 1000

ALIASES = {"x-gzip": "gzip"}


class DamagedBody(WireError):
    """The bytes are not of this coding, are cut short, or are coded in a way that we do not undo."""


class OversizedBody(WireError):
    """The decoded body is larger than the limit."""


def coding_of(label: str | None) -> str | None:
    """The one coding that a Content-Encoding value names; None for none.

    Raises:
        DamagedBody: the coding is unknown, or there are several, one over the other.
    """
    names = [name.strip().lower() for name in (label or "").split(",")]
    codings = [ALIASES.get(name, name) for name in names if name not in ("", "identity")]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in CODINGS:
        raise DamagedBody(f"content coding {(label or '')[:60]!r} is not one of {', '.join(CODINGS)}")
    return codings[0]


def decode(coding: str, data: bytes, limit: int) -> bytes:
    """The decoded body, at most `limit` bytes.

    Raises:
        DamagedBody: not of this coding, or cut short.
        OversizedBody: more than `limit` bytes.
    """
    return b"".join(decode_steps(coding, data, limit))


def decode_steps(coding: str, data: bytes, limit: int) -> Iterator[bytes]:
    """The decoded body in pieces of some 64 KB (zstd: at most 4 MB); raises as `decode` does."""
    size = 0
    try:
        for piece in _DECODERS[coding](data):
            size += len(piece)
            if size > limit:
                raise OversizedBody(f"more than {limit} bytes when decoded from {coding}")
            yield piece
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise DamagedBody(f"body is not valid {coding}: {error}") from error


def _gunzip(data: bytes) -> Iterator[bytes]:
    start = 0
    for _ in range(MAX_MEMBERS):
        start = yield from _inflate(data, start, 16 + zlib.MAX_WBITS)
        if data[start : start + 2] != GZIP_MAGIC:
            return  # padding after the last member, which every browser passes over
    raise DamagedBody(f"more than {MAX_MEMBERS} gzip members in one body")


def _undeflate(data: bytes) -> Iterator[bytes]:
    # RFC 9110 says zlib, some servers send it bare; the two bytes of a zlib head are divisible by 31.
    wrapped = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
    yield from _inflate(data, 0, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def _inflate(data: bytes, start: int, window: int) -> Generator[bytes, None, int]:
    """One zlib stream from `start`; returns where it ends."""
    inflater = zlib.decompressobj(window)
    while start < len(data) and not inflater.eof:
        pending = data[start : start + INFLATE_STEP]
        start += len(pending)
        while pending and not inflater.eof:
            yield inflater.decompress(pending, STEP)
            pending = inflater.unconsumed_tail
    if not inflater.eof:
        raise DamagedBody("the compressed body is cut short")
    return start - len(inflater.unused_data)


def _unbrotli(data: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    piece = decoder.process(data, output_buffer_limit=STEP)
    while piece or not decoder.can_accept_more_data():
        yield piece
        if decoder.is_finished():
            return
        piece = decoder.process(b"", output_buffer_limit=STEP)
    if not decoder.is_finished():
        raise DamagedBody("the compressed body is cut short")


def _unzstd(data: bytes) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    frame = decompressor.decompressobj()
    for start in range(0, len(data), ZSTD_STEP):
        yield frame.decompress(data[start : start + ZSTD_STEP])
        if frame.eof:
            return
    raise DamagedBody("the compressed body is cut short")


_DECODERS: Mapping[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "br": _unbrotli,
    "deflate": _undeflate,
    "zstd": _unzstd,
}
