"""Who wrote it: the byline as printed, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.normalise.registers import Registers
from pipeline.normalise.text import clean, fold

_LENGTH = 120
# `By Lee Chi-dong`, `By Kim Soo-yeon and Lee Minji`, `Von Anna Schmidt`, `Par Jean Dupont`, `Von: Anna Schmidt`
_BY = re.compile(
    r"^(?:(?:By|BY|by|Von|Par|Por|Di|Af|Av|Door|Autor|Author|Автор)(?:\s?:)?|Текст:|Pewarta:|Reporter:)\s+(?P<names>.{2,100})$"
)
# `By Ann Harbour`, `Veröffentlicht von Ann Harbour`, as pages declare it
_IN_FRONT = re.compile(
    r"^(?:(?:(?:written|posted|published|story|words)\s+)?by|(?:verfasst|geschrieben|veröffentlicht|erstellt)\s+von|von"
    r"|(?:escrito|publicado)\s+por|(?:publié|écrit)\s+par|autor(?:in)?:|author:)\s+",
    re.IGNORECASE,
)
_NOBODY = frozenset(("no author", "admin", "administrator", "unknown", "anonymous", "author", "null", "none"))
_NAME = r"[A-ZÀ-ÞĀ-ŽƏȘȚΆ-ΫЀ-ЯҐҒҚҢҮҰҺӘӨԱ-Ֆ][\w'’.-]{0,24}"
_NAMES = re.compile(rf"^{_NAME}(?:\s{_NAME}|\s(?:de|del|la|van|von|der|bin|al|di|da)){{1,5}}$")
BETWEEN = re.compile(r"\s*(?:,|;|/|·|∙|ㆍ|、|\||\s(?:and|und|sowie|et|y|e|og|och|и|&)\s)\s*")
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
    return paragraph if _NAMES.match(BETWEEN.split(found["names"])[0]) else None


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


def tidy_authors(authors: Sequence[str], houses: Sequence[str | None] = ()) -> tuple[str, ...]:
    """Names as a feed or page lists them, without addresses, titles and the word before them; several in one apart.

    What stands for nobody ("No Author", "admin") is left out, and so are `houses`, the names of the site, where a
    person is named.

    >>> tidy_authors(["By Ann Harbour and Bo Quay, dpa", "Harbour, Ann", "The Wire"], ["The Wire"])
    ('Ann Harbour', 'Bo Quay', 'dpa', 'Harbour, Ann')
    """
    own = {fold(house) for house in houses if house}
    cleaned = (_ADDRESS.sub(" ", clean(author[: 2 * _LENGTH])) for author in authors)
    bare = (_IN_FRONT.sub("", _TITLE_KO.sub("", name.strip(" ,="))).strip() for name in cleaned)
    names = unique(name for listed in bare for name in _apart(listed, own) if fold(name) not in _NOBODY)
    people = tuple(name for name in names if fold(name) not in own)
    return people if any(_NAMES.match(name) for name in people) else names


def _apart(names: str, own: set[str]) -> list[str]:
    """The names in a list of them: only if each part is a full name or a credit, for "Harbour, Ann" is one."""
    parts = [part for part in BETWEEN.split(names) if part]
    full = [part for part in parts if _NAMES.match(part)]
    known = all(part in full or _CREDIT.match(part) or fold(part) in own for part in parts)
    return parts if full and known else [names]


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names once each, in order, without empty ones."""
    return tuple(dict.fromkeys(name for name in names if name))


def _korean(text: str) -> list[str]:
    words = [word for word in re.split(r"[\s,·∙ㆍ=]+", text) if word]
    bare = [_TITLE_KO.sub("", word) for word in words]
    return [word for word in bare if _NAME_KO.match(word) and not _NOT_NAME_KO.search(word)]


def _western(text: str) -> list[str]:
    found = _BY.match(text)
    names = BETWEEN.split(found["names"] if found else text)
    return [name for name in names if _NAMES.match(name)]
