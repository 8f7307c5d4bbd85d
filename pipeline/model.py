"""The nouns of the wire, in the order an article meets them.

    Source ─► Feed ─► Request ─► Page ─► Entry ─► Extract ─► Article ─► Verdict, Link ─► Revision, Change

Every value is frozen; change one by `dataclasses.replace`.  `None` means "the agency did not say".
Instants are aware datetimes in UTC.  This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

RequestKind = Literal["feed", "listing", "page"]
Precision = Literal["second", "minute", "day"]
Evidence = Literal["feed", "page", "listing", "dateline", "guess"]
Completeness = Literal["full", "feed", "partial"]
ChangeKind = Literal["created", "revised", "corrected", "withdrawn", "restored", "completed", "reextracted", "relinked"]
LinkKind = Literal["duplicate", "update", "follow-up", "translation"]
VerdictKind = Literal["new", "same", "alias", "revision"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The selectors of one page layout of a source (CSS; `::attr(name)` takes an attribute).

    A source may carry several: when a site changes its layout, the old profile stays beside the new one,
    and the one that fits is found by trying it on the page.
    """

    name: str
    headline: str | None = None
    lead: str | None = None
    body: str | None = None
    dateline: str | None = None
    date: str | None = None
    updated: str | None = None
    byline: str | None = None
    section: str | None = None
    keywords: str | None = None
    images: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A polled address of a source: an edition, a section.

    `kind` is `rss` (RSS, Atom, RDF), `listing` (HTML), `sitemap`, `json`, or a word of the source's own connector
    (KCNA's `menu`).  `every` is a fixed interval in seconds; None lets the feed's own rhythm say.  A `backup` is polled
    only when another feed of the source shows a gap.  `fields` says where an HTML or JSON listing keeps its entries:
    `entry`, `url`, `headline`, `text`, `date`, `guid`, `section` (selectors or dotted paths).
    """

    url: str
    kind: str = "rss"
    language: str | None = None
    section: str | None = None
    every: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    backup: bool = False

    def request(self, source: str) -> Request:
        """The request for it."""
        return Request(self.url, "feed", source, self.url, language=self.language, section=self.section)


@dataclass(frozen=True, slots=True)
class Source:
    """An agency as `config/sources/<id>.toml` describes it.  `timezone` is an IANA name, the zone of zone-less dates;
    of a source that nobody configured the zone is not known (`zone_known`), and of a time without one but the day.

    `hosts` are the hosts whose article pages belong to it; `articles` a regular expression that the path and query of
    an article's address match, where the source is known well enough to say.  `identity_query` names the query keys
    that are part of an address; all others are dropped from keys (None: keep all but known trackers).  `datelines` are
    its own forms of the dateline, `{place}, IRNA –`.  `versions` is a regular expression whose groups are what the ids
    of all versions of a story have in common.
    """

    id: str
    name: str
    feeds: tuple[Feed, ...] = ()
    profiles: tuple[Profile, ...] = ()
    country: str | None = None
    language: str | None = None
    timezone: str = "UTC"
    zone_known: bool = True
    enabled: bool = True
    connector: str = "connectors.standard:Standard"
    hosts: tuple[str, ...] = ()
    articles: str | None = None
    identity_query: tuple[str, ...] | None = None
    site_names: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    datelines: tuple[str, ...] = ()
    legacy_tls: bool = False
    versions: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a feed or listing: what the agency says of an article before its page is read.

    `text` and `content` (the entry's description and full text) are HTML as served.  `published_raw` and
    `updated_raw` are the printed strings.  `origin` is the kind of evidence its date is: `feed` or `listing`.
    `seen_at` is when the feed that listed it was fetched.
    """

    url: str
    feed: str
    seen_at: datetime
    guid: str | None = None
    headline: str | None = None
    text: str | None = None
    content: str | None = None
    published_raw: str | None = None
    updated_raw: str | None = None
    origin: Evidence = "feed"
    section: str | None = None
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    language: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be fetched: a row of the store.

    `feed` is the address of the configured feed it belongs to (its own address, if it is the feed).
    A page's request carries the entry that led to it; a listing's carries its section.
    """

    url: str
    kind: RequestKind
    source: str
    feed: str
    entry: Entry | None = None
    language: str | None = None
    section: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a feed has news, by the hour of the day (UTC, 24 of each): entries, and hours watched, up to `upto`.

    Both fade with time, so that what was long ago counts less.  `lull` are the entries that were to be expected in the
    longest silence that ended by itself, a weekend's or a holiday's; it fades more slowly.  `doubt` is such a silence
    that may as well have been an outage; `since` is when watching began anew after a time in which nobody did.
    """

    entries: tuple[float, ...]
    hours: tuple[float, ...]
    upto: datetime
    lull: float = 0.0
    doubt: float = 0.0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Polling:
    """What a feed's past says of it.

    `answered_at` is its last good answer, `whole_at` the last body that was got without validators, `new_at` its last
    new entry; `failures` counts what went wrong since `failing_since`, trouble that may pass in part.  `wanted` are the
    seconds between polls that the feed itself asks for, `entries` and `listings` those of its last body.  `doubted` are
    validators (ETag, Last-Modified) that no longer hold: a server that says 304 to them `lies`.
    """

    answered_at: datetime | None = None
    whole_at: datetime | None = None
    new_at: datetime | None = None
    failing_since: datetime | None = None
    failures: float = 0.0
    failure_kind: str | None = None
    rhythm: Rhythm | None = None
    wanted: int | None = None
    entries: int | None = None
    listings: int | None = None
    doubted: tuple[str | None, str | None] | None = None
    lies: bool = False
    gap_at: datetime | None = None
    churn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A response as received.  `body` has its content coding undone, its characters not yet decoded.

    `headers` names are lower case, in the order received.  `received` is the body as it came over the wire, where that
    was compressed, and `coding` how (`gzip`, `br`, `deflate`, `zstd`); the archive keeps it so.  `absent` marks the 404
    that an archive gives for an address it does not hold.  `fetched_at` is the only time a pure stage knows.
    """

    url: str
    status: int
    body: bytes
    fetched_at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    final_url: str | None = None
    received: bytes | None = None
    coding: str | None = None
    absent: bool = False

    @property
    def address(self) -> str:
        """The address the body came from, after redirects."""
        return self.final_url or self.url

    def header(self, name: str) -> str | None:
        """The last value of a header, by its lower-case name."""
        return next((value for key, value in reversed(self.headers) if key == name), None)


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """robots.txt of an origin (`https://tass.com`) as it was last had, to be used until `until`.

    Where it can't be had, `status` is 0, `fetched_at` is since when, and `text` what it said before, empty if nothing.
    """

    fetched_at: datetime
    until: datetime
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A printed time at which an article may have been published.

    `says` is what speaks for it and against it, by name, in units of log odds; times of one day add theirs up.  Where
    that is empty the rank of the evidence decides alone.  `raw` is `YYYY-MM` where only a month is known, which speaks
    for the days in it.  `origin` as in Extract.fields.
    """

    evidence: Evidence
    raw: str
    origin: str = ""
    says: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """Raw text and metadata of one article, as printed, each field with where it came from.

    `paragraphs` is plain text, a paragraph an element, dateline and trailers still on it; `dateline` is a place
    that the page prints in an element of its own.  `dates` are candidates in order of trust.  `fields` maps a field
    of the record to its origin (`profile`, `feed`, `json-ld`, `opengraph`, `meta`, `html`, `blocks`, `agreement`,
    `trafilatura`, `embedded`, `live`).  `missed` names the profile's selectors that found nothing.  `signed` is
    what stands where pages have their byline, `named` where they have a name; both are empty where people are
    declared.  `expected` is the F1 (0..1) to be expected of a text that no profile found; `signals` is what the
    kind of the page says (`live`).
    """

    headline: str | None = None
    lead: str | None = None
    paragraphs: tuple[str, ...] = ()
    dateline: str | None = None
    dates: tuple[Dated, ...] = ()
    updated_raw: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    language: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    signals: tuple[str, ...] = ()
    method: str = "feed"
    profile: str | None = None
    missed: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    completeness: Completeness = "full"
    expected: float = 1.0


@dataclass(frozen=True, slots=True)
class Published:
    """The agency's own time: an instant (UTC), or with precision `day` the bare day printed in the source's zone."""

    at: datetime | date
    precision: Precision
    origin: Evidence
    raw: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """`VIENTIANE, July 7. /TASS/.` as printed, and what it says.  `date` is a full day; `agency` a register id."""

    text: str
    place: str | None = None
    places: tuple[str, ...] = ()
    date: date | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Who is named as the source of the news: `agency` by register id (None: not in the register), `name` as printed,
    `via` the agency that quotes it, `text` the words that say so."""

    name: str
    text: str
    agency: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """How the text was got.  `quality` is in 0..1; `fields` maps a field of the record to its origin."""

    method: str
    version: str
    quality: float
    profile: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """The normalised record, before the store gives it a number.  `body` is a paragraph a line."""

    source: str
    url: str
    headline: str
    headline_raw: str
    body: str
    first_seen_at: datetime
    fetched_at: datetime
    sort_at: datetime
    completeness: Completeness
    extraction: Extraction
    guid: str | None = None
    canonical_url: str | None = None
    credit: str | None = None
    lead: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    byline: str | None = None
    images: tuple[str, ...] = ()
    language: str | None = None
    dateline: Dateline | None = None
    published: Published | None = None
    updated_at: datetime | None = None
    embargoed_until: datetime | None = None
    signals: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says of earlier texts of its agency, and by what it names them; headlines are folded."""

    kind: Literal["kill", "correction"]
    urls: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What two articles are compared by; hex SHA-256.

    `content`: what the agency printed (headline, lead, body, dateline, byline, signals); a revision is a change of it.
    `text`: the words of the body, None where the body proves nothing (an excerpt, empty, boilerplate).
    `headline`: the words of the printed headline.  `day`: the printed day, in the source's zone.
    `keys`: what its copies and versions share with it, for the most part: hashes of 47 bits.  `terms`: what events are
    compared by, packed by `dedup.story`.
    """

    content: str
    text: str | None
    headline: str
    day: date | None
    keys: tuple[int, ...] = ()
    terms: bytes = b""


@dataclass(frozen=True, slots=True)
class Link:
    """How one article relates to another, with the evidence."""

    kind: LinkKind
    article: int
    score: float
    why: str
    method: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change feed."""

    epoch: str
    seq: int
    at: datetime
    change: ChangeKind
    id: int
    revision: int
    source: str
    url: str
