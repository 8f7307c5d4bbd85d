"""Clocks tell the time, and how long something takes."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from pipeline.clock import FastClock, LiveClock, RunningClock

START = datetime(2021, 7, 7, tzinfo=UTC)
CLOCKS = (LiveClock(), FastClock(START, 2000, time.time()))


@pytest.mark.parametrize("clock", CLOCKS, ids=["live", "fast"])
def test_seconds_pass_while_one_sleeps(clock: RunningClock) -> None:
    seconds = 0.01 if isinstance(clock, LiveClock) else 20.0
    before = clock.seconds()
    asyncio.run(clock.sleep(seconds))
    assert clock.seconds() - before >= seconds


def test_the_wall_clock_of_processes_counts_for_the_time_and_not_for_seconds() -> None:
    """`begun` moves what time it is; it moves no rest."""
    clocks = [FastClock(START, 2000, time.time() - ago) for ago in (0, 3600)]
    assert (clocks[1].now() - clocks[0].now()).total_seconds() > 7_000_000
    assert abs(clocks[1].seconds() - clocks[0].seconds()) < 2000
