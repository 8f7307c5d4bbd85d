"""Learn the weights of the extractor: `python -m tests.benchmarks.learning [--write]`; it needs scikit-learn.

Prints what pages score whose sites were kept out of the learning, and with `--write` learns from all pages and writes
`pipeline/extract/weights.json`.

The folds are nested.  What the first round says of a page must come from weights that saw neither this page nor the
one that is scored: else the second round reads the labels of the fold out of the differences between the first
round's weights (a model without a fold lacks just what that fold would have taught it), and the scores are too good
by two points of F1, and the weights worthless.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from pipeline.extract import around, body, declared, evidence
from pipeline.extract.lines import Hints
from pipeline.parse import blocks, dom
from pipeline.parse.encoding import decode
from tests.benchmarks.extraction.sets import Case, benches, load_scorer, load_sets
from tests.benchmarks.extraction.work import page_of
from tests.benchmarks.learning.labels import labels, told

FOLDS = 5
STRENGTH = 0.01  # of the regularisation, as scikit-learn's C
MIN_DOMAINS = 15  # that use a word of a class or id
MIN_WEIGHT = 0.02
MANY = 150  # blocks; a page of more is learnt from by so many, taken at random, that weigh as much as all
# A set counts by its kind more than by its size: news is what this is for.  Of the pages of trafilatura_eval only a few
# lines are known, some that are the article's and some that are not: each of these counts for several.
SETS = {"fundus_tests": 3.0, "scrapinghub": 2.0, "daniel": 1.5, "wcxb_article_dev": 1.0, "trafilatura_eval": 1.0}
KNOWN_LINE = 5.0
WEIGHTS = Path(body.__file__).with_name("weights.json")


@dataclass(slots=True)
class Example:
    """A page: its evidence, the names of its serious blocks, which of these are the article's; None: nobody knows."""

    case: Case
    first: evidence.First
    names: list[list[str]]
    right: list[bool | None]


@dataclass(frozen=True, slots=True)
class Rows:
    """All serious blocks of all pages: where each page begins, its fold, what is right, and how much each counts."""

    starts: Any
    fold: Any
    right: Any
    weight: Any
    kept: Any


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all pages and write the weights")
    asked = parser.parse_args()
    examples = _examples(load_scorer(benches() / "score.py"))
    names = sorted({name for example in examples for line in example.names for name in line})
    rows, table = _rows(examples), np.vstack([example.first.table for example in examples])
    said = _with_names(table, examples, names)
    by_fold = _nested(said, rows)
    own = by_fold[rows.fold, np.arange(len(rows.fold))]
    _tell("first round", examples, _split(own, rows))
    _tell("second round", examples, _split(_second(examples, table, by_fold, rows), rows))
    if asked.write:
        again = np.hstack([_around(examples, _split(own, rows)), table])
        _write(names, _fitted(said, rows, rows.kept), _fitted(again, rows, rows.kept))
    return 0


def _examples(scorer: Any) -> list[Example]:
    sets = load_sets(benches(), tuple(SETS)).values()
    cases = [case for set_ in sets for case in set_ if case.truth.get("body") or case.truth.get("with")]
    pages = {case.id: _parsed(case) for case in cases}
    known = _words(cases, pages)
    found = [_example(case, *pages[case.id], known, scorer) for case in cases if pages[case.id][0].blocks]
    return [example for example in found if example.first.serious]


def _parsed(case: Case) -> tuple[blocks.Layout, Hints]:
    page = page_of(case)
    root = dom.parse_html(decode(page.body, None)[0])
    layout = blocks.layout_of(root)
    for container in layout.containers:
        _ = container.words
    return layout, body.page_hints(root, declared.declared(root, case.url))


def _words(cases: Sequence[Case], pages: dict[str, Any]) -> frozenset[str]:
    """The words of classes and ids that several sites use."""
    used = {
        (domain(case.url), word)
        for case in cases
        for container in pages[case.id][0].containers
        for word in container.words
    }
    many = Counter(word for _, word in used)
    return frozenset(word for word, count in many.items() if count >= MIN_DOMAINS)


def _example(case: Case, layout: blocks.Layout, hints: Hints, known: frozenset[str], scorer: Any) -> Example:
    first = evidence.First(layout, hints, known, {})
    texts = [block.text for block in layout.blocks]
    names = [first.names_of(at) for at in first.serious]
    if not case.truth.get("body"):
        parts = told(texts, case.truth["with"], case.truth.get("without") or ())
        return Example(case, first, names, [parts[at] for at in first.serious])
    true = labels(texts, [case.truth["body"], *(case.truth.get("body_variants") or ())], scorer.tokens)
    return Example(case, first, names, [true[at] >= 0.5 for at in first.serious])


def domain(url: str) -> str:
    """The last two labels of a host: pages of one site are never on both sides of a fold."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _rows(examples: Sequence[Example]) -> Rows:
    many = np.array([len(example.right) for example in examples])
    width = np.concatenate([example.first.width[example.first.serious] for example in examples])
    per_set = np.repeat([SETS[example.case.set] for example in examples], many)
    weight = per_set * (1 + np.minimum(width, 400) ** 0.5)
    lot = np.random.default_rng(0).random(len(width))
    on_page = np.repeat(many, many)
    in_part = np.repeat([not example.case.truth.get("body") for example in examples], many)
    is_known = np.concatenate([[one is not None for one in example.right] for example in examples])
    return Rows(
        starts=np.cumsum([0, *many]),
        fold=np.repeat([_fold(example) for example in examples], many),
        right=np.concatenate([[bool(one) for one in example.right] for example in examples]),
        weight=weight / weight.mean() * np.where(in_part, KNOWN_LINE, np.maximum(1, on_page / MANY)),
        kept=is_known & (in_part | (lot < np.minimum(1, MANY / on_page))),
    )


def _with_names(table: Any, examples: Sequence[Example], names: Sequence[str]) -> Any:
    from scipy import sparse

    at = {name: number for number, name in enumerate(names)}
    lines = [line for example in examples for line in example.names]
    cells = [(row, at[name]) for row, line in enumerate(lines) for name in set(line)]
    where = ([row for row, _ in cells], [column for _, column in cells])
    said = sparse.csr_matrix(([1.0] * len(cells), where), shape=(len(lines), len(names)))
    return sparse.hstack([sparse.csr_matrix(table), said], format="csr")


def _fold(example: Example) -> int:
    return int.from_bytes(sha256(domain(example.case.url).encode()).digest()[:4], "big") % FOLDS


def _nested(said: Any, rows: Rows) -> Any:
    """For each fold what the first round says of all rows, by weights that saw neither this fold nor the row's own."""
    found = np.zeros((FOLDS, len(rows.fold)))
    for one in range(FOLDS):
        for other in range(one, FOLDS):
            model = _fitted(said, rows, rows.kept & (rows.fold != one) & (rows.fold != other))
            for held, spoken in ((one, other), (other, one)):
                at = np.flatnonzero(rows.fold == spoken)
                found[held, at] = model.predict_proba(said[at])[:, 1]
    return found


def _second(examples: Sequence[Example], table: Any, by_fold: Any, rows: Rows) -> Any:
    """What the second round says of each fold, learnt from the others."""
    found = np.zeros(len(rows.fold))
    for fold in range(FOLDS):
        again = np.hstack([_around(examples, _split(by_fold[fold], rows)), table])
        model = _fitted(again, rows, rows.kept & (rows.fold != fold))
        at = np.flatnonzero(rows.fold == fold)
        found[at] = model.predict_proba(again[at])[:, 1]
    return found


def _split(chances: Any, rows: Rows) -> list[Any]:
    return [chances[start:end] for start, end in zip(rows.starts, rows.starts[1:], strict=False)]


def _spread(example: Example, chances: Any) -> Any:
    found = np.zeros(len(example.first.blocks))
    found[example.first.serious] = chances
    return found


def _around(examples: Sequence[Example], chances: Sequence[Any]) -> Any:
    pairs = zip(examples, chances, strict=True)
    return np.vstack([around.Around(example.first, _spread(example, said)).table() for example, said in pairs])


def _fitted(table: Any, rows: Rows, which: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    at = np.flatnonzero(which)
    model = LogisticRegression(C=STRENGTH, max_iter=300, solver="liblinear")
    return model.fit(table[at], rows.right[at], sample_weight=rows.weight[at])


def _tell(title: str, examples: Sequence[Example], chances: Sequence[Any]) -> None:
    scorer = load_scorer(benches() / "score.py")
    scores: defaultdict[str, list[Any]] = defaultdict(list)
    for example, said in zip(examples, chances, strict=True):
        layout = example.first.blocks
        taken, _ = body.chosen(_spread(example, said).tolist(), [block.width for block in layout])
        text = "\n".join(body.once(layout[at] for at in taken))
        scores[example.case.set].append(scorer.score_page(example.case.truth, {"body": text}))
    for name, rows in scores.items():
        found = scorer.combine(rows)
        shown = "  ".join(f"{key} {found[key]:.4f}" for key in ("tok_f1", "perfect", "seg_f1") if key in found)
        print(f"{title:13} {name:18} {len(rows):5} pages  {shown}")


def _write(names: Sequence[str], first: Any, again: Any) -> None:
    """The constant is in the weight of the column `one`."""
    constant = evidence.VALUES.index("one")
    many = len(evidence.VALUES)
    ones, twos = list(map(float, first.coef_[0])), list(map(float, again.coef_[0]))
    ones[constant] += float(first.intercept_[0])
    twos[len(around.AROUND_VALUES) + constant] += float(again.intercept_[0])
    named = zip(names, ones[many:], strict=True)
    kept = {name: round(weight, 3) for name, weight in named if abs(weight) >= MIN_WEIGHT}
    words = sorted({word for name in kept if not (word := name.partition(":")[2]).startswith("+")})
    rounded = {key: [round(weight, 4) for weight in part] for key, part in (("first", ones[:many]), ("again", twos))}
    said = {"words": words, "names": kept, **rounded}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    WEIGHTS.write_text(text.replace("],", "],\n").replace("},", "},\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
