"""A table of keys and days that articles are looked up by.

Every article asks it, so its statements are written out: with names for sixty values SQLAlchemy takes longer to make
one than the database to answer it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    any_,
    bindparam,
    delete,
    exists,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from pipeline.store.schema import article

DAY_BITS = 16
LAST_DAY = (1 << DAY_BITS) - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of one key and time no more rows are looked at: what so many articles have in common is mostly nobody's.
MOST = 24
# Unless an article has nothing else in common with any: then it may be of what everybody tells that day, and of a few
# of its keys so many rows of the day are looked at, for articles that share more than one.
CROWD, CROWDED_KEYS = 150, 3
ENOUGH = 2  # keys that an article must share to be something else


class Lookup:
    """Articles by keys and days, in one table of `key` and `article_id`.

    `most` rows of a key are looked at; of a crowd those that came first by their times, or last (`is_last`).
    """

    def __init__(self, connection: Connection, table: Table, most: int = MOST, *, is_last: bool = False) -> None:
        self._connection = connection
        self._most = most
        self._is_last = is_last
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

    def sweep(self) -> None:
        """Remove rows of articles that do not exist: a damaged page can leave such."""
        missing = ~exists().where(article.c.id == self._table.c.article_id)
        self._connection.execute(delete(self._table).where(missing))

    def near(self, keys: Sequence[int], at: datetime, within: timedelta, *, besides: int) -> dict[int, set[int]]:
        """The other articles of about that time that share keys, and which."""
        keys = list(dict.fromkeys(keys))
        if not keys:
            return {}
        days = _day(at - within), _day(at + within)
        # One more than would do: an article that is looked at again has a row of its own.
        found = self._rows(keys, days, self._most + 2, besides)
        shared: dict[int, set[int]] = defaultdict(set)
        crowded = []
        for key, rows in found.items():
            usable = _usable(rows[: self._most + 1], self._most)
            for number in usable:
                shared[number].add(key)
            if not usable:
                crowded.append(key)
        if len(crowded) >= ENOUGH and max(map(len, shared.values()), default=0) < ENOUGH:
            for number, common in self._of_a_crowd(crowded[:CROWDED_KEYS], days, besides):
                shared[number] |= common
        return shared

    def _rows(
        self, keys: Sequence[int], days: tuple[int, int], most: int, besides: int
    ) -> dict[int, list[tuple[int, int]]]:
        """Of each key the newest rows."""
        first, last = days
        bounds = [value for key in keys for value in (key << DAY_BITS | first, key << DAY_BITS | last, most)]
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        probe = _probe(self._table.name, len(keys), self._connection.dialect.name)
        for place, dated, number in self._connection.exec_driver_sql(probe, tuple(bounds)).all():
            if number != besides:
                found[keys[place]].append((dated, number))
        return found

    def _of_a_crowd(self, keys: Sequence[int], days: tuple[int, int], besides: int) -> Iterator[tuple[int, set[int]]]:
        """Of the articles of one day that share such keys those that came first, or last."""
        shared: dict[int, set[int]] = defaultdict(set)
        for key, rows in self._rows(keys, days, CROWD, besides).items():
            newest = rows[0][0]
            for of_day, number in rows:
                if of_day == newest:
                    shared[number].add(key)
        order = self._in_order({number for number, common in shared.items() if len(common) >= ENOUGH})
        for number in sorted(order, key=order.__getitem__, reverse=self._is_last)[: self._most]:
            yield number, shared[number]

    def _in_order(self, numbers: set[int]) -> dict[int, tuple[datetime, str, str]]:
        """What tells the order of articles."""
        if not numbers:
            return {}
        found = self._connection.execute(_ordering(self._connection.dialect.name), {"wanted": sorted(numbers)})
        return {row.id: (row.sort_at, row.source, row.url) for row in found}


def _usable(rows: list[tuple[int, int]], most: int) -> list[int]:
    """The articles of a key's rows, the newest first.  Of the day that was cut off none counts: which of it were left
    out says nothing but who came first."""
    if len(rows) <= most:
        return [number for _, number in rows]
    return [number for of_day, number in rows if of_day != rows[-1][0]]


def among(column: ColumnElement[Any], dialect: str) -> ColumnElement[bool]:
    """Whether a column is one of `wanted`, which goes over as one value: to write twelve of them into the statement
    takes longer than to look them up."""
    if dialect == "postgresql":
        return column == any_(bindparam("wanted", type_=ARRAY(BigInteger)))
    listed = func.json_each(bindparam("wanted", type_=JSON)).table_valued("value")
    return column.in_(select(listed.c.value))


def _day(at: datetime) -> int:
    return min(max((at - EPOCH).days, 0), LAST_DAY)


def dated(key: int, at: datetime) -> int:
    """A key of an article of that time, as it is in the table."""
    return key << DAY_BITS | _day(at)


@cache
def _ordering(dialect: str) -> Select[Any]:
    """Articles with what tells their order."""
    return select(article.c.id, article.c.sort_at, article.c.source, article.c.url).where(among(article.c.id, dialect))


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
        f" WHERE key BETWEEN {value} AND {value} ORDER BY key DESC, article_id DESC LIMIT {value}) AS p{place}"
        for place in range(keys)
    )
    return " UNION ALL ".join(each)
