"""T12: a bit of the database is turned: it is refused, told by `db check`, or every article and change is right.

SQLite keeps no sums of its pages.  Revisions, entries and answers have one of their own, and much of the rest is held
against what else knows it, or follows from it.  What a bit does to the other bookkeeping is counted, by its column.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.archive.pack import unpack
from pipeline.errors import WireError
from pipeline.relating import deriving
from pipeline.store import Store, open_store
from pipeline.store.engine import make_engine
from pipeline.store.read import Query
from tests.hostile.outcome import Outcome
from tests.hostile.scenario import AGENCY, Day
from tests.hostile.scratch import scratch

HOURS = 24
DERIVE = deriving({AGENCY.name: AGENCY.source})
LOG_PART = 0.2  # of the flips are in a write-ahead log that was left behind
SILENT = "silent"
TOKEN = re.compile("[0-9a-z\x80-\U0010ffff]+")
# What people read: nothing of this may be wrong without a word.
READ = {
    "revisions": "SELECT * FROM article_revisions",
    "current": "SELECT id, revision, headline_raw, lead, body, byline, dateline, signals FROM articles",
    "the change feed": "SELECT seq, change, article_id, revision, source FROM change",
}
# Made of the articles, and made anew by `newswire regroup`.
REGROUPED = {"article_profile", "fingerprint", "story_key", "term"}
# Answers but for what becomes of them.  A commit only ever adds to these.
ANSWERS = "SELECT id, request_id, url, status, headers, fetched_at, sha256 FROM response"
GROWING = {"article_revision", "change", "body", "answers"}


def run(*, seed: int = 1, flips: int = 200, log_part: float = LOG_PART) -> Outcome:
    """Try it; so many of the flips are in a write-ahead log."""
    outcome = Outcome("T12", f"{flips} bits turned", seed)
    chance, came, silent, places = random.Random(seed), Counter[str](), list[str](), Counter[str]()
    with outcome.timed(), scratch() as directory:
        whole, left = directory / "whole.db", directory / "left.db"
        _leave(whole, left)
        seen = directory / "seen.db"
        for beside in ("", "-wal"):
            shutil.copy(f"{left}{beside}", f"{seen}{beside}")
        # To look at it takes the log in: so a copy is looked at.
        expected = {whole: everything(whole), left: everything(seen)}
        for number in range(flips):
            origin = left if chance.random() < log_part else whole
            path = directory / f"flip-{number}.db"
            where = _turned(origin, path, chance, in_log=origin is left)
            given, wrong = _came(path, expected[origin], in_log=origin is left)
            came[given] += 1
            places.update(wrong)
            if given == SILENT:
                silent.append(where)
            _remove(path)
    outcome.figures |= dict(sorted(came.items()))
    outcome.figures |= {f"  {place}": count for place, count in places.most_common()}
    outcome.none(SILENT, silent)
    return outcome


def everything(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """All rows of all tables and views as they are read, each value as `column: value`."""
    engine = make_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            names = [*inspect(connection).get_table_names(), "articles", "article_revisions"]
            mine = [name for name in names if not name.startswith(("article_text_", "sqlite_"))]
            asked = {name: f"SELECT * FROM {name}" for name in mine} | READ | {"answers": ANSWERS}
            found = {name: _rows(connection.execute(text(query))) for name, query in asked.items()}
            # Nobody reads these but the index, to which capitals and marks are nothing.
            words = connection.execute(text("SELECT words FROM article_text ORDER BY rowid")).scalars()
            found["article_text"] = [tuple(TOKEN.findall(one.lower())) for one in words]
            # A bit that means nothing to who unpacks it.
            bodies = connection.execute(text("SELECT sha256, coding, data, size FROM body ORDER BY sha256"))
            found["body"] = [(row.sha256, str(unpack(row.coding, row.data, row.size))) for row in bodies]
            return found
    finally:
        engine.dispose()


def _rows(found: CursorResult[Any]) -> list[tuple[str, ...]]:
    names = list(found.keys())
    return sorted(tuple(f"{name}: {value!r}" for name, value in zip(names, row, strict=True)) for row in found)


def _came(path: Path, expected: dict[str, list[tuple[str, ...]]], *, in_log: bool) -> tuple[str, list[str]]:
    """What became of a flip, and where the database differs without a word, as `table.column`."""
    try:
        store = open_store(f"sqlite:///{path}", create=False)
    except WireError:
        return "refused at once", []
    try:
        if store.quick_check():
            return "refused by the service", []
        if _checked(store):
            return "told by db check", []
        found = everything(path)
    except (WireError, SQLAlchemyError):
        return "refused when read", []
    finally:
        store.close()
    wrong = {name for name, rows in found.items() if rows != expected[name] and name != "answers"}
    if not wrong:
        return "right", []
    # SQLite drops a damaged commit and all that came after it: as after a power cut, feeds are asked again.
    if in_log and all(set(found[name]) <= set(expected[name]) for name in GROWING):
        return "an earlier commit", []
    places = sorted({place for name in wrong for place in _places(name, expected[name], found[name])})
    if wrong & READ.keys():
        return SILENT, places
    if wrong <= REGROUPED:
        return "what regroup makes anew differs", places
    return "addresses or times differ" if wrong & {"articles", "change"} else "bookkeeping differs", places


def _places(name: str, expected: list[tuple[str, ...]], found: list[tuple[str, ...]]) -> set[str]:
    """The columns in which rows differ; the table, where there are more or fewer of them."""
    gone, come = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    if len(gone) != len(come):
        return {name}
    pairs = zip(gone, come, strict=True)
    values = ((was, now) for before, after in pairs for was, now in zip(before, after, strict=True))
    return {f"{name}.{was.partition(':')[0]}" for was, now in values if was != now}


def _checked(store: Store) -> list[str]:
    with store.read() as reader:
        list(reader.query(Query()))
    return store.check(unpack, DERIVE)


def _turned(origin: Path, path: Path, chance: random.Random, *, in_log: bool) -> str:
    """A copy with one bit turned; where."""
    for beside in ("", "-wal"):
        if Path(f"{origin}{beside}").exists():
            shutil.copy(f"{origin}{beside}", f"{path}{beside}")
    file = Path(f"{path}-wal") if in_log else path
    data = bytearray(file.read_bytes())
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    file.write_bytes(data)
    return f"bit {bit} of byte {at} of {file.name}"


def _leave(whole: Path, left: Path) -> None:
    """A day's database, and one as a kill leaves it: with its last transactions only in the write-ahead log."""
    Day(f"sqlite:///{whole}", HOURS).live()
    shutil.copy(whole, left)
    day = Day(f"sqlite:///{left}", HOURS + 1, HOURS)
    store = open_store(f"sqlite:///{left}")
    try:
        day.one_hour(store, HOURS)
        copy = left.with_suffix(".copy")
        for beside in ("", "-wal"):
            shutil.copy(f"{left}{beside}", f"{copy}{beside}")
    finally:
        store.close()
    _remove(left)
    for beside in ("", "-wal"):
        Path(f"{copy}{beside}").rename(f"{left}{beside}")


def _remove(path: Path) -> None:
    for beside in ("", "-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
