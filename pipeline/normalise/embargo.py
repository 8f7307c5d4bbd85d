"""Until when a text must not be published: `EMBARGOED UNTIL 0001 GMT Sunday March 3`, `Sperrfrist: …`, `엠바고: …`.

A time that is not quite sure is none: the notice is known all the same, as the signal `embargo`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.normalise.clocks import find_clock
from pipeline.normalise.moments import instant
from pipeline.normalise.times import read_time
from pipeline.normalise.zones import find_zone

_LONGEST = 300  # characters of a notice
_AHEAD = timedelta(days=45)
_FARTHEST = timedelta(days=370)
# A time of day alone is the nearest one, if that is much nearer than the next.
_SURELY = timedelta(hours=10)

_BEFORE = r"^[\W_]{0,8}(?:(?:ATTN|EDS|EDITORS?|NOTE TO EDITORS|ATTENTION EDITORS)\b[\W_]{0,4})?(?:STRICTLY |UNDER )?"
_UNTIL = (
    r"(?:\s?[:,–—-]|(?=\s\d)|\s(?:until|till|for release|to|before|bis|jusqu['’]à|jusqu['’]au|hasta"
    r"|até|fino a(?:l|lle)?|до)\b)"
    r"(?:\s(?:until|till|at|on|from|le|la|las|el|al|a las)\b){0,2}"
)
_NOTICE = re.compile(
    _BEFORE
    + r"("
    + rf"(?:EMBARGO(?:ED)?|SOUS EMBARGO|EMBARGAD[OA]|SPERRFRIST|ЭМБАРГО){_UNTIL}"
    + r"|EMBARGOED (?:FOR|AT)"
    + r"|HOLD FOR RELEASE(?:\s?[:,]|\s(?:until|till|at|on)\b)?|(?:NOT )?FOR RELEASE\s(?:before|until|at|on)\b"
    + r"|NOT FOR (?:PUBLICATION|USE|BROADCAST)(?: OR (?:PUBLICATION|USE|BROADCAST))?\s(?:before|until)\b"
    + r"|(?:엠바고|보도시점|보도 시점)\s?[:：]?|解禁(?:日時)?\s?[:：]?|【解禁(?:日時)?】|禁发至|حظر النشر حتى"
    + r")",
    re.IGNORECASE,
)
# `[3월 3일 낮 12시 엠바고]`, `3월 3일 06시 이후 보도`
_NOTICE_BEHIND = re.compile(r"^[\[(<【]?[^\[\]()<>【】]{4,60}(?:엠바고|이후 보도(?:해 ?주|하여 주|바랍)?|解禁)")
_SHOUTED = ("[", "(", "【", "<")
_BRACKETS = re.compile(r"[\[\]()*【】]")
# `0001 GMT`: beside a day without a year its four digits would be taken for one.
_MILITARY = re.compile(r"(?<![\d:.])([01]\d|2[0-4])([0-5]\d)\s?(?=(?:GMT|UTC|hrs|[A-Z]{1,3}[DS]?T)\b)")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Embargo:
    """A notice of an embargo; `until` is the instant at which it ends, None where that is not surely known."""

    until: datetime | None


def read_embargo(paragraph: str, zone: ZoneInfo, near: datetime) -> Embargo | None:
    """The embargo that a paragraph gives notice of; None if it is no such notice.

    `zone` is the source's, for a time without one, `near` when we saw the notice.  A day alone is no instant.
    """
    text = paragraph[: _LONGEST + 1]
    found = _NOTICE.match(text) or _NOTICE_BEHIND.match(text)
    if not found or len(text) > _LONGEST:
        return None
    until = _until(text[found.end() :] if found.re is _NOTICE else text, zone, near)
    # `Embargo until now had kept oil at home`: without a time only a shouted or labelled one is a notice.
    return Embargo(until) if until or text.startswith(_SHOUTED) or _is_shouted(found) else None


def _is_shouted(found: re.Match[str]) -> bool:
    head = found[0].strip()
    return head.isupper() or head.endswith((":", "："))


def _until(text: str, zone: ZoneInfo, near: datetime) -> datetime | None:
    told = _MILITARY.sub(r"\1:\2 ", _BRACKETS.sub(" ", text)).strip(" .:,")[:120]
    # A day without a year is the nearest to the time given that is not after it.
    read = read_time(told, zone, near + _AHEAD, latest=near + _FARTHEST)
    if read is not None:
        return read.at if isinstance(read.at, datetime) else None
    return _by_clock(told, zone, near)


def _by_clock(text: str, zone: ZoneInfo, near: datetime) -> datetime | None:
    clock = find_clock(text)
    if clock is None or re.search(r"\d", text[: clock.start] + text[clock.end :]):
        return None
    weekday = _WEEKDAY.search(text)
    there = near.astimezone(zone).date()
    ends = [at for days in range(-1, 7) if (at := _at(there + timedelta(days=days), text, zone))]
    if weekday:
        wanted = _WEEKDAYS.index(weekday[1].lower())
        return next((at for day, at in ends if day.weekday() == wanted), None)
    nearest = min((at for _, at in ends), key=lambda at: abs(at - near), default=None)
    return nearest if nearest and abs(nearest - near) <= _SURELY else None


def _at(day: date, text: str, zone: ZoneInfo) -> tuple[date, datetime] | None:
    clock = find_clock(text)
    where = find_zone(text, clock.start, clock.end, len(text), zone, day) if clock else None
    found = instant(day, clock, where) if clock and where else None
    return (day, found.at) if found and isinstance(found.at, datetime) else None
