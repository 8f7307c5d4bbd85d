"""A part of each goal of the hostile world: a service through outages, stops and clocks."""

from __future__ import annotations

import pytest

from tests.hostile.parts import try_part


@pytest.mark.parametrize("goal", ["T8", "T10", "T11", "T13", "T16"])
def test_a_goal_is_reached(goal: str) -> None:
    try_part(goal)
