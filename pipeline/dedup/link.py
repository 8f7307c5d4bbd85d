"""How articles relate.  So far: exact copies, the same words under another headline, day or source.

Nothing is merged or removed: every copy stays, and points to the original.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.model import Link

METHOD = "text-hash/1"


@dataclass(frozen=True, slots=True)
class Copy:
    """One of several articles with the same words."""

    id: int
    source: str
    url: str
    sort_at: datetime
    duplicate_of: int | None


def original_of(copies: Iterable[Copy]) -> Copy:
    """The earliest, then by source and address: the same one whatever the order of arrival."""
    return min(copies, key=lambda copy: (copy.sort_at, copy.source, copy.url))


def copy_link(original: Copy) -> Link:
    """The evidence that a copy carries."""
    return Link("duplicate", original.id, 1.0, "the bodies have the same words in the same order", METHOD)
