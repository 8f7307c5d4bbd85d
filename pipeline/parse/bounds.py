"""How long a field of a feed may be, and which addresses we follow: feeds are hostile until proven dull."""

from __future__ import annotations

import re
from hashlib import sha256
from html import unescape
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

MAX_ENTRIES = 5_000
MAX_TITLE = 1_024
MAX_ADDRESS = 2_048
MAX_AUTHOR = 320
MAX_DATE = 100
MAX_WORD = 200
MAX_NAME = 100
MAX_WORDS = 50
MAX_IMAGES = 30
MAX_TEXT = 64 * 1_024
MAX_CONTENT = 1_024 * 1_024

# Not the ideographic space, which is printed between the halves of a Japanese headline.
SPACE = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")
# Browsers pass over line breaks inside an address: "https://tass.com/world/\n1310956"
UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
SAFE = "%/:=&?~#+!$,;'@()*[]|"

# Markup, terminal sequences, control and direction characters
NO_NAME = re.compile(
    "</?[a-zA-Z][^<>]{0,200}>|\x1b\\[[0-9;]{0,20}[A-Za-z]"
    "|[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


def one_line(text: str | None, limit: int) -> str | None:
    """The text with its white space collapsed, cut to `limit` characters; None if nothing is left."""
    if not text:
        return None
    return SPACE.sub(" ", text[: limit * 4]).strip()[:limit].rstrip() or None


def name(text: str | None) -> str | None:
    """What a site or a list calls itself, as one short line without markup, control and direction characters."""
    bare = NO_NAME.sub(" ", unescape(text[: 4 * MAX_ADDRESS])) if text else None
    return one_line(bare, MAX_NAME)


def whole(text: str | None, limit: int) -> str | None:
    """The text as served, cut to `limit` characters; None if it is blank."""
    return text[:limit] if text and not text.isspace() else None


def words(values: object, limit: int = MAX_WORDS) -> tuple[str, ...]:
    """Distinct short strings (keywords, names) in the order given."""
    if not isinstance(values, (list, tuple)):
        return ()
    short = (one_line(value, MAX_WORD) for value in values[: limit * 2] if isinstance(value, str))
    return tuple(dict.fromkeys(value for value in short if value))[:limit]


def identifier(guid: str | None) -> str | None:
    """A guid as printed; an overlong one by its SHA-256, so that two of them stay two."""
    guid = guid.strip() if guid else None
    if guid and len(guid) > MAX_ADDRESS:
        return "sha256:" + sha256(guid.encode("utf-8", "replace")).hexdigest()
    return guid or None


def web_address(base: str, address: str | None) -> str | None:
    """The absolute http(s) address, or None where there is none that can be fetched (mailto:, overlong, no host)."""
    address = UNSAFE.sub("", address[: MAX_ADDRESS * 2]).strip() if address else ""
    if not address or len(address) > MAX_ADDRESS:
        return None
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        host, _ = parts.hostname, parts.port
        path, query = quote(parts.path, safe=SAFE), quote(parts.query, safe=SAFE)
    except ValueError:  # UnicodeEncodeError too: "\\ud800" in JSON
        return None
    if parts.scheme not in ("http", "https") or not host or len(joined) > MAX_ADDRESS:
        return None
    return urlunsplit(parts._replace(path=path, query=query, fragment=""))


def known_as(url: str) -> str:
    """An address as it is compared: scheme and host are the same in capitals, a path is another one."""
    parts = urlsplit(url)
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()
