"""What must hold of every result, whatever was put in: each check says in a sentence what does not, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.model import Entry, Extract
from pipeline.normalise.text import clean
from pipeline.parse import bounds, dom
from pipeline.parse.blocks import Layout

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
SURROGATE = re.compile("[\ud800-\udfff]")
BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
MARKUP = re.compile(r"</?(?:p|div|br|span|td|li|script|b|i)\b[^<>]{0,200}>", re.IGNORECASE)
WORD = re.compile(r"\w+")
LONG = 40  # characters; a shorter line may well be printed twice
LONGEST = {
    "headline": 1_000,
    "headline_raw": 1_000,
    "lead": bounds.MAX_TEXT,
    "byline": 1_000,
    "section": 1_024,
    "url": 4_096,
}
MANY = {"keywords": bounds.MAX_WORDS, "authors": bounds.MAX_WORDS, "images": bounds.MAX_IMAGES}
OURS = ("blocks", "agreement")


def of_layout(layout: Layout, root: dom.Element) -> Iterator[str]:
    """Blocks are lines of the page, none empty, their shares shares."""
    shown = set(WORD.findall(dom.text_of(root)))
    for block in layout.blocks:
        if not block.text.strip() or "\n" in block.text:
            yield f"a block is {block.text[:60]!r}"
        if not (0 <= block.linked <= 1 and 0 <= block.bold <= 1 and block.width >= 0):
            yield f"a block has shares {block.linked}, {block.bold}, width {block.width}"
        if lost := set(WORD.findall(block.text)) - shown:
            yield f"a block says {sorted(lost)[:3]}, the page does not"


def of_extract(found: Extract) -> Iterator[str]:
    """No line is empty or has a line break in it, lists are bounded."""
    for line in found.paragraphs:
        if not line.strip() or "\n" in line:
            yield f"a paragraph is {line[:60]!r}"
    for name, most in MANY.items():
        if len(getattr(found, name)) > most:
            yield f"{len(getattr(found, name))} {name}"
    if not 0 <= found.expected <= 1:
        yield f"expects {found.expected}"


def of_entries(entries: Iterable[Entry]) -> Iterator[str]:
    """What a feed lists has an address that can be fetched or stands for one, and bounded fields."""
    for one in entries:
        if not one.url.startswith(("http://", "https://")) or len(one.url) > bounds.MAX_ADDRESS + 1_024:
            yield f"an address is {one.url[:80]!r}"
        if len(one.headline or "") > bounds.MAX_TITLE or len(one.published_raw or "") > bounds.MAX_DATE:
            yield f"an overlong field: {len(one.headline or '')}, {len(one.published_raw or '')}"
        if len(one.text or "") > bounds.MAX_TEXT or len(one.content or "") > bounds.MAX_CONTENT:
            yield "an overlong text"


def of_record(record: Mapping[str, Any], root: dom.Element, *, is_plain: bool) -> Iterator[str]:
    """A record is clean text of the page, within bounds; `is_plain`: no entity of the page stands for markup."""
    lines = [line for line in (record["body"] or "").split("\n") if record["body"]]
    yield from _of_texts((*lines, *_texts(record)), is_plain)
    for name, most in LONGEST.items():
        if len(record[name] or "") > most:
            yield f"{name} has {len(record[name])} characters"
    for name, most in MANY.items():
        if len(record[name]) > most or any(len(one) > bounds.MAX_ADDRESS for one in record[name]):
            yield f"{name}: {len(record[name])}, the longest of {max(map(len, record[name]), default=0)}"
    if not record["headline"]:
        yield "no headline"
    if not 0 <= record["extraction"]["quality"] <= 1:
        yield f"quality {record['extraction']['quality']}"
    if record["extraction"]["method"] in OURS:
        yield from _of_own(lines, root, is_plain=is_plain)


def _of_own(lines: Sequence[str], root: dom.Element, *, is_plain: bool) -> Iterator[str]:
    long = [line for line in lines if len(line) >= LONG]
    if is_plain and len(set(long)) < len(long):
        yield f"a paragraph stands twice: {next(line for line in long if long.count(line) > 1)[:60]!r}"
    shown = set(WORD.findall(clean(dom.text_of(root))))
    lost = {word for line in lines for word in WORD.findall(line)} - shown
    if lost:
        yield f"the body says {sorted(lost)[:3]}, the page does not"


def _of_texts(texts: Iterable[str], is_plain: bool) -> Iterator[str]:
    for text in texts:
        if CONTROL.search(text) or BREAK.search(text):
            yield f"a control character or line break in {text[:60]!r}"
        if text != clean(text):
            yield f"not clean: {text[:60]!r}"
        if is_plain and MARKUP.search(text):
            yield f"markup in {text[:60]!r}"


def _texts(record: Mapping[str, Any]) -> Iterator[str]:
    for name in ("headline", "headline_raw", "lead", "byline", "section"):
        if record[name] is not None:
            yield record[name]
    yield from (*record["keywords"], *record["authors"])
