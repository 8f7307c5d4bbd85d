"""The service as a process of its own, on a world's clock.

`python -m tests.world.service CONFIG_DIR DATABASE_URL START_ISO RATE BEGUN`; it ends on SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path

import structlog

from pipeline import log as logs
from pipeline import settings as options
from pipeline.clock import FastClock
from pipeline.settings import Settings
from pipeline.wiring.service import serve


def run(configuration: Path, database: str, clock: FastClock) -> None:
    """Serve until told to stop."""

    def load() -> Settings:
        return options.load(configuration, os.environ, {"database": database})

    logs.set_up()
    logger = structlog.get_logger()

    def log(event: str, **facts: object) -> None:
        logger.info(event, **facts)

    asyncio.run(serve(load(), load, log, clock=clock))


if __name__ == "__main__":
    directory, url, start, rate, begun = sys.argv[1:]
    run(Path(directory), url, FastClock(datetime.fromisoformat(start), float(rate), float(begun)))
