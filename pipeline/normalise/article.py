"""Extract → Article: each field read by the module of its subject, in the order a reader meets them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from pipeline.errors import NormaliseError
from pipeline.model import Article, Dated, Dateline, Entry, Evidence, Extract, Extraction, Published, Source
from pipeline.normalise.byline import authors_of, tidy_authors, unique
from pipeline.normalise.citations import find_citations
from pipeline.normalise.corrections import says_corrected
from pipeline.normalise.credit import credit_of, cut_signature, helped_by, signed_by
from pipeline.normalise.dateline import Head, read_place
from pipeline.normalise.embargo import read_embargo
from pipeline.normalise.house import head_of
from pipeline.normalise.kills import says_kill
from pipeline.normalise.language import language_of, primary_tag
from pipeline.normalise.opening import open_story
from pipeline.normalise.published import known_of, published, reason
from pipeline.normalise.registers import Registers
from pipeline.normalise.signals import split_headline, strip_site_name
from pipeline.normalise.signature import signed_authors
from pipeline.normalise.slashes import Reader, reader, told_of
from pipeline.normalise.text import clean, clean_paragraphs, cut_boilerplate, fold
from pipeline.normalise.times import changed_part, day_in, end_of
from pipeline.normalise.trailers import read_trailers

# Raised whenever the same page may give another record: `reextract` compares by it.
EXTRACTION_VERSION = "7"

_HEADLINE = 1000
_HEAD_PARAGRAPHS = 6
_ADDRESS = 4096
_TAG = re.compile(r"<[^<>]{0,1000}>")
_ELLIPSIS = re.compile(r"[\s.…\[\]]+$")


@dataclass(frozen=True, slots=True)
class _Body:
    """The text taken apart: what stands at its head, the story, and the signature at its end."""

    paragraphs: tuple[str, ...]
    head: Head | None = None
    byline: str | None = None
    signals: tuple[str, ...] = ()
    signature: str | None = None
    helper: str | None = None
    embargoed_until: datetime | None = None


def normalise(
    extract: Extract,
    entry: Entry | None,
    source: Source,
    registers: Registers,
    *,
    url: str,
    fetched_at: datetime,
    seen_at: datetime,
) -> Article:
    """The record of an article out of what its page and its feed entry say.

    `seen_at` is our first sight of it, `fetched_at` when its text was fetched; both aware.  `url` is where from.

    Raises:
        NormaliseError: neither page nor entry has a headline.
    """
    zone = ZoneInfo(source.timezone)
    latest = max(fetched_at, seen_at, entry.seen_at if entry else seen_at)
    houses = (*source.site_names, extract.site_name, source.name)
    printed = _headline(extract, entry, source, houses)
    headline, markers = split_headline(printed)
    candidates = _candidates(extract, entry)
    read = _reader(candidates, extract, entry, source, url, seen_at, latest)
    served = _served(entry, fetched_at)
    at, origin = published(candidates, zone, read, shown_at=served, zone_known=source.zone_known) or (None, "")
    near = day_in(zone, at.at if at else seen_at)
    languages = _languages(extract, entry, source)
    shown_at = at.at if at and at.origin != "guess" and isinstance(at.at, datetime) else seen_at
    body = _body(extract, source, registers, (printed, headline), languages, near, shown_at)
    if "kill" in body.signals:
        headline, markers = split_headline(printed, is_killed=True)
    lead_head = head_of(clean(extract.lead), source, registers, near)
    head = body.head or lead_head or _head_of_entry(entry, source, registers, near)
    dateline = head.dateline if head else None
    if at is None or at.origin == "guess":
        at, origin = (by, "body") if (by := _published_by(dateline)) else (at, origin)
    byline = _byline(extract, source) or body.byline or (head.byline if head else None)
    printed_names = authors_of(byline, registers)
    signed = () if printed_names else _signed(extract, entry, registers)
    authors = printed_names or signed or tidy_authors(extract.authors or (entry.authors if entry else ()), houses)
    return Article(
        source=source.id,
        url=url,
        headline=headline,
        headline_raw=printed,
        body="\n".join(body.paragraphs),
        first_seen_at=seen_at,
        fetched_at=fetched_at,
        sort_at=_sort_at(at, zone, seen_at),
        completeness=extract.completeness,
        extraction=_extraction(extract, body, at, origin, "byline" if printed_names else "html" if signed else ""),
        guid=entry.guid if entry else None,
        canonical_url=_address(extract.canonical_url),
        credit=credit_of(
            source.id,
            entry.credit if entry else None,
            (*(head.agencies if head else ()), body.signature, _signed_by(extract, entry, registers), body.helper),
            registers,
        ),
        lead=_lead(extract, headline, body, lead_head),
        section=clean(extract.section) or clean(entry.section if entry else None) or None,
        keywords=unique(map(clean, extract.keywords or (entry.keywords if entry else ()))),
        authors=authors,
        byline=byline,
        images=unique(extract.images or (entry.images if entry else ())),
        language=_language(extract, entry, source, headline, body),
        dateline=dateline,
        published=at,
        updated_at=_updated_at(extract, entry, read, at, zone_known=source.zone_known),
        embargoed_until=body.embargoed_until,
        signals=unique((*markers, *body.signals, *extract.signals)),
        citations=find_citations((headline, *body.paragraphs), registers, source.id),
    )


def told_when(extract: Extract, source: Source, *, url: str, at: datetime) -> tuple[Reader, str]:
    """How the printed times of a page are read, and why the one is believed that `normalise` gives it."""
    candidates = _candidates(extract, None)
    read = _reader(candidates, extract, None, source, url, at, at)
    return read, reason(candidates, ZoneInfo(source.timezone), read, zone_known=source.zone_known)


def _headline(extract: Extract, entry: Entry | None, source: Source, houses: Sequence[str | None]) -> str:
    for raw in (extract.headline, entry.headline if entry else None):
        printed = strip_site_name(clean(raw), (*houses, extract.section))
        if printed:
            return printed[:_HEADLINE].rstrip()
    if not source.profiles:
        raise NormaliseError("no headline was found: it is no article, or no HTML page")
    raise NormaliseError("no headline on the page nor in the feed: check the profile's `headline` selector")


def _byline(extract: Extract, source: Source) -> str | None:
    """The byline that the page prints, without what its site puts behind it."""
    printed = clean(extract.byline)[:_HEADLINE].rstrip()
    return next(iter(cut_boilerplate([printed], source.boilerplate)), None) if printed else None


def _signed(extract: Extract, entry: Entry | None, registers: Registers) -> tuple[str, ...]:
    """Who signed the page, where it declares nobody but its house; what the feed says goes before."""
    if entry and entry.authors:
        return ()
    return signed_authors(extract.named, extract.signed, registers, full_only=bool(extract.authors))


def _signed_by(extract: Extract, entry: Entry | None, registers: Registers) -> str | None:
    """The agency that signed the page alone, in its byline or where it declares its authors."""
    authors = extract.authors or (entry.authors if entry else ())
    return signed_by((clean(extract.byline), *map(clean, authors)), registers)


def _candidates(extract: Extract, entry: Entry | None) -> list[Dated]:
    """The printed times, first those that stand by their rank, the entry's own with them where the extract left it
    out."""
    candidates = [dated for dated in extract.dates if not dated.says]
    if entry and entry.published_raw and not any(dated.raw == entry.published_raw for dated in candidates):
        candidates.append(Dated(entry.origin, entry.published_raw, "feed"))
    return candidates + [dated for dated in extract.dates if dated.says]


def _served(entry: Entry | None, fetched_at: datetime) -> dict[Evidence, datetime]:
    """When each kind of evidence was served."""
    return {"page": fetched_at, **({"feed": entry.seen_at, "listing": entry.seen_at} if entry else {})}


def _reader(
    candidates: Sequence[Dated],
    extract: Extract,
    entry: Entry | None,
    source: Source,
    url: str,
    near: datetime,
    latest: datetime,
) -> Reader:
    """How the printed times of an article are read."""
    language = extract.language or (entry.language if entry else None) or source.language
    told = told_of(source.timezone, source.country, language, url)
    raws = [*(dated.raw for dated in candidates), *_updates(extract, entry)]
    return reader(raws, ZoneInfo(source.timezone), near, latest, month_first=told)


def _body(
    extract: Extract,
    source: Source,
    registers: Registers,
    headlines: Sequence[str],
    languages: Collection[str],
    near: date,
    shown_at: datetime,
) -> _Body:
    printed = cut_boilerplate(clean_paragraphs(extract.paragraphs), source.boilerplate)
    paragraphs, embargo, signals = _notices(printed, source, shown_at)
    read = partial(head_of, source=source, registers=registers, near=near)
    paragraphs, opening = open_story(paragraphs, headlines, read, languages)
    paragraphs, head = (paragraphs, opening.head) if opening.head else _placed(extract, paragraphs, near)
    helper = helped_by(paragraphs, registers)
    paragraphs, reporter = read_trailers(paragraphs)
    paragraphs, signature = cut_signature(paragraphs, registers)
    if signature:  # what stood before it may be a trailer as well
        paragraphs, other = read_trailers(paragraphs)
        reporter = reporter or other
    byline = opening.byline or (head.byline if head else None) or reporter
    # A kill may stand behind a dateline, or be a note to editors that is taken off.
    cut = len(paragraphs) != len(printed)
    is_kill = says_kill(paragraphs, headlines[0]) or (cut and says_kill(printed, headlines[0]))
    corrected = ("correction",) if not is_kill and says_corrected(printed) else ()
    said = (*(("kill",) if is_kill else ()), *signals, *opening.signals, *corrected)
    return _Body(tuple(paragraphs), head, byline, said, signature, helper, embargo)


def _notices(
    paragraphs: list[str], source: Source, shown_at: datetime
) -> tuple[list[str], datetime | None, tuple[str, ...]]:
    """The text without notices of an embargo at its head, until when it is, and the signals."""
    zone = ZoneInfo(source.timezone) if source.zone_known else None
    found = [read_embargo(text, zone, shown_at) for text in paragraphs[:_HEAD_PARAGRAPHS]]
    if not any(found):
        return paragraphs, None, ()
    left = [text if one is None else one.rest for text, one in zip(paragraphs, found, strict=False)]
    story = [text for text in left if text] + paragraphs[_HEAD_PARAGRAPHS:]
    until = next((one.until for one in found if one and one.until), None)
    return story or paragraphs, until, ("embargo",)


def _placed(extract: Extract, paragraphs: list[str], near: date) -> tuple[list[str], Head | None]:
    """The story without the place that the page prints in an element of its own, and that place."""
    first = paragraphs[0] if paragraphs else ""
    head = read_place(clean(extract.dateline), first, near) if extract.dateline else None
    if head is None or head.rest == first:
        return paragraphs, head
    return [*([head.rest] if head.rest else []), *paragraphs[1:]], head


def _head_of_entry(entry: Entry | None, source: Source, registers: Registers, near: date) -> Head | None:
    """The dateline of the feed's text, for a page that prints none."""
    text = entry.text or entry.content if entry else None
    return head_of(clean(_TAG.sub(" ", text[:_ADDRESS])), source, registers, near) if text else None


def _published_by(dateline: Dateline | None) -> Published | None:
    """The dateline's day, where nothing else says when; the last resort."""
    return Published(dateline.date, "day", "dateline", dateline.text) if dateline and dateline.date else None


def _lead(extract: Extract, headline: str, body: _Body, head: Head | None) -> str | None:
    """The standfirst; None where it only repeats the headline or the beginning of the body."""
    lead = clean(extract.lead)
    if not lead or fold(lead) == fold(headline):
        return None
    lead = head.rest if head else lead
    first = fold(body.paragraphs[0]) if body.paragraphs else ""
    return None if first.startswith(fold(_ELLIPSIS.sub("", lead))) else lead


def _languages(extract: Extract, entry: Entry | None, source: Source) -> frozenset[str]:
    """The languages that a text is declared to be in, by whomever."""
    declared = (extract.language, entry.language if entry else None, source.language)
    return frozenset(tag for tag in map(primary_tag, declared) if tag)


def _language(extract: Extract, entry: Entry | None, source: Source, headline: str, body: _Body) -> str | None:
    declared = (extract.language, entry.language if entry else None, source.language)
    return language_of(declared, "\n".join((headline, *body.paragraphs[:20])))


def _updated_at(
    extract: Extract, entry: Entry | None, read: Reader, at: Published | None, *, zone_known: bool
) -> datetime | None:
    read_all = (read(raw) for raw in _updates(extract, entry, at))
    moments = (known_of(found, zone_known=zone_known) for found in read_all if found)
    return next((moment.at for moment in moments if isinstance(moment.at, datetime)), None)


def _updates(extract: Extract, entry: Entry | None, at: Published | None = None) -> list[str]:
    """The printed times of a change; else what the line of the publication says of one."""
    told = [raw for raw in (extract.updated_raw, entry.updated_raw if entry else None) if raw]
    part = None if told or at is None else changed_part(at.raw)
    return [part] if part else told


def _sort_at(at: Published | None, zone: ZoneInfo, seen_at: datetime) -> datetime:
    """When it stands in the line of news: its time, a day counting to its end, never later than we saw it."""
    if at is None:
        return seen_at.astimezone(UTC)
    instant = at.at if isinstance(at.at, datetime) else end_of(at.at, zone)
    return min(instant, seen_at).astimezone(UTC)


def _address(url: str | None) -> str | None:
    url = clean(url)
    return url if 0 < len(url) <= _ADDRESS else None


def _extraction(extract: Extract, body: _Body, at: Published | None, origin: str, signed: str) -> Extraction:
    """How it was got; `origin` is the place of its time, `signed` that of its authors, where they are printed."""
    fields = dict(extract.fields)
    if body.head and body.head.dateline.text != clean(extract.dateline):
        fields["dateline"] = "body"
    elif not body.head:
        fields.pop("dateline", None)
    if at:
        fields["published_at"] = at.origin
    if origin:
        fields["published"] = origin
    if signed:
        fields["authors"] = signed
    return Extraction(extract.method, EXTRACTION_VERSION, _quality(extract, body, at), extract.profile, fields)


def _quality(extract: Extract, body: _Body, at: Published | None) -> float:
    """How much of an article we got, 0..1: what is expected of its text, less for what its kind has and it lacks."""
    kept = {"full": 1.0, "partial": 0.8, "feed": 0.7}[extract.completeness]
    kept -= min(0.1 * len(extract.missed), 0.3)
    kept -= 0.0 if body.paragraphs else 0.4
    kept -= 0.0 if at else 0.02
    return round(max(0.0, kept * extract.expected), 3)
