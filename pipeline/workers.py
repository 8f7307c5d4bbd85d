"""The process pool in which all untrusted bytes are parsed.

Threads isolate nothing: `re` holds the GIL, and trafilatura in threads corrupted the heap in 5 of 15 processes.
A hang, a crash or a hog in a worker costs one page; `concurrent.futures` can neither kill a task nor, on 3.11, recycle
a worker without dead-locking, hence pebble.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pipeline.errors import ArticleError

SECONDS = 10.0
MEMORY = 2 * 1024**3  # bytes of address space; a page of 10 MB with trafilatura stays far below
TASKS = 500  # after which a worker is renewed


class WorkerError(ArticleError):
    """The page hung, crashed or overfilled its worker; it may be the machine's fault, so it is tried again."""


class Workers:
    """Runs pure functions in worker processes; `prepare` is called once in each, with `arguments`.

    `seconds` is what a task may take, of wall time.
    """

    def __init__(
        self, count: int, prepare: Callable[..., None], arguments: tuple[Any, ...], *, seconds: float = SECONDS
    ) -> None:
        self._seconds = seconds
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            # One import for all workers, and for those that replace a killed one.
            context.set_forkserver_preload(["pipeline.digest"])
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=TASKS,
            initializer=_start,
            initargs=(prepare, arguments),
            context=context,
        )

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's result from a worker.

        Raises:
            WorkerError: it did not end in time, or took its process with it.
            Exception: whatever the function raised.
        """
        future: Future[Any] = self._pool.schedule(function, args=arguments, timeout=self._seconds)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise WorkerError(f"not done after {self._seconds:.0f} s", transient=True) from error
        except ProcessExpired as error:
            raise WorkerError(f"its worker died (exit code {error.exitcode})", transient=True) from error
        except MemoryError as error:
            raise WorkerError(f"it needs more than {MEMORY // 1024**2} MB", transient=True) from error

    def close(self) -> None:
        """Stop the workers, whatever they do."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble says no types here
        self._pool.join()


def _start(prepare: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    if sys.platform != "win32":
        _limit()
    prepare(*arguments)


def _limit() -> None:
    import resource
    import signal

    # A Ctrl-C in the terminal reaches the whole group; the parent decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    for what, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
