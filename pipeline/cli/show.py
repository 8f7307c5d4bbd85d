"""`newswire show` and `newswire revisions`: one article to read, and how it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import click

from pipeline.cli.database import article_number, look, minute, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.dedup.diff import class_of
from pipeline.errors import StoreError
from pipeline.log import printable
from pipeline.record import FIELDS, REVISION_FIELDS

REVISION_COLUMNS = ("revision", "time", "change", "class", "completeness", "headline")


@click.command()
@click.argument("article", metavar="ID_OR_URL")
@output_option
@common_options
@pass_told
def show(told: Told, form: str | None, article: str) -> None:
    """Show an article, by its number or by an address it was listed under."""
    form = output_form(form)
    with look(told) as reader:
        number = article_number(told, reader, article)
        found = reader.record(number)
    if found is None:
        raise StoreError(f"there is no article {article}; look for it with: newswire query")
    if form == "table":
        click.echo("\n".join(printable(line) for line in _lines(found)))
    elif form == "csv":
        write([found], form, FIELDS)
    else:
        write_one(found, form)


@click.command()
@click.argument("article", metavar="ID_OR_URL")
@output_option
@common_options
@pass_told
def revisions(told: Told, form: str | None, article: str) -> None:
    """List the versions of an article, the first one first."""
    form = output_form(form)
    with look(told) as reader:
        found = reader.revisions(article_number(told, reader, article))
    if not found:
        raise StoreError(f"there is no article {article}; look for it with: newswire query")
    if form == "table":
        classes = ["", *(class_of(before, after) for before, after in pairwise(found))]
        rows = zip(found, classes, strict=True)
        write(
            ({**record, "time": minute(record["fetched_at"]), "class": kind} for record, kind in rows),
            form,
            REVISION_COLUMNS,
        )
    else:
        write(found, form, REVISION_FIELDS)


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    """The article as one reads it, and below what else is known of it."""
    yield record["headline"]
    yield " · ".join(filter(None, (record["source"], record["credit"], record["language"], _time(record))))
    yield record["url"]
    for paragraph in _paragraphs(record):
        yield ""
        yield paragraph
    facts = {name: text for name, text in _facts(record) if text}
    width = max(map(len, facts)) + 2
    yield ""
    yield from (f"{name:<{width}}{text}" for name, text in facts.items())


def _paragraphs(record: Mapping[str, Any]) -> Iterator[str]:
    if record["lead"]:
        yield record["lead"]
    dateline = (record["dateline"] or {}).get("text")
    body = record["body"].split("\n") if record["body"] else ["(no text)"]
    yield f"{dateline} {body[0]}" if dateline else body[0]
    yield from body[1:]


def _time(record: Mapping[str, Any]) -> str:
    published = record["published_at"]
    if not published:
        return f"seen {minute(record['first_seen_at'])} UTC"
    return published if record["published_precision"] == "day" else f"{minute(published)} UTC"


def _facts(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number = record["id"]
    yield "article", f"{number}, version {record['revision']} ({record['change']})"
    yield "by", record["byline"] or ", ".join(record["authors"])
    yield "section", record["section"] or ""
    yield "signals", ", ".join(record["signals"])
    yield "cites", ", ".join(map(_citation, record["citations"]))
    yield "copy of", str(record["duplicate_of"] or "")
    yield "update of", str(record["update_of"] or "")
    yield "story", str(record["story"] or "")
    yield "updated", f"{minute(record['updated_at'])} UTC" if record["updated_at"] else ""
    yield "text", "" if record["completeness"] == "full" else f"only {record['completeness']}"
    yield "versions", f"newswire revisions {number}" if record["revision"] > 1 else ""


def _citation(citation: Mapping[str, Any]) -> str:
    via = f" (via {citation['via']})" if citation["via"] else ""
    return f"{citation['name']}{via}"
