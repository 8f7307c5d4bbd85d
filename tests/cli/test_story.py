"""`newswire story` and `newswire diff`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.model import Citation, Dateline, Source
from pipeline.store import Store
from tests.cli.conftest import Newswire
from tests.dedup.texts import FERRY

DAY = datetime(2024, 9, 2, 8, tzinfo=UTC)


@pytest.fixture
def filled(store: Store, put: Any, article: Any) -> Store:
    """A story of two articles, the first in two versions, and an article that stands alone."""
    told = {"headline": FERRY.headline, "body": FERRY.body, "sort_at": DAY}
    first = put(store, url="https://news.example/ferry", dateline=Dateline("PORT /EX/", "PORT"), **told)
    cited = (Citation("Example", "Example says", "example"),)
    other = put(
        store, source="paper", headline="Islanders cheer", sort_at=DAY + timedelta(hours=1), citations=cited,
        url="https://paper.example/ferry",
    )  # fmt: skip
    put(store, headline="Ice on the quay", url="https://news.example/ice")
    newer = article(**{**told, "body": FERRY.body.replace("1,400", "1,500"), "url": "https://news.example/ferry"})
    with store.write(DAY) as tx:
        tx.articles.revise(first, newer, fingerprint(newer, Source("example", "")), "revised", None, is_current=True)
        for number in (first, other):
            tx.stories.assign(number, first, quietly=False)
    return store


def test_a_script_gets_the_story_as_one_object(filled: Store, newswire: Newswire) -> None:
    code, out, _ = newswire("story", "2")
    found = json.loads(out)
    assert code == 0
    assert (found["story"], found["first"]["id"], found["origins"]) == (1, 1, ["example"])
    assert [(one["by"], one["cites"]) for one in found["cites"]] == [("paper", "example")]
    assert [one["id"] for one in found["articles"]] == [1, 2]


def test_a_reader_gets_a_timeline(filled: Store, newswire: Newswire) -> None:
    _, out, _ = newswire("story", "https://news.example/ferry", "-o", "table")
    lines = out.splitlines()
    assert lines[0].split() == ["time", "source", "language", "id", "is", "headline"]
    assert lines[1].split()[:4] == ["2024-09-02", "08:00", "example", "1"]
    assert "origins  1 of 2: example" in out
    assert "cites    paper (2) has it from example" in out


def test_an_article_without_story_is_one_by_itself(filled: Store, newswire: Newswire) -> None:
    found = json.loads(newswire("story", "3")[1])
    assert (found["story"], len(found["articles"])) == (None, 1)


def test_what_changed_is_marked_word_by_word(filled: Store, newswire: Newswire) -> None:
    _, out, _ = newswire("diff", "1", "-o", "table")
    assert out.startswith("update: version 1 ")
    assert "Some 1,[-400-]{+500+} islanders" in out
    found = json.loads(newswire("diff", "1", "1", "2")[1])
    assert (found["article"], found["from"], found["to"], found["class"]) == (1, 1, 2, "update")
    assert ["+", "500"] in found["fields"]["body"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("3",), 1, "has nothing before version 1"),
        (("99",), 1, "there is no article 99"),
        (("1", "1", "7"), 1, "has no version 7"),
        (("1", "1", "2", "3"), 2, "two versions at most"),
    ],
)
def test_what_can_not_be_compared_is_said(
    filled: Store, newswire: Newswire, arguments: tuple[str, ...], code: int, said: str
) -> None:
    found, _, err = newswire("diff", *arguments)
    assert found == code
    assert said in err


def test_a_story_of_nothing_is_said(filled: Store, newswire: Newswire) -> None:
    code, _, err = newswire("story", "99")
    assert code == 1
    assert "there is no article 99" in err
