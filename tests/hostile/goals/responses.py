"""T4: every fault of the catalogue by several seeds, and mutated answers, asked for side by side with good ones.

No fetch may take longer than its deadline and a second, raise what is no FetchError, give what the fault can't honestly
give, or cost memory; and what honest servers serve meanwhile must all come whole.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from pipeline.clock import LiveClock
from pipeline.errors import FetchError
from pipeline.fetch.client import Client, Limits
from pipeline.model import Page, RequestKind
from pipeline.model import Request as Asked
from tests.hostile import memory
from tests.hostile.agency import START, Agency
from tests.hostile.catalogue import CATALOGUE
from tests.hostile.faults.doors import BODY, DOMAIN, DOORS, Doors
from tests.hostile.lives import Time, World, free_port, serving
from tests.hostile.outcome import Outcome
from tests.hostile.server import GOES_ON

ADDRESS, CANARY = "127.0.0.2", "127.0.0.1"
LIMITS = Limits(connect=3, read=4, total_feed=5, total_page=5, total_robots=5)
AT_ONCE = 12
GOOD = 8
MARGIN = 1.0  # seconds beyond the deadline
MOST_MEGABYTES = 60.0
STILL = Time(rate=0, start=START + timedelta(days=1))
REBINDING, MIXED = "rebinding.wire.test", "mixed.wire.test"
MUTATED_GIVES = frozenset({"whole", "other", "cut-short", "protocol", "encoding", "too-large", "timeout", "network"})


@dataclass(frozen=True, slots=True)
class Case:
    """A request, the body of its honest answer, and what may come of it; None: anything that is ours to say."""

    name: str
    url: str
    kind: RequestKind
    honest: bytes
    gives: frozenset[str] | None


@dataclass(slots=True)
class Tried:
    """What came of all cases."""

    given: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slow: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)


def run(*, seeds: int = 10, mutated: int = 2000, seed: int = 1, only: str | None = None) -> Outcome:
    """Try it."""
    outcome = Outcome("T4", "hostile responses", seed)
    with outcome.timed():
        asyncio.run(_run(outcome, seeds, mutated, only))
    return outcome


async def _run(outcome: Outcome, seeds: int, mutated: int, only: str | None) -> None:
    port, doors = free_port([ADDRESS]), Doors(ADDRESS)
    agencies = [_agency(number, port) for number in range(AT_ONCE + GOOD)]
    tried, good = Tried(), Tried()
    async with doors.open():
        with serving(World(agencies, port, [ADDRESS], STILL, outcome.seed, bombs=True)) as pipe:
            async with _client(port, doors) as client:
                base = await _warm(client, agencies)
                stop = asyncio.Event()
                background = asyncio.create_task(_good(client, agencies[AT_ONCE:], good, stop))
                cases = list(_cases(agencies[:AT_ONCE], seeds, only)) + list(_at_doors(doors, seeds, only))
                await _all(client, cases, tried, outcome.seed)
                stop.set()
                await background
                grown = memory.peak() - base
            pipe.send("?")
            _, struck = pipe.recv()
    if mutated and only is None:
        await _mutated(outcome, mutated)
    outcome.figures |= {"cases": len(cases), "faults": len(struck) + len(DOORS), "good": good.given["whole"]}
    outcome.figures["slowest, s"] = round(tried.slowest, 2)
    outcome.none("hangs", tried.slow, timed=True)
    outcome.none("timed out, which it should not", tried.late, timed=True)
    outcome.none("unexpected exceptions", tried.strange)
    outcome.none("wrong outcomes", tried.wrong)
    outcome.none("good answers missed", [*good.wrong, *good.strange])
    outcome.none("good answers late", good.late, timed=True)
    outcome.bar("memory, MB over base", grown, MOST_MEGABYTES)


async def _mutated(outcome: Outcome, many: int) -> None:
    """Honest answers with some of their bytes changed: whatever comes of them, it is ours to say."""
    port = free_port([ADDRESS])
    agencies = [_agency(number, port) for number in range(AT_ONCE)]
    tried = Tried()
    with serving(World(agencies, port, [ADDRESS], STILL, outcome.seed, mutate=mutate)):
        async with _client(port, None) as client:
            cases = [_honest(agencies[number % AT_ONCE], number, MUTATED_GIVES) for number in range(many)]
            await _all(client, cases, tried, outcome.seed)
    outcome.figures["mutated"] = tried.given.total()
    outcome.none("hangs of mutated", tried.slow, timed=True)
    outcome.none("unexpected exceptions of mutated", tried.strange)


def mutate(draw: random.Random, answer: bytes) -> bytes:
    """Some bytes changed, taken out, doubled or cut off, most often in the head."""
    changed = bytearray(answer)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        room = min(len(changed), 300) if draw.random() < 0.7 else len(changed)
        if not room:
            break
        at, length = draw.randrange(room), draw.choice((1, 1, 2, 8, 100))
        what = draw.randrange(5)
        if what == 0:
            changed[at] = draw.randrange(256)
        elif what == 1:
            del changed[at : at + length]
        elif what == 2:
            changed[at:at] = changed[at : at + length]
        elif what == 3:
            changed[at:at] = draw.choice((b"\r\n", b"\0", b"\n", b": ", b"\xff", b"9" * 30, b"chunked"))
        else:
            del changed[at + draw.randrange(1000) :]
    return bytes(changed)


def _agency(number: int, port: int) -> Agency:
    return Agency(f"a{number}", f"a{number}.wire.test", port, seed=number, edits=False)


@asynccontextmanager
async def _client(port: int, doors: Doors | None) -> AsyncIterator[Client]:
    looked_up: Counter[str] = Counter()

    async def resolve(name: str) -> Sequence[str]:
        looked_up[name] += 1
        if name == REBINDING:
            return [CANARY] if looked_up[name] > 1 else [ADDRESS, CANARY]
        return [ADDRESS, CANARY] if name == MIXED else [ADDRESS]

    async with Client(
        user_agent="newswire-hostile/1",
        clock=LiveClock(),
        allow_private=[f"{ADDRESS}/32"],
        ports=[port, *(doors.ports.values() if doors else ())],
        pace_seconds=0,
        limits=LIMITS,
        resolver=resolve,
        roots=doors.roots if doors else ssl.create_default_context,
    ) as client:
        yield client


async def _warm(client: Client, agencies: Sequence[Agency]) -> float:
    """Ask each host once, which asks for its robots.txt too; the memory then."""
    for agency in agencies:
        await client.get(_asked(agency.origin + "/news/1", "page"))
    memory.forget_peak()
    return memory.resident()


def _cases(agencies: Sequence[Agency], seeds: int, only: str | None) -> Iterator[Case]:
    number = 0
    for name, fault in CATALOGUE.items():
        if only not in (None, name) or fault.of == {"robots"}:
            continue
        for seed in range(seeds):
            # What is left on a connection may meet the next request on it: these have a host of their own.
            agency = agencies[-1] if name in GOES_ON else agencies[number % (len(agencies) - 1)]
            number += 1
            kind: RequestKind = "feed" if "feed" in fault.of and (seed % 2 or "page" not in fault.of) else "page"
            path = "/rss.xml" if kind == "feed" else f"/news/{number % 40}"
            honest = agency.serve(path, STILL.start).body
            yield Case(name, f"{agency.origin}/f/{name}{path}", kind, honest, fault.gives)


def _at_doors(doors: Doors, seeds: int, only: str | None) -> Iterator[Case]:
    for door in DOORS:
        if only in (None, door.name):
            url = f"{door.scheme}://{door.name.replace('.', '-')}.{DOMAIN}:{doors.ports[door.name]}/"
            yield from [Case(door.name, url, "feed", BODY, door.gives)] * min(seeds, 3)


def _honest(agency: Agency, number: int, gives: frozenset[str]) -> Case:
    path = "/rss.xml" if number % 2 else "/news/0"
    kind: RequestKind = "feed" if number % 2 else "page"
    return Case(f"answer {number}", agency.origin + path, kind, agency.serve(path, STILL.start).body, gives)


async def _all(client: Client, cases: Sequence[Case], tried: Tried, seed: int) -> None:
    """All cases, in an order of the seed: the hosts side by side, those of one host one after another."""
    order = list(cases)
    random.Random(seed).shuffle(order)
    by_host: dict[str | None, list[Case]] = defaultdict(list)
    for case in order:
        by_host[urlsplit(case.url).netloc].append(case)
    await asyncio.gather(*(_some(client, some, tried) for some in by_host.values()))


async def _some(client: Client, cases: Sequence[Case], tried: Tried) -> None:
    for case in cases:
        await _one(client, case, tried)


async def _good(client: Client, agencies: Sequence[Agency], tried: Tried, stop: asyncio.Event) -> None:
    """Honest hosts, asked all the while."""
    while not stop.is_set():
        for agency in agencies:
            await _one(client, _honest(agency, tried.given.total(), frozenset({"whole"})), tried)
        await asyncio.sleep(0.05)


async def _one(client: Client, case: Case, tried: Tried) -> None:
    began = time.monotonic()
    try:
        given = _given(await client.get(_asked(case.url, case.kind)), case.honest)
    except FetchError as error:
        given = error.kind
    except Exception as error:  # that there is none is what is tried
        tried.strange.append(f"{case.name}: {type(error).__name__}: {error}")
        return
    took = time.monotonic() - began
    tried.given[given] += 1
    tried.slowest = max(tried.slowest, took)
    if took > LIMITS.total_page + MARGIN:
        tried.slow.append(f"{case.name}: {took:.2f} s")
    if case.gives is not None and given not in case.gives:
        told = tried.late if given == "timeout" else tried.wrong
        told.append(f"{case.name} ({case.kind}) gave {given}, not {' or '.join(sorted(case.gives))}")


def _given(page: Page, honest: bytes) -> str:
    if page.status != 200:
        return str(page.status)
    return "whole" if page.body == honest else "other"


def _asked(url: str, kind: RequestKind) -> Asked:
    return Asked(url, kind, "hostile", url)
