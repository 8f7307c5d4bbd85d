"""What an article was made from, and what was made from it: asked of the store, decided by dedup (Tx B).

The links are those that would be there had the articles come in the order of their times: one that comes late takes
the copies that are more its own than what they were taken for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.dedup.compare import Text
from pipeline.dedup.fingerprint import family, headline_hash, keys, looked_up_by, named_keys, placed_at, proves
from pipeline.dedup.link import WINDOW, Candidate, Kin, Placed, Standing, exact_copy, kept, made_from, standings
from pipeline.model import Article, Fingerprint, Link, Source
from pipeline.normalise.times import parse_time
from pipeline.store import TOLD, Derive, Derived, KinRow, TextRow, Transaction

# Keys that two texts must share to be compared; of a headline or an id's family one is enough.
LEAST_SHARED = 2
# Comparing two texts costs a tenth of a millisecond.
MOST_COMPARED = 24
# Of a text that has more copies than this only what is new is worked out.
MOST_KIN = 200
# Of so many articles that were made from a late original their stories are looked at.
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Related:
    """What a new article is a copy of, and the articles that are one text with it: its original, or, where it came
    late and is the original itself, those that were made from it, the earliest first."""

    duplicate_of: int | None = None
    kin: tuple[int, ...] = ()


ALONE = Related()


@dataclass(frozen=True, slots=True)
class Relating:
    """Relates articles to those before and after them."""

    sources: Mapping[str, Source]

    def add(self, tx: Transaction, number: int, article: Article, prints: Fingerprint) -> Related:
        """Relate a new article; what follows for it."""
        origin = article.published.origin if article.published else None
        at = placed_at(article.sort_at, article.first_seen_at, origin)
        shared = tx.relations.index.near(prints.keys, at, WINDOW, besides=number)
        tx.relations.index.remember(number, prints.keys, at)
        if not shared and (prints.text is None or tx.relations.first_with(prints.text, besides=number) is None):
            return ALONE
        touched = self._relate(tx, self.candidate(tx, number), shared)
        return _related(number, self._settle(tx, touched)) if touched else ALONE

    def change(self, tx: Transaction, number: int, before: Candidate) -> None:
        """Relate an article anew, and all that was made from it, if it had another text or time before."""
        me = self.candidate(tx, number)
        if me == before:
            return
        tx.relations.index.forget(number, keys(before), before.at)
        tx.relations.index.remember(number, keys(me), me.at)
        children = self._candidates(tx, tx.relations.children(number))
        touched = {number, *self._relate(tx, me)}
        for child in children:
            touched |= self._relate(tx, child)
        self._settle(tx, touched)

    def again(self, tx: Transaction, number: int) -> set[int]:
        """Work an article's links out anew; who has other ones now.  All others must be findable by then."""
        me = self.candidate(tx, number)
        touched = self._relate(tx, me)
        self._settle(tx, touched | {number})
        return touched

    def index(self, tx: Transaction, number: int) -> None:
        """Make an article findable by its keys."""
        me = self.candidate(tx, number)
        tx.relations.index.remember(number, keys(me), me.at)

    def candidate(self, tx: Transaction, number: int) -> Candidate:
        """An article as it is compared."""
        return self._candidates(tx, [number])[0]

    def _relate(self, tx: Transaction, me: Candidate, shared: Mapping[int, set[int]] | None = None) -> set[int]:
        """Link an article to those before it, and those after it to this one; who got other links.

        `shared` are the keys that it shares with other articles, where they were looked up already.
        """
        linked: set[int] = set()
        if shared is None:
            # What it is linked to now is looked at again: in a crowd of its day it might not be found.
            linked = {link.article for _, link in tx.relations.edges([me.id])}
            shared = tx.relations.index.near(keys(me), me.at, WINDOW, besides=me.id)
        others = self._compared(tx, me, shared)
        others += self._candidates(tx, linked.difference(one.id for one in others))
        mine: list[tuple[Link, Placed]] = [
            (link, one) for one in others if one.order < me.order and (link := made_from(me, one))
        ]
        first, copies = self._exact(tx, me)
        touched = {one.id for one in others if me.order < one.order and self._offer(tx, one.id, made_from(one, me))}
        touched |= {copy for copy in copies if self._offer(tx, copy, exact_copy(me.id))}
        mine += [(exact_copy(first.id), first)] if first else []
        return touched | ({me.id} if self._derive(tx, me.id, kept(mine)) else set())

    def _compared(self, tx: Transaction, me: Candidate, shared: Mapping[int, set[int]]) -> list[Candidate]:
        """The articles that one is to be compared with."""
        named = set(named_keys(me)) if shared else set()
        wanted = [one for one, common in shared.items() if len(common) >= LEAST_SHARED or common & named]
        if len(wanted) > MOST_COMPARED:
            rows = tx.relations.kin(wanted)
            order = {row.id: (-len(shared[row.id]), row.sort_at, row.source, row.url) for row in rows}
            wanted = sorted(order, key=order.__getitem__)[:MOST_COMPARED]
        return self._candidates(tx, wanted)

    def _exact(self, tx: Transaction, me: Candidate) -> tuple[Kin | None, list[int]]:
        """The first article with the same words, if it is before this one; else all others: this one is the first."""
        row = tx.relations.first_with(me.text_hash, besides=me.id) if me.text_hash else None
        if row is None or me.text_hash is None:
            return None, []
        first = Kin(*row)
        if first.order < me.order:
            return first, []
        return None, [one for one in tx.relations.all_with(me.text_hash) if one != me.id]

    def _offer(self, tx: Transaction, later: int, link: Link | None) -> bool:
        """Give a later article this link, if it stands beside those it has; True if so."""
        if link is None:
            return False
        had = [one for _, one in tx.relations.edges([later])]
        others = [one for one in had if one.article != link.article]
        rows = {row.id: Kin(*row) for row in tx.relations.kin({one.article for one in (*others, link)})}
        now = kept((one, rows[one.article]) for one in (*others, link))
        return link in now and self._derive(tx, later, now)

    def _derive(self, tx: Transaction, number: int, links: Sequence[Link]) -> bool:
        """Say what an article was made from; True if that is news."""
        had = [link for _, link in tx.relations.edges([number])]
        told = {(link.kind, link.article) for link in had if link.method.startswith(TOLD)}
        new = [link for link in links if (link.kind, link.article) not in told]
        if {link for link in had if not link.method.startswith(TOLD)} == set(new):
            return False
        tx.relations.derive(number, new)
        return True

    def _settle(self, tx: Transaction, touched: Iterable[int]) -> dict[int, Standing]:
        """Write what follows from the links, where it changed; what follows for all these and their kin."""
        members = [Kin(*row) for row in self._families(tx, set(touched))]
        found = standings(members, tx.relations.edges(kin.id for kin in members))
        for kin in members:
            if (kin.original, kin.duplicate_of, kin.update_of) != found[kin.id]:
                tx.relations.stand(kin.id, *found[kin.id])
        return found

    def _families(self, tx: Transaction, touched: set[int]) -> list[KinRow]:
        """All articles that are one text with these, before or now; of a text with too many only the nearest."""
        near = touched | {link.article for _, link in tx.relations.edges(touched)}
        rows = tx.relations.kin(near)
        originals = {row.original or row.id for row in rows}
        whole = tx.relations.families(originals, MOST_KIN)
        return tx.relations.kin(near | originals) if whole is None else whole

    def _candidates(self, tx: Transaction, numbers: Iterable[int]) -> list[Candidate]:
        return [self._candidate(row) for row in tx.relations.texts(numbers)]

    def _candidate(self, row: TextRow) -> Candidate:
        text = Text(row.headline, row.body)
        return Candidate(
            id=row.id,
            source=row.source,
            url=row.url,
            sort_at=row.sort_at,
            at=placed_at(row.sort_at, row.first_seen_at, row.published_from),
            text=text,
            text_hash=row.text_hash,
            signals=tuple(row.signals),
            family=family(row.guid or row.url, self.sources.get(row.source)),
            proves=proves(text, row.completeness),
            day=_day_of(row),
        )


def deriving(sources: Mapping[str, Source]) -> Derive:
    """What works out again what follows from an article's text: a check holds the database against it."""

    def derive(article: Article) -> Derived:
        keys, at = looked_up_by(article, sources.get(article.source))
        return Derived(headline_hash(article), keys, at)

    return derive


def _related(number: int, found: Mapping[int, Standing]) -> Related:
    original, duplicate_of, _ = found.get(number, (None, None, None))
    if original is not None:
        return Related(duplicate_of, (original,))
    return Related(None, tuple(one for one, (first, *_) in found.items() if first == number)[:MOST_NAMED])


def _day_of(row: TextRow) -> date | None:
    """The day of an article's dateline.  Where nothing tells its year (imported without a time) that of our first
    sight does for comparing: it is in no record."""
    if not row.dateline:
        return None
    if row.dateline["date"]:
        return date.fromisoformat(row.dateline["date"])
    found = parse_time(row.dateline["text"], ZoneInfo("UTC"), near=row.first_seen_at)
    return None if found is None else found.at.date() if isinstance(found.at, datetime) else found.at
