"""The documents are complete: every command and option, every setting, every key of a source file, every field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from pipeline import settings
from pipeline.cli import COMMANDS, newswire
from pipeline.model import Feed, Profile, Source
from pipeline.normalise.signals import SIGNALS
from pipeline.record import FIELDS
from pipeline.settings.options import OPTIONS, PREFIX, TABLE_SEPARATOR
from pipeline.settings.sources import LISTING_FIELDS, read_source
from tests import sources_table, standin

DOCS = Path(__file__).parent.parent / "docs"
COMMON = {"--config", "--database", "--verbose", "--help"}
# | `url` | required | the address |
ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(document: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    _, found, rest = f"\n{document}".partition(f"\n{heading}\n")
    assert found, heading
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(part: str) -> dict[str, str]:
    """The rest of each row of a table by what its first cell names."""
    return dict(ROW.findall(part))


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(newswire)
    for name in COMMANDS:
        command = newswire.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", one) for sub, one in command.commands.items())


def options(command: click.Command) -> set[str]:
    """The long names of a command's own options."""
    found = {parameter.opts[-1] for parameter in command.params if isinstance(parameter, click.Option)}
    return found - COMMON


def documented(part: str) -> set[str]:
    """The options that the first cells of a section's tables name."""
    cells = [line.split(" | ")[0] for line in part.splitlines() if line.startswith(("| `--", "| `-o"))]
    return {name for cell in cells for name in re.findall(r"`(--[a-z-]+)", cell)}


@pytest.mark.parametrize(("name", "command"), [pytest.param(*pair, id=pair[0]) for pair in commands()])
def test_every_command_is_documented_with_its_options_and_no_others(name: str, command: click.Command) -> None:
    part = section(text("commands.md"), f"### `newswire {name}`")
    assert documented(part) == options(command)


def test_no_command_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"^### `newswire (.+)`$", text("commands.md"), re.MULTILINE)) == {n for n, _ in commands()}


def test_the_options_of_every_command_are_documented() -> None:
    assert documented(section(text("commands.md"), "## Options of every command")) >= COMMON - {"--verbose", "--help"}
    assert all(name in section(text("commands.md"), "## Options of every command") for name in COMMON)


def test_every_setting_is_documented_with_its_variable() -> None:
    found = rows(section(text("configuration.md"), "## Settings"))
    assert set(found) == set(OPTIONS)
    for key, rest in found.items():
        assert f"`{PREFIX}{key.replace('.', TABLE_SEPARATOR).upper()}`" in rest


def test_the_documented_defaults_of_settings_are_the_real_ones() -> None:
    found = rows(section(text("configuration.md"), "## Settings"))
    real = settings.Settings()
    assert f"`{real.database}`" in found["database"]
    assert f"`{list(real.fetch.ports)}`" in found["fetch.ports"]
    assert f"`{list(real.fetch.allow_private)}`" in found["fetch.allow_private"]
    assert f"`{real.fetch.pace_seconds:g}`" in found["fetch.pace_seconds"]
    assert f"`{real.keep.feeds_days}`" in found["keep.feeds_days"]


def test_every_key_of_a_source_file_is_documented() -> None:
    document = text("configuration.md")
    # `zone_known` tells configured sources from those that only stand for a host.
    keys = {field.name for field in fields(Source)} - {"id", "profiles", "zone_known"} | {"profile"}
    assert set(rows(section(document, "## A source file"))) == keys
    feeds = rows(section(document, "### `[[feeds]]`"))
    assert set(feeds) == {field.name for field in fields(Feed)} | set(LISTING_FIELDS)
    assert set(rows(section(document, "### `[profile]`"))) == {field.name for field in fields(Profile)}


def test_the_source_file_of_the_document_is_right(tmp_path: Path) -> None:
    example = next(block for block in TOML.findall(text("configuration.md")) if "[[feeds]]" in block)
    path, mistakes = tmp_path / "example.toml", list[str]()
    path.write_text(example, encoding="utf-8")
    found = read_source("example", path, mistakes)
    assert mistakes == []
    assert found is not None
    assert [feed.kind for feed in found.feeds] == ["rss", "listing"]


def test_the_settings_of_the_document_are_right(tmp_path: Path) -> None:
    example = next(block for block in TOML.findall(text("configuration.md")) if "[fetch]" in block)
    (tmp_path / "newswire.toml").write_text(example, encoding="utf-8")
    assert settings.load(tmp_path, {}, {}).fetch.pace_seconds == 2


def test_every_field_of_the_record_is_documented_in_its_order_with_an_example() -> None:
    found = rows(section(text("record.md"), "# The record"))
    assert tuple(found) == FIELDS
    for rest in found.values():
        example = rest.rpartition(" | ")[2].strip()
        json.loads(example.split("`")[1])


def test_the_table_of_agencies_is_that_of_the_configuration() -> None:
    (found,) = sources_table.TABLE.findall(text("sources.md"))
    assert found == sources_table.table(sources_table.packaged()), "python -m tests.sources_table --write"


def test_the_source_of_the_tutorial_is_short_and_polled_as_it_stands(tmp_path: Path) -> None:
    example, *_ = TOML.findall(text("sources.md"))
    assert len(example.splitlines()) <= 12
    path, mistakes = tmp_path / "example.toml", list[str]()
    path.write_text(example, encoding="utf-8")
    source = read_source("example", path, mistakes)
    assert source, mistakes
    address = "https://www.example.org/news/1"
    sentence = "<p>Satz {} der Meldung über den Leuchtturm steht hier, lang genug.</p>"
    paragraphs = "".join(sentence.format(number) for number in range(6))
    page = f"<html lang=de><title>Leuchtturm öffnet - Example News</title><h1>Leuchtturm öffnet</h1>{paragraphs}</html>"
    web = {
        source.feeds[0].url: standin.Document(standin.LISTS["rss"]([address]), "application/xml"),
        address: standin.Document(page, "text/html; charset=utf-8"),
    }
    (record,) = standin.stored(standin.Case(source, standin.NOON, web, ()))
    assert (record["url"], record["headline"], record["completeness"]) == (address, "Leuchtturm öffnet", "full")


def test_every_signal_is_documented() -> None:
    part = section(text("record.md"), "## Signals")
    found = [re.findall(r"`([a-z-]+)`", line.split(" | ")[0]) for line in part.splitlines() if line.startswith("| `")]
    assert {names[0] for names in found} == set(SIGNALS)
