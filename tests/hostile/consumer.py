"""One who follows the change feed, and keeps a log of its own of what it was told."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from pipeline.clock import FastClock
from pipeline.errors import StoreError
from pipeline.model import Change
from pipeline.store import Store, open_store
from pipeline.store.engine import make_engine
from pipeline.store.read import Query
from pipeline.store.schema import request, response
from tests.hostile.checker import Seen


@dataclass(slots=True)
class Consumer:
    """Follows a database that may be away, or not there yet."""

    database: str
    log: list[Change] = field(default_factory=list)
    _store: Store | None = None

    def follow(self) -> None:
        """Read on, as far as there is something."""
        with suppress(StoreError):
            self._store = self._store or open_store(self.database, create=False)
            with self._store.read() as reader:
                while more := reader.changes(self.log[-1].seq if self.log else 0):
                    self.log += more

    def seen(self) -> Seen:
        """All there is, and all that was told."""
        store = self._store = self._store or open_store(self.database, create=False)
        changes: list[Change] = []
        with store.read() as reader:
            records = list(reader.query(Query()))
            while more := reader.changes(changes[-1].seq if changes else 0):
                changes += more
        return Seen(records, changes, self.log, self._waiting())

    def _waiting(self) -> set[str]:
        engine = make_engine(self.database)
        try:
            with engine.connect() as connection:
                pages = select(request.c.url).where(request.c.kind == "page", request.c.state == "waiting")
                unread = select(response.c.url).where(response.c.state == "new")
                return set(connection.execute(pages.union(unread)).scalars())
        finally:
            engine.dispose()

    def is_up_to_date(self, clock: FastClock, seconds: float, patience: float = 120.0) -> bool:
        """Wait until nothing is overdue by so many seconds of the clock any more; False if that does not come.

        So long is waited at least: what is due now must have become overdue, if nobody works it.
        """
        engine, until = make_engine(self.database), time.monotonic() + patience
        time.sleep(1.5 * clock.wall(seconds))
        waiting = (request.c.state == "waiting", request.c.due_at.is_not(None))
        try:
            while time.monotonic() < until:
                late = clock.now() - timedelta(seconds=seconds)
                overdue = select(func.count()).select_from(request).where(*waiting, request.c.due_at < late)
                with engine.connect() as connection:
                    if not connection.execute(overdue).scalar():
                        return True
                self.follow()
                time.sleep(0.1)
            return False
        finally:
            engine.dispose()

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
