"""T2: the process is ended at every named point of the line, ten times over; the day ends as if nothing had been."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tests.hostile.lives import context
from tests.hostile.outcome import Outcome
from tests.hostile.points import POINTS, kill, knife_at
from tests.hostile.scenario import Day, difference, kept, problems
from tests.hostile.scratch import scratch

HITS = 10
RESUMING = "resume."


def run(*, seed: int = 1, hits: int = HITS, names: Sequence[str] = tuple(POINTS), hours: int = 24) -> Outcome:
    """Try it, on SQLite."""
    outcome = Outcome("T2", f"{len(names)} named points, up to {hits} times each", seed)
    deaths, reached, lost, broken = 0, 0, list[str](), list[str]()
    with outcome.timed(), scratch() as directory:
        whole = Path(directory, "whole.db")
        Day(_url(whole), hours).live()
        expected = kept(_url(whole))
        for name in names:
            path = Path(directory, f"{name}.db")
            died = die_at(name, path, hits, hours)
            deaths, reached = deaths + died, reached + (died > 0)
            lost += [f"{name}: {one}" for one in difference(kept(_url(path)), expected)]
            broken += [f"{name}: {one}" for one in problems(_url(path))]
    outcome.figures |= {"articles": len(expected.records), "points reached": reached, "kills": deaths}
    outcome.none("lost, double or different", lost)
    outcome.none("broken", broken)
    if deaths < len(names):
        outcome.problems.append(f"only {deaths} of {len(names)} points were reached")
    return outcome


def die_at(name: str, path: Path, hits: int, hours: int) -> int:
    """Live the day, dying at the first time the point is passed, the second, …; then to its end.  How often it died."""
    done, died = path.with_suffix(".hour"), 0
    for nth in range(1, hits + 2):
        if name.startswith(RESUMING):
            # There must be something to go on with: another page each time, as what was at work ten times is given up.
            died += _life("digest.begin", min(nth, 2), path, done, hours) != 0
        code = _life(name if nth <= hits else None, 1 if name.startswith(RESUMING) else nth, path, done, hours)
        if code == 0:
            break
        died += 1
    assert code == 0, f"the day did not end at {name}: exit code {code}"
    return died


def _life(name: str | None, nth: int, path: Path, done: Path, hours: int) -> int | None:
    process = context().Process(target=_live, args=(name, nth, str(path), str(done), hours))
    process.start()
    process.join()
    return process.exitcode


def _live(name: str | None, nth: int, path: str, done: str, hours: int) -> None:
    first = int(Path(done).read_text()) if Path(done).exists() else 0

    def told(hour: int) -> None:
        Path(f"{done}.new").write_text(str(hour))
        os.replace(f"{done}.new", done)

    day = Day(_url(Path(path)), hours, first, told)
    if name is None:
        day.live()
        return
    with knife_at(name, nth, kill).drawn():
        day.live()


def _url(path: Path) -> str:
    return f"sqlite:///{path}"
