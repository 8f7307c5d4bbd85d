"""One who follows the change feed, and keeps a log of its own of what it was told."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import StoreError
from pipeline.model import Change
from pipeline.store import Store, open_store
from pipeline.store.read import Query


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

    def everything(self) -> tuple[list[dict[str, Any]], list[Change]]:
        """All records and all changes there are."""
        store = self._store or open_store(self.database, create=False)
        self._store = store
        changes: list[Change] = []
        with store.read() as reader:
            records = list(reader.query(Query()))
            while more := reader.changes(changes[-1].seq if changes else 0):
                changes += more
        return records, changes

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
