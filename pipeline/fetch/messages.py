"""HTTP messages: requests as they are sent, and the heads of what comes back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin

import httpx

from pipeline.fetch.failures import failed
from pipeline.fetch.guard import shown
from pipeline.model import Request

ACCEPT_ENCODING = "gzip, br"
ACCEPT_FEED = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.8"
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.8"
ACCEPT_ROBOTS = "text/plain, */*;q=0.8"
LONGEST_VALIDATOR = 1024
# Requests that are kept ready, and how long their addresses may be: a feed's is the same at every poll that finds
# nothing new.
KEPT_REQUESTS = 4096
LONGEST_KEPT = 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# `https://user:word@` at the start of an address
CREDENTIALS = re.compile(r"^((?:[a-z][a-z0-9+.-]{0,20}:)?//)[^/?#]*@", re.IGNORECASE)


def conditions(request: Request) -> tuple[tuple[str, str], ...]:
    """The headers of this request.  A validator that can't be sent back as it came is left out."""
    headers = [("accept", ACCEPT_FEED if request.kind == "feed" else ACCEPT_PAGE)]
    for name, value in (("if-none-match", request.etag), ("if-modified-since", request.last_modified)):
        if value and value.isascii() and value.isprintable() and len(value) <= LONGEST_VALIDATOR:
            headers.append((name, value))
    return tuple(headers)


def new_request(url: str, headers: tuple[tuple[str, str], ...], connect: float, read: float) -> httpx.Request:
    """A GET with these headers; `connect` and `read` are the seconds that each may take."""
    timeout = httpx.Timeout(connect=connect, read=read, write=None, pool=None).as_dict()
    return httpx.Request("GET", url, headers=headers, extensions={"timeout": timeout})


class KeptRequests:
    """The last request to each address: one for each, as a feed's validators change with every piece of news."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[tuple[str, str], ...], httpx.Request]] = {}

    def __call__(self, url: str, headers: tuple[tuple[str, str], ...], connect: float, read: float) -> httpx.Request:
        found = self._kept.get(url)
        if found is not None and found[0] == headers:
            return found[1]
        if url not in self._kept and len(self._kept) >= KEPT_REQUESTS:
            self._kept.pop(next(iter(self._kept)))
        request = new_request(url, headers, connect, read)
        self._kept[url] = (headers, request)
        return request


def headers_of(raw: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Headers as text, their names in lower case."""
    return tuple((name.decode("latin-1").lower(), _text(value)) for name, value in raw)


def _text(value: bytes) -> str:
    """A header's value; many servers write addresses in UTF-8, though RFC 9110 knows only ASCII."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def target_of(url: str, status: int, headers: Sequence[tuple[str, str]]) -> str | None:
    """Where a redirect leads, None for another answer.  Credentials that it brings along are dropped.

    Raises:
        FetchError: it leads nowhere.
    """
    if status not in REDIRECTS:
        return None
    location = next((value.strip() for name, value in headers if name == "location"), "")
    if not location:
        raise failed(url, "redirect", "a redirect to nowhere; correct the address")
    try:
        return urljoin(url, CREDENTIALS.sub(r"\1", location)).partition("#")[0]
    except ValueError as error:
        message = f"a redirect to {shown(location)!r}, which is no address; correct the address"
        raise failed(url, "redirect", message) from error
