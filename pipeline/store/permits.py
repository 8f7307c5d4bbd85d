"""Who may be asked, and by whom: hosts that want a rest, sources that are stopped, leases of those who poll."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.store.schema import lease, parking, pause


class Permits:
    """The permits inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def park(self, host: str, until: datetime, why: str) -> None:
        """Leave a host alone until then; a longer rest that it asked for before holds."""
        values = {"host": host, "until": until, "why": why}
        statement = self._insert(parking).values(**values)
        shorter = parking.c.until < until
        self._connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=values, where=shorter))

    def pause(self, source: str, at: datetime) -> bool:
        """Stop asking a source; false if it is stopped already."""
        statement = self._insert(pause).values(source=source, at=at).on_conflict_do_nothing()
        return bool(self._connection.execute(statement).rowcount)

    def resume(self, source: str) -> bool:
        """Go on asking it; false if it was not stopped."""
        return bool(self._connection.execute(pause.delete().where(pause.c.source == source)).rowcount)

    def lease(self, source: str, holder: str, now: datetime, until: datetime) -> str | None:
        """Take or renew a source's lease; the holder's name if another one has it."""
        values = {"source": source, "holder": holder, "until": until}
        statement = self._insert(lease).values(**values)
        # A lease that ends later than any can was taken while a clock was wrong.
        free = or_(lease.c.holder == holder, lease.c.until < now, lease.c.until > now + 2 * (until - now))
        self._connection.execute(statement.on_conflict_do_update(index_elements=["source"], set_=values, where=free))
        held_by = self._connection.execute(select(lease.c.holder).where(lease.c.source == source)).scalar_one()
        return None if held_by == holder else str(held_by)

    def release(self, holder: str) -> None:
        """Give all leases of a holder back."""
        self._connection.execute(lease.delete().where(lease.c.holder == holder))
