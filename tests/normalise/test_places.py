"""The register of places: names in many scripts to places, and what is wrong with a bad file."""

from __future__ import annotations

import pickle
import re

import pytest

from pipeline.errors import ConfigError
from pipeline.normalise import Registers
from pipeline.normalise.places import Places

SCRIPTS = ("[A-Za-z]", "[А-я]", "[가-힣]", "[\u4e00-\u9fff]", "[\u30a1-\u30fa]", "[\u0621-\u064a]")


@pytest.mark.parametrize(
    ("names", "english", "country"),
    [
        ("Pyongyang PYONGYANG Пхеньян 평양 平壤 平壌 Pjöngjang بيونغيانغ", "Pyongyang", "KP"),
        ("Seoul 서울 首尔 首爾 ソウル Сеул Seúl Séoul سيول", "Seoul", "KR"),
        ("Kyiv Kiev Киев 키이우 基辅 キーウ Kiew كييف", "Kyiv", "UA"),
        ("Moscow МОСКВА 모스크바 莫斯科 モスクワ Moscú Moscou Moskau موسكو", "Moscow", "RU"),
        ("Geneva Genève Ginebra Genf Женева 제네바 日内瓦 ジュネーブ جنيف", "Geneva", "CH"),
        ("Washington 워싱턴 华盛顿 ワシントン Вашингтон واشنطن", "Washington", "US"),
        ("Rafah 라파 رفح Рафах", "Rafah", "PS"),
        ("Japan 日本 일본 Япония Japón Japon اليابان", "Japan", "JP"),
    ],
)
def test_a_place_is_known_by_its_names_in_every_script(
    registers: Registers, names: str, english: str, country: str
) -> None:
    places = [registers.place(name) for name in names.split()]
    assert {(place.name, place.country) for place in places if place} == {(english, country)}
    assert None not in places


@pytest.mark.parametrize("name", ["St. Petersburg", "NEW YORK", "U.S.", "Washington D.C.", "Vientiane,", " Paris: "])
def test_case_and_punctuation_around_a_name_do_not_matter(registers: Registers, name: str) -> None:
    assert registers.place(name)


@pytest.mark.parametrize("name", [None, "", " . ", "Nowhere at all", "\t", "1871859", "city"])
def test_what_is_no_name_is_no_place(registers: Registers, name: str | None) -> None:
    assert registers.place(name) is None


def test_places_of_one_name_are_the_one_that_the_news_means(registers: Registers) -> None:
    wanted = {
        "Birmingham": "GB",
        "Santiago": "CL",
        "Georgia": "GE",
        "Valencia": "ES",
        "Tripoli": "LY",
        "San José": "CR",
    }
    found = {name: place.country for name in wanted if (place := registers.place(name))}
    assert found == wanted


def test_five_hundred_places_are_named_in_every_script(registers: Registers) -> None:
    lines = registers.places._lines
    assert len(lines) >= 1500
    assert sum(all(re.search(script, line.split("\t", 3)[3]) for script in SCRIPTS) for line in lines) >= 1000


def test_every_name_is_found_as_it_is_written(registers: Registers) -> None:
    lost = [
        name for line in registers.places._lines for name in line.split("\t")[3:]
        if not (place := registers.place(name)) or place.id != line.split("\t")[0]
    ]  # fmt: skip
    assert lost == []


def test_places_travel_to_workers_whole(registers: Registers) -> None:
    copy = pickle.loads(pickle.dumps(registers.places))
    assert copy.place("평양") == registers.place("평양")


def test_an_empty_register_knows_no_place() -> None:
    assert Places.from_text("# nothing\n\n").place("Seoul") is None


def test_all_mistakes_of_the_places_are_told_at_once() -> None:
    right = "1\tcity\tKP\tPyongyang\n"
    text = right + "1\tcity\tKR\tSeoul\n2\ttown\tFR\tParis\n3\tcity\tFR\n4\tcity\tfr\tLyon\tseoul\n5\tcity\tIT\t"
    with pytest.raises(ConfigError) as caught:
        Places.from_text(text)
    told = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in told] == [
        "places.4",
        "places.1",
        "places.2",
        "places.3",
        "places.4",
        "places.5",
    ]
    assert "'seoul' already belongs to '1'" in told[0]


def test_mistakes_of_both_registers_are_told_together() -> None:
    with pytest.raises(ConfigError, match=r"(?s)agencies\.a.*places\.1"):
        Registers.from_data({"agencies": {"a": "A"}}, "1\ttown")
