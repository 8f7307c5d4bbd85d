"""Everything that a page says of each field, with where it says so: what `extract --explain` shows.

Each part of the page (a JSON-LD block, a meta element, the title, a heading, the rest of the markup) is read by itself,
by the same functions that read the whole; so nothing here has to know what they look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import islice
from typing import Any

from pipeline.extract import body, embedded, generic, live, profile
from pipeline.extract.declared import declared
from pipeline.extract.feed_text import from_entry
from pipeline.model import Entry, Extract, Profile
from pipeline.parse import dom
from pipeline.parse.blocks import layout_of

Said = tuple[str, Any]  # where, and what: a text, or a tuple of texts
# Attributes of an extract by the field of the record that they become.
FIELDS = {
    "headline": "headline", "lead": "lead", "section": "section", "keywords": "keywords", "authors": "authors",
    "byline": "byline", "images": "images", "language": "language", "updated_at": "updated_raw",
    "canonical_url": "canonical_url",
}  # fmt: skip
MAX_PARTS = 300
MAX_HEADINGS = 20
MAX_NAME = 60
TYPE = re.compile(r"ld\+json", re.IGNORECASE)


def candidates(
    root: dom.Element, address: str, profiles: Iterable[Profile] = (), entry: Entry | None = None
) -> Mapping[str, tuple[Said, ...]]:
    """What each part of a page says of each field, in the order profile, JSON-LD, meta, title, heading, markup, feed.

    The fields are those of the record.  Costs as much as reading the page a few dozen times.
    """
    found: dict[str, list[Said]] = {}
    for origin, extract in _readings(root, address, profiles, entry):
        for field, value in _values(extract):
            found.setdefault(field, []).append((origin, value))
    for origin, lines in _bodies(root, address):
        if lines:
            found.setdefault("body", []).append((origin, lines))
    return {field: tuple(dict.fromkeys(said)) for field, said in found.items()}


def reason(origin: str, value: Any, said: Sequence[Said]) -> str:
    """Why a value was chosen among what was said, in a few words."""
    others = [other for where, other in said if where != origin]
    same = sum(_key(other) == _key(value) for _, other in said)
    if origin == "profile":
        return "the profile comes first"
    if not others:
        return "nothing else says any"
    return f"said by {same} of {len(said)}" if same else f"the first that can be used of {len(said)}"


def _readings(
    root: dom.Element, address: str, profiles: Iterable[Profile], entry: Entry | None
) -> Iterator[tuple[str, Extract]]:
    for one in profiles:
        if hit := profile.best(root, [one]):
            yield f"profile {one.name}", profile.extract(hit, address)
    for origin, part in islice(_parts(root), MAX_PARTS):
        yield origin, declared(part, address)
    if entry is not None:
        yield "feed", from_entry(entry)


def _values(extract: Extract) -> Iterator[tuple[str, Any]]:
    for field, attribute in FIELDS.items():
        if value := getattr(extract, attribute):
            yield field, value
    yield from (("published_at", dated.raw) for dated in extract.dates)
    if extract.signed:
        yield "authors", extract.signed
    if extract.paragraphs:
        yield "body", extract.paragraphs


def _parts(root: dom.Element) -> Iterator[tuple[str, dom.Element]]:
    """The parts of a page, each as a page that holds nothing else."""
    for script in root.iter("script"):
        if TYPE.search((script.get("type") or "")[:MAX_NAME]):
            yield "json-ld", _page(script)
    for meta in root.iter("meta", "link"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("rel")
        if name:
            yield f"{meta.tag} {name[:MAX_NAME]}", _page(meta)
    for title in islice(root.iter("title"), 1):
        yield "title", _page(title)
    for heading in islice(root.iter("h1"), MAX_HEADINGS):
        yield "html h1", _page(heading)
    yield "html", _without(root, "script, meta, link, title, h1")


def _page(element: dom.Element) -> dom.Element:
    page = dom.parse_html("<html><head></head><body></body></html>")
    page[0 if element.tag != "h1" else 1].append(deepcopy(element))
    return page


def _without(root: dom.Element, css: str) -> dom.Element:
    rest = deepcopy(root)
    dom.without(rest, [css])
    return rest


def _bodies(root: dom.Element, address: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    stated = declared(root, address)
    hints = body.page_hints(root, stated)
    yield "blocks", body.judged(layout_of(root), hints).paragraphs
    yield "trafilatura", generic.paragraphs_of(root)
    hidden = embedded.article_in(root, hints)
    yield "embedded", hidden.paragraphs if hidden else ()
    postings = live.declared_postings(root, f"{address} {stated.headline or ''}")
    if postings:
        yield "live", live.standing_of(root, stated, postings)[0]
        yield "live entries", live.newest(postings)


def _key(value: Any) -> str:
    text = "\n".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return re.sub(r"\W+", "", text).casefold()
