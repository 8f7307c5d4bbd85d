"""The checker finds what it is there to find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.model import Change
from tests.hostile.agency import START, Agency
from tests.hostile.checker import Seen, Verdict, check
from tests.hostile.ledger import Line

AGENCY = Agency("wire", "wire.test", 80, edits=False)
LATER = START + timedelta(hours=3)


def record(number: int, **fields: Any) -> dict[str, Any]:
    told = AGENCY.piece(number).versions[0]
    whole = {
        "id": number + 1, "source": "wire", "url": f"{AGENCY.origin}/news/{number}", "headline_raw": told.headline,
        "body": "\n".join(told.body), "completeness": "full",
    }  # fmt: skip
    return {**whole, **fields}


def change(seq: int, url: str = "/news/0") -> Change:
    return Change("epoch", seq, START, "created", seq, 1, "wire", url)


PAGES = [Line(START, "wire", "page", f"/news/{n}", 200, True, None, f"wire#{n}", 1) for n in range(2)]
FEED = Line(START, "wire", "feed", "/rss.xml", 200, True, listed=(("wire#0", 1), ("wire#2", 1)))
SEEN = Seen([record(n) for n in range(3)], [change(1), change(2), change(3)], [change(1), change(2)])


def judge(seen: Seen, *lines: Line) -> Verdict:
    return check([AGENCY], [FEED, *PAGES, *lines], seen, settled=LATER)


def test_what_was_served_and_is_stored_is_well() -> None:
    verdict = judge(SEEN)
    assert (verdict.lost, verdict.doubled, verdict.wrong, verdict.gaps) == ([], [], [], [])
    assert verdict.counts["stories served"] == 3


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_story_that_was_listed_or_read_and_is_not_stored_is_lost(missing: int) -> None:
    seen = replace(SEEN, records=[one for one in SEEN.records if one["id"] != missing + 1])
    assert judge(seen).lost == [f"wire#{missing} was served whole, and is not stored"]


def test_a_story_whose_page_is_still_to_be_read_is_late() -> None:
    seen = replace(SEEN, records=SEEN.records[:2], waiting={f"{AGENCY.origin}/news/2"})
    verdict = judge(seen)
    assert verdict.lost == []
    assert verdict.counts["stories waiting"] == 1


def test_what_was_not_served_whole_or_only_just_is_not_asked_for() -> None:
    broken = replace(PAGES[0], story="wire#5", whole=False)
    young = replace(PAGES[0], story="wire#6", at=LATER + timedelta(seconds=1))
    assert judge(SEEN, broken, young).lost == []


def test_a_story_that_is_stored_twice_is_doubled() -> None:
    assert len(judge(replace(SEEN, records=[*SEEN.records, record(1, id=9)])).doubled) == 1


@pytest.mark.parametrize(
    "fields", [{"body": "Half of"}, {"headline_raw": "Poison"}, {"url": "http://evil.test/"}, {"completeness": "feed"}]
)
def test_a_text_that_was_never_served_is_wrong(fields: dict[str, Any]) -> None:
    seen = replace(SEEN, records=[record(0, **fields), *SEEN.records[1:]])
    assert len(judge(seen).wrong) == 1


@pytest.mark.parametrize(
    "seen",
    [
        replace(SEEN, changes=[change(1), change(3)]),
        replace(SEEN, consumed=[change(1), change(2, "/other")]),
        replace(SEEN, consumed=[change(n) for n in range(1, 6)]),
    ],
)
def test_a_change_feed_with_a_gap_or_another_past_is_told(seen: Seen) -> None:
    assert judge(seen).gaps


def test_what_was_in_flight_at_a_kill_may_have_come_or_not() -> None:
    """The edit was served, the service killed, and the page was gone when it was asked again."""
    edited = Agency("wire", "wire.test", 80)
    piece = next(one for one in edited.pieces(START + edited.lasts) if len(one.versions) > 1)
    first, second = piece.versions[:2]
    url, story = f"{edited.origin}{piece.path}", f"wire#{piece.number}"
    lines = [Line(START, "wire", "page", piece.path, 200, True, None, story, 1)]
    lines.append(replace(lines[0], at=START + timedelta(hours=1), version=2))
    stored = [
        {"id": 1, "source": "wire", "url": url, "headline_raw": one.headline, "body": "\n".join(one.body),
         "completeness": "full"}
        for one in (first, second)
    ]  # fmt: skip
    kill = START + timedelta(minutes=61)
    for kills, wrong in (((), [1, 0]), ((kill,), [0, 0])):
        found = [
            check([edited], lines, Seen([one], []), settled=LATER, kills=kills, in_flight=timedelta(minutes=5)).wrong
            for one in stored
        ]
        assert [len(one) for one in found] == wrong


@pytest.mark.parametrize("is_waiting", [True, False])
def test_an_older_text_is_late_where_the_page_is_still_to_be_read_and_else_wrong(is_waiting: bool) -> None:
    edited = Agency("wire", "wire.test", 80)
    piece = next(one for one in edited.pieces(START + edited.lasts) if len(one.versions) > 1)
    first, url, story = piece.versions[0], f"{edited.origin}{piece.path}", f"wire#{piece.number}"
    line = Line(START + timedelta(hours=1), "wire", "page", piece.path, 200, True, None, story, 2)
    record = {"id": 1, "source": "wire", "url": url, "headline_raw": first.headline, "body": "\n".join(first.body),
              "completeness": "full"}  # fmt: skip
    seen = Seen([record], [], waiting={url} if is_waiting else ())
    found = check([edited], [line], seen, settled=LATER)
    assert (found.counts["texts waiting"], len(found.wrong)) == ((1, 0) if is_waiting else (0, 1))
