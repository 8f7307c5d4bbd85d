"""Text is joined as a browser prints it, whatever the markup: words whole, blocks apart, nothing lost."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalise.text import clean
from pipeline.parse import dom
from pipeline.parse.blocks import layout_of

INLINE = st.sampled_from(["b", "i", "em", "strong", "span", "nobr", "a", "font", "u", "sup", "mark", "q", "time"])
BLOCK = st.sampled_from(["p", "div", "li", "h2", "blockquote", "td", "section", "article", "dd", "figure"])
BREAK = st.sampled_from(["<br>", "<br/>", "<br><br>", "</p><p>", "<p>", "<hr>"])
WORD = st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=8)
PIECE = re.compile(r"\w+")


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, str]:
    """A line of words, and the same with inline markup at places anywhere in it, opened and closed in order."""
    line = " ".join(draw(WORDS))
    places = sorted(draw(st.lists(st.integers(0, len(line)), max_size=8)))
    parts: list[str] = []
    opened: list[str] = []
    at = 0
    for place in places:
        parts.append(line[at:place])
        at = place
        kind = draw(st.integers(0, 2))
        if opened and kind == 0:
            parts.append(f"</{opened.pop()}>")
        elif kind == 1:
            parts.append("<wbr>")
        else:
            opened.append(draw(INLINE))
            parts.append(f"<{opened[-1]}>")
    parts.append(line[at:])
    return line, "".join(parts) + "".join(f"</{name}>" for name in reversed(opened))


def blocks(source: str) -> list[str]:
    return [block.text for block in layout_of(dom.parse_html(source)).blocks]


@settings(deadline=None)
@given(marked())
def test_inline_markup_neither_glues_nor_cuts_words(pair: tuple[str, str]) -> None:
    line, source = pair
    assert dom.lines_of(dom.parse_html(f"<p>{source}</p>")) == [line]
    assert blocks(f"<p>{source}</p>") == [line]


@settings(deadline=None)
@given(st.lists(st.tuples(BLOCK, WORDS), min_size=1, max_size=6))
def test_blocks_are_always_apart(parts: list[tuple[str, list[str]]]) -> None:
    source = "".join(f"<{name}>{' '.join(words)}</{name}>" for name, words in parts)
    lines = [" ".join(words) for _, words in parts]
    assert dom.lines_of(dom.parse_html(f"<div>{source}</div>")) == lines
    assert blocks(f"<div>{source}</div>") == lines


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6), BREAK)
def test_a_break_ends_a_line(texts: list[list[str]], break_: str) -> None:
    lines = [" ".join(words) for words in texts]
    source = f"<div><p>{break_.join(lines)}</p></div>"
    assert dom.lines_of(dom.parse_html(source)) == lines
    assert blocks(source) == lines


@settings(deadline=None)
@given(st.lists(st.tuples(INLINE | BLOCK, st.sampled_from(["<{0}>", "</{0}>", "<{0} class='x'>"]), WORD), max_size=20))
def test_no_text_is_dropped_however_the_markup_is_nested(parts: list[tuple[str, str, str]]) -> None:
    source = "".join(tag.format(name) + f" {word} " for name, tag, word in parts)
    wanted = [word for _, _, word in parts]
    root = dom.parse_html(f"<html><body>{source}</body></html>")
    assert sorted(PIECE.findall(dom.text_of(root))) == sorted(wanted)
    assert sorted(piece for text in blocks(source) for piece in PIECE.findall(text)) == sorted(wanted)


PARTS = ["&", "&amp;", "amp;", "&lt;", "&#38;", "#38;", "&#x26;", "&#0;", "\0", "\u200d", "\u00ad", ";", "&nbsp;"]
TEXTS = st.lists(st.text(max_size=6) | st.sampled_from(PARTS), max_size=12).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=3), st.integers(1, 30))
def test_entities_are_decoded_until_none_is_left(texts: list[list[str]], many: int) -> None:
    plain = " & ".join(" ".join(words) for words in texts) + " < 3"
    text = plain
    for _ in range(many):
        text = html.escape(text)
    assert clean(text) == clean(plain)
