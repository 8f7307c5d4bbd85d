"""The files `sources/<id>.toml`: an agency each, checked key by key and put into the nouns of the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pipeline.model import Feed, Profile, Source
from pipeline.settings.check import (
    Check,
    Spot,
    did_you_mean,
    duration,
    flag,
    many,
    of_type,
    one_of,
    one_or_many,
    quote,
    read_toml,
    table,
    text,
)

SOURCES_DIRECTORY = "sources"
# tass, al-jazeera
SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
STANDARD_CONNECTOR = "connectors.standard:Standard"
# The feeds that the standard connector reads; other connectors have words of their own.
STANDARD_KINDS = ("rss", "listing", "sitemap", "json")
FEED_KIND = re.compile(r"[a-z][a-z0-9-]*")
# connectors.kcna:Kcna
CONNECTOR = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
# www.kcna.kp, 127.0.0.1:8080
HOST = re.compile(r"[\w-]+(\.[\w-]+)*(:\d{1,5})?")
# BCP 47 as far as news needs it: ko, zh-Hant, pt-BR, es-419
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
# Top-level domains that are often taken for the language and are no language code.
DOMAIN_LANGUAGES = {"cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "kp": "ko", "ua": "uk", "vn": "vi"}
# A name with its prefix in an XPath (`ns:p`, not the `self::` of an axis), and what is quoted there
PREFIX, LITERAL = re.compile(r"\b(?!xml:)[\w.-]+:(?![:])[\w*]"), re.compile(r"'[^']*'|\"[^\"]*\"")
BRACES = re.compile(r"\{([^{}]*)\}")
# `{PLACE}` is a place in capitals, for houses that print nothing else before their dash.
DATELINE_PARTS = ("place", "PLACE", "day", "byline")
# What a listing says of its entries; an HTML listing by selectors, a JSON listing by dotted paths.
LISTING_FIELDS = ("entry", "url", "headline", "text", "date", "guid", "section")


def source_files(directories: tuple[Path, ...], mistakes: list[str]) -> dict[str, Path]:
    """The file of each source by id; that of a later directory replaces that of an earlier one."""
    files: dict[str, Path] = {}
    for directory in directories:
        files.update(_files_of(directory / SOURCES_DIRECTORY, mistakes))
    return files


def read_source(identifier: str, path: Path, mistakes: list[str]) -> Source | None:
    """The source that a file describes; None, with the mistakes noted, where it is wrong."""
    spot = Spot(str(path))
    data = read_toml(path, spot)
    if not spot.mistakes:
        values = SOURCE(data, spot)
        _check_together(data, values, spot)
    mistakes.extend(spot.mistakes)
    return None if spot.mistakes else _source(identifier, values)


def web_address(value: Any, spot: Spot) -> str:
    """An absolute http or https address."""
    url = text(value, spot)
    if any(character.isspace() or not character.isprintable() for character in url):
        raise spot.wrong(f"{quote(url)} is not a web address", "there is white space in it")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise spot.wrong(f"{quote(url)} is not a web address: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise spot.wrong(f"{quote(url)} is not a web address", "it must begin with https:// or http://")
    if not host:
        raise spot.wrong(f"{quote(url)} is not a web address", "it names no host")
    if parts.username is not None:
        raise spot.wrong("an address with a user name or password cannot be used", "leave out what stands before the @")
    return url


def host_name(value: Any, spot: Spot) -> str:
    """A bare host name, in lower case."""
    host = text(value, spot)
    if not HOST.fullmatch(host):
        raise spot.wrong(f"{quote(host)} is not a host name", "the name alone, such as 'www.example.org'")
    return host.lower()


def language_tag(value: Any, spot: Spot) -> str:
    """A BCP 47 tag as it is written: ko, zh-Hant, pt-BR."""
    tag = text(value, spot)
    if tag in DOMAIN_LANGUAGES:
        raise spot.wrong(f"{quote(tag)} is a country, not a language", f"did you mean {DOMAIN_LANGUAGES[tag]!r}?")
    if not LANGUAGE_TAG.fullmatch(tag):
        raise spot.wrong(f"{quote(tag)} is not a language tag", "BCP 47, such as 'en', 'zh-Hant' or 'pt-BR'")
    return tag


def time_zone(value: Any, spot: Spot) -> str:
    """The name of a zone of the IANA database."""
    name = text(value, spot)
    try:
        ZoneInfo(name)
    # A directory of the database ("Asia") is an OSError, a name that leaves it ("../x") a ValueError.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        close = did_you_mean(name, available_timezones(), "")
        hint = close if close.endswith("?") else "an IANA name, such as 'Asia/Seoul' or 'UTC'"
        raise spot.wrong(f"{quote(name)} is not a known time zone", hint) from error
    return name


def connector_path(value: Any, spot: Spot) -> str:
    """Where a connector is: module and class."""
    path = text(value, spot)
    if not CONNECTOR.fullmatch(path):
        raise spot.wrong(f"{quote(path)} is not a connector", "module and class, such as 'connectors.kcna:Kcna'")
    return path


def feed_kind(value: Any, spot: Spot) -> str:
    """A word for what a feed's bytes are."""
    kind = text(value, spot)
    if not FEED_KIND.fullmatch(kind):
        raise spot.wrong(f"{quote(kind)} is not a kind of feed", f"one of: {', '.join(STANDARD_KINDS)}")
    return kind


def pattern(value: Any, spot: Spot) -> str:
    """A regular expression."""
    expression = text(value, spot)
    try:
        re.compile(expression)
    # `((((…` is a RecursionError, `a{99999999999}` an OverflowError.
    except (re.error, RecursionError, OverflowError) as error:
        raise spot.wrong(f"{quote(expression)} is not a regular expression: {error}") from error
    return expression


def dateline(value: Any, spot: Spot) -> str:
    """A form of a dateline, with what is to be read in braces: `{place}, {day}, GNA –`."""
    form = text(value, spot)
    parts, printed = BRACES.findall(form), BRACES.sub("", form)
    known = ", ".join(f"{{{part}}}" for part in DATELINE_PARTS)
    if unknown := [part for part in parts if part not in DATELINE_PARTS]:
        raise spot.wrong(f"{{{unknown[0]}}} is nothing that can be read", f"one of: {known}")
    if set("{}") & set(printed) or len({part.lower() for part in parts}) < len(parts):
        raise spot.wrong(f"{quote(form)} is not a form of a dateline", f"{known}, each once at most")
    if form.endswith("}"):
        raise spot.wrong(f"the form of a dateline {quote(form)} ends nowhere", "say what is printed behind it")
    if not {"place", "PLACE"} & set(parts) or ("PLACE" not in parts and not re.search(r"\w{2}", printed)):
        hint = "it needs {place} and the agency's name, or a {PLACE} in capitals"
        raise spot.wrong(f"the form of a dateline {quote(form)} fits any sentence", hint)
    return form


def texts(value: Any, spot: Spot) -> dict[str, Any]:
    """A table of text under any keys."""
    return {key: spot.at(key).attempt(text, element) for key, element in of_type(dict, value, spot).items()}


def selector(value: Any, spot: Spot) -> str:
    """A CSS selector, or several with commas between them."""
    # Not at the top: `newswire --help` and `newswire query` have no selector to read, and little time.
    from cssselect import HTMLTranslator, SelectorError
    from cssselect import parse as parse_selector

    css = text(value, spot)
    try:
        for part in parse_selector(css):
            # HTML has no namespaces, and a prefix would fail on every page.
            if PREFIX.search(LITERAL.sub("", HTMLTranslator().selector_to_xpath(part))):
                raise spot.wrong(f"the selector {quote(css)} has a namespace", "leave out the prefix and the |")
            if not _is_known_pseudo_element(part.pseudo_element):
                raise spot.wrong(f"the selector {quote(css)} asks for no such thing", "::text or ::attr(name)")
    except (SelectorError, RecursionError) as error:
        raise spot.wrong(f"the selector {quote(css)} does not compile: {error}") from error
    return css


FEED = table(
    {
        "url": web_address,
        "kind": feed_kind,
        "language": language_tag,
        "section": text,
        "every": duration,
        "fields": texts,
        "backup": flag,
    },
    required=("url",),
)

LISTINGS = {
    "listing": table(dict.fromkeys(LISTING_FIELDS, selector)),
    "json": table(dict.fromkeys(LISTING_FIELDS, text)),
}

PROFILE_SELECTORS: Mapping[str, Check] = {
    **dict.fromkeys(
        ("headline", "lead", "body", "dateline", "date", "updated", "byline", "section", "keywords", "images"), selector
    ),
    "remove": one_or_many(selector),
}

PROFILE = table({"name": text, **PROFILE_SELECTORS})


def profile(value: Any, spot: Spot) -> Any:
    """The selectors of one page layout; one at least."""
    selectors = PROFILE(value, spot)
    if not value.keys() - {"name"}:
        raise spot.wrong("has no selector", f"one of: {', '.join(PROFILE_SELECTORS)}")
    return selectors


SOURCE: Check = table(
    {
        "name": text,
        "country": text,
        "language": language_tag,
        "timezone": time_zone,
        "enabled": flag,
        "connector": connector_path,
        "hosts": many(host_name),
        "articles": pattern,
        "identity_query": many(text),
        "site_names": many(text),
        "boilerplate": many(pattern),
        "datelines": many(dateline),
        "legacy_tls": flag,
        "versions": pattern,
        "feeds": many(FEED),
        "profile": one_or_many(profile),
    }
)


def _files_of(directory: Path, mistakes: list[str]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    # macOS leaves ._tass.toml beside a file on foreign disks.
    for path in sorted(path for path in directory.glob("*.toml") if not path.name.startswith(".")):
        identifier, spot = path.stem, Spot(str(path), mistakes=mistakes)
        if identifier.lower() in files:
            twin = files[identifier.lower()].name
            spot.note(spot.wrong(f"duplicate source id {identifier.lower()!r}", f"{twin} has it already; remove one"))
        elif not SOURCE_ID.fullmatch(identifier):
            hint = "the file name is the id: lower-case letters, digits, - and _"
            spot.note(spot.wrong(f"{identifier!r} cannot be a source id", hint))
        files.setdefault(identifier.lower(), path)
    return files


def _check_together(data: Mapping[str, Any], values: Mapping[str, Any], spot: Spot) -> None:
    """What one key alone cannot tell."""
    if "name" not in data and values.get("enabled", True):
        spot.note(spot.at("name").wrong("is missing", "the agency's name as people write it"))
    feeds = spot.at("feeds")
    _check_unique("feed", [feed.get("url") if feed else None for feed in values.get("feeds", ())], feeds, "url")
    for index, feed in enumerate(values.get("feeds", ())):
        if feed is not None:
            _check_feed(feed, values, feeds.item(index))
    names = [profile.get("name") if profile else None for profile in values.get("profile", ())]
    _check_unique("profile", names, spot.at("profile"), "name")


def _check_unique(noun: str, keys: list[str | None], spot: Spot, name: str) -> None:
    for index, key in enumerate(keys):
        if key is not None and key in keys[:index]:
            problem = f"duplicate {noun} {quote(key)}"
            spot.note(spot.item(index).at(name).wrong(problem, f"it is {spot.path}[{keys.index(key)}] already"))


def _check_feed(feed: Mapping[str, Any], values: Mapping[str, Any], spot: Spot) -> None:
    kind = feed.get("kind", STANDARD_KINDS[0])
    if values.get("connector", STANDARD_CONNECTOR) == STANDARD_CONNECTOR:
        spot.at("kind").attempt(one_of(STANDARD_KINDS), kind)
        if kind == "listing" and "entry" not in feed.get("fields", {}) and not values.get("articles"):
            entry = spot.at("fields").at("entry")
            entry.note(entry.wrong("is missing", "a CSS selector; or say with `articles` which links are articles"))
    if kind in ("listing", "json"):
        spot.at("fields").attempt(LISTINGS[kind], {k: v for k, v in feed.get("fields", {}).items() if v is not None})


def _is_known_pseudo_element(pseudo: Any) -> bool:
    if pseudo is None or pseudo == "text":
        return True
    return getattr(pseudo, "name", None) == "attr" and pseudo.argument_types() in (["IDENT"], ["STRING"])


def _source(identifier: str, values: dict[str, Any]) -> Source:
    feeds = tuple(Feed(**feed) for feed in values.pop("feeds", ()))
    profiles = tuple(
        Profile(**{"name": str(number), **selectors}) for number, selectors in enumerate(values.pop("profile", ()), 1)
    )
    return Source(**{"name": identifier, **values}, id=identifier, feeds=feeds, profiles=profiles)
