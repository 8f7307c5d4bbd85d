"""What is printed of a run: the bars, all measures of each set, the cost, what `quality` is worth, the worst pages."""

from __future__ import annotations

import collections
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.extraction.sets import BARS, CPU_BAR, Bar, Row, Scorer, Totals, lot, measured, prediction
from tests.benchmarks.extraction.work import Measured, Theirs

MISSED = "◀ missed"
MEASURES = (
    "tok_f1", "tok_p", "tok_r", "perfect", "fail", "group_min", "shin_f1", "rougeL", "seg_f1",
    "title", "title~", "date", "date_miss", "date_wrong", "author_f1", "author_ok", "topic_f1",
)  # fmt: skip
# A field that the scorer holds wrong, by the measure that says so.
WRONG = {"title": "title", "date": "date", "authors": "author_ok", "topics": "topic_f1"}
TRUTHS = {"title": "title", "date": "published", "authors": "authors", "topics": "topics"}
ORIGINS = {"title": "headline", "date": "published", "authors": "authors", "topics": "keywords"}
BATCH = 30  # characters of an id


@dataclass(frozen=True, slots=True)
class Quality:
    """The pages of the lowest tenth by their quality, against the others and against the tenth that is really worst."""

    pages: int
    limit: float
    lowest: float
    others: float
    caught: float


def bar_lines(totals: Mapping[str, Totals], theirs: Mapping[str, Totals], ratio: float | None) -> Iterator[str]:
    """The bars of the sets that were measured, ours beside them, with a mark where one is missed."""
    yield f"{'set':<18}{'measure':<12}{'bar':>9}{'known':>8}{'ours':>8}{'trafil.':>9}"
    for bar in BARS:
        got = measured(bar, totals)
        if got is not None:
            other = theirs.get(bar.set, {}).get(bar.measure)
            yield _bar_line(bar, got, other)
    if ratio is not None:
        yield _bar_line(CPU_BAR, ratio, None)


def _bar_line(bar: Bar, got: float, other: float | None) -> str:
    numbers = f"{_number(bar.known):>8}{_number(got):>8}{_number(other):>9}"
    return f"{bar.set:<18}{bar.measure:<12}{bar!s:>9}{numbers}{mark(bar, got)}"


def mark(bar: Bar, got: float) -> str:
    return "" if bar.holds(got) else f"  {MISSED}"


def missed(totals: Mapping[str, Totals], ratio: float | None) -> int:
    """How many bars are missed, of those that were measured."""
    reached = [(bar, got) for bar in BARS if (got := measured(bar, totals)) is not None]
    if ratio is not None:
        reached.append((CPU_BAR, ratio))
    return sum(not bar.holds(got) for bar, got in reached)


def table(totals: Mapping[str, Totals]) -> Iterator[str]:
    """All measures, a set or group a line; a measure that no line has is left out."""
    shown = [name for name in MEASURES if any(name in one for one in totals.values())]
    width = max([18, *(len(name) + 2 for name in totals)])
    yield f"{'':<{width}}{'pages':>6}" + "".join(f"{name:>11}" for name in shown)
    for name, one in totals.items():
        yield f"{name:<{width}}{one['pages']:>6.0f}" + "".join(f"{_number(one.get(measure)):>11}" for measure in shown)


def totals_of(scorer: Scorer, pages: Sequence[Measured], lead: str) -> dict[str, float]:
    """Our scores of a set, with those of the language that fares worst."""
    totals = scorer.combine([_kept(page.rows[lead]) for page in pages])
    texts: dict[str, list[float]] = collections.defaultdict(list)
    for page in pages:
        if "tok_f1" in page.rows[lead]:
            texts[str(page.case.truth.get("language"))].append(page.rows[lead]["tok_f1"])
    if len(texts) > 1:
        totals["group_min"] = min(map(statistics.fmean, texts.values()))
    return totals


def theirs_of(scorer: Scorer, pages: Sequence[Measured]) -> dict[str, float]:
    """Trafilatura's scores of the texts of a set; none where they were not asked for."""
    rows = [_kept(page.theirs.row) for page in pages if page.theirs and page.theirs.row]
    text_only = [{key: value for key, value in row.items() if key not in _FIELDS} for row in rows]
    return scorer.combine(text_only) if any(text_only) else {}


_FIELDS = {"title", "title~", "date", "date_miss", "date_wrong", "author_f1", "author_ok", "topic_f1"}


def _kept(row: Row) -> Row:
    """A row without the scores that were not worked out."""
    return {key: value for key, value in row.items() if key != "rougeL" or value}


def grouped(pages: Iterable[Measured], field: str) -> dict[str, list[Measured]]:
    groups: dict[str, list[Measured]] = collections.defaultdict(list)
    for page in pages:
        groups[str(page.case.truth.get(field))].append(page)
    return dict(sorted(groups.items()))


def timed(pages: Iterable[Measured]) -> list[tuple[float, float]]:
    """Our milliseconds and theirs, of the pages that both were timed on."""
    return [(page.found.cpu_ms, page.theirs.cpu_ms) for page in pages if isinstance(page.theirs, Theirs)]


def ratio_of(pages: Iterable[Measured]) -> float | None:
    """Our CPU by theirs; None where theirs was not timed."""
    times = timed(pages)
    return sum(ours for ours, _ in times) / sum(theirs for _, theirs in times) if times else None


def cpu_lines(sets: Mapping[str, Sequence[Measured]]) -> Iterator[str]:
    """Milliseconds of CPU a page: of all pages, and of those on which trafilatura was timed too."""
    compared = f"{'compared':>11}{'ours':>8}{'trafil.':>9}{'ratio':>8}"
    yield f"{'CPU ms a page':<18}{'pages':>6}{'ours':>8}{'median':>8}{'worst':>8}{compared}"
    everything = [page for pages in sets.values() for page in pages]
    for name, pages in {**sets, "all": everything}.items():
        ours = [page.found.cpu_ms for page in pages]
        mean, median = statistics.fmean(ours), statistics.median(ours)
        line = f"{name:<18}{len(pages):>6}{mean:>8.1f}{median:>8.1f}{max(ours):>8.0f}"
        if times := timed(pages):
            means = [statistics.fmean(column) for column in zip(*times, strict=True)]
            line += f"{len(times):>11}{means[0]:>8.1f}{means[1]:>9.1f}{means[0] / means[1]:>8.3f}"
        yield line


def quality_of(pages: Sequence[Measured], lead: str) -> Quality | None:
    """What the quality of the records is worth, of the pages whose text is known."""
    known = [page for page in pages if "tok_f1" in page.rows[lead]]
    if len(known) < 10:
        return None
    size = len(known) // 10
    by_quality = sorted(known, key=lambda page: (page.quality, lot(page.case.id, "tie")))
    by_truth = sorted(known, key=lambda page: float(page.rows[lead]["tok_f1"]))
    lowest, others = by_quality[:size], by_quality[size:]
    caught = {id(page) for page in lowest} & {id(page) for page in by_truth[:size]}
    return Quality(len(known), lowest[-1].quality, _mean(lowest, lead), _mean(others, lead), len(caught) / size)


def quality_lines(sets: Mapping[str, Sequence[Measured]], lead: str) -> Iterator[str]:
    everything = [page for pages in sets.values() for page in pages]
    yield f"{'quality':<18}{'pages':>6}{'limit':>8}{'lowest tenth F1':>17}{'others F1':>11}{'worst tenth caught':>20}"
    for name, pages in {**sets, "all": everything}.items():
        if one := quality_of(pages, lead):
            yield f"{name:<18}{one.pages:>6}{one.limit:>8.2f}{one.lowest:>17.3f}{one.others:>11.3f}{one.caught:>20.0%}"


def worst(pages: Sequence[Measured], lead: str, many: int) -> list[Measured]:
    """The pages of a set whose text is worst: by token F1, else by the segments that were missed or kept."""
    scored = [page for page in pages if badness(page.rows[lead]) > 0]
    return sorted(scored, key=lambda page: -badness(page.rows[lead]))[:many]


def badness(row: Row) -> float:
    if "tok_f1" in row:
        return 1.0 - float(row["tok_f1"])
    true, kept, lost = row.get("seg", (1, 0, 0))
    return float(1 - 2 * true / (2 * true + kept + lost)) if true + kept + lost else 0.0


def worst_line(page: Measured, lead: str) -> str:
    row, record = page.rows[lead], page.found.record
    scores = " ".join(f"{name[-2:]} {row[f'tok_{name}']:.3f}" for name in ("f1", "p", "r")) if "tok_f1" in row else ""
    segments = " ".join(
        f"{name} {many}" for name, many in zip(("right", "kept", "lost"), row.get("seg", ()), strict=False)
    )
    how = f"{record['extraction']['method']} {record['extraction']['quality']}" if record else page.found.error
    theirs = page.theirs.row.get("tok_f1") if page.theirs else None
    other = f"  trafil. {theirs:.3f}" if theirs is not None else ""
    return f"{page.case.id[:BATCH]:<{BATCH}}  {scores}  {segments}{other}  {how}  {page.case.url}"


def wrong_lines(pages: Iterable[Measured], field: str, lead: str) -> Iterator[str]:
    """Where a field is not what it should be: what it should, what it is, and where that came from."""
    for page in pages:
        if page.rows[lead].get(WRONG[field], 1.0) == 1.0:
            continue
        ours = prediction(page.found.record, lead).get(TRUTHS[field])
        origins = page.found.record["extraction"]["fields"] if page.found.record else {}
        yield f"{page.case.id[:BATCH]:<{BATCH}}  want {page.case.truth[TRUTHS[field]]!r}"
        yield f"{'':<{BATCH}}  got  {ours!r}  ({origins.get(ORIGINS[field], page.found.error)})"


def oracle_lines(sets: Mapping[str, Sequence[Measured]], lead: str) -> Iterator[str]:
    """What could be reached, were the best of the candidate bodies always taken."""
    yield f"{'oracle':<18}{'pages':>6}{'ours':>8}{'ceiling':>9}{'perfect':>9}  taken from"
    for name, pages in sets.items():
        known = [(page, page.best) for page in pages if page.best]
        if known:
            ceiling = statistics.fmean(best[1] for _, best in known)
            perfect = statistics.fmean(best[1] >= 0.98 for _, best in known)
            names = collections.Counter(best[0] for _, best in known).most_common()
            taken = ", ".join(f"{name} {many}" for name, many in names)
            ours = _mean([page for page, _ in known], lead)
            yield f"{name:<18}{len(known):>6}{ours:>8.3f}{ceiling:>9.3f}{perfect:>9.3f}  {taken}"


def page_record(page: Measured, lead: str) -> dict[str, Any]:
    """A line of `--pages`."""
    record, theirs = page.found.record, page.theirs
    return {
        "set": page.case.set,
        "id": page.case.id,
        "url": page.case.url,
        "error": page.found.error,
        "method": record["extraction"]["method"] if record else None,
        "quality": page.quality,
        "cpu_ms": page.found.cpu_ms,
        **page.rows[lead],
        "trafilatura": {"cpu_ms": theirs.cpu_ms, **theirs.row} if theirs else None,
        "best": page.best,
        "prediction": prediction(record, lead),
        "origins": record["extraction"]["fields"] if record else {},
    }


def _mean(pages: Iterable[Measured], lead: str) -> float:
    return statistics.fmean(page.rows[lead]["tok_f1"] for page in pages)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
