"""The requests of a service that knows each feed's true rate: what ours is measured against.

It polls a feed when half a new entry is to be expected since the last poll, but not within a minute nor within what the
feed asks (an hour at most), and after a day or two mean gaps between entries at the latest.  It asks once for each
page, once more for each announced edit, and again at the ages of `plan.AGES`; once a day and host for robots.txt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tests.world.hosts import DAY, HOSTS, HOUR, MINUTE, SECTIONS, Host, WorldFeed
from tests.world.plan import AGES, World
from tests.world.script import Told, next_read

EXPECTED = 0.5


def requests(world: World, stories: Sequence[Told], until: datetime) -> dict[tuple[str, str], int]:
    """How many requests it makes up to a time, by (source, kind): `feed` with its listings, `page`, `robots`."""
    found: dict[tuple[str, str], int] = {}
    for host in HOSTS:
        for feed in host.feeds:
            each = 1 + (len(SECTIONS) if host.shape == "kcna" else 0)
            _add(found, host, "feed", each * sum(1 for _ in polls(world, host, feed, until)))
        _add(found, host, "robots", math.ceil((until - world.start) / DAY))
    for story in stories:
        if story.at < until:
            _add(found, story.host, "page", len(story.paths) * sum(1 for _ in reads(world, story, until)))
    return found


def polls(world: World, host: Host, feed: WorldFeed, until: datetime) -> Iterator[datetime]:
    """When it polls a feed."""
    at = world.start
    shortest = max(MINUTE, min(feed.wanted, HOUR))
    longest = max(shortest, min(DAY, 2 * DAY / host.daily(world, feed)))
    while at < until:
        yield at
        at = min(max(_half_expected(world, host, feed, at, at + longest), at + shortest), at + longest)


def reads(world: World, story: Told, until: datetime) -> Iterator[datetime]:
    """When it reads a page of a story."""
    first = max(story.at, world.start)
    yield first
    for version in story.versions[1:]:
        if version.announced and first < version.at < until:
            yield version.at
    yield from (at for at in _again(story, first) if at < until)


def _again(story: Told, first: datetime) -> Iterator[datetime]:
    """The scheduled reads; of a page that is missing, an hour later and then as if it were new."""
    missed = next_read(first, story.gone_at) if story.gone_at else None
    if missed is None or (story.back_at and missed >= story.back_at):
        yield from (first + age for age in AGES)
        return
    yield from (first + age for age in AGES if first + age <= missed)
    looks = [missed + age for age in AGES]
    found = next((look for look in looks if story.back_at and look >= story.back_at), looks[-1])
    yield from (look for look in looks if look <= found)
    yield from (first + age for age in AGES if first + age > found)


def _half_expected(world: World, host: Host, feed: WorldFeed, since: datetime, longest: datetime) -> datetime:
    """When half an entry is expected since then, or `longest`.  The rate is constant within an hour of the clock."""
    expected, at = 0.0, since
    while at < longest:
        hour_ends = at.replace(minute=0, second=0, microsecond=0) + HOUR
        rate = host.rate(world, feed, at)
        more = rate * (hour_ends - at).total_seconds()
        if expected + more >= EXPECTED:
            return at + timedelta(seconds=(EXPECTED - expected) / rate)
        expected, at = expected + more, hour_ends
    return longest


def _add(found: dict[tuple[str, str], int], host: Host, kind: str, count: int) -> None:
    found[host.source, kind] = found.get((host.source, kind), 0) + count
