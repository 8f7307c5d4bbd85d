"""Looks at a running process and its children through /proc: memory, threads, descriptors; and whether they grow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Sample:
    """The service after so many polls.  `rss` is the main process's memory in MB, `tree` with that of its children."""

    polls: int
    rss: float
    tree: float
    threads: int
    descriptors: int
    children: int


def sample(pid: int, polls: int) -> Sample:
    """The process now.

    Raises:
        OSError: it has ended.
    """
    status = _status(pid)
    rss = _megabytes(status)
    found = descendants(pid)
    tree = rss + sum(_megabytes_of(child) for child in found)
    descriptors = len(os.listdir(PROC / str(pid) / "fd"))
    return Sample(polls, rss, tree, int(status["Threads"]), descriptors, len(found))


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(int(entry.name))):
            parents.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def identity(pid: int) -> tuple[int, str]:
    """A process's number and when it started: numbers are used again.

    Raises:
        OSError: it has ended.
    """
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return pid, fields[19]


def is_alive(process: tuple[int, str]) -> bool:
    """Whether that very process still runs."""
    try:
        return identity(process[0]) == process and _status(process[0])["State"][0] != "Z"
    except OSError:
        return False


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The rise of the second by the first, by least squares; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def after_warm_up(samples: Sequence[Sample], part: float = 0.25) -> list[Sample]:
    """The samples without those of the first part of the polls, in which caches fill."""
    last = samples[-1].polls if samples else 0
    return [one for one in samples if one.polls >= last * part]


def _status(pid: int) -> dict[str, str]:
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _megabytes(status: dict[str, str]) -> float:
    return int(status.get("VmRSS", "0 kB").split()[0]) / 1024


def _megabytes_of(pid: int) -> float:
    try:
        return _megabytes(_status(pid))
    except OSError:  # it has ended meanwhile
        return 0.0


def _parent(pid: int) -> int | None:
    try:
        return int(_status(pid)["PPid"])
    except OSError:
        return None
