"""What is due: by its time, of whom, and in which order."""

from __future__ import annotations

from dataclasses import replace

from pipeline.store import Listed, Store
from tests.conftest import NOON
from tests.store.conftest import ENTRY, FEED, FEED_REQUEST, FEEDS, MINUTE, PAGE


def test_a_request_is_due_when_its_time_has_come_and_only_of_the_feeds_named(asked: Store) -> None:
    with asked.write(NOON) as tx:
        assert tx.queue.due(NOON - MINUTE, FEEDS) == []
        assert tx.queue.due(NOON, [("example", "https://news.example/other")]) == []
        (due,) = tx.queue.due(NOON, FEEDS)
        assert due.request == FEED_REQUEST
        assert tx.queue.next_due("example") == NOON


def test_feeds_come_before_pages(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON - MINUTE)
        assert [due.request.kind for due in tx.queue.due(NOON, FEEDS)] == ["feed", "page"]


def test_a_run_leaves_what_failed_or_was_polled_since_it_began(asked: Store) -> None:
    later = NOON + MINUTE
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, "new"), "example", (), later)
        tx.requests.ask_page(Listed(replace(ENTRY, url="https://news.example/b"), "failed"), "example", (), NOON)
        feed, failed = (one for one in tx.queue.due(NOON, [("example", FEED)]) if one.url_key in (FEED, "failed"))
        tx.outcomes.failed(failed, NOON, later, "no answer")
        tx.requests.wake("example", FEED, later)
        found = tx.queue.due(later, [("example", FEED)], begun=NOON)
    assert feed.request.kind == "feed"
    assert [one.url_key for one in found] == ["new"]
