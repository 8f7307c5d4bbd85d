"""What kill and correction notices name, and the articles that may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.store.schema import article, article_revision, notice


class Name(NamedTuple):
    """By what a notice names an article: kind `url` (a key of its address), `id` or `headline` (folded)."""

    kind: str
    value: str


class Earlier(NamedTuple):
    """An article that may be meant."""

    id: int
    url: str
    urls: tuple[str, ...]
    guids: tuple[str, ...]
    headline: str
    signals: tuple[str, ...]
    sort_at: datetime
    is_withdrawn: bool


class Notices:
    """Notices inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def keep(self, source: str, number: int, names: Iterable[Name]) -> None:
        """Remember what a kill notice names, for articles that arrive after it, in place of what it named before."""
        mine = (notice.c.source == source, notice.c.article_id == number)
        self._connection.execute(delete(notice).where(*mine))
        for name in names:
            values = {"source": source, **name._asdict(), "article_id": number}
            self._connection.execute(self._insert(notice).values(**values).on_conflict_do_nothing())

    def names(self, number: int) -> list[Name]:
        """What a kill notice names; long names as they are kept."""
        mine = select(notice.c.kind, notice.c.value).where(notice.c.article_id == number)
        ordered = mine.order_by(notice.c.kind, notice.c.value)
        return [Name(row.kind, row.value) for row in self._connection.execute(ordered)]

    def naming(self, source: str, names: Sequence[Name]) -> list[int]:
        """The kill notices of a source that give one of these names."""
        given = or_(*(and_(notice.c.kind == name.kind, notice.c.value == name.value) for name in names))
        found = select(notice.c.article_id).where(notice.c.source == source, given).distinct()
        return sorted(self._connection.execute(found).scalars())

    def earlier(self, source: str, since: datetime, until: datetime) -> list[Earlier]:
        """The articles of a source between two times, both included, the newest first."""
        joined = article.join(
            article_revision,
            and_(article_revision.c.article_id == article.c.id, article_revision.c.revision == article.c.revision),
        )
        wanted = (
            select(
                article.c.id, article.c.url, article.c.urls, article.c.guids, article.c.sort_at, article.c.change,
                article_revision.c.headline, article_revision.c.signals,
            )
            .select_from(joined)
            .where(article.c.source == source, article.c.sort_at >= since, article.c.sort_at <= until)
            .order_by(article.c.sort_at.desc(), article.c.id.desc())
        )  # fmt: skip
        return [
            Earlier(
                row.id, row.url, tuple(row.urls), tuple(row.guids), row.headline, tuple(row.signals), row.sort_at,
                row.change == "withdrawn",
            )
            for row in self._connection.execute(wanted)
        ]  # fmt: skip
