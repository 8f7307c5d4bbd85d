"""Country, zone and language of a site, from its address, its feed's times and what it declares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from pipeline.settings.sources import DOMAIN_LANGUAGES

# +0900, +09:00
OFFSET = re.compile(r"[\d\s]([+-])(\d{2}):?(\d{2})\b")
TAG = re.compile(r"^([a-z]{2,3})(?![a-z])(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2})\b)?", re.IGNORECASE)
# Zones of whole hours that have a name of their own: Etc/GMT-14 is the easternmost.
EASTERNMOST, WESTERNMOST = 14, -12
# Domains of countries that are not named as ISO 3166 names them.
OTHER_NAMES = {"uk": "GB", "su": "RU"}
# Domains of countries that stand for something else.
NO_COUNTRIES = frozenset({
    "ac", "ai", "am", "co", "eu", "fm", "io", "la", "me", "nu", "sh", "st", "to", "tv", "ws",
})  # fmt: skip
# Where one language is at home, for sites under .com: by it a zone is chosen among those of the feed's offset.
HOMES = {
    "az": "AZ", "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "et": "EE", "fa": "IR", "fi": "FI",
    "fr": "FR", "he": "IL", "hi": "IN", "hu": "HU", "hy": "AM", "id": "ID", "it": "IT", "ja": "JP", "ka": "GE",
    "kk": "KZ", "ko": "KR", "lt": "LT", "lv": "LV", "mn": "MN", "ms": "MY", "nb": "NO", "nl": "NL", "no": "NO",
    "pl": "PL", "ro": "RO", "ru": "RU", "sk": "SK", "sr": "RS", "sv": "SE", "th": "TH", "tr": "TR", "uk": "UA",
    "ur": "PK", "uz": "UZ", "vi": "VN", "zh": "CN",
}  # fmt: skip
# The zone in which a country's agencies write, where its first in zone.tab is another.
CAPITALS = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CL": "America/Santiago", "CN": "Asia/Shanghai", "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "MX": "America/Mexico_City", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York",
    "DE": "Europe/Berlin", "MN": "Asia/Ulaanbaatar", "MY": "Asia/Kuala_Lumpur", "UZ": "Asia/Tashkent",
}  # fmt: skip


def country_of(host: str, tag: str | None) -> str | None:
    """The country of a host by its top-level domain, else of the language tag that it declares."""
    domain = host.rpartition(".")[2].lower()
    if len(domain) == 2 and domain not in NO_COUNTRIES:
        code = OTHER_NAMES.get(domain, domain.upper())
        if code in _zones():
            return code
    found = TAG.match(tag or "")
    return found[3].upper() if found and found[3] and found[3].upper() in _zones() else None


def language_of(tags: Iterable[str | None]) -> str | None:
    """The language as BCP 47 writes it, of the first tag that is one; a country stays where it tells more."""
    for tag in tags:
        found = TAG.match((tag or "").strip())
        if found:
            language, script, region = found[1].lower(), found[2], found[3]
            language = DOMAIN_LANGUAGES.get(language, language)  # lang="jp"
            kept = f"-{script.title()}" if script else ""
            kept += f"-{region.upper()}" if region and (language, region.upper()) == ("pt", "BR") else ""
            return language + kept
    return None


def zone_of(country: str | None, language: str | None, printed: Iterable[str | None], now: datetime) -> str | None:
    """The zone that fits the offsets of printed times best; None where nothing tells."""
    offsets = Counter(offset for text in printed if text and (offset := _offset(text)) is not None)
    told = offsets.most_common(1)[0][0] if offsets else None
    home = country or HOMES.get((language or "").partition("-")[0])
    zones = _ordered(home)
    if told:
        fitting = [zone for zone in zones if told in _offsets(zone, now)]
        if fitting:
            return fitting[0]
        if country is None:
            hours, rest = divmod(told, 60)
            return f"Etc/GMT{-hours:+d}" if not rest and WESTERNMOST <= hours <= EASTERNMOST else None
    # Times in UTC tell nothing: many feeds are written so.
    if country is None and told is None:
        return None
    return zones[0] if zones and (len(zones) == 1 or home in CAPITALS) else None


def _offset(printed: str) -> int | None:
    """Minutes east of UTC; None for UTC itself, which says nothing of the place."""
    found = OFFSET.search(printed[:100])
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return (minutes if found[1] == "+" else -minutes) or None


def _ordered(country: str | None) -> list[str]:
    zones = list(_zones().get(country or "", ()))
    capital = CAPITALS.get(country or "")
    return [capital, *(zone for zone in zones if zone != capital)] if capital else zones


def _offsets(zone: str, now: datetime) -> set[int]:
    """The offsets of a zone over the year, in minutes."""
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return set()
    times = (now.replace(month=month, day=1) for month in (1, 7))
    return {int(delta.total_seconds() // 60) for time in times if (delta := info.utcoffset(time)) is not None}


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """The zones of each country, as the time zone database lists them."""
    found: dict[str, list[str]] = {}
    for line in _table().splitlines():
        columns = line.split("\t")
        if not line.startswith("#") and len(columns) > 2:
            found.setdefault(columns[0], []).append(columns[2])
    return {country: tuple(zones) for country, zones in found.items()}


def _table() -> str:
    for directory in TZPATH:
        path = Path(directory) / "zone.tab"
        if path.is_file():
            return path.read_text("utf-8")
    return (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
