"""The ledger: what was served whole, a line of JSON each, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Line:
    """A request.  `whole`: the client can have the honest answer, all of it; `fault` is what was done to it, if any.

    `story` and `version` are a page's; of a feed `listed` has those of its stories, `sha256` is the body's.
    """

    at: datetime
    agency: str
    kind: str
    path: str
    status: int
    whole: bool
    fault: str | None = None
    story: str | None = None
    version: int | None = None
    sha256: str | None = None
    listed: tuple[tuple[str, int], ...] = ()


class Ledger:
    """Writes the lines; `out` is open for appending."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def note(self, line: Line) -> None:
        self._out.write(json.dumps(asdict(line), default=datetime.isoformat) + "\n")
        self._out.flush()


def read_ledger(path: Path) -> Iterator[Line]:
    """The lines of a ledger, in their order; a last one that was cut short is left out."""
    with path.open(encoding="utf-8") as lines:
        for text in lines:
            if not text.endswith("\n"):
                return
            values = json.loads(text)
            listed = tuple((story, version) for story, version in values.pop("listed"))
            yield Line(**values | {"at": datetime.fromisoformat(values["at"]), "listed": listed})
