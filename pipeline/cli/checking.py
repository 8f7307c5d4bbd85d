"""`newswire source check`: files, connectors, and every selector on pages that are at hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import connectors
from pipeline.cli.agencies import chosen
from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write
from pipeline.errors import ConfigError
from pipeline.model import Page, Profile, Source

if TYPE_CHECKING:
    from pipeline.examine import Trial

PAGES = 50  # of each source; enough to tell a selector that fails from a page that lacks the thing
# A page without these is no article; where so many of so many pages lack one, the selector has failed.
NEEDED, FAILED_PART, LEAST = ("headline", "body"), 0.5, 3
COLUMNS = ("source", "profile", "field", "on", "pages", "found", "hits", "state", "example", "selector")
PARTLY = 3


@click.command()
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@click.option(
    "--cases",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Also on the pages of DIR/<ID>/, each *.html beside a .json with its `url`, as `source export --case` writes.",
)
@output_option
@common_options
@pass_told
def check(told: Told, identifiers: tuple[str, ...], cases: Path | None, form: str | None) -> int:
    """Check agencies (all, if none is named): their files, that their connectors load, and every selector of their
    profiles against the last article pages that were kept.
    """
    from pipeline.wiring.examine import try_profiles

    settings, sources = told.settings_and_sources()
    checked = [source for source in chosen(settings, sources, identifiers) if source.enabled]
    _check_connectors(checked)
    pages = {one.id: list(_cases(cases / one.id)) for one in checked} if cases else {}
    trials = asyncio.run(try_profiles(settings, checked, PAGES, pages))
    write(_rows(checked, trials), form, COLUMNS)
    troubles = [trouble for one in checked for trouble in _troubles(one, trials[one.id])]
    troubles += [(sentence, True) for sentence in _lost(told, checked)]
    for sentence in (*_untried(checked if identifiers else (), trials), *(sentence for sentence, _ in troubles)):
        note(sentence)
    return PARTLY if any(is_failed for _, is_failed in troubles) else 0


def _cases(directory: Path) -> Iterator[Page]:
    """The pages of a directory of cases.

    Raises:
        ConfigError: a file beside a page is no JSON object.
    """
    for path in sorted(directory.glob("*.html")):
        beside = path.with_suffix(".json")
        try:
            told = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
        except ValueError as error:
            raise ConfigError(f"{beside} is no JSON: {error}") from error
        # What stands beside a page without an address is none of an article: a menu, a block page.
        if isinstance(told, dict) and isinstance(told.get("url"), str):
            yield Page(told["url"], 200, path.read_bytes(), datetime.now(UTC))


def _rows(sources: Iterable[Source], trials: Mapping[str, Mapping[str, Sequence[Trial]]]) -> Iterator[dict[str, Any]]:
    """A row for each selector: pages of its layout it was tried on, how much it found on how many, and what."""
    for one in sources:
        for profile in one.profiles:
            for on, tried in trials[one.id].items():
                if on == "archive" or tried:
                    fitting = [trial for trial in tried if trial.profile == profile.name]
                    yield from _rows_of(one, profile, on, fitting)


def _rows_of(source: Source, profile: Profile, on: str, fitting: Sequence[Trial]) -> Iterator[dict[str, Any]]:
    for name, selector in _selectors(profile):
        found = [trial.found[name] for trial in fitting if name in trial.found]
        yield {
            "source": source.id, "profile": profile.name, "field": name, "on": on, "pages": len(fitting),
            "found": len(found) if fitting else None, "hits": sum(many for many, _ in found) if fitting else None,
            "state": _state(len(found), len(fitting)), "example": found[0][1] if found else None,
            "selector": selector,
        }  # fmt: skip


def _state(found: int, pages: int) -> str:
    """In a word; a selector that no page was there for has found nothing either, and is no worse for it."""
    if not pages:
        return "not tried"
    return "on all" if found == pages else "on some" if found else "on none"


def _selectors(profile: Profile) -> Iterator[tuple[str, str]]:
    for field in fields(profile):
        value = getattr(profile, field.name)
        if field.name not in ("name", "remove") and value:
            yield field.name, value


def _untried(sources: Iterable[Source], trials: Mapping[str, Mapping[str, Sequence[Trial]]]) -> Iterator[str]:
    """Of the agencies that were asked for by name, why no selector was tried: silence would look like a success."""
    for one in sources:
        if not one.profiles:
            yield f"{one.id}: its file is well; it has no profile to try, its pages are read without one"
        elif not any(trials[one.id].values()):
            yield f"{one.id}: no page of it is kept yet, so no selector was tried; see: newswire source test {one.id}"


def _troubles(source: Source, trials: Mapping[str, Sequence[Trial]]) -> Iterator[tuple[str, bool]]:
    """What a person should look at, a sentence each, and whether the profiles fail: now and then a page is another."""
    if not source.profiles:
        return
    for on, tried in trials.items():
        unfitted = sum(trial.profile is None for trial in tried)
        where = "case pages" if on == "cases" else "pages"
        if unfitted:
            sentence = f"{source.id}: no profile fits {unfitted} of {len(tried)} {where}; is there a new layout?"
            yield sentence, unfitted > FAILED_PART * len(tried)
        for profile in source.profiles:
            fitting = [trial for trial in tried if trial.profile == profile.name]
            for name in NEEDED:
                missed = sum(name in trial.missed for trial in fitting)
                if len(fitting) >= (LEAST if on == "archive" else 1) and missed > FAILED_PART * len(fitting):
                    what = f"{name} of profile {profile.name} finds nothing on {missed} of {len(fitting)} {where}"
                    yield f"{source.id}: {what} that it fits otherwise", True


def _lost(told: Told, sources: Sequence[Source]) -> Iterator[str]:
    """What the pages of these sources had and no longer have, as `status` says it."""
    from pipeline.drift import is_of

    known = {source.id: source for source in sources}
    with database(told) as store, store.read() as reader:
        for layout in reader.layouts(set(known)):
            if layout.lost and is_of(known[layout.source], layout.edition, layout.profiles):
                where = f" of {layout.edition}" if layout.edition else ""
                yield f"{layout.source}: the pages{where} are not what they used to be: {layout.lost}"


def _check_connectors(sources: Iterable[Source]) -> None:
    mistakes = [problem for source in sources for problem in _load_problems(source)]
    if mistakes:
        raise ConfigError("\n".join(mistakes))


def _load_problems(source: Source) -> Iterator[str]:
    try:
        connectors.load(source)
    except ConfigError as error:
        yield str(error)
