"""Which links of a site lead to articles, and what their addresses have in common.  Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from tld import get_tld

LEAST_HEADLINE = 20  # characters of a link that is a headline; CJK ones count twice
WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
DIGITS = re.compile(r"\d{4}")
LONG_WORD = 12
# Under these names, which the list of public suffixes doesn't have, everybody has a host of their own.
SHARED = frozenset(["wordpress.com", "substack.com", "medium.com", "tumblr.com", "livejournal.com", "typepad.com"])
MAX_FORMS = 4
SHARE = 0.9
WORDS = re.compile(r"[^\W\d_]+")


def site_of(url: str) -> str:
    """The registered name of an address's host, by the public suffix list: `bbc.co.uk` of `www.bbc.co.uk`.

    A number, and what stands under no public suffix, is its own.
    """
    host = urlsplit(url).hostname or ""
    known = get_tld(url, as_object=True, fail_silently=True, search_private=True)
    if known is None or isinstance(known, str):
        return host if ":" in host or host.replace(".", "").isdigit() else ".".join(host.split(".")[-2:])
    return host if known.fld in SHARED else known.fld


def article_links(links: Iterable[tuple[str, str]], home: str) -> list[tuple[str, str]]:
    """The links of a page that look like articles of its site: the largest group of one form with headlines."""
    groups: dict[tuple[int, str, bool], list[tuple[str, str]]] = defaultdict(list)
    for url, text in links:
        if site_of(url) == site_of(home):
            groups[_form(url)].append((url, text))
    told = {
        form: [(url, text) for url, text in group if len(text) + len(WIDE.findall(text)) >= LEAST_HEADLINE]
        for form, group in groups.items()
    }
    ranked = sorted(told, key=lambda form: (len(told[form]) * (1 + form[2]), form[2]), reverse=True)
    return told[ranked[0]] if ranked else []


def pattern_of(articles: Sequence[str], others: Iterable[str] = ()) -> str | None:
    """An expression that the path and query of articles match and few `others` do; None where they have too little in
    common.  It is anchored and has no two open ends beside each other, so that it is linear.
    """
    if len(articles) < 2:
        return None
    forms = dict.fromkeys(_expression(urls) for urls in _grouped(articles))
    expressions = [form for form in forms if form]
    if not expressions or len(expressions) > MAX_FORMS:
        return None
    pattern = expressions[0] if len(expressions) == 1 else f"(?:{'|'.join(expressions)})"
    is_article = re.compile(f"^{pattern}").search
    strangers = [url for url in others if url not in articles]
    wrong = sum(is_article(path_of(url)) is not None for url in strangers)
    if any(is_article(path_of(url)) is None for url in articles) or wrong > len(articles) + len(strangers) / 2:
        return None
    return f"^{pattern}"


def path_of(url: str) -> str:
    """What a source's `articles` is held against."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _form(url: str) -> tuple[int, str, bool]:
    """Whether an address has a number or a slug, as articles have; of one that has none its depth and section."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    last = parts[-1] if parts else ""
    is_told = bool(DIGITS.search(path_of(url))) or last.count("-") >= 3
    if is_told:
        return 0, "", True
    return len(parts), parts[0] if len(parts) > 1 else "", False


def _grouped(urls: Sequence[str]) -> list[list[str]]:
    """Addresses by depth."""
    groups: dict[int, list[str]] = defaultdict(list)
    for url in urls:
        groups[urlsplit(url).path.count("/")].append(url)
    return list(groups.values())


def _expression(urls: Sequence[str]) -> str | None:
    """What these addresses have in common, up to the last part that tells; `/?p=123` tells by its query."""
    paths = [urlsplit(url).path for url in urls]
    rows = [path.split("/")[1:] for path in (map(path_of, urls) if len(set(paths)) < len(set(urls)) else paths)]
    if len({len(row) for row in rows}) > 1:
        return None
    parts = [_part([row[at] for row in rows], is_last=at == len(rows[0]) - 1) for at in range(len(rows[0]))]
    while parts and parts[-1] == "[^/]+":
        parts.pop()
    if not parts or all(part == "[^/]+" for part in parts):
        return None
    return "/" + "/".join(parts)


def _part(texts: Sequence[str], *, is_last: bool) -> str:
    distinct = set(texts)
    if len(distinct) == 1 and not DIGITS.search(texts[0]):
        return re.escape(texts[0])
    if all(text.isdigit() for text in texts):
        return r"\d+" if not is_last else r"\d+$"
    if all(DIGITS.search(text) for text in texts):
        return r"[^/]*\d{4}" if is_last else "[^/]+"
    return "[^/]+"
