"""Months by their names."""

from __future__ import annotations

import pytest

from pipeline.normalise.months import month


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("fevral", 2),  # Azeri
        ("Mac", 3),  # Malay
        ("мамыр", 5),  # Kazakh
        ("ՄԱՐՏԻ", 3),  # Armenian, as datelines shout it
        ("ოქტომბერი", 10),  # Georgian
        ("Disember", 12),
        ("Mayor", None),
        ("", None),
    ],
)
def test_a_month_is_known_by_its_name(word: str, number: int | None) -> None:
    assert month(word) == number
