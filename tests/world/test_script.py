"""The script of a world is what its docstring says: any service that re-reads pages can see all that happens."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.world.hosts import HOSTS
from tests.world.plan import AGES, World
from tests.world.script import next_read, script, seen_by

WORLD = World(stories=800, days=5, seed=11)
STORIES = script(WORLD)


def test_the_same_world_has_the_same_script_and_another_seed_another() -> None:
    assert script(WORLD) == STORIES
    assert script(World(stories=800, days=5, seed=12)) != STORIES


def test_a_world_has_about_as_many_stories_as_were_asked_for() -> None:
    assert sum(story.at >= WORLD.start for story in STORIES) == pytest.approx(WORLD.stories, rel=0.1)
    assert {story.host for story in STORIES} == set(HOSTS)


def test_no_two_versions_of_anything_have_one_text() -> None:
    texts = [version.body for story in STORIES for version in story.versions]
    assert len(set(texts)) == len(texts)


def test_everything_happens_to_some_stories() -> None:
    told = [what for story in STORIES for _, what, _ in story.events()]
    assert {"published", "announced edit", "silent edit", "withdrawn", "restored"} == set(told)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_whenever_a_story_is_first_seen_a_read_lies_between_what_happens_to_it(share: float) -> None:
    for story in STORIES:
        first = max(story.at, WORLD.start) + share * story.host.latest_sight(WORLD)
        events = [(at, what) for at, what, _ in story.events() if at > first]
        for (at, what), (following, _) in pairwise(events):
            polled = what == "announced edit" and following > at + story.host.latest_sight(WORLD)
            assert polled or _reads_between(first, at, following), f"{story.id}: {what} at {at}"


def test_a_silent_edit_leaves_the_entry_as_it_was() -> None:
    for story in STORIES:
        for before, version in pairwise(story.versions):
            entry = (version.headline, version.summary)
            assert (entry == (before.headline, before.summary)) is not version.announced


def test_an_event_is_seen_at_the_latest_by_the_worst_first_sight() -> None:
    first, last = WORLD.start, WORLD.start + timedelta(hours=4)
    hours = [timedelta(hours=number) for number in range(5, 160, 7)]
    for at in (first + after for after in hours):
        sights = [first + timedelta(minutes=number) for number in range(241)]
        reads = [next_read(sight, at) for sight in sights]
        worst = max((read for read in reads if read), default=None) if all(reads) else None
        found = seen_by(first, last, at)
        assert found is None or worst is None or worst - timedelta(minutes=1) <= found <= worst + timedelta(minutes=1)


def _reads_between(first: datetime, since: datetime, until: datetime) -> bool:
    """Whether a scheduled read lies between two times."""
    return any(since <= first + age < until for age in AGES)
