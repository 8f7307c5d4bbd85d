"""The long-lived service, begun anew whenever its configuration is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.clock import LiveClock, RunningClock
from pipeline.dispatch import Dispatch
from pipeline.errors import ConfigError, StoreError
from pipeline.ingest import Line, Log
from pipeline.monitor import monitored
from pipeline.service import Calls, Ending, Job, Service
from pipeline.settings import KeepSettings, Settings
from pipeline.store import Store
from pipeline.store.prune import Pruned
from pipeline.watch import Watch
from pipeline.wiring.line import online
from pipeline.wiring.room import enabled, load_room

# Megabytes of a database that is looked at before a service starts, some seconds; any other once a day.
SOON_CHECKED = 4_000


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


def _refuse_damaged(store: Store) -> None:
    """Nothing is to be written to a database whose pages are damaged: it would only get worse."""
    if problems := store.quick_check():
        raise StoreError(
            f"database {store.name} is damaged ({problems[0]}): run newswire db check, and restore a backup"
            " (docs/operate.md)"
        )
