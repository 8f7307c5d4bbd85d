"""Worker processes: what hangs, dies or hogs costs one task."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from pipeline.errors import ExtractError, FetchError, WireError
from pipeline.workers import PATIENCE, PoolError, TaskError, WorkerError, Workers

said = ""


def prepare(word: str) -> None:
    global said
    said = word


def say() -> str:
    return said


def hang() -> None:
    time.sleep(60)


def spin() -> None:
    sum(1 for _ in iter(int, 1))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hog() -> int:
    return len(b"x" * 8 * 1024**3)


def fail() -> None:
    raise KeyError("of ours")


class Picky(Exception):
    """Pickles, but is not to be had back with one argument."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second}")
        self.second = second


class PickyWireError(WireError):
    """One of ours with the same trouble."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second}")


class Panic(BaseException):
    """What a library in Rust raises."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def fail_with(kind: type[BaseException], *words: str) -> None:
    raise kind(*words)


def fail_by_fetching() -> None:
    raise FetchError("no answer", kind="timeout", transient=True)


def give_picky() -> Exception:
    return Picky("this", "that")


def slowly() -> float:
    """More wall time than a task has CPU time."""
    time.sleep(1.5)
    return time.process_time()


def use_two_thirds() -> None:
    end = time.process_time() + 0.7
    while time.process_time() < end:
        pass


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(2, prepare, ("ready",), seconds=1.0)
    yield pool
    pool.close()


def test_a_worker_is_made_ready_and_runs(workers: Workers) -> None:
    assert asyncio.run(workers.run(say)) == "ready"


@pytest.mark.parametrize(
    ("task", "told"),
    [
        pytest.param(hang, f"not done after {PATIENCE} s", id="hangs"),
        pytest.param(spin, "more than 1 s of CPU time", id="spins"),
        pytest.param(die, "its worker died", id="dies"),
        pytest.param(hog, "more than 2048 MB", id="hogs memory"),
    ],
)
def test_what_a_bad_task_does_costs_it_alone(workers: Workers, task: Callable[[], object], told: str) -> None:
    async def both() -> tuple[object, list[str]]:
        bad = asyncio.create_task(workers.run(task))
        good = [await workers.run(say) for _ in range(5)]
        return (await asyncio.gather(bad, return_exceptions=True))[0], good

    error, good = asyncio.run(both())
    assert isinstance(error, WorkerError)
    assert error.transient
    assert told in str(error)
    assert good == ["ready"] * 5


def test_what_a_task_may_take_is_cpu_time_each_for_itself(workers: Workers) -> None:
    """A busy machine must not decide what an article says."""

    async def several() -> None:
        await workers.run(slowly)
        await asyncio.gather(*(workers.run(use_two_thirds) for _ in range(6)))

    asyncio.run(several())


def test_an_exception_comes_back_with_its_name_its_words_and_where_it_was_raised(workers: Workers) -> None:
    with pytest.raises(TaskError, match="KeyError: 'of ours'") as caught:
        asyncio.run(workers.run(fail))
    assert caught.value.name == "KeyError"
    assert 'raise KeyError("of ours")' in caught.value.trace


def test_errors_of_ours_come_back_as_they_are(workers: Workers) -> None:
    with pytest.raises(FetchError) as caught:
        asyncio.run(workers.run(fail_by_fetching))
    assert (caught.value.kind, caught.value.transient) == ("timeout", True)
    with pytest.raises(ExtractError, match="no article"):
        asyncio.run(workers.run(fail_with, ExtractError, "no article"))


@pytest.mark.parametrize("kind", [Picky, PickyWireError, Panic])
def test_an_exception_that_does_not_unpickle_costs_its_task_alone(workers: Workers, kind: type[BaseException]) -> None:
    with pytest.raises(TaskError) as caught:
        asyncio.run(workers.run(fail_with, kind, "this", "that"))
    assert caught.value.name == kind.__name__
    assert asyncio.run(workers.run(say)) == "ready"


def test_a_result_that_does_not_unpickle_costs_its_task_alone(workers: Workers) -> None:
    with pytest.raises(TaskError, match="can't be read"):
        asyncio.run(workers.run(give_picky))
    assert asyncio.run(workers.run(say)) == "ready"


def test_the_words_of_an_error_are_bounded(workers: Workers) -> None:
    with pytest.raises(TaskError) as caught:
        asyncio.run(workers.run(fail_with, ValueError, "x" * 100_000))
    assert len(str(caught.value)) == 2000
    assert len(caught.value.trace) == 8000


def test_a_pool_that_broke_is_built_anew_and_no_task_is_blamed() -> None:
    """An idle worker that the machine kills breaks the whole pool."""
    pool = Workers(1, prepare, ("ready",))

    async def several() -> list[str]:
        os.kill(await pool.run(os.getpid), signal.SIGKILL)
        return list(await asyncio.gather(*(pool.run(say) for _ in range(4))))

    try:
        assert asyncio.run(several()) == ["ready"] * 4
    finally:
        pool.close()


def test_workers_that_can_not_be_made_ready_are_no_fault_of_a_page() -> None:
    pool = Workers(1, fail_with, (ValueError, "no configuration"))
    try:
        with pytest.raises(PoolError, match="can't be kept running"):
            asyncio.run(pool.run(say))
    finally:
        pool.close()
