"""What a page says of itself: JSON-LD, OpenGraph, meta elements, the html element, its one heading.

Blocks are bounded and read as JSON or not at all; a description is never taken for a lead, it may be the first
sentence, a summary by a machine, or advertising.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.extract.dates import dates_of
from pipeline.model import Extract
from pipeline.parse import bounds, dom

MAX_BLOCK = 64 * 1_024
MAX_BLOCKS = 20
MAX_META = 2 * 1_024
MAX_METAS = 500
MAX_OBJECTS = 200
MAX_DEPTH = 6

# NewsArticle, ReportageNewsArticle, Article, LiveBlogPosting, ...
ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report)$")
# The picture of every page of TASS and Yonhap until 2023: ".../tass_logo_share_ru.png"
LOGO = re.compile(r"logo|placeholder|default[_-]?(?:image|share)|share[_-]?default", re.IGNORECASE)

SECTION = ("article:section", "section")
UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified",
    "article.updated", "revision_date",
)
HEADLINES = ("og:title", "twitter:title", "headline")
AUTHORS = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author", "article.author")
KEYWORDS = ("news_keywords", "article:tag", "keywords", "parsely-tags", "sailthru.tags")
LANGUAGES = ("inlanguage", "content-language", "dc.language", "og:locale", "language")
IMAGES = ("og:image", "og:image:url", "twitter:image", "twitter:image:src")
# "https://www.facebook.com/yonhapenglish" as article:author, "@YonhapNews"
NO_NAME = re.compile(r"^(?:https?:)?//|^@|^www\.")
MAX_HEADINGS = 20
MIN_TITLE = 10
# What a title says about which one is the headline (one heading of several says little: others head what else is
# there), fitted on pages with known titles (fundus, WCXB, trafilatura's);
# of equals the form that is most carefully set is taken.
WORTH = {"html": 1.5, "json-ld": 1.5, "og:title": 1.0, "title": 0.6, "twitter:title": 0.2, "headline": 0.2}
SEVERAL = 0.3
PREFIX = 0.8
FORMS = ("html", "json-ld", "og:title", "twitter:title", "headline", "title")
ORIGINS = {"html": "html", "title": "html", "json-ld": "json-ld", "og:title": "opengraph"}
# Where a page signs its article, or another one that it lists.
BYLINES = "[rel~='author'], [itemprop='author'], [class*='byline'], [class*='author']"
MAX_SIGNED = 40
MAX_BYLINE = 80
SEPARATOR = re.compile(r"[,;、،]")


def declared(root: dom.Element, address: str, *, is_dated: bool = False) -> Extract:
    """The declared fields of a page; `paragraphs` are JSON-LD's articleBody, often a teaser: for want of better.

    `is_dated` says that its time is known better, so that no printed date is looked for.
    """
    metas = _metas(root)
    canonical = bounds.web_address(address, _link(root, "canonical")) or bounds.web_address(
        address, next(iter(metas.get("og:url", ())), None)
    )
    things = list(_objects(root))
    article = _article(things, canonical or address)
    found = _Found()
    found.put("headline", *_headline(root, metas, article))
    found.put("section", _text(article.get("articleSection")), "json-ld")
    found.put("section", _one(metas, SECTION), "opengraph")
    found.put("authors", _names(article.get("author") or article.get("creator")), "json-ld")
    found.put("authors", _people(metas), "meta")
    found.put("keywords", _keywords(article.get("keywords")), "json-ld")
    found.put("keywords", _keywords([value for name in KEYWORDS for value in metas.get(name, ())]), "meta")
    found.put("images", _absolute(address, _images(article.get("image"))), "json-ld")
    found.put("images", _absolute(address, (value for name in IMAGES for value in metas.get(name, ()))), "opengraph")
    found.put("language", _text(article.get("inLanguage")), "json-ld")
    found.put("language", bounds.one_line(_root_language(root), 35), "html")
    found.put("language", bounds.one_line(_one(metas, LANGUAGES), 35), "meta")
    found.put("updated", _text(article.get("dateModified")), "json-ld")
    found.put("updated", _one(metas, UPDATED), "meta")
    found.put("site_name", _one(metas, ("og:site_name",)), "opengraph")
    found.put("site_name", next(iter(_names(article.get("publisher"))), None), "json-ld")
    values = found.values
    return Extract(
        headline=values.get("headline"),
        paragraphs=_body(article.get("articleBody")),
        dates=dates_of(root, address, metas, things, article, values.get("headline"), is_dated=is_dated),
        updated_raw=bounds.one_line(values.get("updated"), bounds.MAX_DATE),
        authors=values.get("authors", ()),
        signed=() if "authors" in values else _signed(root),
        section=bounds.one_line(values.get("section"), bounds.MAX_WORD),
        keywords=values.get("keywords", ()),
        images=values.get("images", ()),
        language=values.get("language"),
        canonical_url=canonical,
        site_name=bounds.one_line(values.get("site_name"), bounds.MAX_WORD),
        method="declared",
        fields=found.origins,
    )


class _Found:
    """Values by field, the first one that says anything, with where it came from."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[str, str] = {}

    def put(self, field: str, value: Any, origin: str) -> None:
        if value and field not in self.values:
            self.values[field] = value
            self.origins[field] = origin


def _headline(root: dom.Element, metas: dict[str, list[str]], article: dict[str, Any]) -> tuple[str | None, str]:
    """The title that most of the page's titles agree on: the heading, JSON-LD, OpenGraph, Twitter, the title element.

    A title is supported by those that go on behind it: with the site's name, or because it is cut short.
    """
    titles = _titles(root, metas, article)
    if len({origin for _, origin in titles}) == 1 and len(titles) > 1:
        return None, ""  # several headings and nothing that tells which one
    headings = sum(origin == "html" for _, origin in titles)
    votes: dict[str, float] = defaultdict(float)
    for title, origin in titles:
        votes[_key(title)] += WORTH[origin] * (SEVERAL if origin == "html" and headings > 1 else 1.0)
    best = max(votes, key=lambda key: votes[key] + _support(key, votes), default=None)
    alike = [(title, origin) for title, origin in titles if _key(title) == best]
    if not alike:
        return None, ""
    title, origin = min(alike, key=lambda one: FORMS.index(one[1]))
    return title, ORIGINS.get(origin, "meta")


def _titles(root: dom.Element, metas: dict[str, list[str]], article: dict[str, Any]) -> list[tuple[str, str]]:
    """What may be the headline, with where it stands."""
    found = [(dom.text_of(hit), "html") for hit in dom.select(root, "h1")[:MAX_HEADINGS]]
    found += [(_text(article.get("headline")) or "", "json-ld")]
    found += [(_one(metas, (name,)) or "", name) for name in HEADLINES]
    found += [(dom.first_text(root, "title") or "", "title")]
    lines = ((bounds.one_line(dom.fragment_line(title), bounds.MAX_TITLE), origin) for title, origin in found)
    return [(line, origin) for line, origin in lines if line and _key(line)]


def _key(title: str) -> str:
    return re.sub(r"\W+", "", title[: bounds.MAX_TITLE].casefold())


def _support(key: str, votes: dict[str, float]) -> float:
    """What a title has from those that begin with it: they go on with a site's name or a section."""
    if len(key) < MIN_TITLE:
        return 0.0
    return PREFIX * sum(vote for other, vote in votes.items() if other != key and other.startswith(key))


def _metas(root: dom.Element) -> dict[str, list[str]]:
    """Meta elements by lower-case property, name, itemprop or http-equiv, in document order; overlong ones left out."""
    metas: dict[str, list[str]] = {}
    for meta in dom.select(root, "meta[content]")[:MAX_METAS]:
        if isinstance(meta, str):
            continue
        content = (meta.get("content") or "").strip()
        if not content or len(content) > MAX_META:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                metas.setdefault(name[:100].strip().lower(), []).append(content)
    return metas


def _one(metas: dict[str, list[str]], names: Iterable[str]) -> str | None:
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


def _types(thing: dict[str, Any]) -> list[str]:
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
    return value.strip()[:MAX_META] if _is_text(value) else None


def _names(value: Any) -> tuple[str, ...]:
    """Names of persons or organisations: strings, objects with a name, or lists of them."""
    values = value if isinstance(value, list) else [value]
    names = [part.get("name") if isinstance(part, dict) else part for part in values[: bounds.MAX_WORDS]]
    flat = [name[0] if isinstance(name, list) and name else name for name in names]
    return bounds.words([name for name in flat if isinstance(name, str) and not NO_NAME.search(name)])


def _people(metas: dict[str, list[str]]) -> tuple[str, ...]:
    return next((names for name in AUTHORS if (names := _names(metas.get(name, [])))), ())


def _signed(root: dom.Element) -> tuple[str, ...]:
    """The texts that stand where pages have their byline; which of them are names is not known here."""
    texts = (dom.text_of(hit) for hit in dom.select(root, BYLINES)[:MAX_SIGNED])
    return bounds.words([text for text in texts if len(text) <= MAX_BYLINE])


def _keywords(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    texts = [text for text in values[: bounds.MAX_WORDS] if isinstance(text, str)]
    return bounds.words([part for text in texts for part in SEPARATOR.split(text[:MAX_META])])


def _images(value: Any) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for part in values[: bounds.MAX_IMAGES]:
        address = part.get("url") or part.get("contentUrl") if isinstance(part, dict) else part
        if isinstance(address, str):
            yield address


def _absolute(base: str, images: Iterable[str]) -> tuple[str, ...]:
    found = (bounds.web_address(base, image) for image in images if not LOGO.search(image))
    return tuple(dict.fromkeys(image for image in found if image))[: bounds.MAX_IMAGES]
