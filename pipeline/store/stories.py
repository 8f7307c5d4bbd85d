"""Stories: what articles on one event are found and compared by, and which story each belongs to (Tx B)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.store.lookup import Lookup
from pipeline.store.schema import article, article_profile, article_revision, story_key, term

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
        self.index = Lookup(connection, story_key)

    def count(self, hashes: Iterable[int]) -> None:
        """Count an article with these terms; written down at the end, for all articles of a transaction at once."""
        self._counts.update(hashes)
        self._counts[ARTICLES] += 1

    def counted(self, hashes: Iterable[int]) -> tuple[dict[int, int], int]:
        """How many articles have each of these terms, and how many there are."""
        wanted = [ARTICLES, *hashes]
        found = self._connection.execute(select(term.c.key, term.c.articles).where(term.c.key.in_(wanted)))
        stored = {row.key: row.articles for row in found}
        counts = {key: stored.get(key, 0) + self._counts[key] for key in wanted}
        return counts, counts.pop(ARTICLES)

    def keep(self, number: int, terms: bytes) -> None:
        """Keep what an article is compared by."""
        statement = self._insert(article_profile).values(article_id=number, terms=terms)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["article_id"], set_={"terms": terms})
        )

    def profiles(self, numbers: Iterable[int]) -> list[ProfileRow]:
        """Articles with what they are compared by."""
        wanted = sorted(numbers)
        if not wanted:
            return []
        own = ("id", "source", "url", "sort_at", "language", "story", "original", "first_seen_at")
        is_current = article_revision.c.revision == article.c.revision
        joined = article.join(article_revision, (article_revision.c.article_id == article.c.id) & is_current)
        joined = joined.outerjoin(article_profile, article_profile.c.article_id == article.c.id)
        printed = (article_revision.c.published_from, article_revision.c.signals, article_profile.c.terms)
        found = select(*(article.c[name] for name in own), *printed).select_from(joined).where(article.c.id.in_(wanted))
        rows = [ProfileRow(*tuple(row)) for row in self._connection.execute(found)]
        return [row._replace(terms=row.terms or b"") for row in rows]

    def members(self, stories: Iterable[int], most: int) -> list[int]:
        """The newest articles of these stories, at most so many of all."""
        wanted = sorted(stories)
        if not wanted:
            return []
        mine = select(article.c.id).where(article.c.story.in_(wanted))
        newest = mine.order_by(article.c.sort_at.desc(), article.c.id).limit(most)
        return list(self._connection.execute(newest).scalars())

    def assign(self, number: int, story: int | None) -> None:
        """Say which story an article belongs to."""
        mine = article.c.id == number
        if self._connection.execute(select(article.c.story).where(mine)).scalar() != story:
            self._connection.execute(update(article).where(mine).values(story=story))
            self._changed(number)

    def forget_counts(self) -> None:
        """Count anew from nothing."""
        self._connection.execute(term.delete())

    def flush(self) -> None:
        """Write the counts down.  In order of their keys, so that two writers never wait for each other."""
        if not self._counts:
            return
        rows = [{"key": key, "articles": many} for key, many in sorted(self._counts.items())]
        statement = self._insert(term)
        more = {"articles": term.c.articles + statement.excluded.articles}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=more), rows)
        self._counts.clear()
