"""`newswire doctor`: whether all is there to do the work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pipeline.cli.database import note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write

if TYPE_CHECKING:
    from pipeline.doctor import Finding


@click.command()
@click.option("--offline", is_flag=True, help="Leave the network alone.")
@output_option
@common_options
@pass_told
def doctor(told: Told, offline: bool, form: str | None) -> int:
    """Check program, configuration, database, disk, workers, network and clock; says what to do where one fails."""
    from pipeline.wiring.doctor import diagnose

    settings = told.settings()
    found: list[Finding] = []

    def told_as_found() -> Iterator[dict[str, str]]:
        with asyncio.Runner() as runner:
            findings = diagnose(settings, offline=offline)
            while (finding := runner.run(anext(findings, None))) is not None:
                found.append(finding)
                yield {"state": finding.state, "check": finding.check, "finding": finding.text}

    write(told_as_found(), form, ("state", "check", "finding"))
    failed = sum(finding.state == "failed" for finding in found)
    note(f"{failed} of {len(found)} checks failed" if failed else "fit for work; start it with: newswire run")
    return 1 if failed else 0
