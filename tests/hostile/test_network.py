"""A part of each goal of the hostile world: what hosts answer and feeds say."""

from __future__ import annotations

import pytest

from tests.hostile.parts import try_part


@pytest.mark.parametrize("goal", ["T4", "T4, as a service", "T5", "T6", "T7", "T14", "T15"])
def test_a_goal_is_reached(goal: str) -> None:
    try_part(goal)
