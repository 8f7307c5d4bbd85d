"""Stories in the store: our own articles in five languages, and recorded ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest

from pipeline import imports
from pipeline.archive.pack import unpack
from pipeline.clock import ManualClock
from pipeline.digest import Room
from pipeline.normalise.registers import Registers
from pipeline.regroup import regroup
from pipeline.settings import Settings, load_places, load_registers
from pipeline.store import Store
from tests.dedup.texts import FERRY, HARBOUR, OTHER, padded, trimmed
from tests.wire import START, Wire, wire_on

LANGUAGES = Path(__file__).parent / "cases" / "stories" / "languages.tsv"
BAR = 0.85


@pytest.fixture(scope="module")
def room() -> Room:
    """What an import knows, with the real registers."""
    registers = Registers.from_data(load_registers(Settings()), load_places(Settings()))
    return Room({}, {}, registers, lambda source: pytest.fail("an import reads no page"))


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_on(store) as made:
        yield made


def take_in(wire: Wire, room: Room, records: list[dict[str, Any]]) -> None:
    at = START + timedelta(days=30)
    lines = [imports.Line(number, json.dumps(one).encode()) for number, one in enumerate(records, 1)]
    with wire.line.store.write(at) as tx:
        imports.commit(wire.line, tx, imports.read(room, lines, at), at)


def stories(wire: Wire) -> dict[str, int | None]:
    """By guid."""
    return {one["guid"]: one["story"] for one in wire.records()}


def copies_and_stories(wire: Wire) -> tuple[int, int]:
    """How many articles are copies, and how many stories all are in."""
    found = wire.records()
    return sum(one["duplicate_of"] is not None for one in found), len({one["story"] for one in found})


def f1(events: dict[str, str], found: dict[str, int | None]) -> float:
    """Of pairs: together as they should be."""
    pairs = list(combinations(events, 2))
    true = {pair for pair in pairs if events[pair[0]] == events[pair[1]]}
    told = {pair for pair in pairs if found[pair[0]] is not None and found[pair[0]] == found[pair[1]]}
    return 2 * len(true & told) / (len(true) + len(told))


@pytest.mark.parametrize("half", [0, 1], ids=["looked at while the rules were made", "kept back"])
def test_one_event_in_five_languages_is_one_story(wire: Wire, room: Room, half: int) -> None:
    rows = [line.split("\t") for line in LANGUAGES.read_text("utf-8").splitlines() if not line.startswith("#")]
    take_in(
        wire,
        room,
        [
            {
                "source": source,
                "guid": f"urn:{number}",
                "language": language,
                "headline": headline,
                "body": body,
                "published_at": (START + timedelta(hours=float(hours))).isoformat(),
            }
            for number, (_, hours, language, source, headline, body) in enumerate(rows)
        ],
    )
    names = list(dict.fromkeys(row[0] for row in rows))[half::2]
    events = {f"urn:{number}": row[0] for number, row in enumerate(rows) if row[0] in names}
    assert len(rows) >= 120
    assert f1(events, stories(wire)) >= BAR


def article(name: str, source: str, hours: float, headline: str, body: str, **more: Any) -> dict[str, Any]:
    at = (START + timedelta(hours=hours)).isoformat()
    return {"source": source, "guid": f"urn:{name}", "headline": headline, "body": body, "published_at": at, **more}


def copy_and_other() -> list[dict[str, Any]]:
    """A text, its copy, and one of another event."""
    return [
        article("ferry", "wire", 0, FERRY.headline, FERRY.body),
        article("copy", "paper", 1, FERRY.headline, trimmed(FERRY).body),
        article("ice", "wire", 2, HARBOUR.headline, HARBOUR.body),
    ]


def test_a_copy_is_in_the_story_of_its_original(wire: Wire, room: Room) -> None:
    take_in(wire, room, copy_and_other())
    found = stories(wire)
    first = next(one["id"] for one in wire.records() if one["guid"] == "urn:ferry")
    assert found == {"urn:ferry": first, "urn:copy": first, "urn:ice": None}
    assert [one["guid"] for one in wire.records(story=first)] == ["urn:copy", "urn:ferry"]


def test_an_original_that_comes_late_is_in_the_story_of_its_copy(wire: Wire, room: Room) -> None:
    words = FERRY.body.split()
    told = " ".join(word for at in range(0, len(words), 14) for word in words[at : at + 5])
    take_in(
        wire,
        room,
        [
            article("copy", "paper", 1, FERRY.headline, trimmed(FERRY).body),
            article("told", "gazette", 2, "Ellery ferry: what is known", told),
            article("ferry", "wire", 0, FERRY.headline, FERRY.body),
        ],
    )
    found = stories(wire)
    assert len(set(found.values())) == 1
    assert None not in found.values()
    assert [one["guid"] for one in wire.records() if one["duplicate_of"]] == ["urn:copy"]


def test_a_late_original_goes_to_its_copy_however_unlike_their_beginnings_are(wire: Wire, room: Room) -> None:
    syllables = ["bramo", "celdi", "dofur", "gilte", "hospa", "jantu", "kervo", "lumsi", "nordu", "pelka", "rovim"]
    beginning = " ".join(f"{one}{other}" for one in syllables for other in syllables)[:1000]
    take_in(wire, room, [article("copy", "paper", 1, HARBOUR.headline, f"{FERRY.body}\n{HARBOUR.body}")])
    whole = f"{beginning}\n{FERRY.body}\n{HARBOUR.body}"
    take_in(wire, room, [article("whole", "wire", 0, "Bramo celdi dofur on the northern quay", whole)])
    (copy, original) = wire.records()
    assert copy["duplicate_of"] == original["id"]
    assert copy["story"] == original["story"] == copy["id"]


@pytest.mark.parametrize("each_day", [72, 36])
def test_a_text_that_very_many_print_on_one_day_is_one_text(wire: Wire, room: Room, each_day: int) -> None:
    """Each with a sentence of its own: of what so many share, no key leads to few articles."""
    names = ["Alda", "Bert", "Cora", "Dina", "Emil", "Fred", "Gina", "Hugo", "Irma"]
    first, *rest = FERRY.body.split("\n")
    records: list[dict[str, Any]] = []
    for one, other in permutations(names, 2):
        own = f"{one} {other} read of it in the {other} {one} gazette, and {other.lower()}{one.lower()} agreed."
        name, hours = f"{one}{other}".lower(), len(records) // each_day * 24 + len(records) % each_day / 6
        records.append(article(name, name, hours, f"{one} {other} on ferry", "\n".join([first, own, *rest])))
    take_in(wire, room, records)
    assert copies_and_stories(wire) == (len(records) - 1, 1)
    # By then each article has rows of its own among those of the crowd.
    regroup(wire.line.store, {}, room.registers, ManualClock(START + timedelta(days=31)), lambda number: None)
    assert copies_and_stories(wire) == (len(records) - 1, 1)


def test_a_flash_and_its_dispatch_are_linked_and_no_copies(wire: Wire, room: Room) -> None:
    take_in(
        wire,
        room,
        [
            article("flash", "wire", 0, f"(URGENT) {FERRY.headline}", ""),
            article("story", "wire", 1, FERRY.headline, FERRY.body),
        ],
    )
    story = next(one for one in wire.records() if one["guid"] == "urn:story")
    assert [link["kind"] for link in story["links"]] == ["follow-up"]
    assert (story["duplicate_of"], story["update_of"]) == (None, None)


def test_an_article_that_tells_another_event_by_now_leaves_its_story(wire: Wire, room: Room) -> None:
    copy = article("copy", "paper", 1, FERRY.headline, trimmed(FERRY).body)
    take_in(wire, room, [article("ferry", "wire", 0, FERRY.headline, FERRY.body), copy])
    third = article("third", "gazette", 2, "Ellery ferry sails again", FERRY.body)
    take_in(wire, room, [third])
    assert len(set(stories(wire).values())) == 1
    take_in(wire, room, [{**copy, "headline": HARBOUR.headline, "body": HARBOUR.body}])
    found = stories(wire)
    assert found["urn:copy"] is None
    assert found["urn:ferry"] == found["urn:third"] is not None
    take_in(wire, room, [{**third, "headline": "Village school", "body": OTHER}])
    assert set(stories(wire).values()) == {None}


def test_a_story_whose_first_article_leaves_is_named_by_the_next(wire: Wire, room: Room) -> None:
    """Else who comes to the one that left comes to the story that has its number still."""
    ferry = article("ferry", "wire", 0, FERRY.headline, FERRY.body)
    others = [article("copy", "paper", 1, FERRY.headline, trimmed(FERRY).body)]
    others.append(article("told", "gazette", 2, "Ellery ferry: what is known", padded(FERRY).body))
    take_in(wire, room, [ferry, *others])
    take_in(wire, room, [{**ferry, "headline": "Village school", "body": OTHER}])
    take_in(wire, room, [article("school", "daily", 3, "Village school of Inner Ellery", OTHER)])
    found = stories(wire)
    assert (
        found["urn:copy"] == found["urn:told"] == next(one["id"] for one in wire.records() if one["guid"] == "urn:copy")
    )
    assert found["urn:ferry"] == found["urn:school"] != found["urn:copy"]


def test_a_digest_is_in_no_story(wire: Wire, room: Room) -> None:
    digest = "Yonhap News Summary"
    take_in(
        wire,
        room,
        [
            article("ferry", "wire", 0, FERRY.headline, FERRY.body),
            article("digest", "wire", 1, digest, f"{FERRY.headline}\n{FERRY.body}\n{HARBOUR.headline}\n{HARBOUR.body}"),
        ],
    )
    assert set(stories(wire).values()) == {None}
    assert all(one["links"] == [] for one in wire.records())


@pytest.mark.recorded
def test_recorded_texts_of_one_event_are_one_story_and_others_none(wire: Wire, room: Room, shared: Path) -> None:
    """Of TASS, Yonhap, Xinhua, KBS and others, in English and Italian, 2016 to 2021."""
    texts = (shared / "recorded" / "_texts" / "cross_wire_texts.jsonl").read_text("utf-8").splitlines()
    recorded = [json.loads(line) for line in texts]
    records: list[dict[str, Any]] = []
    for number, one in enumerate(recorded):
        headline, *body = [line for line in one["text"].split("\n") if line.strip() and line != "All news"]
        told = {"headline": headline[:300], "body": "\n".join(body or [headline]), "published_at": one["date"]}
        records.append({"source": one["agency"].split()[0], "guid": f"urn:{number}", **told})
    take_in(wire, room, records)
    found = stories(wire)
    events = {f"urn:{number}": one["event"] or f"alone {number}" for number, one in enumerate(recorded)}
    lavrov = {found[guid] for guid, event in events.items() if event.startswith("lavrov")}
    missile = {found[guid] for guid, event in events.items() if event == "nk-missile-20170704"}
    assert (len(lavrov), len(missile)) == (1, 1)
    assert None not in lavrov | missile
    rest = [found[guid] for guid, event in events.items() if not event.startswith(("lavrov", "nk-missile-20170704"))]
    assert rest == [None] * len(rest)


def test_a_regroup_that_was_interrupted_tells_all_that_changed_since_before_it(wire: Wire, room: Room) -> None:
    def at_once(number: int) -> None:
        raise KeyboardInterrupt

    later = START + timedelta(days=31)
    take_in(wire, room, copy_and_other())
    before = stories(wire)
    with wire.line.store.write(later) as tx:  # as another version's rules had it
        ice = next(one["id"] for one in wire.records() if one["guid"] == "urn:ice")
        tx.stories.assign(ice, ice, quietly=True)
    with pytest.raises(KeyboardInterrupt):
        regroup(wire.line.store, {}, room.registers, ManualClock(later), at_once)
    assert any("run: newswire regroup" in problem for problem in wire.line.store.check(unpack))
    take_in(wire, room, [article("late", "daily", 3, FERRY.headline, FERRY.body)])
    with pytest.raises(KeyboardInterrupt):
        regroup(wire.line.store, {}, room.registers, ManualClock(later), at_once)
    told = regroup(wire.line.store, {}, room.registers, ManualClock(later), lambda number: None)
    # `late` was told while stories were half made: who read it then is told again.
    late = next(one["id"] for one in wire.records() if one["guid"] == "urn:late")
    assert (told.relinked, stories(wire)) == (2, {**before, "urn:late": before["urn:ferry"]})
    assert [number for change, number, _ in wire.changes() if change == "relinked"][-2:] == [ice, late]
    assert wire.line.store.check(unpack) == []


def test_a_damaged_note_of_an_interrupted_regroup_ends_none(wire: Wire, room: Room) -> None:
    take_in(wire, room, copy_and_other())
    expected = stories(wire)
    with wire.line.store.write(START) as tx:
        tx.stories.restart([])
        tx.stories._connection.exec_driver_sql("UPDATE wire SET value = '[1, 2' WHERE key = 'regrouping'")
    regroup(wire.line.store, {}, room.registers, ManualClock(START), lambda number: None)
    assert stories(wire) == expected
