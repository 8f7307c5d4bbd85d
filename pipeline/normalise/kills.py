"""Notices that are about another text: it is withdrawn (kill), or was wrong (correction); and which one they name.

KILL: Ferry sinks off Busan                                    the headline is that of the text meant
Editors: Please kill the story headlined "Ferry sinks off Busan", AEN20240903001, https://…
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pipeline.model import Article, Notice
from pipeline.normalise.kill_forms import AGENT, CUE, FOR_EDITORS, PLAIN, SOFT, TERMS, TOLD, may_withdraw
from pipeline.normalise.signals import only_marker, split_headline
from pipeline.normalise.text import fold

_LONGEST = 900  # characters of a notice that is nothing else
_MOST = 8  # names of one kind
_HEAD = 3  # paragraphs
# Who is quoted is nobody of the agency.
_QUOTES = "\"“„«‘'「『"

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
# Without any of these a text names no other: most don't have one.
_MAY_NAME = re.compile(r"[\"“„«‘'「『《〈]|://|[A-Z]{2,5}[-_]?\d{3}|\d{5}")
_PARTICIPLE = re.compile(r"(?:ad[ao]|at[ao]|ée|ed|wn|en|t)$")
_MARKS = (*zip("“\"«‘'「『《〈", "”\"»’'」』》〉", strict=True), ("„", "“"), ("„", "”"))
_TITLE = "|".join(
    f"{opened}(?P<q{number}>[^{opened}{closed}]{{4,240}}){closed}" for number, (opened, closed) in enumerate(_MARKS)
)
_CALLED = (
    r"headlined|entitled|titled|slugged|headline|title|под заголовком|заголовок|titulad[ao]|título"
    r"|intitulée?|titre|titel|überschrift|intitolat[ao]|titolo|intitulad[ao]|başlıklı|başlığı|بعنوان|المعنون"
)
_TEXTS = (
    r"stor(?:y|ies)|items?|articles?|dispatch|report|alert|сообщени[ея]|новост[ьи]|материал[аы]?|заметк[ауи]|(?:eil)?meldung"
    r"|dépêche|alerte|información|noticia|nota|notizia|lancio|notícia|matéria|الخبر"
)
# `headlined “Ferry sinks”`, `сообщение «Паром затонул»`; with the noun behind it `「フェリー沈没」の記事`
_QUOTED = re.compile(
    rf"(?:\b(?:{_CALLED}|{_TEXTS})|제목|제하|기사|题为|題為|标题|標題|見出し|記事)[\s:：은의]{{0,3}}[,]?\s?(?:{_TITLE})"
    rf"|(?:{_TITLE.replace('?P<q', '?P<b')})(?:\s?(?:라는|제하의?|제목의)?\s?기사|の?(?:記事|見出し)"
    r"|(?:一|的)?(?:稿|文|消息|报道|報導)"
    r"|\sbaşlıklı|\s(?:story|item|article|alert)\b)",
    re.IGNORECASE,
)


def says_kill(paragraphs: Sequence[str], headline: str = "") -> bool:
    """Whether a whole text is a notice that another one is withdrawn: its form says so, or it names that text.

    The headline may say it as well, in a sentence or with a marker that is all of it (`Withdrawn`).
    """
    if sum(map(len, paragraphs)) > _LONGEST:
        return False
    head = [text for text in (headline, *paragraphs[:_HEAD]) if text and text[0] not in _QUOTES]
    plain = [text for text in head if PLAIN.match(text)]
    if plain and any(_says(text, to_editors=_is_to_editors(headline, head)) for text in plain):
        return True
    whole = "\n".join((headline, *paragraphs))
    if not _MAY_NAME.search(whole):
        return False
    if only_marker(headline, is_killed=True) != "kill" and not any(_may_withdraw(text) for text in head):
        return False
    return any(_named(whole, "kill"))


def is_kill(article: Article) -> bool:
    """Whether an article is a kill by its own headline or text, and not only withdrawn by one."""
    return _says_kill(article) or "kill" in marks_of(article, says_kill=False)


def marks_of(article: Article, *, says_kill: bool) -> tuple[str, ...]:
    """The signals of an article's headline; words of every day mark a kill only where the text says so."""
    return split_headline(article.headline_raw, is_killed=says_kill)[1]


def notice_of(article: Article) -> Notice | None:
    """What a kill or correction names; None if the article is no such notice, or names nothing."""
    says = _says_kill(article)
    marks = marks_of(article, says_kill=says)
    kills = says or "kill" in marks
    if not kills and "correction" not in marks:
        return None
    kind = "kill" if kills else "correction"
    # A longer text is the story itself, and names what stories name.
    is_short = len(article.body) <= _LONGEST and (kills or _OF_A_TEXT.search(article.body.partition("\n")[0]))
    addresses, ids, quoted = _named(article.body, kind) if is_short else ((), (), ())
    is_name = "kill" in marks and only_marker(article.headline_raw, is_killed=True) is None
    own = [article.headline] if is_name else []
    headlines = _folded((*quoted, *own))
    if not (addresses or ids or headlines):
        return None
    return Notice("kill" if kills else "correction", addresses, ids, headlines)


def _says_kill(article: Article) -> bool:
    return says_kill(article.body.split("\n"), article.headline_raw)


def _is_to_editors(headline: str, head: Sequence[str]) -> bool:
    """Whether a text is for those who print: by the marker of its headline, or as it calls them."""
    marked = only_marker(headline, is_killed=True) == "kill" or "kill" in split_headline(headline, is_killed=True)[1]
    return marked or any(map(FOR_EDITORS.search, head))


def _says(text: str, *, to_editors: bool) -> bool:
    """Whether a text begins as only notices do, in a sentence in which nobody is quoted; what readers are asked for as
    well (`do not use …`) is a notice only to editors."""
    found = PLAIN.match(text)
    sentence = _first_sentence(text, found.end()) if found else ""
    if not found or TOLD.search(sentence) or TERMS.search(sentence):
        return False
    if _PARTICIPLE.search(found[0]) and AGENT.match(text[found.end() :].lstrip()):
        return False
    return to_editors or not SOFT.search(found[0])


def _may_withdraw(text: str) -> bool:
    if not (PLAIN.match(text) or may_withdraw(text)):
        return False
    sentence = _first_sentence(text, 0)
    return not (TOLD.search(sentence) or TERMS.search(sentence))


def _first_sentence(text: str, start: int) -> str:
    """A text to the end of the sentence that is going on at a place, without the words of headlines and addresses."""
    hidden = _hidden(text)
    end = _SENTENCE.search(hidden, start)
    return hidden[: end.start() if end else len(hidden)]


def _named(text: str, kind: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The addresses, numbers and headlines of the texts that a notice means."""
    said = list(_saying(text, CUE if kind == "kill" else _OF_A_TEXT))
    addresses = [found.rstrip(".,;:") for one in said for found in _ADDRESS.findall(one)]
    ids = [code or number for one in said for code, number in _ID.findall(_ADDRESS.sub(" ", one))]
    quoted = [title for one in _sentences(text) for title in _titles(one)]
    return _first(addresses), _first(one for one in ids if not _is_day(one)), _first(quoted)


def _saying(text: str, cue: re.Pattern[str]) -> Iterator[str]:
    """The sentences that say what became of a text, and the lines that hold no more than its address or number."""
    for sentence in _sentences(text):
        rest = _ID.sub(" ", _ADDRESS.sub(" ", sentence))
        if cue.search(rest) or _LABEL.fullmatch(rest):
            yield sentence


def _titles(sentence: str) -> Iterator[str]:
    """The headlines that a sentence names, without their marks."""
    for found in _QUOTED.finditer(sentence):
        yield from filter(None, found.groups())


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a notice, each as far as it is about the text meant."""
    start, hidden = 0, _hidden(text)
    for end in (*(found.start() for found in _SENTENCE.finditer(hidden)), len(text)):
        masked = _DO_NOT_USE.sub(lambda found: "_" * len(found[0]), hidden[start:end])
        other = _OTHER.search(masked)
        yield text[start : start + other.start() if other else end]
        start = end


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
