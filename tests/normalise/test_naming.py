"""The agencies that a bracket, a slash or a signature names."""

from __future__ import annotations

import pytest

from pipeline.normalise import Registers
from pipeline.normalise.naming import agencies_of


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("Reuters", ("reuters",)),
        ("REUTERS", ("reuters",)),
        ("ats afp", ("ats", "afp")),
        ("AFP/dpa", ("afp", "dpa")),
        ("dpa/lno", ("dpa",)),
        ("dpa-infocom", ("dpa",)),
        ("ANSA-AFP", ("ansa", "afp")),
        ("Reuters Health", ("reuters",)),
        ("UrduPoint News / Sputnik", ("sputnik",)),
        ("AP photo", ()),
        ("Reuters said", ()),
        ("CDU", ()),
        ("", ()),
    ],
)
def test_a_name_or_nothing_but_names(registers: Registers, text: str, agencies: tuple[str, ...]) -> None:
    assert agencies_of(text, registers)[-1:] == agencies[-1:]
    assert set(agencies) <= set(agencies_of(text, registers))


def test_other_words_may_stand_beside_it_only_where_that_is_told(registers: Registers) -> None:
    assert agencies_of("Корр. ТАСС Иван Иванов", registers) == ()
    assert agencies_of("Корр. ТАСС Иван Иванов", registers, loose=True) == ("tass",)
