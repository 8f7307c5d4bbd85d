"""The benchmark of discovery in small: a site for each way to list news, its configuration left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.benchmarks.discovery import RIGHT, of_cases
from tests.sites import KINDS, Site, tried
from tests.varied import likeness

NAMES = ("upi", "adnkronos", "armenpress", "maan")


@pytest.fixture(scope="module")
def sites() -> list[Site]:
    found = {site.name: site for site in of_cases(NAMES)}
    return [replace(found[name], kind=kind) for name, kind in zip(NAMES, KINDS, strict=True)]


@pytest.mark.parametrize("number", range(len(KINDS)), ids=KINDS)
def test_a_site_becomes_a_working_source(number: int, sites: list[Site]) -> None:
    site = sites[number]
    found, bodies = tried(site)
    likes = [likeness(bodies.get(story.url, ""), story.text) for story in site.stories]
    assert sum(likes) / len(likes) >= RIGHT
    assert found.source.profiles[0].body
    kind = site.kind if site.kind in ("listing", "sitemap") else "rss"
    assert [feed.kind for feed in found.source.feeds] == [kind]
    assert [article.headline for article in found.articles] == [story.headline for story in site.stories]
