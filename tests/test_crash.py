"""`kill -9` at random points of an ingest, then run to the end: the same database as without."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.archive.warc import write_warc
from pipeline.model import Page
from tests.wire import FEED, START, TEXT, address, item, page, rss

KILLS = {"sqlite": 20, "postgresql": 8}
SOURCE = """
name = "Wire"
language = "en"
timezone = "Asia/Seoul"
hosts = ["wire.test"]

[[feeds]]
url = "https://wire.test/rss.xml"

[profile]
headline = "h1"
body = "article p"
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty polls of a feed that lists ten of sixty stories, a third of them edited later, some copied."""
    path = tmp_path_factory.mktemp("crash") / "wire.warc.gz"
    pages: list[Page] = []
    for poll in range(40):
        at = START + timedelta(hours=poll)
        numbers = range(poll, poll + 10)
        edited = {number: " (corrected)" if number % 3 == 0 and number < poll + 4 else "" for number in numbers}
        entries = [item(number, f"Story {number}{edited[number]}", f"Excerpt {number}") for number in numbers]
        pages.append(Page(FEED, 200, rss(*entries).encode(), at))
        for number in numbers:
            if number % 7 and (number == poll + 9 or edited[number]):
                text = f"{TEXT} Story {number % 20 if number % 5 == 0 else number}{edited[number]}."
                body = page(f"Story {number}{edited[number]}", text).encode()
                pages.append(Page(address(number), 200, body, at + timedelta(minutes=5)))
    with path.open("wb") as out:
        write_warc(out, pages)
    return path


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("config")
    (directory / "newswire.toml").write_text("workers = 1\n")
    (directory / "sources").mkdir()
    (directory / "sources" / "wire.toml").write_text(SOURCE)
    return directory


def newswire(*arguments: str, seconds: float | None = None) -> tuple[int, str]:
    """Run the program in a process group of its own; after so many seconds, kill all of it."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
    return process.returncode, out


def exported(database: str, config: Path) -> list[str]:
    code, out = newswire("export", "--format", "jsonl", "--portable", "--database", database, "--config", str(config))
    assert code == 0
    return out.splitlines()


def gapless(database: str, config: Path) -> bool:
    _, out = newswire("changes", "--database", database, "--config", str(config))
    return [json.loads(line)["seq"] for line in out.splitlines()] == list(range(1, len(out.splitlines()) + 1))


def test_kills_change_nothing(database_url: str, archive: Path, config: Path, tmp_path: Path) -> None:
    replay = ["ingest", "wire", "--replay", str(archive), "--config", str(config), "--database"]
    whole = f"sqlite:///{tmp_path}/whole.db"
    started = time.monotonic()
    assert newswire(*replay, whole)[0] == 0
    seconds = time.monotonic() - started
    kills = KILLS[database_url.partition(":")[0]]
    chance = random.Random(20260302)
    # Half of a whole run at the most, so that the work is never done before the last kill but by its own progress.
    codes = [newswire(*replay, database_url, seconds=chance.uniform(0.2, seconds / 2))[0] for _ in range(kills)]
    assert -signal.SIGKILL in codes
    assert newswire(*replay, database_url)[0] == 0
    assert exported(database_url, config) == exported(whole, config)
    assert gapless(database_url, config)
    assert len(exported(whole, config)) == 49
