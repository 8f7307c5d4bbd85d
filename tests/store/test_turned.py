"""A turned bit is told from another value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.store.turned import instants_beside, is_hash, is_number_turned, is_turned, is_word_turned


@pytest.mark.parametrize(
    ("value", "known", "is_one"),
    [
        ("3b0c", "2b0c", True),
        ("3b0c", "1b0d", False),  # two bits
        ("3b0c", "0b0c", False),  # two bits of one character
        ("3b0c", "3b0c", False),
        ("3b0c", "3b0c ", False),
        (None, "3b0c", False),
        ("가", "각", True),
        ("\ud800", "3", False),
    ],
)
def test_one_bit_of_a_text(value: str | None, known: str, is_one: bool) -> None:
    assert is_turned(value, known) is is_one
    assert is_turned(known, value) is is_one


def test_one_bit_of_a_number() -> None:
    assert is_number_turned(5, 5 ^ 1 << 40)
    assert not is_number_turned(5, 5)
    assert not is_number_turned(5, 6)


@pytest.mark.parametrize(
    ("value", "known", "is_one"),
    [
        ("Wosld", "World", True),
        ("world", "World", False),  # as another feed writes it
        ("World 2", "World 3", False),  # another section
        (None, "World", False),
    ],
)
def test_one_bit_of_a_name(value: str | None, known: str, is_one: bool) -> None:
    assert is_word_turned(value, known) is is_one


def test_instants_one_bit_away() -> None:
    at = datetime(2026, 3, 2, 5, tzinfo=UTC)
    beside = instants_beside(at)
    assert datetime(2126, 3, 2, 5, tzinfo=UTC) in beside
    assert datetime(2026, 3, 2, 4, tzinfo=UTC) in beside
    assert datetime(2026, 3, 2, 5, 0, 0, 1, tzinfo=UTC) in beside
    assert datetime(2026, 3, 2, 6, tzinfo=UTC) not in beside
    assert at not in beside
    assert all(at in instants_beside(other) for other in beside)


def test_what_can_be_a_hash() -> None:
    assert is_hash("0f" * 32)
    assert is_hash(None)
    assert not is_hash("0f" * 31)
    assert not is_hash("0f" * 31 + "0g")
    assert not is_hash("0F" * 32)
