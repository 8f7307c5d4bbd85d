"""Country, zone and language of a site."""

from __future__ import annotations

import pytest

from pipeline.discover.places import country_of, language_of, zone_of
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("host", "tag", "country"),
    [
        ("www.ansa.it", None, "IT"),
        ("www.bbc.co.uk", "en", "GB"),
        ("tass.com", "ru-RU", "RU"),
        ("news.example.tv", "en", None),
        ("tass.com", "ru", None),
    ],
)
def test_the_country_is_that_of_the_domain_or_of_the_language_tag(host: str, tag: str | None, country: str) -> None:
    assert country_of(host, tag) == country


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (["ko-KR"], "ko"), ([None, "pt_BR"], "pt-BR"), (["zh-hant-TW"], "zh-Hant"), ([None, ""], None), (["EN"], "en"),
        (["jp"], "ja"), (["english", "en"], "en"), (["undefined"], None),
    ],
)  # fmt: skip
def test_a_language_is_written_as_bcp_47(tags: list[str | None], language: str | None) -> None:
    assert language_of(tags) == language


@pytest.mark.parametrize(
    ("country", "language", "printed", "zone"),
    [
        ("KR", "ko", [], "Asia/Seoul"),
        ("RU", "ru", ["Mon, 02 Mar 2026 15:00:00 +0300"], "Europe/Moscow"),
        ("RU", "ru", ["Mon, 02 Mar 2026 15:00:00 +1000"], "Asia/Vladivostok"),
        (None, "ko", ["2026-03-02T15:00:00+09:00"], "Asia/Seoul"),
        (None, "de", ["Mon, 02 Mar 2026 15:00:00 +0200"], "Europe/Berlin"),
        (None, "en", ["Mon, 02 Mar 2026 15:00:00 +0800"], "Etc/GMT-8"),
        (None, "en", ["Mon, 02 Mar 2026 15:00:00 GMT"], None),
        ("US", "en", [], "America/New_York"),
    ],
)
def test_the_zone_is_of_the_country_and_of_the_offset_that_its_feed_prints(
    country: str | None, language: str, printed: list[str | None], zone: str | None
) -> None:
    assert zone_of(country, language, printed, NOON) == zone


@pytest.mark.parametrize("printed", ["Mon, 02 Mar 2026 15:00:00 +9900", "Mon, 02 Mar 2026 15:00:00 -1300"])
def test_an_offset_that_no_zone_has_names_none(printed: str) -> None:
    assert zone_of(None, None, [printed], NOON) is None
