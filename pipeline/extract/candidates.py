"""Everything that a page says of each field, with where it says so: what `extract --explain` shows.

Times, titles and people are told by `witnesses`, place by place.  For the other fields each part of the page (a JSON-LD
block, a meta element, the title, a heading, the rest of the markup) is read by itself, by the same functions that read
the whole; so nothing here has to know what they look for.
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
from pipeline.extract.witnesses import Said, dates_said, people_said, titles_said
from pipeline.model import Entry, Extract, Profile
from pipeline.parse import dom
from pipeline.parse.blocks import layout_of

# Attributes of an extract by the field of the record that they become.
FIELDS = {
    "lead": "lead", "section": "section", "keywords": "keywords", "byline": "byline", "images": "images",
    "language": "language", "updated_at": "updated_raw", "canonical_url": "canonical_url",
}  # fmt: skip
# The same, of what a profile or a feed's entry says; a page's own are told by `witnesses`.
TOLD = {"headline": "headline", "authors": "authors"}
MAX_PARTS = 300
MAX_HEADINGS = 20
MAX_NAME = 60
MAX_TOLD = 100
TYPE = re.compile(r"ld\+json", re.IGNORECASE)


def candidates(
    root: dom.Element, address: str, profiles: Iterable[Profile] = (), entry: Entry | None = None
) -> Mapping[str, tuple[Said, ...]]:
    """What each part of a page says of each field, in the order profile, JSON-LD, meta, title, heading, markup, feed.

    The fields are those of the record.  Costs as much as reading the page a few dozen times.
    """
    found: dict[str, list[Said]] = {}
    for origin, extract, fields in _readings(root, address, profiles, entry):
        for field, value in _values(extract, fields):
            found.setdefault(field, []).append(Said(origin, value))
    heading = declared(root, address, is_dated=True).headline
    for field, told in (
        ("headline", titles_said(root, address)),
        ("published_at", dates_said(root, address, heading)),
        ("authors", people_said(root, address)),
    ):
        found.setdefault(field, []).extend(islice(told, MAX_TOLD))
    for origin, lines in _bodies(root, address):
        if lines:
            found.setdefault("body", []).append(Said(origin, lines))
    return {field: tuple(dict.fromkeys(said)) for field, said in found.items() if said}


def reason(field: str, origin: str, value: Any, said: Sequence[Said]) -> str:
    """Why a value was chosen among what was said, in a few words."""
    others = [one for one in said if one.where != origin]
    same = sum(_key(one.value) == _key(value) for one in said)
    if origin in ("profile", "feed"):
        return f"the {origin} comes first"
    if field == "authors":
        return _reason_of_people(origin, said)
    if not others:
        return "nothing else says any"
    if field == "headline":
        return _reason_of_title([one for one in said if _key(one.value) == _key(value)], said)
    return f"said by {same} of {len(said)}" if same else f"the first that can be used of {len(said)}"


def chosen(field: str, value: Any, origin: str, said: Sequence[Said]) -> set[int]:
    """The places of what was chosen, by number: that of the value, of people all that name one of them.

    A time's `value` is the printed string.
    """
    if field == "authors":
        names = [key for name in value if (key := _key(name))]
        return {at for at, one in enumerate(said) if any(key in _key(one.value) for key in names)}
    same = [at for at, one in enumerate(said) if _key(one.value) == _key(value)]
    return {next((at for at in same if said[at].where.startswith(origin)), same[0])} if same else set()


def _reason_of_title(same: Sequence[Said], said: Sequence[Said]) -> str:
    weights = [one.weight for one in said if one.weight is not None]
    if not same:
        return "most speaks for it, and a marker or the name of the site is cut off"
    if weights and max(one.weight or 0.0 for one in same) < max(weights):
        return "what weighs more is a part of it, and the page does not show that the rest is none"
    return f"most speaks for it, which {len(same)} of {len(said)} say alike"


def _reason_of_people(origin: str, said: Sequence[Said]) -> str:
    """Declared people go before printed ones, and those before a declared house."""
    is_declared = any(one.where.startswith(("json-ld", "meta")) for one in said)
    if origin == "json-ld":
        has_kind = any(one.where.startswith("json-ld") and "Person" in one.where for one in said)
        return "json-ld names a person" if has_kind else "json-ld comes first"
    if origin == "meta":
        return "json-ld names no person"
    if origin == "byline":
        return "the printed byline names people"
    return "what is declared is no person, and the page is signed" if is_declared else "nobody is declared"


def _readings(
    root: dom.Element, address: str, profiles: Iterable[Profile], entry: Entry | None
) -> Iterator[tuple[str, Extract, Mapping[str, str]]]:
    for one in profiles:
        if hit := profile.best(root, [one]):
            yield f"profile {one.name}", profile.extract(hit, address), FIELDS | TOLD
    for origin, part in islice(_parts(root), MAX_PARTS):
        yield origin, declared(part, address, is_dated=True), FIELDS
    if entry is not None:
        yield "feed", from_entry(entry), FIELDS | TOLD


def _values(extract: Extract, fields: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for field, attribute in fields.items():
        if value := getattr(extract, attribute):
            yield field, value
    if fields is not FIELDS:
        yield from (("published_at", dated.raw) for dated in extract.dates)
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
