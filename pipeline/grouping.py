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
    likenesses,
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
MOST_COMPARED, MOST_MEMBERS = 12, 12
# A story of so many articles that turns out to be another one's becomes part of it.
MOST_ABSORBED = 4
WHOLE_STORY = 10_000


# If the article that shares most is so unlike one, the rest of its story need not be looked at.
HOPELESS = -4.0
# Below this an article that was edited tells another event than its story; a little less alike it may be of late.
STRANGE = -1.0

# Another article, and how likely it tells of the same event.
_Other = tuple[ProfileRow, Profile, float | None]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Puts articles into stories; `quietly`, where all of them are put anew."""

    quietly: bool = False

    def add(self, tx: Transaction, number: int, article: Article, terms: bytes, kin: Sequence[int]) -> None:
        """Count the terms of a new article, and put it into the story of its kin (its original, or the copies that it
        is the late original of), or the one it fits best."""
        told = hashes(terms)
        tx.stories.count(told)
        origin = article.published.origin if article.published else None
        row = ProfileRow(
            number, article.source, article.url, article.sort_at, article.language, None,
            placed_at(article.sort_at, article.first_seen_at, origin), article.signals, b"",
        )  # fmt: skip
        self._place(tx, row, terms, told, kin)

    def again(self, tx: Transaction, number: int, terms: bytes) -> None:
        """The same for an article that is stored."""
        told = hashes(terms)
        tx.stories.count(told)
        row, kin = _stored(tx, number)
        self._place(tx, row, terms, told, kin)

    def change(self, tx: Transaction, number: int, terms: bytes) -> None:
        """Put an article that has another text now into the story it fits best, if it is in none, or tells quite
        another event than the others of its own."""
        row, kin = _stored(tx, number)
        tx.relations.drop(number, ("follow-up", "translation"))
        told = hashes(terms)
        if row.story is not None and not kin and self._has_left(tx, row, _weighed(tx, row, terms, told)):
            self._leave(tx, row, row.story)
            row = row._replace(story=None)
        self._place(tx, row, terms, told, kin)

    def _has_left(self, tx: Transaction, row: ProfileRow, me: Profile) -> bool:
        others = [one for one in tx.stories.members([row.story or row.id], MOST_MEMBERS) if one.id != row.id]
        found = [value for *_, value in _compared(me, others) if value is not None]
        return bool(found) and story_score(found) < STRANGE

    def _leave(self, tx: Transaction, row: ProfileRow, story: int) -> None:
        """Take an article out of its story.  Of two the other stands alone then; and a story that was named by it is
        named by the earliest of the others."""
        tx.stories.assign(row.id, None, quietly=self.quietly)
        rest = tx.stories.members([story], WHOLE_STORY)
        if len(rest) == 1:
            tx.stories.assign(rest[0].id, None, quietly=self.quietly)
        elif story == row.id:
            for one in rest:
                tx.stories.assign(one.id, rest[-1].id, quietly=self.quietly)

    def _place(self, tx: Transaction, row: ProfileRow, terms: bytes, told: Sequence[int], kin: Sequence[int]) -> None:
        me = _weighed(tx, row, terms, told)
        row = row._replace(terms=me.packed)
        tx.stories.keep(row)
        if DIGESTS & set(row.signals):
            return
        keys = story_keys(me)
        shared = tx.stories.index.near(keys, me.at, WINDOW, besides=row.id)
        tx.stories.index.remember(row.id, keys, me.at)
        others = self._others(tx, row, me, shared, kin)
        self._follow(tx, row, me, others)
        if row.story is None:
            self._enter(tx, row, me, others, kin)

    def _enter(
        self, tx: Transaction, row: ProfileRow, me: Profile, others: Sequence[_Other], kin: Sequence[int]
    ) -> None:
        """Put an article into the story of its kin, or that it fits best; what is the same event goes with it."""
        stood = tx.stories.stories_of(kin)
        same = [stood[one] or one for one in kin if one in stood]
        likely = list(dict.fromkeys([*same, *_fits(others)]))
        if not likely:
            return
        begun = {*stood.values(), *(one.story for one, *_ in others)}
        mine = self._begun(tx, likely[0], is_begun=likely[0] in begun)
        tx.stories.assign(row.id, mine, quietly=self.quietly)
        placed: Sequence[_Other] = [(row._replace(story=mine), me, None), *others]
        for other in likely[1:]:
            if other != mine:
                mine, placed = self._unite(tx, placed, mine, other, is_same=other in same)

    def _unite(
        self, tx: Transaction, others: Sequence[_Other], mine: int, other: int, *, is_same: bool
    ) -> tuple[int, Sequence[_Other]]:
        """Make one of two stories that an article fits, if the smaller is small and about the same (`is_same`: it is
        of copies); which it is then, and what is known by then."""
        both = {story: _numbers(tx, story) for story in (mine, other)}
        large, small = (other, mine) if len(both[mine]) < len(both[other]) else (mine, other)
        if len(both[small]) > MOST_ABSORBED:
            return mine, others
        if not is_same and not _is_one_event(_told(others, large), _told(others, small)):
            return mine, others
        self._begun(tx, large, is_begun=any(one.story for one, *_ in _members(others, large)))
        for member in both[small]:
            tx.stories.assign(member, large, quietly=self.quietly)
        return large, [
            (one._replace(story=large) if _story(one) in both else one, told, value) for one, told, value in others
        ]

    def _begun(self, tx: Transaction, story: int, *, is_begun: bool) -> int:
        """A story, begun with the article it is named by if that stood alone so far."""
        if not is_begun:
            tx.stories.assign(story, story, quietly=self.quietly)
        return story

    def _others(
        self, tx: Transaction, row: ProfileRow, me: Profile, shared: Mapping[int, set[int]], kin: Sequence[int]
    ) -> list[_Other]:
        """The articles to compare with: those that share most, its kin, and the newest of the stories that this may
        be."""
        found = tx.stories.profiles(_sharing(shared, me, LEAST_SHARED if stage(row.signals) == UNMARKED else 1))
        found.sort(key=lambda one: (-len(shared[one.id]), one.sort_at, one.source, one.url))
        found = found[:MOST_COMPARED]
        found += tx.stories.profiles(set(kin).difference(one.id for one in found))
        others = _compared(me, found)
        stories = {one.story for one, _, value in others if one.story and (value is not None and value > HOPELESS)}
        stories |= {one.story for one in found if one.story and one.id in kin}
        known = {one.id for one in found}
        more = [one for one in tx.stories.members(stories, MOST_MEMBERS) if one.id not in known]
        return [*others, *_compared(me, more)]

    def _follow(self, tx: Transaction, row: ProfileRow, me: Profile, others: Sequence[_Other]) -> None:
        """Link flash, brief and dispatch of one source, and one source's texts in two languages."""
        mine = _telling(row, me)
        for other, told, _ in others:
            if other.source != row.source:
                continue
            theirs = _telling(other, told)
            later, earlier = (mine, theirs) if theirs.order < mine.order else (theirs, mine)
            for found in (follow_up(later, earlier), translation(later, earlier)):
                if found is not None:
                    tx.relations.link(later.profile.id, found, quietly=self.quietly)


def _weighed(tx: Transaction, row: ProfileRow, terms: bytes, told: Sequence[int]) -> Profile:
    counted, articles = tx.stories.counted(told)
    return _profile(row._replace(terms=weighed(terms, counted, articles)))


def _numbers(tx: Transaction, story: int) -> list[int]:
    """The articles of a story, as many as tell whether it is small; what stands alone is its own."""
    return [row.id for row in tx.stories.members([story], MOST_ABSORBED + 1)] or [story]


def _stored(tx: Transaction, number: int) -> tuple[ProfileRow, Sequence[int]]:
    """An article that is stored, without terms, and its original."""
    row = tx.stories.stored(number)
    at = placed_at(row.sort_at, row.first_seen_at, row.published_from)
    mine = ProfileRow(
        row.id, row.source, row.url, row.sort_at, row.language, row.story, at, tuple(row.signals), b""
    )  # fmt: skip
    return mine, () if row.original is None else (row.original,)


def _sharing(shared: Mapping[int, set[int]], me: Profile, least: int) -> list[int]:
    """The articles that share so many keys, or a pair of marks; of too many those that share most, ties included."""
    paired = set(paired_keys(me))
    wanted = [one for one, common in shared.items() if len(common) >= least or common & paired]
    if len(wanted) > MOST_COMPARED:
        enough = sorted((len(shared[one]) for one in wanted), reverse=True)[MOST_COMPARED - 1]
        wanted = [one for one in wanted if len(shared[one]) >= enough]
    return wanted


def _compared(me: Profile, rows: Sequence[ProfileRow]) -> list[_Other]:
    profiles = [_profile(row) for row in rows]
    return list(zip(rows, profiles, likenesses(me, profiles), strict=True))


def _fits(others: Sequence[_Other]) -> list[int]:
    """The stories that an article fits, the best first; one that stands alone is named by itself."""
    found: dict[int, list[float]] = defaultdict(list)
    first: dict[int, tuple[datetime, str]] = {}
    for row, _, value in others:
        if value is not None:
            found[_story(row)].append(value)
            first.setdefault(_story(row), (row.sort_at, row.url))
    scores = {story: story_score(many) for story, many in found.items()}
    fitting = [story for story, score in scores.items() if score > 0]
    return sorted(fitting, key=lambda story: (-scores[story], first[story]))


def _is_one_event(story: Sequence[Profile], small: Sequence[Profile]) -> bool:
    """Whether a small story, which began beside a larger one, is about the same: its articles fit that as well."""
    scores = []
    for one in small:
        found = [value for value in likenesses(one, story) if value is not None]
        scores.append(story_score(found) if found else -1.0)
    return sum(scores) > 0


def _members(others: Sequence[_Other], story: int) -> list[_Other]:
    return [one for one in others if _story(one[0]) == story]


def _told(others: Sequence[_Other], story: int) -> list[Profile]:
    return [told for _, told, _ in _members(others, story)]


def _story(row: ProfileRow) -> int:
    """The story of an article; what stands alone is named by itself, if it has a late original as well."""
    return row.story or row.id


def _profile(row: ProfileRow) -> Profile:
    return profile(row.id, row.placed_at, row.language, row.terms, row.source)


def _telling(row: ProfileRow, one: Profile) -> Telling:
    return Telling(one, row.source, row.signals, (row.sort_at, row.source, row.url))
