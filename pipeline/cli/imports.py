"""`newswire import`: records that were made elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from pipeline.cli.ingest import Progress, print_summary
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option


@click.command("import")
@click.argument("file", metavar="RECORDS.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option
@common_options
@pass_told
def import_(told: Told, file: Path, form: str | None) -> int:
    """Store records made elsewhere: a JSON object a line, with source, headline, body, and guid or url."""
    from pipeline import log
    from pipeline.wiring.ingest import import_records

    log.set_up(told.verbose - 1)
    with file.open("rb") as opened:
        if opened.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
            raise click.UsageError(
                f"{file} is a JSON array; write one object a line, as: jq -c '.[]' {file.name} > records.jsonl"
            )
        tally = asyncio.run(import_records(told.settings(), opened, log.logger().info, Progress("records")))
    sources = sorted(tally.sources())
    print_summary(tally.summary(sources), form)
    failed = tally.total("failed")
    stored = any(tally.polled_well(source) for source in sources)
    return 0 if not failed else 3 if stored else 1
