"""Which agencies the feeds of a feed reader's list are of."""

from __future__ import annotations

import pytest

from pipeline import settings
from pipeline.discover.subscriptions import is_hosted, sources_of, strays, with_sites
from pipeline.parse.opml import Outline, outlines
from pipeline.publish.opml import opml_of

HOSTS = frozenset({"feeds.feedburner.com", "rsshub.app"})


def test_feeds_of_one_site_are_one_source_and_each_a_section() -> None:
    outlines = [
        Outline("https://www.port.example/rss", "Port News", folders=("Wires",)),
        Outline("https://www.port.example/sport", "Port Sport", "https://port.example/sport", ("Wires",), "en-us"),
        Outline("https://pier.example/rss", "Pier", folders=("Wires",)),
    ]
    port, pier = sources_of(outlines, ["pier"], HOSTS)
    assert (port.id, port.name, pier.id, pier.name) == ("port", "Wires", "pier-2", "Pier")
    assert [(feed.section, feed.language) for feed in port.feeds] == [("Port News", None), ("Port Sport", "en")]
    assert pier.feeds[0].section is None


def test_feeds_of_a_service_are_not_one_source_for_its_host() -> None:
    """Twenty sites under feeds.feedburner.com were one agency named after the service."""
    outlines = [
        Outline("https://feeds.feedburner.com/HarbourNews", "Harbour News"),
        Outline("https://feeds.feedburner.com/pier-gazette", "突堤新聞"),
        Outline("https://rsshub.app/port/sport", "Port Sport", "https://rsshub.app/"),
        Outline("https://rsshub.app/port/news", "Port News", "https://www.port.example/"),
    ]
    assert strays(outlines, HOSTS) == [one.url for one in outlines[:3]]
    told = with_sites(outlines, {outlines[0].url: "https://port.example/x"}, HOSTS)
    harbour, pier, sport = sources_of(told, ["pier-gazette"], HOSTS)
    assert [feed.url for feed in harbour.feeds] == [outlines[0].url, outlines[3].url]
    assert (harbour.id, harbour.hosts) == ("port", ("port.example",))
    assert (pier.id, pier.name, pier.hosts) == ("pier-gazette-2", "突堤新聞", ())
    assert (sport.id, sport.hosts) == ("port-sport", ())


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://feeds.feedburner.com/x", True),
        ("https://HUB.rsshub.app:1200/x", True),
        ("https://notrsshub.app/x", False),
        ("https://www.port.example/?u=rsshub.app", False),
    ],
)
def test_a_service_is_known_by_its_host(url: str, is_one: bool) -> None:
    assert is_hosted(url, HOSTS) is is_one


def test_ids_are_short_plain_and_each_taken_once() -> None:
    outlines = [
        Outline(f"https://rsshub.app/{number}", title) for number, title in enumerate(["../../etc", "A" * 99] * 3)
    ]
    identifiers = [one.id for one in sources_of(outlines, [], HOSTS)]
    assert identifiers == ["etc", "a" * 60, "etc-2", f"{'a' * 60}-2", "etc-3", f"{'a' * 60}-3"]
    odd = Outline("https://rsshub.app/%e7%aa%81", "突堤", source="../../x", folders=("突堤",))
    assert sources_of([odd], [], HOSTS)[0].id == "rsshub"


def test_all_that_is_packaged_comes_back_as_it_went_out() -> None:
    told = settings.Settings()
    written = opml_of(settings.load_sources(told))
    listed, refused = outlines(written.encode(), "out.opml")
    assert (refused, len(listed) > 100) == ([], True)
    hosts = settings.load_feed_hosts(told)
    assert opml_of(sources_of(with_sites(listed, {}, hosts), [], hosts)) == written
