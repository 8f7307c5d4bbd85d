"""What a worker does for a discovery: all that touches the bytes of the site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pipeline.digest import Room, here
from pipeline.discover import survey as surveys
from pipeline.discover.layout import Example, learn, list_of
from pipeline.errors import ArticleError
from pipeline.model import Article, Entry, Extract, Page, Source
from pipeline.normalise import normalise
from pipeline.normalise.times import parse_time
from pipeline.parse import dom
from pipeline.parse.encoding import decode

MAX_BOILERPLATE, MAX_LINE, LEAST_ALIKE = 5, 120, 3


@dataclass(frozen=True, slots=True)
class Learnt:
    """A source with what was learnt from its pages, and its articles as they would be stored (None: it has none)."""

    source: Source
    articles: tuple[Article | None, ...]
    language: str | None


def survey_here(page: Page) -> surveys.Survey:
    """What a page says of its site."""
    return surveys.survey(page)


def listed_here(page: Page) -> surveys.Listed | None:
    """What a feed or sitemap lists."""
    return surveys.listed(page)


def list_here(page: Page, urls: Sequence[str]) -> str | None:
    """The selector of the links to these articles on a page that lists them; None where none is sure."""
    return list_of(_tree(page), page.address, urls)


def sitemaps_here(page: Page) -> tuple[str, ...]:
    """The sitemaps of a robots.txt."""
    return surveys.sitemaps_of(page)


def learn_here(draft: Source, pages: Sequence[Page], entries: Sequence[Entry]) -> Learnt:
    """Learn a source's layout from its pages, with the worker's Room; `draft` is what is known of it without them."""
    return learnt(here(), draft, pages, entries)


def learnt(room: Room, draft: Source, pages: Sequence[Page], entries: Sequence[Entry]) -> Learnt:
    """The same, in any Room."""
    read = [_read(room, draft, page, entry) for page, entry in zip(pages, entries, strict=True)]
    examples = [Example(_tree(page), extract) for page, extract in zip(pages, read, strict=True) if extract is not None]
    zone = ZoneInfo(draft.timezone)
    is_time = lambda text: _is_time(text, zone, pages[0])  # noqa: E731
    profile = learn(examples, is_time)
    names = tuple(dict.fromkeys(one.extract.site_name for one in examples if one.extract.site_name))
    source = replace(
        draft,
        profiles=(profile,) if profile else (),
        boilerplate=_boilerplate(examples),
        site_names=tuple(dict.fromkeys((*draft.site_names, *names)))[:3],
    )
    articles = [_article(room, source, page, entry) for page, entry in zip(pages, entries, strict=True)]
    languages = [one.language for one in articles if one is not None and one.language]
    language = max(dict.fromkeys(languages), key=languages.count, default=None)
    return Learnt(source, tuple(articles), language)


def _is_time(text: str, zone: ZoneInfo, page: Page) -> bool:
    """Whether a text is a date with a time of day, near when the page was fetched or before."""
    if not any(character.isdigit() for character in text):
        return False
    moment = parse_time(text, zone, near=page.fetched_at, latest=page.fetched_at)
    return moment is not None and moment.precision != "day"


def _boilerplate(examples: Sequence[Example]) -> tuple[str, ...]:
    """Lines that stand in all texts, as expressions that match nothing else; of two stories one may be the other."""
    if len(examples) < LEAST_ALIKE:
        return ()
    everywhere = set.intersection(*(set(one.extract.paragraphs) for one in examples))
    lines = [line for line in examples[0].extract.paragraphs if line in everywhere and len(line) <= MAX_LINE]
    return tuple(f"^{re.escape(line)}$" for line in dict.fromkeys(lines[:MAX_BOILERPLATE]))


def _tree(page: Page) -> dom.Element:
    html, _ = decode(page.body, page.header("content-type"))
    return dom.parse_html(html)


def _read(room: Room, source: Source, page: Page, entry: Entry) -> Extract | None:
    try:
        return room.load(source).extract(page, entry)
    except ArticleError:
        return None


def _article(room: Room, source: Source, page: Page, entry: Entry) -> Article | None:
    at = page.fetched_at
    try:
        extract = room.load(source).extract(page, entry)
        return normalise(extract, entry, source, room.registers, url=page.url, fetched_at=at, seen_at=at)
    except ArticleError:
        return None
