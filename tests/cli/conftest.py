"""What tests of commands need."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.cli import run

Newswire = Callable[..., tuple[int, str, str]]


@pytest.fixture
def newswire(database_url: str, capsys: pytest.CaptureFixture[str]) -> Newswire:
    """Runs the command on the test's database; exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--database", database_url, *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call
