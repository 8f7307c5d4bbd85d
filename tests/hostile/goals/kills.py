"""T1: a service under load is killed at random times; nothing is lost, doubled or torn, and it is back at once."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tests.hostile import postgresql
from tests.hostile.agency import Agency
from tests.hostile.checker import check
from tests.hostile.consumer import Consumer
from tests.hostile.ledger import read_ledger
from tests.hostile.lives import Life, Time, World, context, end, free_port, live, serving
from tests.hostile.outcome import Outcome
from tests.hostile.scenario import problems
from tests.hostile.scratch import scratch

RATE = 600.0  # ten minutes a second
AGENCIES, EVERY, POLL = 6, timedelta(minutes=30), 600
SHORTEST, LONGEST = 0.1, 1.0  # seconds of a life
IN_FLIGHT = 3.0  # seconds
# What a feed listed is due when the feed is worked, and may be late by as much again.
SETTLED = 3 * IN_FLIGHT
MOST_RESUME = 2.0


def run(*, seed: int = 1, kills: int = 200, database: str = "sqlite") -> Outcome:
    """Try it on a database of this kind."""
    outcome = Outcome("T1", f"{kills} kills of a service under load, {database}", seed)
    with outcome.timed(), scratch() as directory:
        if database == "sqlite":
            _run(outcome, kills, directory, f"sqlite:///{directory}/wire.db")
        else:
            with postgresql.server() as server:
                _run(outcome, kills, directory, server.new_database())
    return outcome


def _run(outcome: Outcome, kills: int, directory: Path, database: str) -> None:
    chance, port = random.Random(outcome.seed), free_port()
    clock_numbers = Time.now(RATE)
    agencies = agencies_at(port)
    ledger, log = directory / "ledger.jsonl", directory / "service.log"
    consumer = Consumer(database)
    life = Life(agencies, port, database, clock_numbers, log)
    resumed, unexpected, ends = [], list[str](), list[datetime]()
    with serving(World(agencies, port, time=clock_numbers, seed=outcome.seed, ledger=ledger)):
        for number in range(kills + 1):
            is_last = number == kills
            process = context().Process(target=live, args=(life,))
            began = time.monotonic()
            process.start()
            resumed.append(_first_request(ledger, began))
            if not is_last:
                time.sleep(chance.uniform(SHORTEST, LONGEST))
            elif not consumer.is_up_to_date(clock_numbers.clock(), IN_FLIGHT * RATE):
                outcome.slow.append("the last life did not catch up")
            if process.exitcode is not None:
                unexpected.append(f"life {number} ended by itself with {process.exitcode}")
            stopped = clock_numbers.clock().now()
            ends.append(stopped)
            if is_last:
                end(process)
            else:
                process.kill()
                process.join()
            consumer.follow()
    lines = list(read_ledger(ledger))
    seen = consumer.seen()
    consumer.close()
    flight = timedelta(seconds=IN_FLIGHT * RATE)
    verdict = check(agencies, lines, seen, settled=_settled(stopped), kills=ends, in_flight=flight)
    outcome.figures |= {"requests": len(lines), **verdict.counts}
    outcome.figures["resumed after, median s"] = round(sorted(resumed)[len(resumed) // 2], 2)
    outcome.bar("resumed after, most s", max(resumed), MOST_RESUME, timed=True)
    outcome.none("lives that ended by themselves", unexpected)
    outcome.none("lost", verdict.lost)
    outcome.none("double", verdict.doubled)
    outcome.none("wrong text", verdict.wrong)
    outcome.none("gaps", verdict.gaps)
    outcome.none("torn", problems(database))


def agencies_at(port: int, many: int = AGENCIES) -> Sequence[Agency]:
    """Agencies that never end, each polled every ten minutes."""
    return [
        Agency(
            f"a{number}", f"a{number}.wire.test", port, seed=number, every=EVERY, lasts=timedelta(days=365),
            poll_seconds=POLL,
        )
        for number in range(many)
    ]  # fmt: skip


def _settled(stopped: datetime) -> datetime:
    return stopped - timedelta(seconds=SETTLED * RATE)


def _first_request(ledger: Path, began: float) -> float:
    """The seconds until the ledger grew."""
    size = ledger.stat().st_size if ledger.exists() else 0
    while time.monotonic() < began + 20:
        if ledger.exists() and ledger.stat().st_size > size:
            return time.monotonic() - began
        time.sleep(0.005)
    return 20.0
