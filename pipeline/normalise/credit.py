"""Whose report it is: the agency that a text itself names as its origin, where that is not the source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.normalise.naming import agencies_of
from pipeline.normalise.registers import Registers

_LOOK_BACK = 60
# `… sagde han. /ritzau/`, `… ha detto. (ANSA).`, `… sagt er. (dpa/tmn)`; alone or after the end of a sentence.
_SIGNATURE = re.compile(
    r"(?:^|(?<=[.!?。！？”’\"»“)…]))\s*(?:/(?P<slash>[^/()]{2,30})/|[(（\[](?P<paren>[^()（）\[\]]{2,40})[)）\]])\s?[.。]?$"
)
# `Reuters/NAN`, `— AFP`: a line of its own.
_LINE = re.compile(r"[–—-]{0,2}\s?(?P<line>[A-ZÀ-Þa-zß-ÿ][\w.-]{1,15}(?:\s?/\s?[A-Za-z][\w.-]{1,15}){0,3})$")


def cut_signature(paragraphs: Sequence[str], registers: Registers) -> tuple[list[str], str | None]:
    """The paragraphs without the agency's signature that closes them, and the agency's id."""
    kept = list(paragraphs)
    if not kept:
        return kept, None
    last = kept[-1]
    found = _SIGNATURE.search(last, max(0, len(last) - _LOOK_BACK)) or _LINE.match(last)
    named = next(name for name in found.groups() if name) if found else ""
    agencies = agencies_of(named, registers)
    # `Sana` is a name, `SANA` the agency.
    if not found or not agencies or next(registers.heads(named), None) is None:
        return kept, None
    rest = last[: found.start()].rstrip()
    return [*kept[:-1], *([rest] if rest else [])], agencies[0]


def credit_of(source: str, declared: str | None, named: Sequence[str | None], registers: Registers) -> str | None:
    """The first agency that is declared (by the feed) or named (by dateline or signature) as origin and is not the
    source itself; None where the text is the source's own."""
    agencies = (registers.agency(declared), *named)
    return next((agency for agency in agencies if agency and agency != source), None)
