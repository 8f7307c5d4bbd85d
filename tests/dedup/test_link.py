"""Which of several copies is the original."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from pipeline.dedup import Copy, original_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_original_is_the_earliest_then_by_source_and_address_in_any_order() -> None:
    copies = [
        Copy(1, "b", "https://b/1", AT, None),
        Copy(2, "a", "https://a/2", AT, None),
        Copy(3, "a", "https://a/1", AT, None),
        Copy(4, "c", "https://c/1", AT + timedelta(seconds=1), None),
    ]
    assert {original_of(order).id for order in itertools.permutations(copies)} == {3}
    early = Copy(5, "z", "https://z/1", AT - timedelta(seconds=1), None)
    assert original_of([*copies, early]) == early
