"""Quarantine: what could not be worked, and what people do about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.errors import ExtractError
from pipeline.model import Page, Request
from pipeline.store import Kept, Packed, Store

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
URL = "https://news.example/a"


@pytest.fixture
def held(store: Store) -> Store:
    """A store with a response and a line of an import in quarantine, numbers 1 and 2."""
    with store.write(NOON) as tx:
        one = Request(URL, "page", "example", "https://news.example/feed")
        tx.requests.ask(one, URL, NOON)
        (due,) = tx.queue.due(NOON, [("example", one.feed)])
        page = Page(URL, 200, b"no article here", NOON)
        kept = tx.responses.keep(due, page, Packed("identity", page.body), None, captured=False)
        tx.responses.hold(kept, NOON, "extract", ExtractError("no article on the page \x00"))
        tx.desk.hold(NOON, "import", "line 3", b"{not json", "import", ValueError("no JSON"))
    return store


def test_what_is_held_shows_with_its_error_and_its_bytes(held: Store) -> None:
    with held.read() as reader:
        first, second = reader.quarantined()
        assert (first["id"], first["source"], first["url"], first["stage"]) == (1, "example", URL, "extract")
        assert (first["error"], first["message"]) == ("ExtractError", "no article on the page �")
        assert (second["error"], second["at"]) == ("ValueError", "2024-09-03T12:00:00Z")
        assert reader.raw(1) == (Packed("identity", b"no article here"), 15)
        assert reader.raw(2) == (Packed("identity", b"{not json"), 9)
        assert reader.raw(3) is None
        assert reader.quarantined(3) == []


def test_a_page_that_is_tried_again_is_pending_with_all_its_attempts(held: Store) -> None:
    with held.write(NOON) as tx:
        assert tx.responses.pending(["example"]) == []
        assert tx.desk.retry(1) is True
        assert [one.id for one in tx.responses.pending(["example"])] == [1]
        kept, _, _ = tx.responses.load(1)
        assert isinstance(kept, Kept)
        assert kept.attempts == 0
    with held.read() as reader:
        assert [one["id"] for one in reader.quarantined()] == [2]
        assert [one["state"] for one in reader.quarantined(1)] == ["retried"]


def test_what_has_no_response_cannot_be_tried_again(held: Store) -> None:
    with held.write(NOON) as tx:
        assert tx.desk.retry(2) is False
        assert tx.desk.retry(77) is False
    with held.read() as reader:
        assert [one["id"] for one in reader.quarantined()] == [1, 2]


def test_what_is_dropped_is_no_longer_listed_and_still_in_the_archive(held: Store) -> None:
    with held.write(NOON) as tx:
        tx.desk.drop(1)
    with held.read() as reader:
        assert [one["id"] for one in reader.quarantined()] == [2]
        assert [one["id"] for one in reader.quarantined(state="dropped")] == [1]
        assert len(list(reader.responses())) == 1
        assert reader.sources()["import"] == {"quarantined": 1}
