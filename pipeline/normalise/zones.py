"""Time zones as they are printed: offsets, names, and what a name means where it is printed.

CST is a name in China, Cuba, America and Australia, IST one in India, Israel and Ireland, and CAT and ART are words:
the source's own zone decides, and where it does not, no time is known.  RFC 822 gave the American names a meaning in
the times of mails and feeds.  A name counts beside the time of day only, for behind it stand sections and headlines.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"^\s?\(?(?P<utc>GMT|UTC|Z)?\s?([+\u2212-])(\d{1,2})(?::?(\d{2}))?(?![\d:])")
# What follows an offset of two digits that is a number: `10:00 +12 photos`.
_WORD_BEHIND = re.compile(r"\s?[^\W\d_]")
# `10:30 (мск+7)`: so many hours ahead of Moscow, as RIA and Interfax print it for Siberia.
_FROM_MOSCOW = re.compile(r"^\s?\(?(?:мск|msk)\s?([+\u2212-])\s?(\d{1,2})(?![\d:])", re.IGNORECASE)
_ZULU = re.compile(r"^\s?Z(?![A-Za-z])")
# RFC 2822 gives up the military letters of RFC 822, as they were defined the wrong way round.
_MILITARY = re.compile(r"^\s[A-IK-Y]$")
_ABBREVIATION = r"([A-Z]{2,5}|TSİ|[Мм][Сс][Кк]|Msk|Z)(?![^\W\d_])"
_NAME = re.compile(
    r"^[\s,]{0,2}(?:(?:Uhr|[Hh]rs?\.?|h|час(?:ов|а)?\.?|ч\.?)[\s,]{1,2})?[(\[]?"
    rf"{_ABBREVIATION}(?P<behind>.*)"
)
# `4:05 PM, September 3, 2024 EDT`
_NAME_AT_END = re.compile(rf"\d{{4}}[\s,]{{1,2}}\(?{_ABBREVIATION}\)?$")
_NAME_BEFORE = re.compile(r"(?<![^\W\d_])([A-Z]{2,5}|[Мм][Сс][Кк])\s?$")
_PLACE = re.compile(
    r"(?<![\w/])((?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[A-Za-z_]{2,24}(?:/[A-Za-z_]{2,24})?)"
)
_NEAR = 40  # characters behind the time of day in which its zone stands
_MAX_OFFSET = 14 * 60
_QUARTERS = (0, 15, 30, 45)
_MINUS = "\u2212"
_FARTHEST = 9  # hours from Moscow
_TIME = re.compile(r"(\d{1,2}):(\d{2})")

# In words; None is a place that only the reader of the text can know.
_WORDS: tuple[tuple[re.Pattern[str], str | None], ...] = (
    (re.compile(r"北京时间|北京時間|中国时间|베이징 ?시간"), "Asia/Shanghai"),
    (re.compile(r"한국 ?시간|首尔时间|韩国时间|韓国時間"), "Asia/Seoul"),
    (re.compile(r"日本時間|日本时间|일본 ?시간"), "Asia/Tokyo"),
    (re.compile(r"московско\w{1,3} врем|по москве|moscow time|모스크바 ?시간", re.IGNORECASE), "Europe/Moscow"),
    (re.compile(r"гринвич|greenwich", re.IGNORECASE), "UTC"),
    (
        re.compile(
            r"현지 ?시[간각]|現地時間|当地时间|當地時間|local time|местно\w{1,3} врем"
            r"|heure locale|hora local|ora locale|ortszeit",
            re.IGNORECASE,
        ),
        None,
    ),
)
_REGIONS = {
    "MSK": "Europe/Moscow", "МСК": "Europe/Moscow", "ET": "America/New_York", "CT": "America/Chicago",
    "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
_OFFSETS: dict[str, float] = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "KST": 9, "JST": 9, "MSD": 4, "EST": -5, "EDT": -4, "CST": -6,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
    "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "CLT": -4, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
    "EEST": 3, "WEST": 1, "BST": 1, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "TRT": 3,
    "TSİ": 3, "TSI": 3, "OEZ": 2, "OESZ": 3, "WEZ": 0, "IRST": 3.5,
    "PKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "WITA": 8, "WIT": 9, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8,
    "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "ULAT": 8, "YEKT": 5,
}  # fmt: skip
# Names of many lands, by where the source is; what is in neither table for its part of the world is not known.
_BY_PLACE: dict[str, tuple[tuple[str, float], ...]] = {
    "CST": (
        ("Asia/", 8),
        ("PRC", 8),
        ("ROC", 8),
        ("Hongkong", 8),
        ("Australia/", 9.5),
        ("America/", -6),
        ("US/", -6),
        ("Canada/", -6),
    ),
    "CDT": (("Australia/", 10.5),),
    "EST": (("Australia/", 10),),
    "EDT": (("Australia/", 11),),
    "WST": (("Australia/", 8),),
    "IST": (("Asia/Kolkata", 5.5), ("Asia/Calcutta", 5.5), ("Asia/Colombo", 5.5)),
    "BST": (("Asia/Dhaka", 6), ("Europe/", 1)),
    "AST": (("Asia/", 3), ("America/", -4), ("Atlantic/", -4), ("Canada/", -4)),
    "GST": (("Asia/", 4),),
    "PST": (("Asia/Karachi", 5), ("Asia/Manila", 8), ("America/", -8), ("US/", -8), ("Canada/", -8)),
    "MST": (("Asia/Kuala_Lumpur", 8), ("Asia/Singapore", 8), ("Asia/Yangon", 6.5)),
}
_DOUBTFUL = frozenset({"IST", "GST", "WST", "ECT", "AMT", "SST", "CST", "BST", "AST", "PST"})
# In these parts of the world the American names mean nothing, or something else.
_DOUBTFUL_IN_ASIA = frozenset({"PDT", "MST", "MDT", "ADT"})
_DOUBTFUL_AT = re.compile(r"(?:\s?[aApP]\.?[mM]\.?)?\s?\(?([A-Z]{3,4})(?![A-Za-z])")
# Names that are words or other things, too: believed where the source's clocks go so.
_WORDY = frozenset({"ICT", "ART", "CAT", "EAT", "WIT", "WAT"})
# RFC 822 and 2822 say what these mean in a time like `Wed, 07 Jul 2021 09:00:00 PST`.
_OF_MAILS = frozenset({"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"})
_MAIL = re.compile(r"^(?:[A-Z][a-z]{2},\s?)?\d{1,2} [A-Z][a-z]{2} \d{2,4} \d\d:\d\d(?::\d\d)?\s[A-Z]{3}$")


def find_zone(text: str, start: int, end: int, stop: int, zone: ZoneInfo, day: date) -> tzinfo | None:
    """The zone of the time of day that stands between `start` and `end`: printed behind it (an offset before `stop`),
    else right before it, else the source's; None for an impossible or doubtful one."""
    rest = text[end:]
    if _ZULU.match(rest):
        return UTC
    if moscow := _FROM_MOSCOW.match(rest):
        return _ahead_of_moscow(int(f"{moscow[1].replace(_MINUS, '-')}{moscow[2]}"), day)
    offset = _OFFSET.match(text[end:stop])
    if offset and not _is_number(offset, text, start, end):
        return read_offset(offset.group())
    if _MILITARY.match(rest):
        return None
    for words, key in _WORDS:
        if words.search(text):
            return ZoneInfo(key) if key else None
    if place := _PLACE.search(rest[:_NEAR]):
        return _place(place[1])
    return _by_name(text, start, end, zone, day)


def read_offset(text: str) -> tzinfo | None:
    """`+09:00`, `+0900`, `+09`, `GMT+9`, `Z` as a zone; None beyond fourteen hours, where no place is."""
    found = _OFFSET.match(text)
    if not found:
        return UTC
    minutes = int(found[3]) * 60 + int(found[4] or 0)
    if minutes > _MAX_OFFSET or int(found[4] or 0) not in _QUARTERS:
        return None
    return timezone(timedelta(minutes=minutes if found[2] == "+" else -minutes))


def _is_number(offset: re.Match[str], text: str, start: int, end: int) -> bool:
    """Whether what reads as an offset is a number or the end of a span: `+12 photos`, `-3 comments`, `10:00-11:30`."""
    if offset["utc"]:
        return False
    if not offset[4]:
        return len(offset[3]) < 2 or _WORD_BEHIND.match(text, end + offset.end()) is not None
    is_iso = text[:start].endswith("T") or text[start:end].count(":") != 1 or text[start : start + 1] == "T"
    if is_iso or offset[2] == "+" or ":" not in offset[0]:
        return False
    # Of a span the second time is the later one.
    return (int(offset[3]), int(offset[4])) > tuple(map(int, _TIME.findall(text[start:end])[0]))


def _ahead_of_moscow(hours: int, day: date) -> tzinfo | None:
    moscow = datetime.combine(day, time(12), ZoneInfo("Europe/Moscow")).utcoffset()
    return timezone(moscow + timedelta(hours=hours)) if moscow is not None and abs(hours) <= _FARTHEST else None


def _place(key: str) -> tzinfo | None:
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _by_name(text: str, start: int, end: int, zone: ZoneInfo, day: date) -> tzinfo | None:
    behind = _NAME.match(text[end : end + _NEAR])
    before = _NAME_BEFORE.search(text[max(0, start - 8) : start])
    last = _NAME_AT_END.search(text, end)
    # Behind `10:00 AM CAT` a further word makes it one: `CAT VIDEO`.
    is_word = behind is not None and behind[1] in _WORDY and _WORD_BEHIND.match(behind["behind"]) is not None
    names = ([behind[1]] if behind and not is_word else []) + [found[1] for found in (before, last) if found]
    for name in names:
        upper = name.upper()
        if known := _named(upper, zone, day):
            return known
        if upper in _OF_MAILS and _MAIL.match(text):
            return timezone(timedelta(hours=_OFFSETS[upper]))
        if _is_doubtful(upper, zone):
            return None
    return zone


def _is_doubtful(name: str, zone: ZoneInfo) -> bool:
    return name in _DOUBTFUL or name in _WORDY or (name in _DOUBTFUL_IN_ASIA and zone.key.startswith("Asia/"))


def is_doubtful_at(text: str, end: int) -> bool:
    """Whether behind a time of day stands an abbreviation that means several zones (`10:00 PST`)."""
    name = _DOUBTFUL_AT.match(text, end)
    return name is not None and name[1] in _DOUBTFUL | _WORDY


def _named(name: str, zone: ZoneInfo, day: date) -> tzinfo | None:
    """The zone of an abbreviation; what the source's own zone calls itself comes first."""
    if own := _own(name, zone, day):
        return own
    if name in _REGIONS:
        return ZoneInfo(_REGIONS[name])
    for prefix, hours in _BY_PLACE.get(name, ()):
        if zone.key.startswith(prefix):
            return timezone(timedelta(hours=hours))
    offset = _OFFSETS.get(name)
    if offset is None or (_is_doubtful(name, zone) and not (name in _WORDY and _has_offset(zone, day, offset))):
        return None
    return timezone(timedelta(hours=offset))


def _has_offset(zone: ZoneInfo, day: date, hours: float) -> bool:
    return datetime.combine(day, time(12), zone).utcoffset() == timedelta(hours=hours)


def _own(name: str, zone: ZoneInfo, day: date) -> tzinfo | None:
    """The offset that the source's zone has when it goes by a name: that day, else in January or July of its year."""
    noon = datetime.combine(day, time(12), zone)
    for there in (noon, noon.replace(month=1, day=1), noon.replace(month=7, day=1)):
        if there.tzname() == name and (offset := there.utcoffset()) is not None:
            return timezone(offset)
    return None
