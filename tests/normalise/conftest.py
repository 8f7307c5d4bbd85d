"""The packaged register, read once, for all tests of the room."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.normalise import Registers

AGENCIES = Path(__file__).parents[2] / "config" / "agencies.toml"


@pytest.fixture(scope="session")
def registers() -> Registers:
    return Registers.from_data(tomllib.loads(AGENCIES.read_text(encoding="utf-8")))
