"""Logs: events on stderr that hostile text cannot forge."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from pipeline import log

HOSTILE = "\x1b[2Jdone\r\nlevel=error \x9b31m \u202egnp"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """What other tests have set up is undone, and what this one does."""
    structlog.reset_defaults()
    root, stderr = logging.getLogger(), sys.stderr
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.stderr = stderr
    structlog.reset_defaults()


def lines_in_a_pipe(verbose: int = 0) -> io.StringIO:
    sys.stderr = io.StringIO()
    log.set_up(verbose)
    return sys.stderr


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_in_a_pipe_is_a_json_line() -> None:
    stream = lines_in_a_pipe()
    log.logger(source="yonhap").info("feed_polled", headline="속보", new=2, ms=4.5)
    (event,) = events(stream)
    assert event.pop("timestamp").endswith("Z")
    expected = {"event": "feed_polled", "level": "info", "source": "yonhap", "headline": "속보", "new": 2, "ms": 4.5}
    assert event == expected


def test_an_event_on_a_terminal_is_a_line_to_read() -> None:
    sys.stderr = stream = Terminal()
    log.set_up()
    log.logger(source="tass").info("feed_polled", new=2)
    (line,) = stream.getvalue().splitlines()
    assert "feed_polled" in line
    with pytest.raises(json.JSONDecodeError):
        json.loads(line)


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["pipe", "terminal"])
def test_fetched_text_can_neither_drive_a_terminal_nor_forge_a_line(stream: io.StringIO) -> None:
    sys.stderr = stream
    log.set_up()
    log.logger(url=HOSTILE).info(HOSTILE, nested={"x": [HOSTILE]})
    shown = stream.getvalue()
    assert shown.count("\n") == 1
    assert "\x1b[2J" not in shown
    assert not set(shown) & set("\r\x9b\u202e")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["pipe", "terminal"])
def test_a_traceback_is_shown_and_neutral(stream: io.StringIO) -> None:
    sys.stderr = stream
    log.set_up()
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        log.logger().exception("page_failed")
    assert "ValueError" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()


@pytest.mark.parametrize(
    ("verbose", "heard"), [(-1, ["warning"]), (0, ["info", "warning"]), (1, ["debug", "info", "warning"])]
)
def test_verbose_says_how_much_is_heard(verbose: int, heard: list[str]) -> None:
    stream = lines_in_a_pipe(verbose)
    logger = log.logger()
    logger.debug("x")
    logger.info("x")
    logger.warning("x")
    assert [event["level"] for event in events(stream)] == heard


def test_libraries_are_heard_from_the_warning_on_through_the_same_lines() -> None:
    stream = lines_in_a_pipe()
    library = logging.getLogger("some.library")
    library.info("not heard")
    library.warning("heard %s", HOSTILE)
    (event,) = events(stream)
    assert event["logger"] == "some.library"
    assert event["level"] == "warning"
    assert event["event"] == f"heard {log.printable(HOSTILE)}"


def test_a_logger_without_set_up_leaves_stdout_alone(capsys: pytest.CaptureFixture[str]) -> None:
    log.logger().warning("early")
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["event"] == "early"


@given(st.text())
def test_printable_text_is_on_one_line_and_without_controls(text: str) -> None:
    shown = log.printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)


def test_text_of_every_script_is_printable_as_it_is() -> None:
    text = "VIENTIANE, July 7. /TASS/. 주체110(2021)년 — مرحبا"
    assert log.printable(text) == text
