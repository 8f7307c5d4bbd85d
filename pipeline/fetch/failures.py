"""What goes wrong when something is fetched, told as a FetchError: what httpx and aiohttp raise becomes ours here."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError

from pipeline.errors import FetchError
from pipeline.fetch.connections import Refused
from pipeline.fetch.guard import shown

# What the libraries raise on hostile answers and addresses, some of it none of their own errors.
FOREIGN = (
    httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, HttpProcessingError,
    OSError, EOFError, ValueError,
)  # fmt: skip
# First that fits anything in the chain of causes.  httpx's own classes come last: its aiohttp transport calls a reset
# connection a timeout.
KINDS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((Refused,), "guard", "refused"),
    ((ssl.SSLError, aiohttp.ClientSSLError), "tls", "no secure connection; check its certificate, or set legacy_tls"),
    ((socket.gaierror, aiohttp.ClientConnectorDNSError), "dns", "its name is not found; check host and network"),
    ((TimeoutError,), "timeout", "not done in time; it is asked again at the next poll"),
    ((ConnectionRefusedError,), "refused", "nobody listens there; check host and port, or wait"),
    ((aiohttp.ClientPayloadError,), "cut-short", "the answer broke off; it is asked again at the next poll"),
    ((UnicodeError, httpx.InvalidURL, aiohttp.InvalidURL), "url", "not a usable address; correct the link"),
    ((aiohttp.ClientResponseError, HttpProcessingError, httpx.ProtocolError), "protocol", "the answer is not HTTP"),
)
LASTING = frozenset({"guard", "url"})


def failed(url: str, kind: str, why: str) -> FetchError:
    """An answer that can't be used; only a wrong redirect stays wrong."""
    return FetchError(f"{shown(url)}: {why}", kind=kind, transient=kind != "redirect")


def too_large(url: str, what: str) -> FetchError:
    """An answer of which `what` is over a limit."""
    return FetchError(f"{shown(url)}: {what} is over the limit; nothing was kept", kind="too-large", transient=False)


def named(url: str, error: FetchError) -> FetchError:
    """The error of a hop, with the address that was asked for in front."""
    if str(error).startswith(shown(url)):
        return error
    return FetchError(f"{shown(url)} leads to {error}", kind=error.kind, transient=error.transient)


def ours(url: str, error: BaseException) -> FetchError:
    """The one spot where what the libraries raise becomes a FetchError."""
    chain = tuple(_causes(error))
    for types, kind, advice in KINDS:
        if found := next((cause for cause in chain if isinstance(cause, types)), None):
            return FetchError(f"{shown(url)}: {advice}{_detail(found)}", kind=kind, transient=kind not in LASTING)
    return FetchError(f"{shown(url)}: the connection failed; check the network{_detail(error)}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _detail(error: BaseException) -> str:
    return f" ({shown(str(error) or type(error).__name__)})"
