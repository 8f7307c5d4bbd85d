"""The charset ladder: every family under right, missing and lying labels."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.encoding import codec_of, decode

RUSSIAN = "В столице открылась новая библиотека. Горожане смогут брать книги со следующего месяца."
JAPANESE = "新しい図書館が本日開館した。市民は来月から本を借りることができる。"
TEXTS = {
    # 뷁 is in CP949 and not in EUC-KR: one such syllable must not cost the page.
    "cp949": "서울시가 새 도서관을 열었다. 시민들은 내달부터 책을 빌릴 수 있다. 뷁",
    "gb18030": "首都图书馆新馆今日开放，市民可在下月起借阅图书，开放时间为上午九时至下午五时。镕",
    "big5": "首都圖書館新館今日開放，市民可於下月起借閱圖書，開放時間為上午九時至下午五時。",
    "cp932": JAPANESE + "①",
    "euc_jp": JAPANESE,
    "iso2022_jp": JAPANESE,
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "cp1252": "La bibliothèque a été ouverte hier; les élèves y étaient reçus dès huit heures, a déclaré le maire.",
    "cp1256": "افتتحت اليوم المكتبة الجديدة في العاصمة وسيتمكن المواطنون من استعارة الكتب ابتداء من الشهر المقبل",
    "cp1253": "Η νέα βιβλιοθήκη άνοιξε σήμερα στην πρωτεύουσα και οι πολίτες θα μπορούν να δανείζονται βιβλία.",
    "utf-8": "서울시가 새 도서관을 열었다. 시민들은 내달부터 책을 빌릴 수 있다.",
    "utf-16": "서울시가 새 도서관을 열었다.",
}
NAMES = {
    "cp949": "euc-kr",
    "gb18030": "gb2312",
    "cp932": "shift_jis",
    "cp1252": "iso-8859-1",
    "iso2022_jp": "iso-2022-jp",
}


def document(text: str, label: str | None, *, xml: bool) -> str:
    if xml:
        declaration = f' encoding="{label}"' if label else ""
        return f'<?xml version="1.0"{declaration}?><rss><channel><item><title>{text}</title></item></channel></rss>'
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("xml", [True, False], ids=["feed", "page"])
@pytest.mark.parametrize("header", ["right", None, "utf-8", "iso-8859-1", "rot13"])
@pytest.mark.parametrize("inside", ["right", None, "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("family", sorted(TEXTS))
def test_text_is_read_whatever_the_labels_say(family: str, inside: str | None, header: str | None, xml: bool) -> None:
    text, right = TEXTS[family], NAMES.get(family, family)
    body = document(text, right if inside == "right" else inside, xml=xml).encode(family)
    label = right if header == "right" else header
    decoded, _ = decode(body, f"text/html; charset={label}" if label else None)
    assert text in decoded


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("gb18030", "3月1日 A股三大指数收盘涨跌不一 · iPhone新机将于9月发布 · 中朝友谊桥今日恢复通车"),
        ("cp949", "코스피 2,700선 회복…KB·신한 강세 · 北, 동해상으로 미사일 발사 · 내일 낮 최고 15도"),
        ("euc_jp", "日経平均は3日続伸、JALが高い・首相「ガソリン補助を延長」・大谷選手が今季10号"),
        ("koi8-r", RUSSIAN),
        ("cp1251", RUSSIAN),
    ],
)
def test_headlines_without_any_label_are_told_apart(codec: str, text: str) -> None:
    page = f"<html><head><title>{text}</title></head><body><p>{text}</p></body></html>"
    assert decode(page.encode(codec))[0] == page


def test_a_label_means_the_superset_that_browsers_mean() -> None:
    labels = ("EUC-KR", "ks_c_5601-1987", "gb2312", "Shift_JIS", "latin1", "utf8")
    assert [codec_of(label) for label in labels] == ["cp949", "cp949", "gb18030", "cp932", "cp1252", "utf-8"]


def test_labels_that_are_no_charsets_are_not_believed() -> None:
    assert [codec_of(label) for label in ("rot13", "base64", "utf-7", "idna", "")] == [None] * 5


def test_a_body_cut_inside_a_character_is_still_utf_8() -> None:
    assert decode("등대지기".encode()[:-1], "text/html; charset=euc-kr") == ("등대지", "utf-8")


def test_the_byte_order_mark_outranks_every_label_and_is_no_text() -> None:
    assert decode("\ufeff등대".encode(), "text/html; charset=euc-kr") == ("등대", "utf-8")


def test_an_empty_body_is_an_empty_text() -> None:
    assert decode(b"", None)[0] == ""


@pytest.mark.parametrize(
    "body",
    [
        b"charset=" * 10_000,
        b"<meta " * 14_000,
        b"\xff" * 80_000,
        b"<\xff" * 40_000,
        b"<?xml " * 14_000 + b"\xff",
        b"\x1b$B" * 27_000,
    ],
    ids=["charset", "meta", "ff", "tags", "declarations", "escapes"],
)
def test_hostile_bytes_cost_little(body: bytes) -> None:
    begun = time.process_time()
    decode(body, "text/html; charset=" + "x" * 10_000)
    assert time.process_time() - begun < 2


@given(body=st.binary(max_size=2_000), content_type=st.none() | st.text(max_size=60))
def test_decoding_never_raises(body: bytes, content_type: str | None) -> None:
    text, name = decode(body, content_type)
    assert isinstance(text, str)
    assert name
