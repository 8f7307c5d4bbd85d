"""T3: the N-th statement, commit, answer, task or allocation fails, for N = 1, 2, … until a day ends without.

After each failure the day goes on.  Every one has to show itself, by an exception or in the log; nothing may be lost,
doubled or left hanging.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

from sqlalchemy.engine.default import DefaultDialect

from pipeline import digest, filing, ingest, polling
from pipeline.archive import pack
from pipeline.clock import ManualClock
from pipeline.dedup import decide, fingerprint
from pipeline.normalise import article
from pipeline.parse import dom, rss
from pipeline.store import articles, open_store, requests, sightings
from pipeline.workers import PoolError
from tests.hostile import scenario
from tests.hostile.agency import START
from tests.hostile.outcome import Outcome
from tests.hostile.points import Knife
from tests.hostile.scenario import AGENCY, HOUR, Day, Feeds, portables, problems
from tests.hostile.scratch import scratch
from tests.wire import Here, Wire, wire_on

HOURS = 3
MEMORY = "memory"
LONGEST = 60.0  # seconds that an hour of the day may take, whatever fails
ROOMS = (
    digest, ingest, polling, filing, pack, decide, fingerprint, article, dom, rss, articles, requests, sightings,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A way to fail: where, and with what."""

    codes: frozenset[tuple[CodeType, str]]
    error: Callable[[], Exception]


@dataclass(slots=True)
class Trial:
    """One day with one failure."""

    shown: list[str] = field(default_factory=list)
    hung: bool = False


def ways() -> Mapping[str, Way]:
    """All ways, by name."""
    statement, commit = DefaultDialect.do_execute.__code__, DefaultDialect.do_commit.__code__
    return {
        "statement": Way(frozenset({(statement, "call")}), _disk),
        "commit": Way(frozenset({(commit, "call")}), _disk),
        "commit, told wrongly": Way(frozenset({(commit, "return")}), _disk),
        "answer": Way(frozenset({(Feeds.get.__code__, "call")}), lambda: OSError("connection torn")),
        "task": Way(frozenset({(Here.run.__code__, "call")}), lambda: PoolError("no process can be started")),
        MEMORY: Way(frozenset((code, "call") for code in _codes()), MemoryError),
    }


def run(*, seed: int = 1, step: int = 1, names: tuple[str, ...] = ()) -> Outcome:
    """Try every `step`-th N of each way."""
    outcome = Outcome("T3", f"the N-th call fails, every {step}. N", seed)
    swallowed, hung, broken = list[str](), list[str](), list[str]()
    with outcome.timed(), scratch() as directory:
        whole = Path(directory, "whole.db")
        Day(f"sqlite:///{whole}", HOURS).live()
        expected = {record["url"] for record in portables(f"sqlite:///{whole}")}
        for name in names or ways():
            tried = 0
            for nth in count(1, step):
                database = f"sqlite:///{directory}/{name.replace(' ', '-')}-{nth}.db"
                knife, trial = _day(ways()[name], nth, database)
                if not knife.is_used:
                    break
                tried += 1
                where = f"{name} {nth}"
                swallowed += [] if trial.shown else [where]
                hung += [where] if trial.hung else []
                broken += [f"{where}: {one}" for one in _wrong(database, expected)]
                _remove(Path(directory), database)
            outcome.figures[name] = tried
    outcome.none("swallowed", swallowed)
    outcome.none("hung", hung)
    outcome.none("lost, double or broken", broken)
    return outcome


def _day(way: Way, nth: int, database: str) -> tuple[Knife, Trial]:
    trial = Trial()

    def fail() -> NoReturn:
        raise way.error()

    knife = Knife(way.codes, nth, fail)
    store = open_store(database)
    try:
        # One hour more, without the knife: a feed that failed in the last is read again at its next poll.
        for hour in range(HOURS + 1):
            # Once more where something failed, as the service would; the knife cuts once.
            for _ in range(3):
                if _hour(store, hour, knife if hour < HOURS else None, trial):
                    break
            else:
                trial.hung = True
    finally:
        store.close()
    return knife, trial


def _hour(store: Any, hour: int, knife: Knife | None, trial: Trial) -> bool:
    """Whether an hour's work came to its end."""
    clock = ManualClock(START + hour * HOUR)
    ready = wire_on(store, AGENCY.source, network=Feeds(clock), clock=clock, rereads=scenario.REREADS)
    try:
        with knife.drawn() if knife else nullcontext(), ready as wire:
            hear(wire, trial.shown)
            asyncio.run(_bounded(wire))
    except TimeoutError:
        trial.hung = True
    except Exception as error:  # shown, which is all that is asked
        trial.shown.append(repr(error))
        return False
    return True


async def _bounded(wire: Wire) -> None:
    async with asyncio.timeout(LONGEST):
        await Day("").work(wire)


def hear(wire: Wire, shown: list[str]) -> None:
    """Note what the line logs."""

    def log(event: str, **facts: object) -> None:
        if event in ("store_busy", "digest_failed", "page_failed", "request_broke"):
            shown.append(f"{event} {facts}")

    object.__setattr__(wire.line, "log", log)


def _wrong(database: str, expected: set[str]) -> Iterator[str]:
    found = [record["url"] for record in portables(database)]
    yield from (f"{url} is lost" for url in expected - set(found))
    yield from (f"{url} is there {found.count(url)} times" for url in set(found) if found.count(url) > 1)
    yield from problems(database)


def _codes() -> Iterator[CodeType]:
    """Every function of the rooms that a page goes through, methods too."""
    for module in ROOMS:
        for thing in vars(module).values():
            if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
                yield thing.__code__
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                yield from (one.__code__ for one in vars(thing).values() if isinstance(one, FunctionType))


def _disk() -> Exception:
    return sqlite3.OperationalError("disk I/O error")


def _remove(directory: Path, database: str) -> None:
    for path in directory.glob(f"{Path(database).name}*"):
        with suppress(OSError):
            path.unlink()
