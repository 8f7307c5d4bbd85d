"""`newswire config`: what holds and who said so, and whether the files are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import click

from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write
from pipeline.errors import ConfigError
from pipeline.settings import Settings, mask


@click.group()
def config() -> None:
    """The configuration: show what holds, check it."""


@config.command()
@output_option
@common_options
@pass_told
def show(told: Told, form: str | None) -> None:
    """Show every setting with where it comes from; passwords are left out."""
    write(_rows(told.settings()), form, ("setting", "value", "from"))


@config.command()
@output_option
@common_options
@pass_told
def check(told: Told, form: str | None) -> None:
    """Check all files of the configuration; every mistake is told in one go."""
    from pipeline.settings import load_feed_hosts, load_spellings
    from pipeline.wiring.room import load_room

    settings, sources = told.settings_and_sources()
    _all_of(lambda: load_room(settings), lambda: load_spellings(settings), lambda: load_feed_hosts(settings))
    enabled = [source for source in sources if source.enabled]
    summary = {
        "directories": [str(directory) for directory in settings.directories],
        "sources": len(enabled),
        "switched_off": len(sources) - len(enabled),
        "feeds": sum(len(source.feeds) for source in enabled),
    }
    write([summary], form)


def _all_of(*loads: Callable[[], object]) -> None:
    """Load things; the mistakes of all of them are told together."""
    mistakes = []
    for load in loads:
        try:
            load()
        except ConfigError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ConfigError("\n".join(mistakes))


def _rows(settings: Settings) -> Iterator[dict[str, Any]]:
    yield {"setting": "directories", "value": [str(path) for path in settings.directories], "from": None}
    values = asdict(settings)
    for name, origin in settings.origins.items():
        value: Any = values
        for key in name.split("."):
            value = value[key]
        yield {"setting": name, "value": mask(value) if name == "database" else value, "from": origin}
