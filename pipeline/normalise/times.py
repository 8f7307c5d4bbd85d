"""Times as agencies print them → UTC instants or bare days: our own ladder, as feed libraries misread these silently.

A printed time is taken apart: the day (`days`), the time of day beside it (`clocks`), the zone beside that (`zones`).
What does not add up to a plausible time, or may be two, is None, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from pipeline.normalise.clocks import clock_at, find_clock
from pipeline.normalise.days import Day, falls_on_weekday, find_days, full_date, is_month_first, plain_numerals
from pipeline.normalise.moments import Moment, Reading, bare, instant
from pipeline.normalise.relative import read_relative
from pipeline.normalise.text import clean
from pipeline.normalise.zones import find_zone, is_doubtful_at, read_offset

__all__ = [
    "Moment",
    "Reading",
    "day_in",
    "end_of",
    "is_month_first",
    "nearest_day",
    "parse_time",
    "read_shown",
    "read_time",
]

_LENGTH = 160
_EARLIEST_YEAR = 1990
_LATEST_YEAR = 2100
_AHEAD = timedelta(hours=24)

_EPOCH = re.compile(r"^(?:/Date\()?(\d{9,10}|\d{13})(?:\.\d{1,9}|\)/)?$", re.ASCII)
# `20250212093222` Yonhap zh feed; `202307061830`; `20190820`; `20210707T100000Z`; `20250212 093222`
_DIGITS = re.compile(
    r"^(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(?:\.\d{1,9})?\s?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII
)
# Marks of the direction of writing, which browsers put into Arabic dates, are no part of them.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# `Updated: 8 July …; Published: 7 July …`, `수정 2021-07-08 11:30 | 입력 2021-07-07 10:00`: the later part is meant.
_CHANGED = re.compile(
    r"updated?|modified|수정|업데이트|更新|修改|обновлен|изменен|mis à jour|modifié|aktualisiert|actualizad|aggiornat"
    r"|atualizad|güncelle",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"published|posted|입력|등록|발행|发布|發布|公開|опубликован|publié|veröffentlicht|publicad|pubblicat|yayın",
    re.IGNORECASE,
)


_ANYWHERE = ZoneInfo("UTC")
# `March 19, 20257:41 AM UTC`: Reuters' two elements without a space between them
_GLUED = re.compile(r"(, 20\d\d)(?=\d{1,2}:\d{2}\s?[AP]M)")


def parse_time(
    raw: str | None,
    zone: ZoneInfo,
    near: datetime | None = None,
    *,
    latest: datetime | None = None,
    shown_at: datetime | None = None,
) -> Moment | None:
    """What a printed time says; None where it is not understood, can't be true, or may mean two times.

    `zone` is the source's, for times that print none.  `near` is when we saw it: it decides the year of a day that
    prints none, and a time more than 24 hours after it (or after `latest`) is refused, as is one before 1990.
    `shown_at` is when the page was served that prints it: `2 hours ago` counts from there, and is None without.

    >>> parse_time("Juche113.7.1.", ZoneInfo("Asia/Seoul"))
    Moment(at=datetime.date(2024, 7, 1), precision='day')
    """
    found = read_time(raw, zone, near, latest=latest, shown_at=shown_at)
    return Moment(found.at, found.precision) if found else None


def read_time(
    raw: str | None,
    zone: ZoneInfo,
    near: datetime | None = None,
    *,
    latest: datetime | None = None,
    month_first: bool | None = None,
    shown_at: datetime | None = None,
) -> Reading | None:
    """`parse_time` with the day as it is printed.  `month_first` reads `7/8/2021` the American way or not; None leaves
    it to the zone."""
    if not raw:
        return None
    text = _line(raw)
    whole = plain_numerals(text)
    part = _published_part(whole)
    readings = chain.from_iterable(_readings(one, zone, near, month_first) for one in dict.fromkeys((part, whole)))
    found = next((one for one in readings if _is_plausible(one, zone, latest or near)), None)
    return found or (read_relative(text, zone, shown_at) if shown_at else None)


def read_shown(raw: str, zone: ZoneInfo, shown_at: datetime) -> Reading | None:
    """What a time says that counts from when it was served (`2 hours ago`); None if it is no such time."""
    return read_relative(_line(raw), zone, shown_at)


def changed_part(raw: str) -> str | None:
    """The time of a change in a line that prints that of the publication as well; None where there are not both.

    >>> changed_part("Published 7 July 2021 10:00 | Updated 7 July 2021 11:30")
    'Updated 7 July 2021 11:30'
    """
    text = _line(raw)
    changed, published = _CHANGED.search(text), _PUBLISHED.search(text)
    if changed is None or (published is None and not _has_day(text[: changed.start()])):
        return None
    end = published.start() if published and changed.start() < published.start() else len(text)
    return text[changed.start() : end]


def day_in(zone: ZoneInfo, at: datetime | date) -> date:
    """The day of an instant in a zone; a day is itself."""
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day in a zone, in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def nearest_day(month_number: int, day: int, near: date) -> date | None:
    """The full date of a day printed without its year: the nearest to `near` that is not after the day behind it.

    >>> nearest_day(12, 31, date(2025, 1, 1))
    datetime.date(2024, 12, 31)
    """
    years = range(max(near.year - 4, 1), min(near.year + 1, 9999) + 1)
    days = [found for year in years if (found := full_date(year, month_number, day)) and (found - near).days <= 1]
    return min(days, key=lambda found: abs((found - near).days), default=None)


def _line(raw: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", clean(raw[: 4 * _LENGTH])))[:_LENGTH]
    return _GLUED.sub(r"\1 ", text)


def _published_part(text: str) -> str:
    """A text without the time of a change, which stands before that of the publication or behind it."""
    changed, published = _CHANGED.search(text), _PUBLISHED.search(text)
    if changed is None:
        return text
    if published and changed.start() < published.start():
        return text[published.start() :]
    # `10:00 19.03.2025 (обновлено: 12:30 20.03.2025)`: RIA says of the first time nothing.
    before = text[: changed.start()]
    is_told = any(map(str.isdigit, before)) if published else _has_day(before)
    return before if is_told else text


def _has_day(text: str) -> bool:
    return any(map(str.isdigit, text)) and next(find_days(text, _ANYWHERE), None) is not None


def _readings(text: str, zone: ZoneInfo, near: datetime | None, month_first: bool | None) -> Iterator[Reading]:
    """Every way the text can be read, the surest first."""
    if epoch := _EPOCH.match(text):
        at = datetime.fromtimestamp(int(epoch[1]) // (1000 if len(epoch[1]) == 13 else 1), UTC)
        yield Reading(at, "second", at.astimezone(zone).replace(tzinfo=None), True)
    if digits := _DIGITS.match(text):
        yield from _of_digits(digits, zone)
        return
    for found in find_days(text, zone, month_first=month_first):
        day = _full(found, zone, near)
        if day and (found.year or falls_on_weekday(day, text)):
            yield from _at(day, found, text, zone)
            return


def _of_digits(digits: re.Match[str], zone: ZoneInfo) -> Iterator[Reading]:
    day = full_date(int(digits[1]), int(digits[2]), int(digits[3]))
    if day is None:
        return
    if digits[4] is None:
        yield bare(day)
        return
    second = int(digits[6]) if digits[6] else None
    clock = clock_at(int(digits[4]), int(digits[5]), second, digits.start(4), digits.end(5))
    where = read_offset(digits[7]) if digits[7] else zone
    if clock and where and (found := instant(day, clock, where, is_zoned=bool(digits[7]))):
        yield found


def _full(found: Day, zone: ZoneInfo, near: datetime | None) -> date | None:
    if found.year is not None:
        return full_date(found.year, found.month, found.day)
    return nearest_day(found.month, found.day, day_in(zone, near)) if near else None


def _at(day: date, found: Day, text: str, zone: ZoneInfo) -> Iterator[Reading]:
    """The day with the time of day printed after it, before any other day, else before it; else the bare day."""
    stop = _next_day(text, found.end, zone)
    clock = find_clock(text, found.end, stop)
    if clock is None:
        stop = found.start
        clock = find_clock(text[:stop])
    if clock is None:
        yield bare(day)
        return
    where = find_zone(text, clock.start, clock.end, stop, zone, day)
    if where and (reading := instant(day, clock, where, is_zoned=where is not zone)):
        yield reading
    elif where is None and zone.key == "UTC" and is_doubtful_at(text, clock.end):
        # Of a source that has no zone of its own nothing tells which is meant; the day is printed all the same.
        yield bare(day)


def _next_day(text: str, start: int, zone: ZoneInfo) -> int:
    """Where another day with a year of its own begins; its time of day is not this one's."""
    if len(text) - start < len("2021-07-07"):
        return len(text)
    others = (day.start for day in find_days(text[start:], zone) if day.year)
    return start + next(others, len(text) - start)


def _is_plausible(moment: Reading, zone: ZoneInfo, latest: datetime | None) -> bool:
    if not _EARLIEST_YEAR <= moment.at.year < _LATEST_YEAR:
        return False
    if latest is None:
        return True
    if isinstance(moment.at, datetime):
        return moment.at - latest <= _AHEAD
    return moment.at <= day_in(zone, latest + _AHEAD)
