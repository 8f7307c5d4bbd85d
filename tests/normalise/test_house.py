"""The datelines that one house writes in a way of its own."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.model import Source
from pipeline.normalise.house import head_of
from pipeline.normalise.registers import Registers

NEAR = date(2026, 3, 2)
NONE = Registers.from_data({})


def source(*datelines: str) -> Source:
    return Source("wire", "Wire", datelines=datelines)


@pytest.mark.parametrize(
    ("form", "text", "place", "day"),
    [
        ("{place}, IRNA –", "Tehran, IRNA – A library opened.", "Tehran", None),
        ("{place}, IRNA –", "Tehran, IRNA - A library opened.", "Tehran", None),
        ("{day}, {place} /Корр. БЕЛТА/.", "2 марта, Мядель /Корр. БЕЛТА/. Маяк открыли.", "Мядель", NEAR),
        ("{place}, {day}, GNA –", "Keta (V/R), March 2, GNA – The lighthouse", None, None),
        ("{place}, {day}, GNA –", "Keta, March 2, GNA – The lighthouse", "Keta", NEAR),
        ("{PLACE}, {day}.", "BAKU, Azerbaijan, March 2. The tram runs.", "BAKU", NEAR),
        ("{PLACE}, {day}.", "Baku, Azerbaijan, March 2. The tram runs.", None, None),
        ("{PLACE} –", "CEBU CITY – The tram runs.", "CEBU CITY", None),
        ("{PLACE} –", "CEBU-MACTAN – The tram runs.", "CEBU-MACTAN", None),
        ("{PLACE} –", "Rice – the staple – is dear.", None, None),
        ("越通社{place}——", "越通社河内——灯塔里开了一家图书馆。", "河内", None),
        ("{place} {day} (وال) –", "طرابلس 02 مارس 2026 (وال) – افتتحت مكتبة", "طرابلس", NEAR),
        ("{place}, {day}, AZERTAC", "Baku, March 2, AZERTAC", "Baku", NEAR),
        ("{place}, IRNA –", "what the people of Tehran, IRNA – said", None, None),
    ],
)
def test_a_dateline_in_the_form_of_the_house_is_read(form: str, text: str, place: str | None, day: date | None) -> None:
    head = head_of(text, source(form), NONE, NEAR)
    assert (head and head.dateline.place, head and head.dateline.date) == (place, day)
    if head:
        assert head.dateline.agency == "wire"
        assert head.dateline.text + head.rest == text.replace(head.dateline.text + " ", head.dateline.text)


def test_places_are_told_apart_and_a_reporter_is_named() -> None:
    head = head_of("Baku/Ganja (Wire, Ann Harbour) – It rains.", source("{place} (Wire, {byline}) –"), NONE, NEAR)
    assert head
    assert (head.dateline.places, head.byline, head.rest) == (("Baku", "Ganja"), "Ann Harbour", "It rains.")


def test_what_no_form_of_the_house_fits_is_read_as_any_other() -> None:
    registers = Registers.from_data({"agencies": {"tass": {"name": "TASS"}}})
    head = head_of("MOSCOW, March 2. /TASS/. It rains.", source("{place}, IRNA –"), registers, NEAR)
    assert head
    assert (head.dateline.place, head.dateline.agency) == ("MOSCOW", "tass")


def test_a_hostile_text_costs_no_more_than_it_is_long() -> None:
    forms = ("{PLACE}, {day}.", "{place}, {day} {byline} GNA –")
    for text in ("A, " * 5_000, "A " * 5_000, "A, March 2 " * 2_000):
        assert head_of(text, source(*forms), NONE, NEAR) is None
