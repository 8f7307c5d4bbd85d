"""Notices of copyright, and stories about copyright."""

from __future__ import annotations

import pytest

from pipeline.normalise.copyright import cut_copyright


@pytest.mark.parametrize(
    "notice",
    [
        "© 2024 AFP",
        "©AFP",
        "© AFP / Anna Berg",
        "Copyright 2024 Example",
        "(c) 2021 dpa-infocom. All rights reserved",
        "© 2019 Example Press. All Rights Reserved. This material may not be published, broadcast, or rewritten.",
        "저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
        "【版权归韩联社所有，未经授权严禁转载】",
        "RIPRODUZIONE RISERVATA",
        "Alle Rechte vorbehalten.",
        "Все права защищены.",
    ],
)
def test_a_notice_is_cut(notice: str) -> None:
    assert cut_copyright(notice) == ""


@pytest.mark.parametrize(
    "notice", ["© 2024 AFP", "Copyright 2024 Example", "All rights reserved.", "저작권자(c) 연합뉴스, 무단 전재 금지"]
)
def test_a_notice_behind_the_last_sentence_is_cut(notice: str) -> None:
    assert cut_copyright(f"It rained. {notice}") == "It rained."
    assert cut_copyright(f"It rained on {notice}") == f"It rained on {notice}"


@pytest.mark.parametrize(
    "story",
    [
        "The © sign is a hundred years old, he said.",
        "Copyright lasts for seventy years.",
        "Copyright (c) law is older than film.",
        "Copyright © rules protect authors for seventy years.",
        "All rights reserved for women must be honoured.",
        "Alle Rechte vorbehalten, das sagte der Minister, habe er sich nicht.",
        "© or not, the picture was used by everybody.",
        "This material may not be pretty.",
        "Copyright © laws, the court said, are old.",
        "Copyright 2021 was a good year for lawyers.",
        "Copyright © rules were tightened in May.",
    ],
)
def test_a_story_about_rights_stays(story: str) -> None:
    assert cut_copyright(story) == story
