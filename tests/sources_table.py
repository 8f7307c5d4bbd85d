"""The table of agencies in docs/sources.md, made from the configuration; a test compares the two.

python -m tests.sources_table             # print it
python -m tests.sources_table --write     # put it into the document
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pipeline.model import Source
from tests import standin

DOCUMENT = Path(__file__).parent.parent / "docs" / "sources.md"
HEAD = "| id | agency | country | languages | read from | layouts of pages |\n|---|---|---|---|---|---|\n"
TABLE = re.compile(r"(?<=<!-- made by python -m tests\.sources_table --write -->\n).*?(?=<!-- end -->)", re.DOTALL)
KINDS = {"rss": ("feed", "feeds"), "listing": ("list", "lists"), "sitemap": ("sitemap", "sitemaps")}


def table(sources: Iterable[Source]) -> str:
    """The rows of all sources, with their head."""
    return HEAD + "".join(_row(source) for source in sources)


def _row(source: Source) -> str:
    languages = dict.fromkeys(feed.language or source.language or "" for feed in source.feeds)
    layouts = ", ".join(profile.name for profile in source.profiles) or "(none: metadata and the general extractor)"
    cells = (f"`{source.id}`", source.name, source.country or "", ", ".join(languages), _read_from(source), layouts)
    return f"| {' | '.join(cells)} |\n"


def _read_from(source: Source) -> str:
    counts = Counter(feed.kind for feed in source.feeds)
    words = {kind: KINDS.get(kind, (kind, f"{kind}s")) for kind in counts}
    return ", ".join(f"{count} {words[kind][count > 1]}" for kind, count in counts.items())


def packaged() -> list[Source]:
    """The sources that come with the package, by id."""
    return [standin.packaged(identifier) for identifier in standin.identifiers()]


if __name__ == "__main__":
    made = table(packaged())
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(TABLE.sub(lambda _: made, DOCUMENT.read_text("utf-8")), "utf-8")
    else:
        print(made)
