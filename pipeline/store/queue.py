"""The queue of requests: which of them are due, and when the next one will be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, func, or_, select, true, tuple_

from pipeline.model import Polling, Request
from pipeline.store import rows
from pipeline.store.schema import parking, pause, polling, request
from pipeline.store.types import Instant

NEVER_POLLED = Polling()


@dataclass(frozen=True, slots=True)
class Due:
    """A request row that is to be worked.  `changed` names the fields its entry changed in since it was last read.

    `past` is what a feed's past says of it; a page was first asked for at `asked_at`, and is missing since `gone_at`.
    `validators` are the ETag and Last-Modified it was last answered with, at `checked_at`.
    """

    id: int
    request: Request
    url_key: str
    sha256: str | None
    attempts: int
    changed: tuple[str, ...]
    version: int
    host: str = ""
    asked_at: datetime | None = None
    gone_at: datetime | None = None
    past: Polling = NEVER_POLLED
    validators: tuple[str | None, str | None] = (None, None)
    checked_at: datetime | None = None


class Queue:
    """The queue inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(
        self,
        now: datetime,
        feeds: Collection[tuple[str, str]],
        pages_of: Collection[str] = (),
        *,
        begun: datetime | None = None,
        awake: bool = False,
        limit: int = 50,
    ) -> list[Due]:
        """Requests of these (source, feed) pairs whose time has come; feeds first, then by due time.

        Of the sources `pages_of` all pages are due, those too that a feed listed which is no longer configured.  With
        `begun`, what was polled or failed since then is left for another time: a run must end.  With `awake`, parked
        hosts are left alone; an archive's clock says nothing of them.
        """
        asked = or_(
            tuple_(request.c.source, request.c.feed).in_(list(feeds)),
            and_(request.c.kind == "page", request.c.source.in_(list(pages_of))),
        )
        statement = _DUE.where(request.c.due_at <= now, asked, _new_since(begun)).limit(limit)
        if awake:
            statement = statement.where(request.c.host.not_in(_parked(now)))
        return [_due(row) for row in self._connection.execute(statement)]

    def ready(self, now: datetime, busy: Collection[str], not_of: Collection[str], *, limit: int) -> list[Due]:
        """Requests whose time has come, feeds first, then by due time.

        Not of hosts that are `busy` or parked, nor of sources that are not ours to ask.
        """
        asked = {"at": now, "busy": [*busy], "not_of": [*not_of], "many": limit}
        return [_due(row) for row in self._connection.execute(_READY, asked)]

    def next_ready(self, now: datetime, not_of: Collection[str]) -> datetime | None:
        """When the next request that is not due yet will be, or a parked host's rest is over."""
        found = self._connection.execute(_NEXT, {"at": now, "not_of": [*not_of]}).one()
        return min((at for at in found if at is not None), default=None)

    def next_due(self, source: str) -> datetime | None:
        """When a feed of a source is next to be polled."""
        where = (request.c.source == source, request.c.kind == "feed", request.c.state == "waiting")
        return self._connection.execute(select(func.min(request.c.due_at)).where(*where)).scalar()

    def page_request(self, source: str, url_key: str) -> Due | None:
        """The row of an article page, by the key of its address."""
        where = (request.c.source == source, request.c.kind == "page", request.c.url_key == url_key)
        row = self._connection.execute(ROW.where(*where)).first()
        return _due(row) if row else None

    def by_id(self, number: int) -> Due:
        """A request by the number of its row."""
        return _due(self._connection.execute(ROW.where(request.c.id == number)).one())


def _new_since(begun: datetime | None) -> ColumnElement[bool]:
    """Requests that were due by then, or were found since and have not failed."""
    if begun is None:
        return true()
    return or_(request.c.due_at <= begun, and_(request.c.kind != "feed", request.c.attempts == 0))


def _parked(now: datetime) -> Select[Any]:
    return select(parking.c.host).where(parking.c.until > now)


def _due(row: Row[Any]) -> Due:
    return Due(
        id=row.id,
        request=rows.request_value(row),
        url_key=row.url_key,
        sha256=row.sha256,
        attempts=row.attempts,
        changed=tuple(row.entry_changed or ()),
        version=row.version,
        host=row.host,
        asked_at=row.asked_at,
        gone_at=row.gone_at,
        past=rows.polling_value(row),
        validators=(row.etag, row.last_modified),
        checked_at=row.checked_at,
    )


ROW = select(request, *(column for column in polling.c if column.name != "request_id")).outerjoin(
    polling, polling.c.request_id == request.c.id
)
_RANK = case({"feed": 0, "listing": 1}, value=request.c.kind, else_=2)
_DUE = ROW.where(request.c.state == "waiting").order_by(_RANK, request.c.due_at, request.c.id)
_OURS = (
    request.c.source.not_in(bindparam("not_of", expanding=True)),
    request.c.source.not_in(select(pause.c.source)),
)
# Made once: to say them anew costs more than to run them.
_READY = _DUE.where(
    request.c.due_at <= bindparam("at", type_=Instant),
    request.c.host.not_in(bindparam("busy", expanding=True)),
    request.c.host.not_in(select(parking.c.host).where(parking.c.until > bindparam("at", type_=Instant))),
    *_OURS,
).limit(bindparam("many"))
_NEXT = select(
    select(func.min(request.c.due_at))
    .where(request.c.state == "waiting", request.c.due_at > bindparam("at", type_=Instant), *_OURS)
    .scalar_subquery(),
    select(func.min(parking.c.until)).where(parking.c.until > bindparam("at", type_=Instant)).scalar_subquery(),
)
