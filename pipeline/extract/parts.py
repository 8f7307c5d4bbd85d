"""What a title element may hold beside the headline, and whether what is cut off is a name of the site or a section.

"Storm closes port - Notes from the river" and "Grain deal - a history of failure" are built alike, and so are
"Science: Ferry sails" and "Q&A: who is who in the talks".  So nothing is cut off a title by its build alone, but where
a bar sets it off, as no headline has one, or where the page tells: it calls itself so, or prints the rest by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.extract.site import JOINT, MAX_NAME, NARROW, WORD, Site, key_of, plain_of
from pipeline.parse import bounds, dom

MAX_JOINTS = 8
MAX_LINKS = 400
MAX_PLACES = 20_000
# Of an element and of what is inside it so many texts are read to know what stands there alone.
MAX_PIECES = 6
# `|` and its like, `»`, and the hyphen of CJK titles (`…恢复通航-新华网`) set off names alone.
BAR = re.compile(r"\s*(?:[|｜│ǀ¦┃]|»)\s*|(?<!\s)[-–—](?!\s)")
# A slug of fewer words may be but the beginning of a headline: /world/grain-deal-talks
MIN_SLUG = 4
MIN_SPELT = 0.8
MAX_NAME_WORDS = 5
UNSEEN = frozenset(("a", "nav", "header", "footer", "aside", "script", "style", "noscript", "option", "title"))
MAX_ABOVE = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a title, which one it is, what is cut off for it, and the joint between the two."""

    text: str
    mark: str
    rest: str
    joint: str


def parts_of(title: str) -> list[Part]:
    """What a title may hold before and behind its first and last joint."""
    joints = list(JOINT.finditer(title))[-MAX_JOINTS:]
    if not joints:
        return []
    first, last = joints[0], joints[-1]
    parts = [_before(title, first, "first"), _behind(title, last, "last")]
    return parts if first is last else [*parts, _before(title, last, "but-last"), _behind(title, first, "but-first")]


def meant(guess: str, title: str, root: dom.Element, site: Site) -> str | None:
    """The part of a title that is the headline, where `guess` is the likeliest; None where none is proven to be.

    It is the guess, if what is cut off for it is a name, else the longest part that the page prints by itself.
    """
    guessed = next((part for part in parts_of(title) if key_of(part.text) == key_of(guess)), None)
    if guessed and _is_proven(guessed, root, site):
        return guessed.text
    runs = [run for run in _runs(title) if 2 * len(key_of(run)) > len(key_of(title))]
    printed = _printed([key_of(run) for run in runs], root)
    return next((run for run in sorted(runs, key=len, reverse=True) if key_of(run) in printed), None)


def _is_proven(part: Part, root: dom.Element, site: Site) -> bool:
    """Whether what is cut off for a part of the title of a page is a name, and no words of the headline."""
    if "»" in part.joint and "«" in f"{part.text}{part.rest}":
        return False
    is_larger = len(key_of(part.text)) > len(key_of(part.rest))
    if is_larger and len(part.rest) <= MAX_NAME and BAR.fullmatch(part.joint):
        return True
    if NARROW.fullmatch(part.joint):
        return site.is_named(part.rest)
    return _is_spelt(part, site) or _is_a_name(part.rest, root, site)


def _runs(title: str) -> list[str]:
    """Whatever stands between two of a title's joints, or one of its ends."""
    joints = list(JOINT.finditer(title))[-MAX_JOINTS:]
    starts, ends = [0, *(joint.end() for joint in joints)], [*(joint.start() for joint in joints), len(title)]
    return [title[start:end].strip() for at, start in enumerate(starts) for end in ends[at:]]


def _before(title: str, joint: re.Match[str], mark: str) -> Part:
    return Part(title[: joint.start()].strip(), mark, title[joint.end() :].strip(), joint[0])


def _behind(title: str, joint: re.Match[str], mark: str) -> Part:
    return Part(title[joint.end() :].strip(), mark, title[: joint.start()].strip(), joint[0])


def _is_spelt(part: Part, site: Site) -> bool:
    """Whether the address spells the part to its end, and nothing of the rest, which is written as names are."""
    words, rest = _words(part.text), _words(part.rest)
    if len(site.slug) < MIN_SLUG or not site.slug <= words or len(site.slug) < MIN_SPELT * len(words):
        return False
    capitals = [word for word in WORD.findall(part.rest) if len(word) > 3]
    return bool(rest) and len(rest) <= MAX_NAME_WORDS and not rest & site.slug and not any(map(str.islower, capitals))


def _words(text: str) -> set[str]:
    return {word for word in WORD.findall(plain_of(text.casefold())) if len(word) > 1}


def _is_a_name(rest: str, root: dom.Element, site: Site) -> bool:
    """Whether each piece of what is cut off is what the page calls its site, or a section that it lies in."""
    pieces = [key for piece in JOINT.split(rest) if (key := key_of(piece))]
    names = frozenset(key_of(name) for name in _names(root, site) if len(name) <= MAX_NAME)
    return bool(pieces) and all(site.is_named(piece) or piece in names for piece in pieces)


def _names(root: dom.Element, site: Site) -> Iterator[str]:
    """What links to the front page and to the sections above the page say, and their pictures; the names of feeds."""
    for link in islice(root.iter("a"), MAX_LINKS):
        href = link.get("href") or ""
        if site.is_home(href) or site.is_above(href):
            yield _beginning(link)
            yield from (image.get("alt") or "" for image in islice(link.iter("img"), MAX_PIECES))
    for link in islice(root.iter("link"), MAX_LINKS):
        if (link.get("type") or "").lower() in ("application/rss+xml", "application/atom+xml"):
            # "Notes from the river » Feed", "Notes from the river RSS"
            title = (link.get("title") or "")[: bounds.MAX_TITLE]
            yield JOINT.split(title, maxsplit=1)[0]
            yield re.sub(r"(?i)\W+(?:rss|atom|feed)\W*(?:feed|[\d.]{1,5})?$", "", title[:MAX_NAME])


def _printed(wanted: Sequence[str], root: dom.Element) -> set[str]:
    """Which of these keys of texts stand by themselves in an element of the page, neither a link nor in its frame."""
    body = root.find("body")
    found: set[str] = set()
    for element in islice(body.iter() if body is not None else (), MAX_PLACES):
        begins = key_of((element.text or "")[: bounds.MAX_TITLE])
        if begins and any(key.startswith(begins) for key in wanted):
            key = key_of(_beginning(element))
            if key in wanted and key not in found and not _is_framed(element):
                found.add(key)
    return found


def _is_framed(element: dom.Element) -> bool:
    above: dom.Element | None = element
    for _ in range(MAX_ABOVE):
        if above is None:
            return False
        if above.tag in UNSEEN:
            return True
        above = above.getparent()
    return False


def _beginning(element: dom.Element) -> str:
    """The first texts of an element; of a larger one no more than shows that it is larger."""
    return " ".join("".join(map(str, islice(element.itertext(), MAX_PIECES)))[: bounds.MAX_TITLE].split())
