"""Whether pages still look as they used to."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from pipeline import drift
from pipeline.drift import FITS, Look, Past, after, form_of
from pipeline.model import Dated, Extract, Profile, Published, Source
from tests.conftest import NOON, MakeArticle

GOOD = Look(
    {FITS: True, "selector body": True, "selector date": True, "field body": True, "field authors": True},
    "a 0, 9",
    {"characters": 2_000, "paragraphs": 8},
)


def seen(past: Past, looks: Iterable[Look], *, first: int = 0, profiles: str = "a") -> list[Past]:
    """The pasts after each page."""
    found = []
    for number, look in enumerate(looks, first):
        found.append(past := after(past, look, number, profiles))
    return found


def changed(**signs: bool) -> Look:
    return replace(GOOD, signs={**GOOD.signs, **{name.replace("_", " "): value for name, value in signs.items()}})


KNOWN = seen(Past(), [GOOD] * 100)[-1]


@pytest.mark.parametrize(
    ("look", "lost"),
    [
        (Look({FITS: False, "field body": True}), FITS),
        (changed(selector_body=False), "selector body"),
        (changed(selector_date=False), "selector date"),
        (changed(field_body=False), "field body"),
        (replace(GOOD, form="a. 0 'a"), drift.DATE_FORM),
        (replace(GOOD, sizes={"characters": 90, "paragraphs": 8}), "size of characters"),
        (replace(GOOD, sizes={"characters": 2_000, "paragraphs": 200}), "size of paragraphs"),
    ],
)
def test_what_is_lost_is_told_within_ten_pages_with_the_first_that_lost_it(look: Look, lost: str) -> None:
    pasts = seen(KNOWN, [look] * 10, first=100)
    told = next(number for number, past in enumerate(pasts, 1) if past.lost)
    assert told <= 10
    assert pasts[-1].lost == (lost,)
    assert pasts[-1].since_page == 100
    assert drift.told(pasts[-1])


def test_what_is_left_out_for_an_evening_is_lost_when_it_stays_away() -> None:
    pasts = seen(KNOWN, [changed(field_authors=False)] * 60, first=100)
    assert [past.lost for past in pasts].index(("field authors",)) == drift.EVENING - 1
    evenings = ([changed(field_authors=False)] * 25 + [GOOD] * 25) * 4
    assert not any(past.lost for past in seen(KNOWN, evenings + [changed(field_authors=False)] * 70, first=100))


def test_an_alarm_stays_as_long_as_the_pages_stay_wrong() -> None:
    past = seen(KNOWN, [changed(selector_body=False)] * 500, first=100)[-1]
    assert past.lost == ("selector body",)


def test_a_second_change_does_not_end_the_alarm_of_the_first() -> None:
    unfitted = Look({FITS: False, "field body": True}, sizes=GOOD.sizes)
    past = seen(KNOWN, [changed(selector_body=False)] * 15, first=100)[-1]
    pasts = seen(past, [unfitted] * 15, first=200)
    assert all(one.lost for one in pasts)
    assert (pasts[-1].lost, pasts[-1].since_page) == ((FITS,), 100)


def test_a_handful_that_comes_again_and_again_is_told_once() -> None:
    """Six photographs in a row, every evening: each evening raised an alarm, and took it back."""
    unfitted = Look({FITS: False, "field body": True}, sizes=GOOD.sizes)
    past, raised = KNOWN, 0
    for evening in range(10):
        pasts = seen(past, [unfitted] * 6 + [GOOD] * 40, first=1_000 * (evening + 1))
        raised += any(one.lost for one in pasts)
        past = pasts[-1]
    assert (raised, past.lost) == (1, ())
    last = seen(past, [unfitted] * 10, first=20_000)[-1]
    assert last.lost == (FITS,)


def test_a_layout_on_half_of_the_pages_does_not_raise_an_alarm_each_day() -> None:
    """Two layouts side by side (A/B): five good ones in a row ended it, five bad ones began it, both by chance."""
    unfitted = Look({FITS: False, "field body": True}, sizes=GOOD.sizes)
    chance = random.Random(1)
    pasts = seen(KNOWN, [chance.choice([GOOD, unfitted]) for _ in range(3_000)], first=1_000)
    begins = sum(bool(after.lost) > bool(before.lost) for before, after in itertools.pairwise(pasts))
    assert 1 <= begins <= 6


def test_an_alarm_clears_itself_when_the_pages_are_well_again_and_may_come_again() -> None:
    bad = changed(selector_body=False)
    past = seen(KNOWN, [bad] * 30, first=100)[-1]
    pasts = seen(past, [GOOD] * 6, first=200)
    assert [bool(one.lost) for one in pasts] == [True, True, True, True, False, False]
    again = seen(seen(pasts[-1], [GOOD] * 30, first=300)[-1], [bad] * 10, first=400)
    assert again[-1].lost == ("selector body",)


def test_edited_profiles_begin_anew() -> None:
    past = seen(KNOWN, [changed(selector_body=False)] * 10, first=100)[-1]
    assert seen(past, [GOOD], profiles="b")[-1] == after(Past(), GOOD, 0, "b")


def test_a_source_of_which_little_is_known_raises_nothing() -> None:
    assert not any(past.lost for past in seen(Past(), [GOOD] * 9 + [changed(selector_body=False)] * 10))


def test_what_comes_and_goes_is_no_loss() -> None:
    """2,000 pages of a newsroom that sets bylines by whole evenings, has flashes, and dates in every month."""
    chance, past, is_signed = random.Random(4), Past(), True
    for number in range(2_000):
        is_signed ^= chance.random() < 0.1
        size = int(chance.lognormvariate(7.5, 0.5))
        month = chance.choice(("March", "Sept.", "May"))
        look = Look(
            {FITS: chance.random() < 0.99, "selector body": chance.random() < 0.95, "field authors": is_signed},
            form_of(f"{month} {chance.randrange(1, 31)}, {2020 + number // 400}"),
            {"characters": size, "paragraphs": max(1, size // 250)},
        )
        past = after(past, look, number, "a")
        assert past.lost == ()


def test_a_past_is_kept_as_json_and_stays_small() -> None:
    past = seen(KNOWN, [changed(selector_body=False)] * 7, first=100)[-1]
    kept = json.dumps(drift.as_json(past))
    assert drift.from_json("a", json.loads(kept), past.since_page) == past
    assert len(kept) < 2_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Monday, Sept. 3, 2026, 10:15", "Friday, May 21, 2027, 9:05", True),
        ("2026-03-02T10:15:00+01:00", "2026-11-12T23:59:59+00:00", True),
        ("2026年3月2日", "2026年12月22日", True),
        ("02/03/2026", "2026/03/02", False),
        ("March 2, 2026", "2 March 2026", False),
        ("3 hours ago", "2 March 2026", False),
    ],
)
def test_dates_have_one_form_whatever_their_day(one: str, other: str, same: bool) -> None:
    assert (form_of(one) == form_of(other)) is same


def test_a_look_says_what_the_selectors_found_and_what_the_record_has(article: MakeArticle) -> None:
    extract = Extract(
        profile="1", missed=("lead",), fields={"headline": "profile", "body": "blocks"},
        dates=(Dated("page", "yesterday-ish", "profile"),),
    )  # fmt: skip
    one = article(published=Published(NOON, "minute", "feed", "Tue, 03 Sep 2024"))
    look = drift.look_of(extract, one, lambda raw: False)
    assert look.signs[FITS] is True
    assert {name: value for name, value in look.signs.items() if name.startswith("selector")} == {
        "selector headline": True, "selector lead": False, "selector date": False,
    }  # fmt: skip
    assert (look.signs["field body"], look.signs["field published"], look.signs["field authors"]) == (True, True, False)
    assert look.sizes == {"characters": len(one.body), "paragraphs": 2}


def test_the_name_of_profiles_changes_with_a_selector() -> None:
    one = Source("a", "A", profiles=(Profile("1", body="p"),))
    assert drift.profiles_of(one) == drift.profiles_of(replace(one, name="B"))
    assert drift.profiles_of(one) != drift.profiles_of(replace(one, profiles=(Profile("1", body=".text p"),)))
