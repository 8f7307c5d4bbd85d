"""What tests of several rooms need."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import pytest

from pipeline.model import Source

CHECKOUT = Path(__file__).parent.parent


class MakeSource(Protocol):
    def __call__(self, **attributes: Any) -> Source: ...


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory of recorded material; tests that ask for it are skipped where it is absent."""
    directory = Path(os.environ.get("NEWSWIRE_SHARED") or CHECKOUT.parent / "shared")
    if not directory.is_dir():
        pytest.skip(f"no recorded material: {directory} is absent (NEWSWIRE_SHARED names another place)")
    return directory


@pytest.fixture(scope="session")
def source() -> MakeSource:
    """Makes an agency, `example` unless told otherwise."""

    def make(**attributes: Any) -> Source:
        return Source(**{"id": "example", "name": "Example News", **attributes})

    return make
