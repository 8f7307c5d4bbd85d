"""What a page says of its day of publication, where it stands, and what it weighs."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.dates import is_settled, learnt
from pipeline.extract.declared import declared
from pipeline.extract.printed import printed_dates
from pipeline.model import Dated, Published
from pipeline.normalise.published import published
from pipeline.normalise.slashes import reader
from pipeline.parse import dom

URL = "https://wire.example/harbour/ferry-resumes"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
DAY = date(2019, 8, 20)
STORY = "<p>The ferry between the two banks of the river was back at work, the master of the pier said.</p>" * 8
NEWS = {"@type": "NewsArticle", "headline": "Ferry resumes", "datePublished": "2019-08-20T09:00:00+02:00"}


def page(above: str = "", below: str = "", head: str = "", end: str = "") -> str:
    return (
        f"<html lang='en'><head><title>Ferry resumes</title>{head}</head><body>{above}<h1>Ferry resumes</h1>{below}"
        f"{STORY}{end}</body></html>"
    )


def ld(thing: Mapping[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def meta(name: str, content: str) -> str:
    return f"<meta property='{name}' content='{content}'>"


def dates(html: str, url: str = URL) -> tuple[Dated, ...]:
    return declared(dom.parse_html(html), url).dates


def chosen(html: str, url: str = URL) -> tuple[Published, str] | None:
    found, zone = dates(html, url), ZoneInfo("UTC")
    return published(found, zone, reader((one.raw for one in found), zone, NOW, NOW))


PAGES = {
    "json-ld": page(head=ld(NEWS)),
    "json-ld of the page": page(head=ld({"@type": "WebPage", "datePublished": "2019-08-20T09:00:00+02:00"})),
    "opengraph": page(head=meta("article:published_time", "2019-08-20T09:00:00+02:00")),
    "meta": page(head="<meta name='publish-date' content='20 Aug 2019'>"),
    "meta date": page(head="<meta name='DC.date' content='2019-08-20'>"),
    "microdata": page(below="<span itemprop='datePublished' content='2019-08-20'>last week</span>"),
    "rdfa": page(below="<span property='schema:dateCreated' content='2019-08-20T12:45:46+00:00'></span>"),
    "microformat": page(below="<abbr class='published' title='2019-08-20T14:33:00-07:00'>2:33 PM</abbr>"),
    "time": page(below="<p class='meta'><time datetime='2019-08-20'>last week</time></p>"),
    "time alone": page(
        below="<time class='entry-date published' datetime='2019-08-20T09:00:00+02:00'>a week ago</time>"
    ),
    "date above": page(above="<div class='date'>Dienstag, 20. August 2019</div>"),
    "date below": page(below="<div class='date'>20.08.2019</div>"),
    "short year": page(below="<span class='date'>20.08.19 | 12:44</span>"),
    "byline": page(below="<p class='byline'>By Ann Harbour, Aug. 20, 2019</p>"),
    "labelled": page(below="<p>Veröffentlicht am 20.08.2019</p>"),
    "russian": page(below="<div>20 августа 2019, 10:00</div>"),
    "korean": page(below="<span>입력 2019.08.20 10:00</span>"),
    "chinese": page(below="<span>2019年8月20日 10:00 来源：港口</span>"),
    "arabic": page(below="<span>٢٠ أغسطس ٢٠١٩</span>"),
    "turkish": page(below="<span>20 Ağustos 2019</span>"),
    "portuguese": page(below="<span>20 de agosto de 2019</span>"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_says_when_it_was_published(kind: str) -> None:
    found = chosen(PAGES[kind])
    assert found is not None
    at = found[0].at
    assert (at.date() if isinstance(at, datetime) else at) == DAY
    assert found[0].origin == "page"


ADDRESSES = [
    "https://wire.example/2019/08/20/ferry-resumes",
    "https://wire.example/news/2019-08-20-ferry.html",
    "https://wire.example/20-08-2019/ferry",
    "https://wire.example/world/2019/aug/20/ferry-resumes",
    "https://wire.example/2019-August-20/ferry",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_day_in_the_address_is_a_guess(url: str) -> None:
    found = chosen(page(), url)
    assert found is not None
    assert (found[0].at, found[0].origin, found[1]) == (DAY, "guess", "url")


@pytest.mark.parametrize("path", ["story/120190820567", "2019/13/40/ferry", "2019/mayor/20/ferry"])
def test_a_number_in_the_address_is_no_day(path: str) -> None:
    assert chosen(page(), f"https://wire.example/{path}") is None


def test_the_month_in_the_address_is_told() -> None:
    found = dates(page(head=meta("og:image", "/i/2019/08/20/ferry.jpg")), "https://wire.example/2019/08/ferry")
    assert {(dated.raw, dated.origin) for dated in found} == {
        ("2019-08", "url"),
        ("2019-08-20", "image"),
        ("2019-08", "image"),
    }


def test_a_time_that_only_a_script_holds_is_a_guess() -> None:
    found = chosen(page(end='<script>x = {"publishedAt": "2019-08-20T10:00:00Z", "id": 1}</script>'))
    assert found is not None
    assert (found[0].origin, found[1], found[0].at) == ("guess", "script", DAY)


def test_data_attributes_are_read_where_nothing_else_tells() -> None:
    html = page(below="<span data-datetime='2019-08-20T10:00:00Z'>a week ago</span>")
    assert [dated.raw for dated in dates(html)] == ["2019-08-20T10:00:00Z"]


def test_the_day_of_publication_is_preferred_to_that_of_the_change() -> None:
    html = page(
        head=ld({**NEWS, "dateModified": "2020-01-05T09:00:00+02:00"}),
        below="<p class='meta'><span class='date'>Published 20 August 2019</span></p>",
        end="<p class='updated'>Last updated: 5 January 2020</p>",
    )
    found = chosen(html)
    assert found is not None
    assert found[0].at == datetime(2019, 8, 20, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "end",
    [
        "<footer><p>© 2005-2021 Wire, all rights kept</p></footer>",
        "<p>It had been closed since 1998, and opened on 5 July 2021.</p>",
        "<p>历史悠久的渡轮自1998年起停航，市政府称2021年7月5日重新开放，港口管理局负责人说。</p>",
    ],
)
def test_years_of_footers_and_days_of_stories_are_none(end: str) -> None:
    assert chosen(page(end=end)) is None


def test_a_weblog_that_says_when_an_entry_was_filed_is_believed() -> None:
    end = (
        "<p class='postmetadata'>This entry was posted on Tuesday, August 20th, 2019 at 3:04 pm and is filed here.</p>"
    )
    assert any("August 20th, 2019" in dated.raw for dated in dates(page(end=end)))


def test_the_page_and_its_day_beat_those_of_other_articles() -> None:
    teasers = "".join(f"<li><a href='/{n}'>Pier {n}</a> <span class='date'>{n}.9.2020</span></li>" for n in range(1, 9))
    found = chosen(page(below="<div class='date'>20.08.2019</div>", end=f"<aside class='related'>{teasers}</aside>"))
    assert found is not None
    assert found[0].at == DAY


def test_two_witnesses_of_a_day_settle_it() -> None:
    head = ld(NEWS) + meta("article:published_time", "2019-08-20T07:00:00Z")
    found = dates(page(head=head, below="<div class='date'>5.9.2020</div>"))
    assert {dated.origin for dated in found} == {"json-ld", "opengraph"}
    assert is_settled([], URL) is False
    bare = ld({**NEWS, "datePublished": "2019-08-20"}) + meta("article:published_time", "2019-08-20")
    found = dates(page(head=bare, below="<div class='date'>20.8.2019, 12:01 Uhr</div>"))
    assert "html" in {dated.origin for dated in found}


def test_what_a_declared_day_lacks_is_printed() -> None:
    found = chosen(page(head=ld({**NEWS, "datePublished": "2019-08-20"}), below="<time>20.08.2019, 12:01 CEST</time>"))
    assert found is not None
    assert (found[0].at, found[0].precision) == (datetime(2019, 8, 20, 10, 1, tzinfo=UTC), "minute")


def test_where_feed_or_profile_tell_nothing_printed_is_looked_for() -> None:
    html = page(head=meta("article:published_time", "2019-08-20"), below="<div class='date'>20.08.2019</div>")
    found = declared(dom.parse_html(html), URL, is_dated=True).dates
    assert [dated.origin for dated in found] == ["opengraph"]


def test_the_weights_are_of_names_that_are_said() -> None:
    assert {"declared", "printed", "below-near", "og-published", "url"} <= set(learnt())


@pytest.mark.parametrize("value", [None, 7, [], {}, [None], " ", "x" * 5_000, {"@value": "2019-08-20"}, True])
def test_whatever_is_declared_is_read_without_error(value: object) -> None:
    assert chosen(page(head=ld({**NEWS, "datePublished": value, "dateModified": value}))) is None


HOSTILE = {
    "dates": "".join(f"<span class='date'>{n % 28 + 1}.9.2024</span>" for n in range(20_000)),
    "years": f"<p>{'2019 ' * 100_000}</p>",
    "digits": f"<p>{'1.1.' * 200_000}</p>",
    "depth": "<div class='date'>" * 3_000 + "20.08.2019",
    "siblings": "<p>" + "<b>20.08.2019</b>" * 20_000 + "</p>",
    "headings": "<h1>Ferry resumes and so on</h1>" * 20_000,
    "long sibling": f"<div><div>{'<b>x</b>' * 50_000}</div><i>20.08.2019</i><i>21.08.2019</i></div>",
    "nested headings": "<h1>" * 3_000 + "<p>20.08.2019</p>" * 20_000,
    "nested items": "<div itemprop='datePublished'>" * 200 + "<p>20.08.2019</p>" * 20_000,
    "deep sibling": ("<div>" + "<p>x</p>" * 50_000 + "</div>") + "<i>20.08.2019</i><i>21.08.2019</i>" * 100,
    "classes": f"<p class='{'date ' * 100_000}'>20.08.2019</p>",
    "script": "<script>" + '{"date_published' * 30_000 + "</script>",
    "items": "<i itemprop='datePublished'>20.08.2019</i>" * 20_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_pages_cost_little(case: str) -> None:
    root = dom.parse_html(page(below=HOSTILE[case]))
    begun = time.thread_time()
    found = declared(root, URL + "/2019" * 5_000).dates
    assert time.thread_time() - begun < 1
    assert len(found) < 200


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_may_be_printed(text: str, names: str) -> None:
    root = dom.parse_html(f"<h1>x</h1><p class='{names}'>{text} 20.08.2019 {text}</p>")
    assert all(len(one.raw) <= 200 for one in printed_dates(root, "x"))
