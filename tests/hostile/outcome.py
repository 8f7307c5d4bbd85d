"""What trying a goal gave: its figures, and every way in which it fell short of its bar, a sentence each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

SHOWN = 20


@dataclass(slots=True)
class Outcome:
    """Of one goal, `T4`.  `seed` replays it; `slow` is what a busy machine may be to blame for."""

    goal: str
    what: str
    seed: int = 1
    figures: dict[str, float | int | str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not self.problems and not self.slow

    def bar(self, name: str, value: float, most: float, *, timed: bool = False) -> None:
        """A figure that may be so much at the most; one that is `timed` by the wall clock is the machine's as well."""
        self.figures[name] = round(value, 3)
        if value > most:
            (self.slow if timed else self.problems).append(f"{name}: {value:.3f} is over {most:g}")

    def none(self, name: str, found: list[str], *, timed: bool = False) -> None:
        """Something of which there should be none."""
        self.figures[name] = len(found)
        (self.slow if timed else self.problems).extend(f"{name}: {one}" for one in found[:SHOWN])

    def lines(self) -> Iterator[str]:
        """The outcome as lines of text."""
        yield f"{self.goal:<5} {'ok  ' if self.ok else 'FAIL'} {self.what}  (seed {self.seed}, {self.seconds:.0f} s)"
        yield "      " + "  ".join(f"{name}: {value}" for name, value in self.figures.items())
        yield from (f"      ! {problem}" for problem in [*self.problems, *self.slow][:SHOWN])

    @contextlib.contextmanager
    def timed(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - began
