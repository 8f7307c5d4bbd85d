"""The pure middle of the line, as a worker runs it: bytes in; entries, requests, an article with its fingerprint out.

a feed or listing ─►[connector.read]─► Entry…, further Requests
an article page   ─►[connector.extract]─► Extract ─►[normalise]─► Article ─►[fingerprint]
no page           ─►[extract.feed_text]─► Extract ─► …
"""

from __future__ import annotations

import collections
import gc
import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.connector import Connector
from pipeline.dedup import fingerprint
from pipeline.dedup.story import terms
from pipeline.drift import Look, look_of
from pipeline.errors import ExtractError, ParseError
from pipeline.extract.feed_text import from_entry
from pipeline.model import Article, Entry, Extract, Fingerprint, Notice, Page, Request, Source
from pipeline.normalise import normalise
from pipeline.normalise.kills import notice_of
from pipeline.normalise.mapped import places_in
from pipeline.normalise.registers import Registers
from pipeline.normalise.times import end_of, parse_time
from pipeline.normalise.urls import normal_url
from pipeline.parse.rss import ttl_of
from pipeline.sites import by_host

# RFC 8141 URNs and addresses are unique by themselves; any other guid only within its feed.
UNIVERSAL = re.compile(r"^(?:https?://|urn:|tag:)", re.IGNORECASE)


@dataclass(frozen=True)
class Room:
    """What a worker knows: the sources with their connectors, and the registers; `load` makes a connector."""

    sources: Mapping[str, Source]
    connectors: Mapping[str, Connector]
    registers: Registers
    load: Callable[[Source], Connector]

    @cached_property
    def by_host(self) -> Mapping[str, Sequence[Source]]:
        """The sources of each host."""
        return by_host(self.sources.values())


@dataclass(frozen=True, slots=True)
class Keyed:
    """An entry with the keys it is known by: that of its address and, where it has a usable one, of its guid.

    `at` is the time it prints, at the latest; it is read for a backup feed only.
    """

    entry: Entry
    url_key: str
    guid_key: tuple[str, str] | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """One reading of an article; `also` are further addresses that are known to be its own, with their keys.

    `notice` is what it says of earlier articles, if it is a kill or a correction.  `look` says
    what its page was like, where it was read from one.
    """

    article: Article
    fingerprint: Fingerprint
    url_key: str
    guid_key: tuple[str, str] | None
    also: tuple[tuple[str, str], ...] = ()
    notice: Notice | None = None
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """All that one page gave.  `problem` is what went wrong with it; there may be an article all the same.

    `ttl` are the minutes between two polls that a feed asks for.
    """

    entries: tuple[Keyed, ...] = ()
    requests: tuple[Request, ...] = ()
    observed: Observed | None = None
    problem: Exception | None = None
    ttl: int | None = None


_room: Room | None = None


def prepare(load: str, *arguments: Any) -> None:
    """Make a worker ready: `load` is the dotted path (`module:function`) of what makes its Room."""
    global _room
    module, _, name = load.partition(":")
    _room = getattr(importlib.import_module(module), name)(*arguments)
    # A page makes some 100,000 objects, hardly any of them in cycles: looking for these at every 700th cost 5 % of a
    # page.  What is loaded by now stays for good and need not be looked at again.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def here() -> Room:
    """The Room of a worker that was made ready."""
    assert _room is not None
    return _room


def ready() -> None:
    """Returns when a worker is there to run it."""


def digest_here(request: Request, known_by: str, page: Page | None, seen_at: datetime | None) -> Digest:
    """`digest` with the worker's Room."""
    return digest(here(), request, known_by, page, seen_at)


def digest(room: Room, request: Request, known_by: str, page: Page | None, seen_at: datetime | None) -> Digest:
    """Work one page, of status 200; None is a page that can't be had, of which the entry is all there is.

    `known_by` is the key of the request's address, which the listing that led to it decided; `seen_at` is when the
    address was first listed, where the store knows.
    """
    if request.kind == "page":
        return _article(room, request, known_by, page, seen_at)
    assert page is not None
    return _list(room, request, page)


def _list(room: Room, request: Request, page: Page) -> Digest:
    source = room.sources[request.source]
    try:
        found = list(room.connectors[source.id].read(page, request))
    except ParseError as error:
        return Digest(problem=error)
    keyed = [_keyed(source, one) for one in found if isinstance(one, Entry)]
    if any(feed.backup for feed in source.feeds if feed.url == request.feed):
        keyed = [replace(one, at=_printed_at(one.entry, source)) for one in keyed]
    return Digest(
        entries=tuple(_apart(_named(keyed))),
        requests=tuple(one for one in found if isinstance(one, Request)),
        ttl=ttl_of(page.body),
    )


def _printed_at(entry: Entry, source: Source) -> datetime | None:
    """The time an entry prints; a day counts to its end."""
    zone = ZoneInfo(source.timezone)
    at = parse_time(entry.published_raw or entry.updated_raw or "", zone, near=entry.seen_at)
    if at is None:
        return None
    return at.at if isinstance(at.at, datetime) else end_of(at.at, zone)


def _article(room: Room, request: Request, known_by: str, page: Page | None, seen_at: datetime | None) -> Digest:
    source, entry = room.sources[request.source], request.entry
    extract: Extract | None = None
    problem: ExtractError | None = None
    if page is not None:
        try:
            extract = room.connectors[source.id].extract(page, entry)
        except ExtractError as error:
            problem = error
    if extract is None and entry is not None and entry.headline:
        extract, page = from_entry(entry), None
    if extract is None:
        return Digest(problem=problem or ExtractError(f"{request.url}: no page, and no entry to keep its text from"))
    article = _normalised(room, source, request, extract, page, seen_at)
    guid = guid_key(source, entry) if entry else None
    look = look_of(extract, article, lambda raw: _is_time(raw, source, article)) if page else None
    made = prints(room, article, source)
    observed = Observed(article, made, known_by, guid, notice=notice_of(article), look=look)
    return Digest(observed=observed, problem=problem)


def _is_time(raw: str, source: Source, article: Article) -> bool:
    return parse_time(raw, ZoneInfo(source.timezone), near=article.first_seen_at) is not None


def prints(room: Room, article: Article, source: Source) -> Fingerprint:
    """What articles are compared by, this one's."""
    dateline = article.dateline.text if article.dateline else ""
    text = "\n".join(filter(None, (article.lead, article.body)))
    return replace(fingerprint(article, source), terms=event_terms(article.headline, dateline, text, room.registers))


def event_terms(headline: str, dateline: str, text: str, registers: Registers) -> bytes:
    """What events are compared by: words, numbers, and the places of the register that are named."""
    named = places_in(f"{headline}\n{dateline}\n{text}", registers.places)
    return terms(headline, text, {place.id: place.kind == "country" for place in named}.items())


def _normalised(
    room: Room, source: Source, request: Request, extract: Extract, page: Page | None, seen_at: datetime | None
) -> Article:
    entry = request.entry
    read_at = page.fetched_at if page else entry.seen_at if entry else None
    first = seen_at or (entry.seen_at if entry else read_at)
    assert read_at is not None
    assert first is not None
    return normalise(extract, entry, source, room.registers, url=request.url, fetched_at=read_at, seen_at=first)


def _keyed(source: Source, entry: Entry) -> Keyed:
    return Keyed(entry, url_key(source, entry), guid_key(source, entry))


def url_key(source: Source, entry: Entry) -> str:
    """The key of an entry's address.  One that has no address is known by its feed's, with its own fragment."""
    address, _, fragment = entry.url.partition("#")
    key = normal_url(entry.url, source.identity_query)
    return f"{key}#{fragment}" if address == entry.feed and fragment else key


def guid_key(source: Source, entry: Entry) -> tuple[str, str] | None:
    """Scope and value of an entry's guid.  One that is an address is normalised like one: its query flips too."""
    if not entry.guid:
        return None
    if UNIVERSAL.match(entry.guid):
        is_address = entry.guid.lower().startswith("http")
        return "", normal_url(entry.guid, source.identity_query) if is_address else entry.guid
    return entry.feed, entry.guid


def _named(entries: list[Keyed]) -> list[Keyed]:
    """Entries whose guids can be trusted: one that several addresses of a feed share names none of them."""
    addresses: dict[tuple[str, str] | None, set[str]] = collections.defaultdict(set)
    for one in entries:
        addresses[one.guid_key].add(one.url_key)
    return [
        replace(one, guid_key=None, entry=replace(one.entry, guid=None)) if len(addresses[one.guid_key]) > 1 else one
        for one in entries
    ]


def _apart(entries: list[Keyed]) -> list[Keyed]:
    """Entries that share a page and differ in the fragment (posts of a live blog) are kept apart by it."""
    fragments: dict[str, set[str]] = collections.defaultdict(set)
    for one in entries:
        fragments[one.url_key].add(one.entry.url.partition("#")[2])
    return [
        replace(one, url_key=f"{one.url_key}#{one.entry.url.partition('#')[2]}")
        if len(fragments[one.url_key]) > 1
        else one
        for one in entries
    ]
