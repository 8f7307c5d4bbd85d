"""Articles about one event: what they are compared by, and how likely two of them tell the same.

Two articles in one language are compared by the words of their headlines and first paragraphs: rare ones count more,
and those of the headline most.  Across languages only what is written alike everywhere is compared: numbers, and places
by their number in the register.  How rare a word is, is counted in the store, on top of how often it is in any news
(`common.tsv`, `python -m tests.benchmarks.learning.words`); how alike is enough is learnt (`stories.json`,
`python -m tests.benchmarks.learning.stories`).

All articles that one is compared with are compared at once: their terms lie in one array.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property, lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.shingles import SIGNS, WORD, folded

WEIGHTS, COMMON = Path(__file__).with_name("stories.json"), Path(__file__).with_name("common.tsv")
# An event is told for days; across languages, where less can be compared, for two.
TOLD_FOR, FOREIGN_WINDOW = timedelta(days=14), timedelta(days=2)
# Others come back to it for months: each time that it took twice as long costs so much of the likeness (log odds).
# What one source tells later is mostly the next of a series (monthly figures, polls, matches); under the same headline
# it is another event whoever tells it: `N. Korea fires ballistic missile` recurs.
WINDOW, LATE, LATE_OWN, RECURS = timedelta(days=180), 0.5, 5.0, 100.0
SAME_HEADLINE = 0.8
STEM = 6  # letters: what is behind them is mostly inflection
# What an event is, is told first: with 2,000 characters, background makes any two articles on one country alike.
WORD_CHARACTERS, WORD_TERMS, MARK_CHARACTERS = 1000, 180, 2000
TITLE_COUNTS = 5
MOST_TERMS, KEPT_TERMS, MOST_MARKS = 128, 64, 24
ANY_STORY = 0.2  # the part of all articles that has a word
USUAL = 0.05  # a word of such a part of all articles is so in any store: it need not be counted
KEYS, PAIRED_MARKS = 14, 5
SHARPNESS = 1.3  # the power of rarity in a weight
# How many articles `common.tsv` stands for: a young store knows little of what is rare.  Of marks it knows nothing.
PRIOR, MARK_PRIOR = 20_000.0, 500.0
# Kinds of terms, as bits: printed in the headline, written alike in every language.
TITLE, MARK = 1, 4
# What an equal number or place counts; what is printed every day counts less.
LAST_DAY = 31
LARGE, SMALL, CITY, COUNTRY = 2.0, 1.4, 1.2, 0.8
NEEDED, STEEP = 1.75, 3.0
WORDS_KNOWN = 1 << 15  # words whose hashes are kept at hand
# So many of the closest articles of a story speak for it.
CLOSEST = 8

_NUMBER = re.compile(
    r"(\d{1,3}(?:[,\u00a0 ]\d{3}){1,4}(?!\d)|\d{1,12}(?:[.,・]\d{1,4})?)"
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

_TERM = np.dtype([("hash", "<u4"), ("part", "<f4"), ("count", "<f2"), ("kind", "u1")])
PROFILE = np.dtype([("hash", "<u4"), ("word", "<f2"), ("title", "<f2"), ("mark", "<f2")])


@dataclass(frozen=True)
class Profile:
    """An article as events are compared.

    `packed` are rows of a hash and what it counts as a word, in the headline, and as a mark: the words, the weightiest
    first, then the marks.  Words and headline are vectors of length 1.
    """

    id: int
    at: datetime
    language: str | None
    packed: bytes
    source: str = ""

    @cached_property
    def rows(self) -> NDArray[np.void]:
        """The rows."""
        return np.frombuffer(self.packed, PROFILE)

    @cached_property
    def ordered(self) -> tuple[NDArray[np.uint32], list[NDArray[np.float32]]]:
        """The hashes, ascending, and what each counts: as a word, in the headline, and as a mark."""
        rows = self.rows[np.argsort(self.rows["hash"], kind="stable")]
        return rows["hash"], _vectors(rows)

    @cached_property
    def title(self) -> dict[int, float]:
        """The words of the headline by their rarity, as a vector of length 1."""
        return self._chosen("title")

    @cached_property
    def words(self) -> frozenset[int]:
        """All words."""
        return frozenset(self._chosen("word"))

    @cached_property
    def marks(self) -> dict[int, float]:
        """What is written alike in every language, with its weights."""
        return self._chosen("mark")

    def _chosen(self, kind: str) -> dict[int, float]:
        """The hashes that count as something, in the order of the rows, and how much."""
        chosen = self.rows[self.rows[kind] > 0]
        return dict(zip(chosen["hash"].tolist(), chosen[kind].tolist(), strict=True))


def terms(headline: str, body: str, places: Iterable[tuple[str, bool]]) -> bytes:
    """The terms of an article, packed; `places` are ids of the register, and whether each is a country."""
    in_title = dict.fromkeys(stems(headline), TITLE_COUNTS)
    whole = Counter(stems(body[:WORD_CHARACTERS]))
    whole.update(in_title)
    common, parts = _of_any_story(), _parts()
    told = sorted(
        (stem for stem in whole if stem not in common and stem not in in_title), key=lambda stem: -whole[stem]
    )
    chosen = [*in_title, *told][:MOST_TERMS]
    found = {**_number_marks(f"{headline}\n{body[:MARK_CHARACTERS]}"), **_place_marks(places)}
    marks = sorted(found.items(), key=lambda one: -one[1])[:MOST_MARKS]
    rows = np.empty(len(chosen) + len(marks), _TERM)
    rows["hash"] = [*map(_word_hash, chosen), *(_hash(mark) for mark, _ in marks)]
    rows["part"] = [*(parts.get(stem, 0.0) for stem in chosen), *(0.0 for _ in marks)]
    rows["count"] = [*(1 + math.log(whole[stem]) for stem in chosen), *(value for _, value in marks)]
    rows["kind"] = [*(TITLE * (stem in in_title) for stem in chosen), *(MARK for _ in marks)]
    return rows.tobytes()


def hashes(packed: bytes) -> list[int]:
    """What is to be counted of an article's terms: not the words that are common in any news."""
    rows = np.frombuffer(packed, _TERM)
    found: list[int] = rows["hash"][rows["part"] < USUAL].tolist()
    return found


def weighed(packed: bytes, counted: Mapping[int, int], articles: int) -> bytes:
    """The terms with their weights, packed, by how many of so many articles have each."""
    found = np.frombuffer(packed, _TERM)
    if not len(found):
        return b""
    is_mark = (found["kind"] & MARK) > 0
    prior = np.where(is_mark, MARK_PRIOR, PRIOR)
    rarity = np.log((articles + prior + 1) / (_seen(found, counted, articles) + 0.5)).clip(0.05)
    scale = rarity / np.log((articles + prior + 1) / 1.5)
    weight = found["count"] * np.where(is_mark, np.sqrt(scale.clip(0, 1)), rarity**SHARPNESS)
    in_title = ~is_mark & (found["kind"] & TITLE > 0)
    # Of the words those of the headline are kept first; what is kept is told by weight.
    words = np.flatnonzero(~is_mark)
    kept = words[np.argsort(-(weight + 1000.0 * in_title)[words], kind="stable")][:KEPT_TERMS]
    kept = kept[np.argsort(-weight[kept], kind="stable")]
    rows = np.zeros(len(kept) + np.count_nonzero(is_mark), PROFILE)
    rows["hash"] = np.concatenate([found["hash"][kept], found["hash"][is_mark]])
    rows["word"][: len(kept)] = _unit(weight[kept])
    rows["title"][: len(kept)] = _unit(rarity[kept] * in_title[kept])
    rows["mark"][len(kept) :] = weight[is_mark]
    return rows.tobytes()


def _seen(rows: NDArray[np.void], counted: Mapping[int, int], articles: int) -> NDArray[np.float64]:
    """In how many articles each is, those included that `common.tsv` stands for."""
    parts, get = rows["part"], counted.get
    counts = np.array([get(one, 0) for one in rows["hash"].tolist()])
    seen: NDArray[np.float64] = np.where(parts < USUAL, counts + PRIOR * parts, (articles + PRIOR) * parts)
    return seen


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vector at length 1."""
    return vector / (math.sqrt(float(vector @ vector)) or 1.0)


def profile(number: int, at: datetime, language: str | None, packed: bytes, source: str = "") -> Profile:
    """A profile out of what `weighed` packed."""
    return Profile(number, at, (language or "").split("-")[0].lower() or None, packed, source)


def story_keys(one: Profile) -> list[int]:
    """What articles on the same event share for the most part: weighty words, and marks that stand together."""
    words: list[int] = one.rows["hash"][:KEYS][one.rows["word"][:KEYS] > 0].tolist()
    return [*words, *paired_keys(one)]


def paired_keys(one: Profile) -> list[int]:
    """A key for each two of the weightiest marks: one alone (`Seoul`, `37`) is in the news of any day."""
    marks = sorted(one.marks, key=lambda mark: (-one.marks[mark], mark))[:PAIRED_MARKS]
    return [_hash(f"{min(two)} {max(two)}") for two in combinations(marks, 2)]


def likeness(one: Profile, other: Profile) -> float | None:
    """How likely two articles tell of one event, more likely than not above 0; None if they can't be compared."""
    return likenesses(one, [other])[0]


def likenesses(one: Profile, others: Sequence[Profile]) -> list[float | None]:
    """The same of an article and each of others."""
    if not others:
        return []
    weights, (words, headlines, marks) = _weights(), compared(one, others)
    inside = (weights["words"] * words + weights["base"]).tolist()
    across = ((marks - NEEDED) * STEEP).tolist()
    found: list[float | None] = []
    for other, alike, headline, foreign in zip(others, inside, headlines.tolist(), across, strict=True):
        apart = abs(one.at - other.at)
        if one.language and one.language == other.language:
            found.append(alike - _too_late(apart, headline, is_own=one.source == other.source))
        else:
            found.append(None if apart > FOREIGN_WINDOW else foreign)
    return found


def _too_late(apart: timedelta, headlines: float, *, is_own: bool) -> float:
    """What the time between two articles speaks against one event (log odds)."""
    if apart <= TOLD_FOR:
        return 0.0
    if headlines > SAME_HEADLINE:
        return RECURS
    return (LATE_OWN if is_own else LATE) * math.log2(apart / TOLD_FOR)


def compared(one: Profile, others: Sequence[Profile]) -> NDArray[np.float64]:
    """Three rows, of each other article: how alike the words are, 0 to 1 (the root of their cosine, of which the log
    odds are a line), how alike the headlines are (their cosine), and what the marks weigh that both have."""
    hashes, mine = one.ordered
    rows = np.frombuffer(b"".join(other.packed for other in others), PROFILE)
    many = len(others)
    if not len(hashes) or not len(rows):
        return np.zeros((3, many))
    owner = np.repeat(np.arange(many), [len(other.packed) // PROFILE.itemsize for other in others])
    place = np.searchsorted(hashes, rows["hash"])
    place[place == len(hashes)] = 0
    both = np.flatnonzero(hashes[place] == rows["hash"])
    ours, theirs, owner = [vector[place[both]] for vector in mine], _vectors(rows[both]), owner[both]
    words, headlines = (np.bincount(owner, ours[at] * theirs[at], many) for at in range(2))
    return np.array([np.sqrt(words), headlines, np.bincount(owner, np.minimum(ours[2], theirs[2]), many)])


def _vectors(rows: NDArray[np.void]) -> list[NDArray[np.float32]]:
    return [rows[kind].astype(np.float32) for kind in ("word", "title", "mark")]


def headline_told(one: Profile, other: Profile) -> float:
    """Which part of an article's headline is in another one, rare words counting more."""
    return sum(value * value for term, value in one.title.items() if term in other.words)


def story_score(likenesses: Sequence[float]) -> float:
    """How well an article fits a story, by its likeness to the articles of it; above 0 it belongs to it."""
    closest = sorted(likenesses, reverse=True)[:CLOSEST]
    return sum(closest) / len(closest)


def stems(text: str) -> list[str]:
    """The words of a text by their beginnings; of signs each two that stand together."""
    words = WORD.findall(folded(text))[:WORD_TERMS]
    if not SIGNS.search(text):
        return [word[:STEM] for word in words if len(word) > 1 and not word.isdigit()]
    found: list[str] = []
    for word in words:
        if SIGNS.search(word):
            found += (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) > 1 and not word.isdigit():
            found.append(word[:STEM])
    return found


def _number_marks(text: str) -> dict[str, float]:
    """The numbers of a text, whatever they are written like, without the days of months."""
    text = folded(text)
    found: set[float] = set()
    end, thousands = -1, 0.0
    for match in _NUMBER.finditer(text):
        if text[match.start() - 1 : match.start()].isdigit():  # the rest of a longer one
            continue
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


def _hash(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


@lru_cache(WORDS_KNOWN)
def _word_hash(stem: str) -> int:
    return _hash(f"w:{stem}")


@cache
def _weights() -> Mapping[str, float]:
    loaded: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded


@cache
def _of_any_story() -> frozenset[str]:
    """The words of any story: to count them takes time, and they weigh next to nothing."""
    return frozenset(stem for stem, part in _parts().items() if part >= ANY_STORY)


@cache
def _parts() -> Mapping[str, float]:
    """In which part of the articles of its language a word is."""
    lines = [line.split("\t") for line in COMMON.read_text(encoding="utf-8").splitlines()]
    articles = {line[0].removeprefix("# "): int(line[1]) for line in lines if len(line) == 2}
    found: dict[str, float] = {}
    for language, stem, count in (line for line in lines if len(line) == 3):
        found[stem] = max(found.get(stem, 0.0), int(count) / articles[language])
    return found
