"""Which characters do these bytes spell?  A ladder of evidence, best first; the answer is always text.

BOM, valid UTF-8, ISO-2022 escapes, the label of the header, the label inside the text, a guess.
"""

from __future__ import annotations

import codecs
import re

import charset_normalizer

# A label is believed if at most one character in a thousand cannot be read by it.
TOLERATED = 0.001
REPLACEMENT = "\ufffd"
HEAD = 4_096
GUESSED = 32 * 1_024

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What markup begins with when it is UTF-16 that forgot its BOM.
MARKUP_WITHOUT_MARK = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
ESCAPES = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$(D", "iso2022_jp_2"),
    (b"\x1b$B", "iso2022_jp_2"),
    (b"\x1b$@", "iso2022_jp_2"),
    (b"\x1b(J", "iso2022_jp_2"),
)

# Labels mean what browsers mean by them (WHATWG Encoding Standard): the national standard's superset.
# One syllable outside EUC-KR would otherwise cost the whole page.
LABELS = {
    "utf-8": "utf8 unicode-1-1-utf-8 utf-8",
    "utf-16-le": "utf-16 utf-16le unicode",
    "utf-16-be": "utf-16be",
    "cp949": (
        "euc-kr cp949 ms949 uhc windows-949 x-windows-949 ks-c-5601-1987 ks-c-5601-1989 ksc5601 ksc-5601 "
        "ks-x-1001 korean euckr iso-ir-149 csksc56011987"
    ),
    "gb18030": "gb2312 gb-2312-80 gbk x-gbk gb18030 cp936 ms936 chinese euc-cn windows-936 csgb2312 iso-ir-58",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
    "cp950": "cp950 windows-950",
    "cp932": "shift-jis sjis x-sjis ms-kanji windows-31j cp932 shiftjis ms932 csshiftjis",
    "euc_jp": "euc-jp x-euc-jp eucjp cseucpkdfmtjapanese",
    "iso2022_jp_2": "iso-2022-jp csiso2022jp",
    "iso2022_kr": "iso-2022-kr",
    "cp1252": (
        "iso-8859-1 latin1 latin-1 l1 us-ascii ascii iso8859-1 iso88591 ansi-x3.4-1968 x-cp1252 "
        "windows-1252 cp1252 iso-ir-100 cp819 ibm819"
    ),
    "cp1254": "iso-8859-9 latin5 windows-1254 cp1254 iso8859-9",
    "cp874": "iso-8859-11 tis-620 dos-874 windows-874",
    "koi8-r": "koi8-r koi8 koi",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "cp866 ibm866 866",
    "mac_cyrillic": "x-mac-cyrillic",
    "mac_roman": "macintosh",
    "iso8859-15": "iso-8859-15 latin9",
    "iso8859-2": "iso-8859-2 latin2",
    "iso8859-5": "iso-8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 arabic",
    "iso8859-7": "iso-8859-7 greek",
    "iso8859-8": "iso-8859-8 iso-8859-8-i hebrew",
}
ALIASES = {label: codec for codec, labels in LABELS.items() for label in labels.split()}
ALIASES |= {f"iso-8859-{part}": f"iso8859-{part}" for part in (3, 4, 10, 13, 14, 16)}
ALIASES |= {
    f"{prefix}125{page}": f"cp125{page}" for page in (0, 1, 3, 5, 6, 7, 8) for prefix in ("windows-", "cp", "x-cp")
}

CANDIDATES = [
    "utf_8",
    "cp949",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1252",
    "cp1250",
    "cp1254",
    "cp1256",
    "cp1253",
    "cp1255",
]
# Western labels read any bytes at all, so they are believed only where the text then looks Western.
WESTERN = frozenset({"cp1252", "cp1254", "iso8859-15", "mac_roman"})
# "text/xml; charset=utf-8", 'text/html;charset="EUC-KR"'
HEADER = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.IGNORECASE)
# <?xml version='1.0' encoding='utf8'?>
XML_DECLARATION = re.compile(rb"^\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:+-]{1,40})[\"']")
# <meta charset=euc-kr>, <meta http-equiv="Content-Type" content="text/html; charset=gb2312">
META = re.compile(rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.IGNORECASE)
NOT_ASCII = re.compile(rb"[\x80-\xff]")
RUN = re.compile(rb"[^<>]{1,2000}")
# EUC: two bytes a character, whose first is its row.
PAIR = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
LEAST_PAIRS, ALL_PAIRED = 10, 0.99
FIRST_LETTERS = 0xA4  # the rows below hold signs
# The codec, its rows, and the part of a text's letters that lies in them.
ROWS = (("euc_jp", 0xA4, 0xA5, 0.25), ("cp949", 0xB0, 0xC8, 0.9), ("gb18030", 0xB0, 0xD7, 0.8))
LETTER: re.Pattern[str] = re.compile(r"[^\W\d_]")
TEXT_RUN = re.compile(r"[^<>]{1,2000}")


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a body and the name of the encoding it was read by; never raises.

    `content_type` is the value of the header, where there is one.  Unreadable bytes become U+FFFD.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    return _utf_8(body) or _escaped(body) or _labelled(body, content_type) or _guessed(body)


def codec_of(label: str | None) -> str | None:
    """The codec that a label stands for, None for labels no browser knows (`rot13`, `utf-7`)."""
    if not label:
        return None
    return ALIASES.get(label.strip().lower().replace("_", "-"))


def _utf_8(body: bytes) -> tuple[str, str] | None:
    """Other encodings hardly ever form valid UTF-8 by chance, so it outranks every label."""
    for start, name in MARKUP_WITHOUT_MARK:
        if body.startswith(start):
            return body.decode(name, "replace"), name
    if b"\x1b" in body and any(escape in body for escape, _ in ESCAPES):
        return None
    try:
        # Not final: a body cut inside its last character is still UTF-8.
        return codecs.getincrementaldecoder("utf-8")().decode(body), "utf-8"
    except UnicodeDecodeError:
        return None


def _escaped(body: bytes) -> tuple[str, str] | None:
    for escape, name in ESCAPES:
        if escape in body:
            return _believed(body, name)
    return None


def _labelled(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    header = HEADER.search(content_type[:500]) if content_type else None
    inside = XML_DECLARATION.search(body[:HEAD]) or META.search(body[:HEAD])
    outer = codec_of(header[1]) if header else None
    inner = codec_of(inside[1].decode("ascii", "replace")) if inside else None
    # Apache's AddDefaultCharset says ISO-8859-1 of every page, whatever the author wrote into it.
    ladder = (inner, outer) if outer == "cp1252" else (outer, inner)
    return next((found for name in ladder if name and (found := _believed(body, name))), None)


def _believed(body: bytes, name: str) -> tuple[str, str] | None:
    text = body.decode(name, "replace")
    if text.count(REPLACEMENT) > TOLERATED * max(1, len(NOT_ASCII.findall(body)) or len(text)):
        return None
    return None if name in WESTERN and not _looks_western(text) else (text, name)


def _looks_western(text: str) -> bool:
    """Western languages write most of their letters in ASCII; Russian or Korean read as Latin-1 has almost none."""
    foreign = "".join(run for run in TEXT_RUN.findall(text[: 16 * GUESSED]) if not run.isascii())
    letters: list[str] = LETTER.findall(foreign[:GUESSED])
    return sum(not letter.isascii() for letter in letters) <= 0.4 * len(letters)


def _by_rows(sample: bytes) -> str | None:
    """The East Asian codec of bytes that come in pairs, by the rows of its table that they lie in; None for others.

    Kana have two rows of their own, Korean syllables lie in B0 to C8, the commoner Chinese characters in B0 to D7.
    Letters of Russian or Arabic words come in pairs only by chance.
    """
    pairs = PAIR.findall(sample)
    if len(pairs) < LEAST_PAIRS or 2 * len(pairs) < ALL_PAIRED * len(NOT_ASCII.findall(sample)):
        return None
    leads = [pair[0] for pair in pairs if pair[0] >= FIRST_LETTERS]
    for name, first, last, part in ROWS:
        if sum(first <= lead <= last for lead in leads) > part * len(leads):
            return name
    return None


def _guessed(body: bytes) -> tuple[str, str]:
    # Between the tags, what holds at least one byte beyond ASCII.
    sample = b"\n".join(run for run in RUN.findall(body[: 16 * GUESSED]) if not run.isascii())[:GUESSED]
    if name := _by_rows(sample):
        return body.decode(name, "replace"), name
    matches = charset_normalizer.from_bytes(sample, cp_isolation=CANDIDATES, preemptive_behaviour=False)
    best = matches.best()
    if not best:
        return body.decode("cp1252", "replace"), "cp1252"
    # Short Western texts fit several tables equally well: the commonest of them wins.
    equal = {match.encoding for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)}
    name = "cp1252" if "cp1252" in equal else best.encoding
    return body.decode(name, "replace"), name
