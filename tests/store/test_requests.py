"""Feeds, listings and pages are asked for once, and again when there is a reason."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Request
from pipeline.store import Listed, Packed, Store
from tests.conftest import NOON
from tests.store.conftest import ENTRY, FEED, FEED_REQUEST, FEEDS, MINUTE, PAGE, page


def test_asking_again_does_not_move_the_time(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask(FEED_REQUEST, FEED, NOON + MINUTE)
        assert len(tx.queue.due(NOON, FEEDS)) == 1


def test_a_page_is_asked_for_once_and_again_when_its_entry_changed(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON)
        due = tx.queue.page_request("example", PAGE)
        assert due is not None
        assert due.request.entry == ENTRY
        came = page(url=PAGE)
        kept = tx.responses.keep(due, came, Packed("identity", came.body), None, captured=False)
        tx.responses.finish(kept)
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON)
        assert [one.request.kind for one in tx.queue.due(NOON, FEEDS)] == ["feed"]
        changed = replace(ENTRY, headline="Ferry sails again")
        tx.requests.ask_page(Listed(changed, PAGE), "example", ("headline",), NOON)
        again = tx.queue.due(NOON, FEEDS)[1]
        assert (again.request.entry, again.changed) == (changed, ("headline",))


def test_a_menu_retires_the_listings_that_it_no_longer_lists(asked: Store) -> None:
    listings = [Request(f"{FEED}/{name}", "listing", "example", FEED, section=name) for name in ("a", "b")]
    with asked.write(NOON) as tx:
        tx.requests.ask_listings(FEED_REQUEST, listings, NOON, NOON)
        tx.requests.ask_listings(FEED_REQUEST, listings[1:], NOON, NOON)
        assert [due.request.section for due in tx.queue.due(NOON, FEEDS)] == [None, "b"]
        tx.requests.ask_listings(FEED_REQUEST, listings, NOON, NOON)
        assert len(tx.queue.due(NOON, FEEDS)) == 3


def test_forcing_a_feed_makes_it_due_without_validators(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        came = page(headers=(("etag", '"1"'),))
        tx.responses.keep(due, came, Packed("identity", came.body), NOON + 9 * MINUTE, captured=False)
        tx.requests.wake("example", FEED, NOON, forget=True)
        (again,) = tx.queue.due(NOON, FEEDS)
        assert (again.request.etag, again.sha256) == (None, None)
