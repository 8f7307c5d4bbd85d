"""What a kill or correction notice does to the earlier article that it names (a part of Tx B).

    a kill comes        ─► the article it names gets a revision `withdrawn`, as it stands, with the signal `kill`
    an article comes    ─► that a kill of later time has named before: withdrawn at once, whatever the order of arrival
    a correction comes  ─► `update_of` the article it names

A notice that names nothing we have, or may mean several stories, is an article with a signal and does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.dedup import is_another
from pipeline.dedup.fingerprint import fingerprint
from pipeline.digest import Observed
from pipeline.model import Article, Link, Notice, Source
from pipeline.normalise.text import fold
from pipeline.normalise.urls import normal_url
from pipeline.store import Key, Stored, Transaction
from pipeline.store.notices import Earlier, Name
from pipeline.tally import Tally

METHOD = "notice/1"
# Agencies kill what went out in the last days; further back a headline may be another story's.
REACH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Takes notices at their word."""

    sources: Mapping[str, Source]
    tally: Tally

    def settle(self, tx: Transaction, number: int, observed: Observed, *, is_new: bool) -> None:
        """What follows from an article that was just stored: it is a notice, or a notice has named it."""
        if observed.notice is not None:
            self._take(tx, number, observed.article, observed.notice)
        elif is_new:
            self._catch_up(tx, number, observed)

    def _take(self, tx: Transaction, number: int, article: Article, notice: Notice) -> None:
        if notice.kind == "kill":
            tx.notices.keep(article.source, number, self._names(article.source, notice))
        meant = [one for one in self._meant(tx, article, notice) if one.id != number]
        for one in meant if notice.kind == "kill" else ():
            self._withdraw(tx, one, article)
        if meant:
            why = f"it says that it is a {notice.kind} of that one"
            tx.articles.name_earlier(number, Link("update", meant[0].id, 1.0, why, METHOD))

    def _catch_up(self, tx: Transaction, number: int, observed: Observed) -> None:
        """Withdraw an article that arrives after the notice that kills it."""
        for notice in tx.notices.naming(observed.article.source, _names_of(observed)):
            kill = tx.articles.stored(notice).current
            if kill.sort_at - REACH <= observed.article.sort_at <= kill.sort_at:
                self._withdraw(tx, tx.articles.stored(number), kill)
                why = "it says that it is a kill of that one"
                tx.articles.name_earlier(notice, Link("update", number, 1.0, why, METHOD))
                return

    def _names(self, source: str, notice: Notice) -> list[Name]:
        addresses = [Name("url", normal_url(url, self._identity(source))) for url in notice.urls]
        ids = [Name("id", one) for one in notice.ids]
        return [*addresses, *ids, *(Name("headline", headline) for headline in notice.headlines)]

    def _identity(self, source: str) -> tuple[str, ...] | None:
        known = self.sources.get(source)
        return known.identity_query if known else None

    def _meant(self, tx: Transaction, article: Article, notice: Notice) -> list[Stored]:
        """The earlier articles that a notice means, the newest first: by address, else by id, else by headline."""
        by_address = [
            stored
            for name in self._names(article.source, notice)
            if name.kind == "url" and (stored := tx.articles.known(article.source, [Key("url", "", name.value)]))
        ]
        if by_address:
            return [stored for stored in by_address if stored.current.sort_at <= article.sort_at]
        near = tx.notices.earlier(article.source, article.sort_at - REACH, article.sort_at)
        by_id = [one for one in near if any(_has_id(one, name) for name in notice.ids)]
        if by_id:
            return [tx.articles.stored(one.id) for one in by_id]
        by_headline = [one for one in near if fold(one.headline) in notice.headlines and not _is_notice(one, article)]
        return _one_story([tx.articles.stored(one.id) for one in by_headline])

    def _withdraw(self, tx: Transaction, meant: Stored, kill: Article) -> None:
        """Say in a revision that an article is withdrawn; what was changed after the notice stands."""
        if meant.is_withdrawn or meant.current.fetched_at > kill.fetched_at or "kill" in meant.current.signals:
            return
        signals = (*meant.current.signals, "kill")
        gone = replace(meant.current, signals=signals, fetched_at=kill.fetched_at)
        prints = fingerprint(gone, self.sources.get(gone.source))
        tx.articles.revise(meant.id, gone, prints, "withdrawn", None, is_current=True)
        self.tally.count(gone.source, "revised")
        self.tally.count(gone.source, "withdrawn")


def _names_of(observed: Observed) -> list[Name]:
    """By what a notice may have named an article."""
    article = observed.article
    ids = [article.guid] if article.guid else []
    ids += [part for part in article.url.replace("?", "/").split("/") if any(map(str.isdigit, part))][-4:]
    addresses = [observed.url_key, *(key for _, key in observed.also)]
    named = [Name("url", one) for one in addresses] + [Name("id", one) for one in ids]
    return [*named, Name("headline", fold(article.headline))]


def _has_id(one: Earlier, name: str) -> bool:
    parts = {part for url in (one.url, *one.urls) for part in url.replace("?", "/").split("/")}
    return name in one.guids or name in parts


def _is_notice(one: Earlier, notice: Article) -> bool:
    """The notice itself, or another one of the same headline."""
    return one.url == notice.url or ("kill" in one.signals and not one.is_withdrawn)


def _one_story(found: Sequence[Stored]) -> list[Stored]:
    """Versions of one story; nothing where one headline stands over several (KCNA's `Press Review`)."""
    several = any(is_another(found[0].current, other.current) for other in found[1:])
    return [] if several else list(found)

