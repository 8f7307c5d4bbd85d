"""The README holds word for word: its commands run, its record is the real one, its links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.demo import SAMPLE

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")])
PROGRAM = ".venv/bin/newswire"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# `.venv/bin/newswire ingest tass`: an ingest without an archive asks the web.
LIVE = re.compile(rf"^{re.escape(PROGRAM)} ingest(?! --replay)")


def lines_of(kind: str) -> list[str]:
    return [line for language, block in BLOCK.findall(README) if language == kind for line in block.splitlines()]


COMMANDS = [line for line in lines_of("sh") if line.startswith(PROGRAM) and not LIVE.match(line)]
QUERIES = [line.split('"')[1] for line in lines_of("sh") if line.startswith("sqlite3 newswire-demo.db ")]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory where the README's demo was run, with the program and the sample where a checkout has them."""
    directory = tmp_path_factory.mktemp("readme")
    program = directory / PROGRAM
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from pipeline.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    sample = directory / SAMPLE.relative_to(CHECKOUT)
    sample.parent.mkdir(parents=True)
    shutil.copy(SAMPLE, sample)
    run(directory, f"{PROGRAM} demo")
    return directory


def run(directory: Path, command: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NEWSWIRE_")},
        "PYTHONPATH": str(CHECKOUT),
        "NEWSWIRE_DATABASE": "sqlite:///newswire-demo.db",
    }
    ended = subprocess.run(command, shell=True, cwd=directory, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0, (command, ended.stderr.decode())
    return ended.stdout.decode()


def test_the_readme_has_commands_of_every_way_of_use() -> None:
    assert len(COMMANDS) >= 10
    assert len(QUERIES) == 2


def test_every_command_of_the_readme_that_needs_no_network_does_something(checkout: Path) -> None:
    for command in COMMANDS:
        out = run(checkout, command)
        written = re.search(r"--out (\S+)", command)
        assert out or (written and (checkout / written[1]).stat().st_size), command


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_readme_finds_something(checkout: Path, query: str) -> None:
    with sqlite3.connect(checkout / "newswire-demo.db") as database:
        found = database.execute(query).fetchall()
    database.close()
    assert found


def test_the_record_of_the_readme_is_the_real_one(checkout: Path) -> None:
    shown: dict[str, Any] = json.loads("\n".join(lines_of("json")))
    real = json.loads(run(checkout, f"{PROGRAM} show https://tass.com/world/1843107 -o json"))
    assert {field: real[field] for field in shown} == shown


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        if not link.startswith("http") and not (target.exists() and (not anchor or anchor in anchors(target))):
            dead.append(link)
    assert dead == []


def anchors(document: Path) -> set[str]:
    """The names of a document's headings, as GitHub makes them."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
