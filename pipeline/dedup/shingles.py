"""A text as shingles: runs of a few words, hashed.  Two texts that share many of them were written from one another.

A word is what stands between blanks; where signs are not parted by blanks (Chinese, Japanese, and Korean with its
particles) a sign is one.  The smallest hashes of a text are its sketch: of two texts that share half their shingles,
the sketches share about half of theirs, and only these have to be looked up.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

WORD = re.compile(r"\w+")
SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
WORDS_EACH, SIGNS_EACH = 4, 8
# Of a longer text the rest is left out: a shingle costs half a microsecond, and nobody prints so much as one story.
MOST_WORDS = 20_000
BITS = 47  # of a hash: with a day of 16 bits it fits the signed integers of both databases
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Words:
    """The words of a text, folded, and how many of them make a shingle."""

    all: Sequence[str]
    each: int

    @cached_property
    def shingles(self) -> Hashes:
        """The hash of every run of words, in their order; of a text that is shorter than one, that of the whole."""
        hashes = np.fromiter(map(_crc, self.all), np.uint64, len(self.all))
        each = min(self.each, len(hashes))
        if not each:
            return hashes
        count = len(hashes) - each + 1
        joined = np.zeros(count, np.uint64)
        for at in range(each):
            joined = joined * _FACTOR + hashes[at : at + count]
        return _mixed(joined) >> np.uint64(64 - BITS)

    @cached_property
    def distinct(self) -> tuple[Hashes, NDArray[np.intp]]:
        """The different shingles, ascending, and where each stands first."""
        hashes, places = np.unique(self.shingles, return_index=True)
        return hashes, places


def folded(text: str) -> str:
    """The text in the form in which it is compared: width and case mean nothing."""
    return unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> Words:
    """The words of a text, or its signs, where most of it is written in signs."""
    found = WORD.findall(folded(text))
    joined = "".join(found)
    if len(SIGNS.findall(joined)) * 2 > len(joined):
        return Words(joined[:MOST_WORDS], SIGNS_EACH)
    return Words(found[:MOST_WORDS], WORDS_EACH)


def sketch(text: Words, size: int) -> tuple[int, ...]:
    """The smallest hashes of a text's shingles, at most so many."""
    return tuple(map(int, text.distinct[0][:size]))


def key(kind: str, text: str) -> int:
    """A hash like a shingle's, of something else that articles may share: `headline`, `family`."""
    value = np.array([zlib.crc32(f"{kind}:{text}".encode()) << 32 | zlib.crc32(text.encode(), 1)], np.uint64)
    return int(_mixed(value)[0] >> np.uint64(64 - BITS))


def _crc(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _mixed(values: Hashes) -> Hashes:
    """All bits of a number spread over all others (the finaliser of MurmurHash3)."""
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))
