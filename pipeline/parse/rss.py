"""RSS 0.9x-2.0, RDF and Atom to entries; the one module that knows feedparser.

feedparser is handed well-formed UTF-8 whose fields are already bounded: left to itself it guesses charsets, refuses
`encoding='utf8'` (Yonhap's Chinese feed), and takes seconds for an 80 KB author field.  Its dates are not used at all,
it reads `20250212093222` and `2026.7.19.` wrongly and silently; the printed string goes on instead.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from html.entities import html5
from urllib.parse import quote, urldefrag

import feedparser
from lxml import etree

from pipeline.errors import ParseError
from pipeline.model import Entry, Feed, Page
from pipeline.parse import bounds, dom
from pipeline.parse.encoding import decode

ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
ENTRIES = frozenset({"item", "entry"})
AUTHOR_NAMES = "author creator managingeditor webmaster contributor publisher owner name email"
DATE_NAMES = "pubdate published updated date issued modified created lastbuilddate expired"
CONTENT_NAMES = "encoded content body fullitem"
TITLE_NAMES = "title category subject keywords language rights copyright generator credit"
ADDRESS_NAMES = "link guid id url comments docs origlink"
LIMITS = (
    dict.fromkeys(AUTHOR_NAMES.split(), bounds.MAX_AUTHOR)
    | dict.fromkeys(DATE_NAMES.split(), bounds.MAX_DATE)
    | dict.fromkeys(CONTENT_NAMES.split(), bounds.MAX_CONTENT)
    | dict.fromkeys(TITLE_NAMES.split(), bounds.MAX_TITLE)
    | dict.fromkeys(ADDRESS_NAMES.split(), bounds.MAX_ADDRESS)
)
MAX_ATTRIBUTES = 64
MAX_FRAGMENT = 512
NAMESPACE = re.compile(rb"""\sxmlns(?::[\w.-]{1,99})?=(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}')""")
# feedparser's own, on markup that nobody thought of
BUGS = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError)
HEAD = 64 * 1_024
# `<ttl>60</ttl>` of RSS 2.0
TTL = re.compile(rb"<ttl>\s{0,20}([0-9]{1,6})\s{0,20}</ttl>", re.IGNORECASE)
FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)

# The root of a feed, also behind what a broken server prints before it: "<br />\n<b>Warning</b>: ...<?xml"
FEED_START = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|RDF|channel)(?=[\s>/])", re.IGNORECASE)
PAGE_START = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s>])", re.IGNORECASE)
# A bare "&" or one of the entities that HTML has and XML lacks: "R&D", "E&amp;S", "&nbsp;"
AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);|([A-Za-z][A-Za-z0-9]{1,30};)?)")
ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.IGNORECASE)
LAST_ENTRY = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
LAST_END = re.compile(r"</(?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry)\s{0,9}>", re.IGNORECASE)
ROOT_END = re.compile(r"</(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|RDF|channel)\s{0,9}>|^<[^<>]{0,2000}/>", re.IGNORECASE)


def entries(page: Page, feed: Feed) -> list[Entry]:
    """What a feed lists, in its order; at most 5,000 entries, those without address, guid and headline left out.

    An entry without an address of its own (a flash; a guid that is a number, `tag:`, `urn:`) has that of the feed with
    a fragment, its guid or the beginning of its headline's SHA-256: `https://wire.example/rss.xml#AKR123`.  Nobody
    published such an address and there is no page to fetch.  Of entries whose links differ in their fragments alone
    (`live#post-1`) and which the feed tells apart, each keeps its own; all other fragments are dropped.

    Raises:
        ParseError: it is no feed (an HTML page, JSON, nothing), or it declares entities of its own.
    """
    text, _ = decode(page.body, page.header("content-type"))
    root = _tree(text)
    parsed = _read(root)
    language = bounds.one_line(_string(parsed.feed, "language"), bounds.MAX_WORD)
    base = _base(root, page.address)
    found = ((_entry(raw, base, page, feed, language), _fragment(raw)) for raw in parsed.entries)
    return list(_told_apart([(entry, fragment) for entry, fragment in found if entry is not None]))


def ttl_of(body: bytes) -> int | None:
    """The minutes between two polls that an RSS feed asks for in its head; None if it doesn't.

    Not an entry's own `ttl`: it must stand before the first of them.
    """
    head = body[:HEAD]
    first = FIRST_ENTRY.search(head)
    found = TTL.search(head, 0, first.start() if first else len(head))
    return int(found[1]) if found else None


def _tree(text: str) -> dom.Element:
    """The feed as a tree in which every field has its bound."""
    start = FEED_START.search(text, 0, HEAD)
    if start is None or PAGE_START.search(text, 0, start.start()):
        served = "an HTML page" if PAGE_START.search(text, 0, HEAD) else "neither rss nor feed nor RDF"
        raise ParseError(f"no feed: {served}; open the address in a browser to see what is served there")
    prologue = dom.root_at(text)
    if dom.DECLARED_ENTITY.search(text, 0, max(start.start(), prologue or 0)):
        raise ParseError("the feed declares entities of its own; such files are refused")
    root = dom.parse_xml(_well_formed(_whole_entries(text[start.start() :])))
    if dom.name_of(root) not in ROOTS or (dom.name_of(root) == "rss" and not len(root)):
        raise ParseError(f"no feed: the root element is {dom.name_of(root)!r}")
    _bound(root)
    return root


def _whole_entries(text: str) -> str:
    """A feed that was cut ends with its last whole entry: half an address is another article's."""
    tail = text[-HEAD:]
    if ROOT_END.search(tail):
        return text
    ends = [match.end() for match in LAST_END.finditer(text)]
    starts = [match.start() for match in LAST_ENTRY.finditer(text)]
    if starts and (not ends or starts[-1] >= ends[-1]):
        text = text[: starts[-1]]
        if not ends:
            raise ParseError("the feed is cut off inside its first entry; it will be whole at the next poll")
    elif not starts and not ends:
        raise ParseError("the feed is cut off before its first entry; it will be whole at the next poll")
    return text


def _well_formed(text: str) -> str:
    """Ampersands made legal outside CDATA, where they stand for themselves."""
    parts: list[str] = []
    at = 0
    while (begin := text.find("<![CDATA[", at)) >= 0:
        end = text.find("]]>", begin)
        if end < 0:
            break
        parts += (AMPERSAND.sub(_entity, text[at:begin]), text[begin : end + 3])
        at = end + 3
    parts.append(AMPERSAND.sub(_entity, text[at:]))
    return "".join(parts)


def _entity(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    character = html5.get(match[2]) if match[2] else None
    return "".join(f"&#{ord(part)};" for part in character) if character else "&amp;" + (match[2] or "")


def _bound(root: dom.Element) -> None:
    seen = 0
    for element in list(root.iter(etree.Element)):
        name = dom.name_of(element)
        if name in ENTRIES:
            seen += 1
            if seen > bounds.MAX_ENTRIES:
                dom.drop(element)
                continue
            _content_last(element)
        _bound_attributes(element)
        limit = LIMITS.get(name, bounds.MAX_TEXT)
        if element.text and len(element.text) > limit:
            element.text = _bounded_address(element.text, name) if limit == bounds.MAX_ADDRESS else element.text[:limit]
        if name == "link" and not element.attrib and not (element.text or "").strip():
            # feedparser takes no guid for the address where there is a link, though it be empty.
            dom.drop(element)


def _bounded_address(text: str, name: str) -> str:
    """Nothing rather than half an address; an overlong guid lives on as its hash."""
    return bounds.identifier(text) or "" if name in ("guid", "id") else ""


def _bound_attributes(element: dom.Element) -> None:
    if len(element.attrib) > MAX_ATTRIBUTES:
        # Nothing honest has as many, and only to list them is quadratic.
        element.attrib.clear()
    for name in [name for name, value in element.attrib.items() if len(value) > bounds.MAX_ADDRESS]:
        del element.attrib[name]


def _content_last(entry: dom.Element) -> None:
    """feedparser takes a description that follows the full text for a second full text."""
    for child in list(entry):
        if dom.name_of(child) == "encoded":
            entry.append(child)


def _read(root: dom.Element) -> feedparser.FeedParserDict:
    source = b'<?xml version="1.0" encoding="utf-8"?>\n' + etree.tostring(root, encoding="utf-8", xml_declaration=False)
    try:
        parsed = feedparser.parse(NAMESPACE.sub(_in_one, source), sanitize_html=False, resolve_relative_uris=False)
    except BUGS as error:
        raise ParseError(f"no feed: feedparser fails on it ({error!r}); it will be tried at the next poll") from error
    listed = sum(1 for element in root.iter(etree.Element) if dom.name_of(element) in ENTRIES)
    if listed and not parsed.entries:
        raise ParseError(f"no feed: none of {listed} entries could be read ({parsed.get('bozo_exception')})")
    return parsed


def _in_one(declaration: re.Match[bytes]) -> bytes:
    """A namespace without white space: Python's expat takes that for the end of the address, and the feed is lost."""
    return b" " + "".join(declaration[0].decode("utf-8", "replace").split()).encode()


def _base(root: dom.Element, address: str) -> str:
    declared = root.get("{http://www.w3.org/XML/1998/namespace}base")
    return bounds.web_address(address, declared) or address


def _entry(raw: feedparser.FeedParserDict, base: str, page: Page, feed: Feed, language: str | None) -> Entry | None:
    guid = bounds.identifier(_string(raw, "id"))
    headline = bounds.one_line(_string(raw, "title"), bounds.MAX_TITLE)
    url = _address(raw, base) or _unpublished(feed.url, guid, headline)
    if url is None:
        return None
    text, content = _texts(raw)
    categories = bounds.words([_string(tag, "term") or _string(tag, "label") for tag in _dicts(raw, "tags")])
    return Entry(
        url=url,
        feed=feed.url,
        seen_at=page.fetched_at,
        guid=guid,
        headline=headline,
        text=text,
        content=content,
        published_raw=bounds.one_line(_string(raw, "published"), bounds.MAX_DATE),
        updated_raw=bounds.one_line(_string(raw, "updated"), bounds.MAX_DATE),
        # TASS prints its section as the only category; several are keywords.
        section=categories[0] if len(categories) == 1 else None,
        keywords=categories if len(categories) > 1 else (),
        authors=bounds.words([_string(author, "name") for author in _dicts(raw, "authors")]),
        images=_images(raw, base),
        language=bounds.one_line(_string(raw, "language"), bounds.MAX_WORD) or feed.language or language,
        credit=_credit(raw),
    )


def _told_apart(found: Sequence[tuple[Entry, str]]) -> Iterator[Entry]:
    """The entries, with their links' fragments where several share an address and differ in fragment and in guid."""
    fragments: dict[str, dict[str, str]] = defaultdict(dict)
    for entry, fragment in found:
        if fragment:
            fragments[entry.url][entry.guid or entry.headline or ""] = fragment
    for entry, fragment in found:
        several = len(set(fragments[entry.url].values())) > 1
        yield replace(entry, url=_with_fragment(entry.url, fragment)) if fragment and several else entry


def _fragment(raw: feedparser.FeedParserDict) -> str:
    _, _, fragment = (_link(raw) or _guid_address(raw) or "").strip().partition("#")
    return fragment


def _address(raw: feedparser.FeedParserDict, base: str) -> str | None:
    """The page's own address: the link, else a guid that is one."""
    return bounds.web_address(base, _link(raw)) or bounds.web_address(base, _guid_address(raw))


def _link(raw: feedparser.FeedParserDict) -> str | None:
    """`<link>`, else an Atom link that is no enclosure."""
    links = _dicts(raw, "links")
    link = _string(raw, "link")
    # feedparser lends a guid as link: `AKR123`, which then would be resolved to an address that nobody published.
    if link and (link != _string(raw, "id") or any(_string(one, "href") == link for one in links)):
        return link
    alternate = (one for one in links if one.get("rel", "alternate") == "alternate")
    return next((_string(one, "href") for one in alternate), None)


def _guid_address(raw: feedparser.FeedParserDict) -> str | None:
    """The guid, if it is an absolute address and not marked `isPermaLink="false"`."""
    guid = (_string(raw, "id") or "").strip()
    return guid if dict.get(raw, "guidislink") and ABSOLUTE.match(guid) else None


def _unpublished(feed_address: str, guid: str | None, headline: str | None) -> str | None:
    """What stands in for the address of an entry that has none."""
    if guid:
        return _with_fragment(feed_address, guid, safe="")
    return _with_fragment(feed_address, _short_hash(headline)) if headline else None


def _with_fragment(address: str, fragment: str, safe: str = bounds.SAFE) -> str:
    quoted = quote(fragment, safe=safe, errors="replace")
    return f"{urldefrag(address).url}#{quoted if len(quoted) <= MAX_FRAGMENT else _short_hash(fragment)}"


def _short_hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _texts(raw: feedparser.FeedParserDict) -> tuple[str | None, str | None]:
    """Description and full text.  feedparser fills a missing description with the full text; that is undone."""
    contents = [value for part in _dicts(raw, "content") if (value := _string(part, "value"))]
    content = max(contents, key=len, default=None)
    text = _string(raw, "summary")
    if text in contents:
        text = None
    return bounds.whole(text, bounds.MAX_TEXT), bounds.whole(content, bounds.MAX_CONTENT)


def _images(raw: feedparser.FeedParserDict, base: str) -> tuple[str, ...]:
    media = [item for item in _dicts(raw, "media_content") if _is_image(item, "url")]
    enclosed = [link for link in _dicts(raw, "links") if link.get("rel") == "enclosure" and _is_image(link, "href")]
    thumbnails = [] if media else _dicts(raw, "media_thumbnail")
    printed = [_string(item, "url") for item in (*media, *thumbnails)] + [_string(link, "href") for link in enclosed]
    found = (bounds.web_address(base, address) for address in printed[: bounds.MAX_IMAGES])
    return tuple(dict.fromkeys(address for address in found if address))


def _is_image(item: feedparser.FeedParserDict, key: str) -> bool:
    kind = _string(item, "type") or _string(item, "medium") or ""
    return kind.startswith("image") or (not kind and bool(IMAGE.search(_string(item, key) or "")))


def _credit(raw: feedparser.FeedParserDict) -> str | None:
    """`<source url="...">Interfax</source>`: who the item is taken from."""
    source = raw.get("source")
    name = _string(source, "title") if isinstance(source, dict) else None
    return bounds.one_line(name, bounds.MAX_WORD)


def _string(values: feedparser.FeedParserDict, key: str) -> str | None:
    # Plain dict.get: feedparser's own answers a missing "updated" with "published" and a warning.
    value = dict.get(values, key)
    return value if isinstance(value, str) else None


def _dicts(values: feedparser.FeedParserDict, key: str) -> Sequence[feedparser.FeedParserDict]:
    found = dict.get(values, key)
    return [value for value in found if isinstance(value, dict)] if isinstance(found, list) else []
