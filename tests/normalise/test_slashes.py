"""Whether 7/8/2021 is July or August."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.slashes import order_of, reader, told_of

ZONE = ZoneInfo("UTC")
NEAR = datetime(2026, 11, 20, tzinfo=UTC)
JULY, AUGUST = date(2021, 7, 8), date(2021, 8, 7)


def day(*others: str, raw: str = "7/8/2021", month_first: bool | None = None, near: datetime = NEAR) -> date | None:
    found = reader([raw, *others], ZONE, near, NEAR, month_first=month_first)(raw)
    return found.day if found else None


def test_what_nothing_tells_apart_is_not_read() -> None:
    assert day() is None
    assert day(raw="7/8/21") is None
    assert day("9/10/2021") is None


def test_what_is_told_is_believed() -> None:
    assert day(month_first=True) == JULY
    assert day(month_first=False) == AUGUST


def test_the_other_slashes_of_a_page_show_their_order() -> None:
    assert day("7/23/2021 10:00 AM") == JULY
    assert day("Posted on 23/07/2021") == AUGUST
    assert day("7/23/2021", "23/7/2021") is None


@pytest.mark.parametrize("month_first", [None, True, False])
def test_the_day_that_is_named_otherwise_goes_before_all(month_first: bool | None) -> None:
    assert day("2021-07-08T10:00:00Z", month_first=month_first) == JULY
    assert day("7 August 2021", month_first=month_first) == AUGUST
    assert day("not a day", month_first=True) == JULY


def test_the_month_of_the_address_tells_two_days_apart() -> None:
    assert day("2021-07") == JULY
    assert day("2021-08") == AUGUST
    assert day("2021-07", "2021-08") is None


def test_what_leaves_no_choice_is_read() -> None:
    assert day(raw="7/23/2021") == date(2021, 7, 23)
    assert day(raw="23/7/2021") == date(2021, 7, 23)
    assert day(raw="7/7/2021") == date(2021, 7, 7)
    assert day(raw="2021/07/08") == JULY


def test_of_two_days_the_one_to_come_is_not_meant() -> None:
    assert day(raw="11/12/2026") == date(2026, 11, 12)
    assert day(raw="12/11/2026") == date(2026, 11, 12)
    assert day(raw="11/12/2026", month_first=False) is None


def test_what_was_first_seen_a_day_later_is_of_that_day() -> None:
    assert day(near=datetime(2021, 7, 9, tzinfo=UTC)) == JULY
    assert day(near=datetime(2021, 8, 8, tzinfo=UTC)) == AUGUST
    assert day(near=datetime(2021, 9, 9, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("zone", "country", "language", "address", "month_first"),
    [
        ("America/New_York", None, "en", "", True),
        ("Europe/London", "US", "en-US", "", False),
        ("UTC", "US", "en-GB", "https://wire.example/", True),
        ("UTC", "IE", "en-US", "https://wire.example/", False),
        ("UTC", "CA", "en", "https://wire.example/", None),
        ("UTC", None, "en-GB", "https://wire.gov/", True),
        ("UTC", None, "en-US", "https://wire.co.uk/1", False),
        ("UTC", None, "en_US", "https://wire.example/", True),
        ("UTC", None, "en-gb", "https://wire.example/", False),
        ("UTC", None, "en-CA", "https://wire.ca/", None),
        ("UTC", None, "en", "https://wire.io/", None),
        ("UTC", None, "en", "https://127.0.0.1/", None),
        ("UTC", None, "en", "https://[bad", None),
        ("UTC", None, "de-DE", "https://wire.example/", False),
        ("UTC", None, None, "https://wire.de/", False),
        ("UTC", None, None, "", None),
    ],
)
def test_what_is_known_of_a_page_tells_the_order(
    zone: str, country: str | None, language: str | None, address: str, month_first: bool | None
) -> None:
    assert told_of(zone, country, language, address) is month_first


PRINTED = st.text(max_size=40) | st.from_regex(r"\d{1,2}/\d{1,2}/\d{2,4}")


@given(st.lists(PRINTED, max_size=6), st.booleans() | st.none())
def test_whatever_is_printed_is_read_or_not(raws: Sequence[str], month_first: bool | None) -> None:
    read = reader(raws, ZONE, NEAR, NEAR, month_first=month_first)
    assert [read(raw) for raw in raws] == [read(raw) for raw in raws]
    assert order_of(raws) in (True, False, None)
