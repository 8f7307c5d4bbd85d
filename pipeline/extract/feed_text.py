"""An article from its feed entry alone: what is kept when its page cannot be had."""

from __future__ import annotations

from pipeline.model import Dated, Entry, Extract
from pipeline.parse import dom


def from_entry(entry: Entry) -> Extract:
    """The entry as an extract: full text, if the feed carries it, else the description; completeness `feed`."""
    paragraphs = dom.fragment_paragraphs(entry.content) or dom.fragment_paragraphs(entry.text)
    filled = {
        "headline": entry.headline,
        "body": paragraphs,
        "updated": entry.updated_raw,
        "section": entry.section,
        "keywords": entry.keywords,
        "authors": entry.authors,
        "images": entry.images,
        "language": entry.language,
    }
    return Extract(
        headline=dom.fragment_line(entry.headline),
        paragraphs=paragraphs,
        dates=(Dated(entry.origin, entry.published_raw, "feed"),) if entry.published_raw else (),
        updated_raw=entry.updated_raw,
        authors=entry.authors,
        section=entry.section,
        keywords=entry.keywords,
        images=entry.images,
        language=entry.language,
        method="feed",
        fields={field: "feed" for field, value in filled.items() if value},
        completeness="feed",
    )
