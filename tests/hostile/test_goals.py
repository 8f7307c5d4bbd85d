"""A part of each goal, small enough for every run of the tests; `python -m tests.hostile` tries all of them whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hostile.goals import addresses, bombs, pathological, responses
from tests.hostile.outcome import Outcome
from tests.hostile.server import open_sockets

GOALS: dict[str, Callable[[], Outcome]] = {
    "T4": lambda: responses.run(seeds=1, mutated=200),
    "T5": bombs.run,
    "T6": lambda: pathological.run(size=100_000),
    "T7": addresses.run,
}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_is_reached(goal: str) -> None:
    try:
        for one in open_sockets(["127.0.0.2"]):
            one.close()
    except OSError as error:
        pytest.skip(f"it needs 127.0.0.2, which only Linux gives without being asked ({error})")
    outcome = GOALS[goal]()
    assert outcome.ok, "\n".join(outcome.lines())
