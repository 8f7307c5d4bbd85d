"""Making databases, and bringing older ones up to this program's version.  Nothing else imports Alembic.

A migration is a file in `migrations/versions` and a transaction of its own, so that a kill between or within two of
them leaves a database of one version or the other.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, text

from pipeline.errors import StoreError
from pipeline.store import engine as engines

MIGRATIONS = Path(__file__).parent / "migrations"
NOTHING = "0000"  # the version of a database without tables


def init(url: str) -> bool:
    """Make the tables in an empty database; False if they are there already, at this program's version.

    Raises:
        StoreError: it holds something else, or another version.
    """
    engine = engines.make_engine(url)
    try:
        was_empty = engines.is_empty(engine)
        if was_empty:
            engines.create(engine)
        engines.check_version(engine)
    finally:
        engine.dispose()
    return was_empty


def upgrade(url: str) -> tuple[str, str]:
    """Bring a database up to this program's version; the versions before and after, `0000` for an empty one.

    Raises:
        StoreError: it holds something else, or is of a newer version; or a migration failed, and it is as before.
    """
    engine = engines.make_engine(url)
    try:
        return _upgrade(engine)
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> tuple[str, str]:
    if not engines.is_empty(engine):
        engines.check_version(engine, older_is_fine=True)
    before = after = _step(engine, wanted=False)
    while after != engines.HEAD:
        after = _step(engine, wanted=True)
    return before, after


def _step(engine: Engine, *, wanted: bool) -> str:
    """Take the next migration, if it is wanted and there is one; the version then."""
    with (
        engines.storing(engine),
        engine.connect().execution_options(immediate=True) as connection,
        connection.begin(),
    ):
        # Another process may be upgrading too: what version it is, is only sure inside the lock.
        engines.lock_writers(connection)
        if wanted and _version(connection) != engines.HEAD:
            _migrate(connection)
        return _version(connection)


def _version(connection: Connection) -> str:
    if not engines.has_tables(connection):
        return NOTHING
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or NOTHING


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config(attributes={"connection": connection})
    # ConfigParser takes a % for its own.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "+1")
    except CommandError as error:
        raise StoreError(
            f"database {engines.shown(connection.engine)} can't be upgraded: {error}; install the newswire that made it"
        ) from error
