"""The lxml room: markup to trees that nothing can crash, trees to text whose words are neither glued nor cut.

XML is read hardened: no entities of its own, no network, no DTD; a broken document gives what can be read of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import cssselect
from lxml import etree

from pipeline.errors import ConfigError, ParseError

Element = etree._Element

HEAD = 64 * 1_024
MAX_ATTRIBUTE = 8 * 1_024
# So many bytes of a page hold a ">", or are one tag, one text or a script.
STRETCH = 8 * 1_024
MAX_ATTRIBUTES = 2_000
TAG_NAME = re.compile(rb"<[a-zA-Z][a-zA-Z0-9:-]{0,40}(?=[\s/])")
# What a framework keeps in an attribute may be long, and of many words.
QUOTED = re.compile(rb"""=\s{0,9}(?:"[^"]*"|'[^']*')""")
RESOURCE_LIMIT = "ERR_RESOURCE_LIMIT"

BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section summary table "
    "tbody td tfoot th thead tr ul"
)
SILENT_TAGS = "script style template noscript head title textarea iframe"
# No text of an article is in these, unless one was swallowed: libxml2 lets an unclosed <button>, <select> or <svg> take
# in everything up to the end of the page (Investopedia and its sisters, 2024).
SWALLOWING_TAGS = "button select svg object math video audio canvas"
SWALLOWING = frozenset(SWALLOWING_TAGS.split())
BLOCKS = frozenset(BLOCK_TAGS.split())
SILENT = frozenset(SILENT_TAGS.split()) | SWALLOWING
# What markup can begin with; "<표>", "a < b" and "<AFP>" in a feed's plain text are no tags.
TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|caption|center|cite|code|dd|del|dfn|div|dl|dt|em|embed|figcaption"
    "|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|main|mark|meta|nav|nobr|noscript"
    "|object|ol|p|param|picture|pre|q|s|samp|script|section|small|source|span|strike|strong|style|sub|sup|svg|table|tbody"
    "|td|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr"
)
TAG = re.compile(rf"</?(?:{TAGS})(?=[\s/>])|<!--", re.IGNORECASE)
NO_TAG = re.compile(rf"<(?!(?:/?(?:{TAGS})(?=[\s/>])|!--))", re.IGNORECASE)

COLLAPSIBLE = re.compile(r"[ \t\n\r\f\v]+")
# Zero-width space and joiners, word joiner, BOM, soft hyphen, direction marks: editors leave lines of nothing else.
UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u180e"
NOT_SHOWN = UNSEEN + " \u00a0"
AS_SHOWN = dict.fromkeys(map(ord, UNSEEN))
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
# A line that ends a sentence ends a paragraph, where plain text has no blank lines: "…上调至“警惕”。\n▲"
SENTENCE_END = re.compile(r"(?<=[.!?。！？…”\"」』）)\]】>])[^\S\n]*\n\s*")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])
# References to lone surrogates: libxml2 takes them in, and no text can be read out of that.
FORBIDDEN = re.compile(r"&#(?:0{0,9}5(?:529[6-9]|5[3-9]\d\d|[67]\d{3})|[xX]0{0,9}[dD][89a-fA-F][0-9a-fA-F]{2});?")
DECLARED_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)


def parse_html(text: str) -> Element:
    """The tree of an HTML page or fragment; an empty one for an empty page.  Never raises."""
    source = _allowed_bytes(text)
    root = _html(_without_floods(source), huge=False)
    return _joined(root) if root is not None else etree.fromstring("<html><body/></html>")


def parse_xml(text: str) -> Element:
    """The tree of an XML document as far as it can be read.

    Raises:
        ParseError: there is no element, or the document declares entities of its own.
    """
    text = FORBIDDEN.sub("", CONTROLS.sub("", text))
    start = root_at(text)
    if start is None:
        raise ParseError("no XML element; open the address in a browser to see what is served there")
    if DECLARED_ENTITY.search(text, 0, start):
        raise ParseError("the document declares entities of its own; such files are refused")
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = _parsed(text[start:].encode("utf-8"), parser)
    except etree.LxmlError as error:
        raise ParseError(f"not XML: {error}") from error
    if root is None:
        raise ParseError("not XML: no element could be read")
    return root


def root_at(text: str) -> int | None:
    """Where the first element begins, behind declaration, doctype and comments."""
    at = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at)
        elif text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!", at):
            end = _doctype_end(text, at)
        else:
            return at
        if end < 0:
            return None
        at = end + 1
    return None


def name_of(element: Element) -> str:
    """The local name, lower case; empty for comments and processing instructions."""
    tag: object = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def text_of(element: Element | str | None) -> str:
    """The text of an element on one line: inline elements joined as printed, blocks and `<br>` set apart."""
    if element is None:
        return ""
    return " ".join(lines_of(element))


def lines_of(element: Element | str) -> list[str]:
    """The text of an element, a line for each block or `<br>`; blank lines left out."""
    raw = element if isinstance(element, str) else "".join(_pieces(element))
    lines = (COLLAPSIBLE.sub(" ", line).strip() for line in raw.split("\x00"))
    return [line for line in lines if line.strip(NOT_SHOWN)]


def shown(text: str) -> str:
    """A text as readers see it, to be compared with another: unseen characters out, white space single."""
    return " ".join((text if text.isprintable() else text.translate(AS_SHOWN)).split())


def paragraphs_of(elements: Iterable[Element | str]) -> tuple[str, ...]:
    """The lines of several elements; one inside another that was already taken is not taken twice."""
    taken: set[Element] = set()
    paragraphs: list[str] = []
    for element in elements:
        if not isinstance(element, str):
            if any(ancestor in taken for ancestor in element.iterancestors()):
                continue
            taken.add(element)
        paragraphs += lines_of(element)
    return tuple(paragraphs)


def fragment_paragraphs(fragment: str | None) -> tuple[str, ...]:
    """The paragraphs of a feed's description: HTML, or plain text with blank lines between paragraphs."""
    if not fragment or fragment.isspace():
        return ()
    if TAG.search(fragment):
        return tuple(lines_of(parse_html("<div>" + NO_TAG.sub("&lt;", fragment) + "</div>")))
    parts = (line for part in BLANK_LINE.split(fragment) for line in SENTENCE_END.split(part))
    lines = (COLLAPSIBLE.sub(" ", line).strip() for line in parts)
    return tuple(line for line in lines if line.strip(NOT_SHOWN))


# Markup by what only markup has: an end tag, an attribute, a tag in front or one without content.  A title may name
# tags, and compare: `How to use <div> and <b> tags`, `a<b & c>d`.
_MARKUP = re.compile(
    r"</[a-z]|<(?:br|img|hr|wbr)\b|<[a-z]{1,12}\s[a-z-]{1,30}\s?=\s?[\"']?|^\s{0,9}<(?:p|div|span|h[1-6]|strong|em|b|i)>",
    re.IGNORECASE,
)


def fragment_line(fragment: str | None) -> str | None:
    """A title on one line; markup in it is read, anything else in angle brackets stays as printed."""
    if not fragment:
        return None
    if TAG.search(fragment) and _MARKUP.search(fragment):
        return text_of(parse_html("<div>" + NO_TAG.sub("&lt;", fragment) + "</div>")) or None
    return COLLAPSIBLE.sub(" ", fragment).strip() or None


def select(root: Element, css: str) -> list[Element | str]:
    """What a selector finds, in document order: elements, or strings for `::attr(name)` and `::text`.

    Raises:
        ConfigError: the selector does not compile.
    """
    found = compiled(css)(root)
    if not isinstance(found, list):
        return []
    return [str(hit) if isinstance(hit, str) else hit for hit in found if isinstance(hit, (str, Element))]


class Silence:
    """Which elements of a tree show no text of their page."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._holding: set[Element] | None = None

    def covers(self, node: Element, tag: str) -> bool:
        """Whether an element shows none; one that took in a paragraph or an article shows it."""
        return tag in SILENT and (tag not in SWALLOWING or node not in self._holders())

    def _holders(self) -> set[Element]:
        """What is around paragraphs and articles: each element is climbed to once, however deep they nest."""
        if self._holding is None:
            self._holding = set()
            for inner in self._root.iter("p", "main", "article"):
                outer = inner.getparent()
                while outer is not None and outer not in self._holding:
                    self._holding.add(outer)
                    outer = outer.getparent()
        return self._holding


def first_text(root: Element, css: str | None) -> str | None:
    """The text of the first hit that has any; of a `<time>` its machine-readable date."""
    hits = select(root, css) if css else []
    return next((text for hit in hits if (text := value_of(hit))), None)


@lru_cache(maxsize=1_024)
def compiled(css: str) -> etree.XPath:
    """A CSS selector (list) as XPath.

    Raises:
        ConfigError: it does not compile.
    """
    try:
        paths = [_path_of(selector) for selector in cssselect.parse(css)]
        return etree.XPath(" | ".join(paths))
    except (cssselect.SelectorError, etree.XPathError) as error:
        raise ConfigError(f"selector {css!r} does not compile: {error}") from error


def without(root: Element, selectors: Iterable[str]) -> None:
    """Take what the selectors find out of the tree, leaving the text that follows it."""
    for css in selectors:
        for hit in select(root, css):
            if not isinstance(hit, str):
                drop(hit)


def drop(element: Element) -> None:
    """Take an element out of its tree, leaving the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    previous = element.getprevious()
    if element.tail and previous is not None:
        previous.tail = _allowed((previous.tail or "") + element.tail)
    elif element.tail:
        parent.text = _allowed((parent.text or "") + element.tail)
    parent.remove(element)


def _html(source: bytes, *, huge: bool) -> Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=huge, no_network=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root = _parsed(source, parser)
    except etree.LxmlError:
        return None
    # libxml2 drops without a word what lies below 255 levels; asked again it reads 2,048 of them.
    if not huge and any(RESOURCE_LIMIT in entry.type_name for entry in parser.error_log):
        return _html(source, huge=True)
    return root


def _without_floods(source: bytes) -> bytes:
    """The page without the attributes of tags that have thousands: libxml2 takes 11 s for 40,000 on one (350 kB).

    Such a tag is found by a stretch without any ">", which is looked for in steps, so that it costs nothing.
    """
    parts: list[bytes] = []
    done = at = 0
    while at + STRETCH <= len(source):
        if source.find(b">", at, at + STRETCH) >= 0:
            at += STRETCH
            continue
        begin = source.rfind(b"<", done, at)
        end = source.find(b">", at + STRETCH)
        end = end if end >= 0 else len(source)
        is_tag = begin >= 0 and source.find(b">", begin, at) < 0  # else it is the text or the script behind one
        name = TAG_NAME.match(source, begin) if is_tag else None
        if name and len(QUOTED.sub(b"", source[begin:end]).split(None, MAX_ATTRIBUTES)) > MAX_ATTRIBUTES:
            parts.append(source[done : name.end()])
            done = end
        at = end
    return b"".join((*parts, source[done:])) if parts else source


def _joined(root: Element) -> Element:
    """The tree with what stands behind `</body>` and `</html>` in its body, where browsers show it.

    libxml2 leaves the one beside the body, and makes the other a second root that nothing reaches: a template of 2025
    closes its page before the article begins.
    """
    body = root.find("body")
    behind = [*root.itersiblings()]
    if body is None:
        body = etree.SubElement(root, "body") if behind else root
    else:
        behind = [*body.itersiblings(), *behind]
        text, body.tail = body.tail, None
        _add_text(body, text)
    for stray in behind:
        _move(stray, body)
    return root


def _move(stray: Element, body: Element) -> None:
    """Put an element at the end of a body; of a second page or body its content."""
    if name_of(stray) not in ("html", "body"):
        body.append(stray)
        return
    _add_text(body, stray.text)
    tail = stray.tail
    for inner in [*stray]:
        _move(inner, body)
    _add_text(body, tail)
    if stray.getparent() is not None:
        stray.tail = None
        drop(stray)


def _add_text(body: Element, text: str | None) -> None:
    if text and len(body):
        body[-1].tail = _allowed((body[-1].tail or "") + text)
    elif text:
        body.text = _allowed((body.text or "") + text)


def _allowed(text: str) -> str:
    """What a tree may hold: it takes in by references (`&#1;`) what it does not let us write back."""
    return CONTROLS.sub("", text)


def _allowed_bytes(text: str) -> bytes:
    """UTF-8 of what a tree may hold: as CONTROLS says, at a quarter of the time where there is nothing of the kind."""
    if "\ufffe" in text or "\uffff" in text:
        text = CONTROLS.sub("", text)
    try:
        return text.encode("utf-8").translate(None, CONTROL_BYTES)
    except UnicodeEncodeError:  # half characters
        return CONTROLS.sub("", text).encode("utf-8")


def _parsed(source: bytes, parser: etree.XMLParser | etree.HTMLParser) -> Element | None:
    """A recovering parser answers None where it could make nothing of the bytes."""
    return etree.fromstring(source, parser)


def _doctype_end(text: str, at: int) -> int:
    inside = text.find("[", at, at + HEAD)
    end = text.find(">", at)
    if 0 <= inside < end:
        end = text.find(">", text.find("]", inside))
    return end


def _pieces(element: Element) -> Iterator[str]:
    """The text of a subtree with NUL where a block or line begins or ends (no tree holds a NUL)."""
    silent: Element | None = None
    silence = Silence(element)
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        name = name_of(node)
        if event == "start":
            if silent is None and node is not element and silence.covers(node, name):
                silent = node
            if silent is None:
                yield "\x00" if name in BLOCKS or name == "br" else ""
                yield node.text or ""
            continue
        if node is silent:
            silent = None
        elif event == "end" and silent is None and name in BLOCKS:
            yield "\x00"
        if silent is None and node is not element:
            yield node.tail or ""


def value_of(hit: Element | str) -> str | None:
    if not isinstance(hit, str) and name_of(hit) == "time" and hit.get("datetime", "").strip():
        return str(hit.get("datetime")).strip()[:MAX_ATTRIBUTE]
    return text_of(hit) or None


def _path_of(selector: cssselect.Selector) -> str:
    path = cssselect.HTMLTranslator().selector_to_xpath(selector)
    pseudo = selector.pseudo_element
    if pseudo is None:
        return path
    if isinstance(pseudo, cssselect.parser.FunctionalPseudoElement) and pseudo.name == "attr":
        return f"{path}/@{pseudo.arguments[0].value}"
    if pseudo == "text":
        return f"{path}/text()"
    raise cssselect.ExpressionError("of pseudo-elements only ::attr(name) and ::text are known")
