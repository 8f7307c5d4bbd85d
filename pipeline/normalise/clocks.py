"""The time of day in a printed time: `10:00`, `오후 3시 20분`, `10.30 Uhr`, `21h05`, `1000 GMT`, `p. m.`"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Half = Literal["morning", "noon", "afternoon", "evening", "night", "early", "am", "pm"]


class Clock(NamedTuple):
    """A time of day found in a text, and where; `hour` is 24 at the end of a day."""

    hour: int
    minute: int
    second: int | None
    start: int
    end: int


# What of the day an hour on a face of twelve belongs to.
_HALVES: dict[Half, str] = {
    "am": "오전 上午 午前 a A AM ص صباحا صباحاً صباحًا SA sáng पूर्वाह्न ÖÖ",
    "pm": "오후 下午 午後 p P PM م مساء مساءا مساءً CH chiều अपराह्न ÖS",
    "early": "새벽 凌晨",
    "morning": "아침 早上 早晨 早 朝 सुबह",
    "noon": "낮 中午 दोपहर",
    "afternoon": "午后",
    "evening": "저녁 傍晚 夕方 शाम tối",
    "night": "밤 晚上 晚间 晚間 晚 夜 深夜 रात",
}
_HALF_OF = {word: half for half, words in _HALVES.items() for word in words.split()}
_IN_FRONT = (
    "오전|오후|上午|下午|午前|午後|凌晨|早上|早晨|晚上|晚间|晚間|中午|傍晚|深夜|夕方|새벽|아침|저녁|밤|낮|早|晚|朝|夜|午后"
    "|AM|PM|सुबह|शाम|रात|दोपहर|पूर्वाह्न|अपराह्न"
)
_HALF = rf"({_IN_FRONT})?\s?"
_BEHIND = r"(?:\s?([aApP])\.?\s?[mM]\b\.?|\s?(م|ص|مساءً|مساءا|مساء|صباحاً|صباحًا|صباحا|SA|CH|sáng|chiều|tối)(?![^\W\d_]))?"
_COLON = re.compile(_HALF + r"(?<![\d:.+-])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?![\d:])" + _BEHIND)
_CJK = re.compile(
    _HALF + r"(?<!\d)(\d{1,2})\s?[時时시点點]\s?(?:(\d{1,2})\s?[分분]|([半반]))?\s?(?:(\d{1,2})\s?[秒초])?"
)
# `2021-07-07T100000`: ISO 8601 without colons
_COMPACT = re.compile(r"[T ](\d{2})(\d{2})(\d{2})?(?![\d:])")
_HOUR = re.compile(r"(?<![\d:.])(\d{1,2})\s?([aApP])\.?\s?[mM]\b\.?")
_H = re.compile(r"(?<![\d:.])(\d{1,2})\s?(?:[hH]|giờ|Uhr)(?![^\W\d_])\s?(\d{2})?(?!\d)")
# A number with a point is a time only where a word says so: `alle 10.30`, `10.30 Uhr`, `10.30 BST`, `10.30pm`
_POINT_AFTER = re.compile(r"(?<![^\W\d_])(?:ore|alle|kl\.?|klo|pukul|pkl\.?|um|godz\.?)\s(\d{1,2})\.(\d{2})(?![\d.])")
_POINT = re.compile(
    r"(?<![\d.:])(\d{1,2})\.(\d{2})(?:\s?([aApP])\.?[mM]\b\.?|(?=\s?(?:Uhr|hrs|[A-Z]{3,5})(?![^\W\d_])))"
)
# `1000 GMT`, `0001 GMT`
_MILITARY = re.compile(
    r"(?<![\d:./+-])([01]\d|2[0-4])([0-5]\d)\s?(?:hrs?\.?\s?)?(?=GMT|UTC|hrs|[A-Z]{1,3}[DS]T(?![A-Z]))"
)
_NOON = re.compile(r"(?<![^\W\d_])(?:12\s)?noon(?![^\W\d_])|정오|正午")


# Of which day, it does not say.
_MIDNIGHT = re.compile(r"(?<![^\W\d_])midnight(?![^\W\d_])|자정|午夜|полноч", re.IGNORECASE)


def find_clock(text: str, start: int = 0, stop: int | None = None) -> Clock | None:
    """The time of day between two places of a text; None where none is printed, or none that there is."""
    stop = len(text) if stop is None else stop
    if _MIDNIGHT.search(text, start, stop):
        return None
    if found := _COLON.search(text, start, stop):
        return _clock(found, found[2], found[3], found[4], found[1] or found[5] or found[6])
    if found := _CJK.search(text, start, stop):
        return _clock(found, found[2], "30" if found[4] else found[3], found[5], found[1])
    if found := _COMPACT.match(text, start, stop):
        return _clock(found, found[1], found[2], found[3], None)
    for pattern in (_HOUR, _POINT):
        if found := pattern.search(text, start, stop):
            minute = found[2] if pattern is _POINT else None
            return _clock(found, found[1], minute, None, found[3 if pattern is _POINT else 2])
    for pattern in (_H, _POINT_AFTER, _MILITARY):
        if found := pattern.search(text, start, stop):
            return _clock(found, found[1], found[2], None, None)
    noon = _NOON.search(text, start, stop)
    return Clock(12, 0, None, *noon.span()) if noon else None


def _clock(found: re.Match[str], hour: str, minute: str | None, second: str | None, half: str | None) -> Clock | None:
    return clock_at(_hour(int(hour), half), int(minute or 0), int(second) if second else None, *found.span())


def clock_at(hour: int | None, minute: int, second: int | None, start: int, end: int) -> Clock | None:
    """A time of day; None where there is no such time (24:00 is the end of its day, :60 a leap second)."""
    if hour is None:
        return None
    if (hour == 24 and not minute and not second) or (hour < 24 and minute < 60 and (second or 0) <= 60):
        return Clock(hour, minute, second, start, end)
    return None


def _hour(hour: int, word: str | None) -> int | None:
    """The hour on a face of 24; None where the word beside it does not tell which (12 at night) or contradicts it."""
    if not word:
        return hour
    half = _HALF_OF[word]
    if half in ("am", "morning", "early"):
        return (0 if hour == 12 and half != "morning" else hour) if hour <= 12 else None
    if hour > 12:
        return hour
    if half == "noon":
        return hour + 12 if hour < 5 else hour if hour > 9 else None
    if half in ("night", "evening"):
        return hour + 12 if 4 < hour < 12 else None
    return hour + 12 if hour < 12 else hour
