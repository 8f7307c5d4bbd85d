"""How articles relate: which earlier ones an article was made from, and what follows from that.

It is linked to those before it that it surely was made from, else to the best match of those it may have been made
from; *before* is the earlier `sort_at`, then source, then address.  So the links are the same whatever the order of
arrival.  What is connected by them is one text: the first is the original, and all others are its copies, or new
versions of what their own source had before.  Nothing is merged or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from pipeline.dedup.compare import ENOUGH, Match, Text, compare
from pipeline.dedup.follow import is_next_stage
from pipeline.model import Link, LinkKind

EXACT, NEAR, MARKED = "text-hash/1", "shingles/1", "marker/1"
# Copies and versions of a text come within days; what comes later is another day's report.
WINDOW = timedelta(days=7)
# A version under the same headline comes within two, whatever its text.
MARKED_WINDOW = timedelta(days=2)
# What a source prints again with other numbers is put right within hours, and is the next day's report later.
NEXT_DAY = timedelta(hours=18)
DATELINES_WITHIN = timedelta(days=3)
VERSION_SIGNALS = ("lead", "update", "correction", "kill", "repeat")
# In log odds.  Of five chains of ids that were seen four were right, and two texts of one number have one subject;
# where datelines name other days the reports of a day are meant, or a copy that was dated anew.
FAMILY, APART = 4.0, 4.0
SAME_FAMILY_HEADLINES = 0.5
MARKED_SCORE, FAMILY_SCORE, MOST = 0.95, 0.8, 0.999
# From here on a match is sure: trimmed copies of one text may have little in common but with that text.
SURE = 0.98


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as it is compared.

    `at` is when it was published, or else seen.  `proves` says that its text is its own, and enough to go by.  `day` is
    the day of its dateline.
    """

    id: int
    source: str
    url: str
    sort_at: datetime
    at: datetime
    text: Text
    text_hash: str | None = None
    signals: tuple[str, ...] = ()
    family: str | None = None
    proves: bool = True
    day: date | None = None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """What decides which of two is the earlier."""
        return self.sort_at, self.source, self.url


@dataclass(frozen=True, slots=True)
class Kin:
    """An article among those of one text, and what the store says follows from the links between them."""

    id: int
    source: str
    url: str
    sort_at: datetime
    original: int | None = None
    duplicate_of: int | None = None
    update_of: int | None = None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """What decides which of two is the earlier."""
        return self.sort_at, self.source, self.url


class Placed(Protocol):
    """What has a place among others."""

    @property
    def order(self) -> tuple[datetime, str, str]:
        """What decides which of two is the earlier."""


# A link as the store has it: from an article to an earlier one that it was made from.
Edge = tuple[int, Link]
# What follows from the links: the original, and one of the two references of the record.
Standing = tuple[int | None, int | None, int | None]


def made_from(one: Candidate, earlier: Candidate) -> Link | None:
    """The link that says an article was made from an earlier one; None where it was not, as far as can be seen."""
    if one.text_hash and one.text_hash == earlier.text_hash:
        return exact_copy(earlier.id)
    if abs(one.at - earlier.at) > WINDOW:
        return None
    is_same_source = one.source == earlier.source
    is_family = is_same_source and one.family is not None and one.family == earlier.family
    if is_same_source and is_next_stage(one.signals, earlier.signals):
        return None  # a dispatch follows its flash up
    match = compare(one.text, earlier.text) if one.proves and earlier.proves else None
    apart = APART * days_apart(one.day, earlier.day)
    if match and not is_family and _is_next_report(one, earlier, match):
        return None
    if match and (score := match.score + FAMILY * is_family - apart) > ENOUGH:
        kind: LinkKind = "update" if is_same_source else "duplicate"
        return Link(kind, earlier.id, _rounded(Match(score, {}).chance), _why(match, is_family=is_family), NEAR)
    return _marked(one, earlier, is_family=is_family) if is_same_source else None


def _is_next_report(one: Candidate, earlier: Candidate, match: Match) -> bool:
    """Whether a text is the report of another day: the same words with other numbers or dates in their places, and
    nothing that says it is a new version.  Who reprints another's text may date it anew, but changes no more."""
    is_marked = any(signal.startswith(VERSION_SIGNALS) for signal in one.signals)
    least = 1 if one.source == earlier.source else 2
    return not is_marked and abs(one.at - earlier.at) >= NEXT_DAY and match.evidence["numbers swapped"] >= least


def days_apart(one: date | None, other: date | None) -> bool:
    """Whether datelines name days that are too far apart for one report; an agency may date a copy anew."""
    return one is not None and other is not None and abs(one - other) > DATELINES_WITHIN


def exact_copy(original: int) -> Link:
    """The link of a copy word for word."""
    return Link("duplicate", original, 1.0, "the bodies have the same words in the same order", EXACT)


def _marked(one: Candidate, earlier: Candidate, *, is_family: bool) -> Link | None:
    """A version by what is printed on it: a marker above the same headline, or an id of the same family."""
    if abs(one.at - earlier.at) > MARKED_WINDOW:
        return None
    marker = next((signal for signal in one.signals if signal.startswith(VERSION_SIGNALS)), None)
    if marker and one.text.title == earlier.text.title:
        return Link("update", earlier.id, MARKED_SCORE, f"marked {marker}, under the same headline", MARKED)
    shared = len(one.text.telling & earlier.text.telling)
    if is_family and shared >= SAME_FAMILY_HEADLINES * min(len(one.text.telling), len(earlier.text.telling)):
        return Link("update", earlier.id, FAMILY_SCORE, "ids of one family, under like headlines", MARKED)
    return None


def kept(links: Iterable[tuple[Link, Placed]]) -> list[Link]:
    """Of the links to earlier articles those that stand: the sure ones, or else the best."""
    ranked = sorted(links, key=lambda one: (-one[0].score, one[1].order))
    exact = [link for link, _ in ranked[:1] if link.method == EXACT]
    sure = [link for link, _ in ranked if link.score >= SURE]
    return exact or sure or [link for link, _ in ranked[:1]]


def standings(family: Sequence[Kin], edges: Sequence[Edge]) -> dict[int, Standing]:
    """What follows for each article from the links among them: original, duplicate_of, update_of."""
    ordered = sorted(family, key=lambda one: one.order)
    firsts = _firsts(ordered, edges)
    place = {kin.id: at for at, kin in enumerate(ordered)}
    # Of the last of equal ones: a version rather than a copy, and of the earliest.
    best = dict(
        sorted(edges, key=lambda edge: (edge[1].score, edge[1].kind == "update", -place.get(edge[1].article, 0)))
    )
    sources = {kin.id: kin.source for kin in family}
    versions: dict[tuple[int, str], int] = {}
    found: dict[int, Standing] = {}
    for kin in ordered:
        first, link = firsts[kin.id], best.get(kin.id)
        before = versions.get((first, kin.source))
        if first == kin.id:
            found[kin.id] = (None, None, None)
        elif before and link and (link.kind == "update" or _is_own(link, kin.source, sources, first)):
            found[kin.id] = (first, None, before)
        else:
            found[kin.id] = (first, first, None)
        # What a source only sent once more is no version of its own.
        if not (link and link.kind == "duplicate" and sources.get(link.article) == kin.source):
            versions[first, kin.source] = kin.id
    return found


def _is_own(link: Link, source: str, sources: Mapping[int, str], first: int) -> bool:
    """Whether what is most like a client's reprint goes on with what its own source told first: a reprint of the LEAD
    that came between it and the 2nd LD makes that no copy."""
    return source == sources[first] and sources.get(link.article) != source


def _firsts(ordered: Sequence[Kin], edges: Iterable[Edge]) -> dict[int, int]:
    """The first of all articles that each is connected with."""
    place = {kin.id: at for at, kin in enumerate(ordered)}
    leads = list(range(len(ordered)))

    def lead(at: int) -> int:
        while leads[at] != at:
            leads[at] = leads[leads[at]]
            at = leads[at]
        return at

    for article, link in edges:
        if article in place and link.article in place:
            one, other = lead(place[article]), lead(place[link.article])
            leads[max(one, other)] = min(one, other)
    return {kin.id: ordered[lead(at)].id for at, kin in enumerate(ordered)}


def _why(match: Match, *, is_family: bool) -> str:
    seen = match.evidence
    said = [f"{seen['contained']:.0%} of the shorter text is in the other"]
    if seen["same headline"]:
        said.append("the same headline")
    elif seen["headlines"]:
        said.append(f"{seen['headlines']:.0%} of the headline's words")
    if seen["numbers swapped"]:
        said.append(f"{seen['numbers swapped']:.0f} numbers in the same place differ")
    if is_family:
        said.append("ids of one family")
    return ", ".join(said)


def _rounded(chance: float) -> float:
    return round(min(chance, MOST), 3)
