"""The text of a page of which nothing is known; the one module that knows trafilatura.

It is given neither scripts nor overlong attributes: its author and JSON-LD patterns are quadratic on hostile ones.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from pipeline.parse import bounds, dom

# Its cost grows faster than the page: 0.8 s for 1 MB, 4 s for 2 MB, over 20 s for 5 MB.
MAX_HTML = 500_000
MAX_ATTRIBUTES = 64
MAX_VALUE = 2 * 1_024
NO_TEXT = "script, style, template, noscript, svg, iframe, object, embed"

# Bugs of the extractor on odd markup; such a page has no generic text, it is no crash of ours.
BUGS = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, etree.LxmlError)


def paragraphs_of(root: dom.Element) -> tuple[str, ...]:
    """The generic text of a page; nothing for pages that are too large.  The tree is left as it is.

    Its date is not asked for: it is read out of the body where nothing else is there, and "closed since 1998" became
    1998-01-01.
    """
    html = slim(root)
    if html is None:
        return ()
    import trafilatura  # here, because a command that extracts nothing must not wait half a second for it

    try:
        document = trafilatura.bare_extraction(html, fast=True, include_comments=False)
    except BUGS:
        return ()
    if document is None or isinstance(document, dict):
        return ()
    lines = (bounds.one_line(line, bounds.MAX_TEXT) for line in (document.text or "").split("\n"))
    return tuple(line for line in lines if line)


def slim(root: dom.Element) -> str | None:
    """The page without what holds no text, and without overlong attributes; None of one that is too large."""
    root = deepcopy(root)
    dom.without(root, [NO_TEXT])
    for element in root.iter(etree.Element):
        if len(element.attrib) > MAX_ATTRIBUTES:
            element.attrib.clear()
        for name in [name for name, value in element.attrib.items() if len(value) > MAX_VALUE]:
            del element.attrib[name]
    html = etree.tostring(root, encoding="unicode", method="html")
    return html if len(html) <= MAX_HTML else None
