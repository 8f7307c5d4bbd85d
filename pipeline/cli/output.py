"""How lists of records are printed: `-o table|json|jsonl|csv`, a table on a terminal, JSON lines in a pipe."""

from __future__ import annotations

import csv
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, Literal, TextIO, TypeVar

import click

from pipeline.log import printable
from pipeline.publish.jsonl import as_json, plain
from pipeline.publish.table import cell

Form = Literal["table", "json", "jsonl", "csv"]
Record = Mapping[str, Any]
Function = TypeVar("Function", bound=Callable[..., Any])

FORMS: tuple[Form, ...] = ("table", "json", "jsonl", "csv")
GAP = "  "
ELLIPSIS = "…"
NARROWEST_COLUMN = 8


def output_option(function: Function) -> Function:
    """Give a command `-o`; it takes it as `form`, to be handed to `write`."""
    return click.option(
        "-o",
        "--output",
        "form",
        type=click.Choice(FORMS),
        help="How to print.  [default: a table on a terminal, jsonl in a pipe]",
    )(function)


def write(
    records: Iterable[Record], form: str | None = None, columns: Sequence[str] = (), out: TextIO | None = None
) -> None:
    """Print records.  `columns` are those of a table and of CSV, in order; by default the keys of the first record.

    jsonl and csv are written record by record; a table is laid out when all are there.
    """
    out = out or sys.stdout
    form = form or ("table" if out.isatty() else "jsonl")
    if form == "jsonl":
        out.writelines(f"{as_json(record)}\n" for record in records)
    elif form == "json":
        _write_json(records, out)
    elif form == "csv":
        _write_csv(records, columns, out)
    else:
        _write_table(list(records), columns, out)


def write_one(record: Record, form: str | None = None, out: TextIO | None = None) -> None:
    """Print one record: on a terminal a line for each of its fields, in a pipe a JSON line."""
    out = out or sys.stdout
    form = form or ("table" if out.isatty() else "jsonl")
    if form == "table":
        width = max((display_width(key) for key in record), default=0)
        out.writelines(
            f"{key}{' ' * (width - display_width(key))}{GAP}{_cell(value)}\n" for key, value in record.items()
        )
    elif form == "json":
        out.write(f"{as_json(record, indent=2)}\n")
    else:
        write([record], form, out=out)


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes: two for a Chinese character, none for an accent that is combined."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _write_json(records: Iterable[Record], out: TextIO) -> None:
    out.write("[")
    for index, record in enumerate(records):
        out.write(",\n" if index else "\n")
        out.write(as_json(record))
    out.write("\n]\n")


def _write_csv(records: Iterable[Record], columns: Sequence[str], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    rest = iter(records)
    first = next(rest, None)
    names = columns or tuple(first or ())
    writer.writerow(names)
    for record in chain([] if first is None else [first], rest):
        writer.writerow([cell(record.get(name)) for name in names])


def _write_table(records: list[Record], columns: Sequence[str], out: TextIO) -> None:
    names = list(columns or (records[0] if records else ()))
    rows = [names, *([_cell(record.get(name)) for name in names] for record in records)]
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    if out.isatty():
        widths = _shrink(widths, shutil.get_terminal_size().columns)
    for row in rows:
        cells = [_fit(cell, width) for cell, width in zip(row, widths, strict=True)]
        out.write(f"{GAP.join(cells).rstrip()}\n")


def _shrink(widths: list[int], room: int) -> list[int]:
    """Narrow the widest columns until a line fits, as far as something can still be read."""
    widths = list(widths)
    while sum(widths) + len(GAP) * (len(widths) - 1) > room and max(widths) > NARROWEST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return widths


def _fit(text: str, width: int) -> str:
    """The text in exactly this width: cut with an ellipsis, or filled up."""
    taken = display_width(text)
    if taken <= width:
        return text + " " * (width - taken)
    kept, room = [], width - len(ELLIPSIS)
    for character in text:
        room -= _character_width(character)
        if room < 0:
            break
        kept.append(character)
    cut = "".join(kept) + ELLIPSIS
    return cut + " " * (width - display_width(cut))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cell(value: Any) -> str:
    # A line break in a cell is a blank to the reader, not an escape.
    return printable(" ".join(_text(value).split("\n")))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return plain(value)
    if isinstance(value, list | tuple) and all(isinstance(element, str) for element in value):
        return ", ".join(value)
    return as_json(value)
