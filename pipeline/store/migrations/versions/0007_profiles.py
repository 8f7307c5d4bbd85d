"""What events are compared by as vectors of length 1, beside the time and the signals that are compared with them.

Until now each comparison read them from the article and its text, and made the vectors anew.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

import numpy as np
from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TYPES = {
    "sqlite": {"number": "INTEGER", "instant": "TEXT", "bytes": "BLOB"},
    "postgresql": {"number": "BIGINT", "instant": "TIMESTAMP WITH TIME ZONE", "bytes": "BYTEA"},
}
TABLE = """CREATE TABLE article_profile (
    article_id {number} NOT NULL,
    placed_at {instant} NOT NULL,
    signals TEXT NOT NULL,
    terms {bytes} NOT NULL,
    checksum {number} NOT NULL,
    CONSTRAINT pk_article_profile PRIMARY KEY (article_id),
    CONSTRAINT fk_article_profile_article_id FOREIGN KEY(article_id) REFERENCES article (id)
)"""
BEFORE = """SELECT a.id, a.sort_at, a.first_seen_at, r.published_from, r.signals, p.terms
    FROM earlier_profile AS p JOIN article AS a ON a.id = p.article_id
    JOIN article_revision AS r ON r.article_id = a.id AND r.revision = a.revision
    WHERE a.id > :after ORDER BY a.id LIMIT 1000"""
AFTER = text("INSERT INTO article_profile VALUES (:article_id, :placed_at, :signals, :terms, :checksum)")
HAD = np.dtype([("hash", "<u4"), ("weight", "<f2"), ("idf", "<f2"), ("kind", "u1")])
HAS = np.dtype([("hash", "<u4"), ("word", "<f2"), ("title", "<f2"), ("mark", "<f2")])
TITLE, MARK = 1, 4
NO_SUM = -1


def upgrade() -> None:
    """Fill a new table from the old one."""
    types, connection = TYPES[op.get_bind().dialect.name], op.get_bind()
    op.execute("ALTER TABLE article_profile RENAME TO earlier_profile")
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE earlier_profile RENAME CONSTRAINT pk_article_profile TO pk_earlier_profile")
        op.execute(
            "ALTER TABLE earlier_profile"
            " RENAME CONSTRAINT fk_article_profile_article_id TO fk_earlier_profile_article_id"
        )
    op.execute(TABLE.format(**types))
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":  # a damaged text is a damaged profile, and no end of the upgrade
        raw.text_factory = lambda text: text.decode(errors="replace")
    after = 0
    try:
        while rows := connection.execute(text(BEFORE), {"after": after}).all():
            connection.execute(AFTER, [_row(*row) for row in rows])
            after = rows[-1][0]
    finally:
        if connection.dialect.name == "sqlite":
            raw.text_factory = str
    op.execute("DROP TABLE earlier_profile")


def _row(number: int, sort_at: Any, seen_at: Any, origin: str | None, signals: Any, terms: Any) -> dict[str, Any]:
    placed_at = sort_at if origin in ("feed", "page", "listing") else seen_at
    try:
        written = " ".join(json.loads(signals) if isinstance(signals, str) else signals)
        packed = _packed(terms)
    except (ValueError, TypeError):  # damaged: `db check` says by the sum to group anew
        damaged = {"signals": "", "terms": b"", "checksum": NO_SUM}
        return {"article_id": number, "placed_at": sort_at or seen_at, **damaged}
    at = placed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(placed_at, datetime) else placed_at
    checksum = zlib.crc32(packed, zlib.crc32(f"{at} {written}".encode()))
    columns = {"placed_at": placed_at, "signals": written, "terms": packed, "checksum": checksum}
    return {"article_id": number, **columns}


def _packed(terms: bytes) -> bytes:
    had = np.frombuffer(terms[: len(terms) // HAD.itemsize * HAD.itemsize], HAD)  # a damaged one ends anywhere
    is_mark = (had["kind"] & MARK) > 0
    has = np.zeros(len(had), HAS)
    has["hash"] = had["hash"]
    has["word"] = _unit(had["weight"].astype(float) * ~is_mark)
    has["title"] = _unit(had["idf"].astype(float) * (~is_mark & ((had["kind"] & TITLE) > 0)))
    has["mark"] = had["weight"] * is_mark
    return has.tobytes()


def _unit(vector: Any) -> Any:
    return vector / (float(np.sqrt(vector @ vector)) or 1.0)
