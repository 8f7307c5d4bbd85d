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
from itertools import combinations
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
KEYS, PAIRED_MARKS = 14, 5
SHARPNESS = 1.3  # the power of rarity in a weight
PRIOR = 500.0  # articles that `common.json` stands for
# Kinds of terms, as bits: printed in the headline, a name, written alike in every language.
TITLE, NAME, MARK = 1, 2, 4
# What an equal number or place counts; what is printed every day counts less.
LAST_DAY = 31
LARGE, SMALL, CITY, COUNTRY = 2.0, 1.4, 1.2, 0.8
NEEDED, STEEP = 1.75, 3.0
# So many of the closest articles of a story speak for it.
CLOSEST = 3

# A capital that does not begin a sentence.
_CAPITALS = re.compile(r"(?<![.!?\n\"“„«] )(?<![\n\"“„«(])(?<!^)\b[^\W\d_a-zа-яё][\w’'-]{1,40}")
_CAPITALISED = re.compile(r"\b[^\W\d_a-zа-яё]\w{1,40}")
_NUMBER = re.compile(
    r"(?<!\d)(\d{1,3}(?:[,\u00a0 ]\d{3}){1,4}(?!\d)|\d{1,12}(?:[.,・]\d{1,4})?)"
    r"(\s?(?:тыс|thousand|млн|million|millones|mln|млрд|billion|bln|[天千천万萬만億亿억日일]))?"
)
_UNITS = {
    "тыс": 1e3, "thousand": 1e3, "千": 1e3, "천": 1e3, "万": 1e4, "萬": 1e4, "만": 1e4, "млн": 1e6, "million": 1e6,
    "millones": 1e6, "mln": 1e6, "億": 1e8, "亿": 1e8, "억": 1e8, "млрд": 1e9, "billion": 1e9, "bln": 1e9,
}  # fmt: skip
_GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0 ]\d{3})+")
_MONTH = re.compile(
    r"\s?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)"
)
_MONTH_BEFORE = re.compile(_MONTH.pattern + r"[а-яa-z]{0,6}\.?\s?$")

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
    title, counts = list(_stems(headline)), Counter(_stems(body))
    in_headline = (name.casefold()[:STEM] for name in _CAPITALISED.findall(headline))
    # Many headlines capitalise every word: names are those that the text has too.
    names = {name.casefold()[:STEM] for name in _CAPITALS.findall(body)} | counts.keys() & set(in_headline)
    whole = counts + Counter(dict.fromkeys(title, TITLE_COUNTS))
    in_title = set(title)
    kinds = {stem: TITLE * (stem in in_title) | NAME * (stem in names) for stem in whole}
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
    seen = [counted.get(one, 0) + PRIOR * common.get(one, 0.0) for one in found["hash"].tolist()]
    rarity = np.log((articles + PRIOR + 1) / (np.array(seen) + 0.5)).clip(0.05)
    is_mark = (found["kind"] & MARK) > 0
    scale = rarity / math.log((articles + PRIOR + 1) / 1.5)
    weight = found["count"] * np.where(is_mark, np.sqrt(scale.clip(0, 1)), rarity**SHARPNESS)
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
    """What articles on the same event share for the most part: weighty words, and marks that stand together."""
    words: list[int] = one.terms[_of_kind(one.terms, 0)]["hash"].tolist()[:KEYS]
    return [*words, *paired_keys(one)]


def paired_keys(one: Profile) -> list[int]:
    """A key for each two of the weightiest marks: one alone (`Seoul`, `37`) is in the news of any day."""
    marks = sorted(one.marks, key=lambda mark: (-one.marks[mark], mark))[:PAIRED_MARKS]
    return [_hash(f"{min(two)} {max(two)}") for two in combinations(marks, 2)]


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


def _number_marks(text: str) -> dict[str, float]:
    """The numbers of a text, whatever they are written like, without the days of months."""
    text = folded(text)
    found: set[float] = set()
    end, thousands = -1, 0.0
    for match in _NUMBER.finditer(text):
        number, unit = match[1], (match[2] or "").strip()
        if unit in ("日", "일") or (number.isdigit() and int(number) <= LAST_DAY and _is_day(text, match)):
            continue
        value = _value(number) * _UNITS.get(unit, 1.0)
        if unit == "천":
            end, thousands = match.end(), value
        elif match.start() == end:  # `7천400`
            value += thousands
        found.add(value)
    return {
        f"n:{round(value, 4):g}": LARGE if value >= 100 or value != int(value) else SMALL
        for value in found
        if (value >= 10 or value != int(value)) and not 1900 <= value < 2100
    }


def _is_day(text: str, number: re.Match[str]) -> bool:
    """Whether a number is the day of a month: `7 июля`, `july 7`."""
    if _MONTH.match(text, number.end(1), number.end(1) + 8):
        return True
    return bool(_MONTH_BEFORE.search(text, max(0, number.start() - 14), number.start()))


def _value(number: str) -> float:
    if _GROUPED.fullmatch(number):
        return float("".join(filter(str.isdigit, number)))
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
