"""Which of a page's titles is its headline: each is seen as evidence, and learnt weights say which one is meant.

A page has up to a dozen: its headings, JSON-LD's headline, OpenGraph's and Twitter's title, the title element, and what
is left of each once the site's name is cut.  Readers see the heading; editors and machines write the others.  Where the
heading says what the title element says, a third form is the editor's on news pages, and a search engine's elsewhere.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from importlib.resources import files
from itertools import islice

from pipeline.extract.parts import meant, parts_of
from pipeline.extract.site import JOINT, Site, key_of, plain_of
from pipeline.parse import bounds, dom

MAX_HEADINGS = 20
MAX_TITLES = 32
# Where a title stands, in the order of how carefully it is set there; what no page sets stands behind.
FORMS = ("h1", "json-ld", "og", "twitter", "meta", "title", "heading", "logo", "inner", "part", "raw")
ORIGINS = {"json-ld": "json-ld", "og": "opengraph", "twitter": "meta", "meta": "meta"}
METAS = {
    "og": ("og:title",),
    "twitter": ("twitter:title",),
    "meta": ("headline", "title", "dc.title", "parsely-title", "sailthru.title", "mrf:title", "cxenseparse:title"),
}
EDITED = frozenset(("og", "json-ld"))
PRINTED = frozenset(("h1", "inner", "heading", "logo"))
WORD = re.compile(r"[^\W_]+")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\])$")
SPACES = re.compile(r"\s{2,}")
UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f]")
QUOTES = "\"'„“”‚‘’«»`"
QUOTE = re.compile(f"[{QUOTES}]")
DASH = re.compile("[\u2010-\u2015\u2212]")
SHORT, LONG, LOGO = 15, 150, 50
# A title in JSON-LD is cut near 110 characters, which Google set as its limit until 2022.
FULL = 90
# A CJK character says as much as so many letters.
CJK_WIDTH = 2.5
MIN_KEY = 6


@dataclass(frozen=True, slots=True)
class Title:
    """A title as printed, where it stands, and what is said of its place."""

    text: str
    place: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The titles that say the same, but for punctuation and case."""

    key: str
    titles: list[Title] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.titles[0].text

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(title.place for title in self.titles))


def headline(
    root: dom.Element, metas: Mapping[str, Sequence[str]], stated: str | None, site: Site, *, news: bool
) -> tuple[str | None, str]:
    """A page's headline and its origin; none where there are but several headings and nothing tells which.

    `stated` is JSON-LD's, `news` whether the page says that it is a news article.
    """
    groups = whole(grouped(titles_of(root, metas, stated, site)))
    if not groups or _is_open(groups):
        return None, ""
    known = weights()
    scores = [sum(known.get(name, 0.0) for name in names) for names in evidence(groups, site, news=news)]
    ranked = [group for _, group in sorted(zip(scores, groups, strict=True), key=lambda pair: -pair[0])]
    title = best_form(ranked[0])
    if _is_part(ranked[0]):
        title = _of_title(ranked, root, site)
    return title.text, ORIGINS.get(title.place, "html")


def titles_of(root: dom.Element, metas: Mapping[str, Sequence[str]], stated: str | None, site: Site) -> list[Title]:
    """What may be the headline: all titles without the site's name, those that bore it (`raw`), parts of the title."""
    found = [Title(stated or "", "json-ld")]
    found += [Title(metas[name][0], place) for place, names in METAS.items() for name in names if name in metas]
    found += [Title(dom.text_of(_title_element(root)), "title"), *_headings(root, site)]
    titles: list[Title] = []
    for one in found[:MAX_TITLES]:
        line = _line(one.text)
        short = site.cut(line)
        if short != line:
            titles.append(Title(line, "raw"))
        titles.append(Title(short, one.place, (*one.marks, "cut") if short != line else one.marks))
        if one.place == "title":
            titles += [Title(part.text, "part", (part.mark,)) for part in parts_of(short)]
    return [one for one in titles if key_of(one.text)]


def grouped(titles: Iterable[Title]) -> list[Group]:
    """Titles by what they say, in the order in which each was said first."""
    groups: dict[str, Group] = {}
    for title in titles:
        key = key_of(title.text)
        groups.setdefault(key, Group(key)).titles.append(title)
    return list(groups.values())


def whole(groups: Sequence[Group]) -> list[Group]:
    """The groups but those that are cut short of another: `Mayor says of the ferry:`, or the first 110 characters."""
    return [group for group in groups if not any(_is_cut_short(group, other) for other in groups)]


def evidence(groups: Sequence[Group], site: Site, *, news: bool) -> list[list[str]]:
    """The names of what speaks for or against each group; the weights are by these names."""
    kind = "news" if news else "page"
    slugs = [_slug_share(group, site) for group in groups]
    seen = [_by_place(group, kind) + _by_others(group, groups, kind) + _by_look(group, site) for group in groups]
    return [names + _by_slug(share, slugs, kind) for names, share in zip(seen, slugs, strict=True)]


def best_form(group: Group) -> Title:
    """Of titles that differ by marks alone the form that most of them have: `Harbour : Storm` is glued of two lines."""
    forms = Counter(_form(title.text) for title in group.titles)
    return max(group.titles, key=lambda title: (forms[_form(title.text)], -FORMS.index(title.place)))


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    return dict(json.loads((files(__package__) / "titles.json").read_text("utf-8")))


def _title_element(root: dom.Element) -> dom.Element | None:
    """The head's title; there are others in drawings."""
    found = root.find("head/title")
    return found if found is not None else next(root.iter("title"), None)


def _is_part(group: Group) -> bool:
    """Whether a title is nothing but a part of the title element."""
    return "part" in group.places and not {*group.places} - {"part", "raw"}


def _of_title(ranked: Sequence[Group], root: dom.Element, site: Site) -> Title:
    """What is meant where that seems to be a part of the title element: one that is proven, or what goes with it."""
    guess = ranked[0]
    if part := meant(guess.text, site.cut(_line(dom.text_of(_title_element(root)))), root, site):
        return Title(part, "part")
    kin = (group for group in ranked if guess.key in group.key or group.key in guess.key)
    return best_form(next((group for group in kin if not _is_part(group)), guess))


def _line(text: str) -> str:
    """A title on one line, entities decoded: JSON-LD often holds them twice escaped."""
    text = text[: 4 * bounds.MAX_TITLE]  # of a heading that nothing closes, the whole page
    for _ in range(2):
        text = unescape(text) if "&" in text else text
    line = bounds.one_line(dom.fragment_line(UNSEEN.sub("", text)), bounds.MAX_TITLE) or ""
    return SPACES.sub(" ", line)


def _is_open(groups: Sequence[Group]) -> bool:
    """Whether there are but several headings, and below none of them stands more text than below the others."""
    several = len({group.key for group in groups if {"h1", "heading"} & {*group.places}}) > 1
    alone = all(place in PRINTED for group in groups for place in group.places)
    return several and alone and not any("most" in title.marks for group in groups for title in group.titles)


def _headings(root: dom.Element, site: Site) -> Iterator[Title]:
    """The h1 elements and what is inside them; where all of them are logos, the lesser headings."""
    read = [(hit, text) for hit in islice(root.iter("h1"), MAX_HEADINGS) if (text := dom.text_of(hit))]
    real = [(hit, text) for hit, text in read if not _is_logo(hit, text, site)]
    logos = [text for hit, text in read if (hit, text) not in real]
    for (hit, text), marks in zip(real, _marks([hit for hit, _ in real]), strict=True):
        yield Title(text, "h1", marks)
        yield from _inside(hit, text)
    for text in logos:
        yield Title(text, "logo")
    if not real:
        whole_page = re.sub(r"\W+", "", dom.text_of(_title_element(root))[: bounds.MAX_TITLE]).casefold()
        for lesser in islice(root.iter("h2", "h3"), MAX_HEADINGS):
            text = dom.text_of(lesser)
            # "Related" and its like head boxes: one that the title element does not repeat is no headline.
            if not whole_page or re.sub(r"\W+", "", text[: bounds.MAX_TITLE]).casefold() in whole_page:
                yield Title(text, "heading")


def _marks(hits: Sequence[dom.Element]) -> list[tuple[str, ...]]:
    """The places of the headings among themselves, and below which of them stands most text."""
    if len(hits) < 2:
        return [("only",)] * len(hits)
    lengths = _text_below(hits)
    most = max(lengths) or -1
    return [
        ("later" if number else "first", *(("most",) if length == most else ()))
        for number, length in enumerate(lengths)
    ]


def _text_below(hits: Sequence[dom.Element]) -> list[int]:
    """How much text of paragraphs follows each heading before the next one."""
    numbers = {hit: number for number, hit in enumerate(hits)}
    lengths = [0] * len(hits)
    at = -1
    for element in hits[0].getroottree().getroot().iter("h1", "p"):
        if element in numbers:
            at = numbers[element]
        elif at >= 0:
            lengths[at] += len(element.text or "") + sum(len(child.tail or "") for child in element)
    return lengths


def _inside(hit: dom.Element, text: str) -> Iterator[Title]:
    """The headline below a roof line, where both are elements of one heading."""
    inner = [part for child in hit if (part := dom.text_of(child))]
    if inner and inner != [text]:
        yield Title(inner[-1], "inner", ("last",))
        yield Title(text.removeprefix(inner[0]).strip(), "inner", ("rest",))


def _is_logo(hit: dom.Element, text: str, site: Site) -> bool:
    """Whether a heading is the site's name: it says so, or leads home."""
    if site.calls_itself(text):
        return True
    if len(text) > LOGO:
        return False
    outer = hit.getparent()
    links = [*hit.iter("a"), *([outer] if outer is not None and outer.tag == "a" else [])]
    return any(site.is_home(link.get("href") or "") for link in links)


def _by_place(group: Group, kind: str) -> list[str]:
    marks = dict.fromkeys(f"{title.place} {mark}" for title in group.titles for mark in title.marks)
    places = group.places
    return [*marks, *places, *(f"{kind} {place}" for place in places)]


def _by_others(group: Group, groups: Sequence[Group], kind: str) -> list[str]:
    """What the other titles say of one: that they hold it, that it is cut short, that it stands apart from them."""
    others = [other for other in groups if other is not group]
    said = [name for other in others for name in _relation(group, other)] if len(group.key) >= MIN_KEY else []
    places = frozenset(group.places)
    edited = EDITED & places
    if edited and "title" not in places and any({"h1", "title"} <= {*other.places} for other in others):
        twitter = ["twitter"] if "twitter" in places else []
        said += [f"{kind} apart", f"{kind} apart {' '.join(sorted([*edited, *twitter]))}"]
    if {"h1", "title"} <= places and any(EDITED & {*other.places} and "title" not in other.places for other in others):
        said.append(f"{kind} contested")
    return list(dict.fromkeys(said))


def _relation(group: Group, other: Group) -> Iterator[str]:
    if other.key.startswith(group.key):
        yield from (f"begins {place}" for place in other.places)
    elif other.key.endswith(group.key):
        yield from (f"ends {place}" for place in other.places)
    elif len(other.key) >= MIN_KEY and group.key.startswith(other.key):
        yield from (f"goes on behind {place}" for place in other.places)
    elif len(other.key) >= MIN_KEY and group.key.endswith(other.key):
        yield from (f"goes on before {place}" for place in other.places)


def _is_cut_short(group: Group, other: Group) -> bool:
    """Whether a title ends where a quotation begins or its field was full, not where a part of it ends."""
    if len(group.key) < MIN_KEY or other.key == group.key or not other.key.startswith(group.key):
        return False
    if "h1" in group.places or not {"h1", "title"} & {*other.places}:
        return False
    end = len(group.text.rstrip(" .…"))
    behind = other.text[end:].lstrip()
    return JOINT.match(other.text, end) is None and (end > FULL or behind[:1] in QUOTES) and bool(behind)


def _by_slug(share: float, shares: Sequence[float], kind: str) -> list[str]:
    best = max(shares)
    if not best:
        return []
    names = ["slug poor"] if share < best / 2 else []
    if share == best:
        names += ["slug best", *([f"slug best clearly {kind}"] if min(shares) < best - 0.2 else [])]
    return names


def _by_look(group: Group, site: Site) -> list[str]:
    width = len(group.key) * (CJK_WIDTH if WIDE.search(group.text) else 1)
    look = {
        "one word": len(WORD.findall(group.text)) < 2,
        "short": width < SHORT,
        "long": width > LONG,
        "site": site.calls_itself(group.text),
        "ellipsis": bool(ELLIPSIS.search(group.text)),
    }
    return [name for name, holds in look.items() if holds]


def _slug_share(group: Group, site: Site) -> float:
    """How much of a title's words and of the address's are the same, 0..1."""
    if not site.slug:
        return 0.0
    words = {word for word in WORD.findall(plain_of(group.text.casefold())) if len(word) > 1}
    return 2 * len(words & site.slug) / (len(words) + len(site.slug))


def _form(text: str) -> str:
    text = QUOTE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return SPACES.sub(" ", DASH.sub("-", text)).strip(" .-|:")
