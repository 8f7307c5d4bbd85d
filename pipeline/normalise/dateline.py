"""The dateline at the head of a story: `VIENTIANE, July 7. /TASS/.` and its kin in the scripts that agencies write.

A form says where the agency's name stands; place and day before or inside it are then read the same way for all.
Nothing is a dateline that does not name an agency we know, or stand in a form that nothing else has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.model import Dateline
from pipeline.normalise.months import month
from pipeline.normalise.registers import Mention, Registers
from pipeline.normalise.times import nearest_day

_HEAD = 200
_LONGEST_AGO = 330
_PLACE_LENGTH = 64
_PLACE_WORDS = 7

_OPEN, _CLOSE = r"[(（\[【〔［]", r"[)）\]】〕］]"
_DASH = r"(?:\.\s?)?(?:-{1,3}|[–—―‒−]+|_)"

# `SEOUL, Aug. 20 (Yonhap) --`, `LAWRENCEVILLE, Ga. (AP) —`, `Nueva Delhi, 21 ene (EFE).-`, `(Reuters) -`
_PAREN = re.compile(
    rf"^(?P<head>[^()\[\]|]{{0,100}}?)\s?\((?P<agency>[^()]{{2,70}})\)\s*(?P<dash>{_DASH}|:|=|\.(?=\s))?\s*"
)
# `VIENTIANE, July 7. /TASS/.`, `MOSCOW, August 2. /TASS/:`, `/Корр. ТАСС Иван Иванов/.`
_SLASH = re.compile(rf"(?:^|(?<=[\s.,]))/(?P<agency>[^/]{{2,70}})/\s*(?:{_DASH}|[.:,])?\s*(?:{_DASH}\s*)?")
# `Москва. 1 ноября. INTERFAX.RU - `, `МОСКВА, 1 ноя — РИА Новости.`, `SEOUL, Nov 26 AFP -`
_AFTER_NAME = re.compile(rf"(?:,\s?(?P<byline>[^.,—–-]{{3,50}}?))?\s*(?:{_DASH}|\.(?=\s)|:)\s*")
_BEFORE_NAME = re.compile(r"[\s.,–—-]+$")
# `(ANSA) - ROME, JUL 11 - `
_FIRST = re.compile(rf"^\((?P<agency>[^()]{{2,40}})\)\s*{_DASH}\s*(?P<head>[^()\[\]|]{{2,90}}?)\s*{_DASH}\s+")
# `Seoul, South Korea | AFP | Friday 11/26/2010 - 10:00 GMT | `
_PIPES = re.compile(r"^(?P<head>[^|()]{2,80}?)\s?\|\s?(?P<agency>[^|]{2,40}?)\s?\|(?:\s?[^|]{0,60}\|)?\s*")
# `(서울=연합뉴스) 김동규 기자 = `, `[서울=뉴시스]`, `【ニューヨーク=共同】`
_EQUALS = re.compile(
    rf"^{_OPEN}\s?(?P<head>[^=＝()\[\]（）【】]{{1,60}})\s?[=＝]\s?(?P<agency>[^=＝()\[\]（）【】]{{2,40}}){_CLOSE}\s*"
)
# `(서울=어떤일보)` is a dateline, `[엔터미디어=홍길동의 칼럼]` is not.
_KOREAN_HOUSE = re.compile(
    r"^[가-힣A-Za-z0-9 ]{0,12}(?:뉴스|뉴스\d+|일보|신문|경제|타임[스즈]|통신|방송|투데이|저널|데일리|헤럴드|TV)$"
)
_KOREAN_PLACE = re.compile(r"^[가-힣]{2,6}$")
_KOREAN_BYLINE = re.compile(
    r"(?P<byline>[가-힣A-Za-z·∙ㆍ,\s]{2,70}?(?:기자|특파원|통신원|논설위원|위원|리포터|앵커|PD|작가|선임|인턴|팀))\s*=\s*"
)
# `【ソウル聯合ニュース】`, `[신화사 평양 8월 22일]`, `(평양 7월 7일발 조선중앙통신)`, `（中央社記者王小明台北7日電）`
_BRACKET = re.compile(rf"^{_OPEN}(?P<inside>[^()\[\]（）【】〔〕=]{{2,60}}){_CLOSE}\s*")
# `韩联社首尔、果川4月1日电 `, `新华社北京7月7日电（记者张三）`, `平壤7月7日电 `
_HAN_NAME = r"(?!综合|綜合|综述|更新|视频|图文|全文|特稿)[\u4e00-\u9fff·]{2,5}"
_TELEGRAM = re.compile(
    r"^(?P<head>[^\s，。：:,;；！？\d０-９()（）]{2,30}?)\s?(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    r"(?P<mark>[电電讯訊]|(?=\s))\s*"
    rf"(?:[(（](?P<byline>(?:记者|記者|作者)[^()（）]{{1,40}}|{_HAN_NAME}(?:[\s、]{_HAN_NAME}){{0,5}})[)）])?\s*[：:]?\s*"
)
# `某社北京1月9日電`: an agency that the register does not know is no part of the place.
_UNKNOWN_AGENCY = re.compile(r"^[\u4e00-\u9fff]{1,5}?[社网網](?=.)")
_REPORTER_CJK = re.compile(r"(?:记者|記者|特派员|特派員)[：:\s]?(?P<name>[\u4e00-\u9fff·]{2,3})")

_W = r"[^\W\d_]{2,14}\.?"
_DAY_TAIL = re.compile(
    rf"(?:^|[\s,.،])\s*(?:(?P<month1>{_W})\s?(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s?(?:de\s|d')?(?P<month2>{_W}))"
    r"(?:(?:,|\sde)?\s(?P<year>\d{4}))?[\s.,:–—-]*$"
)
_DAY_CJK = re.compile(
    r"(?:(?P<year>\d{4})[年년]\s?)?(?:(?P<month>\d{1,2})[月월]\s?)?(?P<day>\d{1,2})[日일]\s?(?:発|发|發|발|电|電|讯|訊)?"
)
# What sites set beside a place: `| VATICAN CITY`, `ROMA -`
_AROUND = " |·•,:-–—"
_DATED_BY = re.compile(r"\s[-–—]\s")

_MANY = re.compile(r"\s?[/、·∙ㆍ・，]\s?|\s(?:and|und|et|e|y|и)\s(?=[A-ZА-ЯÀ-Þ])")
_RIVERS = ("frankfurt/main", "frankfurt/oder")
_REGION = re.compile(r"\s?[,،]\s?")
_BAD_PLACE = re.compile(r"[:;!?\"“”«»@#&*<>]|\d|\.\.|[^\W\d_]{5,}\.\s")
# A text that begins with one of these is a sentence, no place: `On July 7 Reuters - …`.
_SENTENCE_WORDS = (
    "the a an this that these those on in at by from of for with and but if as it its he she they we i you his her our"
    " their there when while after before since until photo file source sources according no not all new"
    " le la les un une der die das ein il lo o el los las в на по с и а но о от из как это"
)
_NOT_FIRST = frozenset(_SENTENCE_WORDS.split())
_CAPITALISED = re.compile(r"[A-ZÀ-ÞА-ЯЁІЇЄҐΑ-Ω]|[^\W\d_a-zß-ÿа-яёіїєґα-ω]")
_SENTENCE_START = re.compile(r"[\"“«'‘(\[]?(?:[A-ZÀ-ÞА-ЯЁІЇЄҐ0-9$€£]|[^\W\d_a-zß-ÿа-яёіїєґ])")
_ACRONYM = re.compile(r"^[A-ZА-Я]{2,8}(?:[-/ ][A-ZА-Я]{2,8})?$")
_AFTER_TITLES = re.compile(r"^(?:Корр\.|корр\.)")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a story: the dateline, what is left of the paragraph, a reporter named inside, and
    all agencies named, by id, the writer of the dateline first."""

    dateline: Dateline
    rest: str
    byline: str | None = None
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """A dateline taken apart; `end` is where its text ends, `rest` where the story begins."""

    end: int
    rest: int
    agencies: tuple[str, ...]
    places: tuple[str, ...] = ()
    day: date | None = None
    byline: str | None = None


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
            agency = parts.agencies[0] if parts.agencies else None
            place = parts.places[0] if parts.places else None
            dateline = Dateline(head[: parts.end].strip(), place, parts.places, parts.day, agency)
            return Head(dateline, text[parts.rest :].strip(), parts.byline, parts.agencies)
    return None


def read_place(printed: str, text: str, near: date) -> Head | None:
    """The dateline that a page prints in an element of its own, without the agency; None where it is no place.

    `text` is the first paragraph, which begins with it where that element stands inside (Reuters, 2012 to 2017).

    >>> read_place("VATICAN CITY", "VATICAN CITY Pope Francis said", date(2017, 4, 9)).rest
    'Pope Francis said'
    """
    head = printed.strip(_AROUND)
    where = _place_and_day(head, near) if len(head) <= _HEAD else None
    if not where or not where[0]:
        return None
    places, day = where
    rest = text[len(head) :].lstrip(_AROUND) if text.startswith(head) else text
    return Head(Dateline(head, places[0], places, day, None), rest)


def _paren(text: str, registers: Registers, near: date) -> _Parts | None:
    found = _PAREN.match(text)
    if not found:
        return None
    names, _, printed = _DATED_BY.sub("\x00", found["agency"], count=1).partition("\x00")
    agencies = _agencies(names, registers)
    where = _place_and_day(found["head"], near)
    if where is None or _names_agency(found["head"], registers):
        return None
    places, day = where
    day = day or (_place_and_day(printed, near) or ((), None))[1]
    end, dash = found.end(), found["dash"]
    if agencies:
        by_words = bool(places) and (day is not None or _is_shouted(found["head"]) or _is_short(places))
        opens = dash is None and _SENTENCE_START.match(text, end) is not None
        sure = _is_marked(dash, places, day) or (by_words and opens)
    else:
        strong = dash not in (None, ":", "=") and _ACRONYM.match(names) is not None
        sure = strong and bool(places) and day is not None
    return _Parts(end, end, agencies, places, day) if sure else None


def _is_marked(dash: str | None, places: tuple[str, ...], day: date | None) -> bool:
    """Whether what closes the bracket of a known agency makes the words before it a dateline."""
    if dash in (".", ":"):
        return bool(places) and day is not None
    return bool(dash)


def _slash(text: str, registers: Registers, near: date) -> _Parts | None:
    for found in _SLASH.finditer(text):
        agencies = _agencies(found["agency"], registers, loose=True)
        where = _place_and_day(text[: found.start()], near)
        if agencies and where and (where[0] or where[1]):
            byline = found["agency"] if _AFTER_TITLES.match(found["agency"]) else None
            return _Parts(found.end(), found.end(), agencies, *where, byline=byline)
    return None


def _named(text: str, registers: Registers, near: date) -> _Parts | None:
    name = next(registers.heads(text[:110]), None)
    if name is None or name.start == 0:
        return None
    before = _BEFORE_NAME.search(text, 0, name.start)
    after = _AFTER_NAME.match(text, name.end)
    if not before or not after:
        return None
    where = _place_and_day(text[: before.start()], near)
    if not where or not where[1]:
        return None
    byline = after["byline"]
    end = name.end if byline else after.end()
    return _Parts(end, after.end(), (name.agency,), *where, byline=byline)


def _first(text: str, registers: Registers, near: date) -> _Parts | None:
    found = _FIRST.match(text)
    if not found or not (agencies := _agencies(found["agency"], registers)):
        return None
    where = _place_and_day(found["head"], near)
    return _Parts(found.end(), found.end(), agencies, *where) if where and where[1] else None


def _pipes(text: str, registers: Registers, near: date) -> _Parts | None:
    found = _PIPES.match(text)
    if not found or not (agency := registers.agency(found["agency"])):
        return None
    where = _place_and_day(found["head"], near)
    return _Parts(found.end(), found.end(), (agency,), *where) if where and where[0] else None


def _equals(text: str, registers: Registers, near: date) -> _Parts | None:
    found = _EQUALS.match(text)
    if not found:
        return None
    agencies = _agencies(found["agency"], registers)
    # `(도쿄 교도=연합뉴스)`: the place, and whose report it is.
    named = list(registers.heads(found["head"]))
    head = found["head"][: named[0].start] if named else found["head"]
    places = _split(head.strip())
    if not places or not (agencies or (_KOREAN_HOUSE.match(found["agency"]) and _is_korean(places))):
        return None
    byline = _KOREAN_BYLINE.match(text, found.end())
    rest = byline.end() if byline else found.end()
    agencies += tuple(name.agency for name in named)
    return _Parts(found.end(), rest, agencies, places, byline=_bare(byline["byline"]) if byline else None)


def _bracket(text: str, registers: Registers, near: date) -> _Parts | None:
    found = _BRACKET.match(text)
    if not found:
        return None
    inside = found["inside"]
    names = list(registers.heads(inside))
    reporter = _REPORTER_CJK.search(inside)
    printed = _DAY_CJK.search(inside)
    if not names or not (printed or inside.endswith(names[-1].name)) or len(names) > 2:
        return None
    spans = [(name.start, name.end) for name in names]
    spans += [found.span() for found in (reporter, printed) if found]
    place = _without(inside, spans)
    if not place and not printed:
        return None
    if place and not _is_place(place):
        return None
    agencies = tuple(name.agency for name in names)
    byline = reporter.group().strip() if reporter else None
    return _Parts(found.end(), found.end(), agencies, _split(place), _cjk_day(printed, near), byline)


def _telegram(text: str, registers: Registers, near: date) -> _Parts | None:
    found = _TELEGRAM.match(text)
    if not found:
        return None
    head, byline = found["head"], found["byline"]
    name = next(registers.heads(head), None)
    if name is not None and name.start != 0:
        return None
    if name is None and not found["mark"]:
        return None
    place = head[name.end :].strip(" \u3000") if name else _UNKNOWN_AGENCY.sub("", head)
    if place and not _is_place(place):
        return None
    # `平壤7月7日电（朝中社）`: what stands in the bracket may be the agency.
    behind = registers.agency(byline)
    agency = name.agency if name else behind
    return _Parts(
        found.end(),
        found.end(),
        (agency,) if agency else (),
        _split(place),
        _cjk_day(found, near),
        None if behind else byline,
    )


_FORMS: tuple[Callable[[str, Registers, date], _Parts | None], ...] = (
    _first, _equals, _bracket, _telegram, _paren, _slash, _pipes, _named,
)  # fmt: skip


def _agencies(text: str, registers: Registers, *, loose: bool = False) -> tuple[str, ...]:
    """The agencies of a bracket: it is a name of the register, or nothing but such names, divided (`ats afp`).

    With `loose`, other words may stand beside them (`Корр. ТАСС Иван Иванов`).
    """
    if whole := registers.agency(text):
        return (whole,)
    words = [registers.agency(word) for word in re.split(r"[\s/,]+", text.strip())]
    if all(words):
        return tuple(dict.fromkeys(word for word in words if word))
    found: list[Mention] = list(registers.heads(text))
    if not found:
        return ()
    if loose or "/" in text:
        return tuple(dict.fromkeys(name.agency for name in found))
    rest = _without(text, [(name.start, name.end) for name in found])
    return tuple(dict.fromkeys(name.agency for name in found)) if not re.search(r"[^\W_]", rest) else ()


def _names_agency(text: str, registers: Registers) -> bool:
    """Whether the place is an agency itself: `The Korean Central News Agency (KCNA) said` is no dateline."""
    return next(registers.mentions(text), None) is not None


def _place_and_day(head: str, near: date) -> tuple[tuple[str, ...], date | None] | None:
    """Places and full day of `BEIRUT/THE HAGUE, March 7`; None where the text is something else."""
    head = head.strip()
    if not head:
        return (), None
    printed = _DAY_TAIL.search(head)
    day = _latin_day(printed, near) if printed else None
    if printed and month(printed["month1"] or printed["month2"]):
        head = head[: printed.start()].rstrip(" .")
    place = head.strip(" ,:–—-،")
    if not place:
        return (), day
    return (_split(place), day) if _is_place(place) else None


def _latin_day(found: re.Match[str], near: date) -> date | None:
    number = month(found["month1"] or found["month2"])
    return _full(found["year"], number, int(found["day1"] or found["day2"]), near) if number else None


def _cjk_day(found: re.Match[str] | None, near: date) -> date | None:
    """The full day of `7月7日`; of a bare `7日` (中央社) the last such day."""
    if not found:
        return None
    if found["month"]:
        return _full(found["year"], int(found["month"]), int(found["day"]), near)
    days = (near + timedelta(days=1 - ahead) for ahead in range(32) if near.year > 1)
    return next((day for day in days if day.day == int(found["day"])), None)


def _full(year: str | None, month_number: int, day: int, near: date) -> date | None:
    if not year:
        found = nearest_day(month_number, day, near)
        # `8月15日` on a story of 5 August is a misprint (Yonhap zh, 3 of 5,341), no story of a year ago.
        return found if found and (near - found).days <= _LONGEST_AGO else None
    try:
        return date(int(year), month_number, day)
    except ValueError:
        return None


def _is_place(place: str) -> bool:
    """Whether a text can be the name of a place: short, capitalised where its script has capitals, no sentence."""
    words = place.split()
    if not words or len(place) > _PLACE_LENGTH or len(words) > _PLACE_WORDS or _BAD_PLACE.search(place):
        return False
    first = words[0].strip("'’‘.,/")
    if first.casefold() in _NOT_FIRST and not _REGION.split(place)[0].isupper():  # but `LA CROSSE, Wis.` is one
        return False
    return bool(_CAPITALISED.match(first))


def _split(place: str) -> tuple[str, ...]:
    """`BEIRUT/THE HAGUE` → both; `SAITAMA, Japan` → SAITAMA alone, the region is no place of the story."""
    if not place:
        return ()
    parts = [place] if place.casefold() in _RIVERS else _MANY.split(place)
    named = (_REGION.split(part)[0].strip(" .") for part in parts)
    return tuple(dict.fromkeys(name for name in named if name))


def _is_shouted(head: str) -> bool:
    return bool(re.search(r"[A-ZА-Я]{3}", head)) and head.split(",")[0].isupper()


def _is_short(places: tuple[str, ...]) -> bool:
    return all(len(place.split()) <= 2 for place in places)


def _is_korean(places: tuple[str, ...]) -> bool:
    return all(_KOREAN_PLACE.match(place) for place in places)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return re.sub(r"\s+", " ", text).strip(" ,、·・発发發발电電讯訊")


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
