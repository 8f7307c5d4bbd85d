"""`newswire ingest`, `extract` and `import` as a user calls them."""

from __future__ import annotations

import gzip
import json
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.warc import write_warc
from pipeline.cli import run
from pipeline.model import Page, Source
from pipeline.sites import edition_of
from pipeline.store.types import INSTANT
from tests.wire import FEED, START, TEXT, address, item, page, rss

SOURCE = """
name = "Wire"
language = "en"
hosts = ["wire.test"]
articles = "^/news/"
[[feeds]]
url = "https://wire.test/rss.xml"
[profile]
headline = "h1"
body = "article p"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a configuration of one worker, and two archives of a day each."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "newswire.toml").write_text("workers = 1\n[fetch]\nallow_private = ['127.0.0.0/8']\n")
    (tmp_path / "config" / "sources" / "wire.toml").write_text(SOURCE)
    for number in (1, 2):
        at = START.replace(day=number + 1)
        pages = [
            Page(FEED, 200, rss(item(number, f"Story {number}")).encode(), at),
            Page(address(number), 200, page(f"Story {number}", f"{TEXT} {number}").encode(), at),
            Page(address(number + 10), 200, page(f"Unlisted {number}").encode(), at),
        ]
        with (tmp_path / f"{number}.warc.gz").open("wb") as out:
            write_warc(out, pages)
    return tmp_path


class Program:
    """Runs commands on one configuration and database."""

    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.options = ["--config", str(place / "config"), "--database", f"sqlite:///{place}/wire.db"]
        self._capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = run([*map(str, arguments), *self.options])
        out, err = self._capsys.readouterr()
        return code, out, err

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("query", "--limit", "0", "-o", "jsonl")[1].splitlines()]


@pytest.fixture
def newswire(place: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(place, capsys)


def test_a_replay_sums_up_per_source(newswire: Program, place: Path) -> None:
    code, out, err = newswire("ingest", "--replay", place / "1.warc.gz", place / "2.warc.gz", "-o", "json")
    assert (code, err) == (0, "")
    counts = json.loads(out)["sources"]["wire"]
    assert {name: counts[name] for name in ("polled", "new", "revised", "failed")} == {
        "polled": 2, "new": 2, "revised": 0, "failed": 0
    }  # fmt: skip
    assert sorted(record["headline"] for record in newswire.records()) == ["Story 1", "Story 2"]


def test_a_layout_that_no_profile_fits_is_told_beside_the_summary(newswire: Program, place: Path) -> None:
    """The text is found all the same, so nothing failed: stdout and exit code are those of a good day."""
    file = place / "config" / "sources" / "wire.toml"
    file.write_text(SOURCE.replace('"h1"', '"h1.moved"').replace('"article p"', '"div.moved p"'))
    archives = (place / "1.warc.gz", place / "2.warc.gz")
    code, out, err = newswire("ingest", "--replay", *archives, "-o", "json")
    assert (code, json.loads(out)["sources"]["wire"]["new"]) == (0, 2)
    assert err.startswith("newswire: wire: 2 of 2 article pages fit none of its profiles")
    assert "newswire source check wire" in err
    assert newswire("ingest", "--replay", *archives)[2] == ""  # nothing was read anew


def test_pages_that_are_no_longer_what_they_were_are_told_with_what_they_lost(newswire: Program, place: Path) -> None:
    """As `status` tells it: judged by the source's own past, which earlier runs left."""
    for day, (first, layout) in enumerate([(1, "article"), (31, "section")], 3):
        numbers, at = range(first, first + 30 if day == 3 else first + 10), START.replace(day=day)
        told = f"<p>{TEXT}</p>" * 3
        pages = [Page(FEED, 200, rss(*(item(number, f"Ferry {number} sails") for number in numbers)).encode(), at)]
        for number in numbers:
            text = f"<{layout}>{told}<p>So ended day {number} of the ferry.</p></{layout}>"
            html = f"<html><body><h1>Ferry {number} sails</h1>{text}</body></html>"
            pages.append(Page(address(number), 200, html.encode(), at))
        with (place / f"{day}.warc.gz").open("wb") as out:
            write_warc(out, pages)
        code, _, err = newswire("ingest", "--replay", place / f"{day}.warc.gz")
        assert code == 0
        assert ("the body selector finds nothing" in err) is (layout == "section")
        assert err.count("\n") == (layout == "section")


def test_unlisted_pages_come_with_pages(newswire: Program, place: Path) -> None:
    newswire("ingest", "--replay", place / "1.warc.gz", "--pages")
    assert sorted(record["headline"] for record in newswire.records()) == ["Story 1", "Unlisted 1"]


def test_a_dry_run_tells_and_keeps_nothing(newswire: Program, place: Path) -> None:
    newswire("ingest", "--replay", place / "1.warc.gz")
    before = newswire.records()
    _, out, _ = newswire("ingest", "--replay", place / "1.warc.gz", place / "2.warc.gz", "--dry-run", "-o", "json")
    assert json.loads(out)["sources"]["wire"]["new"] == 1
    assert newswire.records() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nobody"], 2, "no enabled source 'nobody' is in "),
        (["--pages"], 2, "--pages goes with --replay"),
        (["--replay", "absent.warc.gz"], 2, "absent.warc.gz"),
        (["--url", "https://elsewhere.test/1"], 2, "no configured source has articles at such an address"),
        (["wire", "--url", "https://wire.test/news/1"], 2, "--url goes without sources"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_wrong_use_is_told(newswire: Program, arguments: list[str], code: int, said: str) -> None:
    found, out, err = newswire("ingest", *arguments)
    assert (found, out) == (code, "")
    assert said in err


def test_a_file_that_is_no_archive_fails(newswire: Program, place: Path) -> None:
    (place / "bad.warc.gz").write_bytes(b"no archive")
    code, _, err = newswire("ingest", "--replay", place / "bad.warc.gz")
    assert code == 1
    assert "bad.warc.gz" in err


def test_where_no_server_answers_there_is_one_error_for_a_source(newswire: Program, place: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        (place / "config" / "newswire.toml").write_text(
            f"workers = 1\n[fetch]\nallow_private = ['127.0.0.0/8']\nports = [{port}]\npace_seconds = 0\n"
        )
        feeds = "".join(f'[[feeds]]\nurl = "http://127.0.0.1:{port}/{name}.xml"\n' for name in "abc")
        (place / "config" / "sources" / "wire.toml").write_text(f'name = "Wire"\n{feeds}')
        code, out, err = newswire("ingest", "wire")
    assert code == 1
    assert json.loads(out)["failed"] == 3
    assert len(err.splitlines()) == 1
    assert err.startswith("newswire: wire: http://127.0.0.1")


def test_a_page_becomes_a_record_without_a_database(newswire: Program, place: Path) -> None:
    (place / "page.html").write_text(page("Storm closes harbour"))
    code, out, _ = newswire("extract", place / "page.html", "--url", address(1))
    record = json.loads(out)
    assert code == 0
    assert (record["source"], record["headline"], record["body"], record["id"]) == (
        "wire", "Storm closes harbour", TEXT, None
    )  # fmt: skip
    assert not (place / "wire.db").exists()


def test_explain_names_where_each_field_came_from(newswire: Program, place: Path) -> None:
    (place / "page.html").write_text(page("Storm closes harbour"))
    _, out, _ = newswire("extract", place / "page.html", "--url", address(1), "--explain")
    rows = {row["field"]: row for row in map(json.loads, out.splitlines())}
    assert (rows["headline"]["from"], rows["headline"]["value"]) == ("profile", "Storm closes harbour")
    assert rows["language"]["from"] == "html"


def test_explain_shows_all_that_is_said_of_a_field_and_why_one_was_chosen(newswire: Program, place: Path) -> None:
    stated = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Harbour closed"}</script>'
    (place / "page.html").write_text(page("Storm closes harbour").replace("<h1>", f"{stated}<h1>"))
    _, out, _ = newswire("extract", place / "page.html", "--url", address(1), "--explain")
    rows = {row["field"]: row for row in map(json.loads, out.splitlines())}
    said = {one["from"]: one["value"] for one in rows["headline"]["candidates"]}
    assert said["json-ld headline"] == "Harbour closed"
    assert said["html h1"] == "Storm closes harbour"
    assert rows["headline"]["why"] == "the profile comes first"
    assert {"blocks", "trafilatura"} <= {one["from"] for one in rows["body"]["candidates"]}
    _, table, _ = newswire("extract", place / "page.html", "--url", address(1), "--explain", "-o", "table")
    assert any(line.split()[:3] == ["json-ld", "headline", "Harbour"] for line in table.splitlines())


def test_explain_tells_every_time_of_a_page_and_which_won(newswire: Program, place: Path) -> None:
    html = (
        "<html lang='en'><head><meta property='article:published_time' content='2026-01-02T10:00:00Z'></head><body>"
        "<h1>Ferry sails again</h1><header><time datetime='2026-01-02'>Friday</time></header>"
        f"<p>{TEXT} {TEXT}</p><p>{TEXT} Again.</p><i itemprop='dateModified' content='2026-01-03'></i></body></html>"
    )
    (place / "page.html").write_text(html)
    asked = ("extract", place / "page.html", "--url", "https://harbour.example/ferry", "--explain")
    _, out, _ = newswire(*asked)
    row = next(row for row in map(json.loads, out.splitlines()) if row["field"] == "published_at")
    assert (row["from"], row["value"]) == ("meta article:published_time", "2026-01-02T10:00:00Z")
    assert row["why"] == "most speaks for its day, which 2 of 3 name alike; it says the time"
    places = {one["from"]: one for one in row["candidates"]}
    assert list(places) == [
        "meta article:published_time", "microdata of a change", "time in header, below the heading",
    ]  # fmt: skip
    assert [one["reads"] for one in places.values()] == ["2026-01-02T10:00:00Z", "2026-01-03", "2026-01-02"]
    assert [name for name, one in places.items() if "chosen" in one] == ["meta article:published_time"]
    _, table, _ = newswire(*asked, "-o", "csv")
    assert any("chosen, read as 2026-01-02T10:00:00Z, weight " in line for line in table.splitlines())


def test_explain_says_why_a_page_has_no_time(newswire: Program, place: Path) -> None:
    (place / "page.html").write_text(f"<html lang='en'><h1>Ferry</h1><p>3/4/2021</p><p>{TEXT}</p></html>")
    _, out, _ = newswire("extract", place / "page.html", "--url", "https://harbour.example/1", "--explain")
    row = next(row for row in map(json.loads, out.splitlines()) if row["field"] == "published_at")
    assert (row["from"], row["value"]) == (None, None)
    assert row["why"] == "nothing that is said can be told as a day"
    assert [one["value"] for one in row["candidates"]] == ["3/4/2021"]


def test_a_page_without_an_article_fails_with_a_sentence(newswire: Program, place: Path) -> None:
    (place / "empty.html").write_text("<html></html>")
    code, out, err = newswire("extract", place / "empty.html", "--url", address(1))
    assert (code, out) == (1, "")
    assert "empty.html" in err


def test_an_array_is_refused_as_a_whole(newswire: Program, place: Path) -> None:
    (place / "records.json").write_text('[\n{"source": "desk"},\n{"source": "desk"}\n]\n')
    code, out, err = newswire("import", place / "records.json")
    assert (code, out) == (2, "")
    assert "is a JSON array; write one object a line" in err


def test_a_file_that_is_no_page_is_not_blamed_on_a_profile(newswire: Program, place: Path) -> None:
    (place / "data.json").write_text('{"articles": [1, 2, 3]}')
    code, _, err = newswire("extract", place / "data.json")
    assert code == 1
    assert "data.json" in err
    assert "profile" not in err


def test_a_manifest_of_bad_lines_alone_has_failed(newswire: Program, place: Path) -> None:
    (place / "pages.jsonl").write_text('{"id": 7}\nno json\n')
    code, out, _ = newswire("extract", "--manifest", place / "pages.jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, [one["id"] for one in found]) == (1, [7, None])
    assert "file is missing" in found[0]["error"]
    assert not any("Error(" in one["error"] for one in found)


def test_a_manifest_gives_a_line_for_each_of_its_own_in_order(newswire: Program, place: Path) -> None:
    (place / "a.html").write_text(page("Story A"))
    (place / "b.html.gz").write_bytes(gzip.compress(page("Story B").encode()))
    (place / "cut.html.gz").write_bytes(gzip.compress(page("Story C").encode())[:-20])
    lines = [
        {"id": 1, "file": "a.html", "url": address(1)},
        {"id": "two", "file": str(place / "b.html.gz"), "url": address(2), "source": "wire"},
        {"id": 3, "file": "absent.html", "url": address(3)},
        {"id": 4, "file": "cut.html.gz", "url": address(4)},
        {"id": 5},
    ]
    (place / "pages.jsonl").write_text("\n".join(map(json.dumps, lines)))
    code, out, _ = newswire("extract", "--manifest", place / "pages.jsonl", "-o", "jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [one.get("headline") for one in found] == ["Story A", "Story B", None, None, None]
    assert [one["id"] for one in found] == [1, "two", 3, 4, 5]
    assert all(one["error"] for one in found[2:])
    assert all(one["cpu_ms"] > 0 for one in found[:2])


def test_a_hostile_manifest_costs_its_bad_lines_alone(newswire: Program, place: Path) -> None:
    (place / "a.html").write_text(page("Story A"))
    good = json.dumps({"id": 9, "file": "a.html", "url": address(1)})
    deep = '{"id": 1, "file": "a.html", "more": ' + "[" * 5000 + "]" * 5000 + "}"
    lines = [deep, '{"id": 2, "file": "a\\u0000b"}', '{"id": [[3]], "file": "a.html"}', good]
    (place / "pages.jsonl").write_text("\n".join(lines))
    code, out, _ = newswire("extract", "--manifest", place / "pages.jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [bool(one.get("error")) for one in found] == [True, True, True, False]
    assert [one["id"] for one in found] == [None, 2, None, 9]


def test_a_dry_run_needs_a_database_that_can_be_copied(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--config", str(place / "config"), "--database", "postgresql://nobody@127.0.0.1:1/wire"]
    assert run(["ingest", "--replay", str(place / "1.warc.gz"), "--dry-run", *options]) == 1
    assert "only of a SQLite database" in capsys.readouterr().err


def test_damaged_records_of_an_archive_are_told(newswire: Program, place: Path) -> None:
    whole = gzip.decompress((place / "1.warc.gz").read_bytes())
    (place / "cut.warc").write_bytes(whole[: len(whole) - 400])
    code, _, err = newswire("ingest", "--replay", place / "cut.warc")
    assert code == 3
    assert "cut.warc: 1 record was damaged and left out" in err


def test_a_source_without_a_due_feed_says_when_it_is_due(newswire: Program, place: Path) -> None:
    newswire("ingest", "--replay", place / "1.warc.gz")
    now = datetime.now(UTC)
    due = now + timedelta(days=2)
    connection = sqlite3.connect(place / "wire.db")
    polled = "UPDATE request SET state = 'waiting', due_at = ?, checked_at = ? WHERE kind = 'feed'"
    connection.execute(polled, (due.strftime(INSTANT), now.strftime(INSTANT)))
    connection.commit()
    connection.close()
    code, _, err = newswire("ingest", "wire")
    assert code == 0
    assert f"newswire: wire: not due until {due:%Y-%m-%d %H:%M} UTC; --force polls now" in err


def test_a_source_without_feeds_has_no_edition() -> None:
    assert edition_of(Source("wire", "Wire"), address(1)) == ""


def test_import_takes_what_is_good_and_tells_of_the_rest(newswire: Program, place: Path) -> None:
    good = {"source": "desk", "headline": "Story", "body": TEXT, "guid": "1"}
    (place / "records.jsonl").write_text(f"{json.dumps(good)}\nno json\n")
    code, out, err = newswire("import", place / "records.jsonl", "-o", "json")
    assert code == 3
    assert json.loads(out)["sources"]["desk"]["new"] == 1
    assert "line 2" in err
    assert [record["source"] for record in newswire.records()] == ["desk"]


def test_an_export_that_is_imported_says_the_same(
    newswire: Program, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All but what another database numbers: revisions and references."""
    assert run(["demo", "--database", f"sqlite:///{place}/demo.db"]) == 0
    capsys.readouterr()
    assert run(["export", "--database", f"sqlite:///{place}/demo.db", "--out", str(place / "a.jsonl")]) == 0
    assert newswire("import", place / "a.jsonl")[0] == 0
    # Which story an article joins depends on what is there when it comes.
    assert newswire("regroup")[0] == 0
    assert run(["regroup", "--database", f"sqlite:///{place}/demo.db"]) == 0
    capsys.readouterr()

    def said(line: str) -> dict[str, Any]:
        record = json.loads(line)
        return {name: value for name, value in record.items() if name not in {"revision", "change"}}

    demo = ["export", "--portable", "--database", f"sqlite:///{place}/demo.db"]
    run(demo)
    wanted = {one["url"]: one for one in map(said, capsys.readouterr().out.splitlines())}
    found = {one["url"]: one for one in map(said, newswire("export", "--portable")[1].splitlines())}
    assert found.keys() == wanted.keys()
    unlike = {(name, url) for url in wanted for name in wanted[url] if wanted[url][name] != found[url][name]}
    assert {name for name, _ in unlike} == set(), sorted(unlike)[:20]


def test_a_page_that_could_not_be_read_shows_in_the_exit_code(newswire: Program, place: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = (place / "config" / "sources" / "wire.toml").read_text().replace("wire.test", "127.0.0.1")
    (place / "config" / "sources" / "wire.toml").write_text(text)
    (place / "config" / "newswire.toml").write_text(
        f"workers = 1\n[fetch]\nallow_private = ['127.0.0.0/8']\nports = [{port}]\npace_seconds = 0\n"
    )
    code, out, err = newswire("ingest", "--url", f"http://127.0.0.1:{port}/news/1")
    assert code == 1
    assert json.loads(out)["failed"] == 1
    assert str(port) in err
