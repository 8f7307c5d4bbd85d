"""`newswire quarantine`: what could not be worked, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choice import NUMBER
from pipeline.cli.database import database, minute, note, output_form
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import StoreError

if TYPE_CHECKING:
    from pipeline.store.read import Reader

COLUMNS = ("id", "time", "source", "stage", "error", "message", "url")
FIELDS = ("id", "at", "source", "url", "stage", "error", "message", "state", "response_id")


@click.group()
def quarantine() -> None:
    """What could not be worked: list, show, try again, give up."""


@quarantine.command("list")
@click.option("--source", metavar="ID", help="Only of this agency.")
@output_option
@common_options
@pass_told
def list_held(told: Told, form: str | None, source: str | None) -> None:
    """List what is held, oldest first."""
    form = output_form(form)
    with database(told) as store, store.read() as reader:
        held = [one for one in reader.quarantined() if source in (None, one["source"])]
    if form != "table":
        write(map(_plain, held), form, FIELDS)
    elif held:
        write(({**one, "time": minute(one["at"])} for one in held), form, COLUMNS)
    else:
        note("nothing is in quarantine")


@quarantine.command()
@click.argument("number", type=NUMBER, metavar="ID")
@click.option("--raw", is_flag=True, help="Write the bytes that were kept of it to stdout, and nothing else.")
@output_option
@common_options
@pass_told
def show(told: Told, form: str | None, number: int, raw: bool) -> None:
    """Show one with its error."""
    with database(told) as store, store.read() as reader:
        found = _one(reader, number)
        if not raw:
            write_one(_plain(found), form)
            return
        data = _raw(reader, number)
    if sys.stdout.isatty():
        raise click.UsageError("raw bytes could drive your terminal; send them to a file: --raw > FILE")
    sys.stdout.buffer.write(data)


@quarantine.command()
@click.argument("numbers", type=NUMBER, metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that is held.")
@common_options
@pass_told
def retry(told: Told, numbers: tuple[int, ...], everything: bool) -> int:
    """Have them worked again, from the bytes that were kept, by the next ingest."""
    with database(told) as store:
        with store.read() as reader:
            wanted = _named(reader, numbers, everything=everything)
        with store.write(datetime.now(UTC)) as tx:
            retried = [number for number in wanted if tx.desk.retry(number)]
    for number in sorted(set(wanted) - set(retried)):
        note(f"{number} has no page to be worked again; see newswire quarantine show {number}")
    note(f"{len(retried)} of {len(wanted)} will be worked again by the next: newswire ingest")
    return 0 if len(retried) == len(wanted) else 3 if retried else 1


@quarantine.command()
@click.argument("numbers", type=NUMBER, metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that is held.")
@common_options
@pass_told
def drop(told: Told, numbers: tuple[int, ...], everything: bool) -> None:
    """Give them up; what was kept of them stays in the archive."""
    with database(told) as store:
        with store.read() as reader:
            wanted = _named(reader, numbers, everything=everything)
        with store.write(datetime.now(UTC)) as tx:
            for number in wanted:
                tx.desk.drop(number)
    note(f"{len(wanted)} dropped")


def _named(reader: Reader, numbers: Iterable[int], *, everything: bool) -> list[int]:
    """The numbers, all of which are there and held."""
    if everything:
        return [one["id"] for one in reader.quarantined()]
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise click.UsageError("name what is meant by its number, or say --all")
    for number in wanted:
        if _one(reader, number)["state"] != "held":
            raise StoreError(f"quarantine {number} was {_one(reader, number)['state']} before; see: quarantine list")
    return wanted


def _one(reader: Reader, number: int) -> dict[str, Any]:
    found = reader.quarantined(number)
    if not found:
        raise StoreError(f"nothing in quarantine has the number {number}; see: newswire quarantine list")
    return found[0]


def _raw(reader: Reader, number: int) -> bytes:
    from pipeline.archive.pack import unpack

    kept = reader.raw(number)
    if kept is None:
        raise StoreError(f"the bytes of quarantine {number} are not there: none were kept, or db prune deleted them")
    packed, size = kept
    return unpack(packed.coding, packed.data, size)


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    return dict(_fields(one))


def _fields(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((field, one[field]) for field in FIELDS)
