"""Deleting raw responses that nobody needs any more, in transactions so short that a running service hardly notices.

A feed's or listing's response goes with its row; an article page leaves its row (state `pruned`, with the hash of its
body), as versions refer to it.  What waits to be parsed, what is held in quarantine, the first page of a layout that
changed, and the last body of every feed and listing stay: a replay of the archive polls a feed only where the archive
has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    union,
    update,
)

from pipeline.store.schema import article_revision, body, layout, pulse, quarantine, request, response

COUNTS_KEPT = timedelta(days=90)
REQUESTS = 500  # whose responses are looked for together
PORTION = 50  # responses of one transaction

Open = Callable[[], AbstractContextManager[Connection]]

LISTS = ("feed", "listing")


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went: responses, bodies, the bytes these took in the database, and rows of hourly counts."""

    responses: int = 0
    bodies: int = 0
    bytes: int = 0
    counts: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(
            self.responses + other.responses,
            self.bodies + other.bodies,
            self.bytes + other.bytes,
            self.counts + other.counts,
        )


def prune(look: Open, begin: Open, now: datetime, feeds: timedelta, pages: timedelta | None) -> Iterator[Pruned]:
    """Delete what is older than these ages (pages: None keeps all); after each short transaction, what went with it.

    `look` opens a look at the database, `begin` a transaction of the writer; neither is open between two portions.
    """
    old = _old(now, feeds, pages)
    for requests in _requests(look, now - (feeds if pages is None else min(feeds, pages))):
        with look() as connection:
            found = connection.execute(_responses(old).where(request.c.id.in_(requests))).all()
        if not found:
            yield Pruned()  # whoever waits for the writer gets a turn
        for start in range(0, len(found), PORTION):
            with begin() as connection:
                gone = _delete(connection, old, [row.id for row in found[start : start + PORTION]])
            yield gone
    yield from _forget_counts(look, begin, now - COUNTS_KEPT)


def prunable(connection: Connection, now: datetime, feeds: timedelta, pages: timedelta | None) -> Pruned:
    """What `prune` would delete; nothing is changed."""
    old = _responses(_old(now, feeds, pages)).cte("old")
    kept = exists().where(
        response.c.sha256 == body.c.sha256, response.c.state != "pruned", response.c.id.not_in(select(old.c.id))
    )
    goes = body.c.sha256.in_(select(old.c.sha256))
    bodies, taken = connection.execute(_measured().where(goes, ~kept)).one()
    responses = connection.execute(select(func.count()).select_from(old)).scalar_one()
    counts = connection.execute(select(func.count()).where(pulse.c.hour < now - COUNTS_KEPT)).scalar_one()
    return Pruned(int(responses), int(bodies), int(taken), int(counts))


def _old(now: datetime, feeds: timedelta, pages: timedelta | None) -> ColumnElement[bool]:
    """Whether a response (joined with its request) is to go."""
    lists = and_(request.c.kind.in_(LISTS), response.c.fetched_at < now - feeds, ~_is_last())
    # A refusal is evidence for a while, and no version of anything.
    refused = and_(response.c.status != 200, response.c.fetched_at < now - feeds)
    aged = [response.c.fetched_at < now - pages] if pages is not None else []
    page = and_(request.c.kind == "page", or_(refused, *aged))
    held = exists().where(quarantine.c.response_id == response.c.id, quarantine.c.state == "held")
    case = exists().where(layout.c.response_id == response.c.id)
    return and_(or_(lists, page), response.c.state.in_(("done", "quarantined")), ~held, ~case)


def _is_last() -> ColumnElement[bool]:
    """Whether a response is the last good one of its request."""
    other = response.alias("other")
    mine = (other.c.request_id == response.c.request_id, other.c.status == 200)
    last = select(func.max(other.c.fetched_at)).where(*mine).scalar_subquery()
    return and_(response.c.status == 200, response.c.fetched_at == last)


def _responses(old: ColumnElement[bool]) -> Select[int, str, str]:
    joined = response.join(request, request.c.id == response.c.request_id)
    return select(response.c.id, response.c.sha256, request.c.kind).select_from(joined).where(old)


def _requests(look: Open, before: datetime) -> Iterator[list[int]]:
    """The requests that have responses as old as that, some at a time."""
    last = 0
    while True:
        # Out of the index alone: a row of the table is long, and there may be millions.
        old = select(response.c.request_id).where(response.c.fetched_at < before, response.c.request_id > last)
        with look() as connection:
            some = old.distinct().order_by(response.c.request_id).limit(REQUESTS)
            found = list(connection.execute(some).scalars())
        if not found:
            return
        yield found
        last = found[-1]


def _delete(connection: Connection, old: ColumnElement[bool], numbers: Sequence[int]) -> Pruned:
    """Delete one portion: of these responses those that are still to go, and the bodies that no other one has."""
    # They were found before the writer's turn came: one may have been put back to work since.
    found = connection.execute(_responses(old).where(response.c.id.in_(numbers))).all()
    referred = _referred(connection, found)
    leave = [row.id for row in found if row.kind == "page" or row.id in referred]
    connection.execute(update(response).where(response.c.id.in_(leave)).values(state="pruned"))
    connection.execute(delete(response).where(response.c.id.in_({row.id for row in found} - set(leave))))
    kept = exists().where(response.c.sha256 == body.c.sha256, response.c.state != "pruned")
    gone = (body.c.sha256.in_({row.sha256 for row in found}), ~kept)
    bodies, taken = connection.execute(_measured().where(*gone)).one()
    connection.execute(delete(body).where(*gone))
    return Pruned(len(found), int(bodies), int(taken))


def _referred(connection: Connection, found: Sequence[Row[int, str, str]]) -> set[int]:
    """Those that a version or a line of the quarantine refers to."""
    numbers = [row.id for row in found]
    columns = (quarantine.c.response_id, article_revision.c.response_id)
    referring = union(*(select(column).where(column.in_(numbers)) for column in columns))
    return set(connection.execute(referring).scalars())


def _measured() -> Select[int, int]:
    """How many bodies there are, and the bytes they take."""
    return select(func.count(), func.coalesce(func.sum(func.length(body.c.data)), 0)).select_from(body)


def _forget_counts(look: Open, begin: Open, before: datetime) -> Iterator[Pruned]:
    """Delete old hourly counts, a source at a time."""
    with look() as connection:
        found = select(pulse.c.source).where(pulse.c.hour < before).distinct()
        sources = list(connection.execute(found).scalars())
    for source in sources:
        with begin() as connection:
            gone = connection.execute(delete(pulse).where(pulse.c.source == source, pulse.c.hour < before)).rowcount
        yield Pruned(counts=gone)
