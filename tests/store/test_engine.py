"""Databases that can't be used: each refused with a sentence that says what to do."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from pipeline.errors import StoreError
from pipeline.store import Store, open_store
from pipeline.store import engine as engines
from pipeline.store.read import Query

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path, put: Any) -> Path:
    """A SQLite database with articles in it, closed."""
    found = tmp_path / "newswire.db"
    store = open_store(f"sqlite:///{found}")
    for number in range(200):
        put(store, headline=f"Ferry number {number} sails", body=f"The ferry {number} sails at noon. " * 40)
    store.close()
    return found


def refused(path: Path, url: str = "") -> str:
    """What the store says to a database it does not take."""
    with pytest.raises(StoreError) as refusal:
        open_store(url or f"sqlite:///{path}")
    return str(refusal.value)


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("Shopping: bread, milk, a ferry ticket.\n" * 100)
    assert "notes.db" in refused(path)
    assert "the file is no SQLite database; name another one with --database" in refused(path)


def test_a_file_with_a_damaged_head_is_refused(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 2000)
    told = refused(path)
    assert "the file is damaged; restore a backup, or save what can be saved with: sqlite3 FILE .recover" in told


def test_a_file_with_a_damaged_definition_is_refused(path: Path) -> None:
    """SQLite quotes it in its message, and Python can't read that."""
    data = path.read_bytes()
    assert data.count(b"CREATE TABLE wire") == 1
    path.write_bytes(data.replace(b"CREATE TABLE wire", b"CREATE TABLE w\xc1re"))
    assert "the file is damaged; restore a backup" in refused(path)


def test_damaged_articles_are_told_where_they_are_read(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(size // PAGE // 2, size // PAGE):
            file.seek(page * PAGE)
            file.write(b"\xa5" * PAGE)
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(StoreError, match="the file is damaged"), store.read() as reader:
        list(reader.query(Query()))
    store.close()


def test_a_file_that_was_cut_short_is_told(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(StoreError, match=r"malformed \(the file is damaged"):
        _read_all(path)


def test_an_older_database_is_refused_with_the_command_to_upgrade(path: Path) -> None:
    _set_version(path, "0000")
    assert refused(path).endswith(
        f"is of an older version (0000); run: newswire db upgrade --database 'sqlite:///{path}'"
    )


def test_a_newer_database_is_refused(path: Path) -> None:
    _set_version(path, "9000")
    assert "is of a newer version (9000) than this program knows" in refused(path)
    assert "install the newswire that made it" in refused(path)


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "invoices.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoice (id INTEGER)")
    connection.close()
    before = path.read_bytes()[100:]
    assert "holds other tables (invoice …) and no newswire" in refused(path)
    assert path.read_bytes()[100:] == before


def test_a_read_only_database_can_be_read_and_says_so_when_written(path: Path, put: Any) -> None:
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with store.read() as reader:
        assert len(list(reader.query(Query()))) == 200
    with pytest.raises(StoreError, match="it is read-only; check the file's and its directory's permissions"):
        put(store)
    store.close()


def test_a_full_disk_is_told_and_nothing_is_half_written(path: Path, put: Any) -> None:
    engine = engines.make_engine(f"sqlite:///{path}")
    # As full as it gets without a disk of our own.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    store = Store(engine)
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        put(store, body="The ferry sails at noon. " * 1000)
    with store.read() as reader:
        assert reader.totals()["articles"] == reader.last_seq() == 200
    store.close()


def test_a_database_in_no_directory_is_told(tmp_path: Path) -> None:
    assert "its directory does not exist; make it first" in refused(tmp_path / "nowhere" / "newswire.db")


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    assert "the file can't be opened" in refused(tmp_path)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("newswire.db", "the database is no URL; write sqlite:///FILE or postgresql://USER@HOST/NAME"),
        ("mysql://me:secret@host/news", "only sqlite and postgresql are known"),
        ("postgresql://me:secret@127.0.0.1:1/news", "the server does not answer; is PostgreSQL running"),
    ],
)
def test_a_wrong_url_is_told_without_its_password(tmp_path: Path, url: str, sentence: str) -> None:
    told = refused(tmp_path, url)
    assert sentence in told
    assert "secret" not in told


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have_is_told(tmp_path: Path, postgresql_server: str) -> None:
    assert "make it first, with createdb" in refused(tmp_path, postgresql_server.replace("/postgres?", "/nothing?"))


def _read_all(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    try:
        with store.read() as reader:
            list(reader.query(Query()))
    finally:
        store.close()


def _set_version(path: Path, version: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.commit()
    connection.close()


def test_another_programs_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE users (id INTEGER)")
        other.commit()
    before = path.read_bytes()
    assert "users" in refused(path)
    assert path.read_bytes() == before


def test_our_own_file_is_in_wal_mode_from_the_beginning(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/ours.db").close()
    with closing(sqlite3.connect(tmp_path / "ours.db")) as ours:
        assert ours.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_written_to_is_put_into_wal_mode_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "ours.db"
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN IMMEDIATE")
        letting_go = threading.Timer(0.3, writer.execute, ["ROLLBACK"])
        letting_go.start()
        open_store(f"sqlite:///{path}").close()
        assert letting_go.finished.is_set()
    with closing(sqlite3.connect(path)) as ours:
        assert ours.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_written_to_for_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ours.db"
    open_store(f"sqlite:///{path}").close()
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN IMMEDIATE")
        assert "locked" in refused(path)


@pytest.mark.parametrize("url", ["sqlite://foo.db", "sqlite:///", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_names_no_file_is_told(url: str) -> None:
    with pytest.raises(StoreError, match="names no file"):
        open_store(url)


def test_a_password_with_an_at_sign_is_not_shown() -> None:
    with pytest.raises(StoreError, match="%40") as raised:
        open_store("postgresql://user:sec@ret@host/name")
    assert "ret" not in str(raised.value)
