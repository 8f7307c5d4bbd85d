"""A stand-in for an agency on the loopback, made from its cases: polled over HTTP, it must give its golden records.

A case directory (`tests/cases/<source>`) has pages (`.html`), feeds and lists (`.xml`, `.list`), each beside a `.json`
that names its address (`url`, `feed`), and a `wire.json`:

    {"at": "2026-03-02T12:00:00Z",            when it is polled
     "records": [{…}, …],                     what is stored then, in the order of its addresses
     "web": {"https://agency.example/rss": "feed.xml", …}}   what lies where, if not all those files at their addresses

Pages that no list of the case leads to are listed in a feed made for them, where the source has one that is not there.

    python -m tests.standin                   # the sources whose records are not what they are said to be
    python -m tests.standin --write ID…       # write what is stored into their wire.json; read it before you commit it
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from pipeline.fetch.client import Client
from pipeline.model import Source
from pipeline.normalise.registers import Registers
from pipeline.oneoff import OneOff
from pipeline.settings.sources import read_source
from pipeline.store import Store, open_store
from tests.clocks import SleepersClock
from tests.wire import wire_on

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
SOURCES = ROOT / "config" / "sources"
MANIFEST = "wire.json"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# What a record says that the case decides; numbers, links and the times of our own reading are left out.
TOLD = (
    "url", "guid", "headline", "lead", "body", "section", "keywords", "authors", "byline", "images", "language",
    "credit", "dateline", "published_at", "published_precision", "published_from", "updated_at", "signals",
    "completeness",
)  # fmt: skip
LISTS_ARE = (".xml", ".list")
CHARSET = re.compile(rb"""(?:charset|encoding)=["']?([\w-]+)""")
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Document:
    """A body, its Content-Type, and how it is encoded."""

    text: str
    type: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Case:
    """What an agency serves, by address, and what is to be stored of it."""

    source: Source
    at: datetime
    web: Mapping[str, Document]
    records: Sequence[Mapping[str, Any]]

    @property
    def hosts(self) -> list[str]:
        addresses = [*self.web, *(feed.url for feed in self.source.feeds)]
        return sorted({str(urlsplit(address).hostname) for address in addresses}, key=len, reverse=True)


def packaged(identifier: str) -> Source:
    """A source as it comes with the package."""
    mistakes: list[str] = []
    found = read_source(identifier, SOURCES / f"{identifier}.toml", mistakes)
    assert found, mistakes
    return found


def identifiers() -> list[str]:
    """The packaged sources, by id."""
    return sorted(path.stem for path in SOURCES.glob("*.toml"))


def case(identifier: str) -> Case:
    """The case of a source: what its files serve, and what its `wire.json` says is stored of it."""
    directory, source = CASES / identifier, packaged(identifier)
    path = directory / MANIFEST
    told = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    at = datetime.fromisoformat(told["at"]) if "at" in told else NOON
    if "web" in told:
        web = {address: _document(directory / name) for address, name in told["web"].items()}
    else:
        web = _web(directory, source)
    return Case(source, at, web, told.get("records", []))


def _web(directory: Path, source: Source) -> dict[str, Document]:
    pages = {_told_of(path)["url"]: _document(path) for path in _described(directory, ".html")}
    lists = {_told_of(path)["feed"]: path for path in _described(directory, *LISTS_ARE)}
    unasked = {feed.url for feed in source.feeds if feed.backup}
    asked = [path for address, path in lists.items() if address not in unasked]
    listed = {entry["url"] for path in asked for entry in _told_of(path)["entries"]}
    lost = [address for address in pages if address not in listed]
    spare = [feed for feed in source.feeds if feed.url not in lists and feed.kind in LISTS]
    made = {feed.url: Document(LISTS[feed.kind](lost), "application/xml") for feed in spare[:1] if lost}
    return {**made, **{address: _document(path) for address, path in lists.items()}, **pages}


def _described(directory: Path, *suffixes: str) -> list[Path]:
    files = [path for path in sorted(directory.iterdir()) if path.suffix in suffixes]
    return [path for path in files if path.with_suffix(".json").is_file()]


def _told_of(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return told


def _rss(addresses: Iterable[str]) -> str:
    items = "".join(f"<item><link>{escape(address)}</link></item>" for address in addresses)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def _sitemap(addresses: Iterable[str]) -> str:
    places = "".join(f"<url><loc>{escape(address)}</loc></url>" for address in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'


LISTS = {"rss": _rss, "sitemap": _sitemap}


def _document(path: Path) -> Document:
    body = path.read_bytes()
    said = CHARSET.search(body[:1024])
    encoding = said[1].decode("ascii") if said else "utf-8"
    kind = "application/xml" if path.suffix == ".xml" else "application/json" if body[:1] in b"[{" else "text/html"
    return Document(body.decode(encoding), f"{kind}; charset={encoding}", encoding)


def stored(one: Case) -> list[dict[str, Any]]:
    """The records that a poll of the stand-in leaves in a new database, in the order of their addresses."""
    with TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/newswire.db")
        try:
            return asyncio.run(_polled(one, store))
        finally:
            store.close()


async def _polled(one: Case, store: Store) -> list[dict[str, Any]]:
    clock = SleepersClock(one.at)
    async with serving(one) as port:
        away = Away(one.hosts, port)
        source = away.source(one.source)
        async with client_on(clock, port) as client:
            with wire_on(store, source, network=client, clock=clock, registers=registers()) as wire:
                await OneOff(wire.line).run([source], force=False, told=lambda _: None)
                return [_told(record, away) for record in sorted(wire.records(), key=lambda record: record["url"])]


def _told(record: Mapping[str, Any], away: Away) -> dict[str, Any]:
    told = {field: record[field] for field in TOLD}
    told["body"] = record["body"].split("\n") if record["body"] else None
    told |= {name: record["extraction"][name] for name in ("method", "profile")}
    plain: dict[str, Any] = json.loads(away.back(json.dumps(told, ensure_ascii=False)))
    return plain


def registers() -> Registers:
    """The packaged register of agencies."""
    return Registers.from_data(tomllib.loads((ROOT / "config" / "agencies.toml").read_text("utf-8")))


class Away:
    """Moves an agency's addresses to the port of its stand-in, and back: names stay, for the resolver knows them."""

    def __init__(self, hosts: Sequence[str], port: int) -> None:
        names = "|".join(map(re.escape, hosts))
        self._there = re.compile(rf"(?:https?:)?//({names})(?![\w.:-])")
        self._port = port
        self._schemes: dict[str, str] = {}

    def text(self, text: str) -> str:
        return self._there.sub(rf"http://\1:{self._port}", text)

    def source(self, source: Source) -> Source:
        feeds = tuple(replace(feed, url=self.text(feed.url)) for feed in source.feeds)
        for feed in source.feeds:
            self._schemes[str(urlsplit(feed.url).hostname)] = urlsplit(feed.url).scheme
        return replace(source, feeds=feeds)

    def back(self, text: str) -> str:
        def scheme(found: re.Match[str]) -> str:
            return f"{self._schemes.get(found[1], 'https')}://{found[1]}"

        return re.sub(rf"http://([\w.-]+):{self._port}", scheme, text)


@asynccontextmanager
async def serving(one: Case) -> AsyncIterator[int]:
    """A server that answers for all hosts of a case, and for `robots.txt` with 404; its port."""
    answers: dict[str, bytes] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("ascii"):
                path = head.split(" ", 2)[1]
                host = next(line for line in head.split("\r\n") if line.lower().startswith("host:"))[5:].strip()
                writer.write(answers.get(host + path, NOT_FOUND))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    away = Away(one.hosts, port)
    for address, document in one.web.items():
        answers[away.text(address).removeprefix("http://")] = _ok(document, away)
    try:
        yield port
    finally:
        server.close()


def _ok(document: Document, away: Away) -> bytes:
    body = away.text(document.text).encode(document.encoding)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {document.type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def client_on(clock: SleepersClock, port: int) -> Client:
    async def here(_host: str) -> Sequence[str]:
        return ["127.0.0.1"]

    return Client(
        user_agent="newswire/test",
        clock=clock,
        allow_private=["127.0.0.1/32"],
        ports=[port],
        pace_seconds=0,
        resolver=here,
    )


def _write(identifier: str) -> None:
    path = CASES / identifier / MANIFEST
    one = case(identifier)
    told = json.loads(path.read_text("utf-8")) if path.is_file() else {"at": one.at.isoformat()}
    told["records"] = stored(one)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _wrong() -> Iterator[str]:
    for identifier in identifiers():
        if (CASES / identifier / MANIFEST).is_file():
            one = case(identifier)
            if stored(one) != list(one.records):
                yield identifier


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        for name in sys.argv[2:]:
            _write(name)
    else:
        for name in _wrong():
            print(name)
