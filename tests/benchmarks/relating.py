"""How well articles are related, and what it costs: `python -m tests.benchmarks.relating`.

Stores the labelled set of `$NEWSWIRE_SHARED/bench/dedup` as `newswire import` does, with its times and without, and
holds what is stored against the labels with the scorer beside the set.  Prints the scores and the CPU of an article by
level; the exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, TypeVar

from connectors import load
from pipeline.dedup.fingerprint import fingerprint
from pipeline.digest import Observed, Room, prints
from pipeline.filing import keys_of
from pipeline.grouping import Grouping
from pipeline.imports import Line, read
from pipeline.model import Source
from pipeline.normalise.registers import Registers
from pipeline.relating import Relating
from pipeline.settings import Settings, load_places, load_registers
from pipeline.store import Store, Transaction, open_store
from pipeline.store.read import Query
from tests.benchmarks.extraction.sets import benches
from tests.benchmarks.learning.copies import as_record

PORTION = 100
BARS = {"F1": 0.98, "precision": 0.975, "story F1": 0.93}
MOST_FALSE = {"roundups": 2, "templates": 20}
T = TypeVar("T")


class Costs:
    """Seconds of CPU by what they were spent on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def of(self, what: str, work: Callable[[], T]) -> T:
        began = time.process_time()
        result = work()
        self.spent[what] += time.process_time() - began
        return result


def main() -> int:
    directory = benches().parent / "dedup"
    truth = [json.loads(line) for line in (directory / "dev.jsonl").open(encoding="utf-8")]
    scorer = _scorer(str(directory / "score_dedup.py"))
    good = True
    for clock in (True, False):
        with tempfile.TemporaryDirectory() as place:
            store, costs = open_store(f"sqlite:///{place}/newswire.db"), Costs()
            stored = _fill(store, truth, costs, clock=clock)
            good &= _tell(store, truth, scorer, "with times" if clock else "without")
            store.close()
        if clock:
            for what, seconds in costs.spent.items():
                print(f"    {what:26} {seconds / stored * 1000:.2f} ms an article")
    return 0 if good else 1


def _fill(store: Store, truth: list[dict[str, Any]], costs: Costs, *, clock: bool) -> int:
    """Store the set; how many articles it gave."""
    registers = Registers.from_data(load_registers(Settings()), load_places(Settings()))
    room, now = Room({}, {}, registers, load), datetime.now(UTC)
    stored = 0
    for start in range(0, len(truth), PORTION):
        part = [json.dumps(as_record(one, clock=clock)).encode() for one in truth[start : start + PORTION]]
        lines = [Line(number, raw) for number, raw in enumerate(part)]
        with store.write(now) as tx:
            for one in read(room, lines, now):
                assert isinstance(one, Observed)
                stored += _take(tx, one, room, costs)
    return stored


def _take(tx: Transaction, one: Observed, room: Room, costs: Costs) -> bool:
    """As `filing` does with what is new."""
    keys = keys_of(one.guid_key, one.url_key)
    known = tx.articles.known(one.article.source, keys)
    same = known.id if known else tx.articles.same_story(one.article.source, one.fingerprint)
    if same is not None:
        tx.articles.know_by(same, one.article.source, keys, None)
        tx.articles.seen_at(same, one.article.url, one.article.guid, one.article.first_seen_at)
        return False
    source = Source(one.article.source, one.article.source)
    costs.of("keys of copies, worker", lambda: fingerprint(one.article, source))
    costs.of("with terms of events", lambda: prints(room, one.article, source))
    number = costs.of("storing", lambda: tx.articles.create(one.article, one.fingerprint, None))
    tx.articles.know_by(number, one.article.source, keys, None)
    related = costs.of("copies and versions", lambda: Relating({}).add(tx, number, one.article, one.fingerprint))
    terms = one.fingerprint.terms
    costs.of("stories and follow-ups", lambda: Grouping().add(tx, number, one.article, terms, related.kin))
    return True


def _tell(store: Store, truth: list[dict[str, Any]], scorer: ModuleType, title: str) -> bool:
    """Print how what is stored agrees with the labels; whether all bars are met."""
    with store.read() as reader:
        records = {record["id"]: record for record in reader.query(Query())}
    roots = {guid: _root(record, records) for record in records.values() for guid in record["guids"]}
    stories = {guid: str(one["story"] or f"alone {one['id']}") for one in records.values() for guid in one["guids"]}
    copies = scorer.score({one["id"]: one["dup_cluster"] for one in truth}, roots)
    kinds = scorer.recall_by(truth, roots, "kind", "dup_cluster")
    english = {one["id"]: one["story_cluster"] for one in truth if one["story_cluster"] and one["lang"] == "en"}
    told = scorer.score(english, stories)
    false = {
        "roundups": kinds["roundup-negative"]["false_links"],
        "templates": sum(kinds[kind]["false_links"] for kind in ("template-negative", "natural-reuters-template")),
    }
    found = {"F1": copies["pair_f1"], "precision": copies["pair_p"], "story F1": told["pair_f1"]}
    print(f"{title}: copies F1 {found['F1']:.4f} precision {found['precision']:.4f}; false links {false};")
    print(f"    English stories precision {told['pair_p']:.3f} recall {told['pair_r']:.3f} F1 {found['story F1']:.3f}")
    wanted = BARS if title == "without" else {name: bar for name, bar in BARS.items() if name != "story F1"}
    is_good = all(found[name] >= bar for name, bar in wanted.items())
    return is_good and all(false[name] <= most for name, most in MOST_FALSE.items())


def _root(record: Mapping[str, Any], records: Mapping[int, Mapping[str, Any]]) -> str:
    while before := record["duplicate_of"] or record["update_of"]:
        record = records[before]
    return str(record["id"])


def _scorer(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_dedup", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
