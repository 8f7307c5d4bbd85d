"""What the program is told: flags, `NEWSWIRE_*` variables and the files of the configuration, read and checked once.

A directory of configuration is laid over the packaged one: a file of the same name replaces the packaged file; in the
registers an entry replaces the packaged entry.  All mistakes are told together, a line each, as one `ConfigError`.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.errors import ConfigError
from pipeline.model import Source
from pipeline.settings.check import Spot, did_you_mean, many, read_toml, table
from pipeline.settings.options import OPTIONS, mask, nested, read_environment, read_file, read_flags
from pipeline.settings.sources import SOURCES_DIRECTORY, host_name, read_source, source_files

__all__ = [
    "FetchSettings",
    "KeepSettings",
    "ServiceSettings",
    "Settings",
    "load",
    "load_all",
    "load_feed_hosts",
    "load_places",
    "load_registers",
    "load_sources",
    "load_spellings",
    "mask",
    "packaged_directory",
    "unknown_source",
]

SETTINGS_FILE = "newswire.toml"
REGISTERS_FILE = "agencies.toml"
SPELLINGS_FILE = "spellings.toml"
PLACES_FILE = "places.tsv"
FEED_HOSTS_FILE = "feed_hosts.toml"
FEED_HOSTS = table({"hosts": many(host_name)})
CONFIG_VARIABLE = "NEWSWIRE_CONFIG"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`allow_private` are networks (CIDR) that may be fetched from though private; `pace_seconds` is the least time
    between two requests to one host; `reread` are the ages, in seconds, at which an article's page is read again."""

    allow_private: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443)
    pace_seconds: float = 1.0
    reread: tuple[int, ...] = (3_600, 21_600, 86_400, 259_200, 604_800)


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """`listen` is the address for health and metrics; with less than `least_free_mb` on its disk fetching pauses."""

    listen: str = "127.0.0.1:8642"
    least_free_mb: int = 500


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """Days for which raw responses are kept: of feeds and listings, and of article pages (None: for good)."""

    feeds_days: int = 30
    pages_days: int | None = None

    @property
    def feeds(self) -> timedelta:
        """The age at which responses of feeds and listings go."""
        return timedelta(days=self.feeds_days)

    @property
    def pages(self) -> timedelta | None:
        """The age at which article pages go; None: never."""
        return None if self.pages_days is None else timedelta(days=self.pages_days)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything told.  `database` is a SQLAlchemy URL; `workers` the number of parsing processes.

    `sources` are the ids of those that are switched on; None are all whose files do not say otherwise.

    `directories` are those of the configuration, a later one over an earlier one; `origins` says for each option that
    is no default where it was told (`database` → `--database`).
    """

    # Out of the repr, as it may hold a password.
    database: str = field(default="sqlite:///newswire.db", repr=False)
    user_agent: str = f"newswire/{__version__}"
    contact: str | None = None
    sources: tuple[str, ...] | None = None
    workers: int = field(default_factory=lambda: _default_workers())
    fetch: FetchSettings = FetchSettings()
    keep: KeepSettings = KeepSettings()
    service: ServiceSettings = ServiceSettings()
    directories: tuple[Path, ...] = field(default_factory=lambda: (packaged_directory(),))
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def introduction(self) -> str:
        """What we send as User-Agent: who we are, and where we are reached."""
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent


def load(config: Path | None, environ: Mapping[str, str], flags: Mapping[str, Any]) -> Settings:
    """The settings: flag, then variable, then `newswire.toml`, then default.

    `config` is the value of `--config`; `flags` are by option name (`fetch.pace_seconds`), None where not given.

    Raises:
        ConfigError: with all mistakes, a line each.
    """
    mistakes: list[str] = []
    settings = _read_settings(config, environ, flags, mistakes)
    _raise(mistakes)
    return settings


def load_sources(settings: Settings) -> tuple[Source, ...]:
    """All configured sources by id, those switched off (`enabled` is false, or not among the settings' `sources`) too.

    Raises:
        ConfigError: with all mistakes of all files, a line each.
    """
    mistakes: list[str] = []
    sources = _read_sources(settings, mistakes)
    _raise(mistakes)
    return sources


def load_all(
    config: Path | None, environ: Mapping[str, str], flags: Mapping[str, Any]
) -> tuple[Settings, tuple[Source, ...]]:
    """The settings and the sources, with the mistakes of both told together.

    Raises:
        ConfigError: with all mistakes of all files, a line each.
    """
    mistakes: list[str] = []
    settings = _read_settings(config, environ, flags, mistakes)
    sources = _read_sources(settings, mistakes)
    _raise(mistakes)
    return settings, sources


def load_registers(settings: Settings) -> dict[str, Any]:
    """The register of agencies as TOML gives it; an agency of a later directory replaces that of an earlier one.

    Raises:
        ConfigError: there is none, or a file is not TOML.
    """
    mistakes: list[str] = []
    registers: dict[str, Any] = {}
    for path in _layers(settings.directories, REGISTERS_FILE):
        told = read_toml(path, Spot(str(path), mistakes=mistakes))
        before, agencies = registers.get("agencies"), told.get("agencies")
        if isinstance(before, dict) and isinstance(agencies, dict):
            told["agencies"] = {**before, **agencies}
        registers |= told
    _raise(mistakes)
    return registers


def load_spellings(settings: Settings) -> dict[str, dict[str, Any]]:
    """The spellings of names (`spellings.toml`) as TOML gives them.

    Raises:
        ConfigError: there are none, they are not TOML, or a line is not what it should be.
    """
    path = _topmost(settings.directories, SPELLINGS_FILE)
    if path is None:
        raise ConfigError(f"{SPELLINGS_FILE} is in none of {', '.join(map(str, settings.directories))}")
    spot = Spot(str(path))
    kinds = read_toml(path, spot)
    names = {
        name
        for kind, groups in kinds.items()
        if isinstance(groups, dict) and kind not in ("asked", "inside")
        for name in groups
    }
    for kind, groups in kinds.items():
        if not isinstance(groups, dict):
            spot.note(spot.wrong(f"{kind} is no table", "write [people] and a line for each name under it"))
            continue
        for name, told in groups.items():
            _check_spelling(spot, kind, name, told, names)
    _raise(spot.mistakes)
    return kinds


def _check_spelling(spot: Spot, kind: str, name: str, told: object, names: set[str]) -> None:
    if kind == "asked" and told not in names:
        spot.note(spot.wrong(f"{kind}.{name} is {told!r}", "give the key of a name that is listed"))
    elif kind != "asked" and not (isinstance(told, list) and told and all(isinstance(one, str) for one in told)):
        spot.note(spot.wrong(f"{kind}.{name} is {told!r}", "give a list of spellings"))


def load_feed_hosts(settings: Settings) -> frozenset[str]:
    """The hosts of services that give the feeds of many sites, those of all directories together.

    Raises:
        ConfigError: a file is not TOML, or holds another thing than host names.
    """
    mistakes: list[str] = []
    hosts: set[str] = set()
    for path in (directory / FEED_HOSTS_FILE for directory in settings.directories):
        if path.is_file():
            spot = Spot(str(path), mistakes=mistakes)
            hosts.update(one for one in FEED_HOSTS(read_toml(path, spot), spot).get("hosts") or () if one)
    _raise(mistakes)
    return frozenset(hosts)


def load_places(settings: Settings) -> str:
    """The register of places, a line each; a place of a later directory replaces that of an earlier one.

    Raises:
        ConfigError: there is none, or a file is not text.
    """
    places = ""
    for path in _layers(settings.directories, PLACES_FILE):
        try:
            told = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error
        own = {line.split("\t", 1)[0] for line in told.splitlines()}
        kept = [line for line in places.splitlines() if line.split("\t", 1)[0] not in own]
        places = "\n".join([*kept, told])
    return places


def unknown_source(name: str, known: Iterable[str], settings: Settings) -> str:
    """Where a source of this name was looked for, and the known names that look like it."""
    places = " or ".join(str(directory / SOURCES_DIRECTORY) for directory in settings.directories)
    close = difflib.get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.7)
    meant = f"did you mean {' or '.join(map(repr, close))}?" if close else "see: newswire source list"
    return f"{name!r} is in {places}; {meant}"


def packaged_directory() -> Path:
    """The configuration that comes with the program; in a checkout, the checkout's own `config/`."""
    package = Path(__file__).parent.parent
    installed = package / "_config"
    return installed if installed.is_dir() else package.parent / "config"


def _read_settings(
    config: Path | None, environ: Mapping[str, str], flags: Mapping[str, Any], mistakes: list[str]
) -> Settings:
    directories = _directories(config, environ, mistakes)
    path = _topmost(directories, SETTINGS_FILE)
    told = {
        **(read_file(path, mistakes) if path else {}),
        **read_environment(environ, mistakes),
        **read_flags(flags, mistakes),
    }
    values = nested({key: value for key, (value, _) in told.items()})
    fetch = FetchSettings(**values.pop("fetch", {}))
    keep = KeepSettings(**values.pop("keep", {}))
    service = ServiceSettings(**values.pop("service", {}))
    origins = {key: told[key][1] if key in told else "default" for key in OPTIONS}
    return Settings(**values, fetch=fetch, keep=keep, service=service, directories=directories, origins=origins)


def _read_sources(settings: Settings, mistakes: list[str]) -> tuple[Source, ...]:
    files = source_files(settings.directories, mistakes)
    sources = [read_source(name, path, mistakes) for name, path in sorted(files.items())]
    _check_chosen(settings, files, mistakes)
    return tuple(_chosen(source, settings.sources) for source in sources if source is not None)


def _check_chosen(settings: Settings, configured: Iterable[str], mistakes: list[str]) -> None:
    spot = Spot(settings.origins.get("sources", ""), mistakes=mistakes)
    # What is no text has been told already, and stands in the list as None.
    wanted = {name for name in settings.sources or () if name}
    for name in sorted(wanted - set(configured)):
        spot.note(spot.wrong(f"no source {name!r} is configured", did_you_mean(name, configured, "one of")))


def _chosen(source: Source, wanted: tuple[str, ...] | None) -> Source:
    return source if wanted is None or source.id in wanted else replace(source, enabled=False)


def _directories(config: Path | None, environ: Mapping[str, str], mistakes: list[str]) -> tuple[Path, ...]:
    packaged = packaged_directory()
    own = _own_directory(config, environ, mistakes)
    return (packaged,) if own is None or own.resolve() == packaged.resolve() else (packaged, own)


def _own_directory(config: Path | None, environ: Mapping[str, str], mistakes: list[str]) -> Path | None:
    if config is not None:
        return _existing(config, "--config", mistakes)
    if variable := environ.get(CONFIG_VARIABLE):
        return _existing(Path(variable), CONFIG_VARIABLE, mistakes)
    here = Path("config")
    return here if (here / SETTINGS_FILE).is_file() else None


def _existing(directory: Path, told_by: str, mistakes: list[str]) -> Path | None:
    if directory.is_dir():
        return directory
    spot = Spot(told_by, mistakes=mistakes)
    if directory.exists():
        spot.note(spot.wrong(f"{str(directory)!r} is not a directory", "give the directory that holds newswire.toml"))
    else:
        spot.note(spot.wrong(f"there is no directory {str(directory)!r}"))
    return None


def _layers(directories: tuple[Path, ...], name: str) -> list[Path]:
    """The files of this name, those that are laid over others last."""
    layers = [path for directory in directories if (path := directory / name).is_file()]
    if not layers:
        raise ConfigError(f"{name} is in none of {', '.join(map(str, directories))}")
    return layers


def _topmost(directories: tuple[Path, ...], name: str) -> Path | None:
    return next((path for directory in reversed(directories) if (path := directory / name).is_file()), None)


def _default_workers() -> int:
    """Two at least, so that a page that hangs does not hold up all others."""
    return max(2, (os.cpu_count() or 1) - 1)


def _raise(mistakes: list[str]) -> None:
    if mistakes:
        raise ConfigError("\n".join(mistakes))
