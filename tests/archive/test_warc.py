"""Captures come out of web archives of every layout, whatever is wrong with the next record."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped,unused-ignore]

from pipeline.archive.warc import Capture, Tally, page_at, read_captures, write_warc
from pipeline.errors import StoreError
from pipeline.model import Page

Layout = Callable[[Path, Sequence[bytes]], Path]

URL = "https://tass.com/world/1310956"
BODY = b"<p>VIENTIANE, July 7. /TASS/. Ministers met.</p>"


def http(body: bytes = BODY, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    block: bytes,
    *fields: str,
    url: str = URL,
    date: str = "2021-07-07T04:12:00Z",
    kind: str = "response",
    length: int | None = None,
    version: str = "WARC/1.0",
) -> bytes:
    lines = [version, f"WARC-Type: {kind}", f"WARC-Date: {date}", f"WARC-Target-URI: {url}", *fields,
             f"Content-Length: {len(block) if length is None else length}"]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def plain(path: Path, parts: Sequence[bytes]) -> Path:
    path.write_bytes(b"".join(parts))
    return path


def per_record(path: Path, parts: Sequence[bytes]) -> Path:
    path.write_bytes(b"".join(gzip.compress(part) for part in parts))
    return path


def as_a_whole(path: Path, parts: Sequence[bytes]) -> Path:
    path.write_bytes(gzip.compress(b"".join(parts)))
    return path


def cut_anywhere(path: Path, parts: Sequence[bytes]) -> Path:
    """Members of 100 bytes, as a block compressor makes them."""
    data = b"".join(parts)
    path.write_bytes(b"".join(gzip.compress(data[start : start + 100]) for start in range(0, len(data), 100)))
    return path


LAYOUTS = (plain, per_record, as_a_whole, cut_anywhere)


def read(path: Path, tally: Tally | None = None, limit: int = 100_000) -> list[Capture]:
    return list(read_captures(path, limit=limit, tally=tally))


def bodies(path: Path, tally: Tally | None = None, limit: int = 100_000) -> list[bytes]:
    return [capture.page.body for capture in read(path, tally, limit)]


@pytest.mark.parametrize("write", LAYOUTS)
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
def test_a_response_is_read_in_every_layout(write: Layout, version: str, tmp_path: Path) -> None:
    parts = [record(http(BODY + b"%d" % number), version=version) for number in range(5)]
    captures = read(write(tmp_path / "a.warc", parts))
    assert [capture.page.body for capture in captures] == [BODY + b"%d" % number for number in range(5)]
    page = captures[0].page
    assert (page.url, page.status, page.fetched_at) == (URL, 200, datetime(2021, 7, 7, 4, 12, tzinfo=UTC))
    assert page.header("content-type") == "text/html; charset=utf-8"
    assert captures[0].digest == sha256(BODY + b"0").hexdigest()


@pytest.mark.parametrize("write", LAYOUTS)
def test_each_capture_can_be_read_again_at_its_place(write: Layout, tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc", [record(http(BODY + b"%d" % number)) for number in range(5)])
    for capture in read(path):
        assert page_at(path, capture.offset, capture.inner, limit=1000) == capture.page


@pytest.mark.parametrize("write", LAYOUTS)
def test_other_records_are_passed_over(write: Layout, tmp_path: Path) -> None:
    tally = Tally()
    parts = [
        record(b"software: x", kind="warcinfo"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(b"127.0.0.1", url="dns:tass.com", kind="resource"),
        record(http()),
        record(b"via: x", kind="metadata"),
    ]
    assert bodies(write(tmp_path / "a.warc", parts), tally) == [BODY]
    assert tally == Tally()


def test_a_resource_is_a_page_with_status_200(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.warc", [record(BODY, "Content-Type: text/html", kind="resource")])
    page = read(path)[0].page
    assert (page.status, page.body, page.header("content-type")) == (200, BODY, "text/html")


CHUNKED = b"5;x=1\r\n" + BODY[:5] + b"\r\n%x\r\n" % len(BODY[5:]) + BODY[5:] + b"\r\n0\r\nTrailer: 1\r\n\r\n"
SENT = {
    "chunked": (CHUNKED, ["Transfer-Encoding: chunked"]),
    "chunked, stored without chunks": (BODY, ["Transfer-Encoding: chunked"]),
    "gzip": (gzip.compress(BODY), ["Content-Encoding: gzip"]),
    "gzip without label": (gzip.compress(BODY), []),
    "gzip by label, stored decoded": (BODY, ["Content-Encoding: gzip"]),
    "br": (brotli.compress(BODY), ["Content-Encoding: br"]),
    "br by label, stored decoded": (BODY, ["Content-Encoding: br"]),
}


@pytest.mark.parametrize("name", SENT)
def test_transfer_and_content_coding_are_undone(name: str, tmp_path: Path) -> None:
    sent, headers = SENT[name]
    assert bodies(per_record(tmp_path / "a.warc.gz", [record(http(sent, *headers))])) == [BODY]


def test_the_bytes_as_received_stay_with_the_page(tmp_path: Path) -> None:
    sent = gzip.compress(BODY)
    page = read(plain(tmp_path / "a.warc", [record(http(sent, "Content-Encoding: gzip"))]))[0].page
    assert (page.received, page.coding) == (sent, "gzip")


DAMAGED = {
    "no length": record(http()).replace(b"Content-Length", b"Content-Girth", 1),
    "length that is no number": record(http()).replace(b"Content-Length: ", b"Content-Length: -", 1),
    "length too small": record(http(), length=30),
    "length beyond the file": record(http(), length=10**14),
    "not a record": b"<html>\r\n\r\n",
    "endless line": b"WARC/1.0 " + b"x" * 200_000 + b"\r\n",
    "endless head": b"WARC/1.0\r\n" + b"a: b\r\n" * 50_000 + b"\r\n",
    "no date": record(http(), date="yesterday"),
    "date of month 13": record(http(), date="2021-13-07T04:12:00Z"),
    "year 9999": record(http(), date="9999-12-31T23:59:59Z"),
    "year 1": record(http(), date="0001-01-01T00:00:00+14:00"),
    "control character in the address": record(http(), url="https://tass.com/\x00"),
    "no HTTP in it": record(b"\x00" * 100),
    "no blank line": record(b"HTTP/1.1 200 OK\r\nA: b"),
    "status of letters": record(b"HTTP/1.1 abc\r\n\r\nx"),
    "chunk cut short": record(http(CHUNKED[:30], "Transfer-Encoding: chunked")),
    "gzip cut short": record(http(gzip.compress(BODY)[:-9], "Content-Encoding: gzip")),
    "two layers": record(http(gzip.compress(BODY), "Content-Encoding: gzip, gzip")),
    "segment": record(http(), "WARC-Segment-Number: 1"),
}


@pytest.mark.parametrize("write", [plain, per_record])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_record_costs_itself_alone(name: str, write: Layout, tmp_path: Path) -> None:
    tally = Tally()
    parts = [record(http(b"<p>before")), DAMAGED[name], record(http(b"<p>after"))]
    assert bodies(write(tmp_path / "a.warc", parts), tally) == [b"<p>before", b"<p>after"]
    assert tally.damaged == 1


@pytest.mark.parametrize("position", [12, 60, -12, -6])
def test_a_flipped_byte_of_a_gzip_member_costs_its_record_alone(position: int, tmp_path: Path) -> None:
    members = [gzip.compress(record(http(BODY + b"%d" % number))) for number in range(3)]
    damaged = bytearray(members[1])
    damaged[position] ^= 0xFF
    path = plain(tmp_path / "a.warc.gz", [members[0], bytes(damaged), members[2]])
    tally = Tally()
    assert bodies(path, tally) == [BODY + b"0", BODY + b"2"]
    assert tally.damaged == 1


@pytest.mark.parametrize("write", LAYOUTS)
def test_a_file_cut_anywhere_gives_the_records_before_the_cut(write: Layout, tmp_path: Path) -> None:
    data = write(tmp_path / "a.warc", [record(http(BODY + b"%d" % number)) for number in range(3)]).read_bytes()
    for end in range(20, len(data), 37):
        got = bodies(plain(tmp_path / "b.warc", [data[:end]]))
        assert got == [BODY + b"%d" % number for number in range(len(got))]


@given(data=st.binary(max_size=400), head=st.sampled_from([b"WARC/1.0\r\n", b"\x1f\x8b\x08", gzip.compress(b"WARC/")]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_read_to_the_end(data: bytes, head: bytes, tmp_path: Path) -> None:
    assert bodies(plain(tmp_path / "a.warc", [head, data, record(http())])) in ([], [BODY])


@pytest.mark.parametrize("data", [b"", b"<html>", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"])
def test_a_file_that_is_no_archive_is_refused_by_name(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"page\.warc"):
        read(plain(tmp_path / "page.warc", [data]))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none\.warc"):
        read(tmp_path / "none.warc")


@pytest.mark.parametrize("write", LAYOUTS)
def test_bodies_over_the_limit_are_passed_over_and_counted(write: Layout, tmp_path: Path) -> None:
    tally = Tally()
    parts = [
        record(http(b"<" * 200_000)),
        record(http(b"<" * 1001)),
        record(http(gzip.compress(b"<" * 50_000_000), "Content-Encoding: gzip")),
        record(http(BODY)),
    ]
    assert bodies(write(tmp_path / "a.warc", parts), tally, limit=1000) == [BODY]
    assert tally == Tally(oversized=3)


def test_an_archive_that_is_a_bomb_needs_little_memory(tmp_path: Path) -> None:
    path = as_a_whole(tmp_path / "a.warc.gz", [b"WARC/1.0\r\n", b"a" * 60_000_000, record(http())])
    tracemalloc.start()
    try:
        read(path)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


DATES = {
    "2021-07-07T04:12:00.123456Z": datetime(2021, 7, 7, 4, 12, 0, 123456, tzinfo=UTC),
    "2021-07-07T04:12:00.123456789Z": datetime(2021, 7, 7, 4, 12, 0, 123456, tzinfo=UTC),
    "2021-07-07T13:12:00+09:00": datetime(2021, 7, 7, 4, 12, tzinfo=UTC),
    "2021-07-07T04:12Z": datetime(2021, 7, 7, 4, 12, tzinfo=UTC),
    "2021-07-07": datetime(2021, 7, 7, tzinfo=UTC),
    "2021-07": datetime(2021, 7, 1, tzinfo=UTC),
    "2021": datetime(2021, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("date", DATES)
def test_the_date_of_a_record_is_its_own_time_in_utc(date: str, tmp_path: Path) -> None:
    page = read(plain(tmp_path / "a.warc", [record(http(), date=date)]))[0].page
    assert page.fetched_at == DATES[date]
    assert page.fetched_at.tzinfo is UTC


REVISITS = {
    "by record id": "WARC-Refers-To: <urn:uuid:1>",
    "by date": "WARC-Refers-To-Date: 2021-07-07T04:12:00Z",
    "by digest": "WARC-Payload-Digest: sha1:ABC",
}


@pytest.mark.parametrize("write", LAYOUTS)
@pytest.mark.parametrize("name", REVISITS)
@pytest.mark.parametrize("first", ["original", "revisit"])
def test_a_revisit_has_the_body_of_its_original(first: str, name: str, write: Layout, tmp_path: Path) -> None:
    original = record(http(), "WARC-Record-ID: <urn:uuid:1>", "WARC-Payload-Digest: sha1:ABC")
    revisit = record(http(b""), REVISITS[name], date="2021-07-08T00:00:00Z", kind="revisit")
    parts = [original, revisit] if first == "original" else [revisit, original]
    captures = read(write(tmp_path / "a.warc", parts))
    assert [(capture.page.body, capture.page.fetched_at.day) for capture in captures] == [(BODY, 7), (BODY, 8)]
    assert captures[0].digest == captures[1].digest


def test_a_revisit_that_was_not_modified_has_the_status_of_its_original(tmp_path: Path) -> None:
    original = record(http(), "WARC-Record-ID: <urn:uuid:1>")
    revisit = record(http(b"", status="304 Not Modified"), REVISITS["by record id"], kind="revisit")
    assert [c.page.status for c in read(plain(tmp_path / "a.warc", [original, revisit]))] == [200, 200]


def test_a_revisit_of_nothing_is_counted(tmp_path: Path) -> None:
    tally = Tally()
    assert not read(plain(tmp_path / "a.warc", [record(http(b""), REVISITS["by digest"], kind="revisit")]), tally)
    assert tally == Tally(unresolved=1)


PAGES = (
    Page(URL, 200, BODY, datetime(2021, 7, 7, 4, 12, 0, 123456, tzinfo=UTC), (("content-type", "text/html"),)),
    Page("https://ko.example/기사 1?a=%ED", 404, b"", datetime(2021, 7, 7, 13, tzinfo=timezone(timedelta(hours=9)))),
    Page("http://www.kcna.kp/en", 999, b"\r\n\r\nWARC/1.0\r\n", datetime(1999, 1, 1, tzinfo=UTC)),
    Page(URL, 200, BODY, datetime(2021, 7, 8, tzinfo=UTC), final_url="https://tass.com/other"),
)


def written(*pages: Page) -> bytes:
    out = BytesIO()
    write_warc(out, pages)
    return out.getvalue()


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    got = [capture.page for capture in read(plain(tmp_path / "a.warc.gz", [written(*PAGES)]))]
    assert [(p.url, p.status, p.body, p.fetched_at, p.final_url) for p in got] == [
        (p.url, p.status, p.body, p.fetched_at, p.final_url) for p in PAGES
    ]


def test_headers_are_written_to_fit_the_decoded_body(tmp_path: Path) -> None:
    headers = (("content-encoding", "gzip"), ("transfer-encoding", "chunked"), ("content-length", "7"), ("etag", "x"))
    page = replace(PAGES[0], headers=headers, received=gzip.compress(BODY), coding="gzip")
    got = read(plain(tmp_path / "a.warc.gz", [written(page)]))[0].page
    assert got.body == BODY
    assert got.headers == (("etag", "x"), ("content-length", str(len(BODY))))


def test_hostile_headers_break_no_record(tmp_path: Path) -> None:
    headers = (("a\r\nb", "c"), ("server", "x\r\n\r\n<html>"), ("x-name", "연합뉴스=\ud800"))
    page = replace(PAGES[0], headers=headers, url="https://a.example/\r\nWARC-Type: request")
    got = read(plain(tmp_path / "a.warc.gz", [written(page, PAGES[2])]))
    assert [capture.page.body for capture in got] == [BODY, PAGES[2].body]


def test_the_same_pages_give_the_same_bytes() -> None:
    assert written(*PAGES) == written(*PAGES)


def test_gaps_of_an_archive_are_not_written(tmp_path: Path) -> None:
    assert write_warc(BytesIO(), [replace(PAGES[0], absent=True), PAGES[1]]) == 1


def test_others_can_read_what_is_written() -> None:
    """warcio's own reader finds the records, a gzip member each, with right digests."""
    archive = ArchiveIterator(BytesIO(written(*PAGES)), check_digests="raise")
    assert [record.content_stream().read() for record in archive] == [page.body for page in PAGES]
