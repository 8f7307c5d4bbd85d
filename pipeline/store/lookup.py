"""A table of keys and days that articles are looked up by.

Every article asks it, so its statements are written out: with names for sixty values SQLAlchemy takes longer to make
one than the database to answer it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Table, delete, tuple_

DAY_BITS = 16
LAST_DAY = (1 << DAY_BITS) - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of one key and time no more rows are looked at: what so many articles have in common is nobody's.
MOST = 24


class Lookup:
    """Articles by keys and days, in one table of `key` and `article_id`."""

    def __init__(self, connection: Connection, table: Table, most: int = MOST) -> None:
        self._connection = connection
        self._most = most
        self._table = table

    def remember(self, number: int, keys: Iterable[int], at: datetime) -> None:
        """Make an article of that time findable by these keys."""
        rows = [(dated(key, at), number) for key in dict.fromkeys(keys)]
        if rows:
            self._connection.exec_driver_sql(_insert(self._table.name, self._connection.dialect.name), rows)

    def forget(self, number: int, keys: Iterable[int], at: datetime) -> None:
        """Undo `remember`."""
        rows = [(dated(key, at), number) for key in keys]
        if rows:
            mine = tuple_(self._table.c.key, self._table.c.article_id).in_(rows)
            self._connection.execute(delete(self._table).where(mine))

    def near(self, keys: Sequence[int], at: datetime, within: timedelta) -> dict[int, set[int]]:
        """The articles of about that time that share keys, and which."""
        keys = list(dict.fromkeys(keys))
        if not keys:
            return {}
        first, last = _day(at - within), _day(at + within)
        bounds = [value for key in keys for value in (key << DAY_BITS | first, key << DAY_BITS | last, self._most + 1)]
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        probe = _probe(self._table.name, len(keys), self._connection.dialect.name)
        for place, dated, number in self._connection.exec_driver_sql(probe, tuple(bounds)).all():
            found[place].append((dated, number))
        shared: dict[int, set[int]] = defaultdict(set)
        for place, rows in found.items():
            for number in _usable(rows, self._most):
                shared[number].add(keys[place])
        return shared


def _usable(rows: list[tuple[int, int]], most: int) -> Iterable[int]:
    """The articles of a key's rows, the newest first.  Of the day that was cut off none counts: which of it were left
    out says nothing but who came first."""
    if len(rows) <= most:
        return [number for _, number in rows]
    return [number for dated, number in rows if dated != rows[-1][0]]


def _day(at: datetime) -> int:
    return min(max((at - EPOCH).days, 0), LAST_DAY)


def dated(key: int, at: datetime) -> int:
    """A key of an article of that time, as it is in the table."""
    return key << DAY_BITS | _day(at)


@cache
def _insert(table: str, dialect: str) -> str:
    value = "%s" if dialect == "postgresql" else "?"
    return f"INSERT INTO {table} (key, article_id) VALUES ({value}, {value}) ON CONFLICT DO NOTHING"


@cache
def _probe(table: str, keys: int, dialect: str) -> str:
    """One look-up of so many keys: of each the newest rows, no more than needed."""
    value = "%s" if dialect == "postgresql" else "?"
    each = (
        f"SELECT * FROM (SELECT {place} AS place, key, article_id FROM {table}"
        f" WHERE key BETWEEN {value} AND {value} ORDER BY key DESC LIMIT {value}) AS p{place}"
        for place in range(keys)
    )
    return " UNION ALL ".join(each)
