"""The feeds of the configured agencies as OPML, for feed readers, and for another newswire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from pipeline.model import Feed, Source

# What OPML has no word for stands in a namespace, as its specification asks: a folder's `newswire:id` is the source's.
NAMESPACE = "urn:newswire"


def opml_of(sources: Iterable[Source]) -> str:
    """An OPML 2.0 document: a folder for each agency that has RSS or Atom feeds, with these in it.

    A feed's `category` is its section, and its title is made of name, section and language where there are several, so
    that what is read of it by `pipeline.parse.opml` gives the same outlines again.
    """
    folders = "".join(_folder(source) for source in sources if any(map(_is_feed, source.feeds)))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:newswire={quoteattr(NAMESPACE)}>\n'
        f"  <head>\n    <title>newswire</title>\n  </head>\n  <body>\n{folders}  </body>\n</opml>\n"
    )


def unreadable(sources: Iterable[Source]) -> int:
    """How many feeds are of a kind that no feed reader reads: lists, sitemaps, JSON."""
    return sum(not _is_feed(feed) for source in sources for feed in source.feeds)


def _folder(source: Source) -> str:
    feeds = "".join(f"      {line}\n" for line in _feeds(source))
    return f"    <outline text={quoteattr(source.name)} newswire:id={quoteattr(source.id)}>\n{feeds}    </outline>\n"


def _feeds(source: Source) -> Iterator[str]:
    site = f" htmlUrl={quoteattr(f'https://{source.hosts[0]}/')}" if source.hosts else ""
    feeds = [feed for feed in source.feeds if _is_feed(feed)]
    languages = {_language(source, feed) for feed in feeds} - {None}
    for feed in feeds:
        language = _language(source, feed)
        title = quoteattr(
            " ".join(filter(None, (source.name, feed.section, language if languages != {language} else "")))
        )
        told = f" language={quoteattr(language)}" if language else ""
        told += f" category={quoteattr(feed.section)}" if feed.section else ""
        yield f'<outline type="rss" text={title} title={title} xmlUrl={quoteattr(feed.url)}{site}{told}/>'


def _language(source: Source, feed: Feed) -> str | None:
    return feed.language or source.language


def _is_feed(feed: Feed) -> bool:
    return feed.kind == "rss"
