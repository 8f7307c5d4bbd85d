"""What the service does once a day, on a real line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.archive.pack import unpack
from pipeline.dispatch import Dispatch
from pipeline.settings import KeepSettings
from pipeline.store import Store
from pipeline.wiring.service import housekeeper
from tests.clocks import SleepersClock
from tests.wire import FEED, Wire, address, item, page, rss, wire_on


def keep_house(wire: Wire, kept: KeepSettings) -> None:
    async def once() -> None:
        await housekeeper(wire.line, kept)(Dispatch(wire.line, SleepersClock()))

    wire.run(once())


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        (KeepSettings(), [address(1), FEED]),
        (KeepSettings(feeds_days=100), [FEED, address(1), FEED]),
        (KeepSettings(pages_days=30), [FEED]),
    ],
)
def test_old_responses_go_by_the_services_own_clock(store: Store, kept: KeepSettings, left: list[str]) -> None:
    with wire_on(store) as wire:
        wire.web.put(address(1), page("Harbour closed"))
        wire.web.put(FEED, rss(item(1, "Harbour closed")))
        wire.poll()
        wire.web.put(FEED, rss(item(1, "Harbour closed"), "<!-- the same news -->"))
        wire.poll(timedelta(hours=2))
        before = wire.records()
        keep_house(wire, kept)
        with store.read() as reader:
            assert [one.page.url for one in reader.responses()] == [FEED, address(1), FEED]
        wire.clock.move(wire.clock.now() + timedelta(days=40))
        keep_house(wire, kept)
        with store.read() as reader:
            assert [one.page.url for one in reader.responses()] == left
        assert wire.records() == before
        assert wire.poll()["new"] == 0
        assert store.check(unpack) == []
