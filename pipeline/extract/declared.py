"""What a page says of itself: JSON-LD, OpenGraph, meta elements, the html element, its one heading.

Blocks are bounded and read as JSON or not at all; a description is never taken for a lead, it may be the first
sentence, a summary by a machine, or advertising.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from pipeline.extract.dates import dates_of
from pipeline.extract.keywords import keywords
from pipeline.extract.people import names_of, people
from pipeline.extract.site import NAMES as SITE_NAMES
from pipeline.extract.site import Site
from pipeline.extract.titles import Group, evidence, grouped, headline, titles_of, whole
from pipeline.model import Extract
from pipeline.parse import bounds, dom

MAX_BLOCK = 512 * 1_024  # a live blog's holds all its entries
MAX_BLOCKS = 20
MAX_META = 2 * 1_024
MAX_METAS = 500
MAX_OBJECTS = 200
MAX_DEPTH = 6

# NewsArticle, ReportageNewsArticle, Article, LiveBlogPosting, ...
ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report)$")
NEWS = re.compile(r"News|Report")
NEWS_METAS = ("news_keywords", "article:content_tier")
# The picture of every page of TASS and Yonhap until 2023: ".../tass_logo_share_ru.png"
LOGO = re.compile(r"logo|placeholder|default[_-]?(?:image|share)|share[_-]?default", re.IGNORECASE)

SECTION = ("article:section", "section")
UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
    "article.updated",
    "revision_date",
)
LANGUAGES = ("inlanguage", "content-language", "dc.language", "og:locale", "language")
IMAGES = ("og:image", "og:image:url", "twitter:image", "twitter:image:src")


class Head(NamedTuple):
    """The meta elements by name, the JSON-LD objects, the one of them that is the article, the site, the canonical
    address."""

    metas: dict[str, list[str]]
    things: list[dict[str, Any]]
    article: dict[str, Any]
    site: Site
    canonical: str | None


def declared(root: dom.Element, address: str, *, is_dated: bool = False) -> Extract:
    """The declared fields of a page; `paragraphs` are JSON-LD's articleBody, often a teaser: for want of better.

    `is_dated` says that its time is known better, so that no printed date is looked for.
    """
    head = head_of(root, address)
    metas, things, article, site, canonical = head
    found = _Found()
    found.put("headline", *headline(root, metas, stated_headline(head), site, news=is_news(metas, article)))
    found.put("section", _text(article.get("articleSection")), "json-ld")
    found.put("section", _one(metas, SECTION), "opengraph")
    written = people(root, metas, article, things, site)
    found.put("authors", written.authors, written.origin)
    found.put("keywords", *keywords(root, metas, article))
    found.put("images", _absolute(address, _images(article.get("image"))), "json-ld")
    found.put("images", _absolute(address, (value for name in IMAGES for value in metas.get(name, ()))), "opengraph")
    found.put("language", _text(article.get("inLanguage")), "json-ld")
    found.put("language", bounds.one_line(_root_language(root), 35), "html")
    found.put("language", bounds.one_line(_one(metas, LANGUAGES), 35), "meta")
    found.put("updated", _text(article.get("dateModified")), "json-ld")
    found.put("updated", _one(metas, UPDATED), "meta")
    found.put("site_name", _one(metas, ("og:site_name",)), "opengraph")
    found.put("site_name", next(iter(names_of(article.get("publisher"))), None), "json-ld")
    values = found.values
    return Extract(
        headline=values.get("headline"),
        paragraphs=_body(article.get("articleBody")),
        dates=dates_of(root, address, metas, things, article, values.get("headline"), is_dated=is_dated),
        updated_raw=bounds.one_line(values.get("updated"), bounds.MAX_DATE),
        authors=values.get("authors", ()),
        named=written.named,
        signed=written.signed,
        section=bounds.one_line(values.get("section"), bounds.MAX_WORD),
        keywords=values.get("keywords", ()),
        images=values.get("images", ()),
        language=values.get("language"),
        canonical_url=canonical,
        site_name=bounds.one_line(values.get("site_name"), bounds.MAX_WORD),
        method="declared",
        fields=found.origins,
    )


def head_of(root: dom.Element, address: str) -> Head:
    """What a page declares, before any of it is believed."""
    metas = _metas(root)
    canonical = bounds.web_address(address, _link(root, "canonical")) or bounds.web_address(
        address, next(iter(metas.get("og:url", ())), None)
    )
    things = list(_objects(root))
    article = _article(things, canonical or address)
    return Head(metas, things, article, site_of(metas, article, canonical or address), canonical)


def stated_headline(head: Head) -> str | None:
    """JSON-LD's headline of the article."""
    return _text(head.article.get("headline"))


def site_of(metas: Mapping[str, Sequence[str]], article: Mapping[str, Any], address: str) -> Site:
    """The site that serves a page, by all the names that the page gives it."""
    return Site((*(_one(metas, (name,)) for name in SITE_NAMES), *names_of(article.get("publisher"))), address)


def seen_titles(root: dom.Element, address: str) -> tuple[list[Group], list[list[str]]]:
    """The titles of a page and the evidence of each, for learning the weights."""
    head = head_of(root, address)
    groups = whole(grouped(titles_of(root, head.metas, stated_headline(head), head.site)))
    return groups, evidence(groups, head.site, news=is_news(head.metas, head.article)) if groups else []


def is_news(metas: Mapping[str, Sequence[str]], article: Mapping[str, Any]) -> bool:
    """Whether a page says that it is a news article: by its type, its publisher's, or what news search engines read."""
    publisher = article.get("publisher")
    kinds = [*_types(article), *(_types(publisher) if isinstance(publisher, dict) else ())]
    return any(NEWS.search(kind) for kind in kinds) or not metas.keys().isdisjoint(NEWS_METAS)


class _Found:
    """Values by field, the first one that says anything, with where it came from."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[str, str] = {}

    def put(self, field: str, value: Any, origin: str) -> None:
        if value and field not in self.values:
            self.values[field] = value
            self.origins[field] = origin


def _metas(root: dom.Element) -> dict[str, list[str]]:
    """Meta elements by lower-case property, name, itemprop or http-equiv, in document order; overlong ones left out."""
    metas: dict[str, list[str]] = {}
    for meta in islice(root.iter("meta"), MAX_METAS):
        content = (meta.get("content") or "").strip()
        if not content or len(content) > MAX_META:
            continue
        if "<" in content and not (content := dom.fragment_line(content) or ""):
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                metas.setdefault(name[:100].strip().lower(), []).append(content)
    return metas


def _one(metas: Mapping[str, Sequence[str]], names: Iterable[str]) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _link(root: dom.Element, relation: str) -> str | None:
    return next((hit for hit in dom.select(root, f"link[rel~='{relation}']::attr(href)") if isinstance(hit, str)), None)


def _root_language(root: dom.Element) -> str | None:
    return root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")


def _article(things: Iterable[dict[str, Any]], address: str) -> dict[str, Any]:
    """The JSON-LD object that describes this page's article: the one that names its address, else the first."""
    found = [thing for thing in things if any(ARTICLE_TYPE.search(kind) for kind in _types(thing))]
    same = (thing for thing in found if address in (thing.get("url"), thing.get("@id"), _page_of(thing)))
    return next(same, None) or next(iter(found), {})


def _page_of(thing: dict[str, Any]) -> Any:
    page = thing.get("mainEntityOfPage")
    return page.get("@id") or page.get("url") if isinstance(page, dict) else page


def _objects(root: dom.Element) -> Iterator[dict[str, Any]]:
    """The objects of all blocks, outermost first."""
    blocks = dom.select(root, "script[type='application/ld+json']")[:MAX_BLOCKS]
    queue = [(_block(block.text or ""), 0) for block in blocks if not isinstance(block, str)]
    for number, (thing, depth) in enumerate(queue):
        if number >= MAX_OBJECTS:
            return
        if isinstance(thing, list):
            queue += [(part, depth + 1) for part in thing[:MAX_OBJECTS] if depth < MAX_DEPTH]
        elif isinstance(thing, dict):
            yield thing
            queue += [(thing[key], depth + 1) for key in ("@graph", "mainEntity") if key in thing and depth < MAX_DEPTH]


def _block(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().removesuffix(";")
    if not text or len(text) > MAX_BLOCK:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _types(thing: Mapping[str, Any]) -> list[str]:
    kinds = thing.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind for kind in kinds if isinstance(kind, str)]


def _body(value: Any) -> tuple[str, ...]:
    return dom.fragment_paragraphs(value[: bounds.MAX_CONTENT]) if isinstance(value, str) else ()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not value.isspace() and value != ""


def _text(value: Any) -> str | None:
    """A string, or the first of a list of strings, bounded."""
    if isinstance(value, list):
        value = next((part for part in value if _is_text(part)), None)
    if not _is_text(value):
        return None
    value = value.strip()[:MAX_META]
    return dom.fragment_line(value) if "<" in value else value


def _images(value: Any) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for part in values[: bounds.MAX_IMAGES]:
        address = part.get("url") or part.get("contentUrl") if isinstance(part, dict) else part
        if isinstance(address, str):
            yield address


def _absolute(base: str, images: Iterable[str]) -> tuple[str, ...]:
    found = (bounds.web_address(base, image) for image in images if not LOGO.search(image))
    return tuple(dict.fromkeys(image for image in found if image))[: bounds.MAX_IMAGES]
