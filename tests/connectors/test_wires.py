"""Every packaged source, polled on a stand-in made of its case, stores what its golden records say."""

from __future__ import annotations

import pytest

from tests import standin


@pytest.mark.parametrize("identifier", standin.identifiers())
def test_a_poll_of_the_source_stores_its_golden_records(identifier: str) -> None:
    case = standin.case(identifier)
    stored = standin.stored(case)
    assert any(record["completeness"] == "full" for record in stored)
    assert stored == list(case.records), f"meant? python -m tests.standin --write {identifier}"
