"""What changed between two versions."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.dedup.diff import MOST_WORDS, class_of, fields_of, parts_of
from tests.dedup.texts import FERRY, HARBOUR


def version(**fields: Any) -> dict[str, Any]:
    given = {"change": "revised", "headline_raw": FERRY.headline, "lead": None, "dateline": None, "byline": None}
    return {**given, "body": FERRY.body, "signals": [], **fields}


def test_a_word_that_changed() -> None:
    assert parts_of("Six men are hurt.", "Nine men are hurt.") == [("-", "Six"), ("+", "Nine"), ("=", " men are hurt.")]


def test_signs_are_compared_one_by_one() -> None:
    assert parts_of("投资5200亿元", "投资5000亿元") == [("=", "投资"), ("-", "5200"), ("+", "5000"), ("=", "亿元")]


@pytest.mark.parametrize(("before", "after"), [("", ""), ("", "new"), ("old", ""), ("a b", "a b")])
def test_the_parts_give_both_texts_back(before: str, after: str) -> None:
    parts = parts_of(before, after)
    assert "".join(text for kind, text in parts if kind != "+") == before
    assert "".join(text for kind, text in parts if kind != "-") == after


def test_a_very_long_text_is_compared_as_a_whole_from_some_point() -> None:
    before, after = "ferry " * MOST_WORDS, "ferry " * MOST_WORDS + "sails"
    parts = parts_of(before, after)
    assert "".join(text for kind, text in parts if kind != "-") == after


def test_only_fields_that_changed_are_named() -> None:
    assert set(fields_of(version(), version(byline="By Ann Lee"))) == {"byline"}
    assert set(fields_of(version(dateline={"text": "PORT"}), version())) == {"dateline"}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"change": "withdrawn"}, "withdrawn"),
        ({"change": "corrected", "body": HARBOUR.body}, "correction"),
        ({"signals": ["correction"], "body": HARBOUR.body}, "correction"),
        ({"headline_raw": "Islanders see their ship again"}, "headline"),
        ({"body": FERRY.body.replace("harbour master", "harbour mastre")}, "typo"),
        ({"headline_raw": FERRY.headline.replace("Ferry", "Fery")}, "typo"),
        ({"body": FERRY.body.replace("310,000", "210,000")}, "update"),
        ({"body": FERRY.body + "\nThe line did not say what it would cost."}, "update"),
        ({"body": HARBOUR.body}, "update"),
        ({}, "update"),
    ],
)
def test_classes_of_change(after: dict[str, Any], expected: str) -> None:
    assert class_of(version(), version(**after)) == expected
