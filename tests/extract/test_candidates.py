"""All that a page says of its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.extract.candidates import candidates, chosen, reason
from pipeline.extract.witnesses import Said
from pipeline.model import Profile
from pipeline.parse import dom

TEXT = "The ferry between the two banks of the river was back at work on Tuesday, a week after the flood."
HTML = f"""<html lang="en"><head><title>Ferry resumes | Wire</title><meta property="og:title" content="Ferry is back">
<meta name="author" content="Ann"><script type="application/ld+json">
{{"@type": "NewsArticle", "headline": "Ferry resumes", "datePublished": "2026-01-02T10:00:00Z",
"author": {{"@type": "Person", "name": "Bo Quay"}}, "keywords": "ferry"}}
</script><meta property="article:published_time" content="2026-01-02T10:00:00+00:00"></head>
<body><h1>Ferry resumes work</h1><header><time datetime="2026-01-02">Friday</time><h2>Ferries</h2>
<span class="byline">By <a rel="author" href="/ann">Ann Harbour</a></span></header><p>{TEXT}</p>
<p>{TEXT} Again.</p><i itemprop="dateModified" content="2026-01-03"></i><footer>© 5 May 1999</footer>
</body></html>"""


def said(html: str = HTML) -> dict[str, list[tuple[str, object]]]:
    return {field: [(one.where, one.value) for one in values] for field, values in heard(html).items()}


def heard(html: str = HTML) -> Mapping[str, Sequence[Said]]:
    now = Profile("now", headline="h1", body="p", lead="header h2", date="time::attr(datetime)")
    profiles = (now, Profile("old", headline="h4"))
    return candidates(dom.parse_html(html), "https://harbour.example/2026/01/02/1", profiles)


def test_each_part_of_a_page_is_heard_by_itself() -> None:
    found = said()
    assert found["lead"] == [("profile now", "Ferries")]
    assert found["keywords"] == [("json-ld", ("ferry",))]
    assert found["language"] == [("html", "en")]
    assert {"profile now", "blocks"} <= {origin for origin, _ in found["body"]}


def test_each_title_is_told_with_its_place() -> None:
    assert said()["headline"] == [
        ("profile now", "Ferry resumes work"),
        ("json-ld headline", "Ferry resumes"),
        ("first part of the title", "Ferry resumes"),
        ("meta og:title", "Ferry is back"),
        ("title", "Ferry resumes | Wire"),
        ("last part of the title", "Wire"),
        ("html h1", "Ferry resumes work"),
    ]


def test_titles_that_say_the_same_weigh_the_same() -> None:
    weights = {one.where: one.weight for one in heard()["headline"]}
    assert weights["json-ld headline"] == weights["first part of the title"] != weights["title"]
    assert weights["profile now"] is None


def test_each_time_is_told_with_its_place_and_weight() -> None:
    assert said()["published_at"] == [
        ("profile now", "2026-01-02"),
        ("json-ld datePublished", "2026-01-02T10:00:00Z"),
        ("meta article:published_time", "2026-01-02T10:00:00+00:00"),
        ("microdata of a change", "2026-01-03"),
        ("url", "2026-01-02"),
        ("month in the url", "2026-01"),
        ("time in header, below the heading", "2026-01-02"),
        ("text in footer, below the heading, labelled as something else", "© 5 May 1999"),
    ]
    weights = [one.weight for one in heard()["published_at"]]
    assert weights[0] is None
    assert (weights[1] or 0) > (weights[-1] or 0)


def test_each_person_is_told_with_the_place() -> None:
    assert said()["authors"] == [
        ("json-ld author, Person", "Bo Quay"),
        ("meta author", "Ann"),
        ("span.byline in header", "By Ann Harbour"),
        ("a[author] in header", "Ann Harbour"),
    ]
    assert ("line of text", "By Ann Harbour") in said(f"<p>By Ann Harbour</p><p>{TEXT}</p>")["authors"]


def test_the_page_is_left_as_it_is() -> None:
    root = dom.parse_html(HTML)
    before = dom.text_of(root), len(list(root.iter()))
    candidates(root, "https://wire.example/1")
    assert (dom.text_of(root), len(list(root.iter()))) == before


TITLES = [Said("json-ld headline", "A b", 2.0), Said("html h1", "a B!", 2.0), Said("last part of the title", "C", 1.0)]
PEOPLE = [Said("json-ld author", "Wire"), Said("meta author", "Ann"), Said("p.byline", "By Bo Quay")]


@pytest.mark.parametrize(
    ("field", "origin", "value", "others", "why"),
    [
        ("lead", "profile", "A", [Said("html", "B")], "the profile comes first"),
        ("lead", "html", "A", [Said("html", "A")], "nothing else says any"),
        ("lead", "meta", "A b", [Said("meta", "A b"), Said("html", "a B!"), Said("title", "C")], "said by 2 of 3"),
        ("lead", "meta", "A", [Said("meta", "A x"), Said("html", "B")], "the first that can be used of 2"),
        ("headline", "json-ld", "A b", TITLES, "most speaks for it, which 2 of 3 say alike"),
        ("headline", "html", "C", TITLES, "what weighs more is a part of it, and the page does not show that the rest"),
        ("headline", "html", "B", TITLES, "most speaks for it, and a marker or the name of the site is cut off"),
        ("authors", "json-ld", ["Wire"], PEOPLE, "json-ld comes first"),
        ("authors", "json-ld", ["Bo"], [Said("json-ld author, Person", "Bo")], "json-ld names a person"),
        ("authors", "meta", ["Ann"], PEOPLE, "json-ld names no person"),
        ("authors", "html", ["Bo Quay"], PEOPLE, "what is declared is no person, and the page is signed"),
        ("authors", "html", ["Bo Quay"], PEOPLE[2:], "nobody is declared"),
        ("authors", "byline", ["Bo Quay"], PEOPLE, "the printed byline names people"),
    ],
)
def test_the_reason_is_told_in_words(field: str, origin: str, value: object, others: list[Said], why: str) -> None:
    assert reason(field, origin, value, others).startswith(why)


def test_the_place_of_what_was_chosen_is_known() -> None:
    assert chosen("headline", "a b", "html", TITLES) == {1}
    assert chosen("headline", "a b", "opengraph", TITLES) == {0}
    assert chosen("headline", "D", "html", TITLES) == set()
    assert chosen("authors", ["Bo Quay", "Ann"], "html", PEOPLE) == {1, 2}


@pytest.mark.parametrize("html", ["", "<h1>", "<script type='application/ld+json'>[[", "<meta>" * 2_000])
def test_whatever_the_page_something_is_said(html: str) -> None:
    assert isinstance(said(html), dict)
