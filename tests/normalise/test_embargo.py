"""Notices of an embargo: when it ends, where that is sure, and what only speaks of one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Dated, Extract, Source
from pipeline.normalise import Registers, normalise
from pipeline.normalise.embargo import Embargo, read_embargo

FRIDAY = datetime(2024, 3, 1, 15, tzinfo=UTC)
ENDS = [
    ("Europe/London", "EMBARGOED UNTIL 2 MARCH 2024 AT 14:00 GMT", "2024-03-02T14:00+00:00"),
    ("America/New_York", "EMBARGOED UNTIL MARCH 2 2024 AT 9 A.M. EST", "2024-03-02T09:00-05:00"),
    ("Europe/London", "EMBARGOED: Not for publication before 10:00 GMT on 2 March 2024", "2024-03-02T10:00+00:00"),
    ("Europe/London", "EMBARGOED TO 0001 SATURDAY MARCH 2", "2024-03-02T00:01+00:00"),
    ("Europe/Madrid", "EMBARGADO HASTA EL 2 DE MARZO DE 2024 A LAS 14:00", "2024-03-02T14:00+01:00"),
    ("Europe/Rome", "EMBARGO FINO AL 2 MARZO 2024 ALLE ORE 14", "2024-03-02T14:00+01:00"),
    ("Europe/Berlin", "ACHTUNG SPERRFRIST 2. März, 18.00 Uhr", "2024-03-02T18:00+01:00"),
    ("Asia/Seoul", "※ 이 기사는 2024년 3월 2일 오전 6시까지 엠바고입니다.", "2024-03-02T06:00+09:00"),
    ("Asia/Tokyo", "【解禁】3月2日午前6時", "2024-03-02T06:00+09:00"),
    ("Asia/Shanghai", "消息发布时间：禁发至2024年3月2日10时", "2024-03-02T10:00+08:00"),
    ("Europe/London", "EMBARGOED UNTIL 0001 GMT Sunday March 3", "2024-03-03T00:01+00:00"),
    ("Europe/London", "EMBARGOED TO 00:01 GMT, MONDAY 4 MARCH 2024", "2024-03-04T00:01+00:00"),
    ("Europe/London", "NOT FOR PUBLICATION BEFORE 2200 GMT SATURDAY 2 MARCH", "2024-03-02T22:00+00:00"),
    ("America/New_York", "HOLD FOR RELEASE 6 P.M. EST", "2024-03-01T18:00-05:00"),
    ("America/New_York", "HOLD FOR RELEASE 12:01 A.M. EST, Sunday, March 3", "2024-03-03T00:01-05:00"),
    ("America/New_York", "(HOLD FOR RELEASE UNTIL 6 P.M. EST, SUNDAY)", "2024-03-03T18:00-05:00"),
    ("America/New_York", "EMBARGOED FOR RELEASE UNTIL 11 A.M. ET ON MARCH 5, 2024", "2024-03-05T11:00-05:00"),
    ("Europe/Berlin", "Sperrfrist: 3. März 2024, 18 Uhr", "2024-03-03T18:00+01:00"),
    ("Europe/Berlin", "Sperrfrist: Sonntag, 3. März, 00.01 Uhr", "2024-03-03T00:01+01:00"),
    ("Europe/Berlin", "Sperrfrist 03.03.2024, 18:00 Uhr", "2024-03-03T18:00+01:00"),
    ("Asia/Seoul", "엠바고: 3월 3일 오전 6시", "2024-03-03T06:00+09:00"),
    ("Asia/Seoul", "[3월 3일 낮 12시 엠바고]", "2024-03-03T12:00+09:00"),
    ("Asia/Seoul", "보도시점: 2024. 3. 3.(일) 12:00", "2024-03-03T12:00+09:00"),
    ("Asia/Seoul", "3월 3일 06시 이후 보도해 주시기 바랍니다", "2024-03-03T06:00+09:00"),
    ("Asia/Tokyo", "解禁：3月3日 午前0時", "2024-03-03T00:00+09:00"),
    ("Asia/Shanghai", "禁发至3月3日18时", "2024-03-03T18:00+08:00"),
    ("Europe/Paris", "SOUS EMBARGO jusqu'au 3 mars 2024 à 00h01", "2024-03-03T00:01+01:00"),
    ("Europe/Madrid", "EMBARGADO hasta las 00:01 GMT del 3 de marzo", "2024-03-03T00:01+00:00"),
    ("Europe/Moscow", "Эмбарго до 3 марта, 10:00 мск", "2024-03-03T10:00+03:00"),
    ("Europe/London", "EMBARGOED UNTIL 11 A.M. EASTERN, MARCH 5, 2024", "2024-03-05T11:00-05:00"),
    ("Europe/London", "EMBARGOED UNTIL 11 A.M. EASTERN TIME ON MARCH 5", "2024-03-05T11:00-05:00"),
    ("Europe/London", "EMBARGOED UNTIL 11 A.M. U.S. PACIFIC TIME, MARCH 5", "2024-03-05T11:00-08:00"),
    ("Africa/Dakar", "SOUS EMBARGO jusqu'au 3 mars 2024 à 18h00 heure de Paris", "2024-03-03T18:00+01:00"),
    ("America/Lima", "EMBARGADO hasta las 18:00 hora de Madrid del 3 de marzo", "2024-03-03T18:00+01:00"),
    ("Asia/Vladivostok", "Эмбарго до 3 марта, 10:00 по Гринвичу", "2024-03-03T10:00+00:00"),
    ("America/New_York", "엠바고: 한국시간 3월 3일 오전 6시", "2024-03-03T06:00+09:00"),
    ("Europe/London", "解禁：日本時間3月3日 午前0時", "2024-03-03T00:00+09:00"),
    ("Europe/London", "禁发至北京时间3月3日18时", "2024-03-03T18:00+08:00"),
]
OPEN = [
    "EMBARGOED UNTIL FURTHER NOTICE",
    "EMBARGOED UNTIL 0001 IST Sunday March 3",
    "Embargo: 3 March 2024",
    "EMBARGOED UNTIL 10:00 local time, March 3",
    "SOUS EMBARGO jusqu'au 3 mars 2024 à 18h00 heure locale",
]
NONE = [
    "Embargo on oil extended until March 3",
    "Embargo until now had kept oil at home, said the minister.",
    "The oil embargo ends on March 3 at 10:00 GMT.",
    "엠바고 파기 논란이 커지고 있다.",
    "Hold the line, said the harbour office.",
    "EMBARGOED UNTIL 0001 GMT Sunday March 3 " + "and more " * 60,
    "",
    "Embargo: council votes to end the ban on Monday",
    "Embargo : le conseil prolonge ses sanctions",
    "EMBARGO, STORM AND DROUGHT: three words describe the year.",
    "Embargo to take effect at 12:00 GMT on March 10, 2024, the ministry said.",
    "Embargo before 5 p.m. Monday is unlikely.",
    "Эмбарго до 3 марта 2024 года в 12:00 продлено.",
    "3月3日午前6時、川釣りが解禁された。",
    "정부는 3월 3일 오전 9시 엠바고를 풀었다.",
    "엠바고: 북쪽산 원유",
]
BEFORE_THE_STORY = [
    ("SPERRFRIST: 3. März 2024, 18 Uhr - Tal (dpa) - Es regnet.", "2024-03-03T17:00+00:00", "Tal (dpa) - Es regnet."),
    ("EMBARGOED UNTIL 0001 GMT MARCH 3 — LAKE (AP) — It rains.", "2024-03-03T00:01+00:00", "LAKE (AP) — It rains."),
    ("EMBARGOED UNTIL 0001 GMT MARCH 3. The rain ended.", "2024-03-03T00:01+00:00", "The rain ended."),
    ("[3월 3일 낮 12시 엠바고] 비가 내렸다.", "2024-03-03T03:00+00:00", "비가 내렸다."),
    ("(HOLD FOR RELEASE UNTIL 6 P.M. GMT, SUNDAY) It rains.", "2024-03-03T18:00+00:00", "It rains."),
]


@pytest.mark.parametrize(("zone", "notice", "end"), ENDS)
def test_the_end_of_an_embargo_is_read(zone: str, notice: str, end: str) -> None:
    assert read_embargo(notice, ZoneInfo(zone), FRIDAY) == Embargo(datetime.fromisoformat(end).astimezone(UTC))


@pytest.mark.parametrize("notice", OPEN)
def test_an_end_that_is_not_sure_is_none(notice: str) -> None:
    assert read_embargo(notice, ZoneInfo("UTC"), FRIDAY) == Embargo(None)


@pytest.mark.parametrize("text", NONE)
def test_what_speaks_of_an_embargo_is_no_notice(text: str) -> None:
    assert read_embargo(text, ZoneInfo("Europe/London"), FRIDAY) is None


@pytest.mark.parametrize(("text", "end", "rest"), BEFORE_THE_STORY)
def test_a_notice_leaves_the_story_behind_it(text: str, end: str, rest: str) -> None:
    zone = ZoneInfo("Asia/Seoul" if "월" in text else "Europe/Berlin")
    assert read_embargo(text, zone, FRIDAY) == Embargo(datetime.fromisoformat(end), rest)


def test_what_was_over_when_it_was_seen_is_an_end_only_with_its_year() -> None:
    zone = ZoneInfo("Asia/Seoul")
    assert read_embargo("엠바고: 2월 3일 오전 6시", zone, FRIDAY) == Embargo(None)
    long_ago = datetime(2024, 2, 2, 21, tzinfo=UTC)
    assert read_embargo("엠바고: 2024년 2월 3일 오전 6시", zone, FRIDAY) == Embargo(long_ago)


def test_a_notice_at_the_end_of_time_has_no_end() -> None:
    late = datetime(9999, 12, 20, tzinfo=UTC)
    assert read_embargo("EMBARGOED UNTIL 10:00 GMT Monday", ZoneInfo("UTC"), late) == Embargo(None)


def test_a_time_alone_that_is_as_near_to_yesterday_is_not_sure() -> None:
    late = datetime(2024, 3, 1, 11, tzinfo=UTC)
    assert read_embargo("EMBARGOED UNTIL 23:00 GMT", ZoneInfo("Europe/London"), late) == Embargo(None)


def test_without_any_zone_there_is_no_instant() -> None:
    for notice in ("EMBARGOED UNTIL 10:00 Sunday March 3", "HOLD FOR RELEASE 6 P.M."):
        assert read_embargo(notice, None, FRIDAY) == Embargo(None)
    end = Embargo(datetime(2024, 3, 3, 10, tzinfo=UTC))
    assert read_embargo("EMBARGOED UNTIL 10:00 GMT Sunday March 3", None, FRIDAY) == end


def test_a_day_without_a_year_is_that_of_the_publication(registers: Registers) -> None:
    """A saved page may be read years later."""
    extract = Extract(
        headline="Ferries sail",
        paragraphs=("EMBARGOED UNTIL 0001 GMT SUNDAY MARCH 3", "Ferries will sail again on Sunday."),
        dates=(Dated("page", "2024-03-01T12:00:00Z", "json-ld"),),
    )
    late = datetime(2026, 7, 1, tzinfo=UTC)
    one = normalise(extract, None, Source("wire", "Wire"), registers, url="https://x/1", fetched_at=late, seen_at=late)
    assert one.embargoed_until == datetime(2024, 3, 3, 0, 1, tzinfo=UTC)


def test_the_notice_is_taken_off_the_text(registers: Registers) -> None:
    paragraphs = ("EMBARGOED UNTIL 0001 GMT Sunday March 3", "Ferries will sail again on Sunday.")
    source = Source("example", "Example", timezone="Europe/London")
    times = {"fetched_at": FRIDAY, "seen_at": FRIDAY}
    extract = Extract(headline="Ferries", paragraphs=paragraphs)
    one = normalise(extract, None, source, registers, url="https://x/1", **times)
    assert (one.body, one.signals) == (paragraphs[1], ("embargo",))
    assert one.embargoed_until == datetime(2024, 3, 3, 0, 1, tzinfo=UTC)


def test_the_story_behind_a_notice_stays(registers: Registers) -> None:
    paragraphs = ("EMBARGOED UNTIL 0001 GMT March 3, 2024 — Ferries will sail again on Sunday.", "They are new.")
    source = Source("example", "Example", timezone="Europe/London")
    times = {"fetched_at": FRIDAY, "seen_at": FRIDAY}
    one = normalise(Extract(headline="Ferries", paragraphs=paragraphs), None, source, registers, url="x:1", **times)
    assert (one.body, one.signals) == ("Ferries will sail again on Sunday.\nThey are new.", ("embargo",))


PARTS = ("EMBARGOED", "UNTIL", "엠바고", ": ", "3월", "3일", "6 P.M.", "0001", "GMT", " ")


@given(st.text(max_size=400) | st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_any_paragraph_is_read_without_error(text: str) -> None:
    found = read_embargo(text, ZoneInfo("Asia/Seoul"), FRIDAY)
    assert found is None or found.until is None or found.until.tzinfo is not None
