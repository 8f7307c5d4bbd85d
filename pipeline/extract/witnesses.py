"""Where a page says when it was published, what it is called and who wrote it: each place in words, with its weight.

For `extract --explain`: the same functions that decide are asked, of the whole page, and nothing is left out because
the matter was settled without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.extract import dates, people, titles
from pipeline.extract.declared import Head, head_of, is_news, stated_headline
from pipeline.extract.printed import printed_dates
from pipeline.parse import dom

MAX_NAME = 60
LANDMARKS = frozenset(("header", "footer", "aside", "nav", "article", "main", "figure", "form"))
DECLARED = {
    "ld-published": "json-ld datePublished", "ld-created": "json-ld dateCreated", "ld-updated": "json-ld dateModified",
    "ld-page-published": "json-ld datePublished of the page", "ld-page-updated": "json-ld dateModified of the page",
    "ld-other-published": "json-ld datePublished of something else", "ld-upload": "json-ld uploadDate",
    "ld-other-updated": "json-ld dateModified of something else", "item-published": "microdata of publication",
    "item-updated": "microdata of a change", "class-published": "class published", "data-date": "attribute",
    "url": "url", "url-digits": "digits in the url", "url-month": "month in the url", "image-url": "url of the picture",
    "image-month": "month in the url of the picture", "script-first": "first in a script", "script": "script",
}  # fmt: skip
# What is said of a printed date, in the order in which it reads as words.
PRINTED = {
    "in-header": "in header", "in-article": "in article", "in-footer": "in footer", "in-nav": "in nav",
    "in-aside": "in aside", "in-link": "in a link", "in-li": "in a list", "above-far": "far above the heading",
    "above-near": "above the heading", "below-near": "below the heading", "below": "below the heading",
    "below-far": "far below the heading", "below-end": "at the end of the page", "aside-near": "among what is aside",
    "comment": "among comments", "time-published": "marked as published", "time-updated": "marked as changed",
    "label-published": "labelled as published", "label-updated": "labelled as changed",
    "label-other": "labelled as something else", "filed": "filed", "prose": "in a sentence",
}  # fmt: skip
TITLES = {
    "json-ld": "json-ld headline", "og": "meta og:title", "twitter": "meta twitter:title", "meta": "meta title",
    "h1": "html h1", "heading": "html h2 or h3", "logo": "html h1 of the site", "inner": "inside the html h1",
    "raw": "with the name of the site",
}  # fmt: skip
PARTS = {
    "first": "first part of the title", "last": "last part of the title", "but-last": "title but its last part",
    "but-first": "title but its first part",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What is said at one place of a page: a text, or a tuple of texts.

    `weight` is what speaks for it, in units of log odds, where that is how the field is chosen; `reads` is the day or
    instant that a printed time was read as.
    """

    where: str
    value: Any
    weight: float | None = None
    reads: str | None = None


def dates_said(root: dom.Element, address: str, headline: str | None) -> Iterator[Said]:
    """All times that a page declares, is called, prints and hides."""
    for where, stated in _stated_dates(root, address, head_of(root, address)):
        yield Said(where, stated.raw, dates.weight_of(stated))
    for raw, says in printed_dates(root, headline):
        yield Said(_printed_place(says), raw, dates.printed_weight(says))


def titles_said(root: dom.Element, address: str) -> Iterator[Said]:
    """All titles of a page, each with the weight of all that say the same."""
    head = head_of(root, address)
    groups = titles.whole(titles.grouped(titles.titles_of(root, head.metas, stated_headline(head), head.site)))
    for group, score in zip(groups, _scores(groups, head), strict=True):
        yield from (Said(_title_place(title), title.text, round(score, 2)) for title in group.titles)


def people_said(root: dom.Element, address: str) -> Iterator[Said]:
    """All who may be meant to have written a page."""
    head = head_of(root, address)
    for name, kind in people.stated(head.article, head.things):
        yield Said(f"json-ld author, {kind}" if kind else "json-ld author", name)
    for key in people.METAS:
        yield from (Said(f"meta {key}", name) for name in people.names_of(list(head.metas.get(key, ()))))
    for element, text in people.signatures(root):
        yield Said(_place_of(element) if element is not None else "line of text", text)


def _stated_dates(root: dom.Element, address: str, head: Head) -> Iterator[tuple[str, dates.Stated]]:
    declared = list(dates.json_ld_dates(head.things, head.article))
    yield from ((DECLARED[stated.kind], stated) for stated in declared)
    for name, values in head.metas.items():
        yield from ((f"meta {name[:MAX_NAME]}", stated) for stated in dates.meta_dates({name: values}))
    known = {stated.raw for stated in declared}  # JSON-LD stands in a script
    scripts = [stated for stated in dates.script_dates(root) if stated.raw not in known]
    marked = [*dates.marked_dates(root), *dates.address_dates(address, head.metas), *dates.hidden_dates(root)]
    for stated in (*marked, *scripts):
        kind = stated.kind.removesuffix("-aside")
        yield DECLARED[kind] + (", among what is aside" if kind != stated.kind else ""), stated


def _printed_place(says: frozenset[str]) -> str:
    words = dict.fromkeys(word for name, word in PRINTED.items() if name in says)
    first = "time" if "time" in says else "text"
    return ", ".join([" ".join([first, *list(words)[:1]]), *list(words)[1:]])


def _scores(groups: Sequence[titles.Group], head: Head) -> list[float]:
    if not groups:
        return []
    known = titles.weights()
    names = titles.evidence(groups, head.site, news=is_news(head.metas, head.article))
    return [sum(known.get(name, 0.0) for name in those) for those in names]


def _title_place(title: titles.Title) -> str:
    if title.place == "part":
        return PARTS[title.marks[0]]
    place = TITLES.get(title.place, title.place)
    return f"{place} without the name of the site" if "cut" in title.marks else place


def _place_of(element: dom.Element) -> str:
    """An element as one would ask for it, and the part of the page that it stands in: `span.byline in header`."""
    item = "author" if "author" in f"{element.get('rel')} {element.get('itemprop')}".split() else ""
    names = (element.get("class") or "").split()
    name = f"{element.tag}[{item}]" if item else f"{element.tag}.{names[0]}" if names else str(element.tag)
    around = next((above.tag for above in element.iterancestors() if above.tag in LANDMARKS), None)
    return f"{name[:MAX_NAME]} in {around}" if around else name[:MAX_NAME]
