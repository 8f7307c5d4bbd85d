"""`newswire regroup`: all links and stories again, from the stored articles."""

from __future__ import annotations

from dataclasses import asdict

import click

from pipeline.cli.database import database
from pipeline.cli.ingest import Progress
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write


@click.command()
@output_option
@common_options
@pass_told
def regroup(told: Told, form: str | None) -> None:
    """Work out again how all stored articles relate, with today's rules."""
    from pipeline.clock import LiveClock
    from pipeline.regroup import regroup as work
    from pipeline.wiring.room import load_room

    room = load_room(told.settings())
    with database(told) as store:
        found = work(store, room.sources, room.registers, LiveClock(), Progress("articles"))
    write([asdict(found)], form, ("articles", "relinked", "stories"))
