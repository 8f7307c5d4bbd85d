"""Text as editors and frameworks keep it in JSON, read as the lines that they print.

[{"type": "paragraph", "children": [{"text": "One "}, {"text": "line", "bold": true}]}]     Slate, Contentful
[{"type": "text", "content": "<b>One</b> line"}, {"type": "image", …}]                      Arc
["$", "p", null, {"children": ["One ", ["$", "b", null, {"children": "line"}]]}]            React
["p", {"class": "a"}, "One ", ["b", "line"]]                                                JsonML
"<p>One line</p>"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.extract.states import States
from pipeline.parse import bounds, dom

MAX_DEPTH = 60
MAX_NODES = 500_000
MAX_LETTERS = 4_000_000
MAX_KEY = 100
MAX_KIND = 100
MAX_LINES = 2_000
# A shorter line may well be printed twice.
SAME = 40
# Under such keys editors keep what is printed: "children", "content_elements", "htmlText", "innerHtml", "markup".
TEXT_KEY = re.compile(
    r"(?:text|html|markup|content|paragraphs?|children|body|bodies|nodes|blocks|elements|components|value|data|attributes"
    r"|attrs|props|model|document|json|sections|items)$|^(?:p|h[2-6]|li|li?st)$",
    re.IGNORECASE,
)
TYPE_KEYS = ("type", "_type", "nodeType", "__typename", "name", "tagName", "tag", "kind", "component")
# What is no paragraph of the text, and what only marks a word in one.
NO_TEXT = re.compile(
    r"image|photo|picture|video|gallery|slide|caption|embed|audio|podcast|\bad\b|advert|promo|newsletter|related|link_?list"
    r"|recommend|comment|social|tweet|instagram|interstitial|script|style|iframe|button|divider|metadata|author|byline|tags?$",
    re.IGNORECASE,
)
INLINE = re.compile(
    r"^(?:text|link|a|hyperlink|entry-hyperlink|asset-hyperlink|span|strong|bold|b|i|em|italic|mark|u|sup|sub|small|nobr|wbr"
    r"|abbr|cite|q|s|code|ins|del|time|font|inline.*)$",
    re.IGNORECASE,
)
TITLE_KEYS = frozenset(("headline", "title", "headlines", "heading", "name", "articletitle"))
# What a thing of its own has: another article, not a paragraph.
OWN_KEY_NAMES = """
url slug href link permalink canonical_url publishedat published_at datepublished publish_date date byline authors
author thumbnail
"""
OWN_KEYS = frozenset(OWN_KEY_NAMES.split())
BAD_KEYS = re.compile(
    r"comment|related|recommend|footer|header|nav|menu|translation|i18n|locale|messages|labels|consent|cookie|privacy|terms"
    r"|policy|newsletter|sidebar|popular|trending|latest|promo|advert|schema|seo|caption|bio|biography|settings|config|query"
    r"|transcript|recirculation|embed|author|profile|copyright|disclaimer",
    re.IGNORECASE,
)
# `$$IMG_1$$`, `{{ad}}`, `[caption id="…"]…[/caption]`: places of pictures and advertising in the text of an editor
PLACE = re.compile(
    r"\$\$[^$\n]{1,80}\$\$|\{\{[^{}\n]{1,80}\}\}|\[/?(?:caption|embed|gallery|video|audio|ad)\b[^\[\]\n]{0,300}\]"
)
MARKUP = re.compile(r"</[a-zA-Z]|<(?:br|p|img)\b|<!--")


@dataclass(slots=True)
class Budget:
    """How many values of a page's scripts may still be looked at."""

    left: int = MAX_NODES
    letters: int = MAX_LETTERS

    def is_spent(self) -> bool:
        """Count one more."""
        self.left -= 1
        return self.left < 0

    def may_read(self, text: str) -> bool:
        """Count the letters of a text that is to be parsed; one text may be referred to from many places."""
        self.letters -= len(text)
        return self.letters >= 0


def lines_of(value: Any, states: States, budget: Budget) -> tuple[str, ...]:
    """The lines of a value: blocks set apart, marks within them joined; what is no text (pictures, boxes) left out."""
    return _Reader(states, budget).read(value)


class _Reader:
    """The lines of a value in the manner of an editor: blocks set apart, marks within them joined."""

    def __init__(self, states: States, budget: Budget) -> None:
        self.states, self.budget = states, budget
        self.lines: list[str] = []
        self.run: list[str] = []

    def read(self, value: Any) -> tuple[str, ...]:
        self._put(value, 0)
        self._end()
        return tuple(_once(self.lines[:MAX_LINES]))

    def _put(self, value: Any, depth: int) -> None:
        if depth > MAX_DEPTH or self.budget.is_spent():
            return
        value = self.states.meant(value)
        if isinstance(value, str):
            self._text(value)
        elif isinstance(value, dict):
            self._object(value, depth)
        elif isinstance(value, list):
            self._list(value, depth)

    def _text(self, text: str) -> None:
        text = PLACE.sub(" ", text[: bounds.MAX_CONTENT])
        if "<" in text and MARKUP.search(text):
            if not self.budget.may_read(text):
                return
            lines = tuple(dom.lines_of(dom.parse_html(f"<div>{text}</div>")))
        else:
            lines = tuple(text.split("\n")) if "\n" in text else ()
        if len(lines) > 1 or (lines and text.lstrip()[:2].lower() in ("<p", "<d", "<h")):
            self._end()
            self.lines += filter(None, map(str.strip, lines))
        else:
            self.run.append(lines[0] if lines else text)

    def _object(self, thing: dict[str, Any], depth: int) -> None:
        kind = _kind(thing)
        if NO_TEXT.search(kind) or _is_own(thing):
            return
        inline = _is_inline(thing, kind)
        if not inline:
            self._end()
        for name, part in thing.items():
            if TEXT_KEY.search(name[-MAX_KEY:]) and not BAD_KEYS.search(name[:MAX_KEY]):
                self._put(part, depth + 1)
        if not inline:
            self._end()

    def _list(self, parts: list[Any], depth: int, *, is_marked: bool = False) -> None:
        if len(parts) == 4 and parts[0] == "$" and isinstance(parts[1], str):
            self._element(parts[1], parts[3], depth)
            return
        if len(parts) > 1 and isinstance(parts[0], str) and (parts[0] in dom.BLOCKS or INLINE.match(parts[0])):
            self._element(parts[0], {"children": [part for part in parts[1:] if not isinstance(part, dict)]}, depth)
            return
        are_lines = not is_marked and all(isinstance(part, str) for part in parts)
        for part in parts:
            if are_lines:
                self._end()
            self._put(part, depth + 1)

    def _element(self, tag: str, props: Any, depth: int) -> None:
        """React's element: `["$", "p", key, {"children": …}]`."""
        if tag in dom.SILENT or not isinstance(props, dict) or NO_TEXT.search(tag):
            return
        inline = INLINE.match(tag) is not None
        if not inline:
            self._end()
        for name in ("children", "dangerouslySetInnerHTML"):
            if isinstance(children := self.states.meant(props.get(name)), list) and children[:1] != ["$"]:
                self._list(children, depth + 1, is_marked=True)
            elif children:
                self._put(children, depth + 1)
        if not inline:
            self._end()

    def _end(self) -> None:
        if self.run:
            line = dom.COLLAPSIBLE.sub(" ", "".join(self.run)).strip()
            self.run.clear()
            if line:
                self.lines.append(line)


def _once(lines: Sequence[str]) -> Iterator[str]:
    """The lines without long ones that were there already: a paragraph is kept plain and marked up side by side."""
    seen: set[str] = set()
    for line in lines:
        if len(line) < SAME or line not in seen:
            yield line
        seen.add(line)


def _kind(thing: dict[str, Any]) -> str:
    """What an object says that it is; of an element as parsers make it, its tag."""
    kinds = [kind for name in TYPE_KEYS if isinstance(kind := thing.get(name), str)]
    kinds = kinds[1:] if kinds[1:] and kinds[0] in ("tag", "element") else kinds
    return kinds[0][:MAX_KIND] if kinds else ""


def _is_inline(thing: dict[str, Any], kind: str) -> bool:
    """Whether an object is a part of a paragraph; Arc's "text" is a paragraph with its `content`."""
    if kind.lower() == "text":
        return "content" not in thing
    return INLINE.match(kind) is not None if kind else "text" in thing


def _is_own(thing: dict[str, Any]) -> bool:
    keys = {key.lower() for key in thing}
    return not keys.isdisjoint(TITLE_KEYS - {"name"}) and not keys.isdisjoint(OWN_KEYS)
