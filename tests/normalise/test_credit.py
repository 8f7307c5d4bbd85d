"""Whose report it is, where it is not the source's own."""

from __future__ import annotations

import pytest

from pipeline.normalise import Registers
from pipeline.normalise.credit import credit_of, cut_signature


@pytest.mark.parametrize(
    ("last", "kept", "agency"),
    [
        ("Det regnede. /ritzau/", ["Det regnede."], "ritzau"),
        ("/ritzau/", [], "ritzau"),
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
