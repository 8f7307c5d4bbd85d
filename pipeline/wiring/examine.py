"""Pages examined by workers, their records and trials of profiles; nothing is stored."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.archive.pack import unpack
from pipeline.clock import LiveClock
from pipeline.errors import ArticleError, FetchError
from pipeline.examine import Examined, Trial, examine_here, explain_here, trial_here
from pipeline.model import Page, Request, Source
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.store.read import Response
from pipeline.wiring.line import client
from pipeline.wiring.room import enabled, new_workers
from pipeline.workers import TaskError, WorkerError, Workers


async def examine_pages(
    settings: Settings, pages: Iterable[tuple[Page, str | None] | Examined], *, explain: bool = False
) -> AsyncIterator[Examined]:
    """The records of pages (each with the source to read it as, if any), in their order; `explain` adds candidates.

    A page that defeats its worker gives an error.
    """
    workers = new_workers(settings)
    try:
        work = explain_here if explain else examine_here
        async for found in _in_order(workers, work, pages, settings.workers * 2):
            yield found
    finally:
        await asyncio.to_thread(workers.close)


async def _in_order(
    workers: Workers,
    work: Callable[[Page, str | None], Examined],
    pages: Iterable[tuple[Page, str | None] | Examined],
    ahead: int,
) -> AsyncIterator[Examined]:
    """Several at work, their results in the order asked for; what is an error already goes along."""
    waiting: collections.deque[asyncio.Task[Examined]] = collections.deque()
    for asked in pages:
        waiting.append(asyncio.create_task(_examined(workers, work, asked)))
        if len(waiting) >= ahead:
            yield await waiting.popleft()
    while waiting:
        yield await waiting.popleft()


async def _examined(
    workers: Workers, work: Callable[[Page, str | None], Examined], asked: tuple[Page, str | None] | Examined
) -> Examined:
    if isinstance(asked, Examined):
        return asked
    try:
        found: Examined = await workers.run(work, *asked)
    except ArticleError as error:
        return Examined(None, str(error), 0.0, {})
    return found


async def try_profiles(
    settings: Settings, sources: Sequence[Source], most: int, cases: Mapping[str, Sequence[Page]]
) -> dict[str, dict[str, list[Trial]]]:
    """Every source's profiles on its last pages that were kept (`archive`, `most` of each), and on its `cases`."""
    workers = new_workers(settings)
    store = open_store(settings.database)
    try:
        with store.read() as reader:
            return {
                source.id: {
                    "archive": await _trials(workers, source, map(_kept, reader.article_pages(source.id, most))),
                    "cases": await _trials(workers, source, cases.get(source.id, ())),
                }
                for source in sources
            }
    finally:
        store.close()
        await asyncio.to_thread(workers.close)


def _kept(one: Response) -> Page:
    return replace(one.page, body=unpack(one.packed.coding, one.packed.data, one.size))


async def _trials(workers: Workers, source: Source, pages: Iterable[Page]) -> list[Trial]:
    """The trials of pages that a worker can read at all; one that defeats it fits no profile."""
    found: list[Trial] = []
    for page in pages:
        try:
            found.append(await workers.run(trial_here, page, source.id))
        except (WorkerError, TaskError):
            found.append(Trial(None))
    return found


async def fetch_page(settings: Settings, url: str) -> Page:
    """One page of the web, for `extract`.

    Raises:
        FetchError: it can't be had.
    """
    async with client(settings, list(enabled(settings).values()), LiveClock()) as network:
        page = await network.get(Request(url, "page", "", ""))
    if page.status != 200:
        raise FetchError(f"{url}: the server answered {page.status}", kind="status", transient=True)
    return page
