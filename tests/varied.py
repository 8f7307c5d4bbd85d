"""Many articles out of one case page: its markup around other words, from a seed.

The words are those of the case pages, thrown together anew; datelines, bylines and all that is not headline or text
stay.  Paragraphs come and go, and so do bylines, standfirsts and pictures, for whole evenings at a time.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

import connectors
from pipeline.extract import profile as profiles
from pipeline.model import Article, Entry, Extract, Page, Profile, Source
from pipeline.normalise import normalise
from pipeline.normalise.registers import Registers
from pipeline.parse import dom
from pipeline.parse.encoding import decode

NOW = datetime(2026, 3, 2, 16, tzinfo=UTC)
WORD = re.compile(r"[^\W\d_]{2,}")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
CLOCK = re.compile(r"\b([01]\d|2[0-3]):([0-5]\d)\b")
# So many paragraphs have nine of ten articles of a wire; so often it is a brief.
PARAGRAPHS, BRIEF = (4, 14), 0.05
HEAD = 60
LEAST = 25  # characters of a paragraph that is part of the story
HTML = (("content-type", "text/html; charset=utf-8"),)
OPTIONAL = ("byline", "lead", "images", "section", "keywords")


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case page whose headline and text a profile finds: its tree, address, source and that profile."""

    name: str
    source: Source
    url: str
    root: dom.Element
    profile: Profile
    headline: str
    paragraphs: tuple[str, ...]


def case_pages(source: Source, directory: Path) -> Iterator[CasePage]:
    """The case pages of a source that one of its profiles reads."""
    for path in sorted(directory.glob("*.html")):
        told = path.with_suffix(".json")
        if not told.is_file():
            continue
        url = json.loads(told.read_text("utf-8")).get("url")
        text, _ = decode(path.read_bytes(), None)
        root = dom.parse_html(text)
        hit = profiles.best(root, source.profiles)
        if url and hit and hit.texts.get("headline") and sum(map(len, hit.texts.get("body", ()))) > 2 * LEAST:
            yield CasePage(path.stem, source, url, root, hit.profile, hit.texts["headline"][0], hit.texts["body"])


def vocabulary(pages: Iterable[CasePage]) -> dict[str, list[str]]:
    """The words of the case pages of each language, the characters where there are no blanks."""
    words: dict[str, list[str]] = {}
    for page in pages:
        words.setdefault(spoken(page), []).extend(_words(" ".join(page.paragraphs)))
    return words


def spoken(page: CasePage) -> str:
    """The language of a page by its script, which its source's file need not tell: the first letter's alphabet."""
    letters = [letter for letter in " ".join(page.paragraphs) if letter.isalpha()]
    scripts = [unicodedata.name(letter, "?").split()[0] for letter in letters[:200]]
    script = max(dict.fromkeys(scripts), key=scripts.count)
    return f"{script} {(page.root.get('lang') or page.source.language or page.source.id)[:2]}"


def vary(page: CasePage, seed: int, words: Sequence[str], *, without: Iterable[str] = ()) -> tuple[dom.Element, str]:
    """Another article in the page's markup, and its headline; `without` names fields that it does not print."""
    chance, root = random.Random(f"{page.source.id} {page.name} {seed}"), deepcopy(page.root)
    headline = _other(page.headline, chance, words)
    _rename(root, page, headline)
    _tell_another_story(root, page.profile, headline, chance, words)
    for element in dates(page, root):
        for inner in element.iter(etree.Element):
            inner.text = _retimed(inner.text, chance)
    for field in without:
        for css in filter(None, [getattr(page.profile, field)]):
            for hit in dom.select(root, css):
                if not isinstance(hit, str):
                    dom.drop(hit)
    return root, headline


def dates(page: CasePage, root: dom.Element) -> list[dom.Element]:
    """The elements that print the date, where the profile knows them."""
    hits = dom.select(root, page.profile.date) if page.profile.date else []
    return [hit for hit in hits if not isinstance(hit, str)]


def html_of(root: dom.Element) -> bytes:
    """A page as it is served."""
    return etree.tostring(root, encoding="utf-8", method="html", doctype="<!DOCTYPE html>")


def read(source: Source, url: str, root: dom.Element, headline: str, registers: Registers) -> tuple[Extract, Article]:
    """A page read as the line does, with an entry that names its headline."""
    served = Page(url, 200, html_of(root), NOW, HTML)
    entry = Entry(url, "https://feed.example/rss", NOW, headline=headline)
    extract = connectors.load(source).extract(served, entry)
    return extract, normalise(extract, entry, source, registers, url=url, fetched_at=NOW, seen_at=NOW)


def likeness(one: str, other: str) -> float:
    """F1 of the words of two texts, characters where there are no words between blanks."""
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return float(ours == theirs)
    counts: dict[str, int] = {}
    for word in ours:
        counts[word] = counts.get(word, 0) + 1
    shared = 0
    for word in theirs:
        if counts.get(word, 0) > 0:
            counts[word] -= 1
            shared += 1
    return 2 * shared / (len(ours) + len(theirs))


def _words(text: str) -> list[str]:
    return [part for run in WORD.findall(text) for part in (list(run) if CJK.search(run) else [run])]


def _tell_another_story(
    root: dom.Element, profile: Profile, headline: str, chance: random.Random, words: Sequence[str]
) -> None:
    """Other paragraphs, as many and as long as agencies write them; what is short in a text stays as it is.

    The first says what the headline says.
    """
    assert profile.body
    hits = [hit for hit in dom.select(root, profile.body) if not isinstance(hit, str)]
    left = {hit for css in profile.remove for hit in dom.select(root, css) if not isinstance(hit, str)}
    inside = [p for hit in hits for p in ([hit] if dom.name_of(hit) == "p" else hit.iter("p"))]
    told = [p for p in dict.fromkeys(inside) if left.isdisjoint((p, *p.iterancestors()))]
    long = [p for p in told if len(dom.text_of(p)) >= LEAST]
    wanted = 1 if chance.random() < BRIEF else chance.randint(*PARAGRAPHS)
    bare = [hit for hit in hits if any(len((inner.tail or "").strip()) >= LEAST for inner in hit)]
    if not long or bare:
        shown = [hit for hit in hits if left.isdisjoint((hit, *hit.iterancestors()))]
        _tell_in_lines(shown, wanted, headline, chance, words)
        return
    for p in long[wanted:]:
        dom.drop(p)
    paragraphs = long[:wanted]
    while len(paragraphs) < wanted:
        paragraphs[-1].addnext(more := etree.Element("p", {"class": paragraphs[-1].get("class", "")}))
        more.tail = "\n"
        paragraphs.append(more)
    for number, p in enumerate(paragraphs):
        head = _head(p) if number == 0 else ""
        for inner in [*p]:
            if head or len(dom.text_of(inner)) >= LEAST or not dom.text_of(inner):
                dom.drop(inner)
        p.text = head + (f"{headline} " if number == 0 else "") + prose(chance, words)


def _tell_in_lines(
    hits: Sequence[dom.Element], wanted: int, headline: str, chance: random.Random, words: Sequence[str]
) -> None:
    """The same of a text whose paragraphs are parted by `<br>`, or are elements of another name."""
    for hit in hits:
        lines = [line for line in hit.iter() if len((line.tail or "").strip()) >= LEAST and line is not hit]
        if lines:
            for _ in range(wanted - 1):
                more, further = etree.Element("br"), etree.Element("br")
                lines[-1].addnext(more)
                more.addnext(further)
                further.tail = prose(chance, words)
            lines[0].tail = f"{headline} " + prose(chance, words)
            return
    texts = [inner for hit in hits for inner in hit.iter(etree.Element) if len((inner.text or "").strip()) >= LEAST]
    for number, inner in enumerate(texts):
        inner.text = (f"{inner.text or ''}"[:HEAD] + f" {headline} " if number == 0 else "") + prose(chance, words)


def _head(p: dom.Element) -> str:
    """The beginning of a first paragraph, where the dateline is."""
    text = dom.text_of(p)
    return text[:HEAD].rpartition(" ")[0] + " " if " " in text[:HEAD] else text[:HEAD]


def prose(chance: random.Random, words: Sequence[str]) -> str:
    """A paragraph of one to four sentences, some of them somebody's own words."""
    return " ".join(_sentence(chance, words) for _ in range(chance.randint(1, 4)))


def _sentence(chance: random.Random, words: Sequence[str]) -> str:
    many = chance.randint(8, 24)
    chosen = [chance.choice(words) for _ in range(many)]
    if CJK.search("".join(chosen)):
        return "".join(chosen * 2)[: many * 2] + "，" + "".join(chosen)[:many] + "。"
    chosen = [word.lower() for word in chosen]
    chosen[many // 2] += ","
    text = " ".join(chosen)
    if chance.random() < 0.2:
        return f"“{text.capitalize()},” {chance.choice(words)} {chosen[0]}."
    return f"{text.capitalize()}."


def _retimed(text: str | None, chance: random.Random) -> str | None:
    return CLOCK.sub(lambda _: f"{chance.randrange(10, 24)}:{chance.randrange(10, 60)}", text) if text else text


def _other(text: str, chance: random.Random, words: Sequence[str]) -> str:
    """The text with other words: as many, with the same capitals and marks."""

    def another(found: re.Match[str]) -> str:
        if CJK.search(found[0]):
            return "".join(chance.choice(words) for _ in found[0])
        word = chance.choice(words)
        return word.capitalize() if found[0][0].isupper() else word.lower()

    return WORD.sub(another, text)


def _rename(root: dom.Element, page: CasePage, headline: str) -> None:
    """Another headline, wherever the page has it: heading, title, metadata, JSON."""
    assert page.profile.headline
    pairs = [(page.headline, headline), (json.dumps(page.headline)[1:-1], json.dumps(headline)[1:-1])]
    for element in root.iter(etree.Element):
        for old, new in pairs:
            if element.text and old in element.text:
                element.text = element.text.replace(old, new)
        for name, value in element.attrib.items():
            element.set(str(name), str(value).replace(page.headline, headline))
    heading = next((hit for hit in dom.select(root, page.profile.headline) if not isinstance(hit, str)), None)
    if heading is not None and dom.text_of(heading) != headline:
        for inner in [*heading]:
            dom.drop(inner)
        heading.text = headline
