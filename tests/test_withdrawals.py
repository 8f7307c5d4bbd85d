"""Kills and corrections: which earlier article they mean, what becomes of it, in whatever order they arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.digest import Observed
from pipeline.filing import Filing
from pipeline.model import Article, Source
from pipeline.normalise.kills import notice_of
from pipeline.normalise.signals import split_headline
from pipeline.store import Store
from pipeline.tally import Tally
from tests.conftest import NOON, MakeArticle

HOUR = timedelta(hours=1)
SOURCE = Source(id="example", name="Example")
TEXT = "The ferry between the islands sank off the northern pier, the harbour office said.\nNobody was on board."
OTHER = "A windmill burnt down in the valley on Monday evening; firemen came from three towns.\nIt was empty."


class Desk:
    """Files readings one by one; each call is a transaction."""

    def __init__(self, store: Store, make: MakeArticle) -> None:
        self.store, self.make = store, make
        self.filing = Filing({"example": SOURCE}, Tally())

    def file(self, printed: str, body: str = TEXT, *, url: str = "", at: int = 0, **more: Any) -> Article:
        headline, signals = split_headline(printed)
        seen = NOON + at * HOUR
        times = {"first_seen_at": seen, "fetched_at": seen, "sort_at": seen}
        address = {"url": f"https://news.example/{url}"} if url else {}
        said = {"headline": headline, "headline_raw": printed, "signals": signals, "body": body}
        one = self.make(**times, **said, **address, **more)
        return self.take(one)

    def take(self, one: Article) -> Article:
        guid = ("", one.guid) if one.guid else None
        with self.store.write(one.fetched_at) as tx:
            observed = Observed(one, fingerprint(one, SOURCE), one.url, guid, notice=notice_of(one))
            self.filing.take(tx, observed)
        return one

    def record(self, one: Article) -> dict[str, Any]:
        with self.store.read() as reader:
            (number,) = reader.find(one.url)
            found = reader.record(number)
        assert found is not None
        return found

    def changes(self) -> list[tuple[str, int]]:
        with self.store.read() as reader:
            return [(change.change, change.id) for change in reader.changes(0)]


@pytest.fixture
def desk(store: Store, article: MakeArticle) -> Desk:
    return Desk(store, article)


NOTICES = [
    ("KILL: Ferry sinks off the islands", "Editors: please do not use this story."),
    ("(KILL) Ferry sinks off the islands", ""),
    ("MANDATORY KILL", 'Editors: Kill the story headlined "Ferry sinks off the islands", which was wrong.'),
    ("ADVISORY: Ferry", "Please kill the story at https://news.example/ferry. It was wrong."),
    ("ADVISORY: Ferry", "Please kill the story EXN20240903001. It was wrong."),
    ("[전문취소] 여객선", "기사 제목 “Ferry sinks off the islands”를 전문 취소합니다."),
    ("撤稿：Ferry sinks off the islands", "本稿作废。"),
    ("АННУЛИРОВАНО: Ferry sinks off the islands", "Агентство аннулирует сообщение."),
]


@pytest.mark.parametrize(("printed", "body"), NOTICES)
def test_a_kill_withdraws_the_article_that_it_names(desk: Desk, printed: str, body: str) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry", guid="EXN20240903001")
    mill = desk.file("Windmill burns down", OTHER)
    kill = desk.file(printed, body, at=2)
    withdrawn = desk.record(ferry)
    assert (withdrawn["change"], withdrawn["revision"], withdrawn["body"]) == ("withdrawn", 2, TEXT)
    assert withdrawn["signals"] == ["kill"]
    assert desk.record(mill)["change"] == "created"
    assert desk.record(kill)["update_of"] == withdrawn["id"]
    assert [kind for kind, _ in desk.changes()] == ["created", "created", "created", "withdrawn"]


@pytest.mark.parametrize(("printed", "body"), NOTICES)
def test_an_article_that_arrives_after_its_kill_is_withdrawn_too(desk: Desk, printed: str, body: str) -> None:
    kill = desk.file(printed, body, at=2)
    ferry = desk.file("Ferry sinks off the islands", url="ferry", guid="EXN20240903001")
    assert desk.record(ferry)["change"] == "withdrawn"
    assert desk.record(kill)["update_of"] == desk.record(ferry)["id"]


@pytest.mark.parametrize("at", [3, -200])
def test_a_kill_reaches_neither_later_articles_nor_those_of_long_ago(desk: Desk, at: int) -> None:
    ferry = desk.file("Ferry sinks off the islands", at=min(at, 0)) if at < 0 else None
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    ferry = ferry or desk.file("Ferry sinks off the islands", at=at)
    assert desk.record(ferry)["change"] == "created"


def test_a_kill_that_names_nothing_we_have_is_an_article_with_a_signal(desk: Desk) -> None:
    mill = desk.file("Windmill burns down", OTHER)
    kill = desk.file("KILL: Ferry sinks off the islands", "", at=2)
    assert desk.record(kill)["signals"] == ["kill"]
    assert desk.record(kill)["update_of"] is None
    assert desk.record(mill)["change"] == "created"


def test_a_headline_over_several_stories_means_none_of_them(desk: Desk) -> None:
    one, other = desk.file("Press review"), desk.file("Press review", OTHER, at=1)
    desk.file("KILL: Press review", "", at=2)
    assert {desk.record(one)["change"], desk.record(other)["change"]} == {"created"}


def test_a_kill_withdraws_all_versions_of_a_story(desk: Desk) -> None:
    first = desk.file("Ferry sinks off the islands")
    second = desk.file("(2nd LD) Ferry sinks off the islands", f"{TEXT}\nIt was built in 1990.", at=1)
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    assert desk.record(first)["change"] == desk.record(second)["change"] == "withdrawn"


def test_another_agencys_article_stays(desk: Desk) -> None:
    theirs = desk.file("Ferry sinks off the islands", source="other")
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    assert desk.record(theirs)["change"] == "created"


def test_a_kill_in_its_place_withdraws_an_article(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    desk.file("KILL: Ferry sinks off the islands", "Editors: please do not use this story.", url="ferry", at=2)
    assert desk.record(ferry)["change"] == "withdrawn"
    desk.file("KILL: Ferry sinks off the islands", "Editors: please do not use this story.", url="ferry", at=3)
    assert [kind for kind, _ in desk.changes()] == ["created", "withdrawn"]


def test_another_text_of_a_kill_in_its_place_is_kept(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    desk.file("KILL: Ferry sinks off the islands", "Editors: please do not use this story.", url="ferry", at=2)
    told = "Editors: do not use this story at all, the ferry is well."
    desk.file("KILL: Ferry sinks off the islands", told, url="ferry", at=3)
    assert (desk.record(ferry)["change"], desk.record(ferry)["body"]) == ("withdrawn", told)


def test_a_killed_article_comes_back_with_another_text_only(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    desk.take(replace(ferry, fetched_at=NOON + 3 * HOUR))
    assert desk.record(ferry)["change"] == "withdrawn"
    desk.take(replace(ferry, fetched_at=NOON + 4 * HOUR, body=f"{TEXT}\nIt has been raised."))
    assert (desk.record(ferry)["change"], desk.record(ferry)["signals"]) == ("restored", [])


def test_what_was_changed_after_a_late_kill_stands(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    desk.take(replace(ferry, fetched_at=NOON + 4 * HOUR, body=f"{TEXT}\nIt has been raised."))
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    assert desk.record(ferry)["change"] == "revised"


def test_a_correction_is_a_new_version_of_the_article_that_it_names(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    told = 'In the story headlined "Ferry sinks off the islands" the pier was wrong.'
    correction = desk.file("Correction: Ferry", told, at=2)
    assert desk.record(correction)["update_of"] == desk.record(ferry)["id"]
    assert desk.record(correction)["links"][0]["kind"] == "update"
    assert desk.record(ferry)["change"] == "created"


def test_a_correction_in_its_place_is_called_one(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    desk.file("CORRECTED-Ferry sinks off the islands", f"{TEXT}\nIt was the southern pier.", url="ferry", at=2)
    assert (desk.record(ferry)["change"], desk.record(ferry)["signals"]) == ("corrected", ["correction"])


@pytest.mark.parametrize(
    ("printed", "body"),
    [
        ("Journal says the article has been retracted", "The article on rain has been retracted, a journal said."),
        ("Kill Bill to be shown again", 'The film titled "Ferry sinks off the islands" opens on Monday.'),
        ("Ministry withdraws report", "The report has been withdrawn, said the ministry. " * 30),
    ],
)
def test_news_of_retractions_are_no_notices(desk: Desk, printed: str, body: str) -> None:
    ferry = desk.file("Ferry sinks off the islands")
    desk.file(printed, body, at=2)
    assert desk.record(ferry)["change"] == "created"


def test_the_time_of_an_embargo_is_stored_and_shown(desk: Desk) -> None:
    until = datetime.fromisoformat("2024-09-04T00:01:00+00:00")
    one = desk.file("Ferry to sail again", embargoed_until=until)
    assert desk.record(one)["embargoed_until"] == "2024-09-04T00:01:00Z"
