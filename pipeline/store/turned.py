"""Whether a value is another one in which a bit was turned.

What can be worked out again may have been made by other rules: an older version of the program, another zone or pattern
of its source.  Two hashes that differ in a single bit were not made by two rules; that one is damaged is certain.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

DIGITS = "0123456789"
HASH = re.compile("[0-9a-f]{64}")


def is_turned(value: str | None, known: str | None) -> bool:
    """Whether two texts differ in one bit of their UTF-8."""
    if value is None or known is None or value == known:
        return False
    one, other = value.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass")
    if len(one) != len(other):
        return False
    turned = [left ^ right for left, right in zip(one, other, strict=True) if left != right]
    return len(turned) == 1 and turned[0].bit_count() == 1


def is_word_turned(value: str | None, known: str | None) -> bool:
    """Whether a name differs from another in one bit, and in more than a number or a capital."""
    if value is None or known is None or not is_turned(value, known) or value.casefold() == known.casefold():
        return False
    return not any(one.isdigit() and other.isdigit() for one, other in zip(value, known, strict=False) if one != other)


def is_hash(value: str | None) -> bool:
    """Whether this can be a SHA-256, or there is none."""
    return value is None or HASH.fullmatch(value) is not None


def is_number_turned(value: int, known: int) -> bool:
    """Whether two numbers differ in one bit."""
    return (value ^ known).bit_count() == 1


def is_instant_turned(value: datetime, known: datetime) -> bool:
    """Whether two instants differ in one bit of their text in the database."""
    return is_turned(_written(value), _written(known))


def instants_beside(at: datetime) -> list[datetime]:
    """All instants whose text in the database differs from this one's in one bit."""
    text, found = _written(at), list[datetime]()
    for place, sign in enumerate(text):
        for other in DIGITS if sign in DIGITS else "":
            if is_number_turned(ord(sign), ord(other)):
                found += _parsed(f"{text[:place]}{other}{text[place + 1 :]}")
    return found


def _written(at: datetime) -> str:
    # Not by strftime, which drops the zeros of the year 26.
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def _parsed(text: str) -> list[datetime]:
    try:
        return [datetime.fromisoformat(text).replace(tzinfo=UTC)]
    except ValueError:  # the 39th of March
        return []
