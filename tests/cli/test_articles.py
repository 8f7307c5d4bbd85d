"""`query`, `show` and `revisions`: what a reader sees, and what a script gets."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import run
from pipeline.dedup.fingerprint import fingerprint
from pipeline.model import Citation, Dateline, Source
from pipeline.record import FIELDS
from pipeline.store import Store

Newswire = Callable[..., tuple[int, str, str]]
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
ANSI = "\x1b]0;owned\x07\x1b[31m red \x9b2J\u202e"


@pytest.fixture
def filled(store: Store, put: Any, article: Any) -> Store:
    """Two articles: 1 in two versions, 2 hostile."""
    day = datetime(2024, 9, 2, 8, tzinfo=UTC)
    number = put(store, url="https://news.example/ferry?id=1&utm_source=feed", headline="Ferry sails", sort_at=day)
    newer = article(
        url="https://news.example/ferry?id=1",
        headline="Ferry sails again",
        lead="Islanders had waited for a month.",
        dateline=Dateline("PORT, Sept. 2 /EX/ --", "PORT", ("PORT",), None, "example"),
        citations=(Citation("the Times", "the Times says", None, "example"),),
        sort_at=day,
    )
    with store.write(day) as tx:
        prints = fingerprint(newer, Source(id="example", name=""))
        tx.articles.revise(number, newer, prints, "corrected", None, is_current=True)
        from pipeline.normalise.urls import normal_url
        from pipeline.store import Key

        tx.articles.know_by(number, "example", [Key("url", "", normal_url(newer.url))], None)
    put(store, headline=f"Evil {ANSI}", body=f"Body {ANSI}\nmore", url="https://news.example/evil", language="en")
    return store


def test_a_pipe_gets_whole_records_newest_first(filled: Store, newswire: Newswire) -> None:
    code, out, err = newswire("query")
    records = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [record["id"] for record in records] == [2, 1]
    assert tuple(records[0]) == FIELDS


def test_a_table_has_a_line_an_article(filled: Store, newswire: Newswire) -> None:
    _, out, _ = newswire("query", "ferry", "-o", "table")
    head, line = out.splitlines()
    assert head.split() == ["id", "time", "source", "language", "headline"]
    assert line.split()[:4] == ["1", "2024-09-02", "08:00", "example"]
    assert line.endswith("Ferry sails again")


def test_names_are_found_in_all_their_spellings_unless_told_otherwise(
    database_url: str, put: Any, store: Store, newswire: Newswire
) -> None:
    put(store, headline="DPRK opens a ferry line")
    for command in (("query", "N. Korea"), ("export", "N. Korea")):
        assert len(newswire(*command)[1].splitlines()) == 1
        assert newswire(*command, "--exact")[1] == ""


def test_an_agency_that_is_cited_is_found_by_any_of_its_names(
    database_url: str, put: Any, store: Store, newswire: Newswire
) -> None:
    put(store, headline="Ferry line opens", citations=(Citation("Yonhap", "Yonhap said", "yonhap", None),))
    for name in ("연합뉴스", "yonhap", "Yonhap News Agency"):
        assert len(newswire("query", "--cites", name)[1].splitlines()) == 1, name
    assert newswire("query", "--cites", "Korean Central News Agency")[1] == ""


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--source", "exampel"), "no source 'exampel' is configured or stored; did you mean 'example'?"),
        (("--signal", "urgnt"), "no signal 'urgnt' is ever given; did you mean 'urgent'?"),
        (("--source", "example", "--source", "tass", "--signal", "lead-2"), ""),
    ],
)
def test_what_is_misspelt_is_told(filled: Store, newswire: Newswire, options: tuple[str, ...], hint: str) -> None:
    for command in (("query",), ("export", "--format", "jsonl")):
        code, out, err = newswire(*command, *options)
        assert (code, out) == (0, "")
        assert hint in err
        assert bool(err) == bool(hint)


def test_a_query_that_begins_with_minus_goes_behind_two(filled: Store, newswire: Newswire) -> None:
    _, out, _ = newswire("query", "--", "-kettle ferry")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1]


def test_csv_has_the_fields_of_the_contract(filled: Store, newswire: Newswire) -> None:
    _, out, _ = newswire("query", "-o", "csv")
    header, *rows = csv.reader(io.StringIO(out))
    assert tuple(header) == FIELDS
    assert len(rows) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "-o", "table"),
        ("query", "-o", "jsonl"),
        ("query", "-o", "csv"),
        ("show", "2", "-o", "table"),
        ("show", "2", "-o", "json"),
        ("revisions", "2", "-o", "table"),
    ],
)
def test_nothing_that_an_agency_prints_drives_the_terminal(
    filled: Store, newswire: Newswire, arguments: tuple[str, ...]
) -> None:
    _, out, _ = newswire(*arguments)
    assert "Evil" in out
    assert not CONTROL.findall(out)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--limit", "1"), [2]),
        (("--limit", "0"), [2, 1]),
        (("--source", "example", "--source", "other"), [2, 1]),
        (("--source", "other"), []),
        (("--language", "en"), [2]),
        (("--since", "2024-09-03"), [2]),
        (("--until", "2024-09-03"), [1]),
        (("--since", "2024-09-02T08:00Z", "--until", "2024-09-02T10:00:00+01:00"), [1]),
        (("--since", "24h"), []),
        (("--since", "50000d"), [2, 1]),
        (("--dateline", "port"), [1]),
        (("--cites", "the times"), [1]),
        (("--section", "World"), []),
        (("--signal", "urgent"), []),
        (("--story", "1"), []),
        (("--originals",), [2, 1]),
        (("ferry", "--since", "2024-09-01"), [1]),
    ],
)
def test_options_narrow_the_search(
    filled: Store, newswire: Newswire, options: tuple[str, ...], expected: list[int]
) -> None:
    code, out, _ = newswire("query", *options)
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == expected


@pytest.mark.parametrize(
    "options",
    [
        ("--since", "yesterday"),
        ("--since", "2024-13-01"),
        ("--since", "9999999d"),
        ("--since", "999999w"),
        ("--until", "2024-09-03T25:00Z"),
        ("--since", "2024-09-03", "--until", "2024-09-03"),
        ("--limit", "-1"),
        ("--limit", "99999999999999999999"),
        ("--story", "x"),
        ("--story", "99999999999999999999"),
        ("--colour", "red"),
        ("-o", "yaml"),
    ],
)
def test_wrong_use_is_exit_2(store: Store, newswire: Newswire, options: tuple[str, ...]) -> None:
    code, out, err = newswire("query", *options)
    assert (code, out) == (2, "")
    assert options[0].lstrip("-") in err


@pytest.mark.parametrize("text", ['"', "\x00", "-x", "*", "'; DROP TABLE article; --"])
def test_any_text_can_be_searched_for(filled: Store, newswire: Newswire, text: str) -> None:
    assert newswire("query", "--", text)[0] == 0


def test_an_empty_database_says_what_to_do(store: Store, newswire: Newswire) -> None:
    code, out, err = newswire("query")
    assert (code, out) == (0, "")
    assert "begin with: newswire ingest" in err


def test_an_article_is_shown_to_be_read(filled: Store, newswire: Newswire) -> None:
    code, out, _ = newswire("show", "1", "-o", "table")
    assert code == 0
    assert out.startswith(
        "Ferry sails again\nexample · seen 2024-09-03 12:00 UTC\nhttps://news.example/ferry?id=1&utm_source=feed\n\n"
        "Islanders had waited for a month.\n\n"
        "PORT, Sept. 2 /EX/ -- The ferry between the islands sails again.\n\nIt had been in dock for a month.\n\n"
    )
    assert "the Times (via example)" in out
    assert "newswire revisions 1" in out


@pytest.mark.parametrize("url", ["https://news.example/ferry?id=1", "http://NEWS.example/ferry?utm_medium=x&id=1#top"])
def test_an_article_is_shown_by_its_address(filled: Store, newswire: Newswire, url: str) -> None:
    code, out, _ = newswire("show", url)
    assert (code, json.loads(out)["id"]) == (0, 1)


def test_the_versions_of_an_article_come_in_order(filled: Store, newswire: Newswire) -> None:
    _, out, _ = newswire("revisions", "1")
    told = [json.loads(line) for line in out.splitlines()]
    assert [(one["revision"], one["change"], one["headline"]) for one in told] == [
        (1, "created", "Ferry sails"),
        (2, "corrected", "Ferry sails again"),
    ]


@pytest.mark.parametrize("command", ["show", "revisions"])
@pytest.mark.parametrize("named", ["77", "99999999999999999999999", "https://news.example/none", "ferry", "\x1b[31m"])
def test_an_article_that_is_not_there_is_exit_1(filled: Store, newswire: Newswire, command: str, named: str) -> None:
    code, out, err = newswire(command, named)
    assert (code, out) == (1, "")
    assert "look for it with: newswire query" in err
    assert "\x1b" not in err


def test_a_file_that_is_no_database_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.db").write_text("bread, milk\n" * 999)
    assert run(["query", "--database", f"sqlite:///{tmp_path}/notes.db"]) == 1
    assert "the file is no SQLite database" in capsys.readouterr().err
