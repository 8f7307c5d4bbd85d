"""Who may be asked, and by whom."""

from __future__ import annotations

from pipeline.store import Store
from tests.conftest import NOON
from tests.store.conftest import MINUTE


def test_a_source_has_one_poller_at_a_time(store: Store) -> None:
    with store.write(NOON) as tx:
        assert tx.permits.lease("example", "one", NOON, NOON + MINUTE) is None
        assert tx.permits.lease("example", "two", NOON, NOON + MINUTE) == "one"
        assert tx.permits.lease("example", "one", NOON, NOON + MINUTE) is None
        assert tx.permits.lease("example", "two", NOON + 2 * MINUTE, NOON + 3 * MINUTE) is None
        tx.permits.release("two")
        assert tx.permits.lease("example", "one", NOON, NOON + MINUTE) is None
