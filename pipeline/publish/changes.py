"""The change feed for those who follow it: every change once and in order, at least once after a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

from pipeline.model import Change
from pipeline.publish.jsonl import as_json
from pipeline.record import instant


class Changes(Protocol):
    """Where changes come from: the database."""

    def after(self, seq: int) -> Sequence[Change]:
        """The next changes after a sequence number, some at a time; none if there are no more."""
        ...


@dataclass(frozen=True, slots=True)
class Start:
    """The sequence number to read on from; `warning` says why it is not the one the consumer had."""

    seq: int
    warning: str | None = None


def record(change: Change) -> dict[str, Any]:
    """One line of the change feed."""
    return {
        "epoch": change.epoch,
        "seq": change.seq,
        "at": instant(change.at),
        "change": change.change,
        "id": change.id,
        "revision": change.revision,
        "source": change.source,
        "url": change.url,
    }


def start(cursor: tuple[str, int] | None, epoch: str, last: int) -> Start:
    """Where a consumer reads on: its cursor (epoch and number), or 0 where the database is not the one it knew."""
    if cursor is None:
        return Start(0)
    known_epoch, seq = cursor
    if known_epoch != epoch:
        return Start(0, f"the database was restored (epoch {known_epoch} is now {epoch}); reading again from 0")
    if seq > last:
        return Start(0, f"the database is older than what was read of it ({seq} of {last}); reading again from 0")
    return Start(seq)


def deliver(
    changes: Changes,
    seq: int,
    out: TextIO,
    delivered: Callable[[Change], None],
    more: Callable[[], bool] = lambda: False,
) -> None:
    """Write all changes after `seq`, and further ones as long as `more` says to look again.

    `delivered` hears of the last change of a batch after its lines were written and flushed, never before.
    """
    for batch in _batches(changes, seq, more):
        out.writelines(f"{as_json(record(change))}\n" for change in batch)
        out.flush()
        delivered(batch[-1])


def _batches(changes: Changes, seq: int, more: Callable[[], bool]) -> Iterator[Sequence[Change]]:
    while True:
        batch = changes.after(seq)
        if batch:
            yield batch
            seq = batch[-1].seq
        elif not more():
            return
