"""A source as its file."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.discover.toml import as_toml
from pipeline.model import Feed, Profile, Source
from pipeline.settings.sources import read_source


def test_a_file_that_is_written_is_read_as_the_same_source(tmp_path: Path) -> None:
    source = Source(
        "wire", 'The "Wire" \\ Ñews', country="KR", language="ko", timezone="Asia/Seoul", hosts=("wire.test",),
        articles=r"^/it's/\d+", site_names=("Wire", "와이어"), boilerplate=(r"^©\ Wire\.$",),
        feeds=(
            Feed("https://wire.test/rss?a=1&b=2", language="en", section="World"),
            Feed("https://wire.test/", kind="listing", fields={"entry": '.a[href*="x"] a'}),
        ),
        profiles=(Profile("1", headline="h1", body='div[itemprop="articleBody"]', remove=(".ad", ".b .c")),),
    )  # fmt: skip
    path, mistakes = tmp_path / "wire.toml", list[str]()
    path.write_text(as_toml(source, "Found somewhere.\nBy somebody."), "utf-8")
    assert read_source("wire", path, mistakes) == source, mistakes


def test_a_plain_source_is_a_short_file() -> None:
    source = Source("wire", "Wire", feeds=(Feed("https://wire.test/rss"),))
    assert as_toml(source, "Made.").splitlines() == [
        "# Made.", 'name = "Wire"', "", "[[feeds]]", 'url = "https://wire.test/rss"',
    ]  # fmt: skip


def test_nothing_that_a_page_says_gets_out_of_its_string(tmp_path: Path) -> None:
    """Half a pair of surrogates comes out of a page's JSON, and no file can hold it."""
    name = '"]\nenabled = false\n[[feeds]]\nurl = "https://bad.test/\x1b[31m\ud800\x7f'
    source = Source(
        "wire", name, site_names=(name,), boilerplate=(re.escape(name),), feeds=(Feed("https://wire.test/rss"),)
    )
    path, mistakes = tmp_path / "wire.toml", list[str]()
    path.write_text(as_toml(source, "Made."), "utf-8")
    found = read_source("wire", path, mistakes)
    assert found is not None
    assert (found.name, found.enabled, found.feeds) == (name.replace("\ud800", "?"), True, source.feeds)
