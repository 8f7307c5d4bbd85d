"""What feeds list is noted once, and its changes are told."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Entry
from pipeline.store import Listed, Store
from tests.conftest import NOON
from tests.store.conftest import ENTRY, FEED, MINUTE, PAGE


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
