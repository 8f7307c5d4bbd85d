"""What follows from a text: a turned bit is told, what other rules made is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from pipeline.archive.pack import unpack
from pipeline.dedup import fingerprint
from pipeline.dedup.fingerprint import looked_up_by
from pipeline.model import Published
from pipeline.relating import deriving
from pipeline.store import Store
from pipeline.store import engine as engines

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
BODY = (
    "The ferry {0} sails from the islands again after a month in dock, said the harbour's master in the morning. " * 4
)


@pytest.fixture
def filled(store: Store, put: Any, article: Any) -> Store:
    """Three articles that can be looked up."""
    for name in ("Alba", "Borea", "Ceres"):
        one = article(
            headline=f"The ferry {name} sails again", body=BODY.format(name),
            published=Published(NOON, "second", "feed", "noon"),
        )  # fmt: skip
        number = put(store, **{field: getattr(one, field) for field in ("url", "headline", "headline_raw", "body")},
                     published=one.published)  # fmt: skip
        with store.write(NOON) as tx:
            tx.relations.index.remember(number, fingerprint(one, None).keys, looked_up_by(one, None)[1])
    return store


@pytest.fixture
def change(database_url: str, filled: Store) -> Any:
    """Runs a statement, with its values."""
    engine: Engine = engines.make_engine(database_url)

    def run(statement: str, **values: Any) -> Any:
        with engine.connect() as connection:
            found = connection.execute(text(statement), values)
            rows = found.all() if found.returns_rows else None
            connection.commit()
        return rows

    yield run
    engine.dispose()


Change = Callable[..., Any]


def _problems(store: Store) -> list[str]:
    return store.check(unpack, deriving({}))


def test_a_sound_database_follows_from_its_texts(filled: Store) -> None:
    assert _problems(filled) == []


def test_a_turned_hash_of_a_headline_is_told(filled: Store, change: Change) -> None:
    ((whole,),) = change("SELECT headline_hash FROM article WHERE id = 2")
    place = next(place for place, sign in enumerate(whole) if sign.isdigit())
    turned = f"{whole[:place]}{int(whole[place]) ^ 1}{whole[place + 1 :]}"
    change("UPDATE article SET headline_hash = :it WHERE id = 2", it=turned)
    assert _problems(filled) == ["article 2 is damaged: the hash of its headline is not its own; restore a backup"]


def test_a_hash_by_other_rules_is_no_damage(filled: Store, change: Change) -> None:
    change("UPDATE article SET headline_hash = :it", it=hashlib.sha256(b"by other rules").hexdigest())
    assert _problems(filled) == []


def test_a_day_that_no_zone_explains_is_told(filled: Store, change: Change) -> None:
    change("UPDATE article SET day = :it WHERE id = 1", it=date(2024, 9, 4).isoformat())
    assert _problems(filled) == []
    change("UPDATE article SET day = :it WHERE id = 1", it=date(2024, 8, 3).isoformat())
    assert _problems(filled) == ["article 1 is damaged: its day is not that of its time; restore a backup"]


@pytest.mark.parametrize("bit", [0, 15, 16, 40, 62])
def test_a_turned_key_is_told(filled: Store, change: Change, bit: int) -> None:
    ((key,),) = change("SELECT max(key) FROM fingerprint WHERE article_id = 2")
    change("UPDATE fingerprint SET key = :now WHERE key = :was AND article_id = 2", was=key, now=key ^ 1 << bit)
    assert _problems(filled) == ["article 2 is looked up by a damaged key; run: newswire regroup"]


def test_a_key_that_went_to_another_article_is_told(filled: Store, change: Change) -> None:
    keys = "SELECT key FROM fingerprint WHERE article_id = 2"
    ((key,), *_) = change(f"{keys} AND key NOT IN ({keys.replace('= 2', '= 3')})")
    change("UPDATE fingerprint SET article_id = 3 WHERE key = :it AND article_id = 2", it=key)
    assert _problems(filled) == ["article 2 is looked up by a damaged key; run: newswire regroup"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM fingerprint",
        "UPDATE fingerprint SET key = key + 1",  # all of another day
        "DELETE FROM fingerprint WHERE key IN (SELECT max(key) FROM fingerprint GROUP BY article_id)",
    ],
)
def test_keys_by_other_rules_are_no_damage(filled: Store, change: Change, statement: str) -> None:
    change(statement)
    assert _problems(filled) == []
