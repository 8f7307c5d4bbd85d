"""The ledger: what the world did and what it was asked for, a line of JSON each, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and its answer, in virtual time.

    `began` is when its head was read, `ended` when its answer was about to be written: what the client sees lies
    between, so a rest measured here is never shorter than the one it took.
    """

    host: str
    path: str
    kind: str
    status: int
    conditional: bool
    began: datetime
    ended: datetime
    story: str | None = None
    version: int | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """A publication, edit, withdrawal or return, as it took effect."""

    at: datetime
    what: str
    story: str
    version: int


class Ledger:
    """Writes the lines.  `out` is open for appending."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def note(self, line: Asked | Happened) -> None:
        self._out.write(json.dumps(asdict(line), default=datetime.isoformat) + "\n")

    def flush(self) -> None:
        self._out.flush()


def read_ledger(path: Path) -> tuple[list[Asked], list[Happened]]:
    """All lines of a ledger, in their order; a last one that was cut short is left out."""
    asked, happened = [], []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                break
            values = json.loads(line)
            if "what" in values:
                happened.append(Happened(**_timed(values, ("at",))))
            else:
                asked.append(Asked(**_timed(values, ("began", "ended"))))
    return asked, happened


def _timed(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return values | {name: datetime.fromisoformat(values[name]) for name in names}
