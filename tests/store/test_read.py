"""The search, on both databases: every option, every script, and any text as a query."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from pipeline.dedup.fingerprint import fingerprint
from pipeline.model import Article, Citation, Dateline, Extraction, Link, Source
from pipeline.record import FIELDS, REVISION_FIELDS
from pipeline.store import Store, open_store
from pipeline.store.read import Query

NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
DATELINE = Dateline("GENEVA, Sept. 3 (EX) --", "GENEVA", ("GENEVA", "New York"), date(2024, 9, 3), "example")
# Seven articles, a day apart; 1 is the oldest.
WIRE: tuple[dict[str, Any], ...] = (
    {"headline": "Ferry service resumes", "source": "tass", "language": "en", "section": "World", "dateline": DATELINE},
    {"headline": "Россия и путешествия: ёлки", "source": "tass", "language": "ru", "signals": ("urgent",)},
    {"headline": "세종대왕이 한글을 만들었다", "source": "yonhap", "language": "ko", "signals": ("lead-2", "photo")},
    {"headline": "韩国国会通过预算案", "source": "yonhap", "language": "zh-Hans"},
    {"headline": "東京で新しい船", "source": "yonhap", "language": "ja", "section": "경제"},
    {"headline": "الحكومة تعلن الميزانية", "source": "yonhap", "language": "ar"},
    {
        "headline": "El niño café's résumé",
        "source": "kcna",
        "language": "es",
        "citations": (Citation("KCNA", "según KCNA", "kcna", "yonhap"), Citation("El Diario", "dice El Diario")),
    },
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def wire(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The seven articles in a database that the tests of this file only read."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('wire')}/newswire.db"
    else:
        url = _new_database(request.getfixturevalue("postgresql_server"))
    store = open_store(url)
    for number, told in enumerate(WIRE, 1):
        _put(store, number, told)
    with store.write(NOON) as tx:
        tx.relations.derive(5, [Link("duplicate", 4, 1.0, "same words", "exact")])
        tx.relations.stand(5, 4, 4, None)
    yield store
    store.close()


def _new_database(server: str) -> str:
    import psycopg

    name = f"newswire_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return server.replace("/postgres?", f"/{name}?")


def _put(store: Store, number: int, told: dict[str, Any]) -> None:
    at = NOON + timedelta(days=number)
    one = Article(
        url=f"https://news.example/{9 - number}",
        headline_raw=told["headline"],
        body=f"Paragraph of {number}.\nSecond paragraph.",
        first_seen_at=at,
        fetched_at=at,
        sort_at=at,
        completeness="full",
        extraction=Extraction("profile", "1", 1.0),
        **told,
    )
    with store.write(at) as tx:
        assert tx.articles.create(one, fingerprint(one, Source(id=one.source, name=one.source)), None) == number


def found(store: Store, query: Query | str) -> list[int]:
    asked = Query(query) if isinstance(query, str) else query
    with store.read() as reader:
        return [record["id"] for record in reader.query(asked)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), [7, 6, 5, 4, 3, 2, 1]),
        (Query(limit=2), [7, 6]),
        (Query(sources=("tass", "kcna")), [7, 2, 1]),
        (Query(sources=("nobody",)), []),
        (Query(languages=("KO", "ru")), [3, 2]),
        (Query(languages=("zh",)), [4]),
        (Query(languages=("z",)), []),
        (Query(languages=("%",)), []),
        (Query(since=NOON + timedelta(days=6)), [7, 6]),
        (Query(until=NOON + timedelta(days=2)), [1]),
        (Query(since=NOON + timedelta(days=2), until=NOON + timedelta(days=4)), [3, 2]),
        (Query(dateline="geneva"), [1]),
        (Query(dateline="NEW YORK"), [1]),
        (Query(dateline="York"), []),
        (Query(cites="kcna"), [7]),
        (Query(cites="el diario"), [7]),
        (Query(cites="tass"), []),
        (Query(section="world"), [1]),
        (Query(section="경제"), [5]),
        (Query(signal="urgent"), [2]),
        (Query(signal="photo"), [3]),
        (Query(signal="pho"), []),
        (Query(story=1), []),
        (Query(originals=True), [7, 6, 4, 3, 2, 1]),
        (Query("paragraph", sources=("tass",), languages=("ru",), limit=5), [2]),
    ],
)
def test_each_option_narrows_the_search(wire: Store, query: Query, expected: list[int]) -> None:
    assert found(wire, query) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ferry", [1]),
        ("FERRY resum", [1]),
        ("resume ferry", [1]),
        ('"service resumes"', [1]),
        ('"service resume"', []),
        ('"resumes service"', []),
        ("ferry -service", []),
        ("paragraph -ferry -путешествия", [7, 6, 5, 4, 3]),
        ("россия", [2]),
        ("росс", [2]),
        ("ПУТЕШЕСТВИЯ", [2]),
        ("елки", []),
        ("세종", [3]),
        ("한글을", [3]),
        ("글", [3]),
        ("국회", []),
        ("国会", [4]),
        ("会", [4]),
        ("会国", []),
        ("预算 通过", [4]),
        ("東京", [5]),
        ("船", [5]),
        ("الميزانية", [6]),
        ("الحكوم", [6]),
        ("nino", [7]),
        ("niño", [7]),
        ("café", [7]),
        ("cafe's", [7]),
        ("2 paragraph", [2]),
        ("nothing", []),
    ],
)
def test_words_are_found_in_every_script(wire: Store, text: str, expected: list[int]) -> None:
    assert found(wire, text) == expected


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("istanbul", "İstanbul'da vapur yine sefere çıktı"),
        ("İSTANBUL", "İstanbul'da vapur yine sefere çıktı"),
        ("şırnak", "ŞIRNAK YOLU AÇILDI"),
        ("igdir", "Iğdır'da kar"),
        ("ISPARTA", "Isparta'da gül"),
        ("ısparta", "ISPARTA'DA GÜL"),
    ],
)
def test_turkish_words_are_found_whatever_their_dots(store: Store, text: str, headline: str) -> None:
    one = _headlined(headline)
    with store.write(NOON) as tx:
        number = tx.articles.create(one, fingerprint(one, Source(id="a", name="a")), None)
    assert found(store, text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", '""', '"unclosed', "*", "ferry*", "a OR b", "NEAR(a b)", "words:ferry", "-", "--", "-ferry", "\\",
        "ferry:*", "!ferry", "a & b", "a | !b", "(", ")", "%", "\x00", "\ud83d", "ferry\x00", "'; DROP TABLE article;",
        "<->", "a <-> b", "🙂", "x" * 100_000, "a " * 100_000, "ﷺ", "\u0300", "İ", "ß", "²", "①", "𠀀", "^ferry", "+a",
    ],
)  # fmt: skip
def test_hostile_queries_are_only_words(wire: Store, text: str) -> None:
    found(wire, text)
    found(wire, Query(dateline=text, cites=text, section=text, signal=text, sources=(text,), languages=(text,)))


def test_a_query_of_nothing_but_signs_finds_nothing(wire: Store) -> None:
    assert found(wire, "?!") == []


@given(strategies.text())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_asked_for(wire: Store, text: str) -> None:
    found(wire, text)


LETTERS = strategies.characters(categories=["L", "N", "M", "P", "S", "Zs"])
WORDS = strategies.text(LETTERS, max_size=30)


@pytest.mark.postgres
@given(WORDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_databases_find_the_same_words(pair: tuple[Store, Store], text: str) -> None:
    """An article is found by its own headline, in every script."""
    expected = None
    for store in pair:
        with store.write(NOON) as tx:
            one = _headlined(text)
            number = tx.articles.create(one, fingerprint(one, Source(id="a", name="a")), None)
        asked = " ".join(part for part in text.split() if not part.startswith("-")).replace('"', " ")
        mine = number in found(store, asked)
        assert expected in (None, mine)
        expected = mine


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[tuple[Store, Store]]:
    """Two databases, one of either kind."""
    path = tmp_path_factory.mktemp("pair")
    stores = open_store(f"sqlite:///{path}/newswire.db"), open_store(_new_database(postgresql_server))
    yield stores
    for store in stores:
        store.close()


def _headlined(headline: str) -> Article:
    return Article(
        source="a",
        url="https://news.example/",
        headline=headline,
        headline_raw=headline,
        body="",
        first_seen_at=NOON,
        fetched_at=NOON,
        sort_at=NOON,
        completeness="full",
        extraction=Extraction("profile", "1", 1.0),
    )


def test_records_have_the_fields_of_the_contract_in_order(wire: Store) -> None:
    with wire.read() as reader:
        assert [tuple(record) for record in reader.query(Query(limit=1))] == [FIELDS]
        assert [tuple(record) for record in reader.revisions(1)] == [REVISION_FIELDS]


def test_sorted_by_address_is_byte_order(wire: Store) -> None:
    with wire.read() as reader:
        assert [record["id"] for record in reader.sorted_by_address(Query())] == [7, 2, 1, 6, 5, 4, 3]


def test_addresses_name_articles_for_another_database(wire: Store) -> None:
    with wire.read() as reader:
        assert reader.addresses({1, 7, 99}) == {
            1: ("tass", "https://news.example/8"),
            7: ("kcna", "https://news.example/2"),
        }


@pytest.mark.parametrize(
    "words",
    [
        " ".join(f"word{number}" for number in range(400_000)),
        "".join(map(chr, range(0x20000, 0x3FFFF))),
        "\ufdfa" * 200_000,
    ],
    ids=["words", "ideographs", "ligatures"],
)
def test_a_very_long_text_is_stored_and_found(store: Store, words: str) -> None:
    """Longer than what PostgreSQL's full-text index takes."""
    one = replace(_headlined("word17 word9000"), body=words)
    with store.write(NOON) as tx:
        number = tx.articles.create(one, fingerprint(one, Source(id="a", name="a")), None)
    assert found(store, "word17 word9000") == [number]


def test_a_path_is_no_pattern(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a%20b.db")
    assert found(store, "x") == []
    store.close()
