"""The walk over a site, on a web of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import connectors
from pipeline import digest
from pipeline.discover import work
from pipeline.discover.site import Found, Walk
from pipeline.errors import FeedError
from pipeline.model import Page
from pipeline.workers import WorkerError
from tests import standin
from tests.conftest import NOON
from tests.wire import TEXT, Here, Web

HOME = "https://harbour.test/"


@pytest.fixture
def web() -> Web:
    """A site with two feeds of three articles."""
    web = Web()
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}.xml">' for name in "ab")
    web.put(HOME, f"<html lang='en'><head><title>Harbour Wire</title>{feeds}</head><body>News</body></html>")
    for name in "ab":
        items = (f"<item><title>Ferry {n} sails</title><link>{HOME}news/{n}</link></item>" for n in range(1001, 1004))
        web.put(f"{HOME}{name}.xml", f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>")
    for number in range(1001, 1004):
        told = "".join(f"<p>Ferry {number}, day {day}. {TEXT}</p>" for day in range(3))
        web.put(f"{HOME}news/{number}", f"<html><h1>Ferry {number} sails</h1><article>{told}</article></html>")
    return web


class Fragile(Here):
    """A worker that one address defeats."""

    def __init__(self, defeated_by: str) -> None:
        super().__init__(digest.Room({}, {}, standin.registers(), connectors.load))
        self._defeated_by = defeated_by

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if function is work.listed_here and isinstance(arguments[0], Page) and arguments[0].url == self._defeated_by:
            raise WorkerError("it hung")
        return await super().run(function, *arguments)


def walk(web: Web, *urls: str, defeated_by: str = "") -> Found:
    return asyncio.run(Walk(web, Fragile(defeated_by), urls[0], NOON, lambda url: None, urls[1:]).run(None))


def test_a_feed_that_defeats_its_worker_does_not_end_the_walk(web: Web) -> None:
    found = walk(web, HOME, defeated_by=f"{HOME}a.xml")
    assert [feed.url for feed in found.source.feeds] == [f"{HOME}b.xml"]
    assert f"{HOME}a.xml: it hung" in found.notes


def test_the_first_of_several_addresses_that_answers_is_taken(web: Web) -> None:
    found = walk(web, "https://pier.test/", HOME)
    assert found.source.id == "harbour"
    assert any(note.startswith(f"it was read at {HOME}") for note in found.notes)
    with pytest.raises(FeedError, match=r"pier\.test.*404.*pier\.test.*404"):
        walk(web, "https://pier.test/", "http://pier.test/")
