"""The register of places: which place is meant by a name, in whatever language and script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.errors import ConfigError
from pipeline.normalise.text import fold

KINDS = ("city", "country")
MOST_WORDS = 3  # of a name that is looked for in a text
_COLUMNS = 4
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Place:
    """A city or a country.  `id` is GeoNames' (`x-…` for one that it lacks), `name` as English papers print it,
    `country` ISO 3166-1 alpha-2 (`XK` is Kosovo), `kind` one of `KINDS`."""

    id: str
    kind: str
    country: str
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """All places by their names; made once from `config/places.tsv`, frozen, picklable.

    A place is made when it is asked for: a worker starts with two thousand of them in ten milliseconds.
    """

    _lines: tuple[str, ...] = field(default=(), repr=False)
    _names: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    _long: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_text(cls, text: str) -> Places:
        """The places out of lines with tabs between id, kind, country, English name and further names; a line that
        begins with `#` says nothing.

        Raises:
            ConfigError: with every mistake of the text, a line each.
        """
        lines = tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
        names: dict[str, int] = {}
        mistakes: list[str] = []
        for number, named in enumerate(_folded(lines)):
            for name in named:
                if names.setdefault(name, number) != number:
                    mistakes.append(f"places.{_id(lines[number])}: the name {name!r} already belongs to "
                                    f"{_id(lines[names[name]])!r}")  # fmt: skip
        mistakes += _mistakes(lines)
        if mistakes:
            raise ConfigError("\n".join(mistakes))
        return cls(lines, names, _long(names))

    def place(self, name: str | None) -> Place | None:
        """The place that is called exactly this, whatever the case; None if the register has none.

        >>> Places.from_text("1871859\\tcity\\tKP\\tPyongyang\\t平壤").place("PYONGYANG").country
        'KP'
        """
        wanted = fold(name or "").strip(" ,:")
        return self.folded(wanted) or self.folded(wanted.strip("."))

    def most_words(self, word: str) -> int:
        """Of how many words the longest name is that begins with this folded one, at most `MOST_WORDS`."""
        return self._long.get(word, 1)

    def folded(self, name: str) -> Place | None:
        """As `place`, for a name that is folded already: a text is folded once, and asked for a thousand times."""
        number = self._names.get(name)
        return None if number is None else Place(*self._lines[number].split("\t", _COLUMNS)[:_COLUMNS])


def _folded(lines: Sequence[str]) -> Iterator[list[str]]:
    """The names of each line, as `fold` gives them: all in one go, one by one they would take four times as long."""
    whole = unicodedata.normalize("NFKC", "\n".join(lines)).casefold()
    return (line.split("\t")[_COLUMNS - 1 :] for line in (whole.split("\n") if lines else ()))


def _long(names: Iterable[str]) -> dict[str, int]:
    """The first words of names of several words, and of how many the longest is: a text is full of words that begin
    none."""
    found: dict[str, int] = {}
    for name in names:
        if " " in name:
            first = name[: name.index(" ")]
            found[first] = max(found.get(first, 1), min(name.count(" ") + 1, MOST_WORDS))
    return found


def _mistakes(lines: Sequence[str]) -> list[str]:
    """What is wrong with the form of the lines."""
    wrong: list[str] = []
    seen: set[str] = set()
    for line in lines:
        key, *rest = line.split("\t")
        if key in seen or not key.strip():
            wrong.append(f"places.{key}: the id must be there, and only once")
        seen.add(key)
        if len(rest) < _COLUMNS - 1 or not all(name == name.strip() and name for name in rest):
            wrong.append(f"places.{key}: must be id, kind, country, English name, further names, with one tab between")
        elif rest[0] not in KINDS:
            wrong.append(f"places.{key}: the kind must be one of {', '.join(KINDS)}")
        elif not _COUNTRY.fullmatch(rest[1]):
            wrong.append(f"places.{key}: the country must be two capital letters, as ISO 3166-1 has them")
    return wrong


def _id(line: str) -> str:
    return line.split("\t", 1)[0]
