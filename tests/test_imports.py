"""Records that were made elsewhere."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import imports
from pipeline.digest import Observed, Room
from pipeline.normalise.registers import Registers
from pipeline.store import Store
from tests.wire import START, TEXT, Wire, wire_on

ROOM = Room({}, {}, Registers.from_data({}), lambda source: pytest.fail("an import reads no page"))
RECORD = {"source": "desk", "headline": "Storm closes harbour", "body": TEXT, "url": "https://desk.test/1"}


def read(*records: object) -> list[Observed | imports.Bad]:
    lines = [imports.Line(number, json.dumps(record).encode()) for number, record in enumerate(records, 1)]
    return imports.read(ROOM, lines, START)


def one(**fields: Any) -> Observed:
    (found,) = read({**RECORD, **fields})
    assert isinstance(found, Observed), found
    return found


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store) as made:
        yield made


def take_in(wire: Wire, *records: object) -> None:
    with wire.line.store.write(START) as tx:
        imports.commit(wire.line, tx, read(*records), START)


def test_a_record_becomes_an_article_of_a_source_that_need_not_be_configured(wire: Wire) -> None:
    take_in(wire, RECORD)
    record = wire.record()
    assert (record["source"], record["headline"], record["body"]) == ("desk", "Storm closes harbour", TEXT)
    assert record["published_at"] is None
    assert record["first_seen_at"] == "2026-03-02T09:00:00Z"


def test_the_same_file_again_changes_nothing(wire: Wire) -> None:
    take_in(wire, RECORD, {**RECORD, "url": "https://desk.test/2", "headline": "Other"})
    before = wire.records()
    take_in(wire, RECORD, {**RECORD, "url": "https://desk.test/2", "headline": "Other"})
    assert wire.records() == before


def test_a_guid_is_enough_to_be_known_by(wire: Wire) -> None:
    take_in(wire, {**RECORD, "url": None, "guid": "A-1"})
    assert wire.record()["guid"] == "A-1"


def test_bad_lines_are_kept_and_the_rest_goes_on(wire: Wire) -> None:
    take_in(wire, {"source": "desk"}, RECORD, ["no object"])
    assert len(wire.records()) == 1
    with wire.line.store.read() as reader:
        held = reader.quarantined()
    assert [entry["stage"] for entry in held] == ["import", "import"]
    assert "line 1: headline is missing" in held[0]["message"]


def test_times_and_datelines_of_a_record_are_taken() -> None:
    dateline = {"text": "PORT ELLERY, March 2 (Wire) --", "place": "PORT ELLERY", "date": "2026-03-02"}
    article = one(published_at="2026-03-02T08:00:00+09:00", dateline=dateline, signals=["urgent"]).article
    assert article.published is not None
    assert article.published.at == datetime(2026, 3, 1, 23, tzinfo=UTC)
    assert article.dateline is not None
    assert article.dateline.place == "PORT ELLERY"
    assert article.signals == ("urgent",)


def test_a_first_sight_to_come_is_not_believed() -> None:
    assert one(first_seen_at="2099-01-01T00:00:00Z").article.first_seen_at == START
    assert one(first_seen_at="2020-01-01T00:00:00Z").article.first_seen_at.year == 2020


def test_lines_come_in_portions_and_a_line_without_end_is_cut() -> None:
    text = b"\n".join(b'{"n": %d}' % number for number in range(250)) + b"\n\n" + b"x" * (imports.LONGEST_LINE + 10)
    portions = list(imports.portions(io.BytesIO(text)))
    assert [len(portion) for portion in portions] == [100, 100, 51]
    assert len(portions[-1][-1].raw) == imports.LONGEST_LINE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*RECORD, "dateline", "published_at", "authors", "guid"]), json_values))
def test_no_record_raises_anything_but_our_errors(record: dict[str, Any]) -> None:
    (found,) = read({**RECORD, **record})
    assert isinstance(found, Observed | imports.Bad)


@given(st.binary(max_size=300))
def test_no_line_raises(raw: bytes) -> None:
    (found,) = imports.read(ROOM, [imports.Line(1, raw)], START)
    assert isinstance(found, imports.Bad)
