"""The two doors of the line: agencies come in by `Connector`, bytes by `Network`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pipeline.model import Entry, Extract, Page, Request


class Connector(Protocol):
    """An agency as two pure functions of one kept page.  Both run in a worker and may run again at any time."""

    def read(self, page: Page, request: Request) -> Iterable[Request | Entry]:
        """What a feed, menu or listing lists: entries, and further listings to read.

        Raises:
            ParseError: the page is not what the request expects.
        """
        ...

    def extract(self, page: Page, entry: Entry | None) -> Extract:
        """The article of an article page; `entry` is what led to it, None for a page that nothing listed.

        Raises:
            ExtractError: the page holds no article.
        """
        ...


class Network(Protocol):
    """Where pages come from: the fetch room's client, or an archive replayed."""

    async def get(self, request: Request) -> Page:
        """Fetch one request, conditionally where it carries validators (a 304 comes back with an empty body).

        Raises:
            FetchError: there is no response to keep.
        """
        ...
