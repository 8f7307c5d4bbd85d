"""One page to one record, with no database: what `newswire extract` runs in a worker."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.digest import Room, here
from pipeline.errors import ArticleError, ExtractError
from pipeline.extract import profile
from pipeline.extract.candidates import candidates
from pipeline.extract.witnesses import Said
from pipeline.model import Extract, Page, Source
from pipeline.normalise import normalise, told_when
from pipeline.normalise.times import Reading
from pipeline.parse import dom
from pipeline.parse.encoding import decode
from pipeline.record import of_article
from pipeline.sites import host_of, owner_of

EXAMPLE = 80  # characters


@dataclass(frozen=True, slots=True)
class Examined:
    """The record of a page, or why there is none; CPU milliseconds from its bytes to its record.

    `candidates` is all that the page says of a field, and `reasons` why one of them was chosen, where that was asked
    for.
    """

    record: dict[str, Any] | None
    error: str | None
    cpu_ms: float
    origins: Mapping[str, str]
    candidates: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """Which profile fitted a page (None: none of them), and which of its selectors found nothing.

    `found` has for each selector that found something how often, and an example.
    """

    profile: str | None
    found: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    missed: tuple[str, ...] = ()


def trial_here(page: Page, source: str) -> Trial:
    """Try a source's profiles on one of its pages, with the worker's Room."""
    text, _ = decode(page.body, page.header("content-type"))
    hit = profile.best(dom.parse_html(text), here().sources[source].profiles)
    if hit is None:
        return Trial(None)
    found = {name: (len(texts), texts[0][:EXAMPLE]) for name, texts in hit.texts.items()}
    return Trial(hit.profile.name, found, profile.missed(hit))


def examine_here(page: Page, name: str | None) -> Examined:
    """`examine` with the worker's Room."""
    return examine(here(), page, name)


def explain_here(page: Page, name: str | None) -> Examined:
    """`examine` with the worker's Room, and with all that the page says of each field."""
    found = examine_here(page, name)
    if found.record is None:
        return found
    source, extract = _extracted(here(), page, name)
    html, _ = decode(page.body, page.header("content-type"))
    said = dict(candidates(dom.parse_html(html), page.address, source.profiles))
    read, why = told_when(extract, source, url=page.url, at=page.fetched_at)
    said["published_at"] = tuple(replace(one, reads=_day(read(one.value))) for one in said.get("published_at", ()))
    if found.record["published_from"] == "dateline":
        why = f"{why}; the dateline names a day"
    return replace(found, candidates=said, reasons={"published_at": why})


def _day(read: Reading | None) -> str | None:
    return None if read is None else read.at.isoformat().replace("+00:00", "Z")


def examine(room: Room, page: Page, name: str | None = None) -> Examined:
    """Examine a page as one of the source `name`, else of the source its address belongs to."""
    began = time.thread_time()
    try:
        source, extract = _extracted(room, page, name)
        record = _record(room, source, extract, page)
        # What no configured source has is of none.
        record["source"] = source.id if source.id in room.sources else None
    except ArticleError as error:
        return Examined(None, str(error), _milliseconds(began), {})
    return Examined(record, None, _milliseconds(began), record["extraction"]["fields"])


def _extracted(room: Room, page: Page, name: str | None) -> tuple[Source, Extract]:
    source = named(room.sources, name) if name else owner(room, page.url)
    connector = room.connectors.get(source.id) or room.load(source)
    return source, connector.extract(page, None)


def named(sources: Mapping[str, Source], name: str) -> Source:
    """The configured source of this name.

    Raises:
        ExtractError: there is none.
    """
    if name not in sources:
        raise ExtractError(f"no source {name!r} is configured and enabled; see: newswire source list")
    return sources[name]


def owner(room: Room, url: str) -> Source:
    """The configured source that an address belongs to, else one that stands for its host."""
    host = host_of(url) or "unknown"
    return owner_of(room.by_host, url) or Source(host, host, zone_known=False)


def _record(room: Room, source: Source, extract: Extract, page: Page) -> dict[str, Any]:
    at = page.fetched_at
    article = normalise(extract, None, source, room.registers, url=page.url, fetched_at=at, seen_at=at)
    return of_article(article)


def _milliseconds(began: float) -> float:
    # Not process_time: under a limit of CPU time Linux counts it in ticks of 4 ms.
    return round((time.thread_time() - began) * 1000, 2)
