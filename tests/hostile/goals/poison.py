"""50,000 pages through the line while a worker is killed, hung, crashed or filled up at every 500th.

Poison pages are ended up in quarantine, each after its three tries; all others are stored; the service itself lives on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import connectors
from connectors.standard import Standard
from pipeline import digest
from pipeline.clock import LiveClock
from pipeline.ingest import Line
from pipeline.model import Entry, Extract, Feed, Page, Profile, Request, Source
from pipeline.normalise.registers import Registers
from pipeline.store import Due, Transaction, open_store
from pipeline.store.sightings import Listed
from pipeline.tally import Tally
from pipeline.workers import Workers
from tests.hostile.outcome import Outcome
from tests.hostile.scratch import scratch
from tests.world.watch import descendants

FEED = "https://wire.test/rss.xml"
PAGES, EVERY, AT_ONCE = 50_000, 500, 16
SECONDS = 1.0  # of CPU that a page may take here
WAYS = ("hang", "segfault", "memory", "exit", "kill")
SOURCE = Source(
    "wire", "Wire", feeds=(Feed(FEED, language="en"),), profiles=(Profile("1", headline="h1", body="article p"),),
    language="en", hosts=("wire.test",), articles="^/news/", connector="tests.hostile.goals.poison:Poisoned",
)  # fmt: skip
ROOM = "tests.hostile.goals.poison:room"


class Poisoned(Standard):
    """Reads pages as any other connector, but for those that say what they do to a process."""

    def extract(self, page: Page, entry: Entry | None) -> Extract:
        head = page.body[:40]
        if b"hang" in head:
            while True:
                pass
        if b"segfault" in head:
            os.kill(os.getpid(), signal.SIGSEGV)
        if b"memory" in head:
            return Extract(headline=str(len(bytes(8 * 1024**3))))
        if b"exit" in head:
            os._exit(3)
        return super().extract(page, entry)


def room() -> digest.Room:
    """What a worker knows."""
    return digest.Room({"wire": SOURCE}, {"wire": connectors.load(SOURCE)}, Registers.from_data({}), connectors.load)


@dataclass(slots=True)
class Web:
    """Every five hundredth page is poison, by turns; the way `kill` is no page's, but done to a worker from outside."""

    asked: Counter[str] = field(default_factory=Counter)

    async def get(self, request: Request) -> Page:
        self.asked[request.url] += 1
        number = int(request.url.rpartition("/")[2])
        way = way_of(number)
        mark = f"<!-- {way} -->" if way not in (None, "kill") else ""
        article = f"<h1>Ferry {number} is back</h1><article><p>{sentence(number)}</p></article>"
        text = f"{mark}<html><body>{article}</body></html>"
        return Page(request.url, 200, text.encode(), datetime.now(UTC))


def way_of(number: int) -> str | None:
    """What a page does to its worker, if anything."""
    return WAYS[number // EVERY % len(WAYS)] if number % EVERY == EVERY - 1 else None


def sentence(number: int) -> str:
    """A text of its own."""
    chance = random.Random(number)
    words = (chance.choice(("pier", "ferry", "harbour", "storm", "island", "mole")) for _ in range(30))
    return f"{' '.join(words)} {number}"


def run(*, seed: int = 1, pages: int = PAGES) -> Outcome:
    """Try it."""
    outcome = Outcome("50k", f"{pages} pages, a worker dies at every {EVERY}th", seed)
    with outcome.timed(), scratch() as directory:
        asyncio.run(_run(outcome, pages, f"sqlite:///{directory}/wire.db"))
    return outcome


async def _run(outcome: Outcome, pages: int, database: str) -> None:
    store, web, clock = open_store(database), Web(), LiveClock()
    workers = Workers(2, digest.prepare, (ROOM,), seconds=SECONDS)
    failed, killed = list[str](), 0
    try:
        with ThreadPoolExecutor(max_workers=1) as writer:
            line = Line(store, web, workers, clock, Tally(), {"wire": SOURCE}, _quiet, writer)
            waiting = iter(range(pages))
            await line.write(lambda tx: None)

            async def work() -> None:
                nonlocal killed
                for number in waiting:
                    if way_of(number) == "kill":
                        killed += _kill_a_worker()
                    try:
                        await line.work(await _due(line, number))
                    except Exception as error:  # that there is none is what is tried
                        failed.append(f"{number}: {error!r}")

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        with store.read() as reader:
            totals = reader.totals()
            held = list(reader.quarantined())
    finally:
        await asyncio.to_thread(workers.close)
        store.close()
    poison = [number for number in range(pages) if way_of(number) not in (None, "kill")]
    outcome.figures |= {"stored": totals["articles"], "poison": len(poison), "quarantined": len(held)}
    outcome.figures["workers killed"] = killed
    outcome.none("lines that broke", failed)
    if totals["articles"] != pages:
        outcome.problems.append(f"{pages - totals['articles']} articles are lost")
    if len(held) != len(poison):
        outcome.problems.append(f"{len(held)} of {len(poison)} poison pages are in quarantine")


async def _due(line: Line, number: int) -> Due:
    """The row of a page, asked for as a feed would."""
    url, now = f"https://wire.test/news/{number}", datetime.now(UTC)
    entry = Entry(url, FEED, now, guid=str(number), headline=f"Ferry {number} is back", text=f"Excerpt {number}")

    def ask(tx: Transaction) -> Due:
        tx.requests.ask_page(Listed(entry, url), "wire", (), now)
        found = tx.queue.page_request("wire", url)
        assert found is not None
        return found

    return await line.write(ask)


def _kill_a_worker() -> bool:
    """Kill one of our workers, as the kernel does when memory is short."""
    found = [pid for pid in descendants(os.getpid()) if _is_worker(pid)]
    if found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(random.choice(found), signal.SIGKILL)
    return bool(found)


def _is_worker(pid: int) -> bool:
    """Whether it is a fork of the fork server: that one itself and the tracker of resources have other parents."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            parent = int(file.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return False
    return parent != os.getpid()


def _quiet(_event: str, **_facts: object) -> None:
    pass
