"""The service as a process: signals, a second one beside it, what it shows of itself."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline.settings import packaged_directory
from tests.loopback import serving
from tests.test_oneoff import Agency

PATIENCE = 30.0
PACKAGED = sorted((packaged_directory() / "sources").glob("*.toml"))


@pytest.fixture
def agency() -> Iterator[Agency]:
    with serving(Agency()) as server:
        yield server


@pytest.fixture
def place(tmp_path: Path, agency: Agency) -> Path:
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "newswire.toml").write_text(
        "workers = 1\ncontact = 'desk@example.org'\n"
        f"[fetch]\nallow_private = ['127.0.0.0/8']\nports = [{agency.server_port}]\npace_seconds = 0\n"
    )
    for packaged in PACKAGED:
        (tmp_path / "config" / "sources" / packaged.name).write_text("enabled = false")
    add(tmp_path, "wire", agency)
    return tmp_path


def add(place: Path, name: str, agency: Agency) -> None:
    feed = f"{agency.root}/{name}.xml" if name != "wire" else f"{agency.root}/rss.xml"
    (place / "config" / "sources" / f"{name}.toml").write_text(
        f'name = "{name}"\nlanguage = "en"\n[[feeds]]\nurl = "{feed}"\nevery = 1\n'
        '[profile]\nheadline = "h1"\nbody = "article p"\n'
    )


def listen(place: Path, port: int) -> None:
    settings = place / "config" / "newswire.toml"
    plain = settings.read_text().partition("[service]")[0]
    settings.write_text(f'{plain}[service]\nlisten = "127.0.0.1:{port}"\n')


@contextmanager
def running(place: Path, *, configured: bool = False) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A service on this place's database; its process, and the port of its monitor, which may be `configured`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "import sys; from pipeline.cli import main; main(sys.argv[1:])"
    place_of = ["--config", place / "config", "--database", f"sqlite:///{place}/wire.db"]
    if configured:
        listen(place, port)
    else:
        place_of += ["--listen", f"127.0.0.1:{port}"]
    with (place / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "run", *map(str, place_of)],
            stderr=log, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def articles(place: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{place}/wire.db?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def said(place: Path, port: int) -> list[dict[str, object]]:
    lines = (place / f"{port}.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def got(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return str(response.read().decode())


def status_of(port: int, host: str) -> int:
    """What a caller gets that believes to be talking to another host."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/health", headers={"Host": host})
        return connection.getresponse().status


def is_well(port: int) -> bool:
    try:
        return bool(json.loads(got(port, "/health"))["ok"])
    except OSError:  # 503
        return False


def test_it_polls_tells_how_it_is_and_ends_within_five_seconds(place: Path, agency: Agency) -> None:
    with running(place) as (process, port):
        until(lambda: articles(place) == 5, "five stories are stored")
        agency.stories = 6
        until(lambda: articles(place) == 6, "a sixth comes with the next poll")
        until(lambda: is_well(port), "it has judged itself")
        health = json.loads(got(port, "/health"))
        assert (health["ok"], health["troubles"]) == (True, [])
        assert 'newswire_new_total{source="wire"}' in got(port, "/metrics")
        statuses = [status_of(port, host) for host in ("localhost", f"[::1]:{port}", "evil.example", "127.0.0.1.evil")]
        assert statuses == [200, 200, 421, 421]
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
    with closing(sqlite3.connect(place / "wire.db")) as connection:
        assert connection.execute("SELECT count(*) FROM lease").fetchone() == (0,)


def test_sighup_reads_the_configuration_anew_and_a_mistake_leaves_the_old(place: Path, agency: Agency) -> None:
    with running(place) as (process, port):
        until(lambda: articles(place) == 5, "five stories are stored")
        (place / "config" / "sources" / "second.toml").write_text("name = 3\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: any(e["event"] == "configuration_refused" for e in said(place, port)), "the mistake is told")
        add(place, "second", agency)
        process.send_signal(signal.SIGHUP)
        until(lambda: agency.asked["/second.xml"] > 0, "the new source is polled")
        assert process.poll() is None


def test_what_a_new_configuration_names_and_can_not_be_had_leaves_the_old(place: Path, agency: Agency) -> None:
    with socket.socket() as taken, running(place, configured=True) as (process, port):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        until(lambda: articles(place) == 5, "five stories are stored")
        listen(place, taken.getsockname()[1])
        process.send_signal(signal.SIGHUP)
        until(lambda: any(e["event"] == "configuration_refused" for e in said(place, port)), "the mistake is told")
        agency.stories = 6
        until(lambda: articles(place) == 6, "the service goes on as before")
        until(lambda: is_well(port), "it is well")


def test_a_second_one_leaves_what_the_first_polls_and_takes_over_when_it_is_killed(place: Path, agency: Agency) -> None:
    with running(place) as (first, _):
        until(lambda: articles(place) == 5, "five stories are stored")
        with running(place) as (second, port):
            until(lambda: any(e["event"] == "left_to_another" for e in said(place, port)), "it says whose they are")
            asked = agency.asked["/rss.xml"]
            until(lambda: agency.asked["/rss.xml"] >= asked + 2, "the first goes on")
            assert agency.most_at_once == 1
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            agency.stories = 9
            until(lambda: articles(place) == 9, "the second takes over")
            assert second.poll() is None


def test_after_kill_9_it_is_back_at_work_and_nothing_is_twice(place: Path, agency: Agency) -> None:
    for stories in (5, 6, 7):
        agency.stories = stories
        with running(place) as (process, _):
            until(lambda: articles(place) == stories, f"{stories} stories are stored")  # noqa: B023
            process.kill()
            process.wait()
    assert articles(place) == 7


def test_a_locked_database_does_not_hold_up_the_end(place: Path, agency: Agency) -> None:
    with running(place) as (process, _):
        until(lambda: articles(place) == 5, "five stories are stored")
        with closing(sqlite3.connect(place / "wire.db", isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            assert time.monotonic() - began < 6
            connection.execute("ROLLBACK")


def test_an_address_that_is_taken_is_told_and_nothing_starts(place: Path) -> None:
    with running(place) as (_, port):
        until(lambda: articles(place) == 5, "five stories are stored")
        program = "import sys; from pipeline.cli import main; main(sys.argv[1:])"
        taken = subprocess.run(
            [sys.executable, "-c", program, "run", "--config", place / "config", "--database",
             f"sqlite:///{place}/other.db", "--listen", f"127.0.0.1:{port}"],
            capture_output=True, text=True, timeout=60, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
    assert taken.returncode == 2
    assert "can't be listened on" in taken.stderr


def test_a_damaged_database_is_refused_before_anything_is_written(place: Path, agency: Agency) -> None:
    with running(place):
        until(lambda: articles(place) == 5, "five stories are stored")
    path = place / "wire.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article_revision'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size + 8)
        file.write(b"\xa5" * 40)
    before = path.read_bytes()
    with running(place) as (process, port):
        assert process.wait(timeout=PATIENCE) == 1
    assert "is damaged" in (place / f"{port}.log").read_text()
    assert path.read_bytes() == before
