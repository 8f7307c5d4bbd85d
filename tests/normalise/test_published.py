"""Which of several times is believed: by rank, by agreement, and what makes it finer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Dated, Evidence, Published
from pipeline.normalise.published import published, reason
from pipeline.normalise.slashes import reader

SEOUL = ZoneInfo("Asia/Seoul")
LONDON = ZoneInfo("Europe/London")
NEAR = datetime(2026, 11, 20, tzinfo=UTC)


def chosen(candidates: Sequence[Dated], *, zone: ZoneInfo = SEOUL, month_first: bool | None = None) -> Published | None:
    read = reader((one.raw for one in candidates), zone, NEAR, NEAR, month_first=month_first)
    found = published(candidates, zone, read)
    return found[0] if found else None


def said(raw: str, weight: float, origin: str = "html", evidence: Evidence = "page") -> Dated:
    return Dated(evidence, raw, origin, ((f"{origin} {evidence}", weight),))


def test_the_feed_outranks_the_page_whatever_their_order() -> None:
    candidates = [Dated("page", "2021-07-07 11:00:00"), Dated("feed", "2021-07-07 10:00:00")]
    best = chosen(candidates)
    assert best is not None
    assert (best.at, best.origin, best.raw) == (datetime(2021, 7, 7, 1, tzinfo=UTC), "feed", "2021-07-07 10:00:00")


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("2021-07-07 10:00", date(2021, 7, 7)),
        ("2021-07-07T10:00:00+08:00", datetime(2021, 7, 7, 2, tzinfo=UTC)),
        ("2021-07-07 10:00 GMT", datetime(2021, 7, 7, 10, tzinfo=UTC)),
        ("1625652000", datetime(2021, 7, 7, 10, tzinfo=UTC)),
    ],
)
def test_where_no_zone_is_known_only_a_printed_one_makes_an_instant(raw: str, at: datetime | date) -> None:
    candidates, zone = [Dated("page", raw)], ZoneInfo("UTC")
    read = reader([raw], zone, NEAR, NEAR)
    found = published(candidates, zone, read, zone_known=False)
    assert found is not None
    assert (found[0].at, found[0].precision == "day") == (at, not isinstance(at, datetime))
    assert ("zone" in reason(candidates, zone, read, zone_known=False)) == (found[0].precision == "day")


def test_a_day_gives_way_to_an_instant_of_that_day() -> None:
    candidates = [Dated("feed", "2021-07-07"), Dated("page", "2021-07-07 00:30:00")]
    best = chosen(candidates)
    assert best is not None
    assert (best.at, best.precision, best.origin) == (datetime(2021, 7, 6, 15, 30, tzinfo=UTC), "second", "page")


def test_a_day_does_not_give_way_to_an_instant_of_another_day() -> None:
    candidates = [Dated("feed", "2021-07-07"), Dated("page", "2021-07-09 10:00:00")]
    best = chosen(candidates)
    assert best is not None
    assert (best.at, best.precision) == (date(2021, 7, 7), "day")


def test_a_minute_gives_way_to_its_own_second() -> None:
    candidates = [Dated("feed", "2021-07-07 10:00"), Dated("page", "2021-07-07 10:00:15")]
    best = chosen(candidates)
    assert best is not None
    assert (best.at, best.precision) == (datetime(2021, 7, 7, 1, 0, 15, tzinfo=UTC), "second")


def test_a_date_mined_from_the_text_refines_nothing() -> None:
    candidates = [Dated("listing", "2021.7.7."), Dated("guess", "2021-07-07 10:00:15")]
    best = chosen(candidates)
    assert best is not None
    assert best.precision == "day"


def test_a_candidate_that_cannot_be_true_is_passed_over() -> None:
    candidates = [Dated("feed", "2041-07-07 10:00:00"), Dated("page", "2021-07-07 10:00:00")]
    best = chosen(candidates)
    assert best is not None
    assert best.origin == "page"


def test_the_day_that_most_speaks_for_is_believed() -> None:
    best = chosen([said("2021-07-05", 2.0), said("2021-07-07", 1.5, "meta"), said("7 July 2021", 1.0)])
    assert best is not None
    assert best.at == date(2021, 7, 7)


def test_the_same_said_twice_counts_once() -> None:
    best = chosen([said("2021-07-05", 2.0), said("2021-07-07", 1.5), said("7 July 2021", 1.5)])
    assert best is not None
    assert best.at == date(2021, 7, 5)


def test_what_little_speaks_for_is_not_believed() -> None:
    assert chosen([said("2021-07-05", -0.5)]) is None
    assert chosen([]) is None


def test_the_origin_is_told() -> None:
    found = published([said("2021-07-07", 1.0, "url", "guess")], SEOUL, reader((), SEOUL, NEAR, NEAR))
    assert found is not None
    assert (found[0].origin, found[1]) == ("guess", "url")


def test_a_feed_and_a_profile_outrank_whatever_a_page_says() -> None:
    for evidence in ("feed", "page"):
        best = chosen([said("2021-07-05", 9.0), Dated(evidence, "2021-07-07")])
        assert best is not None
        assert best.at == date(2021, 7, 7)


def test_a_listing_outranks_a_guess_but_not_what_the_page_declares() -> None:
    listed = Dated("listing", "2021-07-07")
    guess, sure = chosen([listed, said("2021-07-05", 9.0, "url", "guess")]), chosen([listed, said("2021-07-05", 9.0)])
    assert guess is not None
    assert sure is not None
    assert (guess.at, guess.origin) == (date(2021, 7, 7), "listing")
    assert (sure.at, sure.origin) == (date(2021, 7, 5), "page")


def test_a_day_that_is_declared_takes_the_time_from_where_it_is_printed() -> None:
    best = chosen([said("2021-07-07", 2.0, "json-ld"), said("2021-07-07T10:00:00+02:00", 0.0)])
    assert best is not None
    assert (best.at, best.precision) == (datetime(2021, 7, 7, 8, tzinfo=UTC), "second")


def test_a_time_takes_its_zone_from_the_one_that_prints_it() -> None:
    best = chosen([said("2021-07-07 10:00:20", 2.0, "meta"), said("2021-07-07T10:00:00+02:00", 0.0)])
    assert best is not None
    assert best.at == datetime(2021, 7, 7, 8, tzinfo=UTC)
    other = chosen([said("2021-07-07 10:00:20", 2.0, "meta"), said("2021-07-07T18:00:00+02:00", 0.0)], zone=LONDON)
    assert other is not None
    assert other.at == datetime(2021, 7, 7, 9, 0, 20, tzinfo=UTC)


def test_the_time_of_a_change_makes_no_publication_finer() -> None:
    best = chosen([said("2021-07-07", 2.0, "json-ld"), said("2021-07-07T18:00:00+09:00", 0.0, "meta", "guess")])
    assert best is not None
    assert (best.at, best.precision) == (date(2021, 7, 7), "day")


@pytest.mark.parametrize("raw", ["2021-07-07T00:00:00+02:00", "2021-07-07T00:00:00.000Z", "2021-07-07 00:00"])
def test_the_midnight_that_a_page_declares_is_but_a_day(raw: str) -> None:
    best = chosen([said(raw, 2.0, "json-ld")])
    assert best is not None
    assert (best.at, best.precision) == (date(2021, 7, 7), "day")


def test_a_month_in_the_address_speaks_for_the_days_in_it() -> None:
    month = said("2021-07", 1.0, "url", "guess")
    best = chosen([said("2021-08-05", 1.5), said("2021-07-07", 1.0), month])
    assert best is not None
    assert best.at == date(2021, 7, 7)
    assert chosen([month]) is None


def test_slashes_are_read_as_the_day_that_is_named_elsewhere() -> None:
    slashed = said("11/01/2021 12:43", 1.0, "meta")
    for day in ("1. November 2021", "11 January 2021"):
        best = chosen([slashed, said(day, 0.5)], zone=LONDON)
        assert best is not None
        assert isinstance(best.at, datetime)
        assert best.at.day == int(day.split()[0].rstrip("."))
    american = chosen([slashed], zone=LONDON, month_first=True)
    assert american is not None
    assert isinstance(american.at, datetime)
    assert american.at.month == 11


def why(*candidates: Dated) -> str:
    return reason(candidates, SEOUL, reader((one.raw for one in candidates), SEOUL, NEAR, NEAR))


def test_the_reason_is_told_in_words() -> None:
    assert why() == "nothing says when"
    assert why(said("soon", 1.0)) == "nothing that is said can be told as a day"
    assert why(said("2021-07-05", -0.5)) == "too little speaks for any day"
    assert why(said("2021-07-05", 0.5)) == "nothing else names a day"
    named = said("2021-07-05", 0.5), said("5 July 2021", 0.5, "meta")
    assert why(*named) == "no other day is named; none says the time"
    assert why(*named, said("2021-07-05T10:00:00Z", 0.1, "json-ld")) == "no other day is named; it says the time"
    assert why(*named, said("2021-07-07", 0.1, "url")) == (
        "most speaks for its day, which 2 of 3 name alike; none says the time"
    )
    feed = Dated("feed", "2021-07-05", "feed")
    assert why(feed, said("2021-07-07", 9.0)) == "the feed goes before what else the page says"
    assert why(feed, said("2021-07-05T10:00:00Z", 9.0)) == (
        "the feed goes before what else the page says, and this says the same more exactly"
    )


def test_a_day_to_come_and_one_long_ago_are_never_chosen() -> None:
    assert chosen([said("2027-07-05", 9.0), said("1970-01-01", 9.0)]) is None


@given(
    st.lists(
        st.builds(
            said,
            st.text(max_size=40) | st.dates().map(str),
            st.floats(-5, 5),
            st.sampled_from(["html", "url", "json-ld", ""]),
            st.sampled_from(["page", "guess"]),
        ),
        max_size=80,
    )
)
def test_any_candidates_are_weighed_without_error(candidates: list[Dated]) -> None:
    best = chosen(candidates)
    assert best is None or 1990 <= best.at.year <= NEAR.year
