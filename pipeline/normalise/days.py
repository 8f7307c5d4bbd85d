"""The day in a printed time, as many lands write it: `7 июля 2021`,
`2021년 7월 7일`, `Juche110.7.7.`, `07-16 23:09`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pipeline.normalise.months import month

# First years of eras, less one: Juche 1 and the Republic of China's year 1 (中央社) are 1912.
_ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}
_JUCHE = 1911

_LETTER = "(?:[^\\W\\d_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957])"
# A word that may be a month; two words in the Arabic of the Levant, `تشرين الثاني`, which Iraq doubles: `تموز/يوليو`.
_W = rf"((?:تشرين|كانون)\s(?:الأول|الاول|الثاني)|{_LETTER}{{3,14}})\.?(?:\s?/\s?{_LETTER}{{3,14}})?"
# `19-20 ноября 2021` says when something is, not when it was written.
_NO_RANGE = r"(?<!\d)(?<!\d-)(?<!\d–)(?<!\d - )(?<!\d – )(?<!\d по )"
_JUCHE_NAMES = "(?:Juche|주체|主体|主體|チュチェ|чучхе)"
_FORMS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        # `Juche113.7.1.` KCNA until 2024-10-29, `주체110(2021)년 7월 7일`, `July 7, Juche 110 (2021)`
        (
            "juche",
            rf"{_JUCHE_NAMES}\s?(\d{{2,3}})(?:\s?\((\d{{4}})\)\s?)?[.년年]\s?(\d{{1,2}})[.월月]\s?(\d{{1,2}})(?!\d)",
        ),
        ("juche-mdy", rf"{_W}\s(\d{{1,2}}),?\s{_JUCHE_NAMES}\s?(\d{{2,3}})(?:\s?\((\d{{4}})\))?(?!\d)"),
        # `民國110年7月7日`, `令和3年7月7日`, `平成31年4月30日`
        ("era", rf"({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)年\s?(\d{{1,2}})月\s?(\d{{1,2}})日"),
        # `2021-07-07T10:00:00+09:00`, `2021.7.7.`, `[2026.7.19.]`, `2023/02/21`, `2021. 7. 7.`, `2021.07.07일`
        ("ymd", r"(?<![\d.])(?<!^-)(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)"),
        # `20250212 09:32:22`
        ("ymd", r"(?<!\d)(\d{4})(\d\d)(\d\d)(?=\s\d\d:?\d\d)"),
        # `2021년 7월 7일`, `2021年7月7日`
        ("ymd", r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]"),
        ("yymd", r"(?<!\d)(\d{2})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]"),
        ("yymd", r"(?<!\w)'(\d{2})\.\s?(\d{1,2})\.\s?(\d{1,2})(?!\d)"),
        # `2023 Jan 7`, `2021. november 10.` Hungary, `2021 m. lapkričio 10 d.` Lithuania
        ("ymd", rf"(?<!\d)(\d{{4}})\.?[\s,-](?:m\.\s)?{_W}[\s,-](\d{{1,2}})(?![\d:])"),
        # `Wed, 07 Jul 2021`, `29 июня 2020`, `7 de julio de 2021`, `07-Jul-21`, `7th July, 2021`, `5 th of June 2021`,
        # `02 Março De 2026` Angop
        (
            "dmy",
            rf"{_NO_RANGE}(\d{{1,2}})\s?(?:st|nd|rd|th|er|[oaºª°.])?[\s,/-]{{1,3}}(?:[Dd]e\s|of\s|d['’])?\s?{_W}[\s,/-]{{1,3}}(?:[Dd]e[l]?\s)?(\d{{4}})(?!\d)",
        ),
        # `10 tháng 11, 2021` Vietnam
        ("dmy", r"(?<!\d)(\d{1,2})\s?tháng\s?(\d{1,2})(?:,\s?|\snăm\s|\s|/)(\d{4})(?!\d)"),
        ("dmy", rf"(?<!\d)(\d{{1,2}})-{_W}-(\d{{2}})(?!\d)"),
        ("dmy", rf"(?:^|,\s?)(\d{{1,2}})\s{_W}\s(\d{{2}})(?=\s\d{{1,2}}:)"),
        # `July 7, 2021`, `Feb. 19, 2026 Thursday`, `Jul 7 2021`, `March, 02, 2026 - 13:20` Tasnim
        ("mdy", rf"{_W},?\s?(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}(\d{{4}})(?!\d)"),
        # `Fri Aug 03 09:10:32 UTC 2012`: the year behind the time of day
        (
            "asctime",
            rf"{_W}\s{{1,2}}(\d{{1,2}})\s\d\d:\d\d(?::\d\d)?(?:\s[A-Z]{{2,5}}|\s[+-]\d{{4}})?\s(\d{{4}})(?!\d)",
        ),
        # `07.07.2021` Anadolu; `07/07/2021`, day first but in America
        ("numbers", r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4})(?!\d)"),
        # `31.10.23`, `11/02/23`; `23.10.31` in the Far East
        ("short", r"(?<![\d.,:/-])(\d{1,2})([./-])(\d{1,2})\2(\d{2})(?![\d/:-]|[.,]\d)"),
        # Without a year: `07-16 23:09` Yonhap ko listing, `7月16日`, `7월 16일`, `July 16, 23:09`, `16 июля, 10:00`
        ("md", r"(?<![\d.:/-])(\d{1,2})[-./](\d{1,2})(?=\.?\s?(?:\([^()]{1,5}\)\s?)?\d{1,2}:\d\d)"),
        ("md cjk", r"(?<![\d年년])(?<![年년]\s)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]"),
        # not `19 Nov 26`, `Mar 10, 20`: a year of two digits, or another day
        ("Md", rf"(?<!\d)(?<!\d[\s-]){_W}\s?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?!,?\s'?\d\d(?![\d:.h]))"),
        ("dM", rf"(?<![\d:–-])(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s(?:de\s)?{_W}(?![\s-]\d\d(?![\d:.h]))"),
    )
)
_YEARLESS = ("md", "md cjk", "Md", "dM")
# A number that a reading without year leaves over (`32 Jul 2021`, `Jul 7, 20211`, `7 июля 21 года`) says that it is a
# misreading; so does the word of a calendar of which we know no year.
_LEFT_OVER = re.compile(
    r"(?<![\d:+.-])\d{4,}(?!:)|\d{2}\s?(?:года?\b|г\.)"
    r"|음력|农历|農曆|农曆|旧暦|旧历|陰曆|阴历|昭和|平成|令和|民[國国]|هـ|هجري"
    rf"|{_JUCHE_NAMES}|พ\.ศ",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?<![^\W\d_])(Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:rs?(?:day)?)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)"
    r"(?![^\W\d_])"
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# `二〇二一年七月七日`
_NUMERALS = re.compile(r"[〇○零一二三四五六七八九十]{1,4}(?=\s?[年月日号號])")
_DIGITS = {character: str(number) for number, character in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}

_MONTH_FIRST = re.compile(
    r"^(?:US/|America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Detroit|Boise|Anchorage|Puerto_Rico|Indiana/)"
    r"|Pacific/(?:Honolulu|Guam)|Asia/Manila)"
)
# Where both orders are used, or nothing is known of the source's land.
_EITHER_FIRST = re.compile(
    r"^(?:UTC|Etc/|GMT|Zulu|Canada/|America/(?:Toronto|Vancouver|Winnipeg|Edmonton|Halifax|Regina|St_Johns))"
)
_YEAR_FIRST = ("Asia/Seoul", "Asia/Pyongyang", "Asia/Tokyo", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong")
# `02/04/16` is the year 1402 there: two digits say nothing of the calendar.
_SOLAR_HIJRI = ("Asia/Tehran", "Asia/Kabul", "Iran")

Order = Literal["day", "month"] | None


class Day(NamedTuple):
    """A day found in a text, and where; `year` is None where none is printed."""

    year: int | None
    month: int
    day: int
    start: int
    end: int


def find_days(text: str, zone: ZoneInfo, *, month_first: bool | None = None) -> Iterator[Day]:
    """The days printed in a text, the forms with a year first.  `month_first` reads `7/8/2021` the American way or not;
    None leaves it to the zone's land."""
    order = _order(zone, month_first)
    for kind, form in _FORMS:
        if kind in _YEARLESS and (_LEFT_OVER.search(text) or (kind == "md" and zone.key.startswith(_SOLAR_HIJRI))):
            continue
        for found in form.finditer(text):
            day = _day(kind, found, text, zone, order)
            if day and full_date(day.year or 2000, day.month, day.day):
                yield day


def plain_numerals(text: str) -> str:
    """Chinese numerals in a date as digits."""
    if "月" not in text or not _NUMERALS.search(text):
        return text
    return _NUMERALS.sub(lambda found: arabic(found[0]), text)


def arabic(number: str) -> str:
    """A number up to 99 or a year, in Chinese numerals or in digits already, in digits.

    >>> arabic("二十三"), arabic("二〇二四"), arabic("7")
    ('23', '2024', '7')
    """
    if "十" not in number:
        return "".join(_DIGITS.get(character, character) for character in number)
    tens, _, ones = number.partition("十")
    return f"{_DIGITS.get(tens, '1')}{_DIGITS.get(ones, '0')}"


def is_month_first(zone: str) -> bool | None:
    """Whether the month comes first in `7/8/2021` where a zone (its IANA name) is in use; None where both are."""
    return None if _EITHER_FIRST.match(zone) else bool(_MONTH_FIRST.match(zone))


def full_date(year: int, month_number: int, day: int) -> date | None:
    """A date, None where there is no such day."""
    try:
        return date(year, month_number, day)
    except ValueError:
        return None


def falls_on_weekday(day: date, text: str) -> bool:
    """Whether a day falls on the weekday that is printed in English, if one is."""
    weekday = _WEEKDAY.search(text)
    return weekday is None or _WEEKDAYS[day.weekday()] == weekday[1][:3]


def _order(zone: ZoneInfo, month_first: bool | None) -> Order:
    first = is_month_first(zone.key) if month_first is None else month_first
    return None if first is None else "month" if first else "day"


def _day(kind: str, found: re.Match[str], text: str, zone: ZoneInfo, order: Order) -> Day | None:
    start, end = found.span()
    parts = found.groups()
    if kind == "era":
        year = _ERAS[parts[0]] + (1 if parts[1] == "元" else int(parts[1]))
        return Day(year, int(parts[2]), int(parts[3]), start, end)
    if kind in ("numbers", "short"):
        return _of_numbers(kind, found, text, zone, order)
    numbers = [_number(part) for part in parts]
    if kind == "juche":
        return _of_juche(numbers[0], numbers[1], numbers[2], numbers[3], start, end)
    if kind == "juche-mdy":
        return _of_juche(numbers[2], numbers[3], numbers[0], numbers[1], start, end)
    if kind == "ymd":
        return Day(numbers[0], numbers[1], numbers[2], start, end)
    if kind == "yymd":
        # In Japan two digits may be a year of the emperor's; elsewhere `'21.7.7.` may be anything.
        is_known = zone.key != "Asia/Tokyo" and zone.key.startswith(_YEAR_FIRST)
        return Day(2000 + numbers[0], numbers[1], numbers[2], start, end) if is_known else None
    if kind == "dmy":
        return Day(_century(parts[2]), numbers[1], numbers[0], start, end)
    if kind in ("mdy", "asctime"):
        # Of asctime the time of day is looked for from the day on.
        return Day(numbers[2], numbers[0], numbers[1], start, found.end(2) if kind == "asctime" else end)
    first, second = (numbers[1], numbers[0]) if kind == "dM" else (numbers[0], numbers[1])
    return Day(None, first, second, start, end)


def _number(part: str | None) -> int:
    if not part:
        return 0
    return int(part) if part.isdecimal() else month(part) or 0


def _of_juche(juche: int, gregorian: int, month_number: int, day: int, start: int, end: int) -> Day | None:
    """None where the two years that are printed are not the same."""
    year = juche + _JUCHE
    return None if gregorian and gregorian != year else Day(year, month_number, day, start, end)


def _of_numbers(kind: str, found: re.Match[str], text: str, zone: ZoneInfo, order: Order) -> Day | None:
    """`07/08/2021`, `21.07.08`: None where neither the land nor a weekday says which number is what."""
    first, sign, second, third = int(found[1]), found[2], int(found[3]), _century(found[4])
    start, end = found.span()
    if kind == "short":
        if zone.key.startswith(_SOLAR_HIJRI):
            return None
        if first > 31 or zone.key.startswith(_YEAR_FIRST):
            return Day(_century(found[1]), second, int(found[4]), start, end)
        # `24/09/03` has its year in front, or behind: where nothing is known of the land, either.
        if order is None and sign == "/" and first > 12 and int(found[4]) <= 31:
            return None
    ways = _ways(first, second, sign, order)
    if len(ways) > 1:
        days = [(full_date(third, month_number, day), month_number, day) for month_number, day in ways]
        printed = _WEEKDAY.search(text)
        ways = [(m, d) for on, m, d in days if printed and on and falls_on_weekday(on, text)]
    return Day(third, *ways[0], start, end) if len(ways) == 1 else None


def _ways(first: int, second: int, sign: str, order: Order) -> list[tuple[int, int]]:
    """As month and day: the ways in which two numbers can be meant."""
    by_day, by_month = (second, first), (first, second)
    if first == second or first > 12:
        return [by_day]
    if second > 12:
        return [by_month]
    if order == "day" or (sign == "." and order is None):
        return [by_day]
    # Americans write slashes; what they mean by other signs is not known.
    return [by_month] if order == "month" and sign == "/" else [by_day, by_month]


def _century(printed: str) -> int:
    """A year of two digits in its century; one of four is itself, `0001` too."""
    year = int(printed)
    if len(printed) > 2:
        return year
    return year + (2000 if year < 69 else 1900)
