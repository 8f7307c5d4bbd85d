"""Feeds of all kinds, whole, broken and hostile."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ParseError
from pipeline.model import Entry, Feed, Page
from pipeline.parse import rss

URL = "https://wire.example/rss"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def read(body: bytes | str, content_type: str = "application/xml") -> list[Entry]:
    raw = body.encode() if isinstance(body, str) else body
    page = Page(url=URL, status=200, body=raw, fetched_at=NOW, headers=(("content-type", content_type),))
    return rss.entries(page, Feed(URL))


def item(inside: str = "", url: str = "https://wire.example/1", title: str = "Lighthouse opens") -> str:
    return f"<item><title>{title}</title><link>{url}</link>{inside}</item>"


def channel(*items: str) -> str:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {spaces}><channel>{"".join(items)}</channel></rss>'
    )


def test_an_entry_keeps_what_is_printed() -> None:
    (entry,) = read(
        channel(
            item(
                "<guid>n-17</guid><pubDate>2026.7.19.</pubDate>"
                "<description>A &lt;b&gt;bold&lt;/b&gt; step</description>"
                "<content:encoded><![CDATA[<p>One</p><p>Two</p>]]></content:encoded>"
                "<dc:creator>Hong Gil-sun</dc:creator>"
                "<category>World</category><source url='https://interfax.example'>Interfax</source>"
                "<media:content url='/a.jpg' type='image/jpeg'/><enclosure url='/b.jpg' type='image/jpeg' length='1'/>"
            )
        )
    )
    assert entry == Entry(
        url="https://wire.example/1",
        feed=URL,
        seen_at=NOW,
        guid="n-17",
        headline="Lighthouse opens",
        text="A <b>bold</b> step",
        content="<p>One</p><p>Two</p>",
        published_raw="2026.7.19.",
        section="World",
        authors=("Hong Gil-sun",),
        images=("https://wire.example/a.jpg", "https://wire.example/b.jpg"),
        credit="Interfax",
    )


def test_a_description_behind_the_full_text_stays_the_description() -> None:
    (entry,) = read(channel(item("<content:encoded>Long full text</content:encoded><description>Short</description>")))
    assert (entry.text, entry.content) == ("Short", "Long full text")


def test_full_text_alone_is_not_repeated_as_description() -> None:
    (entry,) = read(channel(item("<content:encoded>Long full text</content:encoded>")))
    assert (entry.text, entry.content) == (None, "Long full text")


def test_several_categories_are_keywords() -> None:
    (entry,) = read(channel(item("<category>Ships</category><category>Light</category>")))
    assert (entry.section, entry.keywords) == (None, ("Ships", "Light"))


def test_atom_is_read() -> None:
    (entry,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">A &amp;amp; B</title><id>urn:x:1</id>'
        '<link rel="enclosure" type="image/png" href="/i.png"/><link href="/1"/><updated>2026-01-01T00:00:00Z</updated>'
        "<published>2025-12-31T00:00:00Z</published><summary>S</summary></entry></feed>"
    )
    assert (entry.url, entry.guid, entry.headline) == ("https://wire.example/1", "urn:x:1", "A &amp; B")
    assert (entry.published_raw, entry.updated_raw) == ("2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z")
    assert entry.images == ("https://wire.example/i.png",)


def test_rdf_is_read() -> None:
    (entry,) = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>W</title></channel>'
        '<item rdf:about="https://wire.example/1"><title>T</title><link>https://wire.example/1</link>'
        "<dc:date>2026-01-01T00:00:00+09:00</dc:date></item></rdf:RDF>"
    )
    assert (entry.url, entry.headline) == ("https://wire.example/1", "T")
    assert entry.updated_raw == "2026-01-01T00:00:00+09:00" or entry.published_raw == "2026-01-01T00:00:00+09:00"


@pytest.mark.parametrize(
    "empty", [channel(), "<rss version='2.0'><channel/></rss>", '<feed xmlns="http://www.w3.org/2005/Atom"/>']
)
def test_an_empty_feed_has_no_entries(empty: str) -> None:
    assert read(empty) == []


@pytest.mark.parametrize(
    "served",
    [
        "",
        "   ",
        "{}",
        "<!doctype html><html><body><p>Log in to read our rss</p></body></html>",
        "<html><head><link rel='alternate' type='application/rss+xml'></head><body><feed></feed></body></html>",
        "<urlset><url><loc>https://wire.example/1</loc></url></urlset>",
        "<rss/>",
    ],
)
def test_what_is_no_feed_is_a_parse_error(served: str) -> None:
    with pytest.raises(ParseError):
        read(served)


def test_a_feed_with_entities_of_its_own_is_refused() -> None:
    with pytest.raises(ParseError, match="entities"):
        read('<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + channel(item(title="&b;")).partition("\n")[2])


def test_a_cut_feed_gives_its_whole_entries_only() -> None:
    whole = channel(item(url="https://wire.example/1"), item(url="https://wire.example/12345"))
    cut = whole[: whole.index("12345") + 2]
    assert [entry.url for entry in read(cut)] == ["https://wire.example/1"]


@pytest.mark.parametrize("at", ["<title>", "<item>"])
def test_a_feed_cut_before_its_first_whole_entry_is_a_parse_error(at: str) -> None:
    whole = channel(item())
    with pytest.raises(ParseError, match="cut off"):
        read(whole[: whole.index(at) + 3])


def test_one_bad_entry_does_not_lose_the_others() -> None:
    bad = (
        "<item></item>",
        item(url="mailto:x@y"),
        item(url="javascript:x()"),
        "<item><link>http://[bad/</link></item>",
    )
    entries = read(
        channel(item(url="/first"), *bad, "<item><title>A < B & C</title><link>/odd</link></item>", item(url="/last"))
    )
    assert [entry.url.rpartition("/")[2] for entry in entries if "#" not in entry.url] == ["first", "odd", "last"]
    # The two whose links lead nowhere have a headline still, the same.
    assert len(entries) == 5


def test_ampersands_and_html_entities_survive_without_their_declaration() -> None:
    (entry,) = read(channel(item(url="https://wire.example/?a=1&b=2", title="R&D &eacute;t&eacute; <![CDATA[x & y]]>")))
    assert (entry.url, entry.headline) == ("https://wire.example/?a=1&b=2", "R&D été x & y")


def test_junk_before_the_feed_is_passed_over() -> None:
    assert len(read("\n\n<br />\n<b>Warning</b>: something\n" + channel(item()))) == 1


def test_a_feed_in_cp949_under_another_label_is_read() -> None:
    body = channel(item(title="등대 뷁 도서관")).replace('encoding="utf-8"', 'encoding="euc-kr"').encode("cp949")
    assert read(body, "text/xml; charset=utf-8")[0].headline == "등대 뷁 도서관"


def test_a_guid_stands_in_for_a_missing_link() -> None:
    (entry,) = read(channel("<item><guid>https://wire.example/7</guid><title>T</title></item>"))
    assert entry.url == "https://wire.example/7"


@pytest.mark.parametrize(
    ("guid", "fragment"),
    [
        ("<guid>AKR123</guid>", "AKR123"),
        ("<guid>tag:wire.example,2026:7/a b</guid>", "tag%3Awire.example%2C2026%3A7%2Fa%20b"),
        ("<guid>urn:uuid:1</guid>", "urn%3Auuid%3A1"),
        ("<guid>//wire.example/7</guid>", "%2F%2Fwire.example%2F7"),
        ('<guid isPermaLink="false">https://wire.example/7</guid>', "https%3A%2F%2Fwire.example%2F7"),
        ("<link/><guid>AKR123</guid>", "AKR123"),
    ],
)
def test_a_guid_that_is_no_address_never_becomes_one(guid: str, fragment: str) -> None:
    (entry,) = read(channel(f"<item>{guid}<title>T</title></item>"))
    assert entry.url == f"{URL}#{fragment}"


@pytest.mark.parametrize("links", ["<link/>", "<link> </link>", "<link>mailto:x@y</link>", ""])
def test_a_guid_that_is_an_address_stands_in_for_a_link_that_leads_nowhere(links: str) -> None:
    (before,) = read(channel(f"<item>{links}<guid>https://wire.example/7</guid></item>"))
    (behind,) = read(channel(f"<item><guid>https://wire.example/7</guid>{links}</item>"))
    assert before.url == "https://wire.example/7" or links.startswith("<link>mailto")
    assert behind.url == "https://wire.example/7"


def test_flashes_without_link_and_guid_are_kept_apart_by_their_headlines() -> None:
    flash = "<item><title>Flash {}</title></item>"
    first, second = read(channel(flash.format(1), flash.format(2)))
    assert len({first.url, second.url}) == 2
    assert all(entry.url.startswith(f"{URL}#") for entry in (first, second))
    assert read(channel(flash.format(1)))[0].url == first.url


def test_an_atom_entry_without_link_is_kept_under_its_id() -> None:
    (entry,) = read('<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><id>urn:x:1</id></entry></feed>')
    assert (entry.url, entry.guid) == (f"{URL}#urn%3Ax%3A1", "urn:x:1")


def test_an_overlong_guid_gives_no_overlong_address() -> None:
    (entry,) = read(channel(f"<item><guid>{'등' * 2_000}</guid></item>"))
    assert len(entry.url) < 600


def test_entries_that_differ_in_fragment_and_guid_keep_the_fragment() -> None:
    posts = [item(f"<guid>{n}</guid>", url=f"https://wire.example/live#post-{n}") for n in (1, 2)]
    assert [entry.url for entry in read(channel(*posts))] == [f"https://wire.example/live#post-{n}" for n in (1, 2)]


def test_a_fragment_that_tells_nothing_apart_is_dropped() -> None:
    same = [item("<guid>1</guid>", url=f"https://wire.example/1#from-{n}") for n in (1, 2)]
    other = item("<guid>2</guid>", url="https://wire.example/2#top")
    assert {entry.url for entry in read(channel(*same, other))} == {"https://wire.example/1", "https://wire.example/2"}


def test_fields_are_bounded() -> None:
    long = item(f"<guid>{'g' * 9_000}</guid><description>{'d' * 200_000}</description>", title="t" * 9_000)
    overlong = item(url="https://wire.example/" + "x" * 5_000)
    entry, linkless = read(channel(long, overlong))
    assert linkless.url.startswith(f"{URL}#")
    assert len(entry.headline or "") == 1_024
    assert len(entry.text or "") == 64 * 1_024
    assert (entry.guid or "").startswith("sha256:")


def test_at_most_five_thousand_entries_are_read() -> None:
    assert len(read(channel(*(item(url=f"/{n}") for n in range(5_010))))) == 5_000


HOSTILE = {
    "author": channel(item("<author>" + "a." * 40_000 + "</author>")),
    "author without dots": channel(item("<author>" + "a" * 80_000 + "</author>")),
    "style": channel(item('<description><![CDATA[<p style="' + "url(" * 20_000 + '">x]]></description>')),
    "newlines": '<?xml version="1.0"?>' + "\n" * 80_000 + "<rss><channel>" + item() + "</channel></rss>",
    "attributes": channel(item("<x " + " ".join(f'a{n}="1"' for n in range(9_000)) + "/>")),
    "namespaces": channel(item("<x " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(4_500)) + "/>")),
    "open cdata": channel(item("<![CDATA[" * 9_000)),
    "angle brackets": channel(item("<" * 80_000)),
    "ampersands": channel(item("&" * 80_000)),
    "unknown entities": channel(item("&x" * 40_000)),
    "depth": channel(item("<a>" * 20_000)),
    "open items": "<rss><channel>" + "<item>" * 13_000,
    "comments": "<!--" * 20_000 + channel(item()),
    "doctypes": "<!DOCTYPE [" * 7_000 + channel(item()),
    "date": channel(item("<pubDate>" + "1" * 80_000 + "</pubDate>")),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_feeds_cost_little(case: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(ParseError):
        read(HOSTILE[case])
    assert time.process_time() - begun < 2


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: channel(item(text)).encode("utf-8", "replace")))
def test_a_feed_gives_entries_or_a_parse_error(body: bytes) -> None:
    try:
        entries = read(body)
    except ParseError:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in entries)


def test_a_reference_to_half_a_character_costs_no_feed() -> None:
    """libxml2 takes `&#xD800;` in, and no text can be read out of it."""
    (entry,) = read(channel(item(title="Lighthouse&#xD800; opens&#55297;")))
    assert entry.headline == "Lighthouse opens"


@pytest.mark.parametrize("space", [" ", "\u3000", "\u00a0"])
def test_white_space_in_a_namespace_costs_no_feed(space: str) -> None:
    """Python's expat parser splits names at it, and feedparser falls over the pieces."""
    declared = f'<rss xmlns:odd="http://odd.example/{space}{space}a" '
    body = channel(item("<odd:thing>1</odd:thing>")).replace("<rss ", declared)
    assert [entry.headline for entry in read(body)] == ["Lighthouse opens"]
