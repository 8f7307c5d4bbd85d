"""The script of a world: each story's publication, edits, withdrawal and return, by a seed and in virtual time.

An edit is a text that no other version has.  One that is announced changes the feed's entry (headline and description)
with the page, any other the page alone.  A silent edit, a withdrawal and a return are only seen by who reads the page
again: a service does so 1 h, 6 h, 1 d, 3 d and 7 d after its first sight of the story, which itself may come as late
as a feed's longest interval after publication.  What is superseded between two such reads can be seen by nobody.  So
here nothing happens to a story until the next of these reads, for any possible first sight, is over; what has no such
read left before the world ends may stay unseen, and the checker does not ask for it.
"""

from __future__ import annotations

import bisect
import hashlib
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate

from tests.world import words
from tests.world.hosts import DAY, HOSTS, HOUR, MINUTE, SECTIONS, Host, WorldFeed
from tests.world.plan import AGES, World

EDITED, EDITED_TWICE, ANNOUNCED = 0.25, 0.05, 0.4
WITHDRAWN, DELISTED, BACK = 0.08, 0.5, 0.4
SOONEST_EDIT, LATEST_EDIT = 10 * MINUTE, 2 * DAY


@dataclass(frozen=True, slots=True)
class Version:
    """A text of a story and when it takes effect.  `body` is without the dateline, a paragraph each."""

    at: datetime
    headline: str
    summary: str
    body: tuple[str, ...]
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it will have been.  `paths` are its pages' addresses, `feeds` those that list it.

    Between `gone_at` and `back_at` its pages are not found; `delisted` says whether the feeds leave it out as well.
    """

    id: str
    host: Host
    at: datetime
    paths: tuple[str, ...]
    feeds: tuple[str, ...]
    place: str
    section: str
    versions: tuple[Version, ...]
    gone_at: datetime | None = None
    back_at: datetime | None = None
    delisted: bool = False

    def version(self, at: datetime) -> int:
        """The number of the version that stands at a time, from 1."""
        return max(1, bisect.bisect_right([version.at for version in self.versions], at))

    def is_gone(self, at: datetime) -> bool:
        if self.gone_at is None or at < self.gone_at:
            return False
        return self.back_at is None or at < self.back_at

    def announced_at(self, at: datetime) -> datetime:
        """When its entry last changed."""
        return max(version.at for version in self.versions if version.announced and version.at <= max(at, self.at))

    def events(self) -> Iterator[tuple[datetime, str, int]]:
        """What happens to it: when, what, and the version that stands then."""
        for number, version in enumerate(self.versions, 1):
            what = "published" if number == 1 else "announced edit" if version.announced else "silent edit"
            yield version.at, what, number
        if self.gone_at:
            yield self.gone_at, "withdrawn", self.version(self.gone_at)
        if self.back_at:
            yield self.back_at, "restored", self.version(self.back_at)


def script(world: World) -> tuple[Told, ...]:
    """All stories, by time.  The same world gives the same."""
    told = [story for host in HOSTS for story in _of_host(world, host)]
    return tuple(sorted(told, key=lambda story: (story.at, story.id)))


def next_read(first_sight: datetime, at: datetime) -> datetime | None:
    """The first scheduled read at or after a time, of a page first seen then."""
    return next((first_sight + age for age in AGES if first_sight + age >= at), None)


def seen_by(first: datetime, last: datetime, at: datetime) -> datetime | None:
    """When what happens to a page at a time is seen at the latest, if its first sight was between `first` and `last`.

    None: perhaps never.
    """
    if at < first:
        return last
    # Worst is a first sight after which a read came just before `at`, or the latest one.
    just = timedelta(microseconds=1)
    worst = [at - age - just for age in AGES if first <= at - age - just <= last]
    reads = [next_read(sight, at) for sight in (*worst, first, last) if sight <= at] or [last]
    known = [read for read in reads if read is not None]
    return max(known) if len(known) == len(reads) else None


def _of_host(world: World, host: Host) -> Iterator[Told]:
    chance = random.Random(f"{world.seed}/{host.address}")
    times = _seen(world, host, _times(world, host, chance))
    for number, at in enumerate(times):
        feeds = tuple(feed.path for feed in host.feeds if feed.part == 1 or chance.random() < feed.part)
        story = Told(
            f"{host.address}#{number}",
            host,
            at,
            _paths(world, host, number, at, chance),
            feeds,
            words.place(chance),
            words.section(chance),
            (words_version(at, number, chance),),
        )
        yield story if host.lies else _lived(world, story, _listed_until(host.feeds[0], times, number, world), chance)


def words_version(at: datetime, number: int, chance: random.Random) -> Version:
    headline, summary, body = words.story(number, chance)
    return Version(at, headline, summary, body)


def _times(world: World, host: Host, chance: random.Random) -> list[datetime]:
    """When its stories come: by the hour's proportion, at random within it."""
    days = (world.end - world.opening) / DAY
    count = max(1, round(world.stories * host.share * days / world.days / sum(one.share for one in HOSTS)))
    hours = [world.opening + number * HOUR for number in range(math.ceil(days * 24))]
    sums = list(accumulate(host.hours[hour.hour] for hour in hours))
    places = [(number + 0.5) / count if host.regular else chance.random() for number in range(count)]
    found = set()
    for place in places:
        hour = hours[min(bisect.bisect_right(sums, place * sums[-1]), len(hours) - 1)]
        found.add(hour + timedelta(seconds=chance.randrange(3600)))
    return sorted(at for at in found if at < world.end)


def _seen(world: World, host: Host, times: list[datetime]) -> list[datetime]:
    """Without those of the past that have left their feed, or are about to, when the service begins."""
    first = bisect.bisect_left(times, world.start)
    return times[max(0, first - host.feeds[0].window // 2) :]


def _paths(world: World, host: Host, number: int, at: datetime, chance: random.Random) -> tuple[str, ...]:
    if host.shape == "kcna":
        sections = chance.sample(SECTIONS, chance.choice((1, 1, 2, 3)))
        return tuple(f"/en/article/q/{_hex(world.seed, number, code)}.kcmsf" for _, code in sorted(sections))
    if host.shape in ("yonhap-korean", "yonhap-foreign"):
        letters = {"3": "AKR", "4": "AEN", "5": "ACK"}[host.address[-1]]
        return (f"/view/{letters}{at:%Y%m%d}{number:09d}",)
    return (f"/world/{1_800_000 + number}" if host.shape == "tass" else f"/news/{at:%Y/%m/%d}/{number}",)


def section_of(world: World, story: Told, code: str) -> str | None:
    """The page of a KCNA story that a section lists; None if it doesn't."""
    number = int(story.id.partition("#")[2])
    path = f"/en/article/q/{_hex(world.seed, number, code)}.kcmsf"
    return path if path in story.paths else None


def _hex(seed: int, number: int, code: str) -> str:
    return hashlib.sha256(f"{seed}/{number}/{code}".encode()).hexdigest()


def _listed_until(feed: WorldFeed, times: list[datetime], number: int, world: World) -> datetime:
    """When newer stories have driven a story out of its feed."""
    return times[number + feed.window] if number + feed.window < len(times) else world.end


def _lived(world: World, story: Told, listed_until: datetime, chance: random.Random) -> Told:
    """The story with what happens to it later."""
    first = max(story.at, world.start)
    last = first + story.host.latest_sight(world)
    # A withdrawn story is to be one that was had: nobody misses what was never seen.
    free_at: datetime | None = last + world.slack
    draw = chance.random()
    for _ in range((draw < EDITED) + (draw < EDITED_TWICE)):
        at = first + SOONEST_EDIT * (LATEST_EDIT / SOONEST_EDIT) ** chance.random()
        if len(story.versions) > 1 and free_at:
            at = max(at, free_at + chance.random() * HOUR)
        if free_at is None or at >= world.end:
            break
        announced = chance.random() < ANNOUNCED and at + story.host.latest_sight(world) + world.slack < listed_until
        story = _edited(story, at, announced, chance)
        seen = at + story.host.latest_sight(world) if announced and at > last else seen_by(first, last, at)
        free_at = max(seen, last) + world.slack if seen else None
    return _withdrawn(world, story, first, last, free_at, chance) if chance.random() < WITHDRAWN else story


def _edited(story: Told, at: datetime, announced: bool, chance: random.Random) -> Told:
    current = story.versions[-1]
    headline, summary, body = words.edited(current.headline, current.summary, current.body, chance)
    # An entry that is all that can be had while a host refuses its pages would make a version of its headline alone.
    if not announced or story.host.refuses:
        headline = current.headline
    version = Version(at, headline, summary if announced else current.summary, body, announced)
    return replace(story, versions=(*story.versions, version))


def _withdrawn(
    world: World, story: Told, first: datetime, last: datetime, free_at: datetime | None, chance: random.Random
) -> Told:
    gone_at = free_at + chance.random() * DAY if free_at else None
    seen = seen_by(first, last, gone_at) if gone_at else None
    if gone_at is None or seen is None or seen + HOUR + 2 * world.slack >= world.end:
        return story
    story = replace(story, gone_at=gone_at, delisted=chance.random() < DELISTED)
    back_at = seen + HOUR + 2 * world.slack + chance.random() * 6 * HOUR
    return replace(story, back_at=back_at) if chance.random() < BACK and back_at < world.end else story
