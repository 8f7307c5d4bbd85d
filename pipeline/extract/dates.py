"""When a page was published: all that it declares, is called and prints, each with what speaks for it.

Nothing is read here but strings; which of them is believed is found by agreement, where times are understood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from pipeline.extract.printed import Printed, beginning_of, is_aside, printed_dates
from pipeline.model import Dated, Evidence
from pipeline.parse import bounds, dom

Metas = Mapping[str, Sequence[str]]
Thing = Mapping[str, Any]

MAX_ADDRESS = 1_000
MAX_THINGS = 30
MAX_MARKED = 40
MAX_SCRIPTS = 500_000
MAX_IN_SCRIPTS = 6
# Of what is printed so many are kept, those that most speaks for.
MAX_PRINTED = 16
# From here on what speaks for a printed date makes it the page's word; below, it is a guess.
SURE = 2.0
# A reader's comment and a copyright line may be all that a page dates: never more than a guess.
OF_OTHERS = ("comment", "label-other")
GUESSED = SURE - 0.1

OPENGRAPH = ("article:published_time", "og:article:published_time", "og:published_time", "article:published")
PUBLISHED = re.compile(
    r"publi[sc]|pub[-_.]?date|pubtime|issued|creat|release|posted|displaydate|articledate|^ptime|original|online_date"
    r"|upload"
)
WHEN = re.compile(r"date|time|publish|issued|creat|release|posted|upload|[-_.:](?:at|on)$")
UPDATED = re.compile(r"modif|updat|revis|last[-_.]?mod|last_date|changed")
DATE = re.compile(r"(?:^|[.:_-])date$|^timestamp$|^date[.:_-]?(?:time)?$|^wt\.date|content-date|news_date")
OTHER = re.compile(
    r"expir|end|start|event|copyright|birth|valid|access|verif|publisher|author|url|place|city|creator|tool|by$|app"
    r"|domain|format|status|refresh|robots|viewport|image|video"
)
# Two scans of all attributes, which cost less than any test of elements.
ITEMS = etree.XPath("//body//@itemprop | //body//@property")
# Asked for where nothing else tells: the times that scripts make "2 hours ago" of, and those of microformats.
HIDDEN = etree.XPath(
    "//body//@data-datetime/.. | //body//@data-date/.."
    " | //body//*[@title][contains(@class,'published') or contains(@class,'updated')]"
)
ADDRESS_DAY = re.compile(r"(?<!\d)(19[89]\d|20[0-4]\d)([/_.-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
ADDRESS_DMY = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([/_.-])(0[1-9]|1[0-2])\2(20[0-4]\d)(?!\d)")
# /2023/oct/03/ of the Guardian, /2023/october/03/
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
ADDRESS_NAMED = re.compile(
    rf"(?<!\d)(19[89]\d|20[0-4]\d)([/_.-])({'|'.join((*MONTHS, *SHORT_MONTHS))})\2(0?[1-9]|[12]\d|3[01])(?!\d)",
    re.IGNORECASE,
)
ADDRESS_MONTH = re.compile(r"(?<!\d)(19[89]\d|20[0-4]\d)[/_.-](0?[1-9]|1[0-2])(?!\d)")
SCRIPT = re.compile(
    r"[\"'\\](?:date_?published|published_?(?:at|date|time|on)|publish_?(?:date|time|ed)|pub_?date"
    r"|created?_?(?:at|date|time|on)|first_?publish\w{0,10})\\?[\"']?\s{0,3}:\s{0,3}\\?[\"']?(\d[^\"',}\\]{7,40})",
    re.IGNORECASE,
)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A time of day that is more than the midnight of a day.
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00)\d\d:\d\d", re.ASCII)
# The publication itself; of the rest `meta-date` may be any date, and the others are but hints.
SETTLING = frozenset({"ld-published", "ld-page-published", "og-published", "meta-published"})
SETTLING_UPDATES = frozenset({"ld-updated", "ld-page-updated", "meta-updated"})
OF_PUBLICATION = frozenset(
    {
        "ld-published", "ld-created", "ld-page-published", "ld-other-published", "og-published", "meta-published",
        "item-published", "item-published-aside", "class-published",
    }
)  # fmt: skip


class Stated(NamedTuple):
    """A time that is not printed: `kind` says where it stands (a key of the weights)."""

    raw: str
    kind: str


def dates_of(
    root: dom.Element,
    address: str,
    metas: Metas,
    things: Sequence[Thing],
    article: Thing,
    headline: str | None,
    *,
    is_dated: bool = False,
) -> tuple[Dated, ...]:
    """The candidates of a page: what is declared, by the trust in it, then what is printed, the best first.

    `is_dated` says that the time is known better; what is declared may still add its seconds.
    """
    stated = [*json_ld_dates(things, article), *meta_dates(metas)]
    if is_dated or is_settled(stated, address):
        return tuple(map(_dated, dict.fromkeys(stated)))
    stated += [*marked_dates(root), *address_dates(address, metas)]
    printed = _best(printed_dates(root, headline))
    if not printed and not any(evidence_of(one.kind) == "page" for one in stated):
        stated += [*hidden_dates(root), *script_dates(root)]
    return (*map(_dated, dict.fromkeys(stated)), *printed)


def is_settled(stated: Iterable[Stated], address: str) -> bool:
    """Whether two witnesses name one day, and one of them a time: then nothing that is printed is asked for.

    They are JSON-LD and the meta elements; or all that these say of publication and change; or the address.
    """
    published: dict[str, set[str]] = {"ld": set(), "meta": set()}
    updated: dict[str, set[str]] = {"ld": set(), "meta": set()}
    timed: set[str] = set()
    for raw, kind in stated:
        days = published if kind in SETTLING else updated if kind in SETTLING_UPDATES else None
        if days is not None and (day := ISO_DAY.match(raw)):
            days["ld" if kind.startswith("ld") else "meta"].add(day[0])
            timed |= {day[0]} if kind in SETTLING and ISO_TIME.match(raw) else set()
    if published["ld"] & published["meta"] & timed:
        return True
    days_of, changed = published["ld"] | published["meta"], updated["ld"] | updated["meta"]
    if len(days_of) != 1 or not days_of <= timed:
        return False
    is_addressed = not days_of.isdisjoint(raw for raw, kind in _days_of_address(address) if kind == "url")
    is_told_twice = all(published[way] or updated[way] for way in ("ld", "meta")) and changed == days_of
    return is_addressed or is_told_twice


def json_ld_dates(things: Sequence[Thing], article: Thing) -> Iterator[Stated]:
    """Of the article itself, then of whatever else is described."""
    yield from _stated(article.get("datePublished"), "ld-published")
    yield from _stated(article.get("dateCreated"), "ld-created")
    yield from _stated(article.get("dateModified"), "ld-updated")
    for thing in things[:MAX_THINGS]:
        if thing is not article:
            kind = thing.get("@type")
            of = "page" if isinstance(kind, str) and kind.endswith("Page") else "other"
            yield from _stated(thing.get("datePublished"), f"ld-{of}-published")
            yield from _stated(thing.get("uploadDate"), "ld-upload")
            yield from _stated(thing.get("dateModified"), f"ld-{of}-updated")


def meta_dates(metas: Metas) -> Iterator[Stated]:
    for name, values in metas.items():
        if kind := _kind_of_meta(name):
            for value in values[:2]:
                yield from _stated(value, kind)


@lru_cache(maxsize=4_096)
def _kind_of_meta(name: str) -> str | None:
    """What the name of a meta element says of its content, if it can be a time of ours."""
    if name in OPENGRAPH:
        return "og-published"
    if UPDATED.search(name):
        return "meta-updated"
    if OTHER.search(name):
        return None
    if DATE.search(name):
        return "meta-date"
    return "meta-published" if PUBLISHED.search(name) and WHEN.search(name) else None


def marked_dates(root: dom.Element) -> Iterator[Stated]:
    """What is marked up for machines among the text: microdata and RDFa, `<abbr class="published" title=…>`."""
    hits: Any = ITEMS(root)  # strings that know their element
    for hit in islice((hit for hit in hits if "date" in hit), MAX_MARKED):
        if (element := hit.getparent()) is not None:
            value = element.get("content") or element.get("datetime") or beginning_of(element)
            yield from _marked(element, value, str(hit).lower())
    for element in islice(root.iter("abbr"), MAX_MARKED):
        if "published" in (element.get("class") or ""):
            yield from _marked(element, element.get("title") or "", "")


def hidden_dates(root: dom.Element) -> Iterator[Stated]:
    """What no reader sees and no standard says: data attributes and titles."""
    hits: Any = HIDDEN(root)
    for element in hits[:MAX_MARKED]:
        value = element.get("data-datetime") or element.get("data-date") or element.get("title") or ""
        yield from _marked(element, value, "")


def _marked(element: dom.Element, value: str, item: str) -> Iterator[Stated]:
    names = (element.get("class") or "")[:MAX_ADDRESS]
    if "modif" in item or "updat" in item or ("updat" in names and "published" not in names):
        kind = "item-updated"
    elif item:
        kind = "item-published"
    else:
        kind = "class-published" if "published" in names else "data-date"
    if len(value) <= bounds.MAX_DATE:
        yield from _stated(value, f"{kind}-aside" if is_aside(element) else kind)


def address_dates(address: str, metas: Metas) -> Iterator[Stated]:
    """The days and months in the address of a page, and in that of its picture."""
    yield from _days_of_address(address)
    yield from _month(address, "url-month")
    for image in metas.get("og:image", ())[:1]:
        yield from (Stated(raw, "image-url") for raw, _ in _days_of_address(image))
        yield from _month(image, "image-month")


def _days_of_address(address: str) -> Iterator[Stated]:
    """`/2019/08/20/`, `20-08-2019` and `/2019/aug/20/`; `/20190820`, which may be any number."""
    for found in list(ADDRESS_DAY.finditer(address[:MAX_ADDRESS]))[-2:]:
        yield Stated(f"{found[1]}-{found[3]:0>2}-{found[4]:0>2}", "url" if found[2] else "url-digits")
    for found in list(ADDRESS_DMY.finditer(address[:MAX_ADDRESS]))[-1:]:
        yield Stated(f"{found[4]}-{found[3]}-{found[1]}", "url")
    for found in list(ADDRESS_NAMED.finditer(address[:MAX_ADDRESS]))[-1:]:
        yield Stated(f"{found[1]}-{SHORT_MONTHS.index(found[3][:3].lower()) + 1:02}-{found[4]:0>2}", "url")


def _month(address: str, kind: str) -> Iterator[Stated]:
    for found in list(ADDRESS_MONTH.finditer(address[:MAX_ADDRESS]))[-1:]:
        yield Stated(f"{found[1]}-{found[2]:0>2}", kind)


def script_dates(root: dom.Element) -> Iterator[Stated]:
    """The first times of publication that the scripts of a page hold; they may be of another article."""
    left, many = MAX_SCRIPTS, 0
    for script in root.iter("script"):
        text = script.text or ""
        for found in islice(SCRIPT.finditer(text[:left]), MAX_IN_SCRIPTS - many):
            yield Stated(found[1].strip(), "script" if many else "script-first")
            many += 1
        left -= len(text)
        if left <= 0 or many >= MAX_IN_SCRIPTS:
            return


def _stated(raw: Any, kind: str) -> Iterator[Stated]:
    raw = raw[0] if isinstance(raw, list) and raw else raw
    if isinstance(raw, str) and (line := bounds.one_line(raw, bounds.MAX_DATE)):
        yield Stated(line, kind)


def _best(printed: Iterable[Printed]) -> list[Dated]:
    """The printed dates that most speaks for, in that order."""
    found: dict[str, float] = {}
    for raw, says in printed:
        weight = printed_weight(says)
        found[raw] = max(weight, found.get(raw, weight))
    best = sorted(found, key=lambda raw: -found[raw])[:MAX_PRINTED]
    return [_printed(raw, found[raw]) for raw in best]


def printed_weight(says: frozenset[str]) -> float:
    """What speaks for a printed date."""
    weights = learnt()
    weight = sum(weights.get(name, 0.0) for name in says)
    if any(name.startswith(OF_OTHERS) for name in says):
        weight = min(weight, GUESSED)
    return round(weight, 3)


def weight_of(stated: Stated) -> float:
    """What speaks for a date that is not printed."""
    return round(sum(weight for _, weight in _dated(stated).says), 3)


def _printed(raw: str, weight: float) -> Dated:
    return Dated("page" if weight >= SURE else "guess", raw, "html", (("printed", weight),))


def _dated(stated: Stated) -> Dated:
    weights = learnt()
    says = [(stated.kind, weights.get(stated.kind, 0.0))]
    if stated.kind in OF_PUBLICATION:
        says.append(("declared", weights.get("declared", 0.0)))
    return Dated(evidence_of(stated.kind), stated.raw, origin_of(stated.kind), tuple(says))


def evidence_of(kind: str) -> Evidence:
    return "page" if kind in OF_PUBLICATION or kind == "meta-date" else "guess"


def origin_of(kind: str) -> str:
    return ORIGINS[kind.partition("-")[0]]


ORIGINS = {
    "ld": "json-ld", "og": "opengraph", "meta": "meta", "item": "microdata", "class": "microdata", "data": "microdata",
    "url": "url", "image": "image", "script": "script",
}  # fmt: skip


@lru_cache(maxsize=1)
def learnt() -> Mapping[str, float]:
    """What each name weighs, in units of log odds; how that is learnt is in docs/develop.md."""
    said: dict[str, float] = json.loads(files("pipeline.extract").joinpath("dates.json").read_text(encoding="utf-8"))
    return said
