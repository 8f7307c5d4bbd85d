"""Times as agencies print them → UTC instants or bare days: our own ladder, as feed libraries misread these silently.

A printed time is taken apart: the day in one of the forms below, the time of day beside it, the zone beside that.
What does not add up to a plausible time is None, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipeline.model import Precision
from pipeline.normalise.months import month
from pipeline.normalise.text import clean

_LENGTH = 160
_EARLIEST_YEAR = 1990
_LATEST_YEAR = 2100
_AHEAD = timedelta(hours=24)
# Juche 1 is 1912, so is year 1 of the Republic of China (中央社); Reiwa 1 is 2019.
_JUCHE = 1911
_REIWA = 2018
_MONTH_FIRST = re.compile(r"^(?:US/|America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Detroit|Anchorage))")

_YEAR_FIRST = ("Asia/Seoul", "Asia/Pyongyang", "Asia/Tokyo", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong")

_EPOCH = re.compile(r"^(\d{9,10}|\d{13})(?:\.\d{1,9})?$", re.ASCII)
# `20250212093222` Yonhap zh feed; `202307061830`; `20190820`; `20210707T100000Z`
_DIGITS = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(?:\.\d{1,9})?\s?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
# A word that may be a month; two words in the Arabic of the Levant, `تشرين الثاني`.
_W = r"((?:تشرين|كانون)\s(?:الأول|الاول|الثاني)|[^\W\d_]{3,14})\.?"
_DAYS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        # `Juche113.7.1.` KCNA until 2024-10-29, `주체110(2021)년 7월 7일`, `民國110年7月7日`, `令和3年7月7日`
        (
            "juche",
            r"(?:Juche|주체|主体|主體|チュチェ|чучхе)\s?(\d{2,3})(?:\s?\(\d{4}\)\s?)?[.년年]\s?(\d{1,2})[.월月]\s?(\d{1,2})(?!\d)",
        ),
        ("juche", r"(?:民國|民国)\s?(\d{2,3})年\s?(\d{1,2})月\s?(\d{1,2})日"),
        ("reiwa", r"令和\s?(\d{1,2}|元)年\s?(\d{1,2})月\s?(\d{1,2})日"),
        # `2021-07-07T10:00:00+09:00`, `2021.7.7.`, `[2026.7.19.]`, `2023/02/21`, `2021. 7. 7.`, `2021.07.07일`
        ("ymd", r"(?<![\d.])(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)"),
        # `2021년 7월 7일`, `2021年7月7日`
        ("ymd", r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]"),
        # `2023 Jan 7`, `2021. november 10.` Hungary, `2021 m. lapkričio 10 d.` Lithuania
        ("ymd", rf"(?<!\d)(\d{{4}})\.?[\s,-](?:m\.\s)?{_W}[\s,-](\d{{1,2}})(?![\d:])"),
        # `Wed, 07 Jul 2021`, `29 июня 2020`, `7 de julio de 2021`, `07-Jul-21`, `7th July, 2021`, `5 th of June 2021`
        (
            "dmy",
            rf"(?<!\d)(\d{{1,2}})\s?(?:st|nd|rd|th|er|[oaºª°.])?[\s,/-]{{1,3}}(?:de\s|of\s|d['’])?\s?{_W}[\s,/-]{{1,3}}(?:de[l]?\s)?(\d{{4}})(?!\d)",
        ),
        # `10 tháng 11, 2021` Vietnam
        ("dmy", r"(?<!\d)(\d{1,2})\s?tháng\s?(\d{1,2})(?:,\s?|\snăm\s|\s|/)(\d{4})(?!\d)"),
        ("dmy", rf"(?<!\d)(\d{{1,2}})-{_W}-(\d{{2}})(?!\d)"),
        ("dmy", rf"(?:^|,\s?)(\d{{1,2}})\s{_W}\s(\d{{2}})(?=\s\d{{1,2}}:)"),
        # `July 7, 2021`, `Feb. 19, 2026 Thursday`, `Jul 7 2021`
        ("mdy", rf"{_W}\s?(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}(\d{{4}})(?!\d)"),
        # `Fri Aug 03 09:10:32 UTC 2012`
        ("mdy", rf"{_W}\s{{1,2}}(\d{{1,2}})\s\d\d:\d\d(?::\d\d)?(?:\s[A-Z]{{2,5}}|\s[+-]\d{{4}})?\s(\d{{4}})(?!\d)"),
        # `07.07.2021` Anadolu; `07/07/2021`, day first but in America
        ("numbers", r"(?<![\d.])(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4})(?!\d)"),
        # `31.10.23`, `11/02/23`; `23.10.31` in the Far East
        ("short", r"(?<![\d.,:/-])(\d{1,2})([./-])(\d{1,2})\2(\d{2})(?![\d/:-]|[.,]\d)"),
        # Without a year: `07-16 23:09` Yonhap ko listing, `7月16日`, `7월 16일`, `July 16, 23:09`, `16 июля, 10:00`
        ("md", r"(?<![\d.:/-])(\d{1,2})[-./](\d{1,2})(?=\.?\s?(?:\([^()]{1,5}\)\s?)?\d{1,2}:\d\d)"),
        ("md", r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]"),
        ("Md", rf"{_W}\s?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"),
        ("dM", rf"(?<![\d:])(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s(?:de\s+)?{_W}"),
    )
)
# A number that a reading without year leaves over (`32 Jul 2021`, `Jul 7, 20211`) says that it is a misreading.
_LEFT_OVER = re.compile(r"(?<![\d:+.-])\d{4,}(?!:)")
_WEEKDAY = re.compile(r"(?<![^\W\d_])(Mon|Tue|Wed|Thu|Fri|Sat|Sun)")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HALF = r"(오전|오후|上午|下午|午前|午後|凌晨|早上|晚上|中午|새벽|밤)?\s?"
_TIME = re.compile(
    _HALF + r"(?<![\d:.+-])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?![\d:])(?:\s?([aApP])\.?\s?[mM]\b\.?)?"
)
_TIME_CJK = re.compile(_HALF + r"(?<!\d)(\d{1,2})\s?[時时시点點]\s?(?:(\d{1,2})\s?[分분])?\s?(?:(\d{1,2})\s?[秒초])?")
_TIME_HOUR = re.compile(r"(?<![\d:.])(\d{1,2})\s?()()([aApP])\.?[mM]\b\.?")
_TIME_H = re.compile(r"(?<![\d:.])(\d{1,2})\s?[hH](\d{2})()()(?!\d)")
# `2021-07-07T100000`: ISO 8601 without colons
_TIME_COMPACT = re.compile(r"T(\d{2})(\d{2})(\d{2})?")
_PM = frozenset({"오후", "下午", "午後", "晚上", "밤"})
_AM = frozenset({"오전", "上午", "午前", "凌晨", "早上", "새벽"})

_OFFSET = re.compile(r"^\s?\(?(?:GMT|UTC|Z)?\s?([+\u2212-])(\d{1,2})(?::?(\d{2}))?(?![\d:])")
_ZULU = re.compile(r"^\s?Z(?![A-Za-z])")
_NAME = re.compile(r"(?<![^\W\d_])([A-Z]{2,5}|[Мм][Сс][Кк]|Msk|Z)(?![^\W\d_])")
_MAX_OFFSET = 14 * 60
_REGIONS = {
    "MSK": "Europe/Moscow", "МСК": "Europe/Moscow", "ET": "America/New_York", "CT": "America/Chicago",
    "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
_OFFSETS = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "KST": 9, "JST": 9, "MSD": 4, "EST": -5, "EDT": -4, "CST": -6,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
    "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "CLT": -4, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
    "EEST": 3, "WEST": 1, "BST": 1, "IST": 5.5, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "TRT": 3, "IRST": 3.5,
    "GST": 4, "PKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "WITA": 8, "WIT": 9, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8,
    "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "ULAT": 8, "YEKT": 5,
}  # fmt: skip


class Moment(NamedTuple):
    """A time understood: an instant in UTC, or with precision `day` the bare day printed in the source's zone."""

    at: datetime | date
    precision: Precision


class Reading(NamedTuple):
    """A time understood, as Moment, with the day and time of day that are `printed`, in whatever zone; `is_zoned` says
    that the zone is printed too."""

    at: datetime | date
    precision: Precision
    printed: datetime
    is_zoned: bool = False

    @property
    def day(self) -> date:
        return self.printed.date()

    @property
    def is_midnight(self) -> bool:
        return self.precision != "day" and self.printed.time() == time()


class _Day(NamedTuple):
    """A day found in a text, and where; `year` is None where none is printed."""

    year: int | None
    month: int
    day: int
    start: int
    end: int


class _Clock(NamedTuple):
    """A time of day found in a text, and where its zone would begin."""

    hour: int
    minute: int
    second: int | None
    end: int


def parse_time(
    raw: str | None, zone: ZoneInfo, near: datetime | None = None, *, latest: datetime | None = None
) -> Moment | None:
    """What a printed time says; None where it is not understood or can't be true.

    `zone` is the source's, for times that print none.  `near` is when we saw it: it decides the year of a day that
    prints none, and a time more than 24 hours after it (or after `latest`) is refused, as is one before 1990.

    >>> parse_time("Juche113.7.1.", ZoneInfo("Asia/Seoul"))
    Moment(at=datetime.date(2024, 7, 1), precision='day')
    """
    found = read_time(raw, zone, near, latest=latest)
    return Moment(found.at, found.precision) if found else None


def read_time(
    raw: str | None,
    zone: ZoneInfo,
    near: datetime | None = None,
    *,
    latest: datetime | None = None,
    month_first: bool | None = None,
) -> Reading | None:
    """`parse_time` with the day as it is printed.  `month_first` reads `7/8/2021` the American way or not; None leaves
    it to the zone."""
    if not raw:
        return None
    text = unicodedata.normalize("NFKC", clean(raw[: 4 * _LENGTH]))[:_LENGTH]
    limit = latest or near
    american = is_month_first(zone.key) if month_first is None else month_first
    readings = (found for found in _readings(text, zone, near, american) if _is_plausible(found, zone, limit))
    return next(readings, None)


def is_month_first(zone: str) -> bool:
    """Whether the month comes first in `7/8/2021` where a zone (its IANA name) is in use."""
    return bool(_MONTH_FIRST.match(zone))


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
    days = [found for year in years if (found := _date(year, month_number, day)) and (found - near).days <= 1]
    return min(days, key=lambda found: abs((found - near).days), default=None)


def _readings(text: str, zone: ZoneInfo, near: datetime | None, month_first: bool) -> Iterator[Reading]:
    """Every way the text can be read, the surest first."""
    if bare := _EPOCH.match(text):
        at = datetime.fromtimestamp(int(bare[1]) // (1000 if len(bare[1]) == 13 else 1), UTC)
        yield Reading(at, "second", at.astimezone(zone).replace(tzinfo=None), True)
    if digits := _DIGITS.match(text):
        yield from _of_digits(digits, zone)
        return
    for found in _days(text, zone, month_first):
        day = _full(found, zone, near) if found.year or not _LEFT_OVER.search(text) else None
        if day and (found.year or _agrees(day, text)):
            yield from _at(day, found, text, zone)
            return


def _of_digits(digits: re.Match[str], zone: ZoneInfo) -> Iterator[Reading]:
    day = _date(int(digits[1]), int(digits[2]), int(digits[3]))
    if day is None:
        return
    if digits[4] is None:
        yield _bare(day)
        return
    clock = _clock(int(digits[4]), int(digits[5]), int(digits[6]) if digits[6] else None, digits.end(5))
    if clock:
        where = _offset(digits[7]) if digits[7] else zone
        yield from _instant(day, clock, where, is_zoned=bool(digits[7]))


def _days(text: str, zone: ZoneInfo, month_first: bool) -> Iterator[_Day]:
    """The days printed in a text, the forms with a year first."""
    for kind, pattern in _DAYS:
        for found in pattern.finditer(text):
            day = _day_of(kind, found, zone, month_first)
            if day and _date(day.year or 2000, day.month, day.day):
                yield day


def _day_of(kind: str, found: re.Match[str], zone: ZoneInfo, month_first: bool) -> _Day | None:
    parts = found.groups()
    numbers = [int(part) if part.isdecimal() else month(part) or (1 if part == "元" else 0) for part in parts]
    start, end = found.span()
    if kind == "juche":
        return _Day(numbers[0] + _JUCHE, numbers[1], numbers[2], start, end)
    if kind == "reiwa":
        return _Day(numbers[0] + _REIWA, numbers[1], numbers[2], start, end)
    if kind == "ymd":
        return _Day(numbers[0], numbers[1], numbers[2], start, end)
    if kind == "dmy":
        return _Day(_century(numbers[2]), numbers[1], numbers[0], start, found.end(3))
    if kind == "mdy":
        # The year may stand behind the time of day (asctime): the time is looked for from the day on.
        return _Day(numbers[2], numbers[0], numbers[1], start, found.end(2))
    if kind == "numbers":
        return _Day(
            numbers[2], *_month_and_day(numbers[0], numbers[1], month_first and "/" in found.group()), start, end
        )
    if kind == "short":
        first, second, third = numbers[0], numbers[2], numbers[3]
        if first > 31 or zone.key.startswith(_YEAR_FIRST):
            return _Day(_century(first), second, third, start, end)
        return _Day(_century(third), *_month_and_day(first, second, month_first and parts[1] == "/"), start, end)
    first, second = (numbers[1], numbers[0]) if kind == "dM" else (numbers[0], numbers[1])
    return _Day(None, first, second, start, end)


def _month_and_day(first: int, second: int, month_first: bool) -> tuple[int, int]:
    return (first, second) if second > 12 or (month_first and first <= 12) else (second, first)


def _century(year: int) -> int:
    if year > 99:
        return year
    return year + (2000 if year < 69 else 1900)


def _full(found: _Day, zone: ZoneInfo, near: datetime | None) -> date | None:
    if found.year is not None:
        return _date(found.year, found.month, found.day)
    return nearest_day(found.month, found.day, day_in(zone, near)) if near else None


def _agrees(day: date, text: str) -> bool:
    """Whether a day whose year we found ourselves falls on the weekday that is printed, if one is."""
    weekday = _WEEKDAY.search(text)
    return weekday is None or _WEEKDAYS[day.weekday()] == weekday[1]


def _at(day: date, found: _Day, text: str, zone: ZoneInfo) -> Iterator[Reading]:
    """The day with the time of day printed after it, else before it; the bare day where there is none."""
    clock = _find_clock(text, found.end) or _find_clock(text[: found.start])
    if clock is None:
        yield _bare(day)
        return
    where = _zone(text, clock.end, zone, datetime.combine(day, time(12)))
    yield from _instant(day, clock, where, is_zoned=where is not zone)


def _find_clock(text: str, start: int = 0) -> _Clock | None:
    for pattern in (_TIME, _TIME_CJK):
        found = pattern.search(text, start)
        if found:
            half = found[1] or (found[5] if pattern is _TIME else None)
            return _clock(
                _hour(int(found[2]), half), int(found[3] or 0), int(found[4]) if found[4] else None, found.end()
            )
    if compact := _TIME_COMPACT.match(text, start):
        return _clock(int(compact[1]), int(compact[2]), int(compact[3]) if compact[3] else None, compact.end())
    for pattern in (_TIME_HOUR, _TIME_H):
        found = pattern.search(text, start)
        if found:
            return _clock(_hour(int(found[1]), found[4]), int(found[2] or 0), None, found.end())
    return None


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if half in _PM or half in "pP":
        return hour + 12 if hour < 12 else hour
    if (half in _AM or half in "aA") and hour == 12:
        return 0
    return hour


def _clock(hour: int, minute: int, second: int | None, end: int) -> _Clock | None:
    """A time of day; None where there is no such time (24:00 is the end of its day, :60 a leap second)."""
    if (hour == 24 and not minute and not second) or (hour < 24 and minute < 60 and (second or 0) <= 60):
        return _Clock(hour, minute, second, end)
    return None


def _zone(text: str, end: int, zone: ZoneInfo, at: datetime) -> tzinfo | None:
    """The zone printed behind the time of day, else named anywhere, else the source's; None for an impossible one."""
    rest = text[end:]
    if _ZULU.match(rest):
        return UTC
    if offset := _OFFSET.match(rest):
        return _offset(offset.group())
    for name in _NAME.findall(rest) + _NAME.findall(text[:end]):
        if known := _named(name.upper(), zone, at):
            return known
    return zone


def _offset(text: str) -> tzinfo | None:
    """`+09:00`, `+0900`, `+9`, `GMT+9`, `Z` as a zone; None beyond fourteen hours, where no place is."""
    found = _OFFSET.match(text)
    if not found:
        return UTC
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > _MAX_OFFSET or int(found[3] or 0) > 59:
        return None
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _named(name: str, zone: ZoneInfo, at: datetime) -> tzinfo | None:
    """The zone of an abbreviation.  CST, IST, BST mean many: what the source's own zone calls itself comes first."""
    if name in {at.replace(month=number, day=1, tzinfo=zone).tzname() for number in (1, 7)}:
        return zone if name == at.replace(tzinfo=zone).tzname() else _shifted(name, zone, at)
    if name in _REGIONS:
        return ZoneInfo(_REGIONS[name])
    if name == "CST" and zone.key.startswith(("Asia/", "PRC", "ROC", "Hongkong")):
        return timezone(timedelta(hours=8))
    hours = _OFFSETS.get(name)
    return None if hours is None else timezone(timedelta(hours=hours))


def _shifted(name: str, zone: ZoneInfo, at: datetime) -> tzinfo | None:
    """The offset that a zone has in the half of the year in which it goes by that name."""
    for number in (1, 7):
        there = at.replace(month=number, day=1, tzinfo=zone)
        if there.tzname() == name and (offset := there.utcoffset()) is not None:
            return timezone(offset)
    return None


def _instant(day: date, clock: _Clock, zone: tzinfo | None, *, is_zoned: bool) -> Iterator[Reading]:
    if zone is None:
        return
    local = datetime(
        day.year, day.month, day.day, clock.hour % 24, clock.minute, min(clock.second or 0, 59), tzinfo=zone
    )
    try:
        at = (local + timedelta(days=clock.hour // 24)).astimezone(UTC)
    except OverflowError:  # the first and last day that Python knows
        return
    yield Reading(at, "minute" if clock.second is None else "second", local.replace(tzinfo=None), is_zoned)


def _bare(day: date) -> Reading:
    return Reading(day, "day", datetime.combine(day, time()))


def _is_plausible(moment: Reading, zone: ZoneInfo, latest: datetime | None) -> bool:
    if not _EARLIEST_YEAR <= moment.at.year < _LATEST_YEAR:
        return False
    if latest is None:
        return True
    if isinstance(moment.at, datetime):
        return moment.at - latest <= _AHEAD
    return moment.at <= day_in(zone, latest + _AHEAD)


def _date(year: int, month_number: int, day: int) -> date | None:
    try:
        return date(year, month_number, day)
    except ValueError:
        return None
