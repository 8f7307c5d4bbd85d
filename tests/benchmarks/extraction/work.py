"""What a worker does with a page: our record of it, trafilatura's, the CPU of each, and their scores.

Our way is that of `newswire extract --manifest`: `examine` with the room that wiring makes, on the bytes of the file.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import digest
from pipeline.cli.extract import read_page
from pipeline.errors import ExtractError
from pipeline.examine import Examined, examine_here
from pipeline.extract.generic import BUGS
from pipeline.model import Page
from pipeline.parse.encoding import decode
from pipeline.settings import Settings
from pipeline.wiring.room import LOAD_ROOM
from tests.benchmarks.extraction.sets import Case, Row, Scorer, load_scorer, lot, prediction

WARM = b"<html><head><title>Ferry resumes</title></head><body><h1>Ferry resumes</h1><p>The ferry between the two banks "
WARM += b"of the river was back at work on Tuesday, a week after the flood.</p></body></html>"
LEADS = ("join", "without")


@dataclass(frozen=True, slots=True)
class Task:
    """A page to be measured: whether trafilatura is to be timed on it, and its text scored; `oracle` asks for more."""

    case: Case
    timed: bool = False
    scored: bool = False
    oracle: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """What trafilatura made of a page."""

    cpu_ms: float
    body: str = ""
    row: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a page: our record, its scores with the lead joined and without, trafilatura's if it was asked.

    `best` names the best of the candidate bodies by the truth, with its token F1.
    """

    case: Case
    found: Examined
    rows: Mapping[str, Row]
    theirs: Theirs | None = None
    best: tuple[str, float] | None = None

    @property
    def quality(self) -> float:
        """What the record says of itself; a page without a record confesses all."""
        return float(self.found.record["extraction"]["quality"]) if self.found.record else 0.0


_scorer: Scorer | None = None


def prepare(settings: Settings, scorer: Path, rouge: bool) -> None:
    """Make a worker ready and warm: no page pays for the imports of all."""
    global _scorer
    digest.prepare(LOAD_ROOM, settings)
    _scorer = load_scorer(scorer)
    if not rouge:
        _scorer.rouge_lsum = lambda pred, true: (0.0, 0.0, 0.0)  # type: ignore[attr-defined]
    page = Page("https://example.test/warm", 200, WARM, datetime.now(UTC))
    for _ in range(2):
        examined(page)
        trafilatura_of(page)


def measure(task: Task) -> Measured:
    """Examine a page and score it; trafilatura has its turn before or after us, by lot."""
    assert _scorer is not None
    try:
        page = page_of(task.case)
    except ExtractError as error:
        found = Examined(None, str(error), 0.0, {})
        return Measured(task.case, found, scored(found, task.case))
    is_first = lot(task.case.id, "turn") % 2 == 0
    theirs = trafilatura_of(page) if task.timed and not is_first else None
    found = examined(page)
    theirs = trafilatura_of(page) if task.timed and is_first else theirs
    if theirs and task.scored:
        theirs = replace(theirs, row=_scorer.score_page(task.case.truth, {"body": theirs.body}))
    best = ceiling(_scorer, task.case.truth, candidates(page, found, theirs)) if task.oracle else None
    return Measured(task.case, found, scored(found, task.case), theirs, best)


def page_of(case: Case) -> Page:
    """The page of a case, as the command reads it.

    Raises:
        ExtractError: it can't be read.
    """
    if case.file is None:
        raise ExtractError(f"{case.set} has no page {case.id}")
    return read_page(case.file, case.url)


def examined(page: Page) -> Examined:
    """Our record; a failure of our own code is an error of the page, as in the pool."""
    began = time.thread_time()
    try:
        return examine_here(page, None)
    except Exception as error:  # what a worker of the service reports as a TaskError
        return Examined(None, f"{type(error).__name__}: {error}", (time.thread_time() - began) * 1000, {})


def trafilatura_of(page: Page) -> Theirs:
    """What trafilatura makes of the text of a page; decoding it is not counted."""
    import trafilatura

    text, _ = decode(page.body, page.header("content-type"))
    began = time.thread_time()
    try:
        document = trafilatura.bare_extraction(text, with_metadata=True)
    except BUGS:  # of its own; the service takes them for no text
        document = None
    cpu = (time.thread_time() - began) * 1000
    body = document.text if document is not None and not isinstance(document, dict) else None
    return Theirs(cpu, body or "")


def scored(found: Examined, case: Case) -> dict[str, Row]:
    assert _scorer is not None
    return {lead: _scorer.score_page(case.truth, prediction(found.record, lead)) for lead in LEADS}


def candidates(page: Page, found: Examined, theirs: Theirs | None) -> dict[str, str]:
    """Candidate bodies by name, a paragraph a line.

    The extract room shows none of its own yet; when it does, they belong here, from the one parse of `page`.
    """
    ours = {lead: prediction(found.record, lead).get("body", "") for lead in LEADS}
    return {**ours, **({"trafilatura": theirs.body} if theirs else {})}


def ceiling(scorer: Scorer, truth: Mapping[str, Any], bodies: Mapping[str, str]) -> tuple[str, float] | None:
    """The best of several bodies by the truth, with its token F1; None where there is no truth of the body."""
    if not truth.get("body") or not bodies:
        return None
    scores = {name: scorer.score_page(truth, {"body": body})["tok_f1"] for name, body in bodies.items()}
    name = max(scores, key=lambda name: scores[name])
    return name, scores[name]
