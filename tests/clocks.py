"""Clocks for tests of what waits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from pipeline.clock import ManualClock

NOON = datetime(2021, 7, 7, 12, tzinfo=UTC)


class SleepersClock(ManualClock):
    """A clock whose time passes only while somebody sleeps, and when it is moved.

    What it is moved by is a wall clock being set: its `seconds` go on as before.
    """

    def __init__(self, start: datetime = NOON) -> None:
        super().__init__(start)
        self._seconds = 1000.0

    def seconds(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)
        await asyncio.sleep(0)

    def wall(self, seconds: float) -> float:
        return seconds

    def pass_by(self, seconds: float) -> None:
        """Let time pass at once."""
        self._seconds += seconds
        self.move(self.now() + timedelta(seconds=seconds))
