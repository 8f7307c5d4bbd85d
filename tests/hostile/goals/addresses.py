"""T7: every way we know to be led to our own machine or network; a canary at 127.0.0.1 and ::1 counts who came."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from pipeline.clock import LiveClock
from pipeline.errors import FetchError
from pipeline.fetch.client import Client, Limits
from pipeline.model import Request, RequestKind
from tests.hostile.outcome import Outcome
from tests.hostile.talk import whole
from tests.loopback import open_sockets

HERE = "127.0.0.2"  # where the wire answers that leads astray, and all that may be dialled
CANARIES = ("127.0.0.1", "::1")
LIMITS = Limits(connect=1, read=1, total_feed=2, total_page=2, total_robots=2)
SPELLINGS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "127.0.0.01", "127.000.000.001", "0", "0.0.0.0", "127。0。0。1", "127｡0｡0｡1", "127．0．0．1",
    "①②⑦.0.0.1", "１２７.0.0.1", "127.0.0.①", "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "127.0.0.1%00", "127.0.0.1%09",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]", "[::1%25lo]", "[v1.x]", "127.0.0.1\\@wire.test",
    "wire.test\\@127.0.0.1", "127.0.0.1#@wire.test", "wire.test@127.0.0.1", "wire.test:x@127.0.0.1",
    "127.0.0.1 wire.test", "127.0.0.1\t", "127.0.0.1\r\nHost: wire.test", "LOCALHOST", "localhost.", "xn--127.0.0.1",
)  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {
    "loopback.wire.test": ("127.0.0.1",),
    "six.wire.test": ("::1",),
    "zero.wire.test": ("0.0.0.0",),
    "unspecified.wire.test": ("::",),
    "mapped.wire.test": ("::ffff:127.0.0.1",),
    "compatible.wire.test": ("::127.0.0.1",),
    "translated.wire.test": ("64:ff9b::7f00:1",),
    "tunnelled.wire.test": ("2002:7f00:1::1",),
    "teredo.wire.test": ("2001:0:7f00:1::",),
    "scoped.wire.test": ("::1%lo",),
    "mixed.wire.test": (HERE, "127.0.0.1"),
    "mixed-six.wire.test": (HERE, "::1"),
    "last.wire.test": (*[HERE] * 20, "127.0.0.1"),
    "metadata.wire.test": ("169.254.169.254",),
    "private.wire.test": ("10.0.0.1",),
    "shared.wire.test": ("100.64.0.1",),
    "unique.wire.test": ("fd00::1",),
    "site.wire.test": ("fec0::1",),
    "multicast.wire.test": ("224.0.0.1",),
    "nothing.wire.test": (),
    "nonsense.wire.test": ("nonsense",),
    "localhost": CANARIES,
    "localhost.": CANARIES,
    "xn--127.0.0.1": ("127.0.0.1",),
}
SCHEMES = (
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_PING",
    "dict://127.0.0.1/",
    "ldap://[::1]/",
)
STATUSES = (301, 302, 303, 307, 308)
REBINDING = "rebinding.wire.test"


@dataclass(slots=True)
class _Canary:
    """Counts who comes."""

    accepted: int = 0

    async def serve(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        writer.write(whole(b"<h1>You should not be here</h1>"))
        writer.close()


@dataclass(slots=True)
class _Case:
    name: str
    url: str
    kind: RequestKind = "feed"


@dataclass(slots=True)
class _Names:
    """Looks names up; one of them is here at first, and with us afterwards."""

    asked: dict[str, int] = field(default_factory=dict)

    async def __call__(self, name: str) -> Sequence[str]:
        name = name.lower()
        self.asked[name] = self.asked.get(name, 0) + 1
        if name == REBINDING:
            return [HERE] if self.asked[name] == 1 else ["127.0.0.1"]
        return NAMES.get(name, (HERE,))


def run(*, seed: int = 1) -> Outcome:
    """Try it."""
    outcome = Outcome("T7", "ways to our own addresses", seed)
    with outcome.timed():
        asyncio.run(_run(outcome))
    return outcome


async def _run(outcome: Outcome) -> None:
    canary = _Canary()
    async with _listening(canary) as port, _client(port) as client:
        cases = list(_cases(port))
        taken = [case.name for case in cases if await _is_taken(client, case)]
        rebound = await _rebound(client, port)
        # The canary sings if somebody comes: else its silence would prove nothing.
        _, writer = await asyncio.open_connection(CANARIES[0], port)
        writer.close()
        await asyncio.sleep(0.05)
    outcome.figures["cases"] = len(cases) + 1
    outcome.none("taken", taken + rebound)
    outcome.bar("connections at the canary", canary.accepted - 1, 0)
    if canary.accepted < 1:
        outcome.problems.append("the canary is deaf")


def _cases(port: int) -> Iterator[_Case]:
    for spelling in SPELLINGS:
        url = f"http://{spelling}:{port}/"
        yield _Case(f"direct {spelling!r}", url)
        yield _Case(f"redirect to {spelling!r}", _leading(port, 302, url))
    for name in NAMES:
        yield _Case(f"name {name}", f"http://{name}:{port}/")
        yield _Case(f"redirect to name {name}", _leading(port, 302, f"http://{name}:{port}/"))
    for status in STATUSES:
        for target in CANARIES:
            host = f"[{target}]" if ":" in target else target
            yield _Case(f"{status} to {target}", _leading(port, status, f"http://{host}:{port}/"))
            yield _Case(f"{status} //{target}", _leading(port, status, f"//{host}:{port}/"))
        twice = _leading(port, status, _leading(port, status, f"http://127.0.0.1:{port}/"))
        yield _Case(f"{status} twice", twice)
    for url in SCHEMES:
        yield _Case(url, url)
        yield _Case(f"redirect to {url}", _leading(port, 302, url))
    yield _Case("another port", f"http://{HERE}:22/")
    yield _Case("robots.txt that leads home", f"http://robots.wire.test:{port}/news/1", "page")


def _leading(port: int, status: int, url: str) -> str:
    return f"http://{HERE}:{port}/r/{status}?{quote(url, safe='')}"


async def _is_taken(client: Client, case: _Case) -> bool:
    """Whether anything came of a case but a no of ours, or the wire's own 404."""
    try:
        page = await client.get(Request(case.url, case.kind, "ssrf", case.url))
    except FetchError:
        return False
    # robots.txt that may not be read there is none, and the page itself is the wire's.
    return page.status != 404


async def _rebound(client: Client, port: int) -> list[str]:
    """A name that leads home when it is looked up again: it is not, or it is refused then."""
    url = f"http://{REBINDING}:{port}/"
    first = await client.get(Request(url, "feed", "ssrf", url))
    if first.status != 404:
        return ["rebinding: the first time"]
    return ["rebinding"] if await _is_taken(client, _Case("rebinding", url)) else []


async def _lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Redirect to wherever the query says; all else is not found."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (OSError, asyncio.IncompleteReadError):
        return
    path = head.split(b" ")[1].decode()
    where, _, target = path.partition("?")
    if where.startswith("/r/"):
        location = unquote(target).replace("\r", "%0d").replace("\n", "%0a")
        writer.write(whole(b"", f"Location: {location}", "Connection: close", status=int(where[3:])))
    elif where == "/robots.txt" and b"Host: robots." in head:
        port = writer.get_extra_info("sockname")[1]
        writer.write(whole(b"", f"Location: http://127.0.0.1:{port}/robots.txt", "Connection: close", status=302))
    else:
        writer.write(whole(b"", "Connection: close", status=404))
    writer.close()


@asynccontextmanager
async def _listening(canary: _Canary) -> AsyncIterator[int]:
    sockets = open_sockets([HERE, *CANARIES[: 2 if socket.has_ipv6 else 1]])
    servers = [
        await asyncio.start_server(_lead if number == 0 else canary.serve, sock=one)
        for number, one in enumerate(sockets)
    ]
    try:
        yield sockets[0].getsockname()[1]
    finally:
        for server in servers:
            server.close()


@asynccontextmanager
async def _client(port: int) -> AsyncIterator[Client]:
    async with Client(
        user_agent="newswire-hostile/1", clock=LiveClock(), allow_private=[f"{HERE}/32"], ports=[port, 80],
        pace_seconds=0, limits=LIMITS, resolver=_Names(),
    ) as client:  # fmt: skip
        yield client
