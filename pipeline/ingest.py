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
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from pipeline.archive.pack import pack, unpack
from pipeline.cadence import (
    NO_ANSWER,
    WITHDRAWN_AFTER,
    failure,
    next_look,
    next_read,
    next_try,
    retry_at,
    unanswered_at,
)
from pipeline.clock import Clock
from pipeline.connector import Network
from pipeline.digest import Digest, digest_here, ready
from pipeline.errors import ExtractError, FetchError, NormaliseError, ParseError, StoreError
from pipeline.fetch.manners import retry_after
from pipeline.filing import Filing
from pipeline.model import Page, Request, Source
from pipeline.polling import Polls
from pipeline.store import Due, Kept, Packed, Pending, Store, Transaction, Unchanged, host_of, sha256_of
from pipeline.store.read import Reader
from pipeline.tally import Tally
from pipeline.workers import PoolError, WorkerError

ATTEMPTS = 3  # of a worker at one page, then quarantine
# A page is parsed in a worker, so the end of this process says little about it; but it may be what ended it.
RESUMPTIONS = 10
# Before a transaction is tried again that failed for a reason that passes, in seconds.
PAUSES = (0.2, 1.0, 5.0)
# Unchanged answers of so many seconds are written down together: a disk is slower than a thousand of them.
LINGER = 0.01
GONE = (404, 410)
TOO_MANY = 429
UNAVAILABLE = 503
# A host that says "too many" and not for how long.
REST = timedelta(minutes=5)
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
    `seen_at` is when the page's address was first listed.
    """

    due: Due
    page: Page | None = None
    kept: Kept | None = None
    settle: Callable[[Transaction], None] | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resting:
    """Nothing came of a request, and nothing else changed but when it is next due (None: no more)."""

    next_at: datetime | None


@dataclass(slots=True)
class _Waiting:
    """Unchanged answers that are written down together, and what those who gave them wait for."""

    answers: list[Unchanged] = field(default_factory=list)
    written: asyncio.Task[None] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The line at work on one database.  `network` and `clock` say which web it reads, and when.

    `archived` marks a replay: captures worked before are passed over, and nothing is tried for twice.  `rereads` are
    the ages at which an article's page is read again.
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
    rereads: tuple[timedelta, ...] = ()
    waiting: _Waiting = field(default_factory=_Waiting)

    @property
    def polls(self) -> Polls:
        """What works feeds and listings."""
        return Polls(self.sources, self.tally, self.clock, self.archived, self.log)

    @property
    def filing(self) -> Filing:
        """What files articles."""
        return Filing(self.sources, self.tally)

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

    async def look(self, work: Callable[[Reader], T]) -> T:
        """Read what is committed, beside the writer."""

        def read() -> T:
            with self.store.read() as reader:
                return work(reader)

        return await asyncio.to_thread(read)

    async def work(self, due: Due, page: Page | None = None) -> Resting | None:
        """One request through the whole line; `page` is given where it is at hand already."""
        found = await self.fetch_one(due, page)
        if isinstance(found, Job):
            await self.finish(found)
            return None
        return found

    async def fetch_one(self, due: Due, page: Page | None = None) -> Job | Resting | None:
        """Fetch and keep (Tx A).  No job: nothing new came, and there is nothing else to work from."""
        due = self.polls.as_asked(due)
        if due.request.kind == "feed":
            self.tally.count(due.request.source, "polled")
        if not _has_page(due.request):
            return Job(due, settle=lambda tx: tx.outcomes.failed(due, self.clock.now(), None, "has no page of its own"))
        try:
            found = page or await self.network.get(due.request)
        except FetchError as error:
            return await self._unfetched(due, error)
        if self._is_unchanged(due, found):
            return await self._unchanged(due, found)
        refusal = _refusal(due.request, found)
        if refusal is not None and not await self.write(lambda tx: self._worked_before(tx, found)):
            return await self._refused(due, refusal, found)
        return await self.write(lambda tx: self._keep(tx, due, found))

    async def finish(self, job: Job) -> None:
        """Digest a job and commit what it gave (Tx B)."""
        found = await self._digested(job)
        await self.write(lambda tx: self.commit(tx, job, found))

    async def pending(self, sources: Collection[str]) -> list[Pending]:
        """What a crash left between Tx A and Tx B, in the order it was kept."""
        found = await self.write(lambda tx: tx.responses.pending(sources))
        if found:
            # A worker takes a second to start; an attempt must not be counted long before it is made.
            await self.workers.run(ready)
        return found

    async def resume(self, pending: Pending) -> None:
        """Finish it."""
        await self.write(lambda tx: tx.responses.count_attempt(pending.id))
        kept, packed, size = await self.write(lambda tx: tx.responses.load(pending.id))
        try:
            page = replace(kept.page, body=unpack(packed.coding, packed.data, size))
        except StoreError as error:
            await self.write(partial(self._damaged, kept=kept, error=error))
            return
        seen_at = await self.write(lambda tx: _first_seen(tx, kept.due))
        await self.finish(Job(kept.due, page, replace(kept, page=page), seen_at=seen_at))

    def commit(self, tx: Transaction, job: Job, found: Digest) -> None:
        """Tx B: which article it is, what is new about it, what to fetch next; and the response is done."""
        if found.problem is not None:
            self._problem(tx, job, found.problem)
        elif job.kept is not None:
            tx.responses.finish(job.kept)
        if job.settle is not None:
            job.settle(tx)
        if found.observed is not None:
            turned = self.filing.take(tx, found.observed, job.kept.id if job.kept else None, job.due.changed)
            if turned is not None:
                facts = {"source": turned.source, "edition": turned.edition, "lost": turned.lost}
                self.log("layout_changed" if turned.since else "layout_as_before", **facts)
        elif job.due.request.kind != "page" and found.problem is None:
            assert job.page is not None
            self.polls.take(tx, job.due, found, job.page)

    # Tx A

    def _keep(self, tx: Transaction, due: Due, page: Page) -> Job | None:
        at = page.fetched_at
        next_at = self._next_at_live(tx, due, at) if self.archived else self._next_at(due, at)
        if page.absent:
            return _settled(tx, due, lambda tx: tx.outcomes.unarchived(due, at, next_at, "not in the archive"))
        if self._is_known(tx, due, page):
            settle = lambda tx: tx.outcomes.unchanged(due, page, next_at, captured=self.archived)  # noqa: E731
            return _settled(tx, due, settle, again=bool(due.changed))
        kept = tx.responses.keep(due, page, Packed(*pack(page)), next_at, captured=self.archived)
        return Job(due, page, kept, seen_at=_first_seen(tx, due))

    def _next_at(self, due: Due, now: datetime) -> datetime | None:
        if due.request.kind == "page":
            return next_read(due.asked_at, now, self.rereads)
        return self.polls.next_at(due, now)

    def _next_at_live(self, tx: Transaction, due: Due, at: datetime) -> datetime | None:
        """When the web is to be asked again of what an archive was: pages only if they once were."""
        is_asked = due.request.kind != "page" or tx.responses.was_live(due.id)
        return self._next_at(due, max(at, due.checked_at or at)) if is_asked else None

    def _is_known(self, tx: Transaction, due: Due, page: Page) -> bool:
        if self._worked_before(tx, page) or page.status == 304:
            return True
        # A page that was missing and is back is news, if only that.
        return due.gone_at is None and _is_as_before(due, page)

    def _worked_before(self, tx: Transaction, page: Page) -> bool:
        return self.archived and tx.captures.is_worked(page)

    def _is_unchanged(self, due: Due, page: Page) -> bool:
        """Whether an answer has nothing new, and its entry neither; a missing page that is back always has."""
        if self.archived or due.changed or (due.gone_at is not None and due.request.kind == "page"):
            return False
        return page.status == 304 or (page.status == 200 and _is_as_before(due, page))

    async def _unchanged(self, due: Due, page: Page) -> Resting | None:
        """A 304, or the same bytes again: it goes to the others of the same moment, to be written down with them."""
        if page.status == 304 and due.past.doubted and due.request.kind != "page":
            await self._lied(due, page)
            return None
        is_whole = due.request.etag is None and due.request.last_modified is None
        next_at, waiting = self._next_at(due, page.fetched_at), self.waiting
        waiting.answers.append(Unchanged(due, page, next_at, is_whole))
        if waiting.written is None:
            waiting.written = asyncio.create_task(self._write_unchanged())
        await asyncio.shield(waiting.written)
        return None if due.past.listings else Resting(next_at)

    async def _write_unchanged(self) -> None:
        await asyncio.sleep(LINGER)
        answers, self.waiting.answers, self.waiting.written = self.waiting.answers, [], None
        await self.write(lambda tx: tx.outcomes.all_unchanged(answers))

    async def _lied(self, due: Due, page: Page) -> None:
        """304 to validators of a body that is known to have changed: this server is asked for the whole from now on."""
        self.log("server_lies", source=due.request.source, url=due.request.url)

        def told(tx: Transaction) -> None:
            tx.outcomes.unchanged(due, page, page.fetched_at, captured=False)
            tx.past.polled(due.id, lies=1, doubted=None)

        await self.write(told)

    # No page

    async def _unfetched(self, due: Due, error: FetchError) -> Job | None:
        """Nobody answered.  The entry's own text is kept at once; the page is tried for again."""
        self._tell(due, error)
        return await self.write(lambda tx: self._failed(tx, due, error, None))

    async def _refused(self, due: Due, error: FetchError, page: Page) -> Job | None:
        """The server said no: for now, for good, or to everything we ask."""
        was_had = due.request.kind == "page" and due.sha256 is not None
        if page.status in GONE and was_had and not (self.archived or due.changed):
            self.log("page_missing", source=due.request.source, url=due.request.url, status=page.status)
            await self.write(lambda tx: self._missing(tx, due, page))
            return None
        self._tell(due, error)
        return await self.write(lambda tx: self._failed(tx, due, error, page))

    def _tell(self, due: Due, error: FetchError) -> None:
        request = due.request
        # In an archive an entry without its page is a fact, not a failure: nothing else can be had.
        if request.entry is None or not self.archived:
            self.tally.fail(request.source, error, feed=request.entry is None)
        self.tally.count(request.source, "refused" if request.kind == "page" else "failed_polls")
        self.log("fetch_failed", source=request.source, url=request.url, kind=error.kind, error=str(error))

    def _failed(self, tx: Transaction, due: Due, error: FetchError, page: Page | None) -> Job | None:
        rest = self._rest(due, page, self.clock.now())
        settle = partial(self._settle_failed, due=due, error=error, page=page, rest=rest)
        return _settled(tx, due, settle)

    def _settle_failed(
        self, tx: Transaction, due: Due, error: FetchError, page: Page | None, rest: datetime | None
    ) -> None:
        """Say when to try again, and keep the refusal: it is evidence."""
        now = self.clock.now()
        if rest is not None and page is not None:
            # Together with the entry's own text: a crash in between would keep that back until the rest is over.
            tx.permits.park(host_of(page.address), rest, str(error))
        # A host that asks for a rest is well, and is asked again when that is over.
        again = self._again(due, error, now) if rest is None else rest
        if self.archived:
            again = self._next_at_live(tx, due, now)
        if page is not None:
            tx.responses.keep(due, page, Packed(*pack(page)), again, captured=self.archived, state="done")
        if self.archived:
            if page is not None:
                tx.captures.worked(page)
            tx.outcomes.unarchived(due, now, again, str(error))
            return
        if due.request.kind == "page" or again is None:
            tx.outcomes.failed(due, now, again, str(error))
            return
        more = 0.0 if rest is not None else failure(error.kind, transient=error.transient)
        tx.outcomes.poll_failed(due, now, again, str(error), due.past.failures + more, error.kind)

    def _again(self, due: Due, error: FetchError, now: datetime) -> datetime | None:
        if due.request.kind == "page":
            if error.kind in NO_ANSWER:
                return unanswered_at(now, due.attempts + 1, due.asked_at)
            # What is given up for now is looked at again when the page's next age comes.
            again = retry_at(now, due.attempts + 1, transient=error.transient)
            return again or next_read(due.asked_at, now, self.rereads)
        counted = due.past.failures + failure(error.kind, transient=error.transient)
        past = replace(due.past, failures=counted, failing_since=due.past.failing_since or now)
        return next_try(past, now, self.polls.every(due.request), kind=error.kind)

    def _rest(self, due: Due, page: Page | None, now: datetime) -> datetime | None:
        """Until when a host wants to be left alone, if it does."""
        if page is None or self.archived:
            return None
        wait = retry_after(page.header("retry-after"), now)
        if page.status == TOO_MANY:
            return now + (wait or REST)
        return now + wait if wait and page.status == UNAVAILABLE else None

    def _missing(self, tx: Transaction, due: Due, page: Page) -> None:
        """A page that we had: after the second time, an hour later, its article is withdrawn."""
        now = page.fetched_at
        kept = tx.responses.keep(due, page, Packed(*pack(page)), None, captured=False, state="done")
        since = due.gone_at or now
        tx.outcomes.missing(due, page, next_look(since, now, self.rereads))
        self.tally.count(due.request.source, "missing")
        is_proved = due.gone_at is not None and now >= due.gone_at + WITHDRAWN_AFTER
        if is_proved and self.filing.withdraw(tx, due, page, kept.id):
            self.log("withdrawn", source=due.request.source, url=due.request.url)

    # The worker

    async def _digested(self, job: Job) -> Digest:
        """What the worker found; where a page defeats it, what the entry alone gives, with the page's problem."""
        try:
            return await self._tried(job, job.page)
        except PoolError:  # the pool itself is broken: no page is to blame
            raise
        except Exception as error:  # whatever a hostile page makes our code raise costs that page alone
            self.log("digest_failed", source=job.due.request.source, url=job.due.request.url, error=repr(error))
            return replace(await self._without_page(job), problem=error)

    async def _without_page(self, job: Job) -> Digest:
        if job.page is None or job.due.request.entry is None:
            return Digest()
        try:
            return await self._tried(job, None)
        except PoolError:
            raise
        except Exception as error:  # the entry is as hostile as the page
            return Digest(problem=error)

    async def _tried(self, job: Job, page: Page | None) -> Digest:
        """Up to three tries of what may pass by itself: a worker that hung or died."""
        if job.kept and page and job.kept.attempts > RESUMPTIONS:
            raise WorkerError(f"{job.due.request.url}: this program ended {RESUMPTIONS} times with it at work")
        task = job.due.request, job.due.url_key, page, job.seen_at
        for _ in range(ATTEMPTS - 1):
            with suppress(WorkerError):
                return cast(Digest, await self.workers.run(digest_here, *task))
        return cast(Digest, await self.workers.run(digest_here, *task))

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
            tx.responses.finish(job.kept)
            tx.outcomes.failed(job.due, now, again, str(problem), forget=True)
            self.tally.count(request.source, "blocked")
            return
        else:
            self._hold(tx, job.kept, problem)
        self.tally.count(request.source, "quarantined")

    def _hold(self, tx: Transaction, kept: Kept, problem: Exception) -> None:
        """Into quarantine; a feed that can't be read is tried again, later each time, and held once."""
        due, now = kept.due, self.clock.now()
        tx.responses.hold(kept, now, _stage(problem), problem, once=due.request.kind != "page")
        if due.request.kind == "feed" and not self.archived:
            failures = due.past.failures + failure("parse", transient=False)
            past = replace(due.past, failures=failures, failing_since=due.past.failing_since or now)
            again = next_try(past, now, self.polls.every(due.request), kind="parse")
            tx.outcomes.poll_failed(due, now, again, str(problem), failures, "parse")
            self.tally.count(due.request.source, "failed_polls")

    def _damaged(self, tx: Transaction, kept: Kept, error: StoreError) -> None:
        """A kept body that can't be read back: it is held as it is, and asked for again."""
        tx.responses.hold(replace(kept, captured=False), self.clock.now(), "archive", error)
        tx.outcomes.failed(kept.due, self.clock.now(), self.clock.now(), str(error), forget=True)
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
        kind="status-410" if page.status == 410 else f"status-{page.status // 100}xx",
        transient=page.status != 410,
    )


def _has_page(request: Request) -> bool:
    """Whether an entry has an address of its own: one without is known by its feed's, with a fragment."""
    return request.kind != "page" or not request.url.startswith(f"{request.feed}#")


def _is_as_before(due: Due, page: Page) -> bool:
    return due.sha256 is not None and sha256_of(page.body) == due.sha256


def _first_seen(tx: Transaction, due: Due) -> datetime | None:
    """When an article's address was first listed."""
    return tx.sightings.first_seen(due.request.source, due.url_key) if due.request.kind == "page" else None


def _settled(tx: Transaction, due: Due, settle: Callable[[Transaction], None], *, again: bool = True) -> Job | None:
    """A job for the entry alone; where there is none, or none is needed, the request is settled at once."""
    if due.request.entry is not None and again:
        return Job(due, settle=settle, seen_at=_first_seen(tx, due))
    settle(tx)
    return None
