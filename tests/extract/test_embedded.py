"""The article in the scripts of a page that shows none."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.errors import ExtractError
from pipeline.extract.choose import extract_page
from pipeline.extract.embedded import PROVEN, Candidate, proof_of
from pipeline.extract.lines import hints_of
from pipeline.extract.states import states_of
from pipeline.model import Extract, Page, Source
from pipeline.parse import dom

TITLE = "Ferry resumes a week after the flood"
TEXT = (
    "The ferry between the two banks of the river was back at work on Tuesday, a week after the flood had stopped it.",
    "Passengers queued from six in the morning, and the first crossing carried forty of them, the harbour master said.",
    "A second boat",
    "A second boat will be added in summer, she said, when the number of visitors usually doubles.",
)
OTHER = tuple(
    f"The orchard behind mill number {n} gave nine tonnes of pears, the owners of the mill said." for n in range(9)
)
MENU = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("World", "Business", "Sport", "Culture"))
NOW = datetime(2026, 1, 2, tzinfo=UTC)
HTML = "".join(f"<p class='text'>{line}</p>" for line in TEXT)
WORDS: list[Any] = ["The ferry between ", ("strong", "the two banks"), TEXT[0][31:]]
MARKED: list[list[Any]] = [WORDS, *([line] for line in TEXT[1:])]


def page(*scripts: str, shown: str = "", head: str = "") -> str:
    return (
        f"<html><head><title>{TITLE} | Riverside Wire</title><meta property='og:title' content='{TITLE}'>{head}</head>"
        f"<body><nav><ul>{MENU}</ul></nav><div id='root'><h1>{TITLE}</h1>{shown}</div>{''.join(scripts)}"
        "<footer><p>© 2026 Riverside Wire. All rights reserved.</p></footer></body></html>"
    )


def read(html: str) -> Extract:
    return extract_page(html, Page("https://wire.example/1", 200, b"", NOW), None, Source("wire", "Wire"))


def data(value: Any, kind: str = "application/json") -> str:
    return f"<script id='__NEXT_DATA__' type='{kind}'>{json.dumps(value)}</script>"


def script(text: str) -> str:
    return f"<script>{text}</script>"


def flight(*rows: tuple[str, str]) -> str:
    """A flight stream, in pieces that end anywhere."""
    stream = "".join(f"{name}:{row}" for name, row in rows)
    pieces = [stream[at : at + 97] for at in range(0, len(stream), 97)]
    return "".join(script(f"self.__next_f.push({json.dumps([1, piece], ensure_ascii=False)})") for piece in pieces)


def flight_text(text: str) -> str:
    return f"T{len(text.encode()):x},{text}"


def around(body: Any) -> dict[str, Any]:
    """What a state holds besides: other articles, messages, settings."""
    related = [{"title": "Pears galore", "url": "/2", "content": "".join(f"<p>{line}</p>" for line in OTHER)}]
    return {
        "props": {"pageProps": {"article": {"title": TITLE, "url": "/1", "content": body}, "mostRead": related}},
        "messages": {"consent": "We use cookies to make your visit better. Please choose which ones we may set. " * 9},
    }


PORTABLE = [
    {"_type": "block", "style": "normal", "children": [
        {"_type": "span", "text": part if isinstance(part, str) else part[1], "marks": []} for part in line]}
    for line in MARKED
]  # fmt: skip
CONTENTFUL = {"nodeType": "document", "content": [
    {"nodeType": "paragraph", "content": [
        {"nodeType": "text", "value": part if isinstance(part, str) else part[1]} for part in line]}
    for line in MARKED
]}  # fmt: skip
ARC = [
    *({"_id": str(n), "type": "text", "content": line} for n, line in enumerate(TEXT[:2])),
    {"_id": "i", "type": "image", "url": "/1.jpg", "caption": "The ferry at its pier on Tuesday, seen from the hill."},
    {"_id": "h", "type": "header", "level": 2, "content": TEXT[2]},
    {"_id": "e", "type": "text", "content": TEXT[3]},
    {"_id": "r", "type": "interstitial_link", "content": "Read more: pears galore in the orchards by the river"},
]
REACT = ["$", "div", None, {"className": "text", "children": [
    ["$", "p", str(n), {"children": [
        part if isinstance(part, str) else ["$", part[0], None, {"children": part[1]}] for part in line]}]
    for n, line in enumerate(MARKED)
]}]  # fmt: skip
MARKUP_LIST = [
    "div",
    {"class": "text"},
    *(["p", *(part if isinstance(part, str) else list(part) for part in line)] for line in MARKED),
]
GUTENBERG = [{"name": "core/paragraph", "attributes": {"content": line, "dropCap": False}} for line in TEXT]
TAGS = [{"type": "tag", "name": "p", "attribs": {}, "children": [{"type": "text", "data": line}]} for line in TEXT]
FLAT = [
    ["ShallowReactive", 1], {"data": 2}, {"article": 3}, {"title": 4, "body": 5, "wordCount": 6}, TITLE, HTML, 70,
]  # fmt: skip
APOLLO = {
    "ROOT_QUERY": {"article({})": {"__ref": "Article:1"}},
    "Article:1": {"__typename": "Article", "headline": TITLE, "body": [{"__ref": f"Block:{n}"} for n in range(4)]},
    **{f"Block:{n}": {"__typename": "Paragraph", "text": line} for n, line in enumerate(TEXT)},
}

KINDS = {
    "html": data(around(HTML)),
    "plain text": data(around("\n\n".join(TEXT))),
    "list of strings": data(around(list(TEXT))),
    "portable text": data(around(PORTABLE)),
    "contentful": data(around(CONTENTFUL)),
    "gutenberg": data(around(GUTENBERG)),
    "parsed html": data(around(TAGS)),
    "markup as lists": data(around(MARKUP_LIST)),
    "state within a state": data({"state": json.dumps(around(HTML))}),
    "nuxt": data(FLAT),
    "apollo": script(f"window.__APOLLO_STATE__ = {json.dumps(APOLLO)};"),
    "assigned": script(f"var a=1;window.__INITIAL_STATE__ = {json.dumps(around(HTML))};(function(){{}})()"),
    "undefined": script('window.__STATE__={"user":undefined,"state":' + json.dumps(around(HTML)) + "};"),
    "arc": script(f"Fusion=Fusion||{{}};Fusion.globalContent={json.dumps({'content_elements': ARC})};Fusion.a=1"),
    "parsed": script(f"window.__DATA__ = JSON.parse({json.dumps(json.dumps(around(HTML)))});"),
    "no json": script(f"__NUXT__=(function(a){{return {{title:{json.dumps(TITLE)},body:{json.dumps(HTML)}}}}})(1)"),
    "flight": flight(("0", '["$","$L1",null,{"a":1}]\n'), ("1", "I[7,[],\"\"]\n"), ("5", json.dumps(REACT) + "\n")),
    "flight by reference": flight(
        ("1", "I[7,[],\"\"]\n"),
        ("3", json.dumps(["$", "$L1", None, {"detail": {"title": TITLE, "contentHtml": "$2a"}}]) + "\n"),
        ("2a", flight_text(HTML)),
        ("2b", flight_text("".join(f"<p>{line}</p>" for line in OTHER))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_in_scripts_is_found(kind: str) -> None:
    found = read(page(KINDS[kind]))
    assert found.paragraphs == TEXT
    assert (found.method, found.fields["body"], found.completeness) == ("embedded", "embedded", "full")
    assert found.expected < 0.85


def test_lengths_in_a_flight_stream_are_of_bytes() -> None:
    korean = "<p>" + "여객선이 홍수 일주일 만에 운항을 재개했다고 항만 관계자가 밝혔다. " * 9 + "</p>"
    states = states_of(dom.parse_html(page(flight(("2a", flight_text(korean)), ("2b", json.dumps({"n": 1}) + "\n")))))
    assert states.rows == {"2a": korean, "2b": {"n": 1}}


def test_the_standfirst_beside_it_is_the_lead_and_places_of_pictures_go() -> None:
    thing = {"title": TITLE, "subTitle": "Forty passengers<br>in the first boat", "contentHtml": f"$$IMG_1$$ {HTML}"}
    found = read(page(data({"detail": thing})))
    assert (found.lead, found.fields["lead"]) == ("Forty passengers in the first boat", "embedded")
    assert found.paragraphs == TEXT


def test_what_the_page_shows_is_read_where_it_is_shown() -> None:
    found = read(page(KINDS["html"], shown=f"<div class='article-body'>{HTML}</div>"))
    assert (found.paragraphs, found.method) == (TEXT, "blocks")


def test_a_beginning_on_the_page_gives_way_to_the_whole() -> None:
    found = read(page(KINDS["html"], shown=f"<div class='teaser'><p>{TEXT[0]}</p></div>"))
    assert (found.paragraphs, found.method) == (TEXT, "embedded")


@pytest.mark.parametrize(
    "value",
    [
        {"article": {"title": "Pears galore", "content": "".join(f"<p>{line}</p>" for line in OTHER)}},
        {"comments": [{"title": TITLE, "text": HTML}]},
        {"article": {"title": TITLE, "content": TEXT[2]}},
        {"article": {"title": TITLE, "styles": ".ferry > p { margin: 0 } " * 90}},
    ],
    ids=["another", "comments", "no text", "no prose"],
)
def test_without_proof_nothing_is_taken(value: Any) -> None:
    assert read(page(data(value))).method != "embedded"


def test_a_description_in_the_state_is_no_text() -> None:
    said = " ".join(TEXT)
    html = page(
        data({"article": {"title": TITLE, "excerpt": said}}), head=f"<meta name='description' content='{said}'>"
    )
    assert read(html).method != "embedded"


def test_the_declared_text_of_a_page_without_one_is_taken() -> None:
    stated = {"@type": "NewsArticle", "headline": TITLE, "articleBody": HTML}
    found = read(page(data(stated, "application/ld+json")))
    assert (found.paragraphs, found.method) == (TEXT, "json-ld")


HOSTILE = {
    "depth": data(0).replace("0</", "[" * 300_000 + "</"),
    "deep lists": data({"title": TITLE, "body": json.loads("[" * 400 + '"x"' + "]" * 400)}),
    "openings": script("a={" * 200_000),
    "strings": script('a={"' + 'b":"' * 200_000),
    "objects": script('a={"b":1};' * 200_000),
    "quotes": script('"' * 800_000),
    "backslashes": script('x="' + "\\" * 900_001),
    "rows": flight(("0", "0:\n" * 9_000)),
    "row of no length": flight(("0", "Tffffff,x")),
    "itself": data([["Reactive", 1], {"title": 2, "body": 1, "more": 3}, TITLE, [1, 3, 3, 3]]),
    "references": flight(("1", json.dumps(["$1"] * 40) + "\n"), ("2", json.dumps(["$2", "$1"] * 40) + "\n")),
    "texts": data([{"title": TITLE, "body": [[[TEXT[0]]]] * 50} for _ in range(200)]),
    "places": data({"title": TITLE, "body": "$$a" * 200_000 + "[ad " * 100_000}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_scripts_cost_little(case: str) -> None:
    read(page(KINDS["html"]))  # the first call pays for imports
    begun = time.process_time()
    read(page(HOSTILE[case]))
    assert time.process_time() - begun < 3


def test_an_empty_page_with_a_state_is_an_article_only_if_it_has_one() -> None:
    with pytest.raises(ExtractError):
        extract_page(
            "<script>a={}</script>", Page("https://wire.example/1", 200, b"", NOW), None, Source("wire", "Wire")
        )
    assert replace(read(page(KINDS["html"])), paragraphs=()).headline == TITLE


SAID = "“The ferry is back at work”, the harbour master said of the crossing, and forty passengers queued."


@pytest.mark.parametrize(
    ("text", "title", "description", "is_proven"),
    [
        (SAID, "Ferry passengers queue for crossing", "", True),
        ("At the airport the upstarts reported late.", "Port star repo", "", False),
        (SAID, "", '"The ferry is back at work," the harbour master said of the crossing', True),
        (f"Lathe ferry{SAID[10:]}", "", "The ferry is back at work, the harbour master said …", False),
        (SAID, "", "The ferry is back at work, the harb…", True),
        (SAID, "Ferry passengers queue for crossing", f"Riverside: {SAID} More will come.", False),
        (SAID, "Ferry passengers queue for crossing", f"Riverside: {SAID[:-7]} …", False),
        ("渡船周二在河两岸之间恢复通航，港务长说。", "河两岸之间渡船恢复通航", "", True),
        ("渡船周二在河两岸之间恢复通航，港务长说。", "磨坊后的果园丰收", "", False),
    ],
)
def test_proof_is_made_of_words(text: str, title: str, description: str, is_proven: bool) -> None:
    hints = hints_of([title] if title else [], description, ())
    assert (proof_of(Candidate((text,), 300, ()), hints) >= PROVEN) is is_proven
