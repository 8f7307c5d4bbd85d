"""The options that say which articles are meant: those of `query` and `export`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.cli.when import When

if TYPE_CHECKING:
    from pipeline.cli.options import Told
    from pipeline.settings import Settings
    from pipeline.store.read import Query, Reader

Function = TypeVar("Function", bound=Callable[..., Any])

LARGEST = 2**63 - 1  # what a database takes for a number
NUMBERED = re.compile(r"-\d{1,4}$")  # `lead-2`
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
        told["cited"] = _agency(self.cites, settings) if self.cites else None
        return Query(**told, sources=sources, languages=languages, spellings=spellings)

    def doubt(self, told: Told, reader: Reader) -> None:
        """Tell of a source that is neither configured nor has an article, and of a signal that is never given: an
        import may bring any of both, so they are no wrong use."""
        from pipeline.cli.database import note
        from pipeline.settings.check import did_you_mean

        if absent := [name for name in self.source if not reader.has_source(name)]:
            known = {source.id for source in told.settings_and_sources()[1]} | reader.sources().keys()
            for name in (name for name in absent if name not in known):
                note(f"no source {name!r} is configured or stored; {did_you_mean(name, known, 'there are')}")
        if self.signal:
            from pipeline.normalise.signals import SIGNALS

            if NUMBERED.sub("", self.signal.lower()) not in SIGNALS:
                note(f"no signal {self.signal!r} is ever given; {did_you_mean(self.signal, SIGNALS, 'there are')}")


def _agency(name: str, settings: Settings) -> str | None:
    """The id of the agency that the register knows by this name."""
    from pipeline.normalise.registers import Registers
    from pipeline.settings import load_registers

    return Registers.from_data(load_registers(settings)).agency(name)


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
