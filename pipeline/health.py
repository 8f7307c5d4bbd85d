"""Whether sources are well, judged by their own past.  Pure: facts in, alarms out, the same for service and `status`.

What is unusual for a source is what it did not do before: a feed is quiet when it should have had news many times over
by its own rhythm, a layout has changed when pages that used to fit its profiles no longer do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pipeline.cadence import NO_ANSWER, expected, is_dormant, is_unusual, mean_rate
from pipeline.model import Polling

Kind = Literal[
    "failing", "dormant", "quiet", "gap", "churn", "blocked", "layout", "vanishing", "lying", "parked", "robots",
    "network", "disk", "database", "quarantine", "behind", "contact",
]  # fmt: skip
# Things that are known and handled; the others want a person.
NOTICES: frozenset[Kind] = frozenset({"lying", "parked", "gap", "churn", "robots", "contact", "quarantine"})

# One failed poll is weather.
FAILURES, FAILING_FOR = 2.0, timedelta(minutes=15)
# A silence of so many mean gaps in which so many entries were to be expected by the hour is none by chance.
SILENT_GAPS = 5.0
SHORTEST_SILENCE = timedelta(hours=1)
# A feed that was watched for less than this has no rhythm yet.
KNOWN_AFTER_HOURS = 24.0
SHOWN_FOR = timedelta(hours=24)  # of what happened once: gaps, churn
# Of so many pages lately, such a part; and more than so many times the part before.
LEAST_PAGES, BAD_PART, TIMES_BEFORE = 8, 0.5, 3.0
KNOWN_AFTER_PAGES = 20
NEWEST = 10  # articles: a layout that changed shows in them first
BEHIND_BY = timedelta(minutes=15)
MANY_HELD = 1
AWAY_HOSTS = 2


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A feed as the store knows it.  `every` is its fixed interval; `checked_at` the last answer, good or bad."""

    source: str
    url: str
    host: str
    past: Polling
    checked_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LayoutFacts:
    """An edition of a source (its host; "" for those it shares): pages seen, what is lost since when (see `drift`).

    Of the last pages `unfitted` of `asked` fit no profile.
    """

    edition: str
    seen: int
    lost: str | None = None
    since: datetime | None = None
    unfitted: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A source: its feeds, and what happened to it now, lately and before, counted by name (see `store.vitals`).

    `layouts` say whether its pages are as they used to be.  `methods` say how the texts of its newest articles were
    found, the newest first, where it has profiles.  `overdue_since` is the due time of the oldest request that should
    have been made by now, of `overdue` such.
    """

    source: str
    feeds: Sequence[FeedFacts] = ()
    now: Mapping[str, int] = field(default_factory=dict)
    lately: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    overdue: int = 0
    overdue_since: datetime | None = None
    quarantined: int = 0
    methods: Sequence[str] = ()
    layouts: Sequence[LayoutFacts] = ()
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParkedFacts:
    """A host that asked for a rest, or whose robots.txt can't be had (`until` None)."""

    host: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person should know: the source it is about ("" for all), a sentence, since when, the feed or host."""

    kind: Kind
    source: str
    text: str
    since: datetime | None = None
    about: str = ""

    @property
    def is_notice(self) -> bool:
        """Whether it is only to be known, not to be acted on."""
        return self.kind in NOTICES


def judge(sources: Sequence[SourceFacts], parked: Sequence[ParkedFacts], now: datetime) -> list[Alarm]:
    """What is not as it should be, what wants a person first."""
    asked = [one for one in sources if one.paused_at is None]
    if is_network_away([feed for one in asked for feed in one.feeds]):
        since = min(feed.past.failing_since for one in asked for feed in one.feeds if feed.past.failing_since)
        away = Alarm("network", "", "no host answers: is this machine's network up, and its name service?", since)
        return [away, *(alarm for one in asked for alarm in _of_source(one, now) if alarm.kind not in _OF_NETWORK)]
    found = [alarm for one in asked for alarm in _of_source(one, now)]
    return sorted([*found, *map(_parked, parked)], key=lambda alarm: (alarm.is_notice, alarm.source, alarm.kind))


def is_network_away(feeds: Sequence[FeedFacts]) -> bool:
    """Whether all feeds of several hosts fail in ways that a network that is down makes them fail."""
    polled = [feed for feed in feeds if feed.checked_at is not None]
    failing = [feed for feed in polled if feed.past.failures and feed.past.failure_kind in NO_ANSWER]
    return len({feed.host for feed in failing}) >= AWAY_HOSTS and len(failing) == len(polled)


_OF_NETWORK = frozenset({"failing", "dormant", "quiet", "behind", "parked", "robots"})


def _of_source(one: SourceFacts, now: datetime) -> Iterator[Alarm]:
    for feed in one.feeds:
        yield from _of_feed(feed, now)
    yield from _of_pages(one)
    if one.overdue_since is not None and now - one.overdue_since > BEHIND_BY:
        text = f"{one.overdue} requests should have been made by now: its hosts are slow, or this machine is"
        yield Alarm("behind", one.source, text, one.overdue_since)
    if one.quarantined >= MANY_HELD:
        things = "1 thing" if one.quarantined == 1 else f"{one.quarantined} things"
        text = f"{things} could not be read; look at them with: newswire quarantine list"
        yield Alarm("quarantine", one.source, text)


def _of_feed(feed: FeedFacts, now: datetime) -> Iterator[Alarm]:
    past = feed.past
    if past.failing_since is not None and is_dormant(past, now):
        text = f"has failed for {_long(now - past.failing_since)} and is only probed once a day: {feed.error}"
        yield Alarm("dormant", feed.source, text, past.failing_since, feed.url)
    elif past.failing_since is not None and _is_failing(past, now):
        yield Alarm("failing", feed.source, f"can't be polled: {feed.error}", past.failing_since, feed.url)
    elif silence := _silence(past, now):
        text = f"has had nothing new for {_long(silence)}, though it used to have something every {_gap(past)}"
        yield Alarm("quiet", feed.source, text, past.new_at, feed.url)
    if past.lies:
        text = "says “not modified” of pages that are; it is asked for the whole every time"
        yield Alarm("lying", feed.source, text, None, feed.url)
    if past.gap_at is not None and now - past.gap_at < SHOWN_FOR:
        text = "had nothing in common with the poll before: entries may have come and gone between the two"
        yield Alarm("gap", feed.source, text, past.gap_at, feed.url)
    if past.churn_at is not None and now - past.churn_at < SHOWN_FOR:
        text = "lists what it listed before under new addresses; they are known again by what they say"
        yield Alarm("churn", feed.source, text, past.churn_at, feed.url)


def _is_failing(past: Polling, now: datetime) -> bool:
    since = past.failing_since
    return since is not None and past.failures > 0 and (past.failures >= FAILURES or now - since >= FAILING_FOR)


def _silence(past: Polling, now: datetime) -> timedelta | None:
    """How long a feed has had nothing new, where that is too long by its own rhythm."""
    rhythm = past.rhythm
    if rhythm is None or past.new_at is None or sum(rhythm.hours) < KNOWN_AFTER_HOURS:
        return None
    silence = now - past.new_at
    if silence < max(SHORTEST_SILENCE, timedelta(hours=SILENT_GAPS / mean_rate(rhythm))):
        return None
    return silence if is_unusual(expected(rhythm, past.new_at, now), rhythm.lull) else None


def _of_pages(one: SourceFacts) -> Iterator[Alarm]:
    if found := _worse(one, ("refused", "blocked"), ("pages", "refused", "blocked")) or _turned(one):
        text = "{} of {} article pages were refused or no article: blocked, or a login wall?"
        yield Alarm("blocked", one.source, text.format(*found))
    yield from _of_layouts(one)
    if found := _worse(one, ("missing",), ("pages", "missing")):
        yield Alarm("vanishing", one.source, f"{found[0]} article pages are gone: was the site moved?")


def _of_layouts(one: SourceFacts) -> Iterator[Alarm]:
    for layout in one.layouts:
        if layout.lost:
            text = f"its pages are not what they used to be: {layout.lost}. See: newswire source check {one.source}"
            yield Alarm("layout", one.source, text, layout.since, layout.edition)
        elif layout.seen < KNOWN_AFTER_PAGES and _is_unfitted(layout):
            text = f"{layout.unfitted} of {layout.asked} article pages fit none of its profiles: a new layout?"
            yield Alarm("layout", one.source, f"{text} See: newswire source check {one.source}", None, layout.edition)


def _is_unfitted(layout: LayoutFacts) -> bool:
    """Whether most of the few pages that are known fit no profile: too few to be judged by their own past."""
    return layout.asked >= LEAST_PAGES and layout.unfitted >= BAD_PART * layout.asked


def _worse(one: SourceFacts, bad: Sequence[str], of: Sequence[str]) -> tuple[int, int] | None:
    """How many are bad, of how many: if that is most of them, now or lately, and was much less of them before."""
    for counts in (one.now, one.lately):
        found, whole = _sum(counts, bad), _sum(counts, of)
        found_before, before = _sum(one.before, bad), _sum(one.before, of)
        is_new = before < LEAST_PAGES or found * before > TIMES_BEFORE * found_before * whole
        if whole >= LEAST_PAGES and found >= BAD_PART * whole and is_new:
            return found, whole
    return None


def _turned(one: SourceFacts) -> tuple[int, int] | None:
    """How many of the newest articles are the feed's text, of how many: if most of them, and few of those before."""
    newest, before = one.methods[:NEWEST], one.methods[NEWEST:]
    found, found_before = newest.count("feed"), before.count("feed")
    is_new = found * len(before) > TIMES_BEFORE * found_before * len(newest)
    if len(newest) == NEWEST and len(before) >= LEAST_PAGES and found >= BAD_PART * NEWEST and is_new:
        return found, NEWEST
    return None


def _sum(counts: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(counts.get(name, 0) for name in names)


def _parked(one: ParkedFacts) -> Alarm:
    if one.until is None:
        return Alarm("robots", "", f"its robots.txt can't be had, so no page of it is read: {one.why}", None, one.host)
    return Alarm("parked", "", f"asked to be left alone until {one.until:%H:%M} UTC: {one.why}", None, one.host)


def _gap(past: Polling) -> str:
    assert past.rhythm is not None
    return _long(timedelta(hours=1 / mean_rate(past.rhythm)))


def _long(time: timedelta) -> str:
    """A length of time in words: `3 days`, `5 hours`, `12 minutes`."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        many = round(time.total_seconds() / seconds)
        if many >= 2:
            return f"{many} {unit}s"
    return "a minute"
