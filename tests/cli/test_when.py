"""Times on the command line, read and told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from pipeline.cli.when import When, told_since

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)


def read(text: str) -> datetime:
    return When().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-09-03", datetime(2024, 9, 3, tzinfo=UTC)),
        ("2024-09-03T12:00Z", NOON),
        ("2024-09-03t12:00:00.000z", NOON),
        (" 2024-09-03 12:00 ", NOON),
        ("2024-09-03T21:00:00+09:00", NOON),
        ("2024-09-03T21:00+0900", NOON),
    ],
)
def test_days_and_instants_are_utc(text: str, expected: datetime) -> None:
    assert read(text) == expected
    assert read(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("30 min", timedelta(minutes=30)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_how_long_ago_counts_from_now(text: str, length: timedelta) -> None:
    before = datetime.now(UTC)
    assert before - length <= read(text) <= datetime.now(UTC) - length


@pytest.mark.parametrize(
    "text", ["", "now", "3.9.2024", "2024-9-3", "2024-02-30", "20240903", "2024-09-03T", "٢٤h", "7", "-7d", "999999w"]
)
def test_what_is_no_time_is_told_with_what_would_be(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no time; write a day"):
        read(text)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (7199, "119 min ago"),
        (7200, "2 h ago"),
        (172_799, "47 h ago"),
        (172_800, "2 d ago"),
        (-90, "in 1 min"),
    ],
)
def test_a_time_is_told_as_people_say_it(seconds: int, told: str) -> None:
    assert told_since(NOON - timedelta(seconds=seconds), NOON) == told
