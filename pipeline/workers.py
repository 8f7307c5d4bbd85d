"""The process pool in which all untrusted bytes are parsed.

Threads isolate nothing: `re` holds the GIL, and trafilatura in threads corrupted the heap in 5 of 15 processes.
A hang, a crash or a hog in a worker costs one page; `concurrent.futures` can neither kill a task nor, on 3.11, recycle
a worker without dead-locking, hence pebble.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from traceback import TracebackException
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pipeline.errors import ArticleError, WireError

SECONDS = 10.0  # of CPU time: how busy the machine is must not decide what an article says
PATIENCE = 6  # times as many seconds of wall time, for a task that waits for what never comes
HEALTH = 1.0  # seconds between two looks whether the pool is still there
LONGEST_MESSAGE, LONGEST_TRACE = 2000, 8000  # characters
MEMORY = 2 * 1024**3  # bytes of address space; a page of 10 MB with trafilatura stays far below
TASKS = 500  # after which a worker is renewed


class WorkerError(ArticleError):
    """The page hung, crashed or overfilled its worker; it may be the machine's fault, so it is tried again."""


class TaskError(ArticleError):
    """Our own code failed on a page.  `name` is the type of what it raised, `trace` the end of its traceback."""

    def __init__(self, message: str, *, name: str = "", trace: str = "", transient: bool = False) -> None:
        super().__init__(message, transient=transient)
        self.name = name
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_task, (str(self), self.name, self.trace)


def _rebuild_task(message: str, name: str, trace: str) -> TaskError:
    return TaskError(message, name=name, trace=trace)


class PoolError(WireError):
    """The workers can't be kept running; no page is to blame."""


class Workers:
    """Runs pure functions in worker processes; `prepare` is called once in each, with `arguments`.

    `seconds` is what a task may take of CPU time; of wall time it is `PATIENCE` times that.
    """

    def __init__(
        self, count: int, prepare: Callable[..., None], arguments: tuple[Any, ...], *, seconds: float = SECONDS
    ) -> None:
        self._count = count
        self._seconds = seconds
        self._prepare = (prepare, arguments)
        self._closed = False
        self._pool = self._new_pool()

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's result from a worker.  A pool that broke is built anew, once, and the task tried again.

        Raises:
            WorkerError: it did not end in time, or took its process with it.
            WireError: the function raised it.
            TaskError: the function raised anything else, or its result can't be sent.
            PoolError: no worker can be had.
        """
        pool = self._pool
        try:
            return await self._run_in(pool, function, arguments)
        except RuntimeError:  # BrokenProcessPool is one; what the function raises is none
            await self._renew(pool)
        try:
            return await self._run_in(self._pool, function, arguments)
        except RuntimeError as error:
            raise PoolError(f"the worker processes can't be kept running ({error}); is there memory enough?") from error

    def close(self) -> None:
        """Stop the workers, whatever they do."""
        self._closed = True
        _stop(self._pool)

    def _new_pool(self) -> ProcessPool:
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            # One import for all workers, and for those that replace a killed one.
            context.set_forkserver_preload(["pipeline.digest"])
        return ProcessPool(
            max_workers=self._count, max_tasks=TASKS, initializer=_start, initargs=self._prepare, context=context
        )

    async def _renew(self, broken: ProcessPool) -> None:
        """A new pool, unless another task that saw it break has made one."""
        if self._closed:
            raise PoolError("the worker processes are stopped")
        if self._pool is broken:
            self._pool = self._new_pool()
            await asyncio.to_thread(_stop, broken)

    async def _run_in(self, pool: ProcessPool, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        task = (function, arguments, self._seconds)
        wall = self._seconds * PATIENCE
        try:
            is_result, packed = await _outcome(pool, pool.schedule(_guarded, args=task, timeout=wall))
        except TimeoutError as error:
            raise WorkerError(f"not done after {wall:.0f} s", transient=True) from error
        except ProcessExpired as error:
            raise WorkerError(self._why_dead(error.exitcode), transient=True) from error
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            name = type(error).__name__
            raise TaskError(f"{function.__name__} can't be sent to a worker: {error}", name=name) from error
        found = _unpacked(packed)
        if not is_result:
            raise found
        return found

    def _why_dead(self, exit_code: int | None) -> str:
        if sys.platform != "win32" and exit_code == -signal.SIGXCPU:
            return f"it needs more than {self._seconds:.0f} s of CPU time"
        return f"its worker died (exit code {exit_code})"


async def _outcome(pool: ProcessPool, future: Future[Any]) -> Any:
    """What a worker gave back.  A task that reaches a pool while it breaks is never told: so it looks by itself."""
    waiting = asyncio.wrap_future(future)
    try:
        while not (await asyncio.wait({waiting}, timeout=HEALTH))[0]:
            if not pool.active:
                raise BrokenProcessPool("the pool is gone")
        return waiting.result()
    finally:
        waiting.cancel()


def _unpacked(packed: bytes) -> Any:
    """Unpickle here, not in pebble: there, what does not unpickle breaks the whole pool."""
    try:
        return pickle.loads(packed)
    except Exception as error:  # whatever a class does when it is rebuilt
        raise TaskError(f"the result can't be read: {_words(error)}", name=type(error).__name__) from error


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble says no types here
    pool.join()


# In the worker


def _guarded(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> tuple[bool, bytes]:
    """Whether the function gave a result, and that result, or an error that surely unpickles."""
    try:
        with _allowance(seconds):
            return True, pickle.dumps(function(*arguments))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # what extensions in Rust raise when they panic is no Exception
        return False, pickle.dumps(_sendable(error))


@contextmanager
def _allowance(seconds: float) -> Iterator[None]:
    """So much CPU time from now on, then the kernel ends the process: no handler can interrupt C code."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    end = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (end if hard == resource.RLIM_INFINITY else min(end, hard), hard))
    try:
        yield
    finally:
        # A worker that waits for its next task uses a little, too.
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _sendable(error: BaseException) -> WireError:
    if isinstance(error, MemoryError):
        return WorkerError(f"it needs more than {MEMORY // 1024**2} MB", transient=True)
    if isinstance(error, WireError) and _survives(error):
        return error
    name, told = type(error).__name__, TracebackException.from_exception(error)
    message = f"{name}: {told}"[:LONGEST_MESSAGE]
    return TaskError(message, name=name, trace="".join(told.format())[-LONGEST_TRACE:])


def _survives(error: WireError) -> bool:
    """Whether an error comes out of pickling as what it was: a connector's own may have an `__init__` of its own."""
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:  # whatever a class does when it is rebuilt
        return False


def _words(error: BaseException) -> str:
    return str(TracebackException.from_exception(error))[:LONGEST_MESSAGE]


def _start(prepare: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    if sys.platform != "win32":
        _limit()
    prepare(*arguments)


def _limit() -> None:
    import resource

    # A Ctrl-C in the terminal reaches the whole group; the parent decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    for what, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
