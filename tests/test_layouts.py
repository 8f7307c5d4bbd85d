"""A site is laid out anew while it is polled: no article is lost, an alarm is raised, and the first page is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.archive.pack import unpack
from pipeline.clock import ManualClock
from pipeline.health import Alarm
from pipeline.model import Profile
from pipeline.store import Store
from pipeline.watch import alarms_of
from tests.wire import FEED, SOURCE, START, TEXT, Wire, item, rss, wire_on

HOUR = timedelta(hours=1)
NOW, NEW = "<article>{}</article>", "<section class='story'>{}</section>"


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store) as made:
        yield made


def publish(wire: Wire, numbers: range, layout: str) -> None:
    """So many articles, in one poll."""
    wire.web.put(FEED, rss(*(item(number, f"Ferry {number} sails again") for number in numbers)))
    for number in numbers:
        told = f"<p>Ferry {number} sails again, said its captain on day {{}}. {TEXT}</p>"
        story = "".join(told.format(day) for day in range(4))
        page = f"<html><body><h1>Ferry {number} sails again</h1>{layout.format(story)}</body></html>"
        wire.web.put(f"https://wire.test/news/{number}", page)
    wire.poll(after=HOUR)


def alarms(wire: Wire) -> list[Alarm]:
    now = wire.clock.now()
    with wire.line.store.read() as reader:
        found = alarms_of(reader.vitals(now), wire.sources, now, running=False)
    return [alarm for alarm in found if alarm.kind == "layout"]


def test_a_new_layout_loses_no_article_raises_an_alarm_and_is_forgotten_when_it_is_well(wire: Wire) -> None:
    publish(wire, range(1, 31), NOW)
    assert alarms(wire) == []
    publish(wire, range(31, 41), NEW)
    (alarm,) = alarms(wire)
    assert "body selector finds nothing" in alarm.text
    assert alarm.about == "wire.test"
    assert not alarm.is_notice
    records = {record["url"]: record for record in wire.records()}
    assert len(records) == 40
    assert all(TEXT in record["body"] for record in records.values())
    publish(wire, range(41, 47), NOW)
    assert alarms(wire) == []


def test_the_first_page_of_a_new_layout_is_kept(wire: Wire) -> None:
    publish(wire, range(1, 31), NOW)
    publish(wire, range(31, 41), NEW)
    now = wire.clock.now()
    for _ in wire.line.store.prune(now + timedelta(days=900), timedelta(days=1), timedelta(days=1)):
        pass
    with wire.line.store.read() as reader:
        (layout,) = reader.layouts({"wire"})
        assert layout.response is not None
        kept = reader.response(layout.response)
        pages = list(reader.article_pages("wire", 100))
    assert kept is not None
    body = unpack(kept.packed.coding, kept.packed.data, kept.size)
    assert b"class='story'" in body
    assert [page.page.url for page in pages] == [kept.page.url]


def test_what_is_accepted_begins_anew(wire: Wire) -> None:
    publish(wire, range(1, 31), NOW)
    publish(wire, range(31, 41), NEW)
    with wire.line.store.write(wire.clock.now()) as tx:
        assert tx.layouts.forget("wire") == 1
    publish(wire, range(41, 61), NEW)
    assert alarms(wire) == []


def test_the_change_is_logged(store: Store) -> None:
    told: list[tuple[str, dict[str, object]]] = []
    with wire_on(store) as wire:
        object.__setattr__(wire.line, "log", lambda event, **facts: told.append((event, facts)))
        publish(wire, range(1, 31), NOW)
        publish(wire, range(31, 41), NEW)
        publish(wire, range(41, 47), NOW)
    events = [(event, facts["edition"]) for event, facts in told if event.startswith("layout")]
    assert events == [("layout_changed", "wire.test"), ("layout_as_before", "wire.test")]


def test_a_case_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.cli import run
    from pipeline.store import open_store

    url = f"sqlite:///{tmp_path}/wire.db"
    config = tmp_path / "config" / "sources"
    config.mkdir(parents=True)
    (config / "wire.toml").write_text(
        f"name = 'Wire'\nhosts = ['wire.test']\n[[feeds]]\nurl = '{FEED}'\n"
        "[profile]\nheadline = 'h1'\nbody = 'article p'"
    )
    store = open_store(url)
    with wire_on(store) as wire:
        publish(wire, range(1, 31), NOW)
        publish(wire, range(31, 41), NEW)
    store.close()
    options = ["--config", str(config.parent), "--database", url]
    assert run(["source", "export", "wire", "--case", str(tmp_path / "cases"), *options]) == 0
    (page,) = (tmp_path / "cases" / "wire").glob("*.html")
    assert "class='story'" in page.read_text()
    assert run(["source", "check", "wire", "--cases", str(tmp_path / "cases"), *options]) == 3
    assert run(["source", "accept", "wire", *options]) == 0
    assert run(["source", "export", "wire", "--case", str(tmp_path / "cases"), *options]) == 1
    assert "none of these agencies" in capsys.readouterr().err


def test_an_edited_profile_ends_the_alarm_at_once_and_none_begins(store: Store) -> None:
    """Most of the newest articles were read without it, which is past."""
    with wire_on(store) as wire:
        publish(wire, range(1, 31), NOW)
        publish(wire, range(31, 41), NEW)
        assert alarms(wire)
    edited = replace(SOURCE, profiles=(*SOURCE.profiles, Profile("2", headline="h1", body=".story p")))
    with wire_on(store, edited, clock=ManualClock(START + timedelta(hours=2))) as wire:
        assert alarms(wire) == []
        for number in range(41, 63):
            publish(wire, range(number, number + 1), NEW)
            assert alarms(wire) == [], number


def test_what_is_accepted_raises_none_by_the_articles_before(wire: Wire) -> None:
    publish(wire, range(1, 31), NOW)
    publish(wire, range(31, 41), NEW)
    with wire.line.store.write(wire.clock.now()) as tx:
        tx.layouts.forget("wire")
    assert alarms(wire) == []
    for number in range(41, 63):
        publish(wire, range(number, number + 1), NEW)
        assert alarms(wire) == [], number


def test_a_host_that_is_no_longer_a_sources_own_raises_nothing(store: Store) -> None:
    with wire_on(store) as wire:
        publish(wire, range(1, 31), NOW)
        publish(wire, range(31, 41), NEW)
        assert alarms(wire)
    moved = replace(SOURCE, hosts=("news.wire.test",))
    with wire_on(store, moved, clock=ManualClock(START + timedelta(hours=2))) as wire:
        assert alarms(wire) == []


def test_an_edited_profile_that_fits_nothing_is_told_too(store: Store) -> None:
    with wire_on(store) as wire:
        publish(wire, range(1, 31), NOW)
    edited = replace(SOURCE, profiles=(Profile("2", headline="h1.no", body=".nowhere p"),))
    with wire_on(store, edited, clock=ManualClock(START + timedelta(hours=2))) as wire:
        publish(wire, range(31, 41), NOW)
        (alarm,) = alarms(wire)
    assert "fit none of its profiles" in alarm.text
