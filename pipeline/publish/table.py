"""Records as CSV: a row a record, the contract's fields as columns, lists and objects as JSON text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TextIO

from pipeline.publish.jsonl import as_json, plain
from pipeline.record import FIELDS

# What a spreadsheet takes for a formula, in the width of Latin and of Chinese and Japanese (OWASP, CSV injection).
FORMULA = tuple("=+-@\t\r＝＋－＠")
# CSV keeps tabs and line ends; no other control character means anything in a text.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def write_csv(out: TextIO, records: Iterable[Mapping[str, Any]], fields: Sequence[str] = FIELDS) -> int:
    """Write a header and the records as they come; returns how many records."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(fields)
    written = 0
    for record in records:
        writer.writerow([cell(record.get(field)) for field in fields])
        written += 1
    return written


def cell(value: Any) -> str | int | float:
    """A value as a cell that no spreadsheet works out: a text that looks like a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, date):
        value = plain(value)
    text = CONTROL.sub("", value if isinstance(value, str) else as_json(value))
    return f"'{text}" if text.startswith(FORMULA) else text
