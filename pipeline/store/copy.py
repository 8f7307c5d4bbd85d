"""A database to try things on: what a dry run writes to."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url


def copy_of(url: str, directory: Path) -> str:
    """The URL of a copy of a database in a directory.

    Only a SQLite file is copied; of anything else the copy is empty, and all that is read will be new in it.
    """
    copy = directory / "newswire.db"
    original = make_url(url)
    if original.get_backend_name() == "sqlite" and original.database and Path(original.database).is_file():
        with sqlite3.connect(original.database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
    return f"sqlite:///{copy}"
