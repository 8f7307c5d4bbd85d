"""Whom a text names as the source of its news, and through whom: `Yonhap reported citing the KCNA` → KCNA via Yonhap.

Only names of the register count, and only where the words beside them say that they reported (`cues.py`): a name alone
proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.model import Citation
from pipeline.normalise.cues import CUES, Cue, Role, script_of
from pipeline.normalise.registers import Mention, Registers

_TEXT = 300_000
_SENTENCE = 1200
_MOST = 60
_QUOTE = 240
_HEADLINE = 200
_LEFT, _RIGHT, _FAR = 140, 160, 400

_SENTENCES = re.compile(r"(?<=[^A-ZА-Я\s][.!?؟])[\"”’»)]{0,2}\s+|[。！？][」』”）\"]?|\n")
_APPOSED = re.compile(r"^(?:['’]s)?\s?[(（]\s?$")
# What stands between two names that are told in one breath: `Der Spiegel and the public broadcaster ARD`.
_AND = re.compile(
    r"^[\"”»」》）)]{0,2}(?:\s?[(（][^()（）]{1,24}[)）])?,?\s?(?:(?:and|y|et|und|e|и|و|as\s+well\s+as"
    r"|а\s+также)(?![A-Za-zа-я])|[和与與、及]|[와과]|や|と)?\s?"
    r"(?:(?:[a-zа-яà-ÿ\u0621-\u064a가-힣\u4e00-\u9fff-]{2,20}|[A-Z][a-z]{2,20}['’]s)\s){0,3}[\"“«「《]{0,2}$"
)
# A comma alone joins what ends in an "and": `Reuters, AFP and dpa reported`, but not `Unlike Reuters, AFP reported`.
_COMMA = re.compile(r"^[\"”»]?(?:\s?[(（][^()（）]{1,24}[)）])?,\s(?!(?:and|y|et|und|e|и|as|а)\s)")
# What a house says of itself is no report: `BBC said it would cut 500 jobs`, `…는 사옥을 팔았다고 밝혔다`.
_OF_ITSELF = re.compile(
    r"^\s(?:said|announced|confirmed)\s(?:on \w{6,9}\s)?(?:that\s)?it\s(?:would|will|had|has|plans to|planned to|is to)"
    r"\s[^.;]{0,60}\b(?:jobs|staff|employees|journalists|newsrooms?|bureaus?"
    r"|its (?:website|channel|edition|owner|offices?))\b"
    r"|^(?:은|는|이|가)\s[^.]{0,40}(?:사옥|자사|임직원|희망퇴직|구조조정|주주총회)"
)
# A headline's source, before its colon or behind the dash at its end: `N. Korea fires missile: KCNA`.
_BEFORE_COLON = re.compile(r"^[\"”»]?\s?(?:[:：](?!\d)|[\"“](?=\S))")
_AFTER_COLON = re.compile(r"(?:[:：]|\s[-–—])\s?[\"“«]?$")


@dataclass(frozen=True, slots=True)
class _Source:
    """A name with its role, and the span of the words that give it that role."""

    mention: Mention
    role: Role
    start: int
    end: int


def find_citations(paragraphs: Sequence[str], registers: Registers, own: str | None = None) -> tuple[Citation, ...]:
    """The citations of a text, each pair of agency and `via` once, in order; the first paragraph is its headline.

    `own` is the id of the article's own agency: it is never cited, and what it quotes has no `via`.
    """
    found: dict[tuple[str | None, str | None], Citation] = {}
    for sentence, mentions in _sentences("\n".join(paragraphs)[:_TEXT], registers):
        for citation in _of_sentence(sentence, mentions):
            via = None if citation.via == own else citation.via
            key = (citation.agency, via)
            if citation.agency != own and (key not in found or _is_bare(found[key])):
                found[key] = replace(citation, via=via)
        if len(found) >= _MOST:
            break
    return tuple(found.values())


def _is_bare(citation: Citation) -> bool:
    """Whether it is but the name in a headline, so that the words of the text say more."""
    return citation.text.strip(":：-–— ") == citation.name


def _sentences(text: str, registers: Registers) -> Iterator[tuple[str, list[Mention]]]:
    """The sentences that name somebody, with whom they name; a sentence's mentions count from its start."""
    mentions = list(registers.mentions(text))
    start = end = -1
    told: list[Mention] = []
    for mention in mentions:
        if mention.start >= end:
            if told:
                yield text[start:end], told
            start, end = _around(text, mention)
            told = []
        told.append(replace(mention, start=mention.start - start, end=mention.end - start))
    if told:
        yield text[start:end], told


def _around(text: str, mention: Mention) -> tuple[int, int]:
    """The sentence that a mention stands in, as far as it is looked at."""
    start = max(text.rfind("\n", 0, mention.start) + 1, mention.start - _SENTENCE // 2)
    for boundary in _SENTENCES.finditer(text, start, mention.start):
        start = boundary.end()
    behind = _SENTENCES.search(text, mention.end, mention.end + _SENTENCE)
    return start, behind.end() if behind else min(mention.end + _SENTENCE, len(text))


def _of_sentence(sentence: str, mentions: Sequence[Mention]) -> Iterator[Citation]:
    mentions = _merged(sentence, mentions)
    roles = {source.mention: source for source in _sources(sentence, mentions)}
    roles = _told_together(sentence, mentions, roles)
    sources = [roles[mention] for mention in mentions if mention in roles]
    passed = {before: source for source in sources if (before := _passed_on(source, mentions))}
    for mention in mentions:
        conveyor, source = passed.get(mention), roles.get(mention)
        if conveyor:
            yield _citation(sentence, mention, conveyor, conveyor.start, conveyor.end)
        elif source:
            via = _via(source, sources)
            start = min(source.start, via.mention.start) if via else source.start
            end = max(source.end, via.mention.end) if via else source.end
            yield _citation(sentence, mention, via, start, end)


def _merged(sentence: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The names, `the Korean Central News Agency (KCNA)` as one."""
    merged: list[Mention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        if last and last.agency == mention.agency and _APPOSED.match(sentence[last.end : mention.start]):
            merged[-1] = replace(last, end=min(mention.end + 1, len(sentence)))
        else:
            merged.append(mention)
    return merged


def _sources(sentence: str, mentions: Sequence[Mention]) -> Iterator[_Source]:
    """The names that have a role; words beyond the next name belong to that."""
    cues = CUES[script_of(sentence)]
    floors = (0, *(mention.end for mention in mentions))
    ceilings = (*(mention.start for mention in mentions[1:]), len(sentence))
    for mention, floor, ceiling in zip(mentions, floors, ceilings, strict=False):
        if source := _source(sentence, mention, floor, ceiling, cues):
            yield source


def _source(sentence: str, mention: Mention, floor: int, ceiling: int, cues: Sequence[Cue]) -> _Source | None:
    """The role of a name by the words around it, those from `floor` to `ceiling`."""
    left = sentence[max(floor, mention.start - _LEFT) : mention.start]
    wide = sentence[max(0, mention.start - _LEFT) : mention.start]
    right, far = sentence[mention.end : min(mention.end + _RIGHT, ceiling)], sentence[mention.end : mention.end + _FAR]
    if _OF_ITSELF.match(right):
        return None
    for cue in cues:
        before = cue.left.search(wide if cue.wide else left) if cue.left else None
        behind = cue.right.match(far if cue.far else right) if cue.right else None
        if (before or not cue.left) and (behind or not cue.right):
            start = mention.start - len(wide if cue.wide else left) + before.start() if before else mention.start
            end = mention.end + behind.end() if behind and not cue.left else mention.end
            return _Source(mention, cue.role, start, end)
    return _of_headline(sentence, mention, left, right)


def _of_headline(sentence: str, mention: Mention, left: str, right: str) -> _Source | None:
    if len(sentence) > _HEADLINE:
        return None
    if mention.start <= 1 and _BEFORE_COLON.match(right):
        return _Source(mention, "subject", mention.start, mention.end)
    if not sentence[mention.end :].strip(' \n"”»') and (colon := _AFTER_COLON.search(left)) and len(left) > 12:
        return _Source(mention, "cited", mention.start - len(left) + colon.start(), mention.end)
    return None


def _told_together(
    sentence: str, mentions: Sequence[Mention], roles: Mapping[Mention, _Source]
) -> dict[Mention, _Source]:
    """The roles, a name that stands beside another in one breath with the other's: `Reuters and AFP reported`."""
    told = dict(roles)
    pairs = _pairs(sentence, mentions)
    for left, right in reversed(pairs):
        if left not in told and right in told:
            told[left] = replace(told[right], mention=left)
    for left, right in pairs:
        if right not in told and left in told:
            told[right] = replace(told[left], mention=right)
    return told


def _pairs(sentence: str, mentions: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """The neighbours that are told in one breath, in order."""
    told: list[tuple[Mention, Mention]] = []
    for left, right in reversed(list(pairwise(mentions))):
        is_list = bool(told) and told[-1][0] == right
        is_bare = _COMMA.match(sentence[left.end : right.start]) is not None
        if _joined(sentence, left, right) and (is_list or not is_bare):
            told.append((left, right))
    return told[::-1]


def _joined(sentence: str, left: Mention, right: Mention) -> bool:
    return left.agency != right.agency and _AND.match(sentence[left.end : right.start]) is not None


def _via(source: _Source, sources: Sequence[_Source]) -> _Source | None:
    """Who quotes a linked name: the nearest reporting name before it in the sentence, else the first behind it."""
    if source.role != "link":
        return None
    others = [other for other in sources if other.mention.agency != source.mention.agency and other.role != "link"]
    before = [other for other in others if other.mention.start < source.mention.start]
    return before[-1] if before else next((other for other in others if other.role == "subject"), None)


def _passed_on(conveyor: _Source, mentions: Sequence[Mention]) -> Mention | None:
    """The name whose words a conveyor passes on: the last one before it."""
    if conveyor.role != "conveyor":
        return None
    before = [mention for mention in mentions if mention.end <= conveyor.mention.start]
    return before[-1] if before and before[-1].agency != conveyor.mention.agency else None


def _citation(sentence: str, mention: Mention, via: _Source | None, start: int, end: int) -> Citation:
    words = sentence[min(start, mention.start) : max(end, mention.end)].strip(' ,"“”')
    return Citation(mention.name, words[:_QUOTE], mention.agency, via.mention.agency if via else None)
