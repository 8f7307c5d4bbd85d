"""Names in running text: which are found, in which forms, and at what cost."""

from __future__ import annotations

import pickle
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.names import Name, Names
from tests.cost import cpu

NAMES = Names.of(
    [
        Name("Reuters", "reuters"),
        Name("Thomson Reuters", "reuters"),
        Name("Agencia EFE", "efe"),
        Name("AP", "ap", exact=True),
        Name("AP통신", "ap"),
        Name("Интерфакс", "interfax"),
        Name("Медуза", "meduza"),
        Name("رويترز", "reuters"),
        Name("الأناضول", "anadolu"),
        Name("وكالة الأنباء السعودية", "spa"),
        Name("연합뉴스", "yonhap"),
        Name("연합뉴스TV", "yonhap-tv"),
        Name("新华社", "xinhua"),
        Name("İhlas", "iha"),
        Name("共同", "kyodo", "head"),
    ]
)


def found(text: str, kinds: tuple[str, ...] = ("",)) -> list[tuple[str, str]]:
    return [(one.name.key, text[one.start : one.end]) for one in NAMES.find(text, kinds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reuters said", [("reuters", "Reuters")]),
        ("REUTERS", [("reuters", "REUTERS")]),
        ("by Thomson Reuters.", [("reuters", "Thomson Reuters")]),
        ("la AGENCIA EFE y la Agencia Efe", [("efe", "AGENCIA EFE"), ("efe", "Agencia Efe")]),
        ("an AP, no ap, no APEC", [("ap", "AP")]),
        ("据AP报道", [("ap", "AP")]),
        ("AP통신은", [("ap", "AP통신")]),
        ("Reutersville, preReuters", []),
        ("«Интерфаксу», ИНТЕРФАКСА", [("interfax", "Интерфаксу"), ("interfax", "ИНТЕРФАКСА")]),
        ("Медузой и медузы", [("meduza", "Медузой")]),
        ("Интерфаксировать", []),
        ("ولرويترز", [("reuters", "رويترز")]),
        ("للأناضول", [("anadolu", "لأناضول")]),
        ("وفقا لوكالة الأنباء السعودية", [("spa", "وكالة الأنباء السعودية")]),
        ("연합뉴스가 연합뉴스TV를", [("yonhap", "연합뉴스"), ("yonhap-tv", "연합뉴스TV")]),
        ("连新华社也", [("xinhua", "新华社")]),
        ("İHLAS, İhlas", [("iha", "İHLAS"), ("iha", "İhlas")]),
        ("İİİİ Reuters", [("reuters", "Reuters")]),
        ("共同", []),
        ("", []),
    ],
)
def test_names_are_found_in_the_forms_that_texts_print(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_only_names_of_the_wanted_kinds_are_found() -> None:
    assert found("共同と新华社", ("head",)) == [("kyodo", "共同")]
    assert [name for name, _ in found("共同と新华社", ("", "head"))] == ["kyodo", "xinhua"]


def test_names_travel_to_workers_whole() -> None:
    copy = pickle.loads(pickle.dumps(NAMES))
    assert [one.name.key for one in copy.find("AP, Reuters, 新华社")] == ["ap", "reuters", "xinhua"]


def test_no_names_are_found_where_none_are_looked_for() -> None:
    assert list(Names.of([]).find("Reuters 新华社")) == []


@given(st.text(max_size=300))
def test_what_is_found_stands_in_the_text_in_order(text: str) -> None:
    end = 0
    for one in NAMES.find(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end


@pytest.mark.parametrize(
    "unit", ["Reuters", "AP", "AP ", "ReutersReuters ", "新", "新华社", "و", "الأناضول ", "Thomson ", "İ"]
)
def test_a_hostile_text_costs_time_in_proportion(unit: str) -> None:
    texts = [unit * (size // len(unit)) for size in (50_000, 200_000)]
    spent = [cpu(partial(found, text)) for text in texts]
    assert spent[1] < 8 * spent[0] + 0.1
    assert spent[1] < 2
