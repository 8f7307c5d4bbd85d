"""Articles, their keys, versions, copies and changes: the rows of Tx B."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Article, ChangeKind, Fingerprint, Link
from pipeline.record import columns
from pipeline.store import rows, search
from pipeline.store.schema import article, article_key, article_revision, change, change_counter, link


class Key(NamedTuple):
    """What an article is known by: kind `guid` or `url`; `scope` is the feed a guid is unique in, "" the source."""

    kind: str
    scope: str
    value: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An article that is in the store: its number, its current revision, and what was read of it before.

    `is_withdrawn` says that its page was gone when it was looked for last.
    """

    id: int
    current: Article
    contents: tuple[str, ...]
    read: str | None
    read_at: datetime
    text_hash: str | None
    is_withdrawn: bool = False


class Articles:
    """Articles inside one transaction; `flush` numbers what changed, as the transaction's last statements."""

    def __init__(self, connection: Connection, at: datetime) -> None:
        self._connection = connection
        self._at = at
        self._changes: list[tuple[ChangeKind, int, int]] = []
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    # What is known

    def known(self, source: str, keys: Sequence[Key]) -> Stored | None:
        """The article that one of these keys means; the first key that means any wins."""
        for key in keys:
            row = self._connection.execute(select(article_key).where(*_is(source, key))).first()
            if row is not None:
                return self._stored(row.article_id, row.content_hash)
        return None

    def stored(self, number: int) -> Stored:
        """An article by its number."""
        return self._stored(number, None)

    def same_story(self, source: str, fingerprint: Fingerprint) -> int | None:
        """The article of this source with the same headline, the same full body and the same printed day."""
        if fingerprint.text is None or fingerprint.day is None:
            return None
        statement = (
            select(article.c.id)
            .where(article.c.source == source, article.c.text_hash == fingerprint.text)
            .where(article.c.headline_hash == fingerprint.headline, article.c.day == fingerprint.day)
            .order_by(article.c.id)
        )
        return self._connection.execute(statement).scalars().first()

    def url_keys(self, number: int) -> list[str]:
        """The keys of all addresses an article is known by."""
        mine = (article_key.c.article_id == number, article_key.c.kind == "url")
        return list(self._connection.execute(select(article_key.c.value).where(*mine)).scalars())

    # What is new

    def create(self, observed: Article, fingerprint: Fingerprint, response_id: int | None) -> int:
        """Store a new article with its first revision."""
        values = {
            "source": observed.source,
            "url": observed.url,
            "guid": observed.guid,
            "urls": [observed.url],
            "guids": [observed.guid] if observed.guid else [],
            "revision": 1,
            "change": "created",
            "seq": 0,
            "first_seen_at": observed.first_seen_at,
            "read_at": observed.fetched_at,
        }
        inserted = self._connection.execute(
            insert(article).values(**values, **_current(observed, fingerprint)).returning(article.c.id)
        )
        number = int(inserted.scalar_one())
        self._write(number, 1, observed, fingerprint, "created", response_id)
        self._index(number, observed, new=True)
        self._changes.append(("created", number, 1))
        return number

    def revise(
        self,
        number: int,
        observed: Article,
        fingerprint: Fingerprint,
        kind: ChangeKind,
        response_id: int | None,
        *,
        is_current: bool,
    ) -> int:
        """Add a revision; its number follows the last one, whichever is current."""
        newest = select(func.max(article_revision.c.revision)).where(article_revision.c.article_id == number)
        revision = int(self._connection.execute(newest).scalar_one()) + 1
        self._write(number, revision, observed, fingerprint, kind, response_id)
        if is_current:
            seen = select(article.c.first_seen_at).where(article.c.id == number)
            first = self._connection.execute(seen).scalar_one()
            values = {"revision": revision, "change": kind, **_current(observed, fingerprint)}
            values["sort_at"] = min(observed.sort_at, first)
            self._connection.execute(update(article).where(article.c.id == number).values(**values))
            self._index(number, observed, new=False)
        self._changes.append((kind, number, revision))
        return revision

    def know_by(self, number: int, source: str, keys: Iterable[Key], read: str | None) -> None:
        """Remember that these keys mean this article, and what was last read there; a key never changes hands."""
        for key in keys:
            values = {"source": source, **key._asdict(), "article_id": number, "content_hash": read}
            statement = self._insert(article_key).values(**values)
            if read is None:
                self._connection.execute(statement.on_conflict_do_nothing())
                continue
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["source", "kind", "scope", "value"], set_={"content_hash": read}
                )
            )

    def was_read(self, number: int, fetched_at: datetime) -> None:
        """Note when its text was read, whether it was new or not."""
        older = (article.c.id == number, article.c.read_at < fetched_at)
        self._connection.execute(update(article).where(*older).values(read_at=fetched_at))

    def seen_at(self, number: int, url: str, guid: str | None, first_seen_at: datetime) -> None:
        """Add an address and guid under which an article was listed; an earlier first sight moves it back."""
        row = self._connection.execute(select(article).where(article.c.id == number)).one()
        values: dict[str, Any] = {}
        if url not in row.urls:
            values["urls"] = [*row.urls, url]
        if guid and guid not in row.guids:
            values["guids"] = [*row.guids, guid]
        if first_seen_at < row.first_seen_at:
            values["first_seen_at"] = first_seen_at
            values["sort_at"] = min(row.sort_at, first_seen_at)
        if values:
            self._connection.execute(update(article).where(article.c.id == number).values(**values))

    def told(self, number: int, method: str) -> list[int]:
        """The earlier articles that an article says itself that it is about."""
        mine = (link.c.article_id == number, link.c.method == method)
        return list(self._connection.execute(select(link.c.other_id).where(*mine)).scalars())

    def tell(self, number: int, evidence: Sequence[Link], method: str) -> bool:
        """Say which earlier articles of its agency an article is about, as it says itself, in place of what it said
        before by this method; of the first of them it is a new version.  True if that is news."""
        had, now = set(self.told(number, method)), [one.article for one in evidence]
        if had == set(now):
            return False
        gone = or_(link.c.method == method, and_(link.c.kind == "update", link.c.other_id.in_(now)))
        self._connection.execute(delete(link).where(link.c.article_id == number, gone))
        for one in evidence:
            told = {"score": one.score, "why": one.why, "method": one.method}
            values = {"article_id": number, "kind": one.kind, "other_id": one.article, **told}
            self._connection.execute(insert(link).values(**values))
        if now:
            self._connection.execute(update(article).where(article.c.id == number).values(update_of=now[0]))
        self.relinked(number)
        return True

    def reindex(self, number: int) -> None:
        """Make an article findable by its words, as they are cut and folded today."""
        c = article_revision.c
        is_current = (c.article_id == article.c.id) & (c.revision == article.c.revision)
        texts = select(c.headline_raw, c.lead, c.body).join(article, is_current).where(article.c.id == number)
        self._index_text(number, tuple(self._connection.execute(texts).one()), new=False)

    def relinked(self, number: int) -> None:
        """Note that what an article relates to changed; of one that changes anyhow there is nothing more to say."""
        if not any(changed == number for _, changed, _ in self._changes):
            revision = select(article.c.revision).where(article.c.id == number)
            self._changes.append(("relinked", number, int(self._connection.execute(revision).scalar_one())))

    def flush(self) -> None:
        """Give the changes their numbers.  The counter's row is locked until commit, so this comes last."""
        told = {number for kind, number, _ in self._changes if kind != "relinked"}
        self._changes = [one for one in self._changes if one[0] != "relinked" or one[1] not in told]
        if not self._changes:
            return
        counted = update(change_counter).where(change_counter.c.id == 1)
        last = self._connection.execute(
            counted.values(value=change_counter.c.value + len(self._changes)).returning(change_counter.c.value)
        ).scalar_one()
        for seq, one in enumerate(self._changes, last - len(self._changes) + 1):
            self._number(seq, *one)
        self._changes.clear()

    def _number(self, seq: int, kind: ChangeKind, number: int, revision: int) -> None:
        row = self._connection.execute(select(article.c.source, article.c.url).where(article.c.id == number)).one()
        values = {"article_id": number, "revision": revision, "source": row.source, "url": row.url}
        self._connection.execute(insert(change).values(seq=seq, at=self._at, change=kind, **values))
        self._connection.execute(update(article).where(article.c.id == number).values(seq=seq))
        if kind != "relinked":
            mine = (article_revision.c.article_id == number, article_revision.c.revision == revision)
            seal = rows.seal_of(self._connection.execute(select(article_revision).where(*mine)).one())
            self._connection.execute(update(article_revision).where(*mine).values(seq=seq, seal=seal))

    def _stored(self, number: int, read: str | None) -> Stored:
        joined = article_revision.join(article, article.c.id == article_revision.c.article_id)
        mine = (article.c.id == number, article_revision.c.revision == article.c.revision)
        own = ("source", "guid", "first_seen_at", "sort_at", "text_hash", "read_at")
        whole = [article.c[name] for name in own]
        revision = [column for column in article_revision.c if column.name != "source"]
        row = self._connection.execute(select(*whole, *revision).select_from(joined).where(*mine)).one()
        contents = select(article_revision.c.content_hash).where(article_revision.c.article_id == number)
        hashes = tuple(self._connection.execute(contents).scalars())
        is_withdrawn = row.change == "withdrawn"
        return Stored(number, rows.article_value(row), hashes, read, row.read_at, row.text_hash, is_withdrawn)

    def _write(
        self,
        number: int,
        revision: int,
        observed: Article,
        fingerprint: Fingerprint,
        kind: ChangeKind,
        response_id: int | None,
    ) -> None:
        values = {"article_id": number, "revision": revision, "change": kind, "seq": 0, "response_id": response_id}
        self._connection.execute(
            insert(article_revision).values(**values, content_hash=fingerprint.content, **columns(observed))
        )

    def _index(self, number: int, observed: Article, *, new: bool) -> None:
        self._index_text(number, (observed.headline_raw, observed.lead, observed.body), new=new)

    def _index_text(self, number: int, texts: Sequence[str | None], *, new: bool) -> None:
        words = search.segment("\n".join(filter(None, texts)))
        sqlite = self._connection.dialect.name == "sqlite"
        indexed = words if sqlite else search.tsvector(words)
        if not new:
            where = "rowid" if sqlite else "article_id"
            self._connection.execute(text(f"DELETE FROM article_text WHERE {where} = :id"), {"id": number})
        statement = (
            "INSERT INTO article_text (rowid, words) VALUES (:id, :words)"
            if sqlite
            else "INSERT INTO article_text (article_id, words) VALUES (:id, CAST(:words AS tsvector))"
        )
        self._connection.execute(text(statement), {"id": number, "words": indexed})


def _is(source: str, key: Key) -> tuple[Any, ...]:
    c = article_key.c
    return c.source == source, c.kind == key.kind, c.scope == key.scope, c.value == key.value


def _current(observed: Article, fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        "sort_at": observed.sort_at,
        "language": observed.language,
        "headline_hash": fingerprint.headline,
        "text_hash": fingerprint.text,
        "day": fingerprint.day,
    }
