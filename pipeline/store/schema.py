"""The tables, and the two views that are the contract.  A change here needs a migration in `migrations/versions`.

request ─► response ─► body            what is to be fetched, and what came back (Tx A)
sighting, article_key ─► article ─► article_revision        which article it is, and its versions (Tx B)
link   change   consumer   quarantine  what follows from it
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from pipeline.store.types import Bytes, Instant, Json, Key, Named, Printed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row per fact about the database itself: `epoch` (new after a restore).
wire = Table("wire", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

request = Table(
    "request",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", Named, nullable=False),
    Column("feed", Printed, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("url", Printed, nullable=False),
    # What makes two addresses one: the query order and trackers of an article's address flip (cn.yna.co.kr, 2024-06).
    Column("url_key", Named, nullable=False),
    Column("entry", Json),
    # The fields in which the entry changed since the article was last read from it.
    Column("entry_changed", Json),
    # The menu or index that listed it: what it no longer lists is retired.
    Column("parent", Printed),
    Column("language", Printed),
    Column("section", Printed),
    Column("etag", Printed),
    Column("last_modified", Printed),
    Column("sha256", String(64)),
    Column("due_at", Instant),
    Column("checked_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    # Counts the changes of its entry: what was fetched before one must not settle it.
    Column("version", Integer, nullable=False, default=0),
    # waiting (due_at says when) · done (read; due_at null until it is to be read again) · retired (no longer listed)
    Column("state", String(8), nullable=False, default="waiting"),
    Column("error", Printed),
    # Whose turn it takes: one request at a time to a host, over all sources.
    Column("host", Named, nullable=False, server_default=""),
    # When it was first asked for: a page's first sight, from which its re-reads are counted.
    Column("asked_at", Instant),
    # When a page that we had was first found missing (404, 410).
    Column("gone_at", Instant),
    UniqueConstraint("source", "kind", "url_key"),
)
_WAITING = request.c.state == "waiting"
Index("ix_request_waiting", request.c.due_at, request.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("ix_request_due", request.c.source, request.c.due_at, request.c.id)
Index("ix_request_feed", request.c.feed, request.c.kind)

# What a feed's past says of it: how often it has news, whether its server can be believed, whether it is well.
polling = Table(
    "polling",
    metadata,
    Column("request_id", Key, ForeignKey("request.id"), primary_key=True, autoincrement=False),
    Column("answered_at", Instant),  # the last good answer, a 304 too
    Column("whole_at", Instant),  # the last body, got without validators
    Column("new_at", Instant),  # the last entry that was new
    Column("failing_since", Instant),
    Column("failure_kind", String(20)),
    # Trouble that may pass counts in part, a plain no whole; a good answer sets it back to 0.
    Column("failures", Float, nullable=False, server_default="0"),
    Column("rhythm", Json),  # cadence.Rhythm
    Column("wanted", Integer),  # seconds between polls that the feed itself asks for
    Column("entries", Integer),  # in its last body
    Column("listings", Integer),  # that it leads to
    # The validators before the last audit: a server that still says 304 to them does not tell the truth.
    Column("doubted", Json),
    Column("lies", Integer, nullable=False, server_default="0"),
    Column("gap_at", Instant),  # when a poll last had no entry in common with the one before
    Column("churn_at", Instant),  # when known entries last came back under new guids or addresses
)

# A host that asked for a rest, and until when.
parking = Table(
    "parking",
    metadata,
    Column("host", Named, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("why", Printed, nullable=False),
)

# robots.txt of an origin (scheme, host, port) as it was last had: `status` 0 where the server could not be reached.
robots = Table(
    "robots",
    metadata,
    Column("origin", Named, primary_key=True),
    Column("fetched_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("status", Integer, nullable=False),
    Column("text", Printed, nullable=False),
)

# Sources that an operator has stopped for a while.
pause = Table("pause", metadata, Column("source", Named, primary_key=True), Column("at", Instant, nullable=False))

# What happened to a source in an hour: polls, new articles, pages refused and so on, by name.
pulse = Table(
    "pulse",
    metadata,
    Column("source", Named, nullable=False),
    Column("hour", Instant, nullable=False),
    Column("what", String(20), nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("source", "hour", "what"),
)

# What the pages of an edition (a host of the source) used to look like, and since when they do not (see `drift`).
layout = Table(
    "layout",
    metadata,
    Column("source", Named, nullable=False),
    Column("edition", Named, nullable=False),
    Column("profiles", String(12), nullable=False),  # which profiles it was judged by
    Column("past", Json, nullable=False),
    Column("since", Instant),  # null where all is well
    Column("lost", Printed),  # what is wrong, in words
    # The first page that was not as it should be; it is kept when all is well again.
    Column("response_id", Key, ForeignKey("response.id")),
    PrimaryKeyConstraint("source", "edition"),
)

body = Table(
    "body",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("coding", String(12), nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", Bytes, nullable=False),
)

response = Table(
    "response",
    metadata,
    Column("id", Key, primary_key=True),
    Column("request_id", Key, ForeignKey("request.id"), nullable=False),
    Column("url", Printed, nullable=False),
    Column("final_url", Printed),
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("captured", Integer, nullable=False, default=0),
    # The request's version when this was fetched.
    Column("version", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("state", String(12), nullable=False, default="new"),  # new · done · quarantined · pruned
)
Index("ix_response_request", response.c.request_id, response.c.fetched_at)
_UNDONE = response.c.state != "done"
Index("ix_response_state", response.c.state, response.c.id, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
Index("ix_response_sha256", response.c.sha256)

# Captures of an archive that were worked: the same replay again passes them over.
capture = Table(
    "capture",
    metadata,
    Column("url", Named, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=False),
    PrimaryKeyConstraint("url", "fetched_at", "sha256"),
)

article = Table(
    "article",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", Named, nullable=False),
    Column("url", Printed, nullable=False),
    Column("guid", Printed),
    Column("urls", Json, nullable=False),
    Column("guids", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("change", String(12), nullable=False),
    Column("seq", Key, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    # When its text was last read, changed or not: what was fetched before then never becomes current.
    Column("read_at", Instant, nullable=False),
    Column("sort_at", Instant, nullable=False),
    Column("language", Printed),
    Column("headline_hash", String(64), nullable=False),
    Column("text_hash", String(64)),
    Column("day", Date),
    Column("duplicate_of", Key, ForeignKey("article.id")),
    Column("update_of", Key, ForeignKey("article.id")),
    Column("story", Key),
    # The first of all articles that are one text, of which this is a copy or a version; null where it is that itself.
    Column("original", Key),
)
Index("ix_article_sort_at", article.c.sort_at, article.c.id)
Index("ix_article_source_sort_at", article.c.source, article.c.sort_at)
Index("ix_article_text_hash", article.c.text_hash)
Index("ix_article_duplicate_of", article.c.duplicate_of)
Index("ix_article_update_of", article.c.update_of)
Index("ix_article_story", article.c.story)
Index("ix_article_original", article.c.original)

article_revision = Table(
    "article_revision",
    metadata,
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("change", String(12), nullable=False),
    Column("seq", Key, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("response_id", Key, ForeignKey("response.id")),
    Column("url", Printed, nullable=False),
    Column("canonical_url", Printed),
    Column("credit", Printed),
    Column("headline", Printed, nullable=False),
    Column("headline_raw", Printed, nullable=False),
    Column("lead", Printed),
    Column("body", Printed, nullable=False),
    Column("section", Printed),
    Column("keywords", Json, nullable=False),
    Column("authors", Json, nullable=False),
    Column("byline", Printed),
    Column("images", Json, nullable=False),
    Column("language", Printed),
    Column("dateline", Json),
    Column("published_at", Text),
    Column("published_precision", String(6)),
    Column("published_from", String(8)),
    Column("published_raw", Printed),
    Column("updated_at", Instant),
    Column("fetched_at", Instant, nullable=False),
    Column("signals", Json, nullable=False),
    Column("citations", Json, nullable=False),
    Column("completeness", String(7), nullable=False),
    Column("extraction", Json, nullable=False),
    Column("embargoed_until", Instant),
    # The hash of all of the above but `seq`: SQLite keeps no sums of its pages.  None where it is older than seals.
    Column("seal", String(64)),
    PrimaryKeyConstraint("article_id", "revision"),
)
# A response is deleted by `db prune` only if no revision was read from it, and the database looks for one each time.
Index("ix_article_revision_response_id", article_revision.c.response_id)

# An address or guid that means this article.  `scope` is the feed a guid is unique in, empty where the source is.
article_key = Table(
    "article_key",
    metadata,
    Column("source", Named, nullable=False),
    Column("kind", String(4), nullable=False),
    Column("scope", Named, nullable=False),
    Column("value", Named, nullable=False),
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    # What was last read there: one of several addresses that still shows an old text proves no new revision.
    Column("content_hash", String(64)),
    PrimaryKeyConstraint("source", "kind", "scope", "value"),
)
Index("ix_article_key_article_id", article_key.c.article_id)

sighting = Table(
    "sighting",
    metadata,
    Column("source", Named, nullable=False),
    Column("feed", Named, nullable=False),
    Column("url_key", Named, nullable=False),
    Column("section", Named, nullable=False, default=""),
    Column("url", Printed, nullable=False),
    Column("guid", Printed),
    Column("headline", Printed),
    Column("entry_hash", String(64), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("source", "feed", "url_key", "section"),
)
Index("ix_sighting_url_key", sighting.c.url_key)

link = Table(
    "link",
    metadata,
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("other_id", Key, ForeignKey("article.id"), nullable=False),
    Column("score", Float, nullable=False),
    Column("why", Printed, nullable=False),
    Column("method", Text, nullable=False),
    PrimaryKeyConstraint("article_id", "kind", "other_id"),
)
Index("ix_link_other_id", link.c.other_id)

# What articles that may be one text have in common: a hash of 47 bits, and below it the day (since 1970) in 16, so that
# a look-up reads the rows of a few days, however many there are.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("key", Key, nullable=False),
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    PrimaryKeyConstraint("key", "article_id"),
    sqlite_with_rowid=False,
)

# The same for articles that may tell of one event: its rarest words, numbers and places.
story_key = Table(
    "story_key",
    metadata,
    Column("key", Key, nullable=False),
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    PrimaryKeyConstraint("key", "article_id"),
    sqlite_with_rowid=False,
)

# What events are compared by: `terms` as `dedup.story` packs them, beside what else of an article it takes, so that the
# texts need not be read.  And in how many articles each term is (key -1: articles).
article_profile = Table(
    "article_profile",
    metadata,
    Column("article_id", Key, ForeignKey("article.id"), primary_key=True, autoincrement=False),
    Column("placed_at", Instant, nullable=False),
    Column("signals", Text, nullable=False),  # with blanks between
    Column("terms", Bytes, nullable=False),
    Column("checksum", Key, nullable=False),  # of these three
)
term = Table(
    "term",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("articles", Key, nullable=False),
)

# What kill notices name: a text that arrives after the notice that withdraws it is withdrawn as well.
notice = Table(
    "notice",
    metadata,
    Column("source", Named, nullable=False),
    Column("kind", String(8), nullable=False),  # url · id · headline
    Column("value", Named, nullable=False),
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    PrimaryKeyConstraint("source", "kind", "value", "article_id"),
)

# Updated by the last statements of a transaction, so that commit order is sequence order, gapless, on both databases.
change_counter = Table(
    "change_counter", metadata, Column("id", Integer, primary_key=True), Column("value", Key, nullable=False)
)

change = Table(
    "change",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("change", String(12), nullable=False),
    Column("article_id", Key, ForeignKey("article.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", Named, nullable=False),
    Column("url", Printed, nullable=False),
)
Index("ix_change_article_id", change.c.article_id)

consumer = Table(
    "consumer",
    metadata,
    Column("name", Named, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("seq", Key, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("source", Named, nullable=False),
    Column("url", Printed, nullable=False),
    Column("stage", String(9), nullable=False),
    Column("error", Text, nullable=False),
    Column("message", Printed, nullable=False),
    Column("response_id", Key, ForeignKey("response.id")),
    # An imported record that was no record: it has no response.
    Column("raw", Bytes),
    Column("state", String(7), nullable=False, default="held"),  # held · retried · dropped
)
Index("ix_quarantine_response_id", quarantine.c.response_id)

lease = Table(
    "lease",
    metadata,
    Column("source", Named, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

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
       {links} AS links, r.completeness, r.extraction, r.embargoed_until
FROM article AS a JOIN article_revision AS r ON r.article_id = a.id AND r.revision = a.revision
"""

REVISIONS_VIEW = """
CREATE VIEW article_revisions AS
SELECT r.article_id AS id, r.revision, r.change, r.seq, a.source, r.credit, r.url, r.canonical_url,
       r.headline, r.headline_raw, r.lead, r.body, r.section, r.keywords, r.authors, r.byline, r.images, r.language,
       r.dateline, r.published_at, r.published_precision, r.published_from, r.published_raw, r.updated_at,
       r.fetched_at, r.signals, r.citations, r.completeness, r.extraction, r.embargoed_until
FROM article_revision AS r JOIN article AS a ON a.id = r.article_id
"""

SEARCH_TABLES = {
    # Words come in already split and folded (search.segment), so the tokenizer has nothing left to decide: `ascii`
    # splits at blanks, while `unicode61` drops what came after Unicode 6.1.
    "sqlite": ("CREATE VIRTUAL TABLE article_text USING fts5(words, tokenize = 'ascii')",),
    "postgresql": (
        "CREATE TABLE article_text (article_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_article_text_words ON article_text USING gin (words)",
    ),
}


def beside_tables(dialect: str) -> tuple[str, ...]:
    """The statements for what SQLAlchemy's table objects can't say: full-text tables, views, the first counter row."""
    return (
        *SEARCH_TABLES[dialect],
        ARTICLES_VIEW.format(links=LINKS[dialect]),
        REVISIONS_VIEW,
        "INSERT INTO change_counter (id, value) VALUES (1, 0)",
    )
