"""What the fuzzer does to a document: bytes, markup, attributes, text and JSON, each by lot from one seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

Mutation = Callable[[random.Random, bytes, bytes], bytes]

TAG = re.compile(rb"<[^<>]{1,300}>")
ATTRIBUTE = re.compile(rb"""=\s*(["'])([^"']{0,300})\1""")
STRING = re.compile(rb'"[^"\\]{0,200}"')
NUMBER = re.compile(rb"\d{1,20}")
SCRIPT = re.compile(rb"<script[^>]*>(.{1,100000}?)</script>", re.DOTALL)
MOST = 1_500_000  # bytes of a mutated document
NAMES = (
    b"p div span b i a br nobr wbr h1 h2 li ul table tr td button select svg math template noscript textarea iframe"
    b" title script style html head body frameset form main article aside nav section time pre img video object caption"
).split()
VALUES = (
    b"", b"0", b"-1", b"null", b"article", b"articleBody", b"display:none", b"liveBlogUpdate", b"text", b"NaN",
    b"99999999999999999999", b"1e999", b"2026-02-30T25:61:61+99:99", b"0000-00-00", b"9999-12-31T23:59:59Z",
    b"http://[", b"https://\xff", b"//", b"javascript:1", b"mailto:a@b", b"http://a:99999/", b"ko-KR", b"xx" * 40,
    b"true", b"\\", b"\\u0000", b"\\ud800", b"%00", b"{}", b"[]", b"application/ld+json", b"application/json",
    "١٢٣".encode(), "１２".encode(), "²".encode(), "೬".encode(),
)  # fmt: skip
ODD = (
    b"\0", b"\x01", b"\x1b", b"\x7f", b"\x85", b"\xff", b"\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b$B", b"\r", b"\v", b"\f", "\u200b".encode(), "\u2028".encode(),
    "\u202e".encode(),
    "\ufeff".encode(), "\ufffe".encode(), "\u0301".encode() * 9, "\U0001f600".encode(), "\u3000".encode(),
    "\xa0".encode(),
    b"&amp;amp;lt;", b"&lt;p&gt;", b"&#0;", b"&#xD800;", b"&#x110000;", b"&#38;lt;", b"&nbsp", b"&", b"<", b">", b"\"",
    b"'",
    b"]]>", b"<![CDATA[", b"<!--", b"-->", b"--!>", b"<!", b"<?", b"<?xml version='1.0' encoding='utf-16'?>",
    b"</html>",
    b"</body>", b"<!DOCTYPE html [<!ENTITY a 'b'>]>", b"<base href='//x'>", b"<plaintext>", b"<meta charset='utf-7'>",
)  # fmt: skip


def mutated(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """The document after one to eight mutations; `other` is another one to take pieces from."""
    for _ in range(draw.choice((1, 1, 2, 3, 5, 8))):
        body = draw.choice(MUTATIONS)(draw, body, other)[:MOST]
    return body


def _span(draw: random.Random, body: bytes, most: int = 4_000) -> tuple[int, int]:
    begin = draw.randrange(len(body) + 1)
    return begin, min(len(body), begin + draw.randrange(1, most))


def _pick(draw: random.Random, pattern: re.Pattern[bytes], body: bytes) -> re.Match[bytes] | None:
    """A match that begins somewhere behind a place drawn by lot, else the first."""
    at = draw.randrange(len(body) + 1)
    return pattern.search(body, at, at + 100_000) or pattern.search(body, 0, 100_000)


def truncate(draw: random.Random, body: bytes, other: bytes) -> bytes:
    return body[: draw.randrange(len(body) + 1)]


def remove(draw: random.Random, body: bytes, other: bytes) -> bytes:
    begin, end = _span(draw, body)
    return body[:begin] + body[end:]


def repeat(draw: random.Random, body: bytes, other: bytes) -> bytes:
    begin, end = _span(draw, body)
    return body[:end] + body[begin:end] * draw.choice((1, 2, 9, 60)) + body[end:]


def splice(draw: random.Random, body: bytes, other: bytes) -> bytes:
    begin, end = _span(draw, other)
    at = draw.randrange(len(body) + 1)
    return body[:at] + other[begin:end] + body[at:]


def insert(draw: random.Random, body: bytes, other: bytes) -> bytes:
    at = draw.randrange(len(body) + 1)
    return body[:at] + draw.choice(ODD) * draw.choice((1, 1, 1, 3, 40)) + body[at:]


def flip(draw: random.Random, body: bytes, other: bytes) -> bytes:
    if not body:
        return body
    changed = bytearray(body)
    for _ in range(draw.choice((1, 4, 30))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def nest(draw: random.Random, body: bytes, other: bytes) -> bytes:
    found = _pick(draw, TAG, body)
    name, many = draw.choice(NAMES), draw.choice((1, 3, 60, 300))
    at = found.end() if found else 0
    until = draw.randrange(at, len(body) + 1)
    return (
        body[:at] + (b"<%b>" % name) * many + body[at:until] + (b"</%b>" % name) * draw.choice((0, many)) + body[until:]
    )


def rename(draw: random.Random, body: bytes, other: bytes) -> bytes:
    found = _pick(draw, TAG, body)
    if not found:
        return body
    slash = b"/" if found[0].startswith(b"</") else b""
    return body[: found.start()] + b"<%b%b>" % (slash, draw.choice(NAMES)) + body[found.end() :]


def untag(draw: random.Random, body: bytes, other: bytes) -> bytes:
    found = _pick(draw, TAG, body)
    return body[: found.start()] + body[found.end() :] if found else body


def swap(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """The value of an attribute from elsewhere in the document, or an odd one."""
    found, donor = _pick(draw, ATTRIBUTE, body), _pick(draw, ATTRIBUTE, body)
    if not found or not donor:
        return body
    value = donor[2] if draw.random() < 0.5 else draw.choice(VALUES)
    return body[: found.start(2)] + value + body[found.end(2) :]


def string(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """A string of JSON (or an attribute) becomes another value, or loses its end."""
    found = _pick(draw, STRING, body)
    if not found:
        return body
    value = draw.choice(
        (
            b'"' + draw.choice(VALUES) + b'"',
            b"null",
            b"[]",
            b"{}",
            b"[null]",
            b"1e999",
            b"-0",
            b'{"@id":1}',
            b'"',
            b"true",
        )
    )
    return body[: found.start()] + value + body[found.end() :]


def deepen(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """A string of JSON goes into lists or objects."""
    found = _pick(draw, STRING, body)
    if not found:
        return body
    many = draw.choice((1, 5, 70, 600))
    opening, closing = draw.choice(((b"[", b"]"), (b'{"@graph":', b"}"), (b'{"name":', b"}"), (b'["p",', b"]")))
    return body[: found.start()] + opening * many + found[0] + closing * many + body[found.end() :]


def number(draw: random.Random, body: bytes, other: bytes) -> bytes:
    found = _pick(draw, NUMBER, body)
    value = draw.choice((b"0", b"-1", b"99", b"1" * 30, b"9" * 5_000, "١".encode(), "²".encode(), b"1e9"))
    return body[: found.start()] + value + body[found.end() :] if found else body


def unscript(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """A script is cut somewhere, so that its JSON breaks."""
    found = _pick(draw, SCRIPT, body)
    if not found:
        return body
    at = draw.randrange(found.start(1), found.end(1) + 1)
    return body[:at] + draw.choice((b"", b"}", b"]", b",", b'"', b"\\")) + body[found.end(1) :]


def recode(draw: random.Random, body: bytes, other: bytes) -> bytes:
    """The text in another encoding than it says."""
    text = body.decode("utf-8", "replace")
    return text.encode(
        draw.choice(("utf-16", "utf-16-le", "cp949", "gb18030", "big5", "shift_jis", "cp1251", "latin-1")), "ignore"
    )


MUTATIONS: Sequence[Mutation] = (
    truncate, remove, repeat, splice, insert, insert, flip, nest, rename, untag, swap, swap, string, string, deepen,
    number, unscript, recode,
)  # fmt: skip
