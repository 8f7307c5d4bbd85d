"""Manners towards a host: one request at a time, a pause between two, and "later" understood when it is said."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Seen in the wild: 0 seconds, and a date in the year 9999.
SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=24)
# `Retry-After: 120`
SECONDS = re.compile(r"[0-9]+")
LONGEST_DIGITS = 9
LONGEST_DATE = 64
# With so many hosts known, those that need no pause any more are forgotten.
MANY_HOSTS = 1000


@dataclass(slots=True, eq=False)
class _Turns:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = float("-inf")
    users: int = 0


class HostPace:
    """Gives each host one turn at a time, and `seconds` of rest after each, whoever asks.

    `now` tells seconds, `sleep` waits for them.
    """

    def __init__(
        self,
        seconds: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._seconds = seconds
        self._now = now
        self._sleep = sleep
        self._hosts: dict[str, _Turns] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it; first come, first served."""
        turns = self._hosts.setdefault(host, _Turns())
        turns.users += 1
        try:
            async with turns.lock:
                if (rest := turns.free_at - self._now()) > 0:
                    await self._sleep(rest)
                try:
                    yield
                finally:
                    turns.free_at = self._now() + self._seconds
        finally:
            turns.users -= 1
            self._forget()

    def _forget(self) -> None:
        if len(self._hosts) > MANY_HOSTS:
            now = self._now()
            self._hosts = {host: turns for host, turns in self._hosts.items() if turns.users or turns.free_at > now}


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
