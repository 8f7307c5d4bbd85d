"""When to ask again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.cadence import (
    DORMANT_AFTER,
    DORMANT_FAILURES,
    FIRST_INTERVAL,
    expected,
    in_time,
    is_audit_due,
    is_dormant,
    mean_rate,
    next_look,
    next_poll,
    next_read,
    next_try,
    rates,
    retry_at,
    wanted,
    watched,
)
from pipeline.model import Polling, Rhythm

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SCHEDULE = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)


def learnt(gap: timedelta, days: int = 7, hours: range = range(24)) -> tuple[Rhythm, datetime]:
    """The rhythm of a feed with news at so regular times, in these hours, polled every ten minutes; and its end."""
    rhythm: Rhythm | None = None
    at, since, news = NOW, NOW, NOW
    while at < NOW + days * DAY:
        at += 10 * MINUTE
        new = 0
        while news <= at:
            new += news.hour in hours
            news += gap
        rhythm, since = watched(rhythm, since, at, new), at
    assert rhythm is not None
    return rhythm, at


def wait(past: Polling, now: datetime = NOW, every: timedelta | None = None) -> timedelta:
    return next_poll(past, now, every) - now


def test_a_feed_nobody_knows_yet_is_polled_every_five_minutes() -> None:
    assert wait(Polling()) == pytest.approx(FIRST_INTERVAL, rel=0.06)


def test_a_fixed_interval_is_kept_to_the_second() -> None:
    rhythm, at = learnt(5 * MINUTE)
    assert next_poll(Polling(rhythm=rhythm), at, 30 * MINUTE) == at + 30 * MINUTE


@pytest.mark.parametrize("gap", [4 * MINUTE, 20 * MINUTE, HOUR])
def test_a_steady_feed_is_polled_twice_for_each_entry(gap: timedelta) -> None:
    rhythm, at = learnt(gap)
    assert wait(Polling(rhythm=rhythm), at) == pytest.approx(gap / 2, rel=0.25)


def test_intervals_lie_between_a_minute_and_a_day() -> None:
    busy, at = learnt(timedelta(seconds=10), days=1)
    silent, end = learnt(90 * DAY, days=60)
    assert wait(Polling(rhythm=busy), at) >= MINUTE * 0.95
    assert timedelta(hours=20) < wait(Polling(rhythm=silent), end) <= 1.05 * DAY


def test_the_night_is_slept_through_and_the_morning_is_not_missed() -> None:
    rhythm, at = learnt(5 * MINUTE, hours=range(6, 8))
    evening = at.replace(hour=20, minute=0)
    morning = at.replace(hour=7, minute=0)
    assert wait(Polling(rhythm=rhythm), morning) < 5 * MINUTE
    assert wait(Polling(rhythm=rhythm), evening) > 30 * MINUTE
    # However quiet the hour: never longer than two mean gaps, which are two hours here.
    assert wait(Polling(rhythm=rhythm), evening) < 2.2 * HOUR


def test_what_the_feed_wants_is_kept_unless_it_would_run_over() -> None:
    rhythm, at = learnt(4 * MINUTE)
    assert wait(Polling(rhythm=rhythm, wanted=1800, entries=100), at) == pytest.approx(30 * MINUTE, rel=0.06)
    assert wait(Polling(rhythm=rhythm, wanted=3600, entries=5), at) < 15 * MINUTE


def test_the_same_feed_has_the_same_spread_and_others_another() -> None:
    one, again, other = (next_poll(Polling(), NOW, None, key=key) for key in ("a", "a", "b"))
    assert one == again != other


@pytest.mark.parametrize(
    ("ttl", "header", "seconds"),
    [
        (None, None, None),
        (5, None, 300),
        (None, "public, max-age=600", 600),
        (5, "max-age=600", 600),
        (1440, None, 3600),
        (None, "max-age=604800", 3600),
        (None, "no-cache, max-age=600", None),
        (None, "max-age=0", None),
        (None, "max-age=-5", None),
        (None, "max-age=99999999999999999999", None),
        (None, "max-age=\u0662", None),
    ],
)
def test_what_a_feed_asks_for_is_bounded(ttl: int | None, header: str | None, seconds: int | None) -> None:
    assert wanted(ttl, header) == seconds


def test_pages_are_read_again_at_their_ages() -> None:
    at, found = NOW, []
    while (again := next_read(NOW, at, SCHEDULE)) is not None:
        found.append(again - NOW)
        at = again
    assert found == list(SCHEDULE)


def test_a_re_read_just_before_its_time_stands_for_it() -> None:
    assert next_read(NOW, NOW + 58 * MINUTE, SCHEDULE) == NOW + 6 * HOUR


def test_a_page_whose_first_sight_is_not_known_is_not_read_again() -> None:
    assert next_read(None, NOW, SCHEDULE) is None


def test_a_missing_page_is_looked_for_after_an_hour_and_on() -> None:
    assert next_look(NOW, NOW, SCHEDULE) == NOW + HOUR
    assert next_look(NOW, NOW + HOUR, SCHEDULE) == NOW + 6 * HOUR
    assert next_look(NOW, NOW + 7 * DAY, SCHEDULE) is None


def test_a_failing_feed_is_tried_later_each_time_and_within_the_hour() -> None:
    waits = [next_try(Polling(failures=n, failing_since=NOW), NOW, None, kind="status-5xx") - NOW for n in range(20)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (FIRST_INTERVAL, HOUR)


def test_where_nobody_answers_it_is_tried_within_a_quarter_of_an_hour() -> None:
    past = Polling(failures=50, failing_since=NOW)
    assert next_try(past, NOW, None, kind="dns") - NOW == 15 * MINUTE


def test_a_feed_that_failed_for_days_is_dormant_and_probed_for_ever() -> None:
    past = Polling(failures=DORMANT_FAILURES, failing_since=NOW - DORMANT_AFTER)
    assert is_dormant(past, NOW)
    assert next_try(past, NOW, None, kind="status-4xx") == NOW + DAY
    assert next_try(past, NOW, None, kind="status-410") == NOW + 7 * DAY
    years_ago = Polling(failures=1e6, failing_since=NOW - 3000 * DAY)
    assert next_try(years_ago, NOW, None, kind="timeout") == NOW + DAY


def test_a_failed_page_is_given_up_after_about_a_day() -> None:
    waits = [retry_at(NOW, attempts, transient=True) for attempts in range(1, 8)]
    assert waits[-1] is None
    assert sum((at - NOW for at in waits if at), timedelta()) > 20 * HOUR
    assert retry_at(NOW, 1, transient=False) is None


def test_the_whole_is_asked_for_once_a_day_and_always_of_a_liar() -> None:
    assert is_audit_due(Polling(), NOW)
    assert not is_audit_due(Polling(whole_at=NOW - 23 * HOUR), NOW)
    assert is_audit_due(Polling(whole_at=NOW - DAY), NOW)
    assert is_audit_due(Polling(whole_at=NOW, lies=True), NOW)


def test_a_rhythm_is_learnt_whatever_the_steps_it_is_watched_in() -> None:
    """Polls that find nothing need not be remembered: the time between is counted when something comes."""
    chance = random.Random(1)
    at = since = NOW
    often = seldom = watched(None, None, NOW, 0)
    for _ in range(500):
        at += MINUTE * chance.uniform(1, 60)
        new = chance.choice([0, 0, 1])
        often = watched(often, since, at, new)
        if new:
            seldom = watched(seldom, since, at, new)
        since = at
    assert sum(seldom.entries) == pytest.approx(sum(often.entries), rel=0.05)


def test_a_time_in_which_nobody_watched_teaches_nothing() -> None:
    """A replay of old captures, or a service that was off for months, must not make a busy feed look quiet."""
    rhythm, at = learnt(6 * MINUTE)
    back = watched(rhythm, at, at + 60 * DAY, 30)
    assert wait(Polling(rhythm=back), at + 60 * DAY) < 6 * MINUTE
    assert sum(watched(None, NOW - 1500 * DAY, NOW, 30).hours) == 0
    assert sum(watched(None, NOW, NOW, 30).entries) == 0


def test_after_a_gap_a_feed_is_polled_far_sooner() -> None:
    assert in_time(NOW - 4 * MINUTE, NOW, 20, 20) == NOW + MINUTE
    assert in_time(NOW - DAY, NOW, 20, 20) == NOW + FIRST_INTERVAL
    assert in_time(NOW - timedelta(seconds=10), NOW, 20, 20) == NOW + MINUTE


def test_the_pace_of_the_last_entries_says_when_a_feed_runs_over() -> None:
    assert in_time(NOW - 5 * MINUTE, NOW, 2, 20) == NOW + 25 * MINUTE
    assert in_time(NOW - HOUR, NOW, 0, 20) is None
    assert in_time(None, NOW, 20, 20) is None


def test_expected_news_add_up_over_days() -> None:
    rhythm, at = learnt(HOUR)
    day = expected(rhythm, at, at + DAY)
    assert day == pytest.approx(24, rel=0.15)
    assert expected(rhythm, at, at + 10 * DAY) == pytest.approx(10 * day)
    assert mean_rate(rhythm) == pytest.approx(1, rel=0.15)
    assert len(rates(rhythm)) == 24


def test_the_first_poll_teaches_nothing() -> None:
    """What a feed holds when it is first seen came in its own time, not in ours."""
    assert sum(watched(None, None, NOW, 100).entries) == 0


def test_a_feed_that_never_has_news_is_polled_ever_less() -> None:
    rhythm = watched(None, None, NOW, 100)
    at, learning, later = NOW, 0, list[timedelta]()
    while at < NOW + 8 * DAY:
        following = wait(Polling(rhythm=rhythm), at)
        learning, later = (learning + 1, later) if following < 3 * HOUR else (learning, [*later, following])
        at += following
    # Every two hours in its first four days, and no more than that; then at the longest interval at once.
    assert learning < 4 * 12 + 15
    assert len(later) < 6
    assert min(later) > 12 * HOUR


def test_a_day_of_silence_is_not_taken_for_the_rhythm() -> None:
    """A wire that comes once a day is silent for most of its first; at a day's pace its next day would be over."""
    rhythm, at = watched(None, None, NOW, 12), NOW
    polls = 0
    while at < NOW + DAY:
        following = next_poll(Polling(rhythm=rhythm, entries=12), at, None)
        assert following - at <= 2.1 * HOUR
        rhythm, at, polls = watched(rhythm, at, following, 0), following, polls + 1
    assert 12 <= polls <= 30
