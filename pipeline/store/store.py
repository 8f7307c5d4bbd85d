"""A database that is open: transactions to write, and looks to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from pipeline.errors import StoreError
from pipeline.store import engine as engines
from pipeline.store.articles import Articles
from pipeline.store.captures import Captures
from pipeline.store.check import Unpack, index_problems, problems, quick_problems
from pipeline.store.derived import Derive
from pipeline.store.desk import Desk
from pipeline.store.layouts import Layouts
from pipeline.store.notices import Notices
from pipeline.store.outcomes import Outcomes
from pipeline.store.past import Past
from pipeline.store.permits import Permits
from pipeline.store.prune import Pruned, prunable, prune
from pipeline.store.queue import Queue
from pipeline.store.read import Reader
from pipeline.store.relations import Relations
from pipeline.store.requests import Requests
from pipeline.store.responses import Responses
from pipeline.store.robots import RobotsFiles
from pipeline.store.sightings import Sightings
from pipeline.store.stories import Stories
from pipeline.store.vitals import Pulse


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of the writer, by what its rows are about."""

    requests: Requests
    queue: Queue
    outcomes: Outcomes
    past: Past
    responses: Responses
    captures: Captures
    sightings: Sightings
    permits: Permits
    articles: Articles
    relations: Relations
    stories: Stories
    notices: Notices
    desk: Desk
    robots: RobotsFiles
    pulse: Pulse
    layouts: Layouts


class Store:
    """An open database.  Writers queue up: one transaction at a time, in this process and beyond."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        """The database's URL without its password."""
        return engines.shown(self._engine)

    @property
    def directory(self) -> Path | None:
        """Where the database's file is; None for a server."""
        file = self._engine.url.database
        return Path(file).absolute().parent if self._engine.dialect.name == "sqlite" and file else None

    @property
    def megabytes(self) -> int:
        """The size of the database's file; 0 for a server."""
        directory, name = self.directory, Path(self._engine.url.database or "").name
        return (directory / name).stat().st_size // 1_000_000 if directory and (directory / name).is_file() else 0

    @contextmanager
    def write(self, at: datetime) -> Iterator[Transaction]:
        """A transaction that is committed at the end of the block; `at` is the time its changes carry.

        Raises:
            StoreError: the database said no; nothing of the block is stored.
        """
        with self._begin() as connection:
            articles = Articles(connection, at)
            transaction = _transaction(connection, articles)
            yield transaction
            transaction.stories.flush()
            articles.flush()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A look at one moment of the database."""
        with self._look() as connection, closing(Reader(connection)) as reader:
            yield reader

    def check(self, unpack: Unpack, derive: Derive | None = None) -> list[str]:
        """What is wrong, a sentence each.

        `unpack` gives a kept body back by its coding, bytes and size; `derive` says what follows from an article's
        text, as `dedup` works it out (None: that is not checked).
        """
        with self._look() as connection:
            found = index_problems(connection)
        with self._look() as connection:
            return found + problems(connection, unpack, derive)

    def prune(self, now: datetime, feeds: timedelta, pages: timedelta | None) -> Iterator[Pruned]:
        """Delete raw responses of feeds and listings, and of article pages (None: none), that are older than this.

        Each step is a short transaction of its own, and gives what went with it: a service takes one now and then.

        Raises:
            StoreError: the database said no; what the steps before deleted is gone.
        """
        return prune(self._look, self._begin, now, feeds, pages)

    def prunable(self, now: datetime, feeds: timedelta, pages: timedelta | None) -> Pruned:
        """What `prune` would delete."""
        with self._look() as connection:
            return prunable(connection, now, feeds, pages)

    def vacuum(self) -> None:
        """Give the space of what was deleted back to the disk.  PostgreSQL uses it again by itself.

        Raises:
            StoreError: somebody else uses the database, or there is no room for the copy that SQLite makes meanwhile.
        """
        if self._engine.dialect.name == "sqlite":
            with engines.storing(self._engine), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("VACUUM")

    def quick_check(self) -> list[str]:
        """What the database says is wrong with itself, in a moment; `check` looks at all there is."""
        with self._look() as connection:
            return quick_problems(connection)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with (
            engines.storing(self._engine),
            self._engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            engines.lock_writers(connection)
            yield connection

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        # Rolled back in the end: there is nothing to commit, and a damaged database can't even do that.
        with engines.storing(self._engine), self._engine.connect() as connection:
            engines.look(connection)
            yield connection


def _transaction(connection: Connection, articles: Articles) -> Transaction:
    requests, queue = Requests(connection), Queue(connection)
    past, captures = Past(connection), Captures(connection)
    outcomes = Outcomes(connection, requests, past, captures)
    return Transaction(
        requests,
        queue,
        outcomes,
        past,
        Responses(connection, queue, outcomes, captures),
        captures,
        Sightings(connection),
        Permits(connection),
        articles,
        Relations(connection, articles.relinked),
        Stories(connection, articles.relinked),
        Notices(connection),
        Desk(connection),
        RobotsFiles(connection),
        Pulse(connection),
        Layouts(connection),
    )


def open_store(url: str, *, create: bool = True) -> Store:
    """Open a database by its URL; one that is not there is created, unless `create` is off.

    Raises:
        StoreError: it is missing, older, newer, damaged, or no database at all.
    """
    engine = engines.make_engine(url)
    try:
        if engines.is_empty(engine):
            if not create:
                raise StoreError(f"database {engines.shown(engine)} is empty; fill it with: newswire ingest")
            engines.create(engine)
        engines.check_version(engine)
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)
