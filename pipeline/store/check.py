"""Whether a database is whole: what the database says of itself, and what must be true of our tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, inspect, or_, select, text
from sqlalchemy.exc import DBAPIError, NoSuchTableError

from pipeline.errors import StoreError
from pipeline.record import FIELDS, REVISION_FIELDS
from pipeline.store.agreement import disagreements, is_path_turned
from pipeline.store.derived import Derive, underived
from pipeline.store.requests import host_of, sha256_of
from pipeline.store.rows import is_answer_whole, is_whole, seal_of
from pipeline.store.schema import article, article_profile, article_revision, body, metadata
from pipeline.store.stories import checksum_of
from pipeline.store.turned import is_hash, is_word_turned
from pipeline.store.types import UNREADABLE, Instant, named

Unpack = Callable[[str, bytes, int], bytes]
Check = Callable[[Connection], Iterator[str]]

SHOWN = 10  # problems of one kind; a damaged index can give millions
PORTION = 50  # bodies looked at together
REGROUP = "run: newswire regroup"  # mends what is made of the articles
TABLES = [table for table in metadata.sorted_tables if table is not body]
VIEWS = {"articles": set(FIELDS), "article_revisions": set(REVISION_FIELDS)}
# Nothing was read before there were computers' clocks, and captures of archives are taken up to the year 2999.
CLOCK = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
THEIRS = {
    article_revision.c.updated_at,
    article_revision.c.embargoed_until,
    article.c.sort_at,
    article_profile.c.placed_at,
}

# Each gives a row, with what it is about, for every violation.
RULES = {
    "stories are {}: they are whole once this has come to its end; if it was interrupted, run: newswire regroup": """
        SELECT key FROM wire WHERE key = 'regrouping'""",
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
    "change {} is of no kind": """
        SELECT seq FROM change WHERE change NOT IN ('created', 'revised', 'corrected', 'withdrawn', 'restored',
        'completed', 'reextracted', 'relinked') ORDER BY seq""",
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


def problems(connection: Connection, unpack: Unpack, derive: Derive | None = None) -> list[str]:
    """What is wrong, a sentence each; empty if nothing is.

    `unpack` gives a kept body back by its coding, bytes and size, or raises a StoreError; `derive` says what follows
    from an article's text (None: what was worked out is not held against it).
    """
    checks: list[Check] = [_columns, _changes, _rules, *(partial(_rows, table=table) for table in TABLES)]
    checks += [disagreements, partial(_bodies, unpack=unpack)]
    if derive is not None:
        checks.append(partial(underived, derive=derive))
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


def _tried(connection: Connection, check: Check) -> Iterator[str]:
    """What a check finds; that the database can't even answer it is a finding too."""
    try:
        # On PostgreSQL an error would end the transaction, and all further checks with it.
        with connection.begin_nested():
            yield from check(connection)
    except DBAPIError as error:
        yield f"the database can't be read: {' '.join(str(error.orig).split())}; restore a backup"
    except StoreError as error:
        yield str(error)
    except UNREADABLE as error:
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


def _columns(connection: Connection) -> Iterator[str]:
    """Every table and view has the columns that it was made with: a bit may turn in their names as well."""
    found = inspect(connection)
    wanted = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    for name, columns in (wanted | VIEWS).items():
        with suppress(NoSuchTableError):  # whatever reads it tells
            if lost := columns - {column["name"] for column in found.get_columns(name)}:
                yield f"{name} has lost columns that it was made with ({', '.join(sorted(lost))}); restore a backup"


def _rows(connection: Connection, table: Table) -> Iterator[str]:
    """Every value of every row can be read as what it is, for SQLite keeps whatever lies in a damaged page; and a row
    that has a hash, or says something twice, is what it was when it was written."""
    fault = FAULTS.get(table.name, lambda row: None)
    found = map(fault, connection.execute(select(table).execution_options(yield_per=PORTION)))
    yield from islice((told if REGROUP in told else f"{told}; restore a backup" for told in found if told), SHOWN)
    yield from islice(_odd_times(connection, table), SHOWN)


def _odd_times(connection: Connection, table: Table) -> Iterator[str]:
    """Times that no clock of ours can have shown; an agency may have printed something in 1851."""
    times = [column for column in table.columns if isinstance(column.type, Instant) and column not in THEIRS]
    if not times:
        return
    odd = or_(*(~column.between(*CLOCK) for column in times))
    for row in connection.execute(select(*table.primary_key).where(odd)):
        name = f"{table.name} {', '.join(map(str, row))}"
        yield f"{name} is damaged: it has a time that no clock showed; restore a backup"


def _revision_fault(row: Any) -> str | None:
    is_damaged = row.seal is not None and seal_of(row) != row.seal
    return f"revision {row.revision} of article {row.article_id} is damaged" if is_damaged else None


def _request_fault(row: Any) -> str | None:
    """A request goes where it says, and what an agency listed is what it was when it was written."""
    fault = None
    if row.kind != "page" and row.url_key != named(row.url):
        fault = "its address is not the one it is known by"
    elif row.host not in ("", named(host_of(row.url))):
        fault = "its host is not that of its address"
    elif row.entry and not is_whole(row.entry):
        fault = "its entry is not the one that was written"
    elif row.entry and is_path_turned(row.url, row.entry["url"]):
        fault = "its address is not that of its entry"
    elif row.entry and _is_first(row) and is_word_turned(row.section, row.entry["section"]):
        fault = "its section is not that of its entry"
    elif not is_hash(row.sha256 or None):
        fault = "the hash of what it was answered with is none"
    return fault and f"request {row.id} is damaged: {fault}"


def _is_first(row: Any) -> bool:
    """Whether a request still has the entry that it was made by: another feed's may have taken its place."""
    return bool(row.version == 0 and row.feed == row.entry["feed"])


def _article_fault(row: Any) -> str | None:
    """An article has its own address and guid among all of them."""
    if row.url not in row.urls or (row.guid is not None and row.guid not in row.guids):
        return f"article {row.id} is damaged: its address or guid is none of those it was listed under"
    return None if is_hash(row.headline_hash) else f"article {row.id} is damaged: the hash of its headline is none"


def _response_fault(row: Any) -> str | None:
    return None if is_answer_whole(row) else f"response {row.id} is damaged: it is not what was kept"


def _polling_fault(row: Any) -> str | None:
    is_damaged = row.rhythm is not None and not is_whole(row.rhythm)
    return f"the rhythm of request {row.request_id} is damaged" if is_damaged else None


def _sighting_fault(row: Any) -> str | None:
    fault = None
    if row.first_seen_at > row.last_seen_at:
        fault = "it was seen last before it was seen first"
    elif not is_hash(row.entry_hash):
        fault = "the hash of its words is none"
    return fault and f"what {row.feed} listed as {row.url} is damaged: {fault}"


def _key_fault(row: Any) -> str | None:
    return None if is_hash(row.content_hash) else f"the key {row.value} is damaged: the hash of what was read is none"


def _profile_fault(row: Any) -> str | None:
    """What events are compared by is what it was when it was written."""
    is_damaged = checksum_of(row.placed_at, row.signals, row.terms) != row.checksum
    return f"what article {row.article_id} is found to tell by is damaged; {REGROUP}" if is_damaged else None


# By table, what is wrong with a row.
FAULTS: Mapping[str, Callable[[Any], str | None]] = {
    "article_revision": _revision_fault,
    "request": _request_fault,
    "article": _article_fault,
    "response": _response_fault,
    "polling": _polling_fault,
    "sighting": _sighting_fault,
    "article_key": _key_fault,
    "article_profile": _profile_fault,
}


def _bodies(connection: Connection, unpack: Unpack) -> Iterator[str]:
    """Every body is what its name says."""
    last = ""
    while True:
        newer = select(body).where(body.c.sha256 > last).order_by(body.c.sha256).limit(PORTION)
        found = connection.execute(newer).all()
        for row in found:
            try:
                data = unpack(row.coding, row.data, row.size)
            except StoreError as error:
                yield f"body {row.sha256}: {error}"
            else:
                if sha256_of(data) != row.sha256 or len(data) != row.size:
                    yield f"body {row.sha256} is damaged: its bytes are not those that were kept; restore a backup"
        if not found:
            return
        last = found[-1].sha256
