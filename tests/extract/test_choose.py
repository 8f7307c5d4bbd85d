"""Field by field: profile, declared metadata, generic extractor, feed entry."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ExtractError
from pipeline.extract.choose import extract_page
from pipeline.extract.feed_text import from_entry
from pipeline.model import Dated, Entry, Extract, Page, Profile, Source

URL = "https://wire.example/world/1"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
PROFILE = Profile("now", headline="h1.title", lead=".lead", body=".text > p", date=".date", remove=(".ad",))
BARE = Source("wire", "Wire")
SOURCE = replace(BARE, profiles=(PROFILE,))
ENTRY = Entry(
    url=URL,
    feed="https://wire.example/rss",
    seen_at=NOW,
    headline="Lighthouse opens library",
    text="A library opened in the lighthouse.",
    published_raw="Thu, 01 Jan 2026 09:00:00 +0900",
    section="World",
    authors=("Hong Gil-sun",),
    language="en",
)
PARAGRAPHS = tuple(
    f"The keeper of lighthouse number {n} read aloud from the library's book about ships." for n in range(6)
)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
ARTICLE = (
    "<html lang='en'><head><title>Lighthouse opens library | Wire</title><meta property='og:title' "
    "content='Lighthouse opens library | Wire'><meta name='description' content='Not a lead'></head><body>"
    "<h1 class='title'>Lighthouse opens library</h1><div class='lead'>Keepers read aloud</div>"
    "<i class='date'>2026-01-01</i>"
    f"<div class='text'>{TEXT}<p class='ad'>Buy a lamp</p></div></body></html>"
)


def extract(html: str, entry: Entry | None = ENTRY, source: Source = SOURCE) -> Extract:
    return extract_page(html, Page(url=URL, status=200, body=b"", fetched_at=NOW), entry, source)


def test_the_profile_comes_first_and_says_so() -> None:
    found = extract(ARTICLE)
    assert (found.headline, found.lead, found.paragraphs) == (
        "Lighthouse opens library",
        "Keepers read aloud",
        PARAGRAPHS,
    )
    assert (found.method, found.profile, found.missed, found.completeness) == ("profile", "now", (), "full")
    assert found.fields["headline"] == found.fields["lead"] == found.fields["body"] == "profile"


def test_a_profile_may_find_a_place_beside_the_text() -> None:
    placed = ARTICLE.replace("<div class='text'>", "<h6>Hammerfest</h6><div class='text'>")
    found = extract(placed, source=replace(BARE, profiles=(replace(PROFILE, dateline="h6"),)))
    assert (found.dateline, found.paragraphs, found.fields["dateline"]) == ("Hammerfest", PARAGRAPHS, "profile")


def test_nobody_is_taken_for_the_author_of_a_page_whose_byline_has_its_known_place() -> None:
    """Sputnik, 2017: a radio show in the menu."""
    menu = ARTICLE.replace("<h1", "<ul><li>By Any Means Necessary</li></ul><h1")
    signed = replace(BARE, profiles=(replace(PROFILE, byline=".byline"),))
    assert extract(menu, None).signed == ("By Any Means Necessary",)
    assert extract(menu, None, signed).signed == ()


def test_what_the_page_lacks_comes_from_the_entry() -> None:
    found = extract(ARTICLE)
    assert (found.section, found.authors) == ("World", ("Hong Gil-sun",))
    assert (found.fields["section"], found.fields["authors"]) == ("feed", "feed")


def test_feed_listing_and_profile_say_when() -> None:
    assert {dated.evidence for dated in extract(ARTICLE).dates if not dated.says} == {"feed", "page"}
    listed = replace(ENTRY, origin="listing")
    assert {dated.evidence for dated in extract(ARTICLE, listed).dates if not dated.says} == {"page", "listing"}


def test_a_description_is_never_a_lead() -> None:
    assert extract(ARTICLE, source=BARE).lead is None


def test_a_selector_that_finds_nothing_is_missed_and_loses_nothing() -> None:
    found = extract(ARTICLE.replace("class='text'", "class='story'"))
    assert "body" in found.missed
    assert found.method == "blocks"
    assert found.completeness == "full"
    assert set(PARAGRAPHS) <= set(found.paragraphs)


@pytest.mark.parametrize("text", ["<p></p>", "<p class='ad'>Copyright line and nothing else</p>"])
def test_a_flash_has_no_text_and_none_is_taken_from_around_it(text: str) -> None:
    html = (
        f"<h1 class='title'>Lighthouse opens library</h1><div class='text'>{text}</div><div class='other'>{TEXT}</div>"
    )
    found = extract(html, replace(ENTRY, text=None))
    assert (found.paragraphs, found.completeness, found.missed) == ((), "full", ("lead", "date"))
    assert extract(html).paragraphs == ("A library opened in the lighthouse.",)


def test_a_text_that_was_moved_out_of_its_container_is_found_and_the_selector_missed() -> None:
    story = "".join(f"<p>{number}. In the lighthouse a library was opened. {TEXT}</p>" for number in range(4))
    title = "<h1 class='title'>Lighthouse opens library</h1>"
    html = f"{title}<div class='text'></div><section class='x'>{story}</section>"
    found = extract(html, replace(ENTRY, text=None))
    assert sum(map(len, found.paragraphs)) > 600
    assert (found.method != "profile", "body" in found.missed) == (True, True)


def test_a_page_that_no_profile_fits_is_read_all_the_same_and_misses_all() -> None:
    found = extract(ARTICLE.replace("class=", "data-class="))
    assert found.profile is None
    assert found.missed == ("headline", "lead", "body", "date")
    assert found.headline == "Lighthouse opens library"
    assert set(PARAGRAPHS) <= set(found.paragraphs)


def test_of_several_profiles_the_one_that_finds_most_wins() -> None:
    old = Profile("old", headline="h1", body=".story p")
    source = replace(SOURCE, profiles=(old, PROFILE))
    assert extract(ARTICLE, source=source).profile == "now"
    assert extract(ARTICLE.replace("class='text'", "class='story'"), source=source).profile == "old"


def test_the_site_name_behind_a_declared_title_is_not_the_headline() -> None:
    html = "<html><head><meta property='og:title' content='Lighthouse opens library | Wire'></head><body>" + TEXT
    assert extract(html, source=BARE).headline == "Lighthouse opens library"


def test_a_page_without_text_is_partial_with_the_text_of_the_entry() -> None:
    found = extract("<h1 class='title'>Lighthouse opens library</h1>")
    assert (found.paragraphs, found.completeness) == (("A library opened in the lighthouse.",), "partial")
    assert found.fields["body"] == "feed"


def test_a_page_that_says_less_than_the_feed_is_partial_with_the_text_of_the_entry() -> None:
    found = extract("<h1>Lighthouse opens library</h1><div id='root'></div><footer><p>All rights kept</p></footer>")
    assert (found.paragraphs, found.completeness) == (("A library opened in the lighthouse.",), "partial")


@pytest.mark.parametrize("source", [BARE, SOURCE], ids=["bare", "profiled"])
@pytest.mark.parametrize("title", ["Just a moment...", "Before you continue", "404 Not Found", "Web Page Blocked"])
def test_another_page_served_in_its_place_is_no_article(title: str, source: Source) -> None:
    html = (
        f"<title>{title}</title><h1>{title}</h1><p>Please confirm that you are human, and we take you to the site.</p>"
    )
    with pytest.raises(ExtractError, match="does not show"):
        extract(html, source=source)


def templated(headline: str, *paragraphs: str) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<nav>Lighthouse opens library</nav><h1 class='title'>{headline}</h1><div class='lead'>Now</div>"
        f"<div class='text'>{text}</div>"
    )


@pytest.mark.parametrize(
    ("listed", "headline", "text"),
    [
        ("Lighthouse opens library", "World news", "Latest headlines: ferries are late, and a fair is held in town."),
        ("Lighthouse opens library", "Page removed", ""),
        ("Маяк открывает новую библиотеку", "Новости мира", "Последние новости: паромы опаздывают."),
        ("등대에 새로운 도서관 개관", "국제 뉴스", "여객선이 늦어지고 있다. 시내에서 장이 열린다."),
        ("灯塔新图书馆正式开馆", "国际新闻", "最新消息：渡轮晚点，城里正举行集市。"),
    ],
)
def test_a_section_or_notice_in_the_sites_own_template_is_no_article(listed: str, headline: str, text: str) -> None:
    with pytest.raises(ExtractError, match="does not show"):
        extract(templated(headline, text), replace(ENTRY, headline=listed))


@pytest.mark.parametrize(
    ("listed", "headline", "text"),
    [
        ("Lighthouse opens library", "Books by the sea", "A library was opened on Monday in the old lighthouse."),
        ("Маяк открывает новую библиотеку", "Книги у моря", "В старом маяке в понедельник открыли библиотеку."),
        ("등대에 새로운 도서관 개관", "바닷가의 책", "등대가 월요일 도서관으로 개관했다."),
        ("灯塔新图书馆正式开馆", "海边的书", "旧灯塔里的图书馆星期一开馆。"),
        ("Weather forecast", "Saturday", "Rain in the north, and sun on the islands."),
        ("날씨", "토요일", "북부에 비가 온다."),
    ],
)
def test_a_page_with_another_headline_is_known_by_its_text(listed: str, headline: str, text: str) -> None:
    assert extract(templated(headline, text), replace(ENTRY, headline=listed)).headline == headline


@pytest.mark.parametrize("html", ["", "<html></html>", "<p></p>", "\x00"])
def test_a_page_of_nothing_is_an_extract_error(html: str) -> None:
    with pytest.raises(ExtractError):
        extract(html, None)


def test_no_day_is_read_out_of_a_story() -> None:
    """A library that was closed since 1998 was not written about on 1998-01-01."""
    html = f"<html><head><title>Lighthouse opens library</title></head><body><h1>Lighthouse opens library</h1>{TEXT}"
    undated = html + "<p>It had been closed since 1998, and opened on 5 July 2021.</p>"
    assert extract(undated, None, BARE).dates == ()
    assert [dated.evidence for dated in extract(undated, ENTRY, BARE).dates] == ["feed"]


def test_a_profile_that_names_the_description_may_make_it_the_lead() -> None:
    profile = replace(PROFILE, lead="meta[name='description']::attr(content)")
    assert extract(ARTICLE, source=replace(BARE, profiles=(profile,))).lead == "Not a lead"


def test_an_entry_alone_gives_its_text_as_feed() -> None:
    found = from_entry(replace(ENTRY, content="<p>One</p><p>Two</p>", headline="Light<b>house</b>"))
    assert (found.headline, found.paragraphs) == ("Lighthouse", ("One", "Two"))
    assert (found.completeness, found.method) == ("feed", "feed")
    assert found.dates == (Dated("feed", str(ENTRY.published_raw), "feed"),)


HOSTILE = {
    "json-ld": '<script type="application/ld+json">' + '"author":"x' * 8_000 + "</script>",
    "meta author": f"<meta name='author' content='{'(' * 40_000}'>",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(8_000)) + ">x</p>",
    "depth": "<div>" * 16_000 + "x",
    "brackets": "<" * 80_000,
    "broken json-ld": '<script type="application/ld+json">' + "[" * 60_000 + "</script>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_pages_cost_little(case: str) -> None:
    extract(ARTICLE, source=BARE)  # the first call pays for the import of the generic extractor
    begun = time.process_time()
    extract("<h1>Lighthouse opens library</h1>" + HOSTILE[case] + TEXT, source=BARE)
    assert time.process_time() - begun < 2


@settings(deadline=None, max_examples=60)
@given(html=st.text(max_size=300), wrapped=st.booleans())
def test_a_page_gives_an_extract_or_an_extract_error(html: str, wrapped: bool) -> None:
    try:
        found = extract(f"<h1 class='title'>{html}</h1><div class='text'><p>{html}" if wrapped else html)
    except ExtractError:
        return
    assert found.headline or found.paragraphs


def test_a_byline_within_the_text_is_no_line_of_it() -> None:
    signed = replace(BARE, profiles=(Profile("1", headline="h1", body=".text", byline=".text .by"),))
    html = (
        "<h1>Lighthouse opens</h1><div class=text>It opens, says Ann.<br><br>It is tall."
        "<p class=by>Reporter: Ann Harbour<br>Editor: Bo Quay</p></div>"
    )
    found = extract(html, None, signed)
    assert found.paragraphs == ("It opens, says Ann.", "It is tall.")
    assert found.byline == "Reporter: Ann Harbour, Editor: Bo Quay"


def test_a_name_and_the_line_around_it_are_one_byline() -> None:
    signed = replace(BARE, profiles=(Profile("1", headline="h1", byline=".by a, .by, .desk"),))
    html = f"<h1>Lighthouse opens</h1><p class=by>By <a>Ann Harbour</a></p><p class=desk>Bo Quay</p>{TEXT}"
    assert extract(html, None, signed).byline == "By Ann Harbour Bo Quay"
