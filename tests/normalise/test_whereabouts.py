"""Places and days of datelines, and the evidence for them."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from pipeline.normalise import Registers
from pipeline.normalise.dateline import read_dateline
from pipeline.normalise.whereabouts import read_where
from tests.cost import cpu

NEAR = date(2021, 7, 8)


@pytest.mark.parametrize(
    ("head", "places", "day"),
    [
        ("SEOUL, July 7", ["SEOUL"], date(2021, 7, 7)),
        ("SEOUL, 07 juil.", ["SEOUL"], date(2021, 7, 7)),
        ("ABU DHABI, 7th July, 2021", ["ABU DHABI"], date(2021, 7, 7)),
        ("RAMALLAH, Wednesday, July 7, 2021", ["RAMALLAH"], date(2021, 7, 7)),
        ("Budapest, 2021. július 7., szerda", ["Budapest"], date(2021, 7, 7)),
        ("Vilnius, liepos 7 d.", ["Vilnius"], date(2021, 7, 7)),
        ("BRUSSEL 7/07", ["BRUSSEL"], date(2021, 7, 7)),
        ("Rabat, 07/07/2021", ["Rabat"], date(2021, 7, 7)),
        ("BRUSELAS, 3", ["BRUSELAS"], date(2021, 7, 3)),
        ("BRUSELAS, 30", ["BRUSELAS"], date(2021, 6, 30)),
        ("Roma, 07 lug 15:40", ["Roma"], date(2021, 7, 7)),
        ("7 июля, Минск", ["Минск"], date(2021, 7, 7)),
        ("GENEVA (7 July 2021)", ["GENEVA"], date(2021, 7, 7)),
        ("July 7", [], date(2021, 7, 7)),
        ("Feb. 30", [], None),
        ("SEOUL, Feb. 30", ["SEOUL"], None),
        ("New Delhi [India]", ["New Delhi"], None),
        ("Nueva York (EE.UU.)", ["Nueva York"], None),
        ("Frankfurt/Main", ["Frankfurt/Main"], None),
        ("La Habana", ["La Habana"], None),
        ("Freiburg im Breisgau", ["Freiburg im Breisgau"], None),
        ("Redacción Internacional", [], None),
        ("Thursday, July 8", [], date(2021, 7, 8)),
        ("", [], None),
    ],
)
def test_places_and_day_are_read(head: str, places: list[str], day: date | None) -> None:
    where = read_where(head, NEAR)
    assert where is not None
    assert (list(where.places), where.day) == (places, day)


@pytest.mark.parametrize(
    "text",
    ["The minister of rain", "In Seoul", "Gold fell 2 percent in London", "It rained", "Seoul: rain", "a", "7"],
)
def test_a_piece_of_a_sentence_is_no_place(text: str) -> None:
    where = read_where(text, NEAR)
    assert where is None or not where.places


@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("LONDON", True), ("London", True), ("Лондон", True), ("MAYFIELD, Ky.", True), ("Mayfield, Kentucky", True),
        ("Nowhere, India", True), ("LOS ANGELES, the United States", True), ("SINGAPORE", True), ("JORDAN", False),
        ("UPDATE", False), ("NASA", False), ("Nowhere", False),
    ],
)  # fmt: skip
def test_a_place_is_known_by_itself_or_by_its_region(registers: Registers, head: str, known: bool) -> None:
    where = read_where(head, NEAR)
    assert where is not None
    assert where.is_known(registers) is known


@pytest.mark.parametrize(
    "unit",
    [
        "A ", "A, ", "7 ", "July 7 ", "(a) ", "(AP) ", "/AP/ ", "A/", "AP ", "A-", "— ", "A | ", "[a=", "記者", "日",
        "الموافق ", "Dhu a",
    ],
)  # fmt: skip
def test_no_head_costs_more_than_its_share(registers: Registers, unit: str) -> None:
    for text in (unit * 100_000, "SEOUL, " + unit * 40, unit * 30 + "(Reuters) - It rained."):
        assert cpu(partial(read_dateline, text, registers, NEAR)) < 0.2


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("WASHINGTON, 9/4", date(2024, 9, 4)),
        ("BRUSSELS, 4/9", date(2024, 9, 4)),
        ("WASHINGTON, 8/24", date(2024, 8, 24)),
        ("NORTHPORT, 5/2", None),
        ("NORTHPORT, 5/2/2024", None),
    ],
)
def test_a_day_of_two_numbers_is_the_one_on_which_it_was_seen(head: str, day: date | None) -> None:
    where = read_where(head, date(2024, 9, 3))
    assert where is not None
    assert (where.dated, where.day) == (True, day)
