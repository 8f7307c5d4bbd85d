"""`docs/database.md` says what the views are, and its queries run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from pipeline.dedup.fingerprint import fingerprint
from pipeline.model import Citation, Dateline, Link, Source
from pipeline.record import FIELDS, REVISION_FIELDS
from pipeline.store import Store
from pipeline.store import engine as engines

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "database.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.+?) \| `(.+)` \|$", re.MULTILINE)
QUERY = re.compile(r"^```sql ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUERIES = [(match[1], match[2]) for match in QUERY.finditer(DOCUMENT)]
NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
# What each type of the document is called where.
TYPES = {
    "number": {"INTEGER", "BIGINT"},
    "text": {"TEXT", "VARCHAR"},
    "time": {"TIMESTAMP"},
    "JSON": {"JSONB"},
}


def documented(view: str) -> list[tuple[str, str, str, str]]:
    section = DOCUMENT.split(f"\n## {view}\n")[1].split("\n## ")[0]
    return ROW.findall(section)


@pytest.fixture
def engine(database_url: str, store: Store, put: Any, article: Any) -> Iterator[Engine]:
    """A database that gives every query of the document at least a row."""
    cited = (Citation("the Times", "the Times says", None, "example"),)
    dateline = Dateline("PORT, Sept. 3 /EX/ --", "PORT", ("PORT",), None, "example")
    number = put(store, citations=cited, dateline=dateline)
    copy = put(store, source="other")
    newer = article(headline="Ferry service resumes at last", citations=cited, dateline=dateline)
    with store.write(NOON) as tx:
        prints = fingerprint(newer, Source(id="example", name=""))
        tx.articles.revise(number, newer, prints, "revised", None, is_current=True)
        tx.relations.derive(copy, [Link("duplicate", number, 1.0, "same words", "exact")])
        tx.relations.stand(copy, number, number, None)
    made = engines.make_engine(database_url)
    yield made
    made.dispose()


@pytest.mark.parametrize(("view", "fields"), [("articles", FIELDS), ("article_revisions", REVISION_FIELDS)])
def test_every_column_is_documented_in_its_order(engine: Engine, view: str, fields: tuple[str, ...]) -> None:
    columns = [column["name"] for column in inspect(engine).get_columns(view)]
    assert [name for name, _, _, _ in documented(view)] == columns
    # A column that came with an upgrade stands at the end, where PostgreSQL can append it.
    assert sorted(columns) == sorted(fields)
    assert columns[-1] == "embargoed_until"
    assert columns[:-1] == [name for name in fields if name != columns[-1]]


@pytest.mark.postgres
@pytest.mark.parametrize("view", ["articles", "article_revisions"])
def test_every_column_is_of_the_type_that_is_documented(postgresql_url: str, view: str) -> None:
    made = engines.make_engine(postgresql_url)
    engines.create(made)
    types = {column["name"]: type(column["type"]).__name__ for column in inspect(made).get_columns(view)}
    made.dispose()
    assert {name: types[name] in TYPES[kind] for name, kind, _, _ in documented(view)} == dict.fromkeys(types, True)


@pytest.mark.parametrize("view", ["articles", "article_revisions"])
def test_examples_are_of_their_type(view: str) -> None:
    for _, kind, _, example in documented(view):
        if kind == "JSON":
            json.loads(example)
        elif kind == "number":
            int(example)
        elif kind == "time":
            datetime.strptime(example, "%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize(("dialect", "query"), QUERIES)
def test_every_query_of_the_document_runs_and_finds_something(engine: Engine, dialect: str, query: str) -> None:
    if dialect not in ("", engine.dialect.name):
        pytest.skip(f"a query for {dialect}")
    with engine.connect() as connection:
        assert connection.execute(text(query.replace(":", r"\:"))).all()


def test_there_are_five_queries_for_both_databases() -> None:
    assert len([query for dialect, query in QUERIES if not dialect]) >= 5
