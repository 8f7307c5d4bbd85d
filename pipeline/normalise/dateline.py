"""The dateline at the head of a story: `VIENTIANE, July 7. /TASS/.` and its kin in the scripts that agencies write.

A form says where the agency's name stands; place and day before or inside it are then read the same way for all.
Nothing is a dateline that does not name an agency we know, or stand in a form that nothing else has.  Forms of
East Asia are in `telegram`, those that name no agency in `unsigned`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from pipeline.model import Dateline
from pipeline.normalise.naming import Parts, agencies_of
from pipeline.normalise.registers import Registers
from pipeline.normalise.telegram import bracket, equals, telegram
from pipeline.normalise.unsigned import unsigned
from pipeline.normalise.whereabouts import Where, read_where

_HEAD = 200
_REACH = 140

_DASH = r"(?:\.\s?)?(?:-{1,3}|[–—―‒−]+|_|\|)"
_OPEN, _INSIDE, _CLOSE = r"[(（\[［【〔]", r"[^()（）\[\]［］【】〔〕]", r"[)）\]］】〕]"
_STRONG = re.compile(r"[-–—―‒−_|]")

# `SEOUL, Aug. 20 (Yonhap) --`, `LAWRENCEVILLE, Ga. (AP) —`, `Nueva Delhi, 21 ene (EFE).-`, `(Reuters) -`
_PAREN = re.compile(rf"[(（](?P<names>[^()（）]{{2,70}})[)）]\s*(?P<dash>{_DASH}|:|=|\.(?=\s))?\s*")
# `BERLIN [AFP] --`: what stands so may be a country as well, `New Delhi [India]`.
_SQUARE_SIGN = re.compile("[\\[［【〔]")
_SQUARE = re.compile(rf"{_OPEN}(?P<names>{_INSIDE}{{2,70}}){_CLOSE}\s*(?P<dash>{_DASH}|:|=|\.(?=\s))?\s*")
# `(Paris, 5 mars 2024 - AFP) `, `(ROMA, 5 mar, ANSA) - `
_AROUND_ALL = re.compile(
    rf"^{_OPEN}(?P<head>{_INSIDE}{{4,70}}?)(?:\s?[-–—]{{1,2}}\s|\s?[,،|]\s)(?P<names>(?:(?!-\s)[^()（）\[\]［］【】〔〕,،–—|]){{2,40}})"
    rf"{_CLOSE}\s*(?:{_DASH}|[.:])?\s*"
)
# `VIENTIANE, July 7. /TASS/.`, `MOSCOW, August 2. /TASS/:`, `/Корр. ТАСС Иван Иванов/.`, `/ وام /`
_SLASH = re.compile(
    rf"(?:^|(?<=[\s.,،\d])|(?<=[\u0621-\u064a])(?=/\s))/\s?(?P<names>[^/]{{2,70}}?)\s?/\s*(?P<dash>{_DASH}|[.:,])?\s*(?:{_DASH}\s*)?"
)
# `Москва. 1 ноября. INTERFAX.RU - `, `МОСКВА, 1 ноя — РИА Новости.`, `SEOUL, Nov 26 AFP -`, `Baku, July 7, AZERTAC `
_AFTER_NAME = re.compile(
    rf"(?:-[A-ZА-ЯЁ]\w{{1,16}}|\s(?:Business|Sport|[А-ЯЁ][а-яё]{{2,12}}(?=\.\s)))?(?:,\s?(?P<byline>[^.,—–-]{{3,50}}?(?:,\s[^.,—–-]{{3,40}}?){{0,2}}))?\s*(?P<dash>{_DASH}|\.(?=\s)|:|$)\s*"
)
_BEFORE_NAME = re.compile(r"[\s.,–—-]+$")
# `ТАСС, 29 июня. `, `AKP Phnom Penh, July 07, 2021 -- `
_BEHIND_NAME = re.compile(rf"[\s,]{{1,3}}(?P<head>[^()\[\]|]{{3,50}}?)\s?(?:{_DASH}|\.)\s+")
# `(ANSA) - ROME, JUL 11 - `, `(AGI) Roma, 1 lug. - `
_FIRST = re.compile(
    rf"^{_OPEN}(?P<names>{_INSIDE}{{2,40}}){_CLOSE}\s*(?:{_DASH}\s*)?(?P<head>[^()\[\]|]{{2,90}}?)\s*{_DASH}\s+"
)
# `Seoul, South Korea | AFP | Friday 11/26/2010 - 10:00 GMT | `
_PIPES = re.compile(
    r"^(?P<head>[^|()]{2,60}(?:\([^|()]{2,30}\)\s?)?)\|\s?(?P<agency>[^|]{2,40}?)\s?\|(?:\s?[^|]{0,60}\|)?\s*"
)
# `Ali YILMAZ/İSTANBUL, (DHA) - `
_SIGNED_BEFORE = re.compile(r"^(?P<byline>[^\W\d_]{2,20}(?:\s[^\W\d_]{2,20}){1,3})/(?P<head>[^/]{3,40})$")
_DATED_BY = re.compile(r"\s[-–—]\s")
_HOUSE = re.compile(r"^[A-ZА-ЯЁ][\w.&’' -]{1,30}$")
_ACRONYM = re.compile(r"^[A-ZА-ЯЁ]{2,10}(?:[-/ ][A-ZА-ЯЁ]{2,10}){0,2}$")
# `Jan 30 (Gracenote) - `
_SERVICE = re.compile(r"^(?!\w+day$)[A-Z][A-Za-z]{4,14}$")
# `AUSTIN (KXAN) —`, `ALBANY, NY (NEWS10) —`: American stations.
_STATION = re.compile(r"^(?:[KW][A-Z]{2,3}(?:[-/ ]?(?:TV|FM|AM|DT|\d{1,2}))?|NEWS ?\d{1,2}|Nexstar|FOX ?\d{0,2})$")
_SENTENCE_START = re.compile(r"[\"“«'‘(\[„»*]{0,2}(?:[A-ZÀ-ÞĀ-ŽА-ЯЁІЇЄҐΑ-Ω0-9$€£¥¿¡]|[^\W\d_a-zß-ÿа-яёіїєґα-ω])")
_NAME = re.compile(r"[^\W\d_]{2,}\s[^\W\d_]{2,}")
_SPACE = re.compile(r"\s+")
_ASIDE = 60  # characters
_SPACED_DASH = re.compile(r"\s[—–-]\s+")
_WHOLE = 40
# What sites set beside a place: `| VATICAN CITY`, `ROMA -`
_AROUND = " |·•,:-–—"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a story: the dateline, what is left of the paragraph, a reporter named inside, and
    all agencies named, by id, the writer of the dateline first."""

    dateline: Dateline
    rest: str
    byline: str | None = None
    agencies: tuple[str, ...] = ()


def read_dateline(text: str, registers: Registers, near: date) -> Head | None:
    """The dateline at the head of a paragraph; None where there is none.

    `near` is the day of publication in the source's zone, which gives the printed day its year.

    >>> read_dateline("MOSCOW, August 2. /TASS/: The declaration", registers, date(2019, 8, 2)).dateline.place
    'MOSCOW'
    """
    head = text[:_HEAD]
    for form in _FORMS:
        parts = form(head, registers, near)
        if parts:
            place = parts.places[0] if parts.places else None
            printed = head[: parts.end].strip()
            agencies = tuple(registers.meant_at(agency, place, printed) for agency in parts.agencies)
            agency = agencies[0] if agencies else None
            dateline = Dateline(printed, place, parts.places, parts.day, agency)
            return Head(dateline, text[parts.rest :].strip(), parts.byline, agencies)
    return None


def read_place(printed: str, text: str, near: date) -> Head | None:
    """The dateline that a page prints in an element of its own, without the agency; None where it is no place.

    `text` is the first paragraph, which begins with it where that element stands inside (Reuters, 2012 to 2017).

    >>> read_place("VATICAN CITY", "VATICAN CITY Pope Francis said", date(2017, 4, 9)).rest
    'Pope Francis said'
    """
    head = printed.strip(_AROUND)
    where = read_where(head, near) if len(head) <= _HEAD else None
    if not where or not where.places:
        return None
    rest = text[len(head) :].lstrip(_AROUND) if text.startswith(head) else text
    return Head(Dateline(head, where.places[0], where.places, where.day, None), rest)


def _paren(text: str, registers: Registers, near: date) -> Parts | None:
    """An agency in brackets, the first or, behind a country in brackets, one of the next."""
    for found in islice(_PAREN.finditer(text, 0, _REACH), 3):
        if parts := _in_brackets(text, found, registers, near):
            return parts
    return None


def _square(text: str, registers: Registers, near: date) -> Parts | None:
    """An agency that we know in brackets of another form: `BERLIN [AFP] --`."""
    if not _SQUARE_SIGN.search(text, 0, _REACH):
        return None
    for found in islice(_SQUARE.finditer(text, 0, _REACH), 3):
        parts = _in_brackets(text, found, registers, near) if agencies_of(found["names"], registers) else None
        if parts and parts.places:
            return parts
    return None


def _around_all(text: str, registers: Registers, near: date) -> Parts | None:
    """One pair of brackets around place, day and agency: `(Paris, 5 mars 2024 - AFP) `."""
    found = _AROUND_ALL.match(text)
    agencies = agencies_of(found["names"], registers) if found else ()
    where = read_where(found["head"], near) if found and agencies else None
    if not found or not where or not where.places or not where.dated or where.monthless:
        return None
    return Parts(found.end(), found.end(), agencies, where.places, where.day)


def _in_brackets(text: str, found: re.Match[str], registers: Registers, near: date) -> Parts | None:
    """A dateline whose agency stands in these brackets."""
    before, byline = text[: found.start()], None
    if signed := _SIGNED_BEFORE.match(before):
        before, byline = signed["head"], signed["byline"]
    where = read_where(before, near)
    if where is None or _names_agency(before, registers):
        return None
    names, _, printed = _DATED_BY.sub("\x00", found["names"], count=1).partition("\x00")
    inside = read_where(printed, near) if printed else None
    if inside:
        where = replace(where, day=where.day or inside.day, dated=where.dated or inside.dated)
    agencies = agencies_of(names, registers)
    sure = _is_signed if agencies else _is_by_a_house
    if not sure(text, found, names, where, registers):
        return None
    return Parts(found.end(), found.end(), agencies, where.places, where.day, byline if where.shouted else None)


def _is_signed(text: str, found: re.Match[str], names: str, where: Where, registers: Registers) -> bool:
    """Whether an agency we know makes what stands before its bracket a dateline."""
    dash, end = found["dash"], found.end()
    if where.monthless and not where.shouted:
        return False  # `BRUSELAS, 3 (EUROPA PRESS)`, but `Room 7 (AP)`
    starts = _SENTENCE_START.match(text, end) is not None
    if dash and _STRONG.search(dash):
        return starts or where.shouted or where.dated or not where.places
    if dash:
        return bool(where.places) and (where.dated or (starts and where.is_known(registers)))
    if not where.places:
        return starts and not where.dated and len(text) - end >= _WHOLE and not found.start()
    return (starts or end == len(text)) and (where.dated or where.shouted or where.short)


def _is_by_a_house(text: str, found: re.Match[str], names: str, where: Where, registers: Registers) -> bool:
    """Whether place, day and dash speak for a dateline, though nobody knows the name in the bracket."""
    dash = found["dash"] or ""
    if not where.places and where.dated and _STRONG.search(dash) and _SERVICE.match(names):
        return _SENTENCE_START.match(text, found.end()) is not None
    if not where.places or not _SENTENCE_START.match(text, found.end()) or not _HOUSE.match(names):
        return False
    sure = where.shouted or where.is_known(registers)
    if not _STRONG.search(dash):
        return dash == ":" and where.dated and sure and _ACRONYM.match(names) is not None
    if where.dated:
        return sure or _ACRONYM.match(names) is not None
    if _STATION.match(names) or text[: found.start()].endswith("--"):
        return where.shouted
    return where.shouted and where.is_known(registers)


def _slash(text: str, registers: Registers, near: date) -> Parts | None:
    """An agency between slashes, where anything else may stand with a day: `/Корр. ТАСС Иван Иванов/`."""
    for found in _SLASH.finditer(text, 0, _REACH):
        names = found["names"]
        where = read_where(text[: found.start()], near)
        if where is None or not (where.places or where.dated):
            continue
        agencies = agencies_of(names, registers, loose=where.dated)
        strong = _STRONG.search(found["dash"] or "") and _HOUSE.match(names)
        if agencies or (where.dated and where.shouted and strong):
            return Parts(found.end(), found.end(), agencies, where.places, where.day, _reporter(names, registers))
    return None


def _reporter(names: str, registers: Registers) -> str | None:
    """What stands between the slashes, where that is more than the agency: `Корр. ТАСС Иван Иванов`."""
    return names if not registers.agency(names) and _NAME.search(names) and len(names.split()) > 2 else None


def _named(text: str, registers: Registers, near: date) -> Parts | None:
    """An agency's bare name, behind place and day or before them."""
    name = next(registers.heads(text[:110]), None)
    if name is None:
        return None
    if name.start == 0:
        return _named_first(text, name.end, name.agency, registers, near)
    before, after = _BEFORE_NAME.search(text, 0, name.start), _AFTER_NAME.match(text, name.end)
    if not before:
        return None
    where = read_where(text[: before.start()], near)
    if where is None:
        return None
    if name.end == len(text) and where.dated:  # a line of its own
        return Parts(name.end, name.end, (name.agency,), where.places, where.day)
    if after is None or not (after["dash"] or after["byline"]):
        return _named_openly(text, before.group(), name.end, name.agency, where)
    if not (where.dated or _is_bound(text, before.group(), after, where, registers)):
        return None
    return Parts(after.end(), after.end(), (name.agency,), where.places, where.day, after["byline"])


def _is_bound(text: str, before: str, after: re.Match[str], where: Where, registers: Registers) -> bool:
    """Without a day: `NUR-SULTAN. KAZINFORM - `, `Damascus, SANA-`, `London CNN — `, `BERLIN taz | `."""
    if not where.places or after["byline"] or not _STRONG.search(after["dash"]):
        return False
    known = where.is_known(registers)
    return (where.shouted or known) and _SENTENCE_START.match(text, after.end()) is not None


def _named_openly(text: str, before: str, end: int, agency: str, where: Where) -> Parts | None:
    """Nothing but a space behind the name: `Baku, July 7, AZERTAC The harbour`, `دمشق-سانا`."""
    rest = _SPACE.match(text, end)
    if rest is None or not where.places or not _SENTENCE_START.match(text, rest.end()):
        return None
    joined = before.strip()
    if (where.dated and (joined == "," or not where.printed.isascii())) or (
        joined in ("-", "–") and before == joined and not where.printed.isascii()
    ):
        return Parts(rest.end(), rest.end(), (agency,), where.places, where.day)
    return None


def _named_first(text: str, end: int, agency: str, registers: Registers, near: date) -> Parts | None:
    """`ТАСС, 29 июня. `, `AKP Phnom Penh, July 07, 2021 -- `, `CNN — `, `AGI - `."""
    behind = _BEHIND_NAME.match(text, end)
    where = read_where(behind["head"], near) if behind else None
    if behind and where and where.dated and _SENTENCE_START.match(text, behind.end()):
        return Parts(behind.end(), behind.end(), (agency,), where.places, where.day)
    dash = _SPACED_DASH.match(text, end)
    if dash and _SPACED_DASH.search(text, dash.end(), dash.end() + _ASIDE):
        return None  # `AP - Advanced Placement - exams were delayed`
    if dash and text[:end].isupper() and len(text) - dash.end() >= _WHOLE and _SENTENCE_START.match(text, dash.end()):
        return Parts(dash.end(), dash.end(), (agency,))
    return None


def _first(text: str, registers: Registers, near: date) -> Parts | None:
    """An agency in brackets before place and day: `(ANSA) - ROMA, 1 LUG - `."""
    found = _FIRST.match(text)
    where = read_where(found["head"], near) if found else None
    if not found or not where:
        return None
    agencies = agencies_of(found["names"], registers)
    if not where.dated:
        # `(Reuters) - IBM - once the largest - said` has no place, `(AFP) - PARIS - ` has one.
        is_place = bool(agencies) and where.shouted and where.is_known(registers)
        starts = _SENTENCE_START.match(text, found.end()) is not None
        return Parts(found.end(), found.end(), agencies, where.places) if is_place and starts else None
    known = agencies or (_ACRONYM.match(found["names"]) and where.is_known(registers))
    return Parts(found.end(), found.end(), agencies, where.places, where.day) if known else None


def _pipes(text: str, registers: Registers, near: date) -> Parts | None:
    """An agency between bars: `Seoul, South Korea | AFP | `."""
    found = _PIPES.match(text)
    agency = registers.agency(found["agency"]) if found else None
    where = read_where(found["head"], near) if found else None
    if not found or not agency or not where or not where.places:
        return None
    return Parts(found.end(), found.end(), (agency,), where.places, where.day)


def _names_agency(text: str, registers: Registers) -> bool:
    """Whether the place is an agency itself: `The Korean Central News Agency (KCNA) said` is no dateline."""
    return next(registers.mentions(text), None) is not None


_FORMS: tuple[Callable[[str, Registers, date], Parts | None], ...] = (
    _first, equals, bracket, telegram, _around_all, _pipes, _paren, _square, _slash, _named, unsigned,
)  # fmt: skip
