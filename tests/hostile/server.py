"""The hostile wire: raw sockets on the loopback that answer for agencies, honestly or with a fault.

A fault is drawn by lot, from a seed, the agency, the path and the number of the request, so that a seed replays; or it
is forced by the path: `/f/<fault>/…`.  What a client can have whole is written into the ledger.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from pipeline.clock import Clock
from tests.hostile.agency import Agency, sha256
from tests.hostile.catalogue import CATALOGUE
from tests.hostile.ledger import Ledger, Line
from tests.hostile.talk import Fault, Talk, honest
from tests.loopback import open_sockets
from tests.world.site import Served

LONGEST_HEAD = 64 * 1024
FORCED = "/f/"
# After these the connection stays open: what comes next is the fault.
GOES_ON = frozenset({"garbage-before-the-next-answer", "a-body-that-is-long"})


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad it is: `rate` of all requests go wrong, by one of `faults` (names); robots.txt is left alone."""

    rate: float = 0.0
    faults: Sequence[str] = ()

    def strike(self, draw: random.Random, kind: str) -> Fault | None:
        """The fault of a request, if it has one."""
        if draw.random() >= self.rate:
            return None
        fitting = [name for name in self.faults if kind in CATALOGUE[name].of]
        return CATALOGUE[draw.choice(fitting)] if fitting else None


@dataclass(slots=True)
class HostileWire:
    """Answers for agencies.  `weather` is that of each agency, by name; those without one are honest.

    Which agency is asked is told by the Host header.
    """

    agencies: Iterable[Agency]
    clock: Clock
    seed: int = 1
    weather: Mapping[str, Weather] = field(default_factory=dict)
    ledger: Ledger | None = None
    port: int = 0
    accepted: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    mutate: Callable[[random.Random, bytes], bytes] | None = None
    _by_host: dict[str, Agency] = field(init=False)
    _asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._by_host = {agency.host: agency for agency in self.agencies}

    def has(self, agencies: Iterable[Agency]) -> None:
        """Answer for these from now on."""
        self._by_host = {agency.host: agency for agency in agencies}

    @asynccontextmanager
    async def listening(
        self, addresses: Sequence[str], port: int = 0, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        """Listen on these addresses, on one port, within the block."""
        sockets = open_sockets(addresses, port)
        self.port = sockets[0].getsockname()[1]
        servers = [await asyncio.start_server(self._serve, sock=one, ssl=tls, limit=LONGEST_HEAD) for one in sockets]
        try:
            yield
        finally:
            for server in servers:
                server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if await self._one(head, reader, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass  # the client has gone, as clients do that look after themselves
        finally:
            with suppress(OSError):
                writer.close()

    async def _one(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection ends with it."""
        path, asked = _parsed(head)
        agency = self._by_host.get(asked.get("host", "").rpartition(":")[0])
        if agency is None:
            writer.write(honest(Served(404, "other"), asked))
            return True
        forced, plain = _forced(path)
        served = agency.serve(plain.partition("?")[0], self.clock.now())
        self._asked[agency.name] += 1
        # The draw hangs on nothing that time decides, so that a seed replays.
        draw = random.Random(f"{self.seed}/{agency.name}/{path}/{self._asked[agency.name]}")
        struck = CATALOGUE[forced] if forced else self._strike(agency, served, draw)
        if struck is None:
            answer = honest(served, asked)
            if self.mutate is not None and served.kind != "robots":
                answer = self.mutate(draw, answer)
            writer.write(answer)
            await writer.drain()
            self._note(agency, served, plain, None)
            return self.mutate is not None
        self.struck[struck.name] += 1
        talk = Talk(reader, writer, draw, served, path, asked, agency.origin, {"port": str(self.port)})
        try:
            await struck.act(talk)
        finally:
            self._note(agency, served, plain, struck)
        return struck.name not in GOES_ON

    def _strike(self, agency: Agency, served: Served, draw: random.Random) -> Fault | None:
        weather = self.weather.get(agency.name)
        return weather.strike(draw, served.kind) if weather and served.status == 200 else None

    def _note(self, agency: Agency, served: Served, path: str, struck: Fault | None) -> None:
        if self.ledger is None:
            return
        now = self.clock.now()
        listed: tuple[tuple[str, int], ...] = ()
        if served.kind == "feed":
            listed = tuple((f"{agency.name}#{one.number}", one.standing(now)) for one in agency.listed(now))
        whole = served.status == 200 and (struck is None or struck.is_whole)
        told = (served.story, served.version, sha256(served.body), listed)
        name = struck.name if struck else None
        self.ledger.note(Line(now, agency.name, served.kind, path, served.status, whole, name, *told))


def _forced(path: str) -> tuple[str | None, str]:
    """The fault that a path forces, and the path without it."""
    if not path.startswith(FORCED):
        return None, path
    name, slash, rest = path.removeprefix(FORCED).partition("/")
    return name, f"{slash}{rest}"


def _parsed(head: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return first.split(" ")[1], {name.strip().lower(): value.strip() for name, _, value in pairs}
