"""What the forms of a dateline have in common: the dateline taken apart, and the agencies that a part of it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipeline.normalise.registers import Registers

_DIVIDED = re.compile(r"[\s/,+-]+")
# `dpa/lno`, `dpa-infocom/tmn`, `ANSA-AFP`, `Reuters Breakingviews`: the service of an agency.
_SERVICES = r"AFX|infocom|Health|Breakingviews|Foundation|Thomson|Sports?|Business|Graphics|News"
_IS_SERVICE = re.compile(rf"^(?:{_SERVICES})$").match
_IS_DESK = re.compile(rf"^(?:{_SERVICES}|[a-z]{{2,4}})$").match
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Parts:
    """A dateline taken apart; `end` is where its text ends, `rest` where the story begins."""

    end: int
    rest: int
    agencies: tuple[str, ...]
    places: tuple[str, ...] = ()
    day: date | None = None
    byline: str | None = None


def agencies_of(text: str, registers: Registers, *, loose: bool = False) -> tuple[str, ...]:
    """The agencies of a bracket: it is a name of the register, or nothing but such names and their services.

    With `loose`, other words may stand beside them (`Корр. ТАСС Иван Иванов`).

    >>> agencies_of("ats afp", registers), agencies_of("dpa/lno", registers), agencies_of("AP photo", registers)
    (('ats', 'afp'), ('dpa',), ())
    """
    if whole := registers.agency(text):
        return (whole,)
    # What a slash divides may be a desk, `(dpa/lno)`; `(Reuters said)` is words.
    is_service = _IS_DESK if "/" in text else _IS_SERVICE
    words = [word for word in _DIVIDED.split(text.strip()) if word]
    named = [registers.agency(word) for word in words]
    if any(named) and all(agency or is_service(word) for word, agency in zip(words, named, strict=True)):
        return tuple(dict.fromkeys(agency for agency in named if agency))
    found = list(registers.heads(text))
    if not found or not (loose or "/" in text or not _is_more(text, [(name.start, name.end) for name in found])):
        return ()
    return tuple(dict.fromkeys(name.agency for name in found))


def _is_more(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether a text holds letters outside of the spans."""
    last = 0
    for start, end in sorted(spans):
        if _LETTER.search(text[last:start]):
            return True
        last = end
    return bool(_LETTER.search(text[last:]))
