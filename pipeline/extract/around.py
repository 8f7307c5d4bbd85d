"""The second round of evidence: what the first said around a block, in its container, and of blocks that look alike."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from pipeline.extract.evidence import MIN_PROSE, First, running
from pipeline.parse.blocks import Container

AROUND_NAMES = """
one q logit q-1 q-2 q-3 q+1 q+2 q+3 l-1 l+1 mass0 rate0 mass1 rate1 mass2 rate2 mass3 rate3 look_mass look_rate
looks_mass looks_rate around above below before after between farther_before farther_after sum total rate
"""
AROUND_VALUES = tuple(AROUND_NAMES.split())


class Around:
    """The numbers of the second round, from the probabilities of the first."""

    def __init__(self, first: First, chances: Sequence[float]) -> None:
        self.first, self.chances = first, chances
        self.widths = [block.width for block in first.blocks]
        self.mass = [chance * width for chance, width in zip(chances, self.widths, strict=True)]
        self.total = sum(self.mass) or 1.0
        self.rate = self.total / (sum(self.widths) or 1.0)
        self._sum()
        sure = [at for at, chance in enumerate(chances) if chance > 0.7 and self.widths[at] > MIN_PROSE]
        self.low, self.high = (sure[0], sure[-1]) if sure else (0, len(chances))
        self.sums = running(self.mass)
        self.wides = running(self.widths)
        self.by_place: dict[int, tuple[float, ...]] = {}

    def _sum(self) -> None:
        places = self.first.places
        self.masses = [0.0] * len(places)
        self.all = [0.0] * len(places)
        looks: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for block, mass, width in zip(self.first.blocks, self.mass, self.widths, strict=True):
            self.masses[block.inside.number] += mass
            self.all[block.inside.number] += width
            for key in _looks(block.inside):
                looks[key][0] += mass
                looks[key][1] += width
        self.looks = looks
        for place in reversed(places):
            if place.container.above is not None:
                self.masses[place.container.above.number] += self.masses[place.container.number]
                self.all[place.container.above.number] += self.all[place.container.number]

    def numbers(self, at: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of AROUND_VALUES."""
        chances, many = self.chances, len(self.chances)
        chance = chances[at]
        inside = self.first.blocks[at].inside
        near = [chances[at + step] if 0 <= at + step < many else 0.0 for step in (-1, -2, -3, 1, 2, 3)]
        return (
            1.0,
            chance,
            max(-6.0, min(6.0, math.log((chance + 1e-4) / (1 - chance + 1e-4)))) / 6,
            *near,
            min(self.widths[at - 1], 300.0) / 300 * chances[at - 1] if at else 0.0,
            min(self.widths[at + 1], 300.0) / 300 * chances[at + 1] if at + 1 < many else 0.0,
            *self._of_place(inside),
            self._share(at - 6, at + 7, at),
            self._share(at - 8, at, None),
            self._share(at + 1, at + 9, None),
            at < self.low,
            at > self.high,
            self.low <= at <= self.high,
            min(20, max(0, self.low - at)) / 20,
            min(20, max(0, at - self.high)) / 20,
            self.sums[at] / self.total,
            math.log1p(self.total) / 10,
            self.rate,
        )

    def _of_place(self, inside: Container) -> tuple[float, ...]:
        known = self.by_place.get(inside.number)
        if known is None:
            values: list[float] = []
            container = inside
            for _ in range(4):
                values += [self.masses[container.number] / self.total, _rate(self.masses, self.all, container.number)]
                container = container.above or container
            for key in _looks(inside):
                mass, width = self.looks[key]
                values += [mass / self.total, mass / (width or 1.0)]
            known = self.by_place[inside.number] = tuple(values)
        return known

    def _share(self, start: int, end: int, without: int | None) -> float:
        start, end = max(0, start), min(len(self.mass), end)
        mass, width = self.sums[end] - self.sums[start], self.wides[end] - self.wides[start]
        if without is not None:
            mass, width = mass - self.mass[without], width - self.widths[without]
        return mass / width if width > 0 else 0.0


def _looks(inside: Container) -> tuple[tuple[str, str], tuple[str, str]]:
    return (inside.look, inside.above.look if inside.above else ""), (inside.look, "*")


def _rate(masses: Sequence[float], widths: Sequence[float], number: int) -> float:
    return masses[number] / (widths[number] or 1.0)
