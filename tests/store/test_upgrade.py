"""Migrations: what they leave is what a new database is."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from pipeline.archive.pack import unpack
from pipeline.dedup.story import PROFILE, weighed
from pipeline.dedup.story import terms as story_terms
from pipeline.errors import StoreError
from pipeline.store import ProfileRow, open_store
from pipeline.store import engine as engines
from pipeline.store.upgrade import MIGRATIONS, init, upgrade
from tests.hostile.goals.upgrades import earlier
from tests.test_relating_together import observed

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


def test_what_events_are_compared_by_is_kept_in_its_new_form(engine: Engine, database_url: str) -> None:
    init(database_url)
    store, one = open_store(database_url), observed(0, 0)
    terms = weighed(story_terms("Ferry sails again", "It had 212 aboard.", [("1835848", False)]), {}, 100)
    with store.write(one.article.first_seen_at) as tx:
        number = tx.articles.create(one.article, one.fingerprint, None)
        article = one.article
        row = ProfileRow(number, "", "", article.sort_at, None, None, article.sort_at, article.signals, terms)
        tx.stories.keep(row)
    with store.write(one.article.first_seen_at) as tx:
        made = tx.stories.profiles([number])
    with engine.begin() as connection:
        types = {"sqlite": ("INTEGER", "BLOB"), "postgresql": ("BIGINT", "BYTEA")}[engine.dialect.name]
        connection.execute(text("DROP TABLE article_profile"))
        connection.execute(
            text(f"""CREATE TABLE article_profile (article_id {types[0]} NOT NULL, terms {types[1]}
            NOT NULL, CONSTRAINT pk_article_profile PRIMARY KEY (article_id), CONSTRAINT fk_article_profile_article_id
            FOREIGN KEY(article_id) REFERENCES article (id))""")
        )
        connection.execute(
            text("INSERT INTO article_profile VALUES (:number, :terms)"), {"number": number, "terms": earlier(terms)}
        )
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    assert upgrade(database_url) == ("0006", engines.HEAD)
    with store.write(one.article.first_seen_at) as tx:
        (found,) = tx.stories.profiles([number])
    assert [one for one in store.check(unpack) if "found to tell by" in one] == []
    store.close()
    before, after = (np.frombuffer(one.terms, PROFILE) for one in (*made, found))
    assert before.tolist() == [pytest.approx(row, rel=0.01) for row in after.tolist()]
    assert [found._replace(terms=b"")] == [one._replace(terms=b"") for one in made]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE article_revision SET signals = '[urgent'",
        "UPDATE article_revision SET signals = CAST(x'5bff5d' AS TEXT)",
        "UPDATE article_profile SET terms = 'text'",
    ],
)
def test_a_damaged_profile_ends_no_upgrade_and_is_told(tmp_path: Path, damage: str) -> None:
    url, one = f"sqlite:///{tmp_path}/newswire.db", observed(0, 0)
    init(url)
    store, engine = open_store(url), engines.make_engine(url)
    with store.write(one.article.first_seen_at) as tx:
        tx.articles.create(one.article, one.fingerprint, None)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE article_profile"))
        connection.execute(
            text("""CREATE TABLE article_profile (article_id INTEGER NOT NULL, terms BLOB NOT NULL,
            CONSTRAINT pk_article_profile PRIMARY KEY (article_id), CONSTRAINT fk_article_profile_article_id
            FOREIGN KEY(article_id) REFERENCES article (id))""")
        )
        connection.execute(text("INSERT INTO article_profile VALUES (1, x'')"))
        connection.execute(text(damage))
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    engine.dispose()
    assert upgrade(url) == ("0006", engines.HEAD)
    assert any("found to tell by is damaged; run: newswire regroup" in told for told in store.check(unpack))
    store.close()


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
