"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import PublishError


@contextmanager
def whole_file(path: Path, *, anew: bool = False) -> Iterator[BinaryIO]:
    """A file to write; it takes its name, and the place of an older one, when the block ends without an error.

    `anew` leaves an older one where it is, also one that another process wrote meanwhile.

    Raises:
        PublishError: it can't be written, or with `anew` there is one.
    """
    if not anew and path.exists() and not path.is_file():
        # A pipe or a device (/dev/stdout, /dev/null) is written to; to take its place would destroy it.
        with _opened(path) as file:
            yield file
        return
    path = path.resolve()
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(number)
        os.chmod(name, _mode(path))
        # A link is refused where the name is taken, at one stroke.
        (os.link if anew else os.replace)(name, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise _unwritable(path, error) from error


def _mode(path: Path) -> int:
    """The rights of the file that is replaced, else those that a new file gets here: mkstemp gives none but ours."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _unwritable(path: Path, error: OSError) -> PublishError:
    reason = error.strerror or str(error)
    return PublishError(f"{path}: {reason}; nothing was written there, name another file or free some space")
