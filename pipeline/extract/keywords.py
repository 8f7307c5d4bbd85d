"""What a page says it is about: one of its lists of keywords, cleaned; where an article declares none, the tags
its page prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from pipeline.parse import bounds, dom

# In the order of trust; the first list that says anything is taken, for the others are of other kinds:
# sections, codes of the house, words for advertisers.
METAS = (
    "news_keywords",
    "keywords",
    "article:tag",
    "parsely-tags",
    "classification-tags",
    "sailthru.tags",
    "cxenseparse:tags",
)
MAX_META = 2 * 1_024
SEPARATOR = re.compile(r"[,;、،|]")
# "26157981-b4f7-4929-adc1-e860c6f03636", "100312362", "o.canada.com", "NLP Category: General"
NO_WORD = re.compile(
    r"[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|\d{5,}|(?-i:(?:[a-z0-9-]+\.){1,3}[a-z]{2,6})|NLP .*"
    r"|.*[=<>{}].*|\W+",
    re.IGNORECASE,
)
# "Category: Wine", "topic/Wine", "(1) Wine", "#Wine"
LABEL = re.compile(
    r"^(?:#+|\(\d{1,2}\)\s|(?:category|tag|topic|section)s?\s?[:/]\s?|(?-i:[a-z]{4,12}/)(?=[^/]+$))", re.IGNORECASE
)
# "AERO", "INDG08", "RSBI:HUMAN-RIGHTS": codes of a house, not words, where nearly all are so.
CODE = re.compile(r"[A-Z0-9:-]{2,16}", re.ASCII)
CODES = 0.8
MIN_CODES = 4
MAX_HITS = 500
MAX_ABOVE = 4
MAX_TAGS = 30
MAX_TAG = 60
TAGGED = re.compile(
    r"(?:^|[^a-z])(?:tags?|topics?|keywords?|hashtags?|schlagworte?|themen)(?:$|[^a-z]|-?(?:list|box|cloud))",
    re.IGNORECASE,
)
LEADS_TO = re.compile(
    r"/(?:tags?|topics?|tagg|thema|themen|tema|temas|keywords?|hashtags?|schlagworte?|etiquetas?|mots-cles)/"
)
# What may be a list of tags, or a link in one; a look at the attributes of these alone costs less than a selector.
LISTING = ("h1", "a", "ul", "ol", "div", "nav", "section")
MAY_SAY_TAGS = ("tag", "Tag", "opic", "thema", "theme", "eyword", "chlagwort")
AROUND = frozenset(("body", "html", "main", "article", "head"))
SITE_WIDE = re.compile(
    r"(?:^|[^a-z])(?:menu|header-nav|sidebar|global|site-?header|site-?footer|mega|trending|popular)", re.IGNORECASE
)


def keywords(
    root: dom.Element, metas: Mapping[str, Sequence[str]], article: Mapping[str, Any]
) -> tuple[tuple[str, ...], str]:
    """The keywords of a page and their origin."""
    told = next((words for name in METAS if (words := _tidy(_split(list(metas.get(name, ())))))), ())
    stated = _tidy(_split(article.get("keywords")))
    # "Boxing Riverside Ann Harbour": some JSON-LD glues them all into one.
    if stated and not (len(stated) == 1 < len(told)):
        return stated, "json-ld"
    if told:
        return told, "meta"
    if not article and metas.get("og:type", [""])[0] != "article":
        return (), ""
    printed = _tidy(_printed(root))
    return printed, "html" if printed else ""


def _split(value: Any) -> list[str]:
    """The words of a list, or of one string that holds many."""
    values = value if isinstance(value, list) else [value]
    texts = [text for text in values[: bounds.MAX_WORDS] if isinstance(text, str)]
    return [part for text in texts for part in SEPARATOR.split(text[:MAX_META])]


def _tidy(words: Sequence[str]) -> tuple[str, ...]:
    """The words without labels, numbers and addresses; none if they are codes."""
    lines = [LABEL.sub("", word).strip() for word in bounds.words(list(words))]
    kept = [line for line in lines if line and not NO_WORD.fullmatch(line)]
    codes = sum(bool(CODE.fullmatch(line)) for line in kept)
    return () if codes >= MIN_CODES and codes > CODES * len(kept) else bounds.words(kept)


def _printed(root: dom.Element) -> tuple[str, ...]:
    """The tags of the first list of links below the headline that says it is one; a list of one only for want of more.

    Lists of the whole site are passed over.
    """
    told = (one for one in root.iter(*LISTING) if one.tag == "h1" or _may_say_tags(one))
    hits = [one for one in told if one.tag in ("h1", "a") or _says_tags(one)]
    lists: dict[dom.Element, dict[dom.Element, None]] = {}
    is_below = False
    for hit in hits[:MAX_HITS]:
        if hit.tag == "h1":
            if not is_below:
                lists.clear()
            is_below = True
        elif hit.tag == "a":
            _add(lists, _list_of(hit), [hit])
        else:
            outer = (one for one in islice(hit.iterancestors(), 3 * MAX_ABOVE) if one in lists)
            _add(lists, next(outer, hit), hit.iter("a"))
    own = [links for holder, links in lists.items() if len(links) <= MAX_TAGS and not _is_site_wide(holder)]
    chosen = next((links for links in own if len(links) > 1), next(iter(own), {}))
    return tuple(text for link in chosen if len(text := dom.text_of(link)) <= MAX_TAG)


def _add(
    lists: dict[dom.Element, dict[dom.Element, None]], holder: dom.Element | None, links: Iterable[dom.Element]
) -> None:
    """Put links to the list that holds them; those in sentences are no tags."""
    if holder is None:
        return
    for link in islice(links, MAX_TAGS + 1):
        outer = link.getparent()
        if outer is not None and outer.tag != "p":
            lists.setdefault(holder, {})[link] = None


def _list_of(link: dom.Element) -> dom.Element | None:
    """The list around a link that leads to a tag's page or is called one."""
    leads = "tag" in (link.get("rel") or "").split() or LEADS_TO.search(link.get("href") or "")
    above = [element for element in islice(link.iterancestors(), MAX_ABOVE) if element.tag not in AROUND]
    return above[min(1, len(above) - 1)] if above and (leads or _says_tags(link)) else None


def _may_say_tags(element: dom.Element) -> bool:
    said = "\n".join(element.values())  # type: ignore[arg-type]
    for part in MAY_SAY_TAGS:  # noqa: SIM110 - asked of every element; `any` takes twice as long
        if part in said:
            return True
    return False


def _says_tags(element: dom.Element) -> bool:
    told = (f"{name!s} {value[:80]!s}" for name, value in element.items() if name not in ("href", "style"))
    return any(map(TAGGED.search, told))


def _is_site_wide(holder: dom.Element) -> bool:
    above = list(islice(holder.iterancestors(), 3 * MAX_ABOVE))
    inside = next((at for at, element in enumerate(above) if element.tag in ("article", "main")), None)
    around = [holder, *above[:inside]]
    if inside is None and any(element.tag in ("footer", "aside") for element in around):
        return True
    return any(SITE_WIDE.search(f"{one.get('class') or ''} {one.get('id') or ''}"[:300]) for one in around)
