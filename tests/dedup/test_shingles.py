"""A text as shingles."""

from __future__ import annotations

import pytest

from pipeline.dedup.fingerprint import KEYS, as_candidate, family, fingerprint, keys
from pipeline.dedup.shingles import BITS, MOST_WORDS, SIGNS_EACH, WORDS_EACH, key, sketch, words
from pipeline.model import Source
from tests.conftest import MakeArticle
from tests.dedup.texts import FERRY

YONHAP = Source("yonhap", "Yonhap", versions=r"(A[A-Z]{2}\d{12})\d{2}(\d{3})")


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("The ferry sails", WORDS_EACH),
        ("Паром снова ходит", WORDS_EACH),
        ("여객선이 다시 운항한다", SIGNS_EACH),
        ("渡轮恢复通航", SIGNS_EACH),
        ("フェリーが再び運航", SIGNS_EACH),
        ("The ferry 渡轮 sails again", WORDS_EACH),
        ("", WORDS_EACH),
    ],
)
def test_a_word_is_a_sign_where_signs_are_not_parted(text: str, each: int) -> None:
    assert words(text).each == each


def test_width_and_case_mean_nothing() -> None:
    assert list(words("ＦＥＲＲＹ Sails, 12 times").all) == ["ferry", "sails", "12", "times"]


def test_hashes_are_for_ever() -> None:
    """They are in databases: another number here needs a new method version and a `regroup`."""
    assert sketch(words("the ferry sails again today"), 2) == (44250745898421, 125407295620748)
    assert key("headline", "the ferry sails") == 91689932136182
    assert all(0 <= value < 2**BITS for value in sketch(words(FERRY.body), 16))


def test_a_text_shorter_than_a_shingle_has_one() -> None:
    assert len(sketch(words("ferry sails"), 16)) == 1
    assert sketch(words(""), 16) == ()


def test_a_sketch_is_as_alike_as_the_texts() -> None:
    half = words(FERRY.body[: len(FERRY.body) // 2])
    shared = set(sketch(words(FERRY.body), 16)) & set(sketch(half, 16))
    assert 2 <= len(shared) <= 14


def test_a_very_long_text_is_cut() -> None:
    assert len(words("a " * (MOST_WORDS + 5)).all) == MOST_WORDS


def test_an_article_has_at_most_so_many_keys(article: MakeArticle) -> None:
    one = article(headline=FERRY.headline, body=FERRY.body)
    assert len(fingerprint(one, None).keys) == KEYS
    assert len(fingerprint(article(body="", headline="Ferry to Ellery sails again"), None).keys) == 1
    assert fingerprint(article(body=""), None).keys == fingerprint(article(body="x"), None).keys


def test_a_digest_is_looked_up_by_nothing(article: MakeArticle) -> None:
    assert fingerprint(article(body=FERRY.body, signals=("summary",)), None).keys == ()


def test_a_feeds_text_proves_nothing(article: MakeArticle) -> None:
    told = as_candidate(article(headline=FERRY.headline, body=FERRY.body, completeness="feed"), None)
    assert not told.proves
    assert len(keys(told)) == 1


def test_the_family_of_an_id() -> None:
    assert family("AEN20190820002300325", YONHAP) == "AEN201908200023 325"
    assert family("https://en.yna.co.kr/view/AEN20190820002352325", YONHAP) == "AEN201908200023 325"
    assert family("AEN20190820002300325", None) is None
    assert family("1234", YONHAP) is None
