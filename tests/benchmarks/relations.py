"""What it costs to look an article up among many: `python -m tests.benchmarks.relations [--sizes 10000 1000000]`.

Fills a SQLite database with the keys of so many articles, by chance and spread over a year, then looks up and adds a
thousand more, each in a transaction of its own.  Prints the CPU of one, without comparing texts, the bytes of its rows,
and the same for the keys of stories.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.dedup.fingerprint import KEYS
from pipeline.dedup.link import WINDOW
from pipeline.dedup.shingles import BITS
from pipeline.store import Store, Transaction, open_store
from pipeline.store.lookup import DAY_BITS, EPOCH, Lookup
from tests.test_relating_together import observed

NOW = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
PROBED = 1000
STORY_KEYS = 24
BAR = {"cpu": 0.5, "bytes": 320.0, "growth": 2.0}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.relations", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    asked = parser.parse_args()
    costs = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as directory:
            costs.append(measure(Path(directory), size))
    first, last = costs[0][0], costs[-1][0]
    print(f"growth {last / first:.2f} (bar {BAR['growth']})")
    is_good = all(cpu <= BAR["cpu"] and size <= BAR["bytes"] for cpu, size in costs)
    return 0 if is_good and last / first <= BAR["growth"] else 1


def measure(directory: Path, size: int) -> tuple[float, float]:
    """CPU in milliseconds and bytes of an article's copy keys, at so many articles."""
    file = directory / "newswire.db"
    open_store(f"sqlite:///{file}").close()
    fill(file, size)
    before = pages(file, "fingerprint")
    store = open_store(f"sqlite:///{file}")
    with store.write(NOW) as tx:
        one = observed(0, 0)
        tx.articles.create(one.article, one.fingerprint, None)
    copies = probe(store, KEYS, lambda tx: tx.relations.index)
    stories = probe(store, STORY_KEYS, lambda tx: tx.stories.index)
    store.close()
    per_article = before / size
    print(
        f"{size:9,} articles   copies {copies:.3f} ms CPU an article, {per_article:.0f} bytes"
        f"   stories {stories:.3f} ms CPU"
    )
    return copies, per_article


def fill(file: Path, size: int) -> None:
    """The keys of so many articles, written as they would be in the end; in their own order that is done soon."""
    draw = random.Random(size)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        for table, keys in (("fingerprint", KEYS), ("story_key", STORY_KEYS)):
            # In portions, in the order of arrival: the tree is as full, and as mixed, as it is in life.
            for start in range(0, size, 20_000):
                rows = sorted(_rows(draw, start, min(size, start + 20_000), keys))
                connection.executemany(f"INSERT OR IGNORE INTO {table} (key, article_id) VALUES (?, ?)", rows)
                connection.commit()


def _rows(draw: random.Random, start: int, stop: int, keys: int) -> Iterator[tuple[int, int]]:
    today = (NOW - EPOCH).days
    for number in range(start + 1, stop + 1):
        day = today - draw.randrange(365)
        yield from ((draw.getrandbits(BITS) << DAY_BITS | day, number) for _ in range(keys))


def pages(file: Path, table: str) -> int:
    """The bytes of a table, of its used pages and what they waste."""
    with sqlite3.connect(file) as connection:
        return int(connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = ?", (table,)).fetchone()[0])


def probe(store: Store, keys: int, table: Callable[[Transaction], Lookup]) -> float:
    """CPU in milliseconds of one look-up and its rows, with commit; less that of an empty transaction."""
    draw = random.Random(7)
    empty = _spent(store, lambda tx: None)
    wanted = [[draw.getrandbits(BITS) for _ in range(keys)] for _ in range(PROBED)]

    def one(tx: Transaction) -> None:
        index, its = table(tx), wanted.pop()
        index.near(its, NOW, WINDOW, besides=1)
        index.remember(1, its, NOW - timedelta(days=draw.randrange(7)))

    return _spent(store, one) - empty


def _spent(store: Store, work: Callable[[Transaction], None]) -> float:
    began = time.process_time()
    for _ in range(PROBED):
        with store.write(NOW) as tx:
            work(tx)
    return (time.process_time() - began) / PROBED * 1000


if __name__ == "__main__":
    sys.exit(main())
