"""`newswire extract`: one page to one record, or many by a manifest; no database."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write, write_one
from pipeline.errors import ExtractError
from pipeline.publish.jsonl import as_json
from pipeline.record import FIELDS

if TYPE_CHECKING:
    from pipeline.examine import Examined
    from pipeline.extract.witnesses import Said
    from pipeline.model import Page
    from pipeline.settings import Settings

# Fields of the record that an extract has under another name.
RECORDED = {"published": "published_at", "updated": "updated_at"}
SHAPE = 'write {"id", "file", "url"}'
LARGEST_FILE = 10 * 1024 * 1024  # bytes, as of any page


@click.command()
@click.argument("place", metavar="FILE_OR_URL", required=False)
@click.option("--url", metavar="URL", help="The address that the file was fetched from.")
@click.option("--source", "name", metavar="ID", help="Read it as a page of this source, whatever its address.")
@click.option("--explain", is_flag=True, help="Name where each field came from and why, and what else is said of it.")
@click.option(
    "--manifest",
    metavar="PAGES.jsonl",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Many pages: a line {"id", "file", "url", "source"?} in, a record with that id and cpu_ms out.',
)
@output_option
@common_options
@pass_told
def extract(
    told: Told,
    place: str | None,
    url: str | None,
    name: str | None,
    explain: bool,
    manifest: Path | None,
    form: str | None,
) -> int:
    """Extract the article of a page: FILE_OR_URL, or all pages of a manifest."""
    if (place is None) == (manifest is None):
        raise click.UsageError("name a file or an address, or give --manifest")
    settings = told.settings()
    if manifest:
        return asyncio.run(_many(settings, manifest))
    assert place is not None
    found = asyncio.run(_one(settings, place, url, name, explain=explain))
    if found.record is None:
        raise ExtractError(f"{place}: {found.error}")
    if explain:
        rows = explained(found)
        is_flat = form in ("table", "csv") or (form is None and sys.stdout.isatty())
        write(_flat(rows) if is_flat else rows, form, ("field", "from", "value", "why"))
    else:
        write_one(found.record, form)
    return 0


def explained(found: Examined) -> Iterator[dict[str, Any]]:
    """Each field that the page gave: where from, what, why, and all that was said of it; first how its text was got."""
    record = found.record or {}
    extraction = record["extraction"]
    quality = f"quality {extraction['quality']}"
    yield {"field": "extraction", "from": extraction["method"], "value": quality, "why": "", "candidates": []}
    origins = extraction["fields"] | {RECORDED.get(name, name): origin for name, origin in found.origins.items()}
    for name in [name for name in FIELDS if name in origins or name in found.candidates]:
        if origins.get(name) and record.get(name) not in (None, []):
            yield _chosen(name, origins[name], record, found)
        elif name in found.candidates:
            why = found.reasons.get(name, "nothing that is said can be used")
            said = [_said(one, is_chosen=False) for one in found.candidates[name]]
            yield {"field": name, "from": None, "value": None, "why": why, "candidates": said}


def _chosen(name: str, origin: str, record: dict[str, Any], found: Examined) -> dict[str, Any]:
    from pipeline.extract.candidates import chosen, reason  # not by a command that extracts without explaining

    value, said = record[name], found.candidates.get(name, ())
    places = chosen(name, record["published_raw"] if name == "published_at" else value, origin, said)
    if name == "published_at" and places:
        origin = said[min(places)].where
    return {
        "field": name,
        "from": origin,
        "value": value,
        "why": found.reasons.get(name) or reason(name, origin, value, said),
        "candidates": [_said(one, is_chosen=at in places) for at, one in enumerate(said)],
    }


def _said(one: Said, *, is_chosen: bool) -> dict[str, Any]:
    row = {"from": one.where, "value": one.value, "reads": one.reads, "weight": one.weight, "chosen": is_chosen or None}
    return {name: value for name, value in row.items() if value is not None or name in ("from", "value")}


def _flat(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """For a table: a line for what was chosen, and one below it for each thing said."""
    for row in rows:
        yield row
        for said in row["candidates"]:
            told = ["chosen"] if "chosen" in said else []
            told += [f"read as {said['reads']}"] if "reads" in said else []
            told += [f"weight {said['weight']}"] if "weight" in said else []
            yield {"field": "", "from": said["from"], "value": said["value"], "why": ", ".join(told)}


async def _one(settings: Settings, place: str, url: str | None, name: str | None, *, explain: bool) -> Examined:
    from pipeline.wiring.examine import examine_pages, fetch_page
    from pipeline.wiring.room import enabled, named

    if name:
        named(settings, enabled(settings), [name])
    if place.startswith(("http://", "https://")):
        page = await fetch_page(settings, place)
    else:
        page = read_page(Path(place), url or "")
    async for found in examine_pages(settings, [(page, name)], explain=explain):
        return found
    raise ExtractError(f"{place}: nothing came back")


async def _many(settings: Settings, manifest: Path) -> int:
    """Print a line for each of the manifest's; the exit code: 3 where some could not be read, 1 where none could."""
    from pipeline.wiring.examine import examine_pages

    names: deque[Any] = deque()
    read = failed = 0
    async for found in examine_pages(settings, _asked(manifest, names)):
        print(as_json(_record(names.popleft(), found)), flush=True)
        read, failed = read + (found.record is not None), failed + (found.record is None)
    return 0 if not failed else 3 if read else 1


def _record(name: Any, found: Examined) -> dict[str, Any]:
    if found.record is None:
        return {"id": name, "error": found.error, "cpu_ms": found.cpu_ms}
    return {**found.record, "id": name, "cpu_ms": found.cpu_ms}


def _asked(manifest: Path, names: deque[Any]) -> Iterator[tuple[Page, str | None] | Examined]:
    """What each line asks for, or why it can't be read; `names` gets the lines' ids, in the same order."""
    with manifest.open(encoding="utf-8", errors="replace") as lines:
        for number, raw in enumerate(lines, 1):
            if raw.strip():
                yield _line(f"{manifest}, line {number}", manifest.parent, raw, names)


def _line(place: str, directory: Path, raw: str, names: deque[Any]) -> tuple[Page, str | None] | Examined:
    from pipeline.examine import Examined

    given, wrong = _given(raw)
    name = given.get("id")
    # It is printed again, and what is nested deeply may be read but not written.
    is_name = isinstance(name, str | int | float | None)
    names.append(name if is_name else None)
    if wrong or not is_name:
        return Examined(None, f"{place}: {wrong or 'id is no text and no number'}; {SHAPE}", 0.0, {})
    try:
        return read_page(directory / given["file"], given.get("url") or ""), given.get("source")
    except ExtractError as error:
        return Examined(None, str(error), 0.0, {})


def _given(raw: str) -> tuple[dict[str, Any], str | None]:
    """What a line of a manifest says, and what is wrong with it."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return {}, f"no JSON ({error})"
    if not isinstance(given, dict):
        return {}, "no JSON object"
    if not isinstance(given.get("file"), str):
        return given, "file is no text" if "file" in given else "file is missing"
    wrong = [name for name in ("url", "source") if not isinstance(given.get(name), str | None)]
    return given, f"{wrong[0]} is no text" if wrong else None


def read_page(file: Path, url: str) -> Page:
    """A page from a file, `.gz` allowed.

    Raises:
        ExtractError: it can't be read, or is too large for a page.
    """
    from pipeline.model import Page

    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
            body = opened.read(LARGEST_FILE + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:  # ValueError: a NUL or half a character in the name
        raise ExtractError(f"{file}: can't be read ({error})") from error
    if len(body) > LARGEST_FILE:
        raise ExtractError(f"{file}: larger than {LARGEST_FILE // 1024**2} MB, which no page is")
    return Page(url or file.absolute().as_uri(), 200, body, datetime.now(UTC))
