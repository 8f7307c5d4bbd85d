"""A time understood: an instant, or a bare day; and how sure a local time is one instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from pipeline.model import Precision
from pipeline.normalise.clocks import Clock


class Moment(NamedTuple):
    """A time understood: an instant in UTC, or with precision `day` the bare day printed in the source's zone."""

    at: datetime | date
    precision: Precision


class Reading(NamedTuple):
    """A time understood, as Moment, with the day and time of day that are `printed`, in whatever zone; `is_zoned` says
    that the zone is printed too, `is_relative` that it is counted from when it was shown (`2 hours ago`)."""

    at: datetime | date
    precision: Precision
    printed: datetime
    is_zoned: bool = False
    is_relative: bool = False

    @property
    def day(self) -> date:
        return self.printed.date()

    @property
    def is_midnight(self) -> bool:
        return self.precision != "day" and self.printed.time() == time()


def bare(day: date, *, is_relative: bool = False) -> Reading:
    """A day of which no time is known."""
    return Reading(day, "day", datetime.combine(day, time()), False, is_relative)


def instant(
    day: date, clock: Clock, zone: tzinfo, *, is_zoned: bool = False, is_relative: bool = False
) -> Reading | None:
    """A day and a time of day in a zone.  Where clocks are put back an hour is there twice, and where they are put
    forward one is missing: then the day alone is sure."""
    local = datetime(
        day.year, day.month, day.day, clock.hour % 24, clock.minute, min(clock.second or 0, 59), tzinfo=zone
    )
    try:
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            return bare(day, is_relative=is_relative)
        at = (local + timedelta(days=clock.hour // 24)).astimezone(UTC)
    except OverflowError:  # the first and last day that Python knows
        return None
    precision: Precision = "minute" if clock.second is None else "second"
    return Reading(at, precision, local.replace(tzinfo=None), is_zoned, is_relative)
