"""Addresses and bounds."""

from __future__ import annotations

import pytest

from pipeline.parse import bounds


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        ("/a b?c d", "https://wire.example/a%20b?c%20d"),
        ("//other.example/x#top", "https://other.example/x"),
        (" https://wire.example/world/\n1310956 ", "https://wire.example/world/1310956"),
        ("https://wire.example/등대", "https://wire.example/%EB%93%B1%EB%8C%80"),
        ("https://wire.example/a%20b?x=1&y=2", "https://wire.example/a%20b?x=1&y=2"),
        ("mailto:x@y", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[bad/", None),
        ("http://x:99999/", None),
        ("http:///x", None),
        ("", None),
        ("https://wire.example/" + "x" * 3_000, None),
        (None, None),
    ],
)
def test_addresses_are_absolute_http_or_nothing(address: str | None, absolute: str | None) -> None:
    assert bounds.web_address("https://wire.example/list/", address) == absolute


def test_white_space_is_collapsed_but_not_the_ideographic_space() -> None:
    assert bounds.one_line(" a \n\t b　c ", 99) == "a b　c"


def test_two_overlong_guids_stay_two() -> None:
    first, second = bounds.identifier("g" * 5_000 + "1"), bounds.identifier("g" * 5_000 + "2")
    assert first != second
    assert len(first or "") < 100


@pytest.mark.parametrize(
    ("served", "name"),
    [
        ("Port &amp; Pier\n News", "Port & Pier News"),
        ("<b>Port</b> &lt;script&gt;News", "Port News"),
        ("\x1b[31mPort\u202e News\x07", "Port News"),
        ("a < b", "a < b"),
        ("x" * 1_000_000, "x" * 100),
        ("<i></i>", None),
        (None, None),
    ],
)
def test_a_name_is_one_short_line(served: str | None, name: str | None) -> None:
    assert bounds.name(served) == name
