"""Two spellings of one address give one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import normal_url

KEY = "https://en.yna.co.kr/view/AEN20190820002300325"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://en.yna.co.kr/view/AEN20190820002300325",
        "http://en.yna.co.kr/view/AEN20190820002300325",
        "HTTPS://EN.YNA.CO.KR:443/view/AEN20190820002300325",
        "http://en.yna.co.kr:80/view/AEN20190820002300325/",
        "https://en.yna.co.kr./view/AEN20190820002300325#top",
        "https://user:word@en.yna.co.kr/view/AEN20190820002300325",
        "https://en.yna.co.kr/nk/../view/AEN20190820002300325",
        "https://en.yna.co.kr\\view\\AEN20190820002300325",
        "  https://en.yna.co.kr/view/AEN20190820002300325\n",
        "https://en.yna.co.kr/view/AEN20190820002300325?utm_source=x&fbclid=1&gclid=2",
        "https://en.yna.co.kr/view/AEN20190820002300325?",
        "https://en.yna.co.kr/view/AEN20190820002300325;jsessionid=8F",
        "https://en.yna.co.kr/view/%41EN20190820002300325",
    ],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert normal_url(spelling) == KEY


@pytest.mark.parametrize(
    ("url", "identity", "key"),
    [
        ("https://x.org/a?b=2&a=1", None, "https://x.org/a?a=1&b=2"),
        ("https://x.org/a?section=rss&id=7", ("id",), "https://x.org/a?id=7"),
        ("https://x.org/a?section=rss&id=7", (), "https://x.org/a"),
        ("https://x.org/a?b=&a", None, "https://x.org/a?a&b="),
        ("https://x.org:8080/a", None, "https://x.org:8080/a"),
        ("https://x.org/A", None, "https://x.org/A"),
        ("https://x.org/%e4?q=%7e", None, "https://x.org/%E4?q=~"),
        ("https://пример.рф/а", None, "https://xn--e1afmkfd.xn--p1ai/%D0%B0"),
        ("https://x.org/", None, "https://x.org"),
        ("urn:uuid:1", None, "urn:uuid:1"),
        ("http://[::1", None, "http://[::1"),
        ("no address", None, "no address"),
        ("", None, ""),
    ],
)
def test_the_key_of_an_address(url: str, identity: tuple[str, ...] | None, key: str) -> None:
    assert normal_url(url, identity) == key


def test_different_articles_keep_different_keys() -> None:
    assert normal_url("https://x.org/read?newsID=1") != normal_url("https://x.org/read?newsID=2")


@pytest.mark.parametrize("head", ["https://x.org/", ""])
def test_a_key_is_bounded_and_still_its_own(head: str) -> None:
    one, other = (normal_url(head + "a" * 9000 + end) for end in "xy")
    assert len(one) <= 2048
    assert one != other


@given(st.one_of(st.text(max_size=200), st.text(max_size=80).map("https://x.org/".__add__)))
def test_any_text_has_a_key_and_a_key_is_its_own_key(text: str) -> None:
    key = normal_url(text)
    assert len(key) <= 2048
    assert normal_url(key) == key
    key.encode("utf-8")
