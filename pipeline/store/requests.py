"""What is to be fetched, what came back, and where articles were listed: the rows of Tx A and of the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Entry, Page, Request
from pipeline.store import rows
from pipeline.store.schema import body, capture, lease, quarantine, request, response, sighting
from pipeline.store.types import named

BATCH = 200  # bound parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535


@dataclass(frozen=True, slots=True)
class Due:
    """A request row that is to be worked.  `changed` names the fields its entry changed in since it was last read."""

    id: int
    request: Request
    url_key: str
    sha256: str | None
    attempts: int
    changed: tuple[str, ...]
    version: int


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


@dataclass(frozen=True, slots=True)
class Packed:
    """A body as the archive room packed it."""

    coding: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry and the key its address is known by."""

    entry: Entry
    url_key: str


def sha256_of(data: bytes) -> str:
    """The name of a body."""
    return hashlib.sha256(data).hexdigest()


class Requests:
    """The queue inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    # What is to be fetched

    def ask(self, one: Request, url_key: str, due_at: datetime) -> None:
        """Ask for something once; a row that is there keeps its due time."""
        statement = self._insert(request).values(**_request_columns(one, url_key), due_at=due_at, state="waiting")
        self._connection.execute(statement.on_conflict_do_nothing())

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

    def ask_listings(
        self, parent: Request, listings: Sequence[Request], due_at: datetime, read_at: datetime
    ) -> None:
        """Ask for the listings a menu lists, and retire those it no longer does; an older menu decides nothing."""
        mine = (request.c.source == parent.source, request.c.kind == parent.kind, request.c.url_key == parent.url)
        last = self._connection.execute(select(request.c.checked_at).where(*mine)).scalar()
        if last is not None and read_at < last:
            return
        for one in listings:
            columns = {**_request_columns(one, one.url), "parent": parent.url, "due_at": due_at, "state": "waiting"}
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
        columns = _request_columns(one, listed.url_key)
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

    def due(
        self,
        now: datetime,
        feeds: Collection[tuple[str, str]],
        pages_of: Collection[str] = (),
        *,
        begun: datetime | None = None,
        limit: int = 50,
    ) -> list[Due]:
        """Requests of these (source, feed) pairs whose time has come; feeds first, then by due time.

        Of the sources `pages_of` all pages are due, those too that a feed listed which is no longer configured.  With
        `begun`, what was polled or failed since then is left for another time: a run must end.
        """
        rank = case({"feed": 0, "listing": 1}, value=request.c.kind, else_=2)
        asked = or_(
            tuple_(request.c.source, request.c.feed).in_(list(feeds)),
            and_(request.c.kind == "page", request.c.source.in_(list(pages_of))),
        )
        statement = (
            select(request)
            .where(request.c.state == "waiting", request.c.due_at <= now)
            .where(asked, _new_since(begun))
            .order_by(rank, request.c.due_at, request.c.id)
            .limit(limit)
        )
        return [_due(row) for row in self._connection.execute(statement)]

    def page_request(self, source: str, url_key: str) -> Due | None:
        """The row of an article page, by the key of its address."""
        where = (request.c.source == source, request.c.kind == "page", request.c.url_key == url_key)
        row = self._connection.execute(select(request).where(*where)).first()
        return _due(row) if row else None

    def next_due(self, source: str) -> datetime | None:
        """When a feed of a source is next to be polled."""
        where = (request.c.source == source, request.c.kind == "feed", request.c.state == "waiting")
        return self._connection.execute(select(func.min(request.c.due_at)).where(*where)).scalar()

    # Tx A: what came back

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
                request_id=due.id,
                url=page.url,
                final_url=page.final_url,
                status=page.status,
                headers=[list(header) for header in page.headers],
                fetched_at=page.fetched_at,
                sha256=sha256,
                captured=int(captured),
                attempts=1,
                state=state,
                version=due.version,
            )
        )
        self._checked(due, page, next_at, **(_validators(page, sha256) if page.status == 200 else {}))
        key = inserted.inserted_primary_key
        assert key is not None
        return Kept(int(key[0]), due, page, 1, captured)

    def unchanged(self, due: Due, page: Page, next_at: datetime | None, *, captured: bool) -> None:
        """A 304, or the same bytes again: only the time of the check moves."""
        self._checked(due, page, next_at, entry_changed=None)
        if captured and page.status != 304:
            self.worked(page)
        if due.request.kind == "feed":
            self.wake_listings(due.request.source, due.request.feed, page.fetched_at)

    def failed(self, due: Due, at: datetime, retry_at: datetime | None, error: str, *, forget: bool = False) -> None:
        """No usable answer: to be tried again at `retry_at`, if ever.  The entry's changes are read all the same.

        With `forget` the same bytes are no answer again: what was kept proved to be no article.
        """
        state = "done" if retry_at is None else "waiting"
        values = {"attempts": due.attempts + 1, "due_at": retry_at, "checked_at": at, "error": error}
        self._connection.execute(
            update(request).where(*_unchanged_since(due)).values(**values, state=state, entry_changed=None)
        )
        if forget:
            self._forget(due.id)

    # The archive

    def is_worked(self, page: Page) -> bool:
        """Whether this very capture was worked before."""
        return self.is_captured(page.url, page.fetched_at, sha256_of(page.body))

    def is_captured(self, url: str, fetched_at: datetime, sha256: str) -> bool:
        """The same by a capture's address, time and hash."""
        where = (capture.c.url == url, capture.c.fetched_at == fetched_at, capture.c.sha256 == sha256)
        return self._connection.execute(select(capture.c.url).where(*where)).first() is not None

    def worked(self, page: Page) -> None:
        """Note a capture as worked."""
        values = {"url": page.url, "fetched_at": page.fetched_at, "sha256": sha256_of(page.body)}
        self._connection.execute(self._insert(capture).values(**values).on_conflict_do_nothing())

    def pending(self, sources: Collection[str]) -> list[Pending]:
        """Responses that were kept and not worked, in the order they were kept: a crash came between."""
        feed = request.alias("feed_request")
        statement = (
            select(response.c.id, feed.c.checked_at)
            .join(request, request.c.id == response.c.request_id)
            .outerjoin(
                feed, and_(feed.c.source == request.c.source, feed.c.url == request.c.feed, feed.c.kind == "feed")
            )
            .where(response.c.state == "new", request.c.source.in_(list(sources)))
            .order_by(response.c.id)
        )
        return [Pending(row.id, row.checked_at) for row in self._connection.execute(statement)]

    def load(self, response_id: int) -> tuple[Kept, Packed, int]:
        """A kept response, its packed body and the body's size; the page's `body` is still empty."""
        row = self._connection.execute(
            select(response, body.c.coding, body.c.data, body.c.size)
            .join(body, body.c.sha256 == response.c.sha256)
            .where(response.c.id == response_id)
        ).one()
        due = _due(self._connection.execute(select(request).where(request.c.id == row.request_id)).one())
        due = replace(due, version=row.version)
        kept = Kept(row.id, due, rows.page_value(row, b""), row.attempts, bool(row.captured))
        return kept, Packed(row.coding, row.data), row.size

    def count_attempt(self, response_id: int) -> None:
        """Count an attempt before it is made, so that a page that kills its worker is counted too."""
        where = response.c.id == response_id
        self._connection.execute(update(response).where(where).values(attempts=response.c.attempts + 1))

    def finish(self, kept: Kept) -> None:
        """Mark a response as worked, and its entry's changes as read."""
        self._connection.execute(update(response).where(response.c.id == kept.id).values(state="done"))
        self._connection.execute(update(request).where(*_unchanged_since(kept.due)).values(entry_changed=None))
        if kept.captured:
            self.worked(kept.page)

    def hold(self, kept: Kept, at: datetime, stage: str, error: BaseException) -> None:
        """Put a response in quarantine: its raw bytes stay, its error shows."""
        self._connection.execute(update(response).where(response.c.id == kept.id).values(state="quarantined"))
        # Its validators would make the server say "as before" of what we could not read.
        self._forget(kept.due.id)
        if kept.captured:
            self.worked(kept.page)
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

    # Where articles were listed

    def see(
        self, source: str, feed: str, section: str, listed: Sequence[Listed]
    ) -> list[tuple[Listed, frozenset[str] | None]]:
        """Note that a feed or listing listed these; with each, the fields that changed (None: seen for the first time).

        An older listing than the last one changes nothing.
        """
        found = {}
        for start in range(0, len(listed), BATCH):
            keys = [one.url_key for one in listed[start : start + BATCH]]
            where = (sighting.c.source == source, sighting.c.feed == feed, sighting.c.section == section)
            known = self._connection.execute(select(sighting).where(*where, sighting.c.url_key.in_(keys)))
            found.update({row.url_key: row for row in known})
        return [(one, self._see(source, feed, section, one, found.get(named(one.url_key)))) for one in listed]

    def first_seen(self, source: str, url_key: str) -> datetime | None:
        """When an address was first listed, in any feed."""
        where = (sighting.c.source == source, sighting.c.url_key == url_key)
        return self._connection.execute(select(func.min(sighting.c.first_seen_at)).where(*where)).scalar()

    def _see(self, source: str, feed: str, section: str, listed: Listed, row: Row[Any] | None) -> frozenset[str] | None:
        entry, digest = listed.entry, rows.entry_hash(listed.entry)
        said = {"url": entry.url, "guid": entry.guid, "headline": entry.headline, "entry_hash": digest}
        key = {"source": source, "feed": feed, "url_key": listed.url_key, "section": section}
        if row is None:
            seen = {"first_seen_at": entry.seen_at, "last_seen_at": entry.seen_at}
            self._connection.execute(self._insert(sighting).values(**key, **said, **seen).on_conflict_do_nothing())
            return None
        where = and_(*(sighting.c[name] == value for name, value in key.items()))
        if entry.seen_at < row.last_seen_at:
            first = min(row.first_seen_at, entry.seen_at)
            self._connection.execute(update(sighting).where(where).values(first_seen_at=first))
            return frozenset()
        if row.entry_hash == digest:
            self._connection.execute(update(sighting).where(where).values(last_seen_at=entry.seen_at))
            return frozenset()
        self._connection.execute(update(sighting).where(where).values(**said, last_seen_at=entry.seen_at))
        return frozenset({"headline"} if row.headline != entry.headline else {"text"})

    # Who polls a source

    def lease(self, source: str, holder: str, now: datetime, until: datetime) -> str | None:
        """Take or renew a source's lease; the holder's name if another one has it."""
        values = {"source": source, "holder": holder, "until": until}
        statement = self._insert(lease).values(**values)
        free = or_(lease.c.holder == holder, lease.c.until < now)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["source"], set_=values, where=free)
        )
        held_by = self._connection.execute(select(lease.c.holder).where(lease.c.source == source)).scalar_one()
        return None if held_by == holder else str(held_by)

    def release(self, holder: str) -> None:
        """Give all leases of a holder back."""
        self._connection.execute(lease.delete().where(lease.c.holder == holder))

    def _checked(self, due: Due, page: Page, next_at: datetime | None, **values: object) -> None:
        """Settle a request that was answered, unless its entry changed since: then it stays due."""
        state = "done" if next_at is None else "waiting"
        moved = {"due_at": next_at, "state": state, "attempts": 0, "error": None}
        settled = {name: values.pop(name) for name in ("entry_changed",) if name in values}
        self._connection.execute(update(request).where(*_unchanged_since(due)).values(**moved, **settled))
        seen = {"checked_at": page.fetched_at, **values}
        self._connection.execute(update(request).where(request.c.id == due.id).values(**seen))

    def _forget(self, number: int) -> None:
        nothing = {"etag": None, "last_modified": None, "sha256": None}
        self._connection.execute(update(request).where(request.c.id == number).values(**nothing))


def _new_since(begun: datetime | None) -> ColumnElement[bool]:
    """Requests that were due by then, or were found since and have not failed."""
    if begun is None:
        return true()
    return or_(request.c.due_at <= begun, and_(request.c.kind != "feed", request.c.attempts == 0))


def _unchanged_since(due: Due) -> tuple[ColumnElement[bool], ...]:
    return request.c.id == due.id, request.c.version == due.version


def _validators(page: Page, sha256: str) -> dict[str, str | None]:
    modified = page.header("last-modified")
    return {"sha256": sha256, "etag": page.header("etag"), "last_modified": None if _is_to_come(page) else modified}


def _is_to_come(page: Page) -> bool:
    """Whether a page says it was modified in the future: a server that said 2041 gave 304 for ever."""
    try:
        modified = parsedate_to_datetime(page.header("last-modified") or "")
    except ValueError:
        return False
    return modified.replace(tzinfo=modified.tzinfo or UTC) > page.fetched_at


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


def _due(row: Row[Any]) -> Due:
    return Due(
        id=row.id,
        request=rows.request_value(row),
        url_key=row.url_key,
        sha256=row.sha256,
        attempts=row.attempts,
        changed=tuple(row.entry_changed or ()),
        version=row.version,
    )
