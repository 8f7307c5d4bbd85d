"""`newswire source`: the configured agencies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

import connectors
from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import ConfigError, StoreError
from pipeline.model import Profile, Source
from pipeline.settings.check import did_you_mean

if TYPE_CHECKING:
    from pipeline.examine import Trial
    from pipeline.settings import Settings
    from pipeline.store.read import Reader
    from pipeline.wiring import Outcome

PAGES = 50  # of each source; enough to tell a selector that fails from a page that lacks the thing


@click.group()
def source() -> None:
    """The configured agencies: list, show, check, test, pause, resume, record."""


@source.command("list")
@output_option
@common_options
@pass_told
def list_sources(told: Told, form: str | None) -> None:
    """List the agencies and how they are, those switched off too."""
    settings, sources = told.settings_and_sources()
    health = _health(settings, sources)
    rows = ({**_row(one), "health": health.get(one.id)} for one in sources)
    write(rows, form, ("id", "name", "health", "enabled", "country", "languages", "feeds", "connector"))


@source.command()
@click.argument("identifiers", metavar="ID...", nargs=-1, required=True)
@common_options
@pass_told
def pause(told: Told, identifiers: tuple[str, ...]) -> None:
    """Stop asking the agencies ID for anything, until they are resumed; a running service obeys at once."""
    _, sources = told.settings_and_sources()
    now = datetime.now(UTC)
    with database(told) as store, store.write(now) as tx:
        for one in chosen(sources, identifiers):
            note(f"{one.id} is paused" if tx.permits.pause(one.id, now) else f"{one.id} is paused already")


@source.command()
@click.argument("identifiers", metavar="ID...", nargs=-1, required=True)
@common_options
@pass_told
def resume(told: Told, identifiers: tuple[str, ...]) -> None:
    """Go on asking agencies that were paused; what came due meanwhile is asked for now."""
    _, sources = told.settings_and_sources()
    with database(told) as store, store.write(datetime.now(UTC)) as tx:
        for one in chosen(sources, identifiers):
            note(f"{one.id} goes on" if tx.permits.resume(one.id) else f"{one.id} was not paused")


@source.command()
@click.argument("identifier", metavar="ID")
@click.option("--pages", type=click.IntRange(0), default=3, show_default=True, help="Read so many article pages.")
@output_option
@common_options
@pass_told
def test(told: Told, identifier: str, pages: int, form: str | None) -> int:
    """Poll the agency ID once and show what would be stored; nothing is."""
    from pipeline.store.read import Query

    with _scratch(told) as url:
        outcome = _sampled(told, identifier, pages)
        with _opened(url) as reader:
            records = list(reader.query(Query()))
    counts = outcome.tally.summary([identifier])[identifier]
    write(map(_tested, records), form, ("url", "headline", "published_at", "characters", "completeness", "quality"))
    for error in counts.get("errors", []):
        note(f"{identifier}: {error}")
    found = f"{counts['polled']} feeds polled, {len(records)} articles"
    note(f"{identifier}: {found}; {'nothing was stored' if records else 'are these the right addresses?'}")
    if not records:
        return 1
    return 3 if outcome.tally.failed_feeds(identifier) else 0


@source.command()
@click.argument("identifier", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", required=True, help="The web archive to write.")
@click.option("--pages", type=click.IntRange(0), help="Read so many article pages.  [default: all that are listed]")
@common_options
@pass_told
def record(told: Told, identifier: str, out: Path, pages: int | None) -> int:
    """Poll the agency ID once and save all responses as a web archive, for `ingest --replay`; nothing is stored."""
    from pipeline.cli.export import write_archive
    from pipeline.publish.files import whole_file

    with _scratch(told) as url:
        outcome = _sampled(told, identifier, pages)
        with _opened(url) as reader, whole_file(out) as file:
            written = write_archive(reader, file, (identifier,))
    for error in outcome.tally.summary([identifier])[identifier].get("errors", []):
        note(f"{identifier}: {error}")
    note(f"{written} responses written to {out}")
    return 0 if written else 1


@contextmanager
def _scratch(told: Told) -> Iterator[str]:
    """An empty database in place of the configured one, thrown away at the end."""
    with TemporaryDirectory(prefix="newswire-") as directory:
        told.flags["database"] = f"sqlite:///{directory}/newswire.db"
        yield told.flags["database"]


def _sampled(told: Told, identifier: str, pages: int | None) -> Outcome:
    from pipeline import log, wiring

    log.set_up(told.verbose - 1)
    asked = wiring.ingest_live(
        told.settings(), [identifier], log.logger().info, lambda done: None, force=True, most_pages=pages
    )
    return asyncio.run(asked)


@contextmanager
def _opened(url: str) -> Iterator[Reader]:
    from pipeline.store import open_store

    store = open_store(url)
    try:
        with store.read() as reader:
            yield reader
    finally:
        store.close()


def _tested(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record, "characters": len(record["body"]), "quality": record["extraction"]["quality"]}


def _health(settings: Settings, sources: Sequence[Source]) -> dict[str, str]:
    """The health of each source, where there is a database to tell it."""
    from pipeline.cli import condition
    from pipeline.store import open_store

    now = datetime.now(UTC)
    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not Path(file).exists():
        return {}  # to look for it would make it
    try:
        store = open_store(settings.database, create=False)
    except StoreError:
        return {}
    try:
        with store.read() as reader:
            vitals = reader.vitals(now)
    finally:
        store.close()
    return condition.words(condition.judged(vitals, sources, settings, store.directory, now), vitals, sources, now)


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
