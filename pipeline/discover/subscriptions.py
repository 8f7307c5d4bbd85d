"""Which agencies the feeds of a feed reader's list are of.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from pipeline.discover.addresses import site_of
from pipeline.discover.places import language_of
from pipeline.discover.site import IDENTIFIER, identifier_of
from pipeline.model import Feed, Source
from pipeline.parse.opml import Outline
from pipeline.settings.sources import HOST, LANGUAGE_TAG, SOURCE_ID

MAX_IDENTIFIER = 60


def strays(outlines: Iterable[Outline], feed_hosts: Collection[str]) -> list[str]:
    """The feeds on hosts of everybody's whose site the list does not name: they may say it themselves."""
    hosted = (one for one in outlines if not one.source and is_hosted(one.url, feed_hosts))
    return [one.url for one in hosted if _site(one.site, feed_hosts) is None]


def with_sites(outlines: Iterable[Outline], sites: Mapping[str, str], feed_hosts: Collection[str]) -> list[Outline]:
    """The feeds with what they said of their sites; a site that is a service for feeds is none."""
    return [replace(one, site=_site(one.site, feed_hosts) or _site(sites.get(one.url), feed_hosts)) for one in outlines]


def sources_of(outlines: Sequence[Outline], taken: Iterable[str], feed_hosts: Collection[str]) -> list[Source]:
    """A source for each site, and for each feed on a host of everybody's that has none; `taken` are ids.

    Where newswire itself wrote the list, it says which feeds are one source's.
    """
    groups: dict[tuple[str, ...], list[Outline]] = {}
    for one in outlines:
        groups.setdefault(_group(one, feed_hosts), []).append(one)
    used, numbers, sources = set(taken), Counter[str](), list[Source]()
    for key, listed in groups.items():
        wanted = _wanted(key, listed[0])
        while (identifier := f"{wanted}-{numbers[wanted] + 1}" if numbers[wanted] else wanted) in used:
            numbers[wanted] += 1
        used.add(identifier)
        sources.append(_source(identifier, key, listed))
    return sources


def is_hosted(url: str, feed_hosts: Collection[str]) -> bool:
    """Whether an address is on a host that gives the feeds of many sites."""
    parts = (urlsplit(url).hostname or "").split(".")
    return any(".".join(parts[at:]) in feed_hosts for at in range(len(parts)))


def _site(url: str | None, feed_hosts: Collection[str]) -> str | None:
    return None if url is None or is_hosted(url, feed_hosts) else url


def _group(one: Outline, feed_hosts: Collection[str]) -> tuple[str, ...]:
    if one.source:
        return ("source", one.source, *one.folders)
    if not one.site and is_hosted(one.url, feed_hosts):
        return ("feed", one.url)
    return ("site", site_of(one.site or one.url))


def _wanted(key: tuple[str, ...], one: Outline) -> str:
    """The id that a source would have, were it free."""
    if key[0] == "source" and SOURCE_ID.fullmatch(key[1]):
        return key[1][:MAX_IDENTIFIER]
    if key[0] == "feed":
        path = urlsplit(one.url).path.strip("/")
        named = (IDENTIFIER.sub("-", text.lower()).strip("-") for text in (one.title or "", path))
        return next(filter(None, named), identifier_of(one.url))[:MAX_IDENTIFIER].strip("-")
    return identifier_of(f"https://{key[1]}/" if key[0] == "site" else one.url)


def _source(identifier: str, key: tuple[str, ...], listed: Sequence[Outline]) -> Source:
    """One agency: of several feeds each is a section, named by its title."""
    first, is_ours = listed[0], key[0] == "source"
    is_one, folder = len(listed) == 1 and not is_ours, first.folders[-1] if first.folders else None
    name = (first.title if is_one else folder) or (key[1] if key[0] == "site" else first.title) or identifier
    languages = [_language(one, is_ours=is_ours) for one in listed]
    common = languages[0] if len(set(languages)) == 1 else None
    feeds = tuple(
        Feed(
            one.url,
            language=None if language == common else language,
            section=one.category if is_ours else None if is_one else one.title,
        )
        for one, language in zip(listed, languages, strict=True)
    )
    host = urlsplit(first.site or "").netloc.lower()
    return Source(identifier, name, feeds=feeds, language=common, hosts=(host,) if HOST.fullmatch(host) else ())


def _language(one: Outline, *, is_ours: bool) -> str | None:
    """The language that an outline names: other programs write `en-us`, `EN` and `english`."""
    if is_ours and one.language and LANGUAGE_TAG.fullmatch(one.language):
        return one.language
    return language_of([one.language])
