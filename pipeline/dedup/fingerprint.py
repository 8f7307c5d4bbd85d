"""What two articles are compared by."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.dedup.compare import Text
from pipeline.dedup.link import Candidate
from pipeline.dedup.shingles import SIGNS_EACH, WORD, folded, key, sketch, words
from pipeline.model import Article, Fingerprint, Published, Source

# A body of fewer characters proves nothing: KCNA's shortest real dispatches have about 200, and a line such as
# "(full text follows)" recurs under every headline.
PROVING_CHARACTERS = 80
# Rows that an article is looked up by; each costs 19 bytes of the database.
KEYS = 16
# A headline of fewer words, or signs, is any story's.
TELLING_WORDS, TELLING_SIGNS = 3, 6
PRINTED = ("feed", "page", "listing")
# A digest is made of other stories: it is a copy and a version of none.
DIGESTS = frozenset({"summary"})


def fingerprint(article: Article, source: Source | None) -> Fingerprint:
    """The fingerprint of an article; `source` gives the zone in which its day is counted (None: UTC)."""
    return Fingerprint(
        content=content_hash(article),
        text=text_hash(article),
        headline=headline_hash(article),
        day=printed_day(article.published, ZoneInfo(source.timezone if source else "UTC")),
        keys=keys(as_candidate(article, source)),
    )


def as_candidate(article: Article, source: Source | None, number: int = 0) -> Candidate:
    """An article as it is compared."""
    return _candidate(article, source, text_hash(article), number)


def looked_up_by(article: Article, source: Source | None) -> tuple[tuple[int, ...], datetime]:
    """The keys that an article is looked up by, and of which day they are, without the hashes of its texts: a check of
    all articles has no time for these."""
    found = _candidate(article, source, None)
    return keys(found), found.at


def _candidate(article: Article, source: Source | None, texts: str | None, number: int = 0) -> Candidate:
    text = Text(article.headline, article.body)
    origin = article.published.origin if article.published else None
    return Candidate(
        number, article.source, article.url, article.sort_at, placed_at(article.sort_at, article.first_seen_at, origin),
        text, texts, article.signals, family(article.guid or article.url, source),
        proves(text, article.completeness), article.dateline.date if article.dateline else None,
    )  # fmt: skip


def placed_at(sort_at: datetime, first_seen_at: datetime, published_from: str | None) -> datetime:
    """When an article was published, or else seen: the day of a dateline has no year, and may be a reprint's."""
    return sort_at if published_from in PRINTED else first_seen_at


def keys(article: Candidate) -> tuple[int, ...]:
    """What articles that may be copies or versions of this one share with it: family, headline, sketch of the text."""
    if DIGESTS & set(article.signals):
        return ()
    named = named_keys(article)
    return (*named, *sketch(article.text.words, KEYS - len(named))) if article.proves else named


def named_keys(article: Candidate) -> tuple[int, ...]:
    """Those keys of which one is enough: of its id's family, and of its headline without markers."""
    found = [key("family", f"{article.source} {article.family}")] if article.family else []
    title = words(article.text.headline)
    if len(title.all) >= (TELLING_SIGNS if title.each == SIGNS_EACH else TELLING_WORDS):
        found.append(key("headline", " ".join(title.all)))
    return tuple(found)


def family(identifier: str, source: Source | None) -> str | None:
    """What the ids of all versions of a story have in common, where the agency's ids say so."""
    found = re.search(source.versions, identifier) if source and source.versions else None
    return " ".join(filter(None, found.groups())) if found else None


def proves(text: Text, completeness: str) -> bool:
    """Whether a body is the article's own, and long enough to go by."""
    least = PROVING_CHARACTERS // 2 if text.words.each == SIGNS_EACH else PROVING_CHARACTERS
    return completeness != "feed" and sum(map(len, text.words.all)) >= least


def content_hash(article: Article) -> str:
    """What the agency printed; spacing apart, a change of it is a revision."""
    dateline = article.dateline.text if article.dateline else ""
    printed = (article.headline_raw, article.lead, article.body, dateline, article.byline, *sorted(article.signals))
    return _hash("\x1f".join(" ".join(folded(part or "").split()) for part in printed))


def headline_hash(article: Article) -> str:
    """The words of the printed headline."""
    return _hash(_words(article.headline_raw))


def text_hash(article: Article) -> str | None:
    """The words of a full body; None where they prove nothing (a feed's excerpt, a body of a few words)."""
    text = _words(article.body)
    if article.completeness != "full" or len(text) < PROVING_CHARACTERS:
        return None
    return _hash(text)


def printed_day(published: Published | None, zone: ZoneInfo) -> date | None:
    """The day of publication as the agency's own readers see it."""
    if published is None:
        return None
    return published.at.astimezone(zone).date() if isinstance(published.at, datetime) else published.at


def _words(text: str) -> str:
    return " ".join(WORD.findall(folded(text)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
