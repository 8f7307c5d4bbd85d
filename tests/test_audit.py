"""The audit of the pinned packages, against a database of our own."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loopback import serving

AUDIT = Path(__file__).parent.parent / ".ci" / "audit"


class Database(http.server.HTTPServer):
    """Knows one advisory; `answer` replaces what it says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: bytes | None = None
        self.url = f"http://127.0.0.1:{self.server_port}/v1/querybatch"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results = [{"vulns": [{"id": "PYSEC-1"}]} if q["package"]["name"] == "leaky" else {} for q in queries]
        body = self.server.answer or json.dumps({"results": results}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def database() -> Iterator[Database]:
    with serving(Database()) as server:
        yield server


def audit(tmp_path: Path, pins: str, url: str) -> tuple[int, str]:
    (tmp_path / "constraints.txt").write_text(pins)
    command = [sys.executable, str(AUDIT), str(tmp_path / "constraints.txt"), url]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_an_advisory_is_told_and_fails(tmp_path: Path, database: Database) -> None:
    code, told = audit(tmp_path, "sound==1.0\nleaky==2.1  # why\n", database.url)
    assert code == 1
    assert "leaky 2.1: https://osv.dev/PYSEC-1" in told
    assert "2 packages audited, 1 with advisories" in told


def test_sound_packages_pass(tmp_path: Path, database: Database) -> None:
    assert audit(tmp_path, "sound==1.0\n", database.url) == (0, "1 packages audited, 0 with advisories\n")


@pytest.mark.parametrize("answer", [b"{}", b"<html>", b'{"results": []}'])
def test_an_answer_that_is_none_is_no_clean_bill(tmp_path: Path, database: Database, answer: bytes) -> None:
    database.answer = answer
    code, told = audit(tmp_path, "sound==1.0\n", database.url)
    assert code == 0
    assert told.startswith("not audited")


def test_a_machine_without_a_network_passes_and_says_so(tmp_path: Path) -> None:
    code, told = audit(tmp_path, "sound==1.0\n", "http://127.0.0.1:9/")
    assert code == 0
    assert told.startswith("not audited")


def test_a_file_without_pins_is_a_mistake(tmp_path: Path, database: Database) -> None:
    assert audit(tmp_path, "# nothing\n", database.url)[0] == 1
