"""Until when a text must not be published: `EMBARGOED UNTIL 0001 GMT Sunday March 3`, `Sperrfrist: …`, `엠바고: …`.

A time that is not quite sure is none: the notice is known all the same, as the signal `embargo`.  News of an embargo
begins alike (`Embargo before Monday is unlikely`): a notice has nothing but words of time behind its cue, up to its end
or to where the story begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.normalise.clocks import find_clock
from pipeline.normalise.moments import Reading, instant
from pipeline.normalise.months import month
from pipeline.normalise.times import read_time
from pipeline.normalise.zones import find_zone

_LONGEST = 300  # characters of a notice
_AHEAD = timedelta(days=45)
_FARTHEST = timedelta(days=370)
# A time of day alone is the nearest one, if that is much nearer than the next.
_SURELY = timedelta(hours=10)

_BEFORE = (
    r"^[\W_]{0,8}(?:(?:ATTN|EDS|EDITORS?|NOTE TO EDITORS|ATTENTION EDITORS|ACHTUNG|ATENCIÓN|ATTENTION)\b[\W_]{0,4})?"
    r"(?:STRICTLY |UNDER )?"
)
_UNTIL = (
    r"(?:\s?[:,–—-]|(?=\s\d)|\s(?:until|till|for release|to|before|bis|jusqu['’]à|jusqu['’]au|hasta"
    r"|até|fino a(?:l|lle)?|до)\b)"
    r"(?:\s(?:until|till|at|on|from|le|la|las|el|al|a las)\b){0,2}"
)
_NOTICE = re.compile(
    _BEFORE + r"(" + r"(?:EMBARGO(?:ED)?\s?[:,–—-]{1,2}\s?)?NOT FOR (?:PUBLICATION|RELEASE|USE|BROADCAST)"
    r"(?: OR (?:PUBLICATION|RELEASE|USE|BROADCAST))?\s(?:before|until)\b(?:\s(?:at|on)\b)?"
    + rf"|(?:EMBARGO(?:ED)?|SOUS EMBARGO|EMBARGAD[OA]|SPERRFRIST|ЭМБАРГО){_UNTIL}"
    + r"|EMBARGOED (?:FOR|AT)"
    + r"|HOLD FOR RELEASE(?:\s?[:,]|\s(?:until|till|at|on)\b)?|(?:NOT )?FOR RELEASE\s(?:before|until|at|on)\b"
    + r"|(?:엠바고|보도시점|보도 시점)\s?[:：]?|解禁(?:日時)?\s?[:：】]?"
    + r"|(?:(?:消息)?发布时间\s?[:：]\s?)?禁发至|حظر النشر حتى"
    + r")",
    re.IGNORECASE,
)
# `[3월 3일 낮 12시 엠바고]`, `3월 3일 06시 이후 보도`: the cue inside the bracket, or at the end of the line
_PLEASE = r"이후 보도(?:해 ?주시기|하여 주시기)?(?:\s?(?:바랍니다|바람|요망|가능))?"
_NOTICE_BEHIND = re.compile(
    rf"^(?:※?\s?(?:이|본) 기사는 ([^.]{{4,60}}?)까지 엠바고(?:입니다|임)?[\s.]{{0,3}}$"
    rf"|[\[(<【]([^\[\]()<>【】]{{4,60}})(?:엠바고|解禁|{_PLEASE})\s?[\])>】]"
    rf"|(.{{4,60}}?)(?:엠바고|解禁|{_PLEASE})[\s.。]{{0,3}}$)"
)
_SHOUTED = ("[", "(", "【", "<")
_BRACKETS = re.compile(r"[\[\]()*【】]")
# `0001 GMT`: beside a day without a year its four digits would be taken for one.
_MILITARY = re.compile(
    r"(?<![\d:.])([01]\d|2[0-4])([0-5]\d)\s?(?=(?:GMT|UTC|hrs|[ECMP]T|[A-Z]{1,3}[DS]T|CET)\b)"
    # `EMBARGOED TO 0001 FRIDAY MARCH 21` (PA); `UNTIL 2024 Monday` may be a year
    r"|^\W{0,3}(?!19|20)([01]\d|2[0-4])([0-5]\d)\s(?=(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)"
)
_CLOCK = re.compile(r"\d:\d\d|\d\s?[ap]\.?m\b|\d\s?h\d\d", re.IGNORECASE)
# `A LAS 14:00`, `21 DE MARZO`, `ALLE ORE 14`
_SMALL = re.compile(r"\b(?:DE|DEL|A LAS|ALLE|ORE|ÀS|AS)\b")
_HOUR_IT = re.compile(r"\b(?:alle )?ore (\d{1,2})(?![\d:.])")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

# What a notice is made of behind its cue, piece by piece.
_PIECE = re.compile(
    r"한국 ?시간|日本時間|(?:北京|中国|日本|韩国)时间|北京時間"
    r"|\s+|[.,:;()\[\]<>【】（）、，：。*]|\d{1,4}(?:[-/.:]\d{1,4}){0,2}(?:st|nd|rd|th|º|ª)?"
    r"|[年月日号時时点點分秒半]|午前|午後|上午|下午|凌晨|晚上|正午|[월일시분년]|[월화수목금토일]요일|오전|오후|새벽|낮|밤|정오|자정|부터|까지|이후"
    r"|o['’]clock|([^\W\d_]+)"
)
_STORY_BEGINS = re.compile(r"\s?[—–-]{1,2}\s+(?=\S)")
_CLOSING = "])】>"
_POINTS = " \t.,:;()[]<>【】（）、，：。*"
_TIME_WORDS = frozenset(
    f"""
    {" ".join(_WEEKDAYS)} mon tue tues wed thu thur thurs fri sat sun further notice release publication broadcast noon
    midnight am pm p m h hrs hours hour time standard daylight summer gmt utc z est edt et cst cdt ct mst mdt mt pst pdt
    pt bst ist wet cet cest mez mesz eet eest msk мск kst jst hkt sgt aest aedt acst awst nzst nzdt sast eat wat cat brt
    art clt pkt gst ast adt hst akst
    uhr montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag frei weiteres
    heures heure lundi mardi mercredi jeudi vendredi samedi dimanche
    lunes martes miércoles jueves viernes sábado domingo horas segunda terça quarta quinta sexta feira
    lunedì martedì mercoledì giovedì venerdì sabato domenica
    london berlin madrid rome roma tokyo greenwich гринвичу
    года г ч час часов часа мин минут утра вечера дня ночи понедельника вторника среды четверга пятницы субботы
    воскресенья времени
    """.split()
)
# Between words of time; behind them the first word of a story may be one of these.
_LINK_WORDS = """
    u us
    a at on of the for from after before until till local eastern central pacific s um den der bis auf le la à les du de
    jour paris locale jusqu au las el del al hora local ora às as da das do alle ore dalle в с по московскому
"""
_LINKS = frozenset(_LINK_WORDS.split())
# Zones in words that only beside the time of a notice are no part of a name ("Eastern Daily Press").
_AMERICAN = r"\b(?:U\.?S\.? )?{}(?: standard| daylight)?(?: time)?\b"
_OF_CITY = r"\b(?:heure de|hora de|ora di) {0}\b|\b{0} time\b"
_IN_WORDS = {
    _AMERICAN.format("eastern"): "America/New_York", _AMERICAN.format("central"): "America/Chicago",
    _AMERICAN.format("mountain"): "America/Denver", _AMERICAN.format("pacific"): "America/Los_Angeles",
    _OF_CITY.format("Paris"): "Europe/Paris", _OF_CITY.format("Madrid"): "Europe/Madrid",
    _OF_CITY.format("Rom[ae]"): "Europe/Rome", _OF_CITY.format("London"): "Europe/London",
    _OF_CITY.format("Berlin"): "Europe/Berlin", _OF_CITY.format("Tokyo"): "Asia/Tokyo",
}  # fmt: skip
_ZONES = {re.compile(words, re.IGNORECASE): key for words, key in _IN_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Embargo:
    """A notice of an embargo; `until` is the instant at which it ends, None where that is not surely known.

    `rest` is the text that stands behind it in its paragraph.
    """

    until: datetime | None
    rest: str = ""


def read_embargo(paragraph: str, zone: ZoneInfo | None, near: datetime) -> Embargo | None:
    """The embargo that a paragraph gives notice of; None if it is no such notice.

    `zone` is the source's, for a time without one; where that isn't known (None) such a time is no instant.  `near` is
    when the notice was published, or seen.  A day alone is no instant, and what was over by then is none unless its
    year is printed.
    """
    if found := _NOTICE.match(paragraph):
        return _behind_cue(paragraph, found, zone, near)
    if found := _NOTICE_BEHIND.match(paragraph[: _LONGEST + 1]):
        told = next(filter(None, found.groups()))
        if re.search(r"\d", told) and _pieces(told, 0) == len(told):
            return Embargo(_until(told, zone, near), paragraph[found.end() :].strip())
    return None


def _behind_cue(text: str, cue: re.Match[str], zone: ZoneInfo | None, near: datetime) -> Embargo | None:
    head = cue[0].strip()
    is_open = text.startswith(_SHOUTED) and not head.endswith(tuple(_CLOSING))
    end = _pieces(text, cue.end(), is_open=is_open)
    told, rest = text[cue.end() : end], text[end:]
    if not rest.strip():
        # `Embargo until`: of a sentence that is only begun nothing is said.
        is_notice = bool(re.search(r"\d", told)) or text.startswith(_SHOUTED) or head.isupper()
        return Embargo(_until(told, zone, near)) if is_notice else None
    if not re.search(r"\d", told):
        return None
    until = _until(told, zone, near)
    if (begins := _STORY_BEGINS.match(rest)) or text[end - 1] in _CLOSING:
        return Embargo(until, rest[begins.end() if begins else 0 :].strip())
    # `EMBARGOED UNTIL 0001 GMT SEPT 10. British scientists said …`; with a small letter the sentence goes on.
    story = rest.lstrip(" .,:;。*")
    return Embargo(until, story) if until is not None and head.isupper() and story[:1].isupper() else None


def _pieces(text: str, start: int, *, is_open: bool = False) -> int:
    """How far a text goes on in words of time; to its bracket's end, if one is open."""
    end = surely = start
    while end - start < _LONGEST and (piece := _PIECE.match(text, end)):
        word = piece[1].casefold() if piece[1] else ""
        if word and word not in _LINKS and word not in _TIME_WORDS and month(word) is None:
            return surely
        end = piece.end()
        if is_open and piece[0] in _CLOSING:
            return end
        surely = end if piece[0].strip(_POINTS) and word not in _LINKS else surely
    return end if end == len(text) else surely


def _until(text: str, zone: ZoneInfo | None, near: datetime) -> datetime | None:
    told = _SMALL.sub(lambda found: found[0].lower(), _BRACKETS.sub(" ", text))
    if not _CLOCK.search(told):  # else what has four digits is the year
        told = _MILITARY.sub(lambda found: ":".join(filter(None, found.groups())) + " ", told)
    told = _HOUR_IT.sub(r"\1:00", told).strip(" .:,")[:120]
    try:
        until = _end(_zoned(told, zone), zone or ZoneInfo("UTC"), near)
    except (OverflowError, ValueError):  # the last weeks that Python knows
        return None
    if until is None or not (zone or until.is_zoned) or not isinstance(until.at, datetime):
        return None
    return until.at if until.at >= near or _YEAR.search(text) else None


def _zoned(told: str, zone: ZoneInfo | None) -> str:
    """A time with its zone's name for a zone in words; Australia has an Eastern and a Central time of its own."""
    for words, key in _ZONES.items():
        if not (zone and zone.key.startswith("Australia/") and key.startswith("America/")):
            told = words.sub(key, told)
    return told


def _end(told: str, zone: ZoneInfo, near: datetime) -> Reading | None:
    # A day without a year is the nearest to the time given that is not after it.
    return read_time(told, zone, near + _AHEAD, latest=near + _FARTHEST) or _by_clock(told, zone, near)


def _by_clock(text: str, zone: ZoneInfo, near: datetime) -> Reading | None:
    clock = find_clock(text)
    if clock is None or re.search(r"\d", text[: clock.start] + text[clock.end :]):
        return None
    weekday = _WEEKDAY.search(text)
    there = near.astimezone(zone).date()
    ends = [at for days in range(-1, 7) if (at := _at(there + timedelta(days=days), text, zone))]
    if weekday:
        wanted = _WEEKDAYS.index(weekday[1].lower())
        return next((end for day, _, end in ends if day.weekday() == wanted), None)
    nearest = min(ends, key=lambda end: abs(end[1] - near), default=None)
    return nearest[2] if nearest and abs(nearest[1] - near) <= _SURELY else None


def _at(day: date, text: str, zone: ZoneInfo) -> tuple[date, datetime, Reading] | None:
    clock = find_clock(text)
    where = find_zone(text, clock.start, clock.end, len(text), zone, day) if clock else None
    found = instant(day, clock, where, is_zoned=where is not zone) if clock and where else None
    return (day, found.at, found) if found and isinstance(found.at, datetime) else None
