"""The case pages and feeds of every agency and edition: real markup, invented stories, expected values beside them."""

from __future__ import annotations

import json
import re
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import connectors
from pipeline.errors import ExtractError, ParseError
from pipeline.extract.feed_text import from_entry
from pipeline.model import Entry, Extract, Page, Request, Source
from pipeline.normalise.article import normalise
from pipeline.normalise.registers import Registers
from pipeline.record import of_article
from pipeline.settings.sources import read_source
from pipeline.sites import is_article_of

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
CONFIG = ROOT / "config"
IDENTIFIERS = sorted(path.stem for path in (CONFIG / "sources").glob("*.toml"))
FILES = sorted(path for identifier in IDENTIFIERS for path in (CASES / identifier).glob("*"))
PAGES = [path for path in FILES if path.suffix == ".html" and path.with_suffix(".json") in FILES]
# Feeds and sitemaps as .xml; lists in HTML or JSON as .list
FEEDS = [path for path in FILES if path.suffix in (".xml", ".list")]
REGISTERS = Registers.from_data(tomllib.loads((CONFIG / "agencies.toml").read_text("utf-8")))


def source(identifier: str) -> Source:
    mistakes: list[str] = []
    found = read_source(identifier, CONFIG / "sources" / f"{identifier}.toml", mistakes)
    assert found, mistakes
    return found


def page(path: Path, url: str) -> Page:
    return Page(url=url, status=200, body=path.read_bytes(), fetched_at=NOW)


def plain(value: Any) -> Any:
    """Tuples as the lists that JSON has."""
    return json.loads(json.dumps(value, ensure_ascii=False))


def told(extract: Extract, field: str) -> Any:
    """A field as JSON has it; of the dates the evidence and what is printed, guesses left out."""
    if field != "dates":
        return plain(getattr(extract, field))
    return plain(list(dict.fromkeys((one.evidence, one.raw) for one in extract.dates if one.evidence != "guess")))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read(path: Path, kind: Any, section: str | None = None) -> list[Any]:
    kcna = connectors.load(source("kcna"))
    url = "http://www.kcna.kp/en" if kind == "feed" else "http://www.kcna.kp/en/article/list/" + "1a2b" * 8
    return list(kcna.read(page(path, url), Request(url, kind, "kcna", "http://www.kcna.kp/en", section=section)))


def record_of(identifier: str, extract: Extract, url: str) -> dict[str, Any]:
    agency = source(identifier)
    return of_article(normalise(extract, None, agency, REGISTERS, url=url, fetched_at=NOW, seen_at=NOW))


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_every_agency_has_a_case_page_with_a_story_and_knows_its_address(identifier: str) -> None:
    cases = [path.with_suffix(".json") for path in PAGES if path.parent.name == identifier]
    assert cases, f"tests/cases/{identifier} has no page"
    addresses = [json.loads(case.read_text("utf-8"))["url"] for case in cases]
    assert [url for url in addresses if not is_article_of(source(identifier), url)] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_case_page_is_extracted_as_expected(path: Path) -> None:
    """`record` has fields of the record, the rest are fields of the extract."""
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    url, listed, record = expected.pop("url"), expected.pop("entry", None), expected.pop("record", {})
    entry = Entry(url=url, feed="http://www.kcna.kp/en", seen_at=NOW, **listed) if listed else None
    extract = connectors.load(source(path.parent.name)).extract(page(path, url), entry)
    assert {field: told(extract, field) for field in expected} == expected
    if record:
        found = record_of(path.parent.name, extract, url)
        assert {field: found[field] for field in record} == record


@pytest.mark.parametrize("path", FEEDS, ids=name)
def test_case_feed_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    request = Request(expected["feed"], "feed", path.parent.name, expected["feed"])
    entries = list(connectors.load(source(path.parent.name)).read(page(path, expected["feed"]), request))
    assert len(entries) == len(expected["entries"])
    for entry, wanted in zip(entries, expected["entries"], strict=True):
        assert isinstance(entry, Entry)
        seen = {"paragraphs": from_entry(entry).paragraphs} | {
            f: getattr(entry, f) for f in wanted if f != "paragraphs"
        }
        assert {field: plain(seen[field]) for field in wanted} == wanted


HOSTILE = ("a", "A", "/", "-", ".", "1", " ", "A ", "a-", "/a", "20", "/2024", "字", "字 ", "AP ", "By ", "from ")


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_the_expressions_of_an_agency_cost_little(identifier: str) -> None:
    agency = source(identifier)
    expressions = [re.compile(one) for one in (*agency.boilerplate, *([agency.articles] if agency.articles else []))]
    texts = [front + part * (20_000 // len(part)) + "!" for part in HOSTILE for front in ("", "/", "Reporting by ")]
    began = time.process_time()
    for expression in expressions:
        for text in texts:
            expression.search(text)
    assert time.process_time() - began < 0.1 * len(expressions) + 0.5


def test_the_two_query_orders_of_yonhap_give_the_same_articles() -> None:
    feed = "https://cn.yna.co.kr/RSS/news.xml"
    request = Request(feed, "feed", "yonhap", feed)
    addresses = []
    for order in ("input", "section"):
        path = CASES / "yonhap" / f"zh-feed-{order}-first.xml"
        entries = connectors.load(source("yonhap")).read(page(path, feed), request)
        addresses.append([entry.url.partition("?")[0] for entry in entries])
    assert addresses[0] == addresses[1]
    assert source("yonhap").identity_query == ()


@pytest.mark.parametrize(
    ("layout", "sections"),
    [
        ("q", ["Top News", "WPK General Secretary Kim Jong Un's Revolutionary Activities", "Society-Life"]),
        ("detail", ["Top News", "Social Life"]),
    ],
)
def test_kcna_menu_leads_to_its_listings_with_their_sections(layout: str, sections: list[str]) -> None:
    requests = read(CASES / "kcna" / f"menu-{layout}.html", "feed")
    assert [request.section for request in requests] == sections
    assert {request.kind for request in requests} == {"listing"}
    assert all(request.url.startswith("http://www.kcna.kp/en/") and request.language == "en" for request in requests)


@pytest.mark.parametrize(
    ("layout", "days"), [("q", ["Juche113.2.11.", "2024.11.5."]), ("detail", ["2026.7.19.", "2026.7.18."])]
)
def test_kcna_listing_gives_entries_with_unglued_names_and_their_day(layout: str, days: list[str]) -> None:
    entries = read(CASES / "kcna" / f"list-{layout}.html", "listing", section="Top News")
    assert all(isinstance(entry, Entry) for entry in entries)
    assert entries[0].headline.endswith("Comrade Kim Jong Un Sends Greetings to Lighthouse Keepers")
    assert entries[1].headline == "Lighthouse Gets Library"
    assert [entry.published_raw for entry in entries] == days
    assert {(entry.section, entry.origin, entry.language) for entry in entries} == {("Top News", "listing", "en")}


def test_an_empty_kcna_listing_is_no_error() -> None:
    assert read(CASES / "kcna" / "list-empty.html", "listing") == []


@pytest.mark.parametrize("path", ["article/q/ab12.kcmsf", "article/detail/ab12", "article/view/ab12"])
def test_a_kcna_listing_in_an_unknown_layout_is_a_parse_error(path: str) -> None:
    url = "http://www.kcna.kp/en/article/list/1a2b"
    html = f"<a href='/en/article/list/1a2b'>Top News</a><section><a href='/en/{path}'>Lighthouse</a></section>"
    listing = Page(url=url, status=200, body=html.encode(), fetched_at=NOW)
    with pytest.raises(ParseError, match="new layout"):
        list(connectors.load(source("kcna")).read(listing, Request(url, "listing", "kcna", "http://www.kcna.kp/en")))


@pytest.mark.parametrize("kind", ["feed", "listing"])
def test_a_block_page_is_no_kcna_menu_or_listing(kind: str) -> None:
    with pytest.raises(ParseError, match="no menu"):
        read(CASES / "kcna" / "blocked.html", kind)


@pytest.mark.parametrize("headline", ["Respected Comrade Kim Jong Un Sends Greetings to Lighthouse Keepers", None])
def test_a_block_page_never_becomes_a_kcna_article(headline: str | None) -> None:
    url = "http://www.kcna.kp/en/article/detail/" + "ab12" * 8
    entry = Entry(url=url, feed="http://www.kcna.kp/en", seen_at=NOW, headline=headline) if headline else None
    with pytest.raises(ExtractError):
        connectors.load(source("kcna")).extract(page(CASES / "kcna" / "blocked.html", url), entry)
