"""What a piece of work costs, for tests that its cost grows no faster than its input."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

RUNS = 3


def cpu(work: Callable[[], object]) -> float:
    """The least CPU seconds of three runs, without the collector, which would look at all tests' objects."""
    gc.collect()
    gc.disable()
    try:
        return min(_once(work) for _ in range(RUNS))
    finally:
        gc.enable()


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
