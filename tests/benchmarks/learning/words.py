"""Count which words are in any news: `python -m tests.benchmarks.learning.words`, which writes `common.tsv`.

Reads the pages of `$NEWSWIRE_SHARED/bench/extraction` as the extractor reads them, the articles of the labelled set of
copies that belong to no labelled event, and the recorded worlds; counts in how many articles of its language each
word's beginning is.  No text goes into the table, and nothing of an event that is learnt from or scored.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline import settings as options
from pipeline.dedup import story
from pipeline.dedup.shingles import SIGNS
from pipeline.examine import examine
from pipeline.model import Page
from pipeline.wiring.room import load_room
from tests.benchmarks.extraction.sets import benches, load_sets

# In how many articles a word must be, by how many there are: of a few, two on one event say nothing of any news.
LEAST = ((1000, 1), (300, 3), (0, 4))
SHORTEST, LEAST_QUALITY = 300, 0.5
FEWEST = 30  # articles of a language
# What there is of English besides the pages is of 1987 and of one agency.
KINDS, ENGLISH = ("natural-daniel", "synth-base"), "en"
WORLDS = ("yonhap-zh", "yonhap-ko")
NOWHERE = "https://wire.example/1"
Told = tuple[str, str, str]  # language, headline, text


def main() -> int:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    articles: Counter[str] = Counter()
    for language, headline, body in (*of_pages(), *of_copies(), *of_worlds()):
        articles[language] += 1
        counts[language].update({*story.stems(headline), *story.stems(body[: story.WORD_CHARACTERS])})
    kept = {language: count for language, count in sorted(articles.items()) if count >= FEWEST}
    lines = [f"# {language}\t{count}" for language, count in kept.items()]
    for language in kept:
        least = next(count for many, count in LEAST if articles[language] >= many)
        words = sorted((word, count) for word, count in counts[language].items() if count >= least and is_word(word))
        lines += [f"{language}\t{word}\t{count}" for word, count in words]
    story.COMMON.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines):,} lines of {kept}")
    return 0


def is_word(word: str) -> bool:
    return not any(sign.isdigit() for sign in word) or bool(SIGNS.search(word))


def of_pages() -> Iterator[Told]:
    """What the extractor makes of the bench's pages."""
    room = load_room(options.load(options.packaged_directory(), os.environ, {}))
    for case in (case for cases in load_sets(benches()).values() for case in cases if case.file):
        assert case.file is not None
        page = case.file.read_bytes()
        page = gzip.decompress(page) if case.file.suffix == ".gz" else page
        record = examine(room, Page(case.url or NOWHERE, 200, page, datetime.now(UTC))).record
        if record and len(record["body"]) >= SHORTEST and record["extraction"]["quality"] >= LEAST_QUALITY:
            yield record["language"] or "", record["headline"], record["body"]


def of_copies() -> Iterator[Told]:
    """The articles of the labelled set that are of no labelled event, and no copies of others."""
    for line in (benches().parent / "dedup" / "dev.jsonl").open(encoding="utf-8"):
        one = json.loads(line)
        if one["story_cluster"] is None and one["kind"] in KINDS and one["lang"] != ENGLISH:
            yield one["lang"], one["title"], one["text"]


def of_worlds() -> Iterator[Told]:
    for world in WORLDS:
        for line in (Path(benches()).parents[1] / "worlds" / f"{world}.truth.jsonl").open(encoding="utf-8"):
            one = json.loads(line)
            yield one["language"], one["headline"], one["text"] or ""


if __name__ == "__main__":
    sys.exit(main())
