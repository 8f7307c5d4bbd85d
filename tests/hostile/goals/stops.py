"""T16: SIGTERM while a hundred fetches hang: the service is gone within five seconds, and nothing is lost."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection

from pipeline.fetch.client import Limits
from tests.hostile.agency import Agency
from tests.hostile.checker import check
from tests.hostile.consumer import Consumer
from tests.hostile.goals.kills import IN_FLIGHT, RATE, SETTLED
from tests.hostile.ledger import read_ledger
from tests.hostile.lives import Life, Time, World, context, end, free_port, live, living, serving
from tests.hostile.outcome import Outcome
from tests.hostile.scenario import problems
from tests.hostile.scratch import scratch
from tests.hostile.server import Weather

IN_FLIGHT_FETCHES, STOPS = 100, 5
MOST_SECONDS, PATIENCE = 5.0, 60.0


def run(*, seed: int = 1, stops: int = STOPS, many: int = IN_FLIGHT_FETCHES) -> Outcome:
    """Try it."""
    outcome = Outcome("T16", f"SIGTERM with {many} fetches in flight, {stops} times", seed)
    with outcome.timed(), scratch() as directory:
        port, numbers, ledger = free_port(), Time.now(RATE), directory / "ledger.jsonl"
        agencies = [
            Agency(f"a{number}", f"a{number}.wire.test", port, seed=number, every=timedelta(hours=4), poll_seconds=3600)
            for number in range(many)
        ]
        life = Life(agencies, port, f"sqlite:///{directory}/wire.db", numbers, directory / "log", limits=Limits())
        silent = {agency.name: Weather(1.0, ("silence",)) for agency in agencies}
        took, codes = [], []
        for _ in range(stops):
            with serving(World(agencies, port, time=numbers, weather=silent, ledger=ledger)) as pipe:
                process = context().Process(target=live, args=(life,))
                process.start()
                held = _held(pipe, many)
                began = time.monotonic()
                codes.append(end(process))
                took.append(time.monotonic() - began)
                if held < many:
                    outcome.slow.append(f"only {held} fetches were in flight")
        consumer = Consumer(life.database)
        world = World(agencies, port, time=numbers, ledger=ledger)
        with serving(world), living(replace(life, limits=Limits())):
            if not consumer.is_up_to_date(numbers.clock(), IN_FLIGHT * RATE):
                outcome.slow.append("it did not catch up")
            stopped = numbers.clock().now()
        seen = consumer.seen()
        consumer.close()
        settled = stopped - timedelta(seconds=SETTLED * RATE)
        verdict = check(agencies, list(read_ledger(ledger)), seen, settled=settled)
        outcome.figures |= {"articles": len(seen.records), "exit codes": str(sorted(set(codes), key=str))}
        outcome.bar("slowest end, s", max(took), MOST_SECONDS, timed=True)
        outcome.none("lost", verdict.lost)
        outcome.none("double", verdict.doubled)
        outcome.none("torn", problems(life.database))
        if set(codes) != {0}:
            outcome.problems.append(f"it ended with {codes}")
    return outcome


def _held(pipe: Connection, many: int) -> int:
    """Wait until so many hang; how many do."""
    until, struck = time.monotonic() + PATIENCE, 0
    while struck < many and time.monotonic() < until:
        time.sleep(0.1)
        pipe.send("?")
        struck = pipe.recv()[1]["silence"]
    return struck
