"""How articles relate: what they are looked up by, what they were made from, and what follows from that (Tx B)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Integer, bindparam, delete, insert, or_, select, update

from pipeline.model import Link
from pipeline.store.lookup import Lookup
from pipeline.store.schema import article, article_revision, fingerprint, link

# Copies word for word that are looked at to find the first.
MOST = 24
# What an article was made from is said by links of these kinds.
PARENTAL = ("duplicate", "update")
# The methods of links that an article's own notice told, as against those worked out from the texts.
TOLD = "notice/"


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
    lead: str | None


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
        return [TextRow(*tuple(row)) for row in self._connection.execute(_TEXTS, {"wanted": wanted})]

    def first_with(self, text_hash: str, *, besides: int) -> KinRow | None:
        """The earliest other article with these words."""
        asked = {"words": text_hash, "besides": besides, "most": MOST}
        found = [KinRow(*tuple(row)) for row in self._connection.execute(_SAME_WORDS, asked)]
        # The databases may sort letters by their locale; times they don't.
        return min(found, key=lambda row: (row.sort_at, row.source, row.url), default=None)

    def all_with(self, text_hash: str) -> list[int]:
        """All articles with these words."""
        return list(self._connection.execute(select(article.c.id).where(article.c.text_hash == text_hash)).scalars())

    # What they were made from

    def kin(self, numbers: Iterable[int]) -> list[KinRow]:
        """Articles with what follows from their links."""
        found = self._connection.execute(_KIN, {"wanted": sorted(numbers)})
        return [KinRow(*tuple(row)) for row in found]

    def families(self, originals: Iterable[int], most: int) -> list[KinRow] | None:
        """All articles of these originals; None if there are more than so many."""
        asked = {"wanted": sorted(originals), "most": most + 1}
        found = [KinRow(*tuple(row)) for row in self._connection.execute(_FAMILIES, asked)]
        return found if len(found) <= most else None

    def edges(self, numbers: Iterable[int]) -> list[tuple[int, Link]]:
        """The links of these articles to what they were made from."""
        found = self._connection.execute(_EDGES, {"wanted": sorted(numbers)})
        return [(row.article_id, Link(row.kind, row.other_id, row.score, row.why, row.method)) for row in found]

    def children(self, number: int) -> list[int]:
        """The articles that were made from this one."""
        mine = (link.c.other_id == number, link.c.kind.in_(PARENTAL))
        return list(self._connection.execute(select(link.c.article_id).where(*mine)).scalars())

    def derive(self, number: int, evidence: Sequence[Link]) -> None:
        """Say what an article was made from; what it says itself (`told`) stays as it is."""
        mine = (link.c.article_id == number, link.c.kind.in_(PARENTAL), link.c.method.not_like(f"{TOLD}%"))
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
        """Remove the links of these kinds between an article and others, and tell the others that have lost theirs."""
        between = (or_(link.c.article_id == number, link.c.other_id == number), link.c.kind.in_(list(kinds)))
        found = set(self._connection.execute(select(link.c.article_id).where(*between)).scalars())
        self._connection.execute(delete(link).where(*between))
        for one in sorted(found - {number}):
            self._changed(one)

    def others(self) -> set[tuple[int, Link]]:
        """All links that say no article was made from another: follow-ups and translations."""
        found = self._connection.execute(select(link).where(link.c.kind.not_in(PARENTAL)))
        return {(row.article_id, Link(row.kind, row.other_id, row.score, row.why, row.method)) for row in found}

    def drop_others(self) -> None:
        """Remove them all."""
        self._connection.execute(delete(link).where(link.c.kind.not_in(PARENTAL)))

    def link(self, number: int, evidence: Link, *, quietly: bool) -> None:
        """Add a link, in place of one of its kind to the same article; `quietly`: it is told at the end of it all."""
        mine = (link.c.article_id == number, link.c.kind == evidence.kind, link.c.other_id == evidence.article)
        had = self._connection.execute(select(link).where(*mine)).first()
        if had and (had.score, had.why, had.method) == (evidence.score, evidence.why, evidence.method):
            return
        self._connection.execute(delete(link).where(*mine))
        self.add(number, evidence)
        if not quietly:
            self._changed(number)

    def add(self, number: int, evidence: Link) -> None:
        """Add a link."""
        values = {"other_id": evidence.article, "score": evidence.score, "why": evidence.why}
        self._connection.execute(
            insert(link).values(article_id=number, kind=evidence.kind, method=evidence.method, **values)
        )


# Statements that every article asks, made once: SQLAlchemy takes longer to make one than SQLite to answer it.
_WANTED: BindParameter[list[int]] = bindparam("wanted", expanding=True)
_KIN_COLUMNS = [article.c[name] for name in ("id", "source", "url", "sort_at", "original", "duplicate_of", "update_of")]
_KIN = select(*_KIN_COLUMNS).where(article.c.id.in_(_WANTED))
_FAMILIES = (
    select(*_KIN_COLUMNS)
    .where(or_(article.c.id.in_(_WANTED), article.c.original.in_(_WANTED)))
    .limit(bindparam("most", type_=Integer))
)
_SAME_WORDS = (
    select(*_KIN_COLUMNS)
    .where(article.c.text_hash == bindparam("words"), article.c.id != bindparam("besides"))
    .order_by(article.c.sort_at)
    .limit(bindparam("most", type_=Integer))
)
_EDGES = (
    select(link)
    .where(link.c.article_id.in_(_WANTED), link.c.kind.in_(PARENTAL))
    .order_by(link.c.article_id, link.c.other_id)
)
_TEXTS = (
    select(
        *(article.c[name] for name in ("id", "source", "url", "guid", "sort_at", "text_hash")),
        *(article_revision.c[name] for name in ("headline", "body", "signals", "completeness")),
        article.c.first_seen_at,
        *(article_revision.c[name] for name in ("published_from", "dateline", "lead")),
    )
    .join_from(
        article,
        article_revision,
        (article_revision.c.article_id == article.c.id) & (article_revision.c.revision == article.c.revision),
    )
    .where(article.c.id.in_(_WANTED))
)
