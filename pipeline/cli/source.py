"""`newswire source`: the configured agencies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click

import connectors
from pipeline.cli.database import note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import ConfigError
from pipeline.model import Profile, Source
from pipeline.settings.check import did_you_mean

if TYPE_CHECKING:
    from pipeline.examine import Trial

PAGES = 50  # of each source; enough to tell a selector that fails from a page that lacks the thing


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
    """Check agencies (all, if none is named): their files, that their connectors load, and every selector of their
    profiles against the last article pages that were kept.
    """
    from pipeline import wiring

    settings, sources = told.settings_and_sources()
    checked = [source for source in chosen(sources, identifiers) if source.enabled]
    _check_connectors(checked)
    trials = asyncio.run(wiring.try_profiles(settings, checked, PAGES))
    write(_rows_of(checked, trials), form, ("source", "profile", "field", "pages", "found", "selector"))
    for one in checked:
        unfitted = sum(trial.profile is None for trial in trials[one.id])
        if unfitted and one.profiles:
            note(f"{one.id}: no profile fits {unfitted} of {len(trials[one.id])} pages; is there a new layout?")


def _rows_of(sources: Iterable[Source], trials: Mapping[str, Sequence[Trial]]) -> Iterator[dict[str, Any]]:
    """A row for each selector: on how many pages of its layout it was tried, and on how many it found something."""
    for one in sources:
        for profile in one.profiles:
            fitting = [trial for trial in trials[one.id] if trial.profile == profile.name]
            for name, selector in _selectors(profile):
                found = sum(name in trial.found for trial in fitting)
                row = {"source": one.id, "profile": profile.name, "field": name, "selector": selector}
                yield {**row, "pages": len(fitting), "found": found}


def _selectors(profile: Profile) -> Iterator[tuple[str, str]]:
    for field in fields(profile):
        value = getattr(profile, field.name)
        if field.name not in ("name", "remove") and value:
            yield field.name, value


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
