"""What one document says of its site."""

from __future__ import annotations

from pipeline.discover.survey import survey
from pipeline.model import Page
from tests.conftest import NOON


def test_a_feed_with_a_password_in_its_address_is_none_of_ours() -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}">'
        for href in ("https://ann:secret@wire.test/rss.xml", "/open.xml")
    )
    page = Page("https://wire.test/", 200, f"<html><head>{links}</head><body>x</body></html>".encode(), NOON)
    assert survey(page).feeds == ("https://wire.test/open.xml",)
