"""One-off ingests over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.clock import LiveClock
from pipeline.fetch.client import Client
from pipeline.lease import is_dead, new_holder
from pipeline.model import Feed, Source
from pipeline.oneoff import OneOff
from pipeline.store import Store
from tests.loopback import serving
from tests.wire import SOURCE, Wire, page, wire_on


class Agency(ThreadingHTTPServer):
    """A server with one feed of a few stories; it counts what is asked, and how many at the same time."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()
        self.conditional: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.stories = 5

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def feed(self) -> str:
        items = "".join(
            f"<item><title>Story {number}</title><link>{self.root}/news/{number}</link></item>"
            for number in range(self.stories)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Agency

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked[self.path] += 1
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.at_once, self.server.most_at_once)
        try:
            self._answer()
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def _answer(self) -> None:
        if self.path == "/rss.xml" and self.headers.get("If-None-Match") == self._etag():
            self.server.conditional[self.path] += 1
            self.send_response(304)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        text = self.server.feed() if self.path == "/rss.xml" else page(f"Story {self.path[-1]}", f"{self.path} " * 40)
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml" if self.path == "/rss.xml" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", self._etag())
        self.end_headers()
        self.wfile.write(body)

    def _etag(self) -> str:
        return f'"{self.server.stories}"'

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def agency() -> Iterator[Agency]:
    with serving(Agency()) as server:
        yield server


def source_at(agency: Agency) -> Source:
    return replace(SOURCE, feeds=(Feed(f"{agency.root}/rss.xml"),), hosts=("127.0.0.1",))


def ingest(store: Store, agency: Agency, *, force: bool = False, private: tuple[str, ...] = ("127.0.0.0/8",)) -> Wire:
    """One ingest by hand; the wire, to look at what it did."""
    source = source_at(agency)

    async def run(wire: Wire) -> dict[str, str]:
        clock = LiveClock()
        network = Client(
            user_agent="newswire-test", clock=clock, allow_private=private, ports=[agency.server_port], pace_seconds=0
        )
        async with network:
            line = replace(wire.line, network=network, clock=clock)
            return await OneOff(line).run([source], force=force, told=lambda many: None)

    with wire_on(store, source) as wire:
        wire.held = asyncio.run(run(wire))
    return wire


def test_everything_is_fetched_and_stored_one_request_at_a_time(store: Store, agency: Agency) -> None:
    wire = ingest(store, agency)
    assert len(wire.records()) == 5
    assert agency.asked["/rss.xml"] == 1
    assert agency.most_at_once == 1
    assert wire.line.tally.summary(["wire"])["wire"]["failed"] == 0


def test_a_feed_that_is_not_due_is_left_alone_unless_forced(store: Store, agency: Agency) -> None:
    ingest(store, agency)
    ingest(store, agency)
    assert agency.asked["/rss.xml"] == 1
    ingest(store, agency, force=True)
    assert agency.asked["/rss.xml"] == 2
    assert agency.conditional["/rss.xml"] == 0


def test_a_due_feed_is_asked_for_with_its_validators(store: Store, agency: Agency) -> None:
    ingest(store, agency)
    feed = source_at(agency).feeds[0].url
    with store.write(LiveClock().now()) as tx:
        tx.requests.wake("wire", feed, LiveClock().now())
    ingest(store, agency)
    assert agency.conditional["/rss.xml"] == 1


def test_a_private_address_is_refused_unless_allowed(store: Store, agency: Agency) -> None:
    wire = ingest(store, agency, private=())
    assert not agency.asked
    (error,) = wire.line.tally.summary(["wire"])["wire"]["errors"]
    assert agency.root in error


def test_a_source_that_another_process_is_polling_is_left_to_it(store: Store, agency: Agency) -> None:
    now = LiveClock().now()
    with store.write(now) as tx:
        assert tx.permits.lease("wire", "elsewhere:1:abc", now, now + timedelta(minutes=2)) is None
    wire = ingest(store, agency)
    assert wire.held == {"wire": "elsewhere:1:abc"}
    assert not agency.asked


def test_the_lease_of_a_killed_process_is_free(store: Store, agency: Agency) -> None:
    now = LiveClock().now()
    with store.write(now) as tx:
        tx.permits.lease("wire", holder_that_was(dead_process()), now, now + timedelta(minutes=2))
    assert len(ingest(store, agency).records()) == 5


def test_a_living_process_keeps_its_lease() -> None:
    assert not is_dead(new_holder())
    assert is_dead(holder_that_was(dead_process()))
    assert not is_dead("elsewhere:1:abc")
    assert not is_dead("no holder of ours")


def test_a_new_process_of_the_same_number_is_another_one() -> None:
    machine, process, began, word = new_holder().split(":")
    assert is_dead(f"{machine}:{process}:{int(began) - 1}:{word}")


def test_a_process_of_another_user_lives() -> None:
    """We may not ask for its beginning; to take its lease would mean two that poll one source."""
    first = Path("/proc/1/stat")
    if not first.is_file():
        pytest.skip("no /proc")
    began = first.read_text().rpartition(")")[2].split()[19]
    assert not is_dead(f"{new_holder().partition(':')[0]}:1:{began}:abc")


def test_a_zombie_is_dead() -> None:
    child = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert is_dead(holder_that_was(child))
    os.waitpid(child, 0)


def holder_that_was(process: int) -> str:
    machine, _, began, word = new_holder().split(":")
    return f"{machine}:{process}:{began}:{word}"


def dead_process() -> int:
    child = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(child, 0)
    return child
