"""How well and at what cost articles are extracted: `python -m tests.benchmarks.extraction --help`.

Puts every page of every set under `$NEWSWIRE_SHARED/bench/extraction` through what `newswire extract --manifest` does,
times trafilatura on a part of them in between, and prints the scores beside the bars, the CPU, what `quality` is worth,
and how the CPU grows with the size of a page.  The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.pool import Pool
from pathlib import Path

from pipeline.settings import load
from tests.benchmarks.extraction import growth, report
from tests.benchmarks.extraction.sets import Case, benches, load_scorer, load_sets, lot, sampled
from tests.benchmarks.extraction.show import shown
from tests.benchmarks.extraction.work import LEADS, Measured, Task, measure, prepare

ONE_IN = 5  # pages on which trafilatura is timed
TASKS = 400  # after which a worker is renewed: trafilatura's caches grow


def main() -> int:
    asked = _arguments().parse_args()
    directory = benches()
    sets = {name: _chosen(cases, asked) for name, cases in load_sets(directory, asked.set).items()}
    if not any(sets.values()):
        print(f"no pages; NEWSWIRE_SHARED says where {directory} is, --set and --show choose of it", file=sys.stderr)
        return 2
    scorer = directory / "score.py"
    arguments = (load(None, os.environ, {}), scorer, asked.rouge)
    with multiprocessing.get_context("spawn").Pool(asked.workers, prepare, arguments, TASKS) as pool:
        tasks = [_task(case, asked) for cases in sets.values() for case in cases]
        pages = _gathered(_told(pool.imap_unordered(measure, tasks, 4), len(tasks)), tasks)
        grown = _grown(pool) if asked.growth else {}
    done = {name: [pages[name, case.id] for case in cases] for name, cases in sets.items()}
    return _report(asked, scorer, {name: one for name, one in done.items() if one}, grown)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.extraction", description=__doc__)
    add = parser.add_argument
    add("--set", action="append", default=[], metavar="NAME", help="only this set; may be given again")
    add("--sample", type=int, metavar="N", help="only so many pages of each set, the same ones every time; no growth")
    add("--workers", type=int, default=2, metavar="N")
    add(
        "--trafilatura",
        choices=("none", "sample", "all"),
        default="sample",
        help="time it on 1 page in 5, or score it on all",
    )
    add("--lead", choices=LEADS, default="join", help="score the body with the record's lead above it, or without")
    add("--by", metavar="FIELD", help="break the scores down by a field of the truth: language, group")
    add("--worst", type=int, default=0, metavar="N", help="list the pages of each set whose text is worst")
    add("--wrong", choices=tuple(report.WRONG), action="append", default=[], help="list the pages with a wrong field")
    add("--show", action="append", default=[], metavar="ID", help="only this page: its text against the truth")
    add("--pages", type=Path, metavar="FILE", help="write a line of JSON for each page")
    add("--oracle", action="store_true", help="what the best of the candidate bodies would reach")
    add("--rouge", action="store_true", help="ROUGE-LSum too, which is slow")
    add(
        "--growth",
        action=argparse.BooleanOptionalAction,
        help="growth with the size of a page; default: of a whole run",
    )
    return parser


def _chosen(cases: Sequence[Case], asked: argparse.Namespace) -> list[Case]:
    """The pages of a set that are asked for; what is left open of `asked` is settled here."""
    if asked.growth is None:
        asked.growth = not (asked.sample or asked.set or asked.show)
    if asked.show:
        return [case for case in cases if any(case.id.startswith(name) for name in asked.show)]
    return sampled(cases, asked.sample)


def _task(case: Case, asked: argparse.Namespace) -> Task:
    is_scored = asked.trafilatura == "all" or (asked.oracle and asked.trafilatura != "none")
    is_timed = is_scored or (asked.trafilatura == "sample" and lot(case.id, "timed") % ONE_IN == 0)
    return Task(case, is_timed, is_scored, asked.oracle)


def _told(found: Iterable[Measured], many: int) -> Iterator[Measured]:
    """The same, telling a terminal how far it is."""
    for number, one in enumerate(found, 1):
        if sys.stderr.isatty() and (number % 20 == 0 or number == many):
            print(f"\r{number} of {many} pages", end="\n" if number == many else "", file=sys.stderr)
        yield one


def _gathered(found: Iterable[Measured], tasks: Sequence[Task]) -> dict[tuple[str, str], Measured]:
    pages = {(one.case.set, one.case.id): one for one in found}
    assert len(pages) == len({(task.case.set, task.case.id) for task in tasks})
    return pages


def _grown(pool: Pool) -> dict[str, list[tuple[float, float]]]:
    return dict(zip(growth.SHAPES, pool.map(growth.grown, growth.SHAPES, 1), strict=True))


def _report(
    asked: argparse.Namespace, path: Path, sets: dict[str, list[Measured]], grown: dict[str, list[tuple[float, float]]]
) -> int:
    scorer = load_scorer(path)
    everything = [page for pages in sets.values() for page in pages]
    if asked.pages:
        lines = (json.dumps(report.page_record(page, asked.lead), ensure_ascii=False) for page in everything)
        asked.pages.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if asked.show:
        for page in everything:
            _print(shown(scorer, page, asked.lead, colours=sys.stdout.isatty()))
        return 0
    totals = {name: report.totals_of(scorer, pages, asked.lead) for name, pages in sets.items()}
    theirs = {name: report.theirs_of(scorer, pages) for name, pages in sets.items()}
    ratio = report.ratio_of(everything)
    bars = report.bar_lines(totals, theirs, ratio)
    other = next(lead for lead in LEADS if lead != asked.lead)
    leads = {f"{name} ({other})": report.totals_of(scorer, pages, other) for name, pages in sets.items()}
    _print(bars, report.table(totals), report.table({name: one for name, one in leads.items() if "tok_f1" in one}))
    if any(theirs.values()):
        _print(report.table({f"{name} (trafilatura)": one for name, one in theirs.items() if one}))
    _print(report.cpu_lines(sets), report.quality_lines(sets, asked.lead))
    _details(asked, path, sets)
    if grown:
        _print(growth.growth_lines(grown))
    return 1 if report.missed(totals, ratio) or any(map(growth.trouble, grown.values())) else 0


def _details(asked: argparse.Namespace, path: Path, sets: dict[str, list[Measured]]) -> None:
    scorer = load_scorer(path)
    if asked.oracle:
        _print(report.oracle_lines(sets, asked.lead))
    for name, pages in sets.items():
        if asked.by:
            groups = report.grouped(pages, asked.by).items()
            by_group = {key: report.totals_of(scorer, one, asked.lead) for key, one in groups}
            _print([f"{name} by {asked.by}", *report.table(by_group)])
        if asked.worst and (bad := report.worst(pages, asked.lead, asked.worst)):
            _print([f"worst of {name}", *(report.worst_line(page, asked.lead) for page in bad)])
        for field in asked.wrong:
            if lines := list(report.wrong_lines(pages, field, asked.lead)):
                _print([f"wrong {field} in {name}", *lines])


def _print(*blocks: Iterable[str]) -> None:
    """Each block of lines, with a blank line behind it."""
    for block in blocks:
        print(*block, "", sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
