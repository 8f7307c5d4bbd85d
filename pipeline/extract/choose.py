"""Which of the ways to read a page is believed, field by field.

The site's profile first; what it does not find from the declared metadata; the body, failing both, from the generic
extractor; the rest from the feed entry that led here.  A selector that finds nothing never loses an article.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pipeline.errors import ExtractError
from pipeline.extract import body, embedded, live, profile
from pipeline.extract.declared import declared
from pipeline.extract.feed_text import from_entry
from pipeline.model import Completeness, Entry, Extract, Page, Source
from pipeline.parse import dom
from pipeline.parse.blocks import width_of

# What a later way may fill in, by attribute and by its name in `fields`.
FILLED = {
    "headline": "headline",
    "lead": "lead",
    "updated_raw": "updated",
    "byline": "byline",
    "authors": "authors",
    "named": "named",
    "signed": "signed",
    "section": "section",
    "keywords": "keywords",
    "images": "images",
    "language": "language",
    "canonical_url": "canonical_url",
    "site_name": "site_name",
}
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_]+")
# A page about something else shares its small words with any headline; the right one shares nearly all of them.
SHARED = 0.5
# articleBody is a teaser on every fourth page that has one (fundus, scrapinghub 2019-2025).
DECLARED = 0.7
# Of CJK the pairs of neighbouring characters are compared: single ones are in any long text.  Particles and the
# clipped style of headlines break more of them than of words.
RUN = re.compile(
    r"(?P<cjk>[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+)"
    r"|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)
SHARED_PAIRS = 1 / 3
# "Storm closes" and "closed by a storm", «открылся» and «открыли»: words are compared by their first letters.
STEM = 5
# So few words prove nothing: "Weather forecast" is above a forecast that never uses them.
MIN_WORDS = 3
MAX_SEARCHED = 1_000_000
MOVED, MOVED_WIDTH = 0.8, 500


def extract_page(html: str, page: Page, entry: Entry | None, source: Source) -> Extract:
    """The article of a page.

    `completeness` is `full` if the text is the page's, `partial` if the page has none and the entry's stands in.
    `fields` says of every field where it came from; `dates` are in order of trust.

    Raises:
        ExtractError: there is neither headline nor text, or the page is another one than the entry's.
        ConfigError: a selector of the source does not compile.
    """
    root = dom.parse_html(html)
    hit = profile.best(root, source.profiles)
    if entry is not None and _is_other(root, hit, entry):
        raise ExtractError(f"{page.address} does not show {entry.headline!r}: a notice, a section or a block page")
    listed = from_entry(entry) if entry else Extract()
    stated = declared(root, page.address, is_dated=_is_dated(hit, entry))
    if hit and hit.profile.byline:
        # Where the site prints its bylines is known: elsewhere "By Any Means Necessary" is a menu (Sputnik, 2017).
        stated = replace(stated, named=(), signed=())
    found = _filled(profile.extract(hit, page.address) if hit else _unfitted(source), stated)
    found = _filled(_with_title_of(found, listed), listed)
    found = _with_body(found, root, stated, listed, blank=hit is not None and hit.blank)
    found = live.told(found, root, page.address)
    found = replace(found, dates=tuple(dict.fromkeys(found.dates)))
    if not found.headline and not found.paragraphs:
        raise ExtractError(f"{page.address} holds neither a headline nor a text")
    return found


def _is_dated(hit: profile.Hit | None, entry: Entry | None) -> bool:
    """Whether feed or profile say when; a listing's day is often that of the listing."""
    told = entry is not None and entry.origin == "feed" and bool(entry.published_raw)
    return told or (hit is not None and "date" in hit.texts)


def _unfitted(source: Source) -> Extract:
    """Where no profile fits, all selectors of the newest are missed; a source without profiles misses nothing."""
    missed = profile.missed(profile.Hit(source.profiles[0], {})) if source.profiles else ()
    return Extract(missed=missed, method="declared")


def _filled(found: Extract, other: Extract) -> Extract:
    """`found` with its empty fields from `other`; dates are appended, bodies left alone."""
    changes: dict[str, Any] = {}
    origins = dict(found.fields)
    for attribute, field in FILLED.items():
        value = getattr(other, attribute)
        if value and not getattr(found, attribute):
            changes[attribute] = value
            origins[field] = other.fields.get(field, "html")
    changes["dates"] = found.dates + other.dates
    return replace(found, **changes, fields=origins)


def _with_title_of(found: Extract, listed: Extract) -> Extract:
    """A declared title may carry the site's name or section behind the headline that the feed prints."""
    headline = listed.headline
    if not headline or not found.headline or found.fields.get("headline") == "profile":
        return found
    if found.headline.startswith(headline) and len(found.headline) > len(headline):
        return replace(found, headline=headline, fields={**found.fields, "headline": "feed"})
    return found


def _with_body(found: Extract, root: dom.Element, stated: Extract, listed: Extract, *, blank: bool) -> Extract:
    if found.paragraphs:
        return _bodied(found, found.paragraphs, "profile", "full")
    judged = body.read(root, stated)
    hidden = embedded.instead(root, judged, stated) or embedded.NOTHING
    if blank and not (hidden.paragraphs or _is_moved(found.headline, judged)):
        return _bodied(found, listed.paragraphs, "feed" if listed.paragraphs else "profile", _blank(listed))
    for paragraphs, method, expected in (
        (hidden.paragraphs, hidden.method, hidden.expected),
        (judged.paragraphs, judged.method, judged.expected),
        (stated.paragraphs, "json-ld", DECLARED),
    ):
        text = _below(found.headline, paragraphs)
        # Less than the feed says is a footer or the words around a script, not the article.
        if _length(text) > 0 and _length(text) >= _length(listed.paragraphs):
            if method == hidden.method and hidden.lead:
                found = _filled(found, Extract(lead=hidden.lead, fields={"lead": method}))
            missed = (*found.missed, "body") if blank else found.missed
            return replace(_bodied(found, text, method, "full"), expected=expected, missed=missed)
    return _bodied(found, listed.paragraphs, "feed", "partial")


def _is_moved(headline: str | None, judged: body.Judged) -> bool:
    """Whether a page whose place for the text is empty has it elsewhere: it is no flash, the layout has changed.

    What else stands on a flash's page (other news, a notice) is not long, not likely an article, or of other things.
    """
    if judged.expected < MOVED or sum(map(width_of, judged.paragraphs)) < MOVED_WIDTH:
        return False
    words, pairs = _terms((headline or "").casefold())
    shown_words, shown_pairs = _terms(" ".join(judged.paragraphs)[:MAX_SEARCHED].casefold())
    shared = len(words & shown_words) + len(pairs & shown_pairs)
    return shared >= max(2.0, SHARED * len(words) + SHARED_PAIRS * len(pairs))


def _blank(listed: Extract) -> Completeness:
    return "partial" if listed.paragraphs else "full"


def _below(headline: str | None, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The text below the heading, where a generic extractor took the heading along."""
    title = dom.shown(headline or "")
    at = next((number for number, line in enumerate(paragraphs) if dom.shown(line) != title), len(paragraphs))
    return paragraphs[at:]


def _length(paragraphs: tuple[str, ...]) -> int:
    return sum(map(len, paragraphs))


def _bodied(found: Extract, paragraphs: tuple[str, ...], method: str, completeness: Completeness) -> Extract:
    fields = {**found.fields, "body": method} if paragraphs else found.fields
    return replace(found, paragraphs=paragraphs, method=method, completeness=completeness, fields=fields)


def _is_other(root: dom.Element, hit: profile.Hit | None, entry: Entry) -> bool:
    """Whether the page shows too little of the listed headline to be its article.

    Where a profile finds the article whole only that is searched: the frame of a section page, or of a notice in the
    site's own template, may name any headline.
    """
    headline = (dom.fragment_line(entry.headline) or "").casefold()
    if hit is None or not (hit.texts.get("headline") and (hit.blank or hit.texts.get("body"))):
        return _is_absent(headline, root)
    shown = " ".join(text for field in ("headline", "lead", "body") for text in hit.texts.get(field, ()))
    words, pairs = _terms(headline)
    if len(words) + len(pairs) / 2 < MIN_WORDS:
        return False
    shown_words, shown_pairs = _terms(shown[:MAX_SEARCHED].casefold())
    found = len(words & shown_words) + len(pairs & shown_pairs)
    return found < SHARED * len(words) + SHARED_PAIRS * len(pairs)


def _is_absent(headline: str, root: dom.Element) -> bool:
    wanted = set(WORD.findall(headline))
    if not wanted:
        return False
    titles = dom.select(root, "title, meta::attr(content)")
    shown = " ".join([dom.text_of(root)[:MAX_SEARCHED], *map(dom.text_of, titles)])
    return len(wanted & set(WORD.findall(shown.casefold()))) < SHARED * len(wanted)


def _terms(text: str) -> tuple[set[str], set[str]]:
    """The beginnings of words, and the pairs of neighbouring CJK characters."""
    words: set[str] = set()
    pairs: set[str] = set()
    for run in RUN.finditer(text):
        if run["cjk"]:
            pairs.update(first + second for first, second in pairwise(run["cjk"]))
        else:
            words.add(run[0][:STEM])
    return words, pairs
