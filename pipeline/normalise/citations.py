"""Whom a text names as the source of its news, and through whom: `Yonhap reported citing the KCNA` → KCNA via Yonhap.

Only names of the register count, and only where the words beside them say that they reported: a name alone proves
nothing.  Each language is a row of expressions for what stands before and behind a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.model import Citation
from pipeline.normalise.registers import Mention, Registers

# What a name is in its sentence: `link` is quoted by another (citing X), `cited` is quoted (according to X),
# `conveyor` passes on what another said (quoted by X), `subject` reports itself (X reported).
Role = Literal["link", "cited", "conveyor", "subject"]
_Cues = tuple[tuple[Role, str, str], ...]

_TEXT = 300_000
_SENTENCE = 1200
_MOST = 60
_QUOTE = 240
_LEFT, _RIGHT, _FAR = 80, 70, 400

_SENTENCES = re.compile(r"(?<=[^A-ZА-Я\s][.!?])[\"”’»)]{0,2}\s+|[。！？][」』”）\"]?|\n")
_APPOSED = re.compile(r"^(?:['’]s)?\s?[(（]\s?$")

_FILL = (
    r"(?:(?:(?:the|an?|its|state-run|state-owned|state|official|semi-official|local|public|national|news|agency|agencies|newspaper"
    r"|daily|magazine|broadcaster|television|channel|outlet|wire|service|media|website|report|reports|by|from|of|in)"
    r"|[A-Z][\w.-]{1,20}(?:['’]s?)?)\s+){0,6}"
)
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SAID = (
    r"(?:reported|reports|said|says|wrote|writes|quoted|quotes|cited|cites|announced|carried|disclosed|revealed|claimed|claims"
    r"|stated|states|noted|added|informed|confirmed|published|broadcast|aired|released|described|reporting|commented|told|ran)"
)
_EN: _Cues = (
    (
        "conveyor",
        "left",
        rf"\b(?i:quoted|cited|carried|relayed|distributed|broadcast|aired|translated)\s+by\s+{_FILL}$",
    ),
    (
        "link",
        "left",
        r"\b(?i:citing|cites|cited|quoting|quotes|quoted|referring\s+to|with\s+reference\s+to|attributing\s+\S+\s+to)"
        rf"\s+{_FILL}$",
    ),
    (
        "cited",
        "left",
        r"\b(?i:according\s+to|as\s+per|(?:as\s+)?(?:reported|published|released|said)\s+by|told"
        r"|interview(?:ed)?\s+(?:with|by|to)|(?:report|dispatch|commentary|statement)s?\s+(?:by|from|of|in|on|carried\s+by))"
        rf"\s+{_FILL}$",
    ),
    (
        "subject",
        "right",
        r"^(?:\s?[(（][^()]{1,24}[)）])?(?:\s+(?:news|agency|newspaper|daily|magazine|TV|Television|television|channel|wire"
        r"|service|website|report|correspondent)){0,3},?"
        r"(?:\s+(?:also|earlier|later|has|had|first|previously|then|in|an?|its|report|dispatch|commentary|English-language"
        rf"|on|this|last|week|month|\w+ly|{_DAYS}|[A-Z][a-z]{{2,8}}\.?|\d{{1,2}}),?){{0,5}}"
        rf"\s+(?:{_SAID}\b|citing\b|quoting\b|as\s+(?:saying|reporting))",
    ),
)
_FILL_RU = (
    r"(?:[а-яё-]+(?:ое|ого|ому|ом|ий|ый|ая|ой|ую|ым|им|ые|ых)\s+){0,3}"
    r"(?:(?:информ|теле|радио)?(?:агентств|газет|канал|издани|компани|станци|журнал|портал)[а-я]*\s+)?[«\"]?$"
)
_SAID_RU = (
    r"(?:сообща[ею]т|сообщил[оаи]?|переда[её]т|передают|передал[оаи]?|пиш[еу]т|написал[оаи]?|отмеча[ею]т|отметил[оа]?|информиру[ею]т"
    r"|утвержда[ею]т|опубликовал[оаи]?|цитирует|цитировал[оа]?|привод[ия]т)"
)
_RU: _Cues = (
    ("link", "left", rf"(?i:со\s+ссылкой\s+на|ссылаясь\s+на|цитируя)\s+{_FILL_RU}"),
    ("cited", "left", r"(?i:по\s+(?:данным|информации|сообщени[юя]м?|сведениям|версии)"
                      rf"|в\s+(?:интервью|беседе\s+с|эфире)|рассказал[аи]?|заявил[аи]?|сообщил[аи]?)\s+{_FILL_RU}"),
    ("subject", "left", rf"(?i:{_SAID_RU})\s+(?:об\s+этом\s+|в\s+\S+\s+)?{_FILL_RU}"),
    ("subject", "right", r"^[»\"]?\s?(?:\([^()]{1,24}\)\s?)?(?:,?\s?(?:ранее|также|в\s+\S+"
                         rf"|со\s+ссылкой\s+на\s+\S+(?:\s\S+)?)\s?)?,?\s+{_SAID_RU}\b"),
    ("subject", "right", r"^[»\"]?\s+со\s+ссылкой\s+на\b"),
)  # fmt: skip
_NOUN_KO = r"(?:\s?\([^()]{1,24}\))?(?:\s?(?:통신|신문|방송|보도|기사|등))?"
_KO: _Cues = (
    ("link", "right", rf"^{_NOUN_KO}\s?(?:을|를)\s?인용"),
    ("cited", "right", rf"^{_NOUN_KO}(?:의|에|이|가)?\s?(?:보도|기사)?(?:에)?\s?(?:따르면|의하면)"),
    ("cited", "right", rf"^{_NOUN_KO}(?:과|와)(?:의)?\s(?:\S+\s){{0,2}}?(?:인터뷰|통화)"),
    (
        "subject",
        "far",
        rf"^{_NOUN_KO}(?:은|는|이|가|도)\s.{{0,320}}?(?:보도했|보도하|전했|밝혔|타전|인용|주장했|알렸|지적했)",
    ),
)
_NOUN_ZH = r"(?:\s?[（(][^（）()]{1,24}[)）])?"
_WHEN_ZH = (
    r"(?:(?:当地时间|本月|上月|今天|当天|昨天|日前|此前|近日)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:凌晨|上午|下午|晚间|晚)?"
    r"(?:刊文|发文|发表\S{1,6}|在\S{1,8}中)?)"
)
_ZH: _Cues = (
    ("link", "left", r"(?:援引|引述|引用|转引|轉引)[^\s，。：；、“”]{0,8}$"),
    ("cited", "left", r"(?:(?<![证数依占])据|據|接受)[^\s，。：；、“”]{0,8}$"),
    ("subject", "right", rf"^{_NOUN_ZH}{_WHEN_ZH}(?:报道|報道|報導|消息|援引|引述|称|稱|指出|表示|评论称|公布)"),
)
_NOUN_JA = r"(?:（[^（）]{1,24}）)?(?:など|の報道|の記事|電子版|電)?"
_JA: _Cues = (
    ("link", "right", rf"^{_NOUN_JA}を引用"),
    ("cited", "right", rf"^{_NOUN_JA}(?:に|が報じたところに|が伝えたところに)(?:よると|よれば)"),
    ("subject", "far", rf"^{_NOUN_JA}(?:は|が|も).{{0,200}}?(?:報じ|伝え|報道し|配信し|引用)"),
)
_CUES = tuple((role, side, re.compile(pattern, re.DOTALL)) for role, side, pattern in (*_EN, *_RU, *_KO, *_ZH, *_JA))


@dataclass(frozen=True, slots=True)
class _Source:
    """A name with its role, and the span of the words that give it that role."""

    mention: Mention
    role: Role
    start: int
    end: int


def find_citations(paragraphs: Sequence[str], registers: Registers, own: str | None = None) -> tuple[Citation, ...]:
    """The citations of a text, each pair of agency and `via` once, in order.

    `own` is the id of the article's own agency: it is never cited, and what it quotes has no `via`.
    """
    found: dict[tuple[str | None, str | None], Citation] = {}
    for sentence in _sentences(paragraphs, registers):
        for citation in _of_sentence(sentence, registers):
            via = None if citation.via == own else citation.via
            if citation.agency != own:
                found.setdefault((citation.agency, via), replace(citation, via=via))
        if len(found) >= _MOST:
            break
    return tuple(found.values())


def _sentences(paragraphs: Sequence[str], registers: Registers) -> Iterator[str]:
    """The sentences of the paragraphs that name somebody."""
    left = _TEXT
    for paragraph in paragraphs:
        if left <= 0:
            return
        start = 0
        text = paragraph[:left]
        left -= len(text)
        if next(registers.mentions(text), None) is None:
            continue  # most paragraphs name nobody, and need not be taken apart
        for boundary in _SENTENCES.finditer(text):
            yield text[start : boundary.end()]
            start = boundary.end()
        yield text[start:]


def _of_sentence(sentence: str, registers: Registers) -> Iterator[Citation]:
    mentions = _merged(sentence, registers.mentions(sentence[:_SENTENCE]))
    sources = [source for mention in mentions if (source := _source(sentence, mention, mentions))]
    for source in sources:
        via = _via(source, sources)
        if source.role == "conveyor" and (passed := _passed_on(source, mentions)):
            yield _citation(sentence, passed, source, source.start, source.end)
        start = min(source.start, via.mention.start) if via else source.start
        end = max(source.end, via.mention.end) if via else source.end
        yield _citation(sentence, source.mention, via, start, end)


def _merged(sentence: str, mentions: Iterator[Mention]) -> list[Mention]:
    """The names, `the Korean Central News Agency (KCNA)` as one."""
    merged: list[Mention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        if last and last.agency == mention.agency and _APPOSED.match(sentence[last.end : mention.start]):
            merged[-1] = replace(last, end=min(mention.end + 1, len(sentence)))
        else:
            merged.append(mention)
    return merged


def _source(sentence: str, mention: Mention, mentions: Sequence[Mention]) -> _Source | None:
    """The role of a name by the words around it; words beyond the next name belong to that."""
    floor = max((other.end for other in mentions if other.end <= mention.start), default=0)
    left = sentence[max(floor, mention.start - _LEFT) : mention.start]
    ceiling = min((other.start for other in mentions if other.start >= mention.end), default=len(sentence))
    right, far = sentence[mention.end : min(mention.end + _RIGHT, ceiling)], sentence[mention.end : mention.end + _FAR]
    for role, side, cue in _CUES:
        found = cue.search(left) if side == "left" else cue.match(right if side == "right" else far)
        if found:
            start = mention.start - len(left) + found.start() if side == "left" else mention.start
            end = mention.end if side == "left" else mention.end + found.end()
            return _Source(mention, role, start, end)
    return None


def _via(source: _Source, sources: Sequence[_Source]) -> _Source | None:
    """Who quotes a linked name: the nearest reporting name before it in the sentence, else the first behind it."""
    if source.role != "link":
        return None
    others = [other for other in sources if other.mention.agency != source.mention.agency and other.role != "link"]
    before = [other for other in others if other.mention.start < source.mention.start]
    return before[-1] if before else next((other for other in others if other.role == "subject"), None)


def _passed_on(conveyor: _Source, mentions: Sequence[Mention]) -> Mention | None:
    """The name whose words a conveyor passes on: the last one before it."""
    before = [mention for mention in mentions if mention.end <= conveyor.mention.start]
    return before[-1] if before and before[-1].agency != conveyor.mention.agency else None


def _citation(sentence: str, mention: Mention, via: _Source | None, start: int, end: int) -> Citation:
    words = sentence[min(start, mention.start) : max(end, mention.end)].strip(' ,"“”')
    return Citation(mention.name, words[:_QUOTE], mention.agency, via.mention.agency if via else None)
