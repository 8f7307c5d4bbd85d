"""What speaks for and against a block being a paragraph of the article: numbers, read off the page alone.

Two rounds.  In the first, here, each block is seen with the element that holds it, the shares of the page's prose
around it and its neighbours; the second (around.py) looks at what the first one said.  The weights of these numbers
are learnt (docs/develop.md says how) and lie in weights.json.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extract.naming import spoken
from pipeline.parse.blocks import Block, Container, Layout

# Prose is a line that is mostly no link and at least this wide.
MIN_PROSE = 60
MAX_PROSE_LINK = 0.35
DECAY = 0.6
# A line like this is a link of a list; between two of its kind it is never looked at.
LINKED = 0.9
MAX_LINK = 60
NEAR = 5
# So much of a block is read for what kind of line it is.
MAX_READ = 150

SENTENCE_END = re.compile(r"[.!?。！？…:;\"”»'’)\]」』﹒।۔]\s*$")
COMMAS = ",，、،"
DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:h]\d\d")
DIGIT = re.compile(r"\d")
# What sites print between the paragraphs that is no part of them, in the languages of the wires.
ASIDES = """
read more|also read|see also|related|follow us|subscribe|sign up|click here|newsletter|share this|share on|all rights
copyright|©|cookie|log in|login|advertis|getty images|photo:|image:|lesen sie|mehr zum|lire aussi|leia também
lea también|читайте|подпис|еще по теме|コメント|責任編集|责任编辑|相关|分享|czytaj|zobacz też|διαβάστε|σχετικά
关键词|编辑|来源|无断|無断|저작권|기자
"""
ASIDE = re.compile(ASIDES.strip().replace("\n", "|"))


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page says elsewhere: its titles, its description and JSON-LD's articleBody, squashed and casefolded."""

    titles: frozenset[str] = frozenset()
    description: str = ""
    article: str = ""


@dataclass(slots=True)
class Place:
    """What is known of a container: sums over what lies below it, and how it stands to the best one."""

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
    names: frozenset[str] = frozenset()
    sums: tuple[float, ...] = ()
    values: tuple[float, ...] = ()


def hints_of(titles: Iterable[str], description: str | None, article: Iterable[str]) -> Hints:
    """The hints of a page from what it declares."""
    known = squashed(description or "")
    return Hints(
        frozenset(squashed(title) for title in titles), known if len(known) > 30 else "", squashed(" ".join(article))
    )


def squashed(text: str) -> str:
    return " ".join(text.split()).casefold()


PLACE_NAMES = """
hidden inbest intop share_own link_own share_above link_above share_high link_high look look_above up meets down
branch_share branch_link branch_many
"""
PLACE_VALUES = tuple(PLACE_NAMES.split())
BLOCK_NAMES = """
one width wide short long very_long link link_full link_half link_none bold end commas digits upper date aside
aside_short broken words position before_heading is_heading near_heading nearer_heading before after between
far_before far_after farther_after under_heading twice often is_title in_description has_article in_article
not_in_article near_prose near_link list_link prose_of_page blocks_of_page l-1 w-1 p-1 s-1 c-1 l+1 w+1 p+1 s+1
c+1 l-2 w-2 p-2 s-2 l+2 w+2 p+2 s+2 l-3 w-3 p-3 l+3 w+3 p+3 edge link_in_prose link_alike link_upper link_bold
link_unended short_unended short_after outside_after outside_before unended_paragraph long_between
aside_unlinked
"""
BLOCK_VALUES = tuple(BLOCK_NAMES.split())


class First:
    """The numbers of the first round: of each container once, of each block in turn."""

    def __init__(
        self, layout: Layout, hints: Hints, known: frozenset[str], weights: Sequence[Mapping[str, float]] = ()
    ) -> None:
        self.blocks = layout.blocks
        self.weights = weights
        self.own_sums: dict[tuple[str, str, frozenset[str], int], float] = {}
        self.hints = hints
        self.known = known
        self.prose = [_prose(block) for block in self.blocks]
        self.total = sum(self.prose) or 1.0
        self.places = [Place(container) for container in layout.containers]
        self._sum()
        self.best = self._best()
        self._stand()
        self._look()
        self._mark()
        self.serious = [at for at in range(len(self.blocks)) if not self.trivial(at)]
        self._name()

    def trivial(self, at: int) -> bool:
        """Whether a block is a link among links."""
        return all(
            self.blocks[near].linked >= LINKED and self.blocks[near].width < MAX_LINK
            for near in range(max(0, at - 1), min(len(self.blocks), at + 2))
        )

    def _sum(self) -> None:
        for block, prose in zip(self.blocks, self.prose, strict=True):
            place = self.places[block.inside.number]
            place.prose += prose
            place.own += prose
            place.width += block.width
            place.linked += block.linked * block.width
            place.many += 1
        for place in reversed(self.places):
            above = place.container.above
            if above is None:
                continue
            outer = self.places[above.number]
            outer.prose += place.prose
            outer.width += place.width
            outer.linked += place.linked
            outer.many += place.many
            if not place.prose:
                continue
            place.banned = not place.container.words.isdisjoint(_BANNED)
            if not place.banned:
                outer.deep += place.own + DECAY * place.deep

    def _best(self) -> Place:
        """The container whose prose lies nearest to it: sums fall by DECAY a level."""
        return max(self.places, key=lambda place: 0.0 if place.banned else place.own + place.deep)

    def _stand(self) -> None:
        above: set[int] = set()
        chain: Container | None = self.best.container
        depth: dict[int, int] = {}
        while chain is not None:
            depth[chain.number] = len(above)
            above.add(chain.number)
            chain = chain.above
        self.depth = depth
        for place in self.places:
            number = place.container.number
            if number in above:
                place.meets = number
                continue
            outer = self.places[place.container.above.number if place.container.above else 0]
            place.meets, place.up = outer.meets, outer.up + 1
            place.branch = outer.branch if outer.branch >= 0 else number
        top = self.best
        while (outer_container := top.container.above) is not None:
            outer = self.places[outer_container.number]
            if not (outer.prose > 1.15 * top.prose and outer.prose - top.prose > 150):
                break
            top = outer
        self.inside_best = self._below(self.best)
        self.inside_top = self._below(top)

    def _below(self, top: Place) -> list[bool]:
        found = [False] * len(self.places)
        for place in self.places:
            number = place.container.number
            above = place.container.above
            found[number] = place is top or (above is not None and found[above.number])
        return found

    def _look(self) -> None:
        self.looks: defaultdict[str, float] = defaultdict(float)
        self.looks_above: defaultdict[str, float] = defaultdict(float)
        for place in self.places:
            if place.own:
                self.looks[place.container.look] += place.own
                if place.container.above:
                    self.looks_above[place.container.above.look] += place.own

    def _name(self) -> None:
        """Of the containers of serious blocks and those around them: their words, and what hides them."""
        wanted: set[int] = set()
        for at in self.serious:
            container: Container | None = self.blocks[at].inside
            while container is not None and container.number not in wanted:
                wanted.add(container.number)
                container = container.above
        for number in sorted(wanted):
            self._speak(self.places[number])
        for number in {self.blocks[at].inside.number for at in self.serious}:
            self.places[number].values = self._values(self.places[number])

    def _speak(self, place: Place) -> None:
        """The words on a container and above it, and the weights of them all."""
        container = place.container
        above = self.places[container.above.number] if container.above else None
        outer = above.names if above else _NONE
        names = (f"a:{word}" for word in spoken(container.words, self.known))
        fresh = [name for name in names if name not in outer]
        place.names = outer.union(fresh) if fresh else outer
        sums = above.sums if above else (0.0,) * len(self.weights)
        if fresh:
            sums = tuple(total + weighted(fresh, weights) for total, weights in zip(sums, self.weights, strict=True))
        place.sums = sums
        place.hidden = container.is_hidden or (above is not None and above.hidden)

    def own_names(self, place: Place) -> list[str]:
        """The names that are counted for a block in this container alone: its own words and tag, those right above."""
        container, above = place.container, place.container.above
        return [*self._said("o", container), *(self._said("u", above) if above else ())]

    def own_sum(self, place: Place, turn: int) -> float:
        """What these names weigh in a round; most containers share them with others."""
        container, above = place.container, place.container.above
        return self._weight("o", container, turn) + (self._weight("u", above, turn) if above else 0.0)

    def _said(self, role: str, container: Container) -> list[str]:
        return [f"{role}:{word}" for word in spoken(container.words, self.known)] + [f"{role}t:{container.tag}"]

    def _weight(self, role: str, container: Container, turn: int) -> float:
        key = (role, container.tag, container.words, turn)
        if key not in self.own_sums:
            self.own_sums[key] = weighted(self._said(role, container), self.weights[turn])
        return self.own_sums[key]

    def _values(self, place: Place) -> tuple[float, ...]:
        places, total = self.places, self.total
        container = place.container
        above = places[container.above.number] if container.above else place
        high = places[above.container.above.number] if above.container.above else above
        meets = places[place.meets]
        branch = places[place.branch] if place.branch >= 0 else None
        return (
            place.hidden,
            self.inside_best[container.number],
            self.inside_top[container.number],
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
        )

    def _mark(self) -> None:
        """The places in the order of blocks that others are measured from: first and last prose, the heading."""
        blocks = self.blocks
        self.seen = Counter(block.text for block in blocks)
        inside = [at for at, block in enumerate(blocks) if self.prose[at] and self.inside_best[block.inside.number]]
        self.first, self.last = (inside[0], inside[-1]) if inside else (0, len(blocks) - 1)
        titles = self.hints.titles
        headings = [
            at
            for at, block in enumerate(blocks)
            if block.inside.tag == "h1" or (block.width < 4 * MAX_READ and squashed(block.text) in titles)
        ]
        before = [at for at in headings if at <= self.first]
        self.heading = before[-1] if before else (headings[0] if headings else -1)
        self.near_prose = _window([float(prose > 0) for prose in self.prose])
        self.near_link = _window([block.linked for block in blocks])

    def numbers(self, at: int) -> tuple[float, ...]:
        """The numbers of a block, in the order of BLOCK_VALUES."""
        block = self.blocks[at]
        text, width, linked = block.text, block.width, block.linked
        many, heading, first, last = len(self.blocks), self.heading, self.first, self.last
        hints = self.hints
        flat = squashed(text[:MAX_READ])
        is_aside = ASIDE.search(flat) is not None
        seen = self.seen[text]
        below = at - heading
        in_article = bool(hints.article) and len(flat) > 15 and flat[:80] in hints.article
        words = len(flat.split())
        # What says more together than apart: a paragraph that is all link amid prose is a reference, not the text.
        is_link, is_short, is_ended = linked > LINKED, width < MIN_PROSE, bool(SENTENCE_END.search(text[-4:]))
        is_inside = self.inside_best[block.inside.number]
        before_it, after_it = self._near(at, -1, 5), self._near(at, 1, 5)
        return (
            1.0,
            math.log1p(width) / 6,
            min(width, 600.0) / 600,
            width < 25,
            width >= 120,
            width >= 300,
            linked,
            is_link,
            linked > 0.4,
            linked == 0,
            block.bold > 0.8,
            is_ended,
            min(5, sum(map(flat.count, COMMAS))) / 5,
            len(DIGIT.findall(flat)) / len(flat),
            text.isupper(),
            width < 60 and bool(DATE.search(text)),
            is_aside,
            is_aside and width < 120,
            block.broken,
            min(words, 50) / 50,
            at / many,
            at < heading,
            at == heading,
            0 < below <= 3,
            0 < below <= 8,
            at < first,
            at > last,
            first <= at <= last,
            min(10, max(0, first - at)) / 10,
            min(10, max(0, at - last)) / 10,
            min(30, max(0, at - last)) / 30,
            0 <= heading < at < first,
            seen > 1,
            seen > 3,
            width < 4 * MAX_READ and squashed(text) in hints.titles,
            bool(hints.description)
            and len(flat) > 20
            and (flat[:60] in hints.description or hints.description[:60] in flat),
            bool(hints.article),
            in_article,
            bool(hints.article) and len(flat) > 15 and not in_article,
            self.near_prose[at] / 10,
            self.near_link[at] / 10,
            linked > 0.5 and block.inside.tag in ("li", "ul", "ol"),
            math.log1p(self.total) / 10,
            min(many, 400) / 400,
            *before_it,
            *after_it,
            *self._near(at, -2, 4),
            *self._near(at, 2, 4),
            *self._near(at, -3, 3),
            *self._near(at, 3, 3),
            at < 3 or at >= many - 3,
            is_link * self.near_prose[at] / 10,
            is_link and before_it[3] + after_it[3] > 0,
            is_link and text.isupper(),
            linked > 0.6 and block.bold > 0.6,
            is_link and not is_ended,
            is_short and not is_ended,
            is_short and at > last,
            at > last and not is_inside,
            at < first and not is_inside,
            block.inside.tag == "p" and not is_ended,
            width >= 120 and first <= at <= last and not is_link,
            is_aside and not linked,
        )

    def _near(self, at: int, step: int, many: int) -> tuple[float, ...]:
        """So many numbers of a neighbour: its link, width, prose, whether it looks alike, whether it is beside it."""
        near = at + step
        if not 0 <= near < len(self.blocks):
            return (0.0,) * many
        other, inside = self.blocks[near], self.blocks[at].inside
        is_alike = other.inside.look == inside.look
        return (other.linked, _log(other.width), self.prose[near] > 0, is_alike, other.inside is inside)[:many]


_NONE: frozenset[str] = frozenset()
_BANNED = frozenset({"<nav>", "<footer>", "comment", "comments", "related", "sidebar", "<aside>"})


def _prose(block: Block) -> float:
    return block.width if block.linked < MAX_PROSE_LINK and block.width >= MIN_PROSE else 0.0


def _log(width: float) -> float:
    return math.log1p(width) / 6


def running(values: Sequence[float]) -> list[float]:
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums


def _window(values: Sequence[float]) -> list[float]:
    """For each place the sum of its neighbours, five on either side."""
    sums = running(values)
    many = len(values)
    return [sums[min(many, at + NEAR + 1)] - sums[max(0, at - NEAR)] - values[at] for at in range(many)]


def weighted(names: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) for name in names)
