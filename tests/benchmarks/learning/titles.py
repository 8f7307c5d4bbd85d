"""Learn which title is the headline: `python -m tests.benchmarks.learning.titles [--write]`; it needs scipy.

Prints how many headlines of pages are exact whose sites were kept out of the learning (ten folds over domains, drawn
three times), and with `--write` learns from all pages and writes `pipeline/extract/titles.json`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.extract import declared, titles
from pipeline.parse import dom
from pipeline.parse.encoding import decode
from tests.benchmarks.extraction.sets import Case, Scorer, benches, load_scorer, load_sets
from tests.benchmarks.extraction.work import page_of
from tests.benchmarks.learning.__main__ import domain

FOLDS = 10
DRAWS = 3
STRENGTH = 0.6  # of the regularisation: the variance of a weight
MIN_DOMAINS = 6  # that use a name of evidence
MIN_WEIGHT = 0.01
# News is what this is for, and the truth of the others is a reader's taste between two forms.
SETS = {"fundus_tests": 6.0, "trafilatura_eval": 1.0, "wcxb_article_dev": 1.0, "newspaper4k": 1.0}
WEIGHTS = Path(titles.__file__).with_name("titles.json")


@dataclass(frozen=True, slots=True)
class Example:
    """A page: the names of the evidence of each of its titles, and which of them are right."""

    case: Case
    names: list[list[str]]
    right: list[bool]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning.titles", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all pages and write the weights")
    asked = parser.parse_args()
    scorer = load_scorer(benches() / "score.py")
    cases = [case for cases in load_sets(benches(), tuple(SETS)).values() for case in cases]
    examples = [_example(case, scorer) for case in cases if case.file and case.truth.get("title")]
    for draw in range(DRAWS):
        _tell(f"unseen sites, draw {draw + 1}", _folded(examples, draw))
    model = _fitted(examples)
    _tell("all pages", [(example, _is_right(example, model)) for example in examples])
    if asked.write:
        kept = {name: round(weight, 3) for name, weight in sorted(model.items()) if abs(weight) >= MIN_WEIGHT}
        WEIGHTS.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")
    return 0


def _example(case: Case, scorer: Scorer) -> Example:
    groups, names = declared.seen_titles(dom.parse_html(decode(page_of(case).body, None)[0]), case.url)
    scores = [scorer.score_page(case.truth, {"title": titles.best_form(group).text}) for group in groups]
    return Example(case, names, [score.get("title") == 1.0 for score in scores])


def _folded(examples: Sequence[Example], draw: int) -> list[tuple[Example, bool]]:
    """Whether each headline is right by a model of the other folds."""
    found = []
    for fold in range(FOLDS):
        model = _fitted([example for example in examples if _fold(example, draw) != fold])
        found += [(one, _is_right(one, model)) for one in examples if _fold(one, draw) == fold]
    return found


def _fold(example: Example, draw: int) -> int:
    return int.from_bytes(sha256(f"{draw} {domain(example.case.url)}".encode()).digest()[:4], "big") % FOLDS


def _is_right(example: Example, model: Mapping[str, float]) -> bool:
    scores = [sum(model.get(name, 0.0) for name in names) for names in example.names]
    return bool(scores) and example.right[scores.index(max(scores))]


def _fitted(examples: Sequence[Example]) -> dict[str, float]:
    """The weights under which the right titles of a page are likeliest among its titles."""
    import numpy
    from scipy.optimize import minimize

    used = {(domain(one.case.url), name) for one in examples for names in one.names for name in names}
    many = Counter(name for _, name in used)
    known = {name: at for at, name in enumerate(sorted(name for name, count in many.items() if count >= MIN_DOMAINS))}
    open_ = [one for one in examples if any(one.right) and not all(one.right)]
    rows = [names for one in open_ for names in one.names]
    seen = numpy.zeros((len(rows), len(known)))
    for row, names in enumerate(rows):
        seen[row, [known[name] for name in names if name in known]] = 1.0
    right = numpy.array([right for one in open_ for right in one.right], dtype=float)
    sizes = [len(one.names) for one in open_]
    first = numpy.concatenate([[0], numpy.cumsum(sizes)[:-1]])
    page = numpy.repeat(numpy.arange(len(open_)), sizes)
    weight = numpy.array([SETS[one.case.set] for one in open_])

    def loss(model: Any) -> tuple[float, Any]:
        scores = seen @ model
        chances = numpy.exp(scores - numpy.maximum.reduceat(scores, first)[page])
        all_, good = numpy.add.reduceat(chances, first), numpy.add.reduceat(chances * right, first) + 1e-300
        slope = weight[page] * (chances / all_[page] - chances * right / good[page])
        cost = float((weight * (numpy.log(all_) - numpy.log(good))).sum() + model @ model / (2 * STRENGTH))
        return cost, seen.T @ slope + model / STRENGTH

    model = minimize(loss, numpy.zeros(len(known)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return {name: float(model[at]) for name, at in known.items()}


def _tell(title: str, found: Sequence[tuple[Example, bool]]) -> None:
    exact: dict[str, list[bool]] = defaultdict(list)
    for example, right in found:
        exact[example.case.set].append(right)
    for name, rights in exact.items():
        print(f"{title:22} {name:18} {len(rights):5} pages  exact {statistics.fmean(rights):.4f}")


if __name__ == "__main__":
    sys.exit(main())
