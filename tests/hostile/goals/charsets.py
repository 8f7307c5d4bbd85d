"""T14: pages and feeds in thirty encodings under labels that are right, missing or lie; and recorded texts as well."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.parse.encoding import decode
from tests.hostile.outcome import Outcome

LEAST_RIGHT = 0.995
CHECKOUT = Path(__file__).parents[3]
# Invented, a text for each language.
TEXTS: Mapping[str, str] = json.loads((Path(__file__).parents[1] / "texts.json").read_text(encoding="utf-8"))
# Python's codec and the label that sites write, by language.
CODECS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ko": (("cp949", "euc-kr"), ("cp949", "ks_c_5601-1987"), ("cp949", "ms949")),
    "zh-CN": (("gbk", "gb2312"), ("gb18030", "gbk"), ("gb18030", "gb18030")),
    "zh-TW": (("big5hkscs", "big5"), ("cp950", "big5")),
    "ja": (("cp932", "shift_jis"), ("cp932", "x-sjis"), ("euc_jp", "euc-jp"), ("iso2022_jp_2", "iso-2022-jp")),
    "ru": (("cp1251", "windows-1251"), ("koi8-r", "koi8-r"), ("iso8859-5", "iso-8859-5"), ("cp866", "ibm866")),
    "uk": (("koi8-u", "koi8-u"), ("cp1251", "cp1251")),
    "el": (("iso8859-7", "iso-8859-7"), ("cp1253", "windows-1253")),
    "ar": (("cp1256", "windows-1256"), ("iso8859-6", "iso-8859-6")),
    "he": (("cp1255", "windows-1255"), ("iso8859-8", "iso-8859-8")),
    "tr": (("cp1254", "windows-1254"), ("iso8859-9", "iso-8859-9")),
    "pl": (("iso8859-2", "iso-8859-2"), ("cp1250", "windows-1250")),
    "cs": (("iso8859-2", "latin2"), ("cp1250", "cp1250")),
    "fr": (("cp1252", "iso-8859-1"), ("cp1252", "windows-1252"), ("iso8859-15", "iso-8859-15")),
    "de": (("cp1252", "latin1"), ("iso8859-15", "latin9")),
    "th": (("cp874", "tis-620"), ("cp874", "windows-874")),
}
UNICODE = (("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16"))
# What stands in the header, and what in the document; `right` is the true label, None none.
LABELS = (
    ("right", "right"), ("right", None), (None, "right"), ("iso-8859-1", "right"), ("right", "iso-8859-1"),
    ("rot13", "right"), ("right", "utf-8"), ("utf-8", "right"),
)  # fmt: skip
# Those that are told apart without any label.
PLAIN = {"cp949", "gbk", "gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp_2", "cp1251", "koi8-r"}
RECORDED = (("yonhap-ko", "ko"), ("yonhap-zh", "zh-CN"))
HEADLINES = 12  # of a recorded text


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    text: str
    codec: str
    header: str | None
    inside: str | None


def run(*, seed: int = 1) -> Outcome:
    """Try it."""
    outcome, wrong, many = Outcome("T14", "charsets", seed), list[str](), Counter[str]()
    with outcome.timed():
        for case in (*_cases(TEXTS, "own"), *_cases(_recorded(), "recorded")):
            many[case.name.split()[0]] += 1
            if not _is_right(case):
                wrong.append(f"{case.name} {case.codec}: header {case.header}, inside {case.inside}")
    total = many.total()
    outcome.figures |= {**many, "wrong": len(wrong), "right": f"{1 - len(wrong) / total:.4f}"}
    if 1 - len(wrong) / total < LEAST_RIGHT:
        outcome.problems += wrong
    return outcome


def _cases(texts: Mapping[str, str], of: str) -> Iterator[_Case]:
    for name, text in texts.items():
        language = name.partition("/")[0]
        for codec, label in (*CODECS[language], *UNICODE):
            if not _fits(text, codec):
                continue
            for header, inside in LABELS:
                told = (label if header == "right" else header), (label if inside == "right" else inside)
                yield _Case(f"{of} {name}", text, codec, *told)
            if codec in PLAIN or (codec, label) in UNICODE:
                yield _Case(f"{of} {name}", text, codec, None, None)


def _is_right(case: _Case) -> bool:
    kind = "text/html" if len(case.text) % 2 else "text/xml"
    meta = f'<meta charset="{case.inside}">' if case.inside else ""
    document = f"<html><head>{meta}<title>{case.text}</title></head><body><p>{case.text}</p></body></html>"
    if kind == "text/xml":
        told = f' encoding="{case.inside}"' if case.inside else ""
        document = f'<?xml version="1.0"{told}?><rss><item><title>{case.text}</title></item></rss>'
    header = f"{kind}; charset={case.header}" if case.header else kind
    text, _ = decode(document.encode(case.codec), header)
    return text == document


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _recorded() -> dict[str, str]:
    """Headlines of recorded feeds, some at a time; nothing where they are absent."""
    worlds = Path(os.environ.get("NEWSWIRE_SHARED") or CHECKOUT.parent / "shared") / "worlds"
    found: dict[str, str] = {}
    for world, language in RECORDED:
        path = worlds / f"{world}.truth.jsonl"
        if path.is_file():
            lines = [json.loads(line)["headline"] or "" for line in path.read_text(encoding="utf-8").splitlines()]
            for begin in range(0, len(lines), HEADLINES):
                found[f"{language}/{begin}"] = " · ".join(lines[begin : begin + HEADLINES])
    return found
