"""Whether what was worked out of an article's text follows from it: the hash of its headline, its day, its keys.

Other rules may have made it, of an older version of the program or of its source: so only what is one turned bit off
is told, and of the day what no zone explains.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from pipeline.model import Article, Extraction, Published
from pipeline.store.lookup import dated
from pipeline.store.rows import published_value
from pipeline.store.schema import article, article_revision, fingerprint
from pipeline.store.turned import is_turned
from pipeline.store.types import whole

PORTION = 50  # articles looked at together
KEY_BITS, NUMBER_BITS = 63, 31
# Zones reach from 12 hours behind UTC to 14 ahead.
NEAR = timedelta(days=1)


class Derived(NamedTuple):
    """What follows from an article: the hash of its headline, and the keys that it is looked up by, with their time."""

    headline_hash: str
    keys: tuple[int, ...]
    at: datetime


Derive = Callable[[Article], Derived]


def underived(connection: Connection, derive: Derive) -> Iterator[str]:
    """What does not follow, a sentence each."""
    last = 0
    while found := connection.execute(_CURRENT.where(article.c.id > last).limit(PORTION)).all():
        values = {row.id: _printed(row) for row in found}
        made = {number: derive(value) for number, value in values.items()}
        for row in found:
            if is_turned(row.headline_hash, made[row.id].headline_hash):
                yield f"article {row.id} is damaged: the hash of its headline is not its own; restore a backup"
            if not _is_day_of(row.day, values[row.id].published):
                yield f"article {row.id} is damaged: its day is not that of its time; restore a backup"
        keys = {number: frozenset(dated(key, one.at) for key in one.keys) for number, one in made.items()}
        for number in _mislaid(connection, keys, derive):
            yield f"article {number} is looked up by a damaged key; run: newswire regroup"
        last = found[-1].id


def _is_day_of(day: date | None, published: Published | None) -> bool:
    if day is None or published is None:
        return True
    at = published.at.date() if isinstance(published.at, datetime) else published.at
    return abs(day - at) <= NEAR


def _mislaid(connection: Connection, keys: Mapping[int, Collection[int]], derive: Derive) -> Iterator[int]:
    """The articles that have most of their keys, and in place of another one what a turned bit makes of it."""
    # Of a key that thousands have the rows of these: with those of all a check of a day's crowd would not end.
    wanted = (
        fingerprint.c.key.in_({key for mine in keys.values() for key in mine}),
        fingerprint.c.article_id.in_(list(keys)),
    )
    there = {tuple(row) for row in connection.execute(select(fingerprint).where(*wanted))}
    for number, mine in keys.items():
        lost = [key for key in mine if (key, number) not in there]
        if 0 < 2 * len(lost) < len(mine) and any(_is_turned(connection, key, number, mine, derive) for key in lost):
            yield number


def _is_turned(connection: Connection, key: int, number: int, mine: Collection[int], derive: Derive) -> bool:
    c = fingerprint.c
    keys = {key ^ 1 << bit for bit in range(KEY_BITS)} - set(mine)
    if connection.execute(select(c.key).where(c.article_id == number, c.key.in_(keys)).limit(1)).first():
        return True
    numbers = [number ^ 1 << bit for bit in range(NUMBER_BITS)]
    others = select(c.article_id).where(c.key == key, c.article_id.in_(numbers))
    return any(not _has(connection, other, key, derive) for other in connection.execute(others).scalars().all())


def _has(connection: Connection, number: int, key: int, derive: Derive) -> bool:
    """Whether a key is an article's own."""
    row = connection.execute(_CURRENT.where(article.c.id == number)).first()
    if row is None:
        return False
    made = derive(_printed(row))
    return key in {dated(one, made.at) for one in made.keys}


@whole()
def _printed(row: Row[Any]) -> Article:
    """As much of an article as these follow from: to read the rest takes longer."""
    own = {name: getattr(row, name) for name in (*OWN, *PRINTED)}
    return Article(**own, signals=tuple(row.signals), published=published_value(row), extraction=NO_EXTRACTION)


OWN = ("source", "guid", "first_seen_at", "sort_at")
PRINTED = ("url", "headline", "headline_raw", "body", "completeness", "fetched_at")
PUBLISHED = ("published_at", "published_precision", "published_from", "published_raw")
NO_EXTRACTION = Extraction("", "", 0.0)
_CURRENT = (
    select(
        *(article.c[name] for name in ("id", "headline_hash", "day", *OWN)),
        *(article_revision.c[name] for name in ("signals", *PRINTED, *PUBLISHED)),
    )
    .join(
        article_revision,
        (article_revision.c.article_id == article.c.id) & (article_revision.c.revision == article.c.revision),
    )
    .order_by(article.c.id)
)
