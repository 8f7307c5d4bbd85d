"""Datelines and markers of recorded material, against the expected articles that lie beside it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import Article, Entry, Extract, Source
from pipeline.normalise import Registers, normalise

SHARED = Path(os.environ.get("NEWSWIRE_SHARED", Path(__file__).parents[3] / "shared"))
YONHAP = Source("yonhap", "Yonhap News Agency", language="ko", timezone="Asia/Seoul")
KCNA = Source("kcna", "KCNA", language="en", timezone="Asia/Seoul")

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not SHARED.is_dir(), reason="no recorded material: set NEWSWIRE_SHARED to where it lies"),
]


def lines(*path: str) -> Iterator[dict[str, Any]]:
    with SHARED.joinpath(*path).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def truth(world: str) -> dict[str, dict[str, Any]]:
    return {url: article for article in lines("worlds", f"{world}.truth.jsonl") for url in article["urls"]}


def read(
    source: Source, registers: Registers, headline: str, text: str, raw: str, seen: datetime, language: str
) -> Article:
    entry = Entry("https://x.org/1", "https://x.org/feed", seen, published_raw=raw, language=language)
    extract = Extract(headline=headline, paragraphs=tuple(re.split(r"\n+", text)))
    return normalise(extract, entry, source, registers, url="https://x.org/1", fetched_at=seen, seen_at=seen)


def test_chinese_yonhap_entries_are_read_as_expected(registers: Registers) -> None:
    expected = truth("yonhap-zh")
    wrong = []
    for item in lines("recorded", "yonhap", "cn_items.jsonl"):
        want = expected.get(item["link"].split("?")[0])
        if not want or want["dateline_place"] is None:
            continue
        seen = datetime.fromisoformat(want["published"]).astimezone(UTC) + timedelta(hours=3)
        article = read(YONHAP, registers, item["title"], item["description"], item["pubDate"], seen, "zh")
        places = "、".join(article.dateline.places) if article.dateline else ""
        if (places, article.language) != (want["dateline_place"], "zh"):
            wrong.append((item["link"], want["dateline_place"], places, article.language))
    assert wrong == []


def test_kcna_texts_are_read_as_expected(registers: Registers) -> None:
    expected = truth("kcna-2024")
    wrong = []
    for item in lines("recorded", "kcna", "articles_text.jsonl"):
        want = expected.get(item["link"])
        if not want or not item["story_text"]:
            continue
        seen = datetime.fromisoformat(item["first_seen"]).replace(tzinfo=UTC) + timedelta(days=1)
        article = read(KCNA, registers, want["headline"], item["story_text"], item["date_str"], seen, "en")
        line = article.dateline
        found = (line.place if line else "", line.date.isoformat() if line and line.date else None)
        if found != (want["dateline_place"], want["dateline_date"]) or article.body.endswith("-0-"):
            wrong.append((item["link"], want["dateline_place"], want["dateline_date"], found))
    assert wrong == []
