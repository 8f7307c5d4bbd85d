"""T8, T9: a day of forty agencies on a network that fails three times in ten: nothing is lost, and nothing grows."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from pipeline.store import open_store
from tests.hostile.agency import Agency
from tests.hostile.checker import check
from tests.hostile.consumer import Consumer
from tests.hostile.goals.kills import SETTLED
from tests.hostile.ledger import read_ledger
from tests.hostile.lives import Life, Time, World, end, free_port, living, serving
from tests.hostile.outcome import Outcome
from tests.hostile.scenario import problems
from tests.hostile.scratch import scratch
from tests.hostile.server import Weather
from tests.world.watch import Sample, after_warm_up, sample, slope

AGENCIES, RATE = 40, 240.0
EVERY, POLL = timedelta(minutes=15), 300
STORM = Weather(
    0.3,
    (
        "reset-before-a-word", "reset-within-the-body", "a-body-that-is-short", "gzip-cut-short", "too-many",
        "unavailable-now-and-then", "drip-body", "no-status-line", "a-chunk-that-is-cut", "nothing-at-all",
    ),
)  # fmt: skip
MOST_REQUESTS, MOST_SLOPE, MOST_LOG = 1.6, 1.0, 64.0  # times; MB per 1,000 polls; MB
SAMPLE_SECONDS = 2.0
LEAST_POLLS = 3000  # before that, a slope is one of caches that fill


def run(*, seed: int = 1, hours: float = 24.0, agencies: int = AGENCIES, rate: float = RATE) -> Outcome:
    """Try it."""
    outcome = Outcome("T8/9", f"soak: {hours:g} hours, {agencies} agencies, 30 % faults, {rate:g} times as fast", seed)
    with outcome.timed(), scratch() as directory:
        _run(outcome, directory, hours, agencies, rate)
    return outcome


def _run(outcome: Outcome, directory: Path, hours: float, many: int, rate: float) -> None:
    port, numbers, ledger = free_port(), Time.now(rate), directory / "ledger.jsonl"
    agencies = [
        Agency(f"a{number}", f"a{number}.wire.test", port, seed=number, every=EVERY, lasts=timedelta(days=99),
               poll_seconds=POLL)
        for number in range(many)
    ]  # fmt: skip
    url = f"sqlite:///{directory}/wire.db"
    open_store(url).close()
    consumer, samples, longest_log = Consumer(url), list[Sample](), 0.0
    world = World(agencies, port, time=numbers, seed=outcome.seed, weather={one.name: STORM for one in agencies},
                  ledger=ledger)  # fmt: skip
    ends = time.time() + hours * 3600 / rate
    with serving(world), living(Life(agencies, port, url, numbers, directory / "log", workers=2)) as process:
        while time.time() < ends and process.is_alive():
            time.sleep(SAMPLE_SECONDS)
            consumer.follow()
            log = directory / "wire.db-wal"
            longest_log = max(longest_log, log.stat().st_size / 1e6 if log.exists() else 0)
            samples.append(sample(process.pid or 0, _polls(ledger)))
        if not consumer.is_up_to_date(numbers.clock(), SETTLED * rate):
            outcome.slow.append("it did not catch up")
        stopped = numbers.clock().now()
        if not process.is_alive():
            outcome.problems.append(f"the service ended by itself with {process.exitcode}")
        end(process)
    lines = list(read_ledger(ledger))
    seen = consumer.seen()
    consumer.close()
    settled = stopped - timedelta(seconds=2 * SETTLED * rate)
    verdict = check(agencies, lines, seen, settled=settled)
    asked = [line for line in lines if line.kind in ("feed", "page")]
    outcome.figures |= {"requests": len(asked), "struck": sum(line.fault is not None for line in asked)}
    outcome.figures |= verdict.counts
    answered = sum(line.whole or line.fault is None for line in asked)
    outcome.bar("requests for each that was answered", len(asked) / max(1, answered), MOST_REQUESTS)
    _grown(outcome, samples)
    outcome.bar("write-ahead log, most MB", longest_log, MOST_LOG)
    for name, found in (("lost", verdict.lost), ("double", verdict.doubled), ("wrong text", verdict.wrong)):
        outcome.none(name, found)
    outcome.none("gaps", verdict.gaps)
    outcome.none("torn", problems(url))


def _grown(outcome: Outcome, samples: list[Sample]) -> None:
    steady = after_warm_up(samples, 0.4)
    if len(steady) < 3:
        outcome.problems.append("too few samples")
        return
    rise = slope([(one.polls / 1000, one.rss) for one in steady])
    outcome.figures |= {"polls": steady[-1].polls, "MB": round(steady[-1].rss, 1)}
    if steady[-1].polls >= LEAST_POLLS:
        outcome.bar("MB per 1,000 polls", rise, MOST_SLOPE)
    for name in ("threads", "descriptors", "children"):
        values = [getattr(one, name) for one in steady]
        outcome.figures[name] = f"{min(values)}–{max(values)}"


def _polls(ledger: Path) -> int:
    return ledger.read_bytes().count(b'"kind": "feed"')
