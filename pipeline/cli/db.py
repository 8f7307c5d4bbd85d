"""`newswire db`: the database itself."""

from __future__ import annotations

import click

from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told


@click.group()
def db() -> None:
    """The database: make it, bring it up to date, check it."""


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

    with database(told) as store:
        problems, name = store.check(unpack), store.name
    for problem in problems:
        click.echo(problem)
    note(f"{name}: {len(problems)} problems" if problems else f"{name} is whole")
    return 1 if problems else 0
