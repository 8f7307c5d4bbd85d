"""Keeps an eye on the sources: writes down what was counted, judges their health, tells what changed.

The facts are the store's, the judgement is `health`'s; here the two are put together, for the service, its monitor and
`newswire status` alike.
"""

from __future__ import annotations

import collections
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.dispatch import Dispatch
from pipeline.drift import is_of, unfitted
from pipeline.health import Alarm, FeedFacts, LayoutFacts, ParkedFacts, SourceFacts, judge
from pipeline.ingest import Line
from pipeline.model import Source
from pipeline.store.vitals import FeedRow, Vitals

MEGABYTE = 1_000_000
# After the network was away, feeds are polled at once; before that, as their failures have it.
NETWORK = "network"


def alarms_of(found: Vitals, sources: Iterable[Source], now: datetime, *, running: bool) -> list[Alarm]:
    """What is not as it should be with these sources; `running`, if a service is there to do what is due."""
    enabled = [source for source in sources if source.enabled]
    parked = [ParkedFacts(host, why, until) for host, until, why in found.parked]
    parked += [ParkedFacts(origin, _status(status)) for origin, status in found.unreadable]
    return judge([_facts(found, source, running=running) for source in enabled], parked, now)


def pollers(found: Vitals, now: datetime) -> dict[str, str]:
    """Who polls which source at the moment."""
    return {source: holder for source, (holder, until) in found.polling.items() if until > now}


def free_megabytes(directory: Path | None) -> int | None:
    """What is left on the disk of a directory; None where there is no such thing."""
    try:
        return shutil.disk_usage(directory).free // MEGABYTE if directory is not None else None
    except OSError:  # the volume is gone; the database says so itself
        return None


@dataclass(slots=True)
class Watch:
    """The service's own eye.  `directory` is that of the database's file; `totals` are counts since the start."""

    line: Line
    sources: Sequence[Source]
    least_free_mb: int
    directory: Path | None
    alarms: list[Alarm] = field(default_factory=list)
    totals: collections.Counter[tuple[str, str]] = field(default_factory=collections.Counter)
    feeds: Sequence[FeedRow] = ()
    told_at: datetime | None = None
    dispatch: Dispatch | None = None
    _counted: collections.Counter[tuple[str, str]] = field(default_factory=collections.Counter)

    async def tell(self, dispatch: Dispatch) -> None:
        """Write down what was counted since the last time, judge, and tell what is new."""
        self.dispatch = dispatch
        self._check_disk(dispatch)
        now = self.line.clock.now()
        await self._write_counts(now)
        found = await self.line.look(lambda reader: reader.vitals(now))
        was_away = any(alarm.kind == NETWORK for alarm in self.alarms)
        self.feeds, self.told_at = found.feeds, now
        self._tell_changes(alarms_of(found, self.sources, now, running=True), dispatch)
        if was_away and not any(alarm.kind == NETWORK for alarm in self.alarms):
            ours = [source.id for source in self.sources]
            woken = await self.line.write(lambda tx: tx.requests.wake_failing(ours, now))
            self.line.log("network_back", feeds=woken)
            dispatch.look()

    def troubles(self, stale_minutes: float) -> list[str]:
        """Why the service itself does not do its work, a sentence each."""
        found = []
        if self.dispatch is not None and self.dispatch.trouble is not None:
            found.append(f"fetching pauses: {self.dispatch.trouble}")
        if self.dispatch is not None and self.dispatch.hold:
            found.append(f"fetching pauses: {self.dispatch.hold}")
        now = self.line.clock.now()
        if self.told_at is None:
            found.append("it has not looked after itself yet: it is starting, or waits for its database")
        elif abs(now - self.told_at) > timedelta(minutes=stale_minutes):
            found.append(f"it has not looked after itself since {self.told_at:%Y-%m-%d %H:%M} UTC")
        return found

    async def _write_counts(self, now: datetime) -> None:
        fresh = self.line.tally.drain()
        self.totals.update(fresh)
        self._counted.update(fresh)
        counted = dict(self._counted)
        await self.line.write(lambda tx: tx.pulse.beat(now, counted))
        self._counted.clear()

    def _check_disk(self, dispatch: Dispatch) -> None:
        free = free_megabytes(self.directory)
        is_full = free is not None and free < self.least_free_mb
        if is_full != (dispatch.hold == "disk"):
            self.line.log("disk_full" if is_full else "disk_free", free_mb=free, needed_mb=self.least_free_mb)
            dispatch.hold = "disk" if is_full else None
            dispatch.look()

    def _tell_changes(self, found: list[Alarm], dispatch: Dispatch) -> None:
        if dispatch.hold == "disk":
            text = f"less than {self.least_free_mb} MB are free: nothing is fetched until there is more"
            found.insert(0, Alarm("disk", "", text))
        before = {_key(alarm) for alarm in self.alarms}
        after = {_key(alarm) for alarm in found}
        for alarm in found:
            if _key(alarm) not in before:
                self.line.log("alarm_raised", **_said(alarm))
        for alarm in self.alarms:
            if _key(alarm) not in after:
                self.line.log("alarm_cleared", **_said(alarm))
        self.alarms = found


def _key(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.kind, alarm.source, alarm.about


def _said(alarm: Alarm) -> Mapping[str, str]:
    said = {"alarm": alarm.kind, "source": alarm.source, "about": alarm.about, "text": alarm.text}
    return {name: value for name, value in said.items() if value}


def _facts(found: Vitals, source: Source, *, running: bool) -> SourceFacts:
    urls = {feed.url for feed in source.feeds}
    feeds = [
        FeedFacts(row.source, row.url, row.host, row.past, row.checked_at, row.error)
        for row in found.feeds
        if row.source == source.id and row.url in urls
    ]
    overdue, since = found.overdue.get(source.id, (0, None)) if running else (0, None)
    return SourceFacts(
        source.id,
        feeds,
        now=found.now.get(source.id, {}),
        lately=found.lately.get(source.id, {}),
        before=found.before.get(source.id, {}),
        overdue=overdue,
        overdue_since=since,
        quarantined=found.quarantined.get(source.id, 0),
        methods=found.methods.get(source.id, []) if source.profiles else [],
        layouts=[
            LayoutFacts(row.edition, row.past["seen"], row.lost, row.since, *unfitted(row.past))
            for row in found.layouts.get(source.id, ())
            if is_of(source, row.edition, row.profiles)
        ],
        paused_at=found.paused.get(source.id),
    )


def _status(status: int) -> str:
    return f"the server answered {status}" if status else "the server can't be reached"
