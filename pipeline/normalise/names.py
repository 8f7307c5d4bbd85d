"""Names in running text: thousands of them, in any script, found in one cheap pass.

Most texts hold few of the names, so each is asked for by its rarest word: the words of a text are made a set, and only
where one of them is in it the text is looked at.  Names in Chinese signs, kana and Hangul, where no space ends a word,
are one expression of shared prefixes.  All of it is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0400-\u04ff]+|[\u0621-\u06d3]+")
_UNSPACED = re.compile(r"[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_ARABIC = re.compile(r"[\u0621-\u06d3]+")
# Behind a name in signs stands its particle or a figure at once; `연합뉴스TV` is another house than `연합뉴스`.
_SIGNS_END = "(?![A-Za-z])"
# `Интерфакса`, `Медузой`: a Russian name inflected, by an ending put behind its consonant or in place of its vowel.
_ENDINGS = (
    *("", "а", "я", "о", "е", "у", "ю", "ы", "и", "й", "ом", "ем", "ём", "ой", "ей", "ою", "ею"),
    *("ов", "ев", "ам", "ям", "ах", "ях", "ами", "ями"),
)
_VOWELS = "аяьй"
# `ولرويترز`: and to Reuters.  Before the article `ل` takes the place of its `ا`: `للأناضول`.
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل", "وك")
_ARTICLE = "ال"
_MOST = 10_000


class Name(NamedTuple):
    """A name to look for, what it stands for, and what kind of name it is.  `exact` ones count only as written."""

    text: str
    key: str
    kind: str = ""
    exact: bool = False


class Found(NamedTuple):
    """A name in a text, from `start` to `end`."""

    start: int
    end: int
    name: Name


class _Around(NamedTuple):
    """A name by what stands before and behind its rarest word; `clitic` letters of the word are not the name's."""

    name: Name
    before: str
    behind: str
    clitic: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """The names to look for; frozen, picklable."""

    _by_word: Mapping[str, tuple[_Around, ...]] = field(repr=False)
    _unspaced: Mapping[str, tuple[Name, ...]] = field(repr=False)
    _listed: str = field(repr=False, compare=False)  # the unspaced ones, a line each: a text's hash is kept

    @classmethod
    def of(cls, names: Collection[Name]) -> Names:
        """The names; of two that are written alike the first of a kind counts."""
        spaced = [name for name in names if not _UNSPACED.match(name.text)]
        unspaced: dict[str, tuple[Name, ...]] = {}
        for name in names:
            if _UNSPACED.match(name.text):
                unspaced[name.text] = (*unspaced.get(name.text, ()), name)
        return cls(_by_word(spaced), unspaced, "\n".join(unspaced))

    def find(self, text: str, kinds: Collection[str] = ("",)) -> Iterator[Found]:
        """The names of these kinds in a text, in order; of two that overlap the first and longer."""
        found = [one for one in (*self._spaced(text), *self._in_signs(text)) if one.name.kind in kinds]
        found.sort(key=lambda one: (one.start, -one.end))
        end = 0
        for one in found:
            if one.start >= end:
                yield one
                end = one.end

    def _spaced(self, text: str) -> Iterator[Found]:
        words = self._by_word.keys() & set(_WORD.findall(text))
        small = _small(text) if words else ""
        for word in words:
            for at in _places(word, text):
                yield from _at(at, at + len(word), text, small, self._by_word[word])

    def _in_signs(self, text: str) -> Iterator[Found]:
        if self._unspaced and not text.isascii() and _UNSPACED.search(text):
            for found in _signs(self._listed).finditer(text):
                yield from (Found(found.start(), found.end(), name) for name in self._unspaced[found.group()])


def _at(start: int, end: int, text: str, small: str, names: Iterable[_Around]) -> Iterator[Found]:
    """The names that stand around a word of the text."""
    for name, before, behind, clitic in names:
        where = text if name.exact else small
        first, last = start - len(before), end + len(behind)
        stands = first >= 0 and where.startswith(behind, end) and where.endswith(before, first, start)
        if stands and not _joins(text, last - 1, last) and _begins(text, first):
            yield Found(first + clitic, last, name)


def _places(word: str, text: str) -> Iterator[int]:
    """Where the word stands in the text, for itself."""
    at, length = text.find(word), len(word)
    for _ in range(_MOST):
        if at < 0:
            return
        if not (_joins(text, at - 1, at) or _joins(text, at + length - 1, at + length)):
            yield at
        at = text.find(word, at + length)


def _begins(text: str, first: int) -> bool:
    """Whether a word begins here, if need be behind what Arabic puts before it."""
    if not _joins(text, first - 1, first):
        return True
    return any(
        text.endswith(clitic, 0, first) and not _joins(text, first - len(clitic) - 1, first) for clitic in _CLITICS[1:]
    )


def _joins(text: str, left: int, right: int) -> bool:
    """Whether the characters of two neighbouring positions are of one word."""
    if left < 0 or right >= len(text):
        return False
    return _is_letter(text[left]) and _is_letter(text[right])


def _is_letter(sign: str) -> bool:
    """Whether it is of a script with spaces between words: `据AP报道` has three words."""
    return sign < "\u1100" and sign.isalnum()


def _small(text: str) -> str:
    """In small letters, each in its place: Python makes two of `İ`."""
    return text.replace("İ", "I").lower()


def _by_word(names: Collection[Name]) -> dict[str, tuple[_Around, ...]]:
    """The names by the forms of their rarest word that may stand in a text."""
    words = {name: _WORD.findall(name.text) for name in names}
    often = Counter(word.lower() for told in words.values() for word in told)
    found: dict[str, list[_Around]] = {}
    for name in names:
        if words[name]:
            word = min(words[name], key=lambda word: _commonness(word, often))
            before, _, behind = name.text.partition(word) if name.exact else _small(name.text).partition(_small(word))
            for form, clitic in _forms(name, word, alone=not before, last=not behind):
                found.setdefault(form, []).append(_Around(name, before, behind, clitic))
    return {word: tuple(told) for word, told in found.items()}


def _commonness(word: str, often: Mapping[str, int]) -> tuple[bool, int, int]:
    """How little it says that the word stands in a text: small words are everywhere, so are those of many names."""
    return word[0].islower() or word[0].isdigit(), often[word.lower()] + 3 * max(0, 4 - len(word)), -len(word)


def _forms(name: Name, word: str, *, alone: bool, last: bool) -> Iterator[tuple[str, int]]:
    """The forms of a name's word that may stand in a text, in its cases and with what Russian puts behind the last and
    Arabic before the first, and how many letters the latter are."""
    if _ARABIC.match(word):
        yield from _with_clitics(word) if alone else ((word, 0),)
        return
    cases = (word,) if name.exact else dict.fromkeys((word, word.capitalize(), word.upper()))
    inflected = last and _CYRILLIC.fullmatch(word) is not None
    for case in cases:
        yield from ((form, 0) for form in (_inflected(case) if inflected else (case,)))


def _with_clitics(word: str) -> Iterator[tuple[str, int]]:
    yield from ((clitic + word, len(clitic)) for clitic in _CLITICS)
    if word.startswith(_ARTICLE):
        yield from ((clitic + "لل" + word[2:], len(clitic) + 1) for clitic in ("", "و", "ف"))


def _inflected(word: str) -> Iterator[str]:
    shout = word.isupper() and len(word) > 5
    stem = word[:-1] if len(word) > 4 and word[-1].lower() in _VOWELS else word
    yield from dict.fromkeys((word, *(stem + (ending.upper() if shout else ending) for ending in _ENDINGS)))


@lru_cache(maxsize=8)
def _signs(names: str) -> re.Pattern[str]:
    """The expression of all names in signs; made by the first text that has some, as it takes 20 ms."""
    return re.compile(_trie(names.split("\n")) + _SIGNS_END)


def _trie(words: Iterable[str]) -> str:
    """An expression of shared prefixes: hundreds of names are tried in one walk, not one after another."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    options = [re.escape(letter) + _branch(rest) for letter, rest in sorted(node.items(), reverse=True) if letter]
    if not options:
        return ""
    joined = f"(?:{'|'.join(options)})"
    return f"{joined}?" if "" in node else joined
