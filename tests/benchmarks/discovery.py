"""How many sites `source add` makes a working source of: with the texts right, and nothing edited.

    python -m tests.benchmarks.discovery              # all sites: those of the case pages, and recorded ones
    python -m tests.benchmarks.discovery --site adnkronos --show

Each site is served on the loopback, its configuration left out: a home page, the feed, list or sitemap of a few
articles, and these.  Of the case pages stories are made (`tests.varied`) and read by the packaged profile for what is
right; recorded pages, with their labelled texts, are those of `$NEWSWIRE_SHARED`, of hosts with at least two.  What was
found is polled, and the stored texts are compared.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta, timezone
from pathlib import Path

from pipeline.discover.toml import as_toml
from pipeline.errors import WireError
from pipeline.parse.encoding import decode
from tests import standin
from tests.benchmarks.drift import CASES, packaged
from tests.sites import KINDS, Site, Story, host_of, tried
from tests.varied import CasePage, case_pages, html_of, likeness, read, spoken, vary, vocabulary

SHARED = Path(os.environ.get("NEWSWIRE_SHARED") or Path(__file__).parents[3] / "shared") / "bench" / "extraction"
SETS = ("fundus_tests", "daniel", "scrapinghub")
STORIES, RECORDED = 5, 6
RIGHT, BAR = 0.95, 12 / 15


def of_cases(names: Sequence[str] = ()) -> Iterator[Site]:
    """A site for each packaged source (or each of these) whose case page a profile reads."""
    sources, registers = packaged()
    sources = [source for source in sources if not names or source.id in names]
    pages = [page for source in sources for page in case_pages(source, CASES / source.id)]
    words = vocabulary(pages)
    for page in {page.source.id: page for page in reversed(pages)}.values():
        stories = []
        for number in range(STORIES):
            root, headline = vary(page, 500 + number, words[spoken(page)])
            _, article = read(page.source, page.url, root, headline, registers)
            url = _another_address(page, number)
            stories.append(Story(url, headline, html_of(root).decode("utf-8"), article.body))
        zone = timezone(timedelta(hours=zlib.crc32(page.source.id.encode()) % 3))
        language = page.root.get("lang") or page.source.language
        yield Site(page.source.id, language, _kind(page.source.id), stories, standin.NOON.astimezone(zone))


def _another_address(page: CasePage, number: int) -> str:
    """The address of another story: the last digit of each of its long numbers is another."""
    old = page.url.partition("://")[2]
    path = re.sub(r"(\d{3,})\d(?!\d)", rf"\g<1>{number}", old)
    return f"https://{path}" if path != old or not number else f"https://{path}{number}"


def recorded() -> Iterator[Site]:
    """A site for each host of which two labelled pages are recorded."""
    for name in SETS:
        groups: dict[str, list[Story]] = collections.defaultdict(list)
        for line in (SHARED / name / "truth.jsonl").read_text("utf-8").splitlines() if SHARED.is_dir() else ():
            told = json.loads(line)
            url, text = told.get("url") or "", told.get("body")
            # A page whose address was lost stands under that of its site.
            if not text or not host_of(url) or url.rstrip("/").count("/") < 3:
                continue
            html, _ = decode(_page(SHARED / name / "pages", told["id"]), None)
            title = told.get("title") or next(iter(re.findall(r"<title[^>]{0,99}>([^<]{1,300})", html)), "News")
            address = "https://" + url.partition("://")[2].partition("#")[0]
            groups[host_of(url)].append(Story(address, title.strip(), html, text))
        for host, stories in groups.items():
            distinct = list({story.url: story for story in stories}.values())
            if len(distinct) > 1 and len({host_and_name(story.url) for story in distinct}) == 1:
                yield Site(f"{name}:{host}", None, _kind(host), distinct[:RECORDED], standin.NOON)


def host_and_name(url: str) -> str:
    """The host as it is written."""
    return url.split("/")[2]


def _kind(name: str) -> str:
    return KINDS[zlib.crc32(name.encode()) % len(KINDS)]


def _page(directory: Path, identifier: str) -> bytes:
    path = next(iter(sorted(directory.glob(f"{identifier}.*"))))
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def judged(site: Site, *, show: bool) -> float:
    """The mean likeness of the stored texts of a site; 0 where it was not made a source of."""
    try:
        found, bodies = tried(site)
    except WireError as error:
        print(f"{site.name} ({site.kind}): {error}")
        return 0.0
    likes = [likeness(bodies.get(story.url, ""), story.text) for story in site.stories]
    score = sum(likes) / len(likes)
    profile = found.source.profiles[0].body if found.source.profiles else None
    print(f"{site.name} ({site.kind}): {score:.3f} of {len(likes)} articles; body = {profile}")
    if show:
        print(as_toml(found.source, site.name), *found.notes, sep="\n")
        print([round(like, 2) for like in likes])
    return score


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.discovery", description=__doc__)
    parser.add_argument("--site", action="append")
    parser.add_argument("--show", action="store_true")
    told = parser.parse_args()
    is_missed = False
    for name, sites in (("case pages", of_cases()), ("recorded", recorded())):
        chosen = [site for site in sites if not told.site or site.name in told.site]
        scores = [judged(site, show=told.show) for site in chosen]
        right = sum(score >= RIGHT for score in scores)
        if scores:
            print(f"\n{name}: {right} of {len(scores)} sites with a text likeness of {RIGHT} or more\n")
            is_missed |= right < BAR * len(scores)
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
