"""What copies, versions and articles on the same event are found by, and the original of each.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TYPES = {
    "sqlite": {"number": "INTEGER", "bytes": "BLOB", "without_rowid": " WITHOUT ROWID"},
    "postgresql": {"number": "BIGINT", "bytes": "BYTEA", "without_rowid": ""},
}

STATEMENTS = (
    "ALTER TABLE article ADD COLUMN original {number}",
    "CREATE INDEX ix_article_original ON article (original)",
    "UPDATE article SET original = duplicate_of WHERE duplicate_of IS NOT NULL",
    """CREATE TABLE fingerprint (
        key {number} NOT NULL,
        article_id {number} NOT NULL,
        CONSTRAINT pk_fingerprint PRIMARY KEY (key, article_id),
        CONSTRAINT fk_fingerprint_article_id FOREIGN KEY(article_id) REFERENCES article (id)
    ){without_rowid}""",
    """CREATE TABLE story_key (
        key {number} NOT NULL,
        article_id {number} NOT NULL,
        CONSTRAINT pk_story_key PRIMARY KEY (key, article_id),
        CONSTRAINT fk_story_key_article_id FOREIGN KEY(article_id) REFERENCES article (id)
    ){without_rowid}""",
    """CREATE TABLE article_profile (
        article_id {number} NOT NULL,
        terms {bytes} NOT NULL,
        CONSTRAINT pk_article_profile PRIMARY KEY (article_id),
        CONSTRAINT fk_article_profile_article_id FOREIGN KEY(article_id) REFERENCES article (id)
    )""",
    """CREATE TABLE term (
        key {number} NOT NULL,
        articles {number} NOT NULL,
        CONSTRAINT pk_term PRIMARY KEY (key)
    )""",
)


def upgrade() -> None:
    """Add the column and the table; `newswire regroup` fills it for the articles that are there."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        op.execute(statement.format(**TYPES[connection.dialect.name]))
