"""Lists of feeds as feed readers export them."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigError
from pipeline.parse.opml import MAX_OUTLINES, Outline, outlines

NESTED = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Subscriptions</title></head><body>
<outline text="Wires" title="Wires"><outline text="Asia">
  <outline type="rss" text="Port News" title="Port News" xmlUrl="https://port.example/rss" htmlUrl="https://port.example/"/>
  <outline type="rss" text="Again" xmlUrl="https://port.example/rss"/></outline></outline>
<outline text="Plain" xmlurl=" http://plain.example/feed?a=1&amp;b=2 "/><outline text="An empty folder"/>
</body></opml>"""


def test_feeds_at_any_depth_are_read_once_with_their_folders() -> None:
    feeds = [
        Outline("https://port.example/rss", "Port News", "https://port.example/", ("Wires", "Asia")),
        Outline("http://plain.example/feed?a=1&b=2", "Plain"),
    ]
    assert outlines(NESTED, "subscriptions.opml") == (feeds, [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not well-formed XML"),
        (b"<opml><body>", "not well-formed XML"),
        (b"<rss/>", "first element is <rss>"),
        (b"<opml><body/></opml>", "names no feed"),
        (b"<opml><body><outline xmlUrl='ftp://a'/>\n<outline xmlUrl='javascript:x'/></body></opml>", "mine.opml:2"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><opml><body><outline xmlUrl='&b;'/></body></opml>", "mine.opml"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_name(data: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        outlines(data, "mine.opml")
    assert "mine.opml" in str(caught.value)


def test_capitals_of_a_host_are_no_other_feed_and_those_of_a_path_are() -> None:
    feeds = "".join(
        f"<outline xmlUrl='{url}'/>" for url in ("https://A.example/x", "HTTPS://a.example/x", "https://a.example/X")
    )
    found, _ = outlines(f"<opml><body>{feeds}</body></opml>".encode(), "mine.opml")
    assert [one.url for one in found] == ["https://A.example/x", "https://a.example/X"]


def test_what_is_too_much_of_a_list_is_told() -> None:
    feeds = "".join(f"<outline xmlUrl='https://a.example/{number}'/>" for number in range(MAX_OUTLINES + 2))
    found, refused = outlines(f"<opml><body>{feeds}</body></opml>".encode(), "mine.opml")
    assert (len(found), len(refused)) == (MAX_OUTLINES, 1)
    assert "2 feeds behind the first" in refused[0]
