"""Stories: what articles on one event are found and compared by, and which story each belongs to (Tx B)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Integer, Text, bindparam, cast, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.store.lookup import Lookup
from pipeline.store.schema import article, article_profile, article_revision, story_key, term

# A word of many reports is still a word of each: more of its articles are looked at than of a piece of text.
MOST = 48
ARTICLES = -1  # the key under which all articles are counted


class ProfileRow(NamedTuple):
    """An article as events are compared."""

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
    terms: bytes


class Stories:
    """Stories inside one transaction; `changed` is told of each article that gets one; `flush` writes the counts."""

    def __init__(self, connection: Connection, changed: Callable[[int], None]) -> None:
        self._connection = connection
        self._changed = changed
        self._counts: Counter[int] = Counter()
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
        self.index = Lookup(connection, story_key, MOST)

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

    def keep(self, number: int, terms: bytes) -> None:
        """Keep what an article is compared by."""
        self._connection.exec_driver_sql(_keep(self._connection.dialect.name), (number, terms))

    def profiles(self, numbers: Iterable[int]) -> list[ProfileRow]:
        """Articles with what they are compared by."""
        wanted = sorted(numbers)
        if not wanted:
            return []
        return [_profile_row(tuple(row)) for row in self._connection.execute(_PROFILES, {"wanted": wanted}).all()]

    def members(self, stories: Iterable[int], most: int) -> list[ProfileRow]:
        """The newest articles of these stories, at most so many of all."""
        wanted = sorted(stories)
        if not wanted:
            return []
        found = self._connection.execute(_MEMBERS, {"wanted": wanted, "most": most}).all()
        return [_profile_row(tuple(row)) for row in found]

    def assign(self, number: int, story: int, *, quietly: bool) -> None:
        """Say which story an article belongs to; `quietly`: what changed by it is told at the end of it all."""
        self._connection.exec_driver_sql(_assign(self._connection.dialect.name), (story, number))
        if not quietly:
            self._changed(number)

    def story_of(self, number: int) -> int | None:
        """The story of an article."""
        found: int | None = self._connection.execute(_STORY_OF, {"number": number}).scalar()
        return found

    def restart(self) -> dict[int, int]:
        """Forget all stories, and all that is counted for them; which article was in which."""
        had = self.all()
        for table in (term, story_key, article_profile):
            self._connection.execute(table.delete())
        self._connection.execute(update(article).where(article.c.story.is_not(None)).values(story=None))
        return had

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


_WANTED: BindParameter[list[int]] = bindparam("wanted", expanding=True)
_STORY_OF = select(article.c.story).where(article.c.id == bindparam("number"))
_COUNTED_SQLITE = "SELECT key, articles FROM term WHERE key IN (SELECT value FROM json_each(?))"
_COUNTED_POSTGRESQL = "SELECT key, articles FROM term WHERE key = ANY(CAST(%s AS bigint[]))"
_OWN = ("id", "source", "url", "sort_at", "language", "story", "original", "first_seen_at")
# As text: of a list that is empty in nearly every row.
_SIGNALS = cast(article_revision.c.signals, Text).label("signals")
_ROWS = (
    select(*(article.c[name] for name in _OWN), article_revision.c.published_from, _SIGNALS, article_profile.c.terms)
    .join_from(
        article,
        article_revision,
        (article_revision.c.article_id == article.c.id) & (article_revision.c.revision == article.c.revision),
    )
    .outerjoin(article_profile, article_profile.c.article_id == article.c.id)
)
_PROFILES = _ROWS.where(article.c.id.in_(_WANTED))
_MEMBERS = (
    _ROWS.where(article.c.story.in_(_WANTED))
    .order_by(article.c.sort_at.desc(), article.c.id)
    .limit(bindparam("most", type_=Integer))
)


def _profile_row(row: tuple[Any, ...]) -> ProfileRow:
    found = ProfileRow._make(row)
    signals = json.loads(row[-2]) if row[-2] != "[]" else []
    return found._replace(signals=signals, terms=found.terms or b"")


@cache
def _assign(dialect: str) -> str:
    value = "%s" if dialect == "postgresql" else "?"
    return f"UPDATE {article.name} SET story = {value} WHERE id = {value}"


@cache
def _keep(dialect: str) -> str:
    value = "%s" if dialect == "postgresql" else "?"
    return (
        f"INSERT INTO {article_profile.name} (article_id, terms) VALUES ({value}, {value})"
        " ON CONFLICT (article_id) DO UPDATE SET terms = excluded.terms"
    )
