"""What the fuzzer starts from: pages and feeds in the shapes that broke one tool or another, ours and recorded ones.

A shape is a function of a size in repetitions, so that the same attack comes small and large.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
CASES = CHECKOUT / "tests" / "cases"
CITATIONS = CHECKOUT / "tests" / "normalise" / "citations.jsonl"
RECORDED = 200  # pages of the sets that are started from
LARGEST = 400_000  # bytes of a recorded page; larger ones cost too much of the time

SENTENCE = "The ferry between the two banks of the river was back at work on day {0}, the master of pier {0} said."
STORY = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(8))
HEAD = (
    "<html lang='en'><head><meta charset='utf-8'><title>Ferry resumes after flood | Wire</title>"
    "<meta property='og:title' content='Ferry resumes after flood'><meta name='author' content='Ann Harbour'>"
)
LINKED = {
    "@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ferry resumes after flood",
    "datePublished": "2026-01-02T10:00:00+09:00", "dateModified": "2026-01-02T11:00:00Z",
    "author": [{"@type": "Person", "name": "Ann Harbour"}], "keywords": ["ferry", "flood"],
    "articleSection": "World", "image": {"url": "/1.jpg"}, "articleBody": STORY,
}  # fmt: skip
BLOG = {
    "@type": "LiveBlogPosting", "headline": "Ferry resumes after flood",
    "liveBlogUpdate": [
        {"@type": "BlogPosting", "headline": f"Entry {n}", "articleBody": SENTENCE.format(n),
         "datePublished": f"2026-01-02T{n:02}:00:00Z"}
        for n in range(20)
    ],
}  # fmt: skip
STATE = {"props": {"article": {"title": "Ferry resumes after flood", "content": STORY, "blocks": [{"text": SENTENCE}]}}}


def page(text: str, head: str = "") -> str:
    body = f"<h1>Ferry resumes after flood</h1><div class='article-body'>{text}</div>"
    return f"{HEAD}{head}</head><body>{body}</body></html>"


def linked(thing: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(thing)}</script>"


def json_ld(text: str) -> str:
    return page(STORY, f"<script type='application/ld+json'>{text}</script>")


def feed(items: str, head: str = "") -> str:
    channel = f"<channel><title>Wire</title>{items}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0">{channel}</rss>'


ITEM = (
    "<item><title>Ferry {0} resumes</title><link>https://wire.test/news/{0}</link><guid>{0}</guid>"
    "<pubDate>Fri, 02 Jan 2026 10:00:00 +0900</pubDate><author>ann@wire.test (Ann)</author>"
    "<description><![CDATA[<p>The ferry {0} is &amp; was back.</p>]]></description></item>"
)

PAGES: tuple[str, ...] = (
    page(STORY),
    page(STORY, linked(LINKED)),
    page(STORY + "".join(f"<div class='live-post'><p>{SENTENCE.format(n)}</p></div>" for n in range(20)), linked(BLOG)),
    page("", f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps(STATE)}</script>"),
    page("", f"<script>window.__STATE__={json.dumps(STATE)};</script>"),
    page("", f"<script>self.__next_f.push({json.dumps([1, f'2a:T{len(STORY):x},{STORY}'])})</script>"),
    page("<br><br>".join(SENTENCE.format(number) for number in range(8))),
    page("SEOUL, Jan. 2 (Yonhap) -- " + STORY + "<p>ann@yna.co.kr (END)</p><p>Copyright (c) Yonhap 2026</p>"),
    page(
        "<p>여객선이 홍수 일주일 만에 운항을 재개했다고 항만 관계자가 밝혔다.</p>" * 4,
        "<meta name='byl' content='By 김 기자'>",
    ),
    page("<p>渡轮在洪水一周后恢复运营，港口负责人表示。（完）</p>" * 4),
    page("<p>МОСКВА, 2 января. /ТАСС/. Паром снова работает, сообщил начальник порта.</p>" * 4),
    page("<table><tr><td>Pier<td>Boat</tr>" + "<tr><td>1<td>2</tr>" * 9 + "</table>" + STORY),
    page("<p>E&amp;amp;amp;S &lt;b&gt; &#60;i&#62; &#x26;lt; &nbsp;&shy;&zwj; &bogus; &#0; &#1114112;</p>" + STORY),
)
FEEDS: tuple[str, ...] = (
    feed("".join(ITEM.format(number) for number in range(5))),
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><title type="html">A &lt;b&gt;b</title>'
    '<link href="/1"/><id>urn:1</id><updated>2026-01-02T10:00:00Z</updated><content type="html">&lt;p&gt;x</content>'
    "</entry></feed>",
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<item><title>A</title><link>https://wire.test/a</link></item></rdf:RDF>",
)

# In the sets of characters of the wires' countries, under the labels that they come with: one syllable that only CP949
# has turned a whole feed of euc-kr into something else.
HANGUL, HAN = "똠방각하 홍수 일주일 만에 운항", "渡轮在洪水一周后恢复运营"
KANA, CYRILLIC = "渡し船が運航を再開", "Паром снова работает"
CODED = (
    (HANGUL, "euc-kr", "cp949"), (HAN, "gb2312", "gb18030"), (HAN, "big5", "gb18030"), (KANA, "shift_jis", "cp932"),
    (KANA, "iso-2022-jp", "iso-2022-jp"), (CYRILLIC, "windows-1251", "cp1251"), (CYRILLIC, "koi8-r", "koi8-r"),
    (CYRILLIC, "iso-8859-1", "utf-16"), (HANGUL, "ascii", "utf-8"),
)  # fmt: skip


def coded() -> Iterator[bytes]:
    for text, label, coding in CODED:
        title = f"<title>{text}</title>"
        for whole in (page(STORY, title), feed(f"<item>{title}<link>/1</link></item>" * 3)):
            yield whole.replace("utf-8", label).encode(coding)


def laughs(depth: int) -> str:
    """Entities that hold ten of one another, or of one outside of the document."""
    told = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth))
    return feed(ITEM.format(f"&a{depth - 1};"), f'<!DOCTYPE r [<!ENTITY a0 "ha">{told}]>')


# facts of the design's measurements: what made parsers, extractors and date finders quadratic, or cut their text
SHAPES: dict[str, Callable[[int], str]] = {
    "names": lambda n: "Reuters, " * n,
    "cues": lambda n: "citing the state-run agence russe publique агентства газеты " * n + "Reuters",
    "names and cues": lambda n: "the Reuters agency said, citing a report by the AFP ロイター通信は据新华社, " * n,
    "names in quotes": lambda n: "газета «Известия» \"Bild\" The Times و صحيفة الشرق الأوسط " * n,
    "nested div": lambda n: page("<div>" * n + STORY),
    "nested inline": lambda n: page("<p>" + "<span>" * n + "deep" + "</span>" * n + STORY),
    "nested table": lambda n: page("<table><tr><td>" * n + STORY),
    "nested quotes": lambda n: page("<blockquote>" * n + STORY + "</blockquote>" * n),
    "unclosed buttons": lambda n: page("<button>" * n + STORY),
    "broken json-ld": lambda n: json_ld('"author":"x' * n),
    "publisher": lambda n: json_ld('{"publisher":{"name":"x' * n),
    "persons": lambda n: json_ld('{"@type":"Person","name":"x' * n),
    "deep json-ld": lambda n: json_ld("[" * n),
    "deep objects": lambda n: json_ld('{"a":' * n + "1" + "}" * n),
    "many objects": lambda n: page(STORY, linked({"@graph": [{"@type": "NewsArticle"}] * n})),
    "huge numbers": lambda n: page(STORY, linked({**LINKED, "a": 10 ** min(n, 4_000), "datePublished": "9" * n})),
    "brackets in author": lambda n: page(STORY, f"<meta name='author' content='{'(' * n}'>"),
    "attributes": lambda n: page("<p " + " ".join(f"a{k}=1" for k in range(n)) + ">x</p>" + STORY),
    "classes": lambda n: page(f"<div class='{'article body ' * n}'>{STORY}</div>"),
    "long attribute": lambda n: page(f"<div title='{'x' * n}'>{STORY}</div>"),
    "colspan": lambda n: page(f"<table><tr><td colspan={'9' * min(n, 400)}>x</td></tr></table>" + STORY),
    "paragraphs": lambda n: page("".join(f"<p>{SENTENCE.format(k)}</p>" for k in range(n))),
    "same paragraph": lambda n: page(f"<p>{SENTENCE}</p>" * n),
    "breaks": lambda n: page("<br>" * n + STORY),
    "empty paragraphs": lambda n: page("<p> </p>" * n + STORY),
    "one long line": lambda n: page("<p>" + "word " * n + "</p>"),
    "one long word": lambda n: page("<p>" + "w" * n + "</p>"),
    "no spaces": lambda n: page("<p>" + "渡轮" * n + "</p>"),
    "script": lambda n: page(STORY, "<script>x=[" + '{"a":"b"},' * n + "]</script>"),
    "nulls": lambda n: page("\0" * n + STORY),
    "less-thans": lambda n: page("<" * n + STORY),
    "ampersands": lambda n: page("&" * n + STORY),
    "nested entities": lambda n: page("<p>&" + "amp;" * n + "lt;</p>" + STORY),
    "entities": lambda n: page("<p>" + "&lt;p&gt;&#32;&nbsp;" * n + "</p>"),
    "comments": lambda n: page("<!--" * n + STORY),
    "cdata": lambda n: page("<![CDATA[" * n + STORY),
    "quotes": lambda n: page("<p title='" + "\"'" * n + STORY),
    "dates": lambda n: page("2024-09-03 " * n + "<time datetime='2024-09-03'>" * min(n, 2_000) + STORY),
    "slashed dates": lambda n: page("<p>7/8/2021 10/11/12" * n + STORY, "<meta name='date' content='7/8/2021'>" * n),
    "unseen paragraphs": lambda n: page("<p>\u200b\u00ad</p>" * n + STORY),
    "live classes": lambda n: page(f"<div class='{'live-' * n}post'><p>live updates</p></div>" * 3 + STORY),
    "digits": lambda n: page("<p>" + "1" * n + STORY, f"<meta name='date' content='{'20260102' * min(n, 200)}'>"),
    "headings": lambda n: page("<h1>Ferry resumes after flood</h1>" * n + STORY),
    "titles": lambda n: page(STORY, "<title>Ferry - </title>" * n),
    "long title": lambda n: page(STORY, f"<title>{'Ferry - Wire | ' * n}</title>"),
    "title without heading": lambda n: (
        f"<title>{'Ferry: a deal - Wire | ' * n}</title><body>{'<a href=/>Wire</a><b>Ferry</b>' * n}{STORY}"
    ),
    "parts of a title": lambda n: f"<title>A ferry - Notes</title><body>{'<b>A ferry' * n}{STORY}",
    "metas": lambda n: page(STORY, "<meta name='keywords' content='a, b'>" * n),
    "bylines": lambda n: page("<span class='byline'>By Ann and Bo, and Cy</span>" * n + STORY),
    "links": lambda n: page("<ul>" + "<li><a href='/1'>Ferry is back</a></li>" * n + "</ul>" + STORY),
    "spaces": lambda n: page("<p>A" + " \n\t\u3000" * n + "b.</p>" + STORY),
    "addresses": lambda n: page("<p>" + "a@b.c " * n + "</p>" + STORY),
    "copyrights": lambda n: page(STORY + "<p>" + "Copyright (c) all rights reserved " * n + "</p>"),
    "datelines": lambda n: page("<p>" + "SEOUL, Jan. 2, " * n + "(Yonhap) -- It is.</p>"),
    "ends": lambda n: page(STORY + "</body></html>" * n + STORY),
    "pages": lambda n: page(STORY) * min(n, 200),
    "states": lambda n: page("", "<script>a={" + '"a":{' * n + "</script>"),
    "flight": lambda n: page("", f"<script>self.__next_f.push({json.dumps([1, '1:[]' + chr(10)] )})</script>" * n),
    "entries": lambda n: page("<div itemprop='liveBlogUpdate'><p>" * n + STORY),
    "laughs": lambda n: feed(ITEM.format("&a;" * n), '<!DOCTYPE r [<!ENTITY a "' + "ha" * 99 + '">]>'),
    "feed laughs": lambda n: laughs(min(n, 12)),
    "feed external": lambda n: feed(ITEM.format("&a;" * n), '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
    "feed parameter": lambda n: feed(
        ITEM.format("&b;" * n), "<!DOCTYPE r [<!ENTITY % a '<!ENTITY b \"ha\">'> %a; <!ENTITY % c SYSTEM '/c'> %c;]>"
    ),
    "feed attribute": lambda n: feed(f"<item a='{'x' * n * 20}'><title>A</title><link>/1</link></item>"),
    "items": lambda n: feed("".join(ITEM.format(k) for k in range(n))),
    "cut items": lambda n: feed("".join(ITEM.format(k) for k in range(n)))[: -n % 200 - 1],
    "feed authors": lambda n: feed(f"<item><title>A</title><link>/1</link><author>{'a.' * n}</author></item>"),
    "feed styles": lambda n: feed(
        f"<item><title>A</title><link>/1</link><description>&lt;p style=\"{'url(' * n}\"&gt;</description></item>"
    ),
    "feed newlines": lambda n: '<?xml version="1.0"?>' + "\n" * n + feed(ITEM)[38:],
    "feed attributes": lambda n: feed("<item " + " ".join(f"a{k}='1'" for k in range(n)) + "><title>A</title></item>"),
    "feed depth": lambda n: feed("<item>" + "<a>" * n + "<title>A</title></item>"),
    "feed cdata": lambda n: feed("<item><title><![CDATA[" * n + "A]]></title></item>"),
    "feed entities": lambda n: feed(f"<item><title>{'&nbsp;&eacute;&' * n}</title><link>/1</link></item>"),
    "feed categories": lambda n: feed("<item><title>A</title>" + "<category>b</category>" * n + "</item>"),
}  # fmt: skip
FEED_SHAPES = frozenset(name for name in SHAPES if name.startswith("feed") or name in ("laughs", "items", "cut items"))
SMALL = (1, 2, 5, 30, 200)
LARGE = (1_000, 6_000, 20_000)


@dataclass(frozen=True, slots=True)
class Seed:
    """A document to start from, and what it is called."""

    name: str
    body: bytes


@lru_cache(maxsize=1)
def documents() -> tuple[Seed, ...]:
    """All whole documents: our own, the case pages, and a fixed choice of the recorded pages where they are there."""
    own = [*_own()]
    own += [Seed(path.name, path.read_bytes()) for path in sorted(CASES.glob("*/*")) if path.suffix != ".json"]
    return (*own, *recorded())


def recorded() -> Sequence[Seed]:
    """A fixed choice of the recorded pages; none where they are absent."""
    shared = os.environ.get("NEWSWIRE_SHARED") or CHECKOUT.parent / "shared"
    files = sorted(
        Path(shared).glob("bench/extraction/*/pages/*"), key=lambda path: hashlib.sha256(path.name.encode()).digest()
    )
    found: list[Seed] = []
    for path in files[: 2 * RECORDED]:
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if len(body) <= LARGEST:
            found.append(Seed(path.name, body))
    return found[:RECORDED]


def drawn(draw: random.Random, *, is_large: bool, own_only: bool = False, is_feed: bool = False) -> Seed:
    """A seed by lot; shapes come large only where that is asked for."""
    if draw.random() < 0.4 or is_large:
        name = draw.choice([name for name in SHAPES if not is_feed or name in FEED_SHAPES])
        size = draw.choice(LARGE if is_large else SMALL)
        return Seed(f"{name} {size}", SHAPES[name](size).encode("utf-8", "replace"))
    # Recorded pages are large, and cost the time of fifty of ours.
    found = _own() if own_only or draw.random() < 0.8 else documents()
    feeds = [seed for seed in found if seed.name.startswith("feed") or b"<rss" in seed.body[:600]]
    return draw.choice(feeds if is_feed else found)


def _citing() -> list[str]:
    """A page of each language's sentences that cite, or seem to."""
    cases = map(json.loads, CITATIONS.read_text(encoding="utf-8").splitlines())
    stories: dict[str, list[str]] = {}
    for case in cases:
        stories.setdefault(case["language"], []).append(f"<p>{case['text']}</p>\n")
    return [page("".join(story)) for story in stories.values()]


@lru_cache(maxsize=1)
def _own() -> tuple[Seed, ...]:
    own = [Seed(f"page {n}", text.encode()) for n, text in enumerate((*PAGES, *_citing()))]
    own += [Seed(f"feed {n}", text.encode()) for n, text in enumerate(FEEDS)]
    return (*own, *(Seed(f"raw {n}", body) for n, body in enumerate(coded())))
