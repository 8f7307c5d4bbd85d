"""Live blogs: pages to which entries are added, newest first, under a text that stands.

The article of such a page is what stands above its entries: that is what desks and sites call the story (both live
pages of the Fundus paper's 80 have it as their truth), and it does not change every minute.  Where there is none, the
newest entries are the article.  A page is live if it says so in JSON-LD or microdata, or if its address or title does
and it is built of entries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from pipeline.extract.body import judged, page_hints
from pipeline.model import Extract
from pipeline.parse import bounds, dom
from pipeline.parse.blocks import Layout, layout_of, width_of

SIGNAL = "live"
MARKS = ("LiveBlogPosting", "liveBlogUpdate")
# "/live/…", "liveblog", "Live-Ticker", "live updates", "minute by minute", "en direct", "diretta", "실시간", "直播", …
SAYS_LIVE = re.compile(
    r"\blive[-_ ]?(?:blog|ticker|updates?|news|text)|/live/|\blive:|minute by minute|newsblog|newsticker|\ben direct\b"
    r"|\bdirett[ao]\b|\ben (?:vivo|directo)\b|\bao vivo\b|онлайн|실시간|直播|실황|速報中|canlı",
    re.IGNORECASE,
)
MAY_BE_LIVE = re.compile(rf"(?<![a-z])live(?![a-z])|ticker|{SAYS_LIVE.pattern}", re.IGNORECASE)
# "live-blog-post", "newsticker__item"; not "delivery-item", "sticker-event".
ENTRY_CLASS = re.compile(
    r"(?:(?<![A-Za-z])(?i:live|(?:news|sports?|event|blog)?ticker)|(?<=[a-z])(?:Live|Ticker))"
    r"[\w-]{0,30}(?i:post|entry|entries|item|update|event|eintrag)(?:$|[\s_-])"
)
MIN_ENTRIES = 3
MAX_ENTRIES = 500
MAX_ELEMENTS = 20_000
MAX_BLOCK = 3_000_000
MAX_DEPTH = 5
MAX_WALKED = 2_000
MAX_NAMES = 300
# A line is known again by so many characters; a shorter one may be anywhere.
KNOWN_BY = 40
# A text above the entries of less is a label or an appeal to follow along.
MIN_STANDING = 200
LIKELY = 0.5
# What is taken of a page without one.
NEWEST = 10
MOST = 5_000
OF_ENTRIES = 0.6
OWN = 0.3
MAX_SAID = bounds.MAX_ADDRESS + bounds.MAX_TITLE


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry: its heading, where it is known, and its lines; `at` is when, as printed."""

    lines: tuple[str, ...]
    heading: str | None = None
    at: str | None = None


def told(found: Extract, root: dom.Element, address: str) -> Extract:
    """The extract of a live page with what stands on it as its text, and its signal; any other as it is.

    A text by a profile is left as it is.
    """
    said = f"{address} {found.headline or ''}"[:MAX_SAID]
    postings = declared_postings(root, said, (address, found.canonical_url))
    if postings is None and SAYS_LIVE.search(said):
        postings = [*_built(root)]
        postings = postings if _are_its_own(root, postings, found.paragraphs) else None
    if postings is None:
        return found
    found = replace(found, signals=(*found.signals, SIGNAL))
    return found if found.method == "profile" or not postings else _cut(found, root, postings)


def _are_its_own(root: dom.Element, postings: Sequence[Posting], lines: Sequence[str]) -> bool:
    """Whether entries are the page's: in its text, or below it and longer; those of a ticker beside it are not."""
    if not lines or _share(lines, postings) >= OWN:
        return bool(lines)
    shown = [block.text for block in layout_of(root).blocks]
    below = shown[shown.index(lines[0]) + 1 :] if lines[0] in shown else []
    known = _known(postings)
    return sum(len(text) for text in below if _key(text) in known) > sum(map(len, lines))


def _cut(found: Extract, root: dom.Element, postings: Sequence[Posting]) -> Extract:
    text, expected = standing_of(root, found, postings)
    if not text and (not found.paragraphs or _share(found.paragraphs, postings) >= OWN):
        text, expected = newest(postings), OF_ENTRIES
    if not text:
        return found
    fields = {**found.fields, "body": SIGNAL}
    return replace(found, paragraphs=text, method=SIGNAL, completeness="full", fields=fields, expected=expected)


def declared_postings(root: dom.Element, said: str, own: Sequence[str | None] = ()) -> list[Posting] | None:
    """The entries that a page declares in JSON-LD or microdata; None where it does not say that it is live.

    `own` are its addresses: a blog that names another is another page's.

    Microdata is looked for only where the address or the title has a word for it: to go through all elements of every
    page for it would cost as much as reading its metadata.
    """
    blog = _blog(root, own)
    postings = _declared(blog) if blog else []
    if not postings and (blog or MAY_BE_LIVE.search(said)):
        postings = _marked(root)
    return postings if blog or postings else None


def standing_of(root: dom.Element, found: Extract, postings: Sequence[Posting]) -> tuple[tuple[str, ...], float]:
    """What stands above the first entry, and its expected F1; nothing where that is no text."""
    layout = layout_of(root)
    end = _first(layout, postings)
    if not end:
        return (), 0.0
    above = judged(Layout(layout.blocks[:end], layout.containers), page_hints(root, found))
    is_text = sum(map(width_of, above.paragraphs)) >= MIN_STANDING and above.expected >= LIKELY
    return (above.paragraphs, above.expected) if is_text else ((), 0.0)


def newest(postings: Sequence[Posting]) -> tuple[str, ...]:
    """The lines of the newest entries, each below its heading, whole entries up to 10 and 5,000 characters."""
    lines: list[str] = []
    length = 0
    for posting in islice(_in_order(postings), NEWEST):
        own = [line for line in (posting.heading, *posting.lines) if line]
        length += sum(map(len, own))
        if lines and length > MOST:
            break
        lines += own
    return tuple(dict.fromkeys(lines))


def _first(layout: Layout, postings: Sequence[Posting]) -> int:
    """The number of the first block of an entry, by its text; 0 where none is printed."""
    known = _known(postings)
    return next((at for at, block in enumerate(layout.blocks) if _key(block.text) in known), 0)


def _share(lines: Sequence[str], postings: Sequence[Posting]) -> float:
    """The share of a text that is the entries'."""
    known = _known(postings)
    return sum(len(line) for line in lines if _key(line) in known) / (sum(map(len, lines)) or 1)


def _known(postings: Sequence[Posting]) -> set[str]:
    return {_key(line) for posting in postings for line in posting.lines if len(line) >= KNOWN_BY}


def _key(line: str) -> str:
    return re.sub(r"\W+", "", line[: 2 * KNOWN_BY]).casefold()[: KNOWN_BY // 2]


def _in_order(postings: Sequence[Posting]) -> Sequence[Posting]:
    try:
        return sorted(postings, key=lambda one: datetime.fromisoformat(one.at or ""), reverse=True)
    except (ValueError, TypeError):  # a time is missing or none, or has no zone where others have one
        return postings


def _blog(root: dom.Element, own: Sequence[str | None]) -> dict[str, Any] | None:
    """The JSON-LD object that says that the page is live; one that others are listed in is none."""
    for script in islice(root.iter("script"), MAX_WALKED):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = script.text or ""
        if MARKS[0] not in text or len(text) > MAX_BLOCK:
            continue
        found = next((blog for blog in _blogs(_loaded(text)) if _is_of(blog, own)), None)
        if found is not None:
            return found
    return None


def _is_of(blog: dict[str, Any], own: Sequence[str | None]) -> bool:
    """Whether a blog can be that of a page: it names no address, or one whose path is the page's."""
    page = blog.get("mainEntityOfPage")
    named = [blog.get("url"), page.get("@id") if isinstance(page, dict) else page]
    paths = {_path(one) for one in named if isinstance(one, str) and one.startswith("http")}
    return not paths or not own or bool(paths & {_path(one) for one in own if one})


def _path(address: str) -> str:
    """The path of an address, without what the copies of a page differ by."""
    return re.sub(r"^https?://[^/]*|[?#].*", "", address[: bounds.MAX_ADDRESS]).rstrip("/")


def _loaded(text: str) -> Any:
    try:
        return json.loads(text.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _blogs(value: Any) -> Iterator[dict[str, Any]]:
    queue = [(value, 0)]
    for thing, depth in islice(iter(queue), MAX_WALKED):
        if isinstance(thing, list) and depth < MAX_DEPTH:
            queue += [(part, depth + 1) for part in thing[:MAX_WALKED]]
        elif isinstance(thing, dict):
            kinds = thing.get("@type")
            if MARKS[0] in (kinds if isinstance(kinds, list) else [kinds]):
                yield thing
            queue += [(thing[key], depth + 1) for key in ("@graph", "mainEntity") if key in thing and depth < MAX_DEPTH]


def _declared(blog: dict[str, Any]) -> list[Posting]:
    updates = blog.get("liveBlogUpdate")
    updates = updates if isinstance(updates, list) else [updates]
    postings = [_posting(update) for update in updates[:MAX_ENTRIES] if isinstance(update, dict)]
    return [posting for posting in postings if posting.lines]


def _posting(update: dict[str, Any]) -> Posting:
    body, heading, at = (update.get(key) for key in ("articleBody", "headline", "datePublished"))
    lines = dom.fragment_paragraphs(body[: bounds.MAX_TEXT]) if isinstance(body, str) else ()
    title = dom.fragment_line(heading[: bounds.MAX_TITLE]) if isinstance(heading, str) else None
    title = bounds.one_line(title, bounds.MAX_TITLE)
    return Posting(lines, title, at[: bounds.MAX_DATE] if isinstance(at, str) else None)


def _marked(root: dom.Element) -> list[Posting]:
    """The entries in microdata."""
    return _postings(root, lambda element: element.get("itemprop") == MARKS[1])


def _built(root: dom.Element) -> list[Posting]:
    """The entries of a page whose classes name them, if there are several."""
    return _postings(root, lambda element: ENTRY_CLASS.search((element.get("class") or "")[:MAX_NAMES]) is not None)


def _postings(root: dom.Element, is_one: Callable[[dom.Element], bool]) -> list[Posting]:
    elements: list[dom.Element] = []
    taken: set[dom.Element] = set()
    for element in islice(root.iter("div", "li", "article", "section"), MAX_ELEMENTS):
        if element.getparent() in taken:
            taken.add(element)
        elif is_one(element):
            taken.add(element)
            elements.append(element)
    postings = [Posting(tuple(dom.lines_of(element))) for element in elements[:MAX_ENTRIES]]
    postings = [one for one in postings if any(len(line) >= KNOWN_BY for line in one.lines)]
    return postings if len(postings) >= MIN_ENTRIES else []
