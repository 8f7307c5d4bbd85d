"""The demo: what ships with it, what it tells, and that what it suggests can be typed."""

from __future__ import annotations

import gzip
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli import run
from pipeline.cli.demo import DATABASE, SAMPLE, plain_sql, program, suggestions
from tests.demo.build import build

SECONDS = 20
TOLD = [
    "28 articles.",
    "SEOUL, September 17. /TASS/. North Korea has opened",
    "Yonhap news agency, Korean Central News Agency (via yonhap)",
    "- Night ferry on Lake Sivoye carries 400 passengers in first week",
    "+ Night ferry on Lake Sivoye carries 4,000 passengers in first week",
    "because the bodies have the same words",
]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory away from the checkout, the working directory of the tests here."""
    before, directory = Path.cwd(), tmp_path_factory.mktemp("demo")
    os.chdir(directory)
    yield directory
    os.chdir(before)


@pytest.fixture(scope="module")
def told(elsewhere: Path) -> str:
    """What the demo prints where nothing is yet; its database stays for the tests."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "demo"]
    checkout = Path(__file__).parents[2]
    begun = time.monotonic()
    ended = subprocess.run(
        command, cwd=elsewhere, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, check=True
    )
    assert time.monotonic() - begun < SECONDS
    assert ended.stderr == b""
    return ended.stdout.decode()


def suggested(told: str) -> list[str]:
    lines = told.partition("Try next:")[2].partition("The live wire")[0].splitlines()
    return [line.strip() for line in lines if line.strip()]


def test_the_sample_that_ships_is_the_one_that_is_built() -> None:
    """Compared unpacked, as another zlib packs the same bytes in another way."""
    built = gzip.decompress(build())
    assert gzip.decompress(SAMPLE.read_bytes()) == built, "run: python -m tests.demo.build"
    assert gzip.decompress(build()) == built


@pytest.mark.parametrize("part", TOLD)
def test_the_demo_shows_what_the_line_does(told: str, part: str) -> None:
    assert part in told


def test_the_demo_makes_its_own_database_and_no_other(elsewhere: Path, told: str) -> None:
    assert {path.name for path in elsewhere.glob("*.db")} == {"newswire-demo.db"}
    assert "sqlite:///newswire-demo.db" in told


def test_a_second_demo_changes_nothing_and_says_so(
    elsewhere: Path, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def exported() -> str:
        assert run(["export", "--database", DATABASE]) == 0
        return capsys.readouterr().out

    before = exported()
    assert run(["demo"]) == 0
    assert "Nothing is new" in capsys.readouterr().out
    assert exported() == before


def test_every_suggested_command_works(elsewhere: Path, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    commands = suggested(told)
    assert len(commands) == 8
    for command in commands:
        name, *arguments = shlex.split(command)
        code = run(arguments) if name == "newswire" else subprocess.run(command, shell=True, check=False).returncode
        out = capfd.readouterr().out
        assert code == 0, command
        assert out or Path("newswire-demo.csv").stat().st_size, command


def test_the_suggestions_are_what_is_printed(told: str) -> None:
    number = next(int(command.split()[2]) for command in suggested(told) if " show " in command)
    assert suggested(told)[:7] == suggestions(DATABASE, number)


@pytest.mark.parametrize("tool", ["sqlite3", None])
def test_plain_sql_needs_no_newswire(elsewhere: Path, told: str, tool: str | None) -> None:
    (command,) = plain_sql(DATABASE, tool)
    assert command.startswith("sqlite3 newswire-demo.db " if tool else "python3 -c ")
    if not tool:
        found = subprocess.run(command, shell=True, capture_output=True, check=True).stdout.decode()
        assert "('tass', 'ru', 5)" in found


def test_a_database_that_is_no_file_gets_no_suggestion_for_sqlite() -> None:
    assert list(plain_sql("postgresql://desk@localhost/wire", "sqlite3")) == []


def test_a_password_is_not_suggested() -> None:
    commands = suggestions("postgresql://desk:secret@localhost/wire", 1)
    assert not [command for command in commands if "secret" in command]


def test_a_program_that_is_not_on_the_path_is_called_as_it_was(elsewhere: Path) -> None:
    assert program("/opt with space/bin/newswire") == "'/opt with space/bin/newswire'"
    assert program(str(elsewhere / ".venv" / "bin" / "newswire")) == ".venv/bin/newswire"
    assert program("pytest") == "newswire"
