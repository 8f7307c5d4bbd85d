"""A page cut into blocks: what is printed as one paragraph, and the elements that hold it.

Text is joined as a browser prints it: inline markup never cuts a word, a block element or `<br>` always ends a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from pipeline.parse import dom

# Cost is bounded by these, whatever a page holds.
MAX_BLOCKS = 20_000
MAX_NAMES = 400
# What stands for a word of the names, where an element says by its kind what it is.
TELLING_TAGS = (
    "nav aside footer header form figure article main table ul ol blockquote section dl details address label td"
    " figcaption center"
)
TELLING = frozenset(TELLING_TAGS.split())
ALONE: frozenset[str] = frozenset()
NAMING = ("class", "id", "role", "itemprop", "data-testid")
# "articleBody", "article-body", "article_body": the words of class, id, role and itemprop
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
# A character of CJK says about as much as two and a half of an alphabet.
WIDTH = 2.5
# In <pre>, a line as wide as this was not broken by hand: it is a paragraph.
TYPED = 100


class Container:
    """An element that holds blocks; `above` is the container around it, and is listed before it.

    What its attributes say is read when it is asked for: most containers of a page hold menus.
    """

    __slots__ = ("_attributes", "_look", "_node", "_words", "above", "number", "tag")

    def __init__(self, node: dom.Element, tag: str, above: Container | None, number: int) -> None:
        self.tag, self.above, self.number = tag, above, number
        self._node = node
        self._attributes: dict[str, str] | None = None
        self._look: str | None = None
        self._words: frozenset[str] | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """What its tag says; read at once, as each single question to the tree costs half as much."""
        if self._attributes is None:
            self._attributes = {str(name): str(value) for name, value in self._node.items()}
        return self._attributes

    @property
    def look(self) -> str:
        """Tag and classes: the same for all containers of a kind."""
        if self._look is None:
            self._look = f"{self.tag} {self.attributes.get('class') or ''}"[:MAX_NAMES]
        return self._look

    @property
    def words(self) -> frozenset[str]:
        """The words of its class, id, role and itemprop, and its tag where that is telling."""
        if self._words is None:
            self._words = words_of(self.tag, *map(self.attributes.get, NAMING)) if self.attributes else plain(self.tag)
        return self._words

    @property
    def is_hidden(self) -> bool:
        """Whether its own attributes hide it from view."""
        said = self.attributes
        if not said:
            return False
        if "hidden" in said or said.get("aria-hidden") == "true":
            return True
        style = said.get("style")
        return style is not None and "display:none" in style[:MAX_NAMES].replace(" ", "").lower()


@dataclass(slots=True, eq=False)
class Block:
    """A line of a page: its text, its printed width, and the shares of it (0..1) that are link and bold."""

    text: str
    inside: Container
    width: float
    linked: float
    bold: float
    broken: bool


@dataclass(slots=True)
class Layout:
    """The blocks of a page in their order, and the containers they stand in."""

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)


def layout_of(root: dom.Element) -> Layout:
    """The blocks of a page; the first 20,000 of them."""
    body = root.find("body")
    return _Cutter().cut(body if body is not None else root)


def width_of(text: str) -> float:
    """How wide a text is printed, in characters of an alphabet."""
    if text.isascii():
        return len(text)
    return len(text) + (WIDTH - 1) * len(WIDE.findall(text))


class _Cutter:
    """One walk over a tree."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.pieces: list[str] = []
        self.linked = 0
        self.bold = 0
        self.in_link = 0
        self.in_bold = 0

    def cut(self, body: dom.Element) -> Layout:
        """Walk with start and end events; a silent element is skipped whole."""
        inside = Container(body, "body", None, 0)
        self.layout.containers.append(inside)
        silence = dom.Silence(body)
        walker = etree.iterwalk(body, events=("start", "end"))
        next(walker)
        self._put(body.text)
        # The dearest loop of a page: two thirds of what stands between tags is nothing, or white space between blocks.
        pieces, blocks, containers = self.pieces, self.layout.blocks, self.layout.containers
        block_tags, silent_tags = dom.BLOCKS, dom.SILENT
        for event, node in walker:
            tag = node.tag
            if event == "start":
                if tag in silent_tags and silence.covers(node, tag):
                    walker.skip_subtree()
                    continue
                if tag in block_tags:
                    if pieces:
                        self._ended(inside)
                    inside = Container(node, tag, inside, len(containers))
                    containers.append(inside)
                elif tag == "a":
                    self.in_link += 1
                elif tag == "br":
                    self._ended(inside, broken=True)
                elif tag in ("b", "strong"):
                    self.in_bold += 1
                text = node.text
            else:
                if node is body:
                    break
                if tag in block_tags:
                    if pieces:
                        self._ended(inside)
                    inside = inside.above or inside
                elif tag == "a":
                    self.in_link -= 1
                elif tag in ("b", "strong"):
                    self.in_bold -= 1
                text = node.tail
                if len(blocks) >= MAX_BLOCKS:
                    self._put(text)
                    break
            if text and (pieces or not text.isspace()):
                if inside.tag == "pre":
                    self._typed(text, inside)
                else:
                    self._put(text)
        self._ended(inside)
        return self.layout

    def _typed(self, text: str, inside: Container) -> None:
        """Text as it was typed, as of a telegram: paragraphs end at an empty line, or each is one long line."""
        lines = text.splitlines(keepends=True)
        for at, line in enumerate(lines):
            is_whole = line[-1:].isspace()
            if at and is_whole and line.isspace():
                self._ended(inside)
            self._put(line)
            if is_whole and width_of(line) >= TYPED:
                self._ended(inside)

    def _put(self, text: str | None) -> None:
        if not text:
            return
        self.pieces.append(text)
        if self.in_link or self.in_bold:
            shown = len(text.strip())
            self.linked += shown if self.in_link else 0
            self.bold += shown if self.in_bold else 0

    def _ended(self, inside: Container, *, broken: bool = False) -> None:
        """End the line: what was put since the last end is a block, if it shows anything."""
        if not self.pieces:
            return
        text = "".join(self.pieces).strip()
        if "  " in text or not text.isprintable():
            text = " ".join(text.split()) if text.isascii() else dom.COLLAPSIBLE.sub(" ", text)
            text = text if text.strip(dom.NOT_SHOWN) else ""
        if text and not text.isspace():
            shown = len(text)
            linked, bold = min(1.0, self.linked / shown), min(1.0, self.bold / shown)
            self.layout.blocks.append(Block(text, inside, width_of(text), linked, bold, broken))
        self.pieces.clear()
        self.linked = self.bold = 0


def plain(tag: str) -> frozenset[str]:
    """The words of a tag without attributes."""
    return ALONE if tag not in TELLING else words_of(tag, None, None, None, None, None)


@lru_cache(maxsize=8_192)
def words_of(
    tag: str, classes: str | None, name: str | None, role: str | None, item: str | None, test: str | None
) -> frozenset[str]:
    names = " ".join(part[:MAX_NAMES] for part in (classes, name, test) if part)
    words = {word.lower() for word in NAME_WORD.findall(names) if 1 < len(word) < 20}
    if role:
        words.add(f"role={role[:20].lower()}")
    if item:
        words.add(f"itemprop={item[:30].lower()}")
    if tag in TELLING:
        words.add(f"<{tag}>")
    return frozenset(words)
