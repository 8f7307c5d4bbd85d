"""Learn what speaks for a date: `python -m tests.benchmarks.learning.dates [--write]`; it needs scipy.

The day of publication is chosen among the days that a page names: a conditional logit over them and "none of them",
whose utility is `ENOUGH`.  Prints how many pages of sites that were kept out of the learning (five folds over domains)
are dated right and wrong, and with `--write` learns from all pages and writes `pipeline/extract/dates.json`.
Pages whose declared dates settle the matter take no part in the learning, but are counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.extract import dates, declared, printed
from pipeline.model import Dated
from pipeline.normalise import published, slashes
from pipeline.parse import dom
from pipeline.parse.encoding import decode
from tests.benchmarks.extraction.sets import Case, benches, load_scorer, load_sets
from tests.benchmarks.extraction.work import page_of
from tests.benchmarks.learning.__main__ import domain

FOLDS = 5
SETS = {"htmldate_eval": 2.0, "fundus_tests": 1.0, "trafilatura_eval": 1.0, "wcxb_article_dev": 0.5, "newspaper4k": 1.0}
STRENGTH = 0.002  # of the regularisation, to the square of a weight and a page
MIN_PAGES = 8
WEIGHTS = Path(dates.__file__).with_name("dates.json")
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a page names: what is said of it, each way of printing it, what agreement is worth, if it is right."""

    said: frozenset[str]
    printed: tuple[frozenset[str], ...]
    agreement: float
    right: bool


@dataclass(frozen=True, slots=True)
class Example:
    case: Case
    days: tuple[Day, ...]
    settled: bool | None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning.dates", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all pages and write the weights")
    asked = parser.parse_args()
    examples = read_examples()
    tell(examples, lambda kept: fitted([one for one in examples if fold(one) != kept]))
    if asked.write:
        weights = {name: round(weight, 3) for name, weight in fitted(examples).items()}
        WEIGHTS.write_text(json.dumps(weights, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return 0


def read_examples() -> list[Example]:
    days = load_scorer(benches() / "score.py").days  # type: ignore[attr-defined]
    cases = [case for set_ in load_sets(benches(), tuple(SETS)).values() for case in set_]
    return [_example(case, true) for case in cases if case.file and (true := days(case.truth.get("published")))]


def _example(case: Case, true: set[str]) -> Example:
    root = dom.parse_html(decode(page_of(case).body, None)[0])
    metas, things = declared._metas(root), list(declared._objects(root))
    article = declared._article(things, case.url)
    stated = [*dates.json_ld_dates(things, article), *dates.meta_dates(metas)]
    is_settled = dates.is_settled(stated, case.url)
    if not is_settled:
        stated += [*dates.marked_dates(root), *dates.address_dates(case.url, metas)]
        heading = declared.declared(root, case.url, is_dated=True).headline
        shown = [_named(one) for one in printed.printed_dates(root, heading)]
        if not shown and not any(dates.evidence_of(one.kind) == "page" for one in stated):
            stated += [*dates.hidden_dates(root), *dates.script_dates(root)]
    candidates = [*map(dates._dated, stated), *([] if is_settled else shown)]
    found = _days(candidates, slashes.told_of("UTC", None, declared._root_language(root), case.url), true)
    settled = any(day.right for day in found if day.said & dates.OF_PUBLICATION) if is_settled else None
    return Example(case, found, settled)


def _named(one: printed.Printed) -> Dated:
    return Dated("page", one.raw, "html", tuple((name, 0.0) for name in sorted(one.says)))


def _days(candidates: Sequence[Dated], month_first: bool | None, true: set[str]) -> tuple[Day, ...]:
    now = datetime.now(UTC)
    read = slashes.reader((one.raw for one in candidates), UTC_ZONE, now, now, month_first=month_first)
    days = defaultdict(list)
    for one in published.told_of(candidates, read):
        days[one.time.day].append(one)
    found = []
    for day, told in days.items():
        of = [one.dated for one in told] + [one for one in candidates if published.is_month_of(one.raw, day)]
        said = {name for one in of if one.origin != "html" for name, _ in one.says}
        shown = {frozenset(name for name, _ in one.says) for one in of if one.origin == "html"}
        found.append(Day(frozenset(said), tuple(shown), published.agreement(told), day.isoformat() in true))
    return tuple(found)


def fold(example: Example) -> int:
    key = domain(example.case.url) or example.case.id
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") % FOLDS


def fitted(examples: Sequence[Example]) -> dict[str, float]:
    """The weights that make the right days likeliest."""
    import numpy
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    pages = [one for one in examples if one.settled is None]
    counts: defaultdict[str, int] = defaultdict(int)
    for one in pages:
        for name in {name for day in one.days for part in (day.said, *day.printed) for name in part}:
            counts[name] += 1
    names = sorted(name for name, count in counts.items() if count >= MIN_PAGES)
    at = {name: number for number, name in enumerate(names)}
    ways = [
        (page, number, day.said | way, day)
        for page, one in enumerate(pages)
        for number, day in enumerate(one.days)
        for way in day.printed or (frozenset[str](),)
    ]
    cells = [(row, at[name]) for row, (_, _, said, _) in enumerate(ways) for name in said if name in at]
    said = csr_matrix(
        ([1.0] * len(cells), ([row for row, _ in cells], [column for _, column in cells])), (len(ways), len(names))
    )
    keys = sorted({(page, number) for page, number, _, _ in ways})
    of = {key: number for number, key in enumerate(keys)}
    day_of = numpy.array([of[page, number] for page, number, _, _ in ways])
    page_of_day = numpy.array([page for page, _ in keys])
    right = numpy.array([pages[page].days[number].right for page, number in keys])
    worth = numpy.array([pages[page].days[number].agreement for page, number in keys])
    counted = numpy.array([SETS[one.case.set] for one in pages])
    none_right = numpy.ones(len(pages), bool)
    none_right[page_of_day[right]] = False

    def loss(weights: Any) -> tuple[float, Any]:
        scores = said @ weights
        best = numpy.full(len(keys), -numpy.inf)
        numpy.maximum.at(best, day_of, scores)
        pick = numpy.zeros(len(keys), int)
        at_best = numpy.nonzero(scores >= best[day_of])[0]
        pick[day_of[at_best]] = at_best
        utility = best + worth
        top = numpy.full(len(pages), published.ENOUGH)
        numpy.maximum.at(top, page_of_day, utility)
        raised = numpy.exp(utility - top[page_of_day])
        none = numpy.exp(published.ENOUGH - top)
        total, hit = none.copy(), numpy.where(none_right, none, 0.0)
        numpy.add.at(total, page_of_day, raised)
        numpy.add.at(hit, page_of_day[right], raised[right])
        value = float((counted * (numpy.log(total) - numpy.log(hit))).sum()) / len(pages)
        pull = numpy.where(right, raised / hit[page_of_day], 0.0) - raised / total[page_of_day]
        slope = -said[pick].T @ (pull * counted[page_of_day]) / len(pages)
        return value + STRENGTH / 2 * float(weights @ weights), slope + STRENGTH * weights

    found = minimize(loss, numpy.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return dict(zip(names, map(float, found.x), strict=True))


def outcome(example: Example, weights: Mapping[str, float]) -> bool | None:
    """Whether the day that is chosen is right; None where none is."""
    if example.settled is not None:
        return example.settled
    best = max(example.days, key=lambda day: _utility(day, weights), default=None)
    return None if best is None or _utility(best, weights) < published.ENOUGH else best.right


def _utility(day: Day, weights: Mapping[str, float]) -> float:
    shown = max((sum(weights.get(name, 0.0) for name in way) for way in day.printed), default=0.0)
    return sum(weights.get(name, 0.0) for name in day.said) + shown + day.agreement


def tell(examples: Sequence[Example], weights_of: Callable[[int], Mapping[str, float]]) -> None:
    by_fold = {kept: weights_of(kept) for kept in range(FOLDS)}
    for name in SETS:
        outcomes = [outcome(one, by_fold[fold(one)]) for one in examples if one.case.set == name]
        many = len(outcomes) or 1
        right, wrong = (outcomes.count(told) / many for told in (True, False))
        print(f"{name:18} {many:5} pages  right {right:.3f}  wrong {wrong:.3f}")


if __name__ == "__main__":
    sys.exit(main())
