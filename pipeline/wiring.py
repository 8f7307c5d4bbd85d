"""Puts the real parts together: the only module that knows every room and the connectors."""

from __future__ import annotations

import asyncio
import collections
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import connectors
from pipeline import digest, doctor, imports
from pipeline.archive.pack import unpack
from pipeline.archive.replay import Archive, ReplayNetwork
from pipeline.archive.warc import Tally as Passed
from pipeline.clock import Clock, LiveClock, ManualClock, RunningClock
from pipeline.connector import Network
from pipeline.discover.site import Found, Walk
from pipeline.discover.work import listed_here
from pipeline.dispatch import Dispatch
from pipeline.doctor import Finding
from pipeline.errors import ArticleError, ConfigError, FetchError, StoreError
from pipeline.examine import Examined, Trial, examine_here, explain_here, trial_here
from pipeline.fetch.client import Client
from pipeline.fetch.robots import Memory
from pipeline.ingest import Line, Log
from pipeline.lease import leased
from pipeline.model import Page, Request, RobotsFile, Source
from pipeline.monitor import monitored
from pipeline.normalise.registers import Registers
from pipeline.oneoff import OneOff
from pipeline.replay import Replay, held_by
from pipeline.service import Calls, Ending, Job, Service
from pipeline.settings import KeepSettings, Settings, load_places, load_registers, load_sources, unknown_source
from pipeline.sites import is_article_of
from pipeline.store import Store, open_store
from pipeline.store.prune import Pruned
from pipeline.store.read import Response
from pipeline.tally import Tally
from pipeline.watch import Watch, alarms_of
from pipeline.workers import TaskError, WorkerError, Workers

LOAD_ROOM = "pipeline.wiring:load_room"
# Megabytes of a database that is looked at before a service starts, some seconds; any other once a day.
SOON_CHECKED = 4_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingest did: counts per source; the sources left to another process, and those with no feed due yet.

    `warnings` are sentences about an archive; `is_damaged` if records of it were lost.  `relaid` has a sentence for
    each source whose pages no longer look as they used to, or as its profiles have it.
    """

    tally: Tally
    sources: tuple[str, ...]
    held: dict[str, str] = field(default_factory=dict)
    not_due: dict[str, datetime] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    is_damaged: bool = False
    relaid: tuple[str, ...] = ()


def enabled(settings: Settings) -> dict[str, Source]:
    """The sources that are switched on, by id."""
    return {source.id: source for source in load_sources(settings) if source.enabled}


def named(settings: Settings, sources: dict[str, Source], names: Sequence[str]) -> list[Source]:
    """The sources of these names; all, if there are none.

    Raises:
        ConfigError: a name that is not configured.
    """
    unknown = [name for name in names if name not in sources]
    if unknown:
        raise ConfigError("\n".join(f"no enabled source {unknown_source(one, sources, settings)}" for one in unknown))
    return [sources[name] for name in names] if names else list(sources.values())


def load_room(settings: Settings) -> digest.Room:
    """What a worker needs: it loads connectors and registers by itself, from the same files.

    Raises:
        ConfigError: with the mistakes of sources or registers.
    """
    sources = enabled(settings)
    readers = {name: connectors.load(source) for name, source in sources.items()}
    registers = Registers.from_data(load_registers(settings), load_places(settings))
    return digest.Room(sources, readers, registers, connectors.load)


def new_workers(settings: Settings) -> Workers:
    """The pool of workers.  What they load is tried here once: a mistake in it is told as one, where a
    worker that can't begin would only be seen to die.

    Raises:
        ConfigError: with the mistakes of sources or registers.
    """
    load_room(settings)
    return Workers(settings.workers, digest.prepare, (LOAD_ROOM, settings))


async def ingest_live(
    settings: Settings,
    names: Sequence[str],
    log: Log,
    told: Callable[[int], None],
    *,
    force: bool,
    most_pages: int | None = None,
) -> Outcome:
    """Poll the named sources on the web; `most_pages` bounds the article pages that are read."""
    sources = enabled(settings)
    wanted = named(settings, sources, names)
    clock = LiveClock()
    async with online(settings, sources, wanted, clock, log) as one:
        held = await OneOff(one, most_pages).run(wanted, force=force, told=told)
        not_due = await _not_due(one, [source.id for source in wanted if source.id not in held])
        relaid = await _relaid(one, wanted)
    return Outcome(one.tally, tuple(source.id for source in wanted), held, not_due, relaid=relaid)


async def ingest_url(settings: Settings, url: str, log: Log) -> Outcome:
    """Take in one article by its address.

    Raises:
        ConfigError: no configured source has such a page.
    """
    sources = enabled(settings)
    source = next((source for source in sources.values() if is_article_of(source, url)), None)
    if source is None:
        raise ConfigError(f"{url}: no configured source has articles at such an address; see: newswire source list")
    clock = LiveClock()
    async with online(settings, sources, [source], clock, log) as one:
        await OneOff(one).run_url(source, url)
        relaid = await _relaid(one, [source])
    return Outcome(one.tally, (source.id,), relaid=relaid)


async def ingest_archive(
    settings: Settings,
    names: Sequence[str],
    paths: Sequence[Path],
    log: Log,
    told: Callable[[int, int], None],
    *,
    pages: bool,
) -> Outcome:
    """Replay web archives."""
    sources = enabled(settings)
    wanted = named(settings, sources, names)
    clock = ManualClock(LiveClock().now())
    with Archive(paths) as archive:
        network = ReplayNetwork(archive, clock)
        async with line(settings, sources, network, clock, log, archived=True) as one:
            needed = wanted if pages else held_by(archive, wanted)
            async with leased(one, needed) as held:
                mine = [source for source in needed if source.id not in held]
                await Replay(one, archive, network, clock, mine).run(pages=pages, told=told)
            shown = {source.id for source in held_by(archive, mine)} | one.tally.sources()
            relaid = await _relaid(one, mine)
    return Outcome(
        one.tally,
        tuple(source.id for source in mine if source.id in shown),
        held,
        warnings=tuple(_warnings(paths, archive.tally)),
        is_damaged=archive.tally.damaged > 0,
        relaid=relaid,
    )


async def import_records(settings: Settings, file: BinaryIO, log: Log, told: Callable[[int], None]) -> Tally:
    """Store records that were made elsewhere."""
    clock = LiveClock()
    async with line(settings, enabled(settings), Nowhere(), clock, log) as one:
        for lines in imports.portions(file):
            await imports.take_in(one, lines)
            told(len(lines))
    return one.tally


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


async def diagnose(settings: Settings, *, offline: bool) -> AsyncIterator[Finding]:
    """What the doctor finds, check by check."""
    yield doctor.of_program()
    sources = list(enabled(settings).values())
    load_room(settings)
    yield Finding("well", "configuration", f"{len(sources)} sources from {settings.directories[-1]}")
    yield doctor.of_contact(settings.contact)
    for finding in await asyncio.to_thread(doctor.of_database, settings.database, settings.service.least_free_mb):
        yield finding
    yield await doctor.of_workers(lambda: Workers(1, digest.prepare, (LOAD_ROOM, settings)))
    if not offline:
        async with client(settings, sources, LiveClock()) as network:
            async for finding in doctor.of_sources(network, sources):
                yield finding


async def serve(
    settings: Settings, load: Callable[[], Settings], log: Log, *, clock: RunningClock | None = None
) -> None:
    """The long-lived service, until SIGTERM; SIGHUP reads the configuration anew by `load`.

    Raises:
        ConfigError: the configuration is wrong at the start.
        StoreError: the database can't be used, and that will not pass by itself.
    """
    time, before = clock or LiveClock(), list[Settings]()
    with Calls().heard() as calls:
        while True:
            try:
                reload = _Reloaded(load, log)
                ending = await _serve_once(settings, log, time, calls, reload, begun=before.clear, is_first=not before)
            except (ConfigError, StoreError) as error:
                if not before:
                    raise
                # What it names can't be used (an address that is taken, another database): the old one could.
                log("configuration_refused", error=str(error))
                settings = before.pop()
                continue
            if ending == "stop":
                return
            before, settings = [settings], load()


@dataclass(frozen=True, slots=True)
class _Reloaded:
    """Whether the configuration can be read anew; if it can't, that is told, and the old one goes on."""

    load: Callable[[], Settings]
    log: Log

    def __call__(self) -> bool:
        try:
            load_room(self.load())
        except ConfigError as error:
            for mistake in str(error).splitlines():
                self.log("configuration_refused", error=mistake)
            return False
        return True


async def _serve_once(
    settings: Settings,
    log: Log,
    clock: RunningClock,
    calls: Calls,
    reload: Callable[[], bool],
    *,
    begun: Callable[[], None],
    is_first: bool,
) -> Ending:
    sources = enabled(settings)
    wanted = list(sources.values())
    if not settings.contact:
        log("no_contact", hint="set contact in newswire.toml, so that agencies can reach you")
    async with online(settings, sources, wanted, clock, log) as one:
        if is_first and one.store.megabytes <= SOON_CHECKED:
            await asyncio.to_thread(_refuse_damaged, one.store)
        watch = Watch(one, wanted, settings.service.least_free_mb, one.store.directory)
        service = Service(one, clock, wanted, watch.tell, housekeeper(one, settings.keep))
        async with monitored(settings.service.listen, watch, log):
            begun()
            return await service.run(calls, reload)


def _refuse_damaged(store: Store) -> None:
    """Nothing is to be written to a database whose pages are damaged: it would only get worse."""
    if problems := store.quick_check():
        raise StoreError(
            f"database {store.name} is damaged ({problems[0]}): run newswire db check, and restore a backup"
            " (docs/operate.md)"
        )


def housekeeper(one: Line, kept: KeepSettings) -> Job:
    """The service's job of the day: raw responses that are too old go, and damage is told."""

    async def keep_house(_dispatch: Dispatch) -> None:
        loop, gone = asyncio.get_running_loop(), Pruned()
        portions = one.store.prune(one.clock.now(), kept.feeds, kept.pages)
        # A portion at a time, so that what comes in meanwhile is stored between two.
        while (portion := await loop.run_in_executor(one.writer, next, portions, None)) is not None:
            gone += portion
        await asyncio.to_thread(_refuse_damaged, one.store)
        one.log("pruned", responses=gone.responses, bodies=gone.bodies, megabytes=round(gone.bytes / 1e6, 1))

    return keep_house


@asynccontextmanager
async def line(
    settings: Settings, sources: dict[str, Source], network: Network, clock: Clock, log: Log, *, archived: bool = False
) -> AsyncIterator[Line]:
    """The line on the configured database, with its workers; closed at the end."""
    load_room(settings)  # before a database is made
    store = open_store(settings.database)
    workers = Workers(settings.workers, digest.prepare, (LOAD_ROOM, settings))
    writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
    try:
        rereads = tuple(timedelta(seconds=age) for age in settings.fetch.reread)
        yield Line(store, network, workers, clock, Tally(), sources, log, writer, archived, rereads)
    finally:
        await asyncio.to_thread(_close, store, workers, writer)


@asynccontextmanager
async def online(
    settings: Settings, sources: dict[str, Source], asked: Sequence[Source], clock: RunningClock, log: Log
) -> AsyncIterator[Line]:
    """The line on the live network, for the sources that are `asked`."""
    memory = _Memory()
    async with (
        client(settings, asked, clock, memory) as network,
        line(settings, sources, network, clock, log) as one,
    ):
        memory.line = one
        yield one


@dataclass(slots=True)
class _Memory:
    """Keeps robots.txt files in the database of a line."""

    line: Line | None = None

    async def load(self, origin: str) -> RobotsFile | None:
        return await self.line.write(lambda tx: tx.robots.load(origin)) if self.line else None

    async def save(self, origin: str, known: RobotsFile) -> None:
        if self.line:
            await self.line.write(lambda tx: tx.robots.save(origin, known))


def client(settings: Settings, sources: Sequence[Source], clock: RunningClock, memory: Memory | None = None) -> Client:
    """The live network as the settings want it."""
    return Client(
        user_agent=settings.introduction,
        clock=clock,
        allow_private=settings.fetch.allow_private,
        ports=settings.fetch.ports,
        pace_seconds=settings.fetch.pace_seconds,
        legacy_tls_hosts=[host for source in sources if source.legacy_tls for host in source.hosts],
        memory=memory,
    )


def _close(store: Store, workers: Workers, writer: ThreadPoolExecutor) -> None:
    workers.close()
    writer.shutdown()
    store.close()


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


async def _not_due(one: Line, sources: Sequence[str]) -> dict[str, datetime]:
    """The sources of which no feed was polled, and when the next one is due."""
    counts, now = one.tally.summary(sources), one.clock.now()
    idle = [source for source in sources if not counts[source]["polled"] and not counts[source]["failed"]]
    if not idle:
        return {}
    due = await one.write(lambda tx: {source: tx.queue.next_due(source) for source in idle})
    return {source: at for source, at in due.items() if at is not None and at > now}


async def _relaid(one: Line, sources: Sequence[Source]) -> tuple[str, ...]:
    """The sources whose pages, read in this run, look different: as `status` judges them by their past, else by how
    many of these few no profile fitted, since one run may be too short for an alarm.
    """
    read = [source for source in sources if one.tally.counted(source.id, "pages")]
    if not read:
        return ()
    now = one.clock.now()
    found = await one.look(lambda reader: reader.vitals(now))
    alarms = [alarm for alarm in alarms_of(found, read, now, running=False) if alarm.kind == "layout"]
    judged = {alarm.source for alarm in alarms}
    strange = (_unfitted(one.tally, source.id) for source in read if source.id not in judged)
    return (*(f"{alarm.source}: {alarm.text}" for alarm in alarms), *filter(None, strange))


def _unfitted(tally: Tally, source: str) -> str | None:
    pages, unfitted = tally.counted(source, "pages"), tally.counted(source, "unfitted")
    if unfitted * 2 <= pages:
        return None
    how = "fits none of its profiles and was" if unfitted == 1 else "fit none of its profiles and were"
    return (
        f"{source}: {unfitted} of {pages} article pages {how} read by the general extractor: a new layout?"
        f" See: newswire source check {source}"
    )


def _warnings(paths: Sequence[Path], passed: Passed) -> Iterator[str]:
    """A sentence for each kind of record that an archive has and that could not be used."""
    place = f"{paths[0]}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
    for many, what in (
        (passed.damaged, "damaged"),
        (passed.oversized, "too large for a page"),
        (passed.unresolved, "a revisit of a capture that is not there"),
    ):
        if many:
            yield f"{place}: {many} {'record was' if many == 1 else 'records were'} {what} and left out"


class Nowhere:
    """The network of an import: nothing is fetched."""

    async def get(self, request: Request) -> Page:
        raise FetchError(f"{request.url}: an import reads no page", kind="guard", transient=False)
