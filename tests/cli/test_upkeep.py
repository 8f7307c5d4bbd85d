"""`db backup` and `db prune` as they are typed, and what the other commands say of a pruned database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli import run
from pipeline.errors import ExtractError
from pipeline.model import Page, Request
from pipeline.store import Packed, open_store

SAMPLE = Path(__file__).parents[2] / "pipeline" / "_demo" / "sample.warc.gz"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive in a database; its responses are years old."""
    path = tmp_path_factory.mktemp("replayed") / "newswire.db"
    assert run(["ingest", "--replay", str(SAMPLE), "--database", f"sqlite:///{path}"]) in (0, 3)
    return path


@pytest.fixture
def url(replayed: Path, tmp_path: Path) -> str:
    """A copy of it, for one test."""
    assert run(["db", "backup", str(tmp_path / "newswire.db"), "--database", f"sqlite:///{replayed}"]) == 0
    return f"sqlite:///{tmp_path}/newswire.db"


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run([*arguments])
    return (code, *capsys.readouterr())


def test_a_backup_says_where_it_is_and_how_large(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = output(capsys, "db", "backup", str(tmp_path / "copy.db"), "--database", url)
    assert (code, out) == (0, "")
    assert f"{tmp_path}/copy.db is a copy of {url} (" in err
    assert output(capsys, "db", "backup", str(tmp_path / "copy.db"), "--database", url)[0] == 1
    assert output(capsys, "db", "backup", str(tmp_path / "copy.db"), "--force", "--database", url)[0] == 0


def test_a_consumer_of_the_change_feed_notices_a_restored_copy(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = output(capsys, "changes", "--consumer", "desk", "--database", url)
    changes = len(out.splitlines())
    run(["db", "backup", str(tmp_path / "copy.db"), "--database", url])
    restored = f"sqlite:///{tmp_path}/copy.db"
    code, out, err = output(capsys, "changes", "--consumer", "desk", "--database", restored)
    assert (code, len(out.splitlines())) == (0, changes)
    assert "the database was restored" in err


def test_a_dry_run_tells_what_a_prune_then_deletes(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    foreseen = output(capsys, "db", "prune", "--pages", "30", "--dry-run", "--database", url)[2]
    assert "would be deleted" in foreseen
    code, out, err = output(capsys, "db", "prune", "--pages", "30", "--database", url)
    assert (code, out) == (0, "")
    assert err == foreseen.replace("would be deleted", "deleted")
    assert "0 responses and 0 bodies (0.0 MB) deleted" in output(capsys, "db", "prune", "--database", url)[2]


def test_settings_say_how_old_is_old(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWIRE_KEEP__FEEDS_DAYS", "36500")
    assert "0 responses" in output(capsys, "db", "prune", "--dry-run", "--database", url)[2]
    monkeypatch.setenv("NEWSWIRE_KEEP__PAGES_DAYS", "30")
    assert " 0 responses" not in output(capsys, "db", "prune", "--dry-run", "--database", url)[2]
    assert "0 responses" in output(capsys, "db", "prune", "--pages", "36500", "--dry-run", "--database", url)[2]


def test_a_pruned_database_is_whole_and_every_command_works_on_it(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = output(capsys, "export", "--portable", "--database", url)[1]
    assert run(["db", "prune", "--feeds", "0", "--pages", "0", "--vacuum", "--database", url]) == 0
    assert output(capsys, "db", "check", "--database", url)[:2] == (0, "")
    assert output(capsys, "export", "--portable", "--database", url)[1] == before
    code, _, err = output(capsys, "export", "--format", "warc", "--out", str(tmp_path / "x.warc.gz"), "--database", url)
    assert (code, "responses written" in err) == (0, True)
    assert output(capsys, "source", "check", "-o", "json", "--database", url)[0] == 0
    assert output(capsys, "status", "--database", url)[0] == 0


def test_the_same_replay_after_a_prune_changes_nothing(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "prune", "--feeds", "0", "--pages", "0", "--database", url])
    before = [output(capsys, *command, "--database", url)[1] for command in (("export", "--portable"), ("changes",))]
    _, out, _ = output(capsys, "ingest", "--replay", str(SAMPLE), "-o", "json", "--database", url)
    counts = json.loads(out)["sources"].values()
    assert [(one["new"], one["revised"], one["quarantined"]) for one in counts] == [(0, 0, 0)] * len(counts)
    after = [output(capsys, *command, "--database", url)[1] for command in (("export", "--portable"), ("changes",))]
    assert after == before
    assert output(capsys, "db", "check", "--database", url)[:2] == (0, "")


def test_bytes_that_were_pruned_are_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    at, store = datetime(2020, 1, 1, tzinfo=UTC), open_store(url)
    with store.write(at) as tx:
        one = Request("https://news.example/page", "page", "example", "https://news.example/feed")
        tx.requests.ask(one, one.url, at)
        (due,) = tx.queue.due(at, [("example", one.feed)])
        kept = tx.responses.keep(due, Page(one.url, 200, b"x", at), Packed("identity", b"x"), None, captured=False)
        tx.responses.hold(kept, at, "extract", ExtractError("no article"))
    with store.read() as reader:
        (number,) = [str(held["id"]) for held in reader.quarantined() if held["url"] == one.url]
    store.close()
    assert run(["db", "prune", "--pages", "0", "--database", url]) == 0
    assert run(["quarantine", "drop", number, "--database", url]) == 0
    assert run(["db", "prune", "--pages", "0", "--database", url]) == 0
    code, out, err = output(capsys, "quarantine", "show", number, "--raw", "--database", url)
    assert (code, out) == (1, "")
    assert f"the bytes of quarantine {number} are not there" in err
    assert json.loads(output(capsys, "quarantine", "show", number, "--database", url)[1])["state"] == "dropped"


def test_what_is_pruned_and_what_only_told_do_not_mix(url: str) -> None:
    assert run(["db", "prune", "--dry-run", "--vacuum", "--database", url]) == 2
    assert run(["db", "prune", "--feeds", "-1", "--database", url]) == 2
