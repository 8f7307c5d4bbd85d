"""What tests of the queue need: an agency's feed, an entry of it, and a store in which the feed is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.model import Entry, Page, Request
from pipeline.store import Store
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)
FEED = "https://news.example/feed"
PAGE = "https://news.example/a"
FEEDS = [("example", FEED)]
FEED_REQUEST = Request(FEED, "feed", "example", FEED, language="en")
ENTRY = Entry(PAGE, FEED, NOON, guid="a", headline="Ferry sails", keywords=("ferry",), authors=("Ann Lee",))


def page(body: bytes = b"<rss/>", url: str = FEED, at: datetime = NOON, **attributes: Any) -> Page:
    return Page(url, 200, body, at, **attributes)


@pytest.fixture
def asked(store: Store) -> Store:
    """A store in which the feed is due at noon."""
    with store.write(NOON) as tx:
        tx.requests.ask(FEED_REQUEST, FEED, NOON)
    return store
