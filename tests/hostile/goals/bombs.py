"""T5: twelve bombs, each in little memory and time: six for the decoders of the fetcher, six for a worker's parsers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from pipeline import digest
from pipeline.clock import LiveClock
from pipeline.errors import FetchError
from pipeline.fetch.client import Client
from pipeline.model import Page, Request
from tests.benchmarks.fuzz.seeds import SHAPES
from tests.hostile import memory
from tests.hostile.agency import START, Agency
from tests.hostile.faults.content import ENTITIES, entity_bomb
from tests.hostile.lives import World, context, free_port, room, serving
from tests.hostile.outcome import Outcome

ADDRESS = "127.0.0.2"
CODED = (
    "gzip-bomb", "deflate-bomb", "brotli-bomb", "zstd-bomb-that-nobody-asked-for", "a-gzip-bomb-in-a-gzip",
    "gzip-twenty-times-over",
)  # fmt: skip
LINKED = {"json-ld": "broken json-ld", "json-ld depth": "deep json-ld"}
REPEATED = 8000
MOST_MEGABYTES, MOST_SECONDS = 40.0, 0.5
Measured = tuple[float, float, str]  # MB, CPU seconds, what came of it


def run(*, seed: int = 1) -> Outcome:
    """Try it."""
    outcome = Outcome("T5", "bombs", seed)
    with outcome.timed():
        port = free_port([ADDRESS])
        agency = Agency("bombs", "bombs.wire.test", port, edits=False)
        with serving(World([agency], port, [ADDRESS], bombs=True)):
            for name in CODED:
                _enter(outcome, name, *_apart(_fetched, agency, name))
        for name in sorted(ENTITIES):
            _enter(outcome, f"xml {name}", *_apart(_digested, agency, "feed", entity_bomb(name)))
        for name, shape in LINKED.items():
            _enter(outcome, name, *_apart(_digested, agency, "page", SHAPES[shape](REPEATED).encode()))
    return outcome


def _enter(outcome: Outcome, name: str, megabytes: float, seconds: float, came: str) -> None:
    outcome.figures[name] = f"{megabytes:.0f} MB, {seconds:.2f} s, {came}"
    if megabytes > MOST_MEGABYTES or seconds > MOST_SECONDS:
        outcome.problems.append(f"{name} took {megabytes:.0f} MB and {seconds:.2f} s")


def _apart(work: Callable[..., Measured], *arguments: object) -> Measured:
    """What it took in a process of its own: MB, CPU seconds, and what came of it."""
    ours, its = context().Pipe()
    process = context().Process(target=_measured, args=(its, work, arguments))
    process.start()
    its.close()
    found: Measured = ours.recv()
    process.join()
    return found


def _measured(pipe: Connection, work: Callable[..., Measured], arguments: Sequence[object]) -> None:
    pipe.send(work(*arguments))


def _fetched(agency: Agency, name: str) -> Measured:
    return asyncio.run(_fetch(agency, name))


async def _fetch(agency: Agency, name: str) -> Measured:
    async def resolve(_name: str) -> Sequence[str]:
        return [ADDRESS]

    client = Client(
        user_agent="newswire-hostile/1", clock=LiveClock(), allow_private=[f"{ADDRESS}/32"], ports=[agency.port],
        pace_seconds=0, resolver=resolve,
    )  # fmt: skip
    async with client:
        await client.get(Request(agency.feed_url, "feed", "bombs", agency.feed_url))
        memory.forget_peak()
        before, began = memory.resident(), time.process_time()
        url = f"{agency.origin}/f/{name}/rss.xml"
        try:
            await client.get(Request(url, "feed", "bombs", url))
            came = "taken"
        except FetchError as error:
            came = error.kind
        return memory.peak() - before, time.process_time() - began, came


def _digested(agency: Agency, kind: str, body: bytes) -> Measured:
    there = room({agency.name: agency.source})
    _digest(agency, there, "feed", agency.serve("/rss.xml", START).body)
    _digest(agency, there, "page", agency.serve("/news/0", START).body)
    memory.forget_peak()
    before, began = memory.resident(), time.process_time()
    came = _digest(agency, there, kind, body)
    return memory.peak() - before, time.process_time() - began, came


def _digest(agency: Agency, there: digest.Room, kind: str, body: bytes) -> str:
    url = agency.feed_url if kind == "feed" else f"{agency.origin}/news/0"
    request = Request(url, "feed" if kind == "feed" else "page", agency.name, agency.feed_url)
    found = digest.digest(there, request, url, Page(url, 200, body, START), None)
    if found.problem:
        return type(found.problem).__name__
    return f"{len(found.entries)} entries" if kind == "feed" else "page"
