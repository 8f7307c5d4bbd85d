"""Articles of one source on one event that are no versions of each other: flash, brief and dispatch, and translations.

A flash is one line, a brief a paragraph, the dispatch the story; each has an id and a text of its own, and all of them
stay news.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.dedup.story import FOREIGN_WINDOW, Profile, headline_told, likeness
from pipeline.model import Link

METHOD = "story/2"
# From the first word to the whole story; what is marked as nothing is a story.
STAGES = ("urgent", "brief", "", "detail")
UNMARKED = STAGES.index("")
FOLLOW_WINDOW = timedelta(hours=12)
# Of a headline's terms, by their rarity: a flash is little more than a headline.
SAME_HEADLINE, NEARLY_ALL = 0.45, 0.9
UNSURE = -2.6  # log odds: with the marks of stages beside it; a dispatch is about more than the brief before it


@dataclass(frozen=True, slots=True)
class Telling:
    """An article as it tells of an event."""

    profile: Profile
    source: str
    signals: tuple[str, ...]
    order: tuple[datetime, str, str]


def stage(signals: Collection[str]) -> int:
    """How far a report is, by its marks: 0 flash, 1 brief, 2 story, 3 detailed dispatch."""
    marked = [STAGES.index(name) for name in ("detail", "brief", "urgent") if name in signals]
    return marked[0] if marked else UNMARKED


def is_next_stage(later: Collection[str], earlier: Collection[str]) -> bool:
    """Whether one report is the next word on what another, a flash or a brief, said first."""
    return stage(earlier) < min(stage(later), UNMARKED)


def follow_up(later: Telling, earlier: Telling) -> Link | None:
    """The link from a brief or dispatch to the flash or brief before it."""
    if later.source != earlier.source or not is_next_stage(later.signals, earlier.signals):
        return None
    if abs(later.profile.at - earlier.profile.at) > FOLLOW_WINDOW:
        return None
    told, like = headline_told(earlier.profile, later.profile), likeness(later.profile, earlier.profile)
    if like is None or not _follows(told, like, later.signals):
        return None
    why = f"{told:.0%} of the headline of the {STAGES[stage(earlier.signals)]} report before it is told again"
    return Link("follow-up", earlier.profile.id, round(max(told, _chance(like)), 3), why, METHOD)


def _follows(told: float, like: float, signals: Collection[str]) -> bool:
    """Whether a report follows a flash or brief up, by the part of its headline that is told, and their likeness."""
    if told >= NEARLY_ALL:
        return True
    if stage(signals) == UNMARKED:
        return told >= SAME_HEADLINE and like > 0
    return like > UNSURE


def translation(later: Telling, earlier: Telling) -> Link | None:
    """The link from a source's report in one language to that in another."""
    one, other = later.profile, earlier.profile
    is_foreign = one.language and other.language and one.language != other.language
    if later.source != earlier.source or not is_foreign or abs(one.at - other.at) > FOREIGN_WINDOW:
        return None
    like = likeness(one, other)
    if like is None or like <= 0:
        return None
    return Link("translation", other.id, round(min(_chance(like), 0.999), 3), "the same numbers and places", METHOD)


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
