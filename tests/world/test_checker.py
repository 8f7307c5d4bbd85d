"""The checker finds nothing wrong with a service that does all right, and everything that one does wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.model import Change
from tests.world.checker import Report, check
from tests.world.hosts import HOUR
from tests.world.ledger import Asked
from tests.world.perfect import Perfect
from tests.world.plan import World

WORLD = World(stories=300, days=4, seed=5)
Run = tuple[list[Asked], list[dict[str, Any]], list[Change]]


@pytest.fixture(scope="module")
def perfect() -> Perfect:
    return Perfect(WORLD).run()


@pytest.fixture
def run(perfect: Perfect) -> Run:
    """What a service left behind, to be spoilt."""
    return list(perfect.lines.asked), [dict(record) for record in perfect.records.values()], list(perfect.changes)


def problems(run: Run) -> str:
    return "\n".join(check(WORLD, *run).problems)


def renumbered(changes: Iterable[Change]) -> list[Change]:
    return [replace(change, seq=number) for number, change in enumerate(changes, 1)]


def changed(run: Run, kind: str) -> Change:
    return next(change for change in run[2] if change.change == kind)


def test_a_service_without_fault_passes_with_the_requests_of_the_oracle(run: Run) -> None:
    report = check(WORLD, *run)
    assert report.problems == []
    assert report.ratio() == pytest.approx(1.0, abs=0.03)
    assert report.counts["edits stored"] > 30
    assert report.counts["withdrawals stored"] > 3
    assert report.counts["returns stored"] > 0


def test_the_report_is_a_table_with_a_line_for_each_kind_of_request(run: Run) -> None:
    lines = list(check(WORLD, *run).lines())
    assert any(line.split()[:2] == ["tass", "feed"] for line in lines)
    assert lines[-1].strip() == "no problem"
    assert Report().ok


def test_a_story_that_was_served_and_is_not_there_is_lost(run: Run) -> None:
    lost = run[1].pop(0)
    assert "its page was served, but it is not stored" in problems((run[0], run[1], run[2]))
    assert lost["urls"][0].rpartition("/")[2] in problems(run)


def test_a_story_that_was_never_asked_for_is_lost(run: Run) -> None:
    gone = run[1].pop(0)
    paths = {url.partition("127.0.0.")[2].partition("/")[2] for url in gone["urls"]}
    left = [line for line in run[0] if line.path.lstrip("/") not in paths]
    assert "never asked for" in problems((left, run[1], run[2]))


def test_two_articles_of_one_story_are_one_too_many(run: Run) -> None:
    run[1].append(run[1][0] | {"id": 9999})
    assert "stored 2 times" in problems(run)


def test_one_article_of_two_stories_is_found(run: Run) -> None:
    run[1][0]["urls"] = [*run[1][0]["urls"], *run[1][1]["urls"]]
    assert "of 2 stories" in problems(run)


def test_an_old_text_is_a_wrong_text(run: Run) -> None:
    revised = changed(run, "revised").id
    next(record for record in run[1] if record["id"] == revised)["body"] = "Something else."
    assert "is not the text of version" in problems(run)


@pytest.mark.parametrize("kind", ["revised", "withdrawn", "restored", "created"])
def test_a_change_that_was_told_twice_is_found(run: Run, kind: str) -> None:
    assert problems((run[0], run[1], renumbered([*run[2], changed(run, kind)])))


@pytest.mark.parametrize("kind", ["revised", "withdrawn", "restored", "created"])
def test_a_change_that_was_never_told_is_found(run: Run, kind: str) -> None:
    first = changed(run, kind)
    assert problems((run[0], run[1], renumbered(change for change in run[2] if change is not first)))


def test_a_gap_in_the_change_feed_is_found(run: Run) -> None:
    assert "gaps" in problems((run[0], run[1], [change for change in run[2] if change.seq != 7]))


def test_a_service_that_never_reads_a_page_again_misses_edits_and_withdrawals(run: Run, perfect: Perfect) -> None:
    seen: set[tuple[str, str]] = set()
    first = []
    for line in run[0]:
        if line.kind != "page" or line.status == 429 or (line.host, line.path) not in seen:
            first.append(line)
            seen |= {(line.host, line.path)} if line.status != 429 else set()
    said = problems((first, run[1], run[2]))
    assert "(silent)" in said
    assert "(announced)" in said
    assert "not asked for twice" in said


Spoil = Callable[[Asked, Asked], Asked]


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda before, line: replace(line, began=before.ended - timedelta(milliseconds=50)), "while"),
        (lambda before, line: replace(line, began=before.ended + timedelta(milliseconds=500)), "after /"),
    ],
    ids=["at once", "within the pace"],
)
def test_a_host_that_is_pressed_is_found(run: Run, spoilt: Spoil, said: str) -> None:
    tass = [number for number, line in enumerate(run[0]) if line.host == "127.0.0.2"]
    before, number = run[0][tass[4]], tass[5]
    run[0][number] = spoilt(before, run[0][number])
    assert said in problems(run)


def test_a_request_within_the_crawl_delay_is_found(run: Run) -> None:
    lines = [number for number, line in enumerate(run[0]) if line.host == "127.0.0.13"]
    pages = [number for number in lines if run[0][number].kind == "page"]
    before = run[0][lines[lines.index(pages[0]) - 1]]
    run[0][pages[0]] = replace(run[0][pages[0]], began=before.ended + timedelta(seconds=2))
    assert "within Crawl-delay" in problems(run)


def test_a_request_to_a_host_that_asked_for_rest_is_found(run: Run) -> None:
    number = next(number for number, line in enumerate(run[0]) if line.retry_after)
    refused = run[0][number]
    soon = refused.ended + timedelta(seconds=90)
    run[0].append(replace(refused, began=soon, ended=soon + timedelta(seconds=1)))
    assert "before Retry-After" in problems(run)


def test_what_was_served_just_before_a_kill_may_have_to_be_served_again(run: Run) -> None:
    """Twice the same version is one revision; a version that was gone before it was served again is none."""
    revised = changed(run, "revised")
    record = next(record for record in run[1] if record["id"] == revised.id)
    path = "/" + record["urls"][0].split("/", 3)[3]
    line = next(line for line in run[0] if line.path == path and line.version == 2 and line.status == 200)
    again = replace(line, began=line.began + HOUR / 2, ended=line.ended + HOUR / 2)
    asked = sorted([*run[0], again], key=lambda line: line.began)
    assert check(WORLD, asked, run[1], run[2], kills=[line.ended + timedelta(minutes=5)]).problems == []


def test_what_the_end_cut_off_is_not_asked_for(perfect: Perfect) -> None:
    until = WORLD.start + timedelta(days=1)
    asked = [line for line in perfect.lines.asked if line.began < until]
    found = check(WORLD, asked, list(perfect.records.values()), perfect.changes, until=until)
    assert not [problem for problem in found.problems if "never" in problem]
