"""`newswire status`: how the sources are, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from pipeline.cli import condition
from pipeline.cli.database import database, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.cli.when import told_since
from pipeline.model import Source

COUNTS = ("articles", "feeds", "waiting_pages", "failing_feeds", "quarantined")
TIMES = ("newest", "last_poll", "next_poll")
FIELDS = (
    "source", "health", "enabled", "articles", "newest", "feeds", "last_poll", "next_poll", "waiting_pages",
    "quarantined", "failing_feeds", "last_error",
)  # fmt: skip
COLUMNS = (
    "source", "health", "articles", "newest article", "last poll", "next poll", "waiting pages", "quarantined",
    "last error",
)  # fmt: skip


@click.command()
@output_option
@common_options
@pass_told
def status(told: Told, form: str | None) -> None:
    """How every agency is: whether all is well, what there is of it, when it was polled, what waits."""
    form, now = output_form(form), datetime.now(UTC)
    settings, sources = told.settings_and_sources()
    with database(told) as store, store.read() as reader:
        vitals = reader.vitals(now)
        rows, totals = _rows(reader.sources(), sources), reader.totals()
        name, directory = store.name, store.directory
    alarms = condition.judged(vitals, sources, settings, directory, now)
    words = condition.words(alarms, vitals, sources, now)
    rows = [{**row, "health": words.get(row["source"], "not configured")} for row in rows]
    if form == "json":
        told_alarms = [condition.as_row(alarm) for alarm in alarms]
        found = {"sources": {row["source"]: row for row in rows}, "totals": totals, "alarms": told_alarms}
        write_one({**found, "polled_by": condition.pollers(vitals, now)}, form)
    elif form != "table":
        write(rows, form, FIELDS)
    else:
        write([_words(row, now) for row in rows], form, COLUMNS)
        click.echo(f"\n{_sum(totals, rows)} · {name}")
        for line in condition.lines(alarms, vitals, now):
            click.echo(line)


def _rows(known: Mapping[str, Mapping[str, Any]], sources: Iterable[Source]) -> list[dict[str, Any]]:
    """A row for every source that is configured or has articles."""
    enabled = {source.id: source.enabled for source in sources}
    rows = []
    for name in sorted({*known, *enabled}):
        numbers = dict.fromkeys(COUNTS, 0) | dict.fromkeys((*TIMES, "last_error")) | dict(known.get(name, {}))
        rows.append({"source": name, "enabled": enabled.get(name, False), **numbers})
    return rows


def _words(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "source": row["source"],
        "health": row["health"],
        "articles": row["articles"],
        "newest article": told_since(row["newest"], now) if row["newest"] else "none yet",
        "last poll": told_since(row["last_poll"], now) if row["last_poll"] else "never",
        "next poll": _next(row, now),
        "waiting pages": row["waiting_pages"] or "",
        "quarantined": row["quarantined"] or "",
        "last error": row["last_error"],
    }


def _next(row: Mapping[str, Any], now: datetime) -> str:
    if not row["enabled"]:
        return "switched off"
    if row["next_poll"] is None:
        return "never"
    return told_since(row["next_poll"], now) if row["next_poll"] > now else "due"


def _sum(totals: Mapping[str, int], rows: Iterable[Mapping[str, Any]]) -> str:
    held = sum(row["quarantined"] for row in rows)
    facts = [f"{totals['articles']:,} articles", f"{totals['archive_bytes'] / 1e6:,.1f} MB of raw pages"]
    if totals["pending"]:
        facts.append(f"{totals['pending']:,} kept pages are not worked yet: newswire ingest")
    if held:
        facts.append(f"{held:,} in quarantine: newswire quarantine list")
    return " · ".join(facts)
