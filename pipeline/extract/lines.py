"""What a line of a page says for itself: its length, its marks, whether it repeats or follows the page's titles."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.parse.blocks import Block

# So much of a line is read for what kind of line it is; words are held against the titles in a little more.
MAX_READ = 150
MAX_TERMS = 240
MAX_TITLE_TERMS = 40
MIN_TERMS = 3
# A shorter line, or one of links, says nothing of what the page is about.
MIN_TOLD = 40
MIN_LINE = 25
MAX_TOLD_LINK = 0.5
# A line that says hardly anything but the title is the title once more.
REPEATS = 0.75
MAX_REPEAT = 200
# Beyond this a line is no label, reference or notice.
MAX_ASIDE = 120

ENDS = frozenset(".!?。！？…:;\"”»'’)]」』﹒।۔")
COMMAS = ",，、،"
DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:h]\d\d")
DIGIT = re.compile(r"\d")
# What sites print between the paragraphs that is no part of them, in the languages of the wires.
ASIDES = """
read more|also read|see also|related|follow us|subscribe|sign up|click here|newsletter|share this|share on|all rights
copyright|©|cookie|log in|login|advertis|getty images|photo:|image:|lesen sie|mehr zum|lire aussi|leia também
lea también|читайте|подпис|еще по теме|コメント|責任編集|责任编辑|相关|分享|czytaj|zobacz też|διαβάστε|σχετικά
关键词|编辑|来源|无断|無断|저작권|기자
"""
ASIDE = re.compile(ASIDES.strip().replace("\n", "|"))
# "SEOUL, Sept. 3 (Yonhap) -- ", "МОСКВА, 4 янв - РИА Новости. ", "Paris – ": how a dispatch begins
DATELINE = re.compile(
    r"[^\W\d_][^.!?]{1,60}?(?:\s[-\u2013\u2014\u2015]{1,2}\s|\([^)]{2,40}\)\s*[-\u2013\u2014]?|\.\s?[-\u2013\u2014]\s|】)"
)
MIN_DISPATCH = 100
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
# Words are compared by their first letters, as endings differ between a title and its story; CJK by pairs.
TERM = re.compile(rf"[^\W_{CJK}]{{4,}}|\d+|[{CJK}]+")
STEM = 5

LINE_NAMES = """
width wide short long very_long link link_full link_half link_none bold end commas digits upper date aside
broken words twice often is_title in_description has_article in_article not_in_article list_link
link_upper link_bold link_unended short_unended unended_paragraph aside_unlinked of_title of_description
like_description dispatch
"""
LINE_VALUES = tuple(LINE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page says elsewhere: its titles, its description and JSON-LD's articleBody, squashed and casefolded."""

    titles: frozenset[str] = frozenset()
    description: str = ""
    article: str = ""


def hints_of(titles: Iterable[str], description: str | None, article: Iterable[str]) -> Hints:
    """The hints of a page from what it declares."""
    known = squashed(description or "")
    return Hints(
        frozenset(squashed(title) for title in titles), known if len(known) > 30 else "", squashed(" ".join(article))
    )


def squashed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _flat(line: str) -> str:
    """`squashed` of (part of) a block's line, which has no two spaces in a row: only rarer ones are looked for."""
    return line.rstrip(" ").casefold() if line.isprintable() else squashed(line)


def terms(text: str) -> set[str]:
    """The beginnings of words of four letters and more, numbers, and the pairs of neighbouring CJK characters."""
    if text.isascii():
        return {word[:STEM] for word in TERM.findall(text)}
    found: set[str] = set()
    for word in TERM.findall(text):
        if word[0] < "\u0e00":
            found.add(word[:STEM])
        else:
            found.update(word[at : at + 2] for at in range(len(word) - 1))
    return found


class Lines:
    """Reads the lines of one page; `topical` tells afterwards which terms of the titles each line has."""

    def __init__(self, blocks: list[Block], hints: Hints) -> None:
        self.hints = hints
        self.seen = Counter(block.text for block in blocks)
        titles = sorted({term for title in hints.titles if len(title) < MAX_TERMS for term in terms(title)})
        self.titles = frozenset(titles[:MAX_TITLE_TERMS])
        self.description = frozenset(terms(hints.description[: 4 * MAX_TERMS]))
        self.topical: dict[int, tuple[set[str], set[str]]] = {}

    def numbers(self, at: int, block: Block) -> tuple[float, ...]:
        """The numbers of a line, in the order of LINE_VALUES; `at` is its place on the page."""
        text, width, linked, hints = block.text, block.width, block.linked, self.hints
        tag = block.inside.tag
        flat = _flat(text[:MAX_READ])
        is_aside = width < MAX_ASIDE and ASIDE.search(flat) is not None
        is_link, is_short, is_ended = linked > 0.9, width < 60, text[-1] in ENDS
        seen = self.seen[text]
        in_article = bool(hints.article) and len(flat) > 15 and flat[:80] in hints.article
        return (
            math.log1p(width) / 6,
            min(width, 600.0) / 600,
            width < MIN_LINE,
            width >= 120,
            width >= 300,
            linked,
            is_link,
            linked > 0.4,
            linked == 0,
            block.bold > 0.8,
            is_ended,
            min(5, sum(map(flat.count, COMMAS))) / 5,
            len(DIGIT.findall(flat)) / (len(flat) or 1),
            text.isupper(),
            is_short and DATE.search(text) is not None,
            is_aside,
            block.broken,
            min(flat.count(" ") + 1, 50) / 50,
            seen > 1,
            seen > 3,
            (flat if len(text) <= MAX_READ else squashed(text[: 4 * MAX_READ])) in hints.titles,
            self._is_described(flat),
            bool(hints.article),
            in_article,
            bool(hints.article) and len(flat) > 15 and not in_article,
            linked > 0.5 and tag in ("li", "ul", "ol"),
            is_link and text.isupper(),
            linked > 0.6 and block.bold > 0.6,
            is_link and not is_ended,
            is_short and not is_ended,
            tag == "p" and not is_ended,
            is_aside and not linked,
            *self._topic(at, block),
            width > MIN_DISPATCH and DATELINE.match(text) is not None,
        )

    def _is_described(self, flat: str) -> bool:
        described = self.hints.description
        return bool(described) and len(flat) > 20 and (flat[:60] in described or described[:60] in flat)

    def _topic(self, at: int, block: Block) -> tuple[float, float, float]:
        """The shares of the titles' terms and of the description's that the line has, and of its own in there."""
        is_silent = block.width < MIN_TOLD or block.linked > MAX_TOLD_LINK or block.inside.tag == "h1"
        if is_silent or not (self.titles or self.description):
            return 0.0, 0.0, 0.0
        said = terms(block.text[:MAX_TERMS].casefold())
        titled, described = said & self.titles, said & self.description
        if titled and block.width < MAX_REPEAT and len(titled) >= REPEATS * len(said):
            return 0.0, 0.0, 0.0
        if titled or described:
            self.topical[at] = (titled, described)
        return (
            min(1.0, len(titled) / max(MIN_TERMS, len(self.titles))),
            len(described) / max(MIN_TERMS, len(self.description)),
            len(described) / max(MIN_TERMS, len(said)),
        )
