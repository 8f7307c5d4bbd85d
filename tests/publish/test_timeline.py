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
        "citations": [], "links": [],
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
