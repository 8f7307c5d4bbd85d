"""The sets of pages with their truth, the scorer, and the bars that the scores are held against.

A set is a directory under `$NEWSWIRE_SHARED/bench/extraction` with a `truth.jsonl` and a directory `pages`; the scorer
is the `score.py` that lies beside them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

Row = dict[str, Any]  # the scores of a page
Totals = Mapping[str, float]  # the scores of a set

CHECKOUT = Path(__file__).parents[3]
PAGE_SUFFIXES = (".gz", ".html", ".htm", ".xhtml")


class Scorer(Protocol):
    """The part of `score.py` that is used."""

    def score_page(self, t: Mapping[str, Any], p: Mapping[str, Any]) -> Row: ...
    def combine(self, rows: list[Row]) -> dict[str, float]: ...
    def tokens(self, text: str) -> list[str]: ...
    def bag(self, pred: list[str], true: list[str]) -> tuple[float, float, float]: ...


@dataclass(frozen=True, slots=True)
class Case:
    """A page of a set, with what is true of it.  `file` is None where the set lacks the page."""

    set: str
    id: str
    url: str
    file: Path | None
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """What a measure of a set has to reach: at least, or at most.  `known` is the best that another tool is known for.

    The measure `group_min` is the token F1 of the language that fares worst.
    """

    set: str
    measure: str
    value: float
    at_most: bool = False
    known: float | None = None

    def holds(self, got: float) -> bool:
        return got <= self.value if self.at_most else got >= self.value

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.value:g}"


BARS = (
    Bar("scrapinghub", "tok_f1", 0.975, known=0.971),
    Bar("scrapinghub", "perfect", 0.74),
    Bar("fundus_tests", "tok_f1", 0.965, known=0.957),
    Bar("fundus_tests", "perfect", 0.68, known=0.56),
    Bar("fundus_tests", "title", 0.92, known=0.78),
    Bar("fundus_tests", "date", 0.985),
    Bar("fundus_tests", "date_wrong", 0.008, at_most=True),
    Bar("fundus_tests", "author_f1", 0.88, known=0.85),
    Bar("fundus_tests", "topic_f1", 0.66),
    Bar("daniel", "tok_f1", 0.89, known=0.874),
    Bar("daniel", "group_min", 0.82),
    Bar("wcxb_article_dev", "tok_f1", 0.957, known=0.957),
    Bar("trafilatura_eval", "seg_f1", 0.924, known=0.924),
    Bar("htmldate_eval", "date", 0.925, known=0.924),
    Bar("htmldate_eval", "date_wrong", 0.05, at_most=True),
)
CPU_BAR = Bar("all", "cpu ratio", 0.40, at_most=True)


def benches() -> Path:
    """Where the sets lie."""
    shared = os.environ.get("NEWSWIRE_SHARED") or CHECKOUT.parent / "shared"
    return Path(shared) / "bench" / "extraction"


def load_scorer(path: Path) -> Scorer:
    """The scorer, from its file."""
    spec = importlib.util.spec_from_file_location("extraction_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Scorer, module)


def load_sets(directory: Path, names: Sequence[str] = ()) -> dict[str, list[Case]]:
    """The sets of a directory, all or those named."""
    found = sorted(path.parent for path in directory.glob("*/truth.jsonl"))
    return {one.name: load_set(one) for one in found if not names or one.name in names}


def load_set(directory: Path) -> list[Case]:
    """The pages of a set, in the order of their truth."""
    files = page_files((directory / "pages").iterdir())
    with (directory / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines if line.strip()]
    return [Case(directory.name, one["id"], one.get("url") or "", files.get(one["id"]), one) for one in truths]


def page_files(files: Iterable[Path]) -> dict[str, Path]:
    """Files by the id of their page: the name, whole or without what says how it is packed and what it is."""
    found: dict[str, Path] = {}
    for file in sorted(files):
        found[file.name] = file
        found[page_id(file.name)] = file
    return found


def page_id(name: str) -> str:
    for suffix in PAGE_SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def sampled(cases: Sequence[Case], size: int | None) -> list[Case]:
    """So many of a set, the same ones every time, and a larger sample holds the smaller ones; None is all of them."""
    if size is None:
        return list(cases)
    chosen = {case.id for case in sorted(cases, key=lambda case: lot(case.id, "sample"))[:size]}
    return [case for case in cases if case.id in chosen]


def lot(name: str, of: str) -> int:
    """A number drawn for a page by its id; each purpose draws its own."""
    return int.from_bytes(hashlib.sha256(f"{of} {name}".encode()).digest()[:8], "big")


def measured(bar: Bar, totals: Mapping[str, Totals]) -> float | None:
    """What a set reached of a bar's measure; None if it was not measured."""
    return totals.get(bar.set, {}).get(bar.measure)


def prediction(record: Mapping[str, Any] | None, lead: str) -> dict[str, Any]:
    """What the scorer reads of a record; `lead` is `join`, or `without` for the body alone."""
    if record is None:
        return {}
    body = record["body"] or ""
    return {
        "title": record["headline"],
        "authors": record["authors"],
        "published": record["published_at"],
        "topics": record["keywords"],
        "body": with_lead(record["lead"], body) if lead == "join" else body,
    }


def with_lead(lead: str | None, body: str) -> str:
    """The lead above the body, unless the body begins with it."""
    if not lead or squashed(body).startswith(squashed(lead)):
        return body
    return f"{lead}\n{body}" if body else lead


def squashed(text: str) -> str:
    return " ".join(text.split())
