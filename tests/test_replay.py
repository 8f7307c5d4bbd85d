"""Archives as the network and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.replay import Archive, ReplayNetwork
from pipeline.archive.warc import write_warc
from pipeline.clock import ManualClock
from pipeline.model import Page
from pipeline.replay import Replay
from pipeline.store import Store, Transaction, open_store
from pipeline.store.engine import make_engine
from tests.wire import FEED, START, TEXT, Wire, address, item, page, rss, wire_on

HOUR = timedelta(hours=1)


def capture(url: str, body: str, at: datetime, status: int = 200) -> Page:
    return Page(url, status, body.encode(), at, (("content-type", "text/html; charset=utf-8"),))


def archive_of(path: Path, *pages: Page) -> Path:
    with path.open("wb") as out:
        write_warc(out, pages)
    return path


@contextmanager
def replaying(store: Store, path: Path) -> Iterator[Wire]:
    clock = ManualClock(START)
    with Archive([path]) as archive:
        network = ReplayNetwork(archive, clock)
        with wire_on(store, network=network, archived=True, clock=clock) as wire:
            wire.replay = Replay(wire.line, archive, network, clock, wire.sources)
            yield wire


def replay(store: Store, path: Path, *, pages: bool = False) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The counts and the records of one replay."""
    with replaying(store, path) as wire:
        assert wire.replay is not None
        asyncio.run(wire.replay.run(pages=pages, told=lambda done, of: None))
        return wire.line.tally.summary(["wire"])["wire"], wire.records()


@pytest.fixture
def two_days(tmp_path: Path) -> Path:
    """Two polls; the second one prints a new headline and lists a second story, the first one's page is re-captured."""
    return archive_of(
        tmp_path / "wire.warc.gz",
        capture(FEED, rss(item(1, "Storm closes harbour")), START),
        capture(address(1), page("Storm closes harbour"), START + HOUR / 60),
        capture(
            FEED, rss(item(1, "Storm closes port"), item(2, "Ferry runs aground", "No one was hurt.")), START + HOUR
        ),
        capture(address(1), page("Storm closes port", TEXT + " It reopens on Friday."), START + HOUR * 2),
    )


def test_every_capture_of_a_feed_is_a_poll_at_its_time(store: Store, two_days: Path) -> None:
    counts, records = replay(store, two_days)
    assert (counts["polled"], counts["new"], counts["revised"], counts["failed"]) == (2, 2, 1, 0)
    by_url = {record["url"]: record for record in records}
    first, second = by_url[address(1)], by_url[address(2)]
    assert (first["headline"], first["revision"], first["first_seen_at"]) == (
        "Storm closes port", 2, "2026-03-02T09:00:00Z"
    )  # fmt: skip
    assert (second["completeness"], second["body"], second["first_seen_at"]) == (
        "feed", "No one was hurt.", "2026-03-02T10:00:00Z"
    )  # fmt: skip


def test_the_same_replay_again_changes_nothing(store: Store, two_days: Path) -> None:
    _, before = replay(store, two_days)
    counts, after = replay(store, two_days)
    assert after == before
    assert (counts["new"], counts["revised"], counts["failed"], counts["duplicate"]) == (0, 0, 0, 0)


def test_a_page_is_read_again_where_a_further_capture_is_held(store: Store, tmp_path: Path) -> None:
    path = archive_of(
        tmp_path / "wire.warc.gz",
        capture(FEED, rss(item(1, "Storm closes harbour")), START),
        *(
            capture(address(1), page("Storm closes harbour", f"{TEXT} Version {number}."), START + HOUR * number)
            for number in (1, 2, 3)
        ),
    )
    _, (record,) = replay(store, path)
    assert record["revision"] == 3
    assert record["body"].endswith("Version 3.")


def test_pages_that_no_feed_lists_are_taken_in_on_demand(store: Store, tmp_path: Path) -> None:
    path = archive_of(
        tmp_path / "wire.warc.gz",
        capture(address(9), page("Old story"), START),
        capture("https://wire.test/about", page("About us"), START),
        capture("https://elsewhere.test/news/1", page("Not ours"), START),
    )
    assert replay(store, path)[1] == []
    _, (record,) = replay(store, path, pages=True)
    assert (record["headline"], record["first_seen_at"]) == ("Old story", "2026-03-02T09:00:00Z")
    assert replay(store, path, pages=True)[0]["new"] == 0


class Stop(BaseException):
    """The process ends here."""


class Breaking(Store):
    """A store that ends the process in its n-th transaction: with its work undone, or right after its commit."""

    def __init__(self, url: str, last: int, *, committed: bool) -> None:
        super().__init__(make_engine(url))
        self._left, self._committed = last, committed

    @contextmanager
    def write(self, at: datetime) -> Iterator[Transaction]:
        self._left -= 1
        with super().write(at) as tx:
            yield tx
            if self._left == 0 and not self._committed:
                raise Stop
        if self._left == 0:
            raise Stop


@pytest.mark.parametrize("committed", [False, True], ids=["undone", "committed"])
@pytest.mark.parametrize("last", range(1, 40))
def test_a_replay_that_ends_in_any_transaction_and_is_run_again_gives_the_same(
    tmp_path: Path, two_days: Path, last: int, committed: bool
) -> None:
    whole, url = open_store(f"sqlite:///{tmp_path}/whole.db"), f"sqlite:///{tmp_path}/broken.db"
    _, wanted = replay(whole, two_days)
    open_store(url).close()
    with suppress(Stop):
        replay(Breaking(url, last, committed=committed), two_days)
    assert without_numbers(replay(open_store(url), two_days)[1]) == without_numbers(wanted)


def without_numbers(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in record.items() if name not in ("id", "seq")} for record in records]
