"""Faults of content: feeds and pages that are broken, enormous, or not what they were (F82–F101)."""

from __future__ import annotations

import re
from html import escape

from tests.benchmarks.fuzz.seeds import HEAD, SHAPES, STORY, feed
from tests.hostile.talk import Table, Talk, fault

TABLE: Table = {}
XML = "application/rss+xml"
ENTITIES = {
    "laughs": "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10)) + "|&a9;",
    "quadratic": f'<!ENTITY a "{"a" * 50_000}">|{"&a;" * 20_000}',
    "file": '<!ENTITY a SYSTEM "file:///etc/passwd">|&a;',
    "http": '<!ENTITY a SYSTEM "http://127.0.0.1:1/x">|&a;',
    "parameter": '<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd">%a;|text',
}
DATES = (
    "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "7 Jul 2021 10:00:00", "2021-07-07 19:00 KST",
    "주체110(2021)년 7월 7일", "1625652000", "+9999", "2021-02-31T25:61:61+99:99", "", "now",
)  # fmt: skip
LARGE = 1000  # repetitions of a shape that hurts; they are larger in `goals`, where only they are tried
STUB = f"{HEAD}</head><body><h1>Ferry resumes</h1><p>Subscribe to go on reading this article.</p></body></html>"


# Feeds


@fault(TABLE, 82, "other", of="feed")
async def entity_bombs(talk: Talk) -> None:
    await xml(talk, entity_bomb(talk.draw.choice(sorted(ENTITIES))))


@fault(TABLE, 83, "other", of="feed")
async def invalid_xml(talk: Talk) -> None:
    text = talk.served.body
    breaks = (
        text.replace(b"</item>", b"", 1), text.replace(b"<title>", b"<title>&bogus; <b ", 2), b"\0" + text,
        text.replace(b"<?xml", b" \n<?xml"), text + b"<p>",
    )  # fmt: skip
    await xml(talk, talk.draw.choice(breaks))


@fault(TABLE, 84, "other", of="feed")
async def ten_thousand_entries(talk: Talk) -> None:
    first = re.search(rb"<item>.{1,4000}?</item>", talk.served.body, re.DOTALL)
    one = first[0] if first else b"<item><title>A</title></item>"
    await xml(talk, talk.served.body.replace(one, one * 10_000, 1))


@fault(TABLE, 85, "other", of="feed")
async def guids_that_churn(talk: Talk) -> None:
    mark = str(talk.draw.random()).encode()
    await xml(talk, talk.served.body.replace(b'isPermaLink="false">', b'isPermaLink="false">' + mark))


@fault(TABLE, 86, "other", of="feed")
async def one_guid_for_all(talk: Talk) -> None:
    await xml(talk, re.sub(rb"<guid[^>]{0,40}>[^<]{0,200}</guid>", b"<guid>1</guid>", talk.served.body))


@fault(TABLE, 87, "other", of="feed")
async def no_guid_at_all(talk: Talk) -> None:
    await xml(talk, re.sub(rb"<guid[^>]{0,40}>[^<]{0,200}</guid>", b"", talk.served.body))


@fault(TABLE, 88, "other", of="feed")
async def one_link_for_all(talk: Talk) -> None:
    link = f"<link>{talk.origin}/</link>".encode()
    await xml(talk, re.sub(rb"<link>[^<]{0,200}</link>", link, talk.served.body))


@fault(TABLE, 89, "other", of="feed")
async def dates_of_no_calendar(talk: Talk) -> None:
    def odd(_: re.Match[bytes]) -> bytes:
        return f"<pubDate>{escape(talk.draw.choice(DATES))}</pubDate>".encode()

    await xml(talk, re.sub(rb"<pubDate>[^<]{0,200}</pubDate>", odd, talk.served.body))


@fault(TABLE, 91, "other", of="feed")
async def entries_that_vanish(talk: Talk) -> None:
    await xml(talk, re.sub(rb"<item>.{1,4000}?</item>", b"", talk.served.body, count=20, flags=re.DOTALL))


@fault(TABLE, 92, "other", of="feed")
async def what_hurts_parsers_of_feeds(talk: Talk) -> None:
    name = talk.draw.choice(("feed authors", "feed styles", "feed newlines", "feed attributes", "feed depth"))
    await xml(talk, SHAPES[name](LARGE).encode())


@fault(TABLE, 93, "other", of="feed")
async def a_feed_that_ends_early(talk: Talk) -> None:
    text = talk.served.body
    end = text.find(b"</item>", talk.draw.randrange(len(text)))
    cut = text[: end + 7] if talk.draw.random() < 0.5 and end > 0 else text[: talk.draw.randrange(len(text))]
    await xml(talk, cut)


@fault(TABLE, 94, "other", of="feed")
async def another_sites_feed(talk: Talk) -> None:
    item = "<item><title>Casino {0}</title><link>http://hijack.wire.test/{0}</link><guid>h{0}</guid></item>"
    await xml(talk, feed("".join(item.format(number) for number in range(20))).encode())


# Pages


@fault(TABLE, 95, "other", of="page")
async def depth(talk: Talk) -> None:
    await html(talk, SHAPES["nested div"](talk.draw.choice((300, 3000, 100_000))))


@fault(TABLE, 96, "other", of="page")
async def broken_json_ld(talk: Talk) -> None:
    await html(talk, SHAPES[talk.draw.choice(("broken json-ld", "publisher", "deep json-ld"))](LARGE))


@fault(TABLE, 97, "other", of="page")
async def a_bomb_for_authors(talk: Talk) -> None:
    await html(talk, SHAPES["brackets in author"](10 * LARGE))


@fault(TABLE, 98, "other", "too-large", of="page")
async def megabytes(talk: Talk) -> None:
    size = talk.draw.choice((2, 5, 50)) * 1024 * 1024
    await html(talk, f"{HEAD}</head><body><h1>Ferry</h1>{STORY * (size // len(STORY))}")


@fault(TABLE, 99, "other", of="page")
async def two_hundred_thousand_attributes(talk: Talk) -> None:
    await html(talk, SHAPES["attributes"](200_000))


@fault(TABLE, 100, "other", of="page")
async def a_404_that_says_200(talk: Talk) -> None:
    await html(talk, "<html><title>404</title><h1>Page not found</h1><p>What you look for is not here.</p></html>")


@fault(TABLE, 101, "other", of="page")
async def a_stub_in_the_articles_place(talk: Talk) -> None:
    await html(talk, STUB)


def entity_bomb(name: str) -> bytes:
    """A feed with entities that expand into gigabytes, or lead out of the document."""
    declared, _, used = ENTITIES[name].partition("|")
    item = f"<item><title>{used}</title><link>https://wire.test/1</link></item>"
    return feed(item, f"<!DOCTYPE rss [{declared}]>").encode()


async def xml(talk: Talk, body: bytes) -> None:
    await talk.answer(body, kind=XML)


async def html(talk: Talk, text: str) -> None:
    await talk.answer(text.encode("utf-8", "replace"), kind="text/html; charset=utf-8")
