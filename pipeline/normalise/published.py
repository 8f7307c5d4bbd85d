"""When an article was published: by the rank of the evidence, and of what a page says by agreement.

A page prints the times of other articles beside its own, and declares that of its last change.  Its candidates come
with what speaks for them; those of one day add theirs up, and the day that most speaks for is believed, if that is
enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipeline.model import Dated, Evidence, Precision, Published
from pipeline.normalise.moments import bare
from pipeline.normalise.slashes import Reader
from pipeline.normalise.text import clean
from pipeline.normalise.times import Reading, day_in, read_shown

RANK: dict[Evidence, int] = {"feed": 0, "page": 1, "listing": 2, "dateline": 3, "guess": 4}
FINENESS: dict[Precision, int] = {"second": 0, "minute": 1, "day": 2}
# What has to speak for a day of a page, in units of log odds; below that no day is said.
ENOUGH = 0.0
# What it is worth that a day is both declared and printed, and that the address names a day that is either.
SHOWN = 0.5
ADDRESSED = 0.4
MAX_READ = 60
MAX_RAW = 160
MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


class Told(NamedTuple):
    """A candidate and what it says."""

    dated: Dated
    time: Reading


def published(
    candidates: Iterable[Dated],
    zone: ZoneInfo,
    read: Reader,
    *,
    shown_at: Mapping[Evidence, datetime] | None = None,
    zone_known: bool = True,
) -> tuple[Published, str] | None:
    """The best of the candidates, and where it came from: the first that can be read, by rank of its evidence.

    A bare day or a time without seconds gives way to a finer one that agrees with it; a guess makes nothing finer.
    `read` is how this page's times are read, `zone` the source's.  `shown_at` is when each kind of evidence was served:
    a time counted from there (`2 hours ago`) is a guess.  Where the source's zone is not known (`zone_known`), a time
    that prints none says its day alone.
    """
    known = list(islice(candidates, MAX_READ))
    told = told_of([dated for dated in known if not dated.says], read)
    told += _agreed([dated for dated in known if dated.says], read)
    told += _counted([dated for dated in known if not dated.says], zone, shown_at or {})
    if not told:
        return None
    best = min(told, key=lambda one: RANK[one.dated.evidence])
    finer = [one for one in told if one.dated.evidence != "guess" and _refines(one.time, best.time, zone)]
    found = min(finer, key=lambda one: FINENESS[one.time.precision], default=best)
    raw = clean(found.dated.raw)[:MAX_RAW]
    time = known_of(found.time, zone_known=zone_known)
    return Published(time.at, time.precision, found.dated.evidence, raw), found.dated.origin


def known_of(time: Reading, *, zone_known: bool) -> Reading:
    """What is known of a time: without any zone it may be one of 26 hours, of which the printed day is sure."""
    return time if zone_known or time.is_zoned or time.is_relative else bare(time.day)


def _counted(candidates: Iterable[Dated], zone: ZoneInfo, shown_at: Mapping[Evidence, datetime]) -> list[Told]:
    """The candidates that are counted from when they were served."""
    served = ((dated, shown_at.get(dated.evidence)) for dated in candidates)
    found = ((dated, read_shown(dated.raw, zone, at)) for dated, at in served if at)
    return [Told(replace(dated, evidence="guess"), time) for dated, time in found if time]


def reason(candidates: Iterable[Dated], zone: ZoneInfo, read: Reader, *, zone_known: bool = True) -> str:
    """Why `published` chooses what it does, or nothing, in words."""
    known = list(islice(candidates, MAX_READ))
    why, found = _reason(known, zone, read), published(known, zone, read)
    shortened = found and found != published(known, zone, read, zone_known=zone_known)
    return f"{why}; of which zone is not known, so the day alone" if shortened else why


def _reason(candidates: Iterable[Dated], zone: ZoneInfo, read: Reader) -> str:
    known = list(islice(candidates, MAX_READ))
    ranked = told_of([dated for dated in known if not dated.says], read)
    found = published(known, zone, read)
    if found is None:
        return _reason_against(known, read)
    if not ranked:
        return _reason_of_day(known, read, found[0])
    best = min(ranked, key=lambda one: RANK[one.dated.evidence]).dated
    why = f"the {best.origin or best.evidence} goes before what else the page says"
    return why if clean(best.raw)[:MAX_RAW] == found[0].raw else f"{why}, and this says the same more exactly"


def _reason_of_day(known: Sequence[Dated], read: Reader, found: Published) -> str:
    told = told_of(known, read)
    chosen = next((one for one in told if clean(one.dated.raw)[:MAX_RAW] == found.raw), told[0])
    same = [one for one in told if one.time.day == chosen.time.day]
    if len(same) == len(told):
        why = "no other day is named" if len(told) > 1 else "nothing else names a day"
    else:
        why = f"most speaks for its day, which {len(same)} of {len(told)} name alike"
    if found.precision == "day":
        return f"{why}; none says the time" if len(told) > 1 else why
    return f"{why}; it says the time" if len(same) > 1 else why


def _reason_against(known: Sequence[Dated], read: Reader) -> str:
    told = told_of(known, read)
    if not known:
        return "nothing says when"
    if not told:
        return "nothing that is said can be told as a day"
    return "too little speaks for any day"


def _agreed(candidates: Sequence[Dated], read: Reader) -> list[Told]:
    """What a page says by agreement: one time, or none."""
    days: defaultdict[date, list[Told]] = defaultdict(list)
    for one in told_of(candidates, read):
        days[one.time.day].append(one)
    worth = {day: _worth(day, those, candidates) for day, those in days.items()}
    best = max(worth, key=lambda day: worth[day], default=None)
    return [] if best is None or worth[best] < ENOUGH else [_fullest(days[best])]


def told_of(candidates: Iterable[Dated], read: Reader) -> list[Told]:
    """The candidates that can be read."""
    return [Told(dated, at) for dated in candidates if (at := read(dated.raw))]


def _worth(day: date, told: Sequence[Told], candidates: Iterable[Dated]) -> float:
    """What speaks for a day; of what is said twice the stronger counts."""
    says: dict[str, float] = {}
    for dated in (*(one.dated for one in told), *(dated for dated in candidates if is_month_of(dated.raw, day))):
        for name, weight in dated.says:
            says[name] = max(weight, says.get(name, weight))
    return sum(says.values()) + agreement(told)


def is_month_of(raw: str, day: date) -> bool:
    """Whether a candidate is but a month, and the day in it."""
    month = MONTH.fullmatch(raw)
    return bool(month) and (day.year, day.month) == (int(raw[:4]), int(raw[5:]))


def agreement(told: Sequence[Told]) -> float:
    """What it is worth that several witnesses name a day."""
    is_declared = any(name == "declared" for one in told for name, _ in one.dated.says)
    origins = {one.dated.origin for one in told}
    is_shown, is_addressed = "html" in origins, "url" in origins
    return SHOWN * (is_declared and is_shown) + ADDRESSED * (is_addressed and (is_declared or is_shown))


def _fullest(told: Sequence[Told]) -> Told:
    """Of the times of a day the first that is no guess and says more than the day, its zone with it, if one does."""
    sure = [one for one in told if one.dated.evidence != "guess"]
    timed = [one for one in sure if one.time.precision != "day" and not one.time.is_midnight]
    if not timed:
        return _bare((sure or told)[0])
    zoned = (one for one in timed if one.time.is_zoned and _same_minute(one.time, timed[0].time))
    return next(zoned, timed[0])


def _bare(one: Told) -> Told:
    """The day alone: midnight is what programs make of a day (htmldate's pages, 2017-2023), hardly an hour of news."""
    day = one.time.day
    return Told(one.dated, Reading(day, "day", datetime.combine(day, time())))


def _same_minute(one: Reading, other: Reading) -> bool:
    return one.printed.replace(second=0) == other.printed.replace(second=0)


def _refines(finer: Reading, coarse: Reading, zone: ZoneInfo) -> bool:
    """Whether a time says the same as a coarser one, only finer."""
    if FINENESS[finer.precision] >= FINENESS[coarse.precision]:
        return False
    if coarse.precision == "day":
        return coarse.at in (finer.day, day_in(zone, finer.at))
    return (
        isinstance(finer.at, datetime)
        and isinstance(coarse.at, datetime)
        and timedelta(0) <= finer.at - coarse.at < timedelta(minutes=1)
    )
