"""What the service needs: whose turn a request takes, a feed's past, parked hosts, robots.txt, pauses, hourly counts.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from alembic import op
from sqlalchemy import Connection, text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TYPES = {
    "sqlite": {"number": "INTEGER", "instant": "TEXT", "json": "JSON"},
    "postgresql": {"number": "BIGINT", "instant": "TIMESTAMP WITH TIME ZONE", "json": "JSONB"},
}

STATEMENTS = (
    "ALTER TABLE request ADD COLUMN host TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE request ADD COLUMN asked_at {instant}",
    "ALTER TABLE request ADD COLUMN gone_at {instant}",
    "CREATE INDEX ix_article_revision_response_id ON article_revision (response_id)",
    "CREATE INDEX ix_request_waiting ON request (due_at, id) WHERE state = 'waiting'",
    """CREATE TABLE polling (
        request_id {number} NOT NULL,
        answered_at {instant},
        whole_at {instant},
        new_at {instant},
        failing_since {instant},
        failure_kind VARCHAR(20),
        failures FLOAT DEFAULT '0' NOT NULL,
        rhythm {json},
        wanted INTEGER,
        entries INTEGER,
        listings INTEGER,
        doubted {json},
        lies INTEGER DEFAULT '0' NOT NULL,
        gap_at {instant},
        churn_at {instant},
        CONSTRAINT pk_polling PRIMARY KEY (request_id),
        CONSTRAINT fk_polling_request_id FOREIGN KEY(request_id) REFERENCES request (id)
    )""",
    """CREATE TABLE parking (
        host TEXT NOT NULL,
        until {instant} NOT NULL,
        why TEXT NOT NULL,
        CONSTRAINT pk_parking PRIMARY KEY (host)
    )""",
    """CREATE TABLE robots (
        origin TEXT NOT NULL,
        fetched_at {instant} NOT NULL,
        until {instant} NOT NULL,
        status INTEGER NOT NULL,
        text TEXT NOT NULL,
        CONSTRAINT pk_robots PRIMARY KEY (origin)
    )""",
    """CREATE TABLE pause (
        source TEXT NOT NULL,
        at {instant} NOT NULL,
        CONSTRAINT pk_pause PRIMARY KEY (source)
    )""",
    """CREATE TABLE pulse (
        source TEXT NOT NULL,
        hour {instant} NOT NULL,
        what VARCHAR(20) NOT NULL,
        count INTEGER NOT NULL,
        CONSTRAINT pk_pulse PRIMARY KEY (source, hour, what)
    )""",
)
BATCH = 1000


def upgrade() -> None:
    """Add the columns and tables, and say of every request whose turn it takes."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        op.execute(statement.format(**TYPES[connection.dialect.name]))
    _name_hosts(connection)


def _name_hosts(connection: Connection) -> None:
    last = 0
    newer = text("SELECT id, url FROM request WHERE id > :last ORDER BY id LIMIT :batch")
    while rows := connection.execute(newer, {"last": last, "batch": BATCH}).all():
        hosts = [{"id": row.id, "host": _host(row.url)} for row in rows]
        connection.execute(text("UPDATE request SET host = :host WHERE id = :id"), hosts)
        last = rows[-1].id


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
