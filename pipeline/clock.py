"""The one source of "now".  Live it is the wall clock; a replay moves it by hand to the archive's own times."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime: ...


class RunningClock(Clock, Protocol):
    """A clock that goes on by itself, so that one can wait by it."""

    def seconds(self) -> float:
        """Seconds since no moment in particular: for how long something took or rests.  They never go back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of this clock."""
        ...

    def wall(self, seconds: float) -> float:
        """How many seconds of the wall clock so many of this clock are."""
        ...


class LiveClock:
    """The wall clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def seconds(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await asyncio.sleep(seconds)

    def wall(self, seconds: float) -> float:
        """They are the same."""
        return seconds


class FastClock:
    """A clock that runs `rate` times as fast as the wall clock, from `start` on: a week in minutes.

    `begun` is the wall clock's time at `start`, in seconds since 1970: processes that are given the same three read the
    same time.
    """

    def __init__(self, start: datetime, rate: float, begun: float) -> None:
        self._start = start
        self._rate = rate
        self._begun = begun

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.time() - self._begun) * self._rate)

    def seconds(self) -> float:
        return time.monotonic() * self._rate

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of this clock."""
        await asyncio.sleep(self.wall(seconds))

    def wall(self, seconds: float) -> float:
        """How many seconds of the wall clock so many of this clock are."""
        return seconds / self._rate


class ManualClock:
    """A clock that stands still until it is moved: replays and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def move(self, to: datetime) -> None:
        """Set the time; it may go back, an archive holds what it holds."""
        self._now = to
