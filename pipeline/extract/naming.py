"""What the names of elements say: the words of their classes that are known, and the groups that words belong to."""

from __future__ import annotations

import re
from functools import lru_cache

GROUPS = {
    "comment": r"comment|disqus|respond|reply|discussion|forum",
    "related": r"relat|recomm|^more$|similar|^also$|^next$|suggest|popular|^most|trending|teaser|outbrain|taboola"
    r"|latest|^top$|mehr|weitere|aussi|leia|lire",
    "share": r"share|sharing|social|follow|facebook|twitter|whatsapp|tool|print|email|addtoany|^like",
    "promo": r"promo|advert|^ads?$|sponsor|banner|affiliat|commerc|anzeige|werbung|publicid|offer|shop|product"
    r"|marketing|^cta$|^dfp|^gpt$",
    "nav": r"^nav|menu|breadcrumb|pagin|pager|^skip|^header$|masthead|toolbar|topbar|^tabs?$",
    "subscribe": r"newsletter|subscri|signup|paywall|login|regist|^abo$|premium|member|donat|support|consent|cookie"
    r"|gdpr|modal|popup|overlay",
    "author": r"author|byline|^bio$|contributor|writer|profile|autor|journalist|reporter",
    "caption": r"caption|credit|figure|gallery|slide|photo|image|^img$|media|picture|thumb|video|player|embed"
    r"|copyright",
    "tag": r"^tags?$|topic|keyword|categor|label|filed|hashtag|kicker|rubri|eyebrow",
    "footer": r"^foot|bottom|legal|disclaim|copyright|colophon|^end$",
    "side": r"^side|aside|widget|^rail$|rightcol|leftcol|infobox|factbox|^box$|module",
    "date": r"^date|time|publish|posted|updated|^meta$|^info$|dateline|stamp",
    "title": r"title|headline|heading|^hed$|ueberschrift|titul|titre",
    "lead": r"^lead|standfirst|subtitle|^sub$|summary|^deck|^dek$|intro|excerpt|abstract|chapo|perex"
    r"|entradilla|sapo|bajada|description|ingress|vorspann",
    "hidden": r"hidden|^hide|collapsed|^sr$|visually|screen|^none$|noprint",
    "body": r"articlebody|articletext|^articulo|^artikel|prose|^text|^body|^entry|detail|paragraph|wysiwyg"
    r"|markup|rich",
    "content": r"content|article|story|post|entry|^main|news|body|page",
}
GROUP = {name: re.compile(pattern) for name, pattern in GROUPS.items()}


@lru_cache(maxsize=20_000)
def spoken(words: frozenset[str], known: frozenset[str]) -> tuple[str, ...]:
    """The words that are known, and the groups (`+side`) that any of the words belongs to."""
    groups = (group for word in words for group in groups_of(word))
    return tuple(dict.fromkeys((*(word for word in words if word in known), *groups)))


@lru_cache(maxsize=20_000)
def named_above(words: frozenset[str], known: frozenset[str]) -> tuple[str, ...]:
    """What the words of an element say of all that is in it, as names of evidence."""
    return tuple(f"a:{word}" for word in spoken(words, known))


@lru_cache(maxsize=20_000)
def groups_of(word: str) -> tuple[str, ...]:
    return tuple(f"+{name}" for name, pattern in GROUP.items() if pattern.search(word))
