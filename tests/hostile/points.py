"""Named points of the line at which a process can be ended, or made to fail, without a word of the program's own.

Python tells a profile function of every call and return, in every thread: that is where the knife comes in.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any, Literal

from sqlalchemy.engine.default import DefaultDialect

from pipeline import digest, ingest
from pipeline.filing import Filing
from pipeline.ingest import Line
from pipeline.polling import Polls
from pipeline.store.articles import Articles
from pipeline.store.desk import Desk
from pipeline.store.outcomes import Outcomes
from pipeline.store.past import Past
from pipeline.store.permits import Permits
from pipeline.store.queue import Queue
from pipeline.store.requests import Requests
from pipeline.store.responses import Responses
from pipeline.store.sightings import Sightings
from pipeline.store.store import Store
from tests.hostile.scenario import Feeds

Moment = Literal["call", "return"]
Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Point:
    """Where: a function, as it is called or as it returns."""

    name: str
    function: Callable[..., Any]
    moment: Moment

    @property
    def code(self) -> CodeType:
        inner = getattr(self.function, "__wrapped__", self.function)
        code: CodeType = inner.__code__
        return code


def _points() -> Iterator[Point]:
    functions: Mapping[str, Callable[..., Any]] = {
        "fetch": Feeds.get,
        "tx": Store.write,
        "commit": DefaultDialect.do_commit,
        "tx_a.keep": Line._keep,
        "tx_a.response": Responses.keep,
        "tx_a.unchanged": Outcomes.all_unchanged,
        "tx_a.failed": Outcomes.failed,
        "tx_a.missing": Outcomes.missing,
        "tx_a.park": Permits.park,
        "digest": digest.digest,
        "tx_b": Line.commit,
        "tx_b.feed": Polls.take,
        "tx_b.sightings": Sightings.see,
        "tx_b.ask_page": Requests.ask_page,
        "tx_b.polled": Past.polled,
        "tx_b.finish": Responses.finish,
        "tx_b.article": Filing.take,
        "tx_b.create": Articles.create,
        "tx_b.know_by": Articles.know_by,
        "tx_b.revise": Articles.revise,
        "tx_b.withdraw": Filing.withdraw,
        "tx_b.flush": Articles.flush,
        "tx_b.hold": Responses.hold,
        "resume.pending": Responses.pending,
        "resume.count": Responses.count_attempt,
        "resume.load": Responses.load,
        "queue.ready": Queue.ready,
        "refusal": ingest._refusal,
        "consumer": Desk.move_cursor,
    }
    for name, function in functions.items():
        yield Point(f"{name}.begin", function, "call")
        yield Point(f"{name}.end", function, "return")


POINTS = {point.name: point for point in _points()}


@dataclass(slots=True)
class Knife:
    """Does `act` at the `nth` time a point is passed; `hits` counts how often it was."""

    points: frozenset[tuple[CodeType, str]]
    nth: int
    act: Act
    hits: int = 0
    is_used: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if (frame.f_code, event) not in self.points or self.is_used:
            return
        with self._lock:
            self.hits += 1
            self.is_used = self.hits == self.nth
        if self.is_used:
            self.act()

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """In this thread and in those that begin within the block."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)


def knife_at(name: str, nth: int, act: Act) -> Knife:
    """A knife for one named point."""
    point = POINTS[name]
    return Knife(frozenset({(point.code, point.moment)}), nth, act)


def kill() -> None:
    """End this process at once, as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)
