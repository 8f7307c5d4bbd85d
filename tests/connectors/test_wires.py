"""Every packaged source, polled on a stand-in made of its case, stores what its golden records say."""

from __future__ import annotations

import pytest

from tests import standin


@pytest.mark.parametrize("identifier", standin.identifiers())
def test_a_poll_of_the_source_stores_its_golden_records(identifier: str) -> None:
    case = standin.case(identifier)
    assert case.records, f"tests/cases/{identifier} has no page to store"
    stored = standin.stored(case)
    assert [record["url"] for record in stored] == [wanted["url"] for wanted in case.records]
    assert any(record["completeness"] == "full" for record in stored)
    for record, wanted in zip(stored, case.records, strict=True):
        assert {field: record[field] for field in wanted} == wanted
