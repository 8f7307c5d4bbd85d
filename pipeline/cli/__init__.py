"""The command line: `newswire COMMAND`.  A command is a file, imported when it is called and not before."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from pipeline import __version__
from pipeline.cli.options import common_options
from pipeline.errors import ConfigError, WireError
from pipeline.log import printable

DONE, FAILED, WRONG_USE, IN_PART, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as `--help` lists it: where it is (`module:attribute`) and its help, so that no import is needed."""

    place: str
    help: str


COMMANDS = {
    "run": Listed("pipeline.cli.service:run", "The service: polls and reads what is due, until it is stopped."),
    "ingest": Listed("pipeline.cli.ingest:ingest", "Poll agencies now, or read recorded web archives."),
    "demo": Listed("pipeline.cli.demo:demo", "The main job off-line, on a sample archive; begin here."),
    "extract": Listed("pipeline.cli.extract:extract", "One page to one record, no database."),
    "import": Listed("pipeline.cli.imports:import_", "Store records that were made elsewhere."),
    "query": Listed("pipeline.cli.query:query", "Search the articles, newest first."),
    "show": Listed("pipeline.cli.show:show", "One article to read."),
    "revisions": Listed("pipeline.cli.show:revisions", "The versions of an article."),
    "diff": Listed("pipeline.cli.diff:diff", "What changed between two versions of an article, word by word."),
    "story": Listed("pipeline.cli.story:story", "All articles on one event: who was first, who cites whom."),
    "why": Listed("pipeline.cli.why:why", "How an article came to be, or why an address is none."),
    "regroup": Listed("pipeline.cli.regroup:regroup", "All copies, versions and stories again, with today's rules."),
    "changes": Listed("pipeline.cli.changes:changes", "The change feed: what is new, in order."),
    "export": Listed("pipeline.cli.export:export", "Articles as JSON lines or CSV, raw responses as a web archive."),
    "status": Listed("pipeline.cli.status:status", "How every agency is."),
    "doctor": Listed("pipeline.cli.doctor:doctor", "Whether this machine and this configuration can do the work."),
    "quarantine": Listed("pipeline.cli.quarantine:quarantine", "What could not be worked: list, show, retry, drop."),
    "db": Listed("pipeline.cli.db:db", "The database: init, upgrade, check, backup, prune."),
    "source": Listed("pipeline.cli.source:source", "The configured agencies: list, show, check, test, pause …"),
    "config": Listed("pipeline.cli.config:config", "The configuration: show what holds, check it."),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for it."""

    def __init__(self, **attributes: object) -> None:
        listed = {name: click.Command(name, short_help=command.help) for name, command in COMMANDS.items()}
        super().__init__(commands=listed, **attributes)  # type: ignore[arg-type]  # click's own, handed on

    def list_commands(self, context: click.Context) -> list[str]:
        """In the order of the table, which is the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].place.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@common_options
@click.version_option(__version__, prog_name="newswire")
def newswire() -> None:
    """A news wire of many agencies: feeds and pages in, one database of clean articles out."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script: runs a command and ends the process with its exit code."""
    if sys.stdout is None:  # closed by the caller: `newswire query >&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Articles are in every script, whatever the terminal's locale.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None, command: click.Command = newswire) -> int:
    """Run a command line; its exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 done in part.

    A command's function returns None or one of these numbers.
    """
    try:
        code = command.main(arguments, prog_name="newswire", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell("interrupted; what is stored stays, and the same command goes on from there")
        return INTERRUPTED
    except BrokenPipeError:
        return _give_up_output()
    except OSError as error:
        _tell(f"{error.filename or 'the output'}: {error.strerror or error}")
        return _give_up_output()
    except WireError as error:
        for line in str(error).splitlines():
            _tell(line)
        return WRONG_USE if isinstance(error, ConfigError) else FAILED
    return code if isinstance(code, int) else DONE


def _tell(sentence: str) -> None:
    print(f"newswire: {printable(sentence)}", file=sys.stderr)


def _give_up_output() -> int:
    """Write no more: the reader of our output (`| head`) has seen enough, or the disk is full."""
    # Python writes what is left when it ends, and would complain then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
