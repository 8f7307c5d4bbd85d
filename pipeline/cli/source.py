"""`newswire source`: the configured agencies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.adding import accept, add, export
from pipeline.cli.agencies import chosen
from pipeline.cli.checking import check
from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import StoreError
from pipeline.model import Source

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.store.read import Reader
    from pipeline.wiring.ingest import Outcome


@click.group()
def source() -> None:
    """The configured agencies: list, show, check, test, pause, resume, record, add, export, accept."""


for command in (check, add, export, accept):
    source.add_command(command)


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
    settings, sources = told.settings_and_sources()
    paused, now = chosen(settings, sources, identifiers), datetime.now(UTC)
    with database(told) as store, store.write(now) as tx:
        for one in paused:
            note(f"{one.id} is paused" if tx.permits.pause(one.id, now) else f"{one.id} is paused already")


@source.command()
@click.argument("identifiers", metavar="ID...", nargs=-1, required=True)
@common_options
@pass_told
def resume(told: Told, identifiers: tuple[str, ...]) -> None:
    """Go on asking agencies that were paused; what came due meanwhile is asked for now."""
    settings, sources = told.settings_and_sources()
    resumed = chosen(settings, sources, identifiers)
    with database(told) as store, store.write(datetime.now(UTC)) as tx:
        for one in resumed:
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
    from pipeline import log
    from pipeline.wiring.ingest import ingest_live

    log.set_up(told.verbose - 1)
    asked = ingest_live(
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
    settings, sources = told.settings_and_sources()
    (found,) = chosen(settings, sources, (identifier,))
    write_one(asdict(found), form)


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
