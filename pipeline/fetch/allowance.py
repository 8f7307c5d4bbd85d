"""What a request may take of this process: the seconds of all its hops together, and room for a large body."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext

# Bodies beyond this many bytes are read and decoded few at a time: a hundred hosts could else fill gigabytes at once.
LARGE = 512 * 1024
LARGE_AT_ONCE = 2
LOOK = 0.25  # seconds between two looks of one who waits at those who are before it


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

    def end(self) -> None:
        """End at once what is running; nothing, where nothing is."""
        if self._running is not None:
            self._running.reschedule(asyncio.get_running_loop().time())

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


class Lanes:
    """What large bodies share: there is room for a few, and who drips in one while others wait is ended.

    Two hosts that send a byte a second could else hold up all large bodies to the ends of their deadlines.  Slow is
    fewer than `least` bytes a second, seen over `patience` seconds or more.
    """

    def __init__(self, patience: float, least: float) -> None:
        self._free = asyncio.Semaphore(LARGE_AT_ONCE)
        self._patience = patience
        self._least = least
        self._held: set[Room] = set()

    async def enter(self, room: Room) -> None:
        """Wait for a lane, first come, first served."""
        if self._free.locked():
            watch = asyncio.create_task(self._watch())
            try:
                await self._free.acquire()
            finally:
                watch.cancel()
        else:
            await self._free.acquire()
        self._held.add(room)

    def leave(self, room: Room) -> None:
        """Give the lane to the next."""
        self._held.discard(room)
        self._free.release()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for room in self._held:
                room.end_if_slow(self._patience, self._least)


class Room:
    """Room for one body: one that is large waits for its turn among the large ones, and keeps it to the end."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._is_held = False
        self._deadline: Deadline | None = None
        self._since, self._from, self._size = 0.0, 0, 0

    async def __aenter__(self) -> Room:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._is_held:
            self._lanes.leave(self)

    async def hold(self, size: int, deadline: Deadline | None = None) -> None:
        """Go on with a body that has so many bytes by now; without a `deadline` it is all here, and only decoded."""
        self._size, self._deadline = size, deadline
        if size <= LARGE or self._is_held:
            return
        with deadline.paused() if deadline else nullcontext():
            await self._lanes.enter(self)
        self._is_held = True
        self._since, self._from = asyncio.get_running_loop().time(), size

    def end_if_slow(self, patience: float, least: float) -> None:
        """End a body that has come too slowly since it was last looked at, `patience` seconds ago or more."""
        now = asyncio.get_running_loop().time()
        seconds = now - self._since
        if self._deadline is None or seconds < patience:
            return
        if self._size - self._from < least * seconds:
            self._deadline.end()
        self._since, self._from = now, self._size
