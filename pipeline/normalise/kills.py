"""Notices that are about another text: it is withdrawn (kill), or was wrong (correction); and which one they name.

KILL: Ferry sinks off Busan                                    the headline is that of the text meant
Editors: Please kill the story headlined "Ferry sinks off Busan", AEN20240903001, https://…
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pipeline.model import Article, Notice
from pipeline.normalise.signals import split_headline
from pipeline.normalise.text import fold

_LONGEST = 900  # characters of a notice that is nothing else
_MOST = 8  # names of one kind
_HEAD = 3  # paragraphs

_START = r"^[\W_]{0,6}"
_STORY = r"(?:story|stories|item|article|dispatch|report|alert|copy)"
# `This report has been withdrawn, the minister said` is news.
_TOLD = r"(?!.{0,300}\b(?:said|says|told|according)\b)"
_EDITORS = (
    r"(?:(?:attn|note to|attention|advisory to)?\s?(?:editors|eds|clients|subscribers)\s?[:,–—-]{1,2}\s?)(?:please )?"
    r"(?:kill|withhold|disregard|do not use)\b"
)


def _forms(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_START + pattern, re.IGNORECASE) for pattern in patterns)


# Paragraphs that are nothing else but the notice: an agency speaks of its own text, in the form of a notice.
_PLAIN = _forms(
    r"(?:mandatory|bulletin) kill(?:\s?[:.,;!(–—]|\s-|\s?$)",
    _EDITORS + rf".{{0,80}}\b{_STORY}\b",
    rf"(?:this|the above) (?:story|article|dispatch) (?:has been|is|was) (?:withdrawn|killed|retracted)\b{_TOLD}",
    r"(?:위|본|이|해당) ?기사[^.]{0,80}전문 ?(?:취소|삭제)(?:합니다|하오니)",
    r"(?:本|此|该|該|上述|本社)稿件?(?:[^。，,]{0,40}[，,])?(?:现|現|已|予以|即|请|請|全部){0,3}"
    r"(?:作废|作廢|撤销|撤銷|撤回|撤稿|停用)(?=[。，,；;!！\s]|$)",
    r"(?:先ほど|先に|上記|この|本|当該)[^。]{0,60}(?:記事|配信)[^。]{0,60}取り消します",
    r"(?:(?:информационное )?агентство|тасс|риа новости|интерфакс|редакция)\s.{0,20}\bаннулиру(?:ет|ем)\b.{0,40}"
    r"\b(?:сообщение|материал|новость|заметку|молнию)\b",
    r"(?:die|unsere|diese|vorstehende) (?:eil)?meldung (?:wird|ist) (?:hiermit )?"
    r"(?:zurückgezogen|annulliert|storniert)",
    r"bitte (?:verwenden sie )?(?:die|diese|unsere) meldung\b.{0,80}\bnicht (?:mehr )?(?:verwenden\b|\W*$)",
    r"nous annulons (?:la|notre|cette) (?:dépêche|alerte)\b",
    r"anulamos (?:la|nuestra|esta|el|este) (?:información|noticia|nota|despacho|teletipo)\b",
)
# Such sentences are news, too: a notice only where they name a text by its address, number or headline.
_NAMING = _forms(
    _EDITORS,
    rf"please (?:kill|disregard)\b.{{0,60}}\b{_STORY}\b",
    rf"(?:this|the above|our|the yonhap|the tass|the kcna) {_STORY}\b.{{0,300}}\b(?:has|have) been"
    rf" (?:withdrawn|killed|retracted)\b{_TOLD}",
    r"[^.]{0,200}기사[^.]{0,80}전문 ?(?:취소|삭제)(?:합니다|하오니)",
    r"[^。]{0,120}(?:稿件|本稿)[^。]{0,80}(?:作废|作廢|撤稿)",
    r"[^。]{0,120}(?:記事|配信)[^。]{0,80}取り消します",
    r"(?:просим считать\b.{0,20}\b)?(?:сообщение|материал|новость|заметка|заметку)\b.{0,160}"
    r"\b(?:аннулирован[ао]?|аннулируется|недействительн)",
    r"(?:die|unsere|diese) (?:eil)?meldung\b.{0,160}\b(?:zurückgezogen|annulliert|storniert)",
    r"(?:la|notre|cette) dépêche\b.{0,160}\b(?:est annulée|annule et remplace)\b",
    r"(?:la|nuestra|esta) (?:información|noticia|nota)\b.{0,160}\bqueda anulada\b",
)

# In the sentence that a notice names a text in.
_KILLED = re.compile(
    r"\b(?:kill|withh|withdr|disregard|retract|do not use|аннулир|недействительн|annul|anul|storn)"
    r"|zurückgezogen|zurückzieh|nicht (?:mehr )?verwenden|취소|삭제|作废|作廢|撤|取消|停用|取り消",
    re.IGNORECASE,
)
# A correction says what was wrong with which text; the corrected text itself begins with its news.
_OF_A_TEXT = re.compile(
    r"\b(?:story|stories|item|article|dispatch|report|alert|сообщени|материал|новост|заметк|meldung|bericht|dépêche|alerte"
    r"|despacho|información|noticia|nota|teletipo)|기사|稿|記事",
    re.IGNORECASE,
)
# What stands behind is another text: the one to use instead, or one to read besides.
_OTHER = re.compile(
    r"\b(?:use|see|read|run|replaced?|replacement|substitut\w{1,4}|instead|related|also|corrected version"
    r"|new version|вместо|взамен|читайте|замен\w{1,8}|stattdessen|ersetzt|siehe|lesen|remplacée? par|à la place|lire"
    r"|en su lugar|en lugar|lea)\b|대신|대체|관련 ?기사|请用|請用|改用|另见|参见|代わりに|関連",
    re.IGNORECASE,
)
_DO_NOT_USE = re.compile(r"\b(?:do not|don['’]t|not to|never|not) (?:use|run|read)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<![Nn]o\.)(?<=[.!?;])\s+|(?<=[。！？；])|\n")
# `URL: https://…` on a line of its own
_LABEL = re.compile(
    r"[\W\d_]*(?:(?:url|link|address|story|id|no|number|adresse|enlace|адрес|ссылка|номер|주소|기사|번호|链接|编号)\b[\W_]*)?",
    re.IGNORECASE,
)

_ADDRESS = re.compile(r"https?://[^\s<>\"'“”«»()\[\]]{4,500}")
# `AEN20240903001`, `DEL034`; a number alone (that of `tass.com/world/1843107`) only where it is called one
_ID = re.compile(
    r"(?<![\w/.:-])(?:([A-Z]{2,5}[-_]?\d{3,22})"
    r"|(?:\b(?:[Nn]o\.|[Nn]umber|[Ii][Dd]|[Nn]r\.|[Nn]um\.|[Нн]омер)|№|번호|编号|編號|記事番号)[\s:：#]{0,3}(\d{5,20}))"
    r"(?![\w.-]*\w)"
)
_QUOTED = re.compile(
    r"(?:headlined|entitled|titled|slugged|headline|title|제목|제하|기사|题为|題為|标题|標題|под заголовком|заголовок"
    r"|titulad[ao]|título|intitulée?|titre|titel|überschrift|見出し)[\s:：은의]{0,3}[,]?\s?"
    r"(?:“([^“”]{6,240})”|\"([^\"]{6,240})\"|«([^«»]{6,240})»|‘([^‘’]{6,240})’|「([^「」]{4,240})」|『([^『』]{4,240})』"
    r"|《([^《》]{4,240})》|〈([^〈〉]{4,240})〉|„([^„“”]{6,240})[“”])",
    re.IGNORECASE,
)


def says_kill(paragraphs: Sequence[str]) -> bool:
    """Whether a whole text is a notice that another one is withdrawn: its form says so, or it names that text."""
    if not 0 < sum(map(len, paragraphs)) <= _LONGEST:
        return False
    head = paragraphs[:_HEAD]
    if any(form.match(text) for text in head for form in _PLAIN):
        return True
    return any(form.match(text) for text in head for form in _NAMING) and any(_named("\n".join(paragraphs), "kill"))


def is_kill(article: Article) -> bool:
    """Whether an article is a kill by its own headline or text, and not only withdrawn by one."""
    return "kill" in marks_of(article) or says_kill(article.body.split("\n"))


def marks_of(article: Article) -> tuple[str, ...]:
    """The signals of an article's headline; words of every day mark a kill only where the text says so."""
    return tuple(split_headline(article.headline_raw, is_killed=says_kill(article.body.split("\n")))[1])


def notice_of(article: Article) -> Notice | None:
    """What a kill or correction names; None if the article is no such notice, or names nothing."""
    marks = marks_of(article)
    kills = is_kill(article)
    if not kills and "correction" not in marks:
        return None
    kind = "kill" if kills else "correction"
    # A longer text is the story itself, and names what stories name.
    is_short = len(article.body) <= _LONGEST and (kills or _OF_A_TEXT.search(article.body.partition("\n")[0]))
    addresses, ids, quoted = _named(article.body, kind) if is_short else ((), (), ())
    own = [article.headline] if "kill" in marks else []
    headlines = _folded((*quoted, *own))
    if not (addresses or ids or headlines):
        return None
    return Notice("kill" if kills else "correction", addresses, ids, headlines)


def _named(text: str, kind: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The addresses, numbers and headlines of the texts that a notice means."""
    said = list(_saying(text, _KILLED if kind == "kill" else _OF_A_TEXT))
    addresses = [found.rstrip(".,;:") for one in said for found in _ADDRESS.findall(one)]
    ids = [code or number for one in said for code, number in _ID.findall(_ADDRESS.sub(" ", one))]
    quoted = [next(filter(None, found)) for one in _sentences(text) for found in _QUOTED.findall(one)]
    return _first(addresses), _first(one for one in ids if not _is_day(one)), _first(quoted)


def _saying(text: str, cue: re.Pattern[str]) -> Iterator[str]:
    """The sentences that say what became of a text, and the lines that hold no more than its address or number."""
    for sentence in _sentences(text):
        rest = _ID.sub(" ", _ADDRESS.sub(" ", sentence))
        if cue.search(rest) or _LABEL.fullmatch(rest):
            yield sentence


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a notice, each as far as it is about the text meant."""
    for sentence in _SENTENCE.split(text):
        masked = _DO_NOT_USE.sub(lambda found: "_" * len(found[0]), _hidden(sentence))
        other = _OTHER.search(masked)
        yield sentence[: other.start()] if other else sentence


def _hidden(sentence: str) -> str:
    """A sentence without the words of its addresses and headlines, at the same length."""
    for pattern in (_ADDRESS, _QUOTED):
        sentence = pattern.sub(lambda found: "_" * len(found[0]), sentence)
    return sentence


def _is_day(number: str) -> bool:
    """Whether a number reads as a day (`20240903`, `240903`): articles of that day have it in their addresses."""
    digits = f"20{number}" if len(number) == 6 else number
    if len(digits) != 8 or not digits.isdecimal():
        return False
    for year, month, day in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])):
        try:
            if 1900 <= date(int(year), int(month), int(day)).year <= 2100:
                return True
        except ValueError:
            continue
    return False


def _folded(headlines: Iterable[str]) -> tuple[str, ...]:
    return _first(fold(split_headline(headline)[0].strip(" ,.")) for headline in headlines)


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]
