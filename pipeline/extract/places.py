"""What stands for and against the elements that hold a page's blocks: shares of its prose and links, their names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extract.lines import MIN_TERMS, Lines
from pipeline.extract.naming import named_above
from pipeline.parse.blocks import Block, Container

# Prose is a line that is mostly no link and at least this wide.
MIN_PROSE = 60
MAX_PROSE_LINK = 0.35
DECAY = 0.6
FAR = 10

PLACE_NAMES = """
hidden inbest intop share_own link_own share_above link_above share_high link_high look look_above up meets down
branch_share branch_link branch_many title_own title_above title_high title_best described_above heading_up
heading_down heading_share heading_link many_own many_above mean_above prose_above
"""
PLACE_VALUES = tuple(PLACE_NAMES.split())

_NONE: frozenset[str] = frozenset()
_BANNED = frozenset({"<nav>", "<footer>", "comment", "comments", "related", "sidebar", "<aside>"})


@dataclass(slots=True)
class Place:
    """What is known of a container: sums over what lies below it, and how it stands to the best one.

    `first`, `wide` and `told` are of the blocks at most one level below: how many, how wide, how many of prose.
    """

    container: Container
    prose: float = 0.0
    width: float = 0.0
    linked: float = 0.0
    many: int = 0
    own: float = 0.0
    deep: float = 0.0
    banned: bool = False
    hidden: bool = False
    up: int = 0
    meets: int = 0
    branch: int = -1
    near: int = 0
    wide: float = 0.0
    told: int = 0
    names: frozenset[str] = _NONE
    weight: float = 0.0


def prose_of(block: Block) -> float:
    """The width of a block that is prose, else 0."""
    return block.width if block.linked < MAX_PROSE_LINK and block.width >= MIN_PROSE else 0.0


class Places:
    """The containers of a page; `heading` is the one that holds its headline, where that is known."""

    def __init__(self, containers: Sequence[Container], blocks: Sequence[Block], prose: Sequence[float]) -> None:
        self.blocks, self.prose = blocks, prose
        self.total = sum(prose) or 1.0
        self.all = [Place(container) for container in containers]
        self._sum()
        self.best = max(self.all, key=lambda place: 0.0 if place.banned else place.own + place.deep)
        self._stand()
        self._look()
        self.heading: dict[int, int] = {}
        self.titled: dict[int, set[str]] = {}
        self.described: dict[int, set[str]] = {}
        self.most = 1

    def know(self, heading: Container | None, lines: Lines) -> None:
        """Take in where the headline stands, and which lines speak of what it says."""
        depth = 0
        while heading is not None:
            self.heading[heading.number] = depth
            heading, depth = heading.above, depth + 1
        titled: defaultdict[int, set[str]] = defaultdict(set)
        described: defaultdict[int, set[str]] = defaultdict(set)
        for at, (of_title, of_description) in lines.topical.items():
            for number in _three_up(self.blocks[at].inside):
                titled[number] |= of_title
                described[number] |= of_description
        self.titled, self.described = titled, described
        self.titles = max(MIN_TERMS, len(lines.titles))
        self.descriptions = max(MIN_TERMS, len(lines.description))
        self.most = max(map(len, titled.values()), default=1) or 1

    def values(self, number: int) -> tuple[float, ...]:
        """The numbers of a container, in the order of PLACE_VALUES."""
        places, total = self.all, self.total
        place = places[number]
        container = place.container
        above = places[container.above.number] if container.above else place
        high = places[above.container.above.number] if above.container.above else above
        meets = places[place.meets]
        branch = places[place.branch] if place.branch >= 0 else None
        of_above = len(self.titled.get(above.container.number, ()))
        return (
            place.hidden,
            self.inside_best[number],
            self.inside_top[number],
            place.prose / total,
            place.linked / (place.width or 1.0),
            above.prose / total,
            above.linked / (above.width or 1.0),
            high.prose / total,
            high.linked / (high.width or 1.0),
            self.looks[container.look] / total,
            self.looks_above[above.container.look] / total,
            min(place.up, 8) / 8,
            meets.prose / total,
            min(self.depth.get(place.meets, 8), 8) / 8,
            branch.prose / total if branch else 0.0,
            branch.linked / (branch.width or 1.0) if branch else 0.0,
            min(branch.many, 30) / 30 if branch else 0.0,
            len(self.titled.get(number, ())) / self.titles,
            of_above / self.titles,
            len(self.titled.get(high.container.number, ())) / self.titles,
            of_above / self.most,
            len(self.described.get(above.container.number, ())) / self.descriptions,
            *self._to_heading(container),
            min(1.0, math.log1p(place.near) / 4),
            min(1.0, math.log1p(above.near) / 4),
            min(1.0, above.wide / max(1, above.near) / 300),
            above.told / max(1, above.near),
        )

    def speak(self, number: int, known: frozenset[str], weights: Mapping[str, float]) -> None:
        """Read the words on a container, and weigh them and those above it."""
        place = self.all[number]
        container = place.container
        above = self.all[container.above.number] if container.above else None
        place.names, place.weight = (above.names, above.weight) if above else (_NONE, 0.0)
        place.hidden = (above is not None and above.hidden) or container.is_hidden
        if container.words:
            fresh = [name for name in named_above(container.words, known) if name not in place.names]
            if fresh:
                place.names = place.names.union(fresh)
                place.weight += weighted(fresh, weights)

    def _sum(self) -> None:
        for block, prose in zip(self.blocks, self.prose, strict=True):
            place = self.all[block.inside.number]
            place.prose += prose
            place.own += prose
            place.width += block.width
            place.linked += block.linked * block.width
            place.many += 1
            place.told += prose > 0
        for place in self.all:
            place.near, place.wide = place.many, place.width
        for place in reversed(self.all):
            above = place.container.above
            if above is None or not place.many:
                continue
            outer = self.all[above.number]
            outer.prose += place.prose
            outer.width += place.width
            outer.linked += place.linked
            outer.many += place.many
            if place.prose:
                place.banned = not place.container.words.isdisjoint(_BANNED)
                if not place.banned:
                    outer.deep += place.own + DECAY * place.deep
        self._sum_near()

    def _sum_near(self) -> None:
        own = [(place.near, place.wide, place.told) for place in self.all]
        for place, (near, wide, told) in zip(self.all, own, strict=True):
            if near and place.container.above is not None:
                outer = self.all[place.container.above.number]
                outer.near += near
                outer.wide += wide
                outer.told += told

    def _stand(self) -> None:
        above: set[int] = set()
        chain: Container | None = self.best.container
        self.depth: dict[int, int] = {}
        while chain is not None:
            self.depth[chain.number] = len(above)
            above.add(chain.number)
            chain = chain.above
        for place in self.all:
            number = place.container.number
            if number in above:
                place.meets = number
                continue
            outer = self.all[place.container.above.number if place.container.above else 0]
            place.meets, place.up = outer.meets, outer.up + 1
            place.branch = outer.branch if outer.branch >= 0 else number
        self.inside_best = self._below(self.best)
        self.inside_top = self._below(self._top())

    def _top(self) -> Place:
        """The container around the best one that takes in more of the page's prose with each step."""
        top = self.best
        while (outer_container := top.container.above) is not None:
            outer = self.all[outer_container.number]
            if not (outer.prose > 1.15 * top.prose and outer.prose - top.prose > 150):
                break
            top = outer
        return top

    def _below(self, top: Place) -> list[bool]:
        """Whether each container is this one or inside it; those inside follow it without a gap."""
        begin = end = top.container.number
        for place in self.all[begin + 1 :]:
            if place.container.above is None or place.container.above.number < begin:
                break
            end += 1
        found = [False] * len(self.all)
        found[begin : end + 1] = [True] * (end + 1 - begin)
        return found

    def _look(self) -> None:
        self.looks: defaultdict[str, float] = defaultdict(float)
        self.looks_above: defaultdict[str, float] = defaultdict(float)
        for place in self.all:
            if place.own:
                self.looks[place.container.look] += place.own
                if place.container.above:
                    self.looks_above[place.container.above.look] += place.own

    def _to_heading(self, container: Container) -> tuple[float, float, float, float]:
        """Levels up to the container that also holds the headline, and down from there; that one's prose and links."""
        inner: Container | None = container
        up = 0
        while inner is not None and inner.number not in self.heading:
            inner, up = inner.above, up + 1
        if inner is None:
            return 0.0, 0.0, 0.0, 0.0
        place = self.all[inner.number]
        down = self.heading[inner.number]
        return (
            min(up, FAR) / FAR,
            min(down, FAR) / FAR,
            place.prose / self.total,
            place.linked / (place.width or 1.0),
        )


def weighted(names: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum([weights.get(name, 0.0) for name in names])


def _three_up(container: Container | None) -> Iterable[int]:
    for _ in range(3):
        if container is None:
            return
        yield container.number
        container = container.above
