"""Looks at the database: records, versions, changes, the raw archive, and how the sources are."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    collate,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
)

from pipeline.model import Change, Page, RequestKind
from pipeline.record import FIELDS, REVISION_FIELDS, instant, record
from pipeline.store import rows, search
from pipeline.store.layouts import LayoutRow, layouts
from pipeline.store.responses import Packed
from pipeline.store.schema import article, article_key, body, change, consumer, quarantine, request, response, wire
from pipeline.store.spellings import NONE, Spellings
from pipeline.store.trace import Trace, Tracer
from pipeline.store.types import Instant, Json, Key, storable
from pipeline.store.vitals import Vitals, vitals

PORTION = 500  # rows read at a time, so that an export of a million records stays small

ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
JSON_FIELDS = {
    "urls", "guids", "keywords", "authors", "images", "dateline", "signals", "citations", "links", "extraction",
}  # fmt: skip
INSTANT_FIELDS = {"updated_at", "embargoed_until", "first_seen_at", "fetched_at", "sort_at"}
NUMBER_FIELDS = {"id", "revision", "seq", "duplicate_of", "update_of", "story"}


def _column(field: str) -> Column[Any]:
    if field in JSON_FIELDS:
        return Column(field, Json)
    if field in INSTANT_FIELDS:
        return Column(field, Instant)
    return Column(field, Key if field in NUMBER_FIELDS else Text)


views = MetaData()
articles = Table("articles", views, *map(_column, FIELDS))
article_revisions = Table("article_revisions", views, *map(_column, REVISION_FIELDS))


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; None or empty asks for nothing.  `since` and `until` go by `sort_at`, `until` excluded.

    Names of `spellings` in the text are found in all their spellings.
    """

    text: str | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    dateline: str | None = None
    cites: str | None = None
    cited: str | None = None
    section: str | None = None
    signal: str | None = None
    story: int | None = None
    originals: bool = False
    limit: int | None = None
    spellings: Spellings = NONE


@dataclass(frozen=True, slots=True)
class Response:
    """A kept response: its page without the body, the packed body and its size, and what it was asked for as."""

    page: Page
    packed: Packed
    size: int
    kind: RequestKind
    source: str
    feed: str


class Reader:
    """One moment of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._open: list[CursorResult[Any]] = []

    def close(self) -> None:
        """End what is still being read: records are given one by one, and a pipe's reader may have had enough."""
        for found in self._open:
            found.close()

    # Records

    def query(self, query: Query) -> Iterator[dict[str, Any]]:
        """Records that match, newest first."""
        newest = self._where(select(articles), query).order_by(articles.c.sort_at.desc(), articles.c.id.desc())
        return self._records(newest.limit(query.limit))

    def sorted_by_address(self, query: Query) -> Iterator[dict[str, Any]]:
        """Records that match, by source and address in byte order: the same on every database."""
        plain = "BINARY" if self._sqlite else "C"
        order = (collate(articles.c.source, plain), collate(articles.c.url, plain), articles.c.first_seen_at)
        return self._records(self._where(select(articles), query).order_by(*order).limit(query.limit))

    def record(self, number: int) -> dict[str, Any] | None:
        """The record of an article."""
        row = self._connection.execute(select(articles).where(articles.c.id == number)).mappings().first()
        return record(dict(row)) if row else None

    def find(self, url_key: str, source: str | None = None) -> list[int]:
        """The articles that were listed under an address."""
        statement = select(article_key.c.article_id).where(article_key.c.kind == "url", article_key.c.value == url_key)
        if source:
            statement = statement.where(article_key.c.source == source)
        return sorted(set(self._connection.execute(statement).scalars()))

    def revisions(self, number: int) -> list[dict[str, Any]]:
        """All versions of an article, in the order we stored them."""
        mine = article_revisions.c.id == number
        found = self._connection.execute(select(article_revisions).where(mine).order_by(article_revisions.c.revision))
        return [record(dict(row), REVISION_FIELDS) for row in found.mappings()]

    def in_order(self) -> list[int]:
        """All articles, the earliest first, then by source and address: the same order on every database."""
        plain = "BINARY" if self._sqlite else "C"
        order = (article.c.sort_at, collate(article.c.source, plain), collate(article.c.url, plain))
        return list(self._connection.execute(select(article.c.id).order_by(*order)).scalars())

    def addresses(self, numbers: set[int]) -> dict[int, tuple[str, str]]:
        """Source and address of articles: what a reference to them is called in another database."""
        wanted = sorted(numbers)
        found: dict[int, tuple[str, str]] = {}
        for start in range(0, len(wanted), PORTION):
            part = article.c.id.in_(wanted[start : start + PORTION])
            rows_ = self._connection.execute(select(article.c.id, article.c.source, article.c.url).where(part))
            found.update({row.id: (row.source, row.url) for row in rows_})
        return found

    # Changes

    def epoch(self) -> str:
        """The database's own name in time: new after a restore."""
        return str(self._connection.execute(select(wire.c.value).where(wire.c.key == "epoch")).scalar_one())

    def changes(self, since: int, limit: int = PORTION) -> list[Change]:
        """The change feed after a sequence number."""
        epoch = self.epoch()
        newer = select(change).where(change.c.seq > since).order_by(change.c.seq).limit(limit)
        return [
            Change(epoch, row.seq, row.at, row.change, row.article_id, row.revision, row.source, row.url)
            for row in self._connection.execute(newer)
        ]

    def last_seq(self) -> int:
        """The sequence number of the newest change; 0 if there is none."""
        return int(self._connection.execute(select(func.coalesce(func.max(change.c.seq), 0))).scalar_one())

    def cursor(self, name: str) -> tuple[str, int] | None:
        """Epoch and sequence number up to which a consumer has read."""
        row = self._connection.execute(select(consumer).where(consumer.c.name == name)).first()
        return (row.epoch, row.seq) if row else None

    # The archive

    def responses(self, sources: tuple[str, ...] = ()) -> Iterator[Response]:
        """Every kept response, in the order they were kept."""
        asked, last = (request.c.kind, request.c.source, request.c.feed), 0
        while True:
            statement = (
                select(response, body.c.coding, body.c.data, body.c.size, *asked)
                .join(body, body.c.sha256 == response.c.sha256)
                .join(request, request.c.id == response.c.request_id)
                .where(response.c.id > last)
                .order_by(response.c.id)
                .limit(20)
            )
            if sources:
                statement = statement.where(request.c.source.in_(sources))
            found = self._connection.execute(statement).all()
            for row in found:
                yield _response(row)
            if not found:
                return
            last = found[-1].id

    def article_pages(self, source: str, limit: int) -> Iterator[Response]:
        """The article pages of a source that were kept last, the newest first."""
        statement = (
            select(response, body.c.coding, body.c.data, body.c.size, request.c.kind, request.c.source, request.c.feed)
            .join(body, body.c.sha256 == response.c.sha256)
            .join(request, request.c.id == response.c.request_id)
            .where(request.c.source == source, request.c.kind == "page", response.c.status == 200)
            .order_by(response.c.id.desc())
            .limit(limit)
        )
        for row in self._connection.execute(statement):
            yield _response(row)

    def response(self, number: int) -> Response | None:
        """One kept response by its number; None where its body is gone."""
        statement = (
            select(response, body.c.coding, body.c.data, body.c.size, request.c.kind, request.c.source, request.c.feed)
            .join(body, body.c.sha256 == response.c.sha256)
            .join(request, request.c.id == response.c.request_id)
            .where(response.c.id == number)
        )
        row = self._connection.execute(statement).first()
        return _response(row) if row else None

    # How things are

    def trace(self, number: int) -> Trace | None:
        """How an article came to be; None if there is none of that number."""
        return Tracer(self._connection).of_article(number)

    def trace_address(self, url: str, url_keys: Collection[str]) -> Trace:
        """What is known of an address that is no article."""
        return Tracer(self._connection).of_address(url, url_keys)

    def layouts(self, sources: Collection[str]) -> list[LayoutRow]:
        """What is known of the pages of these sources, an edition each."""
        return [row for row in layouts(self._connection) if row.source in sources]

    def has_source(self, source: str) -> bool:
        """Whether there is an article of this source."""
        found = select(article.c.id).where(article.c.source == storable(source)).limit(1)
        return self._connection.execute(found).first() is not None

    def sources(self) -> dict[str, dict[str, Any]]:
        """Per source: articles, newest, feeds polled, last poll, next poll, waiting pages, quarantined, last error."""
        counted = select(article.c.source, func.count(), func.max(article.c.sort_at)).group_by(article.c.source)
        found: dict[str, dict[str, Any]] = {
            source: {"articles": count, "newest": newest} for source, count, newest in self._connection.execute(counted)
        }
        is_feed, is_page = request.c.kind == "feed", request.c.kind == "page"
        waiting = request.c.state == "waiting"
        polled = select(
            request.c.source,
            func.count().filter(is_feed, request.c.checked_at.is_not(None)).label("feeds"),
            func.max(request.c.checked_at).filter(is_feed).label("last_poll"),
            func.min(request.c.due_at).filter(is_feed, waiting).label("next_poll"),
            func.count().filter(is_page, waiting).label("waiting_pages"),
            func.count().filter(is_feed, request.c.error.is_not(None)).label("failing_feeds"),
            func.max(request.c.error).filter(is_feed).label("last_error"),
        ).group_by(request.c.source)
        for row in self._connection.execute(polled).mappings():
            found.setdefault(row["source"], {}).update({name: row[name] for name in row if name != "source"})
        is_held = quarantine.c.state == "held"
        held = select(quarantine.c.source, func.count()).where(is_held).group_by(quarantine.c.source)
        for source, count in self._connection.execute(held):
            found.setdefault(source, {})["quarantined"] = count
        return found

    def vitals(self, now: datetime) -> Vitals:
        """The facts that health is judged by."""
        return vitals(self._connection, now)

    def totals(self) -> dict[str, int]:
        """How much there is."""
        pending = select(func.count()).select_from(response).where(response.c.state == "new")
        bytes_kept = select(func.coalesce(func.sum(func.length(body.c.data)), 0))
        counted = {"articles": select(func.count()).select_from(article)}
        counted |= {"pending": pending, "archive_bytes": bytes_kept}
        numbers = {name: int(self._connection.execute(statement).scalar_one()) for name, statement in counted.items()}
        return {**numbers, "changes": self.last_seq()}

    def quarantined(self, number: int | None = None, state: str = "held") -> list[dict[str, Any]]:
        """What could not be worked, oldest first; one by number whatever its state.  For their bytes see `raw`."""
        # An imported line has up to 4 MB.
        columns = [column for column in quarantine.c if column is not quarantine.c.raw]
        statement = select(*columns).order_by(quarantine.c.id)
        where = quarantine.c.state == state if number is None else quarantine.c.id == number
        found = self._connection.execute(statement.where(where)).mappings()
        return [{**row, "at": instant(row["at"])} for row in found]

    def raw(self, number: int) -> tuple[Packed, int] | None:
        """The bytes of something in quarantine and their size; None if nothing was kept of it."""
        kept = (body.c.coding, body.c.data, body.c.size)
        joined = quarantine.outerjoin(response, response.c.id == quarantine.c.response_id)
        joined = joined.outerjoin(body, body.c.sha256 == response.c.sha256)
        held = select(quarantine.c.raw, *kept).select_from(joined).where(quarantine.c.id == number)
        row = self._connection.execute(held).first()
        if row is None or (row.data is None and row.raw is None):
            return None
        return (
            (Packed(row.coding, row.data), row.size)
            if row.data is not None
            else (
                Packed("identity", row.raw),
                len(row.raw),
            )
        )

    def _records(self, statement: Select[Any]) -> Iterator[dict[str, Any]]:
        found = self._connection.execute(statement.execution_options(yield_per=PORTION))
        self._open.append(found)
        with found:
            yield from (record(dict(row)) for row in found.mappings())

    def _where(self, statement: Select[Any], query: Query) -> Select[Any]:
        # What no text of the database can hold (NUL), none can be asked for.
        told = {field.name: getattr(query, field.name) for field in fields(query) if field.name != "spellings"}
        return statement.where(*self._conditions(replace(query, **storable(told))))

    def _conditions(self, query: Query) -> Iterator[ColumnElement[bool]]:
        if query.text:
            yield self._matches(query.text, query.spellings)
        if query.sources:
            yield articles.c.source.in_(query.sources)
        if query.languages:
            yield or_(*map(_speaks, query.languages))
        if query.since:
            yield articles.c.sort_at >= query.since
        if query.until:
            yield articles.c.sort_at < query.until
        if query.dateline:
            yield self._has(articles.c.dateline, "places", _spellings(query.dateline))
        if query.cites:
            names = (*_spellings(query.cites), *([query.cited] if query.cited else []))
            yield or_(self._cites("agency", names), self._cites("name", names))
        if query.section:
            yield func.lower(articles.c.section).in_(_spellings(query.section))
        if query.signal:
            yield self._has(articles.c.signals, None, _spellings(query.signal))
        if query.story is not None:
            yield articles.c.story == query.story
        if query.originals:
            yield articles.c.duplicate_of.is_(None)
            newer = article.alias("newer")
            yield ~exists().where(newer.c.update_of == articles.c.id)

    def _matches(self, words: str, spellings: Spellings) -> ColumnElement[bool]:
        asked = search.terms(words, spellings)
        found = self._indexed(asked)
        if not (alike := search.lookalikes(asked)):
            return found
        # A text may hold both, 평양 and 태평양, and the index has no words of Korean: then the text itself is asked.
        head, lead, body_ = (
            func.coalesce(column, "", type_=Text)
            for column in (articles.c.headline_raw, articles.c.lead, articles.c.body)
        )
        whole = head.concat("\n").concat(lead).concat("\n").concat(body_)
        return or_(found, and_(self._indexed(search.bare(asked)), or_(*(_holds(whole, *one) for one in alike))))

    def _indexed(self, asked: Sequence[search.Asked]) -> ColumnElement[bool]:
        match = search.fts5(asked) if self._sqlite else search.tsquery(asked)
        if match is None:
            return false()
        if self._sqlite:
            found = text("SELECT rowid FROM article_text WHERE article_text MATCH :match")
        else:
            found = text("SELECT article_id FROM article_text WHERE words @@ CAST(:match AS tsquery)")
        return articles.c.id.in_(found.bindparams(bindparam("match", match, unique=True)))

    def _has(self, column: ColumnElement[Any], key: str | None, values: tuple[str, ...]) -> ColumnElement[bool]:
        """Whether a JSON list (under `key`, if any) holds one of these strings."""
        listed = column[key] if key else column
        if self._sqlite:
            each = func.json_each(listed if key is None else func.json_extract(column, f"$.{key}"))
            element = each.table_valued("value", name="element")
        else:
            is_list = func.jsonb_typeof(listed) == "array"
            each = func.jsonb_array_elements_text(func.jsonb_path_query_array(listed, literal_column("'$[*]'")))
            element = each.table_valued("value", name="element")
            return exists(select(element.c.value).where(is_list, func.lower(element.c.value).in_(values)))
        return exists(select(element.c.value).where(func.lower(element.c.value).in_(values)))

    def _cites(self, field: str, values: tuple[str, ...]) -> ColumnElement[bool]:
        if self._sqlite:
            one = func.json_each(articles.c.citations).table_valued("value", name="citation")
            said = func.json_extract(one.c.value, f"$.{field}")
            return exists(select(one.c.value).where(func.lower(said).in_(values)))
        one = func.jsonb_array_elements(articles.c.citations).table_valued("value", name="citation")
        return exists(select(one.c.value).where(func.lower(one.c.value.op("->>")(field)).in_(values)))


def _speaks(language: str) -> ColumnElement[bool]:
    """Whether an article is in a language: `zh` finds `zh-Hant` too."""
    spoken = func.lower(articles.c.language)
    return or_(spoken == language.lower(), spoken.startswith(f"{language.lower()}-", autoescape=True))


def _holds(text: ColumnElement[str], name: str, longer: Iterable[str]) -> ColumnElement[bool]:
    """Whether a text holds a name elsewhere than in the longer words."""
    for word in longer:
        text = func.replace(text, word, "\n", type_=Text)
    return text.contains(name, autoescape=True)


def _spellings(word: str) -> tuple[str, ...]:
    """A word as the database's `lower` may give it: SQLite's, and PostgreSQL's by its locale, fold ASCII only."""
    cases = (word, word.upper(), word.lower(), word.title(), word.capitalize())
    return tuple(dict.fromkeys(case.translate(ASCII_LOWER) for case in cases))


def _response(row: Row[Any]) -> Response:
    packed = Packed(row.coding, row.data)
    return Response(rows.page_value(row, b""), packed, row.size, row.kind, row.source, row.feed)
