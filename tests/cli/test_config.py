"""`newswire config`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import run


def test_show_says_what_holds_and_who_said_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "newswire.toml").write_text("[fetch]\nports = [8080]")
    assert run(["config", "show", "--config", str(tmp_path), "--database", "sqlite:///x.db"]) == 0
    rows = {row["setting"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["database"] == {"setting": "database", "value": "sqlite:///x.db", "from": "--database"}
    assert rows["fetch.ports"]["value"] == [8080]
    assert rows["fetch.ports"]["from"] == str(tmp_path / "newswire.toml")
    assert rows["workers"]["from"] == "default"
    assert rows["directories"]["value"][-1] == str(tmp_path)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_show_keeps_passwords_to_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    url = "postgresql://user:s3cret@host/name"
    assert run(["config", "show", "--config", str(tmp_path), "--database", url, "-o", form]) == 0
    out = capsys.readouterr().out
    assert "postgresql://user:***@host/name" in out
    assert "s3cret" not in out


def test_check_counts_what_is_configured(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "example.toml").write_text('name = "Example"\nenabled = false')
    assert run(["config", "check", "--config", str(tmp_path)]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["sources"] >= 3
    assert summary["switched_off"] == 1


def test_check_tells_all_mistakes_and_exits_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "newswire.toml").write_text("workers = 0")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "example.toml").write_text('nam = "Example"')
    assert run(["config", "check", "--config", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 3
    assert all(line.startswith(f"newswire: {tmp_path}") for line in err.splitlines())


COMMANDS = [["config", "check"], ["demo"], ["ingest", "tass"], ["run"], ["extract", "page.html"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_register_is_told_before_anything_starts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text("<p>Rain.</p>")
    own = tmp_path / "own"
    own.mkdir()
    (own / "places.tsv").write_text("1871859\tcity\tZZZ\n")
    (own / "agencies.toml").write_text('[agencies.mine]\nname = "TASS"\nnames = ["TASS"]\n')
    assert run([*command, "--config", str(own)]) == 2
    out, err = capsys.readouterr()
    assert (out, sorted(path.name for path in tmp_path.iterdir())) == ("", ["own", "page.html"])
    assert "places.1871859" in err
    assert "agencies." in err
    assert "Traceback" not in err


def test_mistakes_of_registers_and_spellings_are_told_together(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "places.tsv").write_text("1871859\tcity\tZZZ\n")
    (tmp_path / "spellings.toml").write_text('people = "Kim"\n')
    assert run(["config", "check", "--config", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "places.1871859" in err
    assert "people is no table" in err
