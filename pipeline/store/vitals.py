"""What happened to sources, hour by hour, and how their feeds are: the facts that health is judged by."""

from __future__ import annotations

import collections
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Polling
from pipeline.store import rows
from pipeline.store.layouts import LayoutRow, layouts
from pipeline.store.schema import (
    article,
    article_revision,
    lease,
    parking,
    pause,
    polling,
    pulse,
    quarantine,
    request,
    robots,
)

NOW, LATELY, REMEMBERED = timedelta(hours=3), timedelta(hours=24), timedelta(days=14)
KEPT = timedelta(days=90)
FIRST_ERROR = 500
NEWEST = 40  # articles


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed: where it is, when it was asked last and is next, what went wrong, and its past."""

    source: str
    url: str
    host: str
    checked_at: datetime | None
    due_at: datetime | None
    error: str | None
    past: Polling


@dataclass(slots=True)
class Vitals:
    """All facts at one moment.

    `now` (3 hours), `lately` (a day) and `before` (14 days) count by source and name.  `overdue` is how many requests
    should have been made, and since when; `parked` are hosts, until when and why; `unreadable` origins whose robots.txt
    can't be had, with the status; `polling` says who polls which source; `methods` how the texts of its newest articles
    were found, the newest first; `layouts` what its pages used to look like, an edition each.
    """

    feeds: list[FeedRow] = field(default_factory=list)
    now: dict[str, dict[str, int]] = field(default_factory=dict)
    lately: dict[str, dict[str, int]] = field(default_factory=dict)
    before: dict[str, dict[str, int]] = field(default_factory=dict)
    overdue: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    parked: list[tuple[str, datetime, str]] = field(default_factory=list)
    unreadable: list[tuple[str, int]] = field(default_factory=list)
    polling: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    methods: dict[str, list[str]] = field(default_factory=dict)
    layouts: dict[str, list[LayoutRow]] = field(default_factory=dict)


class Pulse:
    """Counts of what happens, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def beat(self, at: datetime, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to what is counted of this hour, by source and name, and drop what is too old to tell anything."""
        self._connection.execute(delete(pulse).where(pulse.c.hour < at - KEPT))
        if not counts:
            return
        statement = self._insert(pulse)
        more = {"count": pulse.c.count + statement.excluded.count}
        hour = at.replace(minute=0, second=0, microsecond=0)
        values = [
            {"source": source, "hour": hour, "what": what, "count": count} for (source, what), count in counts.items()
        ]
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["source", "hour", "what"], set_=more), values
        )


def vitals(connection: Connection, now: datetime) -> Vitals:
    """How everything is."""
    since, feeds = now - LATELY, _feeds(connection)
    return Vitals(
        feeds=feeds,
        methods={source: _methods(connection, source) for source in sorted({feed.source for feed in feeds})},
        now=_counted(connection, now - NOW, now + LATELY),
        lately=_counted(connection, since, now + LATELY),
        before=_counted(connection, now - REMEMBERED, since),
        overdue=_overdue(connection, now),
        quarantined=_held(connection),
        layouts=_layouts(connection),
        paused={row.source: row.at for row in connection.execute(select(pause))},
        parked=[tuple(row) for row in connection.execute(select(parking).where(parking.c.until > now))],
        unreadable=_unreadable(connection, now),
        polling={row.source: (row.holder, row.until) for row in connection.execute(select(lease))},
    )


def _feeds(connection: Connection) -> list[FeedRow]:
    asked = (request.c.source, request.c.url, request.c.host, request.c.checked_at, request.c.due_at, request.c.error)
    past = [column for column in polling.c if column.name != "request_id"]
    statement = (
        select(*asked, *past)
        .outerjoin(polling, polling.c.request_id == request.c.id)
        .where(request.c.kind == "feed", request.c.state != "retired")
        .order_by(request.c.id)
    )
    return [_feed(row) for row in connection.execute(statement)]


def _feed(row: Any) -> FeedRow:
    return FeedRow(row.source, row.url, row.host, row.checked_at, row.due_at, row.error, rows.polling_value(row))


def _methods(connection: Connection, source: str) -> list[str]:
    current = (article_revision.c.article_id == article.c.id) & (article_revision.c.revision == article.c.revision)
    newest = select(article_revision.c.extraction).select_from(article.join(article_revision, current))
    mine = newest.where(article.c.source == source).order_by(article.c.sort_at.desc(), article.c.id.desc())
    return [extraction["method"] for extraction in connection.execute(mine.limit(NEWEST)).scalars()]


def _layouts(connection: Connection) -> dict[str, list[LayoutRow]]:
    found: dict[str, list[LayoutRow]] = collections.defaultdict(list)
    for row in layouts(connection):
        found[row.source].append(row)
    return dict(found)


def _counted(connection: Connection, since: datetime, until: datetime) -> dict[str, dict[str, int]]:
    statement = (
        select(pulse.c.source, pulse.c.what, func.sum(pulse.c.count))
        .where(pulse.c.hour >= since, pulse.c.hour < until)
        .group_by(pulse.c.source, pulse.c.what)
    )
    found: dict[str, dict[str, int]] = collections.defaultdict(dict)
    for source, what, count in connection.execute(statement):
        found[source][what] = int(count)
    return dict(found)


def _overdue(connection: Connection, now: datetime) -> dict[str, tuple[int, datetime]]:
    asleep = request.c.host.not_in(select(parking.c.host).where(parking.c.until > now))
    statement = (
        select(request.c.source, func.count(), func.min(request.c.due_at))
        .where(request.c.state == "waiting", request.c.due_at <= now, asleep)
        .group_by(request.c.source)
    )
    return {source: (int(count), since) for source, count, since in connection.execute(statement)}


def _held(connection: Connection) -> dict[str, int]:
    held = select(quarantine.c.source, func.count()).where(quarantine.c.state == "held")
    return {source: int(count) for source, count in connection.execute(held.group_by(quarantine.c.source))}


def _unreadable(connection: Connection, now: datetime) -> list[tuple[str, int]]:
    bad = (robots.c.status == 0) | (robots.c.status >= FIRST_ERROR)
    found = connection.execute(select(robots.c.origin, robots.c.status).where(bad, robots.c.until > now))
    return [(row.origin, row.status) for row in found]
