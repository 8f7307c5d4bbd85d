"""Cleaning of text: entities, white space and unseen characters; and the trailers that agencies print after a story."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipeline.errors import ConfigError

# Yonhap's feed prints `E&amp;amp;S` (2026), served through one more escaping: three rounds seen.  A chain of escaped
# ampersands is taken at once, so that the rounds are few and the cost is in proportion, however long it is.
_ROUNDS = 20
_ESCAPED = re.compile(r"&(?:amp;|#0{0,5}38;|#[xX]0{0,4}26;){1,99999}")
# Only with its semicolon: `?a=1&region=2` is no `®ion=2`.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Zero-width space, word joiner, BOM, soft hyphen, direction marks; control characters; lone surrogates.
_UNSEEN = re.compile(
    "[\u200b\u2060\ufeff\u00ad\u180e\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]"
)
# The joiners shape letters in Persian, the scripts of India and emoji; elsewhere they are dirt.
_JOINER = re.compile("(?<![\u0600-\u0fff\u2190-\U0010ffff])[\u200c\u200d]+")
_SPACE = re.compile(r"\s+")

# `(END)` Yonhap, `Endit` Xinhua, `（完）` Yonhap zh, `(끝)` Yonhap ko, `==Kyodo`: what follows is not the story.
_END_ANYWHERE = re.compile(r"[(（]END[)）]|(?:^|(?<=[。！？”」』…]))\s*[（(]完[）)]|(?:^|(?<=[.다”\"]))\s*[(<]끝[)>]")
_END_WORDS = ("END", "完", "끝")
_END_CUE = re.compile(r"[Ee]ndit|END|[-–—]0[-–—]|Kyodo")
_END_AT_END = re.compile(
    r"(?:(?:^|(?<=[\s.\"”]))Endit(?:em)?\.?|^END\.?|(?:^|(?<=[\s.!?\"”'’)\]]))[-–—]0[-–—]|\s*={2,3}\s?Kyodo)$"
)
# `www.kcna.kp (Juche113.8.4.)`, `(2025.12.14.)`
_PRINTED_AT = re.compile(
    r"\s*(?:www\.kcna\.(?:kp|co\.jp)\s*(?:[(\[]\D{0,8}\d{2,4}\.\s?\d{1,2}\.\s?\d{1,2}\.?[)\]])?"
    r"|[(\[](?:Juche\s?\d{2,3}|주체\s?\d{2,3}|チュチェ\s?\d{2,3}|主体\s?\d{2,3}|20\d\d)\.\s?\d{1,2}\.\s?\d{1,2}\.?[)\]])$"
)
_ADDRESS = r"[\w+-]{1,64}(?:\.[\w+-]{1,64}){0,5}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_ADDRESSES = re.compile(
    rf"(?:^|(?<=[.。!?！？\"”’'」』)\]）…])|(?<=\s))\s*{_ADDRESS}(?:[\s,;/]{{1,9}}{_ADDRESS}){{0,5}}[\s,;]{{0,9}}$",
    re.ASCII,
)
_GLUED_ADDRESS = re.compile(r"(?<=[.!?\"”’'])[\w+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}$", re.ASCII)
# `김동규 기자 dkkim@yna.co.kr`: what is left of the reporter's line once the address is gone.
_REPORTER = re.compile(r"^[^.!?。！？]{0,40}(?:기자|특파원|통신원|记者|記者|[(（:：])\s*$")
_SENTENCE_END = re.compile(r"[.。!?！？\"”’'」』)\]）…]\s*$")
# `저작권자(c) 연합뉴스, 무단 전재-재배포 금지`, `【版权归韩联社所有，未经授权严禁转载…】`, `Copyright (c) Yonhap`
_COPYRIGHT = re.compile(
    r"(?:[<\[(【（〈＜]\s?)?(?:저작권자\s?(?:[(（ⓒ©]|연합)|版权归|版权所有|版權所有|著作権者"
    r"|(?i:copyright)\s?(?:[(（]\s?(?i:c)\s?[)）]|[ⓒ©]|\d{4})|[©ⓒ]\s?(?:\d{4}|(?i:copyright))"
    r"|[(（](?i:c)[)）]\s?(?i:yonhap|copyright|\d{4})"
    r"|(?P<reserved>(?i:all rights reserved)|Все права защищены|جميع الحقوق محفوظة"
    r"|(?i:tous droits réservés)|(?i:todos los derechos reservados))"
    r"|(?P<unlicensed>무단\s?전재|未经授权|未經授權|無断転載))"
)
# `All rights reserved for women, the minister said.`, `未经授权的人员不得入内，当局说。` are stories: such words are
# a notice only with a sign of copyright or a word of reuse in their sentence, or with a mere name and year behind them.
_NOTICE = re.compile(
    r"[©ⓒ]|[(（](?i:c)[)）]|(?i:copyright)|版权|版權|저작권|著作権|转载|轉載|复制|複製|转发|翻印|摘编|转用|転用|掲載|禁止|禁じ|厳禁"
    r"|재배포|재판매|복제|배포|금지|(?i:\b(?:reproduc|redistribut|republish|rebroadcast|rewrit|reproduir|reproduc))"
)
_NAME_AND_YEAR = re.compile(r"[\W_]*(?:[A-ZÀ-ÞА-ЯЁ0-9가-힣\u4e00-\u9fff][\w&.'’-]{0,40}[\W_]*){0,6}")
_NOTHING = re.compile(r"[\W_]*")
# What a story says and a notice never does; a Korean notice ends in a noun or in `-니다`.
_TOLD = re.compile(
    r"\b(?i:said|says|told|warned|announced|dijo|a dit|a déclaré|сказал|заявил|сообщил)"
    r"|(?:说|說|指出|称|稱)(?=[，。：,:”」]|$)|表示|述べ|話し|語っ|明らかにし|発表し|말했|밝혔|전했|설명했|주장했|[^니]다[.。\s\"”]*$|قال"
)
_CLAUSE_END = re.compile(r"[。！？]|[.!?](?=\s|$)")
_COPYRIGHT_LENGTH = 220
_WORD = re.compile(r"\w")
_LOOK_BACK = 400


def clean(text: str | None) -> str:
    """One line of clean text: entities decoded until none is left, unseen characters out, white space single.

    >>> clean("SK이노베이션&nbsp;E&amp;amp;S\\n 합병")
    'SK이노베이션 E&S 합병'
    """
    if not text:
        return ""
    # As most lines of most pages are: nothing to decode, nothing unseen (nothing of the kind is printable to Python).
    if text.isprintable() and "&" not in text and "  " not in text:
        return text.strip()
    for _ in range(_ROUNDS):
        # What is unseen goes with every round: a NUL within it hides an entity.
        decoded = _ENTITY.sub(_decode, _ESCAPED.sub("&", text)) if "&" in text else text
        decoded = _JOINER.sub("", _UNSEEN.sub("", decoded))
        if decoded == text:
            break
        text = decoded
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """The form in which names and headlines are compared: compatible forms one, no case, white space single."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()


def clean_paragraphs(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs cleaned, without those that hold nothing."""
    return [text for text in map(clean, paragraphs) if text]


def cut_boilerplate(paragraphs: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The paragraphs without what a source's own expressions match; a paragraph left empty goes.

    Raises:
        ConfigError: an expression does not compile.
    """
    if not patterns:
        return list(paragraphs)
    for expression in _compiled(tuple(patterns)):
        paragraphs = [expression.sub(" ", text) for text in paragraphs]
    return clean_paragraphs(paragraphs)


def cut_trailers(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs of the story alone: without end marks and what follows them, without the reporter's address,
    the copyright and the address of the page that close it, also where they are glued to its last paragraph.

    >>> cut_trailers(["It said so.", "kokobj@yna.co.kr", "(END)", "Other news"])
    ['It said so.']
    """
    kept = _until_end(paragraphs)
    while kept:
        last = _cut_tail(kept[-1])
        if last == kept[-1]:
            break
        kept[-1:] = [last] if last else []
    return kept if any(_WORD.search(text) for text in kept) else []


def _decode(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(pattern) for pattern in patterns)
    except re.error as error:
        raise ConfigError(f"boilerplate: {error.pattern!r} is not a regular expression: {error}") from error


def _until_end(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs up to the first end mark, the mark itself cut."""
    kept: list[str] = []
    for text in paragraphs:
        mark = _END_ANYWHERE.search(text) if any(word in text for word in _END_WORDS) else None
        if mark:
            # Before an end mark an address is the reporter's, though it be glued: `… again.lcd@yna.co.kr(END)`.
            rest = _search_tail(_GLUED_ADDRESS, text[: mark.start()].rstrip())
            return [*kept, rest] if rest else kept
        bare = _without_place(text)
        cut = _search_tail(_END_AT_END, bare) if _END_CUE.search(bare[-10:]) else bare
        if cut != bare:
            return [*kept, cut] if cut else kept
        kept.append(text)
    return kept


def _search_tail(expression: re.Pattern[str], text: str) -> str:
    """The text without what matches at its end; only the end is looked at, so that a long text costs nothing."""
    start = max(0, len(text) - _LOOK_BACK)
    found = expression.search(text, start)
    return text[: found.start()].rstrip() if found else text


def _without_place(text: str) -> str:
    """Without the address and the day of its page."""
    return _search_tail(_PRINTED_AT, text) if text.endswith((")", "]", "kcna.kp", "kcna.co.jp")) else text


def _cut_tail(text: str) -> str:
    text = _without_place(text)
    text = _cut_addresses(text)
    return _cut_copyright(text)


def _cut_addresses(text: str) -> str:
    """Without the addresses that end a text: a line of their own, or after the end of the last sentence."""
    cut = _search_tail(_ADDRESSES, text)
    if cut == text:
        return text
    if not cut or _REPORTER.match(cut):
        return ""
    return cut if _SENTENCE_END.search(cut[-8:]) else text


def _cut_copyright(text: str) -> str:
    """Without a closing copyright line: the whole text, or what follows the last sentence."""
    for found in _COPYRIGHT.finditer(text, max(0, len(text) - _COPYRIGHT_LENGTH)):
        before = text[: found.start()].rstrip()
        if (not before or _SENTENCE_END.search(before[-8:])) and _is_notice(found):
            return before
    return text


def _is_notice(found: re.Match[str]) -> bool:
    """Whether words that stories use as well are a notice of copyright here."""
    if not (found["reserved"] or found["unlicensed"]):
        return True
    behind = found.string[found.end() :]
    if _TOLD.search(behind):
        return False
    end = _CLAUSE_END.search(behind)
    clause = behind[: end.start()] if end else behind
    bare = _NAME_AND_YEAR if found["reserved"] else _NOTHING
    return bool(_NOTICE.search(clause) or bare.fullmatch(clause))
