"""When to ask again: feeds by their own rhythm, pages while they may still change, both later when they fail.

Pure; the waiting itself is a due time in the store.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.model import Polling, Rhythm

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(minutes=1), DAY
# Of a feed about which nothing is known yet.
FIRST_INTERVAL = timedelta(minutes=5)
# So many new entries are to be expected at a poll: twice as many polls as news, and a wait of half the gap between two.
EXPECTED = 0.5
# A silence longer than this many mean gaps between entries is looked into, whatever the hour says.
LONGEST_IN_GAPS = 2.0
# What a feed may ask for: boilerplate says `ttl` 1440, and a cache `max-age` of a week.
LONGEST_WANTED = HOUR
# A poll comes in time for this part of what the feed can hold, at its busiest hour.
SAFE_FILL = 0.5
# A rhythm that was watched for less says nothing of how fast a feed runs over.
KNOWN_HOURS = 3.0
HALF_LIFE_HOURS = 7 * 24.0
# How quiet a feed can be is remembered over some weekends, and no more than four days of it (Easter).
LULL_HALF_LIFE_HOURS, LONGEST_LULL_DAYS = 28 * 24.0, 4.0
# A silence in which so many entries were to be expected is none by chance, nor one so much longer than any before.
MISSED, LULLS = 8.0, 1.5
# A weekend: from Friday or Saturday to Sunday or Monday (UTC), which in the east is Sunday evening.
WEEKEND_BEGINS, WEEKEND_ENDS, LONGEST_WEEKEND = (4, 5), (6, 0), timedelta(days=4)
TWICE = 0.5  # what came before was this part of it
# A day's silence says nothing of a wire that comes once a day: for four days, which is so many faded hours, no feed is
# left alone for longer.
LEARNT_HOURS, LEARNING_INTERVAL = 80.0, timedelta(hours=2)
# Before anything is known: half an entry in five minutes, which is a poll every five minutes.
PRIOR_ENTRIES, PRIOR_HOURS = 0.5, 1 / 12
# So many hours of the mean stand in for an hour of the day that was hardly watched.
DOUBTFUL_HOURS = 0.5
# Between two answers that lie further apart nobody watched: no feed is polled less than once a day.
LONGEST_WATCH = 2 * LONGEST_INTERVAL
# A feed that was all new held no more than came: it runs at least as fast as it is long.
AFTER_GAP = 4
SPREAD = 0.05  # polls of many feeds are spread by so much of their interval

# A failing page is tried for about a day: agencies' feeds run ahead of their own pages by minutes, rarely by hours.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
# Where nobody answers, the first waits are these; a host that is away for a month is gone.
UNANSWERED_WAITS, GIVEN_UP = 4, timedelta(days=30)
# A feed holds some hours of entries at most; what has left it by the next poll is lost.
LONGEST_BACK_OFF = HOUR
# What is no answer at all is as likely our own network as theirs, and ends as suddenly as it began.
LONGEST_UNANSWERED = timedelta(minutes=15)
NO_ANSWER = frozenset({"dns", "network", "refused", "timeout", "cut-short"})
# A feed that failed for so long is dormant: it is probed, and revived by its first good answer.
DORMANT_AFTER, DORMANT_FAILURES = timedelta(days=3), 8.0
PROBE, PROBE_GONE = DAY, timedelta(days=7)
GONE_FAILURES = 3
PASSING, LASTING = 0.5, 1.0  # of a failure

# Conditional requests are believed for so long; then the whole is asked for, to see whether the server tells the truth.
AUDIT_AFTER = DAY
# A page that is missing twice, so far apart, is withdrawn.
WITHDRAWN_AFTER = HOUR
# A re-read that would come so soon after another is left out.
SOON = timedelta(minutes=5)


def retry_at(now: datetime, attempts: int, *, transient: bool) -> datetime | None:
    """When to try a page again after so many failed attempts; None: it is no use."""
    if not transient or attempts > len(WAITS):
        return None
    return now + WAITS[attempts - 1]


def unanswered_at(now: datetime, attempts: int, first_asked: datetime | None) -> datetime | None:
    """When to try a page again that nobody answers for, which says nothing of the page: seldomer with time, a month."""
    age = now - first_asked if first_asked is not None else timedelta(0)
    if age > GIVEN_UP:
        return None
    return now + max(WAITS[min(attempts, UNANSWERED_WAITS) - 1], age / 10)


def next_read(first_seen: datetime | None, now: datetime, schedule: Sequence[timedelta]) -> datetime | None:
    """When to read a page again that was just read, by the ages of `schedule`; None: no more."""
    if first_seen is None:
        return None
    return next((first_seen + age for age in sorted(schedule) if first_seen + age > now + SOON), None)


def next_look(gone_at: datetime, now: datetime, schedule: Sequence[timedelta]) -> datetime | None:
    """When to look again for a page that is missing since `gone_at`: after an hour, then as pages are re-read."""
    if now < gone_at + WITHDRAWN_AFTER:
        return gone_at + WITHDRAWN_AFTER
    return next_read(gone_at, now, schedule)


def next_poll(past: Polling, now: datetime, every: timedelta | None, *, key: str = "") -> datetime:
    """When to poll a feed that answered.  `every` is its fixed interval, `key` tells feeds apart that are polled alike.

    Without `every`: when half a new entry is to be expected by the rhythm, not before the feed itself wants, not after
    what it holds may have run over; between a minute and a day.
    """
    if every is not None:
        return now + every
    wait = _until_news(past.rhythm, now) if past.rhythm else FIRST_INTERVAL
    wait = max(wait, min(timedelta(seconds=past.wanted or 0), LONGEST_WANTED))
    if past.rhythm and past.entries and sum(past.rhythm.hours) >= KNOWN_HOURS:
        wait = min(wait, HOUR * (past.entries * SAFE_FILL / max(rates(past.rhythm))))
    if past.rhythm and sum(_upto(past.rhythm, now).hours) < LEARNT_HOURS:
        wait = min(wait, LEARNING_INTERVAL)
    return now + _spread(max(SHORTEST_INTERVAL, min(wait, LONGEST_INTERVAL)), f"{key} {now.isoformat()}")


def in_time(since: datetime | None, now: datetime, new: int, entries: int) -> datetime | None:
    """When a feed runs over, at the pace of its last `new` entries since then: it is to be polled before that.

    A rhythm of weeks says nothing of a burst.  None: nothing new came, or nobody knows how fast.
    """
    if since is None or since >= now or not new:
        return None
    if new >= entries:
        return now + max(SHORTEST_INTERVAL, min((now - since) / AFTER_GAP, FIRST_INTERVAL))
    return now + max(SHORTEST_INTERVAL, (now - since) * (entries * SAFE_FILL / new))


def next_try(past: Polling, now: datetime, every: timedelta | None, *, kind: str) -> datetime:
    """When to poll a feed that just failed (`past` has the failure counted already): later each time, never never."""
    if is_dormant(past, now):
        return now + (PROBE_GONE if kind == "status-410" else PROBE)
    if kind == "status-410" and past.failures >= GONE_FAILURES:
        return now + PROBE_GONE
    first = min(every or FIRST_INTERVAL, FIRST_INTERVAL)
    longest = LONGEST_UNANSWERED if kind in NO_ANSWER else max(LONGEST_BACK_OFF, every or LONGEST_BACK_OFF)
    return now + min(first * 2 ** min(past.failures, 20), longest)


def is_dormant(past: Polling, now: datetime) -> bool:
    """Whether a feed has failed for so long that it is only probed."""
    since = past.failing_since
    return since is not None and now - since >= DORMANT_AFTER and past.failures >= DORMANT_FAILURES


def failure(kind: str, *, transient: bool) -> float:
    """What an error counts: one that may pass by itself counts half."""
    return PASSING if transient and kind != "status-4xx" else LASTING


def is_audit_due(past: Polling, now: datetime) -> bool:
    """Whether the whole is to be asked for, though the server would say 304."""
    return past.lies or past.whole_at is None or now - past.whole_at >= AUDIT_AFTER


# Rhythm


def watched(
    rhythm: Rhythm | None, since: datetime | None, now: datetime, new: int, new_at: datetime | None = None
) -> Rhythm:
    """The rhythm after a poll that found `new` entries; `since` is when the feed was polled before, None if never.

    `new_at` is when it had news before: how long it was quiet is remembered.

    What a feed holds when it is first seen came in its own time, and teaches nothing; nor does a time in which nobody
    watched: after a long stop, or a replay of what is long past, it goes on from now.
    """
    if since is not None and since >= now:
        return rhythm or Rhythm((0.0,) * 24, (0.0,) * 24, now)
    if since is not None and now - since > LONGEST_WATCH:
        return replace(_upto(rhythm, since), upto=now, since=now) if rhythm else Rhythm((0.0,) * 24, (0.0,) * 24, now)
    known = _upto(rhythm or Rhythm((0.0,) * 24, (0.0,) * 24, since or now), now)
    if since is None:
        return known
    if not new:
        return known
    window = max(now - since, timedelta(seconds=1))
    shares = _shares(now - min(window, DAY), now)
    whole = sum(shares) or 1.0
    entries = tuple(old + new * share / whole for old, share in zip(known.entries, shares, strict=True))
    told = replace(known, entries=entries)
    return told if rhythm is None or new_at is None else _rested(told, rhythm, new_at, now)


def is_unusual(missed: float, lull: float) -> bool:
    """Whether a silence in which so many entries were to be expected is none of a feed whose longest lull is known."""
    return missed >= max(MISSED, LULLS * lull)


def _rested(known: Rhythm, rhythm: Rhythm, new_at: datetime, now: datetime) -> Rhythm:
    """The rhythm with the lull that just ended, as far as it was watched, by the rhythm by which it was judged.

    One that was no lull by its past is believed if it was a weekend, or comes a second time: else an outage of days
    would be taken for the feed's habit, and the next one told days late.
    """
    start = max(new_at, rhythm.since) if rhythm.since else new_at
    missed = expected(rhythm, start, now) if start < now else 0.0
    longest = LONGEST_LULL_DAYS * sum(rates(known))
    if is_unusual(missed, rhythm.lull) and not _is_weekend(start, now) and rhythm.doubt < TWICE * missed:
        return replace(known, lull=min(known.lull, longest), doubt=missed)
    return replace(known, lull=min(max(known.lull, missed), longest))


def _is_weekend(start: datetime, end: datetime) -> bool:
    starts, ends = start.weekday() in WEEKEND_BEGINS, end.weekday() in WEEKEND_ENDS
    return starts and ends and end - start <= LONGEST_WEEKEND


def rates(rhythm: Rhythm) -> tuple[float, ...]:
    """Entries an hour to be expected, by the hour of the day."""
    mean = mean_rate(rhythm)
    return tuple(
        (entries + mean * DOUBTFUL_HOURS) / (hours + DOUBTFUL_HOURS)
        for entries, hours in zip(rhythm.entries, rhythm.hours, strict=True)
    )


def mean_rate(rhythm: Rhythm) -> float:
    """Entries an hour, over the whole day."""
    return (sum(rhythm.entries) + PRIOR_ENTRIES) / (sum(rhythm.hours) + PRIOR_HOURS)


def expected(rhythm: Rhythm, since: datetime, until: datetime) -> float:
    """How many new entries are to be expected between two times."""
    days, rest = divmod(until - since, DAY)
    by_hour = rates(rhythm)
    part = sum(rate * share for rate, share in zip(by_hour, _shares(until - rest, until), strict=True))
    return days * sum(by_hour) + part


def _until_news(rhythm: Rhythm, now: datetime) -> timedelta:
    """The time until `EXPECTED` entries are to be expected."""
    known = _upto(rhythm, now)
    by_hour, due, at = rates(known), 0.0, now
    longest = min(LONGEST_INTERVAL, HOUR * (LONGEST_IN_GAPS / mean_rate(known)))
    while at - now < longest:
        turn = _next_hour(at)
        rate, hours = by_hour[at.hour], (turn - at) / HOUR
        if due + rate * hours >= EXPECTED:
            return min(longest, at - now + HOUR * ((EXPECTED - due) / rate))
        due, at = due + rate * hours, turn
    return longest


def _upto(rhythm: Rhythm, now: datetime) -> Rhythm:
    """The rhythm with the time up to now watched, and the past faded by as much."""
    if now <= rhythm.upto:
        return rhythm
    fade = 0.5 ** ((now - rhythm.upto) / HOUR / HALF_LIFE_HOURS)
    days, rest = divmod(now - rhythm.upto, DAY)
    shares = _shares(now - rest, now)
    slowly = 0.5 ** ((now - rhythm.upto) / HOUR / LULL_HALF_LIFE_HOURS)
    return Rhythm(
        tuple(entries * fade for entries in rhythm.entries),
        tuple(hours * fade + share + days for hours, share in zip(rhythm.hours, shares, strict=True)),
        now,
        rhythm.lull * slowly,
        rhythm.doubt * slowly,
        rhythm.since,
    )


def _shares(since: datetime, until: datetime) -> list[float]:
    """How many hours of a stretch of a day at most fall into each hour of the day."""
    shares = [0.0] * 24
    at = since
    while at < until:
        turn = min(_next_hour(at), until)
        shares[at.hour] += (turn - at) / HOUR
        at = turn
    return shares


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def _spread(wait: timedelta, key: str) -> timedelta:
    """The wait, a little longer or shorter: the same for the same key."""
    turn = zlib.crc32(key.encode()) / 2**32
    return wait * (1 + SPREAD * (2 * turn - 1))


# What a server asks for


def wanted(ttl_minutes: int | None, cache_control: str | None) -> int | None:
    """The seconds between polls that a feed asks for, by its `ttl` and its server's Cache-Control; None: it doesn't."""
    asked = [*([ttl_minutes * 60] if ttl_minutes else []), *_max_age(cache_control)]
    return min(max(asked), int(LONGEST_WANTED.total_seconds())) if asked else None


def _max_age(cache_control: str | None) -> list[int]:
    """`public, max-age=300`; `no-cache` and `no-store` outrank it."""
    words = [word.strip().lower() for word in (cache_control or "")[:1000].split(",")]
    if {"no-cache", "no-store"} & set(words):
        return []
    ages = [word.removeprefix("max-age=").strip('"') for word in words if word.startswith("max-age=")]
    return [int(age) for age in ages if age.isascii() and age.isdigit() and len(age) < 10 and int(age) > 0]
