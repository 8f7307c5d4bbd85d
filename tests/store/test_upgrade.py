"""Migrations: what they leave is what a new database is."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from pipeline.errors import StoreError
from pipeline.store import engine as engines
from pipeline.store.upgrade import MIGRATIONS, init, upgrade

VERSIONS = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The empty database as an engine."""
    made = engines.make_engine(database_url)
    yield made
    made.dispose()


def everything(engine: Engine) -> dict[str, Any]:
    """Tables, columns, keys, indexes and views of a database."""
    look = inspect(engine)
    found: dict[str, Any] = {}
    for table in look.get_table_names():
        columns = [(c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in look.get_columns(table)]
        found[table] = {
            "columns": columns,
            "primary key": look.get_pk_constraint(table),
            "foreign keys": sorted(look.get_foreign_keys(table), key=str),
            "unique": sorted(look.get_unique_constraints(table), key=str),
        }
    definitions = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('view', 'index') OR name LIKE 'article_text%'",
        "postgresql": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'"
        " UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }
    with engine.connect() as connection:
        for name, definition in connection.execute(text(definitions[engine.dialect.name])):
            found[f"as written: {name}"] = " ".join((definition or "").split())
        found["counter"] = connection.execute(text("SELECT id, value FROM change_counter")).all() == [(1, 0)]
        found["epochs"] = connection.execute(text("SELECT count(*) FROM wire WHERE key = 'epoch'")).scalar()
        if engine.dialect.name == "sqlite":
            found["application"] = connection.execute(text("PRAGMA application_id")).scalar()
    return found


def test_migrations_leave_the_very_schema_of_a_new_database(engine: Engine, database_url: str) -> None:
    engines.create(engine)
    new = everything(engine)
    names = "SELECT name FROM sqlite_master WHERE type = 'view'"
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA application_id = 0"))
            for (view,) in connection.execute(text(names)).all():
                connection.execute(text(f"DROP VIEW {view}"))
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            tables = [table for table in inspect(connection).get_table_names() if not table.startswith("article_text_")]
            for table in tables:
                connection.execute(text(f'DROP TABLE "{table}"'))
        else:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    assert upgrade(database_url) == ("0000", engines.HEAD)
    engine.dispose()
    assert everything(engine) == new


def at_version(engine: Engine, version: str) -> None:
    """An empty database of an older version."""
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, version)


def test_views_that_others_made_on_ours_outlive_an_upgrade(engine: Engine, database_url: str) -> None:
    at_version(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW mine AS SELECT id, headline FROM articles"))
        connection.execute(text("CREATE VIEW versions AS SELECT id, revision FROM article_revisions"))
    assert upgrade(database_url) == ("0002", engines.HEAD)
    with engine.connect() as connection:
        for view in ("mine", "versions"):
            assert connection.execute(text(f"SELECT * FROM {view}")).all() == []


@pytest.mark.postgres
def test_who_may_read_the_views_may_read_them_after_an_upgrade(postgresql_url: str) -> None:
    engine = engines.make_engine(postgresql_url)
    at_version(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON articles, article_revisions TO PUBLIC"))
    upgrade(postgresql_url)
    allowed = "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC'"
    ours = " AND table_schema = 'public' ORDER BY table_name"
    with engine.connect() as connection:
        assert connection.execute(text(allowed + ours)).scalars().all() == ["article_revisions", "articles"]
    engine.dispose()


def test_head_is_the_newest_file() -> None:
    assert VERSIONS[-1].startswith(f"{engines.HEAD}_")


@pytest.mark.parametrize("name", VERSIONS)
def test_a_migration_is_named_after_its_number_and_follows_the_one_before(name: str) -> None:
    written = (MIGRATIONS / "versions" / name).read_text(encoding="utf-8")
    position = VERSIONS.index(name)
    before = f'"{VERSIONS[position - 1][:4]}"' if position else "None"
    assert re.search(rf'^revision = "{name[:4]}"$', written, re.MULTILINE)
    assert re.search(rf"^down_revision = {before}$", written, re.MULTILINE)


def test_a_database_of_this_version_stays_as_it_is(engine: Engine, database_url: str) -> None:
    engines.create(engine)
    before = everything(engine)
    assert upgrade(database_url) == (engines.HEAD, engines.HEAD)
    assert everything(engine) == before


def test_a_migration_that_fails_midway_leaves_nothing_of_itself(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(engines.VERSION_TABLE))
        connection.execute(text("CREATE TABLE sighting (occupied INTEGER)"))
    with pytest.raises(StoreError, match="sighting"):
        upgrade(database_url)
    assert sorted(inspect(engine).get_table_names()) == ["alembic_version", "sighting"]


def test_two_upgrades_at_once_do_no_harm(engine: Engine, database_url: str) -> None:
    results: list[tuple[str, str]] = []
    both = [threading.Thread(target=lambda: results.append(upgrade(database_url))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert {after for _, after in results} == {engines.HEAD}
    assert everything(engine)["epochs"] == 1


def test_a_newer_database_is_not_upgraded(engine: Engine, database_url: str) -> None:
    engines.create(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer version \(9999\)"):
        upgrade(database_url)


def test_another_programs_database_is_not_upgraded(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoice (id INTEGER)"))
    with pytest.raises(StoreError, match=r"other tables \(invoice"):
        upgrade(database_url)


def test_a_percent_sign_in_the_path_is_no_riddle(tmp_path: Path) -> None:
    directory = tmp_path / "100%"
    directory.mkdir()
    assert upgrade(f"sqlite:///{directory}/newswire.db") == ("0000", engines.HEAD)


def test_init_makes_a_database_once(database_url: str) -> None:
    assert init(database_url) is True
    assert init(database_url) is False
