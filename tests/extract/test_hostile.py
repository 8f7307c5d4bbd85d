"""Pages that were made to hurt, or that hurt by accident: what a reviewer's scripts found (November 2026)."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from pipeline.extract.choose import extract_page
from pipeline.model import Extract, Page, Source
from pipeline.parse import bounds

HEADING = "<h1>Storm closes port</h1>"
TEXT = "<p>" + "The port was closed by a storm on Monday, and ships waited outside it. " * 6 + "</p>"


def read(html: str, url: str = "https://wire.example/a/1") -> Extract:
    return extract_page(html, Page(url, 200, b"", datetime(2026, 1, 2, tzinfo=UTC)), None, Source("w", "Wire"))


def cost(html: str) -> float:
    began = time.thread_time()
    read(html)
    return time.thread_time() - began


def test_a_string_that_never_ends_is_looked_through_once() -> None:
    script = '<p>Short.</p><script>var x="' + '\\"' * 100_000 + "</script>"
    assert cost(HEADING + script) < 1


@pytest.mark.parametrize(
    "row", [json.dumps({"comment": "x" * 200_000}), "<div><p>" + "Words. " * 20_000 + "</p></div>"]
)
def test_a_row_that_is_referred_to_over_and_over_is_read_a_bounded_number_of_times(row: str) -> None:
    references = ",".join(['{"a":"$1"}'] * 2_000)
    stream = f"1:T{len(row):x},{row}2:[{references}]\n"
    push = f"<script>self.__next_f.push([1,{json.dumps(stream)}])</script>"
    assert cost(f"{HEADING}<p>Short.</p>{push}") < 5


def test_half_a_character_in_an_address_is_no_crash() -> None:
    thing = '{"@type":"NewsArticle","image":"https://wire.example/\\ud800.jpg"}'
    assert read(f'<script type="application/ld+json">{thing}</script>{HEADING}{TEXT}').images == ()
    assert bounds.web_address("https://wire.example/", "\ud800") is None


def test_the_live_blog_of_another_page_is_not_this_ones() -> None:
    updates = [{"@type": "BlogPosting", "articleBody": f"The other thing number {n} happened there."} for n in range(5)]
    blog = {"@type": "LiveBlogPosting", "url": "https://wire.example/other", "liveBlogUpdate": updates}
    found = read(f'<script type="application/ld+json">{json.dumps([blog])}</script>{HEADING}{TEXT}')
    assert (found.signals, found.method) == ((), "blocks")


def test_the_heading_of_a_box_is_not_the_headline() -> None:
    boxes = "<h2>Related</h2><h2>More news of the day</h2>"
    assert read(f"<title>Moscow: no deal on grain</title>{boxes}{TEXT}").headline == "Moscow: no deal on grain"


@pytest.mark.parametrize(
    "dated", ["<p>Copyright 2019 May 4</p>", "<div class=comments><time datetime='2020-02-02'>2 February</time></div>"]
)
def test_the_day_of_a_comment_or_a_notice_is_a_guess_at_best(dated: str) -> None:
    assert all(one.evidence == "guess" for one in read(HEADING + TEXT + dated).dates)


def test_keywords_with_dots_and_slashes_are_whole() -> None:
    listed = "Input/Output, Booking.com, St.Louis, Health/Science"
    found = read(f"<meta name=keywords content='{listed}'>{HEADING}{TEXT}")
    assert found.keywords == ("Input/Output", "Booking.com", "St.Louis", "Health/Science")
