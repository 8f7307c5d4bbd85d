"""`newswire changes`: the change feed."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.choice import LARGEST
from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.errors import PublishError

if TYPE_CHECKING:
    from pipeline.model import Change
    from pipeline.store import Store

POLL_SECONDS = 1.0


@click.command()
@click.option(
    "--since",
    type=click.IntRange(0, LARGEST),
    metavar="SEQ",
    help="After this number.  [default: 0, or where the consumer stands]",
)
@click.option("--follow", is_flag=True, help="Wait for further changes until stopped.")
@click.option("--consumer", metavar="NAME", help="Read on where NAME stopped; its place is kept in the database.")
@common_options
@pass_told
def changes(told: Told, since: int | None, follow: bool, consumer: str | None) -> None:
    """Print what changed, oldest first: a JSON line for every new, revised or relinked article.

    A consumer gets every change once; after a crash perhaps twice, never not at all.
    """
    from pipeline.publish.changes import deliver

    with database(told) as store:
        source = _Feed(store, *_start(store, since, consumer))

        def delivered(last: Change) -> None:
            if consumer:
                with store.write(datetime.now(UTC)) as tx:
                    tx.desk.move_cursor(consumer, last.epoch, last.seq)

        deliver(source, source.seq, sys.stdout, delivered, _wait if follow else lambda: False)


@dataclass(frozen=True, slots=True)
class _Feed:
    """The change feed of a database, as it was when reading began."""

    store: Store
    epoch: str
    seq: int

    def after(self, seq: int) -> Sequence[Change]:
        with self.store.read() as reader:
            if reader.epoch() != self.epoch:
                raise PublishError(f"{self.store.name} was restored while it was followed; start the command again")
            return reader.changes(seq)


def _start(store: Store, since: int | None, consumer: str | None) -> tuple[str, int]:
    """The epoch, and the number to read on from."""
    from pipeline.publish.changes import start

    with store.read() as reader:
        epoch = reader.epoch()
        if since is not None:
            if since > reader.last_seq():
                note(f"{store.name} has only {reader.last_seq()} changes: it was restored, or it is another database")
            return epoch, since
        begin = start(reader.cursor(consumer) if consumer else None, epoch, reader.last_seq())
    if begin.warning:
        note(f"consumer {consumer}: {begin.warning}")
    return epoch, begin.seq


def _wait() -> bool:
    time.sleep(POLL_SECONDS)
    return True
