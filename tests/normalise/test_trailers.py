"""Trailers behind a story, and what looks like one."""

from __future__ import annotations

import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.text import clean
from pipeline.normalise.trailers import cut_trailers, read_trailers
from tests.cost import cpu

KEPT = ["It rained in Seoul.", "It will rain again."]
TRAILERS = [
    ["-0-"],
    ["-0-", "www.kcna.kp (Juche113.8.4.)"],
    ["www.kcna.kp (2025.12.14.)"],
    ["(2025.12.14.)"],
    ["lcd@yna.co.kr", "(END)"],
    ["lcd@yna.co.kr", "(END)", "Other headline", "Yet another"],
    ["colin@yna.co.kr", "kyongae.choi@yna.co.kr", "(END)"],
    ["colin@yna.co.kr kyongae.choi@yna.co.kr", "(END)"],
    ["홍길동 기자 hong@yna.co.kr"],
    ["hong@yna.co.kr", "저작권자(c) 연합뉴스, 무단 전재-재배포 금지"],
    ["저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지"],
    ["<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>"],
    ["(끝)"],
    ["（完）", "【版权归韩联社所有，未经授权严禁转载复制和用于人工智能开发及利用】"],
    ["【版权归韩联社所有，未经授权严禁转载复制和"],
    ["Copyright (c) Yonhap News Agency. All rights reserved."],
    ["Copyright 2024 YONHAPNEWS. All rights reserved."],
    ["© 2024 Agency"],
    ["All rights reserved."],
    ["All rights reserved. Yonhap News Agency 2024"],
    ["All rights reserved. This material may not be redistributed.", "hong@yna.co.kr"],
    ["未经授权，严禁转载。"],
    ["未經授權，不得轉載或使用"],
    ["무단 전재 및 재배포 금지"],
    ["무단전재를 금지합니다."],
    ["無断転載を禁じます"],
    ["Все права защищены."],
    ["Endit"],
    ["Enditem", "Related: more rain"],
    ["==Kyodo"],
    ["burs-jm/ach"],
]
GLUED = [
    " -0-",
    " -0- www.kcna.kp (Juche113.8.4.)",
    " lcd@yna.co.kr (END)",
    "lcd@yna.co.kr(END)",
    " hong@yna.co.kr",
    " Enditem",
    "（完）",
    " ==Kyodo",
    " 저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
    "(END) Other headlines",
]


@pytest.mark.parametrize("trailer", TRAILERS, ids=lambda trailer: " / ".join(trailer))
def test_a_trailer_behind_the_story_is_cut(trailer: list[str]) -> None:
    assert cut_trailers([*KEPT, *trailer]) == KEPT


@pytest.mark.parametrize("trailer", GLUED)
def test_a_trailer_glued_to_the_last_paragraph_is_cut(trailer: str) -> None:
    kept = ["It rained.", "再次下雨。" if trailer == "（完）" else "It will rain again."]
    assert cut_trailers([kept[0], kept[1] + trailer]) == kept


@pytest.mark.parametrize(
    "last",
    [
        "Write to us at info@example.org",
        "The film ended with the words THE END",
        "They won 3-0",
        "The score was 2-0-1.",
        "The copyright law (2024) was passed.",
        "The copyright holder said no.",
        "未经授权的人员不得入内，当局说。",
        "未经授权不得转载有关文件，当局表示。",
        "未經授權進入者將被罰款。",
        "All rights reserved for women, the minister said.",
        "All rights reserved for women must be honoured.",
        "Все права защищены законом, сказал министр.",
        "無断転載が問題となっている。",
        "무단 전재를 금지하는 법안이 국회를 통과했다.",
        "It was seen on www.example.org.",
        "He finished the race (完).",
    ],
)
def test_a_look_alike_in_the_last_paragraph_stays(last: str) -> None:
    assert cut_trailers(["It rained.", last]) == ["It rained.", last]


STORY = [
    ["(END) of the line for old trams, said the mayor of Oakham."],
    ["（完）是小说的最后一个字。"],
    ["(끝) 이라는 글자가 보인다."],
    ["It closed. (END) of the line for old trams, said the mayor."],
]


@pytest.mark.parametrize("last", STORY, ids=lambda last: last[0])
def test_an_end_mark_that_a_sentence_goes_on_from_ends_nothing(last: list[str]) -> None:
    kept = cut_trailers(["It rained in Oakham.", *last, "It will rain again."])
    assert (kept[0], kept[-1]) == ("It rained in Oakham.", "It will rain again.")
    assert last[0].removeprefix("It closed. (END) ") in kept[1]


@pytest.mark.parametrize("mark", ["-0-", "(END)", "Endit", "NNNN", "(끝)", "（完）"])
def test_an_end_mark_between_the_parts_of_a_story_is_taken_out_alone(mark: str) -> None:
    first, second = "Oakham scored early and kept the ball.", "Ashford levelled through a late header in the rain."
    assert cut_trailers([first, mark, "Second half", second, mark, "Ashford sign a keeper from the U.S."]) == [
        first, "Second half", second,
    ]  # fmt: skip


def test_an_end_mark_behind_each_of_several_items_loses_none() -> None:
    items = ["The port of Oakham opened again on Monday. (END)", "항구는 월요일에 다시 열렸다고 시장이 밝혔다.(끝)"]
    assert cut_trailers([*items, "Other headline"]) == [items[0][:-6], items[1][:-3]]


@pytest.mark.parametrize(
    "notice",
    [
        "Copyright (c) Oakham Agency. All rights reserved, also those of those who wrote it.",
        "Ann Lee contributed to this report from Oakham and from Ashford.",
    ],
)
def test_a_notice_behind_an_end_mark_is_no_story(notice: str) -> None:
    assert cut_trailers([*KEPT, "(END)", notice, "Other headline"]) == KEPT


@pytest.mark.parametrize(
    "only",
    [
        "【版权归韩联社所有，未经授权严禁转载复制】",
        "저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
        "(END)",
        "-0-",
        "(",
        "hong@yna.co.kr",
    ],
)
def test_a_text_of_nothing_but_a_trailer_is_empty(only: str) -> None:
    assert cut_trailers([only]) == []


@given(st.lists(st.text(max_size=120), max_size=8))
def test_trailers_are_cut_from_any_text_once_for_all(paragraphs: list[str]) -> None:
    cut = cut_trailers([text for text in map(clean, paragraphs) if text])
    assert cut_trailers(cut) == cut
    assert all(any(text in paragraph for paragraph in map(clean, paragraphs)) for text in cut)


@pytest.mark.parametrize(
    "unit", ["a@b.c ", "a@b.c@", "a.", "(END ", "- ", "&amp", "copyright ", "(END)", "a. (END) It goes on. "]
)
def test_a_hostile_paragraph_costs_no_time(unit: str) -> None:
    started = time.process_time()
    cut_trailers([clean(unit * 40_000)])
    assert time.process_time() - started < 2


LINES = [
    "(Reporting by Jane Roe; Editing by Max Moe)",
    "(Reporting by Jane Roe in Seoul and Jo Doe in Tokyo. Writing by Ann Lee; Editing by Max Moe)",
    "Reporting by Jane Roe; Editing by Max Moe",
    "(Additional reporting by Jane Roe; Writing by Jo Doe)",
    "(Reportaje de Ana Pérez; Editado en español por Luis Gil)",
    "(Reportagem de Ana Souza)",
    "(Rédigé par Jean Petit)",
    "Our Standards: The Thomson Reuters Trust Principles.",
    "Associated Press writers Jane Roe in Seoul and J. D. Doe in Tokyo contributed to this report.",
    "Jane Roe contributed to this report.",
    "Jane Roe contributed reporting from Seoul.",
    "Roe reported from Seoul.",
    "Roe and Moe reported from Seoul, and Doe from New York.",
    "Reporting by Jane Roe in Seoul and Max Moe in Tokyo; additional reporting by the newsroom; Editing by Jo Doe",
    "Follow AP’s coverage of the rain: https://apnews.com/hub/rain",
    "Follow AP’s full coverage of the rain",
    "jrt/mm",
    "Roe reported from Seoul. Associated Press writer Max Moe contributed to this report.",
    "–With assistance from Jane Roe and Max Moe.",
    "(With inputs from PTI)",
    "With inputs from agencies",
    "(This story has not been edited by our staff and is auto-generated from a syndicated feed.)",
    "To contact the reporter on this story: Jane Roe in Seoul at jroe@example.org",
    "The Associated Press created this story using technology provided by a firm and data from another.",
    "(Eds: updates with details)",
    "AP-WF-02-20-16 0337GMT",
    "212101 GMT Nov 18",
    "dpa hm bs wjh",
    "ab/de/dl/hmw",
    "AFP sn",
    "___",
    "* * *",
    "ends",
    "End",
    "NNNN",
    "-30-",
    "責任編輯：王小明",
    "（编辑：张三 李四）",
    "【责任编辑：张三】",
    "（记者 张三 李四）",
    "홍길동 기자",
    "(홍길동 기자)",
    "홍길동·김철수 기자",
    "칼럼니스트 홍길동 hong@example.org",
    "© Reuters",
    "©AFP",
    "© 2024 AFP",
    "© 2019 Associated Press. All Rights Reserved. This material may not be published, broadcast, or rewritten.",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "RIPRODUZIONE RISERVATA © Copyright ANSA",
    "Alle Rechte vorbehalten.",
    "Tutti i diritti riservati",
    "Todos os direitos reservados.",
    "Tüm hakları saklıdır.",
    "AGERPRES/(AS - author: Ion Pop, editor: Ana Ene)",
]
BEHIND = [
    (" (Reporting by Jane Roe; Editing by Max Moe)", "Jane Roe"),
    (" (Reporting by Jane Roe Editing by Max Moe)", "Jane Roe"),
    (" (Reporting by Jane Roe in Seoul and Jo Doe in New York; Editing by Max Moe)", "Jane Roe and Jo Doe"),
    (" Copyright 2024 Example. All rights reserved.", None),
]
BEHIND_CJK = [
    ("（记者 张三）", "记者 张三"),
    ("（评论员 张三 李四）", "评论员 张三 李四"),
    ("（作者系雨城评论员）", None),
    ("（編輯：王小明）1120221", None),
    ("（責編：王小明）", None),
    ("(c)AFP/Jane ROE", None),
    ("(c)CNS/JCM/AFPBB News", None),
]
STAYS = [
    "Reporting by hand is slow, he said.",
    "The report was written (editing by hand took weeks)",
    "Many factors contributed.",
    "She contributed to this report on rain, he said.",
    "The storm hit on Monday. Jane Roe contributed to this report.",
    "Reuters reported from Seoul that it had rained.",
    "With inputs from all sides, the plan grew.",
    "This story is about a wire that broke.",
    "and/or",
    "He typed (END) and waited.",
    "The film closes on a card that reads END",
    "Rain fell; 0-0.",
    "It ended 1-0-",
    "The tram line is 30",
    "He signed it: hong@example.org, as always, and left",
    "The © sign was new to him.",
    "All rights reserved seats were taken, and the others too, she said.",
    "記者は「雨が降った」と話した。",
    "记者张三说，下雨了。",
    "记者手记",
    "홍길동 기자가 비를 맞았다.",
    "(記者会見は水曜日に開かれた。)",
    "編輯部決定不刊登這篇文章。",
    "“End it,” she said.",
    "Sightings reported from Northport rose to 40, the office said.",
    "Delays reported from Northport include two ferries.",
    "Editing by LASER has mended three tulips, growers in Northport said.",
    "Reporting by Neighbours is up 20 percent this year.",
    "Follow AP’s advice: that was what the ferrymen did in coverage of the storm.",
    "give/take",
    "rise/fall",
    "(END) of the pier: a tram fell in.",
    "He was called up (Reporting by Radio is a duty)",
    "The end.",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_behind_a_story_is_cut(line: str) -> None:
    assert cut_trailers([*KEPT, line]) == KEPT


@pytest.mark.parametrize(("trailer", "byline"), BEHIND)
def test_who_reported_is_cut_from_the_last_paragraph_and_kept(trailer: str, byline: str | None) -> None:
    assert read_trailers([KEPT[0], KEPT[1] + trailer]) == (KEPT, byline)


@pytest.mark.parametrize(("trailer", "byline"), BEHIND_CJK)
def test_what_closes_a_chinese_or_japanese_text_is_cut(trailer: str, byline: str | None) -> None:
    assert read_trailers(["下雨了。", "还会再下雨。" + trailer]) == (["下雨了。", "还会再下雨。"], byline)


@pytest.mark.parametrize("last", STAYS)
def test_a_sentence_of_the_story_stays(last: str) -> None:
    assert cut_trailers(["It rained.", last]) == ["It rained.", last]


@pytest.mark.parametrize(
    ("lines", "byline"),
    [
        (["홍길동 기자 hong@example.org", "(끝)"], "홍길동 기자"),
        (["홍길동·김철수 기자"], "홍길동·김철수 기자"),
        (["칼럼니스트 홍길동 hong@example.org"], "칼럼니스트 홍길동"),
        (["(Reporting by Jane Roe, Jo Doe and Ann Lee; Editing by Max Moe)"], "Jane Roe, Jo Doe and Ann Lee"),
        (["(Editing by Max Moe)"], None),
        (["hong@example.org"], None),
    ],
)
def test_the_reporter_in_a_trailer_is_the_byline(lines: list[str], byline: str | None) -> None:
    assert read_trailers([*KEPT, *lines]) == (KEPT, byline)


def test_a_rule_within_a_story_ends_nothing() -> None:
    story = ["It rained.", "___", "30", "End", "ab/cd/ef", "It rained again."]
    assert cut_trailers(story) == story


def test_what_is_not_for_publication_goes_with_all_behind_it() -> None:
    notes = ["* * * * The following information is not intended for publication", "Tel: 12345", "dpa hm bs"]
    assert cut_trailers([*KEPT, "# Notebook", "## Internet", *notes]) == KEPT


@pytest.mark.parametrize(
    "unit",
    [
        "(Reporting by A ", "A B, ", "A. ", "[A-Z].", "J. R. ", "contributed to ", "记者张三、", "홍길동 ", "(c)AFP/",
        "© A ", "ab/", "dpa ab ", "Smith and ", "with inputs from ", "AAAA", "A.A.", "All rights reserved AAAA ",
    ],
)  # fmt: skip
def test_the_cost_grows_with_the_text(unit: str) -> None:
    small, large = (cpu(partial(read_ends, unit * (size // len(unit)))) for size in (20_000, 160_000))
    assert large < 8 * 4 * small + 0.05


def read_ends(text: str) -> None:
    for start in ("", "It rained. ", "(Reporting by "):
        read_trailers(["It rained.", (start + text).strip()])
        read_trailers([(start + text)[:length].strip() or "-" for length in (90, 200, 300, 390, 400, 599, 600)])
