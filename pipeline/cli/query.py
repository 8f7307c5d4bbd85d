"""`newswire query`: the search."""

from __future__ import annotations

from typing import Any

import click

from pipeline.cli.choice import Choice, choice_options
from pipeline.cli.database import look, minute, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write
from pipeline.record import FIELDS

COLUMNS = ("id", "time", "source", "language", "headline")


@click.command()
@choice_options(limit=20)
@output_option
@common_options
@pass_told
def query(told: Told, /, form: str | None, **options: Any) -> None:
    """Search the articles for TEXT, newest first.

    All words of TEXT must occur, in any form that begins with them; "in quotes" they must follow each other; -word must
    not occur (a TEXT that begins with it goes behind --, as in: newswire query -- "-word other").
    Every language is searched, also for single Chinese, Japanese and Korean characters.
    Well-known names are found in all their spellings, unless --exact is given.
    """
    choice, form = Choice(**options), output_form(form)
    asked = choice.query(told.settings())
    with look(told) as reader:
        choice.doubt(told, reader)
        records = reader.query(asked)
        if form == "table":
            write(({**record, "time": minute(record["sort_at"])} for record in records), form, COLUMNS)
        else:
            write(records, form, FIELDS)
