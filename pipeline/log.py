"""Logs are events with named values, on stderr: coloured lines on a terminal, JSON lines otherwise.

`log.logger(source="tass").info("feed_polled", status=200)`.  Fetched text may stand in any value, so control
characters, which could drive a terminal or forge a line, are written as escapes.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor

# C0 and C1 controls, line and paragraph separators, and what turns the direction of writing (CVE-2021-42574).
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# A traceback keeps its lines.
CONTROL_IN_TRACEBACK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
TRACEBACK_KEYS = frozenset({"exception", "stack"})


def set_up(verbose: int = 0) -> None:
    """Log to the present stderr: what happens; with `verbose` 1 or more, all; below 0, warnings only.

    Libraries that use `logging` are heard from the warning on, through the same lines.
    """
    # Not at the top: importing structlog takes 300 ms of CPU, which `--help` and `query` do not have.
    import structlog

    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        neutralise,
    ]
    renderer = _renderer()
    structlog.configure(
        processors=[*chain, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_level(verbose)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _hear_libraries(chain, renderer)


def logger(**context: Any) -> FilteringBoundLogger:
    """A logger that tells these values with every event."""
    import structlog

    # structlog's own default is stdout, which is for data.
    if not structlog.is_configured():
        set_up()
    bound: FilteringBoundLogger = structlog.get_logger(**context)
    return bound


def printable(text: str) -> str:
    """The text with control characters as escapes (`\\x1b`), so that it can do nothing but be read."""
    return CONTROL.sub(_escape, text)


def neutralise(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The step that makes all text of an event printable."""
    for key, value in event.items():
        event[key] = CONTROL_IN_TRACEBACK.sub(_escape, value) if key in TRACEBACK_KEYS else _neutral(value)
    return event


def _neutral(value: Any) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, dict):
        return {printable(str(key)): _neutral(element) for key, element in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_neutral(element) for element in value]
    return printable(str(value))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _hear_libraries(chain: list[Processor], renderer: Processor) -> None:
    from structlog.stdlib import ProcessorFormatter, add_logger_name

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[add_logger_name, *chain],
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def _level(verbose: int) -> int:
    if verbose < 0:
        return logging.WARNING
    return logging.DEBUG if verbose else logging.INFO


def _renderer() -> Processor:
    import structlog

    if not sys.stderr.isatty():
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=not os.environ.get("NO_COLOR"), exception_formatter=structlog.dev.plain_traceback
    )
