"""Headlines with markers, with labels, and with what only looks like them (`headlines.jsonl`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.normalise.signals import SIGNALS, split_headline

LABELLED = [
    json.loads(line) for line in (Path(__file__).parent / "headlines.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("told", [pytest.param(one, id=one["printed"]) for one in LABELLED])
def test_a_headline_is_told_from_its_markers(told: dict[str, Any]) -> None:
    assert split_headline(told["printed"]) == (told["headline"], tuple(told["signals"]))


def test_there_are_enough_of_them() -> None:
    assert len({one["printed"] for one in LABELLED}) == len(LABELLED) >= 150
    assert sum(not one["signals"] for one in LABELLED) >= 50


def test_every_signal_of_a_headline_is_listed() -> None:
    said = {signal.partition("-")[0] for one in LABELLED for signal in one["signals"]}
    assert said <= set(SIGNALS)
    assert set(SIGNALS) - said == {"live"}
