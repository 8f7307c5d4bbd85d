"""The register of agencies and media: who is meant by a name, in a dateline or in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import ConfigError
from pipeline.normalise.names import Name, Names
from pipeline.normalise.places import Place, Places
from pipeline.normalise.text import fold

KINDS = ("agency", "broadcaster", "newspaper", "magazine", "website")
_LISTS = ("names", "abbreviations", "datelines", "ambiguous")
_KEYS = {"name", "kind", "country", "family", "surname", "initials", "elsewhere", *_LISTS}
# What marks a name that is also a word as a title: a noun for what it is, before it or behind it, or quotation marks.
_NOUN = (
    r"(?i:newspapers?|dail(?:y|ies)|weekl(?:y|ies)|tabloids?|papers?|magazines?|journals?|broadcasters?|channels?"
    r"|outlets?|websites?"
    r"|agenc(?:y|ies)|portals?|газет[а-я]{0,3}|журнал[а-я]{0,3}|издани[а-я]{1,3}|(?:теле|телеграм-"
    r"|telegram-)?канал[а-я]{0,3}"
    r"|агентств[а-я]{0,3}|портал[а-я]{0,3}|diarios?|periódicos?|revistas?|semanarios?|cadena|canal|agencias?"
    r"|jornal|rotativo"
    r"|quotidiens?|hebdomadaires?|chaînes?|agences?|site|radio|(?:tages|wochen)?zeitung(?:en)?|blatt"
    r"|(?:nachrichten)?magazins?"
    r"|sender[sn]?|(?:nachrichten)?agentur(?:en)?|quotidiano|settimanale|agenzia|emittente)"
    r"|صحيفة|الصحيفة|وكالتا|وكالتي|وكالات|جريدة|قناة|وكالة|مجلة|موقع|شبكة|تلفزيون|إذاعة|مراسل|مراسلة|صحيفتا|صحيفتي"
    r"|[紙誌]|일간|주간지|매체|通讯社|报纸|杂志"
)
_MARK_BEFORE = re.compile(
    rf"(?<![A-Za-zÀ-ɏ\u0400-\u04ff])(?:{_NOUN})(?:\s[a-zà-ÿа-яё-]{{3,20}}){{0,2}}[\s:,]{{0,2}}(?:(?:the|la|le|el"
    rf"|il|die|der)\s)?[\"“„«‘']?$"
)
# `segundo a Lusa`, `disse à Lusa`: the article alone would not do, Lusa is a football club, too.
_TOLD_BEFORE = re.compile(
    r"(?:^|[\s,(«\"“])(?i:segundo|conforme|acordo com|citando"
    r"|(?:inform|notici|avanç|adiant|indic|report|divulg|revel)ou) a $"
    r"|\b(?i:disse|declarações|entrevista|(?:afirm|explic|cont|confirm|adiant|indic|declar|revel)ou|referiu) à $"
)
_MARK_BEHIND = re.compile(
    rf"[\"”“»’']?\s(?:{_NOUN}|news|[Zz]eitung)(?![A-Za-zÀ-ɏ\u0400-\u04ff])|[\"”“»]?-(?:Zeitung|Magazin|Bericht)|[紙誌]"
    r"|(?:报|報|周刊|杂志|신문|지)(?![\u4e00-\u9fff])"
)
# `told The Times`, `según El Tiempo`: its article with a capital where none is due; `The Hill reported`.
_TITLED = re.compile(r"(?:The|El|La|Le|Les|Der|Die|Das|L['’])(?:\s|(?<=['’]))[A-ZÀ-Þ]")
_MID_SENTENCE = re.compile(r"[a-zà-ÿ]{2},?\s$")
_REPORTED = re.compile(
    r",?\s+(?:first\s+)?(?:reported|reports|wrote|writes|citing|quoting|quoted|which\b|reveló"
    r"|publicó|berichtete?|meldete|schrieb|a\s+révélé|révèle)\b"
)
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "《": "》", "「": "」", "『": "』", "〈": "〉"}
_MARK = 48
# `Michael Bloomberg`, `Mr. Bloomberg`, `Майкл Блумберг`; but not `On Friday Bloomberg`, `When Bloomberg`.
_FIRST_NAME = re.compile(r"(?:^|[\s(\"“„«])(?P<name>[A-ZÀ-ÞА-ЯЁ][A-Za-zÀ-ɏа-яё'’-]{1,20})\.?\s(?:[A-Z]\.\s)?$")
_NO_FIRST_NAMES = frozenset((
    "a", "after", "agence", "agencia", "agency", "agentur", "although", "an", "and", "april", "as", "at", "august",
    "because", "before", "but", "by", "citing", "december", "earlier", "february", "for", "friday", "from", "how",
    "if", "in", "it", "january", "july", "june", "later", "laut", "march", "may", "meanwhile", "monday",
    "november", "october", "of", "on", "or", "per", "quoting", "saturday", "según", "selon", "september", "since",
    "so", "sunday", "telling", "that", "the", "then", "thursday", "to", "told", "tuesday", "us", "via",
    "wednesday", "wenn", "what", "when", "where", "while", "why", "wie", "with", "агентство", "в", "и", "как",
    "но", "по",
))  # fmt: skip
_IN_TEXT, _IN_HEADS = ("both", "title"), ("both", "head")


@dataclass(frozen=True, slots=True)
class Agency:
    """One entry of the register.

    `family` is the house that it belongs to; people have its name where it is a `surname`; `initials` end its texts
    behind its name.  `datelines` are names that mean it only in a dateline or a credit, `ambiguous` those that are
    words, too, and count where the text marks them as a title.  `elsewhere` pairs a country with the agency that is
    meant in datelines from there.
    """

    id: str
    name: str
    kind: str = "agency"
    country: str | None = None
    family: str | None = None
    surname: bool = False
    initials: bool = False
    names: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    datelines: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text, from `start` to `end`."""

    start: int
    end: int
    agency: str
    name: str


@dataclass(frozen=True, slots=True)
class Registers:
    """What the pure rooms know of the world; made once from `config/agencies.toml` and `config/places.tsv`, frozen,
    picklable."""

    agencies: tuple[Agency, ...]
    places: Places = field(repr=False)
    _ids: Mapping[str, str] = field(repr=False, compare=False)
    _words: Mapping[str, str] = field(repr=False, compare=False)
    _surnames: frozenset[str] = field(repr=False, compare=False)
    _names: Names = field(repr=False, compare=False)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], places: str = "") -> Registers:
        """The registers out of parsed TOML, a table `agencies`, its keys the ids, and out of the lines of places.

        Raises:
            ConfigError: with every mistake of the data, a line each.
        """
        agencies, mistakes = _read(data)
        ids = _names_to_ids(agencies, mistakes)
        try:
            known = Places.from_text(places)
        except ConfigError as error:
            raise ConfigError("\n".join([*mistakes, str(error)])) from error
        if mistakes:
            raise ConfigError("\n".join(mistakes))
        words = {name: agency.id for agency in agencies for name in agency.ambiguous}
        surnames = frozenset(agency.id for agency in agencies if agency.surname)
        names = Names.of([name for agency in agencies for name in _names(agency)])
        return cls(agencies, known, ids, words, surnames, names)

    def agency(self, name: str | None) -> str | None:
        """The id of the agency that is called exactly this, whatever the case unless the name is also a word; None if
        the register has none."""
        if not name:
            return None
        return self._ids.get(fold(name).strip(" .,:")) or self._words.get(name.strip(" .,:"))

    def meant_at(self, agency: str, place: str | None, printed: str) -> str:
        """The id of the agency that a printed dateline means: 중앙통신 is North Korea's, from Taipei it is Taiwan's;
        조선중앙통신 is North Korea's wherever it stands."""
        known = next((one for one in self.agencies if one.id == agency and one.elsewhere), None)
        if known is None or any(name in printed for name in (*known.names, *known.abbreviations)):
            return agency
        where = self.place(place)
        return dict(known.elsewhere).get(where.country, agency) if where else agency

    def is_written(self, agency: str, name: str) -> bool:
        """Whether an agency's name is written so, in capitals or not."""
        known = next((one for one in self.agencies if one.id == agency), None)
        return known is not None and name in (known.name, *known.names, *known.abbreviations, *known.datelines)

    def place(self, name: str | None) -> Place | None:
        """The place that is called exactly this in any language, whatever the case; None if the register has none."""
        return self.places.place(name)

    def mentions(self, text: str) -> Iterator[Mention]:
        """The agencies named in running text, in order; linear in the length of the text."""
        found = self._names.find(text, _IN_TEXT)
        mentions = [
            Mention(start, end, name.key, text[start:end])
            for start, end, name in found
            if name.kind != "title" or _is_marked(text, start, end)
        ]
        people = {one.agency for one in mentions if one.agency in self._surnames and _is_person(text, one)}
        # Who is Michael Bloomberg in one sentence is Bloomberg in the next.
        return (mention for mention in mentions if mention.agency not in people or " " in mention.name)

    def heads(self, text: str) -> Iterator[Mention]:
        """As `mentions`, with the names that mean an agency only in a dateline or a credit."""
        for start, end, name in self._names.find(text, _IN_HEADS):
            yield Mention(start, end, name.key, text[start:end])


def _names_to_ids(agencies: Sequence[Agency], mistakes: list[str]) -> dict[str, str]:
    """The agencies by their folded names, but for those that are words too; a name of two is a mistake."""
    ids: dict[str, str] = {}
    words = {fold(name) for agency in agencies for name in agency.ambiguous}
    for agency in agencies:
        names = (agency.name, *agency.names, *agency.abbreviations, *agency.datelines, *agency.ambiguous)
        for name in names:
            if ids.setdefault(fold(name), agency.id) != agency.id:
                mistakes.append(f"agencies.{agency.id}: the name {name!r} already belongs to {ids[fold(name)]!r}")
    return {name: agency for name, agency in ids.items() if name not in words}


def _names(agency: Agency) -> Iterator[Name]:
    """All names of an agency, by where they are looked for."""
    yield from (Name(name, agency.id, "both") for name in agency.names)
    yield from (Name(name, agency.id, "both", exact=True) for name in agency.abbreviations)
    yield from (Name(name, agency.id, "title", exact=True) for name in agency.ambiguous)
    heads = agency.ambiguous if agency.kind == "agency" else ()
    yield from (Name(name, agency.id, "head", exact=True) for name in (*agency.datelines, *heads))
    if agency.name not in (*agency.names, *agency.ambiguous):
        yield Name(agency.name, agency.id, "head")


def _is_person(text: str, mention: Mention) -> bool:
    """Whether a first name or a title stands before the name."""
    found = _FIRST_NAME.search(text[max(0, mention.start - _MARK) : mention.start])
    return found is not None and " " not in mention.name and found["name"].lower() not in _NO_FIRST_NAMES


def _is_marked(text: str, start: int, end: int) -> bool:
    """Whether the text marks what stands from `start` to `end` as a title."""
    if start and text[end : end + 1] and text[end] in _QUOTES.get(text[start - 1], ""):
        return True
    before, behind = text[max(0, start - _MARK) : start], text[end : end + _MARK]
    if _TITLED.match(text[start:end]) and (_MID_SENTENCE.search(before) or _REPORTED.match(behind)):
        return True
    return bool(_MARK_BEFORE.search(before) or _TOLD_BEFORE.search(before) or _MARK_BEHIND.match(behind))


def _read(data: Mapping[str, Any]) -> tuple[tuple[Agency, ...], list[str]]:
    """The entries that are well formed, and what is wrong with the others."""
    table = data.get("agencies", {})
    if not isinstance(table, Mapping):
        return (), ["agencies: must be a table whose keys are the agencies' ids"]
    agencies, mistakes = [], []
    for key, entry in table.items():
        wrong = _mistakes(key, entry)
        if wrong:
            mistakes += wrong
        else:
            agencies.append(Agency(key, **{name: _frozen(name, value) for name, value in entry.items()}))
    known = {agency.id for agency in agencies}
    for agency in agencies:
        unknown = (other for _, other in agency.elsewhere if other not in known)
        mistakes += [f"agencies.{agency.id}.elsewhere: the register has no agency {other!r}" for other in unknown]
    return tuple(agencies), mistakes


def _frozen(name: str, value: Any) -> Any:
    """The value of a key as `Agency` holds it."""
    if name == "elsewhere":
        return tuple(value.items())
    return tuple(value) if name in _LISTS else value


def _mistakes(key: str, entry: Any) -> list[str]:
    if not isinstance(entry, Mapping):
        return [f"agencies.{key}: must be a table"]
    wrong = [
        f"agencies.{key}.{name}: unknown key, known are {', '.join(sorted(_KEYS))}" for name in entry.keys() - _KEYS
    ]
    if not isinstance(entry.get("name"), str) or not entry["name"].strip():
        wrong.append(f"agencies.{key}.name: must be a text that is not empty")
    if entry.get("kind", "agency") not in KINDS:
        wrong.append(f"agencies.{key}.kind: must be one of {', '.join(KINDS)}")
    for name in ("country", "family"):
        if not isinstance(entry.get(name, ""), str):
            wrong.append(f"agencies.{key}.{name}: must be a text")
    for name in ("surname", "initials"):
        if not isinstance(entry.get(name, False), bool):
            wrong.append(f"agencies.{key}.{name}: must be true or false")
    elsewhere = entry.get("elsewhere", {})
    if not isinstance(elsewhere, Mapping) or not all(isinstance(other, str) for other in elsewhere.values()):
        wrong.append(f"agencies.{key}.elsewhere: must be a table of countries and the ids of agencies")
    for name in _LISTS:
        value = entry.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            wrong.append(f"agencies.{key}.{name}: must be a list of texts that are not empty")
    return wrong
