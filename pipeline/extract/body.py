"""The text of a page of which nothing is known: our own judgement of its blocks, block by block.

Each block gets the probability that it is a paragraph of the article (evidence.py says from what); taken are those
that make the expected F1 of the whole as high as it can be.  That expectation is what is said of the text's quality,
and a low one is a doubt.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import numpy as np

from pipeline.extract import generic
from pipeline.extract.around import Around
from pipeline.extract.evidence import First, Table
from pipeline.extract.lines import Hints, hints_of, squashed
from pipeline.model import Extract
from pipeline.parse import dom
from pipeline.parse.blocks import Block, Layout, layout_of

# A block that is rather not the article's is not taken, whatever it would do for the expectation.
LIKELY = 0.5
# Sites print a paragraph twice for a narrow and a wide screen; a short line may well be repeated.
MIN_REPEATED = 40
# Below this expectation the page is doubtful, and a second opinion is asked for.
DOUBT = 0.83
# A few words may be a notice, or what a script left; two lines are a brief.
MIN_SURE = 80
# How much a second opinion weighs, in units of log odds, for a block that it takes and against one that it leaves.
SWAY = 2.0
# What is expected of a text of which we saw nothing ourselves; a low guess, so that it is looked at.
UNSEEN = 0.5
MAX_HEADINGS = 20
MAX_WHOLE = 25
MAX_HINT = 2_000


@dataclass(frozen=True, slots=True)
class Judged:
    """The paragraphs taken, the F1 (0..1) that is to be expected of them, and the probability of every block."""

    paragraphs: tuple[str, ...]
    expected: float
    chances: tuple[float, ...] = ()
    method: str = "blocks"


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: the words of classes that count, and the weights of both rounds, one for each column.

    `names` are the weights of words on the containers; the second round knows them only by what the first made of them.
    """

    words: frozenset[str]
    names: Mapping[str, float]
    first: Table
    again: Table


def read(root: dom.Element, stated: Extract) -> Judged:
    """The article of a page, by our own judgement, with trafilatura's as the second opinion where ours is in doubt.

    `stated` is what the page declares: its titles and articleBody are hints, no text.  The method is `blocks`,
    `agreement` where the second opinion was weighed, `trafilatura` where we found nothing at all.
    """
    layout = layout_of(root)
    hints = page_hints(root, stated)
    ours = judged(layout, hints)
    if ours.expected >= DOUBT and sum(map(len, ours.paragraphs)) >= MIN_SURE:
        return ours
    theirs = generic.paragraphs_of(root)
    if not theirs:
        return ours
    found = _taken(layout, hints, swayed(layout, ours.chances, theirs), "agreement")
    return found if found.paragraphs else Judged(theirs, UNSEEN, ours.chances, "trafilatura")


def judged(layout: Layout, hints: Hints) -> Judged:
    """The article among the blocks of a page; nothing of a page without any."""
    return _taken(layout, hints, chances_of(layout, hints), "blocks") if layout.blocks else Judged((), 0.0)


def page_hints(root: dom.Element, stated: Extract) -> Hints:
    """The titles, the description and the articleBody of a page, for its blocks to be held against."""
    titles = [stated.headline or "", *(dom.text_of(hit) for hit in dom.select(root, "h1")[:MAX_HEADINGS])]
    titles += [(title.text or "")[:MAX_HINT] for title in islice(root.iter("title"), 1)]
    metas = {"og:title": "", "og:description": "", "description": ""}
    for meta in islice(root.iter("meta"), 500):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if name in metas and not metas[name]:
            metas[name] = (meta.get("content") or "")[:MAX_HINT]
    described = metas["og:description"] or metas["description"]
    return hints_of(filter(None, (*titles, metas["og:title"])), described, stated.paragraphs)


def swayed(layout: Layout, chances: Sequence[float], theirs: Sequence[str]) -> list[float]:
    """The probabilities after another extractor has been heard."""
    lines = {squashed(line) for line in theirs}
    whole = " ".join(squashed(line) for line in theirs)
    return [
        _sigmoid(_log_odds(chance) + (SWAY if _is_among(squashed(block.text), lines, whole) else -SWAY))
        for block, chance in zip(layout.blocks, chances, strict=True)
    ]


def chances_of(layout: Layout, hints: Hints) -> list[float]:
    """For every block the probability that it is a paragraph of the article."""
    weights = learnt()
    first = First(layout, hints, weights.words, weights.names)
    if not first.serious:
        return [0.0] * len(layout.blocks)
    chances = _spread(first, likely(first.table, weights.first, first.names))
    again = np.hstack([Around(first, chances).table(), first.table])
    found: list[float] = _spread(first, likely(again, weights.again)).tolist()
    return found


def likely(table: Table, weights: Table, more: Table | float = 0.0) -> Table:
    """A probability for each row; einsum, as BLAS would bring threads and memory of its own for so little."""
    odds = np.einsum("ij,j->i", table, weights) + more
    found: Table = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return found


def _spread(first: First, chances: Table) -> Table:
    """Those of the serious blocks among all of them; the others have none."""
    found = np.zeros(len(first.blocks))
    found[first.serious] = chances
    return found


def chosen(chances: Sequence[float], widths: Sequence[float]) -> tuple[list[int], float]:
    """The blocks whose expected F1 is highest, in their order, and that F1.

    With p and w of a block, the expectation of a choice is nearly 2 * sum(p*w of the chosen) / (sum(w of the chosen) +
    sum(p*w of all)): the likeliest blocks first, as long as it grows.
    """
    hoped = sum(chance * width for chance, width in zip(chances, widths, strict=True))
    best, least, right, wide = 0.0, 1.0, 0.0, 0.0
    for at in sorted(range(len(chances)), key=lambda at: -chances[at]):
        if chances[at] < LIKELY:
            break
        right += chances[at] * widths[at]
        wide += widths[at]
        if (expected := 2 * right / (wide + hoped)) > best:
            best, least = expected, chances[at]
    return [at for at, chance in enumerate(chances) if best and chance >= least], best


def _taken(layout: Layout, hints: Hints, chances: Sequence[float], method: str) -> Judged:
    widths = [block.width for block in layout.blocks]
    taken, expected = chosen(chances, widths)
    blocks = [layout.blocks[at] for at in taken]
    texts = tuple(once(block for block in blocks if not _is_title(block, hints)))
    return Judged(texts, round(expected, 4), tuple(chances), method)


def _is_title(block: Block, hints: Hints) -> bool:
    """The headline is a field of its own, and no line of the text."""
    return block.inside.tag == "h1" and squashed(block.text) in hints.titles


def _is_among(text: str, lines: set[str], whole: str) -> bool:
    return text in lines or (len(text) > MAX_WHOLE and text in whole)


def once(blocks: Iterable[Block]) -> Iterable[str]:
    """The texts, a long one that was there already left out."""
    seen: set[str] = set()
    for block in blocks:
        text = dom.shown(block.text)
        if block.width >= MIN_REPEATED and text in seen:
            continue
        seen.add(text)
        yield block.text


@lru_cache(maxsize=1)
def learnt() -> Weights:
    """The weights that come with the package."""
    said: dict[str, Any] = json.loads(files("pipeline.extract").joinpath("weights.json").read_text(encoding="utf-8"))
    return Weights(frozenset(said["words"]), said["names"], np.array(said["first"]), np.array(said["again"]))


def _log_odds(chance: float) -> float:
    return math.log((chance + 1e-4) / (1 - chance + 1e-4))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
