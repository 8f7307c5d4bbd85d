"""CSV that spreadsheets open and don't work out."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from pipeline.publish.table import cell, write_csv
from pipeline.record import FIELDS


def test_the_header_is_the_contracts_fields_and_lists_are_json() -> None:
    out = io.StringIO()
    record = {"id": 7, "headline": 'A "quoted", line', "urls": ["a", "ü"], "dateline": {"place": "PORT"}, "lead": None}
    assert write_csv(out, [record]) == 1
    header, row = csv.reader(io.StringIO(out.getvalue()))
    assert tuple(header) == FIELDS
    told = dict(zip(header, row, strict=True))
    assert (told["id"], told["headline"], told["lead"]) == ("7", 'A "quoted", line', "")
    assert json.loads(told["urls"]) == ["a", "ü"]
    assert json.loads(told["dateline"]) == {"place": "PORT"}


def test_no_records_are_a_header() -> None:
    out = io.StringIO()
    assert write_csv(out, []) == 0
    assert out.getvalue() == ",".join(FIELDS) + "\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\tx", "'\tx"),
        ("\x00=1+1", "'=1+1"),
        ("a=b", "a=b"),
        ("two\nlines\x1b[31m", "two\nlines[31m"),
        (-1.5, -1.5),
        (True, "true"),
        ([], "[]"),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, expected: Any) -> None:
    assert cell(value) == expected
