"""A little of the fuzzing at every run of the tests; `python -m tests.benchmarks.fuzz` does more."""

from __future__ import annotations

import warnings

import pytest

from tests.benchmarks.fuzz.run import made, tried
from tests.benchmarks.fuzz.targets import TARGETS

BASE = 11
EACH = 80  # inputs a door


@pytest.mark.parametrize("target", TARGETS)
def test_a_door_stands_what_is_put_in(target: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of feedparser and trafilatura, on what nobody serves
        for number in range(EACH):
            failure = tried(made(number, BASE, [target], own_only=True))
            assert failure is None, f"--base {BASE} --only {target} --replay {number} --own: {failure.what}"


def test_an_input_is_known_by_its_number() -> None:
    assert made(7, BASE) == made(7, BASE)
    assert made(7, BASE).body != made(8, BASE).body
