"""The hosts of the world: three agencies in their real shapes, and a dozen plain ones of different rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tests.world.plan import World

Shape = Literal["tass", "yonhap-korean", "yonhap-foreign", "kcna", "rss", "atom"]
Validators = Literal["both", "etag", "modified", "none"]

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SECTIONS = (("Top News", "a1"), ("Society-Life", "b2"), ("Science", "c3"))

# Of a day's stories, what each hour (UTC) has; only their proportions count.
EVEN = (1.0,) * 24
EUROPE = (1.0,) * 4 + (2.0, 4.0, 6.0, 8.0) + (9.0,) * 8 + (7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 1.0)
KOREA = (9.0,) * 9 + (6.0, 5.0, 4.0, 3.0, 2.0, 1.0) + (0.5,) * 5 + (2.0, 4.0, 7.0, 9.0)
AMERICA = (4.0, 3.0, 2.0, 1.0) + (0.5,) * 7 + (3.0, 5.0) + (8.0,) * 8 + (7.0, 6.0, 5.0)


def at_hours(*hours: int, else_: float = 0.0) -> tuple[float, ...]:
    """All in these hours, next to nothing else."""
    return tuple(1.0 if hour in hours else else_ for hour in range(24))


@dataclass(frozen=True, slots=True)
class WorldFeed:
    """A feed of a host.  It lists `part` of the host's stories, of those the newest `window`.

    `max_age` and `ttl` (seconds) are what it asks its readers to wait.
    """

    path: str
    language: str = "en"
    part: float = 1.0
    window: int = 100
    max_age: int | None = None
    ttl: int | None = None

    @property
    def wanted(self) -> timedelta:
        """How long it asks to be left alone."""
        return timedelta(seconds=max(self.max_age or 0, self.ttl or 0))


@dataclass(frozen=True, slots=True)
class Host:
    """A host.  `share` is its part of the world's stories, `hours` their hours of the day.

    `robots` is its robots.txt, None a 404; `delays` adds a Crawl-delay.  `refuses` says 429 now and then; `lies` says
    304 to whatever is conditional; `regular` publishes at even distances.
    """

    address: str
    source: str
    shape: Shape
    feeds: tuple[WorldFeed, ...]
    share: float
    hours: tuple[float, ...] = EUROPE
    validators: Validators = "both"
    robots: str | None = "User-agent: *\nDisallow: /private/\nDisallow: /search\n"
    delays: bool = False
    refuses: bool = False
    lies: bool = False
    regular: bool = False

    def crawl_delay(self, world: World) -> float:
        """The seconds its robots.txt asks for between two requests."""
        return world.crawl_delay if self.delays else 0.0

    def rate(self, world: World, feed: WorldFeed, at: datetime) -> float:
        """New entries a second that are to be expected of a feed."""
        return self.daily(world, feed) * self.hours[at.hour] / sum(self.hours) / HOUR.total_seconds()

    def daily(self, world: World, feed: WorldFeed) -> float:
        """New entries of a feed a day."""
        return world.stories * self.share / SHARES * feed.part / world.days

    def longest_interval(self, world: World, feed: WorldFeed) -> timedelta:
        """Between two polls: a day, or twice the mean gap between entries."""
        asked = max(min(feed.wanted, HOUR), MINUTE)
        return max(asked, min(DAY, 2 * DAY / self.daily(world, feed)))

    def latest_sight(self, world: World) -> timedelta:
        """How long after its publication a poller sees a story at the latest; a liar's after a daily audit."""
        longest = max(self.longest_interval(world, feed) for feed in self.feeds)
        return longest + DAY if self.lies else longest


def _number(last: int) -> str:
    return f"127.0.0.{last}"


HOSTS = (
    Host(_number(2), "tass", "tass", (WorldFeed("/rss/v2.xml", max_age=60),), 0.20),
    Host(
        _number(3),
        "yonhap",
        "yonhap-korean",
        (WorldFeed("/rss/news.xml", "ko"), WorldFeed("/rss/northkorea.xml", "ko", part=1 / 3, window=60)),
        0.10,
        KOREA,
    ),
    Host(_number(4), "yonhap", "yonhap-foreign", (WorldFeed("/RSS/news.xml"),), 0.06, KOREA, "etag"),
    Host(_number(5), "yonhap", "yonhap-foreign", (WorldFeed("/RSS/news.xml", "zh"),), 0.04, KOREA, "modified"),
    # The morning's batch: six o'clock in Pyongyang is nine in the evening, UTC.
    Host(_number(6), "kcna", "kcna", (WorldFeed("/en"),), 0.08, at_hours(21, else_=0.005), robots=None),
    # A story every three minutes, for two hours a day.
    Host(_number(7), "quotes", "rss", (WorldFeed("/feed.xml", window=150),), 0.13, at_hours(9, 10, else_=0.005)),
    Host(_number(8), "bulletin", "atom", (WorldFeed("/atom.xml"),), 0.09, EVEN),
    Host(_number(9), "harbour", "rss", (WorldFeed("/feed.xml"),), 0.07, refuses=True),
    Host(_number(10), "courier", "atom", (WorldFeed("/atom.xml", max_age=600),), 0.06, AMERICA),
    Host(_number(11), "herald", "rss", (WorldFeed("/feed.xml", ttl=1200),), 0.05),
    Host(_number(12), "gazette", "rss", (WorldFeed("/feed.xml"),), 0.04, AMERICA, "modified"),
    Host(
        _number(13),
        "tribune",
        "atom",
        (WorldFeed("/atom.xml"),),
        0.03,
        delays=True,
    ),
    Host(_number(14), "observer", "rss", (WorldFeed("/feed.xml"),), 0.02, KOREA, "etag", robots=None),
    Host(_number(15), "parrot", "rss", (WorldFeed("/feed.xml"),), 0.015, EVEN, lies=True),
    Host(_number(16), "almanac", "atom", (WorldFeed("/atom.xml"),), 0.01, validators="none"),
    Host(_number(17), "evening", "rss", (WorldFeed("/feed.xml"),), 0.01, at_hours(17, 18)),
    Host(_number(18), "digest", "rss", (WorldFeed("/feed.xml"),), 0.005, at_hours(6), regular=True),
)
SHARES = sum(host.share for host in HOSTS)
SOURCES = tuple(dict.fromkeys(host.source for host in HOSTS))
