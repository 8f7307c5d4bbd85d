"""The article in the scripts of a page that shows none without running them: the last resort.

A page built in the browser carries its text as JSON, as one string of HTML or as a list of paragraphs in the manner of
its editor (Arc, Contentful, Portable Text, Gutenberg, React's own elements).  Beside it are other articles, menus and
messages, so a text is taken only with proof: what the page's titles or its description say is in it or beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from pipeline.extract.body import Judged, page_hints
from pipeline.extract.lines import Hints, squashed, terms
from pipeline.extract.rich_text import BAD_KEYS, MAX_DEPTH, MAX_KEY, Budget, lines_of
from pipeline.extract.states import States, loaded, states_of
from pipeline.model import Extract
from pipeline.parse import bounds, dom
from pipeline.parse.blocks import WIDTH, width_of

# The page's own text is left alone where it is expected to be right, and longer than a flash.
DOUBTFUL = 0.85
SHORT = 500
LONGER = 1.25
MUCH_LONGER = 2.0
# The F1 of such a text, on pages that show theirs as well (fundus, WCXB, scrapinghub: 0.81 and 0.88 by halves).
EXPECTED = 0.8
MAX_CANDIDATES = 300
# A text of less is a teaser, a caption or a message.
MIN_TEXT = 250
MIN_PARAGRAPH = 60
# So much of the text must stand in paragraphs, and so many of the title's words in the text.
PROSE = 0.6
SHARED = 0.5
NEARLY = 0.8
SAME = 40
MIN_TERMS = 3
# Words at the end of a description that may be cut, or but say that it goes on.
CUT = 2
MAX_JUDGED = 20_000
PROVEN = 2
BESIDE = 3
MAX_TITLES = 30
LONG_WORD = 14
RARE = 40
TITLE_KEY = re.compile(r"title|headline|heading|^name$", re.IGNORECASE)
LEAD_KEY_NAMES = "subTitle subtitle sub_title standfirst dek deck subHeadline subheadline chapo lede"
LEAD_KEYS = tuple(LEAD_KEY_NAMES.split())
# A sentence of prose is words and the marks between them: no list of parameters, no escaped script.
UNTOLD = re.compile(r"[%{}<>=|_\\]|//|:[A-Za-z0-9]")
ENDED = re.compile(r"[.!?。！？…:;\"”»'’)\]」』﹒।۔]\s*$")
CJK_SIGNS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
CJK = re.compile(f"[{CJK_SIGNS}]")
WORD = re.compile(rf"[^\W_{CJK_SIGNS}]+|{CJK.pattern}")


@dataclass(frozen=True, slots=True)
class Embedded:
    """The paragraphs of an article out of the scripts of its page, and the standfirst beside them."""

    paragraphs: tuple[str, ...]
    lead: str | None = None
    method: str = "embedded"
    expected: float = EXPECTED


NOTHING = Embedded(())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text in the scripts, its printed width, and the objects around it, innermost first."""

    paragraphs: tuple[str, ...]
    width: float
    around: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class _Walk:
    """One walk over all values, with what is left of its bounds."""

    states: States
    budget: Budget = field(default_factory=Budget)
    seen: set[int] = field(default_factory=set)
    loaded: list[Any] = field(default_factory=list)
    found: list[Candidate] = field(default_factory=list)


def instead(root: dom.Element, judged: Judged, stated: Extract) -> Embedded | None:
    """What is to be read instead of a doubtful or very short text of the page itself; mostly nothing.

    JSON-LD's articleBody, or a text in the scripts.  It has to be much longer than what the page shows: the same text
    is better read where it is printed, and a shorter one is a teaser.
    """
    width = sum(map(width_of, judged.paragraphs))
    is_doubtful = judged.expected < DOUBTFUL
    if width >= SHORT and not is_doubtful:
        return None
    least = max(MIN_TEXT, width * (LONGER if is_doubtful else MUCH_LONGER))
    if sum(map(width_of, stated.paragraphs)) >= least:
        return Embedded(stated.paragraphs, method="json-ld")
    found = article_in(root, page_hints(root, stated))
    return found if found and sum(map(width_of, found.paragraphs)) >= least else None


def article_in(root: dom.Element, hints: Hints) -> Embedded | None:
    """The article in a page's scripts; None where there is no text with proof that it is the page's."""
    candidates = [(proof_of(one, hints), one) for one in candidates_of(states_of(root))]
    proven = [(proof * one.width, one) for proof, one in candidates if proof >= PROVEN]
    _, best = max(proven, key=lambda pair: pair[0], default=(0.0, None))
    return Embedded(best.paragraphs, _lead(best)) if best else None


def candidates_of(states: States) -> list[Candidate]:
    """The texts that could be an article, of all values."""
    walk = _Walk(states)
    for value in states.values:
        _search(walk, value, (), 0)
    return walk.found


def _search(walk: _Walk, value: Any, around: tuple[dict[str, Any], ...], depth: int) -> None:
    """Take the texts among a value and its parts; each object and list is come to once."""
    value = walk.states.meant(value)
    if walk.budget.is_spent() or depth > MAX_DEPTH or len(walk.found) >= MAX_CANDIDATES or id(value) in walk.seen:
        return
    if isinstance(value, str):
        _search_text(walk, value, around, depth)
    elif isinstance(value, dict):
        walk.seen.add(id(value))
        inner = (value, *around[: BESIDE - 1])
        for name, part in value.items():
            if not BAD_KEYS.search(name[:MAX_KEY]):
                _search(walk, part, inner, depth + 1)
    elif isinstance(value, list):
        walk.seen.add(id(value))
        _search_list(walk, value, around, depth)


def _search_text(walk: _Walk, text: str, around: tuple[dict[str, Any], ...], depth: int) -> None:
    """A string may be a whole state of its own."""
    if text[:1] in ("{", "[") and len(text) > MIN_TEXT and text.rstrip()[-1:] in ("}", "]"):
        if id(text) in walk.seen or not walk.budget.may_read(text):
            return
        walk.seen.add(id(text))
        walk.loaded.append(loaded(text))  # kept, so that no other object gets its id
        _search(walk, walk.loaded[-1], around, depth + 1)
    elif len(text) * WIDTH > MIN_TEXT:
        _take(walk, text, around)


def _search_list(walk: _Walk, parts: list[Any], around: tuple[dict[str, Any], ...], depth: int) -> None:
    are_texts = all(isinstance(part, str) for part in parts)
    if not are_texts or any(len(part) > MIN_PARAGRAPH for part in parts):
        _take(walk, parts, around)
    for part in () if are_texts else parts:
        _search(walk, part, around, depth + 1)


def _take(walk: _Walk, value: Any, around: tuple[dict[str, Any], ...]) -> None:
    paragraphs = lines_of(value, walk.states, walk.budget)
    width = sum(map(width_of, paragraphs))
    prose = sum(width_of(line) for line in paragraphs if _is_prose(line))
    if width >= MIN_TEXT and prose >= PROSE * width:
        walk.found.append(Candidate(paragraphs, width, around))


def _is_prose(line: str) -> bool:
    """Whether a line is a sentence: ended like one, in words, with hardly a sign that only programs use."""
    if width_of(line) < MIN_PARAGRAPH or not ENDED.search(line[-4:]):
        return False
    has_words = CJK.search(line) is not None or line.count(" ") * LONG_WORD > len(line)
    return has_words and len(UNTOLD.findall(line)) * RARE < len(line)


def proof_of(one: Candidate, hints: Hints) -> int:
    """How sure it is that a text is the page's: 0 without proof, more for more of it."""
    text = squashed(" ".join(one.paragraphs)[:MAX_JUDGED])
    words, described = _words(text), _words(hints.description)
    if _holds(described, words) or _holds(described, words[:-CUT]):
        return 0  # a teaser
    beside = set(_titles_beside(one.around))
    proof = 0
    if any(title in beside for title in hints.titles if len(title) > 8):
        proof += 2
    proof += 2 * _holds(words, _first(described))
    proof += 2 * _holds(words, _first(_words(hints.article[:MAX_JUDGED])))
    known = terms(text)
    shared = max((_shared(terms(title), known) for title in hints.titles), default=0.0)
    return proof + (2 if shared >= NEARLY else 1 if shared >= SHARED else 0)


def _titles_beside(around: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The titles of the nearest object around a text that has any: `title`, or `headlines: {"basic": …}` of Arc."""
    for thing in around:
        said = [value for name, value in thing.items() if TITLE_KEY.search(name[:MAX_KEY])]
        parts = [part for value in said for part in (value.values() if isinstance(value, dict) else (value,))]
        texts = [part for part in parts[:MAX_TITLES] if isinstance(part, str) and len(part) <= bounds.MAX_TITLE]
        titles = list(map(squashed, texts))
        yield from titles
        if titles:
            return


def _shared(wanted: set[str], known: set[str]) -> float:
    """The share of a title's terms that a text has; 0 of a title of two."""
    return len(wanted & known) / len(wanted) if len(wanted) >= MIN_TERMS else 0.0


def _words(text: str) -> list[str]:
    """The words of a text, each CJK character one of its own."""
    return WORD.findall(text)


def _first(words: list[str]) -> list[str]:
    """So many of the first words that no other text has them; of a shorter text all but the last, which may be cut."""
    ends = accumulate(len(word) + 1 for word in words)
    many = next((at for at, end in enumerate(ends, 1) if end > SAME), len(words) - 1)
    return words[:many]


def _holds(words: list[str], phrase: list[str]) -> bool:
    """Whether a phrase is among words, whole words in their order; one of a word or two is not looked for."""
    return len(phrase) >= MIN_TERMS and f" {' '.join(phrase)} " in f" {' '.join(words)} "


def _lead(one: Candidate) -> str | None:
    for thing in one.around[:2]:
        for name in LEAD_KEYS:
            if isinstance(said := thing.get(name), str) and said.strip():
                return bounds.one_line(" ".join(dom.fragment_paragraphs(said)), bounds.MAX_TEXT)
    return None
