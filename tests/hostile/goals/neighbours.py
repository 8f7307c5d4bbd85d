"""T4 as the service lives it: agencies that show every fault of the catalogue beside good ones, which lose nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.hostile.agency import Agency
from tests.hostile.catalogue import CATALOGUE
from tests.hostile.checker import check
from tests.hostile.consumer import Consumer
from tests.hostile.goals.kills import SETTLED
from tests.hostile.ledger import read_ledger
from tests.hostile.lives import Life, Time, World, end, free_port, living, serving
from tests.hostile.outcome import Outcome
from tests.hostile.scenario import problems
from tests.hostile.scratch import scratch
from tests.hostile.server import Weather
from tests.world.watch import sample

RATE, EVERY, POLL = 60.0, timedelta(minutes=10), 300
GOOD, BAD = 8, 32
MOST_MEGABYTES = 250.0  # of the service itself, workers apart


def run(*, seed: int = 1, seconds: float = 60.0, bad: int = BAD) -> Outcome:
    """Try it."""
    outcome = Outcome("T4", f"{bad} hostile agencies beside {GOOD} good ones, as a service", seed)
    with outcome.timed(), scratch() as directory:
        _run(outcome, directory, seconds, bad)
    return outcome


def _run(outcome: Outcome, directory: Path, seconds: float, bad: int) -> None:
    port, numbers, ledger = free_port(), Time.now(RATE), directory / "ledger.jsonl"
    good, hostile = ([_agency(f"{name}{n}", port, n) for n in range(many)] for name, many in (("g", GOOD), ("b", bad)))
    url = f"sqlite:///{directory}/wire.db"
    consumer, largest = Consumer(url), 0.0
    faults = tuple(CATALOGUE)
    weather = {one.name: Weather(0.8, faults) for one in hostile}
    world = World([*good, *hostile], port, time=numbers, seed=outcome.seed, weather=weather, ledger=ledger, bombs=True)
    life = Life([*good, *hostile], port, url, numbers, directory / "log", workers=2)
    with serving(world) as pipe, living(life) as process:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and process.is_alive():
            time.sleep(0.5)
            largest = max(largest, sample(process.pid or 0, 0).rss)
        while not _is_caught_up(consumer, good, numbers) and time.monotonic() < ends + 60:
            time.sleep(0.2)
        pipe.send("?")
        _, struck = pipe.recv()
        stopped, is_alive = numbers.clock().now(), process.is_alive()
        code = end(process)
    lines = [line for line in read_ledger(ledger) if line.agency.startswith("g")]
    seen = consumer.seen()
    consumer.close()
    own = [record for record in seen.records if record["source"].startswith("g")]
    settled = stopped - timedelta(seconds=SETTLED * RATE)
    verdict = check(good, lines, replace(seen, records=own), settled=settled)
    outcome.figures |= {"faults struck": struck.total(), "kinds": len(struck), "articles": len(seen.records)}
    outcome.figures["good stories served"] = verdict.counts["stories served"]
    outcome.bar("the service's memory, MB", largest, MOST_MEGABYTES)
    for name, found in (("good ones lost", verdict.lost), ("double", verdict.doubled), ("wrong text", verdict.wrong)):
        outcome.none(name, found)
    outcome.none("gaps", verdict.gaps)
    outcome.none("torn", problems(url))
    text = (directory / "log").read_text(errors="replace")
    broke = [line for line in text.splitlines() if " request_broke " in line or " response_broke " in line]
    outcome.none("bugs in the log", broke)
    if not is_alive or code != 0:
        outcome.problems.append(f"the service ended with {code}")
    if not verdict.counts["stories served"]:
        outcome.slow.append("no good story was served in time")


def _is_caught_up(consumer: Consumer, good: list[Agency], numbers: Time) -> bool:
    """Whether something of every good agency of the last while is there."""
    consumer.follow()
    late = numbers.clock().now() - timedelta(seconds=SETTLED * RATE)
    wanted = {f"{agency.origin}{piece.path}" for agency in good for piece in agency.listed(late)}
    return wanted <= {change.url for change in consumer.log}


def _agency(name: str, port: int, seed: int) -> Agency:
    return Agency(name, f"{name}.wire.test", port, seed=seed, every=EVERY, lasts=timedelta(days=99), poll_seconds=POLL)
