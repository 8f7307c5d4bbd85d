"""Directories for databases that are filled and thrown away by the hundred."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Where there is such a thing: a process that is killed leaves there what it would leave on a disk, and syncing is free.
MEMORY = Path("/dev/shm")


@contextmanager
def scratch() -> Iterator[Path]:
    """A new directory, gone after the block."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="newswire-hostile-", dir=where) as directory:
        yield Path(directory)
