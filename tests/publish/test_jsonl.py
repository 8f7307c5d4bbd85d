"""JSON lines, as they are and portable."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.model import Link
from pipeline.publish.jsonl import BATCH, as_json, portables, references, write_jsonl
from pipeline.store import Store, open_store
from pipeline.store.read import Query


def bare(number: int, **attributes: Any) -> dict[str, Any]:
    told = {"id": number, "seq": number, "source": "example", "url": f"https://news.example/{number}", "links": []}
    return {**told, "duplicate_of": None, "update_of": None, "story": None, **attributes}


def test_a_record_is_a_line_whatever_is_in_it() -> None:
    told = {"headline": 'A "line"\nbreak, \x1b[31mred\x9b2J, 船 and \u2028 more', "id": 1}
    written = as_json(told)
    assert json.loads(written) == told
    assert len(written.splitlines()) == 1
    assert "船" in written
    assert not [character for character in written if ord(character) < 32 or 127 <= ord(character) < 160]


def test_records_are_written_as_they_come() -> None:
    """A million of them are never in memory together: the second is asked for when the first is written."""
    out = io.StringIO()

    def records() -> Iterator[dict[str, Any]]:
        for number in range(3):
            assert out.getvalue().count("\n") == number
            yield {"id": number}

    assert write_jsonl(out, records()) == 3
    assert out.getvalue() == '{"id":0}\n{"id":1}\n{"id":2}\n'


def test_references_are_all_that_a_record_names() -> None:
    link = {"kind": "duplicate", "id": 5, "score": 1.0, "why": "", "method": ""}
    assert references(bare(1, duplicate_of=2, update_of=3, story=4, links=[link])) == {2, 3, 4, 5}
    assert references(bare(1)) == set()


def test_references_are_looked_up_some_at_a_time() -> None:
    asked: list[int] = []

    def addresses(numbers: set[int]) -> dict[int, tuple[str, str]]:
        asked.append(len(numbers))
        return {number: ("example", f"https://news.example/{number}") for number in numbers}

    found = list(portables((bare(number, duplicate_of=number + 1) for number in range(BATCH * 2 + 1)), addresses))
    assert asked == [BATCH, BATCH, 1]
    assert found[7]["duplicate_of"] == {"source": "example", "url": "https://news.example/8"}
    assert "id" not in found[7]
    assert "seq" not in found[7]


def fill(store: Store, put: Any, order: int) -> None:
    """Three articles, numbered in one order or the other; b is a copy of a."""
    numbers = {}
    at = {"a": "https://news.example/a", "b": "https://other.example/b", "c": "https://news.example/c"}
    for name in sorted(at, reverse=order < 0):
        numbers[name] = put(store, url=at[name], source="other" if name == "b" else "example", headline=f"Ferry {name}")
    from datetime import UTC, datetime

    with store.write(datetime(2024, 9, 3, 12, tzinfo=UTC)) as tx:
        evidence = Link("duplicate", numbers["a"], 1.0, "same words", "exact")
        tx.relations.derive(numbers["b"], [evidence])
        tx.relations.stand(numbers["b"], numbers["a"], numbers["a"], None)


def export(store: Store) -> str:
    out = io.StringIO()
    with store.read() as reader:
        write_jsonl(out, portables(reader.sorted_by_address(Query()), reader.addresses))
    return out.getvalue()


@pytest.mark.postgres
def test_the_same_articles_are_the_same_bytes_from_any_database(tmp_path: Any, postgresql_url: str, put: Any) -> None:
    """However they are numbered, and whichever database it is."""
    exports = []
    for url, order in ((f"sqlite:///{tmp_path}/a.db", 1), (f"sqlite:///{tmp_path}/b.db", -1), (postgresql_url, -1)):
        store = open_store(url)
        fill(store, put, order)
        exports.append(export(store))
        store.close()
    assert exports[0] == exports[1] == exports[2]
    records = [json.loads(one) for one in exports[0].splitlines()]
    assert [one["url"] for one in records] == [
        "https://news.example/a",
        "https://news.example/c",
        "https://other.example/b",
    ]
    assert records[2]["duplicate_of"] == {"source": "example", "url": "https://news.example/a"}
    assert records[2]["links"][0]["to"] == {"source": "example", "url": "https://news.example/a"}
