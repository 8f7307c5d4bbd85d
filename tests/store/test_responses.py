"""Responses are kept whole before they are worked."""

from __future__ import annotations

from dataclasses import replace

from pipeline.store import Packed, Store, sha256_of
from tests.conftest import NOON
from tests.store.conftest import FEED, FEEDS, MINUTE, page


def test_a_response_is_kept_with_its_validators_and_the_next_time(asked: Store) -> None:
    headers = (("etag", '"1"'), ("last-modified", "Tue"), ("x-odd", "\x00"))
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        came = page(headers=headers, final_url=f"{FEED}/")
        kept = tx.responses.keep(due, came, Packed("identity", came.body), NOON + MINUTE, captured=False)
        assert [one.id for one in tx.responses.pending(["example"])] == [kept.id]
        assert tx.queue.due(NOON, FEEDS) == []
        (again,) = tx.queue.due(NOON + MINUTE, FEEDS)
        assert (again.request.etag, again.request.last_modified) == ('"1"', "Tue")
        assert again.sha256 == sha256_of(b"<rss/>")
        loaded, packed, size = tx.responses.load(kept.id)
        assert loaded.page == replace(came, body=b"", headers=(*headers[:2], ("x-odd", "�")))
        assert (packed, size, loaded.attempts) == (Packed("identity", b"<rss/>"), 6, 1)
        tx.responses.finish(kept)
        assert tx.responses.pending(["example"]) == []


def test_the_same_bytes_are_kept_once(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        for minutes in range(3):
            came = page(at=NOON + minutes * MINUTE)
            tx.responses.keep(due, came, Packed("identity", came.body), None, captured=False)
    with asked.read() as reader:
        assert [one.page.fetched_at for one in reader.responses()] == [NOON, NOON + MINUTE, NOON + 2 * MINUTE]
        assert reader.totals()["archive_bytes"] == 6


def test_responses_come_by_source_oldest_first(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        for number in range(45):
            came = page(b"%d" % number)
            tx.responses.keep(due, came, Packed("identity", came.body), None, captured=False)
    with asked.read() as reader:
        assert [one.packed.data for one in reader.responses(("example",))] == [b"%d" % n for n in range(45)]
        assert list(reader.responses(("other",))) == []
