"""How articles relate: what they are looked up by, what they were made from, and what follows from that (Tx B)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from pipeline.model import Link
from pipeline.store.lookup import Lookup
from pipeline.store.schema import article, article_revision, fingerprint, link

# Copies word for word that are looked at to find the first.
MOST = 24
# What an article was made from is said by links of these kinds.
PARENTAL = ("duplicate", "update")


class TextRow(NamedTuple):
    """An article as it is compared."""

    id: int
    source: str
    url: str
    guid: str | None
    sort_at: datetime
    text_hash: str | None
    headline: str
    body: str
    signals: list[str]
    completeness: str
    first_seen_at: datetime
    published_from: str | None
    dateline: dict[str, Any] | None


class KinRow(NamedTuple):
    """An article, and what follows from its links."""

    id: int
    source: str
    url: str
    sort_at: datetime
    original: int | None
    duplicate_of: int | None
    update_of: int | None


class Relations:
    """How articles relate, inside one transaction; `changed` is told of each article whose record changes by it."""

    def __init__(self, connection: Connection, changed: Callable[[int], None]) -> None:
        self._connection = connection
        self._changed = changed
        self.index = Lookup(connection, fingerprint)

    # Articles to compare

    def texts(self, numbers: Iterable[int]) -> list[TextRow]:
        """Articles with their current text."""
        wanted = sorted(numbers)
        if not wanted:
            return []
        own = (article.c[name] for name in ("id", "source", "url", "guid", "sort_at", "text_hash"))
        printed = (article_revision.c[name] for name in ("headline", "body", "signals", "completeness"))
        times = (article.c.first_seen_at, article_revision.c.published_from, article_revision.c.dateline)
        is_current = article_revision.c.revision == article.c.revision
        joined = article.join(article_revision, (article_revision.c.article_id == article.c.id) & is_current)
        found = select(*own, *printed, *times).select_from(joined).where(article.c.id.in_(wanted))
        return [TextRow(*tuple(row)) for row in self._connection.execute(found)]

    def first_with(self, text_hash: str, *, besides: int) -> KinRow | None:
        """The earliest other article with these words."""
        found = self._kin((article.c.text_hash == text_hash) & (article.c.id != besides), MOST, article.c.sort_at)
        # The databases may sort letters by their locale; times they don't.
        return min(found, key=lambda row: (row.sort_at, row.source, row.url), default=None)

    def all_with(self, text_hash: str) -> list[int]:
        """All articles with these words."""
        return list(self._connection.execute(select(article.c.id).where(article.c.text_hash == text_hash)).scalars())

    # What they were made from

    def kin(self, numbers: Iterable[int]) -> list[KinRow]:
        """Articles with what follows from their links."""
        return self._kin(article.c.id.in_(sorted(numbers)))

    def families(self, originals: Iterable[int], most: int) -> list[KinRow] | None:
        """All articles of these originals; None if there are more than so many."""
        wanted = sorted(originals)
        found = self._kin(or_(article.c.id.in_(wanted), article.c.original.in_(wanted)), most + 1)
        return found if len(found) <= most else None

    def edges(self, numbers: Iterable[int]) -> list[tuple[int, Link]]:
        """The links of these articles to what they were made from."""
        mine = (link.c.article_id.in_(sorted(numbers)), link.c.kind.in_(PARENTAL))
        wanted = select(link).where(*mine).order_by(link.c.article_id, link.c.other_id)
        return [
            (row.article_id, Link(row.kind, row.other_id, row.score, row.why, row.method))
            for row in self._connection.execute(wanted)
        ]

    def children(self, number: int) -> list[int]:
        """The articles that were made from this one."""
        mine = (link.c.other_id == number, link.c.kind.in_(PARENTAL))
        return list(self._connection.execute(select(link.c.article_id).where(*mine)).scalars())

    def derive(self, number: int, evidence: Sequence[Link]) -> None:
        """Say what an article was made from."""
        mine = (link.c.article_id == number, link.c.kind.in_(PARENTAL))
        self._connection.execute(delete(link).where(*mine))
        for one in evidence:
            self.add(number, one)
        self._changed(number)

    def stand(self, number: int, original: int | None, duplicate_of: int | None, update_of: int | None) -> None:
        """Write what follows from the links."""
        values = {"original": original, "duplicate_of": duplicate_of, "update_of": update_of}
        self._connection.execute(update(article).where(article.c.id == number).values(**values))
        self._changed(number)

    def drop(self, number: int, kinds: Iterable[str]) -> None:
        """Remove an article's links of these kinds."""
        mine = (link.c.article_id == number, link.c.kind.in_(list(kinds)))
        self._connection.execute(delete(link).where(*mine))

    def link(self, number: int, evidence: Link) -> None:
        """Add a link, in place of one of its kind to the same article."""
        mine = (link.c.article_id == number, link.c.kind == evidence.kind, link.c.other_id == evidence.article)
        self._connection.execute(delete(link).where(*mine))
        self.add(number, evidence)
        self._changed(number)

    def add(self, number: int, evidence: Link) -> None:
        """Add a link."""
        values = {"other_id": evidence.article, "score": evidence.score, "why": evidence.why}
        self._connection.execute(
            insert(link).values(article_id=number, kind=evidence.kind, method=evidence.method, **values)
        )

    def _kin(self, which: Any, most: int | None = None, order: Any = None) -> list[KinRow]:
        wanted = ("id", "source", "url", "sort_at", "original", "duplicate_of", "update_of")
        found = select(*(article.c[name] for name in wanted)).where(which).order_by(order).limit(most)
        return [KinRow(*row) for row in self._connection.execute(found)]
