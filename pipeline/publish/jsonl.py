"""Records as JSON lines: as they are, or portable, which is the form in which two databases compare equal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, TextIO

from pipeline.record import instant, portable

# JSON escapes C0 by itself, but not these: they drive terminals, turn the direction of what follows (CVE-2021-42574),
# or are taken for a line's end.
UNESCAPED_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
BATCH = 500  # records whose references are looked up together

Addresses = Callable[[set[int]], Mapping[int, tuple[str, str]]]


def as_json(record: object, indent: int | None = None) -> str:
    """A record as JSON in UTF-8 that no terminal takes for a command, its keys in the order they have.

    One line without its end, unless it is to be indented; instants are RFC 3339 in UTC.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(record, ensure_ascii=False, indent=indent, separators=separators, default=plain)
    return UNESCAPED_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def write_jsonl(out: TextIO, records: Iterable[Mapping[str, Any]]) -> int:
    """Write records a line each as they come; returns how many."""
    written = 0
    for record in records:
        out.write(f"{as_json(record)}\n")
        written += 1
    return written


def portables(records: Iterable[dict[str, Any]], addresses: Addresses) -> Iterator[dict[str, Any]]:
    """Records with what they refer to named by source and address; `addresses` looks some numbers up at a time."""
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        known = addresses(set().union(*map(references, batch)))
        for record in batch:
            yield portable(record, known)


def references(record: Mapping[str, Any]) -> set[int]:
    """The numbers of the articles that a record names."""
    named = [record["duplicate_of"], record["update_of"], record["story"], *(link["id"] for link in record["links"])]
    return {number for number in named if number is not None}


def plain(value: object) -> str:
    """What JSON has no form for: an instant as RFC 3339 in UTC, a day as a bare date, the rest as it prints itself."""
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)
