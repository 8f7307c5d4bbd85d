"""What the recorded pages of the world `pages` say, known by the hashes of their words: no text of theirs is in here.

`world_pages.jsonl` has a line a page, read by hand: its facts in plain, its story as the sorted hashes of all its words
and the hashes of its paragraphs in their order.  A page that the world lacks names its `file`.  It is made from lines
with a `text`, the list of paragraphs, in place of the hashes:

    python -m tests.world_pages < truth.jsonl > tests/world_pages.jsonl
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

PAGES = Path(__file__).with_suffix(".jsonl")
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{CJK}]|[^\W{CJK}]+")
WORD_SIZE, PARAGRAPH_SIZE = 3, 6  # bytes of a hash


def pages() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PAGES.read_text("utf-8").splitlines()]


def hashed(paragraphs: Sequence[str]) -> dict[str, Any]:
    """The words of a text as one string of sorted hashes, and its paragraphs' hashes in their order."""
    lines = [fold(line) for line in paragraphs]
    words = sorted(digest(word, WORD_SIZE) for line in lines for word in WORD.findall(line))
    return {"words": "".join(words), "paragraphs": [digest(line, PARAGRAPH_SIZE) for line in lines]}


def agreement(wanted: str, found: str) -> float:
    """F1 of two strings of hashed words, as `score_world.py` has it of words."""
    ours, theirs = (Counter(re.findall(f".{{{2 * WORD_SIZE}}}", words)) for words in (found, wanted))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()


if __name__ == "__main__":
    for told in map(json.loads, sys.stdin):
        text = told.pop("text")
        print(json.dumps({**told, **hashed(text)}, ensure_ascii=False))
