"""The benchmark of changed layouts in small: four sources, every change."""

from __future__ import annotations

import pytest

from pipeline.drift import Past
from tests.benchmarks.drift import Outcome, Stream, learnt, packaged, streams, try_change
from tests.relaid import CHANGES

Known = tuple[Stream, Past, list[str]]

NAMES = ("adnkronos", "maan", "rnz", "tass")


@pytest.fixture(scope="module")
def known() -> list[Known]:
    sources, registers = packaged()
    few = [source for source in sources if source.id in NAMES]
    found = {stream.page.source.id: stream for stream in streams(few, registers)}
    return [(stream, *learnt(stream, 30)) for stream in found.values()]


def test_normal_articles_raise_no_alarm(known: list[Known]) -> None:
    assert [false for _, _, false in known if false] == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_layout_raises_an_alarm_within_ten_articles_and_their_texts_are_right(
    change: str, known: list[Known]
) -> None:
    outcome = Outcome()
    for turn, (stream, past, _) in enumerate(known):
        try_change(stream, past, change, turn, outcome)
    assert outcome.alarms
    assert outcome.late == []
    assert outcome.right >= 0.9 * outcome.bodies
