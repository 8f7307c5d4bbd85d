"""The first version: all tables, the two views, full-text search.

What is written here is what databases out there have: it is never edited, not even for a typing mistake.
"""

from __future__ import annotations

import uuid

from alembic import op
from sqlalchemy import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPLICATION_ID = 0x6E777372

TYPES = {
    "sqlite": {
        "id": "INTEGER",
        "counter": "INTEGER",
        "number": "INTEGER",
        "instant": "TEXT",
        "json": "JSON",
        "bytes": "BLOB",
    },
    "postgresql": {
        "id": "BIGSERIAL",
        "counter": "SERIAL",
        "number": "BIGINT",
        "instant": "TIMESTAMP WITH TIME ZONE",
        "json": "JSONB",
        "bytes": "BYTEA",
    },
}

TABLES = (
    """CREATE TABLE article (
        id {id} NOT NULL,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        guid TEXT,
        urls {json} NOT NULL,
        guids {json} NOT NULL,
        revision INTEGER NOT NULL,
        change VARCHAR(12) NOT NULL,
        seq {number} NOT NULL,
        first_seen_at {instant} NOT NULL,
        read_at {instant} NOT NULL,
        sort_at {instant} NOT NULL,
        language TEXT,
        headline_hash VARCHAR(64) NOT NULL,
        text_hash VARCHAR(64),
        day DATE,
        duplicate_of {number},
        update_of {number},
        story {number},
        CONSTRAINT pk_article PRIMARY KEY (id),
        CONSTRAINT fk_article_duplicate_of FOREIGN KEY(duplicate_of) REFERENCES article (id),
        CONSTRAINT fk_article_update_of FOREIGN KEY(update_of) REFERENCES article (id)
    )""",
    "CREATE INDEX ix_article_duplicate_of ON article (duplicate_of)",
    "CREATE INDEX ix_article_sort_at ON article (sort_at, id)",
    "CREATE INDEX ix_article_source_sort_at ON article (source, sort_at)",
    "CREATE INDEX ix_article_story ON article (story)",
    "CREATE INDEX ix_article_text_hash ON article (text_hash)",
    "CREATE INDEX ix_article_update_of ON article (update_of)",
    """CREATE TABLE body (
        sha256 VARCHAR(64) NOT NULL,
        coding VARCHAR(12) NOT NULL,
        size INTEGER NOT NULL,
        data {bytes} NOT NULL,
        CONSTRAINT pk_body PRIMARY KEY (sha256)
    )""",
    """CREATE TABLE capture (
        url TEXT NOT NULL,
        fetched_at {instant} NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        CONSTRAINT pk_capture PRIMARY KEY (url, fetched_at, sha256)
    )""",
    """CREATE TABLE change_counter (
        id {counter} NOT NULL,
        value {number} NOT NULL,
        CONSTRAINT pk_change_counter PRIMARY KEY (id)
    )""",
    """CREATE TABLE consumer (
        name TEXT NOT NULL,
        epoch TEXT NOT NULL,
        seq {number} NOT NULL,
        CONSTRAINT pk_consumer PRIMARY KEY (name)
    )""",
    """CREATE TABLE lease (
        source TEXT NOT NULL,
        holder TEXT NOT NULL,
        until {instant} NOT NULL,
        CONSTRAINT pk_lease PRIMARY KEY (source)
    )""",
    """CREATE TABLE request (
        id {id} NOT NULL,
        source TEXT NOT NULL,
        feed TEXT NOT NULL,
        kind VARCHAR(8) NOT NULL,
        url TEXT NOT NULL,
        url_key TEXT NOT NULL,
        entry {json},
        entry_changed {json},
        parent TEXT,
        language TEXT,
        section TEXT,
        etag TEXT,
        last_modified TEXT,
        sha256 VARCHAR(64),
        due_at {instant},
        checked_at {instant},
        attempts INTEGER NOT NULL,
        version INTEGER NOT NULL,
        state VARCHAR(8) NOT NULL,
        error TEXT,
        CONSTRAINT pk_request PRIMARY KEY (id),
        CONSTRAINT uq_request_source_kind_url_key UNIQUE (source, kind, url_key)
    )""",
    "CREATE INDEX ix_request_due ON request (source, due_at, id)",
    "CREATE INDEX ix_request_feed ON request (feed, kind)",
    """CREATE TABLE sighting (
        source TEXT NOT NULL,
        feed TEXT NOT NULL,
        url_key TEXT NOT NULL,
        section TEXT NOT NULL,
        url TEXT NOT NULL,
        guid TEXT,
        headline TEXT,
        entry_hash VARCHAR(64) NOT NULL,
        first_seen_at {instant} NOT NULL,
        last_seen_at {instant} NOT NULL,
        CONSTRAINT pk_sighting PRIMARY KEY (source, feed, url_key, section)
    )""",
    "CREATE INDEX ix_sighting_url_key ON sighting (url_key)",
    """CREATE TABLE wire (
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_wire PRIMARY KEY (key)
    )""",
    """CREATE TABLE article_key (
        source TEXT NOT NULL,
        kind VARCHAR(4) NOT NULL,
        scope TEXT NOT NULL,
        value TEXT NOT NULL,
        article_id {number} NOT NULL,
        content_hash VARCHAR(64),
        CONSTRAINT pk_article_key PRIMARY KEY (source, kind, scope, value),
        CONSTRAINT fk_article_key_article_id FOREIGN KEY(article_id) REFERENCES article (id)
    )""",
    "CREATE INDEX ix_article_key_article_id ON article_key (article_id)",
    """CREATE TABLE change (
        seq {number} NOT NULL,
        at {instant} NOT NULL,
        change VARCHAR(12) NOT NULL,
        article_id {number} NOT NULL,
        revision INTEGER NOT NULL,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        CONSTRAINT pk_change PRIMARY KEY (seq),
        CONSTRAINT fk_change_article_id FOREIGN KEY(article_id) REFERENCES article (id)
    )""",
    "CREATE INDEX ix_change_article_id ON change (article_id)",
    """CREATE TABLE link (
        article_id {number} NOT NULL,
        kind VARCHAR(12) NOT NULL,
        other_id {number} NOT NULL,
        score FLOAT NOT NULL,
        why TEXT NOT NULL,
        method TEXT NOT NULL,
        CONSTRAINT pk_link PRIMARY KEY (article_id, kind, other_id),
        CONSTRAINT fk_link_article_id FOREIGN KEY(article_id) REFERENCES article (id),
        CONSTRAINT fk_link_other_id FOREIGN KEY(other_id) REFERENCES article (id)
    )""",
    "CREATE INDEX ix_link_other_id ON link (other_id)",
    """CREATE TABLE response (
        id {id} NOT NULL,
        request_id {number} NOT NULL,
        url TEXT NOT NULL,
        final_url TEXT,
        status INTEGER NOT NULL,
        headers {json} NOT NULL,
        fetched_at {instant} NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        captured INTEGER NOT NULL,
        version INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        state VARCHAR(12) NOT NULL,
        CONSTRAINT pk_response PRIMARY KEY (id),
        CONSTRAINT fk_response_request_id FOREIGN KEY(request_id) REFERENCES request (id)
    )""",
    "CREATE INDEX ix_response_request ON response (request_id, fetched_at)",
    "CREATE INDEX ix_response_sha256 ON response (sha256)",
    "CREATE INDEX ix_response_state ON response (state, id) WHERE state != 'done'",
    """CREATE TABLE article_revision (
        article_id {number} NOT NULL,
        revision INTEGER NOT NULL,
        change VARCHAR(12) NOT NULL,
        seq {number} NOT NULL,
        content_hash VARCHAR(64) NOT NULL,
        response_id {number},
        url TEXT NOT NULL,
        canonical_url TEXT,
        credit TEXT,
        headline TEXT NOT NULL,
        headline_raw TEXT NOT NULL,
        lead TEXT,
        body TEXT NOT NULL,
        section TEXT,
        keywords {json} NOT NULL,
        authors {json} NOT NULL,
        byline TEXT,
        images {json} NOT NULL,
        language TEXT,
        dateline {json},
        published_at TEXT,
        published_precision VARCHAR(6),
        published_from VARCHAR(8),
        published_raw TEXT,
        updated_at {instant},
        fetched_at {instant} NOT NULL,
        signals {json} NOT NULL,
        citations {json} NOT NULL,
        completeness VARCHAR(7) NOT NULL,
        extraction {json} NOT NULL,
        CONSTRAINT pk_article_revision PRIMARY KEY (article_id, revision),
        CONSTRAINT fk_article_revision_article_id FOREIGN KEY(article_id) REFERENCES article (id),
        CONSTRAINT fk_article_revision_response_id FOREIGN KEY(response_id) REFERENCES response (id)
    )""",
    """CREATE TABLE quarantine (
        id {id} NOT NULL,
        at {instant} NOT NULL,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        stage VARCHAR(9) NOT NULL,
        error TEXT NOT NULL,
        message TEXT NOT NULL,
        response_id {number},
        raw {bytes},
        state VARCHAR(7) NOT NULL,
        CONSTRAINT pk_quarantine PRIMARY KEY (id),
        CONSTRAINT fk_quarantine_response_id FOREIGN KEY(response_id) REFERENCES response (id)
    )""",
    "CREATE INDEX ix_quarantine_response_id ON quarantine (response_id)",
)

SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE article_text USING fts5(words, tokenize = 'ascii')",),
    "postgresql": (
        "CREATE TABLE article_text (article_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_article_text_words ON article_text USING gin (words)",
    ),
}

LINKS = {
    "sqlite": """(SELECT json_group_array(json_object('kind', l.kind, 'id', l.other_id, 'score', l.score,
                 'why', l.why, 'method', l.method))
                 FROM (SELECT * FROM link WHERE article_id = a.id ORDER BY kind, other_id) AS l)""",
    "postgresql": """(SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'id', l.other_id, 'score', l.score,
                     'why', l.why, 'method', l.method) ORDER BY l.kind, l.other_id), '[]'::jsonb)
                     FROM link AS l WHERE l.article_id = a.id)""",
}

ARTICLES_VIEW = """
CREATE VIEW articles AS
SELECT a.id, a.revision, a.change, a.seq, a.source, r.credit, a.url, r.canonical_url, a.urls, a.guid, a.guids,
       r.headline, r.headline_raw, r.lead, r.body, r.section, r.keywords, r.authors, r.byline, r.images, r.language,
       r.dateline, r.published_at, r.published_precision, r.published_from, r.published_raw, r.updated_at,
       a.first_seen_at, r.fetched_at, a.sort_at, r.signals, r.citations, a.duplicate_of, a.update_of, a.story,
       {links} AS links, r.completeness, r.extraction
FROM article AS a JOIN article_revision AS r ON r.article_id = a.id AND r.revision = a.revision
"""

REVISIONS_VIEW = """
CREATE VIEW article_revisions AS
SELECT r.article_id AS id, r.revision, r.change, r.seq, a.source, r.credit, r.url, r.canonical_url,
       r.headline, r.headline_raw, r.lead, r.body, r.section, r.keywords, r.authors, r.byline, r.images, r.language,
       r.dateline, r.published_at, r.published_precision, r.published_from, r.published_raw, r.updated_at,
       r.fetched_at, r.signals, r.citations, r.completeness, r.extraction
FROM article_revision AS r JOIN article AS a ON a.id = r.article_id
"""


def upgrade() -> None:
    """Make everything in an empty database."""
    dialect = op.get_bind().dialect.name
    statements = [table.format(**TYPES[dialect]) for table in TABLES]
    views = [ARTICLES_VIEW.format(links=LINKS[dialect]), REVISIONS_VIEW]
    for statement in (*statements, *SEARCH[dialect], *views):
        op.execute(statement)
    op.execute("INSERT INTO change_counter (id, value) VALUES (1, 0)")
    op.execute(text("INSERT INTO wire (key, value) VALUES ('epoch', :epoch)").bindparams(epoch=str(uuid.uuid4())))
    if dialect == "sqlite":
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
