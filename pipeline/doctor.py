"""Whether this machine, this configuration and this database can do the work: `newswire doctor`.

Each check gives a finding; none stops the others.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from pipeline.connector import Network
from pipeline.digest import ready
from pipeline.errors import FetchError, WireError
from pipeline.model import Page, Request, Source
from pipeline.store import open_store
from pipeline.watch import free_megabytes
from pipeline.workers import Workers

State = Literal["well", "warning", "failed"]
# A clock that is further off stores wrong times, and takes other clocks' times for the future.
CLOCK_OFF = timedelta(minutes=2)
OLDEST_SQLITE = (3, 38)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: how it is, in a sentence, and what to do."""

    state: State
    check: str
    text: str


def of_program() -> Finding:
    """Python and SQLite."""
    python = ".".join(map(str, sys.version_info[:3]))
    text = f"Python {python}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return Finding("failed", "program", f"{text}: this SQLite is too old, 3.38 is needed")
    return Finding("well", "program", text)


def of_contact(contact: str | None) -> Finding:
    """Whether agencies can reach the person who runs this."""
    if contact is None:
        text = "no contact is set: agencies that mind our requests can only block us; set it in newswire.toml"
        return Finding("warning", "contact", text)
    return Finding("well", "contact", contact)


def of_database(url: str, least_free_mb: int) -> list[Finding]:
    """Whether it opens, is of this version, is whole as far as can be told at once, can be written, and has room."""
    try:
        store = open_store(url)
    except WireError as error:
        return [Finding("failed", "database", str(error))]
    try:
        problems = store.quick_check()
        with store.write(datetime.now(UTC)):
            pass
        free = free_megabytes(store.directory)
    except WireError as error:
        return [Finding("failed", "database", str(error))]
    finally:
        store.close()
    found = [Finding("failed", "database", f"{problem}; see: newswire db check") for problem in problems]
    found = found or [Finding("well", "database", f"{store.name} opens, is whole and can be written")]
    if free is not None:
        state: State = "well" if free >= least_free_mb else "failed"
        found.append(Finding(state, "disk", f"{free:,} MB are free, {least_free_mb} are needed"))
    return found


async def of_workers(make: Callable[[], Workers]) -> Finding:
    """Whether a process to read pages can be started."""
    workers = make()
    try:
        await workers.run(ready)
    except WireError as error:
        return Finding("failed", "workers", f"no process to read pages can be started: {error}")
    finally:
        await asyncio.to_thread(workers.close)
    return Finding("well", "workers", "a process to read pages starts")


async def of_sources(network: Network, sources: Sequence[Source]) -> AsyncIterator[Finding]:
    """Whether one feed of each source can be fetched, and whether our clock agrees with the servers'."""
    dates = []
    for source in sources:
        feed = next((feed for feed in source.feeds if not feed.backup), None)
        if feed is None:
            yield Finding("warning", source.id, "has no feed")
            continue
        found, page = await _fetched(network, feed.request(source.id))
        yield found
        dates += [page] if page else []
    yield of_clock(dates)


def of_clock(pages: Sequence[Page]) -> Finding:
    """Whether our clock agrees with those of the servers that answered."""
    offs = sorted(off for page in pages if (off := _off(page)) is not None)
    if not offs:
        return Finding("warning", "clock", "no server told the time, so ours could not be compared")
    off = offs[len(offs) // 2]
    if abs(off) > CLOCK_OFF:
        seconds = int(off.total_seconds())
        text = f"it is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} the servers': set it, with NTP"
        return Finding("failed", "clock", text)
    return Finding("well", "clock", "agrees with the servers'")


async def _fetched(network: Network, request: Request) -> tuple[Finding, Page | None]:
    try:
        page = await network.get(request)
    except FetchError as error:
        return Finding("failed", request.source, str(error)), None
    if page.status != 200:
        return Finding("failed", request.source, f"{request.url}: the server answered {page.status}"), page
    return Finding("well", request.source, f"{request.url}: {len(page.body):,} bytes"), page


def _off(page: Page) -> timedelta | None:
    try:
        return page.fetched_at - parsedate_to_datetime(page.header("date") or "").astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
