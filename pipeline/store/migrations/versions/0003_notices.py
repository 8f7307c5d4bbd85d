"""Embargoes, and what kill notices name.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TYPES = {
    "sqlite": {"number": "INTEGER", "instant": "TEXT"},
    "postgresql": {"number": "BIGINT", "instant": "TIMESTAMP WITH TIME ZONE"},
}

LINKS = {
    "sqlite": """(SELECT json_group_array(json_object('kind', l.kind, 'id', l.other_id, 'score', l.score,
                 'why', l.why, 'method', l.method))
                 FROM (SELECT * FROM link WHERE article_id = a.id ORDER BY kind, other_id) AS l)""",
    "postgresql": """(SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'id', l.other_id, 'score', l.score,
                     'why', l.why, 'method', l.method) ORDER BY l.kind, l.other_id), '[]'::jsonb)
                     FROM link AS l WHERE l.article_id = a.id)""",
}

STATEMENTS = (
    "ALTER TABLE article_revision ADD COLUMN embargoed_until {instant}",
    """CREATE TABLE notice (
        source TEXT NOT NULL,
        kind VARCHAR(8) NOT NULL,
        value TEXT NOT NULL,
        article_id {number} NOT NULL,
        CONSTRAINT pk_notice PRIMARY KEY (source, kind, value, article_id),
        CONSTRAINT fk_notice_article_id FOREIGN KEY(article_id) REFERENCES article (id)
    )""",
    """{view} articles AS
SELECT a.id, a.revision, a.change, a.seq, a.source, r.credit, a.url, r.canonical_url, a.urls, a.guid, a.guids,
       r.headline, r.headline_raw, r.lead, r.body, r.section, r.keywords, r.authors, r.byline, r.images, r.language,
       r.dateline, r.published_at, r.published_precision, r.published_from, r.published_raw, r.updated_at,
       a.first_seen_at, r.fetched_at, a.sort_at, r.signals, r.citations, a.duplicate_of, a.update_of, a.story,
       {links} AS links, r.completeness, r.extraction, r.embargoed_until
FROM article AS a JOIN article_revision AS r ON r.article_id = a.id AND r.revision = a.revision
""",
    """{view} article_revisions AS
SELECT r.article_id AS id, r.revision, r.change, r.seq, a.source, r.credit, r.url, r.canonical_url,
       r.headline, r.headline_raw, r.lead, r.body, r.section, r.keywords, r.authors, r.byline, r.images, r.language,
       r.dateline, r.published_at, r.published_precision, r.published_from, r.published_raw, r.updated_at,
       r.fetched_at, r.signals, r.citations, r.completeness, r.extraction, r.embargoed_until
FROM article_revision AS r JOIN article AS a ON a.id = r.article_id
""",
)


# PostgreSQL knows who may read a view, and which views of others stand on it: there the column is appended to the view
# that is there.  SQLite knows neither, and replaces none.
VIEWS = {"sqlite": "CREATE VIEW", "postgresql": "CREATE OR REPLACE VIEW"}


def upgrade() -> None:
    """Add the column and the table, and the column to the views, at their end."""
    connection = op.get_bind()
    name = connection.dialect.name
    if name == "sqlite":
        op.execute("DROP VIEW articles")
        op.execute("DROP VIEW article_revisions")
    for statement in STATEMENTS:
        op.execute(statement.format(**TYPES[name], links=LINKS[name], view=VIEWS[name]))
