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
from pipeline.store import Key, Store
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


def test_an_article_that_is_read_after_its_kill_is_withdrawn(desk: Desk) -> None:
    kill = desk.file("KILL: Ferry sinks off the islands", "", at=2)
    late = {"first_seen_at": NOON + 3 * HOUR, "fetched_at": NOON + 3 * HOUR, "sort_at": NOON}
    headline = {"headline": "Ferry sinks off the islands", "headline_raw": "Ferry sinks off the islands"}
    ferry = desk.take(desk.make(**late, **headline, body=TEXT))
    assert (desk.record(ferry)["change"], desk.record(ferry)["fetched_at"]) == ("withdrawn", "2024-09-03T15:00:00Z")
    assert desk.record(kill)["update_of"] == desk.record(ferry)["id"]


def test_the_page_of_a_killed_text_of_the_feed_is_kept_and_stays_withdrawn(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", "The ferry sank.", url="ferry", completeness="feed")
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    desk.take(replace(ferry, completeness="full", body=TEXT, fetched_at=NOON + 3 * HOUR))
    withdrawn = desk.record(ferry)
    assert (withdrawn["change"], withdrawn["signals"], withdrawn["body"]) == ("withdrawn", ["kill"], TEXT)
    desk.take(replace(ferry, completeness="full", body=TEXT, fetched_at=NOON + 4 * HOUR))
    assert desk.record(ferry)["revision"] == withdrawn["revision"]


def test_a_missing_article_that_is_killed_does_not_come_back_as_it_was(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    with desk.store.write(NOON + HOUR) as tx:
        stored = tx.articles.known("example", [Key("url", "", ferry.url)])
        assert stored is not None
        gone = replace(stored.current, fetched_at=NOON + HOUR)
        tx.articles.revise(stored.id, gone, fingerprint(gone, SOURCE), "withdrawn", None, is_current=True)
    desk.file("KILL: Ferry sinks off the islands", "", at=2)
    desk.take(replace(ferry, fetched_at=NOON + 3 * HOUR))
    assert (desk.record(ferry)["change"], desk.record(ferry)["signals"]) == ("withdrawn", ["kill"])


GRAIN = "Grain prices fell in the port for a third day, traders said.\nThe harvest was good."


def test_a_day_in_a_kill_names_no_article(desk: Desk) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="20240903/ferry/c.html")
    others = [desk.file("Mill burns", OTHER, url="20240903"), desk.file("Grain falls", GRAIN, url="20240903/c.html")]
    told = 'Kill the story headlined "Ferry sinks off the islands", No. 20240903 of 20240903.'
    desk.file("MANDATORY KILL", f"Editors: {told}", at=2, url="20240903/kill/c.html")
    assert [desk.record(one)["change"] for one in (ferry, *others)] == ["withdrawn", "created", "created"]


@pytest.mark.parametrize(
    ("told", "change"),
    [("in which 123456 passengers were given", "created"), ("No. 123456", "withdrawn"), ("ID 12345", "created")],
)
def test_a_number_names_an_article_where_it_is_called_one(desk: Desk, told: str, change: str) -> None:
    mill = desk.file("Windmill burns down", OTHER, url="world/123456")
    desk.file("Grain falls", GRAIN, url="123456/grain")
    desk.file("MANDATORY KILL", f"Editors: please kill the story {told}.", at=2)
    assert desk.record(mill)["change"] == change


def test_a_number_of_several_stories_names_none(desk: Desk) -> None:
    both = desk.file("Windmill burns down", OTHER, url="world/123456"), desk.file("Grain", GRAIN, url="trade/123456")
    desk.file("MANDATORY KILL", "Editors: please kill the story No. 123456.", at=2)
    assert [desk.record(one)["change"] for one in both] == ["created", "created"]


@pytest.mark.parametrize(
    "told",
    [
        "Kill the story at https://news.example/ferry. Use instead https://news.example/mill.",
        "Kill the story at https://news.example/ferry and use https://news.example/mill instead.",
        "Kill the story at https://news.example/ferry.\nNew version: https://news.example/mill",
        "Kill this story:\nURL: https://news.example/ferry\nFor the weather: https://news.example/mill",
    ],
)
def test_the_address_of_another_text_is_not_that_of_the_killed_one(desk: Desk, told: str) -> None:
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    mill = desk.file("Windmill burns down", OTHER, url="mill", at=1)
    desk.file("MANDATORY KILL", f"Editors: {told}", at=2)
    assert [desk.record(one)["change"] for one in (ferry, mill)] == ["withdrawn", "created"]


def test_a_corrected_story_is_about_none_of_the_texts_that_it_points_to(desk: Desk) -> None:
    desk.file("Windmill burns down", OTHER, url="mill")
    body = f"{TEXT}\nRead also: https://news.example/mill\nThe story headlined “Windmill burns down” is longer."
    ferry = desk.file("CORRECTED-Ferry sinks off the islands", body, at=1)
    assert desk.record(ferry)["update_of"] is None


def test_two_corrections_are_not_about_each_other(desk: Desk) -> None:
    told = 'In the story headlined "{}" a name was wrong.'
    one = desk.file("CORRECTED-Ferry sinks", told.format("Windmill burns down"), at=1)
    other = desk.file("CORRECTED-Windmill burns down", told.format("Ferry sinks"), at=1)
    again = told.format("Windmill burns down").replace("name", "place")
    desk.take(replace(one, fetched_at=NOON + 2 * HOUR, body=again))
    assert desk.record(one)["update_of"] is None
    assert desk.record(other)["update_of"] == desk.record(one)["id"]


def test_what_a_notice_said_before_is_replaced(desk: Desk) -> None:
    desk.file("Windmill burns down", OTHER)
    grain = desk.file("Grain falls", GRAIN)
    correction = desk.file("Correction: mill", 'In the story headlined "Windmill burns down" a name was wrong.', at=1)
    told = 'In the story headlined "Grain falls" a name was wrong.'
    desk.take(replace(correction, fetched_at=NOON + 2 * HOUR, body=told))
    record, number = desk.record(correction), desk.record(grain)["id"]
    assert (record["update_of"], [link["id"] for link in record["links"]]) == (number, [number])
    plain: dict[str, Any] = {"headline": "Rain", "headline_raw": "Rain", "signals": (), "body": "Rain fell for days."}
    desk.take(replace(correction, fetched_at=NOON + 3 * HOUR, **plain))
    assert (desk.record(correction)["update_of"], desk.record(correction)["links"]) == (None, [])


def test_a_text_that_is_no_kill_any_more_withdraws_nothing(desk: Desk) -> None:
    kill = desk.file("KILL: Ferry sinks off the islands", "", at=2)
    plain: dict[str, Any] = {"headline": "Mill burns", "headline_raw": "Mill burns", "signals": (), "body": OTHER}
    desk.take(replace(kill, fetched_at=NOON + 3 * HOUR, **plain))
    ferry = desk.file("Ferry sinks off the islands", url="ferry")
    assert desk.record(ferry)["change"] == "created"


def test_a_kill_that_turns_out_to_mean_several_stories_means_none(desk: Desk) -> None:
    kill = desk.file("KILL: Press review", "", at=2)
    one = desk.file("Press review")
    assert desk.record(one)["change"] == "withdrawn"
    other = desk.file("Press review", OTHER, at=1)
    assert [(desk.record(text)["change"], desk.record(text)["signals"]) for text in (one, other)] == [
        ("restored", ["summary"]),
        ("created", ["summary"]),
    ]
    assert (desk.record(kill)["update_of"], desk.record(kill)["links"]) == (None, [])


@pytest.mark.parametrize("is_first", [True, False])
def test_a_kill_by_address_reaches_any_article_before_it(desk: Desk, is_first: bool) -> None:
    printed, told = "ADVISORY", "Please kill the story at https://news.example/old. It was wrong."
    if is_first:
        desk.file(printed, told)
    old = desk.file("Old thing", at=-24 * 9, url="old")
    if not is_first:
        desk.file(printed, told)
    assert desk.record(old)["change"] == "withdrawn"


def test_versions_killed_by_a_notice_and_in_their_place_stay_withdrawn(desk: Desk) -> None:
    first = desk.file("Ferry sinks off the islands")
    second = desk.file("(2nd LD) Ferry sinks off the islands", f"{TEXT}\nIt was built in 1990.", url="second", at=1)
    kill = desk.file("KILL: Ferry sinks off the islands", "", at=2)
    desk.file("KILL: Ferry sinks off the islands", "Editors: do not use this story.", url="second", at=3)
    desk.take(replace(kill, fetched_at=NOON + 4 * HOUR, body="Editors: do not use this at all, it was wrong."))
    assert desk.record(first)["change"] == desk.record(second)["change"] == "withdrawn"


def test_a_correction_that_arrives_after_its_kill_is_withdrawn(desk: Desk) -> None:
    desk.file("MANDATORY KILL", "Editors: Kill the story at https://news.example/c. It was wrong.", at=2)
    told = 'In the story headlined "Ferry sinks off the islands" the pier was wrong.'
    correction = desk.file("Correction: Ferry", told, url="c", at=1)
    assert desk.record(correction)["change"] == "withdrawn"
