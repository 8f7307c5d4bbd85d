"""Records that were made elsewhere."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import imports
from pipeline.digest import Observed, Room
from pipeline.errors import StoreError
from pipeline.normalise.registers import Registers
from pipeline.store import Store
from pipeline.workers import WorkerError
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


def test_a_record_without_an_address_gets_none_of_the_web(wire: Wire) -> None:
    take_in(wire, {**RECORD, "url": None, "guid": "A 1"})
    assert (wire.record()["url"], wire.record()["guid"]) == ("guid:A%201", "A 1")
    before = wire.records()
    take_in(wire, {**RECORD, "url": "guid:A%201", "guid": "A 1", "urls": ["guid:A%201"]})
    assert wire.records() == before


def test_a_guid_that_is_an_address_is_the_address() -> None:
    assert one(url=None, guid="https://desk.test/7").article.url == "https://desk.test/7"


@pytest.mark.parametrize("url", ["not a url", "javascript:alert(1)", "https://", "ftp://desk.test/1", "guid:7"])
def test_a_url_that_is_no_address_is_refused(url: str) -> None:
    (found,) = read({**RECORD, "url": url})
    assert isinstance(found, imports.Bad)
    assert "is no address" in str(found.error)


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


@pytest.mark.parametrize("given", ["0001-01-01T00:00:00+23:00", "0500-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00"])
def test_an_instant_of_another_age_is_not_believed(given: str) -> None:
    article = one(first_seen_at=given, fetched_at=given).article
    assert (article.first_seen_at, article.fetched_at) == (START, START)


def test_the_end_of_an_embargo_is_taken_where_it_is_an_instant() -> None:
    until = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert one(embargoed_until="2026-03-02T12:00:00+02:00").article.embargoed_until == until
    for wrong in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "soon", "2026-03-02T12:00:00", 7):
        assert one(embargoed_until=wrong).article.embargoed_until is None


def test_a_guid_of_unknown_scope_merges_no_addresses(wire: Wire) -> None:
    other = {"url": "https://desk.test/2", "headline": "Ferries wait", "body": f"{TEXT} So it was said on Tuesday."}
    take_in(wire, {**RECORD, "guid": "1"}, {**RECORD, **other, "guid": "1"})
    assert sorted(record["url"] for record in wire.records()) == ["https://desk.test/1", "https://desk.test/2"]
    assert one(guid="urn:desk:1").guid_key == ("", "urn:desk:1")


def test_what_a_record_says_of_its_time_is_taken() -> None:
    said = {"published_precision": "minute", "published_from": "dateline", "published_raw": "March 2, 8:00"}
    published = one(published_at="2026-03-02T08:00:00Z", **said).article.published
    assert published is not None
    assert (published.precision, published.origin, published.raw) == ("minute", "dateline", "March 2, 8:00")


def test_what_a_record_says_of_its_time_and_can_not_be_is_left() -> None:
    wrong = {"published_precision": "day", "published_from": "hearsay", "published_raw": 7}
    published = one(published_at="2026-03-02T08:00:00Z", **wrong).article.published
    assert published is not None
    assert (published.precision, published.origin) == ("second", "feed")
    assert one(published_at="never", published_precision="day", published_from="page").article.published is None


def test_a_time_without_a_zone_of_a_source_not_configured_is_a_day() -> None:
    article = one(published_at="2026-03-01 08:00", updated_at="2026-03-01 09:00").article
    assert article.published is not None
    assert (article.published.at, article.published.precision) == (date(2026, 3, 1), "day")
    assert article.updated_at is None
    zoned = one(published_at="2026-03-01 08:00", updated_at="2026-03-01 09:00 GMT").article
    assert zoned.updated_at == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("given", ["5 minutes ago", "March 1", "yesterday", None])
def test_a_time_that_the_import_would_have_to_complete_is_not_known(given: str | None) -> None:
    article = one(published_at=given, body=f"PORT ELLERY, March 1 (Reuters) - {TEXT}").article
    assert article.published is None
    assert article.sort_at == START
    assert article.dateline is not None
    assert (article.dateline.place, article.dateline.date) == ("PORT ELLERY", None)


@pytest.mark.parametrize("times", [{"published_at": "2024-03-02"}, {"first_seen_at": "2024-03-03T00:00:00Z"}])
def test_a_time_of_the_record_tells_the_year_of_its_dateline(times: dict[str, str]) -> None:
    article = one(body=f"PORT ELLERY, March 1 (Reuters) - {TEXT}", **times).article
    assert article.dateline is not None
    assert article.dateline.date == date(2024, 3, 1)


def test_a_year_that_is_printed_is_known_in_an_import() -> None:
    article = one(published_at="March 1, 2025", body=f"PORT ELLERY, March 1, 2025 (Reuters) - {TEXT}").article
    assert article.published is not None
    assert article.published.at == date(2025, 3, 1)
    assert article.dateline is not None
    assert article.dateline.date == date(2025, 3, 1)


@pytest.mark.parametrize("error", [WorkerError("it died", transient=True), StoreError("the database said no")])
def test_a_line_that_can_not_be_taken_in_is_kept_and_its_portion_goes_on(wire: Wire, error: Exception) -> None:
    records = [
        {**RECORD, "url": f"https://desk.test/{n}", "headline": f"Story {n}", "body": f"{n} {TEXT}"} for n in "123"
    ]
    lines = [imports.Line(number, json.dumps(record).encode()) for number, record in enumerate(records, 1)]
    wire.workers.poison = [error, error]  # all together, then the first by itself
    asyncio.run(imports.take_in(wire.line, lines))
    assert sorted(record["headline"] for record in wire.records()) == ["Story 2", "Story 3"]
    with wire.line.store.read() as reader:
        (held,) = reader.quarantined()
    assert (held["stage"], held["message"]) == ("import", f"line 1: {error}")
    assert [wire.line.tally.total(what) for what in ("new", "failed", "quarantined")] == [2, 1, 1]


def test_a_database_that_is_busy_is_no_fault_of_a_line(wire: Wire) -> None:
    wire.workers.poison = [StoreError("busy", transient=True)]
    with pytest.raises(StoreError, match="busy"):
        asyncio.run(imports.take_in(wire.line, [imports.Line(1, json.dumps(RECORD).encode())]))


def test_lines_come_in_portions_and_a_line_without_end_is_cut() -> None:
    text = b"\n".join(b'{"n": %d}' % number for number in range(250)) + b"\n\n" + b"x" * (imports.LONGEST_LINE + 10)
    portions = list(imports.portions(io.BytesIO(text)))
    assert [len(portion) for portion in portions] == [100, 100, 51]
    assert len(portions[-1][-1].raw) == imports.LONGEST_LINE


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
json_values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=8), scalars, max_size=3)


@given(st.dictionaries(st.sampled_from([*RECORD, "dateline", "published_at", "authors", "guid"]), json_values))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_record_raises_anything_but_our_errors(record: dict[str, Any]) -> None:
    (found,) = read({**RECORD, **record})
    assert isinstance(found, Observed | imports.Bad)


@given(st.binary(max_size=300))
def test_no_line_raises(raw: bytes) -> None:
    (found,) = imports.read(ROOM, [imports.Line(1, raw)], START)
    assert isinstance(found, imports.Bad)


def test_all_addresses_of_a_record_lead_to_it(wire: Wire) -> None:
    take_in(wire, {**RECORD, "urls": ["https://desk.test/1", "https://desk.test/1b"]})
    record = wire.record()
    assert record["urls"] == ["https://desk.test/1", "https://desk.test/1b"]
    with wire.line.store.read() as reader:
        assert reader.find("https://desk.test/1b") == [record["id"]]


def test_an_address_of_another_article_stays_with_it(wire: Wire) -> None:
    other = {**RECORD, "url": "https://desk.test/2", "headline": "Ferry runs aground", "body": TEXT[::-1]}
    take_in(wire, RECORD, {**other, "urls": ["https://desk.test/2", "https://desk.test/1"]})
    urls = {record["url"]: record["urls"] for record in wire.records()}
    assert urls == {"https://desk.test/1": ["https://desk.test/1"], "https://desk.test/2": ["https://desk.test/2"]}
