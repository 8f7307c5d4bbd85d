"""When to ask again.  Pure; the waiting itself is a due time in the store."""

from __future__ import annotations

from datetime import datetime, timedelta

# A failing page is tried for about a day: agencies' feeds run ahead of their own pages by minutes, rarely by hours.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))

LONGEST_WAIT = timedelta(hours=1)


def retry_at(now: datetime, attempts: int, *, transient: bool) -> datetime | None:
    """When to try again after so many failed attempts; None: it is no use."""
    if not transient or attempts > len(WAITS):
        return None
    return now + WAITS[attempts - 1]


def next_poll(now: datetime, every: timedelta, failures: int) -> datetime:
    """When to poll a feed that failed so many times in a row: later each time, but within the hour.

    A feed holds some hours of entries at most; what has left it by the next poll is lost.
    """
    doubled = every * int(2 ** min(failures, 10))
    return now + max(every, min(doubled, LONGEST_WAIT))
