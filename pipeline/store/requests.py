"""What is to be fetched, what came back, and where articles were listed: the rows of Tx A and of the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.model import Entry, Page, Polling, Request
from pipeline.store import rows
from pipeline.store.schema import (
    body,
    capture,
    parking,
    pause,
    polling,
    quarantine,
    request,
    response,
)
from pipeline.store.types import Instant

NEVER_POLLED = Polling()
CLOCK_MARGIN = timedelta(minutes=10)
LONGEST_REST = timedelta(hours=25)  # hosts are parked for a day at most
BATCH = 200  # bound parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535


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


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A request whose answer was what we have, and when it is next to be asked; `whole`, if without validators."""

    due: Due
    page: Page
    next_at: datetime | None
    whole: bool = False


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

    def wake_polled_before(self, source: str, feed: str, before: datetime, due_at: datetime) -> None:
        """Make a feed due that was last asked before then, unless it failed: that has its own time."""
        mine = (request.c.source == source, request.c.feed == feed, request.c.kind == "feed", request.c.attempts == 0)
        waiting = (request.c.state == "waiting", request.c.due_at > due_at, request.c.checked_at <= before)
        self._connection.execute(update(request).where(*mine, *waiting).values(due_at=due_at))

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

    def sources(self) -> list[str]:
        """All sources that anything was ever asked of."""
        return list(self._connection.execute(select(request.c.source).distinct()).scalars())

    def was_live(self, request_id: int) -> bool:
        """Whether something was ever asked of the web itself, not only of archives."""
        mine = (response.c.request_id == request_id, response.c.captured == 0)
        return self._connection.execute(select(response.c.id).where(*mine).limit(1)).first() is not None

    def page_request(self, source: str, url_key: str) -> Due | None:
        """The row of an article page, by the key of its address."""
        where = (request.c.source == source, request.c.kind == "page", request.c.url_key == url_key)
        row = self._connection.execute(_ROW.where(*where)).first()
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
                **rows.answer_row(due.id, page, sha256, due.version, captured=captured), attempts=1, state=state
            )
        )
        is_good = page.status == 200
        seen = {**_validators(page, sha256), "gone_at": None} if is_good else {}
        self._checked(due, page, next_at, captured=captured, **seen)
        # What an archive says is of its own time, and tells nothing of how often the feed has news now.
        if is_good and due.request.kind != "page" and not captured:
            self.polled(due.id, **_answered(due, page))
        key = inserted.inserted_primary_key
        assert key is not None
        return Kept(int(key[0]), due, page, 1, captured)

    def unchanged(self, due: Due, page: Page, next_at: datetime | None, *, captured: bool) -> None:
        """A 304, or the same bytes again: only the time of the check moves."""
        self._checked(due, page, next_at, captured=captured, entry_changed=None)
        if captured and page.status != 304:
            self.worked(page)
        if due.request.kind == "feed":
            self.wake_listings(due.request.source, due.request.feed, page.fetched_at)

    def all_unchanged(self, answers: Sequence[Unchanged]) -> None:
        """The same of many at once: most polls find nothing new, and this is what they cost."""
        moved = [
            {"row": one.due.id, "read": one.due.version, "due": one.next_at, "at": one.page.fetched_at,
             "now": "done" if one.next_at is None else "waiting"}
            for one in answers
        ]  # fmt: skip
        self._connection.execute(_MOVED, moved)
        lists = [one for one in answers if one.due.request.kind != "page"]
        if not lists:
            return
        past = [
            {"request_id": one.due.id, "answered_at": one.page.fetched_at, "failures": 0.0, "failing_since": None,
             "whole_at": one.page.fetched_at if one.whole else None}
            for one in lists
        ]  # fmt: skip
        self._connection.execute(_ANSWERED[self._connection.dialect.name], past)
        for one in lists:
            if one.due.request.kind == "feed" and one.due.past.listings != 0:
                self.wake_listings(one.due.request.source, one.due.request.feed, one.page.fetched_at)

    def polled(self, request_id: int, **values: Any) -> None:
        """Note what a poll said of a feed, by the columns of its past."""
        if values.get("rhythm") is not None:
            values["rhythm"] = rows.rhythm_row(values["rhythm"])
        statement = self._insert(polling).values(request_id=request_id, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["request_id"], set_=values))

    def past_of(self, source: str, feed: str) -> tuple[int | None, Polling]:
        """The row of a feed and what is known of its past."""
        mine = (request.c.source == source, request.c.kind == "feed", request.c.url == feed)
        row = self._connection.execute(_ROW.where(*mine)).first()
        return (row.id, rows.polling_value(row)) if row else (None, NEVER_POLLED)

    def reschedule(self, due: Due, next_at: datetime) -> None:
        """Move the next poll of a feed that was just read."""
        mine = (request.c.id == due.id, request.c.state == "waiting", request.c.version == due.version)
        self._connection.execute(update(request).where(*mine).values(due_at=next_at))

    def missing(self, due: Due, page: Page, next_at: datetime | None) -> None:
        """A page that we had is gone: note since when, and look again.  What was read of it stays known."""
        values = {"gone_at": due.gone_at or page.fetched_at, "checked_at": page.fetched_at, "due_at": next_at}
        state = "done" if next_at is None else "waiting"
        told = f"{due.request.url}: the server answered {page.status}"
        self._connection.execute(
            update(request).where(*_unchanged_since(due)).values(**values, state=state, error=told)
        )

    def is_elsewhere(self, source: str, url_keys: Collection[str]) -> bool:
        """Whether one of these pages was had and is not missing."""
        mine = (request.c.source == source, request.c.kind == "page", request.c.url_key.in_(list(url_keys)))
        had = (request.c.sha256.is_not(None), request.c.gone_at.is_(None))
        return self._connection.execute(select(request.c.id).where(*mine, *had).limit(1)).first() is not None

    def mend_times(self, now: datetime) -> int:
        """Make due what was asked for in a future that a wrong clock believed in, and end rests that end in it."""
        ahead = now + CLOCK_MARGIN
        self._connection.execute(parking.delete().where(parking.c.until > now + LONGEST_REST))
        wrong = (request.c.state == "waiting", request.c.checked_at > ahead, request.c.due_at > ahead)
        mended = self._connection.execute(update(request).where(*wrong).values(due_at=now, checked_at=now))
        return int(mended.rowcount)

    def wake_failing(self, sources: Collection[str], now: datetime) -> int:
        """Make the feeds due whose last poll failed: the network is back, or somebody has looked after it."""
        failing = select(polling.c.request_id).where(polling.c.failing_since.is_not(None))
        mine = (request.c.id.in_(failing), request.c.source.in_(list(sources)), request.c.state == "waiting")
        woken = self._connection.execute(update(request).where(*mine, request.c.due_at > now).values(due_at=now))
        return int(woken.rowcount)

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

    def poll_failed(self, due: Due, at: datetime, retry_at: datetime, error: str, failures: float, kind: str) -> None:
        """A poll that gave nothing: the feed is tried again, and its past remembers since when, and how it failed."""
        self.failed(due, at, retry_at, error)
        since = due.past.failing_since or (at if failures else None)
        self.polled(due.id, failures=failures, failing_since=since, failure_kind=kind)

    # The archive

    def unarchived(self, due: Due, at: datetime, next_at: datetime | None, why: str) -> None:
        """An archive does not have it; with `next_at`, the web may, and is asked then."""
        if next_at is None:
            self.failed(due, at, None, why)
            return
        later = {"due_at": next_at, "entry_changed": None}
        self._connection.execute(update(request).where(*_unchanged_since(due)).values(**later))

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
        due = _due(self._connection.execute(_ROW.where(request.c.id == row.request_id)).one())
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

    def hold(self, kept: Kept, at: datetime, stage: str, error: BaseException, *, once: bool = False) -> None:
        """Put a response in quarantine: its raw bytes stay, its error shows.

        With `once`, nothing more is held where something of its address is held already.
        """
        same = (quarantine.c.source == kept.due.request.source, quarantine.c.url == kept.page.url)
        held = select(quarantine.c.id).where(*same, quarantine.c.state == "held", quarantine.c.stage == stage)
        if once and self._connection.execute(held.limit(1)).first() is not None:
            self.finish(kept)
            self._forget(kept.due.id)
            return
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

    def missing_lately(self, source: str, since: datetime) -> tuple[int, int]:
        """How many pages of a source were found missing since then, and how many were there."""
        mine = (request.c.source == source, request.c.kind == "page", request.c.checked_at >= since)
        had = request.c.sha256.is_not(None)
        gone = func.count().filter(request.c.gone_at.is_not(None))
        there = func.count().filter(had, request.c.gone_at.is_(None))
        row = self._connection.execute(select(gone, there).where(*mine)).one()
        return int(row[0]), int(row[1])

    def recover(self, source: str, feed: str, since: datetime) -> None:
        """Remember of a backup from when on entries may have been missed."""
        mine = (request.c.source == source, request.c.kind == "feed", request.c.url == feed)
        number = self._connection.execute(select(request.c.id).where(*mine)).scalar()
        if number is not None:
            self.polled(number, gap_at=since)

    def _checked(self, due: Due, page: Page, next_at: datetime | None, *, captured: bool, **values: object) -> None:
        """Settle a request that was answered, unless its entry changed since: then it stays due.

        A capture that is older than what is known of the address says nothing of how it is now.
        """
        state = "done" if next_at is None else "waiting"
        moved = {"due_at": next_at, "state": state, "attempts": 0, "error": None}
        settled = {name: values.pop(name) for name in ("entry_changed",) if name in values}
        self._connection.execute(update(request).where(*_unchanged_since(due)).values(**moved, **settled))
        if captured and due.checked_at is not None and page.fetched_at < due.checked_at:
            return
        seen = {"checked_at": page.fetched_at, **values}
        self._connection.execute(update(request).where(request.c.id == due.id).values(**seen))

    def _forget(self, number: int) -> None:
        # That a page was had once is not forgotten: what is missing later was there.
        no_bytes = case((request.c.sha256.is_(None), None), else_="")
        nothing = {"etag": None, "last_modified": None, "sha256": no_bytes}
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
        return modified.replace(tzinfo=modified.tzinfo or UTC) > page.fetched_at
    except (ValueError, TypeError, OverflowError):  # `+99999999999999999999` for a zone
        return False


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
        host=row.host,
        asked_at=row.asked_at,
        gone_at=row.gone_at,
        past=rows.polling_value(row),
        validators=(row.etag, row.last_modified),
        checked_at=row.checked_at,
    )


def _answered(due: Due, page: Page) -> dict[str, Any]:
    """The past of a feed that gave a body."""
    good = {"answered_at": page.fetched_at, "failures": 0.0, "failing_since": None}
    is_whole = due.request.etag is None and due.request.last_modified is None
    return {**good, "whole_at": page.fetched_at} if is_whole else good


def _parked(now: datetime) -> Select[Any]:
    return select(parking.c.host).where(parking.c.until > now)


_ROW = select(request, *(column for column in polling.c if column.name != "request_id")).outerjoin(
    polling, polling.c.request_id == request.c.id
)
_RANK = case({"feed": 0, "listing": 1}, value=request.c.kind, else_=2)
_DUE = _ROW.where(request.c.state == "waiting").order_by(_RANK, request.c.due_at, request.c.id)
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


def _answered_again(insert: Any) -> Any:
    statement = insert(polling)
    whole_at = func.coalesce(statement.excluded.whole_at, polling.c.whole_at)
    again = {name: statement.excluded[name] for name in ("answered_at", "failures", "failing_since")}
    return statement.on_conflict_do_update(index_elements=["request_id"], set_={**again, "whole_at": whole_at})


_ANSWERED = {"sqlite": _answered_again(sqlite_insert), "postgresql": _answered_again(postgresql_insert)}
_MOVED = (
    update(request)
    .where(request.c.id == bindparam("row"), request.c.version == bindparam("read"))
    .values(
        due_at=bindparam("due"),
        checked_at=bindparam("at"),
        state=bindparam("now"),
        attempts=0,
        error=None,
        entry_changed=None,
    )
)
