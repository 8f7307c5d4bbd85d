"""Cleaning of text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.normalise.text import clean, cut_boilerplate


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  A \n\t B\u00a0C  ", "A B C"),
        ("E&amp;S", "E&S"),
        ("E&amp;amp;S", "E&S"),
        ("E&amp;amp;amp;S", "E&S"),
        ("&lt;b&gt; &#39;x&#x27; &nbsp;y", "<b> 'x' y"),
        ("?a=1&region=2&copy=3", "?a=1&region=2&copy=3"),
        ("AT&T, R&D; Q&A", "AT&T, R&D; Q&A"),
        ("co\u00adoperate zero\u200bwidth \ufeffbom", "cooperate zerowidth bom"),
        ("bell\x07 nul\x00 lone\ud800", "bell nul lone"),
        ("line\x0bline\x85line\u2028line", "line line line line"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("dirt\u200cy", "dirty"),
        ("&#0;&#55296;&#1114112;x", "\ufffd\ufffd\ufffdx"),
        (None, ""),
        ("", ""),
    ],
)
def test_text_comes_out_clean(raw: str | None, expected: str) -> None:
    assert clean(raw) == expected


def test_a_sources_own_boilerplate_is_cut_wherever_it_stands() -> None:
    paragraphs = ["Read more: other news", "It rained. Follow us!", "It rained again."]
    assert cut_boilerplate(paragraphs, [r"^Read more:.*", r"Follow us!$"]) == ["It rained.", "It rained again."]


def test_an_expression_that_does_not_compile_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="boilerplate"):
        cut_boilerplate(["It rained."], ["("])


@given(st.text(max_size=400))
def test_clean_text_is_clean(text: str) -> None:
    once = clean(text)
    assert "\n" not in once
    once.encode("utf-8")
    assert clean(once) == once or "&" in text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("E&" + "amp;" * 40 + "S", "E&S"),
        ("E&#38;#38;#x26;S", "E&S"),
        ("&am\0p;lt;p&gt\u200d;", "<p>"),
        ("one\ufffe two\uffff", "one two"),
    ],
)
def test_entities_are_decoded_however_deep_or_hidden(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize("unit", ["amp;", "&amp;", "&am&#112;;", "&#38;#97;mp;", "&#38;"])
def test_many_entities_cost_no_more_than_their_share(unit: str) -> None:
    begun = time.process_time()
    clean("&" + unit * 100_000)
    assert time.process_time() - begun < 2
