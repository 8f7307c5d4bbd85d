"""What a request came to is told, and says when it is asked again."""

from __future__ import annotations

from pipeline.store import Listed, Packed, Store
from tests.conftest import NOON
from tests.store.conftest import ENTRY, FEEDS, MINUTE, PAGE, page


def test_a_failure_is_told_and_tried_again(asked: Store) -> None:
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        tx.outcomes.failed(due, NOON, NOON + MINUTE, "timeout")
        (again,) = tx.queue.due(NOON + MINUTE, FEEDS)
        assert again.attempts == 1
        tx.outcomes.failed(again, NOON, None, "gone")
        assert tx.queue.due(NOON + 9 * MINUTE, FEEDS) == []
    with asked.read() as reader:
        assert reader.sources()["example"]["last_error"] == "gone"


def test_the_state_of_a_source_is_told(asked: Store) -> None:
    with asked.write(NOON) as tx:
        tx.requests.ask_page(Listed(ENTRY, PAGE), "example", (), NOON)
        due = tx.queue.due(NOON, FEEDS)[0]
        tx.responses.keep(due, page(), Packed("identity", b"<rss/>"), NOON + 5 * MINUTE, captured=False)
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
