"""A part of each goal of the hostile world: what ends in the middle."""

from __future__ import annotations

import pytest

from tests.hostile.parts import try_part


@pytest.mark.parametrize("goal", ["T1", "T2", "T3", "T12", "T17", "50k"])
def test_a_goal_is_reached(goal: str) -> None:
    try_part(goal)
