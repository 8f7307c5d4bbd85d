"""The hostile wire itself: its table is whole, a seed replays, and what it notes is what it served."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Sequence
from contextlib import suppress

import pytest

from pipeline.clock import LiveClock, ManualClock
from pipeline.errors import FetchError
from pipeline.fetch.client import Client
from pipeline.model import Page, Request
from tests.hostile.agency import START, Agency
from tests.hostile.catalogue import CATALOGUE, ELSEWHERE
from tests.hostile.faults.doors import DOORS
from tests.hostile.ledger import Ledger
from tests.hostile.server import HostileWire, Weather
from tests.loopback import open_sockets, skip_without

ADDRESS = "127.0.0.2"
STORM = Weather(0.5, ("too-many", "gone", "a-body-that-is-short", "gzip-cut-short", "an-etag-that-never-changes"))


@pytest.fixture(autouse=True)
def loopback() -> None:
    skip_without(ADDRESS)


async def asked(wire: HostileWire, agency: Agency, paths: Sequence[str]) -> list[Page | FetchError]:
    """What a client gets at these paths, one after another."""

    async def resolve(_name: str) -> Sequence[str]:
        return [ADDRESS]

    client = Client(
        user_agent="newswire/test", clock=LiveClock(), allow_private=[f"{ADDRESS}/32"], ports=[agency.port],
        pace_seconds=0, resolver=resolve,
    )  # fmt: skip
    found: list[Page | FetchError] = []
    async with wire.listening([ADDRESS], agency.port), client:
        for path in paths:
            url = f"{agency.origin}{path}"
            try:
                found.append(await client.get(Request(url, "feed", agency.name, url)))
            except FetchError as error:
                found.append(error)
    return found


def wire_of(agency: Agency, weather: Weather, seed: int = 1, out: io.StringIO | None = None) -> HostileWire:
    clock = ManualClock(START + agency.every * 20)
    return HostileWire([agency], clock, seed, {agency.name: weather}, Ledger(out) if out is not None else None)


@pytest.fixture
def agency() -> Agency:
    (one,) = open_sockets([ADDRESS])
    port = one.getsockname()[1]
    one.close()
    return Agency("wire", "wire.test", port)


def test_all_faults_of_the_catalogue_are_there() -> None:
    shown = {fault.number for fault in CATALOGUE.values()} | {door.number for door in DOORS} | ELSEWHERE
    assert set(range(1, 102)) - shown == set()


def test_an_agency_says_the_same_to_everybody_at_the_same_time(agency: Agency) -> None:
    later = START + agency.every * 30
    twin = Agency("wire", "wire.test", agency.port)
    assert twin.serve("/rss.xml", later) == agency.serve("/rss.xml", later)
    assert twin.serve("/rss.xml", later).body != agency.serve("/rss.xml", START).body


def test_agencies_publish_edit_and_withdraw() -> None:
    agency = Agency("wire", "wire.test", 80)
    end = START + agency.lasts
    pieces = list(agency.pieces(end))
    assert len(pieces) == 48
    assert 3 < sum(len(piece.versions) > 1 for piece in pieces) < 30
    gone = [piece for piece in pieces if piece.is_gone(end)]
    assert gone
    assert {agency.serve(piece.path, end).status for piece in gone} == {404}
    assert agency.serve(pieces[5].path, START).status == 404


def test_a_seed_replays(agency: Agency) -> None:
    struck = []
    for seed in (1, 1, 2):
        wire = wire_of(agency, STORM, seed)
        with suppress(FetchError):
            asyncio.run(asked(wire, agency, ["/rss.xml", "/news/1"] * 10))
        struck.append(dict(wire.struck))
    assert struck[0] == struck[1] != struck[2]
    assert struck[0]


def test_the_ledger_says_what_could_be_had_whole(agency: Agency) -> None:
    out = io.StringIO()
    paths = ["/rss.xml", "/f/gzip-cut-short/rss.xml", "/f/gzip-in-two-members/news/1", "/news/1", "/news/9999"]
    found = asyncio.run(asked(wire_of(agency, Weather(), out=out), agency, paths))
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["path"], line["whole"], line["fault"]) for line in lines] == [
        ("/rss.xml", True, None),
        ("/rss.xml", False, "gzip-cut-short"),
        ("/news/1", True, "gzip-in-two-members"),
        ("/news/1", True, None),
        ("/news/9999", False, None),
    ]
    assert [isinstance(one, Page) for one in found] == [True, False, True, True, True]
    assert len(lines[0]["listed"]) == len(agency.listed(START + agency.every * 20)) > 10
