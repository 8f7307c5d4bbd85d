"""`newswire export`: articles, or the raw responses, as a file for others."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from pipeline.cli.choice import Choice, choice_options
from pipeline.cli.database import look, note
from pipeline.cli.options import Told, common_options, pass_told

if TYPE_CHECKING:
    from pipeline.model import Page
    from pipeline.store.read import Query, Reader


@click.command()
@choice_options(limit=0)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "warc"]),
    default="jsonl",
    show_default=True,
    help="JSON lines, CSV, or the raw responses as a web archive.",
)
@click.option("--portable", is_flag=True, help="Without numbers of this database, sorted: to compare two databases.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file, whole or not at all.")
@common_options
@pass_told
def export(told: Told, /, form: str, portable: bool, out: Path | None, **options: Any) -> None:
    """Write the current version of all articles, or of those that match."""
    choice = Choice(**options)
    asked = choice.query(told.settings())
    if portable and form != "jsonl":
        raise click.UsageError(f"--portable is a form of jsonl, not of {form}")
    if form == "warc" and choice != Choice(source=choice.source):
        raise click.UsageError("a web archive holds responses, not articles: only --source can choose among them")
    with look(told) as reader:
        if form != "warc":
            choice.doubt(told, reader)
        with _target(out, binary=form == "warc") as file:
            written = _write(reader, file, form, asked, portable=portable)
    if out is not None:
        note(f"{written} {'responses' if form == 'warc' else 'articles'} written to {out}")


@contextmanager
def _target(out: Path | None, *, binary: bool) -> Iterator[BinaryIO]:
    if out is not None and str(out) != "-":
        from pipeline.publish.files import whole_file

        with whole_file(out) as file:
            yield file
        return
    if binary and sys.stdout.isatty():
        raise click.UsageError("a web archive is no text for a terminal; name a file with --out")
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _write(reader: Reader, file: BinaryIO, form: str, asked: Query, *, portable: bool) -> int:
    if form == "warc":
        return write_archive(reader, file, asked.sources)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
    try:
        return _write_text(reader, text, form, asked, portable=portable)
    finally:
        text.detach()


def write_archive(reader: Reader, file: BinaryIO, sources: tuple[str, ...]) -> int:
    """Write the kept responses of these sources (all, if none is named) as a web archive; how many."""
    from pipeline.archive.warc import write_warc

    return write_warc(file, _pages(reader, sources))


def _write_text(reader: Reader, out: io.TextIOWrapper, form: str, asked: Query, *, portable: bool) -> int:
    from pipeline.publish.jsonl import portables, write_jsonl
    from pipeline.publish.table import write_csv

    if form == "csv":
        return write_csv(out, reader.query(asked))
    if portable:
        return write_jsonl(out, portables(reader.sorted_by_address(asked), reader.addresses))
    return write_jsonl(out, reader.query(asked))


def _pages(reader: Reader, sources: tuple[str, ...]) -> Iterator[Page]:
    from pipeline.archive.pack import unpack
    from pipeline.archive.polls import Response, with_polls

    kept = (
        Response(
            replace(one.page, body=unpack(one.packed.coding, one.packed.data, one.size)),
            one.kind,
            (one.source, one.feed),
        )
        for one in reader.responses(sources)
    )
    return with_polls(kept)
