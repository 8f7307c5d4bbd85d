"""What speaks for and against a block being a paragraph of the article: numbers, read off the page alone.

Two rounds.  In the first, here, each block is seen as a line (lines.py), in its container (places.py) and beside its
neighbours; the second (around.py) looks at what the first one said.  The weights of these numbers are learnt
(docs/develop.md says how) and lie in weights.json.  A page's numbers are one table, a row a block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.lines import LINE_VALUES, MAX_READ, Hints, Lines, squashed
from pipeline.extract.naming import spoken
from pipeline.extract.places import PLACE_VALUES, Places, prose_of, weighted
from pipeline.parse.blocks import Container, Layout

Table = NDArray[np.float64]
# A line like this is a link of a list; beside another of its kind it is never looked at.
LINKED = 0.9
MAX_LINK = 60
# Outside of what holds the page's prose, links and lines as short as this are never looked at either: together they
# are two fifths of all lines, and hold 0.4 % of the text of the pages with known truth.
MIN_OUTSIDE = 25
NEAR = 5
DISTANCES = (1, 2, 3)

BESIDE_NAMES = """
one position before_heading is_heading near_heading nearer_heading before after between far_before far_after
farther_after under_heading near_prose near_link prose_of_page blocks_of_page l-1 w-1 p-1 s-1 c-1 l+1 w+1 p+1 s+1
c+1 l-2 w-2 p-2 s-2 l+2 w+2 p+2 s+2 l-3 w-3 p-3 l+3 w+3 p+3 edge link_in_prose link_alike short_after
outside_after outside_before long_between
"""
BESIDE_VALUES = tuple(BESIDE_NAMES.split())
VALUES = (*LINE_VALUES, *PLACE_VALUES, *BESIDE_VALUES)


class First:
    """The numbers of the first round: `table` has a row for each block in `serious`, a column for each of VALUES.

    `names` are what the words of its containers weigh, by the weights given.
    """

    def __init__(self, layout: Layout, hints: Hints, known: frozenset[str], weights: Mapping[str, float]) -> None:
        self.blocks = layout.blocks
        self.known, self.weights = known, weights
        prose = [prose_of(block) for block in self.blocks]
        self.prose = np.array(prose)
        self.width = np.array([block.width for block in self.blocks])
        self.linked = np.array([block.linked for block in self.blocks])
        self.inside = np.array([block.inside.number for block in self.blocks])
        self.kinds = keys_of([block.inside.look for block in self.blocks])
        self.places = Places(layout.containers, self.blocks, prose)
        self.serious = self._serious()
        self.heading, self.first, self.last = self._marks(hints.titles)
        self.own_sums: dict[tuple[str, str, frozenset[str]], float] = {}
        self.names: Table = np.zeros(0)
        self.table: Table = np.zeros((0, len(VALUES)))
        if self.serious:
            self._read(Lines(self.blocks, hints))

    def _read(self, lines: Lines) -> None:
        said = np.array([lines.numbers(at, self.blocks[at]) for at in self.serious], dtype=np.float64)
        self.places.know(self.blocks[self.heading].inside if self.heading >= 0 else None, lines)
        held, self.names = self._held()
        self.table = np.hstack([said, held, self._beside()])

    def names_of(self, at: int) -> list[str]:
        """The names that count for a block: the words above it, its container's own and those right above with tags."""
        container = self.blocks[at].inside
        above = container.above
        own = [*self._said("o", container), *(self._said("u", above) if above else ())]
        return [*self.places.all[container.number].names, *own]

    def _serious(self) -> list[int]:
        """The blocks but those that are links among links, and links and labels apart from the page's prose."""
        listed = np.ones(len(self.blocks) + 2, dtype=bool)
        listed[1:-1] = is_link = (self.linked >= LINKED) & (self.width < MAX_LINK)
        outside = ~np.array(self.places.inside_top)[self.inside]
        trivial = is_link & (listed[:-2] | listed[2:])
        trivial |= outside & ((self.width < MIN_OUTSIDE) | (self.linked > LINKED))
        found: list[int] = np.flatnonzero(~trivial).tolist()
        return found

    def _marks(self, titles: frozenset[str]) -> tuple[int, int, int]:
        """Where the heading is (-1: nowhere), and the first and last prose in the best container."""
        best = np.array(self.places.inside_best)[self.inside]
        told = np.flatnonzero((self.prose > 0) & best)
        first, last = (int(told[0]), int(told[-1])) if told.size else (0, len(self.blocks) - 1)
        initials = {title[:1] for title in titles}
        begins = [block.width < 4 * MAX_READ and block.text[0].casefold()[0] in initials for block in self.blocks]
        headings = [
            at
            for at, block in enumerate(self.blocks)
            if block.inside.tag == "h1" or (begins[at] and squashed(block.text) in titles)
        ]
        before = [at for at in headings if at <= first]
        return (before[-1] if before else headings[0] if headings else -1), first, last

    def _held(self) -> tuple[Table, Table]:
        """The numbers of the serious blocks' containers, and what the names on and above them weigh."""
        inside = [self.blocks[at].inside for at in self.serious]
        for number in self._chains(inside):
            self.places.speak(number, self.known, self.weights)
        values: dict[int, tuple[float, ...]] = {}
        sums: dict[int, float] = {}
        for container in inside:
            number = container.number
            if number not in values:
                values[number] = self.places.values(number)
                sums[number] = self.places.all[number].weight + self._own(container)
        return (
            np.array([values[container.number] for container in inside], dtype=np.float64),
            np.array([sums[container.number] for container in inside], dtype=np.float64),
        )

    @staticmethod
    def _chains(inside: Sequence[Container]) -> list[int]:
        """The numbers of these containers and all above them, from the outside in."""
        wanted: set[int] = set()
        for inner in inside:
            container: Container | None = inner
            while container is not None and container.number not in wanted:
                wanted.add(container.number)
                container = container.above
        return sorted(wanted)

    def _own(self, container: Container) -> float:
        above = container.above
        return self._weight("o", container) + (self._weight("u", above) if above else 0.0)

    def _said(self, role: str, container: Container) -> list[str]:
        return [f"{role}:{word}" for word in spoken(container.words, self.known)] + [f"{role}t:{container.tag}"]

    def _weight(self, role: str, container: Container) -> float:
        key = (role, container.tag, container.words)
        if key not in self.own_sums:
            self.own_sums[key] = weighted(self._said(role, container), self.weights)
        return self.own_sums[key]

    def _beside(self) -> Table:
        """The numbers of the serious blocks that come of their place in the order, as BESIDE_VALUES."""
        at = np.array(self.serious)
        many, heading, first, last = len(self.blocks), self.heading, self.first, self.last
        below = at - heading
        near_prose = window(self.prose > 0)[at] / 10
        is_link = self.linked[at] > LINKED
        is_best = np.array(self.places.inside_best)[self.inside[at]]
        neighbours, alike = self._neighbours(at)
        columns = [
            np.ones(len(at)), at / many, at < heading, at == heading, (below > 0) & (below <= 3),
            (below > 0) & (below <= 8), at < first, at > last, (at >= first) & (at <= last),
            np.clip(first - at, 0, 10) / 10, np.clip(at - last, 0, 10) / 10, np.clip(at - last, 0, 30) / 30,
            (heading >= 0) & (at > heading) & (at < first), near_prose, window(self.linked)[at] / 10,
            np.full(len(at), np.log1p(self.places.total) / 10), np.full(len(at), min(many, 400) / 400), *neighbours,
            (at < 3) | (at >= many - 3), is_link * near_prose, is_link & alike,
            (self.width[at] < MAX_LINK) & (at > last), (at > last) & ~is_best, (at < first) & ~is_best,
            (self.width[at] >= 120) & (at >= first) & (at <= last) & ~is_link,
        ]  # fmt: skip
        return np.column_stack(columns).astype(np.float64)

    def _neighbours(self, at: NDArray[Any]) -> tuple[list[NDArray[Any]], NDArray[Any]]:
        """Of the blocks up to three steps away: link, width, prose, whether they look alike, share the container.

        The farther, the less of it; and whether one right beside looks alike.
        """
        rows = np.column_stack([self.linked, np.log1p(self.width) / 6, self.prose > 0, self.kinds, self.inside])
        pad = np.zeros((max(DISTANCES), rows.shape[1]))
        pad[:, 3:] = -1
        padded = np.vstack([pad, rows, pad])
        found: list[NDArray[Any]] = []
        alike = np.zeros(len(at), dtype=bool)
        for distance in DISTANCES:
            for step in (-distance, distance):
                other = padded[at + max(DISTANCES) + step]
                is_alike = other[:, 3] == rows[at, 3]
                beside = other[:, 4] == self.inside[at]
                found += [other[:, 0], other[:, 1], other[:, 2], is_alike, beside][: 6 - distance]
                alike |= is_alike if distance == 1 else False
        return found, alike


def keys_of(things: Sequence[Any]) -> NDArray[Any]:
    """Equal things by equal numbers, from 0."""
    known: dict[Any, int] = {}
    return np.array([known.setdefault(thing, len(known)) for thing in things])


def window(values: NDArray[Any]) -> Table:
    """For each place the sum of its neighbours, five on either side."""
    sums = running(values)
    at = np.arange(len(values))
    many = len(values)
    found: Table = sums[np.minimum(many, at + NEAR + 1)] - sums[np.maximum(0, at - NEAR)] - values
    return found


def running(values: NDArray[Any]) -> Table:
    """The sums of the first 0, 1, 2, … values."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums
