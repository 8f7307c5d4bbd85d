"""Copies and versions in the store: whatever the order of arrival, after edits, and by regroup."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import imports
from pipeline.clock import ManualClock
from pipeline.digest import Room
from pipeline.model import Source
from pipeline.normalise.registers import Registers
from pipeline.regroup import Regrouped, regroup
from pipeline.store import Store, open_store
from pipeline.store.read import Query
from tests.dedup.texts import FERRY, HARBOUR, OTHER, padded, report, trimmed
from tests.wire import START, Wire, wire_on

ROOM = Room({}, {}, Registers.from_data({}), lambda source: pytest.fail("an import reads no page"))
HOUR = timedelta(hours=1)


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store) as made:
        yield made


def record(name: str, source: str, hours: float, headline: str, body: str, **more: Any) -> dict[str, Any]:
    at = (START - timedelta(days=3) + hours * HOUR).isoformat()
    url = f"https://{source}.test/{name}"
    return {"source": source, "url": url, "headline": headline, "body": body, "published_at": at, **more}


def take_in(wire: Wire, records: Sequence[dict[str, Any]], at: datetime = START) -> None:
    lines = [imports.Line(number, json.dumps(one).encode()) for number, one in enumerate(records, 1)]
    for line in lines:
        with wire.line.store.write(at) as tx:
            imports.commit(wire.line, tx, imports.read(ROOM, [line], at), at)


def relations(store: Store) -> dict[str, tuple[str | None, str | None, list[tuple[str, str]]]]:
    """By the name in the address: what it is a copy and an update of, and its links."""
    with store.read() as reader:
        found = list(reader.query(Query()))
    name = {one["id"]: one["url"].rsplit("/", 1)[1] for one in found}
    return {
        name[one["id"]]: (
            name.get(one["duplicate_of"]),
            name.get(one["update_of"]),
            sorted((link["kind"], name[link["id"]]) for link in one["links"]),
        )
        for one in found
    }


def changes(wire: Wire) -> list[str]:
    return [change for change, _, _ in wire.changes()]


def mixed() -> list[dict[str, Any]]:
    days = {"Monday": (1204.5, 1219.25, 14.75), "Tuesday": (1219.25, 1188.0, 31.25), "Friday": (1188.0, 1190.5, 2.5)}
    reports = {day: report(day, *numbers) for day, numbers in days.items()}
    return [
        record("ferry", "wire", 0, FERRY.headline, FERRY.body),
        record("trimmed", "paper", 1, FERRY.headline, trimmed(FERRY).body),
        record("again", "wire", 2, f"(LEAD) {FERRY.headline}", padded(FERRY).body),
        record("reprint", "daily", 3, "Islanders see their ship again", FERRY.body),
        record("harbour", "wire", 1, HARBOUR.headline, HARBOUR.body),
        record("roundup", "digest", 5, "The day in brief", f"{OTHER}\n{FERRY.body}\n{HARBOUR.body}"),
        *(record(day, "wire", 20, one.headline, one.body) for day, one in reports.items()),
    ]


def test_copies_versions_and_what_is_neither(wire: Wire) -> None:
    take_in(wire, mixed())
    found = relations(wire.line.store)
    assert found["trimmed"][:2] == ("ferry", None)
    assert found["again"][:2] == (None, "ferry")
    assert found["reprint"] == ("ferry", None, [("duplicate", "ferry")])
    others = ("ferry", "harbour", "roundup", "Monday", "Tuesday", "Friday")
    assert [found[name] for name in others] == [(None, None, [])] * 6
    assert Counter(changes(wire))["created"] == 9


@pytest.fixture
def in_order(tmp_path: Path) -> Iterator[Wire]:
    """The articles in the order of their times, regrouped."""
    store = open_store(f"sqlite:///{tmp_path}/in-order.db")
    with wire_on(store) as made:
        take_in(made, sorted(mixed(), key=lambda one: (one["published_at"], one["source"], one["url"])))
        again(made)
        yield made
    store.close()


def again(wire: Wire) -> Regrouped:
    return regroup(wire.line.store, {}, ROOM.registers, ManualClock(START), lambda done: None)


def stories(wire: Wire) -> dict[str, str | None]:
    """The story of each article, by names."""
    records = wire.records()
    name = {one["id"]: one["url"] for one in records}
    return {one["url"]: name.get(one["story"]) for one in records}


def test_regroup_makes_words_findable_that_were_cut_otherwise(tmp_path: Path, in_order: Wire) -> None:
    with closing(sqlite3.connect(tmp_path / "in-order.db")) as database, database:
        database.execute("UPDATE article_text SET words = 'cut otherwise'")
    again(in_order)
    with in_order.line.store.read() as reader:
        assert len(list(reader.query(Query('"islanders see their ship again"')))) == 1
        assert list(reader.query(Query("otherwise"))) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_makes_no_difference(wire: Wire, in_order: Wire, seed: int) -> None:
    records = mixed()
    random.Random(seed).shuffle(records)
    take_in(wire, records)
    found = relations(wire.line.store)
    assert found["trimmed"][:2] == ("ferry", None)
    assert found["again"][:2] == (None, "ferry")
    assert found["reprint"] == ("ferry", None, [("duplicate", "ferry")])
    assert found["ferry"] == found["harbour"] == found["roundup"] == (None, None, [])
    again(wire)
    assert relations(wire.line.store) == found == relations(in_order.line.store)
    assert stories(wire) == stories(in_order)
    assert len({story for story in stories(wire).values() if story}) >= 1
    assert again(wire).relinked == 0


def test_a_late_earlier_original_takes_the_copies_over(wire: Wire) -> None:
    ferry, paper, *_ = mixed()
    daily = record("daily", "daily", 3, FERRY.headline, padded(FERRY).body)
    take_in(wire, [paper, daily])
    assert relations(wire.line.store)["daily"][0] == "trimmed"
    take_in(wire, [ferry])
    found = relations(wire.line.store)
    assert {name: found[name][0] for name in found} == {"ferry": None, "trimmed": "ferry", "daily": "ferry"}
    assert changes(wire)[-3:] == ["created", "relinked", "relinked"]


def test_a_chain_of_versions_over_several_addresses(wire: Wire) -> None:
    lines = FERRY.body.split("\n")
    headline = FERRY.headline
    take_in(
        wire,
        [
            record("first", "wire", 0, headline, "\n".join(lines[:3])),
            record("lead", "wire", 1, f"(LEAD) {headline}", "\n".join(lines[:5])),
            record("second", "wire", 2, f"(2nd LD) {headline}", FERRY.body),
            record("corrected", "wire", 3, f"CORRECTED-{headline}", FERRY.body.replace("310,000", "210,000")),
            record("kill", "wire", 4, f"KILL: {headline}", "Please disregard the story above."),
        ],
    )
    found = relations(wire.line.store)
    chain = ["first", "lead", "second", "corrected", "kill"]
    assert [found[name][1] for name in chain] == [None, *chain[:-1]]
    assert [found[name][0] for name in chain] == [None] * 5
    newest = wire.records(originals=True)
    assert [one["url"].rsplit("/", 1)[1] for one in newest] == ["kill"]


def test_a_version_in_the_middle_that_comes_late_is_put_into_the_chain(wire: Wire) -> None:
    headline, lines = FERRY.headline, FERRY.body.split("\n")
    first = record("first", "wire", 0, headline, "\n".join(lines[:3]))
    lead = record("lead", "wire", 1, f"(LEAD) {headline}", "\n".join(lines[:5]))
    second = record("second", "wire", 2, f"(2nd LD) {headline}", FERRY.body)
    take_in(wire, [first, second, lead])
    found = relations(wire.line.store)
    assert [found[name][1] for name in ("first", "lead", "second")] == [None, "first", "lead"]
    assert changes(wire)[-1] == "relinked"


def test_a_copy_keeps_its_link_when_its_original_is_rewritten_only_if_it_is_one(wire: Wire) -> None:
    ferry, paper, *_ = mixed()
    take_in(wire, [ferry, paper])
    take_in(wire, [{**ferry, "body": HARBOUR.body}], START + HOUR)
    found = relations(wire.line.store)
    assert found == {"ferry": (None, None, []), "trimmed": (None, None, [])}
    assert changes(wire)[-2:] == ["revised", "relinked"]


def test_what_is_read_again_unchanged_changes_nothing(wire: Wire) -> None:
    take_in(wire, mixed())
    before = wire.changes()
    take_in(wire, mixed(), START + HOUR)
    assert wire.changes() == before


def test_regroup_finds_what_an_older_version_did_not_look_for(wire: Wire) -> None:
    take_in(wire, mixed())
    right = relations(wire.line.store)
    with wire.line.store.write(START) as tx:
        for one in wire.records():
            tx.relations.derive(one["id"], [])
            tx.relations.stand(one["id"], None, None, None)
    assert relations(wire.line.store) != right
    again(wire)
    assert relations(wire.line.store) == right


def test_ids_of_one_family_need_the_agencys_rule(wire: Wire) -> None:
    source = Source("wire", "Wire", versions=r"(A[A-Z]{2}\d{12})\d{2}(\d{3})")
    flash = record("AEN20260227000100325", "wire", 0, "Ferry to Ellery Island sails", "It sails.")
    told = record("AEN20260227000151325", "wire", 1, "Ferry to Ellery Island sails again", "Passengers cheered.")
    take_in(wire, [flash, told])
    assert [one[1] for one in relations(wire.line.store).values()] == [None, None]
    regroup(wire.line.store, {"wire": source}, ROOM.registers, ManualClock(START), lambda done: None)
    assert relations(wire.line.store)["AEN20260227000151325"][1] == "AEN20260227000100325"


def test_many_copies_are_bounded(wire: Wire) -> None:
    """A text that everybody prints: all point to the first, though no more than so many are looked at."""
    names = [f"n{number:03}" for number in range(60)]
    take_in(wire, [record(name, f"paper-{name}", 0, FERRY.headline, FERRY.body) for name in names])
    found = relations(wire.line.store)
    assert {found[name][0] for name in found if name != "n000"} == {"n000"}


def test_regroup_removes_rows_that_lead_to_no_article(tmp_path: Path) -> None:
    """A bit that turned in a row's number: whoever looks its key up finds an article that does not exist."""
    file = tmp_path / "newswire.db"
    with wire_on(open_store(f"sqlite:///{file}")) as wire:
        take_in(wire, [record("ferry", "wire", 0, FERRY.headline, FERRY.body)])
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "UPDATE fingerprint SET article_id = 1048577 WHERE key = (SELECT min(key) FROM fingerprint)"
            )
            connection.commit()
        take_in(wire, [record("copy", "paper", 1, FERRY.headline, trimmed(FERRY).body)])
        regroup(wire.line.store, {}, ROOM.registers, ManualClock(START), lambda number: None)
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute("SELECT count(*), max(article_id) FROM fingerprint").fetchone()
    assert found == (32, 2)


@pytest.mark.parametrize(("hours", "before"), [(24, None), (3, "first")])
def test_the_same_words_with_another_number_are_put_right_within_hours_and_another_report_a_day_later(
    wire: Wire, hours: float, before: str | None
) -> None:
    weather = (
        "The day will be dry and mild in Ellery, with light winds from the west, the weather office of the island said."
        " Clouds come up in the late evening, and there may be fog in the harbour before sunrise."
        " The temperature will reach {} degrees at noon, and boats can leave the port without a warning."
    )
    take_in(wire, [record("first", "wire", 0, "Weather in Ellery", weather.format(14))])
    take_in(wire, [record("second", "wire", hours, "Weather in Ellery", weather.format(15))])
    assert relations(wire.line.store)["second"][1] == before
