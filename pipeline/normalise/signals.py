"""Markers that agencies print on a headline: taken off it, and said as signals.

A marker says which version of a story this is, or how urgent.  A label of genre (`[표]`, `(Yonhap Interview)`,
`民调：`) is part of the headline and stays; a few labels say a signal as well.

| signal | printed |
|---|---|
| `urgent` | (URGENT), FLASH, BREAKING, [속보], [긴급], 快讯：, 突发：, 【速報】, СРОЧНО:, عاجل, URGENTE, EIL, ++ … ++ |
| `brief` | BRIEF-, 简讯：, [단신] |
| `detail` | 详讯：, [상보], 【詳報】 |
| `lead`, `lead-2` … | (LEAD), 1st LD Writethru:, (2nd LD), [1보], [2보], (종합), (종합2보), 第2報, (2ª AMPLIACIÓN) |
| `update`, `update-1` … | UPDATE 1-, Update:, (更新), 更新：, (обновлено), (수정2보), GÜNCELLEME |
| `wrapup`, `wrapup-1` … | WRAPUP 1-, ROUNDUP 2:, (Zusammenfassung) |
| `correction` | CORRECTED-, Correction:, [정정], [고침], 更正：, 【訂正】, ИСПРАВЛЕНИЕ, KORREKTUR |
| `kill` | KILL, WITHDRAWN-, (RETRACTED), [기사취소], 撤稿：, АННУЛИРОВАНО |
| `repeat` | RPT-, REFILE-, REPEAT:, 重发：, (повтор), WDH |
| `advisory` | ADVISORY-, MEDIA ADVISORY: |
| `summary`, `table`, `photo`, `graphic`, `video` | labels, which stay: 要闻简报, [표], [포토], [그래픽], [영상] |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipeline.normalise.text import fold

_N = r"(?:st|nd|rd|th|ª|º|e|er|a|o)?"
# Markers by what they say, matched against the whole marker in lower case; a group is its number.
_MARKERS = tuple(
    (signal, re.compile(pattern))
    for signal, pattern in (
        ("urgent", r"urgent[e]?|flash|newsalert|(?:news )?alert|breaking(?: news)?|eil(?:meldung)?|son dakika"),
        (
            "urgent",
            r"속보|긴급|긴급속보|快讯|快訊|突发|突發|紧急|緊急|急讯|急訊|即时|即時|速報|号外|срочно|молния|экстренно|عاجل|فوري",
        ),
        ("brief", r"brief|简讯|簡訊|短讯|短訊|단신"),
        ("detail", r"详讯|詳訊|详报|詳報|상보|해설상보"),
        ("lead", rf"(\d{{1,2}})?{_N}[ -]?(?:lead|ld|net)(?:[ -]?writethr[ou](?:ugh)?)?"),
        ("lead", r"(?:lead|ld|avance|ampliación|ampl|جديد|update ld)[. ]?(\d{1,2})?"),
        ("lead", rf"(\d{{1,2}})?{_N} ?(?:ampliación|ampl|avance)"),
        ("lead", r"(?:종합)?(\d{1,2})보|종합(\d{1,2})?|第(\d{1,2})[報报]"),
        (
            "update",
            r"(?:update[ds]?|actualización|atualização|aggiornamento|güncelleme|mise à jour)[ -]?#?(\d{1,2})?",
        ),
        ("update", r"更新|続報|续报|續報|滚动|업데이트|수정(\d{1,2})보|обновлено|обновление|дополнено|تحديث"),
        (
            "wrapup",
            rf"(?:wrapup|wrap-up|wrap|roundup|round-up|zusammenfassung)[ -]?(\d{{1,2}})?|(\d{{1,2}}){_N} roundup",
        ),
        (
            "correction",
            r"correct(?:ed|ions?|s)|corrección|correção|correzione|rettifica|korrektur|berichtigung|düzeltme",
        ),
        ("correction", r"정정|고침|바로잡습니다|更正|訂正|исправлено|исправление|уточнение|تصحيح"),
        (
            "kill",
            r"kill(?:ed)?|withdrawn|deleted|retract(?:ed|ion)|annul[éa](?:tion)?|기사취소|전문취소|撤稿|記事取消|аннулировано",
        ),
        ("repeat", r"rpt|repeat(?:ed|s)?|refile[ds]?|resend|wdh|wiederholung|재송|재송고|重发|重發|再送|повтор"),
        ("advisory", r"(?:media )?advisory"),
    )
)
# Words of every day, too: markers only in capitals, with a number or inside brackets.
_DAILY_WORDS = (
    "flash alert brief lead ld net wrap wrapup roundup kill killed withdrawn deleted retracted retraction repeat"
    " repeats repeated resend corrects updates advisory avance ampl 滚动 即时 即時 紧急 緊急"
)
_ORDINARY = frozenset(_DAILY_WORDS.split())

_OPEN, _CLOSE = r"[(\[【〔<〈＜（［]", r"[)\]】〕>〉＞）］]"
_IN_FRONT = re.compile(rf"^({_OPEN})\s?([^()\[\]【】〔〕<>〈〉（）［］＜＞]{{1,40}}?)\s?({_CLOSE})\s*[:：]?\s*")
_BEHIND = re.compile(rf"\s*({_OPEN})\s?([^()\[\]【】〔〕<>〈〉（）［］＜＞]{{1,30}}?)\s?({_CLOSE})\s*$")
# `快讯：`, `1st LD Writethru:`, `URGENT:`, `عاجل/`
_COLON = re.compile(r"^([^:：/|\"“”'()\[\]]{1,28}?)\s?(?:[:：]|/(?=\s)|\s[-–|]\s)\s*")
# `UPDATE 1-`, `CORRECTED-UPDATE 3-`, `RPT-`
_HYPHEN = re.compile(r"^([A-Z]{3,10}(?: ?#?\d{1,2})?)\s?-{1,2}\s?(?=\S)")
_HYPHEN_WORDS = (
    "update corrected correction refile rpt repeat wrapup brief urgent kill withdrawn deleted advisory flash retracted"
)
_HYPHENED = frozenset(_HYPHEN_WORDS.split())
# `2ND LEAD Britain can …` dpa
_ORDINAL = re.compile(r"^(\d{1,2}(?:ST|ND|RD|TH) (?:LEAD|LD|NET|ROUNDUP))\s*[:-]?\s+(?=\S)")
# `++ Terremoto in Turchia ++` ANSA
_PLUSES = re.compile(r"^\+{2,3}\s?(.{3,}?)\s?\+{2,3}$")
_CHAIN = 6

_LABELS = (
    ("summary", re.compile(r"yonhap news summary|要闻简报|news summary|주요뉴스|오늘의 주요")),
    ("table", re.compile(r"^[\[【(]표[\]】)]|^[\[(]table[\])]|^table[-:]")),
    (
        "photo",
        re.compile(
            r"^[\[【(<](?:포토|사진|화보|图片|写真|photo|фото)[^\]】)>]{0,8}[\]】)>]|^photo:|^фото:|^组图：|^图片："
        ),
    ),
    ("graphic", re.compile(r"^[\[【(](?:그래픽|图表|graphic|graphics)[^\]】)]{0,8}[\]】)]|^graphic:")),
    ("video", re.compile(r"^[\[【(](?:영상|동영상|video|视频)[^\]】)]{0,8}[\]】)]|^video:|^视频：")),
)

# `(ATTN: ADDS details in paras 4-5, photos)`, `(Eds: …)`, `(Recasts, adds quotes)`: to editors, not to readers.
_NOTICE = re.compile(
    r"^\((?:ATTN|EDS|Eds|EDITORS?|Editors?)\s?[:.’'].{0,400}\)?$"
    r"|^\((?:Adds|ADDS|Recasts|RECASTS|Updates|UPDATES|Corrects|CORRECTS|Rewrites|Refiles|Repeats|Releads|Trims)\b[^()]{0,300}\)$"
)
_NOTICE_CORRECTS = re.compile(r"\bCORRECT(?:S|ED|ION)?\b|^\((?:Corrects|Eds: Correct)")
_JOINED = re.compile(r"\s[|·—–-]\s|\s?::\s?|\s?[｜|]\s?|\s?_(?=\S)")


def split_headline(printed: str) -> tuple[str, tuple[str, ...]]:
    """A printed headline → the headline without its markers, and the signals that they (and its labels) say.

    >>> split_headline("CORRECTED-UPDATE 3-Oil falls")
    ('Oil falls', ('correction', 'update-3'))
    """
    signals: list[str] = []
    bare = printed
    for _ in range(_CHAIN):
        # What stood behind may have hidden a marker in front: both ends, until neither gives way.
        before = bare
        bare = _cut_front(bare, signals) or bare
        bare = _cut_behind(bare, signals) or bare
        if bare == before:
            break
    folded = fold(printed)
    signals += [signal for signal, label in _LABELS if label.search(folded)]
    return bare, tuple(dict.fromkeys(signals))


def strip_site_name(headline: str, names: Iterable[str | None]) -> str:
    """The headline without the site's name behind a bar or dash (` | Yonhap News Agency`), once for each such part.

    In front it is cut at a bar only: "Moscow - no deal" is about Moscow, whatever the section is called.

    >>> strip_site_name("Ready to help — Lavrov - Politics - TASS", ["TASS", "Politics"])
    'Ready to help — Lavrov'
    """
    known = {fold(name) for name in names if name}
    for _ in range(_CHAIN):
        joint = _last_joint(headline)
        if joint is None or fold(headline[joint.end() :]) not in known or not headline[: joint.start()].strip():
            break
        headline = headline[: joint.start()].strip()
    first, bar, rest = headline.replace("｜", "|").partition("|")
    return headline[len(first) + len(bar) :].strip() if bar and fold(first) in known and rest.strip() else headline


def notice_signals(paragraph: str) -> tuple[str, ...] | None:
    """The signals of a notice to editors at the head of a text (often none); None if the paragraph is no notice."""
    if not _NOTICE.match(paragraph):
        return None
    return ("correction",) if _NOTICE_CORRECTS.search(paragraph) else ()


def _cut_front(text: str, signals: list[str]) -> str:
    """The text without one marker at its head; a label in front of it stays."""
    if whole := _PLUSES.match(text):
        signals.append("urgent")
        return whole[1]
    kept = 0
    while group := _IN_FRONT.match(text[kept:]):
        signal = _signal(group[2], bracketed=True)
        rest = text[kept + group.end() :]
        if signal and rest:
            signals.append(signal)
            return text[:kept] + rest
        kept += group.end()
        if kept > 80:
            break
    for pattern in (_ORDINAL, _HYPHEN, _COLON):
        found = pattern.match(text)
        if found and (signal := _plain(found, pattern, text)) and text[found.end() :]:
            signals.append(signal)
            return text[found.end() :]
    return text


def _cut_behind(text: str, signals: list[str]) -> str:
    found = _BEHIND.search(text, max(0, len(text) - 40))
    if not found or not found.start() or (found[2][:1].islower() and found[2].isascii()):
        return text
    # `Adobe drops plug-in (Flash)`: behind the headline a word of every day is none of ours.
    signal = _signal(found[2], bracketed=not found[2].isascii() or bool(re.search(r"\d", found[2])))
    if not signal:
        return text
    signals.append(signal)
    return text[: found.start()]


def _plain(found: re.Match[str], pattern: re.Pattern[str], text: str) -> str | None:
    """The signal of a marker without brackets, where its word can be nothing else."""
    word = found[1].strip()
    if pattern is _HYPHEN:
        stem = re.sub(r"[ #\d]", "", word).lower()
        # `REPEAT-OFFENDER LAW`: a headline all in capitals has hyphens of its own.
        if stem not in _HYPHENED or (text.isupper() and not re.search(r"\d", word)):
            return None
        return _signal(word)
    return _signal(word, bracketed=pattern is _ORDINAL)


def _signal(word: str, *, bracketed: bool = False) -> str | None:
    """The signal of a marker's words, with its number from 2 (updates: from 1); None if they are no marker."""
    folded = unicodedata.normalize("NFKC", word).strip(" .").lower()
    if folded in _ORDINARY and not bracketed and not (word.isupper() and word.isascii()):
        return None
    for signal, pattern in _MARKERS:
        found = pattern.fullmatch(folded)
        if found:
            number = next((int(group) for group in found.groups() if group), None)
            return _numbered(signal, number)
    return None


def _numbered(signal: str, number: int | None) -> str:
    if number is None or (signal == "lead" and number < 2):
        return signal
    return f"{signal}-{number}"


def _last_joint(headline: str) -> re.Match[str] | None:
    start = max(0, len(headline) - 80)
    return max(_JOINED.finditer(headline, start), key=lambda joint: joint.start(), default=None)
