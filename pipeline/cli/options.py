"""The options that every command has, before or after its name, and what they tell."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pipeline.model import Source
    from pipeline.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(slots=True)
class Told:
    """What the common options tell.  `flags` are options of the settings by name."""

    config: Path | None = None
    verbose: int = 0
    flags: dict[str, Any] = field(default_factory=dict)

    def settings(self) -> Settings:
        """The settings.

        Raises:
            ConfigError: with all mistakes.
        """
        # Not at the top: `newswire --help` needs no settings.
        from pipeline import settings

        return settings.load(self.config, os.environ, self.flags)

    def settings_and_sources(self) -> tuple[Settings, tuple[Source, ...]]:
        """The settings and all sources, those switched off too.

        Raises:
            ConfigError: with all mistakes of all files.
        """
        from pipeline import settings

        return settings.load_all(self.config, os.environ, self.flags)


pass_told = click.make_pass_decorator(Told, ensure=True)


def common_options(function: Function) -> Function:
    """Give a command `--config`, `--database` and `-v`; it takes them by `@pass_told`."""
    options = (
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_keep_config,
            help="Directory of the configuration, laid over the packaged one.  [default: ./config]",
        ),
        click.option(
            "--database",
            metavar="URL",
            expose_value=False,
            callback=_keep_database,
            help="Database, such as postgresql://user@host/name.  [default: sqlite:///newswire.db]",
        ),
        click.option("-v", "--verbose", count=True, expose_value=False, callback=_keep_verbose, help="Log more."),
    )
    # The last one applied is the first one in the help.
    for option in reversed(options):
        function = option(function)
    return function


def _keep_config(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        _told(context).config = value


def _keep_database(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        _told(context).flags["database"] = value


def _keep_verbose(context: click.Context, _parameter: click.Parameter, value: int) -> None:
    _told(context).verbose += value


def _told(context: click.Context) -> Told:
    # At the root, so that an option before the command and one after it meet.
    return context.find_root().ensure_object(Told)
