"""All faults that HTTP/1.1 can show, by name; the numbers are those of the catalogue in docs/reliability.md."""

from __future__ import annotations

from tests.hostile.faults import coding, content, exchange, policy
from tests.hostile.talk import Table

CATALOGUE: Table = {**exchange.TABLE, **coding.TABLE, **policy.TABLE, **content.TABLE}
# Shown by no single answer: an edit is what agencies do anyway, and the doors are listeners of their own.
ELSEWHERE = frozenset({1, 5, 6, 7, 8, 9, 10, 11, 12, 90})
