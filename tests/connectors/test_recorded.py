"""The agencies' recorded material, where it is at hand: all that is listed is found, and every text is the truth's."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

import connectors
from pipeline.model import Entry, Page, Request, Source
from pipeline.settings.sources import read_source

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("NEWSWIRE_SHARED") or ROOT.parent / "shared")
# The dateline and "-0-" are cut by the normaliser, which comes later.
DATELINE = re.compile(r"^\S.{0,60}?(?:/TASS/[.:]|\(KCNA\) (?:--|–|—))\s*")
WORD = re.compile(r"\w+")

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not (SHARED / "worlds").is_dir(), reason=f"no recorded worlds in {SHARED}; set NEWSWIRE_SHARED"),
]


def source(identifier: str) -> Source:
    found = read_source(identifier, ROOT / "config" / "sources" / f"{identifier}.toml", [])
    assert found
    return found


def captures(world: str) -> Iterator[Page]:
    with (SHARED / "worlds" / f"{world}.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                yield Page(
                    url=record.rec_headers.get_header("WARC-Target-URI"),
                    status=int(record.http_headers.get_statuscode()),
                    body=record.content_stream().read(),
                    fetched_at=datetime.fromisoformat(
                        record.rec_headers.get_header("WARC-Date").replace("Z", "+00:00")
                    ),
                    headers=tuple((name.lower(), value) for name, value in record.http_headers.headers),
                )


def truth(world: str) -> dict[str, dict[str, Any]]:
    lines = (SHARED / "worlds" / f"{world}.truth.jsonl").read_text("utf-8").splitlines()
    return {url: article for article in map(json.loads, lines) for url in article["urls"]}


def words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def listed(identifier: str, pages: list[Page]) -> dict[str, Entry]:
    """Every entry that the captured feeds and listings give."""
    configured = source(identifier)
    connector = connectors.load(configured)
    requests = {feed.url: Request(feed.url, "feed", identifier, feed.url) for feed in configured.feeds}
    entries: dict[str, Entry] = {}
    for page in pages:
        for found in connector.read(page, requests[page.url]) if page.url in requests else ():
            if isinstance(found, Entry):
                entries.setdefault(found.url, found)
            else:
                requests.setdefault(found.url, found)
    return entries


@pytest.mark.parametrize("world", ["kcna-2024", "kcna-2026", "tass-en", "yonhap-zh", "yonhap-ko"])
def test_every_article_is_listed_and_nothing_else(world: str) -> None:
    entries = listed(world.partition("-")[0], list(captures(world)))
    assert {url.partition("?")[0] for url in entries} == {url.partition("?")[0] for url in truth(world)}
    assert all(entry.headline and entry.published_raw for entry in entries.values())


@pytest.mark.parametrize("world", ["kcna-2024", "kcna-2026", "tass-en"])
def test_every_text_is_the_printed_one(world: str) -> None:
    pages = list(captures(world))
    identifier = world.partition("-")[0]
    connector, entries, articles = connectors.load(source(identifier)), listed(identifier, pages), truth(world)
    for page in pages:
        if page.url not in articles:
            continue
        extract, article = connector.extract(page, entries[page.url]), articles[page.url]
        body = [DATELINE.sub("", extract.paragraphs[0]), *extract.paragraphs[1:]]
        body[-1] = body[-1].removesuffix("-0-")
        assert [words(line) for line in body if words(line)] == [
            words(line) for line in article["text"].split("\n") if words(line)
        ]
        assert words(extract.headline or "") == words(article["headline"])
        assert (extract.lead or None) == article["lead"]


@pytest.mark.parametrize(("host", "paragraphs", "last"), [("tass.ru", 8, "2022"), ("en.yna.co.kr", 11, "(END)")])
def test_pages_that_no_feed_lists_are_read_by_their_profile(host: str, paragraphs: int, last: str) -> None:
    page = next(page for page in captures("pages") if f"//{host}/" in page.url)
    configured = source("tass" if "tass" in host else "yonhap")
    extract = connectors.load(configured).extract(page, None)
    path = page.url.partition(host)[2]
    assert re.search(configured.articles or "", path)
    assert len(extract.paragraphs) == paragraphs
    assert last in extract.paragraphs[-1]
    assert extract.completeness == "full"
    assert extract.dates
