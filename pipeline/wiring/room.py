"""What workers need: sources, their connectors and the registers, as the settings have them."""

from __future__ import annotations

from collections.abc import Sequence

import connectors
from pipeline import digest
from pipeline.errors import ConfigError
from pipeline.model import Source
from pipeline.normalise.registers import Registers
from pipeline.settings import Settings, load_places, load_registers, load_sources, unknown_source
from pipeline.workers import Workers

LOAD_ROOM = "pipeline.wiring.room:load_room"


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
