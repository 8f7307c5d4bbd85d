"""The doors through which what others wrote comes in: functions of bytes that say what is wrong with a result."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from pipeline import digest, settings
from pipeline.dedup import fingerprint
from pipeline.errors import ArticleError, ExtractError, ParseError
from pipeline.examine import examine
from pipeline.extract import body, live, states
from pipeline.extract.candidates import candidates
from pipeline.extract.choose import extract_page
from pipeline.extract.declared import declared
from pipeline.extract.embedded import article_in
from pipeline.extract.feed_text import from_entry
from pipeline.model import Entry, Extract, Feed, Page, Request, Source
from pipeline.normalise import normalise
from pipeline.normalise.byline import authors_of
from pipeline.normalise.citations import find_citations
from pipeline.normalise.credit import cut_signature
from pipeline.normalise.dateline import read_dateline
from pipeline.normalise.opening import open_story
from pipeline.normalise.text import clean
from pipeline.normalise.trailers import read_trailers
from pipeline.parse import dom, json_listing, listing, rss, sitemap
from pipeline.parse.blocks import MAX_BLOCKS, layout_of
from pipeline.parse.encoding import decode
from pipeline.wiring.room import load_room
from tests.benchmarks.fuzz import checks

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
SHOWN = re.compile(
    r"[&\\]|<(?:plaintext|xmp|textarea|script|style|iframe|noscript|noembed|/sc)|<(?![a-zA-Z/!?])|<title[^>]*>(?![^<]*</title>)",
    re.IGNORECASE,
)
MAX_EXPLAINED = 10_000
ADDRESS = "https://wire.test/news/1"
FEED = Feed("https://wire.test/rss.xml", fields={"entry": "li", "url": "a::attr(href)", "headline": "a"})
WIRE = Source("wire", "Wire", feeds=(FEED,), hosts=("wire.test",))


@lru_cache(maxsize=1)
def room() -> digest.Room:
    """The room of a worker, with the packaged sources."""
    return load_room(settings.load(None, os.environ, {}))


def page_of(data: bytes) -> Page:
    return Page(ADDRESS, 200, data, NOW, (("content-type", "text/html"),))


def text_of(data: bytes) -> str:
    return decode(data, "text/html")[0]


def decoded(data: bytes) -> Iterator[str]:
    text, name = decode(data, data[-40:].decode("latin-1"))
    if not name or checks.SURROGATE.search(text):
        yield f"{name!r} gives half a character"


def parsed(data: bytes) -> Iterator[str]:
    root = dom.parse_html(text_of(data))
    lines = dom.lines_of(root)
    if any(not line or line != line.strip(" \t\n\r\f\v") for line in lines):
        yield "a line is blank or not stripped"
    # Controls are there by reference, and go in cleaning.
    lines = [line for raw in lines if (line := checks.CONTROL.sub("", raw).strip(" \t\n\r\f\v"))]
    if dom.lines_of(dom.parse_html("<p>" + "</p><p>".join(map(_escaped, lines)) + "</p>")) != lines:
        yield "the lines of the lines are others"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def laid_out(data: bytes) -> Iterator[str]:
    root = dom.parse_html(text_of(data))
    layout = layout_of(root)
    if len(layout.blocks) > MAX_BLOCKS + 1:
        yield f"{len(layout.blocks)} blocks"
    yield from checks.of_layout(layout, root)


def stated(data: bytes) -> Iterator[str]:
    yield from checks.of_extract(declared(dom.parse_html(text_of(data)), ADDRESS))


def judged(data: bytes) -> Iterator[str]:
    root = dom.parse_html(text_of(data))
    found = body.read(root, declared(root, ADDRESS))
    if not 0 <= found.expected <= 1 or any(not line.strip() for line in found.paragraphs):
        yield f"expects {found.expected}, or a blank paragraph"


def embedded(data: bytes) -> Iterator[str]:
    root = dom.parse_html(text_of(data))
    states.states_of(root)
    found = article_in(root, body.page_hints(root, declared(root, ADDRESS)))
    if found and any(not line.strip() or "\n" in line for line in found.paragraphs):
        yield "a paragraph of a script is blank or several"


def live_page(data: bytes) -> Iterator[str]:
    root = dom.parse_html(text_of(data))
    postings = live.declared_postings(root, "/live/")
    if postings:
        live.newest(postings)
        live.standing_of(root, Extract(), postings)
    yield from ()


def extracted(data: bytes) -> Iterator[str]:
    try:
        found = extract_page(text_of(data), page_of(data), None, WIRE)
    except ExtractError:
        return
    yield from checks.of_extract(found)
    if not found.headline and not found.paragraphs:
        yield "neither headline nor text"


def recorded(data: bytes) -> Iterator[str]:
    found = examine(room(), page_of(data))
    if found.record is None:
        if not found.error:
            yield "neither record nor error"
        return
    text = text_of(data)
    root = dom.parse_html(text)
    yield from checks.of_record(found.record, root, is_plain=_is_plain(text))


def _is_plain(text: str) -> bool:
    """Whether no markup is text: by an entity, in a title or script, behind <plaintext>, by characters not seen."""
    return text.isascii() and not SHOWN.search(text) and not checks.CONTROL.search(text)


def explained(data: bytes) -> Iterator[str]:
    """All that a page says of its fields; it is asked of one page at a time, by hand."""
    if len(data) > MAX_EXPLAINED:
        return
    for field, said in candidates(dom.parse_html(text_of(data)), ADDRESS).items():
        if any(not one.where or not one.value for one in said):
            yield f"{field} is said nowhere, or nothing"


def of_source(data: bytes) -> Iterator[str]:
    """As a page of each agency with profiles, in turn by its length."""
    sources = [source for source in room().sources.values() if source.profiles]
    source = sources[len(data) % len(sources)]
    found = examine(room(), page_of(data), source.id)
    if found.record is not None:
        text = text_of(data)
        yield from checks.of_record(found.record, dom.parse_html(text), is_plain=_is_plain(text))


def of_feed(data: bytes) -> Iterator[str]:
    try:
        entries = rss.entries(page_of(data), FEED)
    except ParseError:
        return
    yield from checks.of_entries(entries)
    for entry in entries[:20]:
        yield from of_entry(entry)


def of_entry(entry: Entry) -> Iterator[str]:
    found = from_entry(entry)
    yield from checks.of_extract(found)
    try:
        article = normalise(found, entry, WIRE, room().registers, url=entry.url, fetched_at=NOW, seen_at=NOW)
    except ArticleError:
        return
    fingerprint(article, WIRE)


def of_lists(data: bytes) -> Iterator[str]:
    page = page_of(data)
    for read in (listing.entries, json_listing.entries):
        try:
            yield from checks.of_entries(read(page, FEED))
        except ParseError:
            continue
    try:
        found = list(sitemap.entries(page, FEED, WIRE.id, listed=False))
    except ParseError:
        return
    yield from checks.of_entries(one for one in found if isinstance(one, Entry))


def digested(data: bytes) -> Iterator[str]:
    """The whole digest of a page, of an article or a feed as it looks."""
    is_feed = b"<rss" in data[:500] or b"<feed" in data[:500]
    known = next(iter(room().sources.values()))
    feed = known.feeds[0]
    entry = Entry(ADDRESS, feed.url, NOW, headline="Ferry resumes after flood", text=data[:500].decode("latin-1"))
    request = (
        Request(feed.url, "feed", known.id, feed.url)
        if is_feed
        else Request(ADDRESS, "page", known.id, feed.url, entry=entry)
    )
    found = digest.digest(room(), request, "key", page_of(data), NOW)
    if not is_feed and found.observed is None and found.problem is None:
        yield "neither an article nor a problem"


def cleaned(data: bytes) -> Iterator[str]:
    text = data[:100_000].decode("utf-8", "surrogatepass") if _is_utf8(data) else text_of(data)
    once = clean(text)
    if clean(once) != once:
        yield f"cleaning again gives something else: {once[:60]!r}"
    if checks.CONTROL.search(once) or checks.BREAK.search(once):
        yield f"a control character is left in {once[:60]!r}"


def _is_utf8(data: bytes) -> bool:
    try:
        data[:100_000].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def fragment(data: bytes) -> Iterator[str]:
    text = text_of(data[:100_000])
    lines = dom.fragment_paragraphs(text)
    if any(not line.strip() or "\n" in line for line in lines):
        yield "a paragraph of a fragment is blank or several"
    line = dom.fragment_line(text)
    if line is not None and (not line or "\n" in line):
        yield f"a title is {line[:60]!r}"


def taken_apart(data: bytes) -> Iterator[str]:
    """A text's head and trailers, and its first line as a byline: what is left is what stood there."""
    lines = [line for line in map(clean, text_of(data[:100_000]).splitlines()) if line][:2_000]
    registers, near = room().registers, NOW.date()
    story, opening = open_story(lines, lines[:1], lambda text: read_dateline(text, registers, near))
    kept, byline = read_trailers(story)
    kept, _ = cut_signature(kept, registers)
    if any(not text.strip() for text in kept) or not all(map(_stood_in(lines), kept)):
        yield "a paragraph is blank, or was never there"
    if opening.head and not opening.head.dateline.text:
        yield "a dateline that is not printed"
    for printed in (byline, opening.byline, *lines[:20]):
        if not all(authors_of(printed, registers)):
            yield f"{printed!r} names nobody by no name"


def cited(data: bytes) -> Iterator[str]:
    """Whom a text cites: by names and words that stand in it, nobody twice, everybody known."""
    lines = [line for line in map(clean, text_of(data[:200_000]).splitlines()) if line][:2_000]
    registers, whole = room().registers, "\n".join(lines)
    known = {agency.id for agency in registers.agencies}
    found = find_citations(lines, registers)
    for one in found:
        if one.name not in whole or one.text not in whole or not one.text:
            yield f"{one.text[:60]!r} of {one.name!r} is not in the text"
        if one.agency not in known or (one.via and one.via not in known):
            yield f"nobody knows {one.agency!r} or {one.via!r}"
    if len({(one.agency, one.via) for one in found}) < len(found):
        yield "one is cited twice"


def _stood_in(lines: list[str]) -> Callable[[str], bool]:
    whole = "\n".join(lines)
    return lambda text: text in whole


# The dear ones come less often: weights of the lot.
TARGETS: Mapping[str, tuple[Callable[[bytes], Iterator[str]], int]] = {
    "decode": (decoded, 6),
    "parse": (parsed, 6),
    "layout": (laid_out, 4),
    "declared": (stated, 4),
    "judged": (judged, 2),
    "embedded": (embedded, 3),
    "live": (live_page, 2),
    "extract": (extracted, 3),
    "record": (recorded, 4),
    "explain": (explained, 1),
    "source": (of_source, 2),
    "feed": (of_feed, 4),
    "lists": (of_lists, 3),
    "digest": (digested, 2),
    "clean": (cleaned, 6),
    "fragment": (fragment, 6),
    "apart": (taken_apart, 6),
    "cited": (cited, 6),
}
