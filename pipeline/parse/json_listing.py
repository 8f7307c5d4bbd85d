"""JSON listings to entries, by the dotted paths of the feed's `fields`: `newsList`, `data.0.title`."""

from __future__ import annotations

import json
from typing import Any

from pipeline.errors import ParseError
from pipeline.model import Entry, Feed, Page
from pipeline.parse import bounds
from pipeline.parse.encoding import decode


def entries(page: Page, feed: Feed) -> list[Entry]:
    """What a JSON listing lists, in its order; at most 5,000 entries, those without a usable address left out.

    `fields.entry` is the path to the list (the document itself, if not given), the others are paths inside an entry:
    `url`, `headline`, `text`, `date`, `guid`, `section`.

    Raises:
        ParseError: it is not JSON, or there is no list at `fields.entry`.
    """
    text, _ = decode(page.body, page.header("content-type"))
    rows = at_path(_document(text), feed.fields.get("entry", ""))
    if not isinstance(rows, list):
        raise ParseError(f"no list at fields.entry = {feed.fields.get('entry', '')!r} of {page.address}")
    found = (_entry(row, page, feed) for row in rows[: bounds.MAX_ENTRIES])
    return [entry for entry in found if entry]


def at_path(value: Any, path: str) -> Any:
    """What lies at a dotted path (`a.0.b`; an empty one is the value itself), None if nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 7 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {error}") from error


def _entry(row: Any, page: Page, feed: Feed) -> Entry | None:
    def printed(field: str) -> str | None:
        value = at_path(row, feed.fields[field]) if field in feed.fields else None
        return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None

    url = bounds.web_address(page.address, printed("url"))
    if url is None:
        return None
    return Entry(
        url=url,
        feed=feed.url,
        seen_at=page.fetched_at,
        guid=bounds.identifier(printed("guid")),
        headline=bounds.one_line(printed("headline"), bounds.MAX_TITLE),
        text=bounds.whole(printed("text"), bounds.MAX_TEXT),
        published_raw=bounds.one_line(printed("date"), bounds.MAX_DATE),
        origin="listing",
        section=bounds.one_line(printed("section"), bounds.MAX_WORD),
        language=feed.language,
    )
