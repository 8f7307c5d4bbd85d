"""The oracle polls by the true rate, within its bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.world import oracle
from tests.world.hosts import EVEN, HOSTS, HOUR, MINUTE, Host, WorldFeed
from tests.world.plan import World
from tests.world.script import Told, Version

WORLD = World(days=7)
# 48 stories a day all around the clock: half a one every quarter of an hour.
STEADY = replace(HOSTS[6], feeds=(WorldFeed("/feed.xml"),), hours=EVEN)


def gaps(host: Host, world: World) -> list[timedelta]:
    times = list(oracle.polls(world, host, host.feeds[0], world.end))
    return [after - before for before, after in pairwise(times)]


def with_daily(host: Host, count: float) -> World:
    return replace(WORLD, stories=round(count * WORLD.days * WORLD.stories / host.daily(WORLD, host.feeds[0]) / 7))


def test_a_steady_feed_is_polled_twice_for_each_of_its_stories() -> None:
    assert gaps(STEADY, with_daily(STEADY, 48))[0].total_seconds() == pytest.approx(15 * 60, rel=0.01)


def test_no_feed_is_polled_within_a_minute_nor_left_alone_for_two_gaps() -> None:
    for host in HOSTS:
        found = gaps(host, replace(WORLD, stories=20_000))
        assert min(found) >= MINUTE
        assert max(found) <= host.longest_interval(replace(WORLD, stories=20_000), host.feeds[0])


def test_a_feed_that_asks_for_rest_gets_it_but_for_no_more_than_an_hour() -> None:
    busy = with_daily(STEADY, 480)
    assert min(gaps(replace(STEADY, feeds=(WorldFeed("/", ttl=1200),)), busy)) == timedelta(minutes=20)
    assert min(gaps(replace(STEADY, feeds=(WorldFeed("/", max_age=86_400),)), busy)) == HOUR


def test_a_page_is_read_at_its_ages_and_when_an_edit_is_announced() -> None:
    at = WORLD.start + HOUR
    versions = (Version(at, "a", "a", ("a",)), Version(at + 2 * HOUR, "b", "b", ("b",)))
    story = Told("1", STEADY, at, ("/1",), ("/feed.xml",), "", "", versions)
    hours = [(read - at) / HOUR for read in oracle.reads(WORLD, story, WORLD.end)]
    assert sorted(hours) == [0, 1, 2, 6, 24, 72]


def test_a_missing_page_is_looked_for_an_hour_later_and_by_its_own_ages_until_it_is_back() -> None:
    at = WORLD.start
    story = Told("1", STEADY, at, ("/1",), ("/feed.xml",), "", "", (Version(at, "a", "a", ("a",)),))
    gone = replace(story, gone_at=at + 2 * HOUR, back_at=at + 10 * HOUR)
    hours = [(read - at) / HOUR for read in oracle.reads(WORLD, gone, WORLD.end)]
    assert hours == [0, 1, 6, 7, 12, 24, 72]
