"""What sources sites of the web would be."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from pipeline.clock import LiveClock
from pipeline.discover.site import Found, Walk
from pipeline.discover.work import listed_here
from pipeline.errors import FetchError
from pipeline.model import Request
from pipeline.settings import Settings
from pipeline.wiring.line import client
from pipeline.wiring.room import new_workers
from pipeline.workers import TaskError, WorkerError


async def discover(
    settings: Settings, urls: Sequence[str], identifier: str | None, told: Callable[[str], None]
) -> Found:
    """What source the site at the first of these addresses that answers would be; `told` hears each that is asked.

    Raises:
        FeedError: it can't be read, or lists no articles that can.
    """
    clock = LiveClock()
    workers = new_workers(settings)
    try:
        async with client(settings, [], clock) as network:
            return await Walk(network, workers, urls[0], clock.now(), told, urls[1:]).run(identifier)
    finally:
        await asyncio.to_thread(workers.close)


async def sites_of_feeds(settings: Settings, urls: Sequence[str]) -> dict[str, str]:
    """The address of its site for each of these feeds that can be had and says it."""
    clock = LiveClock()
    workers = new_workers(settings)
    found: dict[str, str] = {}
    try:
        async with client(settings, [], clock) as network:
            for url in urls:
                with contextlib.suppress(FetchError, WorkerError, TaskError):
                    page = await network.get(Request(url, "feed", "", url))
                    feed = await workers.run(listed_here, page) if page.status == 200 else None
                    if feed is not None and feed.site:
                        found[url] = feed.site
    finally:
        await asyncio.to_thread(workers.close)
    return found
