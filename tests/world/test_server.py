"""The hosts of a world speak HTTP as their real counterparts do."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from pipeline.clock import ManualClock
from tests.world.hosts import HOSTS, HOUR, Host
from tests.world.perfect import Lines
from tests.world.plan import World
from tests.world.server import Server

WORLD = World(stories=400, days=3, port=8080)
NOON = WORLD.start + 12 * HOUR


@pytest.fixture
def server() -> Server:
    return Server(WORLD, ManualClock(NOON), Lines())


def host_of(source: str) -> Host:
    return next(host for host in HOSTS if host.source == source)


def move(server: Server, by: timedelta) -> None:
    assert isinstance(server.clock, ManualClock)
    server.clock.move(server.clock.now() + by)


def body(server: Server, address: str, path: str) -> str:
    found = server.reply(address, path, {}).body
    assert isinstance(found, bytes)
    return found.decode()


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: f"{host.source}-{host.address}")
def test_every_feed_lists_what_was_published_and_its_pages_are_there(server: Server, host: Host) -> None:
    for story in server.site(host.address).listed(host.feeds[0], NOON):
        assert story.at <= NOON
        for path in story.paths:
            page = server.reply(host.address, f"{path}?input=rss", {})
            assert page.status == (200 if not story.is_gone(NOON) else page.status)
            if page.status == 200:
                assert story.versions[story.version(NOON) - 1].body[-1] in body(server, host.address, path)


def test_what_is_not_published_yet_is_not_found(server: Server) -> None:
    coming = next(story for story in server.stories if story.at > NOON)
    assert server.reply(coming.host.address, coming.paths[0], {}).status == 404


@pytest.mark.parametrize("source", ["tass", "gazette", "observer"])
def test_a_feed_is_not_sent_twice_while_it_stays_as_it_is(server: Server, source: str) -> None:
    host = host_of(source)
    headers = server.reply(host.address, host.feeds[0].path, {}).headers
    known = {"If-None-Match": headers.get("ETag"), "If-Modified-Since": headers.get("Last-Modified")}
    asked = {name: value for name, value in known.items() if value}
    assert server.reply(host.address, host.feeds[0].path, asked).status == 304
    coming = next(story.at for story in server.stories if story.host == host and story.at > NOON)
    move(server, coming - NOON)
    assert server.reply(host.address, host.feeds[0].path, asked).status == 200


def test_the_liar_says_that_nothing_changed_though_it_did(server: Server) -> None:
    address, path = host_of("parrot").address, host_of("parrot").feeds[0].path
    before = server.reply(address, path, {})
    move(server, timedelta(days=2))
    assert server.reply(address, path, {"If-None-Match": before.headers["ETag"]}).status == 304
    assert server.reply(address, path, {}).body != before.body


def test_a_host_that_had_enough_asks_for_a_rest_and_answers_after_it(server: Server) -> None:
    address, path = host_of("harbour").address, host_of("harbour").feeds[0].path
    statuses = []
    for _ in range(24):
        found = server.reply(address, path, {})
        statuses.append(found.status)
        move(server, timedelta(hours=1))
        if found.status == 429:
            move(server, timedelta(seconds=int(found.headers["Retry-After"])) - timedelta(hours=1))
            assert server.reply(address, path, {}).status == 200
    assert {200, 429} == set(statuses)


def test_bodies_are_compressed_for_who_asks(server: Server) -> None:
    address, path = host_of("tass").address, host_of("tass").feeds[0].path
    found = server.reply(address, path, {"Accept-Encoding": "gzip, br"})
    assert found.headers["Content-Encoding"] == "gzip"
    assert isinstance(found.body, bytes)
    assert gzip.decompress(found.body).decode() == body(server, address, path)


def test_robots_txt_forbids_nothing_that_is_listed_one_has_none_and_one_asks_for_a_delay(server: Server) -> None:
    assert server.reply(host_of("observer").address, "/robots.txt", {}).status == 404
    assert "Crawl-delay: 5\n" in body(server, host_of("tribune").address, "/robots.txt")
    assert "Crawl-delay" not in body(server, host_of("tass").address, "/robots.txt")
    forbidden = ("/private/", "/search")
    assert not [path for story in server.stories for path in story.paths if path.startswith(forbidden)]


def test_yonhap_turns_its_query_round_without_any_news(server: Server) -> None:
    address = "127.0.0.4"
    listed = []
    for _ in range(6):
        move(server, timedelta(hours=4))
        listed.append(body(server, address, "/RSS/news.xml"))
    assert any("?input=rss&amp;section=news" in text for text in listed)
    assert any("?section=news&amp;input=rss" in text for text in listed)


def test_a_kcna_story_lies_under_an_address_for_each_of_its_sections(server: Server) -> None:
    assert any(len(story.paths) > 1 for story in server.stories if story.host.shape == "kcna")


def test_the_ledger_says_what_happened_and_what_was_asked_for(server: Server) -> None:
    story = next(story for story in server.stories if story.host.source == "tass")
    server.reply(story.host.address, story.paths[0], {"If-None-Match": '"x"'})
    lines = server.ledger
    assert isinstance(lines, Lines)
    (asked,) = lines.asked
    assert (asked.host, asked.kind, asked.status, asked.story) == (story.host.address, "page", 200, story.id)
    assert asked.conditional
    assert [one.at for one in lines.happened] == sorted(one.at for one in lines.happened)
    assert {one.story for one in lines.happened} == {told.id for told in server.stories if told.at <= NOON}
