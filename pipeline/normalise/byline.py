"""Who wrote it: the byline as printed, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.normalise.registers import Registers
from pipeline.normalise.text import clean

_LENGTH = 120
_SIGNERS = 3
# `By Lee Chi-dong`, `By Kim Soo-yeon and Lee Minji`, `Von Anna Schmidt`, `Par Jean Dupont`
_BY = re.compile(r"^(?:By|BY|by|Von|Par|Por|Di|Af|Av|Door|Autor:?|Author:?|Автор:?|Текст:)\s+(?P<names>.{2,100})$")
_NAME = r"[A-ZÀ-ÞА-ЯЁ][\w'’.-]{0,24}"
_NAMES = re.compile(rf"^{_NAME}(?:\s{_NAME}|\s(?:de|del|la|van|von|der|bin|al|di|da)){{1,5}}$")
_BETWEEN = re.compile(r"\s*(?:,|;|/|·|∙|ㆍ|、|\||\s(?:and|und|sowie|et|y|e|og|och|и|&)\s)\s*")
# `dpa`, `AFP` behind the names
_CREDIT = re.compile(r"^[A-Za-z]{2,5}$")
_ADDRESS = re.compile(r"[(<\[]?\s?[\w.+-]{1,64}@[\w.-]{1,128}\s?[)>\]]?", re.ASCII)
_TITLE_KO = re.compile(r"(?:기자|특파원|통신원|논설위원|선임기자|인턴기자|전문기자|촬영기자|리포터|앵커|PD)$")
_NAME_KO = re.compile(r"^[가-힣]{2,4}$")
_NOT_NAME_KO = re.compile(r"(?:뉴스|인포맥스|통신|신문|방송|일보|선임|인턴|전문|객원|논설|위원|팀장|부장|차장)$")
_CJK = re.compile(r"(?:记者|記者|作者|编辑|编译|特派员)[：:\s]*")
_ALL_HAN = re.compile(r"^[\u4e00-\u9fff·、\s]{2,60}$")
_NAME_CJK = re.compile(r"^[\u4e00-\u9fff·]{2,10}$")


def read_byline(paragraph: str) -> str | None:
    """The paragraph itself, if it is nothing but a byline (`By Lee Chi-dong`), else None."""
    found = _BY.match(paragraph) if len(paragraph) <= _LENGTH else None
    if not found or paragraph.endswith((".", "!", "?", ":")):
        return None
    return paragraph if _NAMES.match(_BETWEEN.split(found["names"])[0]) else None


def authors_of(byline: str | None, registers: Registers) -> tuple[str, ...]:
    """The people that a printed byline names.

    >>> authors_of("윤정원 연합인포맥스 기자", registers), authors_of("By Kim Soo-yeon and Lee Minji", registers)
    (('윤정원',), ('Kim Soo-yeon', 'Lee Minji'))
    """
    if not byline:
        return ()
    text = _ADDRESS.sub(" ", byline[: 2 * _LENGTH]).strip(" ,=")
    if re.search("[가-힣]", text):
        names = _korean(text)
    elif _CJK.search(text) or _ALL_HAN.match(text):
        names = [name for part in _CJK.split(text) for name in re.split(r"[\s、，,]+", part) if _NAME_CJK.match(name)]
    else:
        names = _western(text)
    return unique(name for name in names if not registers.agency(name))


def tidy_authors(authors: Sequence[str]) -> tuple[str, ...]:
    """Names as a feed or page lists them, without addresses, titles and the word before them; several in one apart.

    >>> tidy_authors(["By Ann Harbour and Bo Quay, dpa", "Harbour, Ann"])
    ('Ann Harbour', 'Bo Quay', 'dpa', 'Harbour, Ann')
    """
    cleaned = (_ADDRESS.sub(" ", clean(author[: 2 * _LENGTH])) for author in authors)
    bare = (re.sub(r"^(?:By|by|BY)\s", "", _TITLE_KO.sub("", name.strip(" ,="))).strip() for name in cleaned)
    return unique(name for names in bare for name in _apart(names))


def signed_authors(texts: Sequence[str], registers: Registers) -> tuple[str, ...]:
    """The people among what stands where pages have their byline; none if they are many, as where others are listed."""
    names = unique(name for text in texts for name in authors_of(clean(text), registers))
    return names if len(names) <= _SIGNERS else ()


def _apart(names: str) -> list[str]:
    """The names in a list of them: only if each part is a full name, for "Harbour, Ann" is one."""
    parts = _BETWEEN.split(names)
    full = [part for part in parts if _NAMES.match(part)]
    return parts if full and all(part in full or _CREDIT.match(part) for part in parts) else [names]


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names once each, in order, without empty ones."""
    return tuple(dict.fromkeys(name for name in names if name))


def _korean(text: str) -> list[str]:
    words = [word for word in re.split(r"[\s,·∙ㆍ=]+", text) if word]
    bare = [_TITLE_KO.sub("", word) for word in words]
    return [word for word in bare if _NAME_KO.match(word) and not _NOT_NAME_KO.search(word)]


def _western(text: str) -> list[str]:
    found = _BY.match(text)
    names = _BETWEEN.split(found["names"] if found else text)
    return [name for name in names if _NAMES.match(name)]
