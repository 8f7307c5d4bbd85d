"""The recorded worlds, each into a fresh database of either kind, held to the bars of the scorer beside them."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline import settings as options
from pipeline.cli import run
from pipeline.examine import examine
from pipeline.model import Page
from pipeline.record import portable
from pipeline.store import open_store
from pipeline.store.read import Query
from pipeline.wiring.ingest import ingest_archive
from pipeline.wiring.room import load_room
from tests import world_pages

WHOLE = {"urls": 1.0, "headline": 0.995, "marker": 1.0, "published": 1.0, "place": 0.99, "dateline_date": 1.0}
WHOLE |= {"lead": 1.0, "language": 1.0, "revised": 1.0, "calm": 1.0, "text_f1": 0.999, "edges": 0.995, "paras": 0.99}
CASES = Path(__file__).parent / "cases"
Replayed = Callable[[str], tuple[str, dict[str, dict[str, Any]]]]
WORLDS = ("tass-en", "kcna-2026", "yonhap-ko", "kcna-2024", "yonhap-zh")


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_world", shared / "worlds" / "score_world.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def replayed(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Replays a world into a SQLite database, once for all tests of this file; its URL and the counts."""
    directory = tmp_path_factory.mktemp("worlds")

    @lru_cache
    def once(world: str) -> tuple[str, dict[str, dict[str, Any]]]:
        url = f"sqlite:///{directory}/{world}.db"
        return url, replay(url, shared / "worlds" / f"{world}.warc.gz", pages=world == "pages")

    return once


def replay(url: str, archive: Path, *, pages: bool = False) -> dict[str, dict[str, Any]]:
    packaged = options.packaged_directory()
    settings = options.load(packaged, os.environ, {"database": url})
    outcome = asyncio.run(ingest_archive(settings, [], [archive], _quiet, lambda done, of: None, pages=pages))
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
    shared: Path, scorer: ModuleType, world: str, replayed: Replayed
) -> None:
    url, counts = replayed(world)
    truth = [json.loads(line) for line in (shared / "worlds" / f"{world}.truth.jsonl").read_bytes().splitlines()]
    found = records(url)
    score, misses = scorer.score(truth, found)
    assert score["found"] == score["one"] == score["apart"] == score["expected"], misses[:10]
    assert score["extra"] == 0
    assert {name: score[name] for name, bar in WHOLE.items() if score.get(name, 1.0) < bar} == {}, misses[:10]
    assert {source: one["failed"] for source, one in counts.items() if one["failed"]} == {}
    again = replay(url, shared / "worlds" / f"{world}.warc.gz")
    assert {source: (one["new"], one["revised"]) for source, one in again.items()} == dict.fromkeys(again, (0, 0))
    assert records(url) == found


@pytest.mark.postgres
@pytest.mark.parametrize("world", ["tass-en", "kcna-2026", "kcna-2024"])
def test_postgresql_exports_the_same(shared: Path, world: str, postgresql_url: str, replayed: Replayed) -> None:
    replay(postgresql_url, shared / "worlds" / f"{world}.warc.gz")
    assert as_portable(records(postgresql_url)) == as_portable(records(replayed(world)[0]))


def test_the_seed_story(replayed: Replayed) -> None:
    story = next(record for record in records(replayed("tass-en")[0]) if record["url"].endswith("/1311327"))
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


def test_every_page_of_the_recorded_wires_is_taken_in(replayed: Replayed) -> None:
    url, counts = replayed("pages")
    wanted = {page["url"]: page["source"] for page in world_pages.pages() if "file" not in page}
    assert {record["url"]: record["source"] for record in records(url)} == wanted
    assert {source: one["failed"] for source, one in counts.items() if one["failed"]} == {}


@pytest.mark.parametrize("page", world_pages.pages(), ids=lambda page: page["url"][-40:])
def test_a_page_of_the_recorded_wires_gives_what_was_read_on_it(
    shared: Path, replayed: Replayed, page: dict[str, Any]
) -> None:
    """One of Anadolu's, of April 2025, is in the archive as of January 2024: a time from after a capture is no time."""
    record = extracted(shared, page) if "file" in page else at_address(replayed("pages")[0], page["url"])
    story = world_pages.hashed(record["body"].splitlines())
    assert world_pages.agreement(page["words"], story["words"]) >= 0.98
    assert story["paragraphs"] == page["paragraphs"]
    line = record["dateline"] and {part: record["dateline"][part] for part in ("place", "date", "agency")}
    told = {**record, "dateline": line, "published": record["published_at"], "precision": record["published_precision"]}
    facts = page.keys() - {"file", "words", "paragraphs"}
    assert {fact: told[fact] for fact in facts} == {fact: page[fact] for fact in facts}


def at_address(url: str, address: str) -> dict[str, Any]:
    return next(record for record in records(url) if record["url"] == address)


def extracted(shared: Path, page: dict[str, Any]) -> dict[str, Any]:
    """The record of a recorded page that is in no archive."""
    room = load_room(options.load(options.packaged_directory(), os.environ, {}))
    now = datetime(2026, 1, 2, tzinfo=UTC)
    found = examine(room, Page(page["url"], 200, (shared / page["file"]).read_bytes(), now))
    assert found.record is not None
    return found.record


def test_an_exported_archive_replays_to_the_same(tmp_path: Path, replayed: Replayed) -> None:
    """KCNA's menu is the same at all forty polls, and kept once."""
    url, other, archive = replayed("kcna-2024")[0], f"sqlite:///{tmp_path}/other.db", tmp_path / "raw.warc.gz"
    assert run(["export", "--format", "warc", "--out", str(archive), "--database", url]) == 0
    replay(other, archive)
    assert as_portable(records(url)) == as_portable(records(other))


def _quiet(_event: str, **_facts: object) -> None:
    pass


def test_flash_brief_and_dispatch_are_follow_ups_and_no_copies(replayed: Replayed) -> None:
    url, _ = replayed("yonhap-zh")
    listed = (CASES / "stories" / "yonhap-zh.tsv").read_text("utf-8").splitlines()
    pairs = [tuple(line.split("\t")) for line in listed if not line.startswith("#")]
    found = records(url)
    name = {record["id"]: record["url"].rsplit("/", 1)[1].partition("?")[0] for record in found}
    links = {(name[link["id"]], name[one["id"]]): link["kind"] for one in found for link in one["links"]}
    followed = [pair for pair in pairs if links.get((pair[0], pair[1])) == "follow-up"]
    assert len(followed) >= 0.9 * len(pairs)
    assert {kind for pair, kind in links.items() if pair in set(pairs)} == {"follow-up"}
