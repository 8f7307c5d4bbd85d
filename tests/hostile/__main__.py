"""All goals of a hostile world, one after another, with their figures: `python -m tests.hostile --help`.

Linux only: it needs 127.0.0.2 and /proc.  The exit code is 1 if a bar was missed; a seed replays a run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.hostile.goals import (
    addresses,
    bombs,
    changes,
    charsets,
    clocks,
    crashes,
    failures,
    flips,
    kills,
    neighbours,
    outages,
    pathological,
    poison,
    responses,
    semantics,
    soak,
    stops,
    upgrades,
)
from tests.hostile.outcome import Outcome

Goal = Callable[[int], Iterator[Outcome]]


def _one(run: Callable[..., Outcome]) -> Goal:
    return lambda seed: iter([run(seed=seed)])


def _kills(seed: int) -> Iterator[Outcome]:
    yield kills.run(seed=seed)
    yield kills.run(seed=seed, database="postgresql")


def _responses(seed: int) -> Iterator[Outcome]:
    yield responses.run(seed=seed)
    yield neighbours.run(seed=seed)


GOALS: Mapping[str, Goal] = {
    "T1": _kills,
    "T2": _one(crashes.run),
    "T3": _one(failures.run),
    "T4": _responses,
    "T5": _one(bombs.run),
    "T6": _one(pathological.run),
    "T7": _one(addresses.run),
    "T8": _one(soak.run),
    "T10": lambda seed: iter(outages.run(seed=seed)),
    "T11": lambda seed: iter(changes.run(seed=seed)),
    "T12": _one(flips.run),
    "bits": lambda seed: iter([flips.run(seed=seed, flips=1000, log_part=0)]),
    "T13": _one(clocks.run),
    "T14": _one(charsets.run),
    "T15": _one(semantics.run),
    "T16": _one(stops.run),
    "T17": _one(upgrades.run),
    "50k": _one(poison.run),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help=f"of {', '.join(GOALS)}; all, if none is named")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE", help="add the lines to this file, too")
    asked = parser.parse_args()
    if unknown := [goal for goal in asked.goals if goal not in GOALS]:
        parser.error(f"there is no goal {', '.join(unknown)}")
    missed = 0
    for goal in asked.goals or GOALS:
        for outcome in GOALS[goal](asked.seed):
            missed += not outcome.ok
            text = "\n".join(outcome.lines())
            print(text, flush=True)
            if asked.out:
                with asked.out.open("a", encoding="utf-8") as out:
                    out.write(f"{text}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
