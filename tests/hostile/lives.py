"""Processes of a hostile world: its server, and services that live and are killed.

They are forked from a process that has imported everything, so that a life begins within some hundredths of a second.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import connectors
from pipeline import digest
from pipeline.clock import FastClock, RunningClock
from pipeline.fetch.client import Client, Limits
from pipeline.ingest import Line
from pipeline.model import Source
from pipeline.normalise.registers import Registers
from pipeline.service import Calls, Service
from pipeline.store import open_store
from pipeline.tally import Tally
from pipeline.watch import Watch
from pipeline.workers import Workers
from tests.hostile.agency import START, Agency
from tests.hostile.faults import coding
from tests.hostile.ledger import Ledger
from tests.hostile.server import HostileWire, Weather
from tests.loopback import open_sockets

PRELOADED = ["tests.hostile.lives", "pipeline.digest", "pipeline.wiring.service"]
QUICK = Limits(connect=1, read=1, total_feed=2, total_page=2, total_robots=2)
GRACE = 10.0  # seconds that a process has to end


@dataclass(frozen=True, slots=True)
class Time:
    """The numbers of a clock that all processes of a world share."""

    rate: float = 1.0
    begun: float = 0.0
    start: datetime = START

    def clock(self) -> FastClock:
        return FastClock(self.start, self.rate, self.begun)

    @classmethod
    def now(cls, rate: float, start: datetime = START) -> Time:
        """A clock that begins now."""
        return cls(rate, time.time(), start)


@dataclass(frozen=True, slots=True)
class World:
    """A server to be started: where it listens, for whom it answers, and how badly; whether `bombs` are needed."""

    agencies: Sequence[Agency]
    port: int
    addresses: Sequence[str] = ("127.0.0.2",)
    time: Time = Time()
    seed: int = 1
    weather: Mapping[str, Weather] = field(default_factory=dict)
    ledger: Path | None = None
    bombs: bool = False
    mutate: Callable[..., bytes] | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A service to be started.  With no `workers` pages are digested in the process itself.

    `names` are looked up at `address`, whatever they are.
    """

    agencies: Sequence[Agency]
    port: int
    database: str
    time: Time
    log: Path | None = None
    workers: int = 0
    address: str = "127.0.0.2"
    limits: Limits = QUICK
    rereads: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(hours=6))
    before: Callable[[], None] | None = None


def context() -> multiprocessing.context.ForkServerContext:
    """What processes are started from."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(PRELOADED)
    return found


def free_port(addresses: Sequence[str] = ("127.0.0.2",)) -> int:
    """A port that is free on all of them."""
    opened = open_sockets(addresses)
    port = int(opened[0].getsockname()[1])
    for one in opened:
        one.close()
    return port


@contextmanager
def serving(world: World) -> Iterator[Connection]:
    """The server at work within the block; asked for anything, it answers with what it did (see `_serve`)."""
    ours, its = context().Pipe()
    process = context().Process(target=_serving, args=(world, its))
    process.start()
    its.close()
    try:
        assert ours.recv() == "ready"
        yield ours
    finally:
        end(process)


@contextmanager
def living(life: Life) -> Iterator[ForkServerProcess]:
    """A service at work within the block."""
    process = context().Process(target=live, args=(life,))
    process.start()
    try:
        yield process
    finally:
        end(process)


def end(process: ForkServerProcess) -> int | None:
    """Ask a process to end, and make it; its exit code."""
    if process.is_alive():
        process.terminate()
    process.join(GRACE)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def live(life: Life) -> None:
    """Be a service, until a signal."""
    _log_to(life.log)
    if life.before is not None:
        life.before()
    asyncio.run(_live(life))


async def _live(life: Life) -> None:
    clock = life.time.clock()
    sources = {agency.name: agency.source for agency in life.agencies}

    async def resolve(_name: str) -> Sequence[str]:
        return [life.address]

    client = Client(
        user_agent="newswire-hostile/1 (+mailto:desk@wire.test)",
        clock=clock,
        allow_private=["127.0.0.0/8"],
        ports=[life.port],
        pace_seconds=0,
        limits=life.limits,
        resolver=resolve,
    )
    store = open_store(life.database)
    workers = Workers(life.workers, digest.prepare, (ROOM, sources)) if life.workers else Inline(sources)
    with Calls().heard() as calls, ThreadPoolExecutor(max_workers=1) as writer:
        async with client as network:
            line = Line(store, network, workers, clock, Tally(), sources, _told, writer, rereads=life.rereads)
            await _serve(line, clock, list(sources.values()), calls)
    store.close()
    if isinstance(workers, Workers):
        await asyncio.to_thread(workers.close)


async def _serve(line: Line, clock: RunningClock, sources: Sequence[Source], calls: Calls) -> None:
    watch = Watch(line, sources, 0, None)

    async def keep_house(_: object) -> None:
        """Nothing grows old here."""

    await Service(line, clock, sources, watch.tell, keep_house).run(calls, lambda: False)


ROOM = "tests.hostile.lives:room"


def room(sources: Mapping[str, Source]) -> digest.Room:
    """What a worker knows."""
    readers = {name: connectors.load(source) for name, source in sources.items()}
    return digest.Room(sources, readers, Registers.from_data({}), connectors.load)


class Inline:
    """Runs what a worker would, in this process: a life that lasts half a second has no time to start workers."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        digest._room = room(sources)

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(*arguments)


def _told(event: str, **facts: object) -> None:
    print(f"{time.time():.3f} {os.getpid()} {event} {facts}", file=sys.stderr, flush=True)


def _log_to(path: Path | None) -> None:
    with open(path or os.devnull, "ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _serving(world: World, pipe: Connection) -> None:
    asyncio.run(_answer(world, pipe))


async def _answer(world: World, pipe: Connection) -> None:
    """Serve; whatever comes over the pipe is answered with how often connections were accepted and faults struck."""
    with open(world.ledger or os.devnull, "a", encoding="utf-8") as out:
        ledger = Ledger(out) if world.ledger else None
        wire = HostileWire(world.agencies, world.time.clock(), world.seed, world.weather, ledger, mutate=world.mutate)
        if world.bombs:
            coding.prepare()
        async with wire.listening(world.addresses, world.port):
            pipe.send("ready")
            loop = asyncio.get_running_loop()
            asked = asyncio.Event()
            loop.add_reader(pipe.fileno(), asked.set)
            while True:
                await asked.wait()
                asked.clear()
                try:
                    pipe.recv()
                except EOFError:
                    return
                pipe.send((wire.accepted, Counter(wire.struck)))
