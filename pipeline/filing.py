"""What becomes of one reading of an article: which article it is, what is new about it, and how it relates (Tx B)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.dedup import Known, Verdict, decide, is_another
from pipeline.dedup.fingerprint import fingerprint
from pipeline.dedup.link import Candidate
from pipeline.digest import Observed
from pipeline.drift import Past, after, as_json, from_json, profiles_of, told
from pipeline.grouping import Grouping
from pipeline.model import Page, Source
from pipeline.relating import Relating
from pipeline.sites import host_of
from pipeline.store import Due, Key, LayoutRow, Stored, Transaction
from pipeline.tally import Tally
from pipeline.withdrawals import Withdrawals

COUNTED = {"new": "new", "alias": "duplicate", "revision": "revised", "same": "same"}
# Where most pages of a source are suddenly missing, its site was moved or is broken; nobody withdrew that much.
MANY_MISSING, MOST = 10, 0.5
LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filing:
    """Files what was read under the right article."""

    sources: Mapping[str, Source]
    tally: Tally

    @property
    def relating(self) -> Relating:
        """What relates articles to each other."""
        return Relating(self.sources)

    def take(
        self, tx: Transaction, observed: Observed, response: int | None = None, changed: Collection[str] = ()
    ) -> LayoutRow | None:
        """Decide which article was read, store what is new about it, and relate it to others.

        `response` is the kept page it was read from, `changed` names what changed in the entry that led to it.  Where
        the page is the one by which the source's pages are seen to have changed, or to be as before again, it says so.
        """
        article, prints = observed.article, observed.fingerprint
        keys, stored = _known(tx, observed)
        same_story = None if stored else tx.articles.same_story(article.source, prints)
        verdict = decide(article, prints, _as_known(stored), same_story, changed)
        before = self.relating.candidate(tx, verdict.article) if verdict.article is not None else None
        number = self._stored(tx, observed, verdict, response)
        is_whole = article.completeness == "full" and bool(article.body)
        tx.articles.know_by(number, article.source, keys, prints.content if is_whole else None)
        tx.articles.was_read(number, article.fetched_at)
        tx.articles.seen_at(number, article.url, article.guid, article.first_seen_at)
        _also_at(tx, number, observed)
        is_copy = self._relate(tx, number, observed, before, is_other=verdict.store is not None and verdict.is_current)
        if verdict.store is not None and verdict.is_current:
            notices = Withdrawals(self.sources, self.tally, self.relating.again)
            notices.settle(tx, number, observed, is_new=verdict.kind == "new")
        self._count(observed, verdict, is_copy=is_copy, is_page=response is not None)
        return self._watch(tx, observed, response)

    def _watch(self, tx: Transaction, observed: Observed, response: int | None) -> LayoutRow | None:
        """Hold the page against what its source's pages used to be; what is known then, where that turned."""
        article = observed.article
        source = self.sources.get(article.source)
        if observed.look is None or response is None or source is None:
            return None
        host = host_of(article.url)
        edition = host if host is not None and host in source.hosts else ""
        before, profiles = tx.layouts.load(source.id, edition), profiles_of(source)
        known = before or LayoutRow(source.id, edition, profiles, as_json(Past()))
        past = after(from_json(known.profiles, known.past, known.response), observed.look, response, profiles)
        is_wrong, was_wrong = bool(past.lost), known.since is not None
        since = (known.since or article.fetched_at) if is_wrong else None
        lost = told(past) if is_wrong else None
        now = LayoutRow(source.id, edition, profiles, as_json(past), since, lost, past.since_page)
        tx.layouts.save(now)
        return now if is_wrong != was_wrong else None

    def _relate(
        self, tx: Transaction, number: int, observed: Observed, before: Candidate | None, *, is_other: bool
    ) -> bool:
        """Relate an article to others, if it is new or another one than before; True for a new copy."""
        article, prints = observed.article, observed.fingerprint
        if before is None:
            related = self.relating.add(tx, number, article, prints)
            Grouping().add(tx, number, article, prints.terms, related.kin)
            return related.duplicate_of is not None
        self.relating.change(tx, number, before)
        if is_other:
            Grouping().change(tx, number, prints.terms)
        return False

    def withdraw(self, tx: Transaction, due: Due, page: Page, response: int) -> bool:
        """An article's page is gone for good: say so in a revision, unless another address still has it."""
        source = due.request.source
        stored = tx.articles.known(source, [Key("url", "", due.url_key)])
        if stored is None or stored.is_withdrawn or stored.current.completeness == "feed":
            return False  # what was never had can't be missed
        others = [key for key in tx.articles.url_keys(stored.id) if key != due.url_key]
        if tx.outcomes.is_elsewhere(source, others) or self._is_moving(tx, due, page):
            return False
        gone = replace(stored.current, fetched_at=page.fetched_at)
        prints = fingerprint(gone, self.sources.get(source))
        tx.articles.revise(stored.id, gone, prints, "withdrawn", response, is_current=True)
        tx.articles.was_read(stored.id, page.fetched_at)
        self.tally.count(source, "revised")
        self.tally.count(source, "withdrawn")
        return True

    def _is_moving(self, tx: Transaction, due: Due, page: Page) -> bool:
        missing, had = tx.outcomes.missing_lately(due.request.source, page.fetched_at - LATELY)
        return missing >= MANY_MISSING and missing > MOST * (missing + had)

    def _stored(self, tx: Transaction, observed: Observed, verdict: Verdict, response: int | None) -> int:
        if verdict.store is None or verdict.change is None:
            assert verdict.article is not None
            return verdict.article
        if verdict.article is None:
            return tx.articles.create(verdict.store, observed.fingerprint, response)
        # A merged version is not quite what was observed, so its prints are its own.
        prints = fingerprint(verdict.store, self.sources.get(verdict.store.source))
        tx.articles.revise(
            verdict.article, verdict.store, prints, verdict.change, response, is_current=verdict.is_current
        )
        return verdict.article

    def _count(self, observed: Observed, verdict: Verdict, *, is_copy: bool, is_page: bool) -> None:
        article = observed.article
        self.tally.count(article.source, "duplicate" if verdict.kind == "new" and is_copy else COUNTED[verdict.kind])
        if verdict.change in ("restored", "withdrawn"):
            self.tally.count(article.source, verdict.change)
        if is_page:
            self.tally.count(article.source, "pages")
            if self._is_unfitted(observed):
                self.tally.count(article.source, "unfitted")

    def _is_unfitted(self, observed: Observed) -> bool:
        """Whether a page was read by none of the profiles that its source has."""
        source = self.sources.get(observed.article.source)
        return bool(source and source.profiles) and observed.article.extraction.method not in ("profile", "feed")


def keys_of(guid_key: tuple[str, str] | None, url_key: str) -> list[Key]:
    """What an article is known by, the guid first."""
    guid = [Key("guid", *guid_key)] if guid_key else []
    return [*guid, Key("url", "", url_key)]


def _known(tx: Transaction, observed: Observed) -> tuple[list[Key], Stored | None]:
    """The keys that name the article, and what is known of it.

    A guid that a feed gives to story after story names none of them: known by it alone, a quite different text is
    another article, and its address alone is its key.
    """
    source, by_url = observed.article.source, Key("url", "", observed.url_key)
    if observed.guid_key is None:
        return [by_url], tx.articles.known(source, [by_url])
    by_guid = Key("guid", *observed.guid_key)
    stored = tx.articles.known(source, [by_guid])
    if stored is None:
        return [by_guid, by_url], tx.articles.known(source, [by_url])
    at_address = tx.articles.known(source, [by_url])
    if (at_address is None or at_address.id != stored.id) and is_another(observed.article, stored.current):
        return [by_url], at_address
    return [by_guid, by_url], stored


def _as_known(stored: Stored | None) -> Known | None:
    if stored is None:
        return None
    return Known(stored.id, stored.current, stored.contents, stored.read, stored.read_at, stored.is_withdrawn)


def _also_at(tx: Transaction, number: int, observed: Observed) -> None:
    """Further addresses that are its own; none that is another article's already."""
    source = observed.article.source
    for url, url_key in observed.also:
        key = Key("url", "", url_key)
        if tx.articles.known(source, [key]) is None:
            tx.articles.know_by(number, source, [key], None)
            tx.articles.seen_at(number, url, None, observed.article.first_seen_at)
