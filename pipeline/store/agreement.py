"""Whether rows that say the same thing twice agree, and whether what was worked out of others follows from them.

Where other rules may have made a row, only what is one turned bit off is told (`turned`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, select

from pipeline.store.rows import words_hash
from pipeline.store.schema import (
    article,
    article_key,
    article_revision,
    capture,
    quarantine,
    request,
    response,
    sighting,
)
from pipeline.store.turned import instants_beside, is_instant_turned, is_turned

SHOWN = 10  # of one kind
STREAMED = {"yield_per": 200}
LISTS = ("feed", "listing")
_ANSWERS = request.join(response, response.c.request_id == request.c.id)


def disagreements(connection: Connection) -> Iterator[str]:
    """What is wrong, a sentence each."""
    for check in (_listed, _listed_at, _first_seen, _read_at, _read, _validators, _bodies_had, _held):
        yield from (f"{what}; restore a backup" for what in islice(check(connection), SHOWN))


def is_path_turned(url: str, known: str) -> bool:
    """Whether a bit turned in the part of an address that names a page: the numbers of a query or a session come and
    go, and a host may be written in capitals."""
    if not is_turned(url, known) or url.casefold() == known.casefold():
        return False
    place = next(place for place, (one, other) in enumerate(zip(url, known, strict=False)) if one != other)
    return not {"?", "#", ";"} & set(known[:place])


# What feeds listed


def _listed(connection: Connection) -> Iterator[str]:
    """What a feed listed is what its page was asked for by, where both have the same words."""
    asked = and_(
        request.c.source == sighting.c.source, request.c.kind == "page", request.c.url_key == sighting.c.url_key
    )
    both = select(sighting, request.c.url.label("asked"), request.c.entry).join(request, asked)
    for row in connection.execute(both.execution_options(**STREAMED)):
        if row.entry and (fault := _listing_fault(row, row.entry)):
            yield f"what {row.feed} listed as {row.url} is damaged: {fault}"


def _listing_fault(row: Row[Any], entry: Mapping[str, Any]) -> str | None:
    words = words_hash(entry)
    if is_turned(row.entry_hash, words):
        return "the hash of its words is not theirs"
    if any(is_path_turned(row.url, known) for known in (row.asked, entry["url"])):
        return "its address is not the one that was asked for"
    if row.entry_hash != words:
        return None
    if row.headline != entry["headline"]:
        return "its headline is not that of its entry"
    is_same = row.feed == entry["feed"] and is_turned(row.guid, entry["guid"])
    return "its guid is not that of its entry" if is_same else None


def _listed_at(connection: Connection) -> Iterator[str]:
    """A feed listed something when it was fetched, and at no other time; that answer may have been pruned."""
    mine = (request.c.source == sighting.c.source, request.c.feed == sighting.c.feed)
    fetched_at = cache(partial(_times, connection))
    for name in ("first_seen_at", "last_seen_at"):
        at = sighting.c[name]
        odd = select(sighting.c.source, sighting.c.feed, sighting.c.url, at.label("at")).where(
            ~_fetched(at, *mine).exists(), ~_captured(at, *mine).exists()
        )
        for row in connection.execute(odd.execution_options(**STREAMED)):
            times = fetched_at(row.source, row.feed)
            is_pruned = is_round(row.at) and row.at < min(times, default=row.at)
            if not is_pruned and not times.isdisjoint(instants_beside(row.at)):
                yield f"what {row.feed} listed as {row.url} is damaged: the feed was not read at that time"


def _times(connection: Connection, source: str, feed: str) -> frozenset[datetime]:
    """When the answers of a feed and its listings that are kept were fetched."""
    mine = (request.c.source == source, request.c.feed == feed, request.c.kind.in_(LISTS))
    return frozenset(connection.execute(select(response.c.fetched_at).select_from(_ANSWERS).where(*mine)).scalars())


def _first_seen(connection: Connection) -> Iterator[str]:
    """An article was first seen when it was first listed, or else when it was read."""
    key, its = article_key.c, article_revision.c
    of_mine = (key.article_id == article.c.id, key.kind == "url", sighting.c.source == key.source)
    listed = (*of_mine, sighting.c.url_key == key.value)
    odd = select(article.c.id, article.c.source, article.c.first_seen_at.label("at")).where(
        ~exists().where(*listed, sighting.c.first_seen_at == article.c.first_seen_at),
        ~exists().where(its.article_id == article.c.id, its.fetched_at == article.c.first_seen_at),
    )
    for row in connection.execute(odd.execution_options(**STREAMED)):
        if is_round(row.at):
            continue
        near = select(sighting.c.first_seen_at).where(article.c.id == row.id, *listed)
        # An older capture that was read later moves the sighting back, and not always the article.
        mine = request.c.source == row.source
        known = (_fetched(row.at, mine), _captured(row.at, mine))
        if _is_beside(connection, row.at, near) and not any(_is_any(connection, one) for one in known):
            yield f"article {row.id} is damaged: it was not listed when it was first seen"


def _read_at(connection: Connection) -> Iterator[str]:
    """An article was last read when something of its source was fetched."""
    its = article_revision.c
    odd = select(article.c.id, article.c.source, article.c.read_at.label("at")).where(
        ~exists().where(its.article_id == article.c.id, its.fetched_at == article.c.read_at)
    )
    for row in connection.execute(odd.execution_options(**STREAMED)):
        if is_round(row.at):
            continue
        near = select(its.fetched_at).where(its.article_id == row.id, its.response_id.is_not(None))
        mine = (request.c.source == row.source,)
        known = (
            select(response.c.id).select_from(_ANSWERS).where(*mine, response.c.fetched_at == row.at),
            select(capture.c.url)
            .join(request, request.c.url == capture.c.url)
            .where(*mine, capture.c.fetched_at == row.at),
        )
        if _is_beside(connection, row.at, near) and not any(_is_any(connection, one) for one in known):
            yield f"article {row.id} is damaged: nothing was read when it was last read"


def is_round(at: datetime) -> bool:
    """Whether a time is a whole second.

    A clock gives microseconds, of which no two lie one bit apart by chance.  Times of archives and of imported records
    do: 06:00:04 and 07:00:04.
    """
    return not at.microsecond


def _fetched(at: ColumnElement[Any] | datetime, *mine: ColumnElement[bool]) -> Select[int]:
    """The answers of feeds and listings of that time."""
    here = (*mine, request.c.kind.in_(LISTS), response.c.fetched_at == at)
    return select(response.c.id).select_from(_ANSWERS).where(*here)


def _captured(at: ColumnElement[Any] | datetime, *mine: ColumnElement[bool]) -> Select[str]:
    """The captures of feeds and listings of that time: they are never pruned."""
    joined = request.join(capture, capture.c.url == request.c.url)
    return select(capture.c.url).select_from(joined).where(*mine, request.c.kind.in_(LISTS), capture.c.fetched_at == at)


def _is_beside(connection: Connection, at: datetime, times: Select[Any]) -> bool:
    """Whether a time is one of these with a bit turned.  To ask the database for all neighbours takes ten times as
    long as to look at the few times of an article."""
    return any(is_instant_turned(at, time) for time in connection.execute(times).scalars())


def _is_any(connection: Connection, asked: Select[Any]) -> bool:
    return connection.execute(asked.limit(1)).first() is not None


# What was read


def _read(connection: Connection) -> Iterator[str]:
    """What was last read at an address is a version of its article, or quite another text."""
    c, known = article_key.c, article_revision.c.content_hash
    other = (
        select(c.value, c.content_hash, known.label("known"))
        .join(article_revision, article_revision.c.article_id == c.article_id)
        .where(c.content_hash != known)
    )
    for row in connection.execute(other.execution_options(**STREAMED)):
        if is_turned(row.content_hash, row.known):
            yield f"the key {row.value} is damaged: the hash of what was last read there is none of its article's"


def _validators(connection: Connection) -> Iterator[str]:
    """A request carries what its last good answer said."""
    c = request.c
    answers = (
        select(c.id, c.etag, c.last_modified, response.c.headers)
        .select_from(_ANSWERS)
        .where(response.c.status == 200, response.c.sha256 == c.sha256)
        .order_by(c.id)
    )
    for number, found in groupby(connection.execute(answers.execution_options(**STREAMED)), lambda row: row.id):
        rows = list(found)
        for name in ("etag", "last_modified"):
            value = getattr(rows[0], name)
            said = {text for row in rows for header, text in row.headers if header == name.replace("_", "-")}
            if value not in said and any(is_turned(value, one) for one in said):
                yield f"request {number} is damaged: its {name} is not the one it was answered with"


def _bodies_had(connection: Connection) -> Iterator[str]:
    """The body that a request was last answered with is one of its answers'."""
    c = request.c
    same = exists().where(response.c.request_id == c.id, response.c.sha256 == c.sha256)
    for row in connection.execute(select(c.id, c.sha256).where(c.sha256 != "", ~same).execution_options(**STREAMED)):
        known = connection.execute(select(response.c.sha256).where(response.c.request_id == row.id)).scalars()
        if any(is_turned(row.sha256, one) for one in known.all()):
            yield f"request {row.id} is damaged: the hash of what it was answered with is none of its answers'"


def _held(connection: Connection) -> Iterator[str]:
    """What is in quarantine has the address of its answer."""
    both = select(quarantine.c.id, quarantine.c.url, response.c.url.label("known")).join(
        response, response.c.id == quarantine.c.response_id
    )
    for row in connection.execute(both.where(quarantine.c.url != response.c.url)):
        if is_turned(row.url, row.known):
            yield f"number {row.id} in quarantine is damaged: its address is not that of its answer"
