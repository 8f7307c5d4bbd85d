"""What an article was made from, and what follows."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.dedup.compare import Text
from pipeline.dedup.fingerprint import text_hash
from pipeline.dedup.link import Candidate, Kin, kept, made_from, standings
from pipeline.model import Link
from tests.dedup.texts import FERRY, HARBOUR, padded, trimmed

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def candidate(number: int = 1, **attributes: Any) -> Candidate:
    given: dict[str, Any] = {"source": "wire", "url": f"https://wire.test/{number}", "sort_at": AT, "text": FERRY}
    given |= attributes
    return Candidate(id=number, **{"at": given["sort_at"], **given})


def later(number: int = 2, **attributes: Any) -> Candidate:
    return candidate(number, **{"sort_at": AT + HOUR, **attributes})


def test_a_trimmed_text_of_another_source_is_a_copy() -> None:
    link = made_from(later(source="other", text=trimmed(FERRY)), candidate())
    assert link is not None
    assert (link.kind, link.article, link.method) == ("duplicate", 1, "shingles/1")
    assert link.score > 0.9
    assert "of the shorter text is in the other" in link.why


def test_a_changed_text_of_the_same_source_is_an_update() -> None:
    link = made_from(later(text=padded(FERRY)), candidate())
    assert link is not None
    assert link.kind == "update"


def test_the_same_words_are_a_copy_whenever_they_come() -> None:
    link = made_from(later(sort_at=AT + timedelta(days=400), text_hash="a"), candidate(text_hash="a"))
    assert link is not None
    assert (link.kind, link.score) == ("duplicate", 1.0)


def test_near_copies_come_within_days() -> None:
    link = made_from(later(source="other", sort_at=AT + timedelta(days=8), text=trimmed(FERRY)), candidate())
    assert link is None


def test_a_text_that_proves_nothing_is_no_copy() -> None:
    assert made_from(later(source="other", text=trimmed(FERRY), proves=False), candidate()) is None


def test_another_story_is_no_copy() -> None:
    assert made_from(later(source="other", text=HARBOUR), candidate()) is None


@pytest.mark.parametrize("signal", ["lead", "lead-2", "update-1", "correction", "kill"])
def test_a_marked_version_under_the_same_headline_is_an_update_whatever_its_text(signal: str) -> None:
    notice = Text(FERRY.headline, "The report is withdrawn.")
    link = made_from(later(text=notice, signals=(signal,), proves=False), candidate())
    assert link is not None
    assert (link.kind, link.method) == ("update", "marker/1")


@pytest.mark.parametrize(
    "attributes",
    [
        {"signals": ("urgent",)},
        {"signals": ("lead",), "source": "other"},
        {"signals": ("lead",), "sort_at": AT + timedelta(days=3)},
        {"signals": ("lead",), "text": Text("Another headline", "The report is withdrawn.")},
    ],
)
def test_a_marker_alone_proves_nothing(attributes: dict[str, Any]) -> None:
    told = {"text": Text(FERRY.headline, "The report is withdrawn."), "proves": False, **attributes}
    assert made_from(later(**told), candidate()) is None


def test_ids_of_one_family_are_versions_if_their_headlines_are_alike() -> None:
    flash = candidate(text=Text("Ferry to Ellery Island sails", "It sails."), family="AEN 17", proves=False)
    told = Text("Ferry to Ellery Island sails again", "Passengers cheered at the quay.")
    link = made_from(later(text=told, family="AEN 17", proves=False), flash)
    assert link is not None
    assert link.kind == "update"
    assert made_from(later(text=told, family="AEN 18", proves=False), flash) is None
    other = replace(told, headline="Harbour closed by storm")
    assert made_from(later(text=other, family="AEN 17", proves=False), flash) is None


def _links(*scores: float) -> list[tuple[Link, Candidate]]:
    return [
        (Link("duplicate", number, score, "", "shingles/1"), candidate(number)) for number, score in enumerate(scores)
    ]


def test_sure_links_all_stand_others_only_the_best() -> None:
    assert [link.article for link in kept(_links(0.7, 0.99, 0.985))] == [1, 2]
    assert [link.article for link in kept(_links(0.7, 0.9, 0.9))] == [1]
    exact = (Link("duplicate", 9, 1.0, "", "text-hash/1"), candidate(9))
    assert [link.article for link in kept([*_links(0.99), exact])] == [9]
    assert kept([]) == []


def kin(number: int, source: str, hours: int) -> Kin:
    return Kin(number, source, f"https://{source}/{number}", AT + hours * HOUR)


def edge(article: int, kind: Any, other: int, score: float = 0.99) -> tuple[int, Link]:
    return article, Link(kind, other, score, "", "shingles/1")


def test_the_original_is_the_earliest_then_by_source_and_address_in_any_order() -> None:
    family = [kin(1, "b", 0), kin(2, "a", 0), Kin(3, "a", "https://a/1", AT), kin(4, "c", 1)]
    edges = [edge(1, "duplicate", 2), edge(2, "duplicate", 3), edge(4, "duplicate", 1)]
    for order in itertools.permutations(family):
        assert standings(order, edges) == {
            3: (None, None, None), 2: (3, 3, None), 1: (3, 3, None), 4: (3, 3, None)
        }  # fmt: skip


def test_versions_follow_each_other_and_copies_point_to_the_first() -> None:
    family = [kin(1, "wire", 0), kin(2, "wire", 1), kin(3, "paper", 2), kin(4, "wire", 3)]
    edges = [edge(2, "update", 1), edge(3, "duplicate", 2), edge(4, "update", 1)]
    found = standings(family, edges)
    assert found[2] == (1, None, 1)
    assert found[3] == (1, 1, None)
    assert found[4] == (1, None, 2)


def test_what_was_only_sent_again_is_no_version_to_follow() -> None:
    family = [kin(1, "wire", 0), kin(2, "wire", 1), kin(3, "wire", 2)]
    edges = [edge(2, "duplicate", 1, 1.0), edge(3, "update", 2), edge(3, "update", 1)]
    assert standings(family, edges)[3] == (1, None, 1)


def test_two_that_share_only_a_later_one_are_one_text() -> None:
    family = [kin(1, "a", 0), kin(2, "b", 1), kin(3, "c", 2)]
    assert standings(family, [edge(3, "duplicate", 1), edge(3, "duplicate", 2)])[2] == (1, 1, None)


def test_what_is_linked_to_nothing_stands_alone() -> None:
    assert standings([kin(1, "a", 0), kin(2, "b", 1)], []) == {1: (None, None, None), 2: (None, None, None)}


def test_text_hash_of_a_candidate_is_the_stored_one(article: Any) -> None:
    assert text_hash(article(body="short")) is None


def test_of_equal_matches_a_version_of_its_own_source_counts_whatever_their_numbers() -> None:
    """alpha's text, nord's, bravo's, then nord's next: its links are as likely, and lie in the order of arrival."""
    for second, third in ((2, 3), (3, 2)):
        alpha, nord = Kin(1, "alpha", "a", AT), Kin(second, "nord", "n1", AT + HOUR)
        bravo, again = Kin(third, "bravo", "b", AT + 2 * HOUR), Kin(4, "nord", "n2", AT + 3 * HOUR)
        edges = [(kin.id, Link("duplicate", 1, 1.0, "", "")) for kin in (nord, bravo)]
        mine = [Link("update" if one == second else "duplicate", one, 0.982, "", "") for one in (1, 2, 3)]
        found = standings([alpha, nord, bravo, again], [*edges, *((4, link) for link in mine)])
        assert found[4] == (1, None, second)


def test_a_reprint_between_two_versions_makes_the_later_no_copy() -> None:
    """bravo reprints nord's LEAD, and the 2nd LD is more like the reprint, under whose headline it stands."""
    first, lead = Kin(1, "nord", "n1", AT), Kin(2, "nord", "n2", AT + HOUR)
    reprint, second = Kin(3, "bravo", "b", AT + 2 * HOUR), Kin(4, "nord", "n3", AT + 3 * HOUR)
    edges = [(2, Link("update", 1, 0.9, "", "")), (3, Link("duplicate", 2, 1.0, "", ""))]
    found = standings([first, lead, reprint, second], [*edges, (4, Link("duplicate", 3, 0.99, "", ""))])
    assert (found[3], found[4]) == ((1, 1, None), (1, None, 2))
    # A client that prints two versions of an agency's text prints copies.
    client = replace(second, source="bravo")
    assert standings([first, lead, reprint, client], [*edges, (4, Link("duplicate", 2, 0.99, "", ""))])[4] == (
        1,
        1,
        None,
    )
