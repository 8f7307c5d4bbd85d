"""`newswire source add` and `export`: agencies come in from an address or a list of feeds, and go out as one."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from pipeline.cli.agencies import chosen
from pipeline.cli.database import database, note
from pipeline.cli.options import Told, common_options, pass_told
from pipeline.cli.output import output_option, write
from pipeline.errors import ConfigError, StoreError
from pipeline.log import printable
from pipeline.model import Source

if TYPE_CHECKING:
    from pipeline.model import Article
    from pipeline.parse.opml import Outline
    from pipeline.settings import Settings

COLUMNS = ("headline", "published_at", "characters", "begins", "method", "url")
FIRST_WORDS = 60
MOST_ASKED = 100  # feeds of one list, a second each: what is more is taken as it stands
NO_ID = re.compile(r"[^a-z0-9]+")
OPML_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("url", required=False)
@click.option("--opml", type=OPML_FILE, metavar="FILE", help="Add the feeds of a feed reader's list instead.")
@click.option("--name", "identifier", metavar="ID", help="The agency's id.  [default: out of its address]")
@click.option("--write", "keep", is_flag=True, help="Write the file into your directory of configuration.")
@output_option
@common_options
@pass_told
def add(told: Told, url: str | None, opml: Path | None, identifier: str | None, keep: bool, form: str | None) -> int:
    """Find the feeds, language, zone and layout of the site at URL, and show what would be stored of it.

    URL is a home page, a page that lists the latest news, or a feed.
    """
    if (url is None) == (opml is None):
        raise click.UsageError("name either the address of a site, or a list of feeds with --opml FILE")
    if opml is not None and identifier is not None:
        raise click.UsageError("--name is for one site; the sources of a list of feeds are named by their addresses")
    settings, sources = told.settings_and_sources()
    if opml is not None:
        return _add_all(settings, sources, opml, keep=keep, form=form)
    assert url is not None
    _check_name(identifier, sources)
    if keep:
        _own_directory(settings)  # told before the site is asked
    from pipeline.wiring.discover import discover

    found = asyncio.run(discover(settings, _addresses(url), identifier, note if told.verbose else _unheard))
    source = found.source if identifier else replace(found.source, id=_free(found.source.id, sources))
    (source,) = _with_own_hosts([source], sources)
    _check_feeds(source, sources, keep=keep)
    write(map(_row, found.articles), form, COLUMNS)
    for sentence in found.notes:
        note(sentence)
    refused = _tell([source], settings, f"Found at {printable(url)} by newswire source add.", keep=keep)
    for sentence in refused:
        note(sentence)
    return 1 if refused else 0


@click.command()
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@click.option("--opml", type=click.Path(path_type=Path), metavar="FILE", help="The list of feeds to write (-: stdout).")
@click.option(
    "--case",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the first page that was not as it should be, with its address, into DIR/<ID>/.",
)
@common_options
@pass_told
def export(told: Told, identifiers: tuple[str, ...], opml: Path | None, case: Path | None) -> int:
    """Write the feeds of the agencies (all that are switched on, if none is named) as OPML, which feed readers read;
    or the page on which a changed layout was first seen, as a case.
    """
    if (opml is None) == (case is None):
        raise click.UsageError("say what to export: --opml FILE or --case DIR")
    settings, sources = told.settings_and_sources()
    wanted = [one for one in chosen(settings, sources, identifiers) if identifiers or one.enabled]
    if opml is not None:
        _export_opml(wanted, opml)
        return 0
    assert case is not None
    return 0 if _export_cases(told, wanted, case) else 1


@click.command()
@click.argument("identifiers", metavar="ID...", nargs=-1, required=True)
@common_options
@pass_told
def accept(told: Told, identifiers: tuple[str, ...]) -> None:
    """Take the pages of the agencies ID as they are now for what they should be: their past begins anew."""
    from datetime import UTC, datetime

    settings, sources = told.settings_and_sources()
    accepted = chosen(settings, sources, identifiers)
    with database(told) as store, store.write(datetime.now(UTC)) as tx:
        for one in accepted:
            many = tx.layouts.forget(one.id)
            note(f"{one.id}: begins anew" if many else f"{one.id}: nothing was known of its pages")


# In


def _add_all(settings: Settings, sources: Sequence[Source], path: Path, *, keep: bool, form: str | None) -> int:
    """A source for each site of a list of feeds, but for feeds that are configured; 3 if some can't be ones."""
    from pipeline.discover.subscriptions import sources_of
    from pipeline.parse import bounds
    from pipeline.parse.opml import outlines
    from pipeline.settings import load_feed_hosts

    known, feed_hosts = _known(sources), load_feed_hosts(settings)
    listed, refused = outlines(path.read_bytes(), str(path))
    fresh = [one for one in listed if bounds.known_as(one.url) not in known]
    taken = [source.id for source in sources]
    added = _with_own_hosts(sources_of(_with_sites(settings, fresh, feed_hosts), taken, feed_hosts), sources)
    rows = [
        {"id": one.id, "name": one.name, "feed": feed.url, "section": feed.section}
        for one in added
        for feed in one.feeds
    ]
    write(rows, form, ("id", "name", "feed", "section"))
    if len(fresh) < len(listed):
        note(f"{len(listed) - len(fresh)} of {len(listed)} feeds are configured already")
    refused += _tell(added, settings, f"Out of {printable(path.name)}, by newswire source add --opml.", keep=keep)
    for sentence in refused:
        note(f"left out: {sentence}")
    return 3 if refused else 0


def _with_sites(settings: Settings, listed: Sequence[Outline], feed_hosts: Collection[str]) -> list[Outline]:
    """The feeds with their sites, where a service that gives the feeds of many has to be asked for them."""
    from pipeline.discover.subscriptions import strays, with_sites
    from pipeline.wiring.discover import sites_of_feeds

    asked = strays(listed, feed_hosts)[:MOST_ASKED]
    if asked:
        note(f"{len(asked)} feeds of services that give many sites' are asked which site they are of")
    sites = asyncio.run(sites_of_feeds(settings, asked)) if asked else {}
    return with_sites(listed, sites, feed_hosts)


def _free(identifier: str, sources: Iterable[Source]) -> str:
    """An id that no source has."""
    taken = {one.id for one in sources}
    names = (identifier, *(f"{identifier}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _check_name(identifier: str | None, sources: Iterable[Source]) -> None:
    if identifier is None:
        return
    if NO_ID.search(identifier.replace("-", "").replace("_", "")) or not identifier[:1].isalnum():
        raise ConfigError(f"{identifier!r} cannot be a source id; lower-case letters, digits, - and _")
    if any(one.id == identifier for one in sources):
        raise ConfigError(f"there is a source {identifier!r} already; give another --name, or edit its file")


def _known(sources: Iterable[Source]) -> Mapping[str, str]:
    """The feeds that are configured, with the source of each; hosts are the same in capitals."""
    from pipeline.parse import bounds

    return {bounds.known_as(feed.url): source.id for source in sources for feed in source.feeds}


def _with_own_hosts(added: Sequence[Source], sources: Sequence[Source]) -> list[Source]:
    """The sources without the hosts of others: by its host a page is known to be of a source, and a list or a feed may
    name anybody's.
    """
    owners = {host: source.id for source in reversed(sources) for host in source.hosts}
    for source in added:
        for host in source.hosts:
            if host in owners:
                note(f"{source.id}: its `hosts` leave out {host}, which is one of {owners[host]!r}")
    return [replace(one, hosts=tuple(host for host in one.hosts if host not in owners)) for one in added]


def _check_feeds(source: Source, sources: Iterable[Source], *, keep: bool) -> None:
    """Say so where a site's feed is polled already; a second file of it would only poll it twice."""
    from pipeline.parse import bounds

    known = _known(sources)
    for feed in source.feeds:
        if owner := known.get(bounds.known_as(feed.url)):
            sentence = f"{printable(feed.url)} is a feed of the source {owner!r} already"
            if keep:
                raise ConfigError(f"{sentence}; edit its file instead")
            note(sentence)


def _addresses(url: str) -> list[str]:
    """An address as people type it: `example.org` is one, by https or where that fails by http."""
    from pipeline.parse import bounds

    typed = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    found = [one for one in (bounds.web_address("", one) for one in typed) if one is not None]
    # A name or a password before the host would go into the file, and "mailto:a@b" is no host at all.
    if not found or any("@" in urlsplit(one).netloc for one in found):
        hint = "; leave out the name and password" if found else ""
        raise ConfigError(f"{url.rpartition('@')[2][:200]!r} is not a web address{hint}")
    return found


def _own_directory(settings: Settings) -> Path:
    if len(settings.directories) < 2:
        raise ConfigError("there is no directory of your own to write to; make one, and name it with --config DIR")
    return settings.directories[-1] / "sources"


def _tell(sources: Sequence[Source], settings: Settings, comment: str, *, keep: bool) -> list[str]:
    """Show the files, or write them; a sentence for each that could not be.

    What no reader of sources takes would stop every command from then on, so each is read before it is written.
    """
    from pipeline.discover.toml import as_toml
    from pipeline.publish.files import whole_file

    directory, refused, done = _own_directory(settings) if keep else None, list[str](), list[str]()
    for source in sources:
        text = as_toml(source, comment)
        if mistakes := _mistakes(source.id, text):
            refused.append(f"{source.id}: what was found makes no file of a source: {'; '.join(mistakes)}")
            continue
        done.append(source.id)
        if directory is None:
            _show(source.id, text)
            continue
        directory.mkdir(exist_ok=True)
        path = directory / f"{source.id}.toml"
        with whole_file(path, anew=True) as file:
            file.write(text.encode("utf-8"))
        note(f"written to {path}; try it with: newswire source test {source.id}")
    if directory is None and done:
        note("nothing was written; do it with --write")
    if directory is not None and done and settings.sources is not None:
        note(f"your setting `sources` leaves out what it does not name: add {', '.join(done)}")
    return refused


def _mistakes(identifier: str, text: str) -> list[str]:
    """What the reader of `sources/<id>.toml` has against a text."""
    from tempfile import TemporaryDirectory

    from pipeline.settings.sources import read_source

    mistakes: list[str] = []
    with TemporaryDirectory(prefix="newswire-") as place:
        path = Path(place) / f"{identifier}.toml"
        path.write_text(text, "utf-8")
        read_source(identifier, path, mistakes)
        return [one.replace(f"{place}/", "") for one in mistakes]


def _show(identifier: str, text: str) -> None:
    for line in ("", f"# sources/{identifier}.toml", *text.splitlines()):
        click.echo(printable(line), err=True)


def _unheard(_text: str) -> None:
    pass


def _row(article: Article) -> Mapping[str, Any]:
    published = article.published.at if article.published else None
    return {
        "headline": article.headline, "published_at": published, "characters": len(article.body),
        "begins": article.body[:FIRST_WORDS], "method": article.extraction.method, "url": article.url,
    }  # fmt: skip


# Out


def _export_opml(sources: Sequence[Source], path: Path) -> None:
    from pipeline.publish.files import whole_file
    from pipeline.publish.opml import opml_of, unreadable

    text = opml_of(sources)
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        with whole_file(path) as file:
            file.write(text.encode("utf-8"))
    if left := unreadable(sources):
        note(f"{left} lists and sitemaps were left out: feed readers read RSS and Atom only")


def _export_cases(told: Told, sources: Sequence[Source], directory: Path) -> int:
    """Write the kept pages of these sources; how many there were."""
    written = 0
    for source, edition, url, body in _cases(told, sources):
        place = directory / source
        place.mkdir(parents=True, exist_ok=True)
        stem = NO_ID.sub("-", f"{edition} changed".lower()).strip("-")
        (place / f"{stem}.html").write_bytes(body)
        (place / f"{stem}.json").write_text(json.dumps({"url": url}, ensure_ascii=False, indent=2) + "\n", "utf-8")
        note(f"written to {place / stem}.html")
        written += 1
    if not written:
        note("none of these agencies had a page that was not as it should be")
    return written


def _cases(told: Told, sources: Sequence[Source]) -> Iterator[tuple[str, str, str, bytes]]:
    from pipeline.archive.pack import unpack

    with database(told) as store, store.read() as reader:
        for layout in reader.layouts({source.id for source in sources}):
            kept = reader.response(layout.response) if layout.response is not None else None
            if kept is None:
                continue
            try:
                body = unpack(kept.packed.coding, kept.packed.data, kept.size)
            except StoreError as error:
                note(f"{layout.source}: {error}")
                continue
            yield layout.source, layout.edition, kept.page.url, body
