"""Responses and their bodies: kept in Tx A before anything parses them, and worked in Tx B, or held in quarantine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Page
from pipeline.store import rows
from pipeline.store.captures import Captures
from pipeline.store.outcomes import Outcomes
from pipeline.store.queue import Due, Queue
from pipeline.store.requests import sha256_of
from pipeline.store.schema import body, quarantine, request, response


@dataclass(frozen=True, slots=True)
class Packed:
    """A body as the archive room packed it."""

    coding: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A response in the archive that has not been worked yet; its attempt is counted already."""

    id: int
    due: Due
    page: Page
    attempts: int
    captured: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A response that a crash left between Tx A and Tx B; `polled_at` is when its feed was polled last."""

    id: int
    polled_at: datetime | None
    fetched_at: datetime


class Responses:
    """The responses inside one transaction."""

    def __init__(self, connection: Connection, queue: Queue, outcomes: Outcomes, captures: Captures) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
        self._queue = queue
        self._outcomes = outcomes
        self._captures = captures

    def keep(
        self, due: Due, page: Page, packed: Packed, next_at: datetime | None, *, captured: bool, state: str = "new"
    ) -> Kept:
        """Keep a response before anything parses it, and with it the validators and the next due time.

        `state` is `done` for a refusal: it is evidence, and nothing will parse it.
        """
        sha256 = sha256_of(page.body)
        values = {"sha256": sha256, "coding": packed.coding, "size": len(page.body), "data": packed.data}
        self._connection.execute(self._insert(body).values(**values).on_conflict_do_nothing())
        inserted = self._connection.execute(
            response.insert().values(
                **rows.answer_row(due.id, page, sha256, due.version, captured=captured), attempts=1, state=state
            )
        )
        self._outcomes.answered(due, page, sha256, next_at, captured=captured)
        key = inserted.inserted_primary_key
        assert key is not None
        return Kept(int(key[0]), due, page, 1, captured)

    def was_live(self, request_id: int) -> bool:
        """Whether something was ever asked of the web itself, not only of archives."""
        mine = (response.c.request_id == request_id, response.c.captured == 0)
        return self._connection.execute(select(response.c.id).where(*mine).limit(1)).first() is not None

    def pending(self, sources: Collection[str]) -> list[Pending]:
        """Responses that were kept and not worked, in the order they were kept: a crash came between."""
        feed = request.alias("feed_request")
        statement = (
            select(response.c.id, response.c.fetched_at, feed.c.checked_at)
            .join(request, request.c.id == response.c.request_id)
            .outerjoin(
                feed, and_(feed.c.source == request.c.source, feed.c.url == request.c.feed, feed.c.kind == "feed")
            )
            .where(response.c.state == "new", request.c.source.in_(list(sources)))
            .order_by(response.c.id)
        )
        return [Pending(row.id, row.checked_at, row.fetched_at) for row in self._connection.execute(statement)]

    def load(self, response_id: int) -> tuple[Kept, Packed, int]:
        """A kept response, its packed body and the body's size; the page's `body` is still empty."""
        row = self._connection.execute(
            select(response, body.c.coding, body.c.data, body.c.size)
            .join(body, body.c.sha256 == response.c.sha256)
            .where(response.c.id == response_id)
        ).one()
        due = replace(self._queue.by_id(row.request_id), version=row.version)
        kept = Kept(row.id, due, rows.page_value(row, b""), row.attempts, bool(row.captured))
        return kept, Packed(row.coding, row.data), row.size

    def count_attempt(self, response_id: int) -> None:
        """Count an attempt before it is made, so that a page that kills its worker is counted too."""
        where = response.c.id == response_id
        self._connection.execute(update(response).where(where).values(attempts=response.c.attempts + 1))

    def finish(self, kept: Kept) -> None:
        """Mark a response as worked, and its entry's changes as read."""
        self._connection.execute(update(response).where(response.c.id == kept.id).values(state="done"))
        self._outcomes.changes_read(kept.due)
        if kept.captured:
            self._captures.worked(kept.page)

    def hold(self, kept: Kept, at: datetime, stage: str, error: BaseException, *, once: bool = False) -> None:
        """Put a response in quarantine: its raw bytes stay, its error shows.

        With `once`, nothing more is held where something of its address is held already.
        """
        same = (quarantine.c.source == kept.due.request.source, quarantine.c.url == kept.page.url)
        held = select(quarantine.c.id).where(*same, quarantine.c.state == "held", quarantine.c.stage == stage)
        if once and self._connection.execute(held.limit(1)).first() is not None:
            self.finish(kept)
            self._outcomes.forget(kept.due.id)
            return
        self._connection.execute(update(response).where(response.c.id == kept.id).values(state="quarantined"))
        # Its validators would make the server say "as before" of what we could not read.
        self._outcomes.forget(kept.due.id)
        if kept.captured:
            self._captures.worked(kept.page)
        self._connection.execute(
            quarantine.insert().values(
                at=at,
                source=kept.due.request.source,
                url=kept.page.url,
                stage=stage,
                error=getattr(error, "name", None) or type(error).__name__,
                message=str(error)[:2000],
                response_id=kept.id,
                state="held",
            )
        )
