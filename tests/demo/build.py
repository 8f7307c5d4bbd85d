"""Builds the sample archive of `newswire demo`: `python -m tests.demo.build` writes `pipeline/_demo/sample.warc.gz`.

Two days of three agencies, polled two or three times each.  The same pages at the same times give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from pipeline.archive.warc import write_warc
from pipeline.model import Page
from tests.demo import markup, stories
from tests.demo.markup import Story
from tests.demo.stories import address, at

SAMPLE = Path(__file__).parents[2] / "pipeline" / "_demo" / "sample.warc.gz"
HTML, XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"
BETWEEN_REQUESTS = timedelta(seconds=2)

TASS, TASS_RU = "https://tass.com", "https://tass.ru"
KOREA, NORTH = "https://www.yna.co.kr/rss/news.xml", "https://www.yna.co.kr/rss/northkorea.xml"
CHINESE, ENGLISH = "https://cn.yna.co.kr", "https://en.yna.co.kr"
KCNA = "http://www.kcna.kp/en"
SECTIONS = (("Top News", address("top")), ("Society-Life", address("life")), ("Science", address("science")))
LISTED = ((stories.VAULT_KCNA, stories.SILK_KCNA), (stories.KITES_KCNA,), (stories.VAULT_KCNA_SCIENCE,))
NEW_SECTIONS = (("Top News", address("new top")), ("Social Life", address("new life")))
NEWLY_LISTED = ((stories.CATCH_KCNA, stories.VAULT_KCNA_NEW), (stories.KITES_KCNA_NEW,))


class Poll:
    """The captures of one poll: the feed, then what it leads to, a request every two seconds."""

    def __init__(self, begins: datetime) -> None:
        self.pages: list[Page] = []
        self._now = begins

    def get(self, url: str, body: str, kind: str = HTML, status: int = 200) -> Poll:
        """Capture one more address."""
        self.pages.append(Page(url, status, body.encode(), self._now, (("content-type", kind),)))
        self._now += BETWEEN_REQUESTS
        return self


def captures() -> list[Page]:
    """All pages of the archive, by time."""
    polls = (*tass(), *tass_russian(), *yonhap_korean(), *yonhap_chinese(), *yonhap_english(), *kcna())
    return sorted((page for poll in polls for page in poll.pages), key=lambda page: (page.fetched_at, page.url))


def tass() -> Iterator[Poll]:
    """A number is corrected between two polls; a story comes twice; the page of another is never there."""
    feed = f"{TASS}/rss/v2.xml"
    first = (stories.GRAIN, stories.FERRY, stories.VAULT)
    poll = Poll(at(17, 6)).get(feed, markup.tass_feed(TASS, first), XML)
    yield _tass_pages(poll, (stories.FERRY, stories.VAULT)).get(stories.GRAIN.url, "<h1>Not Found</h1>", status=404)
    second = (stories.METEORS_AGAIN, stories.METEORS, stories.GRAIN, stories.FERRY_CORRECTED, stories.VAULT)
    poll = Poll(at(17, 12)).get(feed, markup.tass_feed(TASS, second), XML)
    yield _tass_pages(poll, (stories.FERRY_CORRECTED, stories.METEORS, stories.METEORS_AGAIN))
    third = (stories.BOTANISTS, stories.CHESS, *second)
    poll = Poll(at(18, 6)).get(feed, markup.tass_feed(TASS, third), XML)
    yield _tass_pages(poll, (stories.CHESS, stories.BOTANISTS))


def tass_russian() -> Iterator[Poll]:
    """A page is captured again with a correction that the feed says nothing of."""
    feed = f"{TASS_RU}/rss/v2.xml"
    first = (stories.LIGHTHOUSE_RU, stories.VAULT_RU)
    yield _tass_pages(Poll(at(17, 6, 10)).get(feed, markup.tass_feed(TASS_RU, first), XML), first)
    second = (stories.LIBRARY_RU, *first)
    poll = Poll(at(17, 12, 10)).get(feed, markup.tass_feed(TASS_RU, second), XML)
    yield _tass_pages(poll, (stories.LIBRARY_RU, stories.LIGHTHOUSE_RU_CORRECTED))
    third = (stories.FERRY_RU, stories.HONEY_RU, *second)
    poll = Poll(at(18, 6, 10)).get(feed, markup.tass_feed(TASS_RU, third), XML)
    yield _tass_pages(poll, (stories.HONEY_RU, stories.FERRY_RU))


def yonhap_korean() -> Iterator[Poll]:
    """Two sections with one story in both; only that one's page was captured."""
    news, north = (stories.BUS_KO, stories.VAULT_KO, stories.FLASH_KO), (stories.VAULT_KO, stories.FLASH_KO)
    yield (
        Poll(at(17, 6, 20))
        .get(KOREA, markup.korean_feed("전체", news), XML)
        .get(stories.VAULT_KO.url, markup.korean_page(stories.VAULT_KO))
    )
    yield Poll(at(17, 6, 25)).get(NORTH, markup.korean_feed("북한", north), XML)
    yield Poll(at(18, 6, 20)).get(KOREA, markup.korean_feed("전체", (stories.BOOKS_KO, stories.TABLE_KO, *news)), XML)


def yonhap_chinese() -> Iterator[Poll]:
    """The query of all links changes its order between two polls, which makes nothing new."""
    feed = f"{CHINESE}/RSS/news.xml"
    first = (stories.BUS_ZH, stories.VAULT_ZH, stories.FLASH_ZH)
    yield (
        Poll(at(17, 6, 30))
        .get(feed, markup.foreign_feed(CHINESE, first), XML)
        .get(f"{stories.BUS_ZH.url}?input=rss&section=news", markup.foreign_page(stories.BUS_ZH, "zh-CN", "韩联社"))
    )
    yield Poll(at(17, 12, 30)).get(feed, markup.foreign_feed(CHINESE, first, flipped=True), XML)
    yield Poll(at(18, 6, 30)).get(feed, markup.foreign_feed(CHINESE, (stories.SUMMARY_ZH, *first), flipped=True), XML)


def yonhap_english() -> Iterator[Poll]:
    """A page is captured again with a correction, and says so."""
    feed, first = f"{ENGLISH}/RSS/news.xml", (stories.BUS_EN, stories.VAULT_EN)
    poll = Poll(at(17, 6, 40)).get(feed, markup.foreign_feed(ENGLISH, first), XML)
    yield _english_pages(poll, first)
    poll = Poll(at(18, 6, 40)).get(feed, markup.foreign_feed(ENGLISH, (stories.BOOKS_EN, *first)), XML)
    yield _english_pages(poll, (stories.BOOKS_EN, stories.BUS_EN_CORRECTED), updated=at(17, 7, 15))


def kcna() -> Iterator[Poll]:
    """One story in two sections; the day after, the site has another layout, and the story a third address."""
    old, new = f"{KCNA}/category/articles/q", f"{KCNA}/article/list"
    poll = Poll(at(17, 6, 50)).get(KCNA, markup.kcna_menu(SECTIONS))
    for (_, code), listed in zip(SECTIONS, LISTED, strict=True):
        poll.get(f"{old}/{code}.kcmsf", markup.kcna_listing(SECTIONS, listed))
    for story in chain(*LISTED):
        poll.get(story.url, markup.kcna_page(SECTIONS, story))
    yield poll
    poll = Poll(at(18, 6, 50)).get(KCNA, markup.kcna_new_menu(NEW_SECTIONS))
    for (_, code), listed in zip(NEW_SECTIONS, NEWLY_LISTED, strict=True):
        poll.get(f"{new}/{code}", markup.kcna_new_listing(NEW_SECTIONS, listed))
    for story in chain(*NEWLY_LISTED):
        poll.get(story.url, markup.kcna_new_page(NEW_SECTIONS, story))
    yield poll


def build() -> bytes:
    """The archive."""
    out = io.BytesIO()
    write_warc(out, captures())
    return out.getvalue()


def _tass_pages(poll: Poll, listed: Iterable[Story]) -> Poll:
    for story in listed:
        poll.get(story.url, markup.tass_page(story))
    return poll


def _english_pages(poll: Poll, listed: Iterable[Story], updated: datetime | None = None) -> Poll:
    for story in listed:
        changed = updated if story is stories.BUS_EN_CORRECTED else None
        page = markup.foreign_page(story, "en", "Yonhap News Agency", changed)
        poll.get(f"{story.url}?input=rss&section=news", page)
    return poll


if __name__ == "__main__":
    SAMPLE.parent.mkdir(exist_ok=True)
    SAMPLE.write_bytes(build())
