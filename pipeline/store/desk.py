"""What operators and consumers do with the store: quarantine, and cursors in the change feed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.store.schema import consumer, quarantine, response


class Desk:
    """Operations inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def hold(self, at: datetime, source: str, url: str, raw: bytes, stage: str, error: BaseException) -> None:
        """Keep something that is no response and could not be worked: an entry, an imported line."""
        values = {"at": at, "source": source, "url": url, "stage": stage, "raw": raw, "state": "held"}
        told = {"error": getattr(error, "name", None) or type(error).__name__, "message": str(error)[:2000]}
        same = (quarantine.c.source == source, quarantine.c.url == url, quarantine.c.stage == stage)
        held = select(quarantine.c.id).where(*same, quarantine.c.state == "held", quarantine.c.raw == raw)
        if self._connection.execute(held).first() is not None:
            return
        self._connection.execute(quarantine.insert().values(**values, **told))

    def retry(self, number: int) -> bool:
        """Make a quarantined response pending again, with all its attempts; False if it has no response."""
        where = quarantine.c.id == number
        held = self._connection.execute(select(quarantine.c.response_id).where(where)).scalar()
        if held is None:
            return False
        self._connection.execute(update(response).where(response.c.id == held).values(state="new", attempts=0))
        self._connection.execute(update(quarantine).where(where).values(state="retried"))
        return True

    def drop(self, number: int) -> None:
        """Give a quarantined thing up; its raw bytes stay in the archive."""
        self._connection.execute(update(quarantine).where(quarantine.c.id == number).values(state="dropped"))

    def move_cursor(self, name: str, epoch: str, seq: int) -> None:
        """Remember how far a consumer has read."""
        statement = self._insert(consumer).values(name=name, epoch=epoch, seq=seq)
        moved = {"epoch": epoch, "seq": seq}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=moved))
