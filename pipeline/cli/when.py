"""Times as people write them on a command line: a day, an instant, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

# 24h, 7d, 90min, 2w
AGO = re.compile(r"(\d{1,6})\s*(s|min|m|h|d|w)", re.ASCII)
UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
# 2021-07-07, 2021-07-07T10:20Z, 2021-07-07 10:20:30+02:00
PRINTED = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.A | re.I)
HOW = "write a day (2021-07-07), an instant (2021-07-07T10:20Z) or how long ago (24h, 7d)"


class When(click.ParamType[datetime]):
    """A point in time; a day is its beginning, and what names no zone is UTC."""

    name = "when"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return _read(value.strip())
        except (ValueError, OverflowError) as error:
            self.fail(f"{value!r} is no time; {HOW}", param, ctx)
            raise AssertionError from error


def _read(text: str) -> datetime:
    ago = AGO.fullmatch(text)
    if ago:
        return datetime.now(UTC) - int(ago[1]) * UNITS[ago[2]]
    if not PRINTED.fullmatch(text):
        raise ValueError(text)
    found = datetime.fromisoformat(text.upper())
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def told_since(at: datetime, now: datetime) -> str:
    """How long ago, or how long until, in one unit: `5 min ago`, `in 2 h`, `3 d ago`."""
    seconds = abs((now - at).total_seconds())
    steps = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (60, 60, "min"), (0, 1, "s"))
    size, unit = next((size, unit) for least, size, unit in steps if seconds >= least)
    length = f"{int(seconds // size)} {unit}"
    return f"in {length}" if at > now else f"{length} ago"
