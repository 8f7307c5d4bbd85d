"""The declared language, unless the script of the text says otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.language import language_of, primary_tag


@pytest.mark.parametrize(
    ("declared", "tag"),
    [("ko-KR", "ko"), ("en_US.UTF-8", "en"), ("EN", "en"), ("zh-Hans-CN", "zh"), ("kp", "ko"),
     ("cn", "zh"), ("sp", "es"), ("kor", "ko"), ("und", None), ("", None), (None, None), ("english", None),
     ("-", None)],
)  # fmt: skip
def test_a_tag_is_reduced_to_its_language(declared: str | None, tag: str | None) -> None:
    assert primary_tag(declared) == tag


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        (["ko-KR"], "서울에 비가 내린다", "ko"),
        (["zh-CN", "ko"], "서울에 비가 내린다", "ko"),
        (["zh"], "서울에 비가 내린다", "ko"),
        (["ko"], "美 연준 금리 20만8천건", "ko"),
        (["zh"], "NCT WISH下月起在韩举办巡回粉丝会", "zh"),
        (["ko", "zh"], "首尔下雨", "zh"),
        (["zh"], "ソウルで雨が降る", "ja"),
        (["ja"], "東京都知事選挙", "ja"),
        (["en"], "Движение по шоссе открывается", "ru"),
        (["en", "ru"], "Движение по шоссе открывается", "ru"),
        (["es"], "Llueve en Seúl", "es"),
        (["ar"], "مطر في سيئول", "ar"),
        ([None], "La pioggia è caduta a Roma per tutta la giornata", "it"),
        ([], "Сьогодні у Києві йшов дощ, заявив міністр", "uk"),
        (["en"], "12:30", "en"),
        ([], "12:30", None),
        ([], "ok", None),
    ],
)
def test_the_script_of_the_text_decides(declared: list[str | None], text: str, language: str | None) -> None:
    assert language_of(declared, text) == language


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=3), st.text(max_size=200))
def test_any_text_has_a_plain_tag_or_none(declared: list[str | None], text: str) -> None:
    language = language_of(declared, text)
    assert language is None or (language.isalpha() and language.islower() and 2 <= len(language) <= 3)
