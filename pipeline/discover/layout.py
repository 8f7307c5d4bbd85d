"""The selectors of a layout, learnt from a few article pages by what the general extractor finds on all of them.  Pure.

What stands on several pages is the site's, what stands on one is the article's.  A selector is kept only if it finds
the same as the general extractor on every page; what is not sure is left to that extractor.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Extract, Profile
from pipeline.parse import bounds, dom

# A name that a program gave, or that counts: `css-1q2w3e`, `post-48213`
MADE = re.compile(r"\d{3}|^(?:css|sc|jsx|svelte|astro|emotion)-|[-_](?=\w{0,12}\d)(?=\w{0,12}[a-zA-Z])\w{5,12}$")
# A name of the grid or of a style: it is on many things, and on others tomorrow.
STYLE = re.compile(
    r"^(?:row|rows|cols?|columns?|containers?|wrap|wrapper|inner|outer|group|grid|flex|block|box|center|left|right|main|page"
    r"|clearfix|layout|section|active|visible|hidden|relative|absolute|static|large|small|medium|full|default)$"
    r"|^(?:col|row|grid|flex|order|text|font|bg|border|rounded|shadow|mt|mb|ml|mr|mx|my|pt|pb|pl|pr|px|py|gap|space|w|h|m|p"
    r"|max|min|sm|md|lg|xl|u|z|items|justify|leading|tracking|container)-",
    re.IGNORECASE,
)
# A name that says what a thing is.
TELLING = re.compile(r"article|body|content|text|story|entry|post|news|detail|conteudo|noticia|itemprop", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z_][\w-]{0,60}")
LEAST_PAGES = 2
# Words shared by what a selector finds and by the text that the general extractor finds.
SURE = 0.95
MAX_CANDIDATES = 60
HOLDERS = frozenset(["p", "div", "span", "li", "h2", "h3", "h4", "blockquote", "td", "section", "article"])
MAX_TITLE = 400
WORD = re.compile(r"[^\W_]+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
MAX_REMOVED = 6
UP = 4
CLIMBED, LIST_SURE = 6, 0.8


@dataclass(frozen=True, slots=True)
class Example:
    """An article page, and what the general extractor made of it."""

    root: dom.Element
    extract: Extract


def learn(examples: Sequence[Example], is_time: Callable[[str], bool]) -> Profile | None:
    """The profile that all pages agree on; None where there is none that is sure.

    `is_time` says whether a text is a date with a time.
    """
    told = [one for one in examples if one.extract.headline and one.extract.paragraphs]
    if len(told) < LEAST_PAGES:
        return None
    body = _body(told)
    if body is None:
        return None
    headline = _headline(told)
    profile = Profile("1", headline=headline, body=body[0], remove=body[1])
    return replace(profile, date=_date(told, is_time), byline=_byline(told))


def common_lines(examples: Sequence[Example]) -> list[str]:
    """Lines of text that stand in most of the articles: the site's own."""
    counts = Counter(line for one in examples for line in dict.fromkeys(one.extract.paragraphs))
    least = max(2, (len(examples) + 1) // 2)
    return [line for line, many in counts.items() if many >= least]


def list_of(root: dom.Element, address: str, urls: Sequence[str]) -> str | None:
    """The selector of links that finds nearly all of these addresses on a page, and hardly another."""
    wanted, names = set(urls), Counter[str]()
    for link in root.iter("a"):
        if bounds.web_address(address, link.get("href")) in wanted:
            around = [link, *itertools.islice(link.iterancestors(), CLIMBED)]
            names.update(_in_order(name for element in around for name in _names(element)))
    best: tuple[float, str] | None = None
    for name, _ in names.most_common(MAX_CANDIDATES):
        css = f"{name} a" if not name.startswith("a.") else name
        hits = [hit for hit in dom.select(root, css) if not isinstance(hit, str)]
        found = {url for hit in hits if (url := bounds.web_address(address, hit.get("href")))}
        shared = len(found & wanted)
        score = 2 * shared / (len(found) + len(wanted)) if shared else 0.0
        if score >= LIST_SURE and (best is None or score > best[0]):
            best = score, css
    return best[1] if best else None


# The text


def _body(examples: Sequence[Example]) -> tuple[str, tuple[str, ...]] | None:
    """The selector of the text, and what is to be removed inside."""
    shared = set(common_lines(examples))
    wanted = [[line for line in one.extract.paragraphs if line not in shared] for one in examples]
    best: tuple[bool, float, bool, str, tuple[str, ...]] | None = None
    for css in _containers(examples, wanted):
        for whole in (css, f"{css} p"):
            removed = _removed(examples, wanted, whole) if whole == css else ()
            scores = [
                _likeness(_lines(one.root, whole, removed, shared), lines)
                for one, lines in zip(examples, wanted, strict=True)
            ]
            rank = (bool(TELLING.search(css)), round(min(scores), 2), whole == css, whole, removed)
            if min(scores) >= SURE and (best is None or rank[:3] > best[:3]):
                best = rank
    return (best[3], best[4]) if best else None


def _containers(examples: Sequence[Example], wanted: Sequence[Sequence[str]]) -> list[str]:
    """Selectors of what is around the text, that are on all pages and once on each."""
    counts: Counter[str] = Counter()
    for one, lines in zip(examples, wanted, strict=True):
        found = _around(one.root, set(lines))
        once = (css for element in found for css in _names(element) if len(dom.select(one.root, css)) == 1)
        counts.update(_in_order(once))
    everywhere = [css for css, many in counts.items() if many == len(examples)]
    return sorted(everywhere, key=lambda css: (css in ("article", "main"), len(css)))[:MAX_CANDIDATES]


def _around(root: dom.Element, lines: set[str]) -> list[dom.Element]:
    """The innermost element around most of the text, and those around it."""
    holders: Counter[dom.Element] = Counter()
    total = 0
    for element in root.iter():
        if dom.name_of(element) in HOLDERS:
            width = sum(len(line) for line in _own_lines(element) if line in lines)
            total += width
            for up in (element, *element.iterancestors()) if width else ():
                holders[up] += width
    most = [element for element, many in holders.items() if many >= 0.8 * total]
    deepest = sorted(most, key=lambda element: -sum(1 for _ in element.iterancestors()))
    return deepest[:UP]


def _own_lines(element: dom.Element) -> list[str]:
    """The lines of an element that has no blocks inside, or the bare ones of one that has."""
    if not any(dom.name_of(inner) in dom.BLOCKS for inner in element.iterdescendants()):
        return dom.lines_of(element)
    bare = [element.text, *(inner.tail for inner in element)]
    return [" ".join(text.split()) for text in bare if text and text.strip()]


def _names(element: dom.Element) -> Iterator[str]:
    """Selectors by which an element may be known for years."""
    tag = dom.name_of(element)
    if tag in ("html", "body", ""):
        return
    if tag in ("article", "main"):
        yield tag
    for name in ("itemprop", "data-testid", "data-component", "role"):
        value = element.get(name)
        if value and NAME.fullmatch(value) and not MADE.search(value):
            yield f'{tag}[{name}="{value}"]'
    identifier = element.get("id")
    if identifier and NAME.fullmatch(identifier) and not MADE.search(identifier):
        yield f"#{identifier}"
    for token in (element.get("class") or "").split()[:12]:
        if NAME.fullmatch(token) and not MADE.search(token) and not STYLE.search(token):
            yield f".{token}"
            yield f"{tag}.{token}"


def _in_order(names: Iterable[str]) -> list[str]:
    """Each once, in an order that is the same in every run: of two that are as good the first is taken."""
    return sorted(set(names))


def _lines(root: dom.Element, css: str, removed: Sequence[str], shared: Iterable[str]) -> list[str]:
    gone = {hit for one in removed for hit in dom.select(root, one) if not isinstance(hit, str)}
    lines = list(dom.paragraphs_of(dom.select(root, css)))
    out = {line for element in gone for line in dom.lines_of(element)} | set(shared)
    return [line for line in lines if line not in out]


def _removed(examples: Sequence[Example], wanted: Sequence[Sequence[str]], css: str) -> tuple[str, ...]:
    """Selectors inside a container of what is no part of any page's text."""
    bad: Counter[str] = Counter()
    good: set[str] = set()
    for one, lines in zip(examples, wanted, strict=True):
        kept = set(lines)
        for container in dom.select(one.root, css):
            if isinstance(container, str):
                continue
            for element in container.iterdescendants():
                if not dom.name_of(element) or not (inner := dom.lines_of(element)):
                    continue
                names = {f"{css} {name}" for name in _names(element) if not name.startswith("#")}
                names |= {f"{css} {tag}" for tag in ("figure", "aside") if dom.name_of(element) == tag}
                if any(line in kept for line in inner):
                    good |= names
                else:
                    bad.update(_in_order(names))
    found = [name for name, _ in bad.most_common() if name not in good]
    return tuple(_widest(examples, found)[:MAX_REMOVED])


def _widest(examples: Sequence[Example], found: Sequence[str]) -> list[str]:
    """Of selectors that find things inside each other, the outer ones; of several for the same thing one."""
    taken: set[dom.Element] = set()
    kept: list[tuple[int, str]] = []
    sized = [
        (sum(len(dom.text_of(hit)) for one in examples for hit in dom.select(one.root, css)), css)
        for css in found[:MAX_CANDIDATES]
    ]
    for size, css in sorted(sized, key=lambda pair: (-pair[0], len(pair[1]))):
        hits = [hit for one in examples for hit in dom.select(one.root, css) if not isinstance(hit, str)]
        if any(not taken.isdisjoint((hit, *hit.iterancestors())) for hit in hits):
            continue
        taken.update(hits)
        kept.append((size, css))
    return [css for _, css in kept]


# The rest


def _headline(examples: Sequence[Example]) -> str | None:
    return _agreed(examples, ("h1", "h2"), lambda one, text: _same(text, one.extract.headline))


def _date(examples: Sequence[Example], is_time: Callable[[str], bool]) -> str | None:
    """Where no metadata tells the time, the element that prints it."""
    declared = ("json-ld", "opengraph", "meta")
    if all(any(date.origin in declared for date in one.extract.dates) for one in examples):
        return None
    tags = ("time", "span", "div", "p", "li", "em", "small", "strong", "i", "b")
    return _agreed(examples, tags, lambda _, text: len(text) < 60 and is_time(text))


def _byline(examples: Sequence[Example]) -> str | None:
    """Where no metadata names the author, the element that does."""
    if not all(one.extract.byline and not one.extract.authors for one in examples):
        return None
    tags = ("span", "div", "p", "a", "address", "li", "em", "strong")
    return _agreed(examples, tags, lambda one, text: _same(text, one.extract.byline))


def _agreed(examples: Sequence[Example], tags: Sequence[str], is_it: Callable[[Example, str], bool]) -> str | None:
    """The shortest selector whose first hit is it on every page."""
    counts: Counter[str] = Counter()
    for one in examples:
        hits = [
            element
            for tag in tags
            for element in one.root.iter(tag)
            if 0 < len(text := dom.text_of(element)) < MAX_TITLE and is_it(one, text)
        ]
        names = {name for hit in hits[:20] for name in _with_tag(hit)}
        counts.update(_in_order(css for css in names if _first_is(one, css, is_it)))
    sure = [css for css, many in counts.items() if many == len(examples)]
    return min(sure, key=lambda css: (css.count(" "), not css.startswith(("h1", "h2", "time")), len(css)), default=None)


def _with_tag(element: dom.Element) -> Iterator[str]:
    tag = dom.name_of(element)
    if tag in ("h1", "time"):
        yield tag
    yield from _names(element)
    parent = element.getparent()
    if parent is not None:
        yield from (f"{name} {tag}" for name in _names(parent))


def _first_is(one: Example, css: str, is_it: Callable[[Example, str], bool]) -> bool:
    first = next(iter(dom.select(one.root, css)), None)
    return first is not None and is_it(one, dom.text_of(first))


def _same(text: str, other: str | None) -> bool:
    return bool(other) and "".join(WORD.findall(text.casefold())) == "".join(WORD.findall((other or "").casefold()))


def _likeness(found: Sequence[str], wanted: Sequence[str]) -> float:
    """F1 of the words of two texts."""
    ours, theirs = Counter(_words(found)), Counter(_words(wanted))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def _words(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        for word in WORD.findall(line.casefold()):
            yield from (word if CJK.search(word) else (word,))
