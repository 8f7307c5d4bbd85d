"""What kill and correction notices name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Notice
from pipeline.normalise.kills import notice_of, says_kill
from tests.conftest import MakeArticle

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
