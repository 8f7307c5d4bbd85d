"""Where and when: the places and the day of a dateline, however they are printed: `BEIRUT/THE HAGUE, March 7`,
`Roma, 07 lug 15:40`, `BRUSSEL 7/07`, `ZAGREB, 7. srpnja 2021.`, `New Delhi [India], July 7`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.normalise.days import arabic
from pipeline.normalise.months import month
from pipeline.normalise.registers import Registers
from pipeline.normalise.times import nearest_day

_LONGEST_AGO = 330
_PLACE_LENGTH = 64
_PLACE_WORDS = 7

# Letters of the scripts that set words apart; the vowel signs of Hindi are no letters to `\w`.
_W = r"[A-Za-z\u00aa-\u02ff\u0370-\u0600\u0620-\u065f\u066e-\u06d3\u0900-\u1fff]{2,14}\.?"
_TIME = r"(?:[\s,]{1,3}\d{1,2}[:.]\d\d)?"
_DAY = re.compile(
    rf"(?:^|(?<=[\s,.،/–—-]))(?:(?P<month1>{_W})\s?(?P<day1>\d{{1,2}})(?:st|nd|rd|th|º)?(?:\sd\.)?"
    rf"|(?P<year3>\d{{4}})\.\s?(?P<month3>{_W})\s(?P<day3>\d{{1,2}})\.?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s?(?:de\s|d'|of\s)?(?P<month2>{_W})"
    r"|(?P<day4>\d{1,2})\s?(?P<sign>[/.-])\s?(?P<month4>\d{1,2})(?:\s?[/.-]\s?(?P<year4>\d{4}))?"
    r"|(?P<day5>\d{1,2}))"
    rf"(?:(?:[,،]|\sde|\sdel|/)?\s?(?P<year>\d{{4}})(?:\s?(?:م|года|г\.|року))?)?{_TIME}"
    rf"(?:[,،]?\s(?P<weekday>{_W}(?:-feira)?))?[\s.,،:–—-]{{0,6}}$"
)
# `7 июля, Минск`: BelTA puts the day first.
_DAY_FIRST = re.compile(rf"^(?P<day>\d{{1,2}})\s(?P<month>{_W}),?\s(?P<place>[^\d,]{{2,40}})$")
# `27 ذو القعدة 1442 هـ الموافق 07 يوليو 2021 م`: SPA prints the Islamic day before ours.
_HIJRI = re.compile(r"\d{1,2}\s[^\d]{3,20}\s?\d{4}\s?هـ\s?الموافق\s?|Dh?u [^\d]{3,20}\d{1,2}, \d{4}, ")
HAN_MONTH = "(?:十[一二]?|[一二三四五六七八九])"
HAN_DAY = "(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DAY_CJK = re.compile(
    r"(?:(?P<year>\d{4})[年년]\s?)?(?:(?P<month>\d{1,2})[月월]\s?)?(?P<day>\d{1,2})[日일]\s?(?:発|发|發|발|电|電|讯|訊)?"
)
# `法新社巴黎五日電`, `〔パリ五日発ロイター〕`: only where no digits say a day; 四日市 and 十日町 are cities.
_DAY_HAN = re.compile(
    rf"(?:(?P<year>[〇○零一二三四五六七八九]{{4}})年)?(?:(?P<month>{HAN_MONTH})月)?(?P<day>{HAN_DAY})日(?![市町場本曜])"
    r"\s?(?:発|發|发|电|電|讯|訊)?"
)
_WEEKDAYS_LISTED = """
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun montag dienstag mittwoch
donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves
viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica segunda-feira terça-feira quarta-feira
quinta-feira sexta-feira понедельник вторник среда четверг пятница суббота воскресенье hétfő kedd szerda csütörtök
péntek szombat vasárnap pazartesi salı çarşamba perşembe cuma cumartesi pazar الاثنين الإثنين الثلاثاء الأربعاء الاربعاء
الخميس الجمعة السبت الأحد الاحد
"""
_WEEKDAYS = frozenset(_WEEKDAYS_LISTED.split())

# `GENEVA (7 July 2021)`, `MEXICO CITY, MEXICO (JULY 7, 2021)`
# `19 آذار/مارس`: AFP and SANA print both names of a month.
_TWO_MONTHS = re.compile(r"(\d{1,2}\s)[\u0620-\u064a]{3,8}(?:\s[\u0620-\u064a]{4,6})?\s?/\s?([\u0620-\u064a]{4,8})")
_DATED_NOTE = re.compile(r"\s?\((?=[^()]{0,20}[^\W\d_]{3})([^()\d]{0,12}\d[^()]{2,20})\)\s?$")
# `Nueva York (EE.UU.)`, `New Delhi [India]`: the country beside the place.
_NOTE = re.compile(r"\s?[(\[][^()\[\]\d]{1,30}[)\]]")
_MANY = re.compile(r"\s?[/、·∙ㆍ・，]\s?|\s(?:and|und|et|e|y|и|ve)\s(?=[A-ZА-ЯÀ-Þ])")
_RIVERS = ("frankfurt/main", "frankfurt/oder", "frankfurt/m.")
_REGION = re.compile(r"\s?[,،]\s?")
_BAD_PLACE = re.compile(r"^[(\[]|[:;!?\"“”«»@#&*<>=|]|\d|\.\.|[^\W\d_]{5,}\.\s")
# A text that begins with one of these is a sentence, no place: `On July 7 Reuters - …`.
_SENTENCE_WORDS = (
    "a an this that these those on in at by from of for with and but if as it its he she they we i you his her our"
    " their there when while after before since until photo file source sources according no not all"
    " un une ein o в на по с и а но о от из как это foto photos video copyright by"
)
_NOT_FIRST = frozenset(_SENTENCE_WORDS.split())
# `La Habana`, `The Hague`, but `The minister`.
_ARTICLES = frozenset(("the", "le", "la", "les", "der", "die", "das", "il", "lo", "el", "los", "las", "al"))
_PARTICLES_LISTED = """
de del della delle di da do dos das du des d la le les l el al an am a der den dem ob in im bei und et y e i of and the
upon sur sous on en na nad pod ve aan den ter op bij van von zu zum zur près lès near
"""
_PARTICLES = frozenset(_PARTICLES_LISTED.split())
_CAPITALISED = re.compile(r"[\"'’‘«(]{0,2}(?:[A-ZÀ-ÞА-ЯЁІЇЄҐΑ-ΩĀ-ž]|[^\W\d_a-zß-ÿа-яёіїєґα-ω])")
_SHOUTED = re.compile(r"[^\W\d_]{3}")
_CITY_STATES = frozenset(("DJ", "HK", "KW", "LU", "MC", "MO", "SG", "SM", "VA"))
_DESKS = frozenset(("redacción", "redaccion", "redacción,", "newsroom", "redaktion", "rédaction", "redazione"))
# `سوق السبت`, `Souk el Had`: towns are called after the day of their market.
_MARKETS = re.compile(r"(?:^|\s)(?:سوق|(?i:souk|souq|el|al))$")
_PREPOSITIONS = re.compile(r"\s(?:في|فى)$")
_STATES_LISTED = """
ala. ariz. ark. calif. colo. conn. del. fla. ga. ill. ind. kan. ky. la. md. mass. mich. minn. miss. mo. mont. neb. nev.
n.h. n.j. n.m. n.y. n.c. n.d. okla. ore. pa. r.i. s.c. s.d. tenn. vt. va. wash. w.va. wis. wyo. d.c. b.c. ont. que.
alta. alaska hawaii idaho iowa maine ohio texas utah alabama arizona arkansas california colorado connecticut delaware
florida georgia illinois indiana kansas kentucky louisiana maryland massachusetts michigan minnesota mississippi
missouri montana nebraska nevada oklahoma oregon pennsylvania tennessee vermont virginia washington wisconsin wyoming
ontario quebec alberta manitoba saskatchewan nsw qld vic. w.va
al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc
sd tn tx ut vt va wa wv wi wy dc sp rj mg df
"""
_STATES = frozenset(_STATES_LISTED.split()) | {
    "north carolina",
    "south carolina",
    "new york",
    "new jersey",
    "west virginia",
}


@dataclass(frozen=True, slots=True)
class Where:
    """The places and the full day; what was printed for the place (empty: none), whether a day was (of `Feb. 30`
    there is no full one), whether it lacks its month, and the state or country beside the place."""

    places: tuple[str, ...] = ()
    day: date | None = None
    printed: str = ""
    dated: bool = False
    monthless: bool = False
    region: str = ""

    @property
    def shouted(self) -> bool:
        """Whether the place is in capitals, as agencies print it and sentences do not."""
        first = self.printed.partition(",")[0]
        return first.isupper() and bool(_SHOUTED.search(first))

    @property
    def short(self) -> bool:
        return bool(self.places) and all(len(place.split()) <= 2 for place in self.places)

    def is_known(self, registers: Registers) -> bool:
        """Whether it begins with a city of the register, or with a place in a state or country that is known."""
        if not self.places:
            return False
        if self.region and self.has_region(registers):
            return True
        place = registers.place(self.places[0])
        return place is not None and (place.kind == "city" or place.country in _CITY_STATES)

    def has_region(self, registers: Registers) -> bool:
        """Whether what stands beside the place is a state or a place that is known."""
        region = self.region.removeprefix("the ")
        return region.casefold() in _STATES or registers.place(region) is not None


def read_where(head: str, near: date) -> Where | None:
    """Places and day of `BEIRUT/THE HAGUE, March 7`; an empty one of an empty text; None where it is something else.

    `near` is the day of publication in the source's zone, which gives the printed day its year.
    """
    head = _TWO_MONTHS.sub(r"\1\2", _DATED_NOTE.sub(r", \1", head))
    note = _NOTE.search(head)
    head = _NOTE.sub("", head).strip() if note else head.strip()
    before, day, monthless = _cut_day(head, near) if any(map(str.isdigit, head)) else (head, None, False)
    dated = before != head
    place = _PREPOSITIONS.sub("", _without_weekday(before.strip(" ,:–—-،/"), dated=dated))
    if not place or place.split()[0].casefold() in _DESKS:
        return Where((), day, dated=dated)
    if not is_place(place):
        return None
    region = note[0] if note else "".join(_REGION.split(place, maxsplit=1)[1:])
    return Where(split_places(place), day, place, dated, monthless, region.strip(" ,،()[]"))


def is_place(place: str) -> bool:
    """Whether a text can be the name of a place: short, capitalised where its script has capitals, no sentence."""
    words = place.split()
    if not words or len(place) > _PLACE_LENGTH or len(words) > _PLACE_WORDS or _BAD_PLACE.search(place):
        return False
    if not _CAPITALISED.match(words[0]) or not all(map(_may_be_of_place, words)):
        return False
    first = words[0].strip("'’‘.,/").casefold()
    if words[0].isupper() and len(first) > 1:
        return True
    return first not in _NOT_FIRST and (first not in _ARTICLES or 2 <= len(words) <= 3)


def split_places(place: str) -> tuple[str, ...]:
    """`BEIRUT/THE HAGUE` → both; `SAITAMA, Japan` → SAITAMA alone, the region is no place of the story."""
    if not place:
        return ()
    parts = [place] if place.casefold() in _RIVERS else _MANY.split(place)
    named = (_REGION.split(part)[0].strip(" .") for part in parts)
    return tuple(dict.fromkeys(name for name in named if name))


def find_cjk_day(text: str) -> re.Match[str] | None:
    """Where `2021年7月7日`, `7월 7일발`, `7日` or `七日` stands in a text; the groups are what `cjk_day` reads."""
    return _DAY_CJK.search(text) or _DAY_HAN.search(text)


def cjk_day(found: re.Match[str] | None, near: date) -> date | None:
    """The full day of `7月7日`; of a bare `7日` (中央社) the last such day."""
    if not found:
        return None
    year, month_number, day = (number and arabic(number) for number in found.group("year", "month", "day"))
    return _full(year, int(month_number), int(day), near) if month_number else _last(int(day), near)


def _cut_day(head: str, near: date) -> tuple[str, date | None, bool]:
    """A text without the day at its end (or, in Minsk, its beginning), that day, and whether it had no month."""
    hijri = _HIJRI.search(head)
    if hijri:
        head = head[: hijri.start()] + head[hijri.end() :]
    at = 0
    while found := _DAY.search(head, at):
        known, day = _day_of(found, near)
        if known and (not found["weekday"] or found["weekday"].casefold() in _WEEKDAYS):
            return head[: found.start()].rstrip(" .،"), day, found["day5"] is not None
        at = found.start() + 1
    first = _DAY_FIRST.match(head)
    number = month(first["month"]) if first else None
    if first and number:
        return first["place"], _full(None, number, int(first["day"]), near), False
    return head, None, False


def _day_of(found: re.Match[str], near: date) -> tuple[bool, date | None]:
    """Whether it is a day at all, and which: `Feb. 30` is one that there is not."""
    year = found["year"] or found["year3"] or found["year4"]
    if found["day5"]:
        return not year, None if year else _last(int(found["day5"]), near)
    if found["day4"]:
        day, number = int(found["day4"]), int(found["month4"])
        if found["sign"] == "/" and day <= 12 and number != day:
            return _of_two(year, day, number, near)
    else:
        number = month(found["month1"] or found["month2"] or found["month3"]) or 0
        day = int(found["day1"] or found["day2"] or found["day3"])
    return (True, _full(year, number, day, near)) if 1 <= number <= 12 else (False, None)


def _of_two(year: str | None, first: int, second: int, near: date) -> tuple[bool, date | None]:
    """`9/4` is September in Washington and April in Brussels: the day of the two on which it was seen, give or take
    one, else none; `9/24` is but one day."""
    if second > 12:
        return second <= 31, _full(year, first, second, near)
    days = (_full(year, second, first, near), _full(year, first, second, near))
    return True, next((day for day in days if day and abs((near - day).days) <= 1), None)


def _full(year: str | None, month_number: int, day: int, near: date) -> date | None:
    if not year:
        found = nearest_day(month_number, day, near)
        # `8月15日` on a story of 5 August is a misprint (Yonhap zh, 3 of 5,341), no story of a year ago.
        return found if found and (near - found).days <= _LONGEST_AGO else None
    try:
        return date(int(year), month_number, day)
    except ValueError:
        return None


def _last(number: int, near: date) -> date | None:
    """The last day of this number, or tomorrow's."""
    days = (near + timedelta(days=1 - ahead) for ahead in range(32) if near.year > 1)
    return next((day for day in days if day.day == number), None)


def _without_weekday(place: str, *, dated: bool) -> str:
    """`RAMALLAH, Wednesday` → `RAMALLAH`; before a day, no comma is needed: `القاهرة الثلاثاء` (5 مارس)."""
    rest, _, last = place.rpartition(" ")
    bare = rest.rstrip(" ,،.")
    is_divided = rest.endswith((",", "،")) or (dated and not _MARKETS.search(bare))
    return bare if (is_divided or not rest) and last.casefold() in _WEEKDAYS else place


def _may_be_of_place(word: str) -> bool:
    bare = word.strip(".,'’‘/").casefold()
    return (
        not bare or bool(_CAPITALISED.match(word)) or bare in _PARTICLES or bare.startswith(("d'", "d’", "l'", "al-"))
    )
