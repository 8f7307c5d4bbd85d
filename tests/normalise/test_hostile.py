"""Times, headlines and notices that are made to cost: the CPU grows no faster than the text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from pipeline.normalise.embargo import read_embargo
from pipeline.normalise.kills import says_kill
from pipeline.normalise.signals import notice_signals, split_headline
from pipeline.normalise.times import parse_time

SEOUL, NOW = ZoneInfo("Asia/Seoul"), datetime(2026, 11, 20, tzinfo=UTC)
UNITS = (
    "1", "2021-07-07 ", "july ", "7 july ", " ", "(", "+", ":", "(LEAD) ", "[속보]", "EMBARGOED UNTIL ", "기사 ", "十",
    "-", 'headline "', "UPDATE 1-", "10:00 ", "5 minutes ago ", "vor ", "Juche1", "オ", "\u0301", "/", "year-",
    "press review",
)  # fmt: skip
READERS: tuple[Callable[[str], object], ...] = (
    lambda text: parse_time(text, SEOUL, NOW, shown_at=NOW),
    split_headline,
    notice_signals,
    lambda text: read_embargo(text, SEOUL, NOW),
    lambda text: says_kill([text]),
)
LONG, BOUND = 40_000, 0.4  # characters, CPU seconds: ten times what the dearest takes, a thousandth of what n² would


@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_text_is_read_in_a_moment(unit: str) -> None:
    text = (unit * LONG)[:LONG]
    for read in READERS:
        start = process_time()
        read(text)
        assert process_time() - start < BOUND
