"""Whose report it is: the agency that a text itself names as its origin, where that is not the source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.normalise.naming import agencies_of
from pipeline.normalise.registers import Registers

_LOOK_BACK = 60
# `… sagde han. /ritzau/`, `… ha detto. (ANSA).`, `… sagt er. (dpa/tmn)`; alone or after the end of a sentence.
_SIGNATURE = re.compile(
    r"(?:^|(?<=[.!?。！？”’\"»“)…]))\s*(?:/(?P<slash>[^/()]{2,30})/|[(（\[](?:[来來]源\s?[:：]\s?)?(?P<paren>[^()（）\[\]]{2,40})[)）\]]|(?<![”»\"]\s)(?<![”»\"])[–—-]{1,2}\s?(?P<dash>[A-Z][\w.]{1,15}))\s?[.。]?$"
)
# `Reuters/NAN`, `— AFP`: a line of its own.
_LINE = re.compile(r"[–—-]{0,2}\s?(?P<line>[A-ZÀ-Þa-zß-ÿ][\w.-]{1,15}(?:\s?/\s?[A-Za-z][\w.-]{1,15}){0,3})$")

# `PTI KND SZM`: the agency and who had it in hand
_INITIALS = re.compile(r"(?P<agency>[A-Z]{3,4})(?:\s[A-Z]{2,4}){1,5}$")
# `==Kyodo`
_EQUALS = re.compile(r"={2,3}\s?([A-Z]\w{1,15})$")

_LAST = 4
_LENGTH = 160
# `Source: Xinhua`, `Quelle: dpa/afp`, `来源：新华社`: a line of its own.
_SOURCE = re.compile(
    r"[(\[（【]?\s?(?i:sources?|quellen?|fuentes?|fonte|fonti|fontes|источники?|kaynak|출처|来源|來源|出典|المصدر)\s?[:：]\s?"
    r"(?P<named>[^:：]{2,60}?)\s?[)\]）】.。]?$"
)
# `With inputs from PTI`, `(avec AFP)`, `Mit Material von dpa`, `AFP contributed to this report.`
_HELPED = re.compile(
    r"[(\[（_*—–-]{0,3}\s?(?i:with\s(?:additional\s|agency\s)?(?:inputs?|reporting|reports?|information|material"
    r"|files?)\s(?:from|by)"
    r"|(?:mit\s)?(?:material|informationen)\s(?:von|der)|avec|con\s(?:información|informaciones|datos"
    r"|informazioni)\s(?:de|di)"
    r"|com\s(?:informações|agência)(?:\sd[aeo])?|по\sматериалам)\s(?P<from>[^.:]{2,60}?)[)\]）_*]{0,2}\.?$"
    r"|(?P<by>[^.:]{2,60}?)\scontributed\sto\s(?:this|the)\s(?:report|story|article)[)_*]{0,2}\.?$"
)
_AND = re.compile(r",?\s(?:and|und|et|y|e|и)\s|\s?[,/;、]\s?")
_BY = re.compile(r"^(?i:by|von|par|por|di)\s|\s(?i:staff)$")


def cut_signature(paragraphs: Sequence[str], registers: Registers) -> tuple[list[str], str | None]:
    """The paragraphs without the agency's signature or the line on their source that closes them, and the agency's
    id; of several the first."""
    kept = list(paragraphs)
    if not kept:
        return kept, None
    last = kept[-1]
    if len(kept) > 1 and len(last) <= _LENGTH and (source := _SOURCE.match(last)):
        agency = _only_agencies(source["named"], registers)
        return (kept[:-1], agency) if agency else (kept, None)
    if len(kept) > 1 and (signed := _INITIALS.match(last)):
        agency = registers.agency(signed["agency"])
        # Of others `CNN USA` and `BBC TV NEWS` are words.
        if agency and any(one.id == agency and one.initials for one in registers.agencies):
            return kept[:-1], agency
    found = _SIGNATURE.search(last, max(0, len(last) - _LOOK_BACK)) or _LINE.match(last)
    named = next(name for name in found.groups() if name) if found else ""
    agencies = agencies_of(named, registers)
    if not found or not agencies or next(registers.heads(named), None) is None:
        return kept, None
    # A line of its own: `Sana` is a name, `SANA` the agency.
    if named == last and "/" not in named and not registers.is_written(agencies[0], named):
        return kept, None
    rest = last[: found.start()].rstrip()
    return [*kept[:-1], *([rest] if rest else [])], agencies[0]


def credit_of(source: str, declared: str | None, named: Sequence[str | None], registers: Registers) -> str | None:
    """The first agency that is declared (by the feed) or named (by dateline, signature, byline) as origin and not the
    source itself; None where the text is the source's own."""
    agencies = (registers.agency(declared), *named)
    return next((agency for agency in agencies if agency and agency != source), None)


def helped_by(paragraphs: Sequence[str], registers: Registers) -> str | None:
    """The agency that a line at the end of a text thanks (`With inputs from PTI`); of several the first.

    >>> helped_by(["It rained.", "AFP contributed to this report."], registers)
    'afp'
    """
    for line in paragraphs[-_LAST:]:
        if (ended := _EQUALS.search(line, max(0, len(line) - _LOOK_BACK))) and (agency := registers.agency(ended[1])):
            return agency
        found = _HELPED.match(line) if len(line) <= _LENGTH else None
        agency = _only_agencies(_without_article(found["from"] or found["by"]), registers) if found else None
        if agency:
            return agency
    return None


def signed_by(names: Sequence[str | None], registers: Registers) -> str | None:
    """The agency that alone signed a text, by its bylines and authors as printed (`By Reuters`); None where a person
    did, or nobody."""
    printed = [name for name in names if name and name.strip()]
    agencies = [_only_agencies(_BY.sub("", name), registers) for name in printed]
    return agencies[0] if agencies and all(agencies) else None


def _only_agencies(text: str, registers: Registers) -> str | None:
    """The first of the agencies that a text consists of (`dpa/AFP`, `PTI and ANI`); None where it says more."""
    named = [registers.agency(_without_article(part)) for part in _AND.split(text)]
    return named[0] if all(named) else None


def _without_article(text: str) -> str:
    return text.strip().removeprefix("The ").removeprefix("the ").removeprefix("l'").removeprefix("l’")
