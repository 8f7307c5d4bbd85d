"""Learn what makes two texts one: `python -m tests.benchmarks.learning.copies [--write]`.

Learns from the labelled set in `$NEWSWIRE_SHARED/bench/dedup`, without its times.  Prints how well clusters are found
by weights that saw none of their pairs (five folds over clusters), each article joined as `pipeline.dedup.link` does;
with `--write` learns from all pairs and writes `pipeline/dedup/copies.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors import load
from pipeline.dedup import compare, link
from pipeline.dedup.compare import Text
from pipeline.dedup.shingles import sketch
from pipeline.digest import Observed, Room
from pipeline.imports import Line, read
from pipeline.normalise.registers import Registers
from pipeline.settings import Settings, load_registers
from tests.benchmarks.extraction.sets import benches

FOLDS = 5
SKETCH = 16
LEAST_COMMON = 2  # hashes of two sketches
SURE = math.log(link.SURE / (1 - link.SURE))
MANY = 40  # articles under one headline are no news of each other
STRENGTH = 1.0  # of the regularisation, in standard deviations
ROUNDS = 40
WITHIN, APART = 1.0, 6.0  # days
ALIKE = 0.35  # contained
NOW = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
Table = NDArray[np.float64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """An article of the labelled set, as it is stored."""

    text: Text
    cluster: str
    kind: str
    day: float
    dated: date | None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning.copies", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all pairs and write the weights")
    asked = parser.parse_args()
    examples = load_examples()
    found = {pair: seen for pair in pairs(examples) if (seen := _seen(examples, pair)) is not None}
    names = sorted(next(iter(found.values())))
    table = np.array([[seen[name] for name in names] for seen in found.values()])
    right = np.array([examples[one].cluster == examples[other].cluster for one, other in found], dtype=float)
    days = [(examples[one].dated, examples[other].dated) for one, other in found]
    # The days are no evidence to learn: by them the look-alikes of the set were chosen.
    apart = np.array([link.APART * link.days_apart(*two) for two in days])
    together = apart == 0
    tell(
        "unseen clusters", examples, dict(zip(found, folded(examples, list(found), table, right) - apart, strict=True))
    )
    weights = fitted(table[together], right[together])
    tell("all pairs", examples, dict(zip(found, table @ weights[:-1] + weights[-1] - apart, strict=True)))
    if asked.write:
        model = {name: round(float(weight), 3) for name, weight in zip([*names, "base"], weights, strict=True)}
        compare.WEIGHTS.write_text(json.dumps(model, indent=0) + "\n", encoding="utf-8")
    return 0


def load_examples() -> list[Example]:
    """The labelled articles, as `newswire import` reads them."""
    registers = Registers.from_data(load_registers(Settings()))
    room = Room({}, {}, registers, load)
    truth = [json.loads(line) for line in (benches().parent / "dedup" / "dev.jsonl").open(encoding="utf-8")]
    lines = [Line(number, json.dumps(as_record(one)).encode()) for number, one in enumerate(truth)]
    examples = []
    for one, observed in zip(truth, read(room, lines, NOW), strict=True):
        assert isinstance(observed, Observed)
        day = datetime.fromisoformat(one["published"]).timestamp() / 86400
        text = Text(observed.article.headline, observed.article.body)
        dated = observed.article.dateline.date if observed.article.dateline else None
        examples.append(Example(text, one["dup_cluster"], one["kind"], day, dated))
    return examples


def as_record(one: Mapping[str, Any], *, clock: bool = False) -> dict[str, Any]:
    """A line of the set as a record to import."""
    record = {"source": one["source"], "headline": one["title"], "body": one["text"], "language": one["lang"]}
    record |= {"guid": one["id"], "url": one["url"]}
    return {**record, "published_at": one["published"]} if clock else record


def pairs(examples: Sequence[Example]) -> list[Pair]:
    """Those that share a headline or two hashes of their sketches: what the store would compare."""
    common: Counter[Pair] = Counter()
    by_hash: dict[int, list[int]] = defaultdict(list)
    by_title: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(examples):
        by_title[one.text.title].append(number)
        for value in sketch(one.text.words, SKETCH):
            common.update((earlier, number) for earlier in by_hash[value])
            by_hash[value].append(number)
    found = {pair for pair, count in common.items() if count >= LEAST_COMMON}
    for same in by_title.values():
        found.update(combinations(same, 2) if len(same) <= MANY else ())
    return sorted(found)


def _seen(examples: Sequence[Example], pair: Pair) -> dict[str, float] | None:
    one, other = (examples[at].text for at in pair)
    return None if compare.compare(one, other) is None else compare.evidence(one, other)


def folded(examples: Sequence[Example], found: Sequence[Pair], table: Table, right: Table) -> Table:
    """The score of each pair by weights that were learnt from the other folds."""
    fold = np.array([zlib.crc32(min(examples[at].cluster for at in pair).encode()) % FOLDS for pair in found])
    scores = np.zeros(len(right))
    for out in range(FOLDS):
        weights = fitted(table[fold != out], right[fold != out])
        scores[fold == out] = table[fold == out] @ weights[:-1] + weights[-1]
    return scores


def fitted(table: Table, right: Table) -> Table:
    """The weights of a logistic regression, the base last."""
    middle, spread = table.mean(0), table.std(0) + 1e-9
    seen = np.c_[(table - middle) / spread, np.ones(len(table))]
    strength = STRENGTH * np.r_[np.ones(table.shape[1]), 0.0]
    weights = np.zeros(seen.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (chance - right) + strength * weights
        bend = (seen * (chance * (1 - chance))[:, None]).T @ seen + np.diag(strength + 1e-9)
        weights = weights - np.linalg.solve(bend, slope)
    scaled = weights[:-1] / spread
    return np.append(scaled, weights[-1] - scaled @ middle)


def tell(title: str, examples: Sequence[Example], scores: Mapping[Pair, float]) -> None:
    """Print what clusters come of these scores: of all, of resends under one headline, and of look-alikes."""
    for least in (0.0, compare.ENOUGH, 1.0):
        roots = joined(len(examples), scores, least)
        precision, recall = agreement([one.cluster for one in examples], roots)
        f1 = 2 * precision * recall / (precision + recall)
        resent, alike = (_joined_part(roots, some) for some in _checks(examples, scores))
        print(
            f"{title:16} at {least}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}"
            f"   resends joined {resent}   look-alikes joined {alike}"
        )


def joined(count: int, scores: Mapping[Pair, float], least: float) -> list[int]:
    """Each article's cluster, when each joins its sure matches before it, or else the best."""
    before: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (one, other), score in scores.items():
        if score > least:
            before[other].append((score, one))
    roots = list(range(count))
    for number, matches in before.items():
        for score, one in matches:
            if score >= SURE or (score, one) == max(matches):
                _join(roots, one, number)
    return [_root(roots, number) for number in range(count)]


def _join(roots: list[int], one: int, other: int) -> None:
    one, other = _root(roots, one), _root(roots, other)
    roots[max(one, other)] = min(one, other)


def _root(roots: Sequence[int], number: int) -> int:
    while roots[number] != number:
        number = roots[number]
    return number


def agreement(truth: Sequence[str], roots: Sequence[int]) -> tuple[float, float]:
    """Precision and recall of pairs."""
    both = _pairs_in(Counter(zip(truth, roots, strict=True)).values())
    return both / _pairs_in(Counter(roots).values()), both / _pairs_in(Counter(truth).values())


def _pairs_in(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _checks(examples: Sequence[Example], scores: Mapping[Pair, float]) -> tuple[list[Pair], list[Pair]]:
    """Pairs whose labels no text measure made: the same rare headline within a day, and alike but a week apart."""
    titles = Counter(one.text.title for one in examples)
    resent, alike = [], []
    for pair in pairs(examples):
        one, other = (examples[at] for at in pair)
        if not (one.kind.startswith("natural-reuters") and other.kind.startswith("natural-reuters")):
            continue
        apart, is_same = abs(one.day - other.day), one.text.title == other.text.title
        if is_same and apart <= WITHIN and titles[one.text.title] <= 3:
            resent.append(pair)
        elif apart > APART and (compare.evidence(one.text, other.text) or {}).get("contained", 0) >= ALIKE:
            alike.append(pair)
    return resent, alike


def _joined_part(roots: Sequence[int], some: Sequence[Pair]) -> str:
    hit = sum(roots[one] == roots[other] for one, other in some)
    return f"{hit}/{len(some)} ({hit / max(1, len(some)):.3f})"


if __name__ == "__main__":
    sys.exit(main())
