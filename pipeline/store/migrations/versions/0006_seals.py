"""A hash beside each revision, by which a bit that turned in it is told.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column.  Revisions that are there have no seal: who knows what became of them."""
    op.execute("ALTER TABLE article_revision ADD COLUMN seal VARCHAR(64)")
