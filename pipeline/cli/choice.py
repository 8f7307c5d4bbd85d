"""The options that say which articles are meant: those of `query` and `export`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.cli.when import When

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.store.read import Query

Function = TypeVar("Function", bound=Callable[..., Any])

LARGEST = 2**63 - 1  # what a database takes for a number
NUMBER = click.IntRange(1, LARGEST)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the options told."""

    text: str | None = None
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    dateline: str | None = None
    cites: str | None = None
    section: str | None = None
    signal: str | None = None
    story: int | None = None
    originals: bool = False
    exact: bool = False
    limit: int = 0

    def query(self, settings: Settings) -> Query:
        """What to ask the store.

        Raises:
            click.UsageError: the time ends before it begins.
            ConfigError: the register of spellings is wrong.
        """
        from pipeline.settings import load_spellings
        from pipeline.store.read import Query
        from pipeline.store.search import words
        from pipeline.store.spellings import NONE, Spellings

        if self.since and self.until and self.since >= self.until:
            raise click.UsageError("--until is not after --since; for all of a day give the next one to --until")
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        sources, languages = told.pop("source"), told.pop("language")
        is_exact = told.pop("exact") or not self.text
        spellings = NONE if is_exact else Spellings.from_data(load_spellings(settings), words)
        told["limit"] = self.limit or None
        return Query(**told, sources=sources, languages=languages, spellings=spellings)


def choice_options(limit: int) -> Callable[[Function], Function]:
    """Give a command the options, its default for `--limit` among them; it takes them as keywords of `Choice`."""

    def decorate(function: Function) -> Function:
        for option in reversed(_options(limit)):
            function = option(function)
        return function

    return decorate


def _options(limit: int) -> list[Callable[[Function], Function]]:
    return [
        click.argument("text", required=False),
        click.option("--source", multiple=True, metavar="ID", help="Only of this agency; may be given several times."),
        click.option("--language", multiple=True, metavar="TAG", help="Only in this language, such as ko; several."),
        click.option("--since", type=When(), metavar="WHEN", help="Not older: 2021-07-07, 2021-07-07T10:20Z, 24h, 7d."),
        click.option("--until", type=When(), metavar="WHEN", help="Older than this; of a day its beginning, in UTC."),
        click.option("--dateline", metavar="PLACE", help="Only with this place in the dateline."),
        click.option("--cites", metavar="AGENCY", help="Only where this agency is named as the source (id or name)."),
        click.option("--section", metavar="NAME", help="Only of this section."),
        click.option("--signal", metavar="NAME", help="Only with this signal, such as urgent or correction."),
        click.option("--story", type=NUMBER, metavar="ID", help="Only of this story."),
        click.option("--exact", is_flag=True, help="Names in TEXT only as they are written, not in other spellings."),
        click.option("--originals", is_flag=True, help="Without copies and superseded versions."),
        click.option(
            "--limit",
            type=click.IntRange(0, LARGEST),
            default=limit,
            show_default=True,
            metavar="NUMBER",
            help="At most so many; 0 is all.",
        ),
    ]
