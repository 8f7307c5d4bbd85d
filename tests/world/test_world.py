"""The world over real HTTP: `newswire ingest` takes it in, and the checker says so for what a one-off can see."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import settings as options
from tests.world.checker import check, read_database
from tests.world.configuration import write_configuration
from tests.world.hosts import HOSTS, HOUR, SOURCES
from tests.world.ledger import read_ledger
from tests.world.plan import World
from tests.world.process import CHECKOUT, Place, needs_loopback, serving

INGEST = [sys.executable, "-c", "from pipeline.cli import main; main()", "ingest", "--force", "-o", "json"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    needs_loopback()
    return Place(tmp_path)


def ingest(place: Place, database: str) -> None:
    """One run of the one-off ingest; pages that were withdrawn by now make it one that failed in part."""
    flags = ["--config", str(place.configuration), "--database", database]
    done = subprocess.run([*INGEST, *flags], cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 3), done.stderr
    assert set(json.loads(done.stdout)["sources"]) == set(SOURCES)


def test_two_ingests_hours_apart_store_every_story_once_with_its_last_text(place: Place) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    begun = time.time() - 20 * HOUR.total_seconds()
    planned = World(now - 20 * HOUR, days=2, stories=80, rate=1, begun=begun, pace_seconds=0.01, crawl_delay=0.01)
    database = f"sqlite:///{place.directory}/newswire.db"
    # The first one seven hours ago; then the same hosts seven hours later.
    with serving(replace(planned, begun=begun + 7 * HOUR.total_seconds()), place) as earlier:
        ingest(place, database)
    with serving(replace(planned, port=earlier.port), place) as world:
        ingest(place, database)
        until = world.clock().now()
    asked, happened = read_ledger(place.ledger)
    report = check(world, asked, *read_database(database), until=until, rereads=False)
    assert report.problems == []
    # Of the eighty 65 to 73 are published and not gone by then, whatever the hour of the day.
    assert report.counts["stories stored"] > 50
    assert report.counts["edits stored"] > 0
    assert {"published", "announced edit"} <= {one.what for one in happened}


def test_the_configuration_is_right_and_covers_all_hosts(tmp_path: Path) -> None:
    world = World(port=8099)
    write_configuration(tmp_path, world)
    settings, sources = options.load_all(tmp_path, {}, {})
    assert settings.fetch.ports == (8099,)
    assert settings.fetch.allow_private == ("127.0.0.0/8",)
    assert {source.id for source in sources if source.enabled} == set(SOURCES)
    assert {host for source in sources for host in source.hosts} == {host.address for host in HOSTS}


def test_a_world_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    world = World(stories=7, begun=1.25, start=datetime(2026, 5, 1, tzinfo=UTC) + timedelta(microseconds=5))
    world.write(tmp_path / "world.json")
    assert World.read(tmp_path / "world.json") == world
