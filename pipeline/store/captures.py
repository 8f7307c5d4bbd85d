"""Captures of web archives that were worked: each is worked once, however often its archive is replayed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Page
from pipeline.store.requests import sha256_of
from pipeline.store.schema import capture


class Captures:
    """The captures inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def is_worked(self, page: Page) -> bool:
        """Whether this very capture was worked before."""
        return self.is_captured(page.url, page.fetched_at, sha256_of(page.body))

    def is_captured(self, url: str, fetched_at: datetime, sha256: str) -> bool:
        """The same by a capture's address, time and hash."""
        where = (capture.c.url == url, capture.c.fetched_at == fetched_at, capture.c.sha256 == sha256)
        return self._connection.execute(select(capture.c.url).where(*where)).first() is not None

    def worked(self, page: Page) -> None:
        """Note a capture as worked."""
        values = {"url": page.url, "fetched_at": page.fetched_at, "sha256": sha256_of(page.body)}
        self._connection.execute(self._insert(capture).values(**values).on_conflict_do_nothing())
