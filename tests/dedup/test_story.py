"""Articles on one event."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.dedup import story
from pipeline.dedup.follow import Telling, follow_up, is_next_stage, stage, translation
from pipeline.dedup.story import Profile
from tests.dedup.texts import FERRY, HARBOUR, OTHER, trimmed

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
CITY = ("1835848", False)


def profile(
    headline: str,
    body: str,
    *places: tuple[str, bool],
    number: int = 1,
    at: datetime = AT,
    language: str = "en",
    source: str = "",
) -> Profile:
    packed = story.terms(headline, body, places)
    return story.profile(number, at, language, story.weighed(packed, Counter(story.hashes(packed)), 1000), source)


def marks(text: str) -> set[str]:
    return {mark.removeprefix("n:") for mark in story._number_marks(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("480,000 tonnes", {"480000"}),
        ("480 тыс. тонн", {"480000"}),
        ("480 000 тонн", {"480000"}),
        ("48万吨", {"480000"}),
        ("48만t", {"480000"}),
        ("7천400초", {"7000", "7400"}),
        ("$3.2 billion, 3,2 млрд, 32억달러, 32亿美元, 32億ドル", {"3.2e+09"}),
        ("magnitude 5.9, Ｍ５・９", {"5.9"}),
        ("VIENTIANE, July 7: 212 people", {"212"}),
        ("7 июля, 3月11日, 3일, 12 Feb", set()),
        ("in 2026, 3 dogs", set()),
        ("37 hurt on 3 March", {"37"}),
        ("id 1234567890123456", {"1.23457e+11"}),
    ],
)
def test_numbers_are_the_same_however_they_are_written(text: str, expected: set[str]) -> None:
    assert marks(text) == expected


def test_two_reports_in_one_language_are_compared_by_their_words() -> None:
    one = profile(FERRY.headline, FERRY.body)
    told = profile("Islanders cheer as Ellery ferry sails after month in dock", trimmed(FERRY).body)
    other = profile(HARBOUR.headline, HARBOUR.body)
    assert (story.likeness(one, told) or 0) > 0
    assert (story.likeness(one, other) or 0) < 0
    assert story.likeness(one, told) == pytest.approx(story.likeness(told, one))


@pytest.mark.parametrize(
    ("days", "source", "headline", "is_one"),
    [
        (10, "wire", FERRY.headline, True),
        (30, "other", "Boat back in service", True),
        (30, "other", FERRY.headline, False),
        (120, "wire", "Boat back in service", False),
    ],
)
def test_what_comes_late_is_another_event_under_the_same_headline_or_of_the_same_source(
    days: int, source: str, headline: str, is_one: bool
) -> None:
    first = profile(FERRY.headline, FERRY.body, source="wire")
    late = profile(headline, trimmed(FERRY).body, at=AT + timedelta(days=days), source=source)
    assert ((story.likeness(first, late) or 0) > 0) is is_one


def test_reports_in_two_languages_are_compared_by_numbers_and_places() -> None:
    one = profile("Ferry with 212 people aground", "It was taken off after 3.5 hours.", CITY)
    told = profile("여객선 좌초", "승객 212명이 3.5시간 만에 구조됐다.", CITY, language="ko")
    other = profile("여객선 운항", "승객 180명이 탔다.", CITY, language="ko")
    assert (story.likeness(one, told) or 0) > 0
    assert (story.likeness(one, other) or 0) < 0
    late = profile("여객선 좌초", "승객 212명이 3.5시간 만에 구조됐다.", CITY, language="ko", at=AT + timedelta(days=3))
    assert story.likeness(one, late) is None


def test_what_is_in_every_article_counts_little() -> None:
    packed = story.terms("Ferry 212", "Ferry 212 sails.", [CITY])
    rare = story.profile(1, AT, "en", story.weighed(packed, Counter(), 1000))
    common = story.profile(1, AT, "en", story.weighed(packed, Counter(dict.fromkeys(story.hashes(packed), 900)), 1000))
    assert max(common.marks.values()) < min(rare.marks.values()) / 2


def test_what_is_common_in_any_news_is_not_counted_and_weighs_the_same_in_any_store() -> None:
    packed = story.terms("Minister and president visit Ellery", "", [])
    counted = story.hashes(packed)
    assert story._word_hash("minist") not in counted
    assert story._word_hash("ellery") in counted

    def weight(stem: str, articles: int) -> float:
        rows = story.profile(1, AT, "en", story.weighed(packed, {}, articles)).rows
        return float(rows["word"][rows["hash"] == story._word_hash(stem)][0])

    usual = [weight("presid", articles) / weight("minist", articles) for articles in (10, 1_000_000)]
    rare = [weight("ellery", articles) / weight("minist", articles) for articles in (10, 1_000_000)]
    assert usual[0] == pytest.approx(usual[1], rel=0.01)
    assert rare[0] < rare[1] * 0.8


def test_a_profile_is_small() -> None:
    packed = story.terms(FERRY.headline, "\n".join([FERRY.body, HARBOUR.body, OTHER] * 3), [CITY])
    assert len(story.weighed(packed, {}, 1000)) < 900
    assert len(story.story_keys(profile(FERRY.headline, FERRY.body, CITY))) <= 24


def test_nothing_to_compare_does_no_harm() -> None:
    empty = profile("", "")
    assert (story.likeness(empty, profile(FERRY.headline, FERRY.body)) or 0) < 0
    assert story.story_keys(empty) == []
    assert story.weighed(b"", {}, 0) == b""


def telling(headline: str, body: str, signals: tuple[str, ...], hours: float, number: int, **more: str) -> Telling:
    at = AT + hours * HOUR
    source = more.get("source", "wire")
    one = profile(headline, body, CITY, number=number, at=at, language=more.get("language", "en"))
    return Telling(one, source, signals, (at, source, str(number)))


def test_stages() -> None:
    assert [stage(signals) for signals in (["urgent"], ["brief"], [], ["detail"])] == [0, 1, 2, 3]
    assert is_next_stage(["brief"], ["urgent"])
    assert is_next_stage([], ["brief"])
    assert is_next_stage(["detail"], ["urgent"])
    assert not is_next_stage(["detail"], [])
    assert not is_next_stage(["urgent"], ["urgent"])


def test_a_dispatch_follows_its_flash_up() -> None:
    flash = telling(FERRY.headline, "", ("urgent",), 0, 1)
    story_ = telling(FERRY.headline, FERRY.body, ("detail",), 1, 2)
    link = follow_up(story_, flash)
    assert link is not None
    assert (link.kind, link.article, link.method) == ("follow-up", 1, "story/2")
    assert follow_up(flash, flash) is None
    assert follow_up(telling(HARBOUR.headline, HARBOUR.body, ("detail",), 1, 3), flash) is None
    assert follow_up(telling(FERRY.headline, FERRY.body, ("detail",), 30, 4), flash) is None
    assert follow_up(telling(FERRY.headline, FERRY.body, ("detail",), 1, 5, source="other"), flash) is None


def test_one_source_in_two_languages() -> None:
    one = telling("Ferry with 212 people aground", "Taken off after 3.5 hours.", (), 0, 1)
    told = telling("여객선 좌초", "승객 212명이 3.5시간 만에 구조됐다.", (), 1, 2, language="ko")
    link = translation(told, one)
    assert link is not None
    assert (link.kind, link.article) == ("translation", 1)
    assert translation(telling("여객선", "212명 3.5시간", (), 1, 3, language="ko", source="other"), one) is None
