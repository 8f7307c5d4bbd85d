"""T17: databases of every earlier version, filled, are brought up to this one, the upgrade killed at each statement."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from sqlalchemy.engine.default import DefaultDialect

from pipeline.dedup.story import MARK, PROFILE, TITLE
from pipeline.store import engine as engines
from pipeline.store.upgrade import MIGRATIONS, _step, upgrade
from tests.hostile.lives import context
from tests.hostile.outcome import Outcome
from tests.hostile.points import Knife, kill
from tests.hostile.scenario import Day, portables, problems
from tests.hostile.scratch import scratch

KILLS, HOURS = 50, 12
KINDS = ("word", "title", "mark")
NOT_COPIED = {"alembic_version", "change_counter", "wire"}
# What events are compared by: 0007 puts it into another form, and the same terms are in it.
RECAST, RECAST_IN = "article_profile", "0007"
EARLIER = np.dtype([("hash", "<u4"), ("weight", "<f2"), ("idf", "<f2"), ("kind", "u1")])


def run(*, seed: int = 1, kills: int = KILLS) -> Outcome:
    """Try it, on SQLite."""
    versions = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py"))
    outcome = Outcome("T17", f"versions {', '.join(versions[:-1])}, each killed up to {kills} times", seed)
    with outcome.timed(), scratch() as directory:
        today = directory / "today.db"
        Day(f"sqlite:///{today}", HOURS).live()
        expected = portables(f"sqlite:///{today}")
        lost, broken, died = list[str](), list[str](), 0
        for version in versions[:-1]:
            old = directory / f"{version}.db"
            _make(old, version, today)
            rows = _rows(old)
            for nth in range(1, kills + 1):
                path = directory / f"{version}-{nth}.db"
                shutil.copy(old, path)
                code = _killed(path, nth)
                died += code != 0
                upgrade(f"sqlite:///{path}")
                lost += [f"{version}, killed at statement {nth}: {one}" for one in _missing(rows, path)]
                lost += [f"{version}, killed at statement {nth}: {one}" for one in _recast(old, path, today)]
                broken += [f"{version}, {nth}: {one}" for one in problems(f"sqlite:///{path}")]
                if portables(f"sqlite:///{path}") != expected:
                    lost.append(f"{version}, killed at statement {nth}: articles differ")
                if code == 0:
                    break
    outcome.figures |= {"articles": len(expected), "kills": died}
    outcome.none("lost", lost)
    outcome.none("broken", broken)
    return outcome


def _make(path: Path, version: str, today: Path) -> None:
    """A database of an earlier version, with as much of today's rows as it has room for."""
    engine = engines.make_engine(f"sqlite:///{path}")
    while _step(engine, wanted=True) != version:
        pass
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS today", (str(today),))
        for table in _tables(connection):
            columns = ", ".join(f'"{name}"' for name in _columns(connection, table))
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")
        if version < RECAST_IN and RECAST in _tables(connection):
            rows = connection.execute(f"SELECT terms, article_id FROM {RECAST}").fetchall()
            connection.executemany(
                f"UPDATE {RECAST} SET terms = ? WHERE article_id = ?", [(earlier(terms), one) for terms, one in rows]
            )
        connection.execute("INSERT INTO article_text (rowid, words) SELECT rowid, words FROM today.article_text")
        connection.execute("UPDATE change_counter SET value = (SELECT value FROM today.change_counter)")
        connection.commit()


def earlier(terms: bytes) -> bytes:
    """The terms of an article as they were packed before."""
    rows = np.frombuffer(terms, PROFILE)
    had = np.zeros(len(rows), EARLIER)
    had["hash"], had["weight"], had["idf"] = rows["hash"], rows["word"] + rows["mark"], rows["title"]
    had["kind"] = TITLE * (rows["title"] > 0) + MARK * (rows["mark"] > 0)
    return had.tobytes()


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return [name for (name,) in found if name not in NOT_COPIED and not name.startswith(("article_text", "sqlite_"))]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns that both have."""
    old, new = (
        [row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({table})")] for schema in ("main", "today")
    )
    return [name for name in old if name in new]


def _rows(path: Path) -> dict[str, tuple[list[str], set[str]]]:
    """All rows of all tables, and the columns they are of."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: (columns, {repr(row) for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}")})
            for table in _tables(connection)
            if (columns := [f'"{row[1]}"' for row in connection.execute(f"PRAGMA table_info({table})")])
            and table != RECAST
        }


def _missing(rows: dict[str, tuple[list[str], set[str]]], path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as connection:
        for table, (columns, before) in rows.items():
            there = {repr(row) for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}")}
            if gone := len(before - there):
                yield f"{gone} rows of {table} are gone or changed"


def _recast(old: Path, path: Path, today: Path) -> Iterator[str]:
    """Whether each article that had a profile has the same again, in today's form."""
    had, has, made = (_profiles(one) for one in (old, path, today))
    for number in had:
        there, wanted = (np.frombuffer(one.get(number, b""), PROFILE) for one in (has, made))
        same = len(there) == len(wanted) and all(np.allclose(there[name], wanted[name], 0.01) for name in KINDS)
        if not same or list(there["hash"]) != list(wanted["hash"]):
            yield f"article {number} is compared by other terms"


def _profiles(path: Path) -> dict[int, bytes]:
    with closing(sqlite3.connect(path)) as connection:
        if RECAST not in _tables(connection):
            return {}
        return dict(connection.execute(f"SELECT article_id, terms FROM {RECAST}").fetchall())


def _killed(path: Path, nth: int) -> int | None:
    process = context().Process(target=_upgrade, args=(str(path), nth))
    process.start()
    process.join()
    return process.exitcode


def _upgrade(path: str, nth: int) -> None:
    with Knife(frozenset({(DefaultDialect.do_execute.__code__, "call")}), nth, kill).drawn():
        upgrade(f"sqlite:///{path}")
