"""Which source an address belongs to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from pipeline.model import Source


def is_article_of(source: Source, url: str) -> bool:
    """Whether an address may be an article page of a source: by host, and by the pattern of its article addresses."""
    if not is_host_of(source, host_of(url)):
        return False
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return re.search(source.articles, path) is not None if source.articles else parts.path not in ("", "/")


def is_host_of(source: Source, host: str | None) -> bool:
    """Whether a host is one of a source's own, or of its feeds."""
    if host is None:
        return False
    return host in source.hosts or any(host in feed.url.lower() and host_of(feed.url) == host for feed in source.feeds)


def by_host(sources: Iterable[Source]) -> Mapping[str, Sequence[Source]]:
    """For each host the sources it belongs to, in their order: asked for every page, of many sources."""
    found: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        for host in dict.fromkeys((*source.hosts, *filter(None, (host_of(feed.url) for feed in source.feeds)))):
            found[host].append(source)
    return found


def owner_of(hosts: Mapping[str, Sequence[Source]], url: str) -> Source | None:
    """The source that an article's address belongs to, of those by their hosts."""
    return next((source for source in hosts.get(host_of(url) or "", ()) if is_article_of(source, url)), None)


def edition_of(source: Source, url: str) -> str:
    """The feed that a page without one belongs to: of the same host, else the first; empty if the source has none."""
    host = host_of(url)
    feeds = [feed.url for feed in source.feeds]
    return next((feed for feed in feeds if host_of(feed) == host), feeds[0] if feeds else "")


def host_of(url: str) -> str | None:
    """The host of an address; None where it has none, or is none (`http://[`)."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
