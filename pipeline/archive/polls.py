"""Kept responses as an archive that can be replayed.

A feed whose bytes stay the same is kept once, however often it was polled, and a replay polls only where a capture of
the feed is held.  KCNA's menu hardly ever changes while the listings under it do every day; so a further capture of a
listing is led by a copy of the feed's last one, at that time: the feed was polled then, and gave the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.model import Page, RequestKind


@dataclass(frozen=True, slots=True)
class Response:
    """A kept page with what it was asked for as."""

    page: Page
    kind: RequestKind
    feed: tuple[str, str]


@dataclass(slots=True)
class _Poll:
    """The last poll of a feed, and when each of its listings was read last."""

    page: Page
    read_at: dict[str, datetime] = field(default_factory=dict)


def with_polls(responses: Iterable[Response]) -> Iterator[Page]:
    """The pages in the order they were kept, with the polls between them that a replay needs."""
    polls: dict[tuple[str, str], _Poll] = {}
    for response in responses:
        if response.kind == "feed":
            polls.setdefault(response.feed, _Poll(response.page)).page = response.page
        elif response.kind == "listing" and response.feed in polls:
            yield from _led(polls[response.feed], response.page)
        yield response.page


def _led(poll: _Poll, listing: Page) -> Iterator[Page]:
    last = poll.read_at.get(listing.url)
    if last is not None and last >= poll.page.fetched_at:
        poll.page = replace(poll.page, fetched_at=listing.fetched_at)
        yield poll.page
    poll.read_at[listing.url] = listing.fetched_at
