"""What polls tell of a feed: news, rhythm, gaps, and servers that do not tell the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from pipeline.model import Feed, Page, Polling, Request
from pipeline.polling import is_gap
from pipeline.store import Store, Transaction
from tests.wire import FEED, SOURCE, TEXT, Web, Wire, address, item, page, rss, wire_on

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store) as one:
        ask(one)
        yield one


class Liar(Web):
    """Says 304 to every conditional request, whatever is new."""

    async def get(self, request: Request) -> Page:
        found = await super().get(request)
        return replace(found, status=304, body=b"") if request.etag and found.status == 200 else found


def ask(wire: Wire) -> None:
    """Ask for the feeds, as the service does when it starts."""
    for source in wire.sources:
        feeds = [(feed.request(source.id), feed.backup) for feed in source.feeds]
        wire.run(wire.line.write(partial(_ask, feeds=feeds, at=wire.clock.now())))


def _ask(tx: Transaction, feeds: list[tuple[Request, bool]], at: datetime) -> None:
    tx.requests.ask_feeds(feeds, at)


def publish(wire: Wire, *numbers: int, **headers: str) -> None:
    """A feed of these stories, newest first, and their pages."""
    wire.web.put(FEED, rss(*[item(number, f"Harbour story number {number}") for number in numbers]), 200, **headers)
    for number in numbers:
        wire.web.put(address(number), page(f"Harbour story number {number}", f"{TEXT} Case {number}."))


def past(wire: Wire, url: str = FEED) -> Polling:
    now = wire.clock.now()
    with wire.line.store.read() as reader:
        return next(feed.past for feed in reader.vitals(now).feeds if feed.url == url)


def test_a_feed_that_is_not_due_is_left_alone(wire: Wire) -> None:
    publish(wire, 1)
    assert wire.wait(timedelta(0)) == [FEED, address(1)]
    assert wire.wait(MINUTE) == []
    assert wire.wait(10 * MINUTE) == [FEED]


def test_a_poll_that_finds_nothing_new_reaches_no_worker(wire: Wire) -> None:
    publish(wire, 1)
    wire.wait(timedelta(0))
    wire.workers.poison = [AssertionError("a worker was asked")]
    assert wire.wait(10 * MINUTE) == [FEED]
    assert len(wire.workers.poison) == 1


def test_the_feeds_own_wish_is_kept(wire: Wire) -> None:
    publish(wire, 1, cache_control="max-age=1800")
    wire.wait(timedelta(0))
    assert wire.wait(25 * MINUTE) == []
    assert wire.wait(8 * MINUTE) == [FEED]


def test_ttl_is_read_from_the_head_of_a_feed(wire: Wire) -> None:
    head = "<title>Wire</title><ttl> 45 </ttl>"
    wire.web.put(FEED, rss(item(1, "Harbour story number 1")).replace("<title>Wire</title>", head, 1))
    wire.wait(timedelta(0))
    assert past(wire).wanted == 2700


def test_validators_are_sent_and_left_out_once_a_day(wire: Wire) -> None:
    publish(wire, 1, etag='"1"')
    wire.wait(timedelta(0))
    for number in range(2, 14):
        publish(wire, number, etag=f'"{number}"')
        wire.live(4 * HOUR)
    sent = [request.etag for request in wire.web.requests if request.url == FEED]
    assert 2 <= sent.count(None) <= 3  # the first of all, and one in each 24 of 48 hours
    assert len(sent) > 10


def test_a_server_that_says_304_of_what_is_new_is_found_out(store: Store) -> None:
    with wire_on(store, network=(web := Liar())) as wire:
        web.clock, wire.web = wire.clock, web
        ask(wire)
        publish(wire, 1, etag='"1"')
        wire.wait(timedelta(0))
        for number in range(2, 30):
            publish(wire, number, etag=f'"{number}"')
            wire.wait(4 * HOUR)
        assert past(wire).lies
        wire.web.requests.clear()
        publish(wire, 99, etag='"99"')
        wire.wait(DAY)
        assert [request.etag for request in wire.web.requests if request.url == FEED] == [None]
        assert wire.records(text="99")


def test_news_under_the_same_etag_is_a_lie_at_once(wire: Wire) -> None:
    publish(wire, 1, etag='"always"')
    wire.wait(timedelta(0))
    publish(wire, 2, etag='"always"')
    wire.wait(25 * HOUR)
    assert past(wire).lies


def test_a_liar_that_has_mended_its_ways_is_believed_again(wire: Wire) -> None:
    publish(wire, 1, etag='"always"')
    wire.wait(timedelta(0))
    publish(wire, 2, etag='"always"')
    wire.wait(25 * HOUR)
    assert past(wire).lies
    for number in range(3, 300):
        publish(wire, number, etag=f'"{number}"')
        wire.wait(25 * HOUR)
        if not past(wire).lies:
            break
    assert not past(wire).lies


def test_a_liar_that_goes_on_is_never_believed(store: Store) -> None:
    with wire_on(store, network=(web := Liar())) as wire:
        web.clock, wire.web = wire.clock, web
        ask(wire)
        for number in range(1, 200):
            publish(wire, number, etag=f'"{number}"')
            wire.wait(25 * HOUR)
        assert past(wire).lies
        assert len(wire.records()) == 199


def test_a_date_that_never_moves_beside_an_honest_etag_is_no_lie(wire: Wire) -> None:
    """An ETag decides alone where there is one (RFC 9110 13.1.3)."""
    for number in range(1, 30):
        publish(wire, number, etag=f'"{number}"', last_modified="Mon, 02 Mar 2020 09:00:00 GMT")
        wire.wait(4 * HOUR)
    assert not past(wire).lies


def test_listings_are_asked_for_whole_once_a_day(wire: Wire) -> None:
    publish(wire, 1, etag='"1"')
    wire.wait(timedelta(0))
    (due,) = wire.run(wire.line.write(lambda tx: tx.queue.ready(wire.clock.now() + DAY, [], [], limit=1)))
    listing = replace(due, request=replace(due.request, kind="listing"))
    assert wire.line.polls.as_asked(listing).request.etag == '"1"'
    wire.clock.move(wire.clock.now() + DAY)
    assert wire.line.polls.as_asked(listing).request.etag is None


def test_an_honest_server_is_not_taken_for_a_liar(wire: Wire) -> None:
    for number in range(1, 30):
        publish(wire, number, etag=f'"{number}"')
        wire.wait(4 * HOUR)
    assert not past(wire).lies
    assert len(wire.records()) == 29


def test_nothing_in_common_with_the_last_poll_is_a_gap(wire: Wire) -> None:
    publish(wire, 3, 2, 1)
    wire.wait(timedelta(0))
    assert past(wire).gap_at is None
    publish(wire, 9, 8, 7)
    wire.wait(HOUR)
    assert past(wire).gap_at == wire.clock.now()


@pytest.mark.parametrize(
    ("before", "entries", "new", "gap"),
    [(None, 5, 5, False), (0, 5, 5, False), (5, 5, 5, True), (5, 5, 4, False), (2, 2, 2, False), (5, 0, 0, False)],
)
def test_what_a_gap_is(before: int | None, entries: int, new: int, gap: bool) -> None:
    assert is_gap(before, entries, new) is gap


def test_a_gap_is_filled_from_the_backup_and_no_older_story_is_read(store: Store) -> None:
    sitemap = "https://wire.test/sitemap.xml"
    source = replace(SOURCE, feeds=(*SOURCE.feeds, Feed(sitemap, kind="sitemap", language="en", backup=True)))
    with wire_on(store, source) as wire:
        ask(wire)
        publish(wire, 3, 2, 1)
        assert sitemap not in wire.wait(timedelta(0))
        stamp = datetime(2026, 3, 2, 9, 40, tzinfo=UTC).isoformat()
        listed = "".join(
            f"<url><loc>{address(number)}</loc><lastmod>{stamp if number > 3 else '2026-02-01'}</lastmod></url>"
            for number in (*range(1, 10), 77)
        ).replace(f"{address(77)}</loc><lastmod>{stamp}", f"{address(77)}</loc><lastmod>2025-01-01")
        wire.web.put(sitemap, f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>')
        for number in range(1, 10):
            wire.web.put(address(number), page(f"Harbour story number {number}", f"{TEXT} Case {number}."))
        wire.web.put(FEED, rss(*[item(number, f"Harbour story number {number}") for number in (9, 8, 7)]))
        asked = wire.wait(HOUR)
        assert {address(4), address(5), address(6)} <= set(asked)
        assert address(77) not in asked
        assert len(wire.records()) == 9
        assert sitemap not in wire.wait(2 * DAY)


def test_known_entries_under_new_addresses_are_no_news(wire: Wire) -> None:
    """A site that puts a session into every link must not have all its pages read at every poll."""
    numbers = range(1, 13)
    feed = rss(*[item(number, f"Harbour story number {number}") for number in numbers])
    publish(wire, *numbers)
    wire.wait(timedelta(0))
    moved = feed.replace("https://wire.test/news/", "https://wire.test/news/session-2/").replace("<guid>", "<guid>x")
    wire.web.put(FEED, moved)
    assert wire.wait(HOUR) == [FEED]
    assert past(wire).churn_at == wire.clock.now()
    assert len(wire.records()) == 12


def test_stories_of_the_same_headline_every_day_are_news(wire: Wire) -> None:
    """Twelve weather forecasts a day, each with the headline of the day before."""
    for day in range(3):
        numbers = [day * 100 + region for region in range(12)]
        at = f"Mon, {2 + day:02} Mar 2026 17:30:00 +0900"
        wire.web.put(FEED, rss(*[item(number, f"Forecast for region {number % 100}", at=at) for number in numbers]))
        for number in numbers:
            text = f"{TEXT} Day {day}, region {number}."
            wire.web.put(address(number), page(f"Forecast for region {number % 100}", text))
        wire.wait(DAY)
    assert len(wire.records()) == 36


def test_a_failing_feed_is_tried_ever_later_and_its_past_says_since_when(wire: Wire) -> None:
    wire.web.fail(FEED)
    began = wire.clock.now()
    assert 10 <= len(wire.live(3 * HOUR)) <= 20
    assert past(wire).failing_since == began
    assert past(wire).failure_kind == "timeout"
    publish(wire, 1)
    wire.wait(HOUR)
    assert (past(wire).failures, past(wire).failing_since) == (0, None)


def test_a_host_that_says_429_is_left_alone_so_long(wire: Wire) -> None:
    publish(wire, 1)
    wire.web.put(address(1), "slow down", 429, retry_after="1800")
    wire.wait(timedelta(0))
    publish(wire, 2)
    wire.web.put(address(1), page("Harbour story number 1"))
    assert wire.wait(29 * MINUTE) == []
    asked = wire.wait(2 * MINUTE)
    assert asked[0] == FEED
    assert {address(1), address(2)} <= set(asked)
    assert {record["completeness"] for record in wire.records()} == {"full"}


def test_a_feed_that_asks_for_a_rest_is_not_counted_as_failing(wire: Wire) -> None:
    wire.web.put(FEED, "slow down", 429)
    wire.wait(timedelta(0))
    assert past(wire).failing_since is None
    assert wire.wait(4 * MINUTE) == []
    assert wire.wait(2 * MINUTE) == [FEED]


def test_a_feed_that_can_not_be_read_is_held_once_and_polled_later(wire: Wire) -> None:
    for number in range(20):
        wire.web.put(FEED, f"<html><body>out of order {number}</body></html>")
        wire.wait(10 * MINUTE)
    with wire.line.store.read() as reader:
        assert len(reader.quarantined()) == 1
    assert past(wire).failing_since is not None
    publish(wire, 1)
    wire.wait(HOUR)
    assert len(wire.records()) == 1


def test_a_burst_in_a_quiet_feed_is_followed(wire: Wire) -> None:
    publish(wire, 1, 2, 3)
    wire.live(3 * DAY)
    last = 30
    for _ in range(30 * 20):
        last += 1
        publish(wire, *range(last, last - 20, -1))
        wire.live(3 * MINUTE)
    # All but what came before the first poll of the burst, which may be hours away.
    stored = {int(record["guid"]) for record in wire.records()} - {1, 2, 3}
    assert len(stored) > 50
    assert set(range(min(stored), last - 20)) <= stored


def test_a_feed_that_is_no_backup_any_more_is_polled(wire: Wire) -> None:
    url = "https://wire.test/other.xml"
    wire.web.put(url, rss())
    for is_backup in (True, False):
        feed = Feed(url, backup=is_backup)
        asked = [(feed.request("wire"), is_backup)]
        wire.run(wire.line.write(partial(_ask, feeds=asked, at=wire.clock.now())))
        assert (url in wire.wait(timedelta(0))) is not is_backup


def test_an_absurd_last_modified_costs_nothing(wire: Wire) -> None:
    publish(wire, 1, last_modified="Mon, 02 Mar 2026 09:00:00 +99999999999999999999")
    wire.wait(timedelta(0))
    assert len(wire.records()) == 1


def test_a_source_that_is_paused_is_not_asked(wire: Wire) -> None:
    publish(wire, 1)
    wire.run(wire.line.write(lambda tx: tx.permits.pause("wire", wire.clock.now())))
    assert wire.wait(HOUR) == []
    wire.run(wire.line.write(lambda tx: tx.permits.resume("wire")))
    assert wire.wait(timedelta(0)) == [FEED, address(1)]
