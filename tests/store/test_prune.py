"""Old raw responses go, and nothing that anybody needs goes with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select

from pipeline.archive.pack import unpack
from pipeline.dedup.fingerprint import fingerprint
from pipeline.errors import ExtractError
from pipeline.model import Page, Request, RequestKind, Source
from pipeline.store import Packed, Store
from pipeline.store import engine as engines
from pipeline.store.prune import PORTION, Pruned
from pipeline.store.schema import article_revision, body, pulse, response

NOW = datetime(2024, 9, 3, 12, tzinfo=UTC)
FEED = "https://news.example/feed"
MONTH = timedelta(days=30)
DAY = timedelta(days=1)


@pytest.fixture
def engine(database_url: str, store: Store) -> Iterator[Engine]:
    """The same database, to look into."""
    made = engines.make_engine(database_url)
    yield made
    made.dispose()


def keep(
    store: Store,
    days: float,
    data: bytes,
    *,
    url: str = FEED,
    kind: RequestKind = "feed",
    state: str = "done",
    status: int = 200,
) -> Any:
    """A response that is so many days old."""
    at = NOW - timedelta(days=days)
    with store.write(at) as tx:
        one = Request(url, kind, "example", FEED)
        tx.requests.ask(one, url, at)
        tx.requests.wake("example", FEED, at)
        (due,) = [due for due in tx.queue.due(at, [("example", FEED)]) if due.request.url == url]
        page, packed = Page(url, status, data, at), Packed("identity", data)
        return tx.responses.keep(due, page, packed, at, captured=False, state=state)


def prune(store: Store, feeds: timedelta = MONTH, pages: timedelta | None = None) -> Pruned:
    foreseen = store.prunable(NOW, feeds, pages)
    gone = sum(store.prune(NOW, feeds, pages), Pruned())
    assert gone == foreseen
    assert store.prunable(NOW, feeds, pages) == Pruned()
    assert store.check(unpack) == []
    return gone


def left(engine: Engine) -> list[tuple[int, str, bool]]:
    """Every response: its number, its state, and whether its body is there."""
    joined = response.outerjoin(body, body.c.sha256 == response.c.sha256)
    statement = select(response.c.id, response.c.state, body.c.sha256).select_from(joined).order_by(response.c.id)
    with engine.connect() as connection:
        return [(row.id, row.state, row.sha256 is not None) for row in connection.execute(statement)]


def test_old_responses_of_feeds_go_with_their_bodies(store: Store, engine: Engine) -> None:
    for days, data in ((40, b"<rss>1</rss>"), (31, b"<rss>2</rss>"), (29, b"<rss>3</rss>")):
        keep(store, days, data)
    assert prune(store) == Pruned(2, 2, 24)
    assert left(engine) == [(3, "done", True)]


def test_the_last_good_body_of_a_feed_stays_however_old(store: Store, engine: Engine) -> None:
    """A replay of the archive needs it: KCNA's menu stays the same for months."""
    keep(store, 400, b"<rss>1</rss>")
    keep(store, 300, b"<rss>2</rss>")
    assert prune(store) == Pruned(1, 1, 12)
    assert left(engine) == [(2, "done", True)]


def test_refusals_go_though_nothing_good_ever_came(store: Store, engine: Engine) -> None:
    keep(store, 40, b"no", status=403)
    keep(store, 40, b"gone", url="https://news.example/a", kind="page", status=404)
    keep(store, 20, b"busy", status=503)
    assert prune(store) == Pruned(2, 2, 6)
    assert [(number, state) for number, state, is_there in left(engine) if is_there] == [(3, "done")]


def test_an_age_of_nothing_takes_all_pages(store: Store, engine: Engine) -> None:
    keep(store, 1, b"<p>story</p>", url="https://news.example/a", kind="page")
    assert prune(store, pages=timedelta(0)) == Pruned(1, 1, 12)


def test_a_body_that_a_kept_response_has_stays(store: Store, engine: Engine) -> None:
    keep(store, 40, b"<rss>1</rss>")
    keep(store, 39, b"<rss>2</rss>")
    keep(store, 1, b"<rss>1</rss>")
    assert prune(store) == Pruned(2, 1, 12)
    assert left(engine) == [(3, "done", True)]


def test_pages_stay_unless_told_and_then_their_rows_do(store: Store, engine: Engine, article: Any) -> None:
    kept = keep(store, 400, b"<p>story</p>", url="https://news.example/a", kind="page")
    keep(store, 1, b"<p>news</p>", url="https://news.example/b", kind="page")
    one = article()
    with store.write(NOW) as tx:
        tx.articles.create(one, fingerprint(one, Source(id=one.source, name=one.source)), kept.id)
    assert prune(store) == Pruned()
    assert prune(store, pages=365 * DAY) == Pruned(1, 1, 12)
    assert left(engine) == [(1, "pruned", False), (2, "done", True)]
    with engine.connect() as connection:
        assert connection.execute(select(article_revision.c.response_id)).scalar() == 1
    with store.read() as reader:
        assert [one.page.url for one in reader.responses()] == ["https://news.example/b"]
        assert [one.page.url for one in reader.article_pages("example", 9)] == ["https://news.example/b"]


def test_a_pruned_page_that_comes_again_is_kept_again(store: Store, engine: Engine) -> None:
    keep(store, 400, b"<p>story</p>", url="https://news.example/a", kind="page")
    prune(store, pages=MONTH)
    keep(store, 1, b"<p>story</p>", url="https://news.example/b", kind="page")
    assert left(engine) == [(1, "pruned", True), (2, "done", True)]
    assert prune(store, pages=MONTH) == Pruned()


def test_what_is_not_worked_yet_stays(store: Store, engine: Engine) -> None:
    keep(store, 400, b"<rss>1</rss>", state="new")
    keep(store, 399, b"<rss>2</rss>")
    keep(store, 400, b"<p>story</p>", url="https://news.example/a", kind="page", state="new")
    assert prune(store, pages=DAY) == Pruned()
    assert len(left(engine)) == 3


@pytest.mark.parametrize("kind", ["feed", "page"])
def test_what_is_held_in_quarantine_stays_until_it_is_dropped(store: Store, engine: Engine, kind: RequestKind) -> None:
    url = FEED if kind == "feed" else "https://news.example/a"
    kept = keep(store, 400, b"nothing", url=url, kind=kind, state="new")
    with store.write(NOW) as tx:
        tx.responses.hold(kept, NOW, "extract", ExtractError("no article"))
    if kind == "feed":
        keep(store, 1, b"<rss/>")
    assert prune(store, pages=DAY) == Pruned()
    with store.read() as reader:
        assert reader.raw(1) is not None
    with store.write(NOW) as tx:
        tx.desk.drop(1)
    assert prune(store, pages=DAY) == Pruned(1, 1, 7)
    assert left(engine)[0] == (1, "pruned", False)
    with store.read() as reader:
        assert reader.raw(1) is None
        assert [one["message"] for one in reader.quarantined(1)] == ["no article"]


def test_hourly_counts_go_after_ninety_days(store: Store, engine: Engine) -> None:
    with engine.begin() as connection:
        for source, days in (("a", 91), ("a", 89), ("b", 200)):
            values = {"source": source, "hour": NOW - days * DAY, "what": "polls", "count": 12}
            connection.execute(insert(pulse).values(**values))
    assert prune(store).counts == 2
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(pulse)).scalar() == 1


def test_between_two_portions_others_can_write(store: Store) -> None:
    for number in range(PORTION + 2):
        keep(store, 90 - number / 100, f"<rss>{number}</rss>".encode())
    steps = store.prune(NOW, MONTH, None)
    assert next(steps).responses == PORTION
    keep(store, 0, b"<rss>news</rss>")
    assert next(steps).responses == 1
    assert list(steps) == []


def test_what_was_put_back_to_work_meanwhile_is_not_deleted(store: Store, engine: Engine) -> None:
    """Between the look and the writer's turn, somebody may have asked for a response to be worked again."""
    from pipeline.store import prune as room

    keep(store, 90, b"<rss>1</rss>")
    keep(store, 1, b"<rss>2</rss>")

    @contextmanager
    def begin() -> Iterator[Connection]:
        with engine.connect().execution_options(immediate=True) as connection, connection.begin():
            connection.execute(response.update().where(response.c.id == 1).values(state="new"))
            yield connection

    assert list(room.prune(engine.connect, begin, NOW, MONTH, None)) == [Pruned()]
    assert left(engine)[0] == (1, "new", True)


def test_a_vacuum_gives_the_space_back(store: Store, engine: Engine) -> None:
    for days in (40, 39):
        keep(store, days, bytes(1_000_000))
    keep(store, 38, b"<rss/>")
    prune(store)
    store.vacuum()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
    assert store.check(unpack) == []
