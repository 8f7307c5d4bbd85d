"""`db check` finds what is wrong, and nothing where nothing is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from pipeline.archive.pack import unpack
from pipeline.model import Entry, Page, Published, Request, Rhythm
from pipeline.store import Listed, Packed, Store, open_store
from pipeline.store import engine as engines

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)


def _ask(store: Store) -> None:
    """A feed that was answered, and a page it lists; a text that no database holds is no damage."""
    feed = Request("https://news.example/feed", "feed", "example", "https://news.example/feed")
    entry = Entry(
        "https://news.example/1",
        feed.url,
        NOON,
        headline="The ferry sails",
        text="a\x00b",
        keywords=("sea",),
        section="World",
    )
    with store.write(NOON) as tx:
        tx.requests.ask(feed, feed.url, NOON)
        (due,) = tx.queue.due(NOON, [("example", feed.url)])
        page = Page(feed.url, 200, b"<rss/>", NOON, (("etag", "7a"), ("x-note", "a\x00b")))
        tx.responses.keep(due, page, Packed("identity", b"<rss/>"), NOON, captured=False)
        tx.past.polled(due.id, rhythm=Rhythm((0.25,) * 24, (1.0,) * 24, NOON))
        tx.requests.ask_page(Listed(entry, entry.url), "example", (), NOON)


@pytest.fixture
def filled(store: Store, put: Any) -> Store:
    """A database with two articles, a kept response and a page to be read."""
    for _ in range(2):
        put(store)
    _ask(store)
    return store


@pytest.fixture
def engine(database_url: str, filled: Store) -> Iterator[Engine]:
    """The same database, for vandals."""
    made = engines.make_engine(database_url)
    yield made
    made.dispose()


def test_a_sound_database_has_no_problems(filled: Store) -> None:
    assert filled.check(unpack) == []


@pytest.mark.parametrize(
    ("vandalism", "problem"),
    [
        ("UPDATE article SET revision = 9 WHERE id = 2", "article 2 has no current revision"),
        ("UPDATE body SET data = CAST('x' AS {bytes})", "is damaged: its bytes are not those that were kept"),
        ("UPDATE body SET coding = 'zstd'", "a kept body is damaged"),
        ("UPDATE body SET sha256 = 'other'", "response 1 has no body"),
        ("DELETE FROM article_text", "article 1 is missing from the full-text index"),
        ("UPDATE article_text SET {text_id} = 9 WHERE {text_id} = 2", "index holds article 9, which does not exist"),
        ("DELETE FROM change WHERE seq = 1", "has gaps: 1 changes, the last is number 2, the counter stands at 2"),
        ("UPDATE change_counter SET value = 5", "the counter stands at 5"),
        ("UPDATE change SET revision = 4 WHERE seq = 2", "change 2 is of an article or a revision that does not exist"),
        ("UPDATE article SET seq = 1 WHERE id = 2", "article 2 has no change of its number in the change feed"),
        ("DROP TABLE change_counter", "the database can't be read"),
    ],
)
def test_damage_is_named(engine: Engine, filled: Store, vandalism: str, problem: str) -> None:
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN")
        named = {"{text_id}": "rowid" if sqlite else "article_id", "{bytes}": "blob" if sqlite else "bytea"}
        for name, meant in named.items():
            vandalism = vandalism.replace(name, meant)
        connection.execute(text(vandalism))
        connection.commit()
    assert any(problem in told for told in filled.check(unpack)), filled.check(unpack)


def test_a_reference_to_nothing_is_named(tmp_path: Path, put: Any) -> None:
    store = open_store(f"sqlite:///{tmp_path}/newswire.db")
    put(store)
    connection = sqlite3.connect(tmp_path / "newswire.db")
    connection.execute("UPDATE article SET duplicate_of = 77")
    connection.commit()
    connection.close()
    assert store.check(unpack) == ["row 1 of article refers to a row of article that does not exist"]
    store.close()


def test_a_broken_full_text_index_is_named(tmp_path: Path, put: Any) -> None:
    store = open_store(f"sqlite:///{tmp_path}/newswire.db")
    put(store)
    connection = sqlite3.connect(tmp_path / "newswire.db")
    connection.execute("UPDATE article_text_content SET c0 = 'other words'")
    connection.commit()
    connection.close()
    assert store.check(unpack) == ["the full-text index does not agree with itself; restore a backup"]
    store.close()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE article_revision SET body = upper(body)", "revision 1 of article 1 is damaged"),
        ("UPDATE article_revision SET section = 'Sports'", "revision 1 of article 1 is damaged"),
        ("UPDATE article SET first_seen_at = '20r6-03-02T12:00:00.000000Z'", "a value in it can't be read"),
        ("UPDATE article_revision SET keywords = '[\"a'", "a value in it can't be read"),
        ("UPDATE sighting SET url = CAST(x'ff' AS TEXT)", "the database can't be read"),
        ("UPDATE change SET source = 'other'", "change 1 says otherwise than its article"),
        ("UPDATE change SET url = url || 'x'", "change 1 says otherwise than its article"),
        ("UPDATE change SET change = 'relinled'", "change 1 is of no kind"),
        ("UPDATE article SET language = 'kn'", "article 1 says otherwise than its current revision"),
        ("UPDATE article SET change = 'cseated'", "article 1 says otherwise than its current revision"),
        ("UPDATE article SET urls = replace(urls, 'news', 'nexs')", "article 1 is damaged: its address or guid"),
        ("UPDATE request SET state = 'vaiting'", "request 1 is of no kind or in no state"),
        ("UPDATE request SET due_at = NULL", "request 1 is of no kind or in no state"),
        ("UPDATE request SET host = 'nexs.example'", "request 1 is damaged: its host"),
        ("UPDATE request SET url = replace(url, 'feed', 'fged')", "request 1 is damaged: its address"),
        ("UPDATE request SET entry = replace(entry, 'sails', 'sailt')", "request 2 is damaged: its entry"),
        ("UPDATE request SET url = replace(url, '/1', '/3')", "request 2 is damaged: its address is not that of its"),
        ("UPDATE request SET section = 'Wosld' WHERE kind = 'page'", "request 2 is damaged: its section"),
        ("UPDATE request SET sha256 = replace(sha256, 'a', 'q')", "request 1 is damaged: the hash of what"),
        ("UPDATE request SET entry = replace(entry, '\"seal\"', '\"sdal\"')", "request 2 is damaged: its entry"),
        ("UPDATE response SET state = 'nev'", "response 1 is in no state"),
        (
            "UPDATE response SET headers = replace(headers, '7a', '7c')",
            "response 1 is damaged: it is not what",
        ),
        ("UPDATE response SET headers = replace(headers, ':seal', ':sdal')", "response 1 is damaged"),
        ("UPDATE response SET headers = '[3]'", "a value in it can't be read"),
        ("UPDATE response SET status = 204", "response 1 is damaged: it is not what"),
        ("UPDATE response SET url = replace(url, 'feed', 'fged')", "response 1 is damaged: it is not what"),
        ("UPDATE polling SET rhythm = replace(rhythm, '0.25', '0.35')", "the rhythm of request 1 is damaged"),
        ("UPDATE body SET size = size + 1", "its bytes are not those that were kept"),
        (
            "UPDATE sighting SET first_seen_at = '2024-09-03T12:00:01.000000Z'",
            "it was seen last before it was seen first",
        ),
        ("UPDATE sighting SET entry_hash = 'e'", "the hash of its words is none"),
        ("UPDATE article SET read_at = '3126-03-02T12:00:00.000000Z'", "article 1 is damaged: it has a time that no"),
        ("UPDATE article SET headline_hash = 'e'", "article 1 is damaged: the hash of its headline is none"),
        ("UPDATE article_key SET content_hash = 'e'", "the hash of what was read is none"),
        ("ALTER TABLE sighting RENAME COLUMN guid TO gwid", "sighting has lost columns that it was made with (guid)"),
        (
            "PRAGMA writable_schema = ON;"
            " UPDATE sqlite_schema SET sql = replace(sql, 'r.lead, r.body', 'r.lebd, r.body')"
            " WHERE name = 'articles'; PRAGMA schema_version = 9999",
            "the database can't be read",
        ),
    ],
)
def test_damaged_values_are_told(tmp_path: Path, put: Any, damage: str, told: str) -> None:
    """SQLite keeps what a bit that turned on the disk has left of a value."""
    store = open_store(f"sqlite:///{tmp_path}/newswire.db")
    put(store)
    _ask(store)
    assert store.check(unpack) == []
    with closing(sqlite3.connect(tmp_path / "newswire.db")) as connection:
        connection.execute(
            "INSERT INTO sighting (source, feed, url_key, section, url, entry_hash, first_seen_at, last_seen_at)"
            f" VALUES ('a', 'b', 'c', '', 'd', '{'0f' * 32}', '2024-09-03T12:00:00.000000Z',"
            " '2024-09-03T12:00:00.000000Z')"
        )
        connection.executescript(damage)
        connection.commit()
    assert any(told in problem for problem in store.check(unpack))
    store.close()


def test_what_was_printed_long_ago_is_no_damage(store: Store, put: Any) -> None:
    long_ago = datetime(1851, 10, 14, 8, tzinfo=UTC)
    put(store, published=Published(long_ago, "minute", "page", "Oct. 14, 1851"), sort_at=long_ago, updated_at=long_ago)
    assert store.check(unpack) == []


def test_what_is_older_than_seals_is_no_damage(tmp_path: Path, put: Any) -> None:
    store = open_store(f"sqlite:///{tmp_path}/newswire.db")
    put(store)
    _ask(store)
    with closing(sqlite3.connect(tmp_path / "newswire.db")) as connection:
        connection.execute("UPDATE article_revision SET seal = NULL")
        connection.execute("UPDATE request SET entry = json_remove(entry, '$.seal')")
        connection.execute("UPDATE polling SET rhythm = json_remove(rhythm, '$.seal')")
        connection.execute("UPDATE response SET headers = json_remove(headers, '$[#-1]')")
        connection.commit()
    assert store.check(unpack) == []
    store.close()


def test_overwritten_pages_of_the_file_are_problems_and_no_crash(tmp_path: Path, put: Any) -> None:
    path = tmp_path / "newswire.db"
    store = open_store(f"sqlite:///{path}")
    for number in range(100):
        put(store, body=f"The ferry {number} sails at noon. " * 60)
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 20 * 4096)
        file.write(b"\xa5" * 10 * 4096)
    store = open_store(f"sqlite:///{path}")
    found = store.check(unpack)
    assert any(problem.startswith(("SQLite: ", "the database can't be read")) for problem in found)
    store.close()


def test_a_read_only_database_can_be_checked(tmp_path: Path, put: Any) -> None:
    store = open_store(f"sqlite:///{tmp_path}/newswire.db")
    put(store)
    store.close()
    store = open_store(f"sqlite:///file:{tmp_path}/newswire.db?mode=ro&uri=true")
    assert store.check(unpack) == []
    store.close()
