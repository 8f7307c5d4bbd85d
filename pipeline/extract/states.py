"""The values that a page hands to its own scripts: what can be read of them as JSON, and nothing is ever run.

<script type="application/json">{…}</script>          Next.js (`__NEXT_DATA__`), Gatsby, Nuxt 3, Drupal
window.__INITIAL_STATE__ = {…};                       Redux, Apollo; `Fusion.globalContent={…}` of Arc
window.__STATE__ = JSON.parse("{…}")                  the same, escaped once more
self.__next_f.push([1,"2a:T5f3,<p>…"])                React's flight stream, in pieces (Next.js 13 and later)
window.__NUXT__=(function(a,b){return {body:"…"}})    no JSON: of such scripts the long strings alone are read
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.parse import dom

# A page hands over 50 kB to 1 MB; all that is read of one is bounded, and each script is read once.
MAX_SCRIPT = 3_000_000
MAX_SCRIPTS = 8_000_000
MAX_TRIES = 40
MAX_ROWS = 5_000
MAX_STRINGS = 200
# A shorter string is no text of an article.
MIN_STRING = 400
JSON_TYPES = ("application/json", "text/json", "application/vnd.")
PLAIN_TYPES = ("", "text/javascript", "application/javascript", "module", "text/x-component")
# What a value may be handed over by: an assignment, an argument, `JSON.parse("…")`
HANDED = re.compile(r"=\s{0,20}(?=[{\[])|(?:\bpush|\bset|\bparse|\bassign)\(\s{0,20}(?=[{\[\"])")
PIECE = re.compile(r"__next_f\.push\(\s{0,20}(?=\[)")
ROW = re.compile(rb"([0-9a-f]{1,8}):(?:T([0-9a-f]{1,6}),)?")
REFERENCE = re.compile(r"\$L?([0-9a-f]{1,8})")
# serialize-javascript leaves what JSON has no word for.
UNDEFINED = re.compile(r"(?<=[:,\[])(?:undefined|NaN|void 0)(?=[,}\]])")
# One that nothing closes takes all that follows: looked for again behind each quote in it, it would cost the square.
STRING = re.compile(r'"(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
HEX = re.compile(r"\\x(?=[0-9a-fA-F]{2})")
BUGS = (ValueError, RecursionError)
DECODER = json.JSONDecoder(strict=False)


@dataclass(slots=True)
class States:
    """The values of a page's scripts, and the rows of its flight stream by the names they are referred to by."""

    values: list[Any] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)

    def meant(self, value: Any) -> Any:
        """What a reference stands for: a row of the stream, an object of Apollo's cache; else the value itself."""
        if isinstance(value, str) and value[:1] == "$" and len(value) < 12 and (named := REFERENCE.fullmatch(value)):
            return self.rows.get(named[1], value)
        if isinstance(value, dict) and 0 < len(value) < 5:
            named = value.get("__ref") or (value.get("id") if "generated" in value else None)
            return self.rows.get(named, value) if isinstance(named, str) else value
        return value


def states_of(root: dom.Element) -> States:
    """What the scripts of a page hold; JSON-LD, which is metadata, left out."""
    found = States()
    pieces: list[str] = []
    for kind, text in _scripts(root):
        if kind.startswith(JSON_TYPES) or (text[:1] in "{[" and kind not in PLAIN_TYPES):
            found.values += map(_unflattened, _loaded(text))
        elif "__next_f" in text:
            pieces += _pieces(text)
        elif kind in PLAIN_TYPES:
            found.values += _handed(text)
    for value in found.values:
        found.rows |= _cached(value)
    if pieces:
        found.rows |= dict(_rows("".join(pieces).encode("utf-8", "replace")))
        found.values += found.rows.values()
    return found


def _cached(value: Any) -> dict[str, Any]:
    """The objects of Apollo's cache, which refer to each other by name."""
    things = [value, *(value.values() if isinstance(value, dict) else ())]
    for _ in range(2):
        things += [
            part for thing in things[:MAX_TRIES] if isinstance(thing, dict) for part in list(thing.values())[:MAX_TRIES]
        ]
    caches = (thing for thing in things if isinstance(thing, dict) and "ROOT_QUERY" in thing)
    return dict(next(caches, {}))


def loaded(text: str) -> Any:
    """A text as JSON; None where it is none."""
    return next(iter(_loaded(text)), None)


def _scripts(root: dom.Element) -> Iterator[tuple[str, str]]:
    """The kind and the text of each script that has any, as many as are read."""
    left = MAX_SCRIPTS
    for script in root.iter("script"):
        text = (script.text or "").strip()
        kind = (script.get("type") or "").strip().lower()
        if (len(text) < MIN_STRING and "__next_f" not in text) or len(text) > MAX_SCRIPT or "ld+json" in kind:
            continue
        left -= len(text)
        if left < 0:
            return
        yield kind, text


def _loaded(text: str) -> list[Any]:
    try:
        return [json.loads(UNDEFINED.sub("null", text), strict=False)]
    except BUGS:
        return []


def _unflattened(value: Any) -> Any:
    """Nuxt 3 writes its state as one list in which objects refer to its members by number: put together again.

    What refers to itself stays endless; who walks it is bounded.
    """
    if not (isinstance(value, list) and len(value) > 2 and isinstance(value[0], list) and value[0][1:] == [1]):
        return value

    def meant(one: Any) -> Any:
        return value[one] if type(one) is int and 0 <= one < len(value) else one

    for thing in value:
        if isinstance(thing, dict):
            thing.update({name: meant(one) for name, one in thing.items()})
        elif isinstance(thing, list):
            thing[:] = [meant(one) for one in thing]
    return value[1]


def _handed(text: str) -> list[Any]:
    """The values in a script; where it holds none, its long strings."""
    values: list[Any] = []
    text = UNDEFINED.sub("null", text)
    at = 0
    for _ in range(MAX_TRIES):
        opening = HANDED.search(text, at)
        if opening is None:
            break
        value, at = _value_at(text, opening.end())
        if isinstance(value, str):
            values += _loaded(value)
        elif value:
            values.append(value)
    return values or _strings(text)


def _value_at(text: str, at: int) -> tuple[Any, int]:
    """The value that begins there, and where to look further: behind it, or where it turned out to be none."""
    try:
        return DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        # Of a string without an end all that follows was read.
        return None, len(text) if error.msg.startswith("Unterminated") else max(error.pos, at + 1)
    except BUGS:
        return None, len(text)


def _strings(text: str) -> list[Any]:
    """The long string literals of a script that is no JSON."""
    found: list[Any] = []
    for literal in STRING.finditer(text):
        if len(found) >= MAX_STRINGS or not literal[1]:
            break
        if literal.end() - literal.start() >= MIN_STRING:
            found += _loaded(HEX.sub(r"\\u00", literal[0]).replace("\\'", "'"))
    return found


def _pieces(text: str) -> Iterator[str]:
    """The strings that a script adds to the flight stream."""
    at = 0
    while (opening := PIECE.search(text, at)) is not None:
        value, at = _value_at(text, opening.end())
        if isinstance(value, list) and len(value) > 1 and isinstance(value[1], str):
            yield value[1]


def _rows(stream: bytes) -> Iterator[tuple[str, Any]]:
    """The rows of a flight stream: `name:value` up to the end of the line, or `name:Tlength,text` (hex, in bytes)."""
    at = 0
    for _ in range(MAX_ROWS):
        row = ROW.match(stream, at)
        if row is None:
            at = stream.find(b"\n", at) + 1
            if not at:
                return
            continue
        if row[2]:
            at = row.end() + int(row[2], 16)
            yield row[1].decode(), stream[row.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", at)
        end = end if end >= 0 else len(stream)
        for value in _row(stream[row.end() : end]):
            yield row[1].decode(), value
        at = end + 1


def _row(text: bytes) -> Iterable[Any]:
    """Rows that are no JSON name modules and hints of the loader."""
    return _loaded(text.decode("utf-8", "replace")) if text[:1] in (b"{", b"[", b'"') else ()
