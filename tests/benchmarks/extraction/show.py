"""A page's text against its truth, by paragraph, for reading in a terminal."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from tests.benchmarks.extraction.report import TRUTHS
from tests.benchmarks.extraction.sets import Scorer, prediction
from tests.benchmarks.extraction.work import Measured

SAME, LOST, KEPT, PART = " ", "-", "+", "~"
LEGEND = "(no mark) as the truth has it   - lost   + kept wrongly   ~ in part"
WHOLE, NONE = 0.9, 0.15  # shares of its words that are in the other text, from and up to which a paragraph is or is not
COLOURS = {SAME: "", LOST: "\033[31m", KEPT: "\033[32m", PART: "\033[33m"}
SHORT = 240  # characters of a paragraph that both have
UNMET = 12  # words of a paragraph that are named because the other text has them not
MOST = 20_000  # words of a text that are compared


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, whether it is in both texts, and where it stands."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """`met` is the share of its words that the other text has in the same order, `unmet` those that it has not, and
    `at` where the first one stands."""

    text: str
    met: float
    unmet: str
    at: int


def compared(scorer: Scorer, ours: str, truth: str) -> list[Line]:
    """Our paragraphs, with those of the truth that are lost at their places."""
    our_words, their_words = _words(scorer, ours), _words(scorer, truth)
    matcher = SequenceMatcher(
        None,
        [word for words in our_words for word in words][:MOST],
        [word for words in their_words for word in words][:MOST],
        autojunk=False,
    )
    blocks = matcher.get_matching_blocks()
    found = _placed(_lines(ours), our_words, {a + n: b + n for a, b, size in blocks for n in range(size)})
    wanted = _placed(_lines(truth), their_words, {b + n: b + n for _, b, size in blocks for n in range(size)})
    begins = itertools.accumulate(map(len, their_words), initial=0)
    return list(_merged(found, [replace(one, at=at) for one, at in zip(wanted, begins, strict=False)]))


def _merged(found: Sequence[_Paragraph], wanted: Sequence[_Paragraph]) -> Iterator[Line]:
    lost = [one for one in wanted if one.met < WHOLE]
    for one in found:
        while lost and lost[0].at <= one.at:
            yield _lost(lost.pop(0))
        yield _found(one)
    yield from map(_lost, lost)


def _found(one: _Paragraph) -> Line:
    if one.met == 1 or one.met <= NONE:
        return Line(SAME if one.met == 1 else KEPT, one.text)
    return Line(SAME if one.met >= WHOLE else PART, f"(not true: {one.unmet}) {one.text}")


def _lost(one: _Paragraph) -> Line:
    return Line(LOST, one.text if one.met <= NONE else f"({one.met:.0%} of it is there, not: {one.unmet}) {one.text}")


def _placed(lines: Sequence[str], words: Sequence[Sequence[str]], places: dict[int, int]) -> list[_Paragraph]:
    """Each paragraph with the place of its first matched word in the truth; without one, behind the last."""
    placed: list[_Paragraph] = []
    begin = at = 0
    for line, own in zip(lines, words, strict=True):
        met = [places[n] for n in range(begin, begin + len(own)) if n in places]
        unmet = [word for n, word in enumerate(own, begin) if n not in places]
        at = max(at, met[0]) if met else at
        told = " ".join([*unmet[:UNMET], "…"] if len(unmet) > UNMET else unmet)
        placed.append(_Paragraph(line, len(met) / len(own) if own else 1.0, told, at))
        begin += len(own)
    return placed


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _words(scorer: Scorer, text: str) -> list[list[str]]:
    return [scorer.tokens(line) for line in _lines(text)]


def shown(scorer: Scorer, page: Measured, lead: str, *, colours: bool) -> Iterator[str]:
    """A page as it is read: the fields that have a truth, its scores, its text."""
    ours, record = prediction(page.found.record, lead), page.found.record
    yield f"{page.case.set}  {page.case.id}  {page.case.url}"
    yield f"file {page.case.file}"
    yield f"scores {page.rows[lead]}  cpu {page.found.cpu_ms:.0f} ms"
    if record:
        yield f"extraction {record['extraction']}"
        yield f"lead {record['lead']!r}  byline {record['byline']!r}  dateline {record['dateline']!r}"
    else:
        yield f"error {page.found.error}"
    for field, name in TRUTHS.items():
        yield f"{field:<8} want {page.case.truth.get(name)!r}"
        yield f"{'':<8} got  {ours.get(name)!r}"
    body = ours.get("body", "")
    yield from segments(page, body)
    if truths := [
        text for text in (page.case.truth.get("body"), *(page.case.truth.get("body_variants") or ())) if text
    ]:
        yield LEGEND
        words = scorer.tokens(body)
        for line in compared(scorer, body, max(truths, key=lambda text: scorer.bag(words, scorer.tokens(text))[2])):
            yield from _printed(line, colours=colours)
    else:
        yield from map(_wrapped, _lines(body))


def segments(page: Measured, body: str) -> Iterator[str]:
    """The segments that should be in the text and are not, and those that are and should not."""
    squashed = " ".join(body.split())
    for name, mark, wanted in (("with", LOST, True), ("without", KEPT, False)):
        for segment in page.case.truth.get(name) or ():
            if (" ".join(segment.split()) in squashed) is not wanted:
                yield f"{mark} segment {segment!r}"


def _printed(line: Line, *, colours: bool) -> Iterator[str]:
    text = textwrap.shorten(line.text, SHORT, placeholder=" …") if line.mark == SAME else line.text
    begin, end = (COLOURS[line.mark], "\033[0m") if colours and COLOURS[line.mark] else ("", "")
    yield f"{begin}{_wrapped(text, line.mark)}{end}"


def _wrapped(text: str, mark: str = SAME) -> str:
    return textwrap.fill(text, 118, initial_indent=f"{mark} ", subsequent_indent="  ")
