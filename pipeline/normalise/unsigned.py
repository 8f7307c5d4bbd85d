"""Datelines that name no agency: `LONDON — `, `MAYFIELD, Ky. — `, `WASHINGTON, July 7 — `, `BEIJING, July 23` alone.

Many texts begin with a word and a dash.  So the place must be one that the register knows, or one that lies in a state
or country which it knows, or one that the paragraph itself names as a place.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.normalise.naming import Parts
from pipeline.normalise.registers import Registers
from pipeline.normalise.whereabouts import Where, read_where

_DASH = r"-{1,3}|[–—―‒−]+"
# A space on either side, or none before it: `ALGER- Le port`, `SAN DIEGO – A crane`.
_DASHED = re.compile(
    rf"^(?P<head>[^()|“”\"–—―]{{2,70}}?(?:\s\([^()]{{3,30}}\))?(?:,\s[\w-]{{2,20}}\.(?:com|co\.id|id|net|org))?)"
    rf"(?:(?P<dash>(?<=\S)\.?-{{1,2}}\s|\s(?:{_DASH})\s|(?<=\S)(?:[–—―])\s)|(?P<colon>:\s)|(?P<dot>\.\s(?![-–—])))"
)
_BRACKETED = re.compile(rf"^\((?P<head>[^()\d]{{3,30}})\)\s(?:{_DASH})\s")
_SITE = re.compile(r",\s[\w-]{2,20}\.(?:com|co\.id|id|net|org)$")
_SENTENCE_START = re.compile(r"[\"“«'‘„»]{0,2}(?:[A-ZÀ-ÞĀ-ŽА-ЯЁІЇЄҐΑ-Ω0-9$€£¿¡]|[^\W\d_a-zß-ÿа-яёіїєґα-ω])")
# Cities that are words, too, or people: `Nice – This is what we needed.`, `Hamilton – The champion was second.`
_WORDS_LISTED = """
adelaide alexandria alice aurora austin bar barry bath buffalo carson charlotte chelsea chester clinton concord cork
dallas darwin denver douglas essen eugene florence gary georgia hagen hamilton hamm hope houston jackson jordan kent
kingston lens leon león lima lincoln lourdes madison male man marina mobile most nancy natal nice normal of orange
phoenix police preston reading regina salvador santiago savannah siegen sofia split stanley sterling surrey sydney
tours troy valencia victoria virginia warren wellington worms
"""
# Who begins so speaks for themselves, or of whom the line names: `Kiel – I liked it.`
_OF_A_PERSON = re.compile(r"[\"“«„]?(?:I|He|She|We|My|His|Her|Ich|Wir|Je|Elle|Nous)\b")
_WORDS = frozenset(_WORDS_LISTED.split())
_WITHIN = r"\b(?:in|at|near|outside|from|nach|bei|aus|von|à|en|em|w|v|в|из)\s(?i:{place})"
_LONG = 60
_NOTE = re.compile(r"\(([^()\d]{2,30})\)$")
_SIGN = re.compile(r"[a-z]{3,4}[A-ZÄÖÜ]?$")
_STOP = re.compile(r"([^-–—:\d]{2,30}?)\s?(?:[-–—]|:)\s")
# `BRIDGETOWN, Barbados, July 7, CMC – `
_HOUSE = re.compile(r"(\d),\s[A-Z]{2,10}$")
_HOUSE_BEHIND = re.compile(r"[A-ZА-ЯЁ]{3,12}\.\s+")
_DAY_BEHIND = re.compile(r"(?P<day>[^:()–—]{3,24}\d)\s?[:–—-]\s+")


def unsigned(text: str, registers: Registers, near: date) -> Parts | None:
    """A dateline without an agency at the head of a long paragraph, or one that is the whole of a short one."""
    if parts := _alone(text, registers, near):
        return parts
    found = _DASHED.match(text)
    if not found:
        return _bracketed(text, registers, near)
    end, printed = found.end(), _SITE.sub("", found["head"])
    where = read_where(_HOUSE.sub(r"\1", printed), near)
    if len(text) - end < _LONG or not where or not where.places or _is_route(text, end, registers):
        return None
    if not _is_sure(text, found, where, registers, sited=printed != found["head"]):
        return None
    end, day = _with_day(text, end, where, near)
    return Parts(end, end, (), where.places, day) if _SENTENCE_START.match(text, end) else None


def _is_route(text: str, end: int, registers: Registers) -> bool:
    """`Köln - Düsseldorf - Essen`, `Paris - Nice :`, `TOULOUSE - MARSEILLE 2-1` are lines between places."""
    next_stop = _STOP.match(text, end)
    if next_stop and (" " not in next_stop[1] or registers.place(next_stop[1])):
        return True
    first = text[end : end + 30].partition(" ")[0]
    return first.isupper() and registers.place(first) is not None


def _with_day(text: str, end: int, where: Where, near: date) -> tuple[int, date | None]:
    """What else belongs to it behind the dash: `Dubai, UAE – 7 July 2021: `, `МОСКВА, 7 июл — ПРАЙМ. `"""
    if where.dated:
        house = _HOUSE_BEHIND.match(text, end)
        return (house.end() if house else end), where.day
    found = _DAY_BEHIND.match(text, end)
    behind = read_where(found["day"], near) if found else None
    if not found or not behind or not behind.dated or behind.places or behind.monthless:
        return end, None
    return found.end(), behind.day


def _is_sure(text: str, found: re.Match[str], where: Where, registers: Registers, *, sited: bool) -> bool:
    known = where.is_known(registers)
    # `Kiel (dpo) - ` may be an agency's sign, `Hamburg (SPD) - ` is a party's.
    note = _NOTE.search(found["head"])
    if note and not (_SIGN.match(note[1]) or where.has_region(registers)):
        return False
    if where.dated:
        return (not where.monthless) and (known or (where.shouted and bool(found["dash"])))
    if found["dot"]:
        return False
    if found["colon"]:
        return known and where.shouted
    rest = text[found.end() :]
    if known and not (where.shouted or where.region):
        is_word = where.printed.casefold() in _WORDS or _OF_A_PERSON.match(rest) is not None
        return len(where.places) <= 3 and (not is_word or _is_within(rest, where))
    return (known and len(where.places) <= 3) or (where.shouted and (sited or _is_within(rest, where)))


def _is_within(rest: str, where: Where) -> bool:
    """Whether the story says that it is a place: `KOBE – … at a hospital in Kobe`."""
    place = where.places[0]
    return re.search(_WITHIN.format(place=re.escape(place)), rest) is not None and place.title() in rest


def _alone(text: str, registers: Registers, near: date) -> Parts | None:
    """A paragraph that is nothing but place and day, or a place in capitals: `BEIJING, July 23`, `ANKARA`."""
    if len(text) > _LONG or not text[:1].isalpha():
        return None
    where = read_where(text, near)
    if not where or not where.places or not where.is_known(registers):
        return None
    # `Chicago 7` is a film.
    is_line = where.shouted or (where.dated and not where.monthless)
    return Parts(len(text), len(text), (), where.places, where.day) if is_line else None


def _bracketed(text: str, registers: Registers, near: date) -> Parts | None:
    """`(ANKARA) - `, as ANKA prints it."""
    found = _BRACKETED.match(text)
    where = read_where(found["head"], near) if found else None
    if not found or not where or not where.shouted or not where.is_known(registers):
        return None
    return Parts(found.end(), found.end(), (), where.places, where.day)
