"""What takes articles in and ends by itself: out of the web, archives or records made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pipeline import imports
from pipeline.archive.replay import Archive, ReplayNetwork
from pipeline.archive.warc import Tally as Passed
from pipeline.clock import LiveClock, ManualClock
from pipeline.errors import ConfigError, FetchError
from pipeline.ingest import Line, Log
from pipeline.lease import leased
from pipeline.model import Page, Request, Source
from pipeline.oneoff import OneOff
from pipeline.replay import Replay, held_by
from pipeline.settings import Settings
from pipeline.sites import is_article_of
from pipeline.tally import Tally
from pipeline.watch import alarms_of
from pipeline.wiring.line import line, online
from pipeline.wiring.room import enabled, named


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingest did: counts per source; the sources left to another process, and those with no feed due yet.

    `warnings` are sentences about an archive; `is_damaged` if records of it were lost.  `relaid` has a sentence for
    each source whose pages no longer look as they used to, or as its profiles have it.
    """

    tally: Tally
    sources: tuple[str, ...]
    held: dict[str, str] = field(default_factory=dict)
    not_due: dict[str, datetime] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    is_damaged: bool = False
    relaid: tuple[str, ...] = ()


async def ingest_live(
    settings: Settings,
    names: Sequence[str],
    log: Log,
    told: Callable[[int], None],
    *,
    force: bool,
    most_pages: int | None = None,
) -> Outcome:
    """Poll the named sources on the web; `most_pages` bounds the article pages that are read."""
    sources = enabled(settings)
    wanted = named(settings, sources, names)
    clock = LiveClock()
    async with online(settings, sources, wanted, clock, log) as one:
        held = await OneOff(one, most_pages).run(wanted, force=force, told=told)
        not_due = await _not_due(one, [source.id for source in wanted if source.id not in held])
        relaid = await _relaid(one, wanted)
    return Outcome(one.tally, tuple(source.id for source in wanted), held, not_due, relaid=relaid)


async def ingest_url(settings: Settings, url: str, log: Log) -> Outcome:
    """Take in one article by its address.

    Raises:
        ConfigError: no configured source has such a page.
    """
    sources = enabled(settings)
    source = next((source for source in sources.values() if is_article_of(source, url)), None)
    if source is None:
        raise ConfigError(f"{url}: no configured source has articles at such an address; see: newswire source list")
    clock = LiveClock()
    async with online(settings, sources, [source], clock, log) as one:
        await OneOff(one).run_url(source, url)
        relaid = await _relaid(one, [source])
    return Outcome(one.tally, (source.id,), relaid=relaid)


async def ingest_archive(
    settings: Settings,
    names: Sequence[str],
    paths: Sequence[Path],
    log: Log,
    told: Callable[[int, int], None],
    *,
    pages: bool,
) -> Outcome:
    """Replay web archives."""
    sources = enabled(settings)
    wanted = named(settings, sources, names)
    clock = ManualClock(LiveClock().now())
    with Archive(paths) as archive:
        network = ReplayNetwork(archive, clock)
        async with line(settings, sources, network, clock, log, archived=True) as one:
            needed = wanted if pages else held_by(archive, wanted)
            async with leased(one, needed) as held:
                mine = [source for source in needed if source.id not in held]
                await Replay(one, archive, network, clock, mine).run(pages=pages, told=told)
            shown = {source.id for source in held_by(archive, mine)} | one.tally.sources()
            relaid = await _relaid(one, mine)
    return Outcome(
        one.tally,
        tuple(source.id for source in mine if source.id in shown),
        held,
        warnings=tuple(_warnings(paths, archive.tally)),
        is_damaged=archive.tally.damaged > 0,
        relaid=relaid,
    )


async def import_records(settings: Settings, file: BinaryIO, log: Log, told: Callable[[int], None]) -> Tally:
    """Store records that were made elsewhere."""
    clock = LiveClock()
    async with line(settings, enabled(settings), Nowhere(), clock, log) as one:
        for lines in imports.portions(file):
            await imports.take_in(one, lines)
            told(len(lines))
    return one.tally


async def _not_due(one: Line, sources: Sequence[str]) -> dict[str, datetime]:
    """The sources of which no feed was polled, and when the next one is due."""
    counts, now = one.tally.summary(sources), one.clock.now()
    idle = [source for source in sources if not counts[source]["polled"] and not counts[source]["failed"]]
    if not idle:
        return {}
    due = await one.write(lambda tx: {source: tx.queue.next_due(source) for source in idle})
    return {source: at for source, at in due.items() if at is not None and at > now}


async def _relaid(one: Line, sources: Sequence[Source]) -> tuple[str, ...]:
    """The sources whose pages, read in this run, look different: as `status` judges them by their past, else by how
    many of these few no profile fitted, since one run may be too short for an alarm.
    """
    read = [source for source in sources if one.tally.counted(source.id, "pages")]
    if not read:
        return ()
    now = one.clock.now()
    found = await one.look(lambda reader: reader.vitals(now))
    alarms = [alarm for alarm in alarms_of(found, read, now, running=False) if alarm.kind == "layout"]
    judged = {alarm.source for alarm in alarms}
    strange = (_unfitted(one.tally, source.id) for source in read if source.id not in judged)
    return (*(f"{alarm.source}: {alarm.text}" for alarm in alarms), *filter(None, strange))


def _unfitted(tally: Tally, source: str) -> str | None:
    pages, unfitted = tally.counted(source, "pages"), tally.counted(source, "unfitted")
    if unfitted * 2 <= pages:
        return None
    how = "fits none of its profiles and was" if unfitted == 1 else "fit none of its profiles and were"
    return (
        f"{source}: {unfitted} of {pages} article pages {how} read by the general extractor: a new layout?"
        f" See: newswire source check {source}"
    )


def _warnings(paths: Sequence[Path], passed: Passed) -> Iterator[str]:
    """A sentence for each kind of record that an archive has and that could not be used."""
    place = f"{paths[0]}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
    for many, what in (
        (passed.damaged, "damaged"),
        (passed.oversized, "too large for a page"),
        (passed.unresolved, "a revisit of a capture that is not there"),
    ):
        if many:
            yield f"{place}: {many} {'record was' if many == 1 else 'records were'} {what} and left out"


class Nowhere:
    """The network of an import: nothing is fetched."""

    async def get(self, request: Request) -> Page:
        raise FetchError(f"{request.url}: an import reads no page", kind="guard", transient=False)
