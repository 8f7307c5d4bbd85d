"""T15: feeds whose ids, addresses and order change without any news, and entries that vanish and come back.

Nothing of that may be a new article or a revision, and every true edit has to be one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

from pipeline.store import open_store
from tests.hostile.outcome import Outcome
from tests.hostile.scratch import scratch
from tests.wire import FEED, START, TEXT, Wire, page, rss, wire_on

STORIES, POLLS = 14, 24
HOUR, WEEK = timedelta(hours=1), timedelta(days=7, hours=3)
NOISES = (
    "none", "churn", "same guid", "no guid", "reorder", "tracking", "vanish", "week", "case", "fragment", "scheme",
)  # fmt: skip


@dataclass(slots=True)
class _Feed:
    """A feed with its stories' true texts, and how it is printed."""

    chance: random.Random
    edits: dict[int, int] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    noise: str = "none"

    def body(self) -> str:
        numbers = [number for number in range(STORIES) if number not in self.hidden]
        if self.noise == "reorder":
            self.chance.shuffle(numbers)
        return rss(*(self._item(number) for number in numbers))

    def headline(self, number: int) -> str:
        told = self.edits.get(number, 0)
        return f"Ferry {number} is back at pier {number * 7}" + (f", says report {told}" if told else "")

    def _item(self, number: int) -> str:
        guid = f"<guid>story-{number}</guid>"
        if self.noise == "churn":
            guid = f"<guid>story-{number}-{self.chance.random()}</guid>"
        if self.noise == "same guid":
            guid = "<guid>story</guid>"
        if self.noise == "no guid":
            guid = ""
        return (
            f"<item><title>{self.headline(number)}</title><link>{self._link(number)}</link>{guid}"
            f"<pubDate>{format_datetime(START - number * HOUR)}</pubDate>"
            f"<description>Excerpt {number}</description></item>"
        )

    def _link(self, number: int) -> str:
        url = f"https://wire.test/news/{number}"
        if self.noise == "tracking":
            campaign = self.chance.randrange(999)
            return f"{url}?utm_source=rss&amp;utm_campaign={campaign}&amp;fbclid=x{self.chance.random()}"
        if self.noise == "case":
            return url.replace("wire.test", self.chance.choice(("WIRE.test", "Wire.Test", "wire.test:443")))
        if self.noise == "scheme":
            return url.replace("https:", "http:")
        return f"{url}#c{self.chance.randrange(9)}" if self.noise == "fragment" else url


def run(*, seed: int = 1, seeds: int = 10) -> Outcome:
    """Try it with so many feeds."""
    outcome = Outcome("T15", f"{seeds} feeds of {POLLS} polls", seed)
    false, missed, edits = list[str](), list[str](), 0
    with outcome.timed(), scratch() as directory:
        for number in range(seed, seed + seeds):
            store = open_store(f"sqlite:///{directory}/{number}.db")
            with wire_on(store) as wire:
                made = _live(wire, random.Random(number), f"seed {number}", false)
            told = [change for change, _, _ in wire.changes()]
            revised = sum(kind in ("revised", "corrected") for kind in told)
            edits += made
            if revised < made:
                missed.append(f"seed {number}: {revised} of {made} edits became versions")
            if revised > made:
                false.append(f"seed {number}: {revised - made} versions too many")
            store.close()
    outcome.figures |= {"polls": seeds * POLLS, "true edits": edits}
    outcome.none("false news and versions", false)
    outcome.none("edits missed", missed)
    return outcome


def _live(wire: Wire, chance: random.Random, name: str, false: list[str]) -> int:
    """The polls; how many true edits were made.  What is new though nothing is goes to `false`."""
    feed, made = _Feed(chance), 0
    _put(wire, feed)
    wire.poll()
    for _ in range(POLLS - 1):
        feed.noise = chance.choice(NOISES)
        feed.hidden = frozenset(chance.sample(range(STORIES), 4)) if feed.noise in ("vanish", "week") else frozenset()
        after = WEEK if feed.noise == "week" else HOUR
        if chance.random() < 0.4:
            number = chance.choice([one for one in range(STORIES) if one not in feed.hidden])
            feed.edits[number] = feed.edits.get(number, 0) + 1
            made += 1
        _put(wire, feed)
        before = len(wire.records(limit=None))
        counts = wire.poll(after)
        if len(wire.records(limit=None)) > before:
            false.append(f"{name}: {counts['new']} new by {feed.noise}")
    return made


def _put(wire: Wire, feed: _Feed) -> None:
    wire.web.put(FEED, feed.body())
    for number in range(STORIES):
        text = f"{TEXT} This is story {number}, as told {feed.edits.get(number, 0)} times."
        wire.web.put(f"https://wire.test/news/{number}", page(feed.headline(number), text))
        wire.web.put(f"http://wire.test/news/{number}", page(feed.headline(number), text))
