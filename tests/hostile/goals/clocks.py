"""T13: the wall clock is set an hour or a year ahead or back, days are 23 or 25 hours long, and servers live in 9999.

By true time no feed may wait longer than two of its intervals, or be asked more than twice as often as with a good
clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pipeline.model import Page
from pipeline.store import open_store
from tests.hostile.outcome import Outcome
from tests.hostile.scratch import scratch
from tests.wire import FEED, SOURCE, Wire, item, rss, wire_on

TICK, EVERY = timedelta(minutes=5), timedelta(minutes=20)
DAYS = 2
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
# The days on which clocks are changed there.
ZONES = {
    "Europe/Berlin": datetime(2026, 3, 28, 12, tzinfo=UTC),
    "America/New_York": datetime(2026, 10, 31, 12, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 12, tzinfo=UTC),
    "Africa/Casablanca": datetime(2026, 2, 14, 12, tzinfo=UTC),
}
STEPS: Mapping[str, Sequence[timedelta]] = {
    "an hour ahead and back": (HOUR, -HOUR),
    "an hour back and ahead": (-HOUR, HOUR),
    "a year ahead and back": (YEAR, -YEAR),
    "a year back and ahead": (-YEAR, YEAR),
    "a second back, over and over": (timedelta(seconds=-1),) * 20,
}
LEAP_DAY = datetime(2028, 2, 28, 12, tzinfo=UTC)
ODD = (
    ("cache-control", "max-age=99999999999"), ("expires", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("last-modified", "Fri, 31 Dec 9999 23:59:59 GMT"), ("date", "Sat, 31 Dec 2016 23:59:60 GMT"),
)  # fmt: skip
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def run(*, seed: int = 1, days: float = DAYS) -> Outcome:
    """Try it."""
    outcome = Outcome("T13", "clock steps, summer time, leap seconds, the year 9999", seed)
    starved, stormed = list[str](), list[str]()
    with outcome.timed(), scratch() as directory:
        usual = len(_polled(directory, "usual", START, days, ()))
        for name, steps in STEPS.items():
            _judge(name, _polled(directory, name, START, days, steps), usual, starved, stormed)
        for zone, start in ZONES.items():
            with _zone(zone):
                _judge(zone, _polled(directory, zone, start, days, ()), usual, starved, stormed)
        _judge("leap day", _polled(directory, "leap", LEAP_DAY, days, ()), usual, starved, stormed)
        _judge("year 9999", _polled(directory, "9999", START, days, (), odd=True), usual, starved, stormed)
    outcome.figures["polls by a good clock"] = usual
    outcome.none("starved", starved)
    outcome.none("stormed", stormed)
    return outcome


def _judge(name: str, polls: Sequence[datetime], usual: int, starved: list[str], stormed: list[str]) -> None:
    longest = max((later - sooner for sooner, later in pairwise(polls)), default=timedelta(days=99))
    if longest > 2 * EVERY + TICK:
        starved.append(f"{name}: nothing for {longest}")
    if len(polls) > 2 * usual:
        stormed.append(f"{name}: {len(polls)} polls, not {usual}")


def _polled(
    directory: Path, name: str, start: datetime, days: float, steps: Sequence[timedelta], *, odd: bool = False
) -> list[datetime]:
    """When, by true time, a feed was polled that has news every hour; the steps of the clock come evenly."""
    feed = replace(SOURCE.feeds[0], every=int(EVERY.total_seconds()))
    source = replace(SOURCE, feeds=(feed,))
    store = open_store(f"sqlite:///{directory}/{name.replace('/', '-')}.db")
    ticks = int(timedelta(days=days) / TICK)
    due = {ticks * (number + 1) // (len(steps) + 1): step for number, step in enumerate(steps)}
    polls, off = list[datetime](), timedelta(0)
    with wire_on(store, source) as wire:
        _ask(wire, start)
        for tick in range(ticks):
            true = start + tick * TICK
            off += due.get(tick, timedelta(0))
            _serve(wire, true, tick, odd=odd)
            wire.clock.move(true + off)
            wire.run(wire.line.write(lambda tx: tx.requests.mend_times(wire.clock.now())))
            if FEED in wire.wait(timedelta(0)):
                polls.append(true)
    store.close()
    return polls


def _ask(wire: Wire, at: datetime) -> None:
    source = wire.sources[0]
    request = source.feeds[0].request(source.id)
    wire.run(wire.line.write(lambda tx: tx.requests.ask_feeds([(request, False)], at)))


def _serve(wire: Wire, true: datetime, tick: int, *, odd: bool) -> None:
    newest = int(tick * TICK / HOUR)
    printed = "Fri, 31 Dec 9999 23:59:59 GMT" if odd else f"{true:%a, %d %b %Y %H}:00:00 GMT"
    items = [item(number, f"Story {number}", at=printed) for number in range(max(0, newest - 9), newest + 1)]
    body = rss(*items).encode()
    wire.web.answers[FEED] = Page(FEED, 200, body, true, ODD if odd else ())


@contextmanager
def _zone(name: str) -> Iterator[None]:
    """The machine stands in this zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
