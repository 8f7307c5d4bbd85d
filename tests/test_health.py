"""Whether sources are well, judged by their own past."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.cadence import watched
from pipeline.health import FeedFacts, Kind, LayoutFacts, ParkedFacts, SourceFacts, judge
from pipeline.model import Polling, Rhythm

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# One entry an hour, watched for a week.
HOURLY = Rhythm((7.0,) * 24, (7.0,) * 24, NOW)
WELL = Polling(answered_at=NOW, new_at=NOW - HOUR, rhythm=HOURLY)
FEED = FeedFacts("tass", "https://tass.com/rss", "tass.com", WELL, NOW)


def kinds(source: SourceFacts, *parked: ParkedFacts) -> list[str]:
    return [alarm.kind for alarm in judge([source], parked, NOW)]


def feed(**past: Any) -> SourceFacts:
    return SourceFacts("tass", (replace(FEED, past=replace(WELL, **past)),))


def counts(now: dict[str, int], before: dict[str, int]) -> SourceFacts:
    return SourceFacts("tass", (FEED,), now, now, before)


def test_a_source_that_is_well_raises_nothing() -> None:
    assert kinds(feed()) == []


@pytest.mark.parametrize(
    ("past", "raised"),
    [
        ({"failing_since": NOW - timedelta(minutes=2), "failures": 0.5}, []),
        ({"failing_since": NOW - timedelta(minutes=2), "failures": 2.0}, ["failing"]),
        ({"failing_since": NOW - HOUR, "failures": 1.0}, ["failing"]),
        ({"failing_since": NOW - 4 * DAY, "failures": 30.0}, ["dormant"]),
        ({"new_at": NOW - 5 * HOUR}, []),
        ({"new_at": NOW - 12 * HOUR}, ["quiet"]),
        ({"new_at": NOW - 12 * HOUR, "rhythm": None}, []),
        ({"new_at": NOW - 12 * HOUR, "failing_since": NOW - HOUR, "failures": 3.0}, ["failing"]),
        ({"lies": True}, ["lying"]),
        ({"gap_at": NOW - HOUR}, ["gap"]),
        ({"gap_at": NOW - 2 * DAY}, []),
        ({"churn_at": NOW - HOUR}, ["churn"]),
    ],
)
def test_a_feed_is_judged_by_its_past(past: dict[str, object], raised: list[str]) -> None:
    assert kinds(feed(**past)) == raised


def test_a_night_without_news_is_no_silence() -> None:
    """A feed that has news from 6 to 18 only, looked at just before six in the morning."""
    by_day = Rhythm(tuple(7.0 if 6 <= hour < 18 else 0.0 for hour in range(24)), (7.0,) * 24, NOW)
    dawn = NOW.replace(hour=5, minute=50)
    past = Polling(answered_at=dawn, new_at=NOW.replace(hour=17, minute=50) - DAY, rhythm=by_day)
    assert judge([SourceFacts("tass", (replace(FEED, past=past),))], [], dawn) == []
    evening = NOW.replace(hour=18)
    assert [alarm.kind for alarm in judge([SourceFacts("tass", (replace(FEED, past=past),))], [], evening)] == ["quiet"]


def quiet_hours(
    weeks: int,
    *,
    weekend: bool,
    dead_from: datetime | None = None,
    away: tuple[datetime, datetime] | None = None,
    stopped: tuple[datetime, datetime] | None = None,
) -> list[datetime]:
    """When a feed is called quiet that has 40 entries from 6 to 18, on Saturday and Sunday too or not, hour by hour.

    It stands still while it is `away`; while we are `stopped` nobody asks.
    """
    chance, past, found = random.Random(7), Polling(), []
    for hour in range(weeks * 7 * 24):
        now = datetime(2026, 1, 5, tzinfo=UTC) + hour * HOUR
        is_open = 6 <= now.hour < 18 and (weekend or now.weekday() < 5) and not (dead_from and now >= dead_from)
        is_open = is_open and not (away and away[0] <= now < away[1])
        if stopped and stopped[0] <= now < stopped[1]:
            continue
        new = sum(chance.random() < 1 / 6 for _ in range(20)) if is_open else 0
        rhythm = watched(past.rhythm, past.answered_at, now, new, past.new_at)
        past = replace(past, rhythm=rhythm, answered_at=now, new_at=now if new else past.new_at)
        alarms = judge([SourceFacts("tass", (replace(FEED, past=past, checked_at=now),))], [], now)
        found += [now for alarm in alarms if alarm.kind == "quiet"]
    return found


def test_a_weekend_without_news_is_no_silence_once_it_is_known() -> None:
    """Many agencies rest from Friday evening to Monday: each week there was an alarm of two days."""
    quiet = quiet_hours(8, weekend=False)
    assert {at.isocalendar().week for at in quiet} <= {2, 3}  # the first weekend, and its night to Monday


def test_a_feed_that_is_dead_is_quiet_whether_it_rests_at_weekends_or_not() -> None:
    monday = datetime(2026, 2, 16, 10, tzinfo=UTC)
    first = next(at for at in quiet_hours(8, weekend=True, dead_from=monday) if at >= monday)
    assert first - monday < 12 * HOUR
    first = next(at for at in quiet_hours(8, weekend=False, dead_from=monday) if at >= monday)
    assert first - monday < 5 * DAY


@pytest.mark.parametrize("break_", ["away", "stopped"])
def test_an_outage_or_a_stop_of_ours_is_no_habit_of_the_feed(break_: str) -> None:
    """Five days in which it stood still, or three in which we did: dead a week later, it is told as soon as before."""
    begin, monday = datetime(2026, 2, 2, 10, tzinfo=UTC), datetime(2026, 2, 16, 10, tzinfo=UTC)
    if break_ == "away":
        hours = quiet_hours(8, weekend=True, dead_from=monday, away=(begin, begin + 5 * DAY))
    else:
        hours = quiet_hours(8, weekend=True, dead_from=monday, stopped=(begin, begin + 3 * DAY))
    assert next(at for at in hours if at >= monday) - monday < 12 * HOUR


@pytest.mark.parametrize(
    ("now", "before", "raised"),
    [
        ({"pages": 3, "refused": 20}, {"pages": 500, "refused": 5}, ["blocked"]),
        ({"blocked": 9}, {"pages": 500}, ["blocked"]),
        ({"pages": 20, "missing": 30}, {"pages": 500, "missing": 3}, ["vanishing"]),
        ({"pages": 40, "missing": 3}, {"pages": 500, "missing": 3}, []),
    ],
)
def test_pages_are_judged_by_how_they_used_to_be(
    now: dict[str, int], before: dict[str, int], raised: list[str]
) -> None:
    assert kinds(counts(now, before)) == raised


@pytest.mark.parametrize(
    ("methods", "raised"),
    [
        (["profile"] * 40, []),
        (["feed"] * 3 + ["profile"] * 37, []),
        (["feed"] * 7 + ["profile"] * 33, ["blocked"]),
        (["feed"] * 40, []),  # as ever
        (["feed"] * 10, []),  # too few to tell
        (["profile"] * 10 + ["feed"] * 30, []),  # it is well again
        (["trafilatura"] * 6 + ["profile"] * 34, []),  # that is for its layouts to say
    ],
)
def test_a_block_shows_in_the_newest_articles(methods: list[str], raised: list[str]) -> None:
    assert kinds(SourceFacts("tass", (FEED,), methods=methods)) == raised


@pytest.mark.parametrize(
    ("layout", "raised"),
    [
        (LayoutFacts("tass.com", 10, unfitted=8, asked=10), ["layout"]),
        (LayoutFacts("tass.com", 10, unfitted=3, asked=10), []),
        (LayoutFacts("tass.com", 7, unfitted=7, asked=7), []),  # too few to tell
        (LayoutFacts("tass.com", 40, unfitted=8, asked=10), []),  # judged by its own past
        (LayoutFacts("tass.com", 40, "no profile fits", NOW), ["layout"]),
    ],
)
def test_a_layout_is_judged_by_its_past_or_while_that_is_short_by_its_last_pages(
    layout: LayoutFacts, raised: list[str]
) -> None:
    assert kinds(SourceFacts("tass", (FEED,), layouts=[layout])) == raised


def test_a_network_that_is_away_is_one_alarm_and_not_one_for_each_source() -> None:
    past = Polling(failing_since=NOW - HOUR, failures=5, failure_kind="dns")
    sources = [
        SourceFacts(name, (FeedFacts(name, f"https://{name}.test/", f"{name}.test", past, NOW),)) for name in "abc"
    ]
    found = judge(sources, [], NOW)
    assert [alarm.kind for alarm in found] == ["network"]
    assert found[0].since == NOW - HOUR
    answers = replace(sources[2], feeds=(replace(sources[2].feeds[0], past=WELL),))
    assert {alarm.kind for alarm in judge([*sources[:2], answers], [], NOW)} == {"failing"}


def test_hosts_that_rest_and_robots_that_can_not_be_had_are_told() -> None:
    parked = ParkedFacts("tass.com", "429", NOW + HOUR)
    robots = ParkedFacts("https://kcna.kp", "the server answered 503")
    assert set(kinds(SourceFacts("tass"), parked, robots)) == {"parked", "robots"}


def test_being_behind_is_told_after_a_quarter_of_an_hour() -> None:
    assert kinds(SourceFacts("tass", overdue=5, overdue_since=NOW - timedelta(minutes=5))) == []
    assert kinds(SourceFacts("tass", overdue=5, overdue_since=NOW - HOUR)) == ["behind"]


def test_a_source_that_is_paused_raises_nothing() -> None:
    failing = feed(failing_since=NOW - 4 * DAY, failures=30.0)
    assert kinds(replace(failing, paused_at=NOW - DAY)) == []


def test_what_wants_a_person_comes_first() -> None:
    both = feed(lies=True, new_at=NOW - 12 * HOUR)
    assert kinds(both) == ["quiet", "lying"]


def test_every_alarm_has_its_section_in_the_runbook() -> None:
    text = (Path(__file__).parent.parent / "docs" / "operate.md").read_text()
    headings = re.findall(r"^### (\w+)$", text, re.MULTILINE)
    assert sorted(set(get_args(Kind))) == sorted(heading for heading in headings if heading in get_args(Kind))
