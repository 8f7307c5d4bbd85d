"""`newswire diff`: what changed between two versions of an article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from pipeline.cli.choice import NUMBER
from pipeline.cli.database import article_number, look, minute, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write_one
from pipeline.dedup.diff import Part, class_of, fields_of
from pipeline.errors import StoreError
from pipeline.log import printable

AROUND = 60  # characters of what is the same beside a change
NAMES = {"headline_raw": "headline"}
MARKS = {"-": ("[-", "-]", "red"), "+": ("{+", "+}", "green")}


@click.command()
@click.argument("article", metavar="ID_OR_URL")
@click.argument("versions", metavar="[A] [B]", nargs=-1, type=NUMBER)
@output_option
@common_options
@pass_told
def diff(told: Told, form: str | None, article: str, versions: tuple[int, ...]) -> None:
    """Show what changed between two versions of an article (the last two), word by word."""
    if len(versions) > 2:
        raise click.UsageError("two versions at most")
    form = output_form(form)
    with look(told) as reader:
        found = {one["revision"]: one for one in reader.revisions(article_number(told, reader, article))}
    before, after = _chosen(article, found, versions)
    changed = fields_of(before, after)
    kind = class_of(before, after)
    if form == "table":
        click.echo("\n".join(_lines(before, after, kind, changed)))
        return
    fields = {NAMES.get(name, name): [list(part) for part in parts] for name, parts in changed.items()}
    numbers = {"article": after["id"], "from": before["revision"], "to": after["revision"]}
    write_one({**numbers, "class": kind, "fields": fields}, form)


def _chosen(
    article: str, found: Mapping[int, Mapping[str, Any]], versions: Sequence[int]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The two versions meant.

    Raises:
        StoreError: there is no such article or version, or only one.
    """
    if not found:
        raise StoreError(f"there is no article {article}; look for it with: newswire query")
    last = versions[-1] if versions else max(found)
    first = versions[0] if len(versions) == 2 else last - 1
    missing = [number for number in (first, last) if number not in found]
    if first < 1:
        raise StoreError(f"article {article} has nothing before version {last}; see: newswire revisions {article}")
    if missing:
        raise StoreError(f"article {article} has no version {missing[0]}; see: newswire revisions {article}")
    return found[first], found[last]


def _lines(
    before: Mapping[str, Any], after: Mapping[str, Any], kind: str, changed: Mapping[str, Sequence[Part]]
) -> Iterator[str]:
    one, other = (f"{record['revision']} ({minute(record['fetched_at'])})" for record in (before, after))
    yield f"{kind}: version {one} → {other}"
    for name, parts in changed.items():
        yield ""
        yield f"{NAMES.get(name, name)}: {''.join(_shown(parts))}"


def _shown(parts: Sequence[Part]) -> Iterator[str]:
    for place, (kind, text) in enumerate(parts):
        if kind == "=":
            yield _printable(_shortened(text, first=place == 0, last=place == len(parts) - 1))
        else:
            left, right, colour = MARKS[kind]
            yield click.style(f"{left}{_printable(text)}{right}", fg=colour)


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """What is the same, without what is far from any change."""
    if len(text) <= 2 * AROUND:
        return text
    head, tail = "" if first else text[:AROUND], "" if last else text[-AROUND:]
    return f"{head} … {tail}"


def _printable(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
