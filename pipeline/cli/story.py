"""`newswire story`: the articles on one event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from pipeline.cli.database import article_number, look, minute, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import StoreError
from pipeline.log import printable

COLUMNS = ("time", "source", "language", "id", "is", "headline")


@click.command()
@click.argument("article", metavar="ID_OR_URL")
@output_option
@common_options
@pass_told
def story(told: Told, form: str | None, article: str) -> None:
    """Show the articles on the event that an article tells: who was first, and who cites whom."""
    from pipeline.publish.timeline import timeline
    from pipeline.store.read import Query

    form = output_form(form)
    with look(told) as reader:
        record = reader.record(article_number(told, reader, article))
        if record is None:
            raise StoreError(f"there is no article {article}; look for it with: newswire query")
        found = list(reader.query(Query(story=record["story"]))) if record["story"] else [record]
    line = timeline(found)
    if form in ("json", "jsonl"):
        write_one(line, form)
        return
    rows = [{**one, "time": minute(one["sort_at"])} for one in line["articles"]]
    write(rows, form, COLUMNS)
    if form == "table":
        click.echo("\n".join(printable(sentence) for sentence in _sentences(line)))


def _sentences(line: Mapping[str, Any]) -> Iterator[str]:
    first = line["first"]
    at, origin = first["published_at"], first["published_from"]
    printed = f"printed {at} ({origin})" if at else "no time printed"
    dateline = f", dateline {first['dateline']}" if first["dateline"] else ""
    yield ""
    yield f"first    {first['source']}: {printed}{dateline}, first seen {minute(first['first_seen_at'])} UTC"
    if line["maybe_first"]:
        yield f"         or {', '.join(map(str, line['maybe_first']))}: of some of these only the day is known"
    many = len({one["source"] for one in line["articles"]})
    yield f"origins  {len(line['origins'])} of {many}: {', '.join(line['origins']) or 'none that is known'}"
    for cited in line["cites"]:
        yield f"cites    {cited['by']} ({cited['id']}) has it from {cited['cites']}"
