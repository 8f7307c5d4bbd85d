"""The verdict: is what was just read a new article, one we have, another address of one, or a new version?

Observations are ordered by when they were fetched, never by when they arrived: an older one may add an older revision
and never becomes the current one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from pipeline.dedup.fingerprint import content_hash
from pipeline.model import Article, ChangeKind, Fingerprint, VerdictKind


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of the article that an observation's guid or address means.

    `current` is its current revision, `contents` the content hashes of all its revisions, and `read` the content hash
    that was last read at this very address (one of several addresses may show an old text for long).
    """

    id: int
    current: Article
    contents: Collection[str]
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do: `article` is the one meant (None: a new one), `store` the revision to write, if any.

    `change` is what the change feed will say; `is_current` whether the revision becomes the current one.
    """

    kind: VerdictKind
    article: int | None = None
    store: Article | None = None
    change: ChangeKind | None = None
    is_current: bool = True


def decide(
    observed: Article,
    fingerprint: Fingerprint,
    known: Known | None,
    same_story: int | None = None,
    changed: Collection[str] = (),
) -> Verdict:
    """The verdict on one observation.

    `known` is the article its keys mean; `same_story` the article of the source with the same headline, full body and
    day, asked only where nothing is known; `changed` names the fields in which the feed's entry changed since it was
    last read, which is all that a feed-only observation may say of an article whose page we have.
    """
    if known is None:
        return _first(observed, same_story)
    if fingerprint.content in (known.read, content_hash(known.current)):
        return _unchanged(observed, known)
    if observed.completeness == "feed" and known.current.completeness != "feed":
        return _from_entry(observed, known, changed)
    return _version(observed, fingerprint, known)


def _first(observed: Article, same_story: int | None) -> Verdict:
    if same_story is not None:
        return Verdict("alias", same_story)
    return Verdict("new", None, observed, "created")


def _unchanged(observed: Article, known: Known) -> Verdict:
    if _completes(observed, known) and content_hash(known.current) == content_hash(observed):
        return Verdict("revision", known.id, observed, "completed")
    return Verdict("same", known.id)


def _from_entry(observed: Article, known: Known, changed: Collection[str]) -> Verdict:
    """The page can't be had again, but the feed prints another headline: the text we have stays under it."""
    if "headline" not in changed or observed.fetched_at < known.current.fetched_at:
        return Verdict("same", known.id)
    merged = replace(
        known.current,
        headline=observed.headline,
        headline_raw=observed.headline_raw,
        signals=observed.signals,
        fetched_at=observed.fetched_at,
    )
    if content_hash(merged) == content_hash(known.current):
        return Verdict("same", known.id)
    return Verdict("revision", known.id, merged, _change(merged, known))


def _version(observed: Article, fingerprint: Fingerprint, known: Known) -> Verdict:
    is_current = _completes(observed, known) or observed.fetched_at >= known.current.fetched_at
    if not is_current and fingerprint.content in known.contents:
        return Verdict("same", known.id)
    return Verdict("revision", known.id, observed, _change(observed, known), is_current)


def _completes(observed: Article, known: Known) -> bool:
    return known.current.completeness == "feed" and observed.completeness != "feed"


def _change(observed: Article, known: Known) -> ChangeKind:
    if _completes(observed, known):
        return "completed"
    if "correction" in observed.signals and "correction" not in known.current.signals:
        return "corrected"
    return "revised"
