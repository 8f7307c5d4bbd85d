"""The register of agencies and media: who is meant by a name, in a dateline or in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import ConfigError
from pipeline.normalise.places import Place, Places
from pipeline.normalise.text import fold

KINDS = ("agency", "broadcaster", "newspaper", "magazine", "website")
_LISTS = ("names", "abbreviations", "datelines")
_KEYS = {"name", "kind", "country", *_LISTS}
# Letters with spaces between words; a name in Chinese signs or Hangul is followed by its particle or a figure at once.
_SPACED = r"A-Za-z0-9\u00c0-\u024f\u0400-\u04ff"
_START = rf"(?<![{_SPACED}])"
# `Интерфакса` is the name inflected, `Reutersville` another word, `연합뉴스TV` another house.
_END = rf"(?:(?<=[\u0400-\u04ff])[аеиоумхыюя]{{0,3}})?(?:(?<=[{_SPACED}])(?![{_SPACED}])|(?<![{_SPACED}])(?![A-Za-z]))"


@dataclass(frozen=True, slots=True)
class Agency:
    """One entry of the register.  `datelines` are names that mean the agency only in a dateline or a credit."""

    id: str
    name: str
    kind: str = "agency"
    country: str | None = None
    names: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    datelines: tuple[str, ...] = ()


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
    _text: re.Pattern[str] | None = field(repr=False, compare=False)
    _head: re.Pattern[str] | None = field(repr=False, compare=False)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], places: str = "") -> Registers:
        """The registers out of parsed TOML, a table `agencies`, its keys the ids, and out of the lines of places.

        Raises:
            ConfigError: with every mistake of the data, a line each.
        """
        agencies, mistakes = _read(data)
        ids: dict[str, str] = {}
        for agency in agencies:
            for name in (agency.id, agency.name, *agency.names, *agency.abbreviations, *agency.datelines):
                if ids.setdefault(fold(name), agency.id) != agency.id:
                    mistakes.append(f"agencies.{agency.id}: the name {name!r} already belongs to {ids[fold(name)]!r}")
        known: Places | None = None
        try:
            known = Places.from_text(places)
        except ConfigError as error:
            mistakes.append(str(error))
        if mistakes or known is None:
            raise ConfigError("\n".join(mistakes))
        words = [name for agency in agencies for name in agency.abbreviations]
        names = [name for agency in agencies for name in agency.names]
        heads = [name for agency in agencies for name in agency.datelines]
        full = [*names, *(agency.name for agency in agencies)]
        return cls(agencies, known, ids, _finder(names, words), _finder(full, [*words, *heads]))

    def agency(self, name: str | None) -> str | None:
        """The id of the agency that is called exactly this, whatever the case; None if the register has none."""
        return self._ids.get(fold(name).strip(" .,:")) if name else None

    def place(self, name: str | None) -> Place | None:
        """The place that is called exactly this in any language, whatever the case; None if the register has none."""
        return self.places.place(name)

    def mentions(self, text: str) -> Iterator[Mention]:
        """The agencies named in running text, in order; linear in the length of the text."""
        return self._find(self._text, text)

    def heads(self, text: str) -> Iterator[Mention]:
        """As `mentions`, with the names that mean an agency only in a dateline or a credit."""
        return self._find(self._head, text)

    def _find(self, finder: re.Pattern[str] | None, text: str) -> Iterator[Mention]:
        for found in finder.finditer(text) if finder else ():
            agency = self._ids.get(fold(found["name"]))
            if agency:
                yield Mention(found.start(), found.end(), agency, found.group())


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
            lists = {name: tuple(entry.get(name, ())) for name in _LISTS}
            agencies.append(Agency(key, entry["name"], entry.get("kind", "agency"), entry.get("country"), **lists))
    return tuple(agencies), mistakes


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
    if not isinstance(entry.get("country", ""), str):
        wrong.append(f"agencies.{key}.country: must be a text")
    for name in _LISTS:
        value = entry.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            wrong.append(f"agencies.{key}.{name}: must be a list of texts that are not empty")
    return wrong


def _finder(names: Iterable[str], words: Iterable[str]) -> re.Pattern[str] | None:
    """One expression that finds any name whatever its case, any word exactly as written."""
    # Lower case before the tree is made: in a tree of `Interfax` and `INTERFAX.RU` the longer would never be tried.
    tree, exact = _trie(name.lower() for name in names), _trie(words)
    body = "|".join(part for part in (f"(?i:{tree})" if tree else "", exact) if part)
    return re.compile(f"{_START}(?P<name>{body}){_END}") if body else None


def _trie(words: Iterable[str]) -> str:
    """An expression of shared prefixes: hundreds of names are tried in one walk, not one after another."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    options = [re.escape(letter) + _branch(rest) for letter, rest in sorted(node.items(), reverse=True) if letter]
    if not options:
        return ""
    joined = f"(?:{'|'.join(options)})"
    return f"{joined}?" if "" in node else joined
