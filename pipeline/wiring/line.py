"""The line on a real database, with its workers and its network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from pipeline import digest
from pipeline.clock import Clock, RunningClock
from pipeline.connector import Network
from pipeline.fetch.client import Client
from pipeline.fetch.robots import Memory
from pipeline.ingest import Line, Log
from pipeline.model import RobotsFile, Source
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.tally import Tally
from pipeline.wiring.room import LOAD_ROOM, load_room
from pipeline.workers import Workers


@asynccontextmanager
async def line(
    settings: Settings, sources: dict[str, Source], network: Network, clock: Clock, log: Log, *, archived: bool = False
) -> AsyncIterator[Line]:
    """The line on the configured database, with its workers; closed at the end."""
    load_room(settings)  # before a database is made
    store = open_store(settings.database)
    workers = Workers(settings.workers, digest.prepare, (LOAD_ROOM, settings))
    writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
    try:
        rereads = tuple(timedelta(seconds=age) for age in settings.fetch.reread)
        yield Line(store, network, workers, clock, Tally(), sources, log, writer, archived, rereads)
    finally:
        await asyncio.to_thread(_close, store, workers, writer)


@asynccontextmanager
async def online(
    settings: Settings, sources: dict[str, Source], asked: Sequence[Source], clock: RunningClock, log: Log
) -> AsyncIterator[Line]:
    """The line on the live network, for the sources that are `asked`."""
    memory = _Memory()
    async with (
        client(settings, asked, clock, memory) as network,
        line(settings, sources, network, clock, log) as one,
    ):
        memory.line = one
        yield one


def client(settings: Settings, sources: Sequence[Source], clock: RunningClock, memory: Memory | None = None) -> Client:
    """The live network as the settings want it."""
    return Client(
        user_agent=settings.introduction,
        clock=clock,
        allow_private=settings.fetch.allow_private,
        ports=settings.fetch.ports,
        pace_seconds=settings.fetch.pace_seconds,
        legacy_tls_hosts=[host for source in sources if source.legacy_tls for host in source.hosts],
        memory=memory,
    )


@dataclass(slots=True)
class _Memory:
    """Keeps robots.txt files in the database of a line."""

    line: Line | None = None

    async def load(self, origin: str) -> RobotsFile | None:
        return await self.line.write(lambda tx: tx.robots.load(origin)) if self.line else None

    async def save(self, origin: str, known: RobotsFile) -> None:
        if self.line:
            await self.line.write(lambda tx: tx.robots.save(origin, known))


def _close(store: Store, workers: Workers, writer: ThreadPoolExecutor) -> None:
    workers.close()
    writer.shutdown()
    store.close()
