"""Worker processes: what hangs, dies or hogs costs one task."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest

from pipeline.workers import WorkerError, Workers

said = ""


def prepare(word: str) -> None:
    global said
    said = word


def say() -> str:
    return said


def hang() -> None:
    time.sleep(60)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hog() -> int:
    return len(b"x" * 8 * 1024**3)


def fail() -> None:
    raise KeyError("of ours")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(2, prepare, ("ready",), seconds=3.0)
    yield pool
    pool.close()


def test_a_worker_is_made_ready_and_runs(workers: Workers) -> None:
    assert asyncio.run(workers.run(say)) == "ready"


@pytest.mark.parametrize("task", [hang, die, hog], ids=["hangs", "dies", "hogs memory"])
def test_what_a_bad_task_does_costs_it_alone(workers: Workers, task: object) -> None:
    async def both() -> tuple[object, list[str]]:
        bad = asyncio.create_task(workers.run(task))  # type: ignore[arg-type]
        good = [await workers.run(say) for _ in range(5)]
        return (await asyncio.gather(bad, return_exceptions=True))[0], good

    error, good = asyncio.run(both())
    assert isinstance(error, WorkerError)
    assert error.transient
    assert good == ["ready"] * 5


def test_an_exception_comes_back_as_it_is(workers: Workers) -> None:
    with pytest.raises(KeyError, match="of ours"):
        asyncio.run(workers.run(fail))
