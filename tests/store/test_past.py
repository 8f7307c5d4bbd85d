"""What is known of a feed's past is kept whole."""

from __future__ import annotations

from sqlalchemy import text

from pipeline.model import Rhythm
from pipeline.store import Store
from pipeline.store import engine as engines
from tests.conftest import NOON
from tests.store.conftest import FEED, FEEDS


def test_a_rhythm_is_kept_whole(asked: Store) -> None:
    rhythm = Rhythm((1.0,) * 24, (2.0,) * 24, NOON, lull=12.5, doubt=3.5, since=NOON)
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        tx.past.polled(due.id, rhythm=rhythm)
        assert tx.past.of("example", FEED)[1].rhythm == rhythm


def test_a_rhythm_of_an_older_version_has_no_lull(asked: Store, database_url: str) -> None:
    old = '{"entries": [1.0], "hours": [2.0], "upto": "2024-09-03T12:00:00Z"}'
    with asked.write(NOON) as tx:
        (due,) = tx.queue.due(NOON, FEEDS)
        tx.past.polled(due.id, rhythm=Rhythm((), (), NOON))
    engine = engines.make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE polling SET rhythm = '{old}'".replace(":", r"\:")))
    engine.dispose()
    with asked.write(NOON) as tx:
        assert tx.past.of("example", FEED)[1].rhythm == Rhythm((1.0,), (2.0,), NOON)
