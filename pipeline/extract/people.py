"""Who a page says wrote it: JSON-LD, meta elements, and where they name nobody or the house alone, what is printed.

Names are not told from other words here, but texts by their places; `normalise.byline` makes names of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from lxml import etree

from pipeline.extract.site import Site
from pipeline.parse import bounds, dom

METAS = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author", "article.author")
# "https://www.facebook.com/yonhapenglish" as article:author, "@YonhapNews", a number of Facebook's
NO_NAME = re.compile(r"^(?:https?:)?//|^@|^www\.|^[\d\s]+$")
# The account that wrote it: "christian.stadtfeld", "oniadmin"
ACCOUNT = re.compile(r"(?=.{6})[a-z0-9]+(?:[._-][a-z0-9]+)*|admin|[^@\s]+@[^@\s]+", re.ASCII)
PERSON = "Person"
# Of JSON-LD these carry the author where no article is declared.
PAGES = frozenset(("WebPage", "ItemPage", "Article"))
MAX_PLACES = 120
MAX_ELEMENTS = 60
MAX_SIGNED = 12
MAX_BYLINE = 160
MAX_NAME = 60
MAX_MARKED = 2_000
MAX_ABOVE = 14
# Over attributes, not elements: a fifth of the time of a list of selectors.
PLACES = etree.XPath(
    "//@class[contains(., 'uthor') or contains(., 'yline') or contains(., 'autor')]/.."
    " | //@rel[. = 'author']/.. | //@itemprop[. = 'author']/.."
)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
NAMING = frozenset(("author", "authors", "autor", "byline"))
# What may stand beside them in a class that is about the name alone: "post-author", "author__name".
BESIDE = ("name", "fn", "post", "entry", "article", "link", "url", "vcard", "meta", "by", "text", "item", "story")
PLAIN = NAMING | frozenset(BESIDE)
# Others are signed there: readers, and the authors of other articles.
OTHERS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|commentaires?|komment[a-z]*|respond|disqus|reply|replies|related|recommend[a-z]*"
    r"|sidebar|widget|teasers?|footer|popular|trending|latest|newsletter|nav|menu|carousel|read-?more|more-[a-z]+"
    r"|up-?next|promo[a-z]*|cards?|quote|tweet|caption|credits?|figure)(?:$|[\s_-])",
    re.IGNORECASE,
)
BY = re.compile(
    r"(?i:(?:(?:written|posted|published|story|words|text)\s+by|by|von|par|por|escrito\s+por"
    r"|(?:geschrieben|verfasst|erstellt|veröffentlicht)\s+von)(?:\s*:|$|\s)|(?:autor(?:in)?|authors?|text|автор)\s*:)"
)
BYLINE = re.compile(rf"(?:{BY.pattern})\s*[A-ZÀ-ÞА-Я][\w.'’-]{{0,24}}\s{{1,3}}(?:[\w.'’-]{{1,5}}\s){{0,2}}[A-ZÀ-ÞА-Я]")
BEGINS = frozenset("BbVvPpWwSsEeGgAaTtА")
MAX_TEXTS = 6_000
OUTSIDE = frozenset(("aside", "footer", "nav", "form", "figure", "figcaption", "blockquote"))


@dataclass(frozen=True, slots=True)
class People:
    """The declared authors with their origin; `named` is what places say that hold a name, `signed` what may hold one.

    The latter two are read only where nobody is declared, or the house alone.
    """

    authors: tuple[str, ...]
    origin: str
    named: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


def people(
    root: dom.Element,
    metas: Mapping[str, Sequence[str]],
    article: Mapping[str, Any],
    things: Sequence[Mapping[str, Any]],
    site: Site,
) -> People:
    """The authors of a page; `things` are all its JSON-LD objects, which the article may point to."""
    found = stated(article, things)
    told = next((names for key in METAS if (names := names_of(list(metas.get(key, ()))))), ())
    by_hand = [name for name, kind in found if kind in (PERSON, "") and not _is_house(name, site)]
    if by_hand:
        return People(bounds.words([name for name, _ in found]), "json-ld")
    if any(not _is_house(name, site) for name in told):
        return People(told, "meta")
    authors, origin = (bounds.words([name for name, _ in found]), "json-ld") if found else (told, "meta")
    named, signed = _printed(root)
    return People(authors, origin if authors else "", named, signed)


def names_of(value: Any) -> tuple[str, ...]:
    """Names of persons or organisations: strings, objects with a name, or lists of them."""
    return bounds.words([name for name, _ in _named(value, {}) if not NO_NAME.search(name)])


def stated(article: Mapping[str, Any], things: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The names that JSON-LD gives, each with its type; empty where it says none."""
    index = {str(thing["@id"]): thing for thing in things if "@id" in thing and "name" in thing}
    pages = [article, *(thing for thing in things if PAGES & {*_types(thing)})]
    for page in pages:
        if found := [*_named(page.get("author") or page.get("creator"), index)]:
            return [one for one in found if not NO_NAME.search(one[0])]
    return []


def _named(value: Any, index: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for part in (value if isinstance(value, list) else [value])[: bounds.MAX_WORDS]:
        thing = index.get(str(part.get("@id")), part) if isinstance(part, dict) and "name" not in part else part
        name = thing.get("name") if isinstance(thing, Mapping) else thing
        name = name[0] if isinstance(name, list) and name else name
        if isinstance(name, str) and "<" in name:
            name = dom.fragment_line(name[:MAX_MARKED])  # <meta name="author" content="<a href='/ann'>Ann</a>">
        if isinstance(name, str) and not name.isspace() and name:
            yield name, next(iter(_types(thing)), "") if isinstance(thing, Mapping) else ""


def _types(thing: Mapping[str, Any]) -> list[str]:
    kinds = thing.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _is_house(name: str, site: Site) -> bool:
    return site.calls_itself(name) or bool(ACCOUNT.fullmatch(name))


def signatures(root: dom.Element) -> list[tuple[dom.Element | None, str]]:
    """The texts of all places of a page that may hold a name, with their elements; else its first line of a byline."""
    found: list[tuple[dom.Element | None, str]] = [
        (place, text) for place in _places(root) if 0 < len(text := dom.text_of(place)) <= MAX_BYLINE
    ]
    return found or [(None, line) for line in _lines(root)]


def _places(root: dom.Element) -> list[dom.Element]:
    hits = PLACES(root)
    places = [hit for hit in hits[:MAX_PLACES] if isinstance(hit, dom.Element)] if isinstance(hits, list) else []
    return [place for place in places if not _is_large(place) and not _is_of_others(place)]


def _printed(root: dom.Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of the first places that hold a name, and of those that may hold one; others' are left out."""
    own = _places(root)
    naming = [place for place in own if _is_naming(place)]
    first = naming[0] if naming else None
    beside = [place for place in naming if first is not None and _is_beside(place, first)]
    named = bounds.words([text for place in beside if len(text := _text(place)) <= MAX_NAME])
    signed = bounds.words([text for place in own if len(text := dom.text_of(place)) <= MAX_BYLINE])
    return named[:MAX_SIGNED], signed[:MAX_SIGNED] or (() if named else _lines(root))


def _lines(root: dom.Element) -> tuple[str, ...]:
    """The first line of a page that begins as a byline does and goes on with a name."""
    texts = (str(text).strip() for text in islice(root.itertext(), MAX_TEXTS) if not text.isspace())
    for text, following in pairwise(texts):
        if text[:1] in BEGINS and len(text) <= MAX_NAME and BY.match(text):
            line = f"{text} {following[:MAX_NAME]}" if text.strip(" :").find(" ") < 0 else text
            if BYLINE.match(line):
                return (line,)
    return ()


def _text(place: dom.Element) -> str:
    """What stands at a place: the name inside a microdata person, else its text."""
    inner = next((one for one in place.iter() if one.get("itemprop") == "name"), None)
    if inner is None:
        return dom.text_of(place)
    return inner.get("content") or dom.text_of(inner)


def _is_naming(place: dom.Element) -> bool:
    if "author" in f"{place.get('rel')} {place.get('itemprop')}".split():
        return True
    classes = [[word.lower() for word in WORD.findall(one)] for one in (place.get("class") or "")[:500].split()]
    return any(NAMING & {*words} and {*words} <= PLAIN for words in classes)


def _is_beside(place: dom.Element, first: dom.Element) -> bool:
    """Whether two names are of one line: in one element, or each in an element of its own there."""
    mine, its = place.getparent(), first.getparent()
    if mine is None or its is None:
        return place is first
    return mine is its or mine is first or mine.getparent() is its.getparent() is not None


def _is_large(place: dom.Element) -> bool:
    """Whether so much stands there that it is a page or a box about the author: `<body class="single-author">`."""
    return next(islice(place.iter(), MAX_ELEMENTS, None), None) is not None


def _is_of_others(place: dom.Element) -> bool:
    element: dom.Element | None = place
    for _ in range(MAX_ABOVE):
        if element is None or element.tag in ("body", "html", "article", "main"):
            return False
        if element.tag in OUTSIDE or OTHERS.search(f"{element.get('class') or ''} {element.get('id') or ''}"[:500]):
            return True
        element = element.getparent()
    return False
