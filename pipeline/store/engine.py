"""Opening a database: SQLite or PostgreSQL made ready, its version checked, and its errors turned into ours.

SQLite: WAL, `synchronous=FULL` (with NORMAL a power cut could roll back commits and hand out change numbers again),
and `BEGIN IMMEDIATE` for writers (a plain BEGIN that reads before it writes fails with "database is locked" whatever
the busy timeout is).
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from pipeline.errors import StoreError
from pipeline.store import schema
from pipeline.store.types import whole

HEAD = "0007"  # the newest file in migrations/versions
APPLICATION_ID = 0x6E777372  # "nwsr": tells our file from another program's SQLite database
BUSY_SECONDS = 10
ASK_AGAIN = 0.02  # seconds
# Any number will do, as long as every newswire process asks for the same one.
WRITER_LOCK = 0x6E777372

# As Alembic makes it.
VERSION_TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
SQLITE_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)
POSTGRESQL_OPTIONS = "-c lock_timeout=30s -c statement_timeout=120s -c idle_in_transaction_session_timeout=60s"


# A connection whose other end is gone without a word would hold the only writer for hours.
KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}


def make_engine(url: str) -> Engine:
    """An engine for a URL as users write it (`postgresql://` works).

    Raises:
        StoreError: the URL is no database we know.
    """
    parsed = _parse(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        return _postgresql(parsed)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"database {parsed.render_as_string()}: {error.name} is not installed;"
            " install newswire with its extra: pip install 'newswire[postgres]'"
        ) from error


def create(engine: Engine) -> None:
    """Make all tables in an empty database, at the newest version.  Two processes may try at once."""
    with storing(engine), engine.connect().execution_options(immediate=True) as connection, connection.begin():
        lock_writers(connection)
        if not has_tables(connection):
            build(connection)
    # The file is ours from now on, and new connections put it into WAL mode.
    engine.dispose()


def build(connection: Connection) -> None:
    """The newest schema, as the migrations would leave it."""
    schema.metadata.create_all(connection)
    for statement in schema.beside_tables(connection.dialect.name):
        connection.execute(text(statement))
    connection.execute(schema.wire.insert().values(key="epoch", value=str(uuid.uuid4())))
    connection.execute(text(VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))


def has_tables(connection: Connection) -> bool:
    """Whether the database holds a newswire schema of any version."""
    return inspect(connection).has_table("alembic_version")


def check_version(engine: Engine, *, older_is_fine: bool = False) -> None:
    """Refuse a database that this program must not write.

    Raises:
        StoreError: it is older (with the command to upgrade), newer, or another program's.
    """
    with storing(engine), engine.connect() as connection:
        if not has_tables(connection):
            tables = inspect(connection).get_table_names()
            raise StoreError(
                f"database {shown(engine)} holds other tables ({', '.join(sorted(tables)[:3])} …) and no newswire;"
                " name another one with --database"
            )
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version == HEAD:
        return
    if version is None or str(version) < HEAD:
        if older_is_fine:
            return
        raise StoreError(
            f"database {shown(engine)} is of an older version ({version}); run: newswire db upgrade"
            f" --database '{shown(engine)}'"
        )
    raise StoreError(
        f"database {shown(engine)} is of a newer version ({version}) than this program knows ({HEAD});"
        " install the newswire that made it"
    )


def is_empty(engine: Engine) -> bool:
    """Whether there is no table at all yet: the database is to be created."""
    with storing(engine), engine.connect() as connection:
        return not inspect(connection).get_table_names()


def lock_writers(connection: Connection) -> None:
    """One writer at a time.  SQLite's BEGIN IMMEDIATE is the lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})


def look(connection: Connection) -> None:
    """Make the transaction one look: it sees one moment, writes nothing, and may wait for a slow reader.

    SQLite's BEGIN does so already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def shown(engine: Engine) -> str:
    """The database's URL without its password."""
    return engine.url.set(drivername=engine.url.get_backend_name()).render_as_string(hide_password=True)


@contextmanager
def storing(engine: Engine) -> Iterator[None]:
    """Turn SQLAlchemy's errors into a StoreError with a clear sentence: the one spot of this room."""
    try:
        yield
    except OperationalError as error:
        raise StoreError(f"database {shown(engine)}: {_sentence(error)}", transient=_passes(error)) from error
    except DBAPIError as error:
        passes = error.connection_invalidated
        raise StoreError(f"database {shown(engine)}: {_sentence(error)}", transient=passes) from error
    except SQLAlchemyError as error:
        raise StoreError(f"database {shown(engine)}: {error}") from error
    except UnicodeDecodeError as error:
        # sqlite3 fails to say what is wrong where the damaged bytes are in its message: those of a table's definition.
        raise StoreError(f"database {shown(engine)}: the file is damaged; restore a backup") from error


SENTENCES = (
    ("database is locked", "another process holds it; try again, or stop that process"),
    ("readonly database", "it is read-only; check the file's and its directory's permissions"),
    ("disk is full", "the disk is full; free some space, nothing was half-written"),
    ("disk i/o error", "the disk refused to write; check its space and health, nothing was half-written"),
    ("unable to open database file", "the file can't be opened; check that its directory exists and may be written"),
    ("malformed", "the file is damaged; restore a backup, or save what can be saved with: sqlite3 FILE .recover"),
    ("could not decode to utf-8", "a text in it is damaged; run newswire db check, and restore a backup"),
    ("file is not a database", "the file is no SQLite database; name another one with --database"),
    ("no such module: fts5", "this Python's SQLite has no full-text search; install one that has, 3.38 or newer"),
    ("fatal: database", "make it first, with createdb, or name another one with --database"),
    ("password authentication failed", "check user and password in the URL of --database"),
    ("permission denied", "the user of the URL needs the right to use this schema: GRANT it, or take another user"),
    ("statement timeout", "it took too long; ask for less, such as with --since"),
    ("lock timeout", "another process holds it; try again, or stop that process"),
    ("resolve host", "there is no such host; check the URL of --database"),
    ("connection refused", "the server does not answer; is PostgreSQL running, are host and port right?"),
)


def _sentence(error: DBAPIError) -> str:
    message = " ".join(str(error.orig).split())
    hint = next((hint for sign, hint in SENTENCES if sign in message.lower()), None)
    return f"{message} ({hint})" if hint else message


# What does not pass by itself.
LASTING = ("malformed", "not a database", "readonly", "unable to open", "decode to utf-8")


def _passes(error: OperationalError) -> bool:
    message = str(error.orig).lower()
    return not any(sign in message for sign in LASTING)


def _parse(url: str) -> URL:
    try:
        parsed = make_url("postgresql://" + url.removeprefix("postgres://") if url.startswith("postgres://") else url)
    except ArgumentError as error:
        raise StoreError("the database is no URL; write sqlite:///FILE or postgresql://USER@HOST/NAME") from error
    if "@" in (parsed.host or ""):
        raise StoreError("the password in the database URL holds an @; write %40 in its place")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(
            f"database {parsed.render_as_string()}: only sqlite and postgresql are known;"
            " write sqlite:///FILE or postgresql://USER@HOST/NAME"
        )
    return parsed


def _sqlite(url: URL) -> Engine:
    if url.host or not url.database or url.database == ":memory:":
        raise StoreError("the database URL names no file; write sqlite:///FILE, or sqlite:////ABSOLUTE/FILE")
    is_file = not url.database.startswith("file:")
    if is_file and not Path(url.database).absolute().parent.is_dir():
        raise StoreError(f"database {url.render_as_string()}: its directory does not exist; make it first")
    try:
        engine = create_engine(url, json_serializer=_json, json_deserializer=_from_json)
    except NoSuchModuleError as error:
        raise StoreError(f"database {url.render_as_string()}: {error}") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We say BEGIN ourselves: the driver's own would come too late, and without IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    # Only of a file of ours: the mode stays in the file, and a mistyped URL may name another program's.
    if cursor.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Put the file into WAL mode, once nobody writes to it.

    For this switch SQLite does not wait for a writer, whatever the busy timeout is: two processes that made a new
    database at the same moment were told "database is locked".
    """
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(ASK_AGAIN)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("immediate") else "BEGIN")


def _postgresql(url: URL) -> Engine:
    driver = url.set(drivername="postgresql+psycopg")
    return create_engine(
        driver,
        json_serializer=_json,
        pool_pre_ping=True,
        connect_args={"options": POSTGRESQL_OPTIONS, "connect_timeout": BUSY_SECONDS, **KEEPALIVE},
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _from_json(text: str) -> Any:
    with whole():
        return json.loads(text)
