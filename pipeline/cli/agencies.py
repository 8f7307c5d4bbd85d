"""Which of the configured agencies a command is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError
from pipeline.model import Source

if TYPE_CHECKING:
    from pipeline.settings import Settings


def chosen(settings: Settings, sources: Iterable[Source], identifiers: Iterable[str]) -> tuple[Source, ...]:
    """The sources named, in that order; all of them, if none is named.

    Raises:
        ConfigError: some are not configured.
    """
    known = {source.id: source for source in sources}
    names = tuple(identifiers) or tuple(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        from pipeline.settings import unknown_source

        raise ConfigError("\n".join(f"no source {unknown_source(name, known, settings)}" for name in unknown))
    return tuple(known[name] for name in names)
