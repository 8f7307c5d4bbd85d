"""The change feed for consumers: nothing is told as delivered before it is."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pipeline.model import Change
from pipeline.publish.changes import Start, deliver, record, start

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)


class Feed:
    """A change feed of a few changes, three at a time."""

    def __init__(self, last: int) -> None:
        self.last = last

    def after(self, seq: int) -> Sequence[Change]:
        return [change(number) for number in range(seq + 1, self.last + 1)][:3]


def change(seq: int) -> Change:
    return Change("epoch", seq, NOON, "revised", 4, 2, "example", "https://news.example/a")


def test_a_line_has_the_contracts_shape() -> None:
    assert json.dumps(record(change(9))) == (
        '{"epoch": "epoch", "seq": 9, "at": "2024-09-03T12:00:00Z", "change": "revised", "id": 4, "revision": 2,'
        ' "source": "example", "url": "https://news.example/a"}'
    )


@pytest.mark.parametrize(
    ("cursor", "expected", "why"),
    [
        (None, 0, None),
        (("epoch", 7), 7, None),
        (("epoch", 9), 9, None),
        (("older", 7), 0, "epoch older is now epoch"),
        (("epoch", 10), 0, "10 of 9"),
    ],
)
def test_a_consumer_reads_on_unless_it_is_another_database(
    cursor: tuple[str, int] | None, expected: int, why: str | None
) -> None:
    found = start(cursor, "epoch", last=9)
    assert found.seq == expected
    assert (why or "") in (found.warning or "")
    assert (found == Start(expected)) == (why is None)


def test_a_batch_is_told_as_delivered_when_its_lines_are_out() -> None:
    out, told = io.StringIO(), []
    deliver(Feed(7), 1, out, lambda last: told.append((last.seq, len(out.getvalue().splitlines()))))
    assert told == [(4, 3), (7, 6)]
    assert [json.loads(line)["seq"] for line in out.getvalue().splitlines()] == [2, 3, 4, 5, 6, 7]


def test_what_could_not_be_written_is_not_told_as_delivered() -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError("no space left")

    told: list[int] = []
    out = Full()
    with pytest.raises(OSError, match="no space"):
        deliver(Feed(2), 0, out, lambda last: told.append(last.seq))
    assert told == []


def test_further_changes_are_waited_for_as_long_as_told() -> None:
    feed, out, rounds = Feed(1), io.StringIO(), iter([True, True, False])

    def more() -> bool:
        feed.last += 1
        return next(rounds)

    deliver(feed, 0, out, lambda _: None, more)
    assert [json.loads(line)["seq"] for line in out.getvalue().splitlines()] == [1, 2, 3]
