"""T10: the database is cut off, away for long, full, or locked, under a running service: it waits, and goes on."""

from __future__ import annotations

import random
import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from pipeline.store import open_store
from tests.hostile import postgresql
from tests.hostile.checker import check
from tests.hostile.consumer import Consumer
from tests.hostile.goals.kills import IN_FLIGHT, SETTLED, agencies_at
from tests.hostile.ledger import read_ledger
from tests.hostile.lives import Life, Time, World, end, free_port, living, serving
from tests.hostile.outcome import Outcome
from tests.hostile.scenario import problems
from tests.hostile.scratch import scratch

RATE = 600.0  # ten minutes a second
PATIENCE, MOST_BACK = 60.0, 10.0  # seconds
FULL = 1.0  # seconds of a full disk
CUT = 0.3


def run(
    *, seed: int = 1, restarts: int = 20, away: float = 30.0, full: int = 20, locked: float = 30.0
) -> list[Outcome]:
    """Both databases; `away` and `locked` are seconds, restarts and full disks are counted."""
    return [_on_postgresql(seed, restarts, away), _on_sqlite(seed, full, locked)]


def _on_postgresql(seed: int, restarts: int, away: float) -> Outcome:
    outcome = Outcome("T10", f"PostgreSQL: {restarts} cuts, {away:.0f} s away", seed)
    with outcome.timed(), scratch() as directory, postgresql.server() as server:
        url = server.new_database()
        with _service(outcome, directory, url) as (process, consumer):
            back = []
            for number in range(restarts + 1):
                _progress(consumer)
                server.cut()
                time.sleep(away if number == restarts else CUT)
                server.start()
                back.append(_progress(consumer))
            _told(outcome, process, back)
    return outcome


def _on_sqlite(seed: int, full: int, locked: float) -> Outcome:
    outcome = Outcome("T10", f"SQLite: {full} full disks, locked for {locked:.0f} s", seed)
    with outcome.timed(), scratch() as directory:
        path = directory / "wire.db"
        with _service(outcome, directory, f"sqlite:///{path}") as (process, consumer):
            back, bitten, chance = [], 0, random.Random(seed)
            for _ in range(full):
                _progress(consumer)
                assert process.pid is not None
                room = path.with_name("wire.db-wal").stat().st_size + chance.randrange(20_000)
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
                time.sleep(FULL / 2)
                consumer.follow()
                before = len(consumer.log)
                time.sleep(FULL / 2)
                consumer.follow()
                bitten += len(consumer.log) == before
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                back.append(_progress(consumer))
            with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(locked)
                other.execute("ROLLBACK")
            back.append(_progress(consumer))
            _told(outcome, process, back)
            outcome.figures["full disks that were felt"] = bitten
    return outcome


@contextmanager
def _service(outcome: Outcome, directory: Path, url: str) -> Iterator[tuple[ForkServerProcess, Consumer]]:
    """A service at work, and one who follows it; afterwards all is compared."""
    port, numbers, ledger = free_port(), Time.now(RATE), directory / "ledger.jsonl"
    agencies = agencies_at(port)
    open_store(url).close()
    consumer = Consumer(url)
    world = World(agencies, port, time=numbers, seed=outcome.seed, ledger=ledger)
    with serving(world), living(Life(agencies, port, url, numbers)) as process:
        yield process, consumer
        if not consumer.is_up_to_date(numbers.clock(), IN_FLIGHT * RATE):
            outcome.slow.append("it did not catch up")
        stopped = numbers.clock().now()
        end(process)
    lines = list(read_ledger(ledger))
    seen = consumer.seen()
    consumer.close()
    settled = stopped - timedelta(seconds=SETTLED * RATE)
    verdict = check(agencies, lines, seen, settled=settled)
    outcome.figures |= {"requests": len(lines), **verdict.counts}
    for name, found in (("lost", verdict.lost), ("double", verdict.doubled), ("wrong text", verdict.wrong)):
        outcome.none(name, found)
    outcome.none("gaps", verdict.gaps)
    outcome.none("torn", problems(url))


def _progress(consumer: Consumer) -> float:
    """The seconds until something new is stored."""
    consumer.follow()
    before, began = len(consumer.log), time.monotonic()
    while len(consumer.log) == before and time.monotonic() < began + PATIENCE:
        time.sleep(0.05)
        consumer.follow()
    return time.monotonic() - began


def _told(outcome: Outcome, process: ForkServerProcess, back: list[float]) -> None:
    outcome.figures["back after, median s"] = round(sorted(back)[len(back) // 2], 2)
    outcome.bar("back after, most s", max(back), MOST_BACK, timed=True)
    if process.exitcode is not None:
        outcome.problems.append(f"the service ended by itself with {process.exitcode}")
