"""What a kill or correction notice does to the earlier article that it names (a part of Tx B).

    a kill comes        ─► the article it names gets a revision `withdrawn`, as it stands, with the signal `kill`
    an article comes    ─► that a kill of later time may name: what that kill means is asked again, with it among them
    a correction comes  ─► `update_of` the article it names
    a notice changes    ─► what it said before is replaced

A notice that names nothing we have, or may mean several stories, is an article with a signal and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.dedup import is_another
from pipeline.dedup.fingerprint import fingerprint
from pipeline.digest import Observed
from pipeline.model import Article, ChangeKind, Link, Source
from pipeline.normalise.kills import is_kill, notice_of
from pipeline.normalise.text import fold
from pipeline.normalise.urls import normal_url
from pipeline.store import Key, Stored, Transaction
from pipeline.store.notices import Earlier, Name
from pipeline.store.types import named
from pipeline.tally import Tally

METHOD = "notice/1"
# Agencies kill what went out in the last days; further back a headline or number may be another story's.
REACH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Takes notices at their word; `relate` works an article's other links out anew, where what it said is gone."""

    sources: Mapping[str, Source]
    tally: Tally
    relate: Callable[[Transaction, int], object]

    def settle(self, tx: Transaction, number: int, observed: Observed, *, is_new: bool) -> None:
        """What follows from an article that was just stored: it is a notice, was one, or a notice has named it."""
        article, notice = observed.article, observed.notice
        names = self._names(observed)
        if not is_new or (notice and notice.kind == "kill"):
            tx.notices.keep(article.source, number, names if notice and notice.kind == "kill" else ())
        if notice and notice.kind == "kill":
            self._kill(tx, number, article, names)
            return
        meant = self._meant(tx, number, article, names, kills=False) if notice else ()
        self._link(tx, number, meant[:1], "correction")
        if is_new:
            self._catch_up(tx, observed)

    def _catch_up(self, tx: Transaction, observed: Observed) -> None:
        """Ask again what those kills mean that may name an article that came after them."""
        for kill in tx.notices.naming(observed.article.source, _names_of(observed)):
            self._kill(tx, kill, tx.articles.stored(kill).current, tx.notices.names(kill))

    def _kill(self, tx: Transaction, number: int, kill: Article, names: Sequence[Name]) -> None:
        """Withdraw what a kill means, and bring back what it was taken to mean while less was known."""
        meant = self._meant(tx, number, kill, names, kills=True)
        for was in set(tx.articles.told(number, METHOD)) - {one.id for one in meant}:
            self._bring_back(tx, tx.articles.stored(was))
        self._link(tx, number, [one for one in meant if self._withdraw(tx, one, kill)], "kill")

    def _link(self, tx: Transaction, number: int, meant: Sequence[Stored], kind: str) -> None:
        """Say which articles a notice is about, the newest first, in place of what was said before."""
        why = f"it says that it is a {kind} of that one"
        links = [Link("update", one.id, 1.0, why, METHOD) for one in meant]
        if tx.articles.tell(number, links, METHOD) and not meant:
            self.relate(tx, number)

    def _names(self, observed: Observed) -> list[Name]:
        notice = observed.notice
        if notice is None:
            return []
        known = self.sources.get(observed.article.source)
        identity = known.identity_query if known else None
        addresses = [Name("url", normal_url(url, identity)) for url in notice.urls]
        ids = [Name("id", one) for one in notice.ids]
        return [*addresses, *ids, *(Name("headline", headline) for headline in notice.headlines)]

    def _meant(
        self, tx: Transaction, number: int, article: Article, names: Sequence[Name], *, kills: bool
    ) -> list[Stored]:
        """The earlier articles that a notice means, the newest first: by address, else by number, else by headline.

        It is the same in whatever order they came.
        """
        found = self._at(tx, article.source, names)
        if not found and any(name.kind != "url" for name in names):
            near = tx.notices.earlier(article.source, article.sort_at - REACH, article.sort_at)
            others = [one for one in near if one.id != number]
            found = _by(tx, others, names, "id", _ids)
            if not found:
                stories = [one for one in others if not _is_notice(one, article)]
                found = _by(tx, stories, names, "headline", lambda one: {fold(one.headline)})
        before = [one for one in found if one.id != number and _is_before(one, number, article, kills=kills)]
        return sorted(before, key=lambda one: (one.current.sort_at, one.id), reverse=True)

    def _at(self, tx: Transaction, source: str, names: Sequence[Name]) -> list[Stored]:
        """The articles at the addresses that a notice names."""
        keys = [Key("url", "", name.value) for name in names if name.kind == "url"]
        found = [stored for key in keys if (stored := tx.articles.known(source, [key]))]
        return list({one.id: one for one in found}.values())

    def _withdraw(self, tx: Transaction, meant: Stored, kill: Article) -> bool:
        """Say in a revision that an article is withdrawn; True if it is.  What was changed after the notice stands."""
        current = meant.current
        if meant.is_withdrawn and "kill" in current.signals:
            return True
        if len(meant.contents) > 1 and current.first_seen_at <= kill.first_seen_at < current.fetched_at:
            return False
        self._revise(tx, meant, (*current.signals, "kill"), "withdrawn", max(current.fetched_at, kill.fetched_at))
        return True

    def _bring_back(self, tx: Transaction, taken: Stored) -> None:
        """Undo a withdrawal: the notice may mean another article as well, or another one instead."""
        if taken.is_withdrawn and "kill" in taken.current.signals and not is_kill(taken.current):
            signals = tuple(signal for signal in taken.current.signals if signal != "kill")
            self._revise(tx, taken, signals, "restored", taken.current.fetched_at)

    def _revise(self, tx: Transaction, one: Stored, signals: tuple[str, ...], change: ChangeKind, at: datetime) -> None:
        now = replace(one.current, signals=tuple(dict.fromkeys(signals)), fetched_at=at)
        prints = fingerprint(now, self.sources.get(now.source))
        tx.articles.revise(one.id, now, prints, change, None, is_current=True)
        self.tally.count(now.source, "revised")
        self.tally.count(now.source, change)


def _names_of(observed: Observed) -> list[Name]:
    """By what a notice may have named an article."""
    article = observed.article
    addresses = [observed.url_key, *(key for _, key in observed.also)]
    ids = _codes([article.url, *(url for url, _ in observed.also)], [article.guid] if article.guid else [])
    named = [Name("url", one) for one in addresses] + [Name("id", one) for one in sorted(ids)]
    return [*named, Name("headline", fold(article.headline))]


def _ids(one: Earlier) -> set[str]:
    return _codes([one.url, *one.urls], one.guids)


def _codes(urls: Iterable[str], guids: Iterable[str]) -> set[str]:
    """The numbers by which an article may be named: its guids, and the last parts of its addresses."""
    ends = {url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2] for url in urls}
    return {*guids, *ends, *(end.partition(".")[0] for end in ends)}


def _by(
    tx: Transaction, near: Sequence[Earlier], names: Sequence[Name], kind: str, of: Callable[[Earlier], set[str]]
) -> list[Stored]:
    """The articles that are named in one way; none of a name that several stories have (KCNA's `Press Review`)."""
    found: dict[int, Stored] = {}
    for name in names:
        if name.kind == kind:
            all_having = [tx.articles.stored(one.id) for one in near if name.value in map(named, of(one))]
            # One that shows a kill in its place is withdrawn by that, and no other story.
            having = [one for one in all_having if not is_kill(one.current)]
            several = any(is_another(having[0].current, other.current) for other in having[1:])
            found |= {} if several else {one.id: one for one in having}
    return list(found.values())


def _is_before(one: Stored, number: int, notice: Article, *, kills: bool) -> bool:
    """Whether a notice can be about an article: one before it, so that no two are about each other.

    Of one time are the text and its kill, whichever came first.
    """
    if one.current.sort_at == notice.sort_at and kills and notice_of(one.current) is None:
        return True
    return (one.current.sort_at, one.id) < (notice.sort_at, number)


def _is_notice(one: Earlier, notice: Article) -> bool:
    """The notice itself, or another one of the same headline."""
    return one.url == notice.url or ("kill" in one.signals and not one.is_withdrawn)
