"""The identity key of an address: two spellings of one address give one key."""

from __future__ import annotations

import hashlib
import re

import ada_url

_LENGTH = 2048
_TRACKER = re.compile(
    r"^(?:utm_\w*|mtm_\w*|pk_\w*|hsa_\w*|_hs\w*|at_(?:medium|campaign|custom\d|link\w*|format|ptr_\w*|bbc_\w*)|fbclid|gclid|gclsrc|dclid|gbraid"
    r"|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|mkt_tok|oly_anon_id|oly_enc_id|vero_id|wickedid|_openstat"
    r"|_ga|_gl|s_cid|ncid|cmpid|cmp|ref_src|ref_url|xtor|spm|__twitter_impression|guccounter|guce_\w+|wt_\w*|wt\.\w+|trk|sr_share)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_WEB = ("http:", "https:")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]+")


def normal_url(url: str, identity_query: tuple[str, ...] | None = None) -> str:
    """An address in the one form that serves as its key: host lower case, no default port, fragment, tracker, session
    or closing slash, the query sorted; http and https are one.

    `identity_query` names the query keys that count (`()`: none); with None all but known trackers do.
    What is no address comes back as it is, at most 2,048 characters long.

    >>> normal_url("HTTP://cn.yna.co.kr:80/view/ACK1?section=news&input=rss#top", ())
    'https://cn.yna.co.kr/view/ACK1'
    """
    try:
        parsed = ada_url.URL(_UNSEEN.sub(" ", url[: 8 * _LENGTH]).strip())
    except ValueError:
        return _bounded(_UNSEEN.sub(" ", url).strip())
    if parsed.protocol not in _WEB:
        return _bounded(parsed.href)
    host = parsed.hostname.rstrip(".") + (f":{parsed.port}" if _is_odd(parsed.port) else "")
    path = _unescaped(_SESSION.sub("", parsed.pathname)).rstrip("/")
    query = _query(parsed.search[1:], identity_query)
    return _bounded(f"https://{host}{path}{'?' if query else ''}{query}")


def _is_odd(port: str) -> bool:
    # Either default: `http://x:443/` is what a careless redirect from https leaves.
    return port not in ("", "80", "443")


def _query(query: str, identity: tuple[str, ...] | None) -> str:
    pairs = [_unescaped(pair) for pair in query.split("&") if pair]
    return "&".join(sorted(pair for pair in pairs if _counts(pair.partition("=")[0], identity)))


def _counts(key: str, identity: tuple[str, ...] | None) -> bool:
    return key in identity if identity is not None else not _TRACKER.match(key)


def _unescaped(text: str) -> str:
    """Escapes in one spelling: `%7e` is `~`, `%e4` is `%E4`."""
    return _ESCAPE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    byte = int(found[1], 16)
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


def _bounded(text: str) -> str:
    """The text itself, or its head and the hash of the whole where it is too long for a key."""
    if len(text) <= _LENGTH:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: _LENGTH - 65]}#{digest}"
