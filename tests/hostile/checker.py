"""Holds ledger, database and a consumer's own log against each other: lost, doubled, wrong text, gaps.

A story is lost if the last whole feed of its agency listed it, or its page was served whole, and it is not stored.
What was served just before a kill or the end may not be stored yet: it is only asked for if it was served again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pipeline.model import Change
from tests.hostile.agency import Agency, Piece
from tests.hostile.ledger import Line


@dataclass(slots=True)
class Verdict:
    """What was found, a sentence each, and how much was looked at."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a database holds, and what one who followed it was told of its changes.

    `waiting` are addresses whose pages are still to be read: they are late, and not lost.
    """

    records: Sequence[Mapping[str, Any]]
    changes: Sequence[Change]
    consumed: Sequence[Change] = ()
    waiting: Collection[str] = ()


def check(
    agencies: Iterable[Agency],
    lines: Sequence[Line],
    seen: Seen,
    *,
    settled: datetime,
    kills: Sequence[datetime] = (),
    in_flight: timedelta = timedelta(0),
) -> Verdict:
    """The verdict.  What was served up to `settled` (virtual) must be stored, but for what was in flight at a kill."""
    records, changes = seen.records, seen.changes
    lines = [_sure(line, kills, in_flight) for line in lines]
    verdict, by_name = Verdict(), {agency.name: agency for agency in agencies}
    stored = _stored(verdict, by_name, records)
    for story in _wanted(lines, settled):
        verdict.counts["stories served"] += 1
        if story not in stored and _address(by_name, story) in seen.waiting:
            verdict.counts["stories waiting"] += 1
        elif story not in stored:
            verdict.lost.append(f"{story} was served whole, and is not stored")
    for story, found in stored.items():
        if len(found) > 1:
            verdict.doubled.append(f"{story} is stored {len(found)} times, as {[one['id'] for one in found]}")
    _texts(verdict, by_name, stored, lines, settled, seen.waiting)
    _changes(verdict, changes, seen.consumed)
    verdict.counts["articles"] = len(records)
    verdict.counts["changes"] = len(changes)
    return verdict


def _sure(line: Line, kills: Sequence[datetime], in_flight: timedelta) -> Line:
    """A page that was served just before a kill may have gone with it, and be another one when it is asked again."""
    if line.kind == "page" and any(line.at <= kill <= line.at + in_flight for kill in kills):
        return replace(line, whole=False)
    return line


def _stored(
    verdict: Verdict, agencies: Mapping[str, Agency], records: Iterable[Mapping[str, Any]]
) -> dict[str, list[Mapping[str, Any]]]:
    hosts = {agency.host: name for name, agency in agencies.items()}
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        parts = urlsplit(record["url"])
        name, number = hosts.get(parts.hostname or ""), parts.path.removeprefix("/news/")
        if name is None or not number.isdigit():
            verdict.wrong.append(f"article {record['id']} {record['url']} is of no agency")
        else:
            found[f"{name}#{number}"].append(record)
    return found


def _address(agencies: Mapping[str, Agency], story: str) -> str:
    name, _, number = story.partition("#")
    return f"{agencies[name].origin}{agencies[name].piece(int(number)).path}"


def _wanted(lines: Sequence[Line], settled: datetime) -> set[str]:
    """The stories that must be there."""
    last: dict[str, Line] = {}
    found: set[str] = set()
    for line in lines:
        if not line.whole or line.at > settled:
            continue
        if line.kind == "feed":
            last[line.agency] = line
        elif line.kind == "page" and line.story and line.version:
            found.add(line.story)
    return found.union(*({story for story, _ in line.listed} for line in last.values()))


def _texts(
    verdict: Verdict,
    agencies: Mapping[str, Agency],
    stored: Mapping[str, Sequence[Mapping[str, Any]]],
    lines: Sequence[Line],
    settled: datetime,
    waiting: Collection[str],
) -> None:
    """Each text is one that was served, whole; once nothing is in flight any more, the one that was served last, or
    one before it, if the page is still to be read."""
    served: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind == "page" and line.story and line.status == 200:
            served[line.story].append(line)
    for story, found in stored.items():
        name, _, number = story.partition("#")
        piece = agencies[name].piece(int(number))
        pages = served[story]
        sure = max((n for n, line in enumerate(pages) if line.whole and line.at <= settled), default=0)
        # After the last page that surely arrived, any may have.
        may_be = {line.version for line in pages[sure:]} or set(range(1, len(piece.versions) + 1))
        for record in found:
            if any(_is_text(record, piece, version) for version in may_be if version):
                continue
            had = [version for version in range(1, len(piece.versions) + 1) if _is_text(record, piece, version)]
            if had and _address(agencies, story) in waiting:
                verdict.counts["texts waiting"] += 1
            else:
                verdict.wrong.append(
                    f"article {record['id']} is not {story} as it was served (version {may_be}), but version {had}"
                )


def _is_text(record: Mapping[str, Any], piece: Piece, version: int) -> bool:
    """A page's body, or a feed's summary; a feed may have told a newer headline since, whose page is not had yet."""
    one = piece.versions[version - 1]
    body = "\n".join(one.body) if record["completeness"] == "full" else one.summary
    headlines = {later.headline for later in piece.versions[version - 1 :]}
    return record["body"] == body and record["headline_raw"] in headlines


def _changes(verdict: Verdict, changes: Sequence[Change], consumed: Sequence[Change]) -> None:
    """Gapless, and what a consumer saw is what is there."""
    if [change.seq for change in changes] != list(range(1, len(changes) + 1)):
        verdict.gaps.append("the change feed has gaps, or is out of order")
    for seen, there in zip(consumed, changes, strict=False):
        if seen != there:
            verdict.gaps.append(f"a consumer saw {seen}, but now there is {there}")
            break
    if len(consumed) > len(changes):
        verdict.gaps.append(f"a consumer saw {len(consumed)} changes, but there are {len(changes)}")
    verdict.counts["changes consumed"] = len(consumed)
