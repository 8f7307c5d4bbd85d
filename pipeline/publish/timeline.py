"""The articles on one event in their order: who was first, and how that is known; who has it from whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Record = Mapping[str, Any]
DAY, FIRST_ZONE = timedelta(days=1) - timedelta(seconds=1), timedelta(hours=14)
# Signals without which a story's table would take back nothing.
NOTABLE = ("kill", "correction")
EVIDENCE = ("id", "source", "url", "published_at", "published_precision", "published_from", "first_seen_at")


def timeline(records: Sequence[Record]) -> dict[str, Any]:
    """The story of some records: `story`, `first`, `maybe_first`, `origins`, `cites`; `articles` by their times."""
    ordered = sorted(records, key=lambda one: (one["sort_at"], one["source"], one["url"]))
    sources, possible = set(_sources(ordered)), _possible(ordered)
    first = _first_of(possible)
    said = {one["id"]: "first" if one is first else "may be first" for one in possible}
    return {
        "story": ordered[0]["story"],
        "first": _first(first),
        "maybe_first": [one["id"] for one in possible if one is not first],
        "origins": [source for source in dict.fromkeys(_sources(ordered)) if _is_origin(source, ordered)],
        "cites": [cited for one in ordered for cited in _cites(one, sources)],
        "articles": [_line(one, said.get(one["id"])) for one in ordered],
    }


def _possible(ordered: Sequence[Record]) -> list[Record]:
    """The articles that may be the first: the earliest, and those of which only a day is known that had begun by then.

    What was made from another article of the story is not among them.
    """
    earliest = ordered[0]
    early = [one for one in ordered if one is earliest or _begin(one) <= _at(earliest)]
    return [one for one in early if one is earliest or not (one["update_of"] or _is_copy(one, ordered))]


def _first_of(possible: Sequence[Record]) -> Record:
    """The one that others of them have it from, the most first; else the earliest."""
    cited = Counter(name for one in possible for name in {cited["agency"] for cited in one["citations"]})
    return max(possible, key=lambda one: cited[one["source"]])


def _is_copy(record: Record, ordered: Sequence[Record]) -> bool:
    """Whether an article was surely made from another: a bare day may have begun before what it is sorted behind."""
    if record["duplicate_of"] is None:
        return False
    return not any(one["id"] == record["duplicate_of"] and _begin(record) <= _at(one) for one in ordered)


def _begin(record: Record) -> datetime:
    """The earliest time at which an article may have been published: a bare day is sorted by its end, or by when it was
    seen, and begins first on the islands of Kiribati."""
    if record["published_precision"] != "day":
        return _at(record)
    begun = datetime.fromisoformat(record["published_at"]).replace(tzinfo=UTC) - FIRST_ZONE
    return max(_at(record) - DAY, begun)


def _at(record: Record) -> datetime:
    return datetime.fromisoformat(record["sort_at"])


def _first(record: Record) -> dict[str, Any]:
    """An article with the evidence for its being the first."""
    dateline = (record["dateline"] or {}).get("text")
    return {**{name: record[name] for name in EVIDENCE}, "dateline": dateline, "sort_at": record["sort_at"]}


def _is_origin(source: str, ordered: Sequence[Record]) -> bool:
    """Whether a source has the news from nobody else, by its first article.

    That is no copy, credits nobody, and cites nobody who had it before: whom else it cites may be background.
    """
    record = next(one for one in ordered if one["source"] == source)
    before = {one["source"] for one in ordered if one is not record and _begin(one) <= _at(record)}
    cited = {one["agency"] for one in record["citations"]}
    return not (_is_copy(record, ordered) or record["credit"] or cited & before)


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


def _line(record: Record, place: str | None) -> dict[str, Any]:
    told = ("id", "source", "language", "headline", "url", "sort_at", "change", "signals", "duplicate_of", "update_of")
    return {**{name: record[name] for name in told}, "is": _what(record, place)}


def _what(record: Record, place: str | None) -> str:
    said = [place] if place else []
    if record["change"] == "withdrawn":
        said.append("withdrawn")
    else:
        said += [name for name in NOTABLE if name in record["signals"]]
    if record["duplicate_of"]:
        said.append(f"copy of {record['duplicate_of']}")
    if record["update_of"]:
        said.append(f"update of {record['update_of']}")
    names = {"follow-up": "follows up", "translation": "also"}
    said += [f"{names[link['kind']]} {link['id']}" for link in record["links"] if link["kind"] in names]
    return ", ".join(said)
