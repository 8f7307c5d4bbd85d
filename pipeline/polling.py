"""What a poll of a feed tells: what is new, how often there is news, and whether its server can be believed (Tx B).

A conditional request is believed for a day; then the whole is asked for.  If it has news, the next request carries the
old validators once more: a server that says 304 to those does not tell the truth, and is never asked that way again.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pipeline.cadence import in_time, is_audit_due, next_poll, wanted, watched
from pipeline.clock import Clock
from pipeline.digest import Digest, Keyed
from pipeline.filing import keys_of
from pipeline.model import Feed, Page, Request, Source
from pipeline.store import Due, Key, Listed, Transaction
from pipeline.tally import Tally

# A feed of this size that has nothing of what it had before has lost entries between the two.
LEAST_ENTRIES_FOR_GAP = 3
# A server that lied is given another chance at one in so many polls with news.
LIES_TRIED = 50
# When more than half of so many entries come back under new addresses, that is no news.
LEAST_ENTRIES_FOR_CHURN, CHURNED = 10, 0.5
REMEMBERED = timedelta(days=7)
# Of a backup that prints no dates, only its head can be what a gap swallowed.
UNDATED_RECOVERED = 50
GAP_MARGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Polls:
    """Works what feeds and listings list."""

    sources: Mapping[str, Source]
    tally: Tally
    clock: Clock
    archived: bool
    log: Callable[..., object]

    def as_asked(self, due: Due) -> Due:
        """The request as it is to be sent: without validators where they are not to be trusted."""
        one, past = due.request, due.past
        if self.archived or (one.kind == "page" and due.gone_at is None and not due.changed):
            return due
        if past.doubted:
            etag, modified = past.doubted
            return replace(due, request=replace(one, etag=etag, last_modified=modified))
        if one.kind == "page" or is_audit_due(past, self.clock.now()):
            return replace(due, request=replace(one, etag=None, last_modified=None))
        return due

    def feed(self, request: Request) -> Feed | None:
        """The configured feed of a request."""
        source = self.sources.get(request.source)
        return next((feed for feed in source.feeds if feed.url == request.feed), None) if source else None

    def every(self, request: Request) -> timedelta | None:
        """The fixed interval of a feed, if it has one."""
        feed = self.feed(request)
        return timedelta(seconds=feed.every) if feed and feed.every else None

    def next_at(self, due: Due, now: datetime) -> datetime | None:
        """When a feed that answered is next polled; None for a listing and a backup, which are woken."""
        feed = self.feed(due.request)
        if due.request.kind != "feed" or (feed and feed.backup):
            return None
        return next_poll(due.past, now, self.every(due.request), key=due.request.url)

    def take(self, tx: Transaction, due: Due, found: Digest, page: Page) -> None:
        """A feed, menu or listing: further listings, sightings, and the pages they call for."""
        request, now = due.request, self.clock.now()
        tx.requests.ask_listings(request, found.requests, now, page.fetched_at)
        keyed = _once(found.entries)
        # Oldest first: feeds list the newest on top, and articles are best numbered as they were published.
        listed = [Listed(one.entry, key) for key, one in reversed(keyed.items())]
        seen = tx.sightings.see(request.source, request.feed, request.section or "", listed)
        new = [one for one, changed in seen if changed is None]
        churned = self._churned(tx, due, keyed, new)
        places = {key: place for place, key in enumerate(keyed)}
        asked = {
            one.url_key
            for one in new
            if one.url_key not in churned and self._is_wanted(due, keyed[one.url_key], places[one.url_key])
        }
        for one, changed in seen:
            if changed is None:
                self._also_listed(tx, request, keyed[one.url_key])
            if changed or (changed is None and one.url_key in asked):
                tx.requests.ask_page(one, request.source, changed or (), now)
            elif changed is not None:
                self.tally.count(request.source, "same")
        changed_many = sum(bool(changed) for _, changed in seen)
        if (new or changed_many) and not self.archived:
            facts = {"entries": len(seen), "new": len(new), "changed": changed_many}
            self.log("feed_read", source=request.source, url=request.url, **facts)
        has_news = bool(new or changed_many)
        if request.kind == "listing" and not self.archived:
            self._remember_listing(tx, due, page, len(seen), new=len(new) - len(churned), has_news=has_news)
        if request.kind == "feed" and not self.archived:
            self._remember(tx, due, found, page, new=len(new) - len(churned), has_news=has_news)
            if churned:
                tx.past.polled(due.id, churn_at=page.fetched_at)

    def _remember(self, tx: Transaction, due: Due, found: Digest, page: Page, *, new: int, has_news: bool) -> None:
        """Let the feed's past know of this poll, and set the next by it."""
        past, at = due.past, page.fetched_at
        facts: dict[str, Any] = {
            "rhythm": watched(past.rhythm, past.answered_at, at, new, past.new_at),
            "wanted": wanted(found.ttl, page.header("cache-control")),
            "listings": len(found.requests),
        }
        if found.entries or not found.requests:
            facts["entries"] = len(found.entries)
        if new or past.new_at is None:
            facts["new_at"] = at
        if is_gap(past.entries, len(found.entries), new):
            facts["gap_at"] = at
            self._recover(tx, due, at)
        tx.past.polled(due.id, **facts, **_audited(due, page, has_news=has_news))
        next_at = self.next_at(replace(due, past=replace(past, **facts)), at)
        if next_at is not None:
            soon = None if self.every(due.request) else in_time(past.answered_at, at, new, len(found.entries))
            tx.requests.reschedule(due, min(next_at, soon or next_at))

    def _remember_listing(
        self, tx: Transaction, due: Due, page: Page, entries: int, *, new: int, has_news: bool
    ) -> None:
        """A menu has no news of its own: its rhythm and its size are those of the listings it leads to."""
        tx.past.polled(due.id, **_audited(due, page, has_news=has_news))
        number, past = tx.past.of(due.request.source, due.request.feed)
        if number is None:
            return
        at, facts = page.fetched_at, dict[str, Any](entries=max(entries, past.entries or 0))
        if due.checked_at is not None and new:
            facts |= {"rhythm": watched(past.rhythm, due.checked_at, at, new, past.new_at), "new_at": at}
            if is_gap(entries, entries, new):
                facts["gap_at"] = at
                self._recover(tx, due, at)
        tx.past.polled(number, **facts)

    def _recover(self, tx: Transaction, due: Due, at: datetime) -> None:
        """Entries came and went between two polls: whatever else lists them is asked now."""
        source, since = self.sources[due.request.source], due.past.answered_at or due.checked_at or at
        self.tally.count(source.id, "gaps")
        for feed in source.feeds:
            if feed.url != due.request.feed and (feed.backup or feed.kind in ("listing", "sitemap")):
                tx.requests.wake(source.id, feed.url, at)
                if feed.backup:
                    tx.past.recover(source.id, feed.url, since)

    def _is_wanted(self, due: Due, one: Keyed, place: int) -> bool:
        """Whether an entry's page is to be read: of a backup, only what a gap can have swallowed."""
        feed, since = self.feed(due.request), due.past.gap_at
        if feed is None or not feed.backup or since is None or self.archived:
            return True
        return place < UNDATED_RECOVERED if one.at is None else one.at >= since - GAP_MARGIN

    def _churned(self, tx: Transaction, due: Due, keyed: Mapping[str, Keyed], new: Sequence[Listed]) -> set[str]:
        """The new entries that are old ones under other addresses, word for word, where that is most of a feed."""
        request = due.request
        if self.archived or len(keyed) < LEAST_ENTRIES_FOR_CHURN or len(new) <= CHURNED * len(keyed):
            return set()
        if due.past.answered_at is None:
            return set()
        dated = [one for one in new if one.entry.published_raw]
        back = tx.sightings.returned(request.source, request.feed, dated, self.clock.now() - REMEMBERED)
        return back if len(back) > CHURNED * len(keyed) else set()

    def _also_listed(self, tx: Transaction, request: Request, keyed: Keyed) -> None:
        """An article that we have is listed in a further feed: its guid there is a key as well."""
        known = tx.articles.known(request.source, [Key("url", "", keyed.url_key)])
        if known is not None:
            tx.articles.know_by(known.id, request.source, keys_of(keyed.guid_key, keyed.url_key), None)
            tx.articles.seen_at(known.id, keyed.entry.url, keyed.entry.guid, keyed.entry.seen_at)


def is_gap(before: int | None, entries: int, new: int) -> bool:
    """Whether a feed of so many entries, all of them new, has lost some since the poll before."""
    return bool(before) and entries >= LEAST_ENTRIES_FOR_GAP and new >= entries


def _audited(due: Due, page: Page, *, has_news: bool) -> dict[str, Any]:
    """What an unconditional request proved: news under the same validators is a lie, under new ones yet to be seen."""
    asked = due.request
    if asked.etag or asked.last_modified:
        # An old validator that is answered with the whole is an honest no.
        return {"doubted": None, "lies": 0}
    old = due.validators
    if not has_news or not any(old) or due.past.whole_at is None:
        return {"doubted": None}
    if _are_the_same(old, (page.header("etag"), page.header("last-modified"))):
        return {"doubted": None, "lies": 1}
    if due.past.lies and zlib.crc32(f"{asked.url} {page.fetched_at.isoformat()}".encode()) % LIES_TRIED:
        return {"doubted": None}
    return {"doubted": list(old)}


def _are_the_same(old: tuple[str | None, str | None], new: tuple[str | None, str | None]) -> bool:
    """Whether a server would say 304 by these: where there is an ETag it decides alone (RFC 9110 13.1.3)."""
    return old[0] == new[0] if old[0] and new[0] else bool(old[1]) and old[1] == new[1]


def _once(entries: Sequence[Keyed]) -> dict[str, Keyed]:
    """Entries by their address; of several with the same one, the first that is listed."""
    found: dict[str, Keyed] = {}
    for one in entries:
        found.setdefault(one.url_key, one)
    return found
