"""THE LINE: from a due request to a stored article.

    a due Request ─►[fetch]─► Page ─► Tx A: kept                          fetch_one    the event loop
         Kept ─►[parse · extract · normalise]─► Digest                    digest       a worker process, pure
         Digest + what the store knows ─►[dedup]─► Tx B: stored           commit       the writer

Every step may be run twice.  What is to be fetched is a row, what came back is kept before anything parses it, so
nothing waits in memory that a crash could lose.  Service, one-off ingest and replay differ only in where pages come
from (a Network), what time it is (a Clock) and which rows are taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from pipeline.archive.pack import pack, unpack
from pipeline.cadence import next_poll, retry_at
from pipeline.clock import Clock
from pipeline.connector import Network
from pipeline.dedup import Known, Verdict, decide, is_another, original_of
from pipeline.dedup.fingerprint import fingerprint
from pipeline.dedup.link import Copy, copy_link
from pipeline.digest import Digest, Keyed, Observed, digest_here, ready
from pipeline.errors import ExtractError, FetchError, NormaliseError, ParseError, StoreError
from pipeline.fetch.manners import retry_after
from pipeline.model import Page, Request, Source
from pipeline.store import Due, Kept, Key, Listed, Packed, Pending, Store, Stored, Transaction, sha256_of
from pipeline.tally import Tally
from pipeline.workers import PoolError, WorkerError

ATTEMPTS = 3  # of a worker at one page, then quarantine
# A page is parsed in a worker, so the end of this process says little about it; but it may be what ended it.
RESUMPTIONS = 10
# Before a transaction is tried again that failed for a reason that passes, in seconds.
PAUSES = (0.2, 1.0, 5.0)
DEFAULT_EVERY = timedelta(minutes=5)
T = TypeVar("T")


# One event with its facts, by name: structlog's `info` is one.
Log = Callable[..., object]


class Runs(Protocol):
    """What runs pure functions apart from the line: the pool of worker processes."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What goes to a worker: a page that is kept, or only the entry, where no page can be had or none is new.

    `settle` is what is left to say of the request then: it is said in Tx B, so that a crash before it loses nothing.
    """

    due: Due
    page: Page | None = None
    kept: Kept | None = None
    settle: Callable[[Transaction], None] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The line at work on one database.  `network` and `clock` say which web it reads, and when.

    `archived` marks a replay: captures worked before are passed over, and nothing is tried for twice.
    """

    store: Store
    network: Network
    workers: Runs
    clock: Clock
    tally: Tally
    sources: Mapping[str, Source]
    log: Log
    writer: ThreadPoolExecutor
    archived: bool = False

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run one transaction in the writer's thread: the loop waits for no disk, and transactions keep their order."""

        def transaction() -> T:
            with self.tally.staged(), self.store.write(self.clock.now()) as tx:
                return work(tx)

        loop = asyncio.get_running_loop()
        for pause in PAUSES:
            try:
                return await loop.run_in_executor(self.writer, transaction)
            except StoreError as error:
                if not error.transient:
                    raise
                self.log("store_busy", error=str(error))
                await asyncio.sleep(pause)
        return await loop.run_in_executor(self.writer, transaction)

    async def work(self, due: Due, page: Page | None = None) -> None:
        """One request through the whole line; `page` is given where it is at hand already."""
        job = await self.fetch_one(due, page)
        if job is not None:
            await self.finish(job)

    async def fetch_one(self, due: Due, page: Page | None = None) -> Job | None:
        """Fetch and keep (Tx A).  None: nothing new came, and there is nothing else to work from."""
        if due.request.kind == "feed":
            self.tally.count(due.request.source, "polled")
        if not _has_page(due.request):
            return Job(due, settle=lambda tx: tx.requests.failed(due, self.clock.now(), None, "has no page of its own"))
        try:
            found = page or await self.network.get(due.request)
        except FetchError as error:
            return await self._unfetched(due, error)
        refusal = _refusal(due.request, found)
        if refusal is not None and not await self.write(lambda tx: self._worked_before(tx, found)):
            return await self._unfetched(due, refusal, found)
        return await self.write(lambda tx: self._keep(tx, due, found))

    async def finish(self, job: Job) -> None:
        """Digest a job and commit what it gave (Tx B)."""
        seen_at = await self.write(lambda tx: tx.requests.first_seen(job.due.request.source, job.due.url_key))
        found = await self._digested(job, seen_at)
        await self.write(lambda tx: self.commit(tx, job, found))

    async def pending(self, sources: Collection[str]) -> list[Pending]:
        """What a crash left between Tx A and Tx B, in the order it was kept."""
        found = await self.write(lambda tx: tx.requests.pending(sources))
        if found:
            # A worker takes a second to start; an attempt must not be counted long before it is made.
            await self.workers.run(ready)
        return found

    async def resume(self, pending: Pending) -> None:
        """Finish it."""
        await self.write(lambda tx: tx.requests.count_attempt(pending.id))
        kept, packed, size = await self.write(lambda tx: tx.requests.load(pending.id))
        try:
            page = replace(kept.page, body=unpack(packed.coding, packed.data, size))
        except StoreError as error:
            await self.write(partial(self._damaged, kept=kept, error=error))
            return
        await self.finish(Job(kept.due, page, replace(kept, page=page)))

    def commit(self, tx: Transaction, job: Job, found: Digest) -> None:
        """Tx B: which article it is, what is new about it, what to fetch next; and the response is done."""
        if found.problem is not None:
            self._problem(tx, job, found.problem)
        elif job.kept is not None:
            tx.requests.finish(job.kept)
        if job.settle is not None:
            job.settle(tx)
        if found.observed is not None:
            self.store_observed(tx, found.observed, job.kept.id if job.kept else None, job.due.changed)
        elif job.due.request.kind != "page" and found.problem is None:
            assert job.page is not None
            self._listed(tx, job.due.request, found, job.page.fetched_at)

    # Tx A

    def _keep(self, tx: Transaction, due: Due, page: Page) -> Job | None:
        if page.absent:
            return _settled(tx, due, lambda tx: tx.requests.failed(due, page.fetched_at, None, "not in the archive"))
        next_at = self._next_poll(due.request, page.fetched_at)
        if self._is_known(tx, due, page):
            settle = lambda tx: tx.requests.unchanged(due, page, next_at, captured=self.archived)  # noqa: E731
            return _settled(tx, due, settle, again=bool(due.changed))
        kept = tx.requests.keep(due, page, Packed(*pack(page)), next_at, captured=self.archived)
        return Job(due, page, kept)

    def _is_known(self, tx: Transaction, due: Due, page: Page) -> bool:
        return self._worked_before(tx, page) or page.status == 304 or sha256_of(page.body) == due.sha256

    def _worked_before(self, tx: Transaction, page: Page) -> bool:
        return self.archived and tx.requests.is_worked(page)

    async def _unfetched(self, due: Due, error: FetchError, page: Page | None = None) -> Job | None:
        """No usable page this time.  The entry's own text is kept at once; the page is tried for again."""
        now, request = self.clock.now(), due.request
        again = None if self.archived else retry_at(now, due.attempts + 1, transient=error.transient)
        if request.kind != "page":
            again = next_poll(now, self._every(request), due.attempts + 1)
        wait = retry_after(page.header("retry-after"), now) if page else None
        if again and wait:
            again = max(again, now + wait)
        # In an archive an entry without its page is a fact, not a failure: nothing else can be had.
        if request.entry is None or not self.archived:
            self.tally.fail(request.source, error, feed=request.entry is None)
        self.log("fetch_failed", source=request.source, url=request.url, kind=error.kind, error=str(error))

        def refused(tx: Transaction) -> None:
            if page is not None:
                tx.requests.keep(due, page, Packed(*pack(page)), again, captured=self.archived, state="done")
                if self.archived:
                    tx.requests.worked(page)
            tx.requests.failed(due, now, again, str(error))

        return await self.write(lambda tx: _settled(tx, due, refused))

    def _next_poll(self, request: Request, now: datetime) -> datetime | None:
        return now + self._every(request) if request.kind == "feed" else None

    def _every(self, request: Request) -> timedelta:
        feeds = self.sources[request.source].feeds
        return next((timedelta(seconds=feed.every) for feed in feeds if feed.url == request.feed), DEFAULT_EVERY)

    # The worker

    async def _digested(self, job: Job, seen_at: datetime | None) -> Digest:
        """What the worker found; where a page defeats it, what the entry alone gives, with the page's problem."""
        try:
            return await self._tried(job, job.page, seen_at)
        except PoolError:  # the pool itself is broken: no page is to blame
            raise
        except Exception as error:  # whatever a hostile page makes our code raise costs that page alone
            self.log("digest_failed", source=job.due.request.source, url=job.due.request.url, error=repr(error))
            return replace(await self._without_page(job, seen_at), problem=error)

    async def _without_page(self, job: Job, seen_at: datetime | None) -> Digest:
        if job.page is None or job.due.request.entry is None:
            return Digest()
        try:
            return await self._tried(job, None, seen_at)
        except PoolError:
            raise
        except Exception as error:  # the entry is as hostile as the page
            return Digest(problem=error)

    async def _tried(self, job: Job, page: Page | None, seen_at: datetime | None) -> Digest:
        """Up to three tries of what may pass by itself: a worker that hung or died."""
        if job.kept and page and job.kept.attempts > RESUMPTIONS:
            raise WorkerError(f"{job.due.request.url}: this program ended {RESUMPTIONS} times with it at work")
        task = job.due.request, job.due.url_key, page, seen_at
        for _ in range(ATTEMPTS - 1):
            with suppress(WorkerError):
                return cast(Digest, await self.workers.run(digest_here, *task))
        return cast(Digest, await self.workers.run(digest_here, *task))

    # Tx B

    def _listed(self, tx: Transaction, request: Request, found: Digest, read_at: datetime) -> None:
        """A feed, menu or listing: further listings, sightings, and the pages they call for."""
        now = self.clock.now()
        tx.requests.ask_listings(request, found.requests, now, read_at)
        keyed = _once(found.entries)
        # Oldest first: feeds list the newest on top, and articles are best numbered as they were published.
        listed = [Listed(one.entry, key) for key, one in reversed(keyed.items())]
        for one, changed in tx.requests.see(request.source, request.feed, request.section or "", listed):
            if changed is None:
                self._also_listed(tx, request, keyed[one.url_key])
            if changed is None or changed:
                tx.requests.ask_page(one, request.source, changed or (), now)
            else:
                self.tally.count(request.source, "same")

    def _also_listed(self, tx: Transaction, request: Request, keyed: Keyed) -> None:
        """An article that we have is listed in a further feed: its guid there is a key as well."""
        known = tx.articles.known(request.source, [Key("url", "", keyed.url_key)])
        if known is not None:
            tx.articles.know_by(known.id, request.source, _keys(keyed.guid_key, keyed.url_key), None)
            tx.articles.seen_at(known.id, keyed.entry.url, keyed.entry.guid, keyed.entry.seen_at)

    def store_observed(
        self, tx: Transaction, observed: Observed, response: int | None = None, changed: Collection[str] = ()
    ) -> None:
        """Decide which article was read, store what is new about it, and relate it to others.

        `response` is the kept page it was read from, `changed` names what changed in the entry that led to it.
        """
        article, prints = observed.article, observed.fingerprint
        keys, stored = _known(tx, observed)
        known = Known(stored.id, stored.current, stored.contents, stored.read, stored.read_at) if stored else None
        same_story = None if known else tx.articles.same_story(article.source, prints)
        verdict = decide(article, prints, known, same_story, changed)
        number = self._stored(tx, observed, verdict, response)
        is_whole = article.completeness == "full" and bool(article.body)
        tx.articles.know_by(number, article.source, keys, prints.content if is_whole else None)
        tx.articles.was_read(number, article.fetched_at)
        tx.articles.seen_at(number, article.url, article.guid, article.first_seen_at)
        for url, url_key in observed.also:
            key = Key("url", "", url_key)
            if tx.articles.known(article.source, [key]) is None:
                tx.articles.know_by(number, article.source, [key], None)
                tx.articles.seen_at(number, url, None, article.first_seen_at)
        is_copy = _link_copies(tx, number, (stored.text_hash if stored else None, prints.text))
        self._count(article.source, verdict, is_copy=is_copy)

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

    def _count(self, source: str, verdict: Verdict, *, is_copy: bool) -> None:
        kinds = {"new": "duplicate" if is_copy else "new", "alias": "duplicate", "revision": "revised", "same": "same"}
        self.tally.count(source, kinds[verdict.kind])

    # Trouble

    def _problem(self, tx: Transaction, job: Job, problem: Exception) -> None:
        """Say what went wrong, and keep what it went wrong with, unless it may pass by itself."""
        request, now = job.due.request, self.clock.now()
        again = None if self.archived else retry_at(now, job.due.attempts + 1, transient=True)
        self.log("page_failed", source=request.source, url=request.url, error=str(problem))
        self.tally.fail(request.source, problem, feed=request.kind != "page")
        if job.kept is None:
            raw = repr(request.entry).encode("utf-8", "replace")
            tx.desk.hold(now, request.source, request.url, raw, _stage(problem), problem)
        elif isinstance(problem, ExtractError) and request.entry is not None and again is not None:
            # A consent, block or error page in the article's place; it is served with status 200, and passes.
            tx.requests.finish(job.kept)
            tx.requests.failed(job.due, now, again, str(problem), forget=True)
            return
        else:
            tx.requests.hold(job.kept, now, _stage(problem), problem)
        self.tally.count(request.source, "quarantined")

    def _damaged(self, tx: Transaction, kept: Kept, error: StoreError) -> None:
        """A kept body that can't be read back: it is held as it is, and asked for again."""
        tx.requests.hold(replace(kept, captured=False), self.clock.now(), "archive", error)
        tx.requests.failed(kept.due, self.clock.now(), self.clock.now(), str(error), forget=True)
        self.tally.fail(kept.due.request.source, error)


def _stage(problem: Exception) -> str:
    if isinstance(problem, (ParseError, ExtractError, NormaliseError)):
        return type(problem).__name__.removesuffix("Error").lower()
    return "digest"


def _refusal(request: Request, page: Page) -> FetchError | None:
    """A server's "no" as an error that tells whether it may pass; None for a page that can be worked."""
    if page.absent or page.status in (200, 304):
        return None
    # Feeds run ahead of their pages: a 404 may pass.  403 and 429 pass when the server has calmed down.
    return FetchError(
        f"{request.url}: the server answered {page.status}; open it in a browser to see why, or try again later",
        kind=f"status-{page.status // 100}xx",
        transient=page.status != 410,
    )


def _has_page(request: Request) -> bool:
    """Whether an entry has an address of its own: one without is known by its feed's, with a fragment."""
    return request.kind != "page" or not request.url.startswith(f"{request.feed}#")


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


def _settled(tx: Transaction, due: Due, settle: Callable[[Transaction], None], *, again: bool = True) -> Job | None:
    """A job for the entry alone; where there is none, or none is needed, the request is settled at once."""
    if due.request.entry is not None and again:
        return Job(due, settle=settle)
    settle(tx)
    return None


def _once(entries: Sequence[Keyed]) -> dict[str, Keyed]:
    """Entries by their address; of several with the same one, the first that is listed."""
    found: dict[str, Keyed] = {}
    for one in entries:
        found.setdefault(one.url_key, one)
    return found


def _keys(guid_key: tuple[str, str] | None, url_key: str) -> list[Key]:
    guid = [Key("guid", *guid_key)] if guid_key else []
    return [*guid, Key("url", "", url_key)]


def _link_copies(tx: Transaction, number: int, texts: Sequence[str | None]) -> bool:
    """Point every copy of these words at the earliest of them; true if this article is a copy."""
    is_copy = False
    for text in dict.fromkeys(filter(None, texts)):
        copies = [Copy(*row) for row in tx.articles.copies(text)]
        original = original_of(copies) if copies else None
        for copy in copies:
            target = original.id if original and original.id != copy.id else None
            is_copy |= copy.id == number and target is not None
            if copy.duplicate_of != target:
                tx.articles.point(copy.id, target, copy_link(original) if original and target else None)
    return is_copy
