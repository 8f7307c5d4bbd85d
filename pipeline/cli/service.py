"""`newswire run`: the long-lived service."""

from __future__ import annotations

import asyncio

import click

from pipeline.cli.options import Told, common_options, pass_told


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Where /health and /metrics are.  [default: 127.0.0.1:8642]")
@common_options
@pass_told
def run(told: Told, listen: str | None) -> None:
    """Poll and read what is due, for as long as it runs.

    SIGTERM ends it within 5 seconds, SIGHUP reads the configuration anew.  A second one on the same database polls what
    the first does not, and takes over when that ends.
    """
    from pipeline import log
    from pipeline.wiring.service import serve

    log.set_up(told.verbose)
    if listen is not None:
        told.flags["service.listen"] = listen
    asyncio.run(serve(told.settings(), told.settings, log.logger().info))
