"""Articles about one event: what they are compared by, and how likely two of them tell the same.

Two articles in one language are compared by their words: rare ones count more, those of the headline and the names
more than others.  Across languages only what is written alike everywhere is compared: numbers, and places by their
number in the register.  How rare a word is, is counted in the store, on top of what is common in any news
(`common.json`); what the evidence counts is learnt (`stories.json`, `python -m tests.benchmarks.learning.stories`).
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.shingles import SIGNS, WORD, folded

WEIGHTS, COMMON = Path(__file__).with_name("stories.json"), Path(__file__).with_name("common.json")
# An event is told for days; across languages, where less can be compared, for two.
WINDOW, FOREIGN_WINDOW = timedelta(days=14), timedelta(days=2)
STEM = 6  # letters: what is behind them is mostly inflection
BODY_CHARACTERS, BODY_TERMS = 2000, 300
TITLE_COUNTS = 3
MOST_TERMS, KEPT_TERMS, MOST_MARKS = 128, 64, 24
KEYS, MARK_KEYS = 16, 6
SHARPNESS = 1.3  # the power of rarity in a weight
PRIOR = 500.0  # articles that `common.json` stands for
# Kinds of terms, as bits: printed in the headline, a name, written alike in every language.
TITLE, NAME, MARK = 1, 2, 4
# What an equal number or place counts; what is printed every day counts less.
LARGE, SMALL, CITY, COUNTRY = 2.0, 1.4, 1.2, 0.8
NEEDED, STEEP = 1.75, 3.0
# So many of the closest articles of a story speak for it.
CLOSEST = 3

# A capital that does not begin a sentence.
_CAPITALS = re.compile(r"(?<![.!?\n\"“„«] )(?<![\n\"“„«(])(?<!^)\b[^\W\d_a-zа-яё][\w’'-]{1,40}")
_DAYS = re.compile(r"\d{1,2}\s?[日일]|\b\d{1,2}\s(?=[^\W\d_]{3,10}\b)|(?<=[^\W\d_]\s)\d{1,2}\b(?!\s?[%.,]\d)")
_MONTH = re.compile(
    r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)", re.I
)
_NUMBER = re.compile(r"\d{1,3}(?:[,\u00a0 ]\d{3}){1,4}(?!\d)|\d{1,12}(?:[.,・]\d{1,4})?")
_UNITS = (
    (re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s?(?:тыс|thousand)"), 1e3),
    (re.compile(r"(\d{1,4})천(?!\d)"), 1e3),
    (re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s?[万萬만]"), 1e4),
    (re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s?(?:млн|million|mln|millones|millions)"), 1e6),
    (re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s?[億亿억]"), 1e8),
    (re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s?(?:млрд|billion|bln)"), 1e9),
)
_THOUSANDS = re.compile(r"(\d{1,3})천(\d{1,3})")

_TERM = np.dtype([("hash", "<u4"), ("count", "<f2"), ("kind", "u1")])
_WEIGHED = np.dtype([("hash", "<u4"), ("weight", "<f2"), ("idf", "<f2"), ("kind", "u1")])


@dataclass(frozen=True)
class Profile:
    """An article as events are compared.  `terms` are rows of hash, weight, idf and kind, the weightiest first."""

    id: int
    at: datetime
    language: str | None
    terms: NDArray[np.void]

    @cached_property
    def words(self) -> dict[int, float]:
        """All words with their weights, as a vector of length 1."""
        return self._vector(0, "weight")

    @cached_property
    def names(self) -> dict[int, float]:
        """The names among them, as a vector of length 1."""
        return self._vector(NAME, "weight")

    @cached_property
    def title(self) -> dict[int, float]:
        """The words of the headline by their rarity, as a vector of length 1."""
        return self._vector(TITLE, "idf")

    @cached_property
    def marks(self) -> dict[int, float]:
        """What is written alike in every language, with its weights."""
        chosen = self.terms[_of_kind(self.terms, MARK)]
        return dict(zip(chosen["hash"].tolist(), chosen["weight"].tolist(), strict=True))

    def _vector(self, kind: int, field: str) -> dict[int, float]:
        chosen = self.terms[_of_kind(self.terms, kind)]
        values = chosen[field].astype(float)
        length = math.sqrt(float(values @ values)) or 1.0
        return dict(zip(chosen["hash"].tolist(), (values / length).tolist(), strict=True))


def terms(headline: str, body: str, places: Iterable[tuple[str, bool]]) -> bytes:
    """The terms of an article, packed; `places` are ids of the register, and whether each is a country."""
    body = body[:BODY_CHARACTERS]
    title = list(_stems(headline))
    counts = Counter(_stems(body))
    names = {stem for name in (*_CAPITALS.findall(body), *_capitalised(headline, counts)) for stem in _stems(name)}
    whole = counts + Counter(dict.fromkeys(title, TITLE_COUNTS))
    kinds = {stem: TITLE * (stem in title) | NAME * (stem in names) for stem in whole}
    chosen = sorted(whole, key=lambda stem: (not kinds[stem] & TITLE, -whole[stem], stem))[:MOST_TERMS]
    rows = [(_hash(f"w:{stem}"), 1 + math.log(whole[stem]), kinds[stem]) for stem in chosen]
    marks = sorted({**_number_marks(f"{headline}\n{body}"), **_place_marks(places)}.items(), key=lambda one: -one[1])
    rows += [(_hash(mark), value, MARK) for mark, value in marks[:MOST_MARKS]]
    return np.array(rows, _TERM).tobytes()


def hashes(packed: bytes) -> list[int]:
    """What is to be counted of an article's terms."""
    found: list[int] = np.frombuffer(packed, _TERM)["hash"].tolist()
    return found


def weighed(packed: bytes, counted: Mapping[int, int], articles: int) -> bytes:
    """The terms with their weights, packed, by how many of so many articles have each."""
    found = np.frombuffer(packed, _TERM)
    if not len(found):
        return b""
    common = _common()
    rarity = np.array(
        [
            math.log((articles + PRIOR + 1) / (counted.get(one, 0) + PRIOR * common.get(one, 0.0) + 0.5))
            for one in found["hash"].tolist()
        ]
    ).clip(0.05)
    is_mark = (found["kind"] & MARK) > 0
    scale = rarity / math.log((articles + PRIOR + 1) / 1.5)
    weight = found["count"] * np.where(is_mark, scale.clip(0, 1), rarity**SHARPNESS)
    rows = np.zeros(len(found), _WEIGHED)
    rows["hash"], rows["kind"], rows["idf"], rows["weight"] = found["hash"], found["kind"], rarity, weight
    words = rows[~is_mark]
    title = words["kind"] & TITLE > 0
    order = np.argsort(-(words["weight"] + 1000.0 * title), kind="stable")
    kept = words[order][:KEPT_TERMS]
    return np.concatenate([kept[np.argsort(-kept["weight"], kind="stable")], rows[is_mark]]).tobytes()


def profile(number: int, at: datetime, language: str | None, packed: bytes) -> Profile:
    """A profile out of what `weighed` packed."""
    return Profile(number, at, (language or "").split("-")[0].lower() or None, np.frombuffer(packed, _WEIGHED))


def story_keys(one: Profile) -> list[int]:
    """What articles on the same event share for the most part: the weightiest words and marks."""
    words = one.terms[_of_kind(one.terms, 0)]["hash"].tolist()[:KEYS]
    marks = one.terms[_of_kind(one.terms, MARK)]
    order = np.argsort(-marks["weight"], kind="stable")[:MARK_KEYS]
    return [*words, *marks[order]["hash"].tolist()]


def likeness(one: Profile, other: Profile) -> float | None:
    """How likely two articles tell of one event, more likely than not above 0; None if they can't be compared."""
    if one.language and one.language == other.language:
        weights = _weights()
        seen = evidence(one, other)
        return weights["base"] + sum(weights[name] * value for name, value in seen.items())
    if abs(one.at - other.at) > FOREIGN_WINDOW:
        return None
    common = sum(min(weight, one.marks[mark]) for mark, weight in other.marks.items() if mark in one.marks)
    return (common - NEEDED) * STEEP


def evidence(one: Profile, other: Profile) -> dict[str, float]:
    """What speaks for one event, in articles of one language."""
    words, names = _cosine(one.words, other.words), _cosine(one.names, other.names)
    told = headline_told(one, other), headline_told(other, one)
    return {
        "words": words,
        "words, root": math.sqrt(max(words, 0.0)),
        "names": names,
        "headlines": _cosine(one.title, other.title),
        "headline told": max(told),
        "words and names": words * names,
    }


def headline_told(one: Profile, other: Profile) -> float:
    """Which part of an article's headline is in another one, rare words counting more."""
    return sum(value * value for term, value in one.title.items() if term in other.words)


def story_score(likenesses: Sequence[float]) -> float:
    """How well an article fits a story, by its likeness to the articles of it; above 0 it belongs to it."""
    closest = sorted(likenesses, reverse=True)[:CLOSEST]
    return sum(closest) / len(closest)


def _stems(text: str) -> Iterator[str]:
    """The words of a text by their beginnings; of signs each two that stand together."""
    for word in WORD.findall(folded(text))[:BODY_TERMS]:
        if SIGNS.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) > 1 and not word.isdigit():
            yield word[:STEM]


def _capitalised(headline: str, counts: Mapping[str, int]) -> Iterator[str]:
    """Words with a capital in the headline, if the text has them too: many headlines capitalise every word."""
    for word in re.findall(r"\b[^\W\d_a-zа-яё]\w{1,40}", headline):
        if folded(word)[:STEM] in counts:
            yield word


def _number_marks(text: str) -> dict[str, float]:
    """The numbers of a text, whatever they are written like, without the days of months."""
    text = _DAYS.sub(_without_day, folded(text))
    found = {float(thousands) * 1000 + float(rest) for thousands, rest in _THOUSANDS.findall(text)}
    for pattern, unit in _UNITS:
        found.update(float(number.replace(",", ".")) * unit for number in pattern.findall(text))
    found.update(map(_value, _NUMBER.findall(text)))
    is_year = {float(year) for year in range(1900, 2100)}
    return {
        f"n:{round(value, 4):g}": LARGE if value >= 100 or value != int(value) else SMALL
        for value in found - is_year
        if value >= 10 or value != int(value)
    }


def _without_day(found: re.Match[str]) -> str:
    """Nothing in place of a day (`3日`, `7 июля`, `july 7`); any other number stays."""
    whole = found.group()
    around = found.string[max(0, found.start() - 12) : found.start()].split()[-1:]
    behind = found.string[found.end() : found.end() + 4]
    is_day = whole[-1] in "日일" or _MONTH.match(behind) or (around and _MONTH.match(around[0]))
    return " " if is_day else whole


def _value(number: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[,\u00a0 ]\d{3})+", number):
        return float(re.sub(r"\D", "", number))
    return float(number.replace(",", ".").replace("・", "."))


def _place_marks(places: Iterable[tuple[str, bool]]) -> dict[str, float]:
    return {f"p:{place}": COUNTRY if is_country else CITY for place, is_country in places}


def _of_kind(rows: NDArray[np.void], kind: int) -> NDArray[np.bool_]:
    chosen: NDArray[np.bool_] = (rows["kind"] & kind) > 0 if kind else (rows["kind"] & MARK) == 0
    return chosen


def _cosine(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(value * large[term] for term, value in small.items() if term in large)


def _hash(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


@cache
def _weights() -> Mapping[str, float]:
    loaded: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded


@cache
def _common() -> Mapping[int, float]:
    """In which part of all news articles a common word is, by its hash."""
    loaded: dict[str, float] = json.loads(COMMON.read_text(encoding="utf-8"))
    return {_hash(f"w:{stem}"): part for stem, part in loaded.items()}
