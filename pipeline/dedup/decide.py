"""The verdict: is what was just read a new article, one we have, another address of one, or a new version?

Observations are ordered by when they were fetched, never by when they arrived: an older one may add an older revision
and never becomes the current one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.dedup.fingerprint import content_hash
from pipeline.model import Article, ChangeKind, Completeness, Fingerprint, VerdictKind

# How much of an article was had.
RANKS: dict[Completeness, int] = {"feed": 0, "partial": 1, "full": 2}
# Signals that a notice in the text proves, and a headline need not show.
PROVED_BY_TEXT = frozenset({"correction", "kill"})
# Of what two texts must share to be versions of one story: words move and numbers change, a topic stays.
SHARED = 0.3
PIECE = 3  # characters
LONGEST_COMPARED = 5000  # characters
# A page that shows less than this part of the text we have, and nothing but its beginning, is a stub of it.
STUB = 0.6
CUT_ENDS = ".… "


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of the article that an observation's guid or address means.

    `current` is its current revision, `contents` the content hashes of all its revisions, and `read` the content hash
    that was last read at this very address (one of several addresses may show an old text for long).  `read_at` is
    when its text was last read, changed or not.
    """

    id: int
    current: Article
    contents: Collection[str]
    read: str | None = None
    read_at: datetime | None = None
    withdrawn: bool = False


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
    if known.withdrawn:
        return _withdrawn(observed, known)
    if fingerprint.content in (known.read, content_hash(known.current)):
        return _unchanged(observed, known)
    if _is_lesser(observed, known.current):
        return _headline_only(observed, known, changed)
    return _version(observed, fingerprint, known)


def is_another(observed: Article, known: Article) -> bool:
    """Whether two texts under one guid are two stories: a feed that always gives the same guid names nothing by it."""
    one, other = (_pieces(f"{article.headline} {article.body}") for article in (observed, known))
    return len(one & other) < SHARED * min(len(one), len(other))


def _pieces(text: str) -> set[str]:
    folded = "".join(text.casefold().split())[:LONGEST_COMPARED]
    return {folded[start : start + PIECE] for start in range(len(folded))}


def _first(observed: Article, same_story: int | None) -> Verdict:
    if same_story is not None:
        return Verdict("alias", same_story)
    return Verdict("new", None, observed, "created")


def _unchanged(observed: Article, known: Known) -> Verdict:
    if _completes(observed, known) and content_hash(known.current) == content_hash(observed):
        return Verdict("revision", known.id, observed, "completed")
    return Verdict("same", known.id)


def _withdrawn(observed: Article, known: Known) -> Verdict:
    """Only its page brings a withdrawn article back: feeds go on listing what is gone.

    One that its agency killed comes back with another text only: pages may stay on the site as they were.
    """
    is_kill = "kill" in observed.signals
    if (is_kill or "kill" in known.current.signals) and _says_the_same(observed, known.current):
        return Verdict("same", known.id)
    if is_kill and known.current.completeness == observed.completeness == "feed" and not _is_older(observed, known):
        return Verdict("revision", known.id, observed, "withdrawn")
    if observed.completeness == "feed" or _is_older(observed, known) or (known.current.body and not observed.body):
        return Verdict("same", known.id)
    if not is_kill and "kill" in known.current.signals and known.current.completeness == "feed":
        # Of what was killed no more than the feed's text was had: its page is got late, and is what was killed.
        return Verdict("revision", known.id, replace(observed, signals=(*observed.signals, "kill")), "withdrawn")
    return Verdict("revision", known.id, observed, "withdrawn" if is_kill else "restored")


def _says_the_same(observed: Article, killed: Article) -> bool:
    return content_hash(replace(observed, signals=killed.signals)) == content_hash(killed)


def _headline_only(observed: Article, known: Known, changed: Collection[str]) -> Verdict:
    """What was read has less of a text than we have: the text stays, under the new headline if there is one.

    A feed words its headline as it likes, so there only a change of it counts.
    """
    if (observed.completeness == "feed" and "headline" not in changed) or _is_older(observed, known):
        return Verdict("same", known.id)
    proved = [signal for signal in known.current.signals if signal in PROVED_BY_TEXT]
    merged = replace(
        known.current,
        headline=observed.headline,
        headline_raw=observed.headline_raw,
        signals=tuple(dict.fromkeys((*observed.signals, *proved))),
        fetched_at=observed.fetched_at,
    )
    if content_hash(merged) == content_hash(known.current):
        return Verdict("same", known.id)
    return Verdict("revision", known.id, merged, _change(merged, known))


def _version(observed: Article, fingerprint: Fingerprint, known: Known) -> Verdict:
    is_current = _completes(observed, known) or not _is_older(observed, known)
    if not is_current and fingerprint.content in known.contents:
        return Verdict("same", known.id)
    return Verdict("revision", known.id, observed, _change(observed, known), is_current)


def _completes(observed: Article, known: Known) -> bool:
    return RANKS[observed.completeness] > RANKS[known.current.completeness] and not _is_lesser(observed, known.current)


def _is_lesser(observed: Article, current: Article) -> bool:
    """Whether less was read than we have: an excerpt instead of the page's text, or a page that is blank by now."""
    if current.body and (not observed.body or _is_stub(observed.body, current.body)):
        return True
    return RANKS[observed.completeness] < RANKS[current.completeness]


def _is_stub(text: str, whole: str) -> bool:
    """Whether a text is only the beginning of one that we have: a paywall came down, or the page was cut.

    Its last line may be cut, or be the wall's own.  An agency that shortens a story words it anew, or leaves out more
    than its end.
    """
    if len(text) >= STUB * len(whole):
        return False
    *first, last = text.split("\n")
    lines = whole.split("\n")
    if lines[: len(first)] != first or len(lines) <= len(first):
        return False
    return bool(first) or lines[0].startswith(last.rstrip(CUT_ENDS))


def _is_older(observed: Article, known: Known) -> bool:
    return observed.fetched_at < max(known.current.fetched_at, known.read_at or known.current.fetched_at)


def _change(observed: Article, known: Known) -> ChangeKind:
    if "kill" in observed.signals and "kill" not in known.current.signals and not _is_older(observed, known):
        return "withdrawn"
    if _completes(observed, known):
        return "completed"
    if "correction" in observed.signals and "correction" not in known.current.signals:
        return "corrected"
    return "revised"
