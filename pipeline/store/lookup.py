"""A table of keys and days that articles are looked up by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Table, TextClause, delete, text, tuple_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

DAY_BITS = 16
LAST_DAY = (1 << DAY_BITS) - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of one key and time no more rows are looked at: what so many articles have in common is nobody's.
MOST = 24


class Lookup:
    """Articles by keys and days, in one table of `key` and `article_id`."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def remember(self, number: int, keys: Iterable[int], at: datetime) -> None:
        """Make an article of that time findable by these keys."""
        rows = [{"key": _dated(key, _day(at)), "article_id": number} for key in dict.fromkeys(keys)]
        if rows:
            self._connection.execute(self._insert(self._table).on_conflict_do_nothing(), rows)

    def forget(self, number: int, keys: Iterable[int], at: datetime) -> None:
        """Undo `remember`."""
        rows = [(_dated(key, _day(at)), number) for key in keys]
        if rows:
            mine = tuple_(self._table.c.key, self._table.c.article_id).in_(rows)
            self._connection.execute(delete(self._table).where(mine))

    def near(self, keys: Sequence[int], at: datetime, within: timedelta) -> dict[int, set[int]]:
        """The articles of about that time that share keys, and which."""
        keys = list(dict.fromkeys(keys))
        if not keys:
            return {}
        bounds = {"first": _day(at - within), "last": _day(at + within), "most": MOST + 1}
        values = {f"k{place}": key << DAY_BITS for place, key in enumerate(keys)}
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        probe = _probe(self._table.name, len(keys))
        for place, dated, number in self._connection.execute(probe, {**bounds, **values}):
            found[place].append((dated, number))
        shared: dict[int, set[int]] = defaultdict(set)
        for place, rows in found.items():
            for number in _usable(rows):
                shared[number].add(keys[place])
        return shared


def _usable(rows: list[tuple[int, int]]) -> Iterable[int]:
    """The articles of a key's rows, the newest first.  Of the day that was cut off none counts: which of it were left
    out says nothing but who came first."""
    if len(rows) <= MOST:
        return [number for _, number in rows]
    return [number for dated, number in rows if dated != rows[-1][0]]


def _day(at: datetime) -> int:
    return min(max((at - EPOCH).days, 0), LAST_DAY)


def _dated(key: int, day: int) -> int:
    return key << DAY_BITS | day


@cache
def _probe(table: str, keys: int) -> TextClause:
    """One look-up of so many keys: of each the newest rows, no more than needed."""
    each = (
        f"SELECT * FROM (SELECT {place} AS place, key, article_id FROM {table}"
        f" WHERE key BETWEEN :k{place} + :first AND :k{place} + :last ORDER BY key DESC LIMIT :most) AS p{place}"
        for place in range(keys)
    )
    return text(" UNION ALL ".join(each))
