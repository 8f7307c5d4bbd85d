"""Kept responses as an archive that can be replayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.archive.polls import Response, with_polls
from pipeline.model import Page, RequestKind

MENU, LATEST, TOP, ARTICLE = (f"https://wire.test/{name}" for name in ("menu", "latest", "top", "1"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def kept(url: str, minute: int, kind: RequestKind = "listing") -> Response:
    return Response(Page(url, 200, url.encode(), NOON + timedelta(minutes=minute)), kind, ("wire", MENU))


def polled(*responses: Response) -> list[tuple[str, int]]:
    return [
        (page.url.rpartition("/")[2], int((page.fetched_at - NOON).total_seconds() // 60))
        for page in with_polls(responses)
    ]


def test_a_listing_that_is_read_again_is_led_by_a_poll_of_its_menu() -> None:
    assert polled(kept(MENU, 0, "feed"), kept(LATEST, 0), kept(TOP, 0), kept(LATEST, 60), kept(TOP, 60)) == [
        ("menu", 0), ("latest", 0), ("top", 0), ("menu", 60), ("latest", 60), ("top", 60)
    ]  # fmt: skip


def test_a_listing_read_just_before_that_poll_is_in_its_time_too() -> None:
    """`top` is new at 60 and needs no poll, `latest` does; at 120 `top` must have one of its own."""
    assert polled(kept(MENU, 0, "feed"), kept(LATEST, 0), kept(TOP, 60), kept(LATEST, 60), kept(TOP, 120)) == [
        ("menu", 0), ("latest", 0), ("top", 60), ("menu", 60), ("latest", 60), ("menu", 120), ("top", 120)
    ]  # fmt: skip


def test_a_menu_that_was_kept_again_is_a_poll_already() -> None:
    assert polled(kept(MENU, 0, "feed"), kept(LATEST, 0), kept(MENU, 60, "feed"), kept(LATEST, 60)) == [
        ("menu", 0), ("latest", 0), ("menu", 60), ("latest", 60)
    ]  # fmt: skip


def test_pages_and_listings_of_no_menu_go_as_they_are() -> None:
    assert polled(kept(LATEST, 0), kept(ARTICLE, 1, "page"), kept(LATEST, 2), kept(ARTICLE, 3, "page")) == [
        ("latest", 0), ("1", 1), ("latest", 2), ("1", 3)
    ]  # fmt: skip
