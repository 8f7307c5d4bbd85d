"""All that a page says of its fields."""

from __future__ import annotations

import pytest

from pipeline.extract.candidates import candidates, reason
from pipeline.model import Profile
from pipeline.parse import dom

TEXT = "The ferry between the two banks of the river was back at work on Tuesday, a week after the flood."
HTML = f"""<html lang="en"><head><title>Ferry resumes | Wire</title><meta property="og:title" content="Ferry is back">
<meta name="author" content="Ann"><script type="application/ld+json">
{{"@type": "NewsArticle", "headline": "Ferry resumes", "datePublished": "2026-01-02T10:00:00Z", "author": "Bo Quay"}}
</script></head><body><h1>Ferry resumes work</h1><time datetime="2026-01-02">Friday</time><p>{TEXT}</p>
<p>{TEXT} Again.</p>
</body></html>"""


def said(html: str = HTML) -> dict[str, list[tuple[str, object]]]:
    profiles = (Profile("now", headline="h1", body="p"), Profile("old", headline="h2"))
    found = candidates(dom.parse_html(html), "https://wire.example/1", profiles)
    return {field: list(values) for field, values in found.items()}


def test_each_part_of_a_page_is_heard_by_itself() -> None:
    found = said()
    assert found["headline"] == [
        ("profile now", "Ferry resumes work"),
        ("json-ld", "Ferry resumes"),
        ("meta og:title", "Ferry is back"),
        ("title", "Ferry resumes | Wire"),
        ("html h1", "Ferry resumes work"),
    ]
    assert found["authors"] == [("json-ld", ("Bo Quay",)), ("meta author", ("Ann",))]
    assert found["published_at"] == [("json-ld", "2026-01-02T10:00:00Z"), ("html", "2026-01-02")]
    assert {"profile now", "blocks"} <= {origin for origin, _ in found["body"]}


def test_the_page_is_left_as_it_is() -> None:
    root = dom.parse_html(HTML)
    before = dom.text_of(root), len(list(root.iter()))
    candidates(root, "https://wire.example/1")
    assert (dom.text_of(root), len(list(root.iter()))) == before


@pytest.mark.parametrize(
    ("origin", "value", "others", "why"),
    [
        ("profile", "A", [("html", "B")], "the profile comes first"),
        ("html", "A", [("html", "A")], "nothing else says any"),
        ("json-ld", "A b", [("json-ld", "A b"), ("html", "a B!"), ("title", "C")], "said by 2 of 3"),
        ("json-ld", "A", [("json-ld", "A | Wire"), ("html", "B")], "the first that can be used of 2"),
    ],
)
def test_the_reason_counts_who_agrees(origin: str, value: str, others: list[tuple[str, str]], why: str) -> None:
    assert reason(origin, value, others) == why


@pytest.mark.parametrize("html", ["", "<h1>", "<script type='application/ld+json'>[[", "<meta>" * 2_000])
def test_whatever_the_page_something_is_said(html: str) -> None:
    assert isinstance(said(html), dict)
