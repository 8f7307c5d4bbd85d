"""The feeds of the configured agencies as OPML, for feed readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from pipeline.model import Feed, Source


def opml_of(sources: Iterable[Source]) -> str:
    """An OPML 2.0 document: a folder for each agency that has RSS or Atom feeds, with these in it."""
    folders = "".join(_folder(source) for source in sources if any(map(_is_feed, source.feeds)))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>newswire</title>\n'
        f"  </head>\n  <body>\n{folders}  </body>\n</opml>\n"
    )


def unreadable(sources: Iterable[Source]) -> int:
    """How many feeds are of a kind that no feed reader reads: lists, sitemaps, JSON."""
    return sum(not _is_feed(feed) for source in sources for feed in source.feeds)


def _folder(source: Source) -> str:
    feeds = "".join(f"      {line}\n" for line in _feeds(source))
    return f"    <outline text={quoteattr(source.name)}>\n{feeds}    </outline>\n"


def _feeds(source: Source) -> Iterator[str]:
    site = f" htmlUrl={quoteattr(f'https://{source.hosts[0]}/')}" if source.hosts else ""
    for feed in filter(_is_feed, source.feeds):
        title = quoteattr(" ".join(filter(None, (source.name, feed.section, feed.language))))
        language = f" language={quoteattr(feed.language)}" if feed.language else ""
        yield f'<outline type="rss" text={title} title={title} xmlUrl={quoteattr(feed.url)}{site}{language}/>'


def _is_feed(feed: Feed) -> bool:
    return feed.kind == "rss"
