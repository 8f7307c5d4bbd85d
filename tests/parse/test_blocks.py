"""A page cut into blocks: nothing glued, nothing cut, nothing dropped, whatever the markup."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse import blocks, dom

LONG = " ".join(["harbour"] * 15)


def texts(html: str) -> list[str]:
    return [block.text for block in blocks.layout_of(dom.parse_html(html)).blocks]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>The fer<b>ry</b> runs</p>", ["The ferry runs"]),
        ("<p>One<br>Two<br/>Three</p>", ["One", "Two", "Three"]),
        ("<div>One<p>Two</p>Three</div>", ["One", "Two", "Three"]),
        ("<p>Kim<nobr> Jong</nobr> Il</p>", ["Kim Jong Il"]),
        ("<td>One</td><td>Two</td>", ["One", "Two"]),
        ("<p>Before<script>var x = 'no text'</script> after</p>", ["Before after"]),
        ("<p>  spaced \n\t out  </p>", ["spaced out"]),
        ("<button>Menu</button><p>Text</p>", ["Text"]),
        ("<button>Menu<main><p>The article below</p></main>", ["Menu", "The article below"]),
        ("<svg><title>Logo</title></svg>tail", ["tail"]),
        ("<!-- <p>comment</p> --><p>Text<!-- x -->ure</p>", ["Texture"]),
        ("<p>\u200b</p><p>&shy; \xa0\ufeff&zwj;</p><p>co\u00adop</p>", ["co\u00adop"]),
        ("<pre>A ferry\nsank.\n\nNobody <b>was</b>\n \r\nhurt.</pre>", ["A ferry sank.", "Nobody was", "hurt."]),
        (f"<pre>{LONG}\n{LONG}\nshort\nlines</pre>after", [LONG, LONG, "short lines", "after"]),
        ("", []),
    ],
)
def test_lines_are_those_that_a_browser_prints(html: str, lines: list[str]) -> None:
    assert texts(html) == lines


def test_shares_of_link_and_bold() -> None:
    linked, plain, bold = blocks.layout_of(
        dom.parse_html("<p><a href='/'>all of it</a></p><p>half <a>half</a></p><p><strong>bold</strong></p>")
    ).blocks
    assert (linked.linked, bold.bold) == (1.0, 1.0)
    assert plain.linked == pytest.approx(4 / 9)


def test_a_character_of_cjk_is_wide() -> None:
    assert blocks.width_of("abcd") == 4
    assert blocks.width_of("조선중앙") == 10


def test_containers_know_their_names() -> None:
    (block,) = blocks.layout_of(
        dom.parse_html("<div class='articleBody story-text' id=main role=main>Text</div>")
    ).blocks
    assert block.inside.words >= {"article", "body", "story", "text", "main", "role=main"}
    assert not block.inside.is_hidden
    (hidden,) = blocks.layout_of(dom.parse_html("<div style='DISPLAY : none'>Text</div>")).blocks
    assert hidden.inside.is_hidden


@given(st.lists(st.text(alphabet="abc <>/pbr&;'\"=divspan", max_size=60), max_size=12))
def test_any_markup_gives_the_words_of_the_tree_once_and_in_order(pieces: list[str]) -> None:
    root = dom.parse_html("".join(f"<p>{piece}</p>" for piece in pieces))
    body = root.find("body")
    shown = dom.lines_of(body) if body is not None else []
    assert "".join(" ".join(texts("".join(f"<p>{piece}</p>" for piece in pieces))).split()) == "".join(
        " ".join(shown).split()
    )


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5_000 + "text",
        "<p>a" * 40_000,
        "<button>" * 3_000 + "<p>text",
        "<button>" * 1_500 + "<i></i>" * 200_000 + "<p>text",
        "<table>" * 1_500 + "<td>text",
        "<a><b>" * 5_000,
        "x" * 2_000_000,
    ],
)
def test_bad_pages_are_cut_in_time(html: str) -> None:
    root = dom.parse_html(html)
    began = time.process_time()
    assert len(blocks.layout_of(root).blocks) <= blocks.MAX_BLOCKS
    assert time.process_time() - began < 5
