"""The long-lived process: polls and reads what is due, tells how it is, keeps house; until it is told to stop.

APScheduler reads the wall clock, so it only runs the jobs that come round; what is due is a row, by our own clock.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipeline.clock import RunningClock
from pipeline.digest import ready
from pipeline.dispatch import Dispatch
from pipeline.errors import WireError
from pipeline.ingest import Line
from pipeline.lease import Leases
from pipeline.model import Source
from pipeline.store import Pending, Transaction

Ending = Literal["stop", "reload"]
# What is at work may end within this, in seconds; with closing the workers SIGTERM takes less than 5.
DRAIN = 3.0
LAST = 4.5  # seconds after which the process ends, whatever holds it
LOOK, RENEW, TELL, KEEP_HOUSE = 1.0, 10.0, 60.0, 86_400.0  # seconds between two runs of a job
# A service that is restarted every day keeps house all the same.
FIRST_HOUSE = 120.0
LEFTOVERS = 300.0
# No job may hang: the next run would never come.
LONGEST_JOB = 300.0
SIGNALS: dict[signal.Signals, Ending] = {
    signal.SIGTERM: "stop",
    signal.SIGINT: "stop",
    signal.SIGHUP: "reload",
}

# A job of the caller's: `tell` once a minute, `keep_house` once a day.
Job = Callable[[Dispatch], Awaitable[None]]


@dataclass(slots=True)
class Calls:
    """The signals this process gets."""

    _came: asyncio.Queue[Ending] = field(default_factory=asyncio.Queue)

    async def next(self) -> Ending:
        """Wait for the next."""
        return await self._came.get()

    def _hear(self, ending: Ending) -> None:
        if ending == "stop":
            # A locked database or a name server that is silent must not hold us up: a crash loses nothing either.
            end = threading.Timer(LAST, os._exit, (0,))
            end.daemon = True
            end.start()
        self._came.put_nowait(ending)

    @contextmanager
    def heard(self) -> Iterator[Calls]:
        """Within the block signals come here."""
        loop = asyncio.get_running_loop()
        for number, ending in SIGNALS.items():
            loop.add_signal_handler(number, self._hear, ending)
        try:
            yield self
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)


@dataclass(frozen=True, slots=True)
class Service:
    """The service on one line, until a signal; a new configuration needs a new line, and so a new Service."""

    line: Line
    clock: RunningClock
    sources: Sequence[Source]
    tell: Job
    keep_house: Job

    async def run(self, calls: Calls, reload: Callable[[], bool]) -> Ending:
        """Work until a signal says to stop, or to read the configuration anew and `reload` says that it can be.

        Raises:
            StoreError: the database can't be written, and that will not pass by itself.
        """
        leases = Leases(self.line)
        dispatch = Dispatch(self.line, self.clock)
        try:
            left = await self._prepare(dispatch, leases)
            async with self._jobs(dispatch, leases), _beside(_quietly(self.line, self._resume(dispatch, left))):
                return await self._until_called(dispatch, calls, reload)
        finally:
            dispatch.stop()
            await dispatch.drain(DRAIN)
            await _quietly(self.line, self.tell(dispatch))
            await _quietly(self.line, leases.release())

    async def _prepare(self, dispatch: Dispatch, leases: Leases) -> list[Pending]:
        """Take the leases, and ask for the feeds; what a crash left."""
        await self._renew(dispatch, leases)
        for source, holder in leases.others.items():
            self.line.log("left_to_another", source=source, holder=holder)
        await self.line.write(self._ask)
        self.line.log("started", sources=len(self.sources) - len(leases.others), database=self.line.store.name)
        ours = [source.id for source in self.sources if source.id not in leases.others]
        return await self.line.write(lambda tx: tx.responses.pending(ours))

    async def _resume(self, dispatch: Dispatch, left: Sequence[Pending]) -> None:
        """Finish that while the first feeds are fetched: the workers take a second to start."""
        await self.line.workers.run(ready)
        await dispatch.finish(left)

    def _ask(self, tx: Transaction) -> None:
        now = self.clock.now()
        for source in self.sources:
            tx.requests.retire_feeds_but(source.id, [feed.url for feed in source.feeds])
            tx.requests.ask_feeds([(feed.request(source.id), feed.backup) for feed in source.feeds], now)
        # Whoever starts the service has mended something, perhaps.
        tx.requests.wake_failing([source.id for source in self.sources], now)

    async def _until_called(self, dispatch: Dispatch, calls: Calls, reload: Callable[[], bool]) -> Ending:
        working = asyncio.create_task(dispatch.run())
        try:
            while True:
                call = asyncio.create_task(calls.next())
                await asyncio.wait({call, working}, return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    call.cancel()
                    working.result()
                ending = call.result()
                if ending == "stop" or reload():
                    self.line.log("stopping" if ending == "stop" else "reloading")
                    return ending
        finally:
            dispatch.stop()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    @asynccontextmanager
    async def _jobs(self, dispatch: Dispatch, leases: Leases) -> AsyncIterator[None]:
        """The jobs that come round."""
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

        def every(
            seconds: float, job: Callable[[], Awaitable[None]], jitter: float = 0, first: float | None = None
        ) -> None:
            begin = datetime.now(UTC) + timedelta(seconds=seconds if first is None else first)
            timed = {"seconds": seconds, "jitter": jitter or None, "next_run_time": begin}
            scheduler.add_job(self._bounded, "interval", args=[job], **timed)

        async def look() -> None:
            dispatch.look()

        every(LOOK, look)
        every(RENEW, lambda: self._renew(dispatch, leases))
        every(LEFTOVERS, dispatch.leftovers)
        every(max(self.clock.wall(TELL), LOOK), lambda: self.tell(dispatch), first=LOOK)
        every(max(self.clock.wall(KEEP_HOUSE), RENEW), lambda: self.keep_house(dispatch), jitter=60, first=FIRST_HOUSE)
        scheduler.start()
        try:
            async with _beside(_kept_awake(scheduler)):
                yield
        finally:
            scheduler.shutdown(wait=False)

    async def _bounded(self, job: Callable[[], Awaitable[None]]) -> None:
        """A job that fails is told of, and comes round again."""
        async with asyncio.timeout(LONGEST_JOB):
            await _quietly(self.line, job())

    async def _renew(self, dispatch: Dispatch, leases: Leases) -> None:
        """Hold our leases, and leave alone whatever is not ours: what others poll, and what is not configured."""
        before = set(leases.others)
        others = await leases.hold(self.sources)
        known = await self.line.write(lambda tx: tx.requests.sources())
        ours = {source.id for source in self.sources} - others.keys()
        dispatch.not_of = sorted({*known, *others} - ours)
        if mended := await self.line.write(lambda tx: tx.requests.mend_times(self.clock.now())):
            self.line.log("clock_was_ahead", requests=mended)
        dispatch.look()
        if taken_over := before & ours:
            self.line.log("taken_over", sources=sorted(taken_over))
            await dispatch.resume(taken_over)


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let something be done within the block, and end it with the block."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _kept_awake(scheduler: AsyncIOScheduler) -> None:
    """APScheduler waits until the wall clock says so: set back by an hour, it would sleep for an hour."""
    while True:
        await asyncio.sleep(RENEW)
        now = datetime.now(UTC)
        for job in scheduler.get_jobs():
            late = now + job.trigger.interval + timedelta(seconds=max(RENEW, FIRST_HOUSE))
            if job.next_run_time is not None and job.next_run_time > late:
                job.modify(next_run_time=now)


async def _quietly(line: Line, work: Awaitable[None]) -> None:
    try:
        await work
    except WireError as error:
        line.log("job_failed", error=str(error))
