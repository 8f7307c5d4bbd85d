"""Output into a pipe whose reader has had enough."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from pipeline.store import Store


@pytest.mark.parametrize("command", ["export", "export --portable", "export --format csv", "query --limit 0 -o jsonl"])
def test_a_reader_that_goes_away_is_no_error(store: Store, database_url: str, put: Any, command: str) -> None:
    for _ in range(300):
        put(store)
    program = [sys.executable, "-c", "from pipeline.cli import main; main()", *command.split()]
    with subprocess.Popen(
        [*program, "--database", database_url], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
