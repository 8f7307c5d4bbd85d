"""`newswire source`: the configured agencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import click

import connectors
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import ConfigError
from pipeline.model import Source
from pipeline.settings.check import did_you_mean


@click.group()
def source() -> None:
    """The configured agencies: list, show, check."""


@source.command("list")
@output_option
@common_options
@pass_told
def list_sources(told: Told, form: str | None) -> None:
    """List the agencies, those switched off too."""
    _, sources = told.settings_and_sources()
    write((_row(one) for one in sources), form, ("id", "name", "enabled", "country", "languages", "feeds", "connector"))


@source.command()
@click.argument("identifier", metavar="ID")
@output_option
@common_options
@pass_told
def show(told: Told, identifier: str, form: str | None) -> None:
    """Show all that is configured for the agency ID."""
    _, sources = told.settings_and_sources()
    (found,) = chosen(sources, (identifier,))
    write_one(asdict(found), form)


@source.command()
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@output_option
@common_options
@pass_told
def check(told: Told, identifiers: tuple[str, ...], form: str | None) -> None:
    """Check the files of the agencies (all, if none is named) and that their connectors load."""
    _, sources = told.settings_and_sources()
    checked = chosen(sources, identifiers)
    _check_connectors(checked)
    write((_row(one) for one in checked), form, ("id", "name", "enabled", "feeds", "profiles", "connector"))


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


def _row(source: Source) -> dict[str, Any]:
    languages = dict.fromkeys([source.language, *(feed.language for feed in source.feeds)])
    return {
        "id": source.id,
        "name": source.name,
        "enabled": source.enabled,
        "country": source.country,
        "languages": [language for language in languages if language],
        "feeds": len(source.feeds),
        "profiles": len(source.profiles),
        "connector": source.connector,
    }


def _check_connectors(sources: Iterable[Source]) -> None:
    mistakes = [problem for source in sources for problem in _load_problems(source)]
    if mistakes:
        raise ConfigError("\n".join(mistakes))


def _load_problems(source: Source) -> Iterator[str]:
    try:
        connectors.load(source)
    except ConfigError as error:
        yield str(error)
