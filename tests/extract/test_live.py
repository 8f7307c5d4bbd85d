"""Live blogs: what stands above the entries is the text."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.extract.choose import extract_page
from pipeline.model import Extract, Page, Profile, Source

TITLE = "Flood on the river: ferry stopped"
STANDING = (
    "The ferry between the two banks of the river has been out of work since Monday, as the flood rose over the pier.",
    "Repairs to the landing stage will take five days and are paid for by the province, according to a spokeswoman.",
    "A second boat may be lent by the islands in the south, she said, where the season has not begun.",
)
ENTRIES = [
    (f"2026-01-02T{hour:02}:00:00+02:00", f"Hr {hour}", f"At {hour} o'clock the water was {hour} feet deep, he said.")
    for hour in range(23, 3, -1)
]  # fmt: skip


def page(entries: str, *heads: str, standing: bool = True) -> str:
    text = "".join(f"<p>{line}</p>" for line in STANDING) if standing else ""
    return (
        f"<html><head><title>{TITLE}</title>{''.join(heads)}</head><body><nav><a href='/'>Home</a></nav><main><article>"
        f"<h1>{TITLE}</h1><div class='article-body'>{text}</div><div class='entries'>{entries}</div></article></main>"
        "<footer><p>© 2026 Riverside Wire. All rights reserved.</p></footer></body></html>"
    )


def printed(attributes: str) -> str:
    return "".join(f"<div {attributes}><i>{at}</i><h3>{head}</h3><p>{text}</p></div>" for at, head, text in ENTRIES)


def declared(entries: list[tuple[str, str, str]] = ENTRIES, **more: Any) -> str:
    updates = [
        {"@type": "BlogPosting", "datePublished": at, "headline": head, "articleBody": text}
        for at, head, text in entries
    ]
    blog = {"@type": "LiveBlogPosting", "headline": TITLE, "liveBlogUpdate": updates, **more}
    return f"<script type='application/ld+json'>{json.dumps(blog)}</script>"


def read(html: str, url: str = "https://wire.example/1", source: Source | None = None) -> Extract:
    page = Page(url, 200, b"", datetime(2026, 1, 2, tzinfo=UTC))
    return extract_page(html, page, None, source or Source("w", "Wire"))


KINDS = {
    "json-ld": (page(printed("class='a'"), declared()), "https://wire.example/1"),
    "microdata": (page(printed("itemprop='liveBlogUpdate'")), "https://wire.example/flood-live-1"),
    "classes": (page(printed("class='live-blog-post is-new'")), "https://wire.example/flood/live/1"),
    "glued classes": (page(printed("class='storyLiveBlogPost'")), "https://wire.example/flood/live/1"),
    "news ticker": (page(printed("class='is-new newsticker__item'")), "https://wire.example/newsticker/flood-1"),
    "ticker": (page(printed("class='liveticker__item'")), "https://wire.example/liveticker-flut-1"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_what_stands_above_the_entries(kind: str) -> None:
    found = read(*KINDS[kind])
    assert found.paragraphs == STANDING
    assert (found.signals, found.method, found.completeness) == (("live",), "live", "full")
    assert found.fields["body"] == "live"


@pytest.mark.parametrize("order", [1, -1])
def test_without_any_the_newest_entries_are(order: int) -> None:
    found = read(page(printed("class='a'"), declared(ENTRIES[::order]), standing=False))
    assert found.paragraphs[:4] == (ENTRIES[0][1], ENTRIES[0][2], ENTRIES[1][1], ENTRIES[1][2])
    assert len(found.paragraphs) == 20
    assert found.signals == ("live",)


def test_a_page_whose_entries_are_not_printed_keeps_its_text() -> None:
    found = read(page("", declared(), standing=True))
    assert found.signals == ("live",)
    assert set(found.paragraphs) >= set(STANDING) or found.paragraphs[0] == ENTRIES[0][1]


OTHERS = """<script type="application/ld+json">
{"@type": "ItemList", "itemListElement": [{"@type": "LiveBlogPosting"}]}
</script>"""


@pytest.mark.parametrize(
    "html",
    [
        page(printed("class='a'"), "<script>var types = ['LiveBlogPosting']</script>"),
        page(printed("class='a'"), OTHERS),
        page(printed("class='live-blog-post'")),
        page("", "<script type='application/ld+json'>{'@type': 'LiveBlogPosting'</script>"),
    ],
    ids=["a word", "a list of others", "classes alone", "broken"],
)  # fmt: skip
def test_what_does_not_say_that_it_is_live_is_not(html: str) -> None:
    assert read(html).signals == ()


@pytest.mark.parametrize("name", ["delivery-item", "olive-post", "sticker__event", "alive-update"])
def test_a_class_that_only_ends_in_live_names_no_entry(name: str) -> None:
    found = read(page(printed(f"class='{name}'")), "https://wire.example/flood/live/1")
    assert found.method != "live"
    assert "live" not in found.signals


def test_a_ticker_beside_a_story_is_not_its_text() -> None:
    item = "<li class='newsticker-item'><a href='/{0}'>Pears galore in orchard number {0} by the mill</a></li>"
    ticker = "".join(item.format(number) for number in range(9))
    html = page("", standing=True).replace("<main>", f"<ul>{ticker}</ul><main>")
    found = read(html, "https://wire.example/newsticker/1")
    assert (found.paragraphs, found.signals) == (STANDING, ())


def test_a_text_by_a_profile_stays() -> None:
    source = Source("w", "Wire", profiles=(Profile("now", headline="h1", body="main p"),))
    found = read(KINDS["json-ld"][0], source=source)
    assert (found.method, found.signals) == ("profile", ("live",))
    assert len(found.paragraphs) == len(STANDING) + len(ENTRIES)


@pytest.mark.parametrize(
    "blog",
    [
        {"liveBlogUpdate": "x"},
        {"liveBlogUpdate": [None, 7, {"articleBody": 9, "headline": [1], "datePublished": {}}]},
        {"liveBlogUpdate": [{"articleBody": "<p>" * 90_000, "datePublished": "now"}] * 9},
        {"liveBlogUpdate": [{"articleBody": "x", "datePublished": at} for at in ("2026-01-01", "2026-01-01T00:00Z")]},
        {"@type": ["LiveBlogPosting", None, 5]},
        {"@graph": [[{}] * 9_000] * 50},
    ],
    ids=["text", "others", "markup", "zones", "types", "graph"],
)  # fmt: skip
def test_whatever_is_declared_costs_little_and_crashes_nothing(blog: dict[str, Any]) -> None:
    read(KINDS["json-ld"][0])
    begun = time.process_time()
    assert read(page(printed("class='a'"), declared(**blog))).headline == TITLE
    assert time.process_time() - begun < 2
