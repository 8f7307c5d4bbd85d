"""Whether a database is whole: what the database says of itself, and what must be true of our tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreError
from pipeline.store.requests import host_of, sha256_of
from pipeline.store.rows import is_entry_whole, seal_of
from pipeline.store.schema import article, article_profile, article_revision, body, metadata, request
from pipeline.store.stories import checksum_of
from pipeline.store.types import named

Unpack = Callable[[str, bytes, int], bytes]

SHOWN = 10  # problems of one kind; a damaged index can give millions
PORTION = 50  # bodies looked at together

# Each gives a row, with what it is about, for every violation.
RULES = {
    "article {} has no current revision": """
        SELECT a.id FROM article AS a LEFT JOIN article_revision AS r ON r.article_id = a.id AND r.revision = a.revision
        WHERE r.article_id IS NULL ORDER BY a.id""",
    "revision of article {}, which does not exist": """
        SELECT r.article_id FROM article_revision AS r LEFT JOIN article AS a ON a.id = r.article_id
        WHERE a.id IS NULL ORDER BY r.article_id""",
    "response {} has no body": """
        SELECT r.id FROM response AS r LEFT JOIN body AS b ON b.sha256 = r.sha256
        WHERE b.sha256 IS NULL AND r.state <> 'pruned' ORDER BY r.id""",
    "article {} is missing from the full-text index": """
        SELECT a.id FROM article AS a LEFT JOIN article_text AS t ON t.{text_id} = a.id
        WHERE t.{text_id} IS NULL ORDER BY a.id""",
    "the full-text index holds article {}, which does not exist": """
        SELECT t.{text_id} FROM article_text AS t LEFT JOIN article AS a ON a.id = t.{text_id}
        WHERE a.id IS NULL ORDER BY t.{text_id}""",
    "change {} says otherwise than its article: kind, agency, or address": """
        SELECT c.seq FROM change AS c JOIN article AS a ON a.id = c.article_id
        LEFT JOIN article_revision AS r ON r.article_id = c.article_id AND r.seq = c.seq
        WHERE c.source <> a.source OR c.url <> a.url OR r.change <> c.change OR r.revision <> c.revision
        ORDER BY c.seq""",
    "change {} is of an article or a revision that does not exist": """
        SELECT c.seq FROM change AS c
        LEFT JOIN article_revision AS r ON r.article_id = c.article_id AND r.revision = c.revision
        WHERE r.article_id IS NULL ORDER BY c.seq""",
    "article {} has no change of its number in the change feed": """
        SELECT a.id FROM article AS a LEFT JOIN change AS c ON c.seq = a.seq AND c.article_id = a.id
        WHERE c.seq IS NULL ORDER BY a.id""",
    "article {} says otherwise than its current revision: language, or what changed": """
        SELECT a.id FROM article AS a
        JOIN article_revision AS r ON r.article_id = a.id AND r.revision = a.revision
        WHERE a.change <> r.change OR coalesce(a.language, '') <> coalesce(r.language, '')
        ORDER BY a.id""",
    # A word that no statement asks for would be a feed that is never polled, or a page that is never read again.
    "request {} is of no kind or in no state, and would never be asked for": """
        SELECT id FROM request
        WHERE kind NOT IN ('feed', 'listing', 'page') OR state NOT IN ('waiting', 'done', 'retired')
        OR (state = 'waiting' AND due_at IS NULL) ORDER BY id""",
    "response {} is in no state, and would never be worked": """
        SELECT id FROM response WHERE state NOT IN ('new', 'done', 'quarantined', 'pruned')
        OR status NOT BETWEEN 0 AND 999 OR captured NOT IN (0, 1) ORDER BY id""",
    "number {} in quarantine is in no state, and would never be shown": """
        SELECT id FROM quarantine WHERE state NOT IN ('held', 'retried', 'dropped') ORDER BY id""",
}


def problems(connection: Connection, unpack: Unpack) -> list[str]:
    """What is wrong, a sentence each; empty if nothing is.

    `unpack` gives a kept body back by its coding, bytes and size, or raises a StoreError.
    """
    checks = [
        _changes,
        _rules,
        _values,
        _seals,
        _profiles,
        _requests,
        _addresses,
        lambda connection: _bodies(connection, unpack),
    ]
    if connection.dialect.name == "sqlite":
        checks = [_integrity, _foreign_keys, *checks]
    return [problem for check in checks for problem in _tried(connection, check)]


def index_problems(connection: Connection) -> list[str]:
    """What is wrong with SQLite's full-text index.  To ask, one writes: so it is a short transaction of its own."""
    return list(_tried(connection, _full_text)) if connection.dialect.name == "sqlite" else []


def quick_problems(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its pages and rows, indexes left out; nothing, where a server looks after itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(text("PRAGMA quick_check(3)")).scalars()
    return [f"SQLite: {' '.join(said.split())}" for said in found if said != "ok"]


def _tried(connection: Connection, check: Callable[[Connection], Iterator[str]]) -> Iterator[str]:
    """What a check finds; that the database can't even answer it is a finding too."""
    try:
        # On PostgreSQL an error would end the transaction, and all further checks with it.
        with connection.begin_nested():
            yield from check(connection)
    except DBAPIError as error:
        yield f"the database can't be read: {' '.join(str(error.orig).split())}; restore a backup"
    except StoreError as error:
        yield str(error)
    except ValueError as error:  # what SQLAlchemy's own types make of a damaged day
        yield f"the database is damaged: a value in it can't be read ({error}); restore a backup"


def _integrity(connection: Connection) -> Iterator[str]:
    for (said,) in connection.execute(text(f"PRAGMA integrity_check({SHOWN})")):
        if said != "ok":
            yield from (f"SQLite: {one}" for one in said.splitlines())


def _foreign_keys(connection: Connection) -> Iterator[str]:
    for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")).fetchmany(SHOWN):
        yield f"row {row} of {table} refers to a row of {parent} that does not exist"


def _full_text(connection: Connection) -> Iterator[str]:
    try:
        connection.execute(text("INSERT INTO article_text (article_text) VALUES ('integrity-check')"))
    except DBAPIError as error:
        # Nothing can be told of a database that can't be written, and nothing need be.
        if "readonly" not in str(error.orig):
            yield "the full-text index does not agree with itself; restore a backup"


def _changes(connection: Connection) -> Iterator[str]:
    count, last = connection.execute(text("SELECT count(*), coalesce(max(seq), 0) FROM change")).one()
    counter = connection.execute(text("SELECT value FROM change_counter WHERE id = 1")).scalar()
    if not count == last == counter:
        yield f"the change feed has gaps: {count} changes, the last is number {last}, the counter stands at {counter}"


def _rules(connection: Connection) -> Iterator[str]:
    text_id = "rowid" if connection.dialect.name == "sqlite" else "article_id"
    for sentence, query in RULES.items():
        found = connection.execute(text(query.replace("{text_id}", text_id))).fetchmany(SHOWN)
        yield from (sentence.format(row[0]) for row in found)


def _values(connection: Connection) -> Iterator[str]:
    """Every value of every row can be read as what it is: SQLite keeps whatever lies in a damaged page."""
    for table in metadata.sorted_tables:
        if table is not body:
            for _ in connection.execute(select(table).execution_options(yield_per=PORTION)):
                pass
    yield from ()


def _seals(connection: Connection) -> Iterator[str]:
    """Every revision is what it was when it was written."""
    sealed = select(article_revision).where(article_revision.c.seal.is_not(None))
    damaged = (
        f"revision {row.revision} of article {row.article_id} is damaged; restore a backup"
        for row in connection.execute(sealed.execution_options(yield_per=PORTION))
        if seal_of(row) != row.seal
    )
    yield from islice(damaged, SHOWN)


def _profiles(connection: Connection) -> Iterator[str]:
    """What events are compared by is what it was when it was written."""
    damaged = (
        f"what article {row.article_id} is found to tell by is damaged; run: newswire regroup"
        for row in connection.execute(select(article_profile).execution_options(yield_per=PORTION))
        if checksum_of(row.placed_at, row.signals, row.terms) != row.checksum
    )
    yield from islice(damaged, SHOWN)


def _requests(connection: Connection) -> Iterator[str]:
    """Every request goes where it says, and what an agency listed is what it was when it was written."""
    columns = (request.c.id, request.c.kind, request.c.url, request.c.url_key, request.c.host, request.c.entry)
    wrong = (
        f"request {row.id} is damaged: {fault}; restore a backup"
        for row in connection.execute(select(*columns).execution_options(yield_per=PORTION))
        if (fault := _fault(row))
    )
    yield from islice(wrong, SHOWN)


def _fault(row: Any) -> str | None:
    if row.kind != "page" and row.url_key != named(row.url):
        return "its address is not the one it is known by"
    if row.host not in ("", named(host_of(row.url))):
        return "its host is not that of its address"
    return "its entry is not the one that was written" if row.entry and not is_entry_whole(row.entry) else None


def _addresses(connection: Connection) -> Iterator[str]:
    """Every article has its own address and guid among all of them."""
    columns = (article.c.id, article.c.url, article.c.urls, article.c.guid, article.c.guids)
    wrong = (
        f"article {row.id} is damaged: its address or guid is none of those it was listed under; restore a backup"
        for row in connection.execute(select(*columns).execution_options(yield_per=PORTION))
        if row.url not in row.urls or (row.guid is not None and row.guid not in row.guids)
    )
    yield from islice(wrong, SHOWN)


def _bodies(connection: Connection, unpack: Unpack) -> Iterator[str]:
    """Every body is what its name says."""
    last = ""
    while True:
        newer = select(body).where(body.c.sha256 > last).order_by(body.c.sha256).limit(PORTION)
        found = connection.execute(newer).all()
        for row in found:
            try:
                whole = sha256_of(unpack(row.coding, row.data, row.size)) == row.sha256
            except StoreError as error:
                yield f"body {row.sha256}: {error}"
            else:
                if not whole:
                    yield f"body {row.sha256} is damaged: its bytes are not those that were kept; restore a backup"
        if not found:
            return
        last = found[-1].sha256
