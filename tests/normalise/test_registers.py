"""The register: names to ids, names in text, and what is wrong with a bad file."""

from __future__ import annotations

import pickle

import pytest

from pipeline.errors import ConfigError
from pipeline.normalise import Registers


@pytest.mark.parametrize(
    ("name", "agency"),
    [("TASS", "tass"), ("itar-tass", "tass"), ("ТАСС", "tass"), ("INTERFAX.RU", "interfax"),
     ("연합뉴스", "yonhap"), ("韩联社", "yonhap"), ("조선중앙통신", "kcna"), ("共同", "kyodo"),
     ("Reuters.", "reuters"), ("The rain", None), ("", None), (None, None)],
)  # fmt: skip
def test_an_agency_is_known_by_each_of_its_names(registers: Registers, name: str | None, agency: str | None) -> None:
    assert registers.agency(name) == agency


def test_names_are_found_in_running_text(registers: Registers) -> None:
    text = "Yonhap, the KCNA and Интерфакса, but no APA, no ap, no Reutersville and no 共同 work; 据路透社7日"
    assert [mention.agency for mention in registers.mentions(text)] == ["yonhap", "kcna", "interfax", "reuters"]


def test_registers_travel_to_workers_whole(registers: Registers) -> None:
    copy = pickle.loads(pickle.dumps(registers))
    assert copy == registers
    assert copy.agency("KCNA") == "kcna"


def test_an_empty_register_knows_nobody() -> None:
    empty = Registers.from_data({})
    assert empty.agency("TASS") is None
    assert list(empty.mentions("TASS said")) == []


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    data = {
        "agencies": {
            "a": {"name": "", "colour": "red"},
            "b": {"name": "B", "kind": "circus", "names": "B News"},
            "c": "C",
            "d": {"name": "Dawn", "country": 7},
        }
    }
    with pytest.raises(ConfigError) as caught:
        Registers.from_data(data)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "agencies.a.colour", "agencies.a.name", "agencies.b.kind", "agencies.b.names", "agencies.c",
        "agencies.d.country",
    ]  # fmt: skip


def test_a_name_belongs_to_one_agency() -> None:
    data = {"agencies": {"a": {"name": "A", "names": ["The Wire"]}, "b": {"name": "B", "names": ["the wire"]}}}
    with pytest.raises(ConfigError, match="the wire"):
        Registers.from_data(data)
