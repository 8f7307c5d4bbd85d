"""T6: what makes parsers slow, a megabyte of each, one after another through the pool, while good pages go on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from pipeline import digest
from pipeline.errors import WireError
from pipeline.model import Page, Request
from pipeline.workers import Workers
from tests.benchmarks.fuzz.seeds import FEED_SHAPES, SHAPES
from tests.hostile.agency import START, Agency
from tests.hostile.lives import ROOM
from tests.hostile.outcome import Outcome

# Those that hurt one tool or another most.
CHOSEN = (
    "nested div", "nested inline", "nested table", "nested quotes", "broken json-ld", "publisher", "deep json-ld",
    "deep objects", "many objects", "brackets in author", "attributes", "paragraphs", "one long word", "no spaces",
    "less-thans", "ampersands", "nested entities", "dates", "bylines", "titles", "feed authors", "feed styles",
    "feed newlines", "feed attributes", "laughs",
)  # fmt: skip
MEGABYTE = 1_000_000
MOST_SECONDS = 10.5  # of CPU: how busy the machine is says nothing of us


@dataclass(slots=True)
class _Neighbours:
    """Good pages that go through the same pool meanwhile."""

    done: int = 0
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0


def run(*, seed: int = 1, size: int = MEGABYTE, names: tuple[str, ...] = CHOSEN) -> Outcome:
    """Try it."""
    outcome = Outcome("T6", f"{len(names)} pathological inputs of {size // 1000} KB", seed)
    with outcome.timed():
        asyncio.run(_run(outcome, size, names))
    return outcome


async def _run(outcome: Outcome, size: int, names: tuple[str, ...]) -> None:
    agency = Agency("slow", "slow.wire.test", 80, edits=False)
    workers = Workers(2, digest.prepare, (ROOM, {agency.name: agency.source}))
    try:
        await workers.run(digest.ready)
        neighbours, stop = _Neighbours(), asyncio.Event()
        beside = asyncio.create_task(_neighbours(workers, agency, neighbours, stop))
        times = {name: await _one(workers, agency, name, size) for name in names}
        stop.set()
        await beside
    finally:
        await asyncio.to_thread(workers.close)
    slowest = max(times, key=lambda name: times[name][0])
    outcome.bar(f"slowest ({slowest}), CPU s", times[slowest][0], MOST_SECONDS)
    outcome.figures["refused"] = ", ".join(name for name, (_, came) in times.items() if came) or "none"
    outcome.figures["good pages beside"] = neighbours.done
    outcome.none("good pages lost", neighbours.failed)
    if not neighbours.done:
        outcome.problems.append("no good page came through beside them")


async def _one(workers: Workers, agency: Agency, name: str, size: int) -> tuple[float, str]:
    """The CPU seconds of one input, and what was said of it if it is no page or feed."""
    body = await asyncio.to_thread(sized, name, size)
    kind = "feed" if name in FEED_SHAPES else "page"
    try:
        seconds, problem = await workers.run(_timed, agency, kind, body)
    except WireError as error:
        return MOST_SECONDS, str(error)
    return seconds, problem


def sized(name: str, size: int) -> bytes:
    """A shape repeated until it has about so many bytes."""
    one, two = (len(SHAPES[name](count)) for count in (100, 200))
    many = max(1, int(size / max((two - one) / 100, 0.01)))
    return SHAPES[name](many).encode("utf-8", "replace")[: 2 * size]


def _timed(agency: Agency, kind: str, body: bytes) -> tuple[float, str]:
    began = time.process_time()
    url = agency.feed_url if kind == "feed" else f"{agency.origin}/news/0"
    request = Request(url, "feed" if kind == "feed" else "page", agency.name, agency.feed_url)
    found = digest.digest_here(request, url, Page(url, 200, body, START), None)
    return time.process_time() - began, str(found.problem or "")


async def _neighbours(workers: Workers, agency: Agency, told: _Neighbours, stop: asyncio.Event) -> None:
    body = agency.serve("/news/0", START).body
    while not stop.is_set():
        began = time.monotonic()
        try:
            _, problem = await workers.run(_timed, agency, "page", body)
            if problem:
                told.failed.append(problem)
        except WireError as error:
            told.failed.append(str(error))
        told.done += 1
        told.slowest = max(told.slowest, time.monotonic() - began)
