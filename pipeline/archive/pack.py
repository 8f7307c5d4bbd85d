"""How a body is kept: as it was received where that was compressed, else packed by us."""

from __future__ import annotations

import zstandard

from pipeline.coding import CODINGS, DamagedBody, OversizedBody, decode
from pipeline.errors import StoreError
from pipeline.model import Page

IDENTITY = "identity"
ZSTD_LEVEL = 6
# Below this a frame's head and checksum cost more than they save.
SMALL = 128


def pack(page: Page) -> tuple[str, bytes]:
    """The coding and the bytes to keep of a page's body; `unpack` gives the body back."""
    if page.received is not None and page.coding in CODINGS:
        return page.coding, page.received
    if len(page.body) < SMALL:
        return IDENTITY, page.body
    # The checksum lets `unpack` notice a flipped bit in the database.
    packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(page.body)
    return ("zstd", packed) if len(packed) < len(page.body) else (IDENTITY, page.body)


def unpack(coding: str, data: bytes, limit: int) -> bytes:
    """The body that was packed, at most `limit` bytes.

    Raises:
        StoreError: the bytes are damaged, of an unknown coding, or larger than the limit.
    """
    if coding == IDENTITY:
        if len(data) > limit:
            raise StoreError(f"a kept body is larger than {limit} bytes; raise the limit or drop the page")
        return data
    if coding not in CODINGS:
        raise StoreError(f"a kept body has the unknown coding {coding!r}; run db check")
    try:
        return decode(coding, data, limit)
    except OversizedBody as error:
        raise StoreError(f"a kept body is too large: {error}; raise the limit or drop the page") from error
    except DamagedBody as error:
        raise StoreError(f"a kept body is damaged: {error}; run db check and restore it from a backup") from error
