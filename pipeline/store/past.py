"""What the polls of a feed have said of it so far: its rhythm, its failures, its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Polling
from pipeline.store import rows
from pipeline.store.queue import NEVER_POLLED, ROW
from pipeline.store.schema import polling, request


class Past:
    """The past of feeds inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def polled(self, request_id: int, **values: Any) -> None:
        """Note what a poll said of a feed, by the columns of its past."""
        if values.get("rhythm") is not None:
            values["rhythm"] = rows.rhythm_row(values["rhythm"])
        statement = self._insert(polling).values(request_id=request_id, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["request_id"], set_=values))

    def all_polled(self, answered: Sequence[dict[str, Any]]) -> None:
        """The same of many at once, all of which were answered."""
        self._connection.execute(_ANSWERED[self._connection.dialect.name], answered)

    def of(self, source: str, feed: str) -> tuple[int | None, Polling]:
        """The row of a feed and what is known of its past."""
        mine = (request.c.source == source, request.c.kind == "feed", request.c.url == feed)
        row = self._connection.execute(ROW.where(*mine)).first()
        return (row.id, rows.polling_value(row)) if row else (None, NEVER_POLLED)

    def recover(self, source: str, feed: str, since: datetime) -> None:
        """Remember of a backup from when on entries may have been missed."""
        mine = (request.c.source == source, request.c.kind == "feed", request.c.url == feed)
        number = self._connection.execute(select(request.c.id).where(*mine)).scalar()
        if number is not None:
            self.polled(number, gap_at=since)


def _answered_again(insert: Any) -> Any:
    statement = insert(polling)
    whole_at = func.coalesce(statement.excluded.whole_at, polling.c.whole_at)
    again = {name: statement.excluded[name] for name in ("answered_at", "failures", "failing_since")}
    return statement.on_conflict_do_update(index_elements=["request_id"], set_={**again, "whole_at": whole_at})


_ANSWERED = {"sqlite": _answered_again(sqlite_insert), "postgresql": _answered_again(postgresql_insert)}
