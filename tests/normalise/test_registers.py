"""The register: names to ids, names in text, and what is wrong with a bad file."""

from __future__ import annotations

import pickle
from collections import Counter

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
            "d": {"name": "Dawn", "country": 7, "family": 1, "surname": "yes", "elsewhere": {"TW": 1}},
            "e": {"name": "E", "elsewhere": {"TW": "nobody"}},
        }
    }
    with pytest.raises(ConfigError) as caught:
        Registers.from_data(data)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "agencies.a.colour", "agencies.a.name", "agencies.b.kind", "agencies.b.names", "agencies.c",
        "agencies.d.country", "agencies.d.family", "agencies.d.surname",
        "agencies.d.elsewhere", "agencies.e.elsewhere",
    ]  # fmt: skip


def test_a_name_belongs_to_one_agency() -> None:
    data = {"agencies": {"a": {"name": "A", "names": ["The Wire"]}, "b": {"name": "B", "names": ["the wire"]}}}
    with pytest.raises(ConfigError, match="the wire"):
        Registers.from_data(data)


def test_the_packaged_register_holds_the_worlds_agencies_and_media(registers: Registers) -> None:
    kinds = Counter(agency.kind for agency in registers.agencies)
    assert kinds["agency"] >= 150
    assert sum(kinds.values()) >= 500
    assert len({agency.country for agency in registers.agencies}) >= 100
    families = Counter(agency.family for agency in registers.agencies if agency.family)
    assert families["rossiya-segodnya"] >= 2
    assert min(families.values()) >= 2


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("The Independent newspaper said", ["independent"]),
        ("he told The Times", ["times-uk"]),
        ("The Hill reported", ["the-hill"]),
        ("„Die Welt“ schrieb", ["welt"]),
        ("die Zeitung Bild schrieb", ["bild"]),
        ("газета «Известия» пишет", ["izvestia"]),
        ("журнал Time пишет", ["time"]),
        ("英紙タイムズは", ["times-uk"]),
        ("صحيفة الشرق الأوسط", ["asharq-al-awsat"]),
        ("según El Tiempo", ["el-tiempo"]),
        ("The independent said", []),
        ("Time will tell", []),
        ("Die Welt ist klein", []),
        ("Ein Bild sagt mehr", []),
        ("خبراء الشرق الأوسط", []),
        ("El Tiempo dirá", []),
        ("The Times are changing", []),
    ],
)
def test_a_name_that_is_a_word_counts_where_it_is_marked_as_a_title(
    registers: Registers, text: str, agencies: list[str]
) -> None:
    assert [mention.agency for mention in registers.mentions(text)] == agencies


def test_a_name_that_is_a_word_is_known_only_as_it_is_written(registers: Registers) -> None:
    assert registers.agency("MAP") == "map"
    assert registers.agency("map") is None
    assert [mention.agency for mention in registers.heads("RABAT, 7 mai (MAP)")] == ["map"]
    assert list(registers.heads("a map of Rabat")) == []
