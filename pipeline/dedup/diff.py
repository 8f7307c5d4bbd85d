"""What changed between two versions of an article, word by word, and what kind of change it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

ChangeClass = Literal["withdrawn", "correction", "headline", "typo", "update"]
# A part of a text: `=` in both versions, `-` in the first alone, `+` in the second alone.
Part = tuple[Literal["=", "-", "+"], str]

FIELDS = ("headline_raw", "lead", "dateline", "byline", "body")
# Of a longer text the rest is compared as a whole: what is looked for takes the square of the words.
MOST_WORDS = 4000
# A word is letters or figures; signs of Chinese and Japanese are words each, and what stands between is one too.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|\s+|[^\w\s]")
_TYPO_WORDS, _TYPO_PART, _ALIKE = 6, 0.05, 0.6


def parts_of(before: str, after: str) -> list[Part]:
    """The two texts as one, in parts."""
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    head, tail = one[:MOST_WORDS], other[:MOST_WORDS]
    found: list[Part] = []
    for operation, begin, end, start, stop in SequenceMatcher(None, head, tail, autojunk=True).get_opcodes():
        if operation == "equal":
            found.append(("=", "".join(head[begin:end])))
            continue
        found += [("-", "".join(head[begin:end]))] if end > begin else []
        found += [("+", "".join(tail[start:stop]))] if stop > start else []
    rest, more = "".join(one[MOST_WORDS:]), "".join(other[MOST_WORDS:])
    if rest == more:
        found += [("=", rest)] if rest else []
    else:
        found += [("-", rest)] if rest else []
        found += [("+", more)] if more else []
    return found


def fields_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Part]]:
    """The fields of the record that changed, each in parts."""
    texts = ((field, _text(before, field), _text(after, field)) for field in FIELDS)
    return {field: parts_of(one, other) for field, one, other in texts if one != other}


def class_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> ChangeClass:
    """The kind of a change between two versions, as records."""
    if after["change"] == "withdrawn":
        return "withdrawn"
    signals = set(after.get("signals") or ()) - set(before.get("signals") or ())
    if after["change"] == "corrected" or "correction" in signals:
        return "correction"
    changed = fields_of(before, after)
    if set(changed) == {"headline_raw"} and not _is_typo(changed):
        return "headline"
    return "typo" if changed and _is_typo(changed) else "update"


def _is_typo(changed: Mapping[str, Sequence[Part]]) -> bool:
    """Whether a few words are only spelt otherwise."""
    words = swapped = 0
    for parts in changed.values():
        words += sum(len(_TOKEN.findall(text)) for _, text in parts)
        for gone, new in _swaps(parts):
            swapped += 1
            if re.search(r"\d", gone + new) or SequenceMatcher(None, gone, new).ratio() < _ALIKE:
                return False
    return 0 < swapped <= max(1, min(_TYPO_WORDS, int(_TYPO_PART * words)))


def _swaps(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """What stands for what, short texts; what is gone or new with nothing in its place, beside nothing."""
    at = 0
    while at < len(parts):
        kind, text = parts[at]
        if kind == "=":
            at += 1
        elif kind == "-" and at + 1 < len(parts) and parts[at + 1][0] == "+":
            yield text[:200], parts[at + 1][1][:200]
            at += 2
        else:
            yield (text[:200], "") if kind == "-" else ("", text[:200])
            at += 1


def _text(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return (value.get("text") if isinstance(value, Mapping) else value) or ""
