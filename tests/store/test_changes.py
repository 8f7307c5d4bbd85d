"""The change feed: numbers without gaps, in the order of commits, whoever writes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.errors import StoreError
from pipeline.model import Source
from pipeline.store import Store, open_store

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
WRITERS, ARTICLES = 8, 6


def test_eight_writers_leave_no_gap_and_hide_nothing_from_a_reader(
    database_url: str, store: Store, article: Any, put: Any
) -> None:
    """A reader that goes on from the last number it saw never misses one that commits late."""
    seen: list[int] = []
    done = threading.Event()
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        own = open_store(database_url)
        try:
            for number in range(ARTICLES):
                put(own, source=f"writer-{writer}", headline=f"Ferry {number}")
        except BaseException as error:  # a thread's end is told to nobody
            failures.append(error)
        finally:
            own.close()

    def follow() -> None:
        own = open_store(database_url)
        while True:
            last_round = done.is_set()
            with own.read() as reader:
                seen.extend(change.seq for change in reader.changes(seen[-1] if seen else 0, limit=3))
            if last_round and len(seen) >= WRITERS * ARTICLES:
                break
            if last_round and failures:
                break
        own.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    follower = threading.Thread(target=follow)
    for thread in (follower, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    follower.join()
    assert failures == []
    assert seen == list(range(1, WRITERS * ARTICLES + 1))


def test_what_is_rolled_back_leaves_no_gap(store: Store, article: Any, put: Any) -> None:
    put(store)
    one = article()

    def fail_at_the_end() -> None:
        with store.write(NOON) as tx:
            tx.articles.create(one, fingerprint(one, Source(id="example", name="")), None)
            tx.articles.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()
    put(store)
    with store.read() as reader:
        assert [(change.seq, change.id) for change in reader.changes(0)][:1] == [(1, 1)]
        assert [change.seq for change in reader.changes(0)] == [1, 2]
        assert reader.totals()["articles"] == reader.last_seq() == 2


def test_a_change_says_what_and_when_and_of_which_database(store: Store, put: Any) -> None:
    number = put(store, url="https://news.example/a")
    with store.read() as reader:
        (change,) = reader.changes(0)
        assert change.epoch == reader.epoch() != ""
        assert reader.changes(change.seq) == []
    assert (change.seq, change.at, change.change, change.id) == (1, NOON, "created", number)
    assert (change.revision, change.source, change.url) == (1, "example", "https://news.example/a")


def test_every_database_has_an_epoch_of_its_own(tmp_path: Any) -> None:
    epochs = set()
    for name in "ab":
        store = open_store(f"sqlite:///{tmp_path}/{name}.db")
        with store.read() as reader:
            epochs.add(reader.epoch())
        store.close()
    assert len(epochs) == 2


def test_a_cursor_is_kept_by_name(store: Store) -> None:
    with store.read() as reader:
        assert reader.cursor("desk") is None
    for seq in (7, 9):
        with store.write(NOON) as tx:
            tx.desk.move_cursor("desk", "epoch", seq)
    with store.read() as reader:
        assert reader.cursor("desk") == ("epoch", 9)
        assert reader.cursor("other") is None


def test_an_error_of_the_database_undoes_the_whole_transaction(store: Store, article: Any, put: Any) -> None:
    put(store)

    def fail_midway() -> None:
        with store.write(NOON) as tx:
            tx.desk.move_cursor("desk", "epoch", 1)
            tx.desk.move_cursor("desk", None, 2)  # type: ignore[arg-type]  # what the database refuses

    with pytest.raises(StoreError):
        fail_midway()
    with store.read() as reader:
        assert reader.cursor("desk") is None


def test_a_time_without_a_zone_is_a_bug_and_shows(store: Store, put: Any) -> None:
    with pytest.raises(StoreError, match="a time without a zone"):
        put(store, fetched_at=datetime(2024, 9, 3))


def test_a_reader_sees_one_moment(store: Store, put: Any) -> None:
    put(store)
    with store.read() as reader:
        assert reader.last_seq() == 1
        put(store)
        assert reader.last_seq() == 1
        assert reader.totals()["articles"] == 1
