"""Whose report it is, where it is not the source's own."""

from __future__ import annotations

import pytest

from pipeline.normalise import Registers
from pipeline.normalise.credit import credit_of, cut_signature, helped_by, signed_by


@pytest.mark.parametrize(
    ("last", "kept", "agency"),
    [
        ("Det regnede. /ritzau/", ["Det regnede."], "ritzau"),
        ("/ritzau/", [], "ritzau"),
        ("Sana", ["Sana"], None),
        ("SANA", [], "sana"),
        ("Ha piovuto. (ANSA).", ["Ha piovuto."], "ansa"),
        ("It rained. (Yonhap)", ["It rained."], "yonhap"),
        ("(Yonhap)", [], "yonhap"),
        ("It rained, said the Associated Press (AP).", ["It rained, said the Associated Press (AP)."], None),
        ("It rained. (he said)", ["It rained. (he said)"], None),
        ("Either/or/", ["Either/or/"], None),
        ("Es regnete. (dpa/tmn)", ["Es regnete."], "dpa"),
        ("Il a plu. (SDA/sj)", ["Il a plu."], "ats"),
        ("It rained. [AP]", ["It rained."], "ap"),
        ("雨が降った。（共同）", ["雨が降った。"], "kyodo"),
        ("비가 왔다. (연합뉴스)", ["비가 왔다."], "yonhap"),
        ("Reuters/NAN", [], "reuters"),
        ("— AFP", [], "afp"),
        ("It rained. -AFP", ["It rained."], "afp"),
        ("It rained. -- Bernama", ["It rained."], "bernama"),
        ("下雨了。（来源：新华社）", ["下雨了。"], "xinhua"),
        ("It rained - Reuters", ["It rained - Reuters"], None),
        ("It rained. (Reuters said)", ["It rained. (Reuters said)"], None),
        ("and/or", ["and/or"], None),
        ("AFP reported", ["AFP reported"], None),
    ],
)
def test_a_signature_at_the_end_is_cut(registers: Registers, last: str, kept: list[str], agency: str | None) -> None:
    assert cut_signature([last], registers) == (kept, agency)


def test_no_paragraphs_carry_no_signature(registers: Registers) -> None:
    assert cut_signature([], registers) == ([], None)


@pytest.mark.parametrize(
    ("declared", "named", "credit"),
    [
        (None, ["interfax"], "interfax"),
        (None, ["tass"], None),
        (None, ["tass", "kyodo"], "kyodo"),
        ("AFP", [], "afp"),
        ("TASS", [None], None),
        ("a reader", [None], None),
        (None, [], None),
    ],
)
def test_credit_is_another_agency_than_the_source(
    registers: Registers, declared: str | None, named: list[str | None], credit: str | None
) -> None:
    assert credit_of("tass", declared, named, registers) == credit


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Source: Xinhua", "xinhua"),
        ("Quelle: dpa/afp", "dpa"),
        ("Fuente: EFE", "efe"),
        ("Источник: РИА Новости", "ria"),
        ("来源：新华社", "xinhua"),
        ("출처: 연합뉴스", "yonhap"),
        ("المصدر: رويترز", "reuters"),
        ("(Source: Reuters and AFP)", "reuters"),
    ],
)
def test_a_line_on_its_source_is_cut(registers: Registers, line: str, agency: str) -> None:
    assert cut_signature(["It rained.", line], registers) == (["It rained."], agency)


@pytest.mark.parametrize(
    "line",
    ["Source: the ministry", "Source: Reuters said so, he added", "Sources: rain, snow", "Quelle des Flusses: Alpen"],
)
def test_a_line_on_another_source_stays(registers: Registers, line: str) -> None:
    assert cut_signature(["It rained.", line], registers) == (["It rained.", line], None)


def test_a_text_that_is_nothing_but_its_source_stays(registers: Registers) -> None:
    assert cut_signature(["Source: Xinhua"], registers) == (["Source: Xinhua"], None)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("With inputs from PTI", "pti"),
        ("(With inputs from PTI and ANI)", "pti"),
        ("With additional reporting by Reuters.", "reuters"),
        ("The Associated Press contributed to this report.", "ap"),
        ("AFP and Reuters contributed to this story", "afp"),
        ("(avec AFP)", "afp"),
        ("Mit Material von dpa", "dpa"),
        ("Con información de EFE", "efe"),
        ("По материалам РИА Новости", "ria"),
        ("With inputs from agencies", None),
        ("Ann Harbour contributed to this report.", None),
        ("Avec le printemps, la pluie revient", None),
        ("With reports from the ministry and AFP cameras it looked worse.", None),
    ],
)
def test_an_agency_that_helped_is_named(registers: Registers, line: str, agency: str | None) -> None:
    assert helped_by(["It rained.", line], registers) == agency


@pytest.mark.parametrize(
    ("names", "agency"),
    [
        (["By Reuters"], "reuters"),
        (["Reuters Staff"], "reuters"),
        (["dpa/AFP", None], "dpa"),
        (["", "Agence France-Presse"], "afp"),
        (["Ann Harbour", "AFP"], None),
        (["By Ann Harbour"], None),
        ([None, " "], None),
    ],
)
def test_a_text_is_signed_by_an_agency_where_nobody_else_did(
    registers: Registers, names: list[str | None], agency: str | None
) -> None:
    assert signed_by(names, registers) == agency


def test_initials_behind_an_agency_are_its_signature(registers: Registers) -> None:
    assert cut_signature(["It rained.", "PTI KND SZM"], registers) == (["It rained."], "pti")
    assert cut_signature(["It rained.", "NATO AND EU"], registers) == (["It rained.", "NATO AND EU"], None)


def test_an_end_mark_with_a_name_is_a_credit(registers: Registers) -> None:
    assert helped_by(["It rained. ==Kyodo"], registers) == "kyodo"
