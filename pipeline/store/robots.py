"""robots.txt of the origins that pages were read from."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import RobotsFile
from pipeline.store.schema import robots


class RobotsFiles:
    """The robots.txt files inside one transaction, by origin."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def load(self, origin: str) -> RobotsFile | None:
        """What was last known of an origin's robots.txt."""
        columns = (robots.c.fetched_at, robots.c.until, robots.c.status, robots.c.text)
        row = self._connection.execute(select(*columns).where(robots.c.origin == origin)).one_or_none()
        return RobotsFile(*row) if row else None

    def save(self, origin: str, known: RobotsFile) -> None:
        """Keep what is known now, in place of what was."""
        values = {
            "fetched_at": known.fetched_at, "until": known.until, "status": known.status, "text": known.text
        }  # fmt: skip
        statement = self._insert(robots).values(origin=origin, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=values))
