"""Trees that nothing crashes, and text whose words are neither glued nor cut."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.parse import dom


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (
            "<p>Comrade <nobr><span class='fSpecCs'>Kim Jong Un</span></nobr> visited</p>",
            ["Comrade Kim Jong Un visited"],
        ),
        ("<p>Light<b>house</b>s\n\t open</p>", ["Lighthouses open"]),
        ("<p>one<br>two</p><p>three</p>", ["one", "two", "three"]),
        ("<div>before<p>inside</p>after <i>all</i></div>", ["before", "inside", "after all"]),
        ("<p>a<script>x</script>b <style>y</style>c<noscript>z</noscript></p>", ["ab c"]),
        ("<p> <!-- c -->\xa0 </p><p></p>", []),
        ("<p>\u200b</p><p>&shy; \xa0\ufeff&zwj;</p><p>co\u00adop\u200b</p>", ["co\u00adop\u200b"]),
    ],
)
def test_inline_elements_are_joined_and_blocks_set_apart(html: str, lines: list[str]) -> None:
    assert dom.lines_of(dom.parse_html(html)) == lines


@pytest.mark.parametrize(
    "html", ["", " ", "\x00", "<", "<!--", "<![CDATA[", "\ud800", '<?xml version="1.0" encoding="x"?>']
)
def test_a_page_of_nothing_is_an_empty_tree(html: str) -> None:
    assert dom.text_of(dom.parse_html(html)) in ("", "<")


def test_text_far_down_is_not_lost() -> None:
    assert dom.text_of(dom.parse_html("<div>" * 900 + "deep" + "</div>" * 900 + "<p>end</p>")) == "deep end"


def test_the_deepest_page_does_not_crash() -> None:
    begun = time.process_time()
    dom.text_of(dom.parse_html("<b>" * 100_000 + "x"))
    assert time.process_time() - begun < 2


def test_paragraphs_inside_one_another_are_taken_once() -> None:
    root = dom.parse_html("<blockquote><p>one</p><p>two</p></blockquote><p>three</p>")
    assert dom.paragraphs_of(dom.select(root, "blockquote, p")) == ("one", "two", "three")


def test_removed_elements_leave_the_text_behind_them() -> None:
    root = dom.parse_html("<p>a <i>x</i>b <i>y</i>c</p>")
    dom.without(root, ["i"])
    assert dom.text_of(root) == "a b c"


def test_selectors_find_elements_attributes_and_texts_in_order() -> None:
    root = dom.parse_html("<a href='/1'>one</a><b>two</b><a href='/2'></a>")
    assert dom.select(root, "a::attr(href)") == ["/1", "/2"]
    assert dom.select(root, "b::text") == ["two"]
    assert [dom.text_of(hit) for hit in dom.select(root, "a, b")] == ["one", "two", ""]


@pytest.mark.parametrize("css", ["a[", "> p", "a::before", "a:::", ""])
def test_a_selector_that_does_not_compile_is_a_config_error(css: str) -> None:
    with pytest.raises(ConfigError):
        dom.compiled(css)


@pytest.mark.parametrize(
    ("fragment", "paragraphs"),
    [
        (None, ()),
        ("  \n ", ()),
        ("One.\n    \nTwo.", ("One.", "Two.")),
        ("hard\nwrapped line", ("hard wrapped line",)),
        ("一句话。\n▲又一句", ("一句话。", "▲又一句")),
        ("<p>One</p><p>T<b>w</b>o</p>", ("One", "Two")),
        ("<표> KOSPI < 2,800 <AFP>", ("<표> KOSPI < 2,800 <AFP>",)),
        ("<표> a <b>bold</b> 1 < 2", ("<표> a bold 1 < 2",)),
        ("E&amp;amp;S", ("E&amp;amp;S",)),
        ("One.\n\n\u200b\n\nTwo.", ("One.", "Two.")),
    ],
)
def test_a_description_becomes_paragraphs(fragment: str | None, paragraphs: tuple[str, ...]) -> None:
    assert dom.fragment_paragraphs(fragment) == paragraphs


def test_markup_in_a_title_is_read() -> None:
    assert dom.fragment_line("A <i>B</i>c <표>") == "A Bc <표>"


@given(st.text(max_size=300))
def test_any_text_can_be_read_as_html(html: str) -> None:
    assert "\x00" not in dom.text_of(dom.parse_html(html))
    assert all(line.strip() for line in dom.fragment_paragraphs(html))


@pytest.mark.parametrize(
    "html", ["<" * 80_000, "<p " * 27_000, "<p a='" * 13_000, "&" * 80_000, "<!--" * 20_000, "\n \n" * 27_000]
)
def test_hostile_fragments_cost_little(html: str) -> None:
    begun = time.process_time()
    dom.fragment_paragraphs(html)
    dom.fragment_line(html)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("tag", sorted(dom.SWALLOWING))
def test_an_unclosed_element_that_shows_no_text_does_not_swallow_the_article(tag: str) -> None:
    assert dom.text_of(dom.parse_html(f"<div>Menu<{tag}>Open</{tag}></div>")) == "Menu"
    body = dom.parse_html(f"<div>Menu<{tag}><article><p>The ferry sails.</p></article></div>")
    assert "The ferry sails." in dom.text_of(body)


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<body><p>One</p></body><p>Two</p></html>", ["One", "Two"]),
        ("<html><body><p>One</p></body></html><div>Two</div>and<p>Three", ["One", "Two", "and", "Three"]),
        ("<p>One</p></html></div><div>Two</div>", ["One", "Two"]),
        ("<p>One</html><html><head><title>T</title></head><body>Two<p>Three</body></html>", ["One", "Two", "Three"]),
        ("<html><body><p>One</p></body>Two</html>", ["One", "Two"]),
        ("<html></html><html></html><p>One", ["One"]),
        ("<html><head><title>T</title></head></html><p>One", ["One"]),
    ],
)
def test_what_stands_behind_the_end_of_the_page_is_shown_in_its_body(html: str, lines: list[str]) -> None:
    root = dom.parse_html(html)
    body = root.find("body")
    assert body is not None
    assert dom.lines_of(body) == lines


@pytest.mark.parametrize(
    ("html", "line"),
    [("<div><p>One</p><b>x</b>&#1;two&#11;</div>", "One two"), ("<div><b>x</b>&#1;two</div>", "two")],
)
def test_what_a_tree_may_not_hold_is_no_stumbling_block(html: str, line: str) -> None:
    """A tree takes in controls by reference that it lets nobody write back."""
    root = dom.parse_html(html)
    dom.without(root, ["b"])
    assert dom.text_of(root) == line
    assert dom.text_of(dom.parse_html("<body><p>One</p></body>&#1;two")) == "One two"


def test_a_flood_of_attributes_costs_little_and_loses_nothing_else() -> None:
    flood = " ".join(f"a{number}=1" for number in range(40_000))
    begun = time.process_time()
    root = dom.parse_html(f"<body><p id='1'>One</p><p {flood}>two</p><p id='3' title='{'x' * 40_000}'>three</p>")
    assert time.process_time() - begun < 1
    assert dom.lines_of(root) == ["One", "two", "three"]
    assert [len(hit.attrib) for hit in root.iter("p")] == [1, 0, 2]


def test_a_long_script_or_text_is_no_flood() -> None:
    words = "word a=1 " * 5_000
    root = dom.parse_html(f"<body><script>var a = 1; {words}</script><p class='a'>One {words}</p><p>Two")
    assert [len(script.text or "") for script in root.iter("script")] == [len(words) + 11]
    assert [len(hit.attrib) for hit in root.iter("p")] == [1, 0]
    assert dom.lines_of(root)[1] == "Two"
    told = dom.parse_html(f"<body><p data-state='{words}' class='a'>One")
    assert [len(hit.attrib) for hit in told.iter("p")] == [2]
