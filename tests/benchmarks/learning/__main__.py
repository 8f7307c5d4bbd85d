"""Learn the weights of the extractor: `python -m tests.benchmarks.learning [--write]`; it needs scikit-learn.

Prints what pages score whose sites were kept out of the learning (five folds over domains), after each of the two
rounds, and with `--write` learns from all pages and writes `pipeline/extract/weights.json`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.extract import around, body, declared, evidence
from pipeline.parse import blocks, dom
from pipeline.parse.encoding import decode
from tests.benchmarks.extraction.sets import Case, benches, load_scorer, load_sets
from tests.benchmarks.extraction.work import page_of
from tests.benchmarks.learning.labels import labels

FOLDS = 5
STRENGTH = 0.1  # of the regularisation, as scikit-learn's C
MIN_DOMAINS = 15  # that use a word of a class or id
MIN_WEIGHT = 0.02
# A set counts by its kind more than by its size: news is what this is for.
SETS = {"fundus_tests": 3.0, "scrapinghub": 2.0, "daniel": 1.5, "wcxb_article_dev": 1.0}
WEIGHTS = Path(body.__file__).with_name("weights.json")


@dataclass(slots=True)
class Example:
    """A page: its evidence, the numbers and names of its serious blocks, and which blocks are the article's."""

    case: Case
    first: evidence.First
    numbers: list[list[float]]
    names: list[list[str]]
    right: list[bool]
    chances: list[float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all pages and write the weights")
    asked = parser.parse_args()
    examples = _examples(load_scorer(benches() / "score.py"))
    names = sorted({name for example in examples for line in example.names for name in line})
    first = [_matrix(example, names) for example in examples]
    _folded(examples, first)
    _tell("first round", examples)
    again = [_stacked(matrix, example) for matrix, example in zip(first, examples, strict=True)]
    models = (_fitted(examples, first), _fitted(examples, again)) if asked.write else ()
    _folded(examples, again)
    _tell("second round", examples)
    if models:
        _write(names, *models)
    return 0


def _examples(scorer: Any) -> list[Example]:
    cases = [
        case for name, set_ in load_sets(benches(), tuple(SETS)).items() for case in set_ if case.truth.get("body")
    ]
    pages = {case.id: _parsed(case) for case in cases}
    known = _words(cases, pages)
    return [_example(case, *pages[case.id], known, scorer) for case in cases if pages[case.id][0].blocks]


def _parsed(case: Case) -> tuple[blocks.Layout, evidence.Hints]:
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


def _example(case: Case, layout: blocks.Layout, hints: evidence.Hints, known: frozenset[str], scorer: Any) -> Example:
    first = evidence.First(layout, hints, known)
    texts = [block.text for block in layout.blocks]
    true = labels(texts, [case.truth["body"], *(case.truth.get("body_variants") or ())], scorer.tokens)
    numbers, names = [], []
    for at in first.serious:
        place = first.places[layout.blocks[at].inside.number]
        numbers.append([*map(float, first.numbers(at)), *map(float, place.values)])
        names.append([*place.names, *first.own_names(place)])
    return Example(case, first, numbers, names, [true[at] >= 0.5 for at in first.serious], [0.0] * len(texts))


def domain(url: str) -> str:
    """The last two labels of a host: pages of one site are never on both sides of a fold."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _matrix(example: Example, names: Sequence[str]) -> Any:
    from scipy import sparse

    at = {name: number for number, name in enumerate(names)}
    cells = [(row, at[name]) for row, line in enumerate(example.names) for name in set(line)]
    said = sparse.csr_matrix(
        ([1.0] * len(cells), ([row for row, _ in cells], [column for _, column in cells])),
        shape=(len(example.names), len(names)),
    )
    return sparse.hstack([sparse.csr_matrix(example.numbers), said], format="csr")


def _stacked(matrix: Any, example: Example) -> Any:
    """With the numbers of the second round, from the probabilities of a first that never saw the page's site."""
    from scipy import sparse

    second = around.Around(example.first, example.chances)
    numbers = [list(map(float, second.numbers(at))) for at in example.first.serious]
    return sparse.hstack([matrix, sparse.csr_matrix(numbers)], format="csr")


def _fold(example: Example) -> int:
    return int.from_bytes(sha256(domain(example.case.url).encode()).digest()[:4], "big") % FOLDS


def _folded(examples: Sequence[Example], matrices: Sequence[Any]) -> None:
    """Put into each example the probabilities by a model of the other folds."""
    pairs = list(zip(examples, matrices, strict=True))
    for fold in range(FOLDS):
        others = [pair for pair in pairs if _fold(pair[0]) != fold]
        model = _fitted([example for example, _ in others], [matrix for _, matrix in others])
        for example, matrix in pairs:
            if _fold(example) == fold:
                for at, chance in zip(example.first.serious, model.predict_proba(matrix)[:, 1], strict=True):
                    example.chances[at] = float(chance)


def _fitted(examples: Sequence[Example], matrices: Sequence[Any]) -> Any:
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    right = [one for example in examples for one in example.right]
    weights = [
        SETS[example.case.set] * (1 + min(example.first.blocks[at].width, 400) ** 0.5)
        for example in examples
        for at in example.first.serious
    ]
    mean = statistics.fmean(weights)
    model = LogisticRegression(C=STRENGTH, max_iter=300, solver="liblinear")
    return model.fit(sparse.vstack(matrices), right, sample_weight=[weight / mean for weight in weights])


def _tell(title: str, examples: Sequence[Example]) -> None:
    scorer = load_scorer(benches() / "score.py")
    scores: dict[str, list[float]] = {}
    for example in examples:
        layout = example.first.blocks
        taken, _ = body.chosen(example.chances, [block.width for block in layout])
        text = "\n".join(body.once(layout[at] for at in taken))
        scores.setdefault(example.case.set, []).append(scorer.score_page(example.case.truth, {"body": text})["tok_f1"])
    for name, found in scores.items():
        perfect = sum(score >= 0.98 for score in found) / len(found)
        print(f"{title:13} {name:18} {len(found):5} pages  F1 {statistics.fmean(found):.4f}  perfect {perfect:.3f}")


def _write(names: Sequence[str], first: Any, again: Any) -> None:
    said = {"first": _said(first, names), "again": _said(again, names)}
    spoken = {name.partition(":")[2] for part in said.values() for name in part["names"]}
    whole = {"words": sorted(word for word in spoken if not word.startswith("+")), **said}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("},", "},\n")
    WEIGHTS.write_text(f"{text}\n", encoding="utf-8")


def _said(model: Any, names: Sequence[str]) -> dict[str, Any]:
    """The weights of a model, those of block, place, names and surroundings apart; the constant is in the first."""
    weights = [float(weight) for weight in model.coef_[0]]
    weights[0] += float(model.intercept_[0])
    many = len(evidence.BLOCK_VALUES)
    wide = many + len(evidence.PLACE_VALUES)
    behind = wide + len(names)
    rounded = [round(weight, 4) for weight in weights]
    named = zip(names, weights[wide:behind], strict=True)
    said = {name: round(weight, 3) for name, weight in named if abs(weight) >= MIN_WEIGHT}
    return {"block": rounded[:many], "place": rounded[many:wide], "names": said, "around": rounded[behind:]}


if __name__ == "__main__":
    sys.exit(main())
