"""A small validator for TOML: a table is declared as key → check, and every mistake is noted, not only the first.

A check takes a raw value and the spot it stands at, and gives the value to use or raises `Mistake`.  Tables and arrays
note the mistakes of their parts and go on, so that one reading finds them all.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

# A value is quoted in a message as far as it helps to find it.
QUOTED_LENGTH = 80
# As TOML allows them without quotes: `pace_seconds`.
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

TYPE_NAMES: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
}
# 5m, 90s, 1h30m
DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
DURATION_UNITS = (86_400, 3_600, 60, 1)


class Mistake(Exception):
    """A value that is wrong; the text is one line, with the place in front and the hint behind."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file (or `the environment`): where a check stands, and where the mistakes found go."""

    file: str
    path: str = ""
    mistakes: list[str] = field(default_factory=list)

    def at(self, key: str) -> Spot:
        """The place of a key of this table."""
        name = key if BARE_KEY.fullmatch(key) else repr(key)
        return replace(self, path=f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> Spot:
        """The place of an element of this array, counted from 0."""
        return replace(self, path=f"{self.path}[{index}]")

    def wrong(self, problem: str, hint: str | None = None) -> Mistake:
        """The mistake to raise here."""
        place = f"{self.file}{self.path}" if self.path.startswith("[") else f"{self.file}: {self.path}"
        told = f"{place if self.path else self.file}: {problem}"
        return Mistake(f"{told}; {hint}" if hint else told)

    def note(self, mistake: Mistake) -> None:
        self.mistakes.append(str(mistake))

    def attempt(self, check: Check, value: Any) -> Any:
        """The checked value, or None with the mistake noted."""
        try:
            return check(value, self)
        except Mistake as mistake:
            self.note(mistake)
            return None


Check = Callable[[Any, Spot], Any]


def read_toml(path: Path, spot: Spot) -> dict[str, Any]:
    """The data of a TOML file; an empty table, with the mistake noted, where it cannot be read."""
    try:
        # Windows editors put a byte order mark in front, which TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        spot.note(spot.wrong(f"not TOML: {_one_line(error)}"))
    except UnicodeDecodeError as error:
        spot.note(spot.wrong(f"not UTF-8 text (byte {error.start})", "save the file as UTF-8"))
    except OSError as error:
        spot.note(spot.wrong(f"cannot be read: {error.strerror}"))
    except RecursionError:
        spot.note(spot.wrong("not TOML: brackets within brackets, without end"))
    return {}


def table(checks: Mapping[str, Check], required: Iterable[str] = ()) -> Check:
    """A table that may have these keys, and must have the required ones.  Gives a dict of those that are right."""

    def check(value: Any, spot: Spot) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, raw in of_type(dict, value, spot).items():
            if key in checks:
                found[key] = spot.at(key).attempt(checks[key], raw)
            else:
                spot.note(spot.at(key).wrong("unknown key", did_you_mean(key, checks, "known here")))
        for key in required:
            if key not in value:
                spot.note(spot.at(key).wrong("is missing"))
        return {key: right for key, right in found.items() if right is not None}

    return check


def many(check: Check) -> Check:
    """A list of such values.  Gives a tuple."""

    def check_all(value: Any, spot: Spot) -> tuple[Any, ...]:
        values = of_type(list, value, spot)
        return tuple(spot.item(index).attempt(check, element) for index, element in enumerate(values))

    return check_all


def one_or_many(check: Check) -> Check:
    """Such a value, or a list of them.  Gives a tuple."""

    def check_some(value: Any, spot: Spot) -> tuple[Any, ...]:
        return tuple(many(check)(value, spot)) if isinstance(value, list) else (check(value, spot),)

    return check_some


def one_of(words: Iterable[str]) -> Check:
    """One of these words."""
    allowed = tuple(words)

    def check(value: Any, spot: Spot) -> str:
        word = text(value, spot)
        if word not in allowed:
            raise spot.wrong(f"{quote(word)} is not known here", did_you_mean(word, allowed, "one of"))
        return word

    return check


def number(minimum: float, maximum: float = float("inf")) -> Check:
    """A number, whole or not, within these bounds.  Gives a float."""

    def check(value: Any, spot: Spot) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise spot.wrong(f"must be a number, not {quote(value)}")
        return float(_within(value, minimum, maximum, spot))

    return check


def whole(minimum: int, maximum: float = float("inf")) -> Check:
    """A whole number within these bounds."""

    def check(value: Any, spot: Spot) -> int:
        return int(_within(of_type(int, value, spot), minimum, maximum, spot))

    return check


# What is longer can't be added to a date.
LONGEST_DURATION = 10 * 366 * 86_400


def duration(value: Any, spot: Spot) -> int:
    """Seconds, as a number or as text like "5m"."""
    if not isinstance(value, str):
        return int(whole(1, LONGEST_DURATION)(value, spot))
    parts = DURATION.fullmatch(value.strip())
    counts = [int(count) for count in parts.groups(default="0")] if parts else []
    seconds = sum(count * unit for count, unit in zip(counts, DURATION_UNITS, strict=bool(counts)))
    if not 0 < seconds <= LONGEST_DURATION:
        raise spot.wrong(f"{quote(value)} is no length of time", 'seconds, or for example "5m", "1h", "1h30m"')
    return seconds


def text(value: Any, spot: Spot) -> str:
    """Text that is not empty."""
    string: str = of_type(str, value, spot)
    if not string.strip():
        raise spot.wrong("is empty", "give it a value or leave the key out")
    return string


def flag(value: Any, spot: Spot) -> bool:
    """true or false."""
    return bool(of_type(bool, value, spot))


def of_type(kind: type, value: Any, spot: Spot) -> Any:
    """The value, if TOML read it as this type."""
    # A TOML boolean is no number, though Python's bool is an int.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise spot.wrong(f"must be {TYPE_NAMES[kind]}, not {quote(value)}")
    return value


def quote(value: Any) -> str:
    """A value as a message shows it: on one line, and not too long."""
    shown = repr(value)
    return shown if len(shown) <= QUOTED_LENGTH else f"{shown[:QUOTED_LENGTH]}…"


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the known word that looks like this one, or all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"{otherwise}: {', '.join(words)}"


def _within(value: float, minimum: float, maximum: float, spot: Spot) -> float:
    if not minimum <= value <= maximum:
        bounds = f"at least {minimum}" if maximum == float("inf") else f"from {minimum} to {maximum}"
        raise spot.wrong(f"must be {bounds}, not {value}")
    return value


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
