"""`newswire demo`: the main job off-line, on the sample archive that comes with the program, and what to try next."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.database import article_number, look
from pipeline.cli.ingest import Progress
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import write
from pipeline.cli.query import query
from pipeline.cli.show import revisions, show
from pipeline.log import printable
from pipeline.tally import COUNTS

if TYPE_CHECKING:
    from pipeline.store.read import Reader
    from pipeline.tally import Tally
    from pipeline.wiring.ingest import Outcome

SAMPLE = Path(__file__).parents[1] / "_demo" / "sample.warc.gz"
DATABASE = "sqlite:///newswire-demo.db"
SQLITE = "sqlite:///"
SQL = "SELECT source, language, count(*) FROM articles GROUP BY source, language"
IN_PYTHON = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))"
SHOWN = 8
DEFAULTS = {
    "database": f"Database to read the sample into.  [default: {DATABASE}]",
    "config": "Directory of the configuration, laid over the packaged one.  [default: the packaged one alone]",
}
# Articles of the sample, built by tests/demo.
CITING = "https://tass.com/world/1843107"
REVISED = "https://tass.com/society/1843112"
CORRECTED = "https://en.yna.co.kr/view/AEN20240917004100315"
COPY = "https://tass.com/society/1843139"


@click.command()
@common_options
@pass_told
@click.pass_context
def demo(context: click.Context, told: Told) -> int:
    """Read a sample archive off-line, and show what came of it.

    Two days of TASS, Yonhap and KCNA in the agencies' own markup; the stories are invented.  They go into a database of
    their own, newswire-demo.db in the current directory, unless --database names another one.
    """
    from pipeline.settings import packaged_directory

    # The sample is read by the sources that come with the program, and never into the database of one's own articles.
    told.config = told.config or packaged_directory()
    told.flags.setdefault("database", DATABASE)
    outcome = asyncio.run(_ingest(told))
    _tell_counts(told, outcome)
    _tell_articles(context, told)
    _tell_next(told)
    return 1 if outcome.tally.total("failed") else 0


for option in demo.params:
    if isinstance(option, click.Option) and option.name in DEFAULTS:
        option.help = DEFAULTS[option.name]


async def _ingest(told: Told) -> Outcome:
    from pipeline import log
    from pipeline.wiring.ingest import ingest_archive

    log.set_up(told.verbose - 1)
    heard = log.logger().info
    return await ingest_archive(told.settings(), [], [SAMPLE], heard, Progress("polls"), pages=False)


def _tell_counts(told: Told, outcome: Outcome) -> None:
    _say("Two days of three agencies, off-line.  The stories are invented, the markup is the agencies' own.")
    _say("", f"Read into {_shown_database(told)}:", "")
    summary = outcome.tally.summary(outcome.sources)
    write(({"source": source, **counts} for source, counts in summary.items()), "table", ("source", *COUNTS))
    with look(told) as reader:
        _say("", _total(outcome.tally, reader.totals()["articles"]))


def _total(tally: Tally, articles: int) -> str:
    if not tally.total("new"):
        return f"Nothing is new: this archive was read before, and the {articles} articles are as they were."
    return f"{articles} articles.  same: listed before.  duplicate: a copy, or a further address of a story."


def _tell_articles(context: click.Context, told: Told) -> None:
    """What is in the database, by the commands that one would type."""
    with look(told) as reader:
        citing, revised, copy = (article_number(told, reader, url) for url in (CITING, REVISED, COPY))
        changed, (copied, original) = reader.revisions(revised), _copy(reader, copy)
    database = told.settings().database
    _say("", f"The newest {SHOWN}:", "", f"$ {typed(f'query --limit {SHOWN}', database)}")
    context.invoke(query, form="table", limit=SHOWN)
    _say("", "One article, with its dateline, and whom it cites through whom:", "")
    _say(f"$ {typed(f'show {citing}', database)}")
    context.invoke(show, form="table", article=str(citing))
    _say("", "The agency corrected a number between two polls; both versions are kept:", "")
    _say(f"$ {typed(f'revisions {revised}', database)}")
    context.invoke(revisions, form="table", article=str(revised))
    _say("", *_difference(changed[0], changed[-1]))
    _say("", "The same text under another headline is an article of its own, and points to the first one:", "")
    _say(f"  {copy}  {copied['headline']}", f"  copy of {original['id']}  {original['headline']}")
    _say(f"  because {copied['links'][0]['why']}")


def _copy(reader: Reader, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    copied = reader.record(number)
    original = reader.record(copied["duplicate_of"]) if copied else None
    assert copied is not None
    assert original is not None
    return copied, original


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The headline and the paragraphs that two versions do not share."""
    old, new = ([version["headline"], *version["body"].split("\n")] for version in (before, after))
    yield from (f"- {line}" for line in old if line not in new)
    yield from (f"+ {line}" for line in new if line not in old)


def _tell_next(told: Told) -> None:
    with look(told) as reader:
        corrected = article_number(told, reader, CORRECTED)
    database = told.settings().database
    commands = [*suggestions(database, corrected), *plain_sql(database, shutil.which("sqlite3"))]
    _say("", "Try next:", "", *(f"  {command}" for command in commands))
    _say("", "The live wire is the same line, for one agency or for all of them:", "", f"  {program()} ingest tass")


def suggestions(database: str, corrected: int) -> list[str]:
    """Commands to try on the database of the demo, ready for a shell; `corrected` is an article with two versions."""
    commands = (
        "query 灯塔",
        "query 'остров Хэрим' --language ru",
        "query --cites kcna --originals",
        f"show {corrected}",
        f"revisions {corrected}",
        "changes --since 25",
        "export --format csv --out newswire-demo.csv",
    )
    return [typed(command, database) for command in commands]


def plain_sql(database: str, tool: str | None) -> Iterator[str]:
    """The database without newswire: by `sqlite3`, if that `tool` is there, else by Python."""
    if not database.startswith(SQLITE):
        return
    path = shlex.quote(database.removeprefix(SQLITE))
    if tool:
        yield f'sqlite3 {path} "{SQL}"'
    else:
        yield f"python3 -c '{IN_PYTHON}' {path} \"{SQL}\""


def typed(command: str, database: str) -> str:
    """A command as one types it, on this database."""
    from pipeline.settings import mask

    return f"{program()} {command} --database {shlex.quote(mask(database))}"


def program(called: str | None = None) -> str:
    """How this program was called (by default as it was), to be typed again: `newswire`, or `.venv/bin/newswire`."""
    path, found = Path(called or sys.argv[0]), shutil.which("newswire")
    if path.name != "newswire" or (found and Path(found).resolve() == path.resolve()):
        return "newswire"
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _shown_database(told: Told) -> str:
    from pipeline.settings import mask

    return mask(told.settings().database)


def _say(*lines: str) -> None:
    click.echo("\n".join(printable(line) for line in lines))
