"""What the pages of a source used to look like, and since when they do not; what that means is `drift`'s to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.store.schema import layout


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """An edition of a source: by which profiles its pages were judged, their past, and what is wrong since when.

    `response` is the first page that was not as it should be, also when all is well again.
    """

    source: str
    edition: str
    profiles: str
    past: Mapping[str, Any]
    since: datetime | None = None
    lost: str | None = None
    response: int | None = None


class Layouts:
    """The pasts inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def load(self, source: str, edition: str) -> LayoutRow | None:
        """What is known of an edition."""
        mine = (layout.c.source == source, layout.c.edition == edition)
        row = self._connection.execute(select(layout).where(*mine)).first()
        return _row(row) if row else None

    def save(self, row: LayoutRow) -> None:
        """Remember it."""
        values = {
            "profiles": row.profiles, "past": dict(row.past), "since": row.since, "lost": row.lost,
            "response_id": row.response,
        }  # fmt: skip
        statement = self._insert(layout).values(source=row.source, edition=row.edition, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["source", "edition"], set_=values))

    def forget(self, source: str) -> int:
        """Let a source's past begin anew; how many editions had one."""
        return int(self._connection.execute(layout.delete().where(layout.c.source == source)).rowcount)


def layouts(connection: Connection) -> list[LayoutRow]:
    """All that is known."""
    found = connection.execute(select(layout).order_by(layout.c.source, layout.c.edition))
    return [_row(row) for row in found]


def _row(row: Any) -> LayoutRow:
    return LayoutRow(row.source, row.edition, row.profiles, row.past, row.since, row.lost, row.response_id)
