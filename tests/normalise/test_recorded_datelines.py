"""Datelines of all recorded wires, texts and feeds, and of the bench, where few texts print one; judged by hand."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import Dateline
from pipeline.normalise import Registers
from pipeline.normalise.dateline import read_dateline
from pipeline.normalise.text import clean

pytestmark = pytest.mark.recorded

NEAR = date(2020, 6, 15)
HEAD = 4
# wire: place and agency of each of its datelines that name an agency, in order
WIRES: dict[str, list[tuple[str | None, str | None]]] = {
    "aap/wire_core_aap-finance.xml": [("SEOUL", "afp")],
    "aap/wire_core_aap.xml": [],
    "afp/wire_core_afp20.xml": [("Strasbourg", "afp")],
    "afp/wire_ntb_afp.xml": [("Ouagadougou", "afp")],
    "afp/wire_ntb_afp_no_headline_2.xml": [("Ouagadougou", "afp")],
    "ana/wire_core_ana1.xml": [],
    "ansa/wire_belga_ansa_belga.xml": [("ROME", "ansa")],
    "ap/wire_core_ap.xml": [("FORT WASHINGTON", "ap"), ("BETHESDA", "ap"), ("KNOXVILLE", "ap")],
    "ap/wire_core_ap_anpa-1.tst": [("ATLANTA", "ap")],
    "ap/wire_core_ap_anpa-3.tst": [("CHATHAM", "ap")],
    "ap/wire_core_ap_anpa-4.tst": [("BEIJING", "ap")],
    "ap/wire_core_ap_anpa-6.tst": [],
    "ap/wire_core_ap_anpa-7.tst": [],
    "ap/wire_cp_ap-table-nitf.xml": [],
    "ats/wire_belga_ats.txt": [("Paris", "ats")],
    "belga/wire_belga_belga_newsml_1_2.xml": [],
    "belga/wire_belga_belga_tip_newsml_1_2.xml": [],
    "dpa/wire_belga_dpa.txt": [("Luxembourg", "dpa")],
    "dpa/wire_core_dpa_copyright.txt": [],
    "dpa/wire_core_dpa_two_line.txt": [("Washington", "dpa")],
    "dpa/wire_ntb_dpa_newsml_test.xml": [("Rom", "dpa")],
    "efe/wire_belga_efe_belga.xml": [("Nueva Delhi", "efe")] * 2,
    "iptc7901/wire_core_IPTC7901_odd_charset.txt": [("Munich", "dpa")],
    "ntb/wire_ntb_ntb_newsml_g2.xml": [("FORT WASHINGTON", "ap"), ("BETHESDA", "ap"), ("KNOXVILLE", "ap")],
    "pa/wire_core_pa2.xml": [],
    "pa/wire_core_pa3.xml": [],
    "pa/wire_core_pa4.xml": [],
    "reuters/wire_aap_reuters_byline_in_body.xml": [("NEW YORK", "reuters")],
    "reuters/wire_aap_reuters_newsml.xml": [("LIMA", "reuters")],
    "reuters/wire_aap_tag_reuters.com_2018_newsml_L3N1X604Z_536317572": [("SHANGHAI", "reuters")],
    "reuters/wire_core_tag_reuters.com_2016_newsml_L1N14N0FF_version_978556838": [(None, "reuters")],
    "ritzau/wire_core_ritzau_news.xml": [],  # in fields of their own
    "stt/wire_belga_stt_belga.xml": [],
    "stt/wire_core_stt_newsml_endash.xml": [],
    "stt/wire_core_stt_newsml_test.xml": [],
}


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def paragraphs(data: bytes) -> list[str]:
    """The lines of a wire, its tags taken off."""
    text = data.decode("utf-8", "replace") if b'"iso-8859' not in data[:100].lower() else data.decode("latin-1")
    broken = re.split(r"\n|<br[^>]{0,20}>|</?(?:p|[a-zA-Z]{0,8}line|h\d)\b[^>]{0,200}>", text)
    bare = (html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", html.unescape(line))) for line in broken)
    return [line for line in map(clean, bare) if line]


@pytest.mark.parametrize(("wire", "expected"), WIRES.items())
def test_the_datelines_of_a_wire(
    shared: Path, registers: Registers, wire: str, expected: list[tuple[str | None, str | None]]
) -> None:
    heads = (read_dateline(line, registers, NEAR) for line in paragraphs((shared / "recorded" / wire).read_bytes()))
    found = [(head.dateline.place, head.dateline.agency) for head in heads if head and head.dateline.agency]
    assert found == expected


def test_what_kcna_prints_is_read_and_nothing_else(shared: Path, registers: Registers) -> None:
    wrong = []
    for text in {item["story_text"] for item in lines(shared / "recorded" / "kcna" / "articles_text.jsonl")}:
        first = text.split("\n")[0]
        printed = re.match(r"([A-Z][a-z]+(?:-[a-z]+)?), ([A-Z][a-z]+) (\d+) \(KCNA\) ?(?:--|–)", first)
        line = dateline_of(first, registers)
        found = (line.place, line.agency) if line else None
        if found != ((printed[1], "kcna") if printed else None):
            wrong.append((first[:60], found))
    assert wrong == []


def test_what_yonhap_prints_in_chinese_is_read_and_nothing_else(shared: Path, registers: Registers) -> None:
    wrong = []
    for text in {item["description"] for item in lines(shared / "recorded" / "yonhap" / "cn_items.jsonl")}:
        line = dateline_of(text, registers)
        is_printed = re.match(r"\s*韩联社[^\s，。]{0,20}\d{1,2}月\d{1,2}日?(?:电|\s)", text) is not None
        if (line is not None and line.agency == "yonhap") != is_printed or (line and line.agency != "yonhap"):
            wrong.append((text[:40], line))
    assert wrong == []


def test_few_texts_of_the_bench_print_a_dateline(shared: Path, registers: Registers) -> None:
    labels = Path(__file__).with_name("bench_datelines.tsv").read_text(encoding="utf-8").splitlines()[1:]
    expected = {key: (places, agency) for key, places, agency in (line.split("\t") for line in labels)}
    wrong, texts = [], 0
    for name in ("daniel", "fundus_tests", "newspaper4k", "scrapinghub", "wcxb_article_dev"):
        for page in lines(shared / "bench" / "extraction" / name / "truth.jsonl"):
            texts += bool(page["body"])
            want = expected.get(f"{name}/{page['id']}")
            found = first_of(page["body"] or "", registers)
            if found != want:
                wrong.append((page["id"], want, found))
    assert texts > 1300
    assert wrong == []


def first_of(body: str, registers: Registers) -> tuple[str, str] | None:
    heads = [text for text in body.split("\n") if text.strip()][:HEAD]
    found = (dateline_of(text, registers) for text in heads)
    return next((("/".join(line.places), line.agency or "") for line in found if line), None)


def dateline_of(text: str, registers: Registers) -> Dateline | None:
    head = read_dateline(clean(text), registers, NEAR)
    return head.dateline if head else None
