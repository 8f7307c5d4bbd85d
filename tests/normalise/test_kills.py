"""What kill and correction notices name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Notice
from pipeline.normalise.kills import notice_of, says_kill
from pipeline.normalise.signals import split_headline
from tests.conftest import MakeArticle

# Notices in twelve languages as agencies send them, and news that reads like them.
LABELLED = [
    json.loads(line) for line in Path(__file__).with_name("kills.jsonl").read_text(encoding="utf-8").splitlines()
]
KILLS = [
    "Editors: Kill the story about rain.",
    "MANDATORY KILL",
    "EDS: Please disregard the story slugged RAIN.",
    "This story has been withdrawn, as the ferry did not sink.",
    "위 기사를 전문 취소합니다.",
    "本稿作废，请勿使用。",
    "先ほどの記事を取り消します。",
    "Агентство аннулирует сообщение о дожде.",
    "Die Meldung wird hiermit zurückgezogen.",
    "Nous annulons la dépêche précédente.",
    "연합뉴스의 3일 기사 제목 “여객선이 침몰했다”를 전문 취소합니다.",
]
NEWS = [
    "The journal retracted the article on rain.",
    "The story has been withdrawn from the film festival.",
    "Editors of the paper met on Monday.",
    "법원이 과징금 처분을 취소했다.",
    "该国撤销了禁令。",
    "Суд отменил решение.",
    "Банк Севера аннулирует лицензию перевозчика с понедельника.",
    "Суд постановил считать недействительным договор о причале.",
    "El gol queda anulado tras ver las imágenes.",
    "Der Bericht über den Hafen wurde von der Regierung zurückgezogen.",
    "Die Partei hat den Beitrag zurückgezogen.",
    "Behörden warnen: Bitte das Leitungswasser nicht verwenden.",
    "Nous annulons le concert, a dit le maire.",
    "그는 허위 보도 영상을 삭제했습니다.",
    "Our report on the harbour has been withdrawn, the minister told parliament.",
    "This report on the harbour has been withdrawn, a spokesman said.",
    "Our story of the pier has been withdrawn.",
    "Editors kill stories for many reasons, a study finds.",
    "Mandatory kill orders for dogs divide the town.",
    "该稿件平台宣布停用旧版系统。",
]


@pytest.mark.parametrize("text", KILLS)
def test_a_text_that_is_a_kill_is_known(text: str) -> None:
    assert says_kill([text])
    assert not says_kill([text, "Rain fell. " * 100])


@pytest.mark.parametrize("text", NEWS)
def test_news_of_retractions_are_none(text: str) -> None:
    assert not says_kill([text])


def test_all_that_a_notice_names_is_found(article: MakeArticle) -> None:
    body = (
        "Editors: Kill EXN20240903001, headlined “(LEAD) Ferry sinks”, at https://news.example/world/7,"
        " headline: «Буря на море»."
    )
    one = article(headline="Kill", headline_raw="Kill", body=body)
    assert notice_of(one) == Notice(
        "kill", ("https://news.example/world/7",), ("EXN20240903001",), ("ferry sinks", "буря на море")
    )


def test_the_headline_of_a_marked_kill_is_that_of_the_text_meant(article: MakeArticle) -> None:
    one = article(headline="Ferry Sinks", headline_raw="KILL: Ferry Sinks", body="Rain. " * 300 + "https://x.example/1")
    assert notice_of(one) == Notice("kill", (), (), ("ferry sinks",))


@pytest.mark.parametrize("raw", ["Ferry sinks", "(LEAD) Ferry sinks", "CORRECTED-Ferry sinks"])
def test_what_names_nothing_is_no_notice(article: MakeArticle, raw: str) -> None:
    assert notice_of(article(headline="Ferry sinks", headline_raw=raw, signals=("kill",))) is None


NAMED = [
    'Our story headlined "Ferry sinks off" has been withdrawn.',
    "Please kill the story at https://news.example/ferry",
    "Die Meldung mit dem Titel „Fähre gesunken“ wurde zurückgezogen.",
]


@pytest.mark.parametrize("text", NAMED)
def test_a_sentence_that_may_be_news_is_a_kill_where_it_names_a_text(text: str) -> None:
    assert says_kill([text])
    assert not says_kill(["Rain fell in the valley on Monday.", f"A reader wrote: {text}"])


@given(st.lists(st.text(max_size=100) | st.sampled_from([*KILLS, *NEWS]), max_size=4))
def test_any_text_is_looked_at_without_error(paragraphs: list[str]) -> None:
    says_kill(paragraphs)


def test_words_of_every_day_mark_a_kill_where_the_text_says_so(article: MakeArticle) -> None:
    body = "Editors: kill this story."
    one = article(headline="Ferry sinks", headline_raw="WITHDRAWN: Ferry sinks", body=body)
    assert says_kill([one.body])
    assert notice_of(one) == Notice("kill", (), (), ("ferry sinks",))


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: f"{case['headline']}|{case['text']}"[:60])
def test_kills_are_told_from_news_by_headline_and_text(case: dict[str, str | bool]) -> None:
    headline, text = str(case["headline"]), str(case["text"])
    says = says_kill([text], headline)
    assert (says or "kill" in split_headline(headline, is_killed=says)[1]) is case["is_kill"]


@pytest.mark.parametrize("headline", ["MANDATORY KILL", "[전문취소]", "Kill notice", "撤稿通知"])
def test_a_headline_that_is_a_marker_alone_names_nothing(article: MakeArticle, headline: str) -> None:
    assert split_headline(headline) == (headline, ("kill",))
    assert notice_of(article(headline=headline, headline_raw=headline, body="Rain.")) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("3일 송고한 '여객선 침몰' 기사를 취소합니다.", "여객선 침몰"),
        ("先に配信した「フェリー沈没」の記事を取り消します。", "フェリー沈没"),
        ("本社今日播发的《渡轮沉没》一稿有误，请停止使用。", "渡轮沉没"),
        ('"Feribot battı" başlıklı haberimiz iptal edilmiştir.', "feribot battı"),
        ('نرجو إلغاء الخبر بعنوان "غرق العبارة".', "غرق العبارة"),
        ("Nous retirons la dépêche intitulée « Le ferry coule ».", "le ferry coule"),
        ("The item “Ferry sinks” has been withdrawn. Use instead “Ferry floats”.", "ferry sinks"),
    ],
)
def test_the_headline_meant_is_found_beside_its_noun(article: MakeArticle, text: str, named: str) -> None:
    assert notice_of(article(headline="KILL", headline_raw="KILL", body=text)) == Notice("kill", (), (), (named,))
