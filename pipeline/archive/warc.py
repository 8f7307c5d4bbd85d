"""Web archives in and out: the captures of a WARC file as pages, and pages as a WARC file.

What an archive says of itself is untrusted: its sizes, dates and addresses decide nothing but which capture answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import (  # type: ignore[import-untyped,unused-ignore]
    StatusAndHeaders,
    StatusAndHeadersParser,
)
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped,unused-ignore]

from pipeline.archive.records import HEAD_LIMIT, Damaged, Record, record_at, records
from pipeline.coding import GZIP_MAGIC, DamagedBody, OversizedBody, coding_of, decode
from pipeline.errors import StoreError
from pipeline.model import Page

KINDS = frozenset({"response", "resource", "revisit"})
# Our own field: the address after redirects, where it isn't the target's.
FINAL_URI = "Newswire-Final-URI"
NOT_MODIFIED = 304
# The first page of the web is of 1991; what is dated later than this would overflow a date once a day is added.
FIRST_YEAR, LAST_YEAR = 1991, 2999
# `2021`, `2021-07`: WARC/1.1 allows dates cut short.
SHORT_DATE = re.compile(r"\d{4}(?:-\d\d)?")
TARGET = re.compile(r"https?://[^\x00-\x1f\x7f]{1,8000}", re.IGNORECASE)
# `HTTP/1.1 200 OK`, `HTTP/2 200`
STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
HEAD_END = re.compile(rb"\r?\n\r?\n")
# `1f40;name=value`
CHUNK_HEAD = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
CHUNK_END = re.compile(rb"\r?\n")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
ASCII = "".join(map(chr, range(128)))
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
CONTROL_BYTES = frozenset(range(9)) | frozenset(range(14, 32))
# Headers that speak of the body as it was sent; a body is written as decoded.
TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "trailer"})

Place = TypeVar("Place")


@dataclass(slots=True)
class Tally:
    """What a reading of archives passed over: damaged places, bodies over the limit, revisits of unknown captures."""

    damaged: int = 0
    oversized: int = 0
    unresolved: int = 0


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture: the page at the archive's own time and the SHA-256 of its decoded body.

    `offset` is where its record can be entered in the file; `inner` is 0 unless the file is gzipped as a whole: then
    the record begins so many decoded bytes further.  `names` are what a revisit record may call it by.
    """

    page: Page
    digest: str
    offset: int
    inner: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revisit:
    """A capture that says "the same body as before": of the capture that goes by one of `names`, best first."""

    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    offset: int
    inner: int = 0

    def of(self, original: Page) -> Page:
        """The page that this revisit stands for; a "not modified" has the status of what was not modified."""
        if self.status == NOT_MODIFIED:
            return replace(original, url=self.url, fetched_at=self.fetched_at)
        headers = self.headers or original.headers
        return replace(original, url=self.url, fetched_at=self.fetched_at, status=self.status, headers=headers)


class Originals(Generic[Place]):
    """Finds the capture that a revisit speaks of, over all the files of a set."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def add(self, capture: Capture, place: Place) -> None:
        for name in capture.names:
            self._places.setdefault(name, place)

    def find(self, revisit: Revisit) -> Place | None:
        return next((self._places[name] for name in revisit.names if name in self._places), None)


def read_captures(path: Path, *, limit: int, tally: Tally | None = None) -> Iterator[Capture]:
    """The captures of one file, in its order, revisits of its own captures at the end.

    Bodies of more than `limit` decoded bytes, damaged records and revisits of captures elsewhere are passed over, and
    counted in `tally`.

    Raises:
        StoreError: the file can't be read, or is no web archive.
    """
    tally = tally or Tally()
    originals, waiting = Originals[Capture](), list[Revisit]()
    for found in scan(path, limit=limit, tally=tally):
        if isinstance(found, Revisit):
            waiting.append(found)
            continue
        originals.add(found, replace(found, page=replace(found.page, body=b"", received=None)))
        yield found
    for revisit in waiting:
        if (original := originals.find(revisit)) is None:
            tally.unresolved += 1
            continue
        page = revisit.of(page_at(path, original.offset, original.inner, limit=limit))
        yield Capture(page, original.digest, revisit.offset, revisit.inner)


def scan(path: Path, *, limit: int, tally: Tally) -> Iterator[Capture | Revisit]:
    """As `read_captures`, with the revisits left for the caller to resolve over several files."""
    try:
        with path.open("rb") as file:
            for record in records(file, kinds=KINDS, limit=_record_limit(limit)):
                if record is None:
                    tally.damaged += 1
                elif found := _read(record, limit, tally):
                    yield found
    except OSError as error:
        raise StoreError(f"{path}: can't be read ({error.strerror}); check the path") from error
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from error


def page_at(path: Path, offset: int, inner: int = 0, *, limit: int) -> Page:
    """The page of the response or resource record at this place.

    Raises:
        StoreError: there is none (any more).
    """
    try:
        with path.open("rb") as file:
            return read_page(file, offset, inner, limit=limit)
    except OSError as error:
        raise StoreError(f"{path}: can't be read ({error.strerror}); check the path") from error


def read_page(file: BinaryIO, offset: int, inner: int = 0, *, limit: int) -> Page:
    """As `page_at`, from an open file."""
    try:
        found = _parse(record_at(file, offset, inner, limit=_record_limit(limit)), limit)
    except (Damaged, DamagedBody, OversizedBody) as error:
        raise StoreError(f"a web archive changed while it was read: {error}; run the replay again") from error
    if not isinstance(found, Capture):
        raise StoreError(f"a web archive changed while it was read (offset {offset}); run the replay again")
    return found.page


def write_warc(out: BinaryIO, pages: Iterable[Page]) -> int:
    """Write the pages as WARC/1.1 response records, a gzip member each, bodies decoded; returns how many.

    The same pages give the same bytes.  Pages that stand for an archive's gap (`absent`) are left out.
    """
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    written = 0
    for page in pages:
        if not page.absent:
            writer.write_record(_record_of(writer, page))
            written += 1
    return written


def _record_limit(limit: int) -> int:
    """How long a record may be whose body is within the limit: its head, and what chunks or a vain coding add."""
    return limit + limit // 8 + HEAD_LIMIT


def _read(record: Record, limit: int, tally: Tally) -> Capture | Revisit | None:
    if record.kind not in KINDS:
        return None
    if record.block is None:
        tally.oversized += 1
        return None
    try:
        return _parse(record, limit)
    except (Damaged, DamagedBody):
        tally.damaged += 1
    except OversizedBody:
        tally.oversized += 1
    return None


def _parse(record: Record, limit: int) -> Capture | Revisit | None:
    """What the record captured; None where it is no page of the web (`dns:`, `ftp:`).

    Raises:
        Damaged, DamagedBody, OversizedBody: it can't be used.
    """
    fields = _fields(record.head)
    url = fields.get("warc-target-uri", "").strip("<>")
    if not url.lower().startswith(("http:", "https:")):
        return None
    if not TARGET.fullmatch(url) or "warc-segment-number" in fields:
        raise Damaged("no usable address, or only a segment of a record")
    at, block = _instant(fields.get("warc-date", "")), record.block or b""
    if record.kind == "revisit":
        return _revisit(record, fields, url, at, block)
    if record.kind == "resource":
        status, headers, payload = 200, _resource_headers(fields), block
    else:
        status, headers, payload = _response(block)
    page = _page(Page(url, status, b"", at, headers, fields.get(FINAL_URI.lower())), payload, limit)
    return Capture(page, sha256(page.body).hexdigest(), record.offset, record.inner, _names(fields, url))


def _fields(head: bytes) -> dict[str, str]:
    """The named fields by lower-case name; of two with one name the first."""
    fields: dict[str, str] = {}
    for name, value in StatusAndHeadersParser([], verify=False).parse(BytesIO(head)).headers:
        fields.setdefault(name.lower(), value.strip())
    return fields


def _instant(date: str) -> datetime:
    if SHORT_DATE.fullmatch(date):
        date = f"{date}-01-01"[:10]
    try:
        at = datetime.fromisoformat(date)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Damaged("the record has no usable date") from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Damaged("the record is dated outside the age of the web")
    return at


def _names(fields: dict[str, str], url: str) -> tuple[str, ...]:
    names = (
        fields.get("warc-record-id"),
        f"{fields.get('warc-date')} {url}",
        fields.get("warc-payload-digest"),
    )
    return tuple(name for name in names if name)


def _revisit(record: Record, fields: dict[str, str], url: str, at: datetime, block: bytes) -> Revisit:
    status, headers, _ = _response(block) if block.strip() else (NOT_MODIFIED, (), b"")
    date, target = fields.get("warc-refers-to-date"), fields.get("warc-refers-to-target-uri", url).strip("<>")
    names = (
        fields.get("warc-refers-to"),
        f"{date} {target}" if date else None,
        fields.get("warc-payload-digest"),
    )
    return Revisit(url, at, status, headers, tuple(name for name in names if name), record.offset, record.inner)


def _resource_headers(fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    kind = fields.get("content-type")
    return (("content-type", UNPRINTABLE.sub(" ", kind)),) if kind else ()


def _response(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and payload of an HTTP response."""
    status, end = STATUS_LINE.match(block), HEAD_END.search(block, 0, HEAD_LIMIT)
    if status is None or end is None:
        raise Damaged("the record holds no HTTP response")
    parsed = StatusAndHeadersParser([], verify=False).parse(BytesIO(block[: end.end()]))
    headers = tuple((name.lower(), UNPRINTABLE.sub(" ", value).strip()) for name, value in parsed.headers)
    return int(status[1]), headers, block[end.end() :]


def _page(page: Page, payload: bytes, limit: int) -> Page:
    """The page with its body: the payload with transfer and content coding undone."""
    if "chunked" in (page.header("transfer-encoding") or "").lower():
        payload = _dechunk(payload)
    coding = coding_of(page.header("content-encoding"))
    if coding is None and payload.startswith(GZIP_MAGIC):
        coding = "gzip"
    if coding and payload:
        try:
            return replace(page, body=decode(coding, payload, limit), received=payload, coding=coding)
        except DamagedBody:
            if not _plainly_text(payload):
                raise
    if len(payload) > limit:
        raise OversizedBody(f"more than {limit} bytes")
    return replace(page, body=payload)


def _plainly_text(payload: bytes) -> bool:
    """Many crawlers keep a body decoded under the header that says it is coded."""
    start = payload[:512]
    return start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"[") and not set(start) & CONTROL_BYTES


def _dechunk(payload: bytes) -> bytes:
    """The payload without its chunk lines; as it is where a crawler has removed them before."""
    pieces: list[bytes] = []
    position = 0
    while head := CHUNK_HEAD.match(payload, position):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(payload[head.end() : head.end() + size])
        end = CHUNK_END.match(payload, head.end() + size)
        if end is None:
            raise Damaged("a chunk is cut short")
        position = end.end()
    if pieces:
        raise Damaged("a chunk is missing")
    return payload


def _record_of(writer: WARCWriter, page: Page) -> object:
    date = page.fetched_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    identity = uuid5(NAMESPACE_URL, f"{date} {page.url} {sha256(page.body).hexdigest()}")
    fields = {"WARC-Date": date, "WARC-Record-ID": f"<urn:uuid:{identity}>"}
    if page.address != page.url:
        fields[FINAL_URI] = _one_line(page.address)
    return writer.create_warc_record(
        _one_line(page.url),
        "response",
        payload=BytesIO(page.body),
        length=len(page.body),
        warc_headers_dict=fields,
        http_headers=StatusAndHeaders(_status_line(page.status), _headers_of(page), protocol="HTTP/1.1"),
    )


def _status_line(status: int) -> str:
    phrases = {known.value: known.phrase for known in HTTPStatus}
    return f"{status} {phrases.get(status, 'Unknown')}"


def _headers_of(page: Page) -> list[tuple[str, str]]:
    kept = [
        (name, quote(_one_line(value), safe=ASCII))
        for name, value in page.headers
        if name not in TRANSFER_HEADERS and HEADER_NAME.fullmatch(name)
    ]
    return [*kept, ("content-length", str(len(page.body)))]


def _one_line(value: str) -> str:
    """The value without what would end its line, or that UTF-8 can't hold."""
    return UNPRINTABLE.sub(" ", value.encode("utf-8", "replace").decode())
