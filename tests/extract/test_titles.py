"""Which title of a page is its headline.  Real markup of its kinds, invented stories."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.declared import declared
from pipeline.extract.site import Site
from pipeline.extract.titles import weights
from pipeline.parse import dom

URL = "https://www.harbour-wire.example/world/ferry-between-the-banks-is-back-at-work-4711"
STORY = "<p>The ferry between the two banks of the river was back at work on Tuesday, a week after the flood.</p>"


def page(*, title: str = "", og: str = "", stated: str = "", body: str = "", kind: str = "NewsArticle") -> str:
    article = json.dumps({"@type": kind, "headline": stated, "publisher": {"name": "Harbour Wire"}})
    return (
        f"<html><head><title>{title}</title><meta property='og:site_name' content='Harbour Wire'>"
        + (f"<meta property='og:title' content='{og}'>" if og else "")
        + (f"<script type='application/ld+json'>{article}</script>" if stated else "")
        + f"</head><body>{body}</body></html>"
    )


def headline(html: str, url: str = URL) -> str | None:
    return declared(dom.parse_html(html), url).headline


FERRY = "Ferry between the banks is back at work"


@pytest.mark.parametrize(
    "suffix",
    [
        *(" | Harbour Wire", " - Harbour Wire", " – Harbour Wire Online", "｜Harbour Wire", " » Harbour Wire"),
        *("：Harbour Wire", " - World - Harbour Wire", " | harbour-wire.example", " · Harbour Wire", "_Harbour Wire"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_headline(suffix: str) -> None:
    assert headline(page(title=FERRY + suffix, og=FERRY + suffix, body=f"<h1>{FERRY}</h1>{STORY}")) == FERRY


def test_the_name_of_the_site_is_cut_where_nothing_else_is_said() -> None:
    assert headline(page(title=f"{FERRY} | Harbour Wire")) == FERRY
    assert headline(page(title=f"Harbour Wire | {FERRY}")) == FERRY
    assert headline("<title>渡船一周后恢复通航-新华网</title><h1>渡船一周后恢复通航</h1>") == "渡船一周后恢复通航"


def test_a_heading_that_is_the_logo_is_no_headline() -> None:
    logo = "<h1><a href='/'>Notes from the river</a></h1>"
    assert headline(page(title=f"{FERRY} | Notes from the river", body=f"{logo}<h2>{FERRY}</h2>{STORY}")) == FERRY


def test_of_several_headings_the_one_above_the_text_is_meant() -> None:
    body = f"<h1>Log in</h1><h1>{FERRY}</h1>{STORY * 3}<h1>More from the region</h1><p>Bus stops.</p>"
    assert headline(page(title=FERRY, body=body)) == FERRY
    assert headline(f"<h1>Log in</h1><h1>{FERRY}</h1>{STORY * 3}<h1>More</h1>") == FERRY


def test_several_headings_and_nothing_that_tells_are_none() -> None:
    assert headline("<h1>Ferry</h1><h1>Bus</h1>") is None


def test_a_news_page_may_carry_its_headline_beside_the_form_for_search_engines() -> None:
    seo = "Ferry Riverside: when does it sail again after the flood?"
    html = page(title=seo, og=seo, stated=FERRY, body=f"<h1>{seo}</h1>{STORY}")
    assert headline(html) == FERRY


def test_elsewhere_the_printed_heading_is_the_headline() -> None:
    seo = "Best ferries of Riverside in 2026"
    html = page(title=seo, og=seo, body="<h1>Seven ferries that I would take again</h1>" + STORY)
    assert headline(html, "https://harbour-wire.example/a") == "Seven ferries that I would take again"


def test_a_title_that_is_cut_short_is_not_taken() -> None:
    whole = "Mayor of Riverside says of the ferry: &quot;We sail&quot;"
    html = page(title=whole, og="Mayor of Riverside says of the ferry:", body=f"<h1>{whole}</h1>{STORY}")
    assert headline(html) == 'Mayor of Riverside says of the ferry: "We sail"'


@pytest.mark.parametrize(
    "title",
    [
        *("Q&amp;A: who is who in the ferry talks", "Ferry deal - a history of failure"),
        *("Harbour Ferry - Back to Work", "River watch: Ferry sails", "Ferry sails; the mayor is pleased"),
        "Ferry - what we know - and what we do not",
        "Opinion | Ferries are for everyone who lives here",
    ],
)
@pytest.mark.parametrize("url", ["https://wire.example/4711", "https://wire.example/world/ferry-sails"])
def test_a_part_of_a_title_is_cut_off_by_no_build_alone(title: str, url: str) -> None:
    expected = title.replace("&amp;", "&").removeprefix("Opinion | ")
    assert headline(f"<title>{title}</title><p>River watch</p>{STORY}", url) == expected


NOTES = "Notes from the river"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", f"<a href='/'>{NOTES}</a>"),
        ("", f"<a href='https://wire.example'><img alt='{NOTES}'></a>"),
        (f"<link rel=alternate type='application/rss+xml' title='{NOTES} &raquo; Feed' href=/feed>", ""),
        (f"<link rel=alternate type='application/rss+xml' title='{NOTES} RSS 2.0' href=/feed>", ""),
        ("", f"<a href='/world/'>{NOTES}</a>"),
        ("", "<div><b>Ferry sails again after flood</b></div>"),
    ],
)
@pytest.mark.parametrize("joint", [" - ", " – ", " / "])
def test_a_part_is_cut_off_where_the_page_calls_its_site_or_section_so(head: str, body: str, joint: str) -> None:
    html = f"<head><title>Ferry sails again after flood{joint}{NOTES}</title>{head}</head><body>{body}{STORY}</body>"
    assert headline(html, "https://wire.example/world/4711") == "Ferry sails again after flood"


@pytest.mark.parametrize(
    "body",
    [
        f"<a href='/sports/'>{NOTES}</a>",
        "<a href='/x'>Ferry sails again after flood</a>",
        "<nav><b>Ferry sails again after flood</b></nav>",
        "<p>Ferry sails again after flood, says the mayor.</p>",
    ],
)
def test_what_stands_in_any_other_link_proves_no_part(body: str) -> None:
    title = f"Ferry sails again after flood - {NOTES}"
    html = f"<head><title>{title}</title></head><body>{body}{STORY}</body>"
    assert headline(html, "https://wire.example/world/4711") == title


def test_an_address_that_spells_a_part_to_its_end_proves_it() -> None:
    title = "Ferry sails again after flood - Notes From The River"
    html = f"<title>{title}</title>{STORY}"
    assert headline(html, "https://wire.example/ferry-sails-again-after-flood") == "Ferry sails again after flood"
    assert headline(html, "https://wire.example/ferry-sails-again") == title
    told = f"<title>Ferry sails again after flood - a history</title>{STORY}"
    assert headline(told, "https://wire.example/ferry-sails-again-after-flood") == (
        "Ferry sails again after flood - a history"
    )


def test_a_roof_line_that_is_printed_apart_is_cut_off_the_title() -> None:
    body = f"<div>Q&amp;A</div><div class=top>Who is who in the ferry talks</div>{STORY}"
    assert headline(page(title="Q&amp;A: Who is who in the ferry talks", body=body), "") == (
        "Who is who in the ferry talks"
    )


def test_entities_are_decoded_however_often_they_were_escaped() -> None:
    assert headline(page(stated="F&amp;auml;hre f&#228;hrt wieder &amp;#8211; endlich", kind="Article")) == (
        "Fähre fährt wieder – endlich"
    )


def test_the_form_that_most_titles_have_is_taken_of_those_that_say_the_same() -> None:
    glued = "<h1><span>After the flood</span><span> : </span>Ferry sails again</h1>"
    title = "After the flood: Ferry sails again"
    assert headline(page(title=title, og=title, stated=title, body=glued + STORY)) == title


@pytest.mark.parametrize(
    ("address", "path_words"), [(URL, 9), ("https://wire.example/4711", 0), ("https://[bad", 0), ("", 0), ("/x", 0)]
)
def test_any_address_makes_a_site(address: str, path_words: int) -> None:
    assert len(Site((None, "", "Wire"), address).slug) == path_words


def test_a_site_is_known_by_its_declared_name_and_its_address() -> None:
    site = Site(["Harbour Wire"], URL)
    assert [site.calls_itself(name) for name in ("HARBOUR WIRE", "Harbour Wire Online", "harbour-wire.example")] == [
        True
    ] * 3
    assert not site.calls_itself("Harbour of Riverside wired to the mainland again after the flood")
    assert site.is_home("/")
    assert site.is_home("https://harbour-wire.example/")
    assert not site.is_home("/world/")
    assert site.cut("Moscow: Harbour Wire") == "Moscow"
    assert site.cut("Moscow: no deal") == "Moscow: no deal"


def test_the_weights_are_those_of_the_evidence() -> None:
    assert {"h1", "json-ld", "og", "title", "news apart", "logo"} <= weights().keys()


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_any_titles_can_be_read(first: str, second: str, third: str) -> None:
    html = page(title=first, og=second.replace("'", ""), stated=third, body=f"<h1>{second}</h1><h1>{first}</h1>")
    found = headline(html)
    assert found is None or found == found.strip()


def test_hostile_titles_cost_little() -> None:
    long = "| - : _" * 4_000
    assert headline(page(title=long, og=long[:2_000], stated=long, body=f"<h1>{long}</h1>" * 100)) is not None
