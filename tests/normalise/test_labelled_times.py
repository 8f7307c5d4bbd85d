"""Printed times of all lands with their right answers (`times.jsonl`): none may be read wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.normalise.times import Moment, parse_time

LABELLED = [
    json.loads(line) for line in (Path(__file__).parent / "times.jsonl").read_text(encoding="utf-8").splitlines()
]
NEAR = "2026-11-20T03:00:00+00:00"


def answer(at: str | None) -> Moment | None:
    """A day is bare; an instant without seconds is one to the minute."""
    if at is None:
        return None
    if len(at) == len("2021-07-07"):
        return Moment(date.fromisoformat(at), "day")
    seconds = at[len("2021-07-07T10:00")] == ":" and at[len("2021-07-07T10:00:00")] in "+-"
    return Moment(datetime.fromisoformat(at).astimezone(UTC), "second" if seconds else "minute")


@pytest.mark.parametrize("told", [pytest.param(one, id=f"{one['zone']} {one['raw']}") for one in LABELLED])
def test_a_printed_time_is_read_right_or_not_at_all(told: dict[str, Any]) -> None:
    near = datetime.fromisoformat(told.get("near", NEAR))
    assert parse_time(told["raw"], ZoneInfo(told["zone"]), near, shown_at=near) == answer(told["at"])


def test_there_are_enough_of_them() -> None:
    assert len({(one["raw"], one["zone"]) for one in LABELLED}) == len(LABELLED) >= 220
