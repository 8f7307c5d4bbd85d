"""Markers that agencies print on a headline: taken off it, and said as signals.

A marker says which version of a story this is, or how urgent.  A label of genre (`[표]`, `(Yonhap Interview)`,
`民调：`) is part of the headline and stays; a few labels say a signal as well.  `SIGNALS` lists them all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipeline.normalise.text import fold

# What a signal says; one with a number counts further: `lead-2`, `update-1`, `wrapup-3`.
SIGNALS = {
    "urgent": "news that goes before all other",
    "brief": "a few lines, more to follow",
    "detail": "the full story after a flash",
    "lead": "a new version of a running story",
    "update": "a new version with something added",
    "wrapup": "several stories of a day put together",
    "correction": "something was wrong before",
    "kill": "the story is withdrawn",
    "repeat": "sent once more",
    "advisory": "to editors, not for print",
    "embargo": "not to be published before a time",
    "summary": "a digest of many stories, a press review",
    "table": "a table of figures",
    "photo": "pictures, or a list of them",
    "graphic": "a graphic",
    "video": "a film",
    "listing": "appointments, deaths, notices: [인사], [부고], [게시판]",
    "live": "a page that says that it is a live blog",
}

_N = r"(?:st|nd|rd|th|ª|º|e|er|a|o)?"
# Markers by what they say, matched against the whole marker in lower case; a group is its number.
_MARKERS = tuple(
    (signal, re.compile(pattern))
    for signal, pattern in (
        (
            "urgent",
            r"urgente?|flash|bulletin|(?:ap)?newsalert|(?:news )?alerta?|alerte|breaking(?: news)?|just in|developing"
            r"|eil(?:meldung)?|son dakika(?: haberi)?|flaş|última hora|último momento|ultim['’]ora|pilne",
        ),
        (
            "urgent",
            r"속보|긴급|긴급속보|快讯|快訊|突发|突發|紧急|緊急|急讯|急訊|即时|即時|速報|号外|срочно|молния|экстренно|عاجل|فوري",
        ),
        ("brief", r"brief|简讯|簡訊|短讯|短訊|단신"),
        ("detail", r"详讯|詳訊|详报|詳報|상보|해설상보"),
        ("lead", rf"(\d{{1,2}})?{_N}[ -]?(?:lead|ld|net)(?:[ -]?writethr[ou](?:ugh)?)?"),
        ("lead", r"(?:lead|ld|avance|ampliación|amplía|ampl|amp|جديد|update ld)[. ]?(\d{1,2})?"),
        ("lead", rf"(\d{{1,2}})?{_N} ?(?:ampliación|ampl|avance)"),
        ("lead", r"(?:종합)?(\d{1,2})보|종합(\d{1,2})?|第?(\d{1,2})[報报]"),
        (
            "update",
            r"(?:update[ds]?|actualización|atualização|aggiornamento|güncelleme|mise à jour|aktualisierung|aktualizacja"
            r"|дополнение|обновление)[ -]?#?(\d{1,2})?",
        ),
        (
            "update",
            r"更新|続報|续报|續報|滚动|업데이트|수정(\d{1,2})보|수정|обновлено|дополнено|تحديث"
            r"|a[ck]tualizad[ao]|atualizad[ao]|aktualisiert|güncellendi",
        ),
        (
            "wrapup",
            r"(?:wrapup|wrap-up|wrap|roundup|round-up|zusammenfassung|synthèse|resumen|обобщение)[ -]?(\d{1,2})?",
        ),
        ("wrapup", rf"(\d{{1,2}}){_N} (?:roundup|zusammenfassung)"),
        (
            "correction",
            r"correct(?:ed|ions?|s)(?:[ -]\(official\))?|corrige|corrección|corregid[ao]|correção|correzione|rettifica"
            r"|rectificatif|retificação"
            r"|errata(?: corrige)?|korrektur|berichtigung|düzeltme|sprostowanie|corrigée?|corrigid[ao]"
            r"|corrett[oa]|berichtigt|korrigiert|düzeltildi",
        ),
        (
            "correction",
            r"정정|고침|바로잡습니다|更正|勘误|勘誤|訂正|исправлено|исправление|исправленная(?: версия)?|уточнение"
            r"|تصحيح",
        ),
        (
            "kill",
            r"(?:mandatory |bulletin |urgent )?kill(?:ed| notice)?|withdrawn|deleted|retract(?:ed|ion)"
            r"|annul[ée]e?|annulation|dépêche annulée|retirée?|anulación|anulad[ao]|anulação|cancelad[ao]|annullamento"
            r"|annullat[ao]|notizia annullata|annullierung|annulliert|(?:meldung )?zurückgezogen"
            r"|stornier(?:t|ung)|storno|iptal|haber ?iptali|iptal edildi",
        ),
        (
            "kill",
            r"기사 ?취소|전문 ?취소|기사 ?삭제|전문 ?삭제|撤稿(?:通知|声明|聲明)?|稿件作[废廢]|撤回"
            r"|記事取消|記事取り消し|取り消し|аннулирован[ао]?|аннулирование|аннулируется|отмена|снято с ленты"
            r"|إلغاء|إلغاء خبر|خبر ملغى|ملغى",
        ),
        (
            "repeat",
            r"rpt|repeat(?:ed|s)?|refile[ds]?|resend|wdh|wiederholung|reprise|ripetizione|repite|재송|재송고|重发|重發|再送"
            r"|повтор",
        ),
        ("advisory", r"(?:media )?advisory"),
        ("embargo", r"embargo(?:ed)?|sperrfrist|엠바고|эмбарго"),
    )
)
# Words of every day, too: markers only in capitals, with a number or inside brackets.
_DAILY_WORDS = (
    "flash bulletin alert alerte alerta developing brief lead ld net wrap wrapup roundup zusammenfassung"
    " synthèse resumen kill killed withdrawn deleted retracted retraction annulation anulación iptal annullamento"
    " anulação annullierung аннулировано аннулирование"
    " repeat repeats repeated resend reprise repite corrects corrections corrige updates advisory embargo embargoed"
    " avance ampl amplía ampliación 滚动 即时 即時 紧急 緊急 撤回 수정 молния"
    " дополнение обновление обобщение уточнение исправление повтор эмбарго"
)
_ORDINARY = frozenset([*_DAILY_WORDS.split(), "just in"])

# Said of products, weddings and flights as well: a kill in brackets, before a hyphen, or where the text says so too.
_DAILY_KILLS = (
    "withdrawn deleted annulé annulée retiré retirée anulado anulada cancelado cancelada annullato annullata annulliert"
    " zurückgezogen storniert storno аннулирован аннулирована аннулируется отмена 撤回 取り消し إلغاء ملغى"
)
_SAID_OF_ALL = frozenset([*_DAILY_KILLS.split(), "iptal edildi"])

_OPEN, _CLOSE = r"[(\[【〔<〈《＜（［]", r"[)\]】〕>〉》＞）］]"
_INSIDE = r"[^()\[\]【】〔〕<>〈〉《》（）［］＜＞]"
_IN_FRONT = re.compile(rf"^({_OPEN})\s?({_INSIDE}{{1,40}}?)\s?({_CLOSE})\s*[:：]?\s*")
_BEHIND = re.compile(rf"\s*({_OPEN})\s?({_INSIDE}{{1,30}}?)\s?({_CLOSE})\s*$")
# `快讯：`, `快訊／`, `快讯｜`, `1st LD Writethru:`, `URGENT:`, `عاجل/`, `عاجل|`, `URGENTE.- `
_COLON = re.compile(
    r"^([^:：/／|｜丨\"“”()\[\]]{1,28}?)\s?(?:[:：／|｜丨]|/(?=\s)|\.\s?[-–—]{1,2}|\s?—|--|\s[-–]\s)\s*"
)
# `UPDATE 1-`, `CORRECTED-UPDATE 3-`, `CORRECTED (OFFICIAL)-`, `RPT-`; no `UPDATE 2-year-old girl found`
# nor `UPDATE 3-2 win for …`
_HYPHEN = re.compile(
    r"^([A-Z]{3,10}(?:[ -]\(OFFICIAL\))?(?: ?#?\d{1,2})?)\s?-{1,2}\s?"
    r"(?=\S)(?!\d{1,2}(?![\w.,%]))(?!(?:years?|months?|weeks?|days?|hours?|minutes?|stars?|stor(?:ey|y)|man|time|way|point|goal|miles?)\b)"
)
_HYPHEN_WORDS = (
    "update corrected correction refile rpt repeat wrapup brief urgent kill withdrawn deleted advisory flash retracted"
)
_HYPHENED = frozenset(_HYPHEN_WORDS.split())
# These begin compounds, too (`BRIEF-case`, `FLASH-flood`): not before a small letter.
_COMPOUNDED = frozenset(["brief", "flash", "kill", "urgent", "repeat"])
# `2ND LEAD Britain can …` dpa, `1st Ld-Writethru Britain …`
_ORDINAL = re.compile(
    r"^(\d{1,2}(?:ST|ND|RD|TH) (?:LEAD|LD|NET|ROUNDUP)|\d{1,2}(?:st|nd|rd|th) [Ll][Dd][ -]?[Ww]ritethr(?:u|ough))"
    r"\s*[:-]?\s+(?=\S)"
)
# `СРОЧНО. В Сеуле …`, `突发！`
_POINT = re.compile(r"^(СРОЧНО|МОЛНИЯ|ЭКСТРЕННО|SON DAKİKA|عاجل|突发|突發|快讯|快訊|速報|속보)\s?[.!！]{1,3}\s*(?=\S)")
# `⚡️ Землетрясение`: a flash as Russian and Ukrainian agencies mark it; a lamp is only a companion, `🔴 URGENTE | `.
_BOLT = re.compile(r"^⚡\ufe0f?\s*(?=\S)")
_LAMP = re.compile(r"^(?:[🔴🚨❗‼]\ufe0f?\s?){1,3}(?=[^\s🔴🚨❗‼])")
# `ROUNDUP/Aktien …`, `WDH/ROUNDUP 3: …` dpa-AFX
_SLASH = re.compile(r"^((?:WDH|ROUNDUP|KORREKTUR|EILMELDUNG|ZUSAMMENFASSUNG|WIEDERHOLUNG)(?: \d{1,2})?)/(?=\S)")
# `++ Terremoto in Turchia ++` ANSA
_PLUSES = re.compile(r"^\+{2,3}\s?(.{3,}?)\s?\+{2,3}$")
# `+++ EILMELDUNG +++ Erdbeben in …`
_PLUSES_IN_FRONT = re.compile(r"^\+{2,3}\s?([^+]{2,30}?)\s?\+{2,3}\s?(?=[^\s+])")
_CHAIN = 6
_MARKER_WORDS = 4
_WIDE = re.compile(r"[Ａ-Ｚ]{3,}[Ａ-Ｚ０-９ 　－-]{0,12}(?=[^Ａ-Ｚ])")

# Matched against the folded headline.
_LABELS = tuple(
    (signal, re.compile(pattern))
    for signal, pattern in (
        (
            "summary",
            r"\byonhap news summary\b|^news summary$|^summary of .{0,40}\bnews\b"
            r"|^(?:world )?press (?:review|digest)(?:$|[ ]?[:(–—-])"
            r"|^what the papers say\b|^(?:daily |evening |morning )?news digest\b|^today['’]s (?:top )?headlines\b",
        ),
        (
            "summary",
            r"要闻简报|要闻摘要|^(?:新闻早报|报摘|報摘|早报|今日要闻)(?:$|[:丨|])|^(?:今日の)?主なニュース"
            r"|^[\[(]?(?:오늘의 )?주요 ?뉴스(?:$|[\])(])|^[\[(](?:오늘의 )?주요 ?(?:뉴스|신문)|^[\[(](?:조간|석간)신문"
            r"|^(?:조간|석간)신문 (?:헤드라인|사설|1면|주요)",
        ),
        (
            "summary",
            r"^(?:обзор (?:прессы|сми)|главное (?:за день|к этому часу)|дайджест)(?:$|[ ]?[:.–—-]| за )"
            r"|^(?:presseschau|pressestimmen|nachrichtenüberblick)(?:$|\b[ ]?[:(–—-])|^revue de presse(?:$|:| du )"
            r"|^rassegna stampa(?:$|:| del )|^(?:revista|resumen) de prensa(?:$|:| del )|^revista de imprensa(?:$|:)"
            r"|^basın özeti|^(?:أقوال|عرض) الصحف|^موجز الأنباء",
        ),
        ("table", r"^[\[【(]표[\]】)]|^[\[(]table[\])]|^table:"),
        (
            "photo",
            r"^[\[【(<](?:포토|사진|화보|图片|写真|photo|фото)[^\]】)>]{0,8}[\]】)>]|^photos?:|^фото:|^组图[:：]|^图片[:：]|[(]图[)]$",
        ),
        ("graphic", r"^[\[【(](?:인포)?(?:그래픽|图表|graphics?)[^\]】)]{0,8}[\]】)]|^graphic:"),
        ("video", r"^[\[【(](?:영상|동영상|video|视频)[^\]】)]{0,8}[\]】)]|^video:|^视频[:：]"),
        ("listing", r"^[\[【(](?:인사|부고|게시판|동정|人事|訃報|讣告)[\]】)]"),
    )
)

# `(ATTN: ADDS details in paras 4-5, photos)`, `(Eds: …)`, `(Recasts, adds quotes)`: to editors, not to readers.
_NOTICE = re.compile(
    r"^\((?:ATTN|EDS|Eds|EDITORS?|Editors?)\s?(?:[:.]|[’']s?\s?(?:[Nn]ote|NOTE)s?\s?[:.–—-]).{0,400}\)?$"
    # Telegraphic, without articles: `(Adds a pinch of salt to the soup)` is none.
    r"|^\((?:Adds|ADDS|Recasts|RECASTS|Updates|UPDATES|Corrects|CORRECTS|Rewrites|Refiles|Repeats|Releads|Trims)\b(?!\s(?:an?|the|his|her|its|their)\s)[^()]{0,300}\)$"
)
_NOTICE_CORRECTS = re.compile(r"\bCORRECT(?:S|ED|ION)?\b|^\((?:Corrects|Eds: Correct)")
_JOINED = re.compile(r"\s[|·—–-]\s|\s?::\s?|\s?[｜|]\s?|\s?_(?=\S)")


def split_headline(printed: str, *, is_killed: bool = False) -> tuple[str, tuple[str, ...]]:
    """A printed headline → the headline without its markers, and the signals that they (and its labels) say.

    `is_killed` where the text says that a story is withdrawn: then words of every day are markers of that, too.

    >>> split_headline("CORRECTED-UPDATE 3-Oil falls")
    ('Oil falls', ('correction', 'update-3'))
    """
    signals: list[str] = []
    # `ＵＰＤＡＴＥ 1-`: Japanese pages print letters as wide as signs.
    wide = _WIDE.match(printed)
    bare = unicodedata.normalize("NFKC", wide[0]) + printed[wide.end() :] if wide else printed
    for _ in range(_CHAIN):
        # What stood behind may have hidden a marker in front: both ends, until neither gives way.
        before = bare
        bare = _cut_front(bare, signals, is_killed=is_killed) or bare
        bare = _cut_behind(bare, signals) or bare
        if bare == before:
            break
    if alone := only_marker(bare, is_killed=is_killed):
        signals.append(alone)
    if wide and not signals:
        bare = printed
    folded = fold(printed)
    signals += [signal for signal, label in _LABELS if label.search(folded)]
    # `Table-top games` are none, nor is what is all in capitals, `TABLE-TENNIS FINAL`.
    if printed.startswith("TABLE-") and not printed.isupper():
        signals.append("table")
    return bare, tuple(dict.fromkeys(signals))


def only_marker(printed: str, *, is_killed: bool = False) -> str | None:
    """The signal of a headline that is a marker and nothing else (`MANDATORY KILL`, `[정정]`); None if it is none.

    Such headlines are of kills and corrections; `is_killed` as for `split_headline`.
    """
    bare = printed.strip(" .!:：")
    if bare.count(" ") >= _MARKER_WORDS:
        return None
    group = _IN_FRONT.match(bare)
    is_bracketed = bool(group and group.end() == len(bare))
    word = group[2] if group and is_bracketed else bare
    if not is_killed and word.lower() in _SAID_OF_ALL:
        return None
    signal = _signal(word, bracketed=is_bracketed or is_killed)
    return signal if signal in ("kill", "correction") else None


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


def _cut_front(text: str, signals: list[str], *, is_killed: bool) -> str:
    """The text without one marker at its head; a label in front of it stays."""
    if whole := _PLUSES.match(text):
        signals.append("urgent")
        return whole[1]
    if bolt := _BOLT.match(text):
        signals.append("urgent")
        return text[bolt.end() :]
    if lamp := _LAMP.match(text):
        rest = text[lamp.end() :]
        bare = _cut_front(rest, signals, is_killed=is_killed)
        return text if bare == rest else bare
    for pattern in (_PLUSES_IN_FRONT, _POINT, _SLASH):
        if (found := pattern.match(text)) and (signal := _signal(found[1], bracketed=True)):
            signals.append(signal)
            return text[found.end() :]
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
        if found and text[found.end() :] and (signal := _plain(found, pattern, text, is_killed=is_killed)):
            signals.append(signal)
            return text[found.end() :]
    return text


def _cut_behind(text: str, signals: list[str]) -> str:
    found = _BEHIND.search(text, max(0, len(text) - 40))
    if not found or not found.start():
        return text
    # `Adobe drops plug-in (Flash)`: behind the headline a word of every day is none of ours.
    signal = _signal(found[2], bracketed=not found[2].isascii() or bool(re.search(r"\d", found[2])))
    if not signal or (signal != "correction" and found[2][:1].islower() and found[2].isascii()):
        return text
    signals.append(signal)
    return text[: found.start()]


def _plain(found: re.Match[str], pattern: re.Pattern[str], text: str, *, is_killed: bool) -> str | None:
    """The signal of a marker without brackets, where its word can be nothing else."""
    word = found[1].strip()
    if pattern is _HYPHEN:
        stem, is_numbered = re.sub(r"[ #\d]|[ -]?\(OFFICIAL\)", "", word).lower(), bool(re.search(r"\d", word))
        is_compound = stem in _COMPOUNDED and text[found.end()].islower()
        # `REPEAT-OFFENDER LAW`: a headline all in capitals has hyphens of its own.
        if stem not in _HYPHENED or (not is_numbered and (text.isupper() or is_compound)):
            return None
        return _signal(word)
    # `WITHDRAWN: Product recall`, `KILL: how to stop weeds`
    if not is_killed and (word.lower() in _SAID_OF_ALL or (word.lower() == "kill" and text[found.end()].islower())):
        return None
    # `2ND LEAD SINGER QUITS BAND`
    if pattern is _ORDINAL and text.isupper() and ":" not in found.group():
        return None
    return _signal(word, bracketed=pattern is _ORDINAL)


def _signal(word: str, *, bracketed: bool = False) -> str | None:
    """The signal of a marker's words, with its number from 2 (updates: from 1); None if they are no marker."""
    # `SON DAKİKA`: the small letter of İ keeps its dot as a mark of its own.
    folded = unicodedata.normalize("NFKC", word).strip(" .").lower().replace("\u0307", "")
    if folded in _ORDINARY and not bracketed and not word.isupper():
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
