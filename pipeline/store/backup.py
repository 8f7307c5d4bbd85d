"""A copy of the database in one file, made while others write to it.

SQLite: the online backup API copies one moment, write-ahead log included; the copy is checked and synced before it
takes its name.  PostgreSQL: `pg_dump`, as SQL for `psql -f`.  A copy has a new epoch, by which consumers of the change
feed notice that they read another database than before, and no leases: nobody works on it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from pipeline.errors import StoreError
from pipeline.store import engine as engines

PAGES = 10_000  # of the file copied in one step, 40 MB; between two steps the program can be stopped
# What SQLite puts beside a file that is open, or that was when its program was killed.
BESIDE = ("-wal", "-shm", "-journal")
# pg_dump leaves the search path empty, so the tables need their schema's name.
AFTERWARDS = """
-- newswire: this is another database from now on, and nobody works on it yet.
UPDATE {schema}.wire SET value = md5(random()::text || clock_timestamp()::text)::uuid::text WHERE key = 'epoch';
DELETE FROM {schema}.lease;
"""


def backup(url: str, path: Path, *, force: bool = False) -> int:
    """Copy a database into a file, whole or not at all; returns the file's bytes.  With `force` it replaces a file.

    Raises:
        StoreError: there is no such database, it is no newswire's, or the copy can't be written or is not sound.
    """
    # A link's place is not taken, but that of the file it leads to.
    path = Path(os.path.realpath(path))
    _refuse_missing(url)
    engine = engines.make_engine(url)
    try:
        if engines.is_empty(engine):
            raise StoreError(f"database {engines.shown(engine)} is empty; there is nothing to back up")
        engines.check_version(engine, older_is_fine=True)
        copy = _copy if engine.dialect.name == "sqlite" else _dump
        with engines.storing(engine), engine.connect() as connection:
            copy(connection, path, force=force)
    finally:
        engine.dispose()
    return path.stat().st_size


def _refuse_missing(url: str) -> None:
    """To open a SQLite file that is not there would make it."""
    parsed = make_url(url)
    name = parsed.database or ""
    is_file = parsed.get_backend_name() == "sqlite" and not name.startswith("file:")
    if is_file and name and not Path(name).is_file():
        raise StoreError(f"there is no database {name}; name it with --database")


def _refuse_target(path: Path, *, force: bool, original: Path | None = None) -> None:
    """Nothing is written over the database itself, over what is no file, and without `force` over any file."""
    if original is not None and path in (original, *_beside(original)):
        raise StoreError(f"{path} is the database itself; name another file for its copy")
    if original is not None and path.exists() and path.samefile(original):
        raise StoreError(f"{path} is the database itself by another name; name another file for its copy")
    if not path.parent.is_dir():
        raise StoreError(f"{path}: there is no directory {path.parent}; make it first")
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is no file; name one that the copy may be written to")
    if path.exists() and not force:
        raise StoreError(f"{path} is there already; name another file, or replace it with --force")
    for other in _beside(path):
        # SQLite would take it for the log of the copy, and write its pages into it.
        if other.exists():
            raise StoreError(f"{other} lies there: {path.name} is or was a database in use; name another file")


def _beside(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{suffix}") for suffix in BESIDE]


@contextmanager
def _whole(path: Path, mode: int) -> Iterator[Path]:
    """The name of a file to write, `PATH.partial`; it becomes PATH if the block ends without an error, else it goes."""
    partial = path.with_name(f"{path.name}.partial")
    with _locked(partial) as number:
        try:
            yield partial
            os.fsync(number)
            os.fchmod(number, mode)
            os.replace(partial, path)
            _sync_directory(path.parent)
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error
        finally:
            for one in (partial, *_beside(partial)):
                one.unlink(missing_ok=True)


@contextmanager
def _locked(partial: Path) -> Iterator[int]:
    """An empty file that no other backup writes; what a killed one left in its place is written over."""
    try:
        number = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unwritable(partial, error.strerror or str(error)) from error
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(f"{partial}: another backup is writing it; wait for it, or name another file") from error
        if _is_moved(number, partial):
            raise StoreError(f"{partial}: another backup has just written it; try again")
        os.ftruncate(number, 0)
        yield number
    finally:
        os.close(number)


def _is_moved(number: int, partial: Path) -> bool:
    """Whether the open file has got another name since: to write to it would spoil a copy that is done."""
    return not partial.exists() or not os.path.samestat(os.fstat(number), partial.stat())


def _sync_directory(directory: Path) -> None:
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _copy(connection: Connection, path: Path, *, force: bool) -> None:
    """One moment of a SQLite database: the connection's transaction holds it, however much others write."""
    original = Path(os.path.realpath(_file_of(connection)))
    _refuse_target(path, force=force, original=original)
    with _whole(path, original.stat().st_mode & 0o777) as partial:
        try:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            with closing(sqlite3.connect(partial)) as target:
                target.execute("PRAGMA synchronous = OFF")  # it is synced as a whole, before it takes its name
                source.backup(target, pages=PAGES)
            with closing(sqlite3.connect(partial)) as target:
                found = _finish(target)
        except sqlite3.Error as error:
            raise _unwritable(path, str(error)) from error
        if found != "ok":
            raise StoreError(
                f"{path}: the copy is damaged, as the database is ({found}); see newswire db check,"
                " and keep the backups you have"
            )


def _file_of(connection: Connection) -> str:
    # It also begins the look at one moment: BEGIN alone reads nothing.
    connection.execute(text("SELECT count(*) FROM alembic_version"))
    return str(next(row.file for row in connection.execute(text("PRAGMA database_list")) if row.name == "main"))


def _finish(target: sqlite3.Connection) -> str:
    """Make the copy a single file and a database of its own; what SQLite says of it, `ok` if it is sound."""
    target.execute("PRAGMA synchronous = OFF")
    target.execute("PRAGMA journal_mode = DELETE")
    found = " ".join(str(target.execute("PRAGMA quick_check(1)").fetchone()[0]).split())
    if found == "ok":
        with target:
            target.execute("UPDATE wire SET value = ? WHERE key = 'epoch'", (str(uuid.uuid4()),))
            target.execute("DELETE FROM lease")
    return found


def _dump(connection: Connection, path: Path, *, force: bool) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError(
            "to back up PostgreSQL, pg_dump is needed, and it is not on the PATH; install the server's client programs"
        )
    schema = str(connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one())
    connection.rollback()
    _refuse_target(path, force=force)
    with _whole(path, 0o600) as partial, partial.open("wb") as file:
        done = subprocess.run(
            [program, "--format=plain", "--no-owner", "--no-privileges", "--no-password", "--encoding=UTF8",
             f"--dbname={_without_password(connection.engine.url)}"],
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, env=_environment(connection.engine.url),
        )  # fmt: skip
        if done.returncode:
            told = " ".join(done.stderr.decode(errors="replace").split())[-500:]
            raise _unwritable(path, told or f"pg_dump ended with {done.returncode}")
        file.write(AFTERWARDS.format(schema=schema).encode())


def _without_password(url: URL) -> str:
    """The URL as libpq takes it.  A command line can be read by everybody on the machine."""
    query = {name: value for name, value in url.query.items() if name != "password"}
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return plain.render_as_string(hide_password=False)


def _environment(url: URL) -> dict[str, str]:
    password = url.password or url.query.get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _unwritable(path: Path, reason: str) -> StoreError:
    return StoreError(f"{path}: the copy can't be made ({reason}); nothing was left there")
