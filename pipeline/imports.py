"""Records made elsewhere, through normalise, dedup and store: JSON lines that are trusted no more than the web.

Needed are `source`, `headline`, `body`, and `guid` or `url`; a field of the record that is given is taken, what is
missing is found in the text or stays unknown.  `id`, `revision` and `seq` belong to another database, `guids` to its
feeds; of `urls` those are taken that no other article here is known by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pipeline import ingest
from pipeline.digest import UNIVERSAL, Observed, Room, guid_key, here, prints
from pipeline.errors import NormaliseError, StoreError, WireError
from pipeline.model import Article, Dated, Dateline, Entry, Evidence, Extract, Extraction, Precision, Published, Source
from pipeline.normalise import normalise
from pipeline.normalise.kills import notice_of
from pipeline.normalise.times import read_shown
from pipeline.normalise.urls import normal_url
from pipeline.sites import host_of
from pipeline.store import Transaction
from pipeline.tally import COUNTS, Tally
from pipeline.workers import TaskError, WorkerError

MOST_ADDRESSES = 100
LONGEST_LINE = 4 * 1024 * 1024  # bytes
LONGEST_RAW = 200  # characters of a printed time
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # no instant of ours is older
WEB = re.compile(r"\s*https?://", re.IGNORECASE)
BY_GUID = "guid:"  # what stands for the address of a record that has none
A_YEAR = timedelta(days=366)
PRECISIONS: dict[str, Precision] = {"second": "second", "minute": "minute"}  # of an instant; a bare day is of a day
ORIGINS: dict[str, Evidence] = {
    "feed": "feed", "page": "page", "listing": "listing", "dateline": "dateline", "guess": "guess"
}  # fmt: skip
PORTION = 100  # records that go to a worker, and into a transaction, together


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; `raw` is cut if it is too long to be a record."""

    number: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is no record, and why."""

    line: Line
    source: str
    url: str
    error: WireError


def portions(file: BinaryIO) -> Iterator[list[Line]]:
    """The file's lines, empty ones left out, some at a time."""
    found: list[Line] = []
    for number, raw in enumerate(_lines(file), 1):
        if raw.strip():
            found.append(Line(number, raw))
        if len(found) == PORTION:
            yield found
            found = []
    if found:
        yield found


def read(room: Room, lines: list[Line], now: datetime) -> list[Observed | Bad]:
    """The articles of some lines; runs in a worker."""
    return [_read(room, line, now) for line in lines]


def read_here(lines: list[Line], now: datetime) -> list[Observed | Bad]:
    """`read` with the worker's Room."""
    return read(here(), lines, now)


async def take_in(wire: ingest.Line, lines: list[Line]) -> None:
    """Read and store lines together; where that fails, each by itself, so that only a bad one goes into quarantine.

    Raises:
        StoreError: the database is busy, full or gone, which is no line's fault.
        PoolError: there are no workers.
    """
    at = wire.clock.now()
    try:
        found = await wire.workers.run(read_here, lines, at)
        await _store(wire, found, at)
    except (WorkerError, TaskError, StoreError) as error:
        if isinstance(error, StoreError) and error.transient:
            raise
        if len(lines) == 1:
            told = TaskError(f"line {lines[0].number}: {error}", name=getattr(error, "name", type(error).__name__))
            await _store(wire, [Bad(lines[0], "?", "?", told)], at)
            return
        for line in lines:
            await take_in(wire, [line])


def commit(wire: ingest.Line, tx: Transaction, found: list[Observed | Bad], at: datetime) -> None:
    """Store what was read; a line that was no record goes into quarantine."""
    for one in found:
        if isinstance(one, Observed):
            wire.filing.take(tx, one)
        else:
            tx.desk.hold(at, one.source, one.url, one.line.raw, "import", one.error)


async def _store(wire: ingest.Line, found: list[Observed | Bad], at: datetime) -> None:
    """Commit, and count only what was committed."""
    counted = replace(wire, tally=Tally())
    await wire.write(partial(commit, counted, found=found, at=at))
    for source, counts in counted.tally.summary(counted.tally.sources()).items():
        for what in COUNTS:
            wire.tally.count(source, what, counts[what])
    for bad in (one for one in found if isinstance(one, Bad)):
        wire.tally.fail(bad.source, bad.error)
        wire.tally.count(bad.source, "quarantined")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while raw := file.readline(LONGEST_LINE):
        while not raw.endswith(b"\n") and (rest := file.readline(LONGEST_LINE)):
            if rest.endswith(b"\n"):
                break
        yield raw


def _read(room: Room, line: Line, now: datetime) -> Observed | Bad:
    record: Mapping[str, Any] = {}
    try:
        record = _record(line.raw)
        return _observed(room, record, now)
    except (NormaliseError, RecursionError) as error:
        told = NormaliseError(f"line {line.number}: {error}")
        return Bad(line, str(record.get("source") or "?")[:200], str(record.get("url") or "?")[:2000], told)


def _record(raw: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise NormaliseError(f"no JSON ({error}); write one object a line") from error
    if not isinstance(record, dict):
        raise NormaliseError("no JSON object; write one object a line")
    for name in ("source", "headline", "body"):
        if not isinstance(record.get(name), str) or (not record[name].strip() and name != "body"):
            raise NormaliseError(f"{name} is missing or no text; every record needs source, headline and body")
    if not any(isinstance(record.get(name), str) and record[name].strip() for name in ("guid", "url")):
        raise NormaliseError("neither guid nor url is there; every record needs one of them to be known by")
    if (url := _text(record, "url")) and not _is_web(url) and not (_text(record, "guid") and url.startswith(BY_GUID)):
        raise NormaliseError(f"url {url[:200]!r} is no address (http://… or https://…); correct it, or give guid alone")
    return record


def _is_web(url: str) -> bool:
    return WEB.match(url) is not None and bool(host_of(url))


def _address(record: Mapping[str, Any]) -> str | None:
    """The record's address; what stands for one in a record of ours that had none is none."""
    url, guid = _text(record, "url"), _text(record, "guid")
    return next((one.strip() for one in (url, guid) if one and _is_web(one)), None)


def _observed(room: Room, record: Mapping[str, Any], now: datetime) -> Observed:
    source = room.sources.get(record["source"]) or Source(record["source"], record["source"], zone_known=False)
    guid, address = _text(record, "guid"), _address(record)
    url = address or f"{BY_GUID}{quote(guid or '', safe='')}"
    entry = Entry(url=url, feed="", seen_at=now, guid=guid)
    first, fetched = _past(record.get("first_seen_at"), now), _past(record.get("fetched_at"), now)

    def read(seen_at: datetime) -> Article:
        extract = _extract(record)
        return normalise(extract, entry, source, room.registers, url=url, fetched_at=fetched or now, seen_at=seen_at)

    article = read(first or now)
    if first is None and not _is_dated(record) and _has_time(article):
        article = _without_guessed_year(article, read(now - A_YEAR))
    article = _given(article, record)
    # A guid like `1` names an article of its feed alone, and of which feed is not known here.
    is_key = guid and (UNIVERSAL.match(guid) or not address)
    key = guid_key(source, entry) if is_key else None
    urls = [one for one in _texts(record, "urls") if _is_web(one)]
    also = tuple((one, normal_url(one, source.identity_query)) for one in urls[:MOST_ADDRESSES])
    by_url = normal_url(url, source.identity_query)
    return Observed(article, prints(room, article, source), by_url, key, also, notice_of(article))


def _has_time(article: Article) -> bool:
    return article.published is not None or (article.dateline is not None and article.dateline.date is not None)


def _is_dated(record: Mapping[str, Any]) -> bool:
    """Whether a record says its time with the year."""
    given = _text(record, "published_at")
    return _instant(given) is not None or _day(given) is not None


def _without_guessed_year(article: Article, earlier: Article) -> Article:
    """Without days whose year is but that of the import: they are others in what would have been read a year before."""
    dateline, other = article.dateline, earlier.dateline
    if dateline and (other is None or other.date != dateline.date):
        article = replace(article, dateline=replace(dateline, date=None))
    if article.published != earlier.published:
        article = replace(article, published=None, sort_at=article.first_seen_at)
    return article


def _extract(record: Mapping[str, Any]) -> Extract:
    published = _text(record, "published_at")
    if published and read_shown(published, ZoneInfo("UTC"), EARLIEST + A_YEAR):
        published = None  # `5 minutes ago` counts from when it was shown, and the import is not when
    return Extract(
        headline=_text(record, "headline_raw") or record["headline"],
        lead=_text(record, "lead"),
        paragraphs=tuple(record["body"].split("\n")),
        dates=(Dated("feed", published),) if published else (),
        updated_raw=_text(record, "updated_at"),
        byline=_text(record, "byline"),
        authors=_texts(record, "authors"),
        section=_text(record, "section"),
        keywords=_texts(record, "keywords"),
        images=_texts(record, "images"),
        language=_text(record, "language"),
        canonical_url=_text(record, "canonical_url"),
        method="import",
        completeness=record["completeness"] if record.get("completeness") in ("feed", "partial") else "full",
    )


def _given(article: Article, record: Mapping[str, Any]) -> Article:
    """What a record says that its own text no longer shows: our own records come without dateline and markers."""
    signals = (*article.signals, *(name for name in _texts(record, "signals") if name not in article.signals))
    return replace(
        article,
        signals=signals,
        dateline=article.dateline or _dateline(record.get("dateline")),
        credit=article.credit or _text(record, "credit"),
        published=_published(article.published, record),
        embargoed_until=article.embargoed_until or _instant(record.get("embargoed_until")),
        extraction=_extraction(record.get("extraction")) or article.extraction,
    )


def _instant(given: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):  # `0001-01-01T00:00:00+14:00` was a year before there are any
        return None


def _extraction(given: object) -> Extraction | None:
    """How the text was got where the record was made."""
    if not isinstance(given, dict) or not _text(given, "method"):
        return None
    fields, quality = given.get("fields"), given.get("quality")
    return Extraction(
        method=given["method"],
        version=_text(given, "version") or "?",
        quality=min(max(float(quality), 0.0), 1.0) if isinstance(quality, int | float) else 0.0,
        profile=_text(given, "profile"),
        fields={name: origin for name, origin in fields.items() if isinstance(origin, str)}
        if isinstance(fields, dict)
        else {},
    )


def _published(read: Published | None, record: Mapping[str, Any]) -> Published | None:
    """The record's own time with what it says of it, as far as that can be true; one of the dateline stays as read."""
    if read is None or read.origin != "feed":
        return read
    precision, origin, raw = (_text(record, f"published_{name}") for name in ("precision", "from", "raw"))
    if isinstance(read.at, datetime):
        read = replace(read, precision=PRECISIONS.get(precision or "", read.precision))
    return replace(read, origin=ORIGINS.get(origin or "", read.origin), raw=(raw or read.raw)[:LONGEST_RAW])


def _dateline(given: object) -> Dateline | None:
    if not isinstance(given, dict) or not _text(given, "text"):
        return None
    return Dateline(
        text=given["text"],
        place=_text(given, "place"),
        places=_texts(given, "places"),
        date=_day(_text(given, "date")),
        agency=_text(given, "agency"),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _past(text: object, now: datetime) -> datetime | None:
    """An instant of ours that the record brings along; one without a zone, to come or of old is not believed."""
    try:
        given = datetime.fromisoformat(text) if isinstance(text, str) else None
        at = given.astimezone(UTC) if given and given.tzinfo else None
    except (ValueError, OverflowError):  # the latter: 0001-01-01T00:00:00+23:00 is before all time in UTC
        return None
    return at if at and EARLIEST <= at <= now else None


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = record.get(name)
    return tuple(item for item in value if isinstance(item, str) and item.strip()) if isinstance(value, list) else ()
