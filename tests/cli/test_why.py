"""`newswire why`: how an article came to be, and why an address is none."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.errors import ExtractError
from pipeline.model import Entry, Link, Page, Request, Source
from pipeline.publish.trace import COLUMNS, ORDER
from pipeline.store import Due, Kept, Key, Listed, Packed, Store
from pipeline.store.notices import Name
from tests.cli.conftest import Newswire
from tests.conftest import NOON

FEED = "https://news.example/feed"
FERRY, ICE = "https://news.example/ferry", "https://news.example/ice"
MINUTE = timedelta(minutes=1)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "commands.md"


def list_(store: Store, url: str, *, ask: bool = True, headline: str = "Ferry sails") -> None:
    """A feed lists an address at noon, and its page is asked for a minute later."""
    listed = Listed(Entry(url, FEED, NOON, guid=f"guid {url}", headline=headline), url)
    with store.write(NOON) as tx:
        tx.sightings.see("example", FEED, "", [listed])
        if ask:
            tx.requests.ask_page(listed, "example", (), NOON + MINUTE)


def due(store: Store, url: str) -> Due:
    with store.write(NOON) as tx:
        found = tx.queue.page_request("example", url)
    assert found is not None
    return found


def fetch(store: Store, url: str, minutes: float = 2, status: int = 200, body: bytes = b"<p>Ferry</p>") -> Kept:
    page = Page(url, status, body, NOON + minutes * MINUTE)
    one = due(store, url)
    with store.write(NOON) as tx:
        return tx.responses.keep(one, page, Packed("identity", body), None, captured=False)


def told(newswire: Newswire, named: str) -> list[dict[str, Any]]:
    code, out, _ = newswire("why", named)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def texts(events: list[dict[str, Any]], what: str) -> list[str]:
    return [event["text"] for event in events if event["what"] == what]


@pytest.fixture
def filled(store: Store, put: Any, article: Any) -> Store:
    """Article 1, listed and fetched, in two versions, and article 2, a copy of it in its story."""
    list_(store, FERRY)
    kept = fetch(store, FERRY, 2.5)
    ferry = article(url=FERRY, headline="Ferry sails", fetched_at=NOON + 2.5 * MINUTE)
    prints = fingerprint(ferry, Source("example", ""))
    with store.write(NOON + 3 * MINUTE) as tx:
        number = tx.articles.create(ferry, prints, kept.id)
        tx.articles.know_by(number, "example", [Key("guid", FEED, "f-1"), Key("url", "", FERRY)], None)
        tx.responses.finish(kept)
    gone = article(url=FERRY, headline="Ferry sails", signals=("kill",), fetched_at=NOON + 9 * MINUTE)
    copy = put(store, source="paper", headline="A ferry sails", url="https://paper.example/1")
    with store.write(NOON + 10 * MINUTE) as tx:
        tx.articles.revise(number, gone, prints, "withdrawn", None, is_current=True)
        tx.relations.link(copy, Link("duplicate", number, 0.93, "93% of the text", "shingles/1"), quietly=False)
        tx.relations.stand(copy, number, number, None)
        for one in (number, copy):
            tx.stories.assign(one, number, quietly=False)
        tx.notices.keep("paper", copy, [Name("headline", "old news")])
    return store


def test_an_article_is_told_in_the_order_of_time(filled: Store, newswire: Newswire) -> None:
    events = told(newswire, "1")
    timed = [(event["what"], event["at"][11:19]) for event in events if event["at"]]
    assert timed == [
        ("listed", "12:00:00"), ("asked", "12:00:00"), ("answered", "12:02:30"), ("version", "12:03:00"),
        ("version", "12:10:00"),
    ]  # fmt: skip
    untimed = [event["what"] for event in events if not event["at"]]
    assert untimed == ["key", "key", "original", "linked", "story", "request"]
    assert told(newswire, FERRY) == events


def test_each_event_tells_what_is_stored(filled: Store, newswire: Newswire) -> None:
    events = told(newswire, "1")
    assert texts(events, "listed") == [
        f"in {FEED} as “Ferry sails”, guid guid {FERRY}; last seen there 2024-09-03 12:00 UTC"
    ]
    (answered,) = (event for event in events if event["what"] == "answered")
    assert (answered["url"], answered["facts"]["status"], answered["facts"]["size"]) == (FERRY, 200, 12)
    created, withdrawn = texts(events, "version")
    assert "1 created, change 1:" in created
    assert "from the page of 2024-09-03 12:02 UTC (response 1), by profile, full" in created
    assert "because a kill notice of 2024-09-03 12:09 UTC names it" in withdrawn
    assert texts(events, "linked") == [
        "has a duplicate in 2 (paper, “A ferry sails”): 93% of the text (score 0.93, shingles/1)"
    ]
    assert texts(events, "story") == ["in story 1 of 2 articles, which began with it"]
    assert texts(events, "key")[1] == f"what comes with guid f-1 in {FEED} is this article"


def test_a_copy_names_its_original_with_the_evidence(filled: Store, newswire: Newswire) -> None:
    events = told(newswire, "2")
    assert texts(events, "original") == ["a copy of 1, all of it goes back to 1"]
    assert texts(events, "link") == [
        "duplicate of 1 (example, “Ferry sails”): 93% of the text (score 0.93, shingles/1)"
    ]
    assert texts(events, "story") == ["in story 1 of 2 articles, with its original, 1"]
    assert "is a kill notice for headline old news" in texts(events, "notice")[0]
    assert texts(events, "relinked") == ["its links or its story changed, change 4"]


def test_an_article_alone_is_no_copy_and_in_no_story(store: Store, put: Any, newswire: Newswire) -> None:
    put(store, url=ICE)
    events = told(newswire, "1")
    assert texts(events, "original")[0].startswith("no copy")
    assert texts(events, "story")[0].startswith("in none")
    assert "from what its feed or record says" in texts(events, "version")[0]


def test_a_page_that_is_gone_is_told_from_one_that_is_killed(
    store: Store, put: Any, article: Any, newswire: Newswire
) -> None:
    list_(store, ICE)
    number = put(store, url=ICE)
    kept = fetch(store, ICE, 60, status=404, body=b"gone")
    gone = article(url=ICE, fetched_at=NOON + 60 * MINUTE)
    with store.write(NOON + 60 * MINUTE) as tx:
        prints = fingerprint(gone, Source("example", ""))
        tx.articles.revise(number, gone, prints, "withdrawn", kept.id, is_current=True)
    assert "because its page is gone (404, response 1)" in texts(told(newswire, ICE), "version")[1]


# Why there is no article


def test_a_page_that_waits_is_told_with_what_holds_it_up(store: Store, newswire: Newswire) -> None:
    list_(store, ICE)
    with store.write(NOON) as tx:
        tx.permits.park("news.example", NOON + 60 * MINUTE, "429")
        tx.permits.pause("example", NOON)
    events = told(newswire, ICE)
    assert texts(events, "no-article") == ["its page was not asked for yet; it is due 2024-09-03 12:01 UTC"]
    assert texts(events, "parked") == ["news.example is left alone until 2024-09-03 13:00 UTC: 429"]
    assert "is stopped since 2024-09-03 12:00 UTC" in texts(events, "paused")[0]


@pytest.mark.parametrize(
    ("again", "said"),
    [(None, "is not tried again: robots.txt"), (NOON + 60 * MINUTE, "is tried again 2024-09-03 13:00 UTC: robots.txt")],
)
def test_a_page_that_can_not_be_had_is_told_with_the_reason(
    store: Store, newswire: Newswire, again: Any, said: str
) -> None:
    list_(store, ICE)
    one = due(store, ICE)
    with store.write(NOON) as tx:
        tx.outcomes.failed(one, NOON + 2 * MINUTE, again, "robots.txt of https://news.example does not allow it")
    events = told(newswire, ICE)
    assert said in texts(events, "no-article")[0]
    assert "failed attempts in a row: 1; last error: robots.txt" in texts(events, "request")[0]


def test_a_page_in_quarantine_is_told_with_its_number(store: Store, newswire: Newswire) -> None:
    list_(store, ICE)
    kept = fetch(store, ICE)
    assert texts(told(newswire, ICE), "no-article") == ["its page is here and not worked yet; the next ingest does it"]
    with store.write(NOON) as tx:
        tx.responses.hold(kept, NOON + 3 * MINUTE, "extract", ExtractError("no article on it"))
    events = told(newswire, ICE)
    assert texts(events, "no-article") == ["it is in quarantine; see: newswire quarantine show 1"]
    assert texts(events, "quarantined") == ["number 1 (held), extract: ExtractError: no article on it"]


def test_a_page_without_an_article_is_told(store: Store, newswire: Newswire) -> None:
    list_(store, ICE)
    kept = fetch(store, ICE)
    with store.write(NOON) as tx:
        tx.responses.finish(kept)
    assert texts(told(newswire, ICE), "no-article") == ["its page was read, and gave no article of this address"]


def test_an_entry_whose_page_nobody_asked_for_is_told(store: Store, newswire: Newswire) -> None:
    list_(store, ICE, ask=False)
    assert "its page was not asked for: by a backup feed" in texts(told(newswire, ICE), "no-article")[0]


def test_an_address_that_no_feed_lists_is_told_as_such(store: Store, newswire: Newswire) -> None:
    with store.write(NOON) as tx:
        entry = Entry(ICE, "", NOON)
        tx.requests.ask_page(Listed(entry, ICE), "example", (), NOON)
    assert texts(told(newswire, ICE), "no-article")[0].startswith("no feed lists it; its page was not asked for yet")


def test_a_feed_is_no_article(store: Store, newswire: Newswire) -> None:
    with store.write(NOON) as tx:
        tx.requests.ask_feeds([(Request(f"{FEED}/", "feed", "example", f"{FEED}/"), False)], NOON)
    assert texts(told(newswire, f"{FEED}/"), "no-article") == ["it is a feed, whose entries become articles"]


@pytest.mark.parametrize(
    ("named", "said"),
    [("99", "there is no article 99"), ("https://news.example/none", "nothing is known of https://news.example/none")],
)
def test_what_nothing_is_known_of_is_said(filled: Store, newswire: Newswire, named: str, said: str) -> None:
    code, out, err = newswire("why", named)
    assert (code, out) == (1, "")
    assert said in err


# How it is printed


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_nothing_that_an_agency_prints_drives_the_terminal(store: Store, newswire: Newswire, form: str) -> None:
    list_(store, ICE, headline="Evil \x1b]0;owned\x07\x9b2J\u202e\n\nnext")
    code, out, _ = newswire("why", ICE, "-o", form)
    assert code == 0
    assert "Evil" in out
    assert not CONTROL.findall(out if form != "csv" else out.replace("\u202e", ""))


def test_a_reader_gets_a_line_an_event(filled: Store, newswire: Newswire) -> None:
    lines = newswire("why", "1", "-o", "table")[1].splitlines()
    assert len(lines) == len(told(newswire, "1"))
    assert lines[2].split()[:4] == ["2024-09-03", "12:02", "answered", "200,"]
    assert lines[-1].startswith(" " * 16)


def test_csv_and_json_have_the_same_events(filled: Store, newswire: Newswire) -> None:
    events = told(newswire, "1")
    assert json.loads(newswire("why", "1", "-o", "json")[1]) == events
    header, *rows = csv.reader(io.StringIO(newswire("why", "1", "-o", "csv")[1]))
    assert tuple(header) == COLUMNS
    assert len(rows) == len(events)


def test_every_event_is_documented() -> None:
    part = DOCUMENT.read_text(encoding="utf-8").partition("### `newswire why`")[2].partition("\n###")[0]
    cells = [line.split(" | ")[0] for line in part.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)} - {"-o", "--output"} == set(ORDER)
