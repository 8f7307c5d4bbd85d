"""How one house writes its dateline, where the forms that all agencies share do not know it.

A source's `datelines` are forms as people write them: `{place}, IRNA –`, `{day}, {place} /Корр. БЕЛТА/.`  What stands
in braces is read, the rest is printed so; a dash may be any dash.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipeline.model import Dateline, Source
from pipeline.normalise.dateline import Head, read_dateline
from pipeline.normalise.registers import Registers
from pipeline.normalise.times import parse_time

_HEAD = 200
_PLACE_WORDS = 6
_PIECE = re.compile(r"\{(\w+)\}|([-–—―−]+)|(\s+)|([^{\s–—―−-]+)")
# Bounded, and read but once each: the text is hostile.
_READ = {
    "place": r"(?P<place>[^\W\d_][^\d()\[\]:;!?\"“”«»\n]{0,60}?)",
    "PLACE": r"(?P<place>[^\W\d_][^\d()\[\]:;!?\"“”«»\n]{0,60}?)",
    "day": r"(?P<day>[^()\[\]/\n]{3,30}?)",
    "byline": r"(?P<byline>[^()\[\]/\n]{2,60}?)",
}
_DASH = r"[-–—―−]{1,3}"
_SPACE = r"\s{1,2}"
_MANY = re.compile(r"\s?[/、]\s?")
_UTC = ZoneInfo("UTC")


def head_of(text: str, source: Source, registers: Registers, near: date) -> Head | None:
    """The dateline at the head of a paragraph: in a form of the house, else in one that all agencies share.

    `near` is the day of publication in the source's zone.
    """
    for pattern in source.datelines:
        found = _compiled(pattern)(text[:_HEAD])
        head = _read(found, pattern, text, source, near) if found else None
        if head:
            return head
    return read_dateline(text, registers, near)


def _read(found: re.Match[str], pattern: str, text: str, source: Source, near: date) -> Head | None:
    told = found.groupdict()
    place, printed = (told.get("place") or "").strip(" ,.") or None, told.get("day")
    day = _day(printed, near) if printed else None
    if (printed and day is None) or (place and not _is_place(place, shouted="{PLACE}" in pattern)):
        return None
    # `BAKU, Azerbaijan`: the region is no place of the story
    places = tuple(one.split(",")[0].strip() for one in _MANY.split(place)) if place else ()
    dateline = Dateline(found.group().strip(), places[0] if places else None, places, day, source.id)
    return Head(dateline, text[found.end() :].strip(), told.get("byline"), (source.id,))


def _day(printed: str, near: date) -> date | None:
    moment = parse_time(printed.strip(" ,."), _UTC, near=datetime.combine(near, time(12), UTC))
    if moment is None:
        return None
    return moment.at.date() if isinstance(moment.at, datetime) else moment.at


def _is_place(place: str, *, shouted: bool) -> bool:
    if len(place.split()) > _PLACE_WORDS or place[0].islower():
        return False
    return not shouted or place.split(",")[0].isupper()


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile("".join(map(_expression, _PIECE.finditer(pattern.strip()))) + r"\s{0,2}").match


def _expression(piece: re.Match[str]) -> str:
    name, dash, space, word = piece.groups()
    if name:
        return _READ[name]
    return _DASH if dash else _SPACE if space else re.escape(word)
