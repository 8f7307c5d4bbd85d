"""The bench of extraction: what it decides by itself; the sets and the scorer are recorded material."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.examine import Examined
from tests.benchmarks.extraction import growth, report, sets
from tests.benchmarks.extraction.sets import Bar, Case, Row
from tests.benchmarks.extraction.show import compared
from tests.benchmarks.extraction.work import Measured, Theirs, ceiling


class Words:
    """A scorer of texts alone."""

    def score_page(self, t: Mapping[str, Any], p: Mapping[str, Any]) -> Row:
        return {"tok_f1": self.bag(self.tokens(p.get("body", "")), self.tokens(t["body"]))[2]} if t.get("body") else {}

    def combine(self, rows: list[Row]) -> dict[str, float]:
        return {"pages": len(rows), "tok_f1": sum(row["tok_f1"] for row in rows) / len(rows)}

    def tokens(self, text: str) -> list[str]:
        return re.findall(r"\w+", text.casefold())

    def bag(self, pred: list[str], true: list[str]) -> tuple[float, float, float]:
        shared = (Counter(pred) & Counter(true)).total()
        return shared / max(1, len(pred)), shared / max(1, len(true)), 2 * shared / max(1, len(pred) + len(true))


def page(name: str, f1: float | None, quality: float = 1.0, language: str = "en", cpu: float = 10.0) -> Measured:
    row = {} if f1 is None else {"tok_f1": f1}
    found = Examined({"extraction": {"quality": quality}}, None, cpu, {})
    case = Case("wire", name, "", None, {"language": language})
    return Measured(case, found, {"join": row, "without": row})


@pytest.mark.parametrize(
    ("lead", "body", "joined"),
    [
        ("A standfirst.", "The story.\nMore.", "A standfirst.\nThe story.\nMore."),
        ("A standfirst.", "A  standfirst.\nThe story.", "A  standfirst.\nThe story."),
        ("A standfirst.", "", "A standfirst."),
        (None, "The story.", "The story."),
        ("", "The story.", "The story."),
    ],
)
def test_a_lead_stands_above_the_body_unless_the_body_begins_with_it(lead: str | None, body: str, joined: str) -> None:
    assert sets.with_lead(lead, body) == joined


def test_a_page_without_a_record_predicts_nothing() -> None:
    assert sets.prediction(None, "join") == {}


def test_a_prediction_is_read_out_of_the_record() -> None:
    record = {
        "headline": "Ferry resumes",
        "authors": ["Ann Lee"],
        "published_at": "2024-09-03T12:00:00Z",
        "keywords": ["ferries"],
        "lead": "Back at last.",
        "body": "The ferry sails.",
    }
    joined, alone = sets.prediction(record, "join"), sets.prediction(record, "without")
    assert joined["body"] == "Back at last.\nThe ferry sails."
    assert alone == {
        "title": "Ferry resumes",
        "authors": ["Ann Lee"],
        "published": "2024-09-03T12:00:00Z",
        "topics": ["ferries"],
        "body": "The ferry sails.",
    }


def test_a_sample_is_the_same_every_time_and_a_larger_one_holds_it() -> None:
    cases = [Case("wire", f"page-{number}", "", None, {}) for number in range(50)]
    small, large = sets.sampled(cases, 10), sets.sampled(cases, 20)
    assert len(small) == 10
    assert small == sets.sampled(cases, 10)
    assert set(map(id, small)) < set(map(id, large))
    assert sets.sampled(cases, None) == cases
    assert sets.sampled(cases, 80) == cases


def test_each_purpose_draws_its_own_lots() -> None:
    assert sets.lot("page", "sample") != sets.lot("page", "timed")


@pytest.mark.parametrize("name", ["a.b.html.gz", "a.b.html", "a.b.gz", "a.b", "a.b.htm"])
def test_a_page_is_found_by_its_id_however_it_is_packed(tmp_path: Path, name: str) -> None:
    wire = tmp_path / "wire"
    (wire / "pages").mkdir(parents=True)
    (wire / "pages" / name).write_bytes(b"")
    (wire / "truth.jsonl").write_text(json.dumps({"id": "a.b", "url": None}) + "\n" + json.dumps({"id": "none"}))
    (tmp_path / "empty").mkdir()
    found = sets.load_sets(tmp_path)
    assert list(found) == ["wire"]
    assert [case.file for case in found["wire"]] == [wire / "pages" / name, None]
    assert found["wire"][0].url == ""
    assert sets.load_sets(tmp_path, ["other"]) == {}


def test_a_bar_is_a_floor_or_a_ceiling() -> None:
    floor, ceiling_bar = Bar("wire", "tok_f1", 0.9), Bar("wire", "date_wrong", 0.05, at_most=True)
    assert (floor.holds(0.9), floor.holds(0.89)) == (True, False)
    assert (ceiling_bar.holds(0.05), ceiling_bar.holds(0.06)) == (True, False)
    assert (str(floor), str(ceiling_bar)) == ("≥ 0.9", "≤ 0.05")


def test_bars_that_are_missed_are_marked_and_those_not_measured_left_out() -> None:
    totals = {"scrapinghub": {"tok_f1": 0.98, "perfect": 0.5}}
    lines = list(report.bar_lines(totals, {"scrapinghub": {"tok_f1": 0.96}}, 0.5))
    assert len(lines) == 4
    assert lines[1].split() == ["scrapinghub", "tok_f1", "≥", "0.975", "0.971", "0.980", "0.960"]
    assert lines[2].endswith(report.MISSED)
    assert lines[3].endswith(report.MISSED)
    assert report.missed(totals, 0.5) == 2
    assert report.missed(totals, None) == 1


def test_the_language_that_fares_worst_is_told() -> None:
    pages = [page("a", 0.9), page("b", 0.7), page("c", 0.5, language="pl"), page("d", 0.9, language="pl")]
    assert report.totals_of(Words(), pages, "join")["group_min"] == pytest.approx(0.7)
    assert "group_min" not in report.totals_of(Words(), pages[:2], "join")


def test_the_cost_is_that_of_the_pages_both_were_timed_on() -> None:
    one, other = page("a", 0.9, cpu=10.0), page("b", 0.9, cpu=90.0)
    both = Measured(one.case, one.found, one.rows, Theirs(40.0))
    assert report.ratio_of([both, other]) == pytest.approx(0.25)
    assert report.ratio_of([other]) is None


def test_quality_is_worth_what_its_lowest_tenth_catches() -> None:
    good = [page(f"good-{number}", 0.95) for number in range(18)]
    bad = [page("told", 0.2, quality=0.3), page("untold", 0.1, quality=0.9)]
    silent = [page("good-too", 0.95, quality=0.4)]
    worth = report.quality_of([*good, *bad, *silent], "join")
    assert worth is not None
    assert (worth.pages, worth.limit, worth.caught) == (21, 0.4, 0.5)
    assert worth.lowest == pytest.approx((0.2 + 0.95) / 2)
    assert worth.others > worth.lowest
    assert report.quality_of(good[:9], "join") is None


def test_pages_are_worst_first_and_perfect_ones_are_not_among_them() -> None:
    pages = [page("a", 0.9), page("b", 1.0), page("c", 0.2), page("d", None)]
    assert [one.case.id for one in report.worst(pages, "join", 5)] == ["c", "a"]
    assert report.badness({"seg": (2, 1, 1)}) == pytest.approx(1 - 4 / 6)


def test_the_ceiling_is_the_best_of_the_candidates() -> None:
    truth = {"body": "the ferry sails again"}
    bodies = {"one": "the ferry", "two": "the ferry sails again", "none": ""}
    assert ceiling(Words(), truth, bodies) == ("two", 1.0)
    assert ceiling(Words(), {"body": None}, bodies) is None
    assert ceiling(Words(), truth, {}) is None


def test_a_text_is_shown_against_its_truth_by_paragraph() -> None:
    truth = "The ferry sails again today.\nIt was away for a week.\nNobody was hurt by the flood."
    ours = "Read more\nThe ferry sails again today.\nNobody was hurt by the flood. Share on all networks."
    lines = compared(Words(), ours, truth)
    assert [line.mark for line in lines] == ["+", " ", "-", "~"]
    assert lines[2].text == "It was away for a week."
    assert lines[3].text.startswith("(not true: share on all networks)")


def test_growth_is_judged_where_it_shows() -> None:
    linear = [(0.25, 25.0), (0.5, 50.0), (1.0, 100.0), (2.0, 200.0), (4.0, 400.0)]
    square = [(size, size * size * 100) for size, _ in linear]
    assert growth.steepest(linear) == pytest.approx(1.0)
    assert growth.trouble(linear) is None
    assert growth.steepest(square) == pytest.approx(2.0)
    assert growth.trouble(square) is not None
    assert growth.trouble([(0.25, 11_000.0)]) == "11 s for 0.25 MB"
    assert growth.steepest([(0.25, 1.0), (1.0, 30.0)]) == 0.0


@pytest.mark.parametrize("shape", growth.SHAPES)
def test_synthetic_pages_have_the_size_they_should(shape: str) -> None:
    assert len(growth.SHAPES[shape](60_000).encode()) == pytest.approx(60_000, rel=0.2)


def test_the_scorer_is_loaded_from_where_it_lies(shared: Path) -> None:
    path = shared / "bench" / "extraction" / "score.py"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    row = sets.load_scorer(path).score_page({"body": "the ferry sails"}, {"body": "the ferry sails"})
    assert row["tok_f1"] == 1.0
