"""Printed times of every form, those that must not be believed, and the choice between several."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import parse_time
from pipeline.normalise.times import end_of, nearest_day, read_time

SEOUL = ZoneInfo("Asia/Seoul")
MOSCOW = ZoneInfo("Europe/Moscow")
NEAR = datetime(2026, 11, 20, tzinfo=UTC)
TEN = "2021-07-07T10:00:00+09:00"
NINE_THIRTY_ONE = "2019-08-20T09:31:00+09:00"

# printed, the instant with its precision; the source is in Seoul
INSTANTS = [
    ("Wed, 07 Jul 2021 10:00:00 +0900", TEN, "second"),
    ("Wed,07 Jul 2021 10:00:00 +0900", TEN, "second"),
    ("Wed, 07 Jul 2021 10:00:00", TEN, "second"),
    ("Wed, 07 Jul 2021 10:00:00 KST", TEN, "second"),
    ("Wed, 7 Jul 2021 10:00 +0900", TEN, "minute"),
    ("Wed, 07 Jul 2021 01:00:00 GMT", TEN, "second"),
    ("Wed, 07 Jul 2021 01:00:00 UT", TEN, "second"),
    ("Wed, 07 Jul 2021 01:00:00 Z", TEN, "second"),
    ("Wed, 07 Jul 2021 04:00:00 MSK", TEN, "second"),
    ("Wed, 07 Jul 2021 10:00:00 JST", TEN, "second"),
    ("Tue, 06 Jul 2021 21:00:00 EDT", TEN, "second"),
    ("Tue, 06 Jul 2021 20:00:00 EST", TEN, "second"),
    ("Wed, 07 Jul 2021 03:00:00 CEST", TEN, "second"),
    ("Wed, 07 Jul 2021 09:00:00 CST", TEN, "second"),
    ("Wed Jul  7 10:00:00 2021", TEN, "second"),
    ("Wed Jul 07 01:00:00 UTC 2021", TEN, "second"),
    ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37+00:00", "second"),
    ("2021-07-07T10:00:00+09:00", TEN, "second"),
    ("2021-07-07T10:00:00+0900", TEN, "second"),
    ("2021-07-07T10:00:00+09", TEN, "second"),
    ("2021-07-07T10:00+09:00[Asia/Seoul]", TEN, "minute"),
    ("2021-07-07T01:00:00Z", TEN, "second"),
    ("2021-07-07T01:00:00.555Z", TEN, "second"),
    ("2021-07-07T10:00:00", TEN, "second"),
    ("2021-07-07 10:00:00", TEN, "second"),
    ("2021-07-07 10:00", TEN, "minute"),
    ("2021-07-06T20:00:00-05:00", TEN, "second"),
    ("2021-07-06T24:00:00+09:00", "2021-07-07T00:00:00+09:00", "second"),
    ("20210707T010000Z", TEN, "second"),
    ("20210707100000", TEN, "second"),
    ("202107071000", TEN, "minute"),
    ("1625619600", TEN, "second"),
    ("1625619600000", TEN, "second"),
    ("2021.07.07. 10:00", TEN, "minute"),
    ("2021. 7. 7. 오전 10:00", TEN, "minute"),
    ("2021/07/07 10:00", TEN, "minute"),
    ("2021년 7월 7일 10:00", TEN, "minute"),
    ("2021년 07월 07일 오전 10시 00분", TEN, "minute"),
    ("오전 10:00 2021-07-07", TEN, "minute"),
    ("2021년 7월 7일 오후 10시", "2021-07-07T22:00:00+09:00", "minute"),
    ("2021年7月7日 10:00", TEN, "minute"),
    ("2021年7月7日10时00分", TEN, "minute"),
    ("2021年7月7日 上午10:00", TEN, "minute"),
    ("2021年7月7日 午後10時5分", "2021-07-07T22:05:00+09:00", "minute"),
    ("２０２１年７月７日　１０：００", TEN, "minute"),
    ("7 июля 2021, 10:00", TEN, "minute"),
    ("7 июля 2021 04:00 мск", TEN, "minute"),
    ("10:00 7 июля 2021", TEN, "minute"),
    ("July 7, 2021 10:00 AM", TEN, "minute"),
    ("July 7, 2021 10:00 p.m.", "2021-07-07T22:00:00+09:00", "minute"),
    ("Jul 6, 2021 9 p.m. ET", TEN, "minute"),
    ("7 July 2021 at 10:00 GMT+9", TEN, "minute"),
    ("North Korea 09:31 August 20, 2019", NINE_THIRTY_ONE, "minute"),
    ("All News 09:31 August 20, 2019", NINE_THIRTY_ONE, "minute"),
    ("7 de julio de 2021 10:00", TEN, "minute"),
    ("Quarta, 07 Julho De 2021 10h00", TEN, "minute"),
    ("July, 07, 2021 - 10:00", TEN, "minute"),
    ("07 juil. 2021 10h00", TEN, "minute"),
    ("07.07.2021 10:00", TEN, "minute"),
    ("٧ يوليو ٢٠٢١ ١٠:٠٠", TEN, "minute"),
    ("송고시간 2021-07-07 10:00", TEN, "minute"),
    ("2021-07-07 10:00 &nbsp;", TEN, "minute"),
    ("07-16 23:09", "2026-07-16T23:09:00+09:00", "minute"),
    ("12-31 23:09", "2025-12-31T23:09:00+09:00", "minute"),
    ("July 16, 23:09", "2026-07-16T23:09:00+09:00", "minute"),
    ("16 июля, 23:09", "2026-07-16T23:09:00+09:00", "minute"),
    ("7월 16일 23:09", "2026-07-16T23:09:00+09:00", "minute"),
]
DAYS = [
    ("2021.7.7.", date(2021, 7, 7)),
    ("[2026.7.19.]", date(2026, 7, 19)),
    ("(2025.12.14.)", date(2025, 12, 14)),
    ("www.kcna.kp (2025.12.14.)", date(2025, 12, 14)),
    ("Juche113.7.1.", date(2024, 7, 1)),
    ("www.kcna.kp (Juche108.12.10.)", date(2019, 12, 10)),
    ("주체110(2021)년 7월 7일", date(2021, 7, 7)),
    ("主体110(2021)年7月7日", date(2021, 7, 7)),
    ("民國110年7月7日", date(2021, 7, 7)),
    ("令和3年7月7日", date(2021, 7, 7)),
    ("2021년 7월 7일", date(2021, 7, 7)),
    ("2021年7月7日", date(2021, 7, 7)),
    ("20190820", date(2019, 8, 20)),
    ("Feb. 19, 2026 Thursday [Photo]", date(2026, 2, 19)),
    ("Sept. 3, 2025 Wednesday", date(2025, 9, 3)),
    ("29 июня 2020", date(2020, 6, 29)),
    ("05.04.2025", date(2025, 4, 5)),
    ("2021-07-07 25:61", date(2021, 7, 7)),
]
UNBELIEVABLE = [
    "", " ", "hello", "2 hours ago", "3시간 전", "2021-13-07", "2021-02-31", "9999-12-31T23:59:59Z", "0001-01-01",
    "1970-01-01T00:00:00Z", "0", "99999999999999", "2027-01-01", "Wed, 07 Jul 2027 10:00:00 +0900",
    "Wed, 07 Jul 2021 10:00:00 +9999", "AEN20190820002300325", "2021-W27-3", "Jul 7, 20211", "32 Jul 2021",
    "Fri Aug 03 09:10:32 UTC 2", "Version 1.2.3", "+82 2 1234 5678", "Juche", "10:00",
]  # fmt: skip


@pytest.mark.parametrize(("printed", "expected", "precision"), INSTANTS)
def test_a_printed_instant_is_read_in_utc(printed: str, expected: str, precision: str) -> None:
    moment = parse_time(printed, SEOUL, NEAR)
    assert moment is not None
    assert moment == (datetime.fromisoformat(expected).astimezone(UTC), precision)


@pytest.mark.parametrize(("printed", "expected"), DAYS)
def test_a_printed_day_stays_a_day(printed: str, expected: date) -> None:
    assert parse_time(printed, SEOUL, NEAR) == (expected, "day")


@pytest.mark.parametrize("printed", UNBELIEVABLE)
def test_what_cannot_be_true_is_no_time(printed: str) -> None:
    assert parse_time(printed, SEOUL, NEAR) is None


@pytest.mark.parametrize("name", ["CST", "BST", "AST", "PST", "IST", "ICT", "ART", "CAT", "EAT", "WIT"])
def test_of_a_zone_of_many_lands_only_the_day_is_sure_where_nothing_says_which(name: str) -> None:
    assert parse_time(f"2021-07-07 10:00 {name}", ZoneInfo("UTC"), NEAR) == (date(2021, 7, 7), "day")


def test_the_standard_of_mails_says_what_an_american_zone_is() -> None:
    moment = parse_time("Wed, 07 Jul 2021 09:00:00 CST", ZoneInfo("UTC"), NEAR)
    assert moment is not None
    assert moment.at == datetime(2021, 7, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "day"), [("UTC", None), ("Asia/Seoul", date(2024, 9, 3))])
def test_a_short_day_with_slashes_may_have_its_year_in_front(zone: str, day: date | None) -> None:
    moment = parse_time("24/09/03", ZoneInfo(zone), NEAR)
    assert (moment.at if moment else None) == day


def test_a_day_without_year_is_no_time_where_nothing_says_when() -> None:
    assert parse_time("07-16 23:09", SEOUL) is None


@pytest.mark.parametrize(
    ("zone", "printed", "utc_hour"),
    [
        ("Asia/Shanghai", "2021-07-07 10:00 CST", 2),
        ("America/Chicago", "2021-01-07 10:00 CST", 16),
        ("Europe/London", "2021-07-07 10:00 BST", 9),
        ("Asia/Kolkata", "2021-07-07 10:30 IST", 5),
        ("Asia/Jerusalem", "2021-01-07 10:00 IST", 8),
        ("Europe/Moscow", "2013-07-07 10:00 MSK", 6),
        ("Europe/Moscow", "2021-07-07 10:00", 7),
        ("America/New_York", "7/8/2021 10:00 AM", 14),
        ("America/New_York", "July 7, 2021 10:00 AM PST", 18),
        ("Europe/Berlin", "2021-07-07 10:00 BST", 9),
        ("Asia/Bangkok", "2021-07-07 10:00 ICT", 3),
        ("Africa/Nairobi", "2021-07-07 10:00 EAT", 7),
        ("UTC", "10:00 AM, July 7, 2021 EDT", 14),
        ("Europe/Berlin", "7. Juli 2021, 10:00 Uhr (MESZ)", 8),
        # What stands behind a time and is no zone of it.
        ("UTC", "7 July 2021 10:00-11:30", 10),
        ("UTC", "2021-07-07T10:00-11:00", 21),
        ("UTC", "2021-07-07 10:00-05:00", 15),
        ("UTC", "2021-07-07 10:00 +12 photos", 10),
        ("UTC", "2021-07-07 10:00 -3 comments", 10),
        ("UTC", "July 7, 2021 10:00 +3 more", 10),
        ("Asia/Seoul", "2021.07.07 10:00 | ICT/항구", 1),
        ("America/New_York", "Jul 7, 2021 10:00 | ART", 14),
        ("America/New_York", "July 7, 2021 10:00 AM CAT VIDEO", 14),
        # So many hours ahead of Moscow.
        ("Asia/Vladivostok", "7 июля 2021 10:30 (мск+7)", 0),
        ("UTC", "7 июля 2021 10:30 мск-1", 8),
    ],
)
def test_an_ambiguous_zone_is_the_sources_own(zone: str, printed: str, utc_hour: int) -> None:
    moment = parse_time(printed, ZoneInfo(zone), NEAR)
    assert moment is not None
    assert isinstance(moment.at, datetime)
    assert moment.at.hour == utc_hour


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("31.10.23", date(2023, 10, 31)),
        ("von Jo Pier | 28.09.19 12:44", date(2019, 9, 28)),
        ("2023 Jan 7", date(2023, 1, 7)),
        ("2021. november 10.", date(2021, 11, 10)),
        ("2021 m. lapkričio 10 d.", date(2021, 11, 10)),
        ("29th of June 2019", date(2019, 6, 29)),
        ("1º de enero de 2020", date(2020, 1, 1)),
        ("10 d'octubre de 2021", date(2021, 10, 10)),
        ("10 tháng 11, 2021", date(2021, 11, 10)),
        ("10 تشرين الثاني 2021", date(2021, 11, 10)),
        ("٣١ يوليو ٢٠٢١", date(2021, 7, 31)),
        ("06. Mär. 2023", date(2023, 3, 6)),
        ("10 Kasım 2021", date(2021, 11, 10)),
        ("1 Αυγούστου 2021", date(2021, 8, 1)),
        ("3. kesäkuuta 2021", date(2021, 6, 3)),
    ],
)
def test_days_of_many_lands_are_read(printed: str, expected: date) -> None:
    found = read_time(printed, ZoneInfo("Europe/Berlin"), NEAR)
    assert found is not None
    assert found.day == expected


@pytest.mark.parametrize(("zone", "expected"), [("Asia/Seoul", date(2021, 7, 8)), ("Europe/Rome", date(2008, 7, 21))])
def test_a_short_year_comes_first_in_the_far_east(zone: str, expected: date) -> None:
    assert parse_time("21.07.08", ZoneInfo(zone), NEAR) == (expected, "day")


@pytest.mark.parametrize("printed", ["1.2.2.23", "192.168.10.23", "3,10.12.21", "10.12.21/3", "99.99.99"])
def test_numbers_between_points_are_no_short_days(printed: str) -> None:
    assert parse_time(printed, ZoneInfo("Europe/Rome"), NEAR) is None


def test_a_reading_tells_the_day_as_it_is_printed() -> None:
    found = read_time("2021-07-07T00:30:00+09:00", SEOUL, NEAR)
    assert found is not None
    assert (found.day, found.is_zoned, found.is_midnight) == (date(2021, 7, 7), True, False)
    bare = read_time("2021-07-07 00:00", SEOUL, NEAR)
    assert bare is not None
    assert (bare.is_zoned, bare.is_midnight) == (False, True)


def test_slashes_are_read_as_is_asked_for() -> None:
    for month_first, month in ((True, 7), (False, 8)):
        found = read_time("7/8/2021", SEOUL, NEAR, month_first=month_first)
        assert found is not None
        assert found.day.month == month


@pytest.mark.parametrize(("zone", "month"), [("America/New_York", 7), ("Europe/Rome", 8)])
def test_slashes_are_month_first_only_in_america(zone: str, month: int) -> None:
    assert parse_time("7/8/2021", ZoneInfo(zone), NEAR) == (date(2021, month, 15 - month), "day")


def test_a_time_up_to_a_day_ahead_is_believed() -> None:
    assert parse_time("2026-11-20T23:00:00Z", SEOUL, NEAR) is not None
    assert parse_time("2026-11-21T00:00:01Z", SEOUL, NEAR) is None


def test_the_end_of_a_day_is_its_last_second_in_the_zone() -> None:
    assert end_of(date(2024, 9, 3), SEOUL) == datetime(2024, 9, 3, 14, 59, 59, tzinfo=UTC)


@given(st.dates(min_value=date(1995, 1, 5), max_value=date(2090, 1, 1)), st.integers(min_value=-1, max_value=300))
def test_the_nearest_day_finds_a_recent_day_again(near: date, ago: int) -> None:
    day = near - timedelta(days=ago)
    found = nearest_day(day.month, day.day, near)
    assert found == day or (day.month, day.day) == (2, 29)


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    moment = parse_time(text, MOSCOW, NEAR)
    assert moment is None or 1990 <= moment.at.year <= NEAR.year


@given(
    st.lists(
        st.sampled_from([*"0123456789:-./, T年월日Z+()", "Juche", "Jul", "июля", "PM", "KST", "2021"]), max_size=40
    )
)
def test_any_mixture_of_date_parts_is_read_without_error(parts: list[str]) -> None:
    parse_time("".join(parts), SEOUL, NEAR)


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 11, 19)))
def test_an_iso_instant_comes_back_as_it_is(at: datetime) -> None:
    instant = at.replace(tzinfo=UTC, microsecond=0)
    assert parse_time(instant.isoformat(), SEOUL, NEAR) == (instant, "second")
