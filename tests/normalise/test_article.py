"""A whole record out of an extract and its feed entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import NormaliseError
from pipeline.model import Article, Citation, Dated, Dateline, Entry, Extract, Published, Source
from pipeline.normalise import EXTRACTION_VERSION, Registers, normalise

SEEN = datetime(2021, 7, 7, 12, 0, tzinfo=UTC)
DATELINE = "VIENTIANE, July 7. /TASS/."
TASS = Source("tass", "TASS", language="en", timezone="Europe/Moscow", site_names=("TASS", "ТАСС"))
YONHAP = Source("yonhap", "Yonhap News Agency", language="ko", timezone="Asia/Seoul")
KCNA = Source("kcna", "KCNA", language="en", timezone="Asia/Seoul")
ENTRY = Entry(
    url="https://tass.com/society/1",
    feed="https://tass.com/rss/v2.xml",
    seen_at=SEEN,
    guid="https://tass.com/society/1",
    headline="Rain to stop soon — Ivanov",
    published_raw="Wed, 07 Jul 2021 13:04:00 +0300",
    section="Society",
)
PAGE = Extract(
    headline="Rain to stop soon — Ivanov",
    lead="The clouds are going east, the forecaster pointed out",
    paragraphs=(
        "VIENTIANE, July 7. /TASS/. The rain in Vientiane is about to stop, forecaster Ivan Ivanov told reporters.",
        "Yonhap news agency reported citing the Korean Central News Agency (KCNA) that it rains in Pyongyang, too.",
    ),
    dates=(Dated("page", "1625652240"),),
    method="profile",
    profile="2020",
    fields={"headline": "profile"},
)


def read(
    registers: Registers, extract: Extract, entry: Entry | None = None, source: Source = YONHAP, seen: datetime = SEEN
) -> Article:
    return normalise(extract, entry, source, registers, url="https://x.org/1", fetched_at=seen, seen_at=seen)


def test_slashes_that_nothing_tells_apart_date_nothing(registers: Registers) -> None:
    unknown = Source("wire.example", "Wire", language="en")
    slashed = replace(PAGE, dates=(Dated("page", "3/4/2021 10:00"),), updated_raw="4/5/2021 11:00", language="en")
    article = read(registers, slashed, source=unknown)
    assert (article.published, article.updated_at) == (Published(date(2021, 7, 7), "day", "dateline", DATELINE), None)
    told = read(registers, replace(slashed, language="en-US"), source=unknown)
    assert told.published is not None
    assert (told.published.at, told.updated_at) == (
        datetime(2021, 3, 4, 10, tzinfo=UTC), datetime(2021, 4, 5, 11, tzinfo=UTC),
    )  # fmt: skip
    declared = read(registers, replace(slashed, updated_raw="2021-04-03T11:00:00Z"), source=unknown)
    assert declared.published is not None
    assert declared.published.at == datetime(2021, 4, 3, 10, tzinfo=UTC)


def test_a_tass_page_becomes_a_record(registers: Registers) -> None:
    article = read(registers, PAGE, ENTRY, TASS)
    assert article.headline == article.headline_raw == "Rain to stop soon — Ivanov"
    assert article.lead == "The clouds are going east, the forecaster pointed out"
    assert article.body.startswith("The rain in Vientiane is about to stop")
    assert article.dateline == Dateline(
        "VIENTIANE, July 7. /TASS/.", "VIENTIANE", ("VIENTIANE",), date(2021, 7, 7), "tass"
    )
    assert article.published == Published(
        datetime(2021, 7, 7, 10, 4, tzinfo=UTC), "second", "feed", "Wed, 07 Jul 2021 13:04:00 +0300"
    )
    assert article.citations[1] == Citation(
        "Korean Central News Agency",
        "Yonhap news agency reported citing the Korean Central News Agency (KCNA)",
        "kcna",
        "yonhap",
    )
    assert (article.section, article.language, article.credit) == ("Society", "en", None)
    assert (article.guid, article.url) == ("https://tass.com/society/1", "https://x.org/1")


def test_the_record_says_how_its_text_was_got(registers: Registers) -> None:
    extraction = read(registers, PAGE, ENTRY, TASS).extraction
    assert (extraction.method, extraction.profile, extraction.version) == ("profile", "2020", EXTRACTION_VERSION)
    assert extraction.fields["headline"] == "profile"
    assert extraction.fields["dateline"] == "body"
    assert extraction.quality == 1.0


def test_quality_falls_with_each_thing_that_is_missing(registers: Registers) -> None:
    whole = read(registers, PAGE, ENTRY, TASS).extraction.quality
    missed = read(registers, replace(PAGE, missed=("lead",)), ENTRY, TASS).extraction.quality
    feed = read(registers, replace(PAGE, completeness="feed", missed=("lead",)), ENTRY, TASS).extraction.quality
    empty = read(registers, Extract(headline="Rain", completeness="feed")).extraction.quality
    assert whole > missed > feed > empty > 0


def test_a_korean_feed_text_becomes_a_record(registers: Registers) -> None:
    extract = Extract(
        headline="[특징주] 우산주, 장마에 강세(종합2보)",
        paragraphs=(
            "(서울·세종=연합뉴스) 홍길동 김철수 기자 = &apos;E&amp;amp;S&apos;가 비를 만났다.",
            "hong@yna.co.kr",
            "저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
        ),
        dates=(Dated("feed", "Wed, 07 Jul 2021 20:33:00 +0900"),),
        completeness="feed",
    )
    entry = replace(ENTRY, authors=("증권부",), language="ko-KR", headline=None, published_raw=None)
    article = read(registers, extract, entry)
    assert article.headline == "[특징주] 우산주, 장마에 강세"
    assert article.headline_raw == "[특징주] 우산주, 장마에 강세(종합2보)"
    assert article.signals == ("lead-2",)
    assert article.body == "'E&S'가 비를 만났다."
    assert article.dateline == Dateline("(서울·세종=연합뉴스)", "서울", ("서울", "세종"), None, "yonhap")
    assert (article.byline, article.authors) == ("홍길동 김철수 기자", ("홍길동", "김철수"))
    assert article.extraction.fields["authors"] == "byline"
    assert (article.language, article.completeness) == ("ko", "feed")


def test_an_english_wire_text_loses_notice_byline_dateline_and_all_after_the_end(registers: Registers) -> None:
    extract = Extract(
        headline="(2nd LD) Rain falls in East Sea | Yonhap News Agency",
        paragraphs=(
            "(ATTN: CORRECTS amount in 2nd para)",
            "By Hong Gil-dong",
            "SEOUL, July 4 (Yonhap) -- It rained on Sunday.",
            "It will rain again.",
            "hgd@yna.co.kr",
            "(END)",
            "Another story entirely",
        ),
    )
    article = read(registers, extract)
    assert article.headline == "Rain falls in East Sea"
    assert article.headline_raw == "(2nd LD) Rain falls in East Sea"
    assert article.signals == ("lead-2", "correction")
    assert article.body == "It rained on Sunday.\nIt will rain again."
    assert (article.byline, article.authors) == ("By Hong Gil-dong", ("Hong Gil-dong",))
    assert article.dateline is not None
    assert article.dateline.date == date(2021, 7, 4)


def test_a_dateline_gives_the_day_where_nothing_else_does(registers: Registers) -> None:
    article = read(registers, Extract(headline="Rain", paragraphs=("SEOUL, July 4 (Yonhap) -- It rained.",)))
    assert article.published == Published(date(2021, 7, 4), "day", "dateline", "SEOUL, July 4 (Yonhap) --")


def test_a_text_without_dateline_has_none(registers: Registers) -> None:
    extract = Extract(
        headline="A Gardener's Tale",
        paragraphs=("One day in May Juche 55 (1966), a gardener watered his trees. -0-", "www.kcna.kp (2021.7.7.)"),
        dates=(Dated("listing", "[2021.7.7.]"),),
    )
    article = read(registers, extract, source=KCNA)
    assert article.dateline is None
    assert article.body == "One day in May Juche 55 (1966), a gardener watered his trees."
    assert article.published == Published(date(2021, 7, 7), "day", "listing", "[2021.7.7.]")


def test_a_flash_with_nothing_but_a_copyright_line_has_no_body(registers: Registers) -> None:
    extract = Extract(
        headline="快讯：首尔下雨", paragraphs=("【版权归韩联社所有，未经授权严禁转载复制】",), language="zh"
    )
    article = read(registers, extract)
    assert (article.headline, article.body, article.signals, article.language) == ("首尔下雨", "", ("urgent",), "zh")


def test_a_place_that_the_page_prints_by_itself_is_the_dateline_of_a_text_without_one(registers: Registers) -> None:
    placed = replace(PAGE, dateline="HAMMERFEST", fields={"dateline": "profile"})
    page = replace(placed, paragraphs=("HAMMERFEST The rain has stopped.",))
    article = read(registers, page)
    assert article.dateline == Dateline("HAMMERFEST", "HAMMERFEST", ("HAMMERFEST",), None, None)
    assert article.body == "The rain has stopped."
    assert article.extraction.fields["dateline"] == "profile"
    own = read(registers, placed)
    assert (own.dateline and own.dateline.place, own.extraction.fields["dateline"]) == ("VIENTIANE", "body")
    none = read(registers, replace(page, dateline="Updated at noon: see below"))
    assert (none.dateline, none.body) == (None, "HAMMERFEST The rain has stopped.")
    assert "dateline" not in none.extraction.fields


def test_the_feeds_dateline_serves_a_page_that_prints_none(registers: Registers) -> None:
    entry = replace(ENTRY, text="<p>韩联社首尔7月7日电 首尔下雨。</p>")
    article = read(registers, Extract(headline="首尔下雨", paragraphs=("首尔今天下雨。",)), entry)
    assert article.dateline is not None
    assert article.dateline.place == "首尔"
    assert article.body == "首尔今天下雨。"


def test_the_feeds_headline_serves_a_page_without_one(registers: Registers) -> None:
    assert read(registers, Extract(headline=" "), ENTRY).headline == "Rain to stop soon — Ivanov"


def test_an_article_without_any_headline_is_refused(registers: Registers) -> None:
    with pytest.raises(NormaliseError, match="headline"):
        read(registers, Extract(paragraphs=("It rained.",)), replace(ENTRY, headline="\u200b"))


@pytest.mark.parametrize(
    ("lead", "kept"),
    [
        ("It will be dry tomorrow", "It will be dry tomorrow"),
        ("It rained in Seoul.", None),
        ("SEOUL, July 4 (Yonhap) -- It rained in Seoul.", None),
        ("It rained in ...", None),
        ("rain", None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_lead_that_repeats_headline_or_body_is_none(registers: Registers, lead: str | None, kept: str | None) -> None:
    extract = Extract(headline="Rain", lead=lead, paragraphs=("SEOUL, July 4 (Yonhap) -- It rained in Seoul.",))
    assert read(registers, extract).lead == kept


def test_a_headline_repeated_on_top_of_the_body_is_cut(registers: Registers) -> None:
    extract = Extract(
        headline="(LEAD) Rain", paragraphs=("(LEAD) Rain", "Rain", "SEOUL, July 4 (Yonhap) -- It rained.")
    )
    assert read(registers, extract).body == "It rained."


def test_another_agencys_dateline_is_a_credit(registers: Registers) -> None:
    extract = Extract(headline="Rain", paragraphs=("MINSK. July 6 (Interfax) - It rained.",))
    assert read(registers, extract, source=TASS).credit == "interfax"


def test_a_sources_boilerplate_is_cut(registers: Registers) -> None:
    source = replace(YONHAP, boilerplate=(r"^Photo \{\{.*",))
    extract = Extract(headline="Rain", paragraphs=("Photo {{sliderIndex+1}} from 11", "It rained."))
    assert read(registers, extract, source=source).body == "It rained."


def test_an_instant_sorts_by_itself_but_never_after_we_saw_it(registers: Registers) -> None:
    early = read(registers, Extract(headline="Rain", dates=(Dated("feed", "2021-07-07 10:00"),)))
    late = read(registers, Extract(headline="Rain", dates=(Dated("feed", "2021-07-08 10:00"),)))
    assert early.sort_at == datetime(2021, 7, 7, 1, tzinfo=UTC)
    assert late.sort_at == SEEN


def test_a_day_sorts_at_its_end_in_the_sources_zone(registers: Registers) -> None:
    article = read(registers, Extract(headline="Rain", dates=(Dated("listing", "2021.7.6."),)))
    assert article.sort_at == datetime(2021, 7, 6, 14, 59, 59, tzinfo=UTC)


def test_an_unknown_time_sorts_when_we_saw_it(registers: Registers) -> None:
    article = read(registers, Extract(headline="Rain"))
    assert (article.published, article.sort_at, article.first_seen_at) == (None, SEEN, SEEN)


def test_a_page_captured_before_its_feed_entry_keeps_the_entrys_time(registers: Registers) -> None:
    captured = SEEN - timedelta(days=3)
    article = normalise(PAGE, ENTRY, TASS, registers, url="https://x.org/1", fetched_at=captured, seen_at=captured)
    assert article.published is not None
    assert article.published.origin == "feed"


def test_an_updated_day_without_time_is_no_instant(registers: Registers) -> None:
    assert read(registers, Extract(headline="Rain", updated_raw="2021-07-07")).updated_at is None
    assert read(registers, Extract(headline="Rain", updated_raw="2021-07-07 10:00")).updated_at == datetime(
        2021, 7, 7, 1, tzinfo=UTC
    )


TEXT = st.text(max_size=60)
PIECE = st.one_of(
    TEXT, st.sampled_from(["(END)", "-0-", "SEOUL, July 4 (Yonhap) -- ", "By Jo Doe", "(ATTN: x)", "a@b.kr"])
)


@given(
    headline=TEXT,
    lead=st.one_of(st.none(), TEXT),
    paragraphs=st.lists(PIECE, max_size=8),
    raw=TEXT,
    byline=st.one_of(st.none(), TEXT),
)
def test_any_extract_gives_a_record_or_is_refused(
    registers: Registers, headline: str, lead: str | None, paragraphs: list[str], raw: str, byline: str | None
) -> None:
    extract = Extract(
        headline=headline,
        lead=lead,
        paragraphs=tuple(paragraphs),
        dates=(Dated("page", raw),),
        byline=byline,
        authors=(raw,),
    )
    try:
        article = read(registers, extract, source=KCNA)
    except NormaliseError:
        return
    assert article.headline
    assert article.sort_at <= article.first_seen_at
    assert all(article.body.split("\n")) or not article.body
    article.body.encode("utf-8")


def test_a_dateline_behind_the_standfirst_is_no_part_of_the_text(registers: Registers) -> None:
    page = replace(PAGE, paragraphs=("The clouds are going east", *PAGE.paragraphs))
    article = read(registers, page, ENTRY, TASS)
    assert article.dateline is not None
    assert article.dateline.place == "VIENTIANE"
    assert article.body.split("\n")[:2] == [
        "The clouds are going east", "The rain in Vientiane is about to stop, forecaster Ivan Ivanov told reporters."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trailer", "byline", "authors"),
    [
        (("(Reporting by Jane Roe in Seoul; Editing by Max Moe)",), "Jane Roe", ("Jane Roe",)),
        (("홍길동 기자 hong@example.org", "(끝)", "다른 기사"), "홍길동 기자", ("홍길동",)),
        (("hong@example.org", "(END)", "Other news"), None, ()),
        (("© Reuters", "(AP)", "___"), None, ()),
    ],
)
def test_the_reporter_in_a_trailer_is_the_byline(
    registers: Registers, trailer: tuple[str, ...], byline: str | None, authors: tuple[str, ...]
) -> None:
    article = read(registers, Extract(headline="Rain", paragraphs=("It rained.", *trailer)))
    assert (article.body, article.byline, article.authors) == ("It rained.", byline, authors)


def test_a_signature_behind_a_trailer_is_the_credit(registers: Registers) -> None:
    article = read(registers, Extract(headline="Rain", paragraphs=("It rained. (dpa/tmn)", "dpa hm bs wjh")))
    assert (article.body, article.credit) == ("It rained.", "dpa")


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("입력 2021-07-07 10:00 수정 2021-07-07 11:30", datetime(2021, 7, 7, 2, 30, tzinfo=UTC)),
        ("Updated 7 July 2021 11:30 | Published 7 July 2021 10:00", datetime(2021, 7, 7, 2, 30, tzinfo=UTC)),
        ("Published 7 July 2021 10:00 | Updated 7 July 2021", None),
        ("입력 2021-07-07 10:00", None),
    ],
)
def test_a_line_of_both_times_says_when_it_was_changed(
    registers: Registers, line: str, updated: datetime | None
) -> None:
    article = read(registers, replace(PAGE, dates=(Dated("page", line),)), source=YONHAP)
    assert article.published is not None
    assert article.published.at == datetime(2021, 7, 7, 1, 0, tzinfo=UTC)
    assert article.updated_at == updated
