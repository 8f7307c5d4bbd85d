"""The queue and the archive: what is to be fetched, what came back, where articles were listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.model import Entry, Page, Request, Rhythm
from pipeline.store import Listed, Packed, Store, sha256_of
from pipeline.store import engine as engines

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FEED = "https://news.example/feed"
PAGE = "https://news.example/a"
FEEDS = [("example", FEED)]
FEED_REQUEST = Request(FEED, "feed", "example", FEED, language="en")
ENTRY = Entry(PAGE, FEED, NOON, guid="a", headline="Ferry sails", keywords=("ferry",), authors=("Ann Lee",))


def page(body: bytes = b"<rss/>", url: str = FEED, at: datetime = NOON, **attributes: Any) -> Page:
    return Page(url, 200, body, at, **attributes)


@pytest.fixture
def asked(store: Store) -> Store:
    """A store in which the feed is due at noon."""
    with store.write(NOON) as tx:
        tx.requests.ask(FEED_REQUEST, FEED, NOON)
    return store


def test_a_request_is_due_when_its_time_has_come_and_only_of_the_feeds_named(asked: Store) -> None:
    with asked.write(NOON) as tx:
        assert tx.requests.due(NOON - MINUTE, FEEDS) == []
        assert tx.requests.due(NOON, [("example", "https://news.example/other")]) == []
        (due,) = tx.requests.due(NOON, FEEDS)
        assert due.request == FEED_REQUEST
        assert tx.requests.next_due("example") == NOON


def test_asking_again_does_not_move_the_time(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask(FEED_REQUEST, FEED, NOON + MINUTE)
        assert len(tx.requests.due(NOON, FEEDS)) == 1


def test_feeds_come_before_pages(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON - MINUTE)
        assert [due.request.kind for due in tx.requests.due(NOON, FEEDS)] == ["feed", "page"]


def test_a_response_is_kept_with_its_validators_and_the_next_time(asked: Store) -> None:
    headers = (("etag", '"1"'), ("last-modified", "Tue"), ("x-odd", "\x00"))
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        came = page(headers=headers, final_url=f"{FEED}/")
        kept = tx.requests.keep(due, came, Packed("identity", came.body), NOON + MINUTE, captured=False)
        assert [one.id for one in tx.requests.pending(["example"])] == [kept.id]
        assert tx.requests.due(NOON, FEEDS) == []
        (again,) = tx.requests.due(NOON + MINUTE, FEEDS)
        assert (again.request.etag, again.request.last_modified) == ('"1"', "Tue")
        assert again.sha256 == sha256_of(b"<rss/>")
        loaded, packed, size = tx.requests.load(kept.id)
        assert loaded.page == replace(came, body=b"", headers=(*headers[:2], ("x-odd", "�")))
        assert (packed, size, loaded.attempts) == (Packed("identity", b"<rss/>"), 6, 1)
        tx.requests.finish(kept)
        assert tx.requests.pending(["example"]) == []


def test_the_same_bytes_are_kept_once(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        for minutes in range(3):
            came = page(at=NOON + minutes * MINUTE)
            tx.requests.keep(due, came, Packed("identity", came.body), None, captured=False)
    with asked.read() as reader:
        assert [one.page.fetched_at for one in reader.responses()] == [NOON, NOON + MINUTE, NOON + 2 * MINUTE]
        assert reader.totals()["archive_bytes"] == 6


def test_responses_come_by_source_oldest_first(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        for number in range(45):
            came = page(b"%d" % number)
            tx.requests.keep(due, came, Packed("identity", came.body), None, captured=False)
    with asked.read() as reader:
        assert [one.packed.data for one in reader.responses(("example",))] == [b"%d" % n for n in range(45)]
        assert list(reader.responses(("other",))) == []


def test_a_failure_is_told_and_tried_again(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        tx.requests.failed(due, NOON, NOON + MINUTE, "timeout")
        (again,) = tx.requests.due(NOON + MINUTE, FEEDS)
        assert again.attempts == 1
        tx.requests.failed(again, NOON, None, "gone")
        assert tx.requests.due(NOON + 9 * MINUTE, FEEDS) == []
    with asked.read() as reader:
        assert reader.sources()["example"]["last_error"] == "gone"


def test_a_capture_is_known_by_address_time_and_bytes(asked: Store) -> None:
    long = "https://news.example/" + "".join(chr(0x4E00 + index * 7919 % 20000) for index in range(3000))
    with asked.write(NOON) as tx:
        for url in (FEED, long):
            for _ in range(2):
                tx.requests.worked(page(url=url))
            assert tx.requests.is_worked(page(url=url))
            assert not tx.requests.is_worked(page(b"other", url))
            assert not tx.requests.is_worked(page(url=url, at=NOON + MINUTE))
        assert not tx.requests.is_worked(page(url=long + "x"))


def test_a_page_is_asked_for_once_and_again_when_its_entry_changed(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON)
        due = tx.requests.page_request("example", PAGE)
        assert due is not None
        assert due.request.entry == ENTRY
        came = page(url=PAGE)
        kept = tx.requests.keep(due, came, Packed("identity", came.body), None, captured=False)
        tx.requests.finish(kept)
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON)
        assert [one.request.kind for one in tx.requests.due(NOON, FEEDS)] == ["feed"]
        changed = replace(ENTRY, headline="Ferry sails again")
        tx.requests.ask_page(Listed(changed, PAGE), "example", ("headline",), NOON)
        again = tx.requests.due(NOON, FEEDS)[1]
        assert (again.request.entry, again.changed) == (changed, ("headline",))


def test_a_listing_tells_what_is_new_and_what_changed(asked: Store) -> None:
    with asked.write(NOON) as tx:

        def see(entry: Entry, key: str = PAGE) -> frozenset[str] | None:
            ((_, changed),) = tx.sightings.see("example", FEED, "", [Listed(entry, key)])
            return changed

        later = replace(ENTRY, seen_at=NOON + MINUTE)
        long = "https://news.example/" + "".join(chr(0x4E00 + index * 7919 % 20000) for index in range(3000))
        assert [see(ENTRY), see(later)] == [None, frozenset()]
        assert see(replace(later, headline="Ferry sails again")) == frozenset({"headline"})
        assert see(replace(later, headline="Ferry sails again", text="More.")) == frozenset({"text"})
        assert see(replace(ENTRY, headline="An older listing")) == frozenset()
        assert [see(ENTRY, long), see(later, long)] == [None, frozenset()]
        assert tx.sightings.first_seen("example", PAGE) == NOON
        assert tx.sightings.first_seen("other", PAGE) is None


def test_a_menu_retires_the_listings_that_it_no_longer_lists(asked: Store) -> None:
    listings = [Request(f"{FEED}/{name}", "listing", "example", FEED, section=name) for name in ("a", "b")]
    with asked.write(NOON) as tx:
        tx.requests.ask_listings(FEED_REQUEST, listings, NOON, NOON)
        tx.requests.ask_listings(FEED_REQUEST, listings[1:], NOON, NOON)
        assert [due.request.section for due in tx.requests.due(NOON, FEEDS)] == [None, "b"]
        tx.requests.ask_listings(FEED_REQUEST, listings, NOON, NOON)
        assert len(tx.requests.due(NOON, FEEDS)) == 3


def test_forcing_a_feed_makes_it_due_without_validators(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        came = page(headers=(("etag", '"1"'),))
        tx.requests.keep(due, came, Packed("identity", came.body), NOON + 9 * MINUTE, captured=False)
        tx.requests.wake("example", FEED, NOON, forget=True)
        (again,) = tx.requests.due(NOON, FEEDS)
        assert (again.request.etag, again.sha256) == (None, None)


def test_a_source_has_one_poller_at_a_time(store: Store) -> None:
    with store.write(NOON) as tx:
        assert tx.permits.lease("example", "one", NOON, NOON + MINUTE) is None
        assert tx.permits.lease("example", "two", NOON, NOON + MINUTE) == "one"
        assert tx.permits.lease("example", "one", NOON, NOON + MINUTE) is None
        assert tx.permits.lease("example", "two", NOON + 2 * MINUTE, NOON + 3 * MINUTE) is None
        tx.permits.release("two")
        assert tx.permits.lease("example", "one", NOON, NOON + MINUTE) is None


def test_the_state_of_a_source_is_told(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON)
        due = tx.requests.due(NOON, FEEDS)[0]
        tx.requests.keep(due, page(), Packed("identity", b"<rss/>"), NOON + 5 * MINUTE, captured=False)
    with asked.read() as reader:
        assert reader.sources() == {
            "example": {
                "feeds": 1,
                "last_poll": NOON,
                "next_poll": NOON + 5 * MINUTE,
                "waiting_pages": 1,
                "failing_feeds": 0,
                "last_error": None,
            }
        }
        assert reader.totals() == {"articles": 0, "changes": 0, "pending": 1, "archive_bytes": 6}


def test_a_run_leaves_what_failed_or_was_polled_since_it_began(asked: Store) -> None:
    later = NOON + MINUTE
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, "new"), "example", (), later)
        tx.requests.ask_page(Listed(replace(ENTRY, url="https://news.example/b"), "failed"), "example", (), NOON)
        feed, failed = (one for one in tx.requests.due(NOON, [("example", FEED)]) if one.url_key in (FEED, "failed"))
        tx.requests.failed(failed, NOON, later, "no answer")
        tx.requests.wake("example", FEED, later)
        found = tx.requests.due(later, [("example", FEED)], begun=NOON)
    assert feed.request.kind == "feed"
    assert [one.url_key for one in found] == ["new"]


def test_a_rhythm_is_kept_whole(asked: Store) -> None:
    rhythm = Rhythm((1.0,) * 24, (2.0,) * 24, NOON, lull=12.5, doubt=3.5, since=NOON)
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        tx.requests.polled(due.id, rhythm=rhythm)
        assert tx.requests.past_of("example", FEED)[1].rhythm == rhythm


def test_a_rhythm_of_an_older_version_has_no_lull(asked: Store, database_url: str) -> None:
    old = '{"entries": [1.0], "hours": [2.0], "upto": "2024-09-03T12:00:00Z"}'
    with asked.write(NOON) as tx:
        (due,) = tx.requests.due(NOON, FEEDS)
        tx.requests.polled(due.id, rhythm=Rhythm((), (), NOON))
    engine = engines.make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE polling SET rhythm = '{old}'".replace(":", r"\:")))
    engine.dispose()
    with asked.write(NOON) as tx:
        assert tx.requests.past_of("example", FEED)[1].rhythm == Rhythm((1.0,), (2.0,), NOON)
