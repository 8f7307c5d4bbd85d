"""A week of the service in minutes: `python -m tests.benchmarks.service_week --help`.

Starts the world's server and a service on one fast clock, lets them run to the world's end, and prints what the
checker says, how the service's memory, threads and descriptors went, and, with kills, how soon it was back at work.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from os import kill
from pathlib import Path

from tests.world.checker import Report, check, read_database
from tests.world.ledger import read_ledger
from tests.world.plan import World
from tests.world.process import Place, end, serving, start_service
from tests.world.watch import Sample, after_warm_up, descendants, identity, is_alive, sample, slope

LOOK = 0.02  # seconds of real time between two looks at the ledger
SAMPLE_POLLS = 100
ORPHANS_GONE = 5.0  # seconds that the workers of a killed service have to end by themselves
TAIL = 1.0  # seconds of real time after the world's end, for what is still at work


@dataclass(slots=True)
class Week:
    """One run.  `restarts` are the seconds from each start to the first request that was served."""

    world: World
    place: Place
    database: str
    service: subprocess.Popen[bytes] | None = None
    samples: list[Sample] = field(default_factory=list)
    kills: list[datetime] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    stopped: float = 0.0
    until: datetime | None = None
    trouble: list[str] = field(default_factory=list)
    workers: set[tuple[int, str]] = field(default_factory=set)
    _polls: int = 0
    _requests: int = 0
    _read: int = 0

    def run(self, kills: int, chance: random.Random) -> None:
        """From the first start to the last stop."""
        ends = self.world.begun + (self.world.end - self.world.start).total_seconds() / self.world.rate
        times = sorted(chance.uniform(time.time() + 3, ends - 3) for _ in range(kills))
        self._start()
        while time.time() < ends:
            if times and time.time() >= times[0]:
                times.pop(0)
                self._kill()
                self._start()
            self._look()
            self._check_alive()
            time.sleep(LOOK)
        time.sleep(TAIL)
        self._stop()

    def _start(self) -> None:
        """Start the service and wait for its first request."""
        began, seen = time.time(), self._look()
        self.service = start_service(self.world, self.place, self.database)
        while self._look() == seen and self.service.poll() is None:
            time.sleep(LOOK / 4)
        self.restarts.append(time.time() - began)
        self._check_alive()

    def _check_alive(self) -> None:
        assert self.service is not None
        if self.service.poll() is not None:
            raise SystemExit(f"the service ended with {self.service.returncode}; see {self.place.log}")

    def _kill(self) -> None:
        """`kill -9` of the service alone: its workers must see for themselves that it is gone."""
        assert self.service is not None
        self._note_workers()
        self.service.kill()
        self.service.wait()
        self.kills.append(self.world.clock().now())

    def _stop(self) -> None:
        assert self.service is not None
        self._note_workers()
        began, self.until = time.time(), self.world.clock().now()
        code = end(self.service)
        self.stopped = time.time() - began
        if code != 0:
            self.trouble.append(f"the service ended with {code} when told to stop")

    def sweep(self) -> None:
        """End what was started here and still runs; workers that outlive their service by long are trouble."""
        if self.service is not None and self.service.poll() is None:
            self._note_workers()
            self.service.kill()
            self.service.wait()
        until = time.time() + ORPHANS_GONE
        while (left := [one for one in self.workers if is_alive(one)]) and time.time() < until:
            time.sleep(0.05)
        if left:
            self.trouble.append(f"{len(left)} processes outlived their service by {ORPHANS_GONE} s")
        for pid, _ in left:
            with suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)

    def _note_workers(self) -> None:
        assert self.service is not None
        for pid in descendants(self.service.pid):
            with suppress(OSError):
                self.workers.add(identity(pid))

    def _look(self) -> int:
        """Read on in the ledger: how many requests there are; and sample the service every so many polls."""
        with self.place.ledger.open("rb") as lines:
            lines.seek(self._read)
            new = lines.read()
        whole = new.rpartition(b"\n")[0]
        self._read += len(whole) + (1 if whole else 0)
        self._requests += whole.count(b'"began"')
        polls = self._polls + whole.count(b'"kind": "feed"')
        if polls // SAMPLE_POLLS > self._polls // SAMPLE_POLLS and self.service is not None:
            with suppress(OSError):
                self.samples.append(sample(self.service.pid, polls))
        self._polls = polls
        return self._requests


def soak(samples: Sequence[Sample]) -> list[str]:
    """What the samples say, as lines."""
    steady = after_warm_up(samples)
    if not steady:
        return ["no samples"]
    found = []
    for name in ("rss", "tree", "threads", "descriptors", "children"):
        values = [float(getattr(one, name)) for one in steady]
        rise = slope([(one.polls / 1000, value) for one, value in zip(steady, values, strict=True)])
        found.append(
            f"{name:<12} first {values[0]:>8.1f}  least {min(values):>8.1f}  most {max(values):>8.1f}"
            f"  last {values[-1]:>8.1f}  slope {rise:>+8.3f} per 1,000 polls"
        )
    return [f"{len(steady)} samples, polls {steady[0].polls} to {steady[-1].polls}", *found]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=2000.0, help="how many times as fast as the wall clock")
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--stories", type=int, default=1500, help="in all those days")
    parser.add_argument("--kills", type=int, default=0, help="kill -9 of the service at random times")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="a URL; SQLite in the directory, if not given")
    parser.add_argument("--directory", type=Path, help="a new one, where ledger, log and database stay")
    return parser.parse_args()


def main() -> int:
    """Run and print; 0 if the checker and the processes had nothing to complain of."""
    options = _arguments()
    with tempfile.TemporaryDirectory(prefix="newswire-week-") as scratch:
        directory = options.directory or Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)
        if options.directory and any(directory.iterdir()):
            raise SystemExit(f"{directory} is not empty; name a new directory, or remove what is there")
        return _run(options, Place(directory))


def _run(options: argparse.Namespace, place: Place) -> int:
    database = options.database or f"sqlite:///{place.directory}/newswire.db"
    planned = World(days=options.days, stories=options.stories, seed=options.seed, rate=options.rate)
    with serving(planned, place) as world:
        week = Week(world, place, database)
        try:
            week.run(options.kills, random.Random(options.seed))
        finally:
            week.sweep()
    lines = [json.dumps(asdict(one)) for one in week.samples]
    (place.directory / "samples.jsonl").write_text("\n".join(lines), encoding="utf-8")
    asked, _ = read_ledger(place.ledger)
    report = check(world, asked, *read_database(database), until=week.until, kills=week.kills)
    _print(report, week)
    return 0 if report.ok and not week.trouble else 1


def _print(report: Report, week: Week) -> None:
    print("\n".join(report.lines()))
    if not week.kills:  # each start is a process of its own
        print("\nthe service through /proc")
        print("\n".join(soak(week.samples)))
    waits = sorted(week.restarts)
    print(f"\nstart to first request: first {week.restarts[0]:.2f} s, median {waits[len(waits) // 2]:.2f} s", end="")
    print(f", longest {waits[-1]:.2f} s, {len(week.kills)} kills; stopped in {week.stopped:.2f} s")
    print("\n".join(week.trouble))


if __name__ == "__main__":
    sys.exit(main())
