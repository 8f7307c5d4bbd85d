"""Whether one text was made from another: trimmed, under another headline, dateline or credit, or written on.

What speaks for it and against it is measured in numbers, and learnt weights say what each counts (`copies.json`, made
by `python -m tests.benchmarks.learning.copies`).  How much of the shorter text stands in the longer counts most; but
that alone would join the reports of every day, which are one text with other numbers in it.  There the shared parts
are short and what stands between them is swapped one for one, while an editor leaves out whole sentences.  And a
roundup that holds a whole story is none of its copies: its headline is about something else.  The clock is no evidence
here; whoever asks looks only at articles of a few days.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from pipeline.dedup.shingles import SIGNS, SIGNS_EACH, WORD, Words, folded, words

WEIGHTS = Path(__file__).with_name("copies.json")
ENOUGH = 0.25  # log odds
LONG_RUN = 15  # words in a row that nobody writes by chance
SWAP = 8  # words: what is longer was written anew
LEAD_WORDS, LEAD_SIGNS = 80, 120
TELLING = 4  # letters: shorter words of a headline stand in any text
FEW_WORDS = 60
# A text of which the other is little more than half, under a headline that has nothing to do with it, holds more than
# this story.
RETOLD = 0.6
HALF, UNRELATED, OFF_TOPIC = 0.55, 0.2, 0.34
# Of two texts that are about as long neither holds more than the story: which has a word more says nothing.
EVEN = 0.85
_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_SHORT = "jan feb mar apr jun jul aug sep sept oct nov dec"
DATES = frozenset(f"{_MONTHS} {_DAYS} {_SHORT}".split())
DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Text:
    """An article as it is compared."""

    headline: str
    body: str

    @cached_property
    def words(self) -> Words:
        """The words of the body."""
        return words(self.body)

    @cached_property
    def title(self) -> str:
        """The headline, folded."""
        return folded(self.headline)

    @cached_property
    def title_terms(self) -> frozenset[str]:
        """All words of the headline."""
        return _terms(self.title)

    @cached_property
    def telling(self) -> frozenset[str]:
        """Those words of the headline that say what it is about."""
        return _telling(self.title_terms)

    @cached_property
    def terms(self) -> frozenset[str]:
        """All words of headline and body."""
        return _terms(folded(self.body)) | self.title_terms

    @cached_property
    def lead_terms(self) -> frozenset[str]:
        """The telling words of headline and beginning."""
        is_signs = self.words.each == SIGNS_EACH
        lead = self.words.all[: LEAD_SIGNS if is_signs else LEAD_WORDS]
        return _telling(_terms("".join(lead) if is_signs else " ".join(lead))) | self.telling

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers of the body."""
        return frozenset(word for word in self.words.all if word[0].isdigit())


@dataclass(frozen=True, slots=True)
class Match:
    """What two texts have in common: `evidence` by name, `score` in log odds that one was made from the other."""

    score: float
    evidence: Mapping[str, float]

    @property
    def chance(self) -> float:
        """0..1."""
        return 1 / (1 + math.exp(-self.score))


# A shared part: from and to in the one text, from and to in the other.
_Run = tuple[int, int, int, int]


def compare(one: Text, other: Text) -> Match | None:
    """How two articles match; None where nothing is shared, or one holds more than the story of the other."""
    seen = evidence(one, other)
    if seen is None or _is_roundup(seen) or _is_retold(one, other, seen):
        return None
    weights = _weights()
    return Match(sum(weights.get(name, 0.0) * value for name, value in seen.items()) + weights["base"], seen)


def evidence(one: Text, other: Text) -> dict[str, float] | None:
    """What speaks for and against two texts being one, by name; None where no shingle is shared."""
    if one.words.each != other.words.each:
        return None
    small, large = sorted((one, other), key=lambda text: (len(text.words.all), text.body, text.headline))
    shared, runs = _shared(small, large)
    if not runs:
        return None
    length, longer = len(small.words.all), len(large.words.all)
    contained = shared / min(len(small.words.distinct[0]), len(large.words.distinct[0]))
    long_runs = [run[1] - run[0] for run in runs]
    covered = min(1.0, sum(long_runs) / length)
    ratio = length / longer
    about, about_lead = _about(large, small)
    if ratio >= EVEN:
        about, about_lead = max((about, about_lead), _about(small, large))
    titles = len(one.telling & other.telling) / max(1, min(len(one.telling), len(other.telling)))
    swapped, numbers_swapped = _swaps(small, large, runs)
    return {
        "contained": contained,
        "covered": covered,
        "run": math.log(1 + sum(long_runs) / len(runs)),
        "runs": len(runs) / math.sqrt(length),
        "longest": max(long_runs) / length,
        "long": min(1.0, sum(run for run in long_runs if run >= LONG_RUN) / length),
        "swapped": min(swapped / math.sqrt(length), 2.0),
        "numbers swapped": min(numbers_swapped, 4),
        "numbers missing": _missing_numbers(one, other),
        "same headline": float(one.title == other.title),
        "headlines": titles,
        "about": about,
        "about lead": about_lead,
        "ratio": ratio,
        "balance": contained * ratio,
        "padded": (1 - ratio) * (1 - about),
        "padded lead": (1 - ratio) * (1 - about_lead),
        "padded headline": (1 - ratio) * (1 - titles),
        "length": math.log(1 + length),
        "short": (1 - contained) if length < FEW_WORDS else 0.0,
        "begins in it": runs[0][0] / length,
        "begins in other": min(run[2] for run in runs) / longer,
    }


def _about(large: Text, small: Text) -> tuple[float, float]:
    """Which part of one headline is in the other text, and in its beginning."""
    return _share(large.title_terms, small.terms), _share(large.telling, small.lead_terms)


def _is_roundup(seen: Mapping[str, float]) -> bool:
    is_padded = seen["covered"] * seen["ratio"] < HALF
    return is_padded and seen["headlines"] < UNRELATED and seen["about lead"] < OFF_TOPIC


def _is_retold(one: Text, other: Text, seen: Mapping[str, float]) -> bool:
    """Whether one is a brief on what the other told: two sentences say the same thing in much the same words, also
    where each desk wrote its own ("…, the Yonhap news agency reported citing the KCNA")."""
    length = min(len(one.words.all), len(other.words.all))
    return length < FEW_WORDS and seen["contained"] < RETOLD and not seen["same headline"]


def _shared(one: Text, other: Text) -> tuple[int, list[_Run]]:
    """How many different shingles are shared, and the parts they make, in the order of the first text."""
    each = min(one.words.each, len(one.words.all), len(other.words.all))
    (mine, places), (theirs, others) = one.words.distinct, other.words.distinct
    _, at, there = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    if not len(at):
        return 0, []
    begin, opposite = places[at], others[there]
    order = np.argsort(begin)
    begin, opposite = begin[order], opposite[order]
    breaks = np.flatnonzero((np.diff(begin) != 1) | (np.diff(opposite) != 1))
    firsts, lasts = np.r_[0, breaks + 1], np.r_[breaks, len(begin) - 1]
    runs = [
        (int(begin[first]), int(begin[last]) + each, int(opposite[first]), int(opposite[last]) + each)
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return len(at), runs


def _swaps(one: Text, other: Text, runs: list[_Run]) -> tuple[int, int]:
    """How often a few words between two shared parts stand for a few others, and how often numbers or dates do."""
    longest = SWAP * 2 if one.words.each == SIGNS_EACH else SWAP
    swapped = numbers = 0
    for (_, end, _, opposite_end), (begin, _, opposite, _) in pairwise(runs):
        gap, opposite_gap = begin - end, opposite - opposite_end
        if gap <= 0 or opposite_gap <= 0 or max(gap, opposite_gap) > longest:
            continue
        swapped += 1
        left, right = _dated(one.words.all[end:begin]), _dated(other.words.all[opposite_end:opposite])
        numbers += bool(left and right and not left & right)
    return swapped, numbers


def _dated(some: object) -> set[str]:
    assert isinstance(some, str | list)
    return {word for word in some if DIGIT.search(word) or word in DATES}


def _missing_numbers(one: Text, other: Text) -> float:
    """Which part of the numbers of the text that has fewer the other lacks; of one or two that says nothing."""
    fewer = min(len(one.numbers), len(other.numbers))
    return 1 - len(one.numbers & other.numbers) / fewer if fewer >= 3 else 0.0


def _terms(text: str) -> frozenset[str]:
    """The words of a folded text, signs by twos."""
    found: set[str] = set()
    for word in WORD.findall(text):
        if SIGNS.search(word):
            found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            found.add(word)
    return frozenset(found)


def _telling(terms: frozenset[str]) -> frozenset[str]:
    return frozenset(term for term in terms if len(term) >= TELLING or term[0].isdigit() or SIGNS.search(term))


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / max(1, len(wanted))


@cache
def _weights() -> Mapping[str, float]:
    loaded: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded
