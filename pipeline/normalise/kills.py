"""Notices that are about another text: it is withdrawn (kill), or was wrong (correction); and which one they name.

    KILL: Ferry sinks off Busan                                    the headline is that of the text meant
    Editors: Please kill the story headlined "Ferry sinks off Busan", AEN20240903001, https://…
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Article, Notice
from pipeline.normalise.signals import split_headline
from pipeline.normalise.text import fold

_LONGEST = 900  # characters of a notice that is nothing else
_MOST = 8  # names of one kind

# A whole text that says that another is withdrawn.  Each needs the words for both, as retractions are news, too.
_KILLS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^[\W_]{0,6}(?:mandatory|bulletin) kill\b",
        r"^[\W_]{0,6}(?:(?:attn|note to|attention|advisory to)?\s?(?:editors|eds|clients|subscribers)[\W_]{1,5})"
        r"(?:please )?(?:kill|withhold|disregard|do not use)\b",
        r"^[\W_]{0,6}please (?:kill|disregard)\b.{0,60}\b(?:story|item|article|dispatch|report|alert)\b",
        r"^[\W_]{0,6}(?:this|the above|our|the yonhap|the tass|the kcna) (?:story|article|report|dispatch|item)\b"
        r".{0,300}\b(?:has|have) been (?:withdrawn|killed|retracted)\b",
        r"(?:기사|보도)[^.]{0,80}(?:취소|삭제)(?:합니다|하오니|했습니다|하였습니다)",
        r"(?:本稿|此稿|该稿|該稿|上述稿件|本社稿件)[^。]{0,80}(?:作废|作廢|撤销|撤銷|撤回|撤稿|取消|停用)",
        r"(?:記事|配信)[^。]{0,80}取り消し(?:ます|ました)",
        r"аннулиру(?:ет|ется|ем|ются)\b|считать недействительн",
        r"\b(?:meldung|beitrag|bericht)\b.{0,160}\b(?:zurückgezogen|annulliert|storniert)"
        r"|bitte .{0,80}nicht (?:mehr )?verwenden",
        r"\b(?:nous annulons|annule et remplace|dépêche .{0,80}est annulée)\b",
        r"\b(?:anulamos|queda(?:n)? anulad[ao]s?)\b",
    )
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”«»()\[\]]{4,500}")
# `AEN20240903001`, `tass.com/world/1843107`'s number, `DEL034`
_ID = re.compile(r"(?<![\w/.:-])(?:[A-Z]{2,5}[-_]?\d{3,22}|\d{6,20})(?![\w.-]*\w)")
_QUOTED = re.compile(
    r"(?:headlined|entitled|titled|slugged|headline|title|제목|제하|기사|题为|題為|标题|標題|под заголовком|заголовок"
    r"|titulad[ao]|título|intitulée?|titre|titel|überschrift|見出し)[\s:：은의]{0,3}[,]?\s?"
    r"(?:“([^“”]{6,240})”|\"([^\"]{6,240})\"|«([^«»]{6,240})»|‘([^‘’]{6,240})’|「([^「」]{4,240})」|『([^『』]{4,240})』"
    r"|《([^《》]{4,240})》|〈([^〈〉]{4,240})〉|„([^„“”]{6,240})[“”])",
    re.IGNORECASE,
)


def says_kill(paragraphs: Sequence[str]) -> bool:
    """Whether a whole text is a notice that another one is withdrawn."""
    whole = sum(map(len, paragraphs))
    return 0 < whole <= _LONGEST and any(kill.search(text) for text in paragraphs[:3] for kill in _KILLS)


def notice_of(article: Article) -> Notice | None:
    """What a kill or correction names; None if the article is no such notice, or names nothing."""
    is_said = says_kill(article.body.split("\n"))
    marks = split_headline(article.headline_raw, is_killed=is_said)[1]
    is_kill = is_said or "kill" in marks
    if not is_kill and "correction" not in marks:
        return None
    # A longer text is the story itself, and names what stories name.
    text = article.body if len(article.body) <= _LONGEST else ""
    addresses = tuple(dict.fromkeys(found.rstrip(".,;:") for found in _ADDRESS.findall(text)))[:_MOST]
    ids = tuple(dict.fromkeys(_ID.findall(_ADDRESS.sub(" ", text))))[:_MOST]
    quoted = [next(filter(None, found)) for found in _QUOTED.findall(text)]
    own = [article.headline] if "kill" in marks else []
    headlines = tuple(dict.fromkeys(fold(split_headline(headline)[0].strip(" ,.")) for headline in (*quoted, *own)))
    if not (addresses or ids or headlines):
        return None
    return Notice("kill" if is_kill else "correction", addresses, ids, headlines[:_MOST])
