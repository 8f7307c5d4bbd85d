"""A database to try things on: what a dry run writes to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from pipeline.errors import StoreError


def copy_of(url: str, directory: Path) -> str:
    """The URL of a copy of a SQLite database in a directory; empty, if there is no database yet.

    Raises:
        StoreError: it is of another kind, or can't be read.
    """
    copy = directory / "newswire.db"
    original = make_url(url)
    if original.get_backend_name() != "sqlite":
        # On an empty copy everything would seem new.
        raise StoreError(
            "--dry-run works on a copy, and only of a SQLite database one can be made:"
            " leave --dry-run out, or name a SQLite database with --database"
        )
    if original.database and Path(original.database).is_file():
        try:
            with closing(sqlite3.connect(original.database)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except sqlite3.Error as error:
            raise StoreError(f"{original.database}: can't be copied ({error}); see: newswire db check") from error
    return f"sqlite:///{copy}"
