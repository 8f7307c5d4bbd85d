"""An archive answers as the web did at the clock's time."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.archive.replay import Archive, ReplayNetwork, same_address
from pipeline.archive.warc import write_warc
from pipeline.clock import ManualClock
from pipeline.errors import FetchError, StoreError
from pipeline.model import Page, Request

FEED = "https://tass.com/rss/v2.xml"
STORY = "https://tass.com/world/1310956"


def hour(number: int) -> datetime:
    return datetime(2021, 7, 7, number, tzinfo=UTC)


def page(url: str, at: datetime, body: bytes = b"<p>text", status: int = 200, location: str | None = None) -> Page:
    return Page(url, status, body, at, (("location", location),) if location else ())


def archive_of(folder: Path, *pages: Page, name: str = "a.warc.gz", whole: bool = False) -> Path:
    out = BytesIO()
    write_warc(out, pages)
    data = out.getvalue()
    (folder / name).write_bytes(gzip.compress(gzip.decompress(data)) if whole else data)
    return folder / name


def fetch(archive: Archive, url: str, now: datetime, until: datetime | None = None) -> Page:
    network = ReplayNetwork(archive, ManualClock(now))
    network.until = until
    return asyncio.run(network.get(Request(url, "page", "tass", FEED)))


@pytest.mark.parametrize(
    ("captures", "clock", "until", "answer"),
    [
        ([5], 5, None, 5),  # at the clock
        ([6], 5, None, 6),  # after it, no end
        ([6, 7], 5, 8, 6),  # the first from the clock on
        ([4, 6], 5, 7, 6),  # rather than the latest before
        ([4, 7], 5, 7, 4),  # the end is not part of it: the latest before
        ([2, 4], 5, 6, 4),  # only before: the latest
        ([4, 5], 5, 6, 5),
        ([7, 8], 5, 6, 7),  # only after the end: the earliest
        ([], 5, 6, None),
    ],
)
def test_the_capture_that_answers(
    captures: Sequence[int], clock: int, until: int | None, answer: int | None, tmp_path: Path
) -> None:
    pages = [page(STORY, hour(at), b"%d" % at) for at in captures] + [page(FEED, hour(1))]
    with Archive([archive_of(tmp_path, *pages)]) as archive:
        key = archive.answer(STORY, hour(clock), hour(until) if until else None)
    assert (key and key.fetched_at) == (hour(answer) if answer else None)


@pytest.mark.parametrize("whole", [False, True])
def test_captures_of_an_address_are_in_order_of_time(whole: bool, tmp_path: Path) -> None:
    pages = [page(FEED, hour(at), b"<p>%d" % at) for at in (3, 1, 2)]
    with Archive([archive_of(tmp_path, *pages, whole=whole)]) as archive:
        keys = archive.captures_of(FEED)
        assert [key.fetched_at for key in keys] == [hour(1), hour(2), hour(3)]
        assert [archive.page(key).body for key in keys] == [b"<p>1", b"<p>2", b"<p>3"]


def test_several_files_are_one_archive_and_the_same_capture_counts_once(tmp_path: Path) -> None:
    first = archive_of(tmp_path, page(FEED, hour(2)), page(FEED, hour(3)), name="1.warc.gz")
    second = archive_of(tmp_path, page(FEED, hour(1)), page(FEED, hour(2)), page(STORY, hour(1)), name="2.warc.gz")
    with Archive([first, second]) as archive:
        assert [key.fetched_at for key in archive.captures_of(FEED)] == [hour(1), hour(2), hour(3)]
        assert set(archive.urls()) == {FEED, STORY}


def test_a_revisit_is_found_in_another_file(tmp_path: Path) -> None:
    original = archive_of(tmp_path, page(FEED, hour(2), b"<rss>"), name="2.warc.gz")
    fields = (
        f"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: {FEED}\r\nWARC-Date: 2021-07-07T05:00:00Z\r\n"
        "WARC-Refers-To-Date: 2021-07-07T02:00:00.000000Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    (tmp_path / "1.warc").write_text(fields, newline="")
    with Archive([tmp_path / "1.warc", original]) as archive:
        keys = archive.captures_of(FEED)
        assert [(key.fetched_at, archive.page(key).body) for key in keys] == [(hour(2), b"<rss>"), (hour(5), b"<rss>")]
        assert keys[0].digest == keys[1].digest


def test_a_not_modified_is_no_capture(tmp_path: Path) -> None:
    path = archive_of(tmp_path, page(FEED, hour(1), b"<rss>"), page(FEED, hour(2), b"", status=304))
    with Archive([path]) as archive:
        assert fetch(archive, FEED, hour(2)).body == b"<rss>"


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("https://tass.com/a#top", "https://tass.com/a"),
        ("https://tass.com", "https://tass.com/"),
        ("https://tass.com?x=1", "https://tass.com/?x=1"),
    ],
)
def test_a_fragment_and_an_empty_path_make_no_other_address(asked: str, held: str) -> None:
    assert same_address(asked) == same_address(held) == held


@pytest.mark.parametrize(
    "other", ["http://tass.com/a", "https://tass.com/a/", "https://tass.com/A", "https://tass.com/a?"]
)
def test_nothing_else_is_taken_for_the_same_address(other: str) -> None:
    assert same_address(other) != same_address("https://tass.com/a")


def test_the_network_gives_the_capture_at_its_own_time(tmp_path: Path) -> None:
    with Archive([archive_of(tmp_path, page(STORY, hour(6)))]) as archive:
        got = fetch(archive, STORY + "#top", hour(5), hour(7))
    assert (got.url, got.final_url, got.status, got.fetched_at) == (STORY + "#top", None, 200, hour(6))


def test_what_is_not_held_is_an_absent_404_at_the_clock(tmp_path: Path) -> None:
    with Archive([archive_of(tmp_path, page(FEED, hour(1)))]) as archive:
        got = fetch(archive, STORY, hour(5))
    assert (got.status, got.absent, got.body, got.fetched_at) == (404, True, b"", hour(5))


def test_a_404_of_the_web_is_not_absent(tmp_path: Path) -> None:
    with Archive([archive_of(tmp_path, page(STORY, hour(1), status=404))]) as archive:
        assert not fetch(archive, STORY, hour(5)).absent


def test_redirects_are_followed_in_the_archive(tmp_path: Path) -> None:
    path = archive_of(
        tmp_path,
        page("http://tass.com/a", hour(1), b"", 301, "https://tass.com/a"),
        page("https://tass.com/a", hour(1), b"", 302, "b#top"),
        page("https://tass.com/b", hour(2), b"<p>there"),
    )
    with Archive([path]) as archive:
        got = fetch(archive, "http://tass.com/a", hour(1))
    assert (got.url, got.final_url, got.body) == ("http://tass.com/a", "https://tass.com/b", b"<p>there")


@pytest.mark.parametrize("location", ["https://tass.com/gone", "http://[", "file:///etc/passwd"])
def test_a_redirect_out_of_the_archive_is_no_page_of_it(location: str, tmp_path: Path) -> None:
    with Archive([archive_of(tmp_path, page(STORY, hour(1), b"", 301, location))]) as archive:
        got = fetch(archive, STORY, hour(1))
    assert got.status in (301, 404)
    assert got.body == b""


def test_redirects_in_a_circle_end_in_a_fetch_error(tmp_path: Path) -> None:
    path = archive_of(
        tmp_path,
        page("https://tass.com/a", hour(1), b"", 302, "/b"),
        page("https://tass.com/b", hour(1), b"", 302, "/a"),
    )
    with Archive([path]) as archive, pytest.raises(FetchError) as caught:
        fetch(archive, "https://tass.com/a", hour(1))
    assert caught.value.kind == "redirect"


def test_a_redirect_to_itself_gives_way_to_the_page(tmp_path: Path) -> None:
    """Sites that set a cookie first answer a redirect to the same address, then the page."""
    path = archive_of(tmp_path, page(STORY, hour(1), b"", 302, STORY), page(STORY, hour(2), b"<p>there"))
    with Archive([path]) as archive:
        assert fetch(archive, STORY, hour(1)).body == b"<p>there"


def test_an_archive_that_changes_in_use_is_reported(tmp_path: Path) -> None:
    path = archive_of(tmp_path, page(STORY, hour(1)))
    with Archive([path]) as archive:
        key = archive.captures_of(STORY)[0]
        path.write_bytes(b"")
        with pytest.raises(StoreError):
            archive.page(key)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_bytes(b"<html>")
    with pytest.raises(StoreError, match=r"x\.html"):
        Archive([tmp_path / "x.html"])
