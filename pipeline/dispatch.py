"""Takes what is due and puts it on the line: one request at a time for each host, many hosts side by side.

Nothing is held in memory but what is at work: what is due is asked of the store whenever something ended, came or was
due.  A database that is away, or full, makes everything wait, and nothing is lost by it: feeds keep their entries.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from pipeline.cadence import retry_at
from pipeline.clock import RunningClock
from pipeline.errors import StoreError
from pipeline.ingest import Line, Resting
from pipeline.store import Due, Pending, Transaction
from pipeline.workers import PoolError

TASKS = 100
PORTION = 4 * TASKS  # of rows looked at together
# All of a request: its turn at the host, its deadline on the network, its time in a worker, twice.
DEADLINE = 300.0
# The longest wait without a look: other programs write rows too.
LONGEST_WAIT = timedelta(minutes=1)
# Between two tries to reach a database that is away, in seconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# While it does not answer at all, asking is no burden to any host: it is to be noticed soon after it is back.
AWAY_PAUSE = 5.0
AFTER_BUG = timedelta(hours=1)


@dataclass(slots=True)
class Dispatch:
    """Works what is due until it is told to stop.  `not_of` are the sources that are not ours to ask.

    `hold` names why fetching pauses (`disk`), None if it does not; `trouble` is what the database or the workers said;
    `first_pause` are the seconds before it is tried again.
    """

    line: Line
    clock: RunningClock
    not_of: Collection[str] = ()
    hold: str | None = None
    first_pause: float = SHORTEST_PAUSE
    trouble: Exception | None = None
    done: int = 0
    slowest: float = 0.0
    _busy: dict[str, asyncio.Task[Resting | None]] = field(default_factory=dict)
    # Hosts at work that have more to do.
    _more: set[str] = field(default_factory=set)
    # Hosts whose last request was a feed's or listing's.
    _fed: set[str] = field(default_factory=set)
    _next_at: datetime | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _pause: float = 0.0

    @property
    def busy(self) -> Collection[str]:
        """The hosts that are at work."""
        return self._busy.keys()

    @property
    def is_paused(self) -> bool:
        """Whether nothing is fetched: the disk is full, or the database away."""
        return self.hold is not None or self.trouble is not None

    def look(self) -> None:
        """Look what is due: something may have changed."""
        self._news.set()

    def stop(self) -> None:
        """Start nothing more."""
        self._stopping = True
        self._stopped.set()
        self._news.set()

    async def run(self) -> None:
        """Work until `stop`; then return, with requests still at work.

        Raises:
            StoreError: the database can't be written, and that will not pass by itself.
        """
        while not self._stopping:
            self._news.clear()
            if self.trouble is not None:
                await self._recover(self.trouble)
            if not self.hold:
                await self._start()
            await self._wait()

    async def drain(self, seconds: float) -> None:
        """Let what is at work end, so many seconds long; then end it.  Rows and kept pages are as after a crash."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=seconds)
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _start(self) -> None:
        """Start what is due and has a free host."""
        try:
            found, self._next_at = await self.line.write(self._due)
        except StoreError as error:
            self._trouble(error)
            return
        by_host: dict[str, list[Due]] = defaultdict(list)
        for due in found:
            by_host[due.host].append(due)
        for host, waiting in by_host.items():
            if host in self._busy or len(waiting) > 1 or len(self._busy) >= TASKS:
                self._more.add(host)
            if host not in self._busy and len(self._busy) < TASKS and not self._stopping:
                self._put_to_work(self._fairest(waiting))
        if len(found) == PORTION and len(self._busy) < TASKS:
            # There may be other hosts behind these.
            self._news.set()

    def _due(self, tx: Transaction) -> tuple[list[Due], datetime | None]:
        now = self.clock.now()
        found = tx.queue.ready(now, self._more & self._busy.keys(), self.not_of, limit=PORTION)
        return found, tx.queue.next_ready(now, self.not_of)

    def _fairest(self, waiting: Sequence[Due]) -> Due:
        """A host's feeds come first, but not one feed after another while its pages wait."""
        first = waiting[0]
        if first.host in self._fed:
            first = next((due for due in waiting if due.request.kind == "page"), first)
        return first

    def _put_to_work(self, due: Due) -> None:
        if due.request.kind == "page":
            self._fed.discard(due.host)
        else:
            self._fed.add(due.host)
        task = asyncio.create_task(self._work(due))
        self._busy[due.host] = task
        task.add_done_callback(lambda ended: self._ended(due.host, ended))

    def _ended(self, host: str, task: asyncio.Task[Resting | None]) -> None:
        """Look again, if there can be anything: most requests give nothing, and their next time is known."""
        del self._busy[host]
        self.done += 1
        resting = None if task.cancelled() else task.result()
        is_full = len(self._busy) == TASKS - 1
        if resting is None or host in self._more or is_full:
            self._more.discard(host)
            self._news.set()
        elif resting.next_at is not None and (self._next_at is None or resting.next_at < self._next_at):
            self._news.set()

    async def _work(self, due: Due) -> Resting | None:
        begun = monotonic()
        try:
            async with asyncio.timeout(DEADLINE):
                found = await self.line.work(due)
            self._pause = 0.0
            return found
        except (StoreError, PoolError) as error:
            self._trouble(error)
        except Exception as error:  # a bug of ours costs this request alone, and shows itself
            self.line.log("request_broke", source=due.request.source, url=due.request.url, exc_info=True)
            await self._put_off(due, error)
        finally:
            self.slowest = max(self.slowest, monotonic() - begun)
        return None

    async def _put_off(self, due: Due, error: Exception) -> None:
        """What we failed at would be due at once again."""
        now = self.clock.now()
        again = retry_at(now, due.attempts + 1, transient=True) or now + AFTER_BUG
        try:
            await self.line.write(lambda tx: tx.outcomes.failed(due, now, again, f"{type(error).__name__}: {error}"))
        except StoreError as other:
            self._trouble(other)

    def _trouble(self, error: Exception) -> None:
        if self.trouble is None:
            self.line.log("paused", why=str(error))
        self.trouble = error
        self._news.set()

    async def _recover(self, error: Exception) -> None:
        """Wait until the database can be written again; then finish what lies between Tx A and Tx B."""
        longest = LONGEST_PAUSE
        while not self._stopping:
            if isinstance(error, StoreError) and not error.transient:
                raise error
            # A full disk still gives locks: until something real is stored the pauses grow, or hosts would be hammered.
            self._pause = min(2 * self._pause or self.first_pause, longest)
            await _or_stop(self._stopped, self._pause)
            try:
                await self.line.write(lambda tx: None)
                await self.resume()
            except (StoreError, PoolError) as again:
                error = self.trouble = again
                longest = AWAY_PAUSE
                continue
            self.trouble = None
            self.line.log("going_on")
            return

    async def resume(self, sources: Collection[str] | None = None) -> None:
        """Finish what was kept and not worked: of these sources, or of all that are ours once nothing is at work."""
        if sources is None:
            if self._busy:
                await asyncio.wait(self._busy.values())
            sources = [source for source in self.line.sources if source not in self.not_of]
        await self.finish(await self.line.pending(sources))

    async def finish(self, left: Iterable[Pending]) -> None:
        """Finish what was kept; a bug of ours costs the one it shows itself at, which is tried again as a leftover."""
        for pending in left:
            try:
                await self.line.resume(pending)
            except (StoreError, PoolError):  # none of the others could be stored either
                raise
            except Exception:
                self.line.log("response_broke", response=pending.id, exc_info=True)

    async def leftovers(self) -> None:
        """Finish what was kept and not worked long ago: a deadline or a bug of ours came between."""
        age = timedelta(seconds=2 * DEADLINE / self.clock.wall(1.0))
        ours = [source for source in self.line.sources if source not in self.not_of]
        before = self.clock.now() - age
        await self.finish(pending for pending in await self.line.pending(ours) if pending.fetched_at < before)

    async def _wait(self) -> None:
        """Until something ended, somebody calls, or the next request is due."""
        if self._news.is_set():
            return
        # While nothing may be fetched, what is due stays due: there is nothing to wake up for.
        next_at = None if self.hold else self._next_at
        wait = min(LONGEST_WAIT, (next_at - self.clock.now()) if next_at else LONGEST_WAIT)
        await _or_stop(self._news, self.clock.wall(max(wait.total_seconds(), 0.0)))


async def _or_stop(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event so many seconds at most."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
