"""Which of the configured agencies a command is about."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.errors import ConfigError
from pipeline.model import Source
from pipeline.settings.check import did_you_mean


def chosen(sources: Iterable[Source], identifiers: Iterable[str]) -> tuple[Source, ...]:
    """The sources named, in that order; all of them, if none is named.

    Raises:
        ConfigError: some are not configured.
    """
    known = {source.id: source for source in sources}
    names = tuple(identifiers) or tuple(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError(
            "\n".join(f"there is no source {name!r}; {did_you_mean(name, known, 'configured')}" for name in unknown)
        )
    return tuple(known[name] for name in names)
