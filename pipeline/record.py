"""The record: one JSON object an article, the contract's fields in the contract's order.

Instants are RFC 3339 in UTC; a day is a bare date; what is not known is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.model import Article, Citation, Dateline, Extraction, Published

FIELDS = (
    "id", "revision", "change", "seq", "source", "credit", "url", "canonical_url", "urls", "guid", "guids",
    "headline", "headline_raw", "lead", "body", "section", "keywords", "authors", "byline", "images", "language",
    "dateline", "published_at", "published_precision", "published_from", "published_raw", "updated_at",
    "embargoed_until", "first_seen_at", "fetched_at", "sort_at", "signals", "citations", "duplicate_of", "update_of",
    "story", "links", "completeness", "extraction",
)  # fmt: skip
# What a version has of its own; the rest belongs to the article.
REVISION_FIELDS = tuple(
    field
    for field in FIELDS
    if field not in {"urls", "guid", "guids", "first_seen_at", "sort_at", "duplicate_of", "update_of", "story", "links"}
)
# jsonb keeps its keys in an order of its own, and two databases must print the same record.
INNER = {
    "dateline": ("text", "place", "places", "date", "agency"),
    "citations": ("agency", "name", "via", "text"),
    "links": ("kind", "id", "score", "why", "method"),
    "extraction": ("method", "profile", "version", "fields", "quality"),
}


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, with a fraction only where there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def record(row: Mapping[str, Any], fields: tuple[str, ...] = FIELDS) -> dict[str, Any]:
    """A row of one of the views, or the columns of an article, as a record."""
    return {field: _plain(field, row.get(field)) for field in fields}


def of_article(article: Article) -> dict[str, Any]:
    """The record of an article that no database holds: no number, no links."""
    own = {
        "source": article.source,
        "guid": article.guid,
        "urls": [article.url],
        "guids": [article.guid] if article.guid else [],
        "first_seen_at": article.first_seen_at,
        "sort_at": article.sort_at,
        "links": [],
    }
    return record({**columns(article), **own})


def columns(article: Article) -> dict[str, Any]:
    """What a version of an article says, as plain values; instants stay datetimes."""
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "credit": article.credit,
        "headline": article.headline,
        "headline_raw": article.headline_raw,
        "lead": article.lead,
        "body": article.body,
        "section": article.section,
        "keywords": list(article.keywords),
        "authors": list(article.authors),
        "byline": article.byline,
        "images": list(article.images),
        "language": article.language,
        "dateline": _dateline(article.dateline) if article.dateline else None,
        **_published(article.published),
        "updated_at": article.updated_at,
        "embargoed_until": article.embargoed_until,
        "fetched_at": article.fetched_at,
        "signals": list(article.signals),
        "citations": [_citation(citation) for citation in article.citations],
        "completeness": article.completeness,
        "extraction": _extraction(article.extraction),
    }


def portable(one: dict[str, Any], addresses: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """The record without numbers of its own database: references become `{"source", "url"}`."""

    def named(number: int | None) -> dict[str, str] | None:
        if number is None:
            return None
        source, url = addresses[number]
        return {"source": source, "url": url}

    kept = {field: value for field, value in one.items() if field not in ("id", "seq")}
    kept["duplicate_of"], kept["update_of"] = named(one["duplicate_of"]), named(one["update_of"])
    kept["story"] = named(one["story"])
    links = [{**{k: v for k, v in link.items() if k != "id"}, "to": named(link["id"])} for link in one["links"]]
    kept["links"] = sorted(links, key=lambda link: (link["kind"], link["to"]["source"], link["to"]["url"]))
    return kept


def _plain(field: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if field in INNER and isinstance(value, list):
        return [_ordered(field, item) for item in value]
    return _ordered(field, value) if field in INNER and value is not None else value


def _ordered(field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    ordered = {key: _measured(key, value.get(key)) for key in INNER[field]}
    if field == "extraction":
        ordered["fields"] = dict(sorted((value.get("fields") or {}).items()))
    return ordered


def _measured(key: str, value: Any) -> Any:
    # PostgreSQL gives a score of 1.0 back as 1.
    return float(value) if key in ("score", "quality") and value is not None else value


def _dateline(dateline: Dateline) -> dict[str, Any]:
    return {
        "text": dateline.text,
        "place": dateline.place,
        "places": list(dateline.places),
        "date": dateline.date.isoformat() if dateline.date else None,
        "agency": dateline.agency,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {"agency": citation.agency, "name": citation.name, "via": citation.via, "text": citation.text}


def _extraction(extraction: Extraction) -> dict[str, Any]:
    return {
        "method": extraction.method,
        "profile": extraction.profile,
        "version": extraction.version,
        "fields": dict(extraction.fields),
        "quality": extraction.quality,
    }


def _published(published: Published | None) -> dict[str, Any]:
    if published is None:
        return dict.fromkeys(("published_at", "published_precision", "published_from", "published_raw"))
    at = instant(published.at) if isinstance(published.at, datetime) else published.at.isoformat()
    return {
        "published_at": at,
        "published_precision": published.precision,
        "published_from": published.origin,
        "published_raw": published.raw,
    }
