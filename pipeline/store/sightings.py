"""Where articles were listed: which feed had which entry, since when, until when, and in what words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Entry
from pipeline.store import rows
from pipeline.store.schema import sighting
from pipeline.store.types import named

BATCH = 200  # bound parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry and the key its address is known by."""

    entry: Entry
    url_key: str


class Sightings:
    """What feeds listed, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def see(
        self, source: str, feed: str, section: str, listed: Sequence[Listed]
    ) -> list[tuple[Listed, frozenset[str] | None]]:
        """Note that a feed or listing listed these; with each, the fields that changed (None: seen for the first time).

        An older listing than the last one changes nothing.
        """
        found = {}
        for start in range(0, len(listed), BATCH):
            keys = [one.url_key for one in listed[start : start + BATCH]]
            where = (sighting.c.source == source, sighting.c.feed == feed, sighting.c.section == section)
            known = self._connection.execute(select(sighting).where(*where, sighting.c.url_key.in_(keys)))
            found.update({row.url_key: row for row in known})
        same = [one for one in listed if _says_the_same(one.entry, found.get(named(one.url_key)))]
        self._still_listed(source, feed, section, same)
        unchanged = {one.url_key for one in same}
        return [
            (one, frozenset())
            if one.url_key in unchanged
            else (one, self._see(source, feed, section, one, found.get(named(one.url_key))))
            for one in listed
        ]

    def returned(self, source: str, feed: str, listed: Sequence[Listed], since: datetime) -> set[str]:
        """The keys of those entries that the feed has listed since then word for word under another address."""
        hashes = {rows.entry_hash(one.entry): one.url_key for one in listed}
        mine = (sighting.c.source == source, sighting.c.feed == feed, sighting.c.last_seen_at >= since)
        found: set[str] = set()
        for start in range(0, len(hashes), BATCH):
            some = sighting.c.entry_hash.in_(list(hashes)[start : start + BATCH])
            seen = self._connection.execute(select(sighting.c.entry_hash, sighting.c.url_key).where(*mine, some))
            found.update(hashes[digest] for digest, url_key in seen if url_key != named(hashes[digest]))
        return found

    def first_seen(self, source: str, url_key: str) -> datetime | None:
        """When an address was first listed, in any feed."""
        where = (sighting.c.source == source, sighting.c.url_key == url_key)
        return self._connection.execute(select(func.min(sighting.c.first_seen_at)).where(*where)).scalar()

    def _still_listed(self, source: str, feed: str, section: str, same: Sequence[Listed]) -> None:
        mine = (sighting.c.source == source, sighting.c.feed == feed, sighting.c.section == section)
        for start in range(0, len(same), BATCH):
            some = same[start : start + BATCH]
            here = sighting.c.url_key.in_([one.url_key for one in some])
            seen_at = max(one.entry.seen_at for one in some)
            self._connection.execute(update(sighting).where(*mine, here).values(last_seen_at=seen_at))

    def _see(self, source: str, feed: str, section: str, listed: Listed, row: Row[Any] | None) -> frozenset[str] | None:
        entry, digest = listed.entry, rows.entry_hash(listed.entry)
        said = {"url": entry.url, "guid": entry.guid, "headline": entry.headline, "entry_hash": digest}
        key = {"source": source, "feed": feed, "url_key": listed.url_key, "section": section}
        if row is None:
            seen = {"first_seen_at": entry.seen_at, "last_seen_at": entry.seen_at}
            self._connection.execute(self._insert(sighting).values(**key, **said, **seen).on_conflict_do_nothing())
            return None
        where = and_(*(sighting.c[name] == value for name, value in key.items()))
        if entry.seen_at < row.last_seen_at:
            first = min(row.first_seen_at, entry.seen_at)
            self._connection.execute(update(sighting).where(where).values(first_seen_at=first))
            return frozenset()
        self._connection.execute(update(sighting).where(where).values(**said, last_seen_at=entry.seen_at))
        return frozenset({"headline"} if row.headline != entry.headline else {"text"})


def _says_the_same(entry: Entry, row: Row[Any] | None) -> bool:
    return row is not None and entry.seen_at >= row.last_seen_at and row.entry_hash == rows.entry_hash(entry)
