"""The articles on one event in their order: who was first, and how that is known; who has it from whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
EVIDENCE = ("id", "source", "url", "published_at", "published_precision", "published_from", "first_seen_at")


def timeline(records: Sequence[Record]) -> dict[str, Any]:
    """The story of some records: `story`, `first`, `origins`, `cites`, `articles`, the earliest first."""
    ordered = sorted(records, key=lambda one: (one["sort_at"], one["source"], one["url"]))
    sources = set(_sources(ordered))
    return {
        "story": ordered[0]["story"],
        "first": _first(ordered[0]),
        "origins": [source for source in dict.fromkeys(_sources(ordered)) if _is_origin(source, ordered)],
        "cites": [cited for one in ordered for cited in _cites(one, sources)],
        "articles": [_line(one, first=one is ordered[0]) for one in ordered],
    }


def _first(record: Record) -> dict[str, Any]:
    """The earliest article with the evidence for it; a bare day counts to its end."""
    dateline = (record["dateline"] or {}).get("text")
    return {**{name: record[name] for name in EVIDENCE}, "dateline": dateline, "sort_at": record["sort_at"]}


def _is_origin(source: str, ordered: Sequence[Record]) -> bool:
    """Whether a source has the news from nobody else, by its first article.

    That is no copy, credits nobody, and cites nobody who had it before: whom else it cites may be background.
    """
    place = next(place for place, one in enumerate(ordered) if one["source"] == source)
    record, before = ordered[place], set(_sources(ordered[:place]))
    cited = {one["agency"] for one in record["citations"]}
    return not (record["duplicate_of"] or record["credit"] or cited & before)


def _sources(records: Sequence[Record]) -> Iterator[str]:
    return (one["source"] for one in records)


def _cites(record: Record, sources: set[str]) -> Iterator[dict[str, Any]]:
    """Who is named as where an article has it from; `there` says whether that agency is in the story itself."""
    seen: set[str] = set()
    for cited in record["citations"]:
        name = cited["agency"] or cited["name"]
        if name not in seen and name != record["source"]:
            seen.add(name)
            yield _cited(record, name, cited["text"], sources)
    if record["credit"] and record["credit"] not in seen:
        yield _cited(record, record["credit"], None, sources)


def _cited(record: Record, name: str, text: str | None, sources: set[str]) -> dict[str, Any]:
    return {"id": record["id"], "by": record["source"], "cites": name, "text": text, "there": name in sources}


def _line(record: Record, *, first: bool) -> dict[str, Any]:
    told = ("id", "source", "language", "headline", "url", "sort_at", "duplicate_of", "update_of")
    return {**{name: record[name] for name in told}, "is": _what(record, first=first)}


def _what(record: Record, *, first: bool) -> str:
    said = ["first"] if first else []
    if record["duplicate_of"]:
        said.append(f"copy of {record['duplicate_of']}")
    if record["update_of"]:
        said.append(f"update of {record['update_of']}")
    names = {"follow-up": "follows up", "translation": "also"}
    said += [f"{names[link['kind']]} {link['id']}" for link in record["links"] if link["kind"] in names]
    return ", ".join(said)
