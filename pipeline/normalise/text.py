"""Cleaning of text: entities, white space and unseen characters."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipeline.errors import ConfigError

# Yonhap's feed prints `E&amp;amp;S` (2026), served through one more escaping: three rounds seen.  A chain of escaped
# ampersands is taken at once, so that the rounds are few and the cost is in proportion, however long it is.
_ROUNDS = 20
_ESCAPED = re.compile(r"&(?:amp;|#0{0,5}38;|#[xX]0{0,4}26;){1,99999}")
# Only with its semicolon: `?a=1&region=2` is no `®ion=2`.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Zero-width space, word joiner, BOM, soft hyphen, direction marks; control characters; lone surrogates.
_UNSEEN = re.compile(
    "[\u200b\u2060\ufeff\u00ad\u180e\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]"
)
# The joiners shape letters in Persian, the scripts of India and emoji; elsewhere they are dirt.
_JOINER = re.compile("(?<![\u0600-\u0fff\u2190-\U0010ffff])[\u200c\u200d]+")
_SPACE = re.compile(r"\s+")


def clean(text: str | None) -> str:
    """One line of clean text: entities decoded until none is left, unseen characters out, white space single.

    >>> clean("SK이노베이션&nbsp;E&amp;amp;S\\n 합병")
    'SK이노베이션 E&S 합병'
    """
    if not text:
        return ""
    # As most lines of most pages are: nothing to decode, nothing unseen (nothing of the kind is printable to Python).
    if text.isprintable() and "&" not in text and "  " not in text:
        return text.strip()
    for _ in range(_ROUNDS):
        # What is unseen goes with every round: a NUL within it hides an entity.
        decoded = _ENTITY.sub(_decode, _ESCAPED.sub("&", text)) if "&" in text else text
        decoded = _JOINER.sub("", _UNSEEN.sub("", decoded))
        if decoded == text:
            break
        text = decoded
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """The form in which names and headlines are compared: compatible forms one, no case, white space single."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()


def clean_paragraphs(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs cleaned, without those that hold nothing."""
    return [text for text in map(clean, paragraphs) if text]


def cut_boilerplate(paragraphs: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The paragraphs without what a source's own expressions match; a paragraph left empty goes.

    Raises:
        ConfigError: an expression does not compile.
    """
    if not patterns:
        return list(paragraphs)
    for expression in _compiled(tuple(patterns)):
        paragraphs = [expression.sub(" ", text) for text in paragraphs]
    return clean_paragraphs(paragraphs)


def _decode(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(pattern) for pattern in patterns)
    except re.error as error:
        raise ConfigError(f"boilerplate: {error.pattern!r} is not a regular expression: {error}") from error
