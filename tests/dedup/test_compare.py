"""Whether one text was made from another."""

from __future__ import annotations

import random

import pytest

from pipeline.dedup.compare import ENOUGH, Text, compare, evidence
from pipeline.dedup.shingles import MOST_WORDS
from tests.dedup.texts import FERRY, HARBOUR, OTHER, padded, report, trimmed


def joins(one: Text, other: Text) -> bool:
    there, back = compare(one, other), compare(other, one)
    assert (there is None) == (back is None)
    if there is None or back is None:
        return False
    assert there.score == pytest.approx(back.score)
    return there.score > ENOUGH


def shuffled(text: Text) -> Text:
    words = text.headline.split()
    random.Random(7).shuffle(words)
    return Text(" ".join(words), text.body)


@pytest.mark.parametrize(
    "copy",
    [
        FERRY,
        trimmed(FERRY),
        padded(FERRY),
        shuffled(trimmed(FERRY)),
        Text("Islanders see their ship again", FERRY.body),
        Text(FERRY.headline.upper(), f"PORT ELLERY, March 2 (Wire) - {FERRY.body}\nReporting by Bo Quay."),
        Text(FERRY.headline, f"{FERRY.body}\n{OTHER}"),
    ],
    ids=["same", "trimmed", "written on", "headline in another order", "re-headlined", "datelined", "with background"],
)
def test_what_an_editor_makes_of_a_text_is_found(copy: Text) -> None:
    assert joins(FERRY, copy)


def test_a_roundup_that_holds_a_story_is_no_copy_of_it() -> None:
    roundup = Text("The day in brief", f"{OTHER}\n{FERRY.body}\n{HARBOUR.body}")
    assert compare(FERRY, roundup) is None
    assert compare(HARBOUR, roundup) is None


def test_reports_of_two_days_are_two_articles() -> None:
    monday, tuesday = report("Monday", 1204.5, 1219.25, 14.75), report("Tuesday", 1219.25, 1188.0, 31.25)
    seen = evidence(monday, tuesday)
    assert seen is not None
    assert seen["numbers swapped"] >= 2
    assert not joins(monday, tuesday)
    assert joins(monday, Text(monday.headline, monday.body + "\nTrade goes on at nine."))


def test_chinese_is_compared_by_its_signs() -> None:
    body = (
        "埃勒里港与岛屿之间的渡轮周一恢复通航。渡轮因二月二日的风暴损坏船舵，在船坞停留了一个月。"
        "岛上居民一千四百人靠两艘渔船运送面包、邮件和药品。"
    )
    whole = Text("埃勒里岛渡轮恢复通航", body)
    assert joins(whole, Text("埃勒里岛渡轮恢复通航", body[:45]))
    assert not joins(
        whole, Text("北码头结冰 六人受伤", "北码头结冰，自周五以来已有六名码头工人受伤，港务长办公室表示。")
    )


def test_texts_in_words_and_in_signs_have_nothing_in_common() -> None:
    assert compare(FERRY, Text("渡轮", "渡轮恢复通航，岛上居民欢迎。" * 5)) is None


@pytest.mark.parametrize("body", ["", " ", "One", "One two"])
def test_short_texts_do_no_harm(body: str) -> None:
    assert compare(Text("", body), Text("", "")) is None
    found = compare(Text("", body), Text("", body))
    assert found is None or found.score < ENOUGH or body.strip()


def test_of_a_very_long_text_the_beginning_is_compared() -> None:
    long = " ".join(map(str, range(MOST_WORDS)))
    assert evidence(Text("", long), Text("", f"{long} {long}")) == evidence(Text("", long), Text("", long))
    assert compare(Text("a", "ferry " * 100_000), Text("a", "ferry sails " * 50_000)) is None


@pytest.mark.parametrize(("front", "behind"), [("Yesterday: ", ""), ("", " Nobody was hurt.")])
def test_a_short_text_with_a_word_more_under_another_headline_is_still_a_copy(front: str, behind: str) -> None:
    """The headline of the longer one is not about a smaller story: both are as long."""
    one = Text("Harbour ice hurts six on quay", HARBOUR.body)
    other = Text("Fifth day of misery in the cold", f"{front}{HARBOUR.body}{behind}")
    assert joins(one, other)
