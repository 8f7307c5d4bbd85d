"""What is printed before a story: the headline once more, notices to editors, byline and dateline."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from pipeline.normalise.byline import is_house_line, read_byline, split_byline
from pipeline.normalise.dateline import Head
from pipeline.normalise.signals import notice_signals
from pipeline.normalise.text import fold

_HEAD_PARAGRAPHS = 6
# A standfirst or a caption may stand before the dateline; of a digest each piece has one.
_BEFORE = 3
_STANDFIRST = 300
# What stands in the datelines that agencies sign.
_CUE = re.compile(r"[(（/|=＝【〔［\[]|[电電讯訊]|\s[-–—]|--")
_REACH = 140
# `Marina – The champion was second.`
_CAPITAL = "[A-ZÀ-ÞĀ-ŽА-ЯЁ]"
_LISTED = re.compile(
    rf"{_CAPITAL}[a-zß-ÿ'’-]{{1,20}}(?:\s{_CAPITAL}[a-zß-ÿ'’-]{{1,20}}){{0,2}}\s[–—―-]{{1,3}}\s[\"“«„]?{_CAPITAL}"
)
_HEADLINE = 400


@dataclass(slots=True)
class Opening:
    """What the paragraphs at the head of a text turned out to be."""

    byline: str | None = None
    signals: list[str] = field(default_factory=list)
    head: Head | None = None


def open_story(
    paragraphs: list[str],
    headlines: Sequence[str],
    read: Callable[[str], Head | None],
    languages: Collection[str] = (),
) -> tuple[list[str], Opening]:
    """The paragraphs of the story without what is printed before it; `read` reads a dateline off one, `languages` are
    the tags of those that the text is declared to be in."""
    opening = Opening()
    repeated = {fold(headline) for headline in headlines}
    for number, text in enumerate(paragraphs[:_HEAD_PARAGRAPHS]):
        last = number + 1 == len(paragraphs)
        if not _is_before(text, opening, repeated, languages, last=last):
            found = _unlisted(read(text), paragraphs, number)
            if found is None or found.rest or last:
                return _headed(paragraphs[number:], found, opening, read), opening
            opening.head = found  # a line of its own; the story may have a fuller one
    return paragraphs[_HEAD_PARAGRAPHS:], opening


def _is_before(text: str, opening: Opening, repeated: set[str], languages: Collection[str], *, last: bool) -> bool:
    """Whether a paragraph stands before the story, and what it says."""
    notice = notice_signals(text)
    if notice is not None:
        opening.signals += notice
    elif found := read_byline(text, languages):
        opening.byline = opening.byline or found
    elif opening.byline and is_house_line(text):
        pass
    elif last or len(text) > _HEADLINE or fold(text) not in repeated:
        return False
    return True


def _unlisted(found: Head | None, paragraphs: list[str], number: int) -> Head | None:
    """A dateline of nothing but a name and a dash only where no other paragraph begins so: else it is a list."""
    if found is None or found.dateline.agency or found.dateline.date or not _LISTED.match(paragraphs[number]):
        return found
    others = paragraphs[:number] + paragraphs[number + 1 :]
    return None if any(_LISTED.match(text) for text in others) else found


def _headed(
    paragraphs: list[str], found: Head | None, opening: Opening, read: Callable[[str], Head | None]
) -> list[str]:
    """The story without its dateline and the reporter before its first sentence."""
    at = 0
    if found is None and opening.head is None:
        at, found = _behind_standfirst(paragraphs, read)
    rest = found.rest if found else paragraphs[at]
    byline, rest = split_byline(rest)
    opening.byline = opening.byline or byline
    opening.head = found or opening.head
    return [*paragraphs[:at], *([rest] if rest else []), *paragraphs[at + 1 :]]


def _behind_standfirst(paragraphs: list[str], read: Callable[[str], Head | None]) -> tuple[int, Head | None]:
    """The one dateline of an agency in the next paragraphs, if those before it are short; else the first paragraph."""
    found: Head | None = None
    place = 0
    for at, text in enumerate(paragraphs[1 : 2 * _BEFORE], 1):
        if found is None and (at > _BEFORE or len(paragraphs[at - 1]) > _STANDFIRST):
            break
        head = read(text) if _CUE.search(text, 0, _REACH) else None
        if head and head.dateline.agency and head.rest:
            if found:
                return 0, None
            found, place = head, at
    return place, found
