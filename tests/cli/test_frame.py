"""The frame of the command line: exit codes, errors, and options before and after the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pipeline.cli import COMMANDS, run
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.errors import ConfigError, StoreError

CHECKOUT = Path(__file__).parent.parent.parent


def ending(outcome: BaseException | int | None) -> click.Command:
    """A command that ends so."""

    @click.command()
    def command() -> int | None:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return command


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (None, 0),
        (3, 3),
        (StoreError("x"), 1),
        (ConfigError("x"), 2),
        (click.UsageError("x"), 2),
        (click.exceptions.Exit(3), 3),
        (KeyboardInterrupt(), 130),
    ],
    ids=repr,
)
def test_the_exit_code_says_how_it_went(outcome: BaseException | int | None, code: int) -> None:
    assert run([], ending(outcome)) == code


def test_an_error_of_ours_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    run([], ending(StoreError("the database is full; free some room")))
    assert capsys.readouterr() == ("", "newswire: the database is full; free some room\n")


def test_an_error_that_quotes_hostile_text_is_neutral(capsys: pytest.CaptureFixture[str]) -> None:
    run([], ending(StoreError("bad title \x1b[2J\u202e")))
    assert capsys.readouterr().err == "newswire: bad title \\x1b[2J\\u202e\n"


def test_a_bug_shows_itself() -> None:
    with pytest.raises(ZeroDivisionError):
        run([], ending(ZeroDivisionError()))


@pytest.mark.parametrize("place", ["before", "after"])
def test_common_options_stand_before_or_after_the_command(place: str) -> None:
    told: list[Told] = []

    @click.group()
    @common_options
    def group() -> None:
        pass

    @group.command()
    @common_options
    @pass_told
    def command(options: Told) -> None:
        told.append(options)

    options = ["--config", "somewhere", "--database", "sqlite:///x.db", "-vv"]
    assert run([*options, "command"] if place == "before" else ["command", *options], group) == 0
    assert told == [Told(config=Path("somewhere"), verbose=2, flags={"database": "sqlite:///x.db"})]


def test_an_option_after_the_command_goes_before_one_before_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ["--database", "sqlite:///before.db", "config", "show", "--config", str(tmp_path)]
    assert run([*arguments, "--database", "sqlite:///after.db"]) == 0
    rows = {row["setting"]: row["value"] for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["database"] == "sqlite:///after.db"


def test_a_misspelt_command_is_wrong_use_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sorce"]) == 2
    assert "Did you mean one of: 'source', 'story'?" in capsys.readouterr().err


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.partition("Commands:")[2].splitlines() if line]
    assert listed == list(COMMANDS)


def _closed_pipe() -> int:
    read, write = os.pipe()
    os.close(read)
    return write


@pytest.mark.parametrize("arguments", [["config", "show"], ["--help"]], ids=" ".join)
def test_a_reader_that_goes_away_is_no_traceback(arguments: list[str]) -> None:
    out = _closed_pipe()
    ended = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments],
        stdout=out,
        stderr=subprocess.PIPE,
        cwd=CHECKOUT,
        check=False,
    )
    os.close(out)
    assert ended.stderr == b""
    assert ended.returncode == 1


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "example.toml").write_text('name = "연합 — ТАСС"', encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", "source", "show", "example", "-o", "json"],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
        env={**os.environ, "NEWSWIRE_CONFIG": str(tmp_path), "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert json.loads(ended.stdout.decode("utf-8"))["name"] == "연합 — ТАСС"
