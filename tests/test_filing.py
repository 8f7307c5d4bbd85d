"""Pages that are read again: edits, stubs, withdrawals, returns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pipeline.clock import ManualClock
from pipeline.store import Store
from tests.test_polling import ask, publish
from tests.wire import FEED, START, TEXT, Wire, address, item, page, rss, wire_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REREADS = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
LONG = "\n".join(f"Paragraph {number} of the report from the harbour. {TEXT}" for number in range(6))


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store, rereads=REREADS) as one:
        ask(one)
        publish(one, 1)
        one.wait(timedelta(0))
        yield one


def hours(wire: Wire, many: int) -> list[str]:
    """What happens in so many hours; what was asked but the feed."""
    return [url for url in wire.live(many * HOUR) if url != FEED]


def kinds(wire: Wire) -> list[str]:
    return [change for change, _, _ in wire.changes()]


def test_a_page_is_read_again_at_its_ages_and_then_no_more(wire: Wire) -> None:
    assert hours(wire, 2) == [address(1)]
    assert hours(wire, 5) == [address(1)]
    assert hours(wire, 200) == [address(1)] * 3
    assert hours(wire, 100) == []
    assert kinds(wire) == ["created"]


def test_a_silent_edit_is_a_revision(wire: Wire) -> None:
    wire.web.put(address(1), page("Harbour story number 1", TEXT + " One barge has sunk."))
    hours(wire, 2)
    assert kinds(wire) == ["created", "revised"]
    assert wire.record()["body"].endswith("One barge has sunk.")


def test_validators_of_a_page_are_sent_when_it_is_read_again(wire: Wire) -> None:
    wire.web.put(address(1), page("Harbour story number 1", "Changed. " + TEXT), etag='"2"')
    hours(wire, 7)
    assert [request.etag for request in wire.web.requests if request.url == address(1)] == [None, None, '"2"']


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_twice_an_hour_apart_is_withdrawn(wire: Wire, status: int) -> None:
    wire.web.put(address(1), "gone", status)
    hours(wire, 1)
    assert kinds(wire) == ["created"]
    hours(wire, 1)
    assert kinds(wire) == ["created", "withdrawn"]
    record = wire.record()
    assert (record["change"], record["revision"]) == ("withdrawn", 2)
    assert "Ferries" in record["body"]
    hours(wire, 300)
    assert kinds(wire) == ["created", "withdrawn"]


def test_a_page_that_is_back_is_restored_though_it_is_the_same(wire: Wire) -> None:
    was = wire.web.answers[address(1)]
    wire.web.put(address(1), "gone", 404)
    hours(wire, 3)
    wire.web.answers[address(1)] = was
    hours(wire, 8)
    assert kinds(wire) == ["created", "withdrawn", "restored"]
    hours(wire, 200)
    assert kinds(wire) == ["created", "withdrawn", "restored"]


def test_a_page_that_is_back_with_another_text_is_restored_with_it(wire: Wire) -> None:
    wire.web.put(address(1), "gone", 404)
    hours(wire, 3)
    wire.web.put(address(1), page("Harbour story number 1", TEXT + " The port is open again."))
    hours(wire, 8)
    assert kinds(wire) == ["created", "withdrawn", "restored"]
    assert wire.record()["body"].endswith("open again.")


def test_a_story_that_is_republished_within_minutes_is_not_withdrawn(wire: Wire) -> None:
    was = wire.web.answers[address(1)]
    wire.web.put(address(1), "gone", 404)
    wire.live(HOUR)
    wire.web.put(FEED, rss(item(1, "Harbour story number 1", "Now with a text.")))
    wire.live(HOUR / 6)
    wire.web.answers[address(1)] = was
    hours(wire, 30)
    assert "withdrawn" not in kinds(wire)


def test_a_bad_day_at_one_re_read_does_not_end_the_others(wire: Wire) -> None:
    wire.web.put(address(1), "forbidden", 403)
    hours(wire, 48)
    wire.web.put(address(1), page("Harbour story number 1", TEXT + " Corrected."))
    hours(wire, 200)
    assert wire.record()["body"].endswith("Corrected.")


def test_a_block_page_in_between_does_not_hide_that_a_page_is_gone(wire: Wire) -> None:
    wire.web.put(address(1), "<html><body><h1>Log in</h1></body></html>")
    wire.live(HOUR)
    wire.web.put(address(1), "gone", 404)
    hours(wire, 5)
    assert kinds(wire) == ["created", "withdrawn"]


def test_a_page_that_nobody_answers_for_is_given_up_after_a_month(wire: Wire) -> None:
    wire.web.fail(address(1))
    asked = hours(wire, 24 * 29)
    assert 10 < len(asked) < 80
    hours(wire, 24 * 10)
    assert hours(wire, 24 * 30) == []


def test_a_short_absence_is_nothing(wire: Wire) -> None:
    was = wire.web.answers[address(1)]
    wire.web.put(address(1), "gone", 404)
    hours(wire, 1)
    wire.web.answers[address(1)] = was
    hours(wire, 200)
    assert kinds(wire) == ["created"]


def test_a_withdrawn_article_is_not_brought_back_by_its_feed(wire: Wire) -> None:
    wire.web.put(address(1), "gone", 404)
    hours(wire, 3)
    wire.web.put(FEED, rss(item(1, "Harbour story number 1, once more")))
    hours(wire, 3)
    assert kinds(wire) == ["created", "withdrawn"]


def test_an_article_is_not_withdrawn_while_another_of_its_addresses_is_there(store: Store) -> None:
    with wire_on(store, rereads=REREADS) as wire:
        ask(wire)
        entries = [item(number, "Harbour closed for a week") for number in (1, 2)]
        wire.web.put(FEED, rss(*entries))
        for number in (1, 2):
            wire.web.put(address(number), page("Harbour closed for a week"))
        wire.wait(timedelta(0))
        assert len(wire.record()["urls"]) == 2
        wire.web.put(address(1), "gone", 404)
        hours(wire, 10)
        assert kinds(wire) == ["created"]
        wire.web.put(address(2), "gone", 404)
        hours(wire, 200)
        assert kinds(wire) == ["created", "withdrawn"]


def test_where_most_pages_vanish_at_once_nobody_withdrew_them(store: Store) -> None:
    numbers = range(1, 31)
    with wire_on(store, rereads=REREADS) as wire:
        ask(wire)
        publish(wire, *numbers)
        wire.wait(timedelta(0))
        for number in numbers:
            wire.web.put(address(number), "moved", 404)
        hours(wire, 30)
        assert kinds(wire).count("withdrawn") < 10


def test_a_paywall_does_not_overwrite_the_text(store: Store) -> None:
    with wire_on(store, rereads=REREADS) as wire:
        ask(wire)
        wire.web.put(FEED, rss(item(1, "Harbour closed for a week")))
        wire.web.put(address(1), page("Harbour closed for a week", LONG))
        wire.wait(timedelta(0))
        stub = LONG.split("\n")[0] + "\nSubscribe to read on."
        wire.web.put(address(1), page("Harbour closed for a week", stub))
        hours(wire, 200)
        assert kinds(wire) == ["created"]
        assert wire.record()["body"] == LONG


def test_a_text_that_was_shortened_by_hand_is_a_revision(store: Store) -> None:
    with wire_on(store, rereads=REREADS) as wire:
        ask(wire)
        wire.web.put(FEED, rss(item(1, "Harbour closed for a week")))
        wire.web.put(address(1), page("Harbour closed for a week", LONG))
        wire.wait(timedelta(0))
        short = "The harbour is open, other than reported first.\n" + LONG.split("\n")[3]
        wire.web.put(address(1), page("Harbour closed for a week", short))
        hours(wire, 2)
        assert wire.record()["body"] == short


def test_a_login_page_in_its_place_changes_nothing(wire: Wire) -> None:
    wire.web.put(address(1), "<html><body><h1>Log in</h1><article><p>Your name, please.</p></article></body></html>")
    hours(wire, 200)
    assert kinds(wire) == ["created"]
    assert TEXT in wire.record()["body"]


def test_a_replay_reads_nothing_again(store: Store) -> None:
    with wire_on(store, archived=True) as wire:
        publish(wire, 1)
        wire.poll()
        assert wire.wait(10 * DAY) == [FEED]


def test_a_replay_beside_the_live_web_leaves_its_due_times_alone(store: Store) -> None:
    """What is read of a live page again, and what is known of a feed's past, is the web's own matter."""
    reread = (HOUR, DAY)
    with wire_on(store, rereads=reread) as wire:
        ask(wire)
        publish(wire, 1)
        wire.live(HOUR / 2)
        due = wire.run(wire.line.write(lambda tx: tx.queue.page_request("wire", address(1))))
        past = wire.run(wire.line.write(lambda tx: tx.past.of("wire", FEED)))
    for at in (START - DAY, START + 2 * HOUR):
        with wire_on(store, archived=True, clock=ManualClock(at), rereads=reread) as old:
            publish(old, 1)
            old.web.put(address(1), "", 404)
            old.poll()
    with wire_on(store, clock=ManualClock(START + 3 * HOUR), rereads=reread) as wire:
        assert wire.run(wire.line.write(lambda tx: tx.past.of("wire", FEED))) == past
        after = wire.run(wire.line.write(lambda tx: tx.queue.page_request("wire", address(1))))
        assert (after.sha256, after.gone_at) == (due.sha256, None)
        publish(wire, 1)
        asked = wire.live(2 * DAY)
        assert asked.count(address(1)) >= 1
