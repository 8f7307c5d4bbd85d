"""Rows that say the same twice: a turned bit is told, what other rules made is not."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.pack import unpack
from pipeline.dedup import fingerprint
from pipeline.errors import ParseError
from pipeline.model import Entry, Page, Request, Source
from pipeline.store import Key, Listed, Packed, Store, open_store
from pipeline.store.agreement import is_path_turned

NOON = datetime(2024, 9, 3, 12, 0, 7, 481_516, tzinfo=UTC)
LATER = NOON + timedelta(minutes=9)
FEED = Request("https://news.example/feed", "feed", "example", "https://news.example/feed")
ENTRY = Entry(
    "https://news.example/ferry/11?from=3", FEED.url, NOON, guid="tag:news.example,2024:11", headline="The ferry sails",
    text="It had been in dock.", section="Islands",
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path, article: Any) -> Path:
    """A database of one article: its feed was read twice, its page once, and one page is in quarantine."""
    path = tmp_path / "newswire.db"
    store = open_store(f"sqlite:///{path}")
    read = article(url=ENTRY.url, guid=ENTRY.guid, first_seen_at=NOON, fetched_at=LATER, sort_at=NOON)
    with store.write(NOON) as tx:
        tx.requests.ask(FEED, FEED.url, NOON)
        for at in (NOON, LATER):
            _answer(tx, FEED.url, at)
            tx.sightings.see("example", FEED.url, "", [Listed(replace(ENTRY, seen_at=at), "news.example/ferry/11")])
        tx.requests.ask_page(Listed(ENTRY, "news.example/ferry/11"), "example", (), NOON)
        page = tx.queue.page_request("example", "news.example/ferry/11")
        assert page
        kept = tx.responses.keep(page, _page(ENTRY.url, LATER), Packed("identity", b"<html>"), None, captured=False)
        number = tx.articles.create(read, fingerprint(read, Source("example", "Example")), kept.id)
        keys = [Key("url", "", "news.example/ferry/11")]
        tx.articles.know_by(number, "example", keys, fingerprint(read, None).content)
        tx.responses.hold(kept, LATER, "parse", ParseError("no headline"))
        tx.responses.keep(page, _page(ENTRY.url, LATER), Packed("identity", b"<html>"), None, captured=False)
    store.close()
    return path


def _page(url: str, at: datetime) -> Page:
    headers = (("etag", '"7a-1"'), ("last-modified", "Tue, 03 Sep 2024 11:00:00 GMT"))
    return Page(url, 200, b"<html>", at, headers)


def _answer(tx: Any, url: str, at: datetime) -> None:
    (due,) = tx.queue.due(at, [("example", url)])
    tx.responses.keep(due, _page(url, at), Packed("identity", b"<html>"), at, captured=False)


@contextmanager
def _changed(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection
        connection.commit()


def _problems(path: Path) -> list[str]:
    store: Store = open_store(f"sqlite:///{path}")
    try:
        return store.check(unpack)
    finally:
        store.close()


def test_a_sound_database_agrees_with_itself(path: Path) -> None:
    assert _problems(path) == []


@pytest.mark.parametrize(
    ("column", "was", "now", "told"),
    [
        ("sighting.headline", "sails", "saims", "its headline is not that of its entry"),
        ("sighting.guid", "2024:11", "2024:13", "its guid is not that of its entry"),
        ("sighting.url", "ferry", "fdrry", "its address is not the one that was asked for"),
        ("sighting.first_seen_at", "12:00:07", "12:00:05", "the feed was not read at that time"),
        ("sighting.last_seen_at", "2024-", "2034-", "the feed was not read at that time"),
        ("article.first_seen_at", ".481516Z", ".481514Z", "article 1 is damaged: it was not listed"),
        ("article.read_at", ".481516Z", ".481514Z", "article 1 is damaged: nothing was read"),
        ("request.etag", "7a", "7c", "its etag is not the one it was answered with"),
        ("request.last_modified", "Tue", "Uue", "its last_modified is not the one it was answered with"),
        ("quarantine.url", "ferry", "fdrry", "number 1 in quarantine is damaged: its address"),
    ],
)
def test_a_turned_bit_is_told(path: Path, column: str, was: str, now: str, told: str) -> None:
    table, _, name = column.partition(".")
    with _changed(path) as connection:
        changed = connection.execute(
            f"UPDATE {table} SET {name} = replace({name}, ?, ?) WHERE {name} LIKE ?", (was, now, f"%{was}%")
        )
        assert changed.rowcount
    assert any(told in problem for problem in _problems(path)), _problems(path)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("sighting.entry_hash", "the hash of its words is not theirs"),
        ("article_key.content_hash", "the hash of what was last read there is none of its article's"),
        ("request.sha256", "the hash of what it was answered with is none of its answers'"),
    ],
)
def test_a_turned_hash_is_told_and_another_is_not(path: Path, column: str, told: str) -> None:
    table, _, name = column.partition(".")
    with _changed(path) as connection:
        whole = connection.execute(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL").fetchone()[0]
        place = next(place for place, sign in enumerate(whole) if sign.isdigit())
        turned = f"{whole[:place]}{int(whole[place]) ^ 1}{whole[place + 1 :]}"
        connection.execute(f"UPDATE {table} SET {name} = ?", (turned,))
    assert any(told in problem for problem in _problems(path)), _problems(path)
    with _changed(path) as connection:
        connection.execute(f"UPDATE {table} SET {name} = ?", (hashlib.sha256(b"by other rules").hexdigest(),))
    assert _problems(path) == []


@pytest.mark.parametrize(
    "change",
    [
        # A second feed that lists it under its own number and words.
        "UPDATE sighting SET url = replace(url, 'from=3', 'from=2')",
        "UPDATE sighting SET url = replace(url, 'news', 'News')",
        "UPDATE sighting SET feed = feed || '2', guid = replace(guid, '2024:11', '2024:13')",
        # A server that has since said something else, to the same bytes.
        "UPDATE request SET etag = '\"8b-2\"' WHERE kind = 'feed'",
        # What it was read from was pruned: the times of the answers that are left say nothing.
        "UPDATE sighting SET first_seen_at = '2024-08-01T06:12:44.108152Z'",
        "UPDATE article SET first_seen_at = '2024-09-03T12:03:31.206011Z', sort_at = '2024-09-03T12:00:07.481516Z'",
    ],
)
def test_what_may_be_is_no_damage(path: Path, change: str) -> None:
    with _changed(path) as connection:
        assert connection.execute(change).rowcount
    assert _problems(path) == []


def test_whole_seconds_that_an_archive_shows_are_no_damage(path: Path) -> None:
    """Captures of an archive lie hours apart to the second, one bit from each other; they are kept, if pruned."""
    with _changed(path) as connection:
        connection.execute("UPDATE sighting SET first_seen_at = '2024-09-03T12:00:05.481516Z'")
        connection.execute("UPDATE article SET first_seen_at = '2024-09-03T12:00:05.481516Z'")
        connection.execute("UPDATE article SET sort_at = first_seen_at")
    assert len(_problems(path)) == 1
    with _changed(path) as connection:
        connection.execute("INSERT INTO capture VALUES (?, '2024-09-03T12:00:05.481516Z', 'hash')", (FEED.url,))
    assert _problems(path) == []


def test_round_times_of_imported_records_are_no_damage(path: Path) -> None:
    with _changed(path) as connection:
        connection.execute("UPDATE sighting SET first_seen_at = '2024-09-03T05:00:00.000000Z'")
        connection.execute("UPDATE article SET first_seen_at = '2024-09-03T04:00:00.000000Z'")
        connection.execute("UPDATE article SET sort_at = first_seen_at")
    assert _problems(path) == []


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://news.example/ferrx/1", True),
        ("https://newr.example/ferry/1", True),
        ("https://News.example/ferry/1", False),
        ("https://news.example/ferry/1?a=2", False),
        ("https://news.example/ferry/1", False),
    ],
)
def test_the_part_of_an_address_that_names_a_page(url: str, is_one: bool) -> None:
    known = "https://news.example/ferry/1?a=3" if "?" in url else "https://news.example/ferry/1"
    assert is_path_turned(url, known) is is_one
