"""Trailers behind a story, and what looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.text import clean
from pipeline.normalise.trailers import cut_trailers, read_trailers

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


@pytest.mark.parametrize("unit", ["a@b.c ", "a@b.c@", "a.", "(END ", "- ", "&amp", "copyright "])
def test_a_hostile_paragraph_costs_no_time(unit: str) -> None:
    started = time.process_time()
    cut_trailers([clean(unit * 40_000)])
    assert time.process_time() - started < 2
