"""Manners towards a host: one request at a time, a pause between two, and "later" understood when it is said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipeline.clock import RunningClock

# Seen in the wild: 0 seconds, and a date in the year 9999.
SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=24)
# `Retry-After: 120`
SECONDS = re.compile(r"[0-9]+")
LONGEST_DIGITS = 9
LONGEST_DATE = 64
# With more hosts known, those that have rested are forgotten; of those with a rest of their own, the longest unasked.
MANY_HOSTS = 1000
MANY_RESTS = 2000


@dataclass(slots=True, eq=False)
class _Turns:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended_at: float = float("-inf")
    users: int = 0


class HostPace:
    """Gives each host one turn at a time, and `seconds` of rest after each, whoever asks.

    The rests are those of the `clock`; a wall clock that is set back makes none of them longer.
    """

    def __init__(self, seconds: float, clock: RunningClock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._hosts: dict[str, _Turns] = {}
        self._rests: dict[str, float] = {}
        self._many = MANY_HOSTS

    def lengthen(self, host: str, seconds: float) -> None:
        """Give this host so many seconds of rest after each turn; no fewer than any other host's, whatever is said."""
        self._rests.pop(host, None)
        if seconds > self._seconds:
            self._rests[host] = seconds  # at the end: it is the last to be forgotten
        if len(self._rests) > MANY_RESTS:
            del self._rests[next(iter(self._rests))]

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it; first come, first served."""
        turns = self._hosts.get(host) or self._hosts.setdefault(host, _Turns())
        turns.users += 1
        try:
            async with turns.lock:
                while (rest := turns.ended_at + self._rest(host) - self._clock.seconds()) > 0:
                    await self._clock.sleep(rest)
                try:
                    yield
                finally:
                    turns.ended_at = self._clock.seconds()
        finally:
            turns.users -= 1
            if len(self._hosts) > self._many:
                self._forget()

    def _rest(self, host: str) -> float:
        return self._rests.get(host, self._seconds)

    def _forget(self) -> None:
        now = self._clock.seconds()
        self._hosts = {
            host: turns for host, turns in self._hosts.items() if turns.users or turns.ended_at + self._rest(host) > now
        }
        # Where all of them are still at rest, looking again at each turn would cost more with every host.
        self._many = max(MANY_HOSTS, 2 * len(self._hosts))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait, between a minute and a day; None if it doesn't say."""
    value = (value or "").strip()
    if SECONDS.fullmatch(value):
        return _bounded(timedelta(seconds=int(value)) if len(value) <= LONGEST_DIGITS else LONGEST_WAIT)
    if not value or len(value) > LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return _bounded((date if date.tzinfo else date.replace(tzinfo=UTC)) - now)


def _bounded(wait: timedelta) -> timedelta:
    return max(SHORTEST_WAIT, min(wait, LONGEST_WAIT))
