"""Spellings of one name: which words of a query are a name, and how else it is spelt.  For questions, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

ASKED, INSIDE = "asked", "inside"
STEM = "*"
# Endings of Russian cases have up to three letters; of a name in several words the last may be short (`Ын`).
ENDING, SHORTEST_STEM, SHORTEST_LAST = 3, 3, 2
LONGEST = 8  # words of a spelling

Words = tuple[str, ...]
# The words of a spelling, and whether the last one is but their beginning.
Spelling = tuple[Words, bool]


class Spellings:
    """The register of spellings, by the words that a query is made of."""

    def __init__(
        self,
        groups: Iterable[Iterable[Spelling]],
        asked: Mapping[str, int],
        inside: Mapping[Words, tuple[Words, ...]] | None = None,
    ) -> None:
        self._groups = [tuple(dict.fromkeys(group)) for group in groups]
        self._asked = dict(asked)
        self._inside = dict(inside or {})
        self._whole: defaultdict[Words, list[int]] = defaultdict(list)
        self._stems: defaultdict[Words, list[int]] = defaultdict(list)
        for number, group in enumerate(self._groups):
            for spelling, is_stem in group:
                (self._stems if is_stem else self._whole)[spelling].append(number)

    @classmethod
    def from_data(cls, data: Mapping[str, Mapping[str, Any]], words: Callable[[str], list[str]]) -> Spellings:
        """Made of `spellings.toml`; `words` cuts a text as the search does."""
        kinds = [groups for kind, groups in data.items() if kind not in (ASKED, INSIDE)]
        numbers: dict[str, int] = {}
        made: list[list[Spelling]] = []
        for name, spellings in ((name, group) for groups in kinds for name, group in groups.items()):
            numbers[name] = len(made)
            made.append([(tuple(words(one)), one.endswith(STEM)) for one in spellings])
        inside = {
            tuple(words(name)): tuple(tuple(words(one)) for one in longer)
            for name, longer in data.get(INSIDE, {}).items()
        }
        return cls(made, {letters: numbers[name] for letters, name in data.get(ASKED, {}).items()}, inside)

    def around(self, asked: Words) -> tuple[Words, ...]:
        """The words that hold a name's signs and are others: of 평양 (Pyongyang) it is 태평양, the Pacific."""
        return self._inside.get(asked, ())

    def of(self, asked: Words, printed: str) -> tuple[Spelling, ...]:
        """The other spellings of a name that is asked for; empty if it is none.  `printed` is how it was typed."""
        if not asked or len(asked) > LONGEST:
            return ()
        numbers = [*self._whole.get(asked, ()), *self._by_stem(asked)]
        if not numbers and (number := self._asked.get(printed)) is not None:
            numbers = [number]
        found = (spelling for number in numbers for spelling in self._groups[number])
        return tuple(spelling for spelling in dict.fromkeys(found) if spelling != (asked, False))

    def _by_stem(self, asked: Words) -> Iterable[int]:
        *before, last = asked
        shortest = SHORTEST_LAST if before else SHORTEST_STEM
        for ending in range(min(ENDING, len(last) - shortest) + 1):
            stem = (*before, last[: len(last) - ending])
            if stem in self._stems:
                return self._stems[stem]
        return ()


NONE = Spellings((), {})
