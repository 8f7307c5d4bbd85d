"""What the wire record costs beyond extraction: `python -m tests.benchmarks.record [--articles 400]`.

Takes the pages of the recorded worlds (`$NEWSWIRE_SHARED`), extracts each once, and prints the CPU of an article for
all that `normalise` does, and for its parts alone: the datelines of the first six paragraphs, times, headline
markers, citations.  The bar is for all of them together.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline import settings as options
from pipeline.archive.warc import read_captures
from pipeline.digest import Room
from pipeline.errors import ArticleError
from pipeline.examine import owner
from pipeline.model import Extract, Page, Source
from pipeline.normalise import normalise
from pipeline.normalise.citations import find_citations
from pipeline.normalise.house import head_of
from pipeline.normalise.signals import split_headline
from pipeline.normalise.times import read_time
from pipeline.wiring.room import load_room
from tests.cost import cpu

# The others have feeds alone.
WORLDS = ("tass-en", "kcna-2024", "kcna-2026", "pages")
LARGEST = 8_000_000
BAR = 0.5

Case = tuple[Page, Source, Extract]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.record", description=__doc__)
    parser.add_argument("--articles", type=int, default=400, help="at most, of each world")
    asked = parser.parse_args()
    shared = Path(os.environ.get("NEWSWIRE_SHARED", "../shared")) / "worlds"
    room = load_room(options.load(options.packaged_directory(), os.environ, {}))
    print(" ".join(("world     ", "    n", "characters", "    all", "  heads", "  times", "signals", "citations")))
    found = {world: list(islice(cases(room, shared / f"{world}.warc.gz"), asked.articles)) for world in WORLDS}
    totals = [measure(world, those, room) for world, those in found.items()]
    articles = sum(count for count, _ in totals)
    mean = sum(count * each for count, each in totals) / articles
    print(f"{'all':10} {articles:5} {'':10} {mean:7.3f}  (bar {BAR})")
    return 0 if mean <= BAR else 1


def cases(room: Room, archive: Path) -> Iterable[Case]:
    """The article pages of a world with what was extracted of them."""
    for capture in read_captures(archive, limit=LARGEST):
        page = capture.page
        if "html" not in (page.header("content-type") or ""):
            continue
        source = owner(room, page.url)
        try:
            extract = (room.connectors.get(source.id) or room.load(source)).extract(page, None)
        except ArticleError:
            continue
        if extract.headline and extract.paragraphs:
            yield page, source, extract


def measure(world: str, found: list[Case], room: Room) -> tuple[int, float]:
    """The number of articles, and the CPU of one in milliseconds; prints its line."""
    near = date(2021, 7, 7)

    def each(work: Callable[[Page, Source, Extract], object]) -> float:
        return cpu(lambda: [work(*case) for case in found]) * 1000 / len(found)

    def record(page: Page, source: Source, extract: Extract) -> object:
        at = page.fetched_at
        return normalise(extract, None, source, room.registers, url=page.url, fetched_at=at, seen_at=at)

    def times(page: Page, source: Source, extract: Extract) -> object:
        zone = ZoneInfo(source.timezone)
        return [read_time(dated.raw, zone, page.fetched_at) for dated in extract.dates]

    def text(_: Page, source: Source, extract: Extract) -> object:
        return [head_of(text, source, room.registers, near) for text in extract.paragraphs[:6]]

    def signals(_: Page, __: Source, extract: Extract) -> object:
        return split_headline(extract.headline or "")

    def citations(_: Page, source: Source, extract: Extract) -> object:
        return find_citations((extract.headline or "", *extract.paragraphs), room.registers, source.id)

    costs = tuple(map(each, (record, text, times, signals, citations)))
    size = sum(len("\n".join(extract.paragraphs)) for _, _, extract in found) // len(found)
    print(f"{world:10} {len(found):5} {size:10} " + " ".join(f"{cost:7.3f}" for cost in costs))
    return len(found), costs[0]


if __name__ == "__main__":
    sys.exit(main())
