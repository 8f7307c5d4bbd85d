"""A copy is whole, sound and another database; where none can be made, nothing is left and a sentence says why."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.pack import unpack
from pipeline.errors import StoreError
from pipeline.store import Store, open_store
from pipeline.store.backup import backup

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
# A limit on the size of files is the disk that is full, as far as the program can tell.
FULL_DISK = """
import resource, sys
from pipeline.cli import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(run(sys.argv[2:]))
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/newswire.db"


@pytest.fixture
def filled(url: str, put: Any) -> Iterator[Store]:
    """An open SQLite database with two articles."""
    store = open_store(url)
    for _ in range(2):
        put(store)
    yield store
    store.close()


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A directory for copies."""
    directory = tmp_path / "copies"
    directory.mkdir()
    return directory


def epoch_and_seq(url: str) -> tuple[str, int]:
    store = open_store(url)
    with store.read() as reader:
        found = reader.epoch(), reader.last_seq()
    store.close()
    return found


def test_a_copy_is_one_file_with_all_that_was_committed_and_a_new_epoch(filled: Store, url: str, outside: Path) -> None:
    copy = outside / "copy.db"
    assert backup(url, copy) == copy.stat().st_size
    assert [path.name for path in outside.iterdir()] == ["copy.db"]
    store = open_store(f"sqlite:///{copy}")
    assert store.check(unpack) == []
    store.close()
    with filled.read() as reader:
        assert epoch_and_seq(f"sqlite:///{copy}")[1] == reader.last_seq() == 2
        assert epoch_and_seq(f"sqlite:///{copy}")[0] != reader.epoch()


def test_every_copy_is_another_database(filled: Store, url: str, outside: Path) -> None:
    for name in ("a.db", "b.db"):
        backup(url, outside / name)
    backup(f"sqlite:///{outside}/a.db", outside / "restored.db")
    epochs = {epoch_and_seq(f"sqlite:///{outside}/{name}")[0] for name in ("a.db", "b.db", "restored.db")}
    assert len(epochs) == 3


def test_nobody_works_on_a_copy(filled: Store, url: str, outside: Path) -> None:
    with filled.write(NOON) as tx:
        tx.permits.lease("tass", "host:1", NOON, NOON + timedelta(days=1))
    backup(url, outside / "copy.db")
    store = open_store(f"sqlite:///{outside}/copy.db")
    with store.write(NOON) as tx:
        assert tx.permits.lease("tass", "host:2", NOON, NOON) is None
    store.close()


def test_a_copy_is_made_while_others_write(filled: Store, url: str, outside: Path, put: Any) -> None:
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            put(filled, body="The ferry sails again. " * 400)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(url, outside / f"{number}.db")
    finally:
        done.set()
        writer.join()
    for number in range(5):
        store = open_store(f"sqlite:///{outside}/{number}.db")
        assert store.check(unpack) == []
        store.close()


def test_a_copy_can_be_read_by_those_who_could_read_the_database(filled: Store, url: str, outside: Path) -> None:
    (outside.parent / "newswire.db").chmod(0o640)
    backup(url, outside / "copy.db")
    assert (outside / "copy.db").stat().st_mode & 0o777 == 0o640


def test_a_database_of_an_older_version_can_be_copied_before_it_is_upgraded(
    filled: Store, url: str, outside: Path
) -> None:
    with closing(sqlite3.connect(outside.parent / "newswire.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    backup(url, outside / "copy.db")
    assert (outside / "copy.db").is_file()


def test_a_file_that_is_there_is_replaced_only_by_force(filled: Store, url: str, outside: Path) -> None:
    copy = outside / "copy.db"
    copy.write_text("precious")
    with pytest.raises(StoreError, match=r"copy\.db is there already; name another file, or replace it with --force"):
        backup(url, copy)
    assert copy.read_text() == "precious"
    backup(url, copy, force=True)
    assert epoch_and_seq(f"sqlite:///{copy}")[1] == 2


@pytest.mark.parametrize("name", ["newswire.db", "newswire.db-wal", "link.db", "second-name.db"])
def test_the_database_itself_is_never_written_over(filled: Store, url: str, tmp_path: Path, name: str) -> None:
    (tmp_path / "link.db").symlink_to("newswire.db")
    (tmp_path / "second-name.db").hardlink_to(tmp_path / "newswire.db")
    before = epoch_and_seq(url)
    with pytest.raises(StoreError, match="is the database itself"):
        backup(url, tmp_path / name, force=True)
    assert epoch_and_seq(url) == before


def test_a_database_in_use_is_not_replaced(filled: Store, url: str, outside: Path) -> None:
    """A log that lies beside the file would be taken for the copy's."""
    other = open_store(f"sqlite:///{outside}/copy.db")
    told = r"copy\.db-wal lies there: copy\.db is or was a database in use"
    with other.read(), pytest.raises(StoreError, match=told):
        backup(url, outside / "copy.db", force=True)
    other.close()


@pytest.mark.parametrize(
    ("name", "sentence"), [("nowhere/copy.db", "there is no directory .*nowhere; make it first"), (".", "is no file")]
)
def test_a_place_that_cannot_be_written_is_named(
    filled: Store, url: str, outside: Path, name: str, sentence: str
) -> None:
    with pytest.raises(StoreError, match=sentence):
        backup(url, outside / name, force=True)
    assert list(outside.iterdir()) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, outside: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no database .*other\.db"):
        backup(f"sqlite:///{tmp_path}/other.db", outside / "copy.db")
    assert not (tmp_path / "other.db").exists()


def test_an_empty_database_is_not_backed_up(database_url: str, tmp_path: Path) -> None:
    if database_url.startswith("sqlite"):
        (tmp_path / "newswire.db").touch()
    with pytest.raises(StoreError, match="is empty; there is nothing to back up"):
        backup(database_url, tmp_path / "copy")


def test_a_full_disk_leaves_nothing_and_is_told(filled: Store, url: str, outside: Path, put: Any) -> None:
    for _ in range(20):
        put(filled, body="The ferry sails again. " * 400)
    command = [sys.executable, "-c", FULL_DISK, "150000", "db", "backup", str(outside / "copy.db"), "--database", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{outside / 'copy.db'}: the copy can't be made (" in done.stderr
    assert "nothing was left there" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(outside.iterdir()) == []


def test_a_damaged_database_gives_no_copy(filled: Store, url: str, outside: Path, put: Any) -> None:
    for number in range(100):
        put(filled, body=f"The ferry {number} sails at noon. " * 60)
    filled.close()
    path = outside.parent / "newswire.db"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 20 * 4096)
        file.write(b"\xa5" * 10 * 4096)
    with pytest.raises(StoreError, match=r"the copy is damaged, as the database is .* keep the backups you have"):
        backup(url, outside / "copy.db")
    assert list(outside.iterdir()) == []


def test_what_a_killed_backup_left_is_written_over(filled: Store, url: str, outside: Path) -> None:
    (outside / "copy.db.partial").write_bytes(b"half" * 100_000)
    backup(url, outside / "copy.db")
    assert [path.name for path in outside.iterdir()] == ["copy.db"]
    assert epoch_and_seq(f"sqlite:///{outside}/copy.db")[1] == 2


def test_two_backups_to_one_file_do_not_mix(filled: Store, url: str, outside: Path) -> None:
    number = os.open(outside / "copy.db.partial", os.O_RDWR | os.O_CREAT)
    fcntl.flock(number, fcntl.LOCK_EX)
    with pytest.raises(StoreError, match="another backup is writing it"):
        backup(url, outside / "copy.db")
    assert [path.name for path in outside.iterdir()] == ["copy.db.partial"]
    os.close(number)


# PostgreSQL


@pytest.fixture
def programs(postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The programs of the test's own server, first on the PATH."""
    import psycopg

    with psycopg.connect(postgresql_server) as connection:
        row = connection.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
    assert row is not None
    directory = Path(row[0])
    if not (directory / "pg_dump").is_file():
        pytest.skip("this PostgreSQL has no pg_dump")
    monkeypatch.setenv("PATH", str(directory), prepend=os.pathsep)
    return directory


@pytest.mark.postgres
def test_a_dump_restores_to_the_same_articles_and_a_new_epoch(
    postgresql_url: str, programs: Path, tmp_path: Path, put: Any
) -> None:
    store = open_store(postgresql_url)
    for _ in range(2):
        put(store)
    with store.write(NOON) as tx:
        tx.permits.lease("tass", "host:1", NOON, NOON + timedelta(days=1))
    dump = tmp_path / "copy.sql"
    assert backup(postgresql_url, dump) == dump.stat().st_size
    assert dump.stat().st_mode & 0o777 == 0o600
    with store.read() as reader:
        before = list(reader.query(_everything()))
        epoch = reader.epoch()
    store.close()
    epochs = set()
    for _ in range(2):
        _psql(programs, postgresql_url, "-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        _psql(programs, postgresql_url, "-1", "-f", str(dump))
        store = open_store(postgresql_url)
        assert store.check(unpack) == []
        with store.read() as reader:
            assert list(reader.query(_everything())) == before
            epochs.add(reader.epoch())
        with store.write(NOON) as tx:
            assert tx.permits.lease("tass", "host:2", NOON, NOON) is None
        put(store)
        store.close()
    assert len({epoch, *epochs}) == 3


@pytest.mark.postgres
def test_without_pg_dump_the_way_out_is_told(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(postgresql_url).close()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=r"pg_dump is needed.*install the server's client programs"):
        backup(postgresql_url, tmp_path / "copy.sql")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_a_pg_dump_that_fails_leaves_nothing_and_no_password_is_on_its_command_line(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(postgresql_url).close()
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho half\necho "aborting because of server version mismatch: $*" >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(StoreError, match=r"server version mismatch.*nothing was left there") as error:
        backup(postgresql_url.replace("postgres:", "postgres:quite-secret"), tmp_path / "copy.sql")
    assert "quite-secret" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["pg_dump"]


def _everything() -> Any:
    from pipeline.store.read import Query

    return Query()


def _psql(programs: Path, url: str, *arguments: str) -> None:
    psql = shutil.which("psql", path=str(programs))
    assert psql is not None
    command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, *arguments]
    subprocess.run(command, check=True, capture_output=True)
