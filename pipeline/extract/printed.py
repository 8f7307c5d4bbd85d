"""The dates that a page prints, each with what speaks for and against it being the day of publication.

Where it stands (above or below the heading, in a list, a footer, the comments), what the elements around it are called,
what it is labelled with, and whether it stands alone or in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from pipeline.parse import bounds, dom

# What is looked at: texts that may hold a date, dates, dates of one text, characters of a text, levels, names.
MAX_HITS = 300
MAX_DATES = 60
MAX_OF_TEXT = 6
MAX_TEXT = 3_000
MAX_LEVELS = 12
MAX_NAMES = 200
MAX_KEY = 60
MAX_PIECES = 20
# So much is kept on either side of a year, and so much of what stands before it is its label.
REACH = 40
MAX_LABEL = 40
MAX_BEHIND = 12

# A year, or a day with a short one; in the digits of Arabic and Persian too.
ARABIC_YEAR = r"[\u0661\u0662\u06f1\u06f2][\u0660-\u0669\u06f0-\u06f9]{3}"
SHORT = re.compile(rf"\d[./-]\d{{1,2}}[./-]\d\d|{ARABIC_YEAR}")
MIN_SHORT, MAX_SHORT = 5, 60
YEAR = re.compile(
    r"(?<!\d)(?:19[89]\d|20[0-4]\d)(?!\d)|(?<![\d.,:/-])\d{1,2}[./-]\d{1,2}[./-]\d\d(?![\d.,:/%-])" + "|" + ARABIC_YEAR
)
DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
SILENT = frozenset({"script", "style", "noscript", "textarea", "option"})
SPECIAL = {**dict.fromkeys(SILENT, "silent"), **dict.fromkeys(("h1", "h2", "h3"), "heading"), "time": "time"}
BELOW = ((400, "below-near"), (1_500, "below"), (8_000, "below-far"))
MAX_ABOVE = 400
LENGTHS = ((30, "short"), (80, "line"), (250, "long"))

# A sentence, as far as it is read, has so many words, and so many before its date.
MAX_SENTENCE = 300
MIN_WORDS, MIN_BEFORE = 8, 3
WORD = re.compile(r"[^\W\d_]{2,}")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
MIN_CJK = 20
CJK_STOP = re.compile(r"[，。、]|다\.")
# What makes a date in a sentence one that is meant: "Posted by Ann Harbour in Sea and Land on 5 July 2021"
MEANT = frozenset({"filed", "label-published", "label-updated", "named-0", "meta-0"})

# What the classes and ids of the elements around it say.
NAMES = {
    "named": r"date(?!r)|time(?!r|line)|publi[sc]|posted|created|datum|fecha|stamp|erstell|^day|dato\b|zeit\b",
    "clock": r"clock|today|current|header-?date|top-?date|date-?(?:in-)?header|now\b",
    "meta": r"meta|info|byline|author|submitted|head|details",
    "updated": r"updat|modif|changed|edit(?:ed)?\b|revis",
    "aside": r"comment|disqus|respon[ds]|repl(?:y|ies)|relat|recomm|teaser|sidebar|widget|footer|menu|^nav|popular"
    r"|latest|recent|event|kommentar|archiv|similar|trending|upcoming|carousel|slider|modal|cookie|^more|-more"
    r"|copyright",
    "comment": r"comment|disqus|kommentar",
}
NAMED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in NAMES.items()}
CLOSE = frozenset({"named", "clock", "meta", "updated"})
INSIDE = {
    "aside": "in-aside", "footer": "in-footer", "nav": "in-nav", "article": "in-article", "main": "in-article",
    "a": "in-link", "li": "in-li", "header": "in-header", "p": "in-p",
}  # fmt: skip
# What stands before a date: that of a change, of publication, of something else, or but a word of a sentence.
LABELS = {
    "label-updated": r"updat|modif|aktualis|geändert|bearbeitet|letzte änderung|actuali[sz]|mis à jour|mise à jour"
    r"|обновл|измен|更新|수정|revised|edited|aggiorn|atualiz|güncel|reviewed|changed|changé|تحديث|bijgewerkt|last ",
    "label-published": r"publi[sc]|posted|veröffentlicht|erstellt|erschienen|eingestellt|geschrieben|created|written on"
    r"|date:|datum|fecha|опублик|дата|入力|登録|등록|입력|송고|发布|發布|时间|掲載|公開|配信|投稿|pubblicato|yayın"
    r"|oluştur|gepubliceerd|geplaatst|نشر|mis en ligne|release|stand:|gepostet|online seit|publ\.",
    "label-word": r"\b(?:by|von|par|por|di|am|vom|on|le|el|il|em|am|du)\s",
    "label-other": r"©|copyright|\(c\)|since|seit |registr|joined|member|mitglied|born|geboren|until|bis |deadline"
    r"|expires|access|abgerufen|retrieved|event|termin|foto|photo",
}
# "Dieser Beitrag wurde am 3. Dezember 2011 um 10:12 Uhr veröffentlicht": what weblogs say below an entry.
FILED = re.compile(r"veröffentlicht|publiziert|gepostet|verfasst|filed under|publicad|publié", re.IGNORECASE)
LABELLED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in LABELS.items()}


class Printed(NamedTuple):
    """A printed date, with the names of what speaks for and against it."""

    raw: str
    says: frozenset[str]


class Hit(NamedTuple):
    """A text that may hold a date, `at` so many characters from the beginning; `kind` is `time` for a datetime
    attribute, else `text`."""

    at: int
    element: dom.Element
    text: str
    kind: str


def printed_dates(root: dom.Element, headline: str | None) -> Iterator[Printed]:
    """The first dates of a page, in document order."""
    body = root.find("body")
    if body is None:
        return
    hits, heading = _walked(body, _key(headline or ""))
    firsts = {"first", "first-below"}
    many = 0
    for hit in hits:
        around: frozenset[str] | None = None
        for before, raw, behind in _dates_of(hit):
            around = _around(hit.element) if around is None else around
            says = {"printed", hit.kind, *around, *_of_text(hit, before, behind), _place(hit.at, heading)}
            if is_told(hit.text, before) and not says & MEANT:
                continue
            says |= _firsts(says, firsts)
            yield Printed(raw, frozenset(says | _together(says)))
            many += 1
        if many >= MAX_DATES:
            return


def is_aside(element: dom.Element) -> bool:
    """Whether an element stands among teasers, comments and the like."""
    return "aside-near" in _around(element)


def _walked(body: dom.Element, wanted: str) -> tuple[list[Hit], int | None]:
    """What may hold a date, and where the heading is: the one that is the headline, else the first."""
    hits: list[Hit] = []
    heading: int | None = None
    first: int | None = None
    width = 0
    special, short = SPECIAL.get, SHORT.search
    # This is the dearest loop of all that is done for dates: no calls but these, and the cheapest test of a text first.
    for element in body.iter("*"):
        kind = special(element.tag)
        text = element.text
        if kind is not None:
            if kind == "silent":
                text = None
            elif kind == "time":
                hits += _time_of(element, width)
            elif heading is None and (wanted or first is None):
                first = width if first is None and element.tag == "h1" else first
                heading = width if wanted and _key(beginning_of(element)) == wanted else None
        if text is not None:
            long = len(text)
            width += long
            if "20" in text or "19" in text or (MIN_SHORT < long < MAX_SHORT and not text.isspace() and short(text)):
                hits.append(Hit(width, element, text, "text"))
        text = element.tail
        if text is not None:
            long = len(text)
            width += long
            if "20" in text or "19" in text or (MIN_SHORT < long < MAX_SHORT and not text.isspace() and short(text)):
                parent = element.getparent()
                hits.append(Hit(width, element if parent is None else parent, text, "text"))
        if len(hits) > MAX_HITS:
            break
    return hits, first if heading is None else heading


def _time_of(element: dom.Element, at: int) -> list[Hit]:
    value = element.get("datetime")
    return [Hit(at, element, value[: bounds.MAX_DATE], "time")] if value else []


def beginning_of(element: dom.Element) -> str:
    """The first texts of an element, which may hold the rest of the page."""
    return "".join(map(str, islice(element.itertext(), MAX_PIECES)))


def _key(text: str) -> str:
    return "".join(text[: 10 * MAX_KEY].split()).casefold()[:MAX_KEY]


def _dates_of(hit: Hit) -> Iterator[tuple[str, str, str]]:
    """Each date of a text, cut out with its time of day, between what stands before and behind its year."""
    if hit.kind == "time":
        yield "", hit.text, ""
        return
    if len(hit.text) > MAX_TEXT:
        return
    text = " ".join(hit.text.split())
    years = list(islice(YEAR.finditer(text), MAX_OF_TEXT))
    last = 0
    for year, end in zip(years, [*(year.start() for year in years[1:]), len(text)], strict=False):
        begin, end = max(last, year.start() - REACH), min(end, year.end() + REACH)
        before, behind = text[begin : year.start()], text[year.end() : end]
        if len(year[0]) > 4 or DAY.search(before) or DAY.search(behind):
            yield text[last : year.start()], text[begin:end].strip(), behind
        last = year.end()


def _around(element: dom.Element) -> frozenset[str]:
    """What the elements around a date say."""
    says: set[str] = set()
    above: dom.Element | None = element
    for level in range(MAX_LEVELS):
        if above is None or above.tag == "body":
            break
        if inside := INSIDE.get(above.tag):
            says.add(inside)
        for name in _said(above.get("class"), above.get("id")):
            if name == "aside":
                says.add("aside-near" if level < 4 else "aside-far")
            elif name in CLOSE:
                says |= {f"{name}-{min(level, 1)}"} if level < 3 else set()
            else:
                says.add(name)
        above = above.getparent()
    return frozenset(says)


@lru_cache(maxsize=8_192)
def _said(classes: str | None, identity: str | None) -> tuple[str, ...]:
    if not classes and not identity:
        return ()
    names = f"{classes or ''} {identity or ''}"[:MAX_NAMES]
    return tuple(name for name, pattern in NAMED.items() if pattern.search(names))


def _of_text(hit: Hit, before: str, behind: str) -> Iterator[str]:
    """What the text says of a date: how long it is, what it is labelled with."""
    length = len(hit.text.strip())
    yield next((name for limit, name in LENGTHS if length <= limit), "prose")
    if hit.kind == "time":
        names = (hit.element.get("class") or "")[:MAX_NAMES]
        if "published" in names or hit.element.get("pubdate") is not None:
            yield "time-published"
        elif "updated" in names:
            yield "time-updated"
        label = (hit.element.text or "")[:MAX_LABEL]
    else:
        label = before[-MAX_LABEL:]
        if len(before) <= 3:
            yield "starts"
    label = label if label.strip(" -|,:(") else _label_before(hit)
    for name, pattern in LABELLED.items():
        if pattern.search(label) or (name == "label-updated" and pattern.search(behind[:MAX_BEHIND])):
            yield name
            break
    if FILED.search(behind):
        yield "filed"


def is_told(text: str, before: str) -> bool:
    """Whether a date stands in a sentence: "It had been closed since 1998, and opened on 5 July 2021."."""
    text = text[:MAX_SENTENCE]
    if text.isascii() or not CJK.search(text):
        return len(WORD.findall(before)) >= MIN_BEFORE and len(WORD.findall(text)) >= MIN_WORDS
    return len(text) >= MIN_CJK and CJK_STOP.search(text) is not None


def _label_before(hit: Hit) -> str:
    """The text that stands before the element of a date."""
    previous = hit.element.getprevious()
    if previous is None:
        above = hit.element.getparent()
        return (above.text or "")[-MAX_LABEL:] if above is not None else ""
    label = previous.tail or ""
    if not label.strip() and previous.tag not in SILENT:
        label = beginning_of(previous)
    return label.strip()[-MAX_LABEL:]


def _place(at: int, heading: int | None) -> str:
    """Where a date stands to the heading."""
    if heading is None:
        return "no-heading"
    below = at - heading
    if below <= 0:
        return "above-near" if -below <= MAX_ABOVE else "above-far"
    return next((name for limit, name in BELOW if below < limit), "below-end")


def _firsts(says: set[str], left: set[str]) -> set[str]:
    """Whether it is the first that stands more or less alone, of the page and below its heading; each is so once."""
    if not says & {"short", "line"}:
        return set()
    found = {"first"}
    if "aside-near" not in says and not says & {"above-near", "above-far"}:
        found.add("first-below")
    found &= left
    left -= found
    return found


def _together(says: set[str]) -> set[str]:
    """What says more together than apart."""
    found: set[str] = set()
    if "short" in says:
        found |= {"short-named"} if says & {"named-0", "time"} else set()
        found |= {"short-meta"} if says & {"named-1", "meta-0"} and "named-0" not in says else set()
        found |= {"short-near"} if says & {"above-near", "below-near"} else set()
        found |= {"short-word"} if "label-word" in says else set()
    found |= {"above-aside"} if {"above-far", "aside-near"} <= says else set()
    found |= {"near-li"} if {"below-near", "in-li"} <= says else set()
    return found
