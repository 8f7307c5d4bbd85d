"""A part of each goal, small enough for every run of the tests; `python -m tests.hostile` tries all of them whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from tests.loopback import skip_without

POINTS = (
    "commit.begin",
    "commit.end",
    "tx_a.keep.end",
    "tx_a.failed.begin",
    "tx_b.flush.end",
    "digest.begin",
    "resume.load.end",
)
CHEAP = ("statement", "commit", "commit, told wrongly", "answer", "task")
GOALS: dict[str, Callable[[], Outcome | Sequence[Outcome]]] = {
    "T1": lambda: kills.run(kills=6),
    "T2": lambda: crashes.run(hits=2, hours=5, names=POINTS),
    "T3": lambda: failures.run(step=90, names=CHEAP),
    "T4": lambda: responses.run(seeds=1, mutated=200),
    "T4, as a service": lambda: neighbours.run(seconds=20, bad=12),
    "T5": bombs.run,
    "T6": lambda: pathological.run(size=100_000),
    "T7": addresses.run,
    "T8": lambda: soak.run(hours=1, agencies=6, rate=300),
    "T10": lambda: outages.run(restarts=1, away=2, full=2, locked=2),
    "T11": lambda: changes.run(changes=150, writers=3, readers=2),
    "T12": lambda: flips.run(flips=20),
    "T13": lambda: clocks.run(days=0.25),
    "T14": charsets.run,
    "T15": lambda: semantics.run(seeds=2),
    "T16": lambda: stops.run(stops=1),
    "T17": lambda: upgrades.run(kills=6),
    "50k": lambda: poison.run(pages=600),
}


def try_part(goal: str) -> None:
    """Try the part of a goal; skipped where the loopback has only one address."""
    skip_without("127.0.0.2")
    found = GOALS[goal]()
    for outcome in [found] if isinstance(found, Outcome) else found:
        # How long it took is for a machine that does nothing else.
        assert not outcome.problems, "\n".join(outcome.lines())
