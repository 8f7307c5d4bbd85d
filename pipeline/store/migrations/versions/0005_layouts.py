"""What the pages of each source used to look like.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TYPES = {
    "sqlite": {"number": "INTEGER", "instant": "TEXT", "json": "JSON"},
    "postgresql": {"number": "BIGINT", "instant": "TIMESTAMP WITH TIME ZONE", "json": "JSONB"},
}

STATEMENTS = (
    """CREATE TABLE layout (
        source TEXT NOT NULL,
        edition TEXT NOT NULL,
        profiles VARCHAR(12) NOT NULL,
        past {json} NOT NULL,
        since {instant},
        lost TEXT,
        response_id {number},
        CONSTRAINT pk_layout PRIMARY KEY (source, edition),
        CONSTRAINT fk_layout_response_id FOREIGN KEY(response_id) REFERENCES response (id)
    )""",
)


def upgrade() -> None:
    """Add the table; the past begins with the next page."""
    for statement in STATEMENTS:
        op.execute(statement.format(**TYPES[op.get_bind().dialect.name]))
