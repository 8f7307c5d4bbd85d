"""Notes inside a text that it was put right: `(This story has been corrected to fix the date in paragraph 2)`.

They stand at its head or its end, and speak of this text itself, so they name no other one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEAD, _END = 2, 6  # paragraphs; trailers may stand behind a note
_LONGEST = 900  # characters of a paragraph that is no more than a note

# `Correction, March 5: …`, `* Editor’s note: …`, `(更正：…）`
_START = (
    r"^[\W_]{0,6}(?:(?:editor['’]s note|anm(?:erkung|\.) d(?:er|\.) red(?:aktion|\.)|примечание редакции"
    r"|편집자 ?주|編集部注|编者按)[\s.:：–—-]{1,3})?"
)
_LABEL = r"(?:[\s,(]{1,3}[\w ,.]{0,18}\d{1,4}\.?\)?)?\s?[:：]"
_STORY = r"(?:story|version|article|report|dispatch|item|copy|column|post|headline)"
_DATED = r"(?:[a-z]{3,9}\.? \d{1,2} |\d{1,2} [a-z]{3,9} )?(?:\d{4} )?"

_FORMS = (
    rf"(?:corrections?|clarification){_LABEL}",
    rf"(?:an |the )(?:earlier|previous|original|initial|first|prior) (?:version|edition) of (?:this|the"
    rf"|our) (?:[a-z]{{2,12}} )?{_STORY}\b",
    rf"this {_DATED}{_STORY} (?:corrects\b|(?:has been|was|is) (?:updated |amended "
    rf"|changed )?(?:on [\w ]{{4,20}} )?(?:to )?"
    r"(?:(?:correct|fix)\b|(?:corrected|amended|fixed)"
    r"(?=[\W_]*$|[.,;:)]|\s(?:to|on|at|since)\b(?! \d+ dollars))))",
    r"(?:the )?story corrects\b|\(?corrects? (?:\w+ ){1,4}(?:in|to|of|from)\b.{0,200}\)$"
    r"|in an earlier version of this\b",
    r"(?:eds|editors|attn)\b[\s:.,–—-]{1,3}corrects?\b|(?<=\()(?:corrige|corregge|rettifica|rectifica|korrigiert|berichtigt)\b[^()]{3,200}\)$",
    # Russian
    rf"(?:исправлен[оаы]?|исправление|исправляется|уточнение){_LABEL}",
    r"(?:исправлен[оаы]?|исправлены) (?:[а-яё]{3,20} ){0,4}(?:в|во) (?:[а-яё-]{3,16} ){0,2}(?:абзац|заголовк"
    r"|лид|текст|новост|материал)",
    r"в (?:предыдущей|первоначальной|ранней|более ранней) версии (?:этой |этого |данного |данной )?(?:новости"
    r"|материала|текста|сообщения|статьи|заметки)",
    r"(?:эта |данная |новость|материал|сообщение|заголовок|текст)[а-яё ]{0,20}(?:исправлен"
    r"|скорректирован)[аоы]?\b(?!.{0,80}\bсообщил)",
    # Chinese, Japanese
    r"(?:更正(?:说明|聲明|声明)?|勘误|勘誤|訂正)\s?(?:[:：】]|$)",
    r"本(?:文|稿|报道|報導)[^。，]{0,20}(?:已|曾|作出|做出){1,2}(?:更正|勘误|勘誤)",
    r"(?:此前|早前|先前|原文|本文(?:早前|此前))[^。]{0,60}(?:有误|有誤|误写|誤植|误为|誤為)[^。]{0,40}(?:更正"
    r"|改正|修正)",
    r"(?:おわびして|お詫びして)?訂正(?:します|しました|いたします|して(?:お詫び|おわび))",
    r"(?:当初|初出時|本文中|記事中|見出しで|配信した|上記の?記事)[^。]{0,160}(?:訂正(?:します|しました"
    r"|いたします|して)|誤りでした)",
    # Spanish, Portuguese, Italian, French, German
    rf"(?:corrección|rectificación|fe de erratas?|correção|retificação|errata|erramos|correzione|rettifica"
    rf"|errata corrige|rectificatif|erratum|korrektur|berichtigung|düzeltme){_LABEL}",
    r"(?:en )?una (?:primera )?versión (?:anterior|previa|inicial) de (?:est[ea]|la|el|nuestr[ao]) (?:nota"
    r"|artículo|información|noticia|despacho|historia|texto|reportaje)",
    r"est[ea] (?:nota|artículo|noticia|información|despacho|texto) (?:ha sido|fue) (?:corregid|rectificad)[ao]",
    r"(?:em |n)?uma versão (?:anterior|inicial|prévia) d(?:este|esta|o|a) (?:texto|artigo|reportagem|notícia"
    r"|matéria|nota)",
    r"est[ea] (?:texto|artigo|reportagem|notícia|matéria|nota) foi (?:corrigid|retificad)[ao]",
    r"(?:in )?una (?:precedente|prima) versione di quest[oa] (?:articolo|notizia|testo)"
    r"|(?:in )?una versione precedente di quest[oa] (?:articolo|notizia|testo)",
    r"quest[oa] (?:articolo|notizia|testo) è stat[oa] (?:corrett|rettificat)[oa]",
    r"(?:dans )?une (?:première |précédente )?version (?:précédente |antérieure |initiale )?de (?:cet article"
    r"|cette dépêche|ce texte|cette information)",
    r"(?:cet article|cette dépêche|ce texte|cette information) a été (?:corrigé|rectifié)e?",
    r"(?:in )?eine[rm]? (?:frühere|vorherige|erste|ältere|vorige)[nr]? (?:version|fassung) (?:(?:dies|d"
    r"|unser)e[sr] (?:textes|artikels|berichts|beitrags|meldung)|hieß es|war)",
    r"(?:dieser (?:artikel|text|beitrag|bericht)|diese meldung) wurde (?:[^\s]{1,20} ){0,6}(?:korrigiert|berichtigt)",
    # Turkish, Arabic
    r"bu (?:haberin|metnin|yazının) (?:önceki|ilk) (?:sürümünde|halinde|versiyonunda|hâlinde)",
    r"(?:تصحيح|تنويه وتصحيح)\s?[:：]|(?:في )?(?:نسخة|صيغة) سابقة من هذا (?:الخبر|التقرير|المقال)",
)
# Korean says it at the end: such sentences are looked for only where one ends so.
_KOREAN_END = "습니다"
_KOREAN = (
    r"[^.“”\"]{0,160}(?:바로잡습니다|바로잡았습니다|정정합니다|정정했습니다|정정하였습니다)",
    r"(?:이|위|본|해당) ?기사[^.]{0,80}(?:정정|오류)[^.]{0,30}(?:됐습니다|되었습니다|했습니다|하였습니다)",
)
_NOTE, _NOTE_KO = (re.compile(_START + "(?:" + "|".join(forms) + ")", re.IGNORECASE) for forms in (_FORMS, _KOREAN))


def says_corrected(paragraphs: Sequence[str]) -> bool:
    """Whether a note at the head or the end of a text says that it was put right."""
    ends = (*paragraphs[:_HEAD], *paragraphs[_HEAD:][-_END:])
    return any(len(text) <= _LONGEST and _is_note(text) for text in ends)


def _is_note(text: str) -> bool:
    return bool(_NOTE.match(text) or (_KOREAN_END in text and _NOTE_KO.match(text)))
