"""What a request may take of this process: the seconds of all its hops together, and room for a large body."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext

# Bodies beyond this many bytes are read and decoded few at a time: a hundred hosts could else fill gigabytes at once.
LARGE = 512 * 1024
LARGE_AT_ONCE = 2


class Deadline:
    """The seconds that all hops of a request have together."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._since = 0.0
        self._running: asyncio.Timeout | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(max(self._left, 0)) as self._running:
                self._since = loop.time()
                yield
        finally:
            self._left -= loop.time() - self._since
            self._running = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Time within the block doesn't count."""
        loop, running = asyncio.get_running_loop(), self._running
        if running is None:
            yield
            return
        self._left -= loop.time() - self._since
        running.reschedule(None)
        try:
            yield
        finally:
            self._since = loop.time()
            running.reschedule(self._since + max(self._left, 0))


class Room:
    """Room for one body: one that is large waits for its turn among the large ones, and keeps it to the end."""

    def __init__(self, large: asyncio.Semaphore) -> None:
        self._large = large
        self._is_held = False

    async def __aenter__(self) -> Room:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._is_held:
            self._large.release()

    async def hold(self, size: int, deadline: Deadline | None = None) -> None:
        """Go on with a body that has so many bytes by now."""
        if size <= LARGE or self._is_held:
            return
        with deadline.paused() if deadline else nullcontext():
            await self._large.acquire()
        self._is_held = True
