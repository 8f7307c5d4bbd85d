"""What requests came to: answered, answered as before, missing or failed; and when each is asked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select, update

from pipeline.model import Page
from pipeline.store.captures import Captures
from pipeline.store.past import Past
from pipeline.store.queue import Due
from pipeline.store.requests import Requests
from pipeline.store.schema import request


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A request whose answer was what we have, and when it is next to be asked; `whole`, if without validators."""

    due: Due
    page: Page
    next_at: datetime | None
    whole: bool = False


class Outcomes:
    """The outcomes of requests inside one transaction."""

    def __init__(self, connection: Connection, requests: Requests, past: Past, captures: Captures) -> None:
        self._connection = connection
        self._requests = requests
        self._past = past
        self._captures = captures

    def answered(self, due: Due, page: Page, sha256: str, next_at: datetime | None, *, captured: bool) -> None:
        """A response that is kept: its validators move with it, and the next due time."""
        is_good = page.status == 200
        seen = {**_validators(page, sha256), "gone_at": None} if is_good else {}
        self._checked(due, page, next_at, captured=captured, **seen)
        # What an archive says is of its own time, and tells nothing of how often the feed has news now.
        if is_good and due.request.kind != "page" and not captured:
            self._past.polled(due.id, **_answered(due, page))

    def changes_read(self, due: Due) -> None:
        """What changed in its entry was read."""
        self._connection.execute(update(request).where(*_unchanged_since(due)).values(entry_changed=None))

    def unchanged(self, due: Due, page: Page, next_at: datetime | None, *, captured: bool) -> None:
        """A 304, or the same bytes again: only the time of the check moves."""
        self._checked(due, page, next_at, captured=captured, entry_changed=None)
        if captured and page.status != 304:
            self._captures.worked(page)
        if due.request.kind == "feed":
            self._requests.wake_listings(due.request.source, due.request.feed, page.fetched_at)

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
        self._past.all_polled(past)
        for one in lists:
            if one.due.request.kind == "feed" and one.due.past.listings != 0:
                self._requests.wake_listings(one.due.request.source, one.due.request.feed, one.page.fetched_at)

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

    def missing_lately(self, source: str, since: datetime) -> tuple[int, int]:
        """How many pages of a source were found missing since then, and how many were there."""
        mine = (request.c.source == source, request.c.kind == "page", request.c.checked_at >= since)
        had = request.c.sha256.is_not(None)
        gone = func.count().filter(request.c.gone_at.is_not(None))
        there = func.count().filter(had, request.c.gone_at.is_(None))
        row = self._connection.execute(select(gone, there).where(*mine)).one()
        return int(row[0]), int(row[1])

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
            self.forget(due.id)

    def poll_failed(self, due: Due, at: datetime, retry_at: datetime, error: str, failures: float, kind: str) -> None:
        """A poll that gave nothing: the feed is tried again, and its past remembers since when, and how it failed."""
        self.failed(due, at, retry_at, error)
        since = due.past.failing_since or (at if failures else None)
        self._past.polled(due.id, failures=failures, failing_since=since, failure_kind=kind)

    def unarchived(self, due: Due, at: datetime, next_at: datetime | None, why: str) -> None:
        """An archive does not have it; with `next_at`, the web may, and is asked then."""
        if next_at is None:
            self.failed(due, at, None, why)
            return
        later = {"due_at": next_at, "entry_changed": None}
        self._connection.execute(update(request).where(*_unchanged_since(due)).values(**later))

    def forget(self, number: int) -> None:
        """Forget what a request was last answered with, so that the next answer is new whatever it is."""
        # That a page was had once is not forgotten: what is missing later was there.
        no_bytes = case((request.c.sha256.is_(None), None), else_="")
        nothing = {"etag": None, "last_modified": None, "sha256": no_bytes}
        self._connection.execute(update(request).where(request.c.id == number).values(**nothing))

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


def _unchanged_since(due: Due) -> tuple[ColumnElement[bool], ...]:
    return request.c.id == due.id, request.c.version == due.version


def _answered(due: Due, page: Page) -> dict[str, Any]:
    """The past of a feed that gave a body."""
    good = {"answered_at": page.fetched_at, "failures": 0.0, "failing_since": None}
    is_whole = due.request.etag is None and due.request.last_modified is None
    return {**good, "whole_at": page.fetched_at} if is_whole else good


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
