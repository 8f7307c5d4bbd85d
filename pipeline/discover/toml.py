"""A source as the file that describes it.  Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields

from pipeline.model import Feed, Profile, Source

DEFAULT = Source("", "")


def as_toml(source: Source, comment: str) -> str:
    """The text of `sources/<id>.toml`; `comment` is its first lines."""
    lines = [*(f"# {line}" for line in comment.splitlines()), *_head(source)]
    for feed in source.feeds:
        lines += ["", "[[feeds]]", *_feed(feed)]
    for profile in source.profiles:
        lines += ["", "[[profile]]", *_profile(profile)]
    return "\n".join(lines) + "\n"


def _head(source: Source) -> Iterator[str]:
    yield f"name = {_quoted(source.name)}"
    for key in ("country", "language", "timezone"):
        value = getattr(source, key)
        if value and value != getattr(DEFAULT, key):
            yield f"{key} = {_quoted(value)}"
    if source.hosts:
        yield f"hosts = {_list(source.hosts)}"
    if source.articles:
        yield f"articles = {_literal(source.articles)}"
    for key in ("site_names", "boilerplate"):
        values = getattr(source, key)
        if values:
            yield f"{key} = {_list(values, literal=key == 'boilerplate')}"


def _feed(feed: Feed) -> Iterator[str]:
    yield f"url = {_quoted(feed.url)}"
    if feed.kind != "rss":
        yield f"kind = {_quoted(feed.kind)}"
    for key in ("language", "section"):
        if value := getattr(feed, key):
            yield f"{key} = {_quoted(value)}"
    if feed.fields:
        pairs = ", ".join(f"{key} = {_quoted(value)}" for key, value in feed.fields.items())
        yield f"fields = {{ {pairs} }}"


def _profile(profile: Profile) -> Iterator[str]:
    for field in fields(profile):
        value = getattr(profile, field.name)
        if value and field.name != "name":
            yield f"{field.name} = {_list(value) if isinstance(value, tuple) else _quoted(value)}"


def _list(values: tuple[str, ...], *, literal: bool = False) -> str:
    return f"[{', '.join(map(_literal if literal else _quoted, values))}]"


def _literal(text: str) -> str:
    """A regular expression as it is; with a quote in it, escaped."""
    return _quoted(text) if "'" in text or not text.isprintable() else f"'{text}'"


def _quoted(text: str) -> str:
    # A basic string of TOML is one of JSON, but for the delete character.
    whole = text.encode("utf-8", "replace").decode("utf-8")  # "\ud800" in a page's JSON
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
