"""Names out of what a page prints where it is signed: "By Ann Harbour | May 3, 2026 | 4 min read"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.normalise.byline import BETWEEN, authors_of, is_collective, unique
from pipeline.normalise.months import month
from pipeline.normalise.registers import Registers
from pipeline.normalise.text import clean

_LENGTH = 200
_SIGNERS = 8
_NEAR = 3
_WORDS = 5
_NICKNAME = 30
_ADDRESS = re.compile(r"\S{0,64}@\S{1,128}|https?://\S{0,200}|www\.\S{0,200}")
# What stands before a name anywhere in a signature, and what does so at its beginning alone: "Kevin von der Tann".
_MARK = re.compile(
    r"(?:^|(?<=[\s|•·>–—-]))(?:"
    r"(?:written|posted|published|words|story|report|reported|authored|created|submitted|text|content)\s+by|by"
    r"|(?:verfasst|geschrieben|veröffentlicht|erstellt|publiziert)\s+von"
    r"|ein\s+(?:artikel|beitrag|bericht|kommentar|gastbeitrag)\s+von"
    r"|(?:escrito|publicado|redactado)\s+por|(?:publié|écrit|rédigé)\s+par|scritto\s+da|a\s+cura\s+di"
    r"|(?:autor(?:in|en|es|a)?|authors?|authored by|auteurs?|autore|text|texte|texto|автор|текст)\s*:"
    r")\s*:?\s*",
    re.IGNORECASE,
)
_MARK_IN_FRONT = re.compile(
    r"^\W{0,3}(?:von|par|por|di|da|af|av|door|przez|author|autor(?:in)?|escribe|insights from|автор|текст|作者|文|取材)"
    r"(?:\s*[:：]\s*|\s+)",
    re.IGNORECASE,
)
# Behind the names: a date, a rule, a number, a place, what was done to the text.
_STOP = re.compile(
    r"\s*(?:[|•·●>»←→*:]|[(\[]|\s[-–—]+(?:\s|$)|(?:^|(?<=[\s,;]))\d|(?<=[^\W\d_])\d{1,2}[./:]\d|@)"
    r"|[\s,]+(?:updated|published|posted|last|on|in|at|for|am|um|vor|veröffentlicht|aktualisiert|stand|publicado"
    r"|actualizado|publié|mis à jour|(?-i:le|el|il)\s+\d|read|min|more|mehr|alle|all|view|follow|reviewed|edited|quelle"
    r"|source|datum|fotos?|photo|bild|übersetzung|translated|hace|is|was|has)(?=[\s:,]|$)",
    re.IGNORECASE,
)
_PARTICLES_LISTED = """
de del della di da dos das do du des la le van von der den ter ten bin ibn al el af av zu zur y e i und
"""
_PARTICLES = frozenset(_PARTICLES_LISTED.split())
_JOINING = frozenset(("der", "den", "das", "des", "du", "do", "dos", "das", "e", "i", "y", "und"))
# Words of signatures that are in no name.
_NO_NAMES_LISTED = """
about all alle und and archive archives article articles artikel author authors autor autorin autoren beitrag
beiträge biography blog by comment comments contact contributor contributors correspondent desk edit edited edition
editor editors editorial email entry facebook feed filed follow guest here home instagram latest linkedin login mehr
more name news newsletter newsroom next now online our page photo podcast post posted posts press previous profile
publish published publisher read redaktion redaktioneller reply report reporter reporters review reviewed says
schreib section service share sign signup site sponsored staff story subscribe subscription tags team the this
topics twitter updated video view bio full in gesponserte inhalte von website weekly welcome with write writer
writers written your you weitere alles zum zur zeige january february march april may june july august september
october november december monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
donnerstag freitag samstag sonntag januar februar märz world politics business sports opinion culture money travel
food health science technology local national
"""
_NO_NAMES = frozenset(_NO_NAMES_LISTED.split())  # fmt: skip
_ROLES_LISTED = """
staff writer reporter correspondent editor columnist contributor contributing senior chief managing political
redakteur redakteurin korrespondent korrespondentin former director manager ceo cto cfo founder specialist marketing
head guest columnists journalist journalistin analyst expert team ph.d. phd m.d. md tech content trial attorney
licensed certified digital community lead reviewer producer author freelance science health
"""
_ROLES = frozenset(_ROLES_LISTED.split())  # fmt: skip
# Roles of many: behind a name they make it that of a house.
_BODIES = frozenset(("staff", "team", "community", "experts", "editors"))
_DESKS = frozenset(("redaktion", "team", "staff", "desk", "editorial", "news", "press", "editors"))
_NO_NICKNAME = re.compile(r"\d{2}[:.]\d{2}|[?!|{}<>=*»]")
_LETTER = re.compile(r"[^\W\d_]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def signed_authors(
    named: Sequence[str], signed: Sequence[str], registers: Registers, *, full_only: bool = False
) -> tuple[str, ...]:
    """Who signed a page: the people of the first signature that names any, else what a place for names holds.

    `named` are the texts of places that say that they hold a name, `signed` those of all places, in the page's order.
    A signature holds all that the places name, or it glued a name to a role and the places are believed.  `full_only`
    leaves out nicknames and what stands far down, where the page declares its house.
    """
    held = unique(map(_nickname, named))
    places = tuple(name for name in held if not registers.agency(name))
    full = tuple(name for name in places if is_name(name))
    read = [(text, signature(text, registers)) for text in signed[: _NEAR if full_only else None]]
    if not full and _lists_others(read):
        return ()
    for text, names in read:
        names = _closest(text, names, read)
        if names and len(names) <= _SIGNERS and not (full and {*full} - {*names}):
            return names
        if full_only and held and not full:
            return ()  # it is signed by the house, what follows are other articles
    if full or full_only:
        return full
    return places[:1] or next(((name,) for text in signed if (name := _nickname(text, marked=True))), ())


def signature(text: str, registers: Registers) -> tuple[str, ...]:
    """The people that one signature names; nobody where its first words are no name.

    >>> signature("Posted on May 3 by Ann Harbour and Bo Quay | Markets", registers)
    ('Ann Harbour', 'Bo Quay')
    """
    text = _ADDRESS.sub(" ", clean(text[:_LENGTH])).strip()
    if _CJK.search(text):
        return authors_of(text, registers)
    names = [_bare(part) for part in BETWEEN.split(_tail(text)) if part]
    if not names or not is_name(names[0]):
        return ()
    shouted = names[0].isupper()
    return unique(name for name in names if is_name(name) and name.isupper() is shouted and not registers.agency(name))


def _lists_others(read: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether many people stand on lines of their own without a "by", as where a page lists authors."""
    lines = [names for text, names in read if names and not _is_marked(clean(text[:_LENGTH]))]
    return len(lines) == sum(bool(names) for _, names in read) and len({*lines}) > _NEAR


def _is_marked(text: str) -> bool:
    return bool(_MARK.search(text) or _MARK_IN_FRONT.match(text))


def _closest(text: str, names: tuple[str, ...], read: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The names of the narrowest part of a signature that names as many: what is around it glues words to them."""
    inner = [(other, found) for other, found in read if other in text and len(found) >= len(names)]
    return min(inner, key=lambda one: len(one[0]))[1] if names and inner else names


def _tail(text: str) -> str:
    """What follows "by", up to a date, a rule, or a word on when and where."""
    mark = _MARK.search(text) or _MARK_IN_FRONT.match(text)
    tail = text[mark.end() :] if mark else text
    stop = _STOP.search(tail)
    return tail[: stop.start()] if stop else tail


def is_name(text: str) -> bool:
    """Whether a text is the full name of a person: two to five words, capitalised, none that stands for something else.

    >>> is_name("Ann de la Harbour"), is_name("Our Reporters"), is_name("Ann")
    (True, False, False)
    """
    words = text.split()
    if not 2 <= len(words) <= _WORDS or len(text) > 2 * _NICKNAME or not all(map(_may_be_name, words)):
        return False
    if words[0].casefold() in _JOINING or is_collective(text):
        return False
    return sum(word[0].isupper() for word in words) > 1 and words[-1].casefold() not in _PARTICLES


def _may_be_name(word: str) -> bool:
    if word.casefold() in _PARTICLES:
        return True
    plain = word.strip(".'’\"“”-")
    if not plain or plain.casefold() in _NO_NAMES or plain.casefold() in _ROLES or (len(plain) > 3 and month(plain)):
        return False
    return plain[0].isupper() and all(sign.isalpha() or sign in ".'’-‐‑" for sign in plain)


def _bare(name: str) -> str:
    """A name without what is glued to it: a role behind, a month whose day was cut."""
    words = name.strip(" ,.;~").split()
    if words and words[-1].casefold() in _BODIES:
        return " ".join(words)  # "New York Times Staff" are no person called "New York Times"
    role = next((at for at, word in enumerate(words) if at > 1 and word.casefold() in _ROLES), len(words))
    words = words[:role]
    while len(words) > 2 and month(words[-1]):
        words.pop()
    return " ".join(words)


def _nickname(text: str, *, marked: bool = False) -> str:
    """What a place for names holds, where that may be a name of any kind: "r23", "Redaktion", "Ann".

    `marked` asks for a "by" in front.
    """
    text = clean(text[:_LENGTH])
    if marked and not _is_marked(text):
        return ""
    name = _bare(_ADDRESS.sub(" ", _tail(text) or text))
    words = [word.casefold() for word in name.split()]
    if not words or len(words) > (2 if marked else 4) or len(name) > 2 * _NICKNAME or not _LETTER.search(name):
        return ""
    if marked and is_collective(name):
        return ""
    return "" if ({*words} & _NO_NAMES) - _DESKS or _NO_NICKNAME.search(name) else name
