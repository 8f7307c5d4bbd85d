"""Notes inside a text that it was put right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.corrections import says_corrected
from pipeline.normalise.kills import notice_of
from tests.conftest import MakeArticle

LABELLED = [
    json.loads(line) for line in Path(__file__).with_name("corrections.jsonl").read_text(encoding="utf-8").splitlines()
]
NOTES = [case["text"] for case in LABELLED if case["is_corrected"]]
NEWS = ["Rain fell in the valley on Monday."] * 12


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: case["text"][:40])
def test_a_note_of_a_correction_is_known(case: dict[str, object]) -> None:
    assert says_corrected([str(case["text"])]) is case["is_corrected"]


@pytest.mark.parametrize("note", NOTES)
def test_it_stands_at_the_head_or_the_end(note: str) -> None:
    assert says_corrected([*NEWS, note])
    assert says_corrected([note, *NEWS])
    assert not says_corrected([*NEWS[:5], note, *NEWS])


@pytest.mark.parametrize("note", NOTES)
def test_it_names_no_other_article(article: MakeArticle, note: str) -> None:
    body = f"Rain fell on Monday.\n{note} https://news.example/7"
    assert notice_of(article(headline="Rain", headline_raw="Rain", body=body, signals=("correction",))) is None


@given(st.lists(st.text(max_size=100) | st.sampled_from(NOTES), max_size=12))
def test_any_text_is_looked_at_without_error(paragraphs: list[str]) -> None:
    says_corrected(paragraphs)
