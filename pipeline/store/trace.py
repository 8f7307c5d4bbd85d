"""All that is known of how an article came to be, or of an address that is none: for `newswire why`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, or_, select

from pipeline.store.requests import host_of
from pipeline.store.schema import (
    article,
    article_key,
    article_revision,
    body,
    change,
    link,
    notice,
    parking,
    pause,
    quarantine,
    request,
    response,
    sighting,
)

Rows = list[dict[str, Any]]
# A feed is answered thousands of times a month, a copied text has hundreds of copies: no more of either are told.
MOST = 100
BATCH = 500  # bound parameters of one statement


@dataclass(frozen=True, slots=True)
class Trace:
    """Rows by what they are about; times are aware instants in UTC.

    `article` is None for an address that is no article.  Of answers there are the newest, `unsaid` is how many came
    before them; `links` are what the article says of others, `linked` what others say of it, with `unlinked` more.
    """

    article: dict[str, Any] | None
    sightings: Rows
    requests: Rows
    responses: Rows
    unsaid: int
    quarantined: Rows
    versions: Rows
    changes: Rows
    keys: Rows
    links: Rows
    linked: Rows
    unlinked: int
    notices: Rows
    members: int
    parked: Rows
    paused: Rows

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not (self.article or self.sightings or self.requests or self.quarantined)


@dataclass(frozen=True, slots=True)
class Tracer:
    """Looks for traces at one moment of the database."""

    connection: Connection

    def of_article(self, number: int) -> Trace | None:
        """The trace of an article, over all its addresses; None if there is none of that number."""
        (found,) = self._rows(select(*_but(article, "urls", "guids")).where(article.c.id == number)) or (None,)
        if found is None:
            return None
        keys = self._rows(select(article_key).where(article_key.c.article_id == number))
        addresses = {key["value"] for key in keys if key["kind"] == "url"}
        return self._trace(found, keys, addresses, {found["url"]}, source=found["source"])

    def of_address(self, url: str, url_keys: Collection[str]) -> Trace:
        """The trace of an address that is no article, under the keys it may have at one source or another."""
        # Feeds and listings are known by their addresses as they are.
        return self._trace(None, [], {url, *url_keys}, {url, *url_keys})

    def _trace(
        self, found: dict[str, Any] | None, keys: Rows, url_keys: set[str], urls: set[str], source: str | None = None
    ) -> Trace:
        sightings = self._listed(url_keys, source)
        requests = self._asked(url_keys, source)
        answered, unsaid = self._answered([one["id"] for one in requests])
        urls |= {one["url"] for rows in (sightings, requests) for one in rows}
        number = found["id"] if found else None
        linked, unlinked = self._linked(number)
        return Trace(
            article=found,
            sightings=sightings,
            requests=requests,
            responses=answered,
            unsaid=unsaid,
            quarantined=self._held(urls, [one["id"] for one in answered], source),
            versions=self._rows(select(*_VERSION).where(article_revision.c.article_id == number)),
            changes=self._rows(select(change).where(change.c.article_id == number)),
            keys=keys,
            links=self._rows(_OTHERS.where(link.c.article_id == number, article.c.id == link.c.other_id)),
            linked=linked,
            unlinked=unlinked,
            notices=self._rows(select(notice).where(notice.c.article_id == number)),
            members=self._members(found["story"] if found else None),
            parked=self._in(select(parking), parking.c.host, {host_of(one["url"]) for one in requests}),
            paused=self._in(select(pause), pause.c.source, {one["source"] for one in (*sightings, *requests)}),
        )

    def _listed(self, url_keys: set[str], source: str | None) -> Rows:
        mine = _of(sighting.c.source, source)
        return self._in(select(*_but(sighting, "entry_hash")).where(*mine), sighting.c.url_key, url_keys)

    def _asked(self, url_keys: set[str], source: str | None) -> Rows:
        if source is not None:
            mine = and_(request.c.source == source, request.c.kind == "page")
            return self._in(select(*_REQUEST).where(mine), request.c.url_key, url_keys)
        # No index begins with the key.  One ends with it, and is narrow: it alone is read through for the numbers.
        numbers = self._in(select(request.c.id), request.c.url_key, url_keys)
        return self._in(select(*_REQUEST), request.c.id, {one["id"] for one in numbers})

    def _answered(self, requests: Collection[int]) -> tuple[Rows, int]:
        mine = response.c.request_id.in_(sorted(requests)[:BATCH])
        newest = _RESPONSES.where(mine).order_by(response.c.fetched_at.desc(), response.c.id.desc()).limit(MOST)
        found = self._rows(newest)
        return found, self._count(select(func.count()).select_from(response).where(mine)) - len(found)

    def _held(self, urls: set[str], responses: list[int], source: str | None) -> Rows:
        # An imported line has up to 4 MB.
        columns = select(*_but(quarantine, "raw")).where(*_of(quarantine.c.source, source))
        about = or_(quarantine.c.response_id.in_(responses), quarantine.c.url.in_(sorted(urls)[:BATCH]))
        return self._rows(columns.where(about))

    def _linked(self, number: int | None) -> tuple[Rows, int]:
        mine = link.c.other_id == number
        first = _OTHERS.where(mine, article.c.id == link.c.article_id).order_by(link.c.article_id, link.c.kind)
        found = self._rows(first.limit(MOST))
        return found, self._count(select(func.count()).select_from(link).where(mine)) - len(found)

    def _members(self, story: int | None) -> int:
        if story is None:
            return 0
        return self._count(select(func.count()).select_from(article).where(article.c.story == story))

    def _in(self, statement: Select[Any], column: Column[Any], values: Collection[Any]) -> Rows:
        """The rows whose column has one of these values, however many they are."""
        wanted = sorted(values)
        parts = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
        return [row for part in parts for row in self._rows(statement.where(column.in_(part)))]

    def _rows(self, statement: Select[Any]) -> Rows:
        return [dict(row) for row in self.connection.execute(statement).mappings()]

    def _count(self, statement: Select[Any]) -> int:
        return int(self.connection.execute(statement).scalar_one())


def _but(table: Any, *names: str) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in names]


def _of(column: Column[Any], source: str | None) -> tuple[ColumnElement[bool], ...]:
    return (column == source,) if source is not None else ()


_REQUEST = [
    request.c[name]
    for name in (
        "id", "source", "feed", "kind", "url", "parent", "due_at", "checked_at", "attempts", "state", "error",
        "asked_at", "gone_at",
    )
]  # fmt: skip
_RESPONSES = select(
    *(response.c[name] for name in ("id", "request_id", "url", "final_url", "status", "fetched_at", "sha256")),
    *(response.c.captured, response.c.attempts, response.c.state, body.c.size, request.c.source),
).select_from(
    response.join(request, request.c.id == response.c.request_id).outerjoin(body, body.c.sha256 == response.c.sha256)
)
_VERSION = [
    article_revision.c[name]
    for name in (
        "revision", "change", "seq", "response_id", "url", "headline", "fetched_at", "signals", "completeness",
        "extraction",
    )
]  # fmt: skip
_OTHERS = (
    select(link.c.kind, article.c.id, link.c.score, link.c.why, link.c.method, article.c.source, article.c.url)
    .add_columns(article_revision.c.headline)
    .where(article_revision.c.article_id == article.c.id, article_revision.c.revision == article.c.revision)
)
