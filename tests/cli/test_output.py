"""Output: the same records as table, JSON, JSON lines and CSV, safe to look at and to open."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import output
from pipeline.publish.jsonl import as_json

RECORDS: list[dict[str, Any]] = [
    {"id": 1, "headline": "Example says so", "keywords": ["a", "b"], "lead": None},
    {"id": 20, "headline": "중국 일본", "keywords": [], "lead": "x"},
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(form: str | None, records: list[dict[str, Any]] = RECORDS, *columns: str) -> str:
    out = io.StringIO()
    output.write(iter(records), form, columns, out)
    return out.getvalue()


def on_a_terminal(width: int, records: list[dict[str, Any]]) -> list[str]:
    out, before = Terminal(), os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(width)
    try:
        output.write(records, None, (), out)
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    return out.getvalue().splitlines()


def test_json_lines_are_what_a_pipe_gets() -> None:
    assert written(None) == written("jsonl")
    assert [json.loads(line) for line in written("jsonl").splitlines()] == RECORDS


@pytest.mark.parametrize("records", [RECORDS, RECORDS[:1], []])
def test_json_is_one_list(records: list[dict[str, Any]]) -> None:
    assert json.loads(written("json", records)) == records


def test_csv_has_the_columns_asked_for_and_none_as_nothing() -> None:
    assert written("csv", RECORDS, "headline", "lead") == "headline,lead\nExample says so,\n중국 일본,x\n"


def test_a_table_counts_wide_characters_twice() -> None:
    assert written("table", RECORDS, "headline", "id").splitlines() == [
        "headline         id",
        "Example says so  1",
        "중국 일본        20",
    ]


def test_a_table_without_a_terminal_is_not_cut() -> None:
    assert "x" * 500 in written("table", [{"body": "x" * 500}])


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_table_fits_its_terminal(width: int) -> None:
    lines = on_a_terminal(width, [{"id": 1, "headline": "중국" * 60, "body": "word " * 50}])
    assert len(lines) == 2
    assert all(output.display_width(line) <= width for line in lines)
    assert lines[1].startswith("1 ")
    assert lines[1].count("…") == 2


def test_an_empty_list_is_an_empty_table() -> None:
    assert written("table", []).strip() == ""
    assert written("table", [], "id", "headline") == "id  headline\n"


def test_one_record_on_a_terminal_is_a_line_a_field() -> None:
    out = Terminal()
    output.write_one({"id": 7, "headline": "A\nB"}, None, out)
    assert out.getvalue() == "id        7\nheadline  A B\n"


def test_instants_are_written_in_utc() -> None:
    moscow = datetime(2021, 7, 7, 12, 30, tzinfo=timezone(timedelta(hours=3)))
    assert as_json({"at": moscow, "day": date(2021, 7, 7)}) == '{"at":"2021-07-07T09:30:00Z","day":"2021-07-07"}'
    assert written("csv", [{"at": moscow.astimezone(UTC)}]) == "at\n2021-07-07T09:30:00Z\n"


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_form_lets_a_control_sequence_through(form: str, text: str) -> None:
    shown = written(form, [{"headline": f"\x1b[2J\x9b{text}"}])
    assert not any(
        ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown if character not in "\t\r\n"
    )


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_json_gives_back_every_text(text: str) -> None:
    assert json.loads(as_json(text)) == text


@given(st.sampled_from("=+-@\t＝＋－＠"), st.text(alphabet="A1()+!|"))
def test_csv_holds_no_formula(sign: str, rest: str) -> None:
    ((_,), (cell,)) = csv.reader(io.StringIO(written("csv", [{"headline": sign + rest}])))
    assert cell == f"'{sign}{rest}"


def test_a_control_character_cannot_hide_a_formula_from_csv() -> None:
    assert written("csv", [{"headline": "\x00=1+1"}]).splitlines()[1] == "'=1+1"


def test_a_negative_number_is_no_formula() -> None:
    assert written("csv", [{"score": -0.5}]) == "score\n-0.5\n"
