"""Writes the configuration with which `newswire` reads a world: the packaged three on other hosts, and a dozen more."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.settings import packaged_directory
from tests.world.hosts import HOSTS, SOURCES
from tests.world.plan import World

USER_AGENT = "newswire-world/1 (+mailto:desk@world.test)"
PROFILE = {
    "name": "plain",
    "headline": "main h1",
    "lead": "main p.summary",
    "body": "div.article > p",
    "date": "meta[property='article:published_time']::attr(content)",
}


def write_configuration(directory: Path, world: World, *, workers: int = 2) -> None:
    """Write `newswire.toml` and a file for each source, the others disabled; the world's port must be known."""
    assert world.port, "the server has not said its port yet"
    sources = directory / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    fetch = {"allow_private": ["127.0.0.0/8"], "ports": [world.port], "pace_seconds": world.pace_seconds}
    settings = {"user_agent": USER_AGENT, "workers": workers, "fetch": fetch, "service": {"listen": "127.0.0.1:0"}}
    (directory / "newswire.toml").write_text("\n".join(_toml(settings)), encoding="utf-8")
    packages = packaged_directory() / "sources"
    for other in {path.stem for path in packages.glob("*.toml")} - set(SOURCES):
        (sources / f"{other}.toml").write_text("enabled = false", encoding="utf-8")
    for source in SOURCES:
        packaged = packages / f"{source}.toml"
        values = tomllib.loads(packaged.read_text(encoding="utf-8")) if packaged.is_file() else _plain(source)
        (sources / f"{source}.toml").write_text("\n".join(_toml(values | _placed(source, world))), encoding="utf-8")


def _plain(source: str) -> dict[str, Any]:
    known = {"name": source.capitalize(), "language": "en", "articles": r"^/news/\d{4}/\d\d/\d\d/\d+$"}
    return known | {"profile": [PROFILE]}


def _placed(source: str, world: World) -> dict[str, Any]:
    """A source's hosts and feeds in the world."""
    hosts = [host for host in HOSTS if host.source == source]
    feeds = [
        {"url": f"http://{host.address}:{world.port}{feed.path}", "language": feed.language}
        | ({"kind": "menu"} if host.shape == "kcna" else {})
        for host in hosts
        for feed in host.feeds
    ]
    return {"hosts": [host.address for host in hosts], "feeds": feeds}


def _toml(values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a TOML file: plain values, tables, and lists of tables."""
    nested = {key: value for key, value in values.items() if _is_table(value)}
    for key, value in values.items():
        if key not in nested:
            # A string of JSON is one of TOML, as long as it isn't escaped beyond need.
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in nested.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"\n[[{key}]]" if isinstance(value, list) else f"\n[{key}]"
            yield from _toml(one)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))
