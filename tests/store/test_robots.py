"""robots.txt files are kept by origin, the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.model import RobotsFile
from pipeline.store import Store

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
KNOWN = RobotsFile(NOON, NOON + timedelta(days=1), 200, "User-agent: *\nDisallow: /私\n")


def test_what_is_saved_is_loaded_until_something_newer_is_saved(store: Store) -> None:
    with store.write(NOON) as tx:
        assert tx.robots.load("https://news.example") is None
        tx.robots.save("https://news.example", KNOWN)
    with store.write(NOON) as tx:
        assert tx.robots.load("https://news.example") == KNOWN
        later = RobotsFile(NOON + timedelta(days=1), NOON + timedelta(days=1, minutes=5), 0, KNOWN.text)
        tx.robots.save("https://news.example", later)
    with store.write(NOON) as tx:
        assert tx.robots.load("https://news.example") == later
        assert tx.robots.load("http://news.example") is None


def test_a_hostile_text_and_a_long_origin_are_kept(store: Store) -> None:
    origin = "https://" + "a" * 5000 + ".example"
    with store.write(NOON) as tx:
        tx.robots.save(origin, RobotsFile(NOON, NOON, 200, "\x00" * 1000))
    with store.write(NOON) as tx:
        found = tx.robots.load(origin)
    assert found is not None
    assert found.text == "\N{REPLACEMENT CHARACTER}" * 1000
