"""Which blocks of a page are the article's, by its true text: the two are aligned in their order."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Tokens = Callable[[str], list[str]]
GRAM = 3
SHORT = 6  # tokens; a shorter line is looked up between its neighbours
MATCHED = 0.5
MAX_BACK = 60  # anchors
MAX_APART = 12  # blocks
MAX_BETWEEN = 400  # tokens
REPEATED = 0.4


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block that was found in the text: its number, where it begins there, and how much of it was found."""

    block: int
    start: int
    weight: float


def labels(texts: Sequence[str], variants: Sequence[str], tokens: Tokens) -> list[float]:
    """For each block the share of it (0..1) that is of the text, by the variant of the text that fits best."""
    lines = [tokens(text) for text in texts]
    found = [_labels(lines, tokens(variant)) for variant in variants]
    return max(found, key=lambda shares: sum(share * len(line) for share, line in zip(shares, lines, strict=True)))


def told(texts: Sequence[str], of_article: Sequence[str], of_others: Sequence[str]) -> list[bool | None]:
    """For each block whether it is the article's, where a segment says so that stands in it; None where none does."""
    ours, others = (["".join(part.split()) for part in parts] for parts in (of_article, of_others))
    found: list[bool | None] = []
    for text in ("".join(text.split()) for text in texts):
        is_ours, is_other = (any(part in text for part in parts) for parts in (ours, others))
        found.append(is_ours if is_ours != is_other else None)
    return found


def _labels(lines: Sequence[list[str]], text: list[str]) -> list[float]:
    shares, anchors = _anchored(lines, text)
    chain = _increasing(anchors)
    for anchor in set(anchors) - set(chain):
        shares[anchor.block] *= REPEATED  # a repetition, or out of order
    for at, line in enumerate(lines):
        if line and len(line) < SHORT:
            shares[at] = _short(at, line, lines, text, chain)
    return shares


def _anchored(lines: Sequence[list[str]], text: list[str]) -> tuple[list[float], list[Anchor]]:
    where: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, gram in enumerate(_grams(text)):
        where[gram].append(at)
    shares, anchors = [0.0] * len(lines), []
    for at, line in enumerate(lines):
        if len(line) < SHORT:
            continue
        grams = _grams(line)
        hits = [number for number, gram in enumerate(grams) if gram in where]
        shares[at] = len(hits) / len(grams)
        if shares[at] >= MATCHED:
            rarest = min(hits, key=lambda number: len(where[grams[number]]))
            anchors.append(Anchor(at, where[grams[rarest]][0] - rarest, shares[at] * len(line)))
    return shares, anchors


def _increasing(anchors: Sequence[Anchor]) -> list[Anchor]:
    """The heaviest chain of anchors whose places in the text do not go back."""
    best = [anchor.weight for anchor in anchors]
    before = [-1] * len(anchors)
    for at, anchor in enumerate(anchors):
        for earlier in range(max(0, at - MAX_BACK), at):
            if anchors[earlier].start <= anchor.start and best[earlier] + anchor.weight > best[at]:
                best[at], before[at] = best[earlier] + anchor.weight, earlier
    chain = []
    at = max(range(len(anchors)), key=best.__getitem__, default=-1)
    while at >= 0:
        chain.append(anchors[at])
        at = before[at]
    return chain[::-1]


def _short(at: int, line: list[str], lines: Sequence[list[str]], text: list[str], chain: Sequence[Anchor]) -> float:
    """Whether a short line stands in the text between what its neighbours are."""
    place = bisect([anchor.block for anchor in chain], at)
    last = chain[place - 1] if place else None
    following = chain[place] if place < len(chain) else None
    apart = min((abs(at - anchor.block) for anchor in (last, following) if anchor), default=MAX_APART + 1)
    if apart > MAX_APART:
        return 0.0
    end = following.start + 2 if following else len(text)
    start = last.start + len(lines[last.block]) - GRAM if last else end - 60
    between = text[max(0, start) : min(len(text), end, max(0, start) + MAX_BETWEEN)]
    return float(f" {' '.join(line)} " in f" {' '.join(between)} ")


def _grams(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[at : at + GRAM]) for at in range(len(tokens) - GRAM + 1)]
