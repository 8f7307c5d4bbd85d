"""`newswire db`: the database itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.model import Source
    from pipeline.store.prune import Pruned

DAYS = click.IntRange(0, 36_500)


@click.group()
def db() -> None:
    """The database: make it, bring it up to date, check it, copy it, prune it."""


@db.command()
@common_options
@pass_told
def init(told: Told) -> None:
    """Make the tables in an empty database; every other command does so too."""
    from pipeline.settings import mask
    from pipeline.store.upgrade import init as make

    url = told.settings().database
    note(f"{mask(url)} {'is made' if make(url) else 'is there already, and up to date'}")


@db.command()
@common_options
@pass_told
def upgrade(told: Told) -> None:
    """Bring a database of an older version up to this one."""
    from pipeline.settings import mask
    from pipeline.store.upgrade import upgrade as bring_up

    url = told.settings().database
    before, after = bring_up(url)
    note(f"{mask(url)} is up to date" if before == after else f"{mask(url)} went from version {before} to {after}")


@db.command()
@common_options
@pass_told
def check(told: Told) -> int:
    """Check that the database is whole; prints a line for every problem."""
    from pipeline.archive.pack import unpack
    from pipeline.relating import deriving

    with database(told) as store:
        problems, name = store.check(unpack, deriving(_sources(told))), store.name
    for problem in problems:
        click.echo(problem)
    note(f"{name}: {len(problems)} problems" if problems else f"{name} is whole")
    return 1 if problems else 0


@db.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--force", is_flag=True, help="Replace FILE, if it is there.")
@common_options
@pass_told
def backup(told: Told, file: Path, force: bool) -> None:
    """Copy the database into FILE, while others write to it; the copy is checked before it takes its name."""
    from pipeline.settings import mask
    from pipeline.store.backup import backup as copy

    url = told.settings().database
    size = copy(url, file, force=force)
    note(f"{file} is a copy of {mask(url)} ({size / 1e6:,.1f} MB); how to restore it: docs/operate.md")


@db.command()
@click.option("--feeds", type=DAYS, metavar="DAYS", help="Age of feeds and listings.  [default: keep.feeds_days]")
@click.option("--pages", type=DAYS, metavar="DAYS", help="Age of article pages.  [default: keep.pages_days]")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--vacuum", is_flag=True, help="Give the space back to the disk (SQLite); nothing may use the database.")
@common_options
@pass_told
def prune(told: Told, feeds: int | None, pages: int | None, dry_run: bool, vacuum: bool) -> None:
    """Delete old raw responses; articles, their versions and what is in quarantine stay."""
    from pipeline.store.prune import Pruned as Sum

    if dry_run and vacuum:
        raise click.UsageError("--dry-run changes nothing, --vacuum does; leave one of them out")
    kept, now = told.settings().keep, datetime.now(UTC)
    old_feeds = kept.feeds if feeds is None else timedelta(days=feeds)
    old_pages = kept.pages if pages is None else timedelta(days=pages)
    with database(told) as store:
        if dry_run:
            note(f"{store.name}: {_told(store.prunable(now, old_feeds, old_pages))} would be deleted")
            return
        gone = sum(store.prune(now, old_feeds, old_pages), Sum())
        note(f"{store.name}: {_told(gone)} deleted")
        if vacuum:
            store.vacuum()


def _sources(told: Told) -> dict[str, Source]:
    """The sources by id; none, where their files have mistakes: a database can be checked without them."""
    try:
        _, sources = told.settings_and_sources()
    except ConfigError:
        return {}
    return {source.id: source for source in sources}


def _told(gone: Pruned) -> str:
    facts = [
        f"{gone.responses:,} {'response' if gone.responses == 1 else 'responses'}",
        f"{gone.bodies:,} {'body' if gone.bodies == 1 else 'bodies'} ({gone.bytes / 1e6:,.1f} MB)",
    ]
    if gone.counts:
        facts.append(f"{gone.counts:,} old hourly counts")
    return " and ".join(facts)
