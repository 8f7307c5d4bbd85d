"""Which story an article belongs to, and what it follows up: asked of the store, decided by dedup (Tx B)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.dedup.fingerprint import DIGESTS, placed_at
from pipeline.dedup.follow import Telling, follow_up, translation
from pipeline.dedup.story import (
    WINDOW,
    Profile,
    hashes,
    likeness,
    profile,
    story_keys,
    story_score,
    weighed,
)
from pipeline.store import ProfileRow, Transaction

# Keys that two articles must share to be compared.
LEAST_SHARED = 2
MOST_COMPARED, MOST_MEMBERS = 24, 60


_Other = tuple[ProfileRow, Profile]


class Grouping:
    """Puts articles into stories."""

    def add(self, tx: Transaction, number: int, terms: bytes) -> None:
        """Count an article's terms, and put it into the story it fits best."""
        tx.stories.count(hashes(terms))
        self.place(tx, number, terms)

    def place(self, tx: Transaction, number: int, terms: bytes) -> None:
        """Put an article into the story it fits best, and link it to what it follows up."""
        counted, articles = tx.stories.counted(hashes(terms))
        tx.stories.keep(number, weighed(terms, counted, articles))
        (row,) = tx.stories.profiles([number])
        if DIGESTS & set(row.signals):
            return
        me = _profile(row)
        keys = story_keys(me)
        shared = tx.stories.index.near(keys, me.at, WINDOW)
        shared.pop(number, None)
        tx.stories.index.remember(number, keys, me.at)
        others = [(row, _profile(row)) for row in self._others(tx, shared)]
        self._follow(tx, row, me, others)
        if row.original is not None:
            self._join(tx, row, row.original)
            return
        best = self._best(me, others)
        if best is not None:
            self._join(tx, row, best)

    def _others(self, tx: Transaction, shared: Mapping[int, set[int]]) -> list[ProfileRow]:
        """The articles to compare with: those that share most, and the newest of their stories."""
        wanted = [one for one, common in shared.items() if len(common) >= LEAST_SHARED]
        found = tx.stories.profiles(wanted)
        found.sort(key=lambda row: (-len(shared[row.id]), row.sort_at, row.source, row.url))
        found = found[:MOST_COMPARED]
        stories = {row.story for row in found if row.story is not None}
        more = set(tx.stories.members(stories, MOST_MEMBERS)) - {row.id for row in found}
        return [*found, *tx.stories.profiles(more)]

    def _best(self, me: Profile, others: Sequence[_Other]) -> int | None:
        """The story (named by its first article, or one that is alone so far) that an article fits best."""
        fits: dict[int, list[tuple[float, ProfileRow]]] = defaultdict(list)
        for row, other in others:
            value = likeness(me, other)
            if value is not None:
                fits[row.story or row.original or row.id].append((value, row))
        scored = [(story_score([value for value, _ in many]), many[0][1], story) for story, many in fits.items()]
        best = max(scored, key=lambda one: (one[0], one[1].sort_at, one[1].url), default=None)
        return best[2] if best and best[0] > 0 else None

    def _join(self, tx: Transaction, row: ProfileRow, other: int) -> None:
        """Put an article into the story of another one, which begins with that if it was alone."""
        (first,) = tx.stories.profiles([other])
        story = first.story or first.id
        tx.stories.assign(first.id, story)
        tx.stories.assign(row.id, story)

    def _follow(self, tx: Transaction, row: ProfileRow, me: Profile, others: Sequence[_Other]) -> None:
        """Link flash, brief and dispatch of one source, and one source's texts in two languages."""
        mine = _telling(row, me)
        tx.relations.drop(row.id, ("follow-up", "translation"))
        for other, told in others:
            theirs = _telling(other, told)
            later, earlier = (mine, theirs) if theirs.order < mine.order else (theirs, mine)
            for found in (follow_up(later, earlier), translation(later, earlier)):
                if found is not None:
                    tx.relations.link(later.profile.id, found)


def _profile(row: ProfileRow) -> Profile:
    return profile(row.id, placed_at(row.sort_at, row.first_seen_at, row.published_from), row.language, row.terms)


def _telling(row: ProfileRow, one: Profile) -> Telling:
    return Telling(one, row.source, tuple(row.signals), (row.sort_at, row.source, row.url))
