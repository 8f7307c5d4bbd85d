"""One input by its number: which door, which document, which mutations; and what went wrong with it."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.fuzz import seeds
from tests.benchmarks.fuzz.mutate import mutated
from tests.benchmarks.fuzz.targets import TARGETS

# CPU that an input may take: so much at once, and so much for each MB.  The dearest honest page takes a tenth.
SECONDS = 0.7
SECONDS_A_MB = 7.0
LARGE_ONE_IN = 40
FEEDISH = ("feed", "lists")


@dataclass(frozen=True, slots=True)
class Input:
    """What is put in, and where."""

    number: int
    target: str
    seed: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """An input of which something does not hold."""

    input: Input
    what: str
    seconds: float


def made(number: int, base: int, only: Sequence[str] = (), *, own_only: bool = False) -> Input:
    """The input of a number: always the same one for the same base, targets and documents."""
    draw = random.Random(f"{base} {number}")
    names = [name for name in TARGETS if not only or name in only]
    target = draw.choices(names, [TARGETS[name][1] for name in names])[0]
    is_large = draw.random() * LARGE_ONE_IN < 1
    seed = seeds.drawn(draw, is_large=is_large, own_only=own_only, is_feed=target in FEEDISH and draw.random() < 0.8)
    other = seeds.drawn(draw, is_large=False, own_only=own_only)
    body = seed.body if is_large and draw.random() < 0.5 else mutated(draw, seed.body, other.body)
    return Input(number, target, seed.name, body)


def tried(one: Input) -> Failure | None:
    """What is wrong with an input; the time is taken twice before it is called too long."""
    what, seconds = _once(one)
    limit = SECONDS + SECONDS_A_MB * len(one.body) / 1e6
    if what is None and seconds > limit:
        seconds = min(seconds, _once(one)[1])
        if seconds > limit:
            what = f"{seconds:.2f} s of CPU for {len(one.body)} bytes"
    return Failure(one, what, seconds) if what else None


def _once(one: Input) -> tuple[str | None, float]:
    began = time.thread_time()
    try:
        said = next(TARGETS[one.target][0](one.body), None)
    except Exception:  # whatever it is: that none comes is what is tried
        return traceback.format_exc(limit=-4), time.thread_time() - began
    return said, time.thread_time() - began
