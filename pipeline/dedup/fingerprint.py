"""What two articles are compared by."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.model import Article, Fingerprint, Published, Source

WORD = re.compile(r"\w+")
# A body of fewer characters proves nothing: KCNA's shortest real dispatches have about 200, and a line such as
# "(full text follows)" recurs under every headline.
PROVING_CHARACTERS = 80


def fingerprint(article: Article, source: Source | None) -> Fingerprint:
    """The fingerprint of an article; `source` gives the zone in which its day is counted (None: UTC)."""
    return Fingerprint(
        content=content_hash(article),
        text=text_hash(article),
        headline=_hash(_words(article.headline_raw)),
        day=printed_day(article.published, ZoneInfo(source.timezone if source else "UTC")),
    )


def content_hash(article: Article) -> str:
    """What the agency printed; spacing apart, a change of it is a revision."""
    dateline = article.dateline.text if article.dateline else ""
    printed = (article.headline_raw, article.lead, article.body, dateline, article.byline, *sorted(article.signals))
    return _hash("\x1f".join(" ".join(_folded(part or "").split()) for part in printed))


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
    return " ".join(WORD.findall(_folded(text)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
