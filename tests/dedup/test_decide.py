"""The verdict on one reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.dedup import Known, decide, fingerprint
from pipeline.dedup.fingerprint import content_hash, text_hash
from pipeline.model import Article, Dateline, Extraction, Published, Source

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BODY = "The harbour of Port Ellery was closed on Monday after a storm had driven two barges against the mole."
SEOUL = Source("wire", "Wire", timezone="Asia/Seoul")


def article(**attributes: Any) -> Article:
    given = {
        "source": "wire",
        "url": "https://wire.test/1",
        "headline": "Storm",
        "headline_raw": "Storm",
        "body": BODY,
        "first_seen_at": AT,
        "fetched_at": AT,
        "sort_at": AT,
        "completeness": "full",
        "extraction": Extraction("profile", "1", 1.0),
    }
    return Article(**{**given, **attributes})


def known(current: Article, **attributes: Any) -> Known:
    return Known(**{"id": 7, "current": current, "contents": (content_hash(current),), **attributes})


def verdict(observed: Article, *rest: Any) -> tuple[str, str | None, bool]:
    found = decide(observed, fingerprint(observed, SEOUL), *rest)
    return found.kind, found.change, found.is_current


def test_nothing_known_is_new() -> None:
    assert verdict(article(), None) == ("new", "created", True)


def test_the_same_story_elsewhere_is_an_alias() -> None:
    assert decide(article(), fingerprint(article(), SEOUL), None, 7).article == 7


@pytest.mark.parametrize(
    "changed",
    [
        {"headline_raw": "Storm over"},
        {"lead": "Ferries stay in."},
        {"body": BODY + " It reopened."},
        {"byline": "By Ann Other"},
        {"signals": ("urgent",)},
        {"dateline": Dateline("PORT ELLERY, March 2 (Wire) --")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_the_agency_printed_makes_a_revision(changed: dict[str, Any]) -> None:
    later = article(fetched_at=AT + timedelta(hours=1), **changed)
    assert verdict(later, known(article())) == ("revision", "revised", True)


@pytest.mark.parametrize(
    "changed",
    [
        {"keywords": ("weather",)},
        {"images": ("https://wire.test/a.jpg",)},
        {"section": "World"},
        {"updated_at": AT},
        {"body": BODY.replace(" ", "  ")},
        {"canonical_url": "https://wire.test/x"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_surrounds_the_text_makes_none(changed: dict[str, Any]) -> None:
    later = article(fetched_at=AT + timedelta(hours=1), **changed)
    assert verdict(later, known(article()))[0] == "same"


def test_a_correction_is_called_one() -> None:
    later = article(headline_raw="CORRECTED-Storm", signals=("correction",), fetched_at=AT + timedelta(hours=1))
    assert verdict(later, known(article())) == ("revision", "corrected", True)


def test_a_page_completes_what_the_feed_gave_even_if_it_is_older() -> None:
    from_feed = article(completeness="feed", body="Two barges.")
    assert verdict(article(fetched_at=AT - timedelta(hours=1)), known(from_feed)) == ("revision", "completed", True)
    assert verdict(replace(from_feed, completeness="full"), known(from_feed)) == ("revision", "completed", True)


def test_an_old_text_at_one_of_several_addresses_is_nothing_new() -> None:
    old, new = article(), article(body=BODY + " It reopened.", fetched_at=AT + timedelta(hours=1))
    read_again = replace(old, fetched_at=AT + timedelta(hours=2))
    assert verdict(read_again, known(new, read=content_hash(old)))[0] == "same"
    assert verdict(read_again, known(new, read=content_hash(new)))[0] == "revision"


def test_an_older_reading_is_stored_once_and_never_current() -> None:
    older = article(headline_raw="Gale", fetched_at=AT - timedelta(hours=1))
    assert verdict(older, known(article())) == ("revision", "revised", False)
    assert verdict(older, known(article(), contents=(content_hash(article()), content_hash(older))))[0] == "same"


def test_a_feed_says_only_what_changed_in_it_of_an_article_that_we_have() -> None:
    entry = article(completeness="feed", body="Two barges.", headline_raw="Storm ends", headline="Storm ends")
    assert verdict(entry, known(article()))[0] == "same"
    found = decide(entry, fingerprint(entry, SEOUL), known(article()), None, {"headline"})
    assert found.store is not None
    assert (found.store.headline, found.store.body, found.store.completeness) == ("Storm ends", BODY, "full")


def test_a_day_is_counted_in_the_zone_of_the_source() -> None:
    late = Published(datetime(2026, 3, 2, 16, tzinfo=UTC), "second", "feed", "")
    assert str(fingerprint(article(published=late), SEOUL).day) == "2026-03-03"


def test_bodies_that_prove_nothing_have_no_text_hash() -> None:
    assert text_hash(article(body="Full text follows.")) is None
    assert text_hash(article(completeness="feed")) is None
    assert text_hash(article()) == text_hash(article(body=BODY.upper().replace(".", " !")))
