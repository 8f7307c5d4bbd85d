"""Which addresses are those of articles."""

from __future__ import annotations

import re
import time

import pytest

from pipeline.discover.addresses import article_links, pattern_of, site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.wire.go.kr/", "wire.go.kr"),
        ("https://portal.wire.go.id/", "wire.go.id"),
        ("https://ann.wordpress.com/", "ann.wordpress.com"),
        ("https://bo.blogspot.com/", "bo.blogspot.com"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("https://www.wire.example/", "wire.example"),
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://en.yna.co.kr/", "yna.co.kr"),
        ("http://tass.com:8080/a", "tass.com"),
        ("https://english.news.cn/", "news.cn"),
    ],
)
def test_a_site_is_what_was_registered(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        (["/news/123456", "/news/123457"], r"^/news/\d+$"),
        (["/society/lighthouse-opens-1001", "/culture/tram-returns-1002"], r"^/[^/]+/[^/]*\d{4}"),
        (["/2026/03/02/lighthouse", "/2026/03/03/tram"], r"^/\d+/03/\d+/"),
        (["/?p=2350001", "/?p=2350002"], r"^/[^/]*\d{4}"),
        (["/lighthouse", "/tram"], None),
        (["/news/123456"], None),
    ],
)
def test_a_pattern_is_what_articles_have_in_common(paths: list[str], pattern: str | None) -> None:
    found = pattern_of(
        [f"https://wire.test{path}" for path in paths], ["https://wire.test/about", "https://wire.test/a/b"]
    )
    if pattern is None or "03" not in (found or ""):
        assert found == pattern
    else:
        assert found is not None
        assert re.search(found, "/2026/03/04/another")


def test_a_pattern_that_most_other_links_match_is_none() -> None:
    articles = [f"https://wire.test/{word}/x" for word in ("a", "b")]
    assert pattern_of(articles, [f"https://wire.test/{number}/x" for number in range(50)]) is None


def test_a_pattern_costs_little_on_hostile_addresses() -> None:
    pattern = pattern_of([f"https://wire.test/a/{n}/story-{n}{n}" for n in (1001, 1002)])
    assert pattern is not None
    began = time.process_time()
    for text in ("/a/1/" + "1" * 50_000, "/" * 50_000, "/a/" + "a" * 50_000):
        re.search(pattern, text)
    assert time.process_time() - began < 0.2


def test_the_links_to_articles_are_those_with_headlines_and_numbers() -> None:
    news = [(f"https://wire.test/news/{n}", f"Lighthouse number {n} opens a library") for n in range(1000, 1005)]
    menu = [(f"https://wire.test/{name}", name) for name in ("politics", "economy", "sport")]
    foreign = [(f"https://other.test/news/{n}", "Something that is sold by somebody else") for n in range(2000, 2020)]
    assert article_links([*menu, *foreign, *news], "https://wire.test/") == news
