"""What an ingest did, per source."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

COUNTS = ("polled", "new", "revised", "same", "duplicate", "failed", "quarantined")
SHOWN_ERRORS = 20  # of one source; a dead site gives the same one a hundred times


class Tally:
    """Counts and errors of one run, from several threads.

    What is counted within `staged` counts when its block ends well: a transaction that fails has stored nothing.
    """

    def __init__(self) -> None:
        self._staging = threading.local()
        self._lock = threading.Lock()
        self._counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self._errors: dict[str, list[str]] = collections.defaultdict(list)
        self._failed_feeds: collections.Counter[str] = collections.Counter()

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Hold back what this thread counts until the block ends, and forget it if it fails."""
        events: list[Callable[[], None]] = []
        self._staging.events = events
        try:
            yield
        finally:
            del self._staging.events
        for event in events:
            event()

    def count(self, source: str, what: str, many: int = 1) -> None:
        """Add to one of a source's counts."""
        self._do(lambda: self._add(source, what, many))

    def fail(self, source: str, error: BaseException, *, feed: bool = False) -> None:
        """Count a failure and keep its sentence; `feed` marks that of a whole feed or listing."""
        self._do(lambda: self._add_failure(source, str(error), feed=feed))

    def failed_feeds(self, source: str) -> int:
        """How many feeds and listings of a source could not be read."""
        return self._failed_feeds[source]

    def polled_well(self, source: str) -> bool:
        """Whether any feed of a source was read, or any article."""
        counts = self._counts[source]
        return counts["polled"] > self._failed_feeds[source] or counts["new"] + counts["revised"] + counts["same"] > 0

    def sources(self) -> set[str]:
        """The sources that anything happened to."""
        return set(self._counts)

    def counted(self, source: str, what: str) -> int:
        """One count of a source."""
        with self._lock:
            return self._counts[source][what] if source in self._counts else 0

    def total(self, what: str) -> int:
        """One count over all sources."""
        return sum(counts[what] for counts in self._counts.values())

    def drain(self) -> dict[tuple[str, str], int]:
        """All counts by source and name since the last time, and forget them and the errors."""
        with self._lock:
            counts, self._counts = self._counts, collections.defaultdict(collections.Counter)
            self._errors.clear()
            self._failed_feeds.clear()
        return {(source, what): many for source, named in counts.items() for what, many in named.items() if many}

    def summary(self, sources: Iterable[str]) -> dict[str, dict[str, Any]]:
        """All counts of these sources, in this order, with the errors where there were any."""
        return {source: self._of(source) for source in sources}

    def _of(self, source: str) -> dict[str, Any]:
        counted: dict[str, Any] = {name: self._counts[source][name] for name in COUNTS}
        return {**counted, "errors": self._errors[source]} if self._errors[source] else counted

    def _do(self, event: Callable[[], None]) -> None:
        staged: list[Callable[[], None]] | None = getattr(self._staging, "events", None)
        if staged is None:
            event()
        else:
            staged.append(event)

    def _add(self, source: str, what: str, many: int) -> None:
        with self._lock:
            self._counts[source][what] += many

    def _add_failure(self, source: str, error: str, *, feed: bool) -> None:
        self._add(source, "failed", 1)
        with self._lock:
            self._failed_feeds[source] += feed
            if len(self._errors[source]) < SHOWN_ERRORS:
                self._errors[source].append(error)
