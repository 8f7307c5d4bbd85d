"""Who polls a source: one process at a time, by a row with an end that is moved on while the process lives."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pipeline.clock import LiveClock
from pipeline.errors import StoreError
from pipeline.ingest import Line
from pipeline.model import Source
from pipeline.store import Transaction

LEASE = timedelta(minutes=2)
RENEWAL = 30.0  # seconds
UNKNOWN = "0"  # when a process began that we may not look at


@asynccontextmanager
async def leased(line: Line, sources: Sequence[Source]) -> AsyncIterator[dict[str, str]]:
    """Hold the leases of these sources within the block; gives who holds those that can't be had, by source.

    Leases go by the wall clock, in a replay too.
    """
    holder = new_holder()
    held = await _take(line, sources, holder)
    renewal = asyncio.create_task(_renew(line, [source for source in sources if source.id not in held], holder))
    try:
        yield held
    finally:
        renewal.cancel()
        await line.write(lambda tx: tx.permits.release(holder))


@dataclass(slots=True)
class Leases:
    """The leases of a process that runs for long: those that another one holds are tried for again and again."""

    line: Line
    holder: str = field(default_factory=lambda: new_holder())
    others: dict[str, str] = field(default_factory=dict)

    async def hold(self, sources: Sequence[Source]) -> dict[str, str]:
        """Take or renew all that can be had; who holds the others, by source."""
        self.others = await _take(self.line, sources, self.holder)
        return self.others

    async def release(self) -> None:
        """Give all of them back."""
        await self.line.write(lambda tx: tx.permits.release(self.holder))


def new_holder() -> str:
    """A name for this process that no other one has: machine, process id, when it began, and something random."""
    return f"{_machine()}:{os.getpid()}:{_began(os.getpid())}:{uuid.uuid4().hex[:8]}"


def is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more: it was killed, and its leases are free."""
    machine, _, rest = holder.partition(":")
    process, _, rest = rest.partition(":")
    if machine != _machine() or not process.isdecimal():
        return False
    return _began(int(process)) not in (rest.partition(":")[0], UNKNOWN)


def _machine() -> str:
    """Host and process namespace: two containers of one name do not see each other's processes."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.stat().st_ino if namespace.exists() else 0}"


def _began(process: int) -> str | None:
    """When a process began, in ticks since the machine did, or UNKNOWN; None: it is no more."""
    try:
        os.kill(process, 0)
        state, *_, ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:20]
    except (ProcessLookupError, OverflowError):
        return None
    except OSError:  # no /proc, or a process of somebody else
        return UNKNOWN
    # A zombie is dead; its parent has not looked yet.
    return None if state in "ZX" else ticks


async def _take(line: Line, sources: Sequence[Source], holder: str) -> dict[str, str]:
    """Take or renew the leases; who has those that can't be taken."""
    now = LiveClock().now()

    def take(tx: Transaction) -> dict[str, str]:
        others: dict[str, str] = {}
        for source in sources:
            other = tx.permits.lease(source.id, holder, now, now + LEASE)
            if other is not None and is_dead(other):
                tx.permits.release(other)
                other = tx.permits.lease(source.id, holder, now, now + LEASE)
            if other is not None:
                others[source.id] = other
        return others

    return await line.write(take)


async def _renew(line: Line, sources: Sequence[Source], holder: str) -> None:
    while True:
        await asyncio.sleep(RENEWAL)
        try:
            await _take(line, sources, holder)
        except StoreError as error:
            line.log("lease_not_renewed", error=str(error))
