"""How the sources are, in words: for `status`, `source list` and `doctor`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.when import told_since
from pipeline.log import printable
from pipeline.model import Source

if TYPE_CHECKING:
    from pipeline.health import Alarm
    from pipeline.settings import Settings
    from pipeline.store.vitals import Vitals

WELL, IDLE, PAUSED, OFF = "well", "not polled yet", "paused", "switched off"


def judged(
    vitals: Vitals, sources: Iterable[Source], settings: Settings, directory: Path | None, now: datetime
) -> list[Alarm]:
    """What is not as it should be, the machine's own troubles first."""
    from pipeline.health import Alarm
    from pipeline.watch import alarms_of, free_megabytes

    found = alarms_of(vitals, sources, now, running=bool(pollers(vitals, now)))
    free, needed = free_megabytes(directory), settings.service.least_free_mb
    if free is not None and free < needed:
        text = f"{free} MB are free on the database's disk: below {needed} MB nothing is fetched"
        found.insert(0, Alarm("disk", "", text))
    if settings.contact is None:
        found.append(Alarm("contact", "", "agencies can't reach you: set contact in newswire.toml"))
    return found


def pollers(vitals: Vitals, now: datetime) -> dict[str, str]:
    """Who polls which source at the moment; one that was killed polls nothing, though its lease still runs."""
    from pipeline.lease import is_dead
    from pipeline.watch import pollers as leases

    return {source: holder for source, holder in leases(vitals, now).items() if not is_dead(holder)}


def words(alarms: Iterable[Alarm], vitals: Vitals, sources: Iterable[Source], now: datetime) -> dict[str, str]:
    """The health of each source in a few words: `well`, or what is wrong with it."""
    wrong: dict[str, list[str]] = {}
    for alarm in alarms:
        if not alarm.is_notice:
            wrong.setdefault(alarm.source, []).append(alarm.kind)
    polled = {feed.source for feed in vitals.feeds if feed.checked_at is not None}
    return {
        source.id: OFF
        if not source.enabled
        else PAUSED
        if source.id in vitals.paused
        else ", ".join(dict.fromkeys(wrong[source.id]))
        if source.id in wrong
        else WELL
        if source.id in polled
        else IDLE
        for source in sources
    }


def as_row(alarm: Alarm) -> dict[str, Any]:
    """An alarm as JSON."""
    return {
        "alarm": alarm.kind, "source": alarm.source or None, "about": alarm.about or None, "text": alarm.text,
        "since": alarm.since, "notice": alarm.is_notice,
    }  # fmt: skip


def lines(alarms: Sequence[Alarm], vitals: Vitals, now: datetime) -> Iterator[str]:
    """Sentences below a table: who polls, what is wrong, what is only to be known."""
    yield _service(vitals, now)
    for title, some in (
        ("Needs a look:", [alarm for alarm in alarms if not alarm.is_notice]),
        ("To be known:", [alarm for alarm in alarms if alarm.is_notice]),
    ):
        if some:
            yield f"\n{title}"
            yield from (f"  {_sentence(alarm, now)}" for alarm in some)


def _service(vitals: Vitals, now: datetime) -> str:
    holders = sorted(set(pollers(vitals, now).values()))
    if not holders:
        return "No service is running: newswire run"
    return f"Polled by {' and '.join(_holder(holder) for holder in holders)}"


def _holder(holder: str) -> str:
    """`host/namespace:process:…` as a person names it."""
    machine, _, rest = holder.partition(":")
    return printable(f"process {rest.partition(':')[0]} on {machine.partition('/')[0]}")


def _sentence(alarm: Alarm, now: datetime) -> str:
    about = " ".join(filter(None, (alarm.source, alarm.about)))
    since = f" (since {told_since(alarm.since, now)})" if alarm.since else ""
    return printable(f"{alarm.kind}: {about + ': ' if about else ''}{alarm.text}{since}")
