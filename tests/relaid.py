"""What sites do to their pages from one day to the next, done to a page: each change takes a tree and changes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import cycle

from lxml import etree

from pipeline.parse import dom
from tests.varied import CasePage, dates

Change = Callable[[CasePage, dom.Element, int], bool]

# By turns: what a date may be printed as tomorrow.  Most can be read, and all are another form than before.
FORMS = ("1772456580", "day 61 of 2026", "il y a 3 heures", "2 Mar '26 @ 15.03", "MMXXVI-III-II", "02032026 1503h")


def classes_renamed(_page: CasePage, root: dom.Element, _turn: int) -> bool:
    """Every class and id has another name, as a new build of the site's style sheets gives them."""
    for element in root.iter(etree.Element):
        for name in ("class", "id", "itemprop", "data-role"):
            if element.get(name):
                element.set(name, " ".join(f"{token[::-1]}-x" for token in element.get(name, "").split()))
    return True


def container_moved(page: CasePage, root: dom.Element, _turn: int) -> bool:
    """The paragraphs stand in another container, in front of the old one, which stays and is empty."""
    hits = _body(page, root)
    if not hits:
        return False
    old = _around(hits)
    parent = old.getparent()
    if parent is None:
        return False
    new = etree.Element("section", {"class": "story-v2"})
    inner = etree.SubElement(new, "div", {"class": "story-v2-text"})
    if hits == [old]:
        inner.text, old.text = old.text, None
        inner.extend([*old])
    else:
        for hit in hits:
            inner.append(hit)
            hit.attrib.pop("class", "")
    parent.insert(parent.index(old), new)
    return True


def container_replaced(page: CasePage, root: dom.Element, turn: int) -> bool:
    """The same, and the old container is gone."""
    hits = _body(page, root)
    old = _around(hits) if hits else None
    if old is None or not container_moved(page, root, turn):
        return False
    dom.drop(old)
    return True


def date_reformed(page: CasePage, root: dom.Element, turn: int) -> bool:
    """The date is printed in another form."""
    found = dates(page, root)
    for element, form in zip(found, cycle(FORMS[turn % len(FORMS) :] + FORMS), strict=False):
        element.attrib.pop("datetime", "")
        for inner in [*element]:
            dom.drop(inner)
        element.text = form
    return bool(found)


def body_in_json(page: CasePage, root: dom.Element, turn: int) -> bool:
    """The text is in the state of a framework, or in JSON-LD, and the page draws it by a script."""
    hits = _body(page, root)
    if not hits:
        return False
    paragraphs = [line for line in dom.paragraphs_of(hits) if line]
    old = _around(hits)
    for hit in [old] if hits == [old] else hits:
        for inner in [*hit]:
            dom.drop(inner)
        hit.text = None
        if hit is not old:
            dom.drop(hit)
    headline = next((dom.text_of(hit) for hit in dom.select(root, page.profile.headline or "title")), "")
    if turn % 2:
        _declare(root, headline, "\n\n".join(paragraphs))
    else:
        story = {"title": headline, "content": "".join(f"<p>{line}</p>" for line in paragraphs)}
        script = _script(root, "application/json", {"props": {"pageProps": {"article": story}}})
        script.set("id", "__NEXT_DATA__")
    return True


def _declare(root: dom.Element, headline: str, text: str) -> None:
    """The text as `articleBody` of the page's JSON-LD, or of one of its own."""
    for script in root.iter("script"):
        if "ld+json" in script.get("type", ""):
            told = json.loads(script.text or "null")
            if isinstance(told, dict) and str(told.get("@type", "")).endswith("Article"):
                script.text = json.dumps(told | {"articleBody": text}, ensure_ascii=False)
                return
    told = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline, "articleBody": text}
    _script(root, "application/ld+json", told)


def _script(root: dom.Element, kind: str, value: object) -> dom.Element:
    body = root.find("body")
    script = etree.SubElement(root if body is None else body, "script", {"type": kind})
    script.text = json.dumps(value, ensure_ascii=False)
    return script


CHANGES: dict[str, Change] = {
    "classes renamed": classes_renamed,
    "container moved": container_moved,
    "container replaced": container_replaced,
    "date reformed": date_reformed,
    "body in JSON": body_in_json,
}


def _body(page: CasePage, root: dom.Element) -> list[dom.Element]:
    hits = dom.select(root, page.profile.body) if page.profile.body else []
    removed = {hit for css in page.profile.remove for hit in dom.select(root, css) if not isinstance(hit, str)}
    found = [hit for hit in hits if not isinstance(hit, str)]
    return [hit for hit in found if not any(up in removed or up in found for up in hit.iterancestors())]


def _around(hits: list[dom.Element]) -> dom.Element:
    """The element that is around all of them; a single one itself, unless it is a paragraph."""
    if len(hits) == 1 and dom.name_of(hits[0]) != "p":
        return hits[0]
    common = [*hits[0].iterancestors()]
    for hit in hits[1:]:
        mine = {*hit.iterancestors()}
        common = [one for one in common if one in mine]
    return common[0]
