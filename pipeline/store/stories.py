"""Stories: what articles on one event are found and compared by, and which story each belongs to (Tx B)."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Link
from pipeline.store.lookup import Lookup, among
from pipeline.store.schema import article, article_profile, article_revision, change, story_key, term, wire
from pipeline.store.types import INSTANT, Instant

# A word of many reports is still a word of each: more of its articles are looked at than of a piece of text.
MOST = 48
REGROUPING = "regrouping"  # what was before, while stories are begun anew
ARTICLES = -1  # the key under which all articles are counted


class ProfileRow(NamedTuple):
    """An article as events are compared; `placed_at` is when it was published, or else seen."""

    id: int
    source: str
    url: str
    sort_at: datetime
    language: str | None
    story: int | None
    placed_at: datetime
    signals: tuple[str, ...]
    terms: bytes


class StoredRow(NamedTuple):
    """What is stored of an article that takes its place again."""

    id: int
    source: str
    url: str
    sort_at: datetime
    language: str | None
    story: int | None
    original: int | None
    first_seen_at: datetime
    published_from: str | None
    signals: list[str]


class Before(NamedTuple):
    """What was before all stories were begun anew: the last change and the newest article by number, the story of each,
    and all follow-ups and translations."""

    seq: int
    newest: int
    stories: dict[int, int]
    links: frozenset[tuple[int, Link]]


class Stories:
    """Stories inside one transaction; `changed` is told of each article that gets one; `flush` writes the counts."""

    def __init__(self, connection: Connection, changed: Callable[[int], None]) -> None:
        self._connection = connection
        self._changed = changed
        self._counts: Counter[int] = Counter()
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
        self.index = Lookup(connection, story_key, MOST, is_last=True)

    def count(self, hashes: Iterable[int]) -> None:
        """Count an article with these terms; written down at the end, for all articles of a transaction at once."""
        self._counts.update(hashes)
        self._counts[ARTICLES] += 1

    def counted(self, hashes: Iterable[int]) -> tuple[dict[int, int], int]:
        """How many articles have each of these terms, and how many there are."""
        wanted = [ARTICLES, *hashes]
        # As one value: to write a hundred and thirty of them into the statement takes longer than to look them up.
        if self._connection.dialect.name == "postgresql":
            found = self._connection.exec_driver_sql(_COUNTED_POSTGRESQL, (wanted,)).all()
        else:
            found = self._connection.exec_driver_sql(_COUNTED_SQLITE, (json.dumps(wanted),)).all()
        counts: dict[int, int] = {key: articles for key, articles in found}  # noqa: C416  # rows are no pairs to mypy
        for key in self._counts.keys() & wanted:
            counts[key] = counts.get(key, 0) + self._counts[key]
        return counts, counts.pop(ARTICLES, 0)

    def keep(self, row: ProfileRow) -> None:
        """Keep what an article is compared by."""
        signals = " ".join(row.signals)
        checksum = checksum_of(row.placed_at, signals, row.terms)
        at = Instant().process_bind_param(row.placed_at, self._connection.dialect)
        self._connection.exec_driver_sql(
            _keep(self._connection.dialect.name), (row.id, at, signals, row.terms, checksum)
        )

    def profiles(self, numbers: Iterable[int]) -> list[ProfileRow]:
        """Articles with what they are compared by."""
        return self._profiles(_PROFILES[self._connection.dialect.name], {"wanted": sorted(numbers)})

    def members(self, stories: Iterable[int], most: int) -> list[ProfileRow]:
        """The newest articles of these stories, at most so many of all."""
        return self._profiles(_MEMBERS[self._connection.dialect.name], {"wanted": sorted(stories), "most": most})

    def _profiles(self, statement: Select[Any], asked: Mapping[str, Any]) -> list[ProfileRow]:
        if not asked["wanted"]:
            return []
        return [_profile_row(row) for row in self._connection.execute(statement, asked)]

    def stored(self, number: int) -> StoredRow:
        """An article that is stored."""
        return StoredRow._make(self._connection.execute(_STORED, {"number": number}).one())

    def assign(self, number: int, story: int | None, *, quietly: bool) -> None:
        """Say which story an article belongs to, if to any; `quietly`: what changed is told at the end of it all."""
        self._connection.exec_driver_sql(_assign(self._connection.dialect.name), (story, number))
        if not quietly:
            self._changed(number)

    def stories_of(self, numbers: Iterable[int]) -> dict[int, int | None]:
        """The stories of articles."""
        if not (wanted := sorted(numbers)):
            return {}
        found = self._connection.execute(_STORIES[self._connection.dialect.name], {"wanted": wanted})
        return {row.id: row.story for row in found}

    def restart(self, links: Iterable[tuple[int, Link]]) -> Before:
        """Forget all stories, and all that is counted for them; what was before, with these links.

        It is kept until `done`: whoever goes on after an interruption compares with what was before the first time.
        """
        newest = self._connection.execute(select(func.max(article.c.id))).scalar() or 0
        seq = self._connection.execute(select(func.max(change.c.seq))).scalar() or 0
        before = self._before(Before(seq, newest, self.all(), frozenset(links)))
        for table in (term, story_key, article_profile):
            self._connection.execute(table.delete())
        self._connection.execute(update(article).where(article.c.story.is_not(None)).values(story=None))
        self.done()
        written = [
            before.seq,
            before.newest,
            sorted(before.stories.items()),
            [(number, *astuple(one)) for number, one in before.links],
        ]
        self._connection.execute(wire.insert().values(key=REGROUPING, value=json.dumps(written)))
        return before

    def _before(self, now: Before) -> Before:
        """What was before the first of several restarts; of articles that came since, what is now."""
        kept = self._connection.execute(select(wire.c.value).where(wire.c.key == REGROUPING)).scalar()
        if kept is None:
            return now
        try:
            seq, newest, stories, links = json.loads(kept)
            later = {number: story for number, story in now.stories.items() if number > newest}
            linked = {(number, Link(*one)) for number, *one in links} | {one for one in now.links if one[0] > newest}
            return Before(seq, now.newest, {**dict(stories), **later}, frozenset(linked))
        except (ValueError, TypeError):  # damaged: as if there had been no interruption
            return now

    def told_since(self, seq: int) -> set[int]:
        """The articles of which a change was told since."""
        return set(self._connection.execute(select(change.c.article_id).where(change.c.seq > seq)).scalars())

    def done(self) -> None:
        """Forget what was before."""
        self._connection.execute(wire.delete().where(wire.c.key == REGROUPING))

    def all(self) -> dict[int, int]:
        """Which article is in which story."""
        told = select(article.c.id, article.c.story).where(article.c.story.is_not(None))
        return {row.id: row.story for row in self._connection.execute(told)}

    def flush(self) -> None:
        """Write the counts down.  In order of their keys, so that two writers never wait for each other."""
        if not self._counts:
            return
        rows = [{"key": key, "articles": many} for key, many in sorted(self._counts.items())]
        statement = self._insert(term)
        more = {"articles": term.c.articles + statement.excluded.articles}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=more), rows)
        self._counts.clear()


def checksum_of(placed_at: datetime, signals: str, terms: bytes) -> int:
    """A sum of an article's profile: SQLite keeps none of its pages."""
    return zlib.crc32(terms, zlib.crc32(f"{placed_at.astimezone(UTC):{INSTANT}} {signals}".encode()))


def _profile_row(row: Row[Any]) -> ProfileRow:
    found = ProfileRow._make(row)
    return found._replace(signals=tuple(row.signals.split()))


_COUNTED_SQLITE = "SELECT key, articles FROM term WHERE key IN (SELECT value FROM json_each(?))"
_COUNTED_POSTGRESQL = "SELECT key, articles FROM term WHERE key = ANY(CAST(%s AS bigint[]))"
_OWN = [article.c[name] for name in ("id", "source", "url", "sort_at", "language", "story")]
_ROWS = select(*_OWN, *(article_profile.c[name] for name in ("placed_at", "signals", "terms"))).join_from(
    article, article_profile, article_profile.c.article_id == article.c.id
)


def _ties(dialect: str) -> list[ColumnElement[Any]]:
    """What decides between articles of one time, whatever the order they came in, and the database's language."""
    names: list[ColumnElement[Any]] = [article.c.source, article.c.url]
    return [name.collate("C") for name in names] if dialect == "postgresql" else names


_DIALECTS = ("sqlite", "postgresql")
_PROFILES = {name: _ROWS.where(among(article.c.id, name)) for name in _DIALECTS}
_STORIES = {name: select(article.c.id, article.c.story).where(among(article.c.id, name)) for name in _DIALECTS}
_MEMBERS = {
    name: _ROWS.where(among(article.c.story, name))
    .order_by(article.c.sort_at.desc(), *_ties(name))
    .limit(bindparam("most", type_=Integer))
    for name in _DIALECTS
}
_STORED = (
    select(
        *_OWN,
        article.c.original,
        article.c.first_seen_at,
        article_revision.c.published_from,
        article_revision.c.signals,
    )
    .join_from(
        article,
        article_revision,
        (article_revision.c.article_id == article.c.id) & (article_revision.c.revision == article.c.revision),
    )
    .where(article.c.id == bindparam("number"))
)


@cache
def _assign(dialect: str) -> str:
    value = "%s" if dialect == "postgresql" else "?"
    return f"UPDATE {article.name} SET story = {value} WHERE id = {value}"


@cache
def _keep(dialect: str) -> str:
    value = "%s" if dialect == "postgresql" else "?"
    names = ("placed_at", "signals", "terms", "checksum")
    return (
        f"INSERT INTO {article_profile.name} (article_id, {', '.join(names)})"
        f" VALUES ({', '.join([value] * (len(names) + 1))})"
        f" ON CONFLICT (article_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}"
    )
