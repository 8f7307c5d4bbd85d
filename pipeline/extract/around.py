"""The second round of evidence: what the first said around a block, in its container, and of blocks that look alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.evidence import First, Table, keys_of, running
from pipeline.extract.places import MIN_PROSE

LEVELS = 4
# The deepest container that has so much of what is taken to be the article: its core.
CORES = (0.9, 0.65)
LONG = 120
# Their containers hold one line each: lines of one kind stand in sibling elements.
LINE_TAGS = frozenset(("p", "li", "h2", "h3", "h4", "td"))

CORE_NAMES = "inside depth branch_rate branch_mass branch_width tag_rate tag_width kind_rate kind_width rate others"
AROUND_NAMES = f"""
q logit q-1 q-2 q-3 q+1 q+2 q+3 l-1 l+1 mass0 rate0 mass1 rate1 mass2 rate2 mass3 rate3 look_mass look_rate
looks_mass looks_rate around above below before after between farther_before farther_after sum total rate
{" ".join(f"core{core}_{name}" for core in (1, 2) for name in CORE_NAMES.split())}
long_before far_long_before long_after far_long_after long_least long_most
run_rate run_many run_width run_before run_after squared short_run least_run most_run short_between_long
"""
AROUND_VALUES = tuple(AROUND_NAMES.split())


class Around:
    """The numbers of the second round, from the probabilities of the first: one for each block of the page."""

    def __init__(self, first: First, chances: Table) -> None:
        self.first, self.chances = first, chances
        self.at = np.array(first.serious)
        self.width, self.inside = first.width, first.inside
        self.mass = chances * self.width
        self.total = float(self.mass.sum()) or 1.0
        self.parent = np.array([p.container.above.number if p.container.above else 0 for p in first.places.all])
        self.kinds = first.kinds
        self.tags = keys_of([block.inside.tag for block in first.blocks])
        # tag, whether it is mostly link, whether it is short
        self.sorts = self.tags * 4 + (first.linked > 0.5) * 2 + (self.width < MIN_PROSE)
        self.masses = self._up(self.mass)
        self.widths = self._up(self.width)

    def table(self) -> Table:
        """A row for each serious block, a column for each of AROUND_VALUES."""
        columns = [*self._near(), *self._levels(), *self._looks(), *self._order()]
        for share in CORES:
            columns += self._core(share)
        columns += self._long()
        return np.column_stack(columns)

    def _up(self, values: Table) -> Table:
        """The sums of each container, with all below it; a container is listed behind the one that holds it."""
        sums = np.bincount(self.inside, values, len(self.parent)).tolist()
        above = self.parent.tolist()
        for number in range(len(sums) - 1, 0, -1):
            sums[above[number]] += sums[number]
        return np.array(sums)

    def _near(self) -> list[Table]:
        """The chance of the block and of six neighbours, and how much of it is in two of them."""
        at = self.at
        padded = np.concatenate([np.zeros(3), self.chances, np.zeros(3)])
        widths = np.minimum(np.concatenate([np.zeros(3), self.width, np.zeros(3)]), 300) / 300
        chance = self.chances[at]
        logit = np.clip(np.log((chance + 1e-4) / (1 - chance + 1e-4)), -6, 6) / 6
        near = [padded[at + 3 + step] for step in (-1, -2, -3, 1, 2, 3)]
        return [chance, logit, *near, (padded * widths)[at + 2], (padded * widths)[at + 4]]

    def _levels(self) -> list[Table]:
        found: list[Table] = []
        container = self.inside[self.at]
        for _ in range(LEVELS):
            found += [self.masses[container] / self.total, _rate(self.masses, self.widths, container)]
            container = self.parent[container]
        return found

    def _looks(self) -> list[Table]:
        """Shares of all blocks whose containers look alike, with the one above and without."""
        found: list[Table] = []
        for keys in (self._kinds_above(), self.kinds):
            mass, width = np.bincount(keys, self.mass), np.bincount(keys, self.width)
            found += [mass[keys[self.at]] / self.total, _rate(mass, width, keys[self.at])]
        return found

    def _kinds_above(self) -> NDArray[Any]:
        """The look of each block's container with that of the one above, by number."""
        known: dict[tuple[str, str], int] = {}
        numbers: dict[int, int] = {}
        for block in self.first.blocks:
            inside = block.inside
            if inside.number not in numbers:
                pair = (inside.look, inside.above.look if inside.above else "")
                numbers[inside.number] = known.setdefault(pair, len(known))
        return np.array([numbers[block.inside.number] for block in self.first.blocks])

    def _order(self) -> list[Table]:
        """What lies around, before and after in the order of the page."""
        at, many = self.at, len(self.chances)
        sums, wides = running(self.mass), running(self.width)
        sure = np.flatnonzero((self.chances > 0.7) & (self.width > MIN_PROSE))
        low, high = (int(sure[0]), int(sure[-1])) if sure.size else (0, many)

        def share(start: NDArray[Any], end: NDArray[Any], *, without: bool = False) -> Table:
            start, end = np.maximum(start, 0), np.minimum(end, many)
            mass, width = sums[end] - sums[start], wides[end] - wides[start]
            if without:
                mass, width = mass - self.mass[at], width - self.width[at]
            return np.where(width > 0, mass / np.where(width > 0, width, 1), 0.0)

        return [
            share(at - 6, at + 7, without=True), share(at - 8, at), share(at + 1, at + 9), at < low, at > high,
            (at >= low) & (at <= high), np.clip(low - at, 0, 20) / 20, np.clip(at - high, 0, 20) / 20,
            sums[at] / self.total, np.full(len(at), np.log1p(self.total) / 10),
            np.full(len(at), self.total / (float(self.width.sum()) or 1.0)),
        ]  # fmt: skip

    def _core(self, share: float) -> list[Table]:
        """How the block stands in the core: in which of its branches, and what of its kind is taken there."""
        core = self._descended(share)
        branch, depth = self._branches(core)
        at = self.at
        inside = branch[self.inside] >= 0
        of = np.where(inside, branch[self.inside], 0)[at]
        total = self.widths[core] or 1.0
        width = np.where(self.widths[of] > 0, self.widths[of], 1.0)
        found = [
            np.ones(len(at)), np.minimum(depth[self.inside[at]], 6) / 6, self.masses[of] / width,
            self.masses[of] / self.total, width / total,
        ]  # fmt: skip
        for keys in (self.tags, self.sorts):
            mass, wide = np.bincount(keys, self.mass * inside), np.bincount(keys, self.width * inside)
            found += [_rate(mass, wide, keys[at]), wide[keys[at]] / total]
        found += [
            np.full(len(at), self.masses[core] / total),
            (self.masses[of] - self.mass[at]) / np.maximum(1.0, width - self.width[at]),
        ]
        return [column * inside[at] for column in found]

    def _descended(self, share: float) -> int:
        """The deepest container with so much of the mass; containers are listed from the outside in."""
        core = 0
        for number in np.flatnonzero(self.masses >= share * self.total).tolist():
            if self.parent[number] == core:
                core = number
        return int(core)

    def _branches(self, core: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """For each container the branch of the core it is in (the core for itself, -1 outside), and how far below."""
        above = self.parent.tolist()
        branch, depth = [-1] * len(above), [0] * len(above)
        branch[core] = core
        for number in range(core + 1, len(above)):
            outer = above[number]
            if branch[outer] >= 0:
                branch[number] = number if outer == core else branch[outer]
                depth[number] = depth[outer] + 1
        return np.array(branch), np.array(depth)

    def _long(self) -> list[Table]:
        """What the nearest long lines are, and the run of lines of one kind that the block is in."""
        at, many = self.at, len(self.chances)
        told = np.flatnonzero(self.first.prose >= LONG)
        place = np.searchsorted(told, at)
        chances = np.concatenate([[0.0], self.chances[told], [0.0]])
        where = np.concatenate([[0], told, [many - 1]])
        before, after = chances[place], chances[_next(told, at, place) + 1]
        far_before, far_after = at - where[place], where[_next(told, at, place) + 1] - at
        short = self.width[at] < MIN_PROSE
        rate, length, wide, ahead, behind = self._runs()
        chance = self.chances[at]
        return [
            before, np.minimum(far_before, 10) / 10, after, np.minimum(far_after, 10) / 10, np.minimum(before, after),
            np.maximum(before, after), rate, length, wide, ahead, behind, chance * chance, rate * short,
            np.minimum(rate, chance), np.maximum(rate, chance), short * np.minimum(before, after),
        ]  # fmt: skip

    def _runs(self) -> tuple[Table, ...]:
        """Of the run of neighbours of one look: its rate, length, width, and the chances right before and after it."""
        blocks, at = self.first.blocks, self.at
        kinds = self.kinds
        anchors = np.array(
            [b.inside.above.number if b.inside.above and b.inside.tag in LINE_TAGS else b.inside.number for b in blocks]
        )
        starts = np.ones(len(blocks), dtype=bool)
        starts[1:] = (kinds[1:] != kinds[:-1]) | (anchors[1:] != anchors[:-1])
        run = np.cumsum(starts) - 1
        mass, width, many = np.bincount(run, self.mass), np.bincount(run, self.width), np.bincount(run)
        begins = np.flatnonzero(starts)
        padded = np.concatenate([[0.0], self.chances, [0.0]])
        of = run[at]
        return (
            _rate(mass, width, of),
            np.minimum(many[of], 20) / 20,
            width[of] / (float(self.width.sum()) or 1.0),
            padded[begins[of]],
            padded[begins[of] + many[of] + 1],
        )


def _next(told: NDArray[Any], at: NDArray[Any], place: NDArray[Any]) -> NDArray[Any]:
    """The place of the next long line, not counting the block itself."""
    if not told.size:
        return place
    is_itself = told[np.minimum(place, told.size - 1)] == at
    found: NDArray[Any] = place + (is_itself & (place < told.size))
    return found


def _rate(masses: NDArray[Any], widths: NDArray[Any], at: NDArray[Any]) -> Table:
    wide = widths[at]
    found: Table = masses[at] / np.where(wide > 0, wide, 1.0)
    return found
