"""What a world is made of: its numbers, which server, service and checker share as one file of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.clock import FastClock

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HISTORY = timedelta(days=1)  # the feeds list stories of the day before the service begins
# Pages are read again at these ages, counted from first sight; a page that is missing, from when it was missed.
AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168))
# What passes between a due time and the request for it: other requests to the host, and seconds of real work.
SLACK, SLACK_SECONDS = timedelta(minutes=30), 3.0


@dataclass(frozen=True, slots=True)
class World:
    """The numbers of a world.  `start` is the service's first moment; `stories` are those of `days` days.

    `rate` and `begun` are the clock's, see `FastClock`; `port` is the one all hosts listen on, 0 until they do.
    `pace_seconds` is the service's setting, `crawl_delay` what one host's robots.txt asks for.
    """

    start: datetime = MONDAY
    days: float = 7.0
    stories: int = 1500
    seed: int = 1
    rate: float = 2000.0
    begun: float = 0.0
    port: int = 0
    pace_seconds: float = 1.0
    crawl_delay: float = 5.0

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)

    @property
    def opening(self) -> datetime:
        """When the first story was published."""
        return self.start - HISTORY

    @property
    def slack(self) -> timedelta:
        """How late a request may be without being overdue, in virtual time."""
        return SLACK + timedelta(seconds=SLACK_SECONDS * self.rate)

    def clock(self) -> FastClock:
        return FastClock(self.start, self.rate, self.begun)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self) | {"start": self.start.isoformat()}), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> World:
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(**values | {"start": datetime.fromisoformat(values["start"])})
