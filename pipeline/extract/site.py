"""What a site is called, by what its pages declare and by its address, and where that name ends or begins a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from pipeline.parse import bounds

# `Storm closes port | Wire`, ` - Wire`, `｜Wire`, `：Wire`, ` » Wire`, `_Wire`, `！-新华网`
JOINT = re.compile(
    r"\s*[|｜│ǀ¦┃]\s*|\s+[-–—―−·•*»«›‹<>/]{1,2}\s+|\s+::?\s+|\s*(?:::|：|－|―)\s*|(?<=\S)[:;]\s+|_+|\s+\\\s+|\s*»\s*"
    r"|(?<=[\u3000-\u9fff\uac00-\ud7af\uff00-\uff5e”])[-–—]+(?=[\u3000-\u9fff\uac00-\ud7af]{2,12}$)"
)
# At these a headline is joined more often than a site's name: "Moscow: no deal".
NARROW = re.compile(r"\s*[:;：_]\s*")
NO_WORD = re.compile(r"\W+")
WORD = re.compile(r"[^\W_]+")
MAX_NAME = 60
MAX_JOINTS = 8
MAX_CUTS = 4
MAX_SLUG = 500
# Labels of a host that name nobody.
COMMON = frozenset(("www", "com", "org", "net", "gov", "edu", "news", "blog", "web"))
NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name:iphone")


class Site:
    """The names of the site that serves `address`, and the words of the address (`slug`) that may spell a title."""

    def __init__(self, names: Iterable[str | None], address: str) -> None:
        self.names = frozenset(key for name in names if name and (key := key_of(name)))
        self._address = _split(address)
        host = self._host = _host(self._address)
        self.host = NO_WORD.sub("", host)
        labels = (NO_WORD.sub("", label) for label in host.split(".")[:-1])
        self.labels = frozenset(label for label in labels if len(label) > 2 and label not in COMMON)
        self.slug = _slug_of(self._address.path)

    def is_named(self, text: str) -> bool:
        """Whether a text is nothing but the site's name as it or its address spells it."""
        key = key_of(text) if len(text) <= MAX_NAME else ""
        return bool(key) and (key in self.names or key == self.host or plain_of(key) in self.labels)

    def calls_itself(self, text: str) -> bool:
        """Whether a text is the site's name, in full, abridged, or with a word more: "Wire Online"."""
        key = key_of(text) if len(text) <= MAX_NAME else ""
        if not key:
            return False
        if self.is_named(text) or any(_abridges(key, name) or _abridges(name, key) for name in self.names):
            return True
        plain = plain_of(key)
        return any(_is_inside(label, plain) or _is_inside(plain, label) for label in self.labels)

    def cut(self, title: str) -> str:
        """A title without the site's name at its end, and without it in front where a bar or dash sets it off."""
        for _ in range(MAX_CUTS):
            joints = list(JOINT.finditer(title))[-MAX_JOINTS:]
            shorter = self._cut_once(title, joints) if joints else title
            if shorter == title:
                break
            title = shorter
        return title

    def is_home(self, href: str) -> bool:
        """Whether a link on an inner page leads to the site's front page."""
        href = href.strip()[: bounds.MAX_ADDRESS]
        if len(self._address.path) < 2:
            return False
        if not href.startswith(("http:", "https:", "//")):
            return href in ("/", "./")
        target = _split(href)
        return target.path in ("", "/") and _host(target) == self._host

    def is_above(self, href: str) -> bool:
        """Whether a link leads to a section, or a directory, that the page's address lies in."""
        target = _split(href.strip()[: bounds.MAX_ADDRESS])
        if target.hostname and _host(target) != self._host:
            return False
        path = target.path.rstrip("/")
        return len(path) > 1 and self._address.path.startswith(path + "/") and not target.query

    def _cut_once(self, title: str, joints: list[re.Match[str]]) -> str:
        first, last = joints[0], joints[-1]
        front, behind = title[: last.start()].strip(), title[last.end() :].strip()
        if front and (self.is_named(behind) if NARROW.fullmatch(last[0]) else self.calls_itself(behind)):
            return front
        rest = title[first.end() :].strip()
        if rest and not NARROW.fullmatch(first[0]) and self.is_named(title[: first.start()].strip()):
            return rest
        return title


@lru_cache(maxsize=512)
def key_of(text: str) -> str:
    """The letters and digits of a text, by which two spellings of one name or title are the same."""
    return NO_WORD.sub("", unicodedata.normalize("NFKC", text[: bounds.MAX_TITLE]).casefold())


@lru_cache(maxsize=512)
def plain_of(text: str) -> str:
    """A text without accents, as addresses spell it; German umlauts as two letters."""
    if text.isascii():
        return text
    text = text.replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _abridges(short: str, long: str) -> bool:
    return len(short) > 3 and long.startswith(short) and len(long) <= len(short) + 20


def _is_inside(short: str, long: str) -> bool:
    return len(short) > 3 and short in long and len(long) <= 2.5 * len(short) + 3


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")


def _slug_of(path: str) -> frozenset[str]:
    """The words of that part of a path which has most; none of a path of numbers or a single word."""
    parts = (plain_of(unquote(part[:MAX_SLUG]).casefold()) for part in path.split("/")[-6:])
    words = max(([word for word in WORD.findall(part) if len(word) > 1] for part in parts), key=len, default=[])
    return frozenset(words) if len(words) > 2 else frozenset()
