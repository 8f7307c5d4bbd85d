"""What is asked for, and when: feeds, their listings and the pages of their entries, each a row of the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Request
from pipeline.store import rows
from pipeline.store.queue import Due
from pipeline.store.schema import parking, polling, request
from pipeline.store.sightings import Listed

CLOCK_MARGIN = timedelta(minutes=10)
LONGEST_REST = timedelta(hours=25)  # hosts are parked for a day at most


class Requests:
    """The requests inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def ask(self, one: Request, url_key: str, due_at: datetime) -> None:
        """Ask for something once; a row that is there keeps its due time."""
        columns = {**_request_columns(one, url_key), "due_at": due_at, "asked_at": due_at, "state": "waiting"}
        self._connection.execute(self._insert(request).values(**columns).on_conflict_do_nothing())

    def ask_feeds(self, feeds: Sequence[tuple[Request, bool]], due_at: datetime) -> None:
        """Ask for feeds that are not there yet, or were retired; a backup (true) waits until it is woken."""
        for one, is_backup in feeds:
            # A feed that is no backup any more waits for nobody; one that has become one waits from its next poll on.
            unasked = request.c.state == "retired" if is_backup else request.c.state != "waiting"
            columns = {**_request_columns(one, one.url), "due_at": due_at, "asked_at": due_at, "state": "waiting"}
            if is_backup:
                columns |= {"due_at": None, "state": "done"}
            again = {"due_at": columns["due_at"], "state": columns["state"]}
            statement = self._insert(request).values(**columns)
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=["source", "kind", "url_key"], set_=again, where=unasked)
            )

    def retire_feeds_but(self, source: str, feeds: Collection[str]) -> None:
        """Retire the feeds of a source that are no longer configured, and their listings; their pages stay."""
        mine = (request.c.source == source, request.c.kind != "page", request.c.feed.not_in(list(feeds)))
        self._connection.execute(update(request).where(*mine).values(state="retired", due_at=None))

    def ask_listings(self, parent: Request, listings: Sequence[Request], due_at: datetime, read_at: datetime) -> None:
        """Ask for the listings a menu lists, and retire those it no longer does; an older menu decides nothing."""
        mine = (request.c.source == parent.source, request.c.kind == parent.kind, request.c.url_key == parent.url)
        last = self._connection.execute(select(request.c.checked_at).where(*mine)).scalar()
        if last is not None and read_at < last:
            return
        for one in listings:
            columns = {**_request_columns(one, one.url), "parent": parent.url, "due_at": due_at, "state": "waiting"}
            columns["asked_at"] = due_at
            again = {name: columns[name] for name in ("section", "language", "parent", "due_at", "state")}
            statement = self._insert(request).values(**columns)
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=["source", "kind", "url_key"], set_=again)
            )
        where = (request.c.source == parent.source, request.c.kind == "listing", request.c.parent == parent.url)
        gone = request.c.url.not_in([one.url for one in listings])
        self._connection.execute(update(request).where(*where, gone).values(state="retired", due_at=None))

    def ask_page(self, listed: Listed, source: str, changed: Collection[str], due_at: datetime) -> None:
        """Ask for the page of an entry: once, and again when the entry changed."""
        entry = listed.entry
        one = Request(entry.url, "page", source, entry.feed, entry, entry.language, entry.section)
        columns = {**_request_columns(one, listed.url_key), "asked_at": min(entry.seen_at, due_at)}
        statement = self._insert(request).values(**columns, due_at=due_at, state="waiting")
        if not changed:
            self._connection.execute(statement.on_conflict_do_nothing())
            return
        again = {
            "entry": statement.excluded.entry,
            "entry_changed": sorted(changed),
            "due_at": due_at,
            "state": "waiting",
            "attempts": 0,
            "version": request.c.version + 1,
        }
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["source", "kind", "url_key"], set_=again)
        )

    def wake(self, source: str, feed: str, due_at: datetime, *, forget: bool = False) -> None:
        """Make a feed due, however recently it was polled; with `forget`, its listings too, and without validators."""
        where = (request.c.source == source, request.c.feed == feed, request.c.state != "retired")
        kinds = request.c.kind.in_(("feed", "listing") if forget else ("feed",))
        values: dict[str, Any] = {"due_at": due_at, "state": "waiting"}
        if forget:
            values |= {"etag": None, "last_modified": None, "sha256": None}
        self._connection.execute(update(request).where(*where, kinds).values(**values))

    def wake_listings(self, source: str, feed: str, due_at: datetime) -> None:
        """Make the listings of a feed due: they are polled when it is, though its own bytes are the same as ever."""
        where = (request.c.source == source, request.c.feed == feed, request.c.kind == "listing")
        active = request.c.state != "retired"
        self._connection.execute(update(request).where(*where, active).values(due_at=due_at, state="waiting"))

    def wake_polled_before(self, source: str, feed: str, before: datetime, due_at: datetime) -> None:
        """Make a feed due that was last asked before then, unless it failed: that has its own time."""
        mine = (request.c.source == source, request.c.feed == feed, request.c.kind == "feed", request.c.attempts == 0)
        waiting = (request.c.state == "waiting", request.c.due_at > due_at, request.c.checked_at <= before)
        self._connection.execute(update(request).where(*mine, *waiting).values(due_at=due_at))

    def wake_failing(self, sources: Collection[str], now: datetime) -> int:
        """Make the feeds due whose last poll failed: the network is back, or somebody has looked after it."""
        failing = select(polling.c.request_id).where(polling.c.failing_since.is_not(None))
        mine = (request.c.id.in_(failing), request.c.source.in_(list(sources)), request.c.state == "waiting")
        woken = self._connection.execute(update(request).where(*mine, request.c.due_at > now).values(due_at=now))
        return int(woken.rowcount)

    def reschedule(self, due: Due, next_at: datetime) -> None:
        """Move the next poll of a feed that was just read."""
        mine = (request.c.id == due.id, request.c.state == "waiting", request.c.version == due.version)
        self._connection.execute(update(request).where(*mine).values(due_at=next_at))

    def mend_times(self, now: datetime) -> int:
        """Make due what was asked for in a future that a wrong clock believed in, and end rests that end in it."""
        ahead = now + CLOCK_MARGIN
        self._connection.execute(parking.delete().where(parking.c.until > now + LONGEST_REST))
        wrong = (request.c.state == "waiting", request.c.checked_at > ahead, request.c.due_at > ahead)
        mended = self._connection.execute(update(request).where(*wrong).values(due_at=now, checked_at=now))
        return int(mended.rowcount)

    def sources(self) -> list[str]:
        """All sources that anything was ever asked of."""
        return list(self._connection.execute(select(request.c.source).distinct()).scalars())


def _request_columns(one: Request, url_key: str) -> dict[str, object]:
    return {
        "source": one.source,
        "feed": one.feed,
        "kind": one.kind,
        "url": one.url,
        "url_key": url_key,
        "entry": rows.entry_row(one.entry) if one.entry else None,
        "language": one.language,
        "section": one.section,
        "host": host_of(one.url),
    }


def host_of(url: str) -> str:
    """The host of an address, as the manners towards it know it; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def sha256_of(data: bytes) -> str:
    """The name of a body."""
    return hashlib.sha256(data).hexdigest()
