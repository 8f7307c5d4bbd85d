"""What is due is put on the line: a host at a time, fairly, and through whatever befalls the database."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.clock import ManualClock
from pipeline.dispatch import Dispatch
from pipeline.errors import StoreError
from pipeline.ingest import Line, Resting
from pipeline.model import Feed, Page, Request
from pipeline.store import Due, Pending, Store
from tests.test_polling import ask, publish
from tests.wire import FEED, SOURCE, Web, Wire, address, item, page, rss, wire_on


class Standing(ManualClock):
    """A clock that stands, by which nobody waits for long."""

    def seconds(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)

    def wall(self, seconds: float) -> float:
        return min(seconds, 0.05)


class Slow(Web):
    """A web that takes its time, and counts who is asked at once."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock=clock)
        self.at_once: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def get(self, request: Request) -> Page:
        host = request.url.split("/")[2]
        self.at_once[host] += 1
        self.most[host] = max(self.most[host], self.at_once[host])
        await asyncio.sleep(0.005)
        self.at_once[host] -= 1
        return await super().get(request)


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store, clock=Standing(Web().clock.now())) as one:
        ask(one)
        yield one


def serve(line: Line, clock: ManualClock, until: Callable[[], bool]) -> Dispatch:
    """Dispatch until something is so; the dispatch, stopped and drained."""
    assert isinstance(clock, Standing)
    dispatch = Dispatch(line, clock, first_pause=0.01)

    async def run() -> None:
        working = asyncio.create_task(dispatch.run())
        async with asyncio.timeout(20):
            while not until() and not working.done():
                dispatch.look()
                await asyncio.sleep(0.01)
        dispatch.stop()
        await working
        await dispatch.drain(5)

    asyncio.run(run())
    return dispatch


def test_feeds_and_what_they_list_are_worked(wire: Wire) -> None:
    publish(wire, 1, 2, 3)
    serve(wire.line, wire.clock, lambda: len(wire.web.asked) == 4)
    assert len(wire.records()) == 3


def test_a_host_is_asked_one_thing_at_a_time_and_hosts_side_by_side(store: Store) -> None:
    sources = [
        replace(SOURCE, id=f"s{n}", feeds=(Feed(f"https://h{n}.test/rss.xml"),), hosts=(f"h{n}.test",))
        for n in range(4)
    ]
    clock = Standing(Web().clock.now())
    web = Slow(clock)
    with wire_on(store, *sources, network=web, clock=clock) as wire:
        ask(wire)
        for n in range(4):
            entries = [item(k, f"Harbour story {k}").replace("wire.test", f"h{n}.test") for k in range(3)]
            web.put(f"https://h{n}.test/rss.xml", rss(*entries))
            for k in range(3):
                web.put(address(k).replace("wire.test", f"h{n}.test"), page(f"Harbour story {k}"))
        serve(wire.line, clock, lambda: len(web.asked) == 16)
        assert set(web.most.values()) == {1}


def test_a_hosts_pages_get_their_turn_between_its_feeds(store: Store) -> None:
    feeds = tuple(Feed(f"https://wire.test/{n}.xml") for n in range(6))
    with wire_on(store, replace(SOURCE, feeds=feeds), clock=Standing(Web().clock.now())) as wire:
        ask(wire)
        for number, feed in enumerate(feeds):
            wire.web.put(feed.url, rss(item(number, f"Harbour story {number}")))
            wire.web.put(address(number), page(f"Harbour story {number}"))
        serve(wire.line, wire.clock, lambda: len(wire.web.asked) == 12)
        assert any(url.startswith("https://wire.test/news") for url in wire.web.asked[:4])


class Broken:
    """A line whose store fails, so many times, and then works."""

    def __init__(self, line: Line, times: int, *, transient: bool = True) -> None:
        self._line = line
        self._times = times
        self._transient = transient

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def write(self, work: Any) -> Coroutine[Any, Any, Any]:
        if self._times:
            self._times -= 1
            raise StoreError("the disk is full", transient=self._transient)
        return self._line.write(work)


def test_a_database_that_is_away_is_waited_for(wire: Wire) -> None:
    publish(wire, 1)
    broken: Any = Broken(wire.line, 3)
    dispatch = serve(broken, wire.clock, lambda: len(wire.web.asked) == 2)
    assert dispatch.trouble is None
    assert len(wire.records()) == 1


def test_a_database_that_will_not_come_back_ends_it(wire: Wire) -> None:
    broken: Any = Broken(wire.line, 9, transient=False)
    with pytest.raises(StoreError, match="full"):
        serve(broken, wire.clock, lambda: False)


def test_while_the_disk_is_full_nothing_is_asked(wire: Wire) -> None:
    publish(wire, 1)
    assert isinstance(wire.clock, Standing)
    dispatch = Dispatch(wire.line, wire.clock, hold="disk")

    async def run() -> None:
        working = asyncio.create_task(dispatch.run())
        for _ in range(10):
            dispatch.look()
            await asyncio.sleep(0.01)
        assert wire.web.asked == []
        dispatch.hold = None
        dispatch.look()
        while len(wire.web.asked) < 2:
            await asyncio.sleep(0.01)
        dispatch.stop()
        await working
        await dispatch.drain(5)

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_full_disk_costs_no_processor(wire: Wire) -> None:
    """What is due stays due meanwhile; it must not wake us up again and again."""
    publish(wire, 1)
    clock = Standing(wire.clock.now())
    dispatch = Dispatch(wire.line, clock, hold="disk")
    dispatch._next_at = clock.now() - timedelta(hours=1)
    turns = 0

    async def run() -> None:
        nonlocal turns
        working = asyncio.create_task(dispatch.run())
        for _ in range(20):
            await asyncio.sleep(0.01)
            turns += 1
        dispatch.stop()
        await working

    begun = time.process_time()
    asyncio.run(asyncio.wait_for(run(), 10))
    assert turns == 20
    assert time.process_time() - begun < 0.1


def test_a_bug_costs_one_request_and_is_not_met_again_at_once(wire: Wire) -> None:
    publish(wire, 1, 2)

    class Buggy(Broken):
        calls = 0

        async def work(self, due: Due, page: Page | None = None) -> Resting | None:
            if due.request.url == address(1):
                self.calls += 1
                raise RuntimeError("a bug")
            return await self._line.work(due, page)

    buggy: Any = Buggy(wire.line, 0)
    serve(buggy, wire.clock, lambda: address(2) in wire.web.asked and buggy.calls > 0)
    assert buggy.calls == 1
    wire.clock.move(wire.clock.now() + timedelta(days=2))
    assert address(1) in wire.wait(timedelta(0))


def test_what_broke_between_keeping_and_storing_is_finished_without_a_restart(wire: Wire) -> None:
    """The feed's validators are kept already: no poll would bring it again."""
    publish(wire, 1)
    wire.workers.poison = [asyncio.CancelledError()]  # type: ignore[list-item]  # as a deadline does
    with pytest.raises(asyncio.CancelledError):
        wire.wait(timedelta(0))
    assert wire.records() == []
    assert isinstance(wire.clock, Standing)
    dispatch = Dispatch(wire.line, wire.clock)
    wire.run(dispatch.leftovers())
    assert wire.wait(timedelta(0)) == []
    wire.clock.move(wire.clock.now() + timedelta(hours=10))
    wire.run(dispatch.leftovers())
    assert address(1) in wire.wait(timedelta(0))
    assert len(wire.records()) == 1


def test_a_bug_in_what_a_crash_left_does_not_hold_up_the_rest(wire: Wire) -> None:
    publish(wire, 1, 2)
    for _ in range(3):  # the feed is worked; its two pages are kept, and there the process ends
        (due,) = wire.run(wire.line.write(lambda tx: tx.queue.ready(wire.clock.now(), [], [], limit=1)))
        wire.run(wire.line.fetch_one(due) if due.request.kind == "page" else wire.line.work(due))
    left = wire.run(wire.line.pending(["wire"]))
    assert len(left) == 2

    class Buggy(Broken):
        async def resume(self, pending: Pending) -> None:
            if pending == left[0]:
                raise RuntimeError("a bug")
            await self._line.resume(pending)

    buggy: Any = Buggy(wire.line, 0)
    assert isinstance(wire.clock, Standing)
    wire.run(Dispatch(buggy, wire.clock).finish(left))
    assert wire.run(wire.line.pending(["wire"])) == left[:1]
    assert len(wire.records()) == 1


def test_a_clock_that_was_a_year_ahead_does_not_stop_the_polls(wire: Wire) -> None:
    publish(wire, 1)
    now = wire.clock.now()
    wire.wait(timedelta(days=365))
    wire.run(wire.line.write(lambda tx: tx.permits.park("wire.test", wire.clock.now() + timedelta(hours=1), "429")))
    wire.clock.move(now)
    assert wire.wait(timedelta(hours=1)) == []
    wire.run(wire.line.write(lambda tx: tx.requests.mend_times(wire.clock.now())))
    assert wire.wait(timedelta(0)) == [FEED]


def test_a_host_that_is_parked_is_left_alone(wire: Wire) -> None:
    publish(wire, 1)
    until = wire.clock.now() + timedelta(hours=1)
    wire.run(wire.line.write(lambda tx: tx.permits.park("wire.test", until, "429")))
    assert wire.wait(timedelta(minutes=59)) == []
    assert wire.wait(timedelta(minutes=2))[0] == FEED
