"""The places that a text names, in any script."""

from __future__ import annotations

import pytest

from pipeline.normalise.mapped import places_in
from pipeline.normalise.places import Places

REGISTER = Places.from_text(
    "1\tcity\tKP\tPyongyang\tПхеньян\t평양\t平壤\t平壌\n"
    "2\tcity\tRU\tMoscow\tМосква\t모스크바\t莫斯科\tモスクワ\n"
    "3\tcountry\tAE\tUnited Arab Emirates\n"
    "4\tcountry\tRU\tRussia\tРоссия\t러시아\t俄罗斯\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Talks in Pyongyang and Moscow", "12"),
        ("the United Arab Emirates said", "3"),
        ("в Пхеньяне и Москве, из России", "124"),
        ("평양에서 모스크바로", "12"),
        ("从平壤飞往莫斯科的班机", "12"),
        ("平壌とモスクワで会談", "12"),
        ("the moscow mule", ""),
        ("", ""),
    ],
)
def test_places_are_found_in_every_script(text: str, expected: str) -> None:
    assert "".join(sorted(place.id for place in places_in(text, REGISTER))) == expected


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    assert list(places_in("x " * 2000 + "Moscow", REGISTER)) == []
