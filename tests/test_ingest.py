"""The line from end to end, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from pipeline.ingest import Line
from pipeline.model import Feed, Page, Request
from pipeline.normalise.urls import normal_url
from pipeline.store import Due, Packed, Store, Transaction
from pipeline.tally import COUNTS
from pipeline.workers import WorkerError
from tests.wire import FEED, SOURCE, START, TEXT, Wire, address, item, page, rss, wire_on

HOUR = timedelta(hours=1)


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store) as one:
        yield one


def publish(wire: Wire, number: int, headline: str, text: str = TEXT, **entry: str) -> None:
    wire.web.put(FEED, rss(item(number, headline, **entry)))
    wire.web.put(address(number), page(headline, text))


def test_an_entry_and_its_page_become_an_article(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    assert wire.poll() | {"same": 0} == {
        "polled": 1, "new": 1, "revised": 0, "same": 0, "duplicate": 0, "failed": 0, "quarantined": 0
    }  # fmt: skip
    record = wire.record()
    assert (record["headline"], record["body"], record["completeness"]) == ("Storm closes harbour", TEXT, "full")
    assert (record["url"], record["guid"], record["revision"]) == (address(1), "1", 1)
    assert record["published_at"] == "2026-03-02T08:30:00Z"
    assert wire.changes() == [("created", record["id"], 1)]


def test_the_same_again_changes_nothing(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    asked = list(wire.web.asked)
    assert wire.poll(HOUR)["new"] == 0
    assert wire.web.asked == [*asked, FEED]
    assert len(wire.changes()) == 1


def test_an_entry_whose_page_is_gone_is_kept_from_the_feed(wire: Wire) -> None:
    wire.web.put(FEED, rss(item(1, "Storm closes harbour", "Two barges broke loose.")))
    counts = wire.poll()
    assert (counts["new"], counts["failed"]) == (1, 1)
    record = wire.record()
    assert (record["body"], record["completeness"]) == ("Two barges broke loose.", "feed")


def test_a_page_that_comes_late_completes_the_article(wire: Wire) -> None:
    wire.web.put(FEED, rss(item(1, "Storm closes harbour", "Two barges broke loose.")))
    wire.web.fail(address(1))
    assert wire.poll()["new"] == 1
    wire.web.put(address(1), page("Storm closes harbour"))
    wire.poll(HOUR)
    record = wire.record()
    assert (record["revision"], record["change"], record["completeness"]) == (2, "completed", "full")
    assert record["body"] == TEXT


def test_a_changed_entry_has_its_page_read_again(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    publish(wire, 1, "Storm closes harbour, ferries cancelled", TEXT + " Schools stay open.")
    assert wire.poll(HOUR)["revised"] == 1
    record = wire.record()
    assert (record["revision"], record["headline"]) == (2, "Storm closes harbour, ferries cancelled")
    assert record["body"].endswith("Schools stay open.")


def test_a_new_headline_in_the_feed_stands_over_the_text_we_have(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbor")
    wire.poll()
    wire.web.put(FEED, rss(item(1, "Storm closes harbour")))
    wire.web.fail(address(1))
    assert wire.poll(HOUR)["revised"] == 1
    record = wire.record()
    assert (record["headline"], record["body"], record["completeness"]) == ("Storm closes harbour", TEXT, "full")


def test_one_story_at_two_addresses_is_one_article(wire: Wire) -> None:
    """KCNA prints one text under one headline and day in up to six sections, each with an address of its own."""
    wire.web.put(FEED, rss(item(1, "Storm closes harbour"), item(2, "Storm closes harbour")))
    for number in (1, 2):
        wire.web.put(address(number), page("Storm closes harbour"))
    counts = wire.poll()
    assert (counts["new"], counts["duplicate"]) == (1, 1)
    assert sorted(wire.record()["urls"]) == [address(1), address(2)]


@pytest.mark.parametrize(
    "other",
    [
        {"headline": "Harbour closed by storm"},
        {"headline": "Storm closes harbour", "at": "Sun, 01 Mar 2026 10:00:00 +0900"},
    ],
    ids=["headline", "day"],
)
def test_the_same_text_otherwise_is_a_copy_of_the_earlier(wire: Wire, other: dict[str, str]) -> None:
    entry = {**other}
    headline = entry.pop("headline")
    wire.web.put(FEED, rss(item(1, "Storm closes harbour"), item(2, headline, **entry)))
    wire.web.put(address(1), page("Storm closes harbour"))
    wire.web.put(address(2), page(headline))
    wire.poll()
    records = {record["url"]: record for record in wire.records()}
    copies = [record for record in records.values() if record["duplicate_of"]]
    assert len(records) == 2
    assert len(copies) == 1
    earlier = min(records.values(), key=lambda record: (record["sort_at"], record["url"]))
    assert copies[0]["duplicate_of"] == earlier["id"]
    assert copies[0]["links"][0]["kind"] == "duplicate"


def test_an_earlier_one_that_comes_late_becomes_the_original(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    publish(wire, 2, "Harbour closed by storm", at="Sun, 01 Mar 2026 10:00:00 +0900")
    wire.poll(HOUR)
    first, late = (next(r for r in wire.records() if r["url"] == address(number)) for number in (1, 2))
    assert first["duplicate_of"] == late["id"]
    assert late["duplicate_of"] is None
    assert ("relinked", first["id"], 1) in wire.changes()


def test_a_copy_that_is_rewritten_is_no_copy_any_more(wire: Wire) -> None:
    wire.web.put(FEED, rss(item(1, "Storm closes harbour"), item(2, "Harbour closed")))
    wire.web.put(address(1), page("Storm closes harbour"))
    wire.web.put(address(2), page("Harbour closed"))
    wire.poll()
    wire.web.put(FEED, rss(item(2, "Harbour closed until Friday")))
    wire.web.put(address(2), page("Harbour closed until Friday", TEXT + " It will open on Friday."))
    wire.poll(HOUR)
    assert [record["duplicate_of"] for record in wire.records()] == [None, None]
    assert sorted(link["kind"] for record in wire.records() for link in record["links"]) == ["update"]
    wire.web.put(FEED, rss(item(2, "Two sailors rescued")))
    wire.web.put(address(2), page("Two sailors rescued", "A lifeboat took two sailors off a yacht at night."))
    wire.poll(HOUR)
    assert all(record["links"] == [] and record["update_of"] is None for record in wire.records())


def test_different_texts_under_one_headline_stay_two(wire: Wire) -> None:
    wire.web.put(FEED, rss(item(1, "Press Review"), item(2, "Press Review")))
    wire.web.put(address(1), page("Press Review", TEXT))
    wire.web.put(address(2), page("Press Review", "Newspapers today write about the price of bread. " * 5))
    assert wire.poll()["new"] == 2
    assert all(record["duplicate_of"] is None for record in wire.records())


def test_feed_excerpts_merge_nothing(wire: Wire) -> None:
    wire.web.put(FEED, rss(item(1, "Exchange rates", TEXT), item(2, "Exchange rates", TEXT)))
    assert wire.poll()["new"] == 2
    assert all(record["duplicate_of"] is None for record in wire.records())


def test_a_guid_that_a_whole_feed_shares_names_nothing(wire: Wire) -> None:
    shared = [
        item(number, f"Headline {number}").replace(f"<guid>{number}</guid>", "<guid>x</guid>") for number in (1, 2)
    ]
    wire.web.put(FEED, rss(*shared))
    assert wire.poll()["new"] == 2


def test_an_address_whose_query_flips_is_the_same_article(store: Store) -> None:
    """cn.yna.co.kr turned `?input=rss&section=news` round between 2024-06-17 and 06-22."""
    with wire_on(store, replace(SOURCE, identity_query=())) as wire:
        first = item(1, "Storm").replace(address(1), address(1) + "?input=rss&amp;section=news")
        wire.web.put(FEED, rss(first.replace("<guid>1</guid>", "")))
        wire.poll()
        second = item(1, "Storm").replace(address(1), address(1) + "?section=news&amp;input=rss")
        wire.web.put(FEED, rss(second.replace("<guid>1</guid>", "")))
        wire.poll(HOUR)
        assert len(wire.records()) == 1


def test_an_article_in_two_feeds_is_one_with_two_guids(store: Store) -> None:
    other = "https://wire.test/politics.xml"
    with wire_on(store, replace(SOURCE, feeds=(*SOURCE.feeds, Feed(other, section="Politics")))) as wire:
        wire.web.put(FEED, rss(item(1, "Storm")))
        wire.web.put(other, rss(item(1, "Storm").replace("<guid>1</guid>", "<guid>P-1</guid>")))
        wire.web.put(address(1), page("Storm"))
        wire.poll()
        wire.poll(HOUR)
        assert len(wire.records()) == 1
        assert wire.web.asked.count(address(1)) == 1


def test_an_unchanged_feed_is_not_parsed(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    wire.workers.poison = [AssertionError("parsed")]
    wire.poll(HOUR)
    assert wire.workers.poison


def test_a_304_lists_nothing(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    wire.web.put(FEED, "", status=304)
    wire.workers.poison = [AssertionError("parsed")]
    assert wire.poll(HOUR) | {"polled": 0} == dict.fromkeys(COUNTS, 0)
    assert wire.workers.poison
    assert wire.web.asked[-1] == FEED


@pytest.mark.parametrize("body", ["<html><body>We are down</body></html>", "", "\x00\x01"])
def test_a_bad_feed_is_counted_and_kept_and_the_next_one_read(wire: Wire, body: str) -> None:
    wire.web.put(FEED, body)
    counts = wire.poll()
    assert (counts["failed"], counts["quarantined"]) == (1, 1)
    with wire.line.store.read() as reader:
        (held,) = reader.quarantined()
    assert (held["source"], held["url"], held["stage"], held["error"]) == ("wire", FEED, "parse", "ParseError")
    publish(wire, 1, "Storm closes harbour")
    assert wire.poll(HOUR)["new"] == 1


def test_a_refusing_server_is_told_and_its_answer_kept(wire: Wire) -> None:
    wire.web.put(FEED, "Forbidden", status=403)
    assert wire.poll()["failed"] == 1
    with wire.line.store.read() as reader:
        assert [one.page.status for one in reader.responses()] == [403]
    (error,) = wire.line.tally.summary(["wire"])["wire"]["errors"]
    assert FEED in error
    assert "403" in error


def test_a_page_that_defeats_its_worker_three_times_is_quarantined_and_its_entry_kept(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.web.put(FEED, rss(item(1, "Storm closes harbour", "Two barges broke loose.")))
    asyncio.run(poll_feed_only(wire))
    wire.workers.poison = [WorkerError("its worker died", transient=True)] * 3
    asyncio.run(wire.drain())
    record = wire.record()
    assert (record["body"], record["completeness"]) == ("Two barges broke loose.", "feed")
    with wire.line.store.read() as reader:
        (held,) = reader.quarantined()
    assert (held["url"], held["stage"]) == (address(1), "digest")


def test_a_worker_that_dies_once_costs_nothing(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    asyncio.run(poll_feed_only(wire))
    wire.workers.poison = [WorkerError("its worker died", transient=True)]
    asyncio.run(wire.drain())
    assert wire.record()["completeness"] == "full"


def test_a_bug_in_our_own_code_costs_one_page(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    asyncio.run(poll_feed_only(wire))
    wire.workers.poison = [ZeroDivisionError("a bug")]
    asyncio.run(wire.drain())
    assert wire.record()["completeness"] == "feed"
    with wire.line.store.read() as reader:
        assert reader.quarantined()[0]["error"] == "ZeroDivisionError"


def test_a_quarantined_page_can_be_tried_again(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    asyncio.run(poll_feed_only(wire))
    wire.workers.poison = [ZeroDivisionError("a bug")]
    asyncio.run(wire.drain())
    with wire.line.store.write(START) as tx:
        assert tx.desk.retry(1)
    asyncio.run(wire.drain())
    record = wire.record()
    assert (record["change"], record["completeness"]) == ("completed", "full")


class Crash(BaseException):
    """The process ends here."""


def test_a_crash_between_the_two_transactions_loses_nothing(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")

    dying = Dying(*(getattr(wire.line, field.name) for field in fields(Line)))
    for _ in range(2):  # once at the feed, once at the page
        with pytest.raises(Crash):
            asyncio.run(Wire(dying, wire.web, wire.clock, wire.workers, wire.sources)._poll())
        asyncio.run(poll_pending_only(wire))
    assert wire.poll()["failed"] == 0
    assert wire.record()["body"] == TEXT
    assert len(wire.changes()) == 1


def test_an_older_reading_never_becomes_current(wire: Wire) -> None:
    publish(wire, 1, "Second headline", TEXT + " Second version.")
    wire.poll(HOUR)
    web_page = Page(address(1), 200, page("First headline", TEXT).encode(), START - HOUR)

    async def read_older() -> None:
        url_key = normal_url(address(1), None)
        due = await wire.line.write(lambda tx: tx.queue.page_request("wire", url_key))
        assert due is not None
        await wire.line.work(due, web_page)

    asyncio.run(read_older())
    record = wire.record()
    assert (record["headline"], record["revision"]) == ("Second headline", 1)
    with wire.line.store.read() as reader:
        assert [one["headline"] for one in reader.revisions(record["id"])] == ["Second headline", "First headline"]


async def poll_feed_only(wire: Wire) -> None:
    """The feed through the line; its pages stay due."""
    request = Request(FEED, "feed", "wire", FEED, language="en")
    await wire.line.write(lambda tx: tx.requests.ask(request, FEED, START))
    (due,) = await wire.line.write(lambda tx: tx.queue.due(wire.clock.now(), [("wire", FEED)]))
    await wire.line.work(due)


async def poll_pending_only(wire: Wire) -> None:
    for pending in await wire.line.pending(["wire"]):
        await wire.line.resume(pending)


class Dying(Line):
    """A line that ends the process before it commits."""

    __slots__ = ()

    def commit(self, *_: object) -> None:
        raise Crash


def test_an_entry_that_changes_while_its_page_is_fetched_is_read_again(wire: Wire) -> None:
    """The old page must not settle what the new entry asks for."""
    publish(wire, 1, "Storm closes harbor")
    asyncio.run(poll_feed_only(wire))
    url_key = normal_url(address(1), None)

    async def meanwhile() -> None:
        due = await wire.line.write(lambda tx: tx.queue.page_request("wire", url_key))
        assert due is not None
        publish(wire, 1, "Storm closes harbour")
        await wire.line.write(lambda tx: tx.requests.wake("wire", FEED, wire.clock.now()))
        (feed,) = [one for one in await wire.line.write(lambda tx: _due(wire, tx)) if one.request.kind == "feed"]
        await wire.line.work(feed)
        await wire.line.work(due, Page(address(1), 200, page("Storm closes harbor").encode(), wire.clock.now()))

    asyncio.run(meanwhile())
    wire.poll(HOUR)
    assert wire.record()["headline"] == "Storm closes harbour"


def _due(wire: Wire, tx: Transaction) -> list[Due]:
    return tx.queue.due(wire.clock.now(), [("wire", FEED)])


def test_a_page_that_is_blank_by_now_takes_nothing_away(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    publish(wire, 1, "Storm closes harbour", "", pages="2")
    wire.poll(HOUR)
    assert wire.record()["body"] == TEXT
    publish(wire, 1, "Storm closes harbour", TEXT, pages="3")
    wire.poll(HOUR)
    assert (wire.record()["body"], wire.record()["completeness"]) == (TEXT, "full")


def test_a_block_page_in_an_articles_place_passes(wire: Wire) -> None:
    wire.web.put(FEED, rss(item(1, "Storm closes harbour", "Two barges broke loose.")))
    wire.web.put(address(1), "<html><body></body></html>")
    wire.poll()
    assert wire.record()["completeness"] == "feed"
    wire.web.put(address(1), page("Storm closes harbour"))
    wire.poll(HOUR)
    assert (wire.record()["completeness"], wire.record()["body"]) == ("full", TEXT)


def test_a_failing_feed_is_polled_within_the_hour_however_long_it_fails(wire: Wire) -> None:
    wire.web.fail(FEED)
    for _ in range(12):
        wire.poll(HOUR)
    with wire.line.store.write(START) as tx:
        due = tx.queue.next_due("wire")
    assert due is not None
    assert timedelta(minutes=5) < due - wire.clock.now() <= HOUR


def test_a_guid_that_every_story_of_a_feed_gets_names_none(wire: Wire) -> None:
    """A feed of one breaking story at a time, always under the same guid."""
    stories = {1: "The harbour is closed after a storm. " * 5, 2: "Parliament votes on the budget of next year. " * 5}
    for number, text in stories.items():
        wire.web.put(FEED, rss(item(number, text[:20], at="").replace(f"<guid>{number}<", "<guid>breaking<")))
        wire.web.put(address(number), page(text[:20], text))
        wire.poll(HOUR)
    assert len(wire.records()) == 2
    assert all(record["revision"] == 1 for record in wire.records())


def test_an_article_that_moves_under_its_guid_stays_one(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    wire.poll()
    moved = item(2, "Storm closes harbour, ferries cancelled").replace("<guid>2<", "<guid>1<")
    wire.web.put(FEED, rss(moved))
    wire.web.put(address(2), page("Storm closes harbour, ferries cancelled", TEXT + " Schools stay open."))
    wire.poll(HOUR)
    assert (wire.record()["revision"], sorted(wire.record()["urls"])) == (2, [address(1), address(2)])


def test_pages_of_a_feed_that_left_the_configuration_are_still_read(store: Store) -> None:
    with wire_on(store) as wire:
        publish(wire, 1, "Storm closes harbour")
        asyncio.run(poll_feed_only(wire))
    with wire_on(store, replace(SOURCE, feeds=(Feed("https://wire.test/new.xml"),))) as wire:
        wire.web.put("https://wire.test/new.xml", rss(item(1, "Storm closes harbour")))
        wire.web.put(address(1), page("Storm closes harbour"))
        wire.poll(HOUR)
        assert wire.record()["body"] == TEXT


def test_a_damaged_body_in_the_archive_is_held_and_fetched_again(wire: Wire) -> None:
    publish(wire, 1, "Storm closes harbour")
    asyncio.run(poll_feed_only(wire))
    (due,) = [one for one in wire.run(wire.line.write(lambda tx: _due(wire, tx))) if one.request.kind == "page"]
    bad = Page(address(1), 200, b"what was sent", wire.clock.now())
    with wire.line.store.write(START) as tx:
        tx.responses.keep(due, bad, Packed("zstd", b"damaged"), None, captured=False)
    asyncio.run(wire.drain())
    assert wire.record()["body"] == TEXT
    with wire.line.store.read() as reader:
        assert [held["stage"] for held in reader.quarantined()] == ["archive"]


def test_what_was_confirmed_later_is_not_replaced_by_an_older_reading(wire: Wire) -> None:
    publish(wire, 1, "Second headline", TEXT + " Second version.")
    wire.poll()
    url_key = normal_url(address(1), None)

    async def read(body: str, at: timedelta) -> None:
        due = await wire.line.write(lambda tx: tx.queue.page_request("wire", url_key))
        assert due is not None
        await wire.line.work(due, Page(address(1), 200, body.encode(), START + at))

    asyncio.run(read(page("Second headline", TEXT + " Second version.") + "<!-- 2 -->", HOUR * 10))
    asyncio.run(read(page("First headline", TEXT), HOUR * 5))
    assert wire.record()["headline"] == "Second headline"


def test_entries_without_an_address_of_their_own_are_kept(wire: Wire) -> None:
    flashes = "".join(f"<item><title>Flash {number}</title><guid>F{number}</guid></item>" for number in (1, 2))
    wire.web.put(FEED, rss(flashes))
    assert wire.poll()["new"] == 2
    assert {record["headline"] for record in wire.records()} == {"Flash 1", "Flash 2"}
    assert wire.web.asked == [FEED]


def test_posts_of_a_live_page_that_differ_in_their_fragment_are_articles_of_their_own(wire: Wire) -> None:
    posts = "".join(
        f"<item><title>Post {number}</title><link>https://wire.test/live#post-{number}</link>"
        f"<guid>L{number}</guid><description>What happened, part {number}.</description></item>"
        for number in (1, 2)
    )
    wire.web.put(FEED, rss(posts))
    assert wire.poll()["new"] == 2
    assert {record["headline"] for record in wire.records()} == {"Post 1", "Post 2"}
    assert wire.poll(HOUR)["new"] == 0
