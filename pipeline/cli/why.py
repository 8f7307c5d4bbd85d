"""`newswire why`: how an article came to be, or why an address is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.database import address_keys, article_number, look, minute, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write
from pipeline.errors import StoreError
from pipeline.log import printable

if TYPE_CHECKING:
    from pipeline.store.read import Reader
    from pipeline.store.trace import Trace

UNTIMED = " " * len("2024-09-02 08:00")


@click.command()
@click.argument("article", metavar="URL_OR_ID")
@output_option
@common_options
@pass_told
def why(told: Told, form: str | None, article: str) -> None:
    """Show how an article came to be, or why an address is none: listed, fetched, stored, compared with what."""
    from pipeline.publish.trace import COLUMNS, events

    form = output_form(form)
    with look(told) as reader:
        found = events(_trace(told, reader, article))
    if form == "table":
        click.echo("\n".join(printable(line) for line in _lines(found)))
    else:
        write(found, form, COLUMNS)


def _trace(told: Told, reader: Reader, named: str) -> Trace:
    keys = set[str]() if named.isascii() and named.isdigit() else address_keys(told, named)
    is_known = not keys or any(reader.find(key) for key in keys)
    if not is_known:
        found = reader.trace_address(named, keys)
        if found.is_empty:
            raise StoreError(
                f"nothing is known of {named}: no feed listed it and nobody asked for it; if it is an article of a"
                " configured agency, take it in with: newswire ingest --url"
            )
        return found
    trace = reader.trace(article_number(told, reader, named))
    if trace is None:
        raise StoreError(f"there is no article {named}; look for it with: newswire query")
    return trace


def _lines(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """An event a line, times first, in UTC; what is long stays whole, for the reason stands at its end."""
    width = max(len(event["what"]) for event in found)
    for event in found:
        text = " ".join(event["text"].split("\n"))
        where = f"  {event['url']}" if event["what"] in ("listed", "asked", "answered", "request") else ""
        yield f"{minute(event['at']) or UNTIMED}  {event['what']:<{width}}  {text}{where}"
