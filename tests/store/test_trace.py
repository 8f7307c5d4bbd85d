"""What is looked up for a trace: of one agency's article alone, and never more than one reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pipeline.model import Entry, Link, Page, Request
from pipeline.store import Listed, Packed, Store
from pipeline.store import trace as traces
from tests.conftest import NOON

FEED, ICE = "https://news.example/feed", "https://news.example/ice"


def test_what_another_agency_lists_is_no_part_of_an_article(store: Store, put: Any) -> None:
    number = put(store, url=ICE)
    with store.write(NOON) as tx:
        for source in ("example", "other"):
            listed = Listed(Entry(ICE, FEED, NOON), ICE)
            tx.sightings.see(source, FEED, "", [listed])
            tx.requests.ask_page(listed, source, (), NOON)
            tx.desk.hold(NOON, source, ICE, b"raw", "import", ValueError("bad"))
    with store.read() as reader:
        found, address = reader.trace(number), reader.trace_address(ICE, [ICE])
        assert reader.trace(number + 1) is None
        assert reader.trace_address("x", ["x"]).is_empty
    assert found is not None
    for rows in (found.sightings, found.requests, found.quarantined):
        assert [row["source"] for row in rows] == ["example"]
    for rows in (address.sightings, address.requests, address.quarantined):
        assert sorted(row["source"] for row in rows) == ["example", "other"]
    assert not address.is_empty


def test_of_many_answers_the_newest_are_told_and_the_rest_counted(store: Store) -> None:
    with store.write(NOON) as tx:
        tx.requests.ask(Request(FEED, "feed", "example", FEED), FEED, NOON)
        (due,) = tx.queue.due(NOON, [("example", FEED)])
        for number in range(traces.MOST + 5):
            page = Page(FEED, 200, b"%d" % number, NOON + timedelta(minutes=number))
            tx.responses.keep(due, page, Packed("identity", page.body), None, captured=False)
    with store.read() as reader:
        found = reader.trace_address(FEED, [FEED])
    assert (len(found.responses), found.unsaid) == (traces.MOST, 5)
    assert min(row["fetched_at"] for row in found.responses) == NOON + timedelta(minutes=5)


def test_of_many_copies_some_are_told_and_the_rest_counted(store: Store, put: Any) -> None:
    first, *copies = (put(store, url=f"{ICE}/{number}") for number in range(traces.MOST + 3))
    with store.write(NOON) as tx:
        for number in copies:
            tx.relations.add(number, Link("duplicate", first, 1.0, "the same words", "exact/1"))
    with store.read() as reader:
        found = reader.trace(first)
    assert found is not None
    assert (len(found.linked), found.unlinked, found.members) == (traces.MOST, 2, 0)
