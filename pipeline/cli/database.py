"""What the commands on the database share: opening it, finding an article in it, and how to print."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pipeline.cli.choice import LARGEST
from pipeline.errors import StoreError
from pipeline.log import printable

if TYPE_CHECKING:
    from pipeline.cli.options import Told
    from pipeline.store import Store
    from pipeline.store.read import Reader


@contextmanager
def database(told: Told) -> Iterator[Store]:
    """The configured database, made if it is missing.

    Raises:
        StoreError: it is of another version, damaged, or no database at all.
    """
    # Not at the top: SQLAlchemy takes half a second of CPU, which `--help` does not have.
    from pipeline.store import open_store

    store = open_store(told.settings().database)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def look(told: Told) -> Iterator[Reader]:
    """One moment of the configured database; it says so where there is nothing in it yet."""
    with database(told) as store, store.read() as reader:
        if reader.last_seq() == 0:
            note(f"there is no article in {store.name} yet; begin with: newswire ingest")
        yield reader


def article_number(told: Told, reader: Reader, named: str) -> int:
    """The number of the article that is named by its number or by an address it was listed under.

    Raises:
        StoreError: there is none, or there are several.
    """
    if named.isascii() and named.isdigit():
        return min(int(named), LARGEST)
    found = sorted({number for key in address_keys(told, named) for number in reader.find(key)})
    if not found:
        raise StoreError(f"no article was listed under {named}; look for it with: newswire query")
    if len(found) > 1:
        raise StoreError(f"several articles were listed under {named}; name one of {', '.join(map(str, found))}")
    return found[0]


def address_keys(told: Told, url: str) -> set[str]:
    """The keys an address may be known by: each source says which of its query counts."""
    from pipeline.normalise.urls import normal_url

    _, sources = told.settings_and_sources()
    return {normal_url(url, query) for query in (None, *(source.identity_query for source in sources))}


def output_form(form: str | None) -> str:
    """The form to print in: the one asked for, else a table on a terminal and JSON lines in a pipe."""
    return form or ("table" if sys.stdout.isatty() else "jsonl")


def minute(instant: str | None) -> str | None:
    """An RFC 3339 instant as a table shows it: `2021-07-07 10:20`, UTC."""
    return instant[:16].replace("T", " ") if instant else None


def note(sentence: str) -> None:
    """Tell the user something that is no data."""
    click.echo(f"newswire: {printable(sentence)}", err=True)
