"""Whether the pages of a source still look as they used to.  Pure: what a page was like in, what its past says out.

Each page gives signs: this selector found something, the record has a byline, its text is as long as texts here are.
A sign is watched on the last ten pages.  It is lost when so many of them miss it as by its own past were no chance, and
more than ever missed it together.  From then on the past stands still, so that it can't get used to what is wrong,
until the sign is back.  A source whose profiles were edited begins anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, field, replace
from hashlib import sha256
from math import comb, log
from typing import Any

from pipeline.model import Article, Extract, Source

WINDOW = 10  # pages: an alarm is to come within so many articles
BACK = 5  # pages that are well again end it
# What is not known of so many pages before is not missed.
LEAST_PAST = 10
LEAST_PAST_OF_SIZES = 20
# Of what makes an article few are missing by chance, and of ten texts hardly nine are all at once much shorter.
CHANCE, CHANCE_OF_SIZE = 1e-5, 1e-8
LEAST_MISSING, LEAST_MISSING_OF_SIZE = 5, 9
# Bylines, standfirsts, pictures, keywords are left out by whole evenings: they are lost where they stay away for longer
# than such an evening, and than they ever did.
LEAST_PAST_OF_SOFT, EVENING, LONGER, LEAST_EXPECTED = 40, 60, 3, 15.0
# The past fades: when so many pages are counted, they count half.
MEMORY = 400.0
MAX_FORMS = 40
MAX_FORM = 40
# A text is strange that is so many deviations off what is usual, and three times as long or as short.
DEVIATIONS, TIMES = 3.0, log(3)

FITS = "fits"
DATE_FORM = "form of dates"
SELECTOR, FIELD, SIZE = "selector ", "field ", "size of "
HARD = frozenset(
    {FITS, DATE_FORM, SELECTOR + "headline", SELECTOR + "body", SELECTOR + "date", FIELD + "body", FIELD + "published"}
)
WELL, MISSED, UNASKED = "1", "0", "-"

NUMBER = re.compile(r"\d+")
WORDS = re.compile(r"[^\W\d_]+(?:[.'’]?\s?[^\W\d_]+)*\.?")


@dataclass(frozen=True, slots=True)
class Look:
    """What one page was like: its signs by name, the form of its printed date, its characters and paragraphs."""

    signs: Mapping[str, bool]
    form: str | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign's past: pages that had it and that missed it, the most that missed it within ten, and the last pages.

    `recent` and `gone` have a character for a page (see WELL), the newest last; those of `gone` are counted already.
    `run` are the pages up to now that all missed it, `longest` the most such pages before.
    """

    had: float = 0.0
    missed: float = 0.0
    worst: int = 0
    recent: str = ""
    gone: str = ""
    run: int = 0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """The past of an edition of a source.

    `pages` are the numbers under which the last pages are kept; `lost` the signs that were lost, and `since_page` the
    first page that missed one of them.  `sizes` has count, mean and sum of squares of the logarithms.
    """

    profiles: str = ""
    seen: int = 0
    signs: Mapping[str, Sign] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    sizes: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    looks: tuple[tuple[str | None, Mapping[str, int]], ...] = ()
    lost: tuple[str, ...] = ()
    since_page: int | None = None


def look_of(extract: Extract, article: Article, is_readable: Callable[[str], bool]) -> Look:
    """What a page was like; `is_readable` says whether a printed date can be read."""
    signs: dict[str, bool] = {}
    if extract.profile is not None or extract.missed:
        signs[FITS] = extract.profile is not None
    printed = next((one.raw for one in extract.dates if one.origin == "profile"), None)
    if extract.profile is not None:
        found = [name for name, origin in extract.fields.items() if origin == "profile"]
        signs |= {SELECTOR + name: True for name in found} | {SELECTOR + name: False for name in extract.missed}
        if printed is not None:
            signs[SELECTOR + "date"] = is_readable(printed)
    published = article.published
    signs |= {
        FIELD + "body": bool(article.body),
        FIELD + "published": published is not None and published.origin != "guess",
        FIELD + "authors": bool(article.authors),
        FIELD + "lead": bool(article.lead),
        FIELD + "section": bool(article.section),
        FIELD + "images": bool(article.images),
        FIELD + "dateline": article.dateline is not None,
    }
    if printed is None and published is not None and published.origin == "page":
        printed = published.raw
    sizes = {"characters": len(article.body), "paragraphs": article.body.count("\n") + 1} if article.body else {}
    return Look(signs, form_of(printed) if printed else None, sizes)


def form_of(printed: str) -> str:
    """The form of a printed date: `Monday, Sept. 3, 2026, 10:15` and `Friday, May 21, 2027, 9:05` have the same."""
    text = NUMBER.sub(lambda number: "9" if len(number[0]) > 3 else "0", printed[:200])
    return " ".join(WORDS.sub("a", text).split())[:MAX_FORM]


def profiles_of(source: Source) -> str:
    """A short name of a source's profiles, as they are written."""
    return sha256(repr(source.profiles).encode("utf-8", "replace")).hexdigest()[:12]


def is_of(source: Source, edition: str, profiles: str) -> bool:
    """Whether a past is still one of this source's: its profiles were not edited since, its host is one of its own."""
    return profiles == profiles_of(source) and (edition == "" or edition in source.hosts)


def unfitted(kept: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the last pages fit no profile, of how many, as `as_json` kept them."""
    recent = Sign(*kept["signs"].get(FITS, ())).recent
    return recent.count(MISSED), recent.count(MISSED) + recent.count(WELL)


def after(past: Past, look: Look, page: int, profiles: str) -> Past:
    """The past with one page more; its `lost` says what is wrong now."""
    if past.profiles != profiles:
        past = Past(profiles)
    if not past.lost and len(past.pages) >= WINDOW:
        past = _absorbed(past)
    bits = {name: WELL if value else MISSED for name, value in look.signs.items()}
    bits |= _strange(past, look)
    names = dict.fromkeys((*past.signs, *bits))
    signs = {name: _seen(past.signs.get(name, Sign()), bits.get(name, UNASKED), len(past.pages)) for name in names}
    new = replace(
        past,
        seen=past.seen + 1,
        signs=signs,
        pages=(*past.pages, page)[-WINDOW:],
        looks=(*past.looks, (look.form, look.sizes))[-WINDOW:],
    )
    return _judged(new)


def told(past: Past) -> str:
    """What is wrong, in words: `no profile fits`, `the body selector finds nothing`."""
    lost = past.lost
    if FITS in lost:
        lost = (FITS, *(name for name in lost if name in (FIELD + "body", FIELD + "published")))
    return ", ".join(map(_words, lost))


def as_json(past: Past) -> dict[str, Any]:
    """A past as the store keeps it."""
    signs = {name: list(astuple(one)) for name, one in past.signs.items()}
    return {
        "seen": past.seen, "signs": signs, "forms": list(past.forms), "sizes": past.sizes, "pages": list(past.pages),
        "looks": [[form, dict(sizes)] for form, sizes in past.looks], "lost": list(past.lost),
    }  # fmt: skip


def from_json(profiles: str, kept: Mapping[str, Any], since_page: int | None) -> Past:
    """What `as_json` made."""
    return Past(
        profiles,
        kept["seen"],
        {name: Sign(*values) for name, values in kept["signs"].items()},
        tuple(kept["forms"]),
        {name: (float(a), float(b), float(c)) for name, (a, b, c) in kept["sizes"].items()},
        tuple(kept["pages"]),
        tuple((form, sizes) for form, sizes in kept["looks"]),
        tuple(kept["lost"]),
        since_page,
    )


# One page more


def _seen(sign: Sign, bit: str, before: int) -> Sign:
    """A sign with the bit of a page; one that is new was not asked for on the pages before."""
    recent = (sign.recent or UNASKED * min(before, WINDOW)) + bit
    if bit == MISSED:
        return replace(sign, recent=recent[-WINDOW:], run=sign.run + 1)
    ended = (0, max(sign.longest, sign.run)) if bit == WELL else (sign.run, sign.longest)
    return replace(sign, recent=recent[-WINDOW:], run=ended[0], longest=ended[1])


def _absorbed(past: Past) -> Past:
    """The past with the oldest of the last pages counted: it is well enough known to have been no change."""
    form, sizes = past.looks[0]
    forms = tuple(dict.fromkeys((*past.forms, form)))[-MAX_FORMS:] if form else past.forms
    known = {**past.sizes, **{name: _with(past.sizes.get(name), size) for name, size in sizes.items()}}
    return replace(past, signs={name: _counted(sign) for name, sign in past.signs.items()}, forms=forms, sizes=known)


def _counted(sign: Sign) -> Sign:
    bit = sign.recent[:1]
    gone = (sign.gone + bit)[-WINDOW:]
    had, missed, worst = sign.had + (bit == WELL), sign.missed + (bit == MISSED), max(sign.worst, gone.count(MISSED))
    if had + missed > MEMORY:
        had, missed, worst = had / 2, missed / 2, max(worst - 1, 0)
    return replace(sign, had=had, missed=missed, worst=worst, gone=gone)


def _with(known: tuple[float, float, float] | None, size: int) -> tuple[float, float, float]:
    """Count, mean and sum of squares (Welford) with one value more; the oldest fade."""
    count, mean, squares = known or (0.0, 0.0, 0.0)
    if count >= MEMORY:
        count, squares = count / 2, squares / 2
    value = log(size)
    off = value - mean
    return count + 1, mean + off / (count + 1), squares + off * (value - mean - off / (count + 1))


def _strange(past: Past, look: Look) -> dict[str, str]:
    """Whether the sizes and the form of the date are such as were seen before, once enough were."""
    bits = {SIZE + name: WELL for name in look.sizes}
    for name, size in look.sizes.items():
        count, mean, squares = past.sizes.get(name, (0.0, 0.0, 0.0))
        if count < LEAST_PAST_OF_SIZES:
            bits[SIZE + name] = UNASKED
        elif abs(log(size) - mean) > max(DEVIATIONS * (squares / count) ** 0.5, TIMES):
            bits[SIZE + name] = MISSED
    if look.form is not None:
        dated = past.signs.get(DATE_FORM, Sign())
        is_known = look.form in past.forms or dated.had + dated.missed < LEAST_PAST
        bits[DATE_FORM] = WELL if is_known else MISSED
    return bits


# The judgement


def _judged(past: Past) -> Past:
    if past.lost:
        still = tuple(name for name in past.lost if not _is_back(past.signs[name]))
        more = tuple(name for name, sign in past.signs.items() if name not in past.lost and _is_lost(name, sign))
        # A second change may take away what the first is seen by: where no profile fits, no selector is asked for.
        return replace(past, lost=(*still, *more)) if still or more else _relieved(past)
    lost = tuple(name for name, sign in past.signs.items() if _is_lost(name, sign))
    if not lost:
        return past
    first = min(past.signs[name].recent.find(MISSED) for name in lost)
    return replace(past, lost=lost, since_page=past.pages[first])


def _is_lost(name: str, sign: Sign) -> bool:
    known = sign.had + sign.missed
    rate = (sign.missed + 0.5) / (known + 1)
    if name in HARD:
        return known >= LEAST_PAST and _is_no_chance(sign, rate, LEAST_MISSING, CHANCE)
    if known < LEAST_PAST_OF_SOFT:
        return False
    if name.startswith(SIZE):
        return _is_no_chance(sign, rate, LEAST_MISSING_OF_SIZE, CHANCE_OF_SIZE)
    return sign.run >= max(EVENING, LONGER * sign.longest) and sign.run * (1 - rate) >= LEAST_EXPECTED


def _is_no_chance(sign: Sign, rate: float, least: int, chance: float) -> bool:
    """Whether so many of the last pages miss a sign as by its rate hardly ever do, and as never did before."""
    missing = sign.recent.count(MISSED)
    asked = len(sign.recent) - sign.recent.count(UNASKED)
    if missing < least or missing <= sign.worst or 2 * missing < asked:
        return False
    return _tail(missing, asked, rate) <= chance


def _tail(missing: int, asked: int, rate: float) -> float:
    """How likely so many or more of the asked miss it by chance."""
    return sum(comb(asked, k) * rate**k * (1 - rate) ** (asked - k) for k in range(missing, asked + 1))


def _is_back(sign: Sign) -> bool:
    """Whether a sign is on the newest pages again, as often as it used to be, or is no longer asked for."""
    newest = [bit for bit in sign.recent[-BACK:] if bit != UNASKED]
    rate = (sign.missed + 0.5) / (sign.had + sign.missed + 1)
    return not newest or (len(newest) >= BACK - 1 and newest.count(MISSED) <= rate * len(newest) + (rate > 0.1))


def _relieved(past: Past) -> Past:
    """All is well again: the bad pages never were part of the past, but that so few went by themselves is known."""
    signs = {
        name: replace(
            sign,
            recent=sign.recent[-BACK:],
            gone="",
            worst=_lived_through(sign) if name in past.lost else sign.worst,
            longest=min(sign.longest, EVENING) if _is_soft(name) else 0,
        )
        for name, sign in past.signs.items()
    }
    return replace(past, lost=(), signs=signs, pages=past.pages[-BACK:], looks=past.looks[-BACK:])


def _lived_through(sign: Sign) -> int:
    """How many pages within ten may miss a sign from now on: a handful of another kind, photographs or flashes, comes
    again and again, and is no new layout.  Ten of ten always are one.
    """
    return min(max(sign.worst + 1, sign.longest), WINDOW - 1) if sign.longest < WINDOW else sign.worst


def _is_soft(name: str) -> bool:
    return name not in HARD and not name.startswith(SIZE)


def _words(sign: str) -> str:
    if sign == FITS:
        return "no profile fits"
    if sign == DATE_FORM:
        return "dates are printed in another form"
    if sign == SELECTOR + "date":
        return "the date selector finds no date"
    if sign.startswith(SELECTOR):
        return f"the {sign.removeprefix(SELECTOR)} selector finds nothing"
    if sign.startswith(SIZE):
        return f"texts have far more or fewer {sign.removeprefix(SIZE)}"
    return f"{sign.removeprefix(FIELD)} is missing"
