"""Which story an article belongs to, and what it follows up: asked of the store, decided by dedup (Tx B)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.dedup.fingerprint import DIGESTS, placed_at
from pipeline.dedup.follow import UNMARKED, Telling, follow_up, stage, translation
from pipeline.dedup.story import (
    WINDOW,
    Profile,
    hashes,
    likeness,
    paired_keys,
    profile,
    story_keys,
    story_score,
    weighed,
)
from pipeline.model import Article
from pipeline.store import ProfileRow, Transaction

# Keys that two articles must share to be compared; a flash has few, so for it and what may follow it one is enough.
LEAST_SHARED = 2
MOST_COMPARED, MOST_MEMBERS = 16, 16
# A story of so many articles that turns out to be another one's becomes part of it.
MOST_ABSORBED = 4


_Other = tuple[ProfileRow, Profile]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Puts articles into stories; `quietly`, where all of them are put anew."""

    quietly: bool = False

    def add(self, tx: Transaction, number: int, article: Article, terms: bytes, original: int | None) -> None:
        """Count the terms of a new article, and put it into the story it fits best."""
        tx.stories.count(hashes(terms))
        row = ProfileRow(
            number, article.source, article.url, article.sort_at, article.language, None, original,
            article.first_seen_at, article.published.origin if article.published else None, list(article.signals), b"",
        )  # fmt: skip
        self._place(tx, row, terms)

    def again(self, tx: Transaction, number: int, terms: bytes) -> None:
        """The same for an article that is stored."""
        tx.stories.count(hashes(terms))
        (row,) = tx.stories.profiles([number])
        self._place(tx, row, terms)

    def change(self, tx: Transaction, number: int, terms: bytes) -> None:
        """Put an article that has another text now into the story it fits best, if it is in none."""
        (row,) = tx.stories.profiles([number])
        tx.relations.drop(number, ("follow-up", "translation"))
        self._place(tx, row, terms)

    def _place(self, tx: Transaction, row: ProfileRow, terms: bytes) -> None:
        counted, articles = tx.stories.counted(hashes(terms))
        row = row._replace(terms=weighed(terms, counted, articles))
        tx.stories.keep(row.id, row.terms)
        if DIGESTS & set(row.signals):
            return
        me = _profile(row)
        keys = story_keys(me)
        shared = tx.stories.index.near(keys, me.at, WINDOW)
        shared.pop(row.id, None)
        tx.stories.index.remember(row.id, keys, me.at)
        least = LEAST_SHARED if stage(row.signals) == UNMARKED else 1
        others = [(other, _profile(other)) for other in self._others(tx, shared, set(paired_keys(me)), least)]
        self._follow(tx, row, me, others)
        if row.story is None:
            self._enter(tx, row, me, others)

    def _enter(self, tx: Transaction, row: ProfileRow, me: Profile, others: Sequence[_Other]) -> None:
        """Put an article into the story of its original, or that it fits best; what is the same event goes with it."""
        if row.original is not None:
            story = self._begun(tx, row.original, tx.stories.story_of(row.original))
            tx.stories.assign(row.id, story, quietly=self.quietly)
            return
        fits = _fits(me, others)
        if not fits:
            return
        best, *rest = fits
        self._begun(tx, best, next(one.story for one, _ in others if _story(one) == best))
        tx.stories.assign(row.id, best, quietly=self.quietly)
        for other in rest:
            if _is_one_event([me, *_told(others, best)], _told(others, other)):
                for member, _ in _members(others, other):
                    tx.stories.assign(member.id, best, quietly=self.quietly)

    def _begun(self, tx: Transaction, first: int, story: int | None) -> int:
        """The story of an article, begun with it if it stood alone so far."""
        if story is None:
            tx.stories.assign(first, first, quietly=self.quietly)
        return story or first

    def _others(
        self, tx: Transaction, shared: Mapping[int, set[int]], paired: set[int], least: int
    ) -> list[ProfileRow]:
        """The articles to compare with: those that share most, and the newest of their stories."""
        wanted = [one for one, common in shared.items() if len(common) >= least or common & paired]
        found = tx.stories.profiles(wanted)
        found.sort(key=lambda row: (-len(shared[row.id]), row.sort_at, row.source, row.url))
        found = found[:MOST_COMPARED]
        stories = {row.story for row in found if row.story is not None}
        more = set(tx.stories.members(stories, MOST_MEMBERS)) - {row.id for row in found}
        return [*found, *tx.stories.profiles(more)]

    def _follow(self, tx: Transaction, row: ProfileRow, me: Profile, others: Sequence[_Other]) -> None:
        """Link flash, brief and dispatch of one source, and one source's texts in two languages."""
        mine = _telling(row, me)
        for other, told in others:
            theirs = _telling(other, told)
            later, earlier = (mine, theirs) if theirs.order < mine.order else (theirs, mine)
            for found in (follow_up(later, earlier), translation(later, earlier)):
                if found is not None:
                    tx.relations.link(later.profile.id, found, quietly=self.quietly)


def _fits(me: Profile, others: Sequence[_Other]) -> list[int]:
    """The stories that an article fits, the best first; one that stands alone is named by itself."""
    likenesses: dict[int, list[float]] = defaultdict(list)
    first: dict[int, tuple[datetime, str]] = {}
    for row, other in others:
        value = likeness(me, other)
        if value is not None:
            likenesses[_story(row)].append(value)
            first.setdefault(_story(row), (row.sort_at, row.url))
    scores = {story: story_score(many) for story, many in likenesses.items()}
    fitting = [story for story, score in scores.items() if score > 0]
    return sorted(fitting, key=lambda story: (-scores[story], first[story]))


def _is_one_event(story: Sequence[Profile], small: Sequence[Profile]) -> bool:
    """Whether a small story, which began beside a larger one, is about the same: its articles fit that as well."""
    if len(small) > MOST_ABSORBED:
        return False
    scores = []
    for one in small:
        likenesses = [value for other in story if (value := likeness(one, other)) is not None]
        scores.append(story_score(likenesses) if likenesses else -1.0)
    return sum(scores) > 0


def _members(others: Sequence[_Other], story: int) -> list[_Other]:
    return [one for one in others if _story(one[0]) == story]


def _told(others: Sequence[_Other], story: int) -> list[Profile]:
    return [told for _, told in _members(others, story)]


def _story(row: ProfileRow) -> int:
    return row.story or row.original or row.id


def _profile(row: ProfileRow) -> Profile:
    return profile(row.id, placed_at(row.sort_at, row.first_seen_at, row.published_from), row.language, row.terms)


def _telling(row: ProfileRow, one: Profile) -> Telling:
    return Telling(one, row.source, tuple(row.signals), (row.sort_at, row.source, row.url))
