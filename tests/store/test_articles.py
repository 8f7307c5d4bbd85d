"""Articles, their versions, keys and copies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.model import Citation, Dateline, Extraction, Link, Published, Source
from pipeline.store import Key, Store
from pipeline.store.read import Query
from pipeline.store.types import NAME_BYTES

SOURCE = Source(id="example", name="Example News")


def revise(store: Store, number: int, one: Any, kind: Any = "revised", *, is_current: bool = True) -> int:
    with store.write(one.fetched_at) as tx:
        return tx.articles.revise(number, one, fingerprint(one, SOURCE), kind, None, is_current=is_current)


def current(store: Store, number: int) -> dict[str, Any]:
    with store.read() as reader:
        found = reader.record(number)
    assert found is not None
    return found


def test_an_article_comes_back_as_it_went_in(store: Store, article: Any, put: Any) -> None:
    """Every field, through both databases, as the article that the line decides by."""
    seen = article().first_seen_at
    whole = article(
        guid="ferry-1",
        canonical_url="https://news.example/ferry",
        credit="other",
        lead="Islanders had waited for a month.",
        section="Islands",
        keywords=("ferry", "島"),
        authors=("Ann Lee",),
        byline="By Ann Lee",
        images=("https://news.example/ferry.jpg",),
        language="en",
        dateline=Dateline("PORT, Sept. 3 /EX/ --", "PORT", ("PORT", "HAVEN"), date(2024, 9, 3), "example"),
        published=Published(seen - timedelta(hours=1), "minute", "feed", "3 Sep 2024 11:00"),
        updated_at=seen - timedelta(minutes=5, microseconds=7),
        signals=("urgent", "lead-2"),
        citations=(Citation("the Times", "according to the Times", None, "example"),),
        extraction=Extraction("profile", "1", 0.875, "new", {"headline": "profile", "body": "profile"}),
    )
    number = put(store, **{name: getattr(whole, name) for name in whole.__slots__})
    with store.write(seen) as tx:
        stored = tx.articles.known("example", [Key("url", "", whole.url)])
    assert stored is not None
    assert stored.id == number
    assert stored.current == whole


def test_what_no_database_can_hold_is_replaced(store: Store, put: Any) -> None:
    number = put(store, headline="Nul \x00 and half \ud83d", keywords=("a\x00b",), language="e\x00n", credit="\x00")
    found = current(store, number)
    assert found["headline"] == "Nul � and half �"
    assert found["keywords"] == ["a�b"]


def test_a_revision_becomes_the_current_one(store: Store, article: Any, put: Any) -> None:
    number = put(store, headline="Ferry sails")
    assert revise(store, number, article(headline="Ferry sails again"), "corrected") == 2
    found = current(store, number)
    assert (found["revision"], found["change"], found["headline"]) == (2, "corrected", "Ferry sails again")
    with store.read() as reader:
        assert [one["headline"] for one in reader.revisions(number)] == ["Ferry sails", "Ferry sails again"]
        assert [one["id"] for one in reader.query(Query("again"))] == [number]


def test_an_older_version_is_kept_and_does_not_become_current(store: Store, article: Any, put: Any) -> None:
    number = put(store, headline="Ferry sails again")
    assert revise(store, number, article(headline="Storm holds ferry"), is_current=False) == 2
    assert current(store, number)["headline"] == "Ferry sails again"
    with store.read() as reader:
        assert list(reader.query(Query("storm"))) == []
    assert revise(store, number, article(headline="Ferry sails at last")) == 3


def test_the_first_key_that_means_an_article_wins(store: Store, put: Any) -> None:
    by_guid = put(store, url="https://news.example/a")
    by_url = put(store, url="https://news.example/b")
    with store.write(current_time(store, by_guid)) as tx:
        tx.articles.know_by(by_guid, "example", [Key("guid", "feed", "g")], None)
        keys = [Key("guid", "feed", "g"), Key("url", "", "https://news.example/b")]
        found = [tx.articles.known("example", some) for some in (keys, keys[::-1], keys[:0])]
        assert tx.articles.known("other", keys) is None
    assert [one and one.id for one in found] == [by_guid, by_url, None]


def test_a_key_never_changes_hands(store: Store, put: Any) -> None:
    mine, other = put(store, url="https://news.example/a"), put(store)
    with store.write(current_time(store, mine)) as tx:
        tx.articles.know_by(other, "example", [Key("url", "", "https://news.example/a")], "read")
        found = tx.articles.known("example", [Key("url", "", "https://news.example/a")])
    assert found is not None
    assert (found.id, found.read) == (mine, "read")


@pytest.mark.parametrize("tail", ["1", "2"])
def test_keys_of_any_length_are_told_apart(store: Store, put: Any, tail: str) -> None:
    """PostgreSQL's index takes no row over 2,704 bytes; random text can't be compressed below it."""
    long = "".join(chr(0x4E00 + index * 7919 % 20000) for index in range(5000))
    number = put(store, url=long + tail)
    with store.write(current_time(store, number)) as tx:
        tx.articles.know_by(number, "example", [Key("guid", long, long + tail)], None)
        assert tx.articles.known("example", [Key("guid", long, long + tail)]) is not None
        assert tx.articles.known("example", [Key("guid", long, long + "3")]) is None
        assert tx.articles.known("example", [Key("guid", long[:NAME_BYTES], long + tail)]) is None


def test_another_address_and_an_earlier_sight_are_added_once(store: Store, put: Any) -> None:
    number = put(store, url="https://news.example/a", guid="a")
    found = current(store, number)
    earlier = current_time(store, number) - timedelta(days=1)
    for _ in range(2):
        with store.write(earlier) as tx:
            tx.articles.seen_at(number, "https://news.example/b", "b", earlier)
    found = current(store, number)
    assert found["urls"] == ["https://news.example/a", "https://news.example/b"]
    assert found["guids"] == ["a", "b"]
    assert found["first_seen_at"] == found["sort_at"] == "2024-09-02T12:00:00Z"
    assert found["url"] == "https://news.example/a"


def test_a_copy_points_at_its_original_and_the_feed_says_so(store: Store, put: Any) -> None:
    body = "The same long words about the ferry, the storm and the dock it lay in for a month. " * 2
    original, copy = put(store, body=body), put(store, body=body, source="other")
    with store.write(current_time(store, copy)) as tx:
        hashed = fingerprint(_of(store, original, tx), SOURCE).text
        assert sorted(tx.relations.all_with(hashed or "")) == [original, copy]
        tx.relations.derive(copy, [Link("duplicate", original, 1.0, "same words", "exact")])
        tx.relations.stand(copy, original, original, None)
    found = current(store, copy)
    assert found["duplicate_of"] == original
    assert found["links"] == [
        {"kind": "duplicate", "id": original, "score": 1.0, "why": "same words", "method": "exact"}
    ]
    assert (found["change"], found["revision"]) == ("created", 1)
    with store.read() as reader:
        assert [one.change for one in reader.changes(0)] == ["created", "created", "relinked"]
        assert reader.last_seq() == found["seq"] == 3


def test_a_link_that_is_taken_back_is_gone(store: Store, put: Any) -> None:
    original, copy = put(store), put(store)
    for evidence in ([Link("duplicate", original, 1.0, "same words", "exact")], []):
        with store.write(current_time(store, copy)) as tx:
            tx.relations.derive(copy, evidence)
            tx.relations.stand(copy, *((original, original, None) if evidence else (None, None, None)))
    assert (current(store, copy)["duplicate_of"], current(store, copy)["links"]) == (None, [])


def test_the_same_story_is_found_by_headline_text_and_day(store: Store, article: Any, put: Any) -> None:
    told = {
        "body": "The same long words about the ferry, the storm and the dock it lay in for a month. " * 2,
        "published": Published(date(2024, 9, 3), "day", "page", "3 September 2024"),
    }
    number = put(store, **told)
    with store.write(current_time(store, number)) as tx:
        assert tx.articles.same_story("example", fingerprint(article(**told), SOURCE)) == number
        assert tx.articles.same_story("other", fingerprint(article(**told), SOURCE)) is None
        other_day = told | {"published": Published(date(2024, 9, 4), "day", "page", "")}
        assert tx.articles.same_story("example", fingerprint(article(**other_day), SOURCE)) is None
        assert tx.articles.same_story("example", fingerprint(article(), SOURCE)) is None


def current_time(store: Store, number: int) -> Any:
    """The article's time, as a datetime."""
    from datetime import datetime

    return datetime.fromisoformat(current(store, number)["fetched_at"])


def _of(store: Store, number: int, tx: Any) -> Any:
    found = tx.articles.known("example", [Key("url", "", current(store, number)["url"])])
    assert found is not None
    return found.current
