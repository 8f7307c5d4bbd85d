"""The places that a running text names, by their number in the register, in any script.

A register knows names as they are listed; texts inflect them (`в Пхеньяне`), hang particles on (`평양에서`), and set
Chinese and Japanese ones without blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pipeline.normalise.places import Place, Places

TEXT, SIGNS = 2000, 600  # characters that are looked at
_WORDS = re.compile(r"[A-Za-z\u00c0-\u024f\u0400-\u04ff][A-Za-z\u00c0-\u024f\u0400-\u04ff’'-]*")
_HANGUL = re.compile(r"[\uac00-\ud7af]{2,20}")
_HAN = re.compile(r"[\u3400-\u9fff]{2,400}")
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]{2,20}")
_LONGEST = 7  # signs of a name
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
# `Пхеньяне` → Пхеньян, `Москвы` → Москва, `Казани` → Казань, `России` → Россия
_ENDINGS = ("", "а", "я", "ь", "й", "ы", "ия", "о")
_SHORTEST_STEM = 3


def places_in(text: str, places: Places) -> Iterator[Place]:
    """The places named in the beginning of a text, each as often as it is."""
    text = unicodedata.normalize("NFKC", text[:TEXT])
    yield from _spaced(_WORDS.findall(text), places)
    signs = text[:SIGNS]
    for run in _HANGUL.findall(signs):
        yield from _within(run, places, 1)
    for run in _KATAKANA.findall(signs):
        yield from filter(None, (places.folded(run),))
    for run in _HAN.findall(signs):
        yield from _within(run, places, len(run))


def _spaced(words: list[str], places: Places) -> Iterator[Place]:
    folded = [word.casefold() for word in words]
    at = 0
    while at < len(words):
        many = 1
        if words[at][0].isupper():
            found, many = _named(folded, at, places)
            if found:
                yield found
        at += many


def _named(words: list[str], at: int, places: Places) -> tuple[Place | None, int]:
    """The place whose name begins at a word, and of how many words it is; the longest: `United Arab Emirates`."""
    word = words[at]
    for many in range(places.most_words(word), 0, -1):
        if found := places.folded(" ".join(words[at : at + many])):
            return found, many
    return _inflected(word, places), 1


def _inflected(word: str, places: Places) -> Place | None:
    if not _CYRILLIC.match(word):
        return None
    for cut in (1, 2, 3):
        if len(word) - cut < _SHORTEST_STEM:
            return None
        for ending in _ENDINGS:
            if found := places.folded(word[:-cut] + ending):
                return found
    return None


def _within(run: str, places: Places, upto: int) -> Iterator[Place]:
    """The names that begin at the first so many signs, the longest first, none inside another."""
    at = 0
    while at < upto:
        for many in range(min(_LONGEST, len(run) - at), 1, -1):
            if found := places.folded(run[at : at + many]):
                yield found
                at += many - 1
                break
        at += 1
