"""The packaged registers, read once, for all tests of the room."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.normalise import Registers

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def registers() -> Registers:
    agencies = tomllib.loads((CONFIG / "agencies.toml").read_text(encoding="utf-8"))
    return Registers.from_data(agencies, (CONFIG / "places.tsv").read_text(encoding="utf-8"))
