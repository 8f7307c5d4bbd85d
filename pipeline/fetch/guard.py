"""Which addresses may be dialled.  Strangers write the feeds: no link or redirect may reach into our own network.

The list is our own: `ipaddress.is_global` differs by Python patch level and lets 192.0.0.8, NAT64 and 6to4 through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import ConfigError, FetchError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DENIED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier NAT, and a cloud's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, in public space
        "169.254.0.0/16",  # link local, metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
        # Public IPv6 is 2000::/3 alone.  Below lie loopback, IPv4-compatible and NAT64, above unique and link local.
        "::/3",
        "4000::/2",
        "8000::/1",
        "2001::/23",  # protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")
SCHEME_PORTS = {"http": 80, "https": 443}
# `user:word@` of an address, which no message may show
CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SHOWN_LENGTH = 300
# `127`, `0x7f`, `0177`: what inet_aton takes for a number
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
# What IDNA takes for a dot.
DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
# Where parsers of addresses disagree about what is the host.
AMBIGUOUS = re.compile(r"[\\\s%<>^`{|}\x00-\x1f\x7f]")

# A feed's address is the same at every poll.  Longer ones are not worth their room.
KEPT_ADDRESSES = 4096
LONGEST_KEPT = 1024


class Guard:
    """Says no.  `allow_private` are networks (CIDR) that may be dialled though they aren't public.

    Raises:
        ConfigError: an `allow_private` is no network.
    """

    def __init__(self, allow_private: Sequence[str], ports: Collection[int]) -> None:
        self._allowed = tuple(_network(text) for text in allow_private)
        self._ports = frozenset(ports)
        self._check_kept = lru_cache(maxsize=KEPT_ADDRESSES)(self._check)

    def check(self, url: str) -> None:
        """Check scheme, port and, where the host is written as an address, the address.

        Raises:
            FetchError: it may not be fetched (kind `guard`), or is no address at all (kind `url`).
        """
        if len(url) > LONGEST_KEPT:
            self._check(url)
        else:
            self._check_kept(url)

    def refuses(self, address: str) -> str | None:
        """Why this IP address may not be dialled; None if it may."""
        try:
            written = ip_address(address.partition("%")[0])
        except ValueError:
            return f"{address[:60]!r} is no IP address"
        for meant in _meanings(written):
            if _within(meant, DENIED) and not _within(meant, self._allowed):
                return f"{address} is not a public address; if that is meant, add its network to fetch.allow_private"
        return None

    def refuses_port(self, port: int) -> str | None:
        """Why this port may not be dialled; None if it may."""
        return None if port in self._ports else f"port {port} is not in fetch.ports; if that is meant, add it there"

    def _check(self, url: str) -> None:
        parts, port = _split(url)
        if parts.scheme not in SCHEME_PORTS:
            raise _refused(url, f"scheme {parts.scheme[:20]!r} is not http or https")
        if reason := self._refuses_host(parts.hostname or "") or self.refuses_port(port):
            raise _refused(url, reason)

    def _refuses_host(self, host: str) -> str | None:
        if ":" in host:
            return self.refuses(host)
        if AMBIGUOUS.search(host):
            return f"host {host[:60]!r} is ambiguous"
        plain = unicodedata.normalize("NFKC", host.translate(DOTS)).translate(DOTS)
        if not NUMBER.fullmatch(plain.rstrip(".").rpartition(".")[2]):
            return None
        try:
            return self.refuses(str(IPv4Address(host)))
        except ValueError:
            return f"host {host[:60]!r} is an IP address in disguise"


def host_of(url: str) -> str:
    """The host of a checked address, as it is known by: lower case, no trailing dot."""
    return _host_of(url) if len(url) > LONGEST_KEPT else _kept_host_of(url)


def shown(url: str) -> str:
    """The address as messages show it: without credentials, on one line, not endless."""
    return UNPRINTABLE.sub("?", CREDENTIALS.sub("", url[: 10 * SHOWN_LENGTH]))[:SHOWN_LENGTH]


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


_kept_host_of = lru_cache(maxsize=KEPT_ADDRESSES)(_host_of)


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or SCHEME_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _malformed(url, str(error)) from error
    if UNPRINTABLE.search(url):
        raise _malformed(url, "it holds control characters")
    if parts.scheme in SCHEME_PORTS and not parts.hostname:
        raise _malformed(url, "it has no host")
    if "\\" in parts.netloc or ("[" in parts.netloc and ":" not in (parts.hostname or "")):
        raise _malformed(url, "parsers disagree about its host")
    return parts, port


def _malformed(url: str, why: str) -> FetchError:
    return FetchError(f"{shown(url)}: not a usable address ({why}); correct the link", kind="url", transient=False)


def _refused(url: str, why: str) -> FetchError:
    return FetchError(f"{shown(url)}: refused: {why}", kind="guard", transient=False)


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise ConfigError(f"fetch.allow_private: {text!r} is no network; write it like 10.0.0.0/8") from error


def _meanings(address: Address) -> Iterator[Address]:
    """The address and the IPv4 address that it stands for; a mapped one is nothing but that."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if isinstance(address, IPv6Address) and (address in NAT64 or (address in COMPATIBLE and int(address) > 1)):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if isinstance(address, IPv6Address) and address.sixtofour:
        yield address.sixtofour


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
