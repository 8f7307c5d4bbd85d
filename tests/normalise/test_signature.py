"""The names in what a page prints where it is signed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import Registers
from pipeline.normalise.signature import is_name, signature, signed_authors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Harbour", ("Ann Harbour",)),
        ("By Ann Harbour | May 3, 2026 | 4 min read", ("Ann Harbour",)),
        ("Posted on May 3, 2026 by Ann Harbour", ("Ann Harbour",)),
        ("von Ann Harbour, MDR RIVERSIDE Stand: 28. April 2026, 05:00 Uhr", ("Ann Harbour",)),
        ("Isabel Kai, Bo Quay y José Miguel Pier", ("Isabel Kai", "Bo Quay", "José Miguel Pier")),
        ("Von Ann Harbour, Bo Quay und Jo Pier", ("Ann Harbour", "Bo Quay", "Jo Pier")),
        ("Par Chokri QUAI", ("Chokri QUAI",)),
        ("ANN HARBOUR", ("ANN HARBOUR",)),
        ("By Ann Harbour Senior Autos Reporter", ("Ann Harbour",)),
        ("Written by: Ann O'Harbour-Quay, tech reporter", ("Ann O'Harbour-Quay",)),
        ("Erstellt von Andri Kai", ("Andri Kai",)),
        ("Автор: Анна Гавань", ("Анна Гавань",)),
        ("홍길동 기자", ("홍길동",)),
        ("By Our Reporters", ()),
        ("Read more articles", ()),
        ("Associated Press", ()),
        ("by United Nations Security Council", ()),
        ("By King James Version", ()),
        ("By New York Times Staff", ()),
        ("By The Ferry Company", ()),
        ("By Ann Harbour and Riverside Historical Society", ("Ann Harbour",)),
        ("By Ann Harbour Staff Writer", ("Ann Harbour",)),
        ("by data processors.", ()),
        ("Von der Ringform zur Kastenform", ()),
        ("", ()),
    ],
)
def test_a_signature_names_people_or_nobody(registers: Registers, text: str, names: tuple[str, ...]) -> None:
    assert signature(text, registers) == names


@pytest.mark.parametrize(
    ("named", "signed", "names"),
    [
        ([], ["By Ann Harbour", "Ann Harbour"], ("Ann Harbour",)),
        ([], ["Jan van der Kade", "World", "Our reporters"], ("Jan van der Kade",)),
        ([], ["By our own correspondent in Riverside"], ()),
        ([], ["Yonhap News Agency"], ()),
        ([], ["Ann Harbour", "Bo Quay", "Jo Pier", "Eva Mole"], ()),
        (["Ann Harbour"], ["By Ann Harbour Wire Staff", "Ann Harbour"], ("Ann Harbour",)),
        (["Bo Quay"], ["By Ann Harbour, Bo Quay", "Bo Quay"], ("Ann Harbour", "Bo Quay")),
        (["limespacer"], ["von limespacer · 22. Oktober 2019", "limespacer"], ("limespacer",)),
        (["Redaktion"], ["Redaktion"], ("Redaktion",)),
        (["Follow"], ["Follow"], ()),
        ([], ["von Heiko"], ("Heiko",)),
        ([], ["by Security Council"], ()),
        ([], [], ()),
    ],
)
def test_the_first_signature_that_names_people_is_believed(
    registers: Registers, named: list[str], signed: list[str], names: tuple[str, ...]
) -> None:
    assert signed_authors(named, signed, registers) == names


def test_beside_a_declared_house_only_people_count_and_only_near_the_top(registers: Registers) -> None:
    assert signed_authors(["dpa"], ["dpa", "By Ann Harbour"], registers, full_only=True) == ()
    assert signed_authors([], ["Stand: 5. Mai", "By Ann Harbour"], registers, full_only=True) == ("Ann Harbour",)
    assert signed_authors([], ["a", "b", "c", "By Ann Harbour"], registers, full_only=True) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_read_as_a_signature(registers: Registers, text: str) -> None:
    assert all(map(is_name, signature(text, registers))) or signature(text, registers)
    signed_authors([text], [text], registers)
