"""The options of `newswire.toml`, and how flags, `NEWSWIRE_*` variables and the file tell them.

Each reader gives {option: (value, where it was told)} of what is told and right, and notes what is wrong.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.settings.check import Check, Spot, did_you_mean, duration, many, number, read_toml, table, text, whole

PREFIX = "NEWSWIRE_"
TABLE_SEPARATOR = "__"
# Ours, but no options: where the configuration is, and where the tests find recorded material.
OTHER_VARIABLES = ("NEWSWIRE_CONFIG", "NEWSWIRE_SHARED")
# How like an option an unknown variable must be to count as a misspelling.  Others are left alone: Kubernetes sets
# NEWSWIRE_PORT, NEWSWIRE_SERVICE_HOST and the like for a service that is called newswire.
MISSPELT = 0.8

# A hundred years: as good as for ever, and still a date that can be told.
LONGEST_DAYS = 36_500

DATABASES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")
# sqlite:///newswire.db
DATABASE_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+]*)://")
# postgresql://user:secret@host/name: up to the last @, as a password may hold one
URL_PASSWORD = re.compile(r"^([^:/?#]+://[^:/@]*):.*@", re.DOTALL)
# postgresql:///name?user=u&password=secret
QUERY_PASSWORD = re.compile(r"((?:^|[?&])[^=&?]*password=)[^&]*", re.IGNORECASE)

# https://example.org/wire, desk@example.org: without what would end a comment in a User-Agent
CONTACT = re.compile(r"(?:https?://|mailto:)?[^\s()<>@]+(?:@[^\s()<>@]+)?")

Told = dict[str, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its check, and what TOML it is where a variable, which is all text, tells it."""

    check: Check
    toml: Literal["text", "number", "list"]


def database_url(value: Any, spot: Spot) -> str:
    """A SQLAlchemy URL of a database that we know; a message never shows it, as it may hold a password."""
    url = text(value, spot)
    scheme = DATABASE_SCHEME.match(url)
    if scheme is None:
        raise spot.wrong("not a database URL", "for example sqlite:///newswire.db or postgresql://user@host/name")
    if scheme[1] not in DATABASES:
        raise spot.wrong(f"{scheme[1]!r} is no database we know", did_you_mean(scheme[1], DATABASES, "one of"))
    return url


def network(value: Any, spot: Spot) -> str:
    """An address range such as 127.0.0.0/8."""
    try:
        return str(ipaddress.ip_network(text(value, spot), strict=False))
    except ValueError as error:
        raise spot.wrong(f"{value!r} is not an address range", 'for example "127.0.0.0/8" or "::1/128"') from error


def header_text(value: Any, spot: Spot) -> str:
    """Text that can go into a header as it is."""
    string = text(value, spot)
    if not (string.isascii() and string.isprintable()):
        raise spot.wrong("must be printable ASCII", "it is sent in the User-Agent header")
    return string


def contact(value: Any, spot: Spot) -> str:
    """Where agencies reach the person who runs this."""
    told = header_text(value, spot)
    if not CONTACT.fullmatch(told):
        raise spot.wrong(
            f"{told!r} is neither a web nor a mail address", "such as https://example.org/wire or desk@example.org"
        )
    return told


def listen_address(value: Any, spot: Spot) -> str:
    """An address and port to listen on."""
    told = text(value, spot)
    host, _, port = told.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
        if not 0 <= int(port) <= 65535:
            raise ValueError("no such port")
    except ValueError as error:
        raise spot.wrong(f"{told!r} is no address to listen on", "such as 127.0.0.1:8642 or [::1]:8642") from error
    return told


OPTIONS: Mapping[str, Option] = {
    "database": Option(database_url, "text"),
    "sources": Option(many(text), "list"),
    "user_agent": Option(header_text, "text"),
    "contact": Option(contact, "text"),
    "workers": Option(whole(1, 256), "number"),
    "fetch.allow_private": Option(many(network), "list"),
    "fetch.ports": Option(many(whole(1, 65535)), "list"),
    "fetch.pace_seconds": Option(number(0, 3600), "number"),
    "fetch.reread": Option(many(duration), "list"),
    "service.listen": Option(listen_address, "text"),
    "service.least_free_mb": Option(whole(0, 10**9), "number"),
    "keep.feeds_days": Option(whole(0, LONGEST_DAYS), "number"),
    "keep.pages_days": Option(whole(0, LONGEST_DAYS), "number"),
}


def read_file(path: Path, mistakes: list[str]) -> Told:
    """What `newswire.toml` tells."""
    spot = Spot(str(path), mistakes=mistakes)
    values = spot.attempt(_file_check(), read_toml(path, spot))
    return {key: (value, str(path)) for key, value in _flat(values)}


def read_environment(environ: Mapping[str, str], mistakes: list[str]) -> Told:
    """What the variables tell; an empty one tells nothing."""
    told: Told = {}
    for name, string in environ.items():
        key = name.removeprefix(PREFIX).lower().replace(TABLE_SEPARATOR, ".")
        if not name.startswith(PREFIX) or name in OTHER_VARIABLES or not string:
            continue
        if key in OPTIONS:
            _tell(told, key, _from_text(string, OPTIONS[key]), name, mistakes)
        else:
            _note_misspelt(name, key, Spot(name, mistakes=mistakes))
    return told


def read_flags(flags: Mapping[str, Any], mistakes: list[str]) -> Told:
    """What the flags tell, by the option's name; None tells nothing."""
    told: Told = {}
    for key, value in flags.items():
        if value is not None:
            _tell(told, key, value, f"--{key.replace('_', '-').replace('.', '-')}", mistakes)
    return told


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"fetch.ports": …}` as `{"fetch": {"ports": …}}`."""
    tree: dict[str, Any] = {}
    for key, value in values.items():
        *tables, last = key.split(".")
        branch = tree
        for name in tables:
            branch = branch.setdefault(name, {})
        branch[last] = value
    return tree


def mask(url: str) -> str:
    """A database URL as it may be shown: without its password."""
    return QUERY_PASSWORD.sub(r"\1***", URL_PASSWORD.sub(r"\1:***@", url))


def _file_check() -> Check:
    checks = nested({key: option.check for key, option in OPTIONS.items()})
    return table({key: table(check) if isinstance(check, dict) else check for key, check in checks.items()})


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _tell(told: Told, key: str, raw: Any, told_by: str, mistakes: list[str]) -> None:
    value = Spot(told_by, mistakes=mistakes).attempt(OPTIONS[key].check, raw)
    if value is not None:
        told[key] = (value, told_by)


def _from_text(string: str, option: Option) -> Any:
    """What a variable holds as the file would: a list as TOML writes it or with commas, a number as TOML writes it."""
    if option.toml == "list" and not string.lstrip().startswith("["):
        return [_as_toml(part.strip()) for part in string.split(",")]
    return string if option.toml == "text" else _as_toml(string)


def _as_toml(string: str) -> Any:
    try:
        return tomllib.loads(f"value = {string}")["value"]
    except tomllib.TOMLDecodeError:
        return string


def _note_misspelt(name: str, key: str, spot: Spot) -> None:
    if TABLE_SEPARATOR in name or difflib.get_close_matches(key, OPTIONS, n=1, cutoff=MISSPELT):
        variables = [f"{PREFIX}{option.upper().replace('.', TABLE_SEPARATOR)}" for option in OPTIONS]
        close = difflib.get_close_matches(name, variables, n=1)
        spot.note(spot.wrong("unknown variable", f"did you mean {close[0]}?" if close else None))
