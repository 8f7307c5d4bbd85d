"""The recorded worlds, each into a fresh database of either kind, held to the bars of the scorer beside them."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline import settings as options
from pipeline import wiring
from pipeline.cli import run
from pipeline.record import portable
from pipeline.store import open_store
from pipeline.store.read import Query

WHOLE = {"urls": 1.0, "headline": 0.995, "marker": 1.0, "published": 1.0, "place": 0.99, "dateline_date": 1.0}
WHOLE |= {"lead": 1.0, "language": 1.0, "revised": 1.0, "calm": 1.0, "text_f1": 0.999, "edges": 0.995, "paras": 0.99}
WORLDS = ("tass-en", "kcna-2026", "yonhap-ko", "kcna-2024", "yonhap-zh")


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_world", shared / "worlds" / "score_world.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def replay(url: str, archive: Path, *, pages: bool = False) -> dict[str, dict[str, Any]]:
    packaged = options.packaged_directory()
    settings = options.load(packaged, os.environ, {"database": url})
    outcome = asyncio.run(wiring.ingest_archive(settings, [], [archive], _quiet, lambda done, of: None, pages=pages))
    return outcome.tally.summary(outcome.sources)


def records(url: str) -> list[dict[str, Any]]:
    store = open_store(url)
    with store.read() as reader:
        found = list(reader.sorted_by_address(Query()))
    store.close()
    return found


def as_portable(found: list[dict[str, Any]]) -> list[str]:
    addresses = {record["id"]: (record["source"], record["url"]) for record in found}
    return [json.dumps(portable(record, addresses)) for record in found]


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_reaches_its_bars_and_a_second_replay_changes_nothing(
    shared: Path, scorer: ModuleType, world: str, tmp_path: Path
) -> None:
    url, archive = f"sqlite:///{tmp_path}/world.db", shared / "worlds" / f"{world}.warc.gz"
    counts = replay(url, archive)
    truth = [json.loads(line) for line in (archive.parent / f"{world}.truth.jsonl").read_bytes().splitlines()]
    found = records(url)
    score, misses = scorer.score(truth, found)
    assert score["found"] == score["one"] == score["apart"] == score["expected"], misses[:10]
    assert score["extra"] == 0
    assert {name: score[name] for name, bar in WHOLE.items() if score.get(name, 1.0) < bar} == {}, misses[:10]
    assert {source: one["failed"] for source, one in counts.items() if one["failed"]} == {}
    again = replay(url, archive)
    assert {source: (one["new"], one["revised"]) for source, one in again.items()} == dict.fromkeys(again, (0, 0))
    assert records(url) == found


@pytest.mark.postgres
@pytest.mark.parametrize("world", ["tass-en", "kcna-2026", "kcna-2024"])
def test_postgresql_exports_the_same(shared: Path, world: str, postgresql_url: str, tmp_path: Path) -> None:
    archive, other = shared / "worlds" / f"{world}.warc.gz", f"sqlite:///{tmp_path}/world.db"
    replay(postgresql_url, archive)
    replay(other, archive)
    assert as_portable(records(postgresql_url)) == as_portable(records(other))


def test_the_seed_story(shared: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/world.db"
    replay(url, shared / "worlds" / "tass-en.warc.gz")
    story = next(record for record in records(url) if record["url"].endswith("/1311327"))
    assert story["headline"].endswith("if necessary — Lavrov")
    assert story["lead"].startswith("This applies to vaccines")
    assert story["dateline"] == {
        "text": "VIENTIANE, July 7. /TASS/.",
        "place": "VIENTIANE",
        "places": ["VIENTIANE"],
        "date": "2021-07-07",
        "agency": "tass",
    }
    assert story["body"].startswith("Russia is ready to help North Korea")
    assert (story["published_at"], story["published_precision"]) == ("2021-07-07T10:04:00Z", "second")
    assert ("kcna", "yonhap") in [(citation["agency"], citation["via"]) for citation in story["citations"]]


def test_pages_that_no_feed_lists(shared: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/world.db"
    replay(url, shared / "worlds" / "pages.warc.gz", pages=True)
    found = {record["source"]: record for record in records(url)}
    assert found["yonhap"]["dateline"]["place"] == "SEOUL"
    assert found["yonhap"]["published_at"] == "2019-08-20T00:31:01Z"
    assert found["tass"]["dateline"]["place"] == "МОСКВА"
    assert (found["yonhap"]["language"], found["tass"]["language"]) == ("en", "ru")


def test_an_exported_archive_replays_to_the_same(shared: Path, tmp_path: Path) -> None:
    """KCNA's menu is the same at all forty polls, and kept once."""
    url, other, archive = (f"{tmp_path}/{name}" for name in ("world.db", "other.db", "raw.warc.gz"))
    replay(f"sqlite:///{url}", shared / "worlds" / "kcna-2024.warc.gz")
    assert run(["export", "--format", "warc", "--out", archive, "--database", f"sqlite:///{url}"]) == 0
    replay(f"sqlite:///{other}", Path(archive))
    assert as_portable(records(f"sqlite:///{url}")) == as_portable(records(f"sqlite:///{other}"))


def _quiet(_event: str, **_facts: object) -> None:
    pass
