"""T11: many write at once, some of them roll back or are killed; all who follow see every change, once and in order."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from pipeline.dedup.fingerprint import fingerprint
from pipeline.errors import StoreError
from pipeline.model import Article, Extraction, Source
from pipeline.store import Store, open_store
from tests.hostile import postgresql
from tests.hostile.lives import context
from tests.hostile.outcome import Outcome
from tests.hostile.scratch import scratch

WRITERS, READERS = 8, 4
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOST_EACH, ROLLED_BACK = 25, 0.1
KILL_EVERY = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class _Trial:
    """So many changes by so many writers, before so many readers."""

    seed: int
    changes: int
    writers: int
    readers: int


def run(*, seed: int = 1, changes: int = 100_000, writers: int = WRITERS, readers: int = READERS) -> list[Outcome]:
    """Try it on both databases."""
    trial, found = _Trial(seed, changes, writers, readers), []
    with scratch() as directory:
        found.append(_run(trial, f"sqlite:///{directory}/wire.db", "SQLite"))
    with postgresql.server() as server:
        found.append(_run(trial, server.new_database(), "PostgreSQL"))
    return found


def _run(trial: _Trial, url: str, name: str) -> Outcome:
    seed, changes = trial.seed, trial.changes
    outcome = Outcome("T11", f"change feed, {trial.writers} writers, {trial.readers} readers, {name}", seed)
    chance, kills = random.Random(seed), 0
    with outcome.timed():
        store = open_store(url)
        readers = [_started(_read, url) for _ in range(trial.readers)]
        writers = [_started(_write, url, seed * 100 + number) for number in range(trial.writers)]
        killed_at = time.monotonic()
        while _last(store) < changes:
            time.sleep(0.05)
            if time.monotonic() - killed_at > KILL_EVERY:
                killed_at, place = time.monotonic(), chance.randrange(trial.writers)
                process, pipe = writers[place]
                os.kill(process.pid or 0, signal.SIGKILL)
                process.join()
                pipe.close()
                kills += 1
                writers[place] = _started(_write, url, seed * 100 + trial.writers + kills)
        for process, pipe in writers:
            pipe.send("stop")
            process.join()
        last = _last(store)
        for _, pipe in readers:
            pipe.send(last)
        told = [pipe.recv() for _, pipe in readers]
        with store.read() as reader:
            articles = reader.totals()["articles"]
        store.close()
    outcome.figures |= {"changes": last, "articles": articles, "writers killed": kills}
    outcome.figures["changes a second"] = round(last / max(outcome.seconds, 0.1))
    outcome.none("missed, reordered or double", [one for seen, one in told if one])
    if any(seen != last for seen, _ in told):
        outcome.problems.append(f"readers saw {[seen for seen, _ in told]} of {last}")
    if articles != last:
        outcome.problems.append(f"{articles} articles, {last} changes: a rollback left something")
    return outcome


def _started(work: Callable[..., None], *arguments: object) -> tuple[ForkServerProcess, Connection]:
    ours, its = context().Pipe()
    process = context().Process(target=work, args=(its, *arguments))
    process.start()
    its.close()
    return process, ours


def _last(store: Store) -> int:
    with store.read() as reader:
        return reader.last_seq()


def _write(pipe: Connection, url: str, seed: int) -> None:
    """Write articles, some at a time, until told to stop, or killed."""
    chance, store, number = random.Random(seed), open_store(url), 0
    while not pipe.poll():
        with suppress(ZeroDivisionError, StoreError), store.write(NOON) as tx:
            for _ in range(chance.randint(1, MOST_EACH)):
                number += 1
                one = _article(f"https://w{seed}.test/{number}")
                tx.articles.create(one, fingerprint(one, Source(one.source, one.source)), None)
            if chance.random() < ROLLED_BACK:
                raise ZeroDivisionError
    store.close()


def _article(url: str) -> Article:
    return Article(
        source="wire", url=url, headline=f"Ferry {url}", headline_raw=f"Ferry {url}", body="It sails again.",
        first_seen_at=NOON, fetched_at=NOON, sort_at=NOON, completeness="full",
        extraction=Extraction("profile", "1", 1.0),
    )  # fmt: skip


def _read(pipe: Connection, url: str) -> None:
    """Follow, and say how many changes came and what was wrong with their numbers."""
    store, seen, wrong, until = open_store(url), 0, "", None
    while until is None or seen < until:
        if until is None and pipe.poll():
            until = pipe.recv()
        with suppress(StoreError), store.read() as reader:
            found = [change.seq for change in reader.changes(seen)]
        if found and found != list(range(seen + 1, seen + len(found) + 1)):
            wrong = wrong or f"after {seen} came {found[:5]}"
        seen = found[-1] if found else seen
        if wrong:
            break
        time.sleep(0 if found else 0.02)
    pipe.send((seen, wrong))
    store.close()
