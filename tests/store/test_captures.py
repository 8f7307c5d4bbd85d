"""Captures that were worked are known again."""

from __future__ import annotations

from pipeline.store import Store
from tests.conftest import NOON
from tests.store.conftest import FEED, MINUTE, page


def test_a_capture_is_known_by_address_time_and_bytes(asked: Store) -> None:
    long = "https://news.example/" + "".join(chr(0x4E00 + index * 7919 % 20000) for index in range(3000))
    with asked.write(NOON) as tx:
        for url in (FEED, long):
            for _ in range(2):
                tx.captures.worked(page(url=url))
            assert tx.captures.is_worked(page(url=url))
            assert not tx.captures.is_worked(page(b"other", url))
            assert not tx.captures.is_worked(page(url=url, at=NOON + MINUTE))
        assert not tx.captures.is_worked(page(url=long + "x"))
