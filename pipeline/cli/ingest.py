"""`newswire ingest`: sources, one address, or recorded web archives, into the database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write
from pipeline.log import printable
from pipeline.publish.jsonl import as_json
from pipeline.tally import COUNTS

if TYPE_CHECKING:
    from pipeline.wiring.ingest import Outcome

DONE, FAILED, IN_PART = 0, 1, 3
ARCHIVE_NAMES = (".warc", ".warc.gz")


@click.command()
@click.argument("names", metavar="[SOURCE|WARC]...", nargs=-1)
@click.option("--url", metavar="URL", help="Take in one article by its address.")
@click.option(
    "--replay",
    metavar="WARC",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read a recorded web archive instead of the web, at its own times; more archives may follow.",
)
@click.option("--pages", is_flag=True, help="With --replay: also the article pages that no feed of the archive lists.")
@click.option("--dry-run", is_flag=True, help="Do all but keep it: the summary tells what would be stored.")
@click.option("--force", is_flag=True, help="Poll feeds that are not due yet, and without validators.")
@output_option
@common_options
@pass_told
def ingest(
    told: Told,
    names: tuple[str, ...],
    url: str | None,
    replay: tuple[Path, ...],
    pages: bool,
    dry_run: bool,
    force: bool,
    form: str | None,
) -> int:
    """Poll the named sources (all, if none is named) until nothing of them is due."""
    archives = [*replay, *(Path(name) for name in names if replay and name.endswith(ARCHIVE_NAMES))]
    sources = [name for name in names if Path(name) not in archives]
    if pages and not replay:
        raise click.UsageError("--pages goes with --replay")
    if url and (sources or replay):
        raise click.UsageError("--url goes without sources and without --replay")
    with _database(told, dry_run=dry_run):
        outcome = asyncio.run(_ingest(told, sources, url, archives, pages=pages, force=force))
    _print(outcome, form)
    return _code(outcome)


async def _ingest(
    told: Told, sources: list[str], url: str | None, archives: list[Path], *, pages: bool, force: bool
) -> Outcome:
    from pipeline import log
    from pipeline.wiring.ingest import ingest_archive, ingest_live, ingest_url

    log.set_up(told.verbose - 1)
    heard = log.logger().info
    settings = told.settings()
    if url:
        return await ingest_url(settings, url, heard)
    if archives:
        return await ingest_archive(settings, sources, archives, heard, Progress("polls"), pages=pages)
    return await ingest_live(settings, sources, heard, Progress("requests"), force=force)


class Progress:
    """A line on stderr that counts along, on a terminal only."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._done = 0

    def __call__(self, done: int, of: int | None = None) -> None:
        """`done` of `of`; without `of`, so many more."""
        self._done = done if of else self._done + done
        if sys.stderr.isatty():
            end = "\n" if self._done == of else ""
            print(f"\r{self._done}{f' of {of}' if of else ''} {self._what}", end=end, file=sys.stderr, flush=True)


@contextmanager
def _database(told: Told, *, dry_run: bool) -> Iterator[None]:
    """With a dry run, a copy of the database, thrown away at the end."""
    if not dry_run:
        yield
        return
    from tempfile import TemporaryDirectory

    from pipeline.store.copy import copy_of

    with TemporaryDirectory(prefix="newswire-") as directory:
        told.flags["database"] = copy_of(told.settings().database, Path(directory))
        yield


def _print(outcome: Outcome, form: str | None) -> None:
    for source, holder in outcome.held.items():
        _tell(f"{source}: left out, {holder} is polling it")
    for source, at in outcome.not_due.items():
        _tell(f"{source}: not due until {_clock(at)} UTC; --force polls now")
    for warning in outcome.warnings:
        _tell(warning)
    for sentence in outcome.relaid:
        _tell(sentence)
    if not outcome.sources and not outcome.held:
        _tell("nothing to read: none of these sources has a feed here; article pages of an archive come with --pages")
    print_summary(outcome.tally.summary(outcome.sources), form, skipped=sorted(outcome.held))


def print_summary(
    summary: Mapping[str, Mapping[str, Any]], form: str | None, skipped: Sequence[str] | None = None
) -> None:
    """The counts of each source to stdout, one sentence on stderr for each that had trouble."""
    for source, counts in summary.items():
        errors = counts.get("errors", [])
        if errors:
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            _tell(f"{source}: {errors[0]}{more}")
    if form == "json":
        print(as_json({"sources": summary, **({"skipped": skipped} if skipped else {})}, indent=2))
    else:
        write(_rows(summary), form, ("source", *COUNTS))


def _rows(summary: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"source": source, **counts} for source, counts in summary.items()]


def _code(outcome: Outcome) -> int:
    failed = outcome.tally.total("failed") > 0
    worked = [source for source in outcome.sources if outcome.tally.polled_well(source)]
    if failed and not worked:
        return FAILED
    return IN_PART if failed or outcome.held or outcome.is_damaged else DONE


def _clock(at: datetime) -> str:
    """The time of day of an instant, in UTC; with its date, if that is not today."""
    at = at.astimezone(UTC)
    return f"{at:%H:%M}" if at.date() == datetime.now(UTC).date() else f"{at:%Y-%m-%d %H:%M}"


def _tell(sentence: str) -> None:
    print(f"newswire: {printable(sentence)}", file=sys.stderr)
