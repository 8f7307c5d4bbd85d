"""What agencies print behind a story: end marks, reporters' addresses, who reported and edited it, initials of a desk.

Only the end of a text is looked at, and only what no story says is cut: an address in a sentence stays, and so does a
score of `3-0`.  The names of those who reported it are kept as its byline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.normalise.copyright import SENTENCE_END, cut_copyright

# `(END)` Yonhap, `Endit` Xinhua, `（完）` Yonhap zh, `(끝)` Yonhap ko, `==Kyodo`: what follows is not the story.
_END_ANYWHERE = re.compile(
    r"(?:^|(?<=[.!?\"”’')\]。！？」』…])|(?<=[\w.]\.[a-z]{2})|(?<=\.[a-z]{3}))\s?[(（]END[)）](?!\s[a-z])"
    r"|(?:^|(?<=[。！？”」』…]))\s?[(（]完[）)]|(?:^|(?<=[.다”\"]))\s?[(<]끝[)>]"
)
_END_SIGNS = frozenset("-–—/(（*<#N")
# What may be the last sign of a paragraph with a mark at its end, or with the day of its page behind that.
_END_LETTERS = frozenset("tm.D-–—op)]")
_END_CUE = re.compile(r"[Ee]ndit|END|[-–—]0[-–—]|Kyodo")
_END_AT_END = re.compile(
    r"(?:(?:^|(?<=[\s.\"”]))Endit(?:em)?\.?|^END\.?|(?:^|(?<=[\s.!?\"”'’)\]]))[-–—]0[-–—]|\s*={2,3}\s?Kyodo)$"
)
# A line that is nothing else.
_END_LINE = re.compile(
    r"(?:[-–—/(*<]{1,3}\s?(?:END|End|ENDS|30)\s?[-–—/)*>]{1,3}|NNNN|[(（](?:終わり|了|終|终|完)[)）])$"
)
# What dpa prints behind it is for editors, sentences too.
_FOR_EDITORS = re.compile(
    r"(?:(?:\*\s){3,6}(?:The following information is not|Die folgenden Informationen sind nicht)[^\n]{0,80}"
    r"|#{1,3}\s?(?:dpa-)?(?:Notizblock|Notebook|Redaktionelle Hinweise|Editorial contacts))$"
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
_TITLE_KO = r"(?:기자|특파원|통신원|칼럼니스트|논설위원|객원기자|에디터|리포터|평론가)"
_REPORTER = re.compile(rf"^[^.!?。！？]{{0,40}}(?:{_TITLE_KO}|记者|記者|[(（:：])\s*$|^{_TITLE_KO}\s[가-힣]{{2,4}}\s*$")
_REPORTER_LINE = re.compile(
    rf"[(（\[]?(?P<byline>[가-힣]{{2,4}}(?:[·∙ㆍ,\s]{{1,2}}[가-힣]{{2,4}}){{0,3}}\s?{_TITLE_KO}|{_TITLE_KO}\s[가-힣]{{2,4}}"
    r"|(?:[\u4e00-\u9fff]{2,5})?[记記]者[：:\s]?(?!手记|手記|调查|調查|观察|觀察|招待|会|會|节|節|注)[\u4e00-\u9fff·]{2,4}(?:[\s、，]{1,2}[\u4e00-\u9fff·]{2,4}){0,4})[)）\]]?\s*$"
)
# `责任编辑：张三`, `（编辑：严玉洁 王辉）`
_EDITOR_CJK = re.compile(
    r"[(（【\[]?\s?(?:责任编辑|責任編輯|编辑|編輯|责编|責編|校对|审核|監修)\s?[：:][^。！？]{1,40}$"
)
# `…。（评论员 罗博 萧海川）`, `…。（編輯：蘇龍麒）1120221`
_BEHIND_CJK = re.compile(
    r"(?:^|(?<=[。！？”」』…]))\s?[(（](?:(?:[\u4e00-\u9fff]{2,8})?(?P<writer>(?:记者|記者|评论员|評論員|作者|通讯员)[：:\s]?[\u4e00-\u9fff·、，\s]{2,30})"
    r"|(?:责任编辑|責任編輯|编辑|編輯|责编|責編)[：:/／]?\s?[\u4e00-\u9fff·、，/\s]{2,30})[)）]\s?\d{0,8}$"
)
# `（作者系媒体评论员）` says what the writer is, not who.
_NOTE_CJK = re.compile(r"作者[系係为為是]")
# `(Reporting by Joseph Ax; Editing by Frank McGurty)`, `Writing by …`, `(Reportaje de …)`, `(Bericht von …)`
_REPORTED = (
    r"(?:(?:Additional |Extra )(?:reporting|writing|editing)|Reporting|Writing|Editing"
    r"|Compiled|Produced|Reported|Edited|Written|Translated|Graphics?)"
    r"(?: and (?:writing|editing|compilation))? [Bb]y"
    r"|(?:Reportaje|Reporte|Información|Reportagem|Reportage|Editado|Traducido|Redacción)(?: adicional)? (?:de|por|en)"
    r"|(?:Rédigé|Reportage|Édité|Avec|Version française)(?: par| de)?"
    r"|(?:Bericht|Reporter|Geschrieben|Redigiert)(?:: | von)"
    r"|(?:Автор|Редактор|Редакторы|Перевод)(?:ы)?:"
)
_REPORTED_BEHIND = re.compile(
    rf"(?:^|(?<=[.!?。”\"’'»)])|(?<=\s))\s?[(\[](?:{_REPORTED})\s(?=[A-ZÀ-ÞА-ЯЁ])[^()\[\]]{{3,380}}[)\]]\.?$"
)
_REPORTED_LINE = re.compile(
    r"(?:Additional reporting|Reporting|Writing|Editing|Compiled)(?: and (?:writing|editing))? [Bb]y "
    r"(?P<names>[A-Z][^!?]{3,360})$"
)
# All that such a line has besides names, places and addresses: no verb, for `Editing by CRISPR has cured three
# patients` is a sentence.
_BETWEEN_LISTED = """
additional and at bin bureau bureaus by compiled correspondents da de del della den der desk di du edited editing el for
from graphics in la le newsroom of on or our production reporting research staff team the translated translation van von
with writing y
"""
_BETWEEN_NAMES = frozenset(_BETWEEN_LISTED.split())
_NAME_WORD = re.compile(r"[\W_]*(?:[A-ZÀ-ÞĀ-Ž]|\d|[\w.+-]{1,64}@|al-|d['’]|el-)")
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|said|says|remains?|took|takes)\b")
_REPORTED_BY = re.compile(
    r"\b(?:Reporting|Reported|Written)(?: and (?:writing|editing))? [Bb]y (?P<names>[^;.()\[\]]{4,160}?)"
    r"(?=[;.()\[\]]|\s(?:Editing|Writing|Additional)\b|$)"
)
_IN_TOWN = re.compile(r"\s(?:in|from|at)\s[A-Z][\w.'’-]{1,20}(?:\s[A-Z][\w.'’-]{1,20}){0,2}")
# Lines on how a text came about, each of them a whole paragraph.
_TAGLINE = re.compile(
    r"Our Standards: The Thomson Reuters Trust Principles\.?$"
    r"|(?:[^.!?:]|\b[A-Z]\.|\b[JjSs][rt]\.){3,250}\bcontributed (?:reporting|to (?:this|the) (?:report|story|article))"
    r"(?: (?:from|in) [A-Z][^.!?]{2,60})?\.$"
    r"|(?:[A-Z][\w'’-]{1,20}(?:,|\sand)?\s){1,4}reported from (?=[A-Z])"
    r"(?:(?:[A-Z][\w.'’-]{0,24}|and|from|in|the|of|near|de|la|los|aboard|outside)[,;]?\s){0,30}[A-Z][\w'’-]{0,24}\."
    r"(?:\s[^!?]{3,250}\bcontributed (?:reporting|to (?:this|the) (?:report|story|article))[^.!?]{0,60}\.)?$"
    r"|The Associated Press created this story using technology [^!?]{3,160}$"
    r"|This is part of (?:the )?(?:AP|Associated Press|The Associated Press)[’']s? (?:ongoing )?effort [^!?]{3,260}$"
    r"|[–—-]{0,3}\s?[(\[]?[Ww]ith (?:additional |agency )?(?:inputs?|assistance|reporting|files?|reports?) (?:from|by) "
    r"(?:(?:[A-Z][\w.’'&-]{0,24}|agenc(?:y|ies)|and|in|the|our|bureaus?|wires?|correspondents?)"
    r"(?=[\s,;.)\]]|$)[,;]?\s?){1,20}[)\]]?\.?$"
    r"|\(?This (?:story|report|article|copy) (?:has been|has not been|was|is) (?:not )?"
    r"(?:published|edited|auto-?generated|taken|generated|sourced) "
    r"[^!?]{0,90}(?:syndicated|wire|auto-?generated|news agency|agency feed)[^!?]{0,160}$"
    r"|To contact the (?:reporters?|editors?|authors?)\b[^!?]{5,300}$"
    r"|Follow (?:the )?(?:AP|Reuters|AFP)[’']?s? "
    r"(?:[^.!?:,]{0,80}(?:coverage|news|on (?:Twitter|X|Facebook))\b[^.!?:,]{0,60}\.?$"
    r"|[^.!?]{0,80}(?:coverage|news|on (?:Twitter|X|Facebook)|at)\b[^!?]{0,60}(?:https?:|www\.|\.com\b|\.org\b|@\w|#\w)"
    r"[^!?]{0,160}$)"
    r"|\(?(?:Eds|EDS|ATTN|Editors)\s?[:.][^\n]{3,300}$"
    r"|Click For Restrictions[^!?]{0,120}$"
    r"|AP-[A-Z]{2}-\d\d-\d\d-\d\d \d{4}GMT$|\d{6} GMT [A-Z][a-z]{2} \d\d$|\d{6} [a-z]{3} \d\d$"
    r"|AGERPRES\s?/?\s?\([^()]{5,300}\)$"
)
# `ab/de/dl/hmw` AFP, `daa/mt/msr` EFE, `dpa hm bs wjh`, `AFP sn`: those of a desk, by their initials.
_INITIALS = re.compile(
    r"(?!and/|he/|his/|on/|yes/|km/)(?:[a-z]{1,4}(?:/[a-z]{2,4}){1,6}|(?:dpa|AFP|AAP|PA|EFE|APA|ANSA|SDA)(?:\s(?:[a-z]{2,4}|RTV|n1|yyzz|xxzz)){1,6}(?:\s[a-z]\d)?)$"
)
# Initials have no vowels, some of them: `win/lose`, `rise/fall` are words.
_TWO_WORDS = re.compile(r"[^/]*[aeiou][^/]*/[^/]*[aeiou][^/]*$")
# `burs-jm/ach` AFP: who had it in hand
_DESK = re.compile(r"(?:burs?-[a-z]{2,4}(?:/[a-z]{2,4}){0,3})$")
_DIVIDER = re.compile(r"(?:[\W_]{1,40}|[Ee]nds?\.?|ENDS)$")
# `(c)AFP/Aminu ABUBAKAR`, `(c)CNS/JCM/AFPBB News`
_SIGNED_C = re.compile(r"\s?\([cC]\)\s?(?:AFP|CNS|Xinhua|Relaxnews|[^\s()]{2,20}/AFPBB)(?:[/\s][^。()]{0,60})?$")
# How a sentence ends; a headline does so in `U.S.` alone, a teaser in an ellipsis.
_STOP = re.compile(r"(?:(?<![.…\s])(?<!\.[A-Z])\.|[。！？!?؟।])[\"”’'」』)\]）»]{0,3}\s?$")
_STOP_WITHIN = 8  # characters
_SHORTEST_REST, _SHORTEST_TOLD = 8, 40  # characters; one of these says as much as three letters:
_SYLLABLE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BROAD = 2
_FOLLOWING = 3  # paragraphs behind a mark
_WORD = re.compile(r"\w")
_LINE = 400
_LOOK_BACK = 400
# Trailers of one paragraph: each of them costs a copy of it.
_PASSES = 12


def cut_trailers(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs of the story alone: without end marks and what follows them, without the reporter's address,
    the copyright and the address of the page that close it, also where they are glued to its last paragraph.

    >>> cut_trailers(["It said so.", "kokobj@yna.co.kr", "(END)", "Other news"])
    ['It said so.']
    """
    return read_trailers(paragraphs)[0]


def read_trailers(paragraphs: Sequence[str]) -> tuple[list[str], str | None]:
    """As `cut_trailers`, with the byline that the trailers printed: who reported it.

    >>> read_trailers(["It said so.", "(Reporting by Jane Roe in Seoul; Editing by Max Moe)"])
    (['It said so.'], 'Jane Roe')
    """
    kept = _until_end(paragraphs)
    byline: str | None = None
    passes = 0
    while kept and passes < _PASSES:
        last = _cut_tail(kept[-1])
        if last == kept[-1]:
            break
        byline = _reporter(kept[-1][len(last) :]) or byline
        kept[-1:] = [last] if last else []
        passes = passes + 1 if last else 0
    return (kept, byline) if any(_WORD.search(text) for text in kept) else ([], byline)


def _until_end(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs up to the end mark that ends the story, the marks themselves cut."""
    kept: list[str] = []
    for index, text in enumerate(paragraphs):
        if text[:1] in _END_SIGNS and len(text) <= _LINE and _FOR_EDITORS.match(text):
            return kept
        rest, is_marked = _without_mark(text)
        kept += [rest] if rest else []
        # `-0-` stands between the parts of a match report too, and `(END)` behind each of several items.
        if is_marked and not any(map(_tells, paragraphs[index + 1 : index + 1 + _FOLLOWING])):
            return kept
    return kept


def _without_mark(text: str) -> tuple[str, bool]:
    """A paragraph without the end mark that closes it, and whether there is one."""
    if ("END" in text or "完" in text or "끝" in text) and (marks := list(_END_ANYWHERE.finditer(text))):
        return _without_marks(text, marks)
    if text[:1] in _END_SIGNS and len(text) <= _LINE and _END_LINE.match(text):
        return "", True
    if text[-1:] not in _END_LETTERS:
        return text, False
    bare = _without_place(text)
    cut = _search_tail(_END_AT_END, bare) if _END_CUE.search(bare[-10:]) else bare
    return (cut, True) if cut != bare else (text, False)


def _without_marks(text: str, marks: Sequence[re.Match[str]]) -> tuple[str, bool]:
    """A paragraph up to the mark that no sentence follows, and whether there is such a mark.

    What a sentence begins with is no mark but its words: `(END) of the line for old trams, the mayor said.`
    """
    stops = [*(mark.start() for mark in marks), len(text)]
    parts = [text[: stops[0]], *(text[mark.end() : stop] for mark, stop in zip(marks, stops[1:], strict=True))]
    last = max((at for at, part in enumerate(parts) if at and _goes_on(part)), default=0)
    is_marked = last < len(marks)
    if last == 0:
        # Before an end mark an address is the reporter's, though it be glued: `… again.lcd@yna.co.kr(END)`.
        return _search_tail(_GLUED_ADDRESS, parts[0].rstrip()), True
    if not parts[0].strip():
        return text[: stops[last]].rstrip(), is_marked
    return " ".join(part.strip() for part in parts[: last + 1] if part.strip()), is_marked


def _goes_on(text: str) -> bool:
    """Whether words behind a mark in its paragraph are a sentence."""
    return len(text) >= _SHORTEST_REST and _STOP.search(text[-_STOP_WITHIN:]) is not None and _cut_tail(text) != ""


def _tells(text: str) -> bool:
    """Whether a paragraph behind a mark is of a story: no headline, address or notice, which are short or end in none
    of the signs of a sentence."""
    text, _ = _without_mark(text)
    length = len(text) + _BROAD * len(_SYLLABLE.findall(text[:_LINE]))
    return length >= _SHORTEST_TOLD and _STOP.search(text[-_STOP_WITHIN:]) is not None and _cut_tail(text) != ""


def _search_tail(expression: re.Pattern[str], text: str) -> str:
    """The text without what matches at its end; only the end is looked at, so that a long text costs nothing."""
    start = max(0, len(text) - _LOOK_BACK)
    found = expression.search(text, start)
    return text[: found.start()].rstrip() if found else text


def _without_place(text: str) -> str:
    """Without the address and the day of its page."""
    return _search_tail(_PRINTED_AT, text) if text.endswith((")", "]", "kcna.kp", "kcna.co.jp")) else text


def _cut_tail(text: str) -> str:
    """The last paragraph without a trailer; empty if it is nothing else."""
    if len(text) <= _LINE and _is_trailer(text):
        return ""
    text = _without_place(text)
    text = _cut_addresses(text) if "@" in text[-_LOOK_BACK:] else text
    if text.endswith((")", "]", ").")):
        text = _cut_reported(text)
    if "）" in text[-12:] or ")" in text[-12:]:
        text = _search_tail(_BEHIND_CJK, text)
    if "(c)" in text[-90:] or "(C)" in text[-90:]:
        text = _search_tail(_SIGNED_C, text)
    return cut_copyright(text)


def _is_trailer(text: str) -> bool:
    """Whether a whole paragraph is a line behind a story: of the desk, of who reported it, a rule."""
    if any(form.match(text) for form in _LINES):
        return True
    if reported := _REPORTED_LINE.match(text):
        return all(map(_is_of_names, reported["names"].split()))
    return _INITIALS.match(text) is not None and not _TWO_WORDS.match(text)


_LINES = (_DIVIDER, _DESK, _TAGLINE, _REPORTER_LINE, _EDITOR_CJK)


def _is_of_names(word: str) -> bool:
    return _NAME_WORD.match(word) is not None or word.strip(".,;:()") in _BETWEEN_NAMES


def _cut_reported(text: str) -> str:
    """Without who reported it in brackets at its end; what has a verb is a sentence."""
    cut = _search_tail(_REPORTED_BEHIND, text)
    return text if _VERB.search(text, len(cut)) else cut


def _cut_addresses(text: str) -> str:
    """Without the addresses that end a text: a line of their own, or after the end of the last sentence."""
    cut = _search_tail(_ADDRESSES, text)
    if cut == text:
        return text
    if not cut or _REPORTER.match(cut):
        return ""
    return cut if SENTENCE_END.search(cut[-8:]) else text


def _reporter(trailer: str) -> str | None:
    """Whom a trailer names as the writer."""
    if named := _REPORTED_BY.search(trailer):
        return _IN_TOWN.sub("", named["names"]).strip(" ,")
    if (written := _BEHIND_CJK.search(trailer)) and written["writer"]:
        if _NOTE_CJK.match(written["writer"]):
            return None
        return written["writer"].strip()
    line = _REPORTER_LINE.match(_search_tail(_ADDRESSES, trailer.strip()))
    return line["byline"].strip() if line else None
