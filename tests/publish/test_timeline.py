"""The articles on one event in their order."""

from __future__ import annotations

from typing import Any

from pipeline.publish.timeline import timeline


def record(number: int, source: str, hour: int, **fields: Any) -> dict[str, Any]:
    at = f"2026-03-02T{hour:02}:00:00Z"
    given = {
        "id": number, "source": source, "url": f"https://{source}.test/{number}", "sort_at": at, "published_at": at,
        "published_precision": "minute", "published_from": "feed", "first_seen_at": at, "dateline": None, "story": 1,
        "language": "en", "headline": "Ferry sails", "duplicate_of": None, "update_of": None, "credit": None,
        "citations": [], "links": [], "change": "created", "signals": [],
    }  # fmt: skip
    return {**given, **fields}


def cites(agency: str) -> list[dict[str, Any]]:
    return [{"agency": agency, "name": agency.upper(), "via": None, "text": f"{agency} reported"}]


def test_who_was_first_who_followed_and_who_cites_whom() -> None:
    found = timeline(
        [
            record(4, "paper", 12, duplicate_of=1),
            record(3, "kbs", 11, citations=cites("tass")),
            record(2, "tass", 10, update_of=1, links=[{"kind": "update", "id": 1}]),
            record(1, "tass", 9, dateline={"text": "PORT /TASS/"}, citations=cites("kcna")),
            record(5, "yonhap", 13, links=[{"kind": "follow-up", "id": 9}, {"kind": "translation", "id": 8}]),
            record(6, "daily", 14, credit="afp"),
        ]
    )
    assert [one["id"] for one in found["articles"]] == [1, 2, 3, 4, 5, 6]
    said = ["first", "update of 1", "", "copy of 1", "follows up 9, also 8", ""]
    assert [one["is"] for one in found["articles"]] == said
    assert (found["story"], found["first"]["id"], found["first"]["dateline"]) == (1, 1, "PORT /TASS/")
    assert found["origins"] == ["tass", "yonhap"]
    assert [(one["by"], one["cites"], one["there"]) for one in found["cites"]] == [
        ("tass", "kcna", False), ("kbs", "tass", True), ("daily", "afp", False)
    ]  # fmt: skip


def test_equal_times_are_ordered_by_source() -> None:
    assert timeline([record(2, "b", 9), record(1, "a", 9)])["first"]["source"] == "a"


def day(number: int, source: str, **fields: Any) -> dict[str, Any]:
    """An article of which only the day is known: it is sorted by its end."""
    end = {"published_at": "2026-03-02", "sort_at": "2026-03-02T14:59:59Z", "published_precision": "day"}
    return record(number, source, 9, **end, **fields)


def test_who_printed_only_a_day_was_first_if_the_others_have_it_from_there() -> None:
    """KCNA prints days; Yonhap cites it at 00:40 UTC of that day."""
    found = timeline(
        [record(1, "yonhap", 1, citations=cites("kcna")), record(2, "tass", 3, citations=cites("kcna")), day(3, "kcna")]
    )
    assert (found["first"]["source"], found["maybe_first"]) == ("kcna", [1])
    assert found["origins"] == ["kcna"]
    assert [one["is"] for one in found["articles"]] == ["may be first", "", "first"]


def test_who_printed_only_a_day_may_have_been_first() -> None:
    found = timeline([record(1, "yonhap", 1), day(2, "kcna"), day(3, "rodong", duplicate_of=2)])
    assert (found["first"]["source"], found["maybe_first"]) == ("yonhap", [2, 3])
    assert [one["is"] for one in found["articles"]] == ["first", "may be first", "may be first, copy of 2"]
    before = timeline([record(1, "yonhap", 1, sort_at="2026-03-01T14:00:00Z"), day(2, "kcna")])
    assert before["maybe_first"] == []


def test_what_was_taken_back_or_put_right_is_told() -> None:
    found = timeline(
        [
            record(1, "yonhap", 9, change="withdrawn", signals=["kill"]),
            record(2, "yonhap", 10, signals=["correction"], update_of=1),
            record(3, "yonhap", 11, signals=["kill"], update_of=2),
        ]
    )
    assert [one["is"] for one in found["articles"]] == [
        "first, withdrawn",
        "correction, update of 1",
        "kill, update of 2",
    ]


def test_a_bare_day_may_have_begun_before_what_it_is_called_a_copy_of() -> None:
    """The same words, from KCNA without an hour and from Xinhua at 03:00: which was first is not known."""
    found = timeline([record(7, "xinhua", 3), day(3, "kcna", duplicate_of=7)])
    assert (found["first"]["source"], found["maybe_first"], found["origins"]) == ("xinhua", [3], ["xinhua", "kcna"])
    assert found["articles"][1]["is"] == "may be first, copy of 7"


def test_a_day_that_was_seen_before_its_end_began_no_earlier_for_that() -> None:
    """Sorted by our first sight, at 00:30 UTC of 2 March; nowhere did that day begin before 10:00 UTC of the first."""
    seen = {"sort_at": "2026-03-02T00:30:00Z", "published_at": "2026-03-02", "published_precision": "day"}
    assert (
        timeline([record(1, "nord", 1, sort_at="2026-03-01T09:00:00Z"), record(2, "kcna", 1, **seen)])["maybe_first"]
        == []
    )
    assert timeline([record(1, "nord", 1, sort_at="2026-03-01T11:00:00Z"), record(2, "kcna", 1, **seen)])[
        "maybe_first"
    ] == [2]
