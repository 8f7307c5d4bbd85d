"""Between values and rows: entries and articles as the store keeps them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pipeline.model import (
    Article,
    Citation,
    Dateline,
    Entry,
    Extraction,
    Page,
    Polling,
    Published,
    Request,
    Rhythm,
)
from pipeline.record import instant
from pipeline.store.turned import is_turned
from pipeline.store.types import storable, whole

PLAIN = (
    "canonical_url", "credit", "headline", "headline_raw", "lead", "body", "section", "byline", "language",
    "completeness", "updated_at", "embargoed_until", "fetched_at",
)  # fmt: skip
PAST = (
    "answered_at", "whole_at", "new_at", "failing_since", "failures", "failure_kind", "wanted", "entries", "listings",
    "gap_at", "churn_at",
)  # fmt: skip
UNSEALED = frozenset({"seq", "seal"})
# Of an answer, all that is known when it is kept.
ANSWERED = ("request_id", "url", "final_url", "status", "headers", "fetched_at", "sha256", "captured", "version")
# RFC 9110: a header's name has no colon.
SEAL = ":seal"
LISTS = ("keywords", "authors", "images", "signals")
WORDS = ("headline", "text", "content", "published_raw", "updated_raw")


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as JSON, with a hash of it: nothing else in the database says what the agency had listed."""
    return _sealed(storable({**dataclasses.asdict(entry), "seen_at": instant(entry.seen_at)}))


@whole()
def entry_value(row: dict[str, Any]) -> Entry:
    """The entry that `entry_row` made."""
    said = {name: value for name, value in row.items() if name != "seal"}
    lists = {name: tuple(said[name]) for name in ("keywords", "authors", "images")}
    return Entry(**{**said, **lists, "seen_at": datetime.fromisoformat(said["seen_at"])})


def is_whole(row: dict[str, Any]) -> bool:
    """Whether an entry or a rhythm is what it was when it was written; one without a seal is older than seals."""
    said = {name: value for name, value in row.items() if name != "seal"}
    if "seal" in row:
        return bool(row["seal"] == _hash_of(said))
    return not any(is_turned(name, "seal") for name in row)


def answer_row(request_id: int, page: Page, sha256: str, version: int, *, captured: bool) -> dict[str, Any]:
    """The columns of an answer that never change, with a hash of them behind its headers, under a name that no header
    can have."""
    said = storable({
        "request_id": request_id, "url": page.url, "final_url": page.final_url, "status": page.status,
        "headers": page.headers, "fetched_at": page.fetched_at, "sha256": sha256, "captured": int(captured),
        "version": version,
    })  # fmt: skip
    return {**said, "headers": [*said["headers"], [SEAL, _answer_seal(said)]]}


@whole()
def is_answer_whole(row: Any) -> bool:
    """Whether a row of `response` is what it was when it was written; one without a seal is older than seals."""
    *headers, last = row.headers or [["", ""]]
    name, seal = last
    if name != SEAL:
        return not is_turned(name, SEAL)
    return bool(seal == _answer_seal({column: getattr(row, column) for column in ANSWERED} | {"headers": headers}))


def _answer_seal(said: dict[str, Any]) -> str:
    return _hash_of({**said, "fetched_at": instant(said["fetched_at"])})


def entry_hash(entry: Entry) -> str:
    """What the agency says in the entry; not when or where we saw it."""
    return words_hash({name: getattr(entry, name) for name in WORDS})


def words_hash(entry: Mapping[str, Any]) -> str:
    """The same of an entry as it is kept; another one, where no database can hold what was said."""
    return hashlib.sha256(json.dumps([entry[name] for name in WORDS]).encode()).hexdigest()


def request_value(row: Any) -> Request:
    """The request of a row of the `request` table."""
    return Request(
        url=row.url,
        kind=row.kind,
        source=row.source,
        feed=row.feed,
        entry=entry_value(row.entry) if row.entry else None,
        language=row.language,
        section=row.section,
        etag=row.etag,
        last_modified=row.last_modified,
    )


@whole()
def polling_value(row: Any) -> Polling:
    """What is known of a feed's past, of a row that joins `request` and `polling`; nothing, where there is none."""
    if row.failures is None:
        return Polling()
    past = {name: getattr(row, name) for name in PAST}
    doubted = tuple(row.doubted) if row.doubted else None
    return Polling(**past, rhythm=_rhythm_value(row.rhythm), doubted=doubted, lies=bool(row.lies))


def rhythm_row(rhythm: Rhythm) -> dict[str, Any]:
    """A rhythm as JSON, with a hash of it."""
    entries, hours = ([round(value, 4) for value in values] for values in (rhythm.entries, rhythm.hours))
    return _sealed(
        {
            "entries": entries,
            "hours": hours,
            "upto": instant(rhythm.upto),
            "lull": round(rhythm.lull, 2),
            "doubt": round(rhythm.doubt, 2),
            "since": instant(rhythm.since) if rhythm.since else None,
        }
    )


def _rhythm_value(row: dict[str, Any] | None) -> Rhythm | None:
    if row is None:
        return None
    upto, since = datetime.fromisoformat(row["upto"]), row.get("since")
    return Rhythm(
        tuple(row["entries"]),
        tuple(row["hours"]),
        upto,
        row.get("lull", 0.0),
        row.get("doubt", 0.0),
        datetime.fromisoformat(since) if since else None,
    )


@whole()
def page_value(row: Any, body: bytes) -> Page:
    """The page of a row of the `response` table."""
    return Page(
        url=row.url,
        status=row.status,
        body=body,
        fetched_at=row.fetched_at,
        headers=tuple((name, value) for name, value in row.headers if name != SEAL),
        final_url=row.final_url,
    )


@whole()
def article_value(row: Any) -> Article:
    """The article of a row that joins `article` and `article_revision`."""
    said: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    said |= {name: tuple(getattr(row, name)) for name in LISTS}
    return Article(
        source=row.source,
        url=row.url,
        guid=row.guid,
        first_seen_at=row.first_seen_at,
        sort_at=row.sort_at,
        **said,
        dateline=_dateline_value(row.dateline),
        citations=tuple(Citation(**citation) for citation in row.citations),
        extraction=Extraction(**row.extraction),
        published=published_value(row),
    )


def published_value(row: Any) -> Published | None:
    """The time of a row of `article_revision` at which it was published."""
    if row.published_at is None:
        return None
    day = row.published_precision == "day"
    at = date.fromisoformat(row.published_at) if day else datetime.fromisoformat(row.published_at)
    return Published(at=at, precision=row.published_precision, origin=row.published_from, raw=row.published_raw)


def seal_of(row: Any) -> str:
    """The hash of a row of `article_revision` as it is read back, but for its place in the change feed.

    What is NULL is left out, so that a column that is added later leaves old seals whole.  A migration that changes
    what is there has to take the seals away.
    """
    said = {name: value for name, value in row._mapping.items() if value is not None and name not in UNSEALED}
    return _hash_of(said)


def _sealed(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "seal": _hash_of(said)}


def _hash_of(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _dateline_value(row: dict[str, Any] | None) -> Dateline | None:
    if row is None:
        return None
    day = date.fromisoformat(row["date"]) if row["date"] else None
    return Dateline(**{**row, "places": tuple(row["places"]), "date": day})
