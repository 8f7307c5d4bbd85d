"""Whether `7/8/2021` is July or August: what a source, a language, an address and the page's other dates say of it.

Month first is American, and English is written on both sides; so of plain English neither is taken for granted.  What
nothing tells apart is not read at all: a date that is wrong by a month looks as good as a right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from itertools import islice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.normalise.times import Reading, day_in, is_month_first, read_time

Reader = Callable[[str], Reading | None]

SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d\d)(?![\d/])")
SLASHES = re.compile(r"\d/\d")
AMERICAN = frozenset(("us", "gov", "mil", "edu"))
# Domains of countries that anybody takes, or where both orders are in use.
ANYBODY_LISTED = "ai ca cc co fm gg im io la ly me nu ph pr to tv ws"
ANYBODY = frozenset(ANYBODY_LISTED.split())
# Countries and regions of languages: English as written in Canada and the Philippines is written both ways.
BOTH = frozenset(("CA", "PH", "PR"))
MAX_READ = 100
MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
LONGEST = 160
MONTHS = 12
# What was just published is read days later at most, and a month and a day that change places are farther apart.
FRESH_DAYS = 2


def reader(
    raws: Iterable[str], zone: ZoneInfo, near: datetime, latest: datetime, *, month_first: bool | None = None
) -> Reader:
    """A function that reads printed times as `read_time` does, with slashes as all of `raws`, the page's, have them.

    `month_first` is what is told of them, None where nothing is: then the days decide that the page names in words or
    with the year in front, its slashes that leave no choice, what is not yet to come, the month in its address, and the
    day we first saw it.
    """
    known = list(islice(raws, MAX_READ))
    order = order_of(known) if month_first is None else month_first
    months = {raw for raw in known if MONTH.fullmatch(raw)}
    seen = day_in(zone, near)

    @cache
    def plain(raw: str) -> Reading | None:
        return read_time(raw, zone, near, latest=latest)

    @cache
    def named() -> set[date]:
        return {found.day for raw in known if not SLASHES.search(raw) and (found := plain(raw))}

    def read(raw: str) -> Reading | None:
        if not SLASHES.search(raw):
            return plain(raw)
        ways = [read_time(raw, zone, near, latest=latest, month_first=way) for way in (bool(order), not order)]
        options = [found for found in ways if found]
        if meant := next((found for found in options if found.day in named()), None):
            return meant
        if order is not None:
            return ways[0]
        if len({found.day for found in options}) == 1:
            return options[0]
        if len(those := [found for found in options if f"{found.day:%Y-%m}" in months]) == 1:
            return those[0]
        fresh = [found for found in options if abs((found.day - seen).days) <= FRESH_DAYS]
        return fresh[0] if len(fresh) == 1 else None

    return read


def order_of(raws: Iterable[str]) -> bool | None:
    """Whether the month is first where a page's slashes leave no choice, as in 7/23/2021; None where they differ.

    >>> order_of(["7/8/2021", "7/23/2021"]), order_of(["7/8/2021"]), order_of(["23/7/2021", "7/23/2021"])
    (True, None, None)
    """
    found = [(int(one[1]), int(one[2])) for raw in raws for one in SLASHED.finditer(raw[:LONGEST])]
    ways = {second > MONTHS for first, second in found if (first > MONTHS) != (second > MONTHS)}
    return ways.pop() if len(ways) == 1 else None


def told_of(zone: str, country: str | None, language: str | None, address: str) -> bool | None:
    """Whether the month is first by what is known of a source and a page; None where that leaves it open.

    A zone of its own is what somebody set, as is the country; then the domain of a country, then the page's language.
    Without a language it is open, as it may be English.
    """
    if zone != "UTC":
        return is_month_first(zone)
    if country and country not in BOTH:
        return country == "US"
    domain = _domain(address)
    if domain in AMERICAN:
        return True
    spoken, _, region = (language or "").replace("_", "-").partition("-")
    if spoken.lower() not in ("", "en", "eng") or (len(domain) == 2 and domain not in ANYBODY):
        return False
    region = region.upper()
    return region == "US" if region and region not in BOTH else None


def _domain(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    last = host.rpartition(".")[2]
    return last if last.isalpha() else ""
